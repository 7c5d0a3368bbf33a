//! What one declaration says of a column, and another that defines the table does not: that it is unique, its default, a check, a
//! foreign key, whether that can be put off.
//!
//! The table is made with all of it; that the places do not say the same is told at both.

use std::collections::BTreeSet;

use super::{DISAGREE, called, defines};
use crate::expr;
use crate::model::lower::{Cx, alter, inherit, words};
use crate::model::token::is_same;
use crate::source::decl::{
    CheckDecl, ColumnDecl, ConstraintKind, ForeignKeyDecl, Ident, IndexDecl, IndexKey, Language, TableDecl,
    Timing,
};
use crate::span::Span;

/// Compares the declarations of one table; `indexes` are those that stand outside of them.
pub(super) fn compare(declared: &[&TableDecl], indexes: &[&IndexDecl], cx: &mut Cx<'_>) {
    let mut told: BTreeSet<(String, &str)> = BTreeSet::new();
    for (at, whole) in declared.iter().enumerate().filter(|(_, table)| defines(table.language)) {
        // A partition, or what is made like another, has more than it says.
        if whole.tail.as_ref().is_some_and(|tail| inherit::has_parent(&tail.node)) {
            continue;
        }
        for (_, other) in declared.iter().enumerate().filter(|(number, _)| *number != at) {
            for column in &other.columns {
                let name = words::joined(&column.name.node);
                let same = |known: &&ColumnDecl| words::joined(&known.name.node) == name;
                let Some(known) = whole.columns.iter().find(same) else { continue };
                let pair = Pair { whole, known, other, column };
                for (what, place, says) in pair.more(indexes) {
                    if told.insert((name.clone(), what)) {
                        pair.report(&says, place, cx);
                    }
                }
            }
        }
    }
}

/// A column as two declarations give it.
struct Pair<'a> {
    whole: &'a TableDecl,
    known: &'a ColumnDecl,
    other: &'a TableDecl,
    column: &'a ColumnDecl,
}

impl Pair<'_> {
    /// Returns what the other declaration says and the whole one does not: what it is about, where it is said, and in words.
    fn more(&self, indexes: &[&IndexDecl]) -> Vec<(&'static str, Span, String)> {
        let Self { whole, known, other, column } = *self;
        let mut found = Vec::new();
        if let Some(place) = unique(other, column)
            && !is_in_key(whole, known)
            && unique(whole, known).is_none()
            && !indexes.iter().any(|index| is_unique_on(index, known))
        {
            found.push(("unique", place, "is unique".to_owned()));
        }
        if let Some(default) = &column.default
            && known.default.is_none()
            && !is_filled(known)
        {
            found.push(("default", default.span, format!("has the default `{}`", default.value)));
        }
        if let Some(check) = checks_of(other, column).into_iter().find(|check| !has_check(whole, check)) {
            let says = format!("has the check `{}`", expr::unwrap(&check.expression.node));
            found.push(("check", check.expression.span, says));
        }
        if let Some((key, timing)) = reference(other, column) {
            match reference(whole, known) {
                Some((_, known)) if timing != Timing::NotDeferrable && timing != known => {
                    found.push(("timing", key.span, "has a foreign key that can be put off".to_owned()));
                }
                // Other languages may say it beside the table.
                None if whole.language == Language::Sql && !is_in_reference(whole, known) => {
                    found.push(("reference", key.span, format!("references `{}`", key.table)));
                }
                Some(_) | None => {}
            }
        }
        // In different languages this is compared where they are merged.
        if other.language == whole.language
            && let Some(null) = column.nullable.as_ref().filter(|null| !null.node)
            && known.nullable.is_none()
            && !is_filled(known)
            && !is_in_key(whole, known)
        {
            found.push(("nullability", null.span, "is not null".to_owned()));
        }
        found
    }

    fn report(&self, says: &str, place: Span, cx: &mut Cx<'_>) {
        let Self { whole, known, other, column } = self;
        let path = format!("{}.{}", whole.name, column.name.node);
        let there = match whole.language == other.language {
            true => "the other definition",
            false => called(whole.language),
        };
        cx.sink
            .warning(DISAGREE, place, format!("`{path}` {says} here, and not in {there}"))
            .label(known.name.span, "without it here")
            .help("make the two places say the same; it is made as it is said here");
    }
}

/// Returns where a declaration says that a column is unique by itself.
fn unique(table: &TableDecl, column: &ColumnDecl) -> Option<Span> {
    let of_constraint = || {
        table.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::Unique { columns, .. } => match columns.as_slice() {
                [only] if only.node == column.name.node => Some(constraint.span),
                _ => None,
            },
            _ => None,
        })
    };
    let of_index = || table.indexes.iter().find(|index| is_unique_on(index, column)).map(|index| index.span);
    column.unique.as_ref().map(|mark| mark.span).or_else(of_constraint).or_else(of_index)
}

fn is_unique_on(index: &IndexDecl, column: &ColumnDecl) -> bool {
    index.unique.is_some()
        && matches!(index.parts.as_slice(), [part] if matches!(&part.key, IndexKey::Column(name)
            if words::joined(&name.node) == words::joined(&column.name.node)))
}

/// Tells whether a column is the primary key, or part of it.
fn is_in_key(table: &TableDecl, column: &ColumnDecl) -> bool {
    let has = |columns: &[Ident]| columns.iter().any(|key| key.node == column.name.node);
    column.primary_key.is_some()
        || table.indexes.iter().any(|index| index.primary_key.is_some() && is_of(index, column))
        || table.constraints.iter().any(|constraint| {
            matches!(&constraint.kind, ConstraintKind::PrimaryKey { columns, .. } if has(columns))
        })
}

fn is_of(index: &IndexDecl, column: &ColumnDecl) -> bool {
    let is_key = |key: &IndexKey| matches!(key, IndexKey::Column(name) if name.node == column.name.node);
    index.parts.iter().any(|part| is_key(&part.key))
}

/// Tells whether a column has a value without a default.
fn is_filled(column: &ColumnDecl) -> bool {
    column.increment.is_some()
        || column.identity.is_some()
        || column.generated.is_some()
        || column.ty.as_ref().is_some_and(|ty| alter::counted(&ty.node).is_some())
}

/// Returns the checks that a declaration gives on a column. Lists of values in words are compared where they are merged.
fn checks_of<'a>(table: &TableDecl, column: &'a ColumnDecl) -> Vec<&'a CheckDecl> {
    let in_words = matches!(table.language, Language::Markdown | Language::Mermaid);
    let is_list = |check: &CheckDecl| {
        expr::parse(&check.expression.node).is_some_and(|parsed| parsed.in_list().is_some())
    };
    column.checks.iter().filter(|check| !(in_words && is_list(check))).collect()
}

/// Tells whether a declaration has a check, on a column or apart from them.
fn has_check(table: &TableDecl, check: &CheckDecl) -> bool {
    let of_table = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
        ConstraintKind::Check(check) => Some(check),
        _ => None,
    });
    table.columns.iter().flat_map(|column| &column.checks).chain(of_table).any(|known| {
        let (a, b) = (&known.expression.node, &check.expression.node);
        is_same(expr::unwrap(a), expr::unwrap(b))
            || expr::parse(a).zip(expr::parse(b)).is_some_and(|(a, b)| a.is_same(&b))
    })
}

/// Returns the foreign key that a column has alone.
fn reference<'a>(table: &'a TableDecl, column: &'a ColumnDecl) -> Option<(&'a ForeignKeyDecl, Timing)> {
    if let Some(key) = column.references.first() {
        return Some((key, key.timing));
    }
    table.constraints.iter().find_map(|constraint| match &constraint.kind {
        ConstraintKind::ForeignKey(key) => match key.columns.as_slice() {
            [only] if only.node == column.name.node => Some((key, constraint.timing.max(key.timing))),
            _ => None,
        },
        _ => None,
    })
}

/// Tells whether a column is part of a foreign key of several.
fn is_in_reference(table: &TableDecl, column: &ColumnDecl) -> bool {
    table.constraints.iter().any(|constraint| {
        matches!(&constraint.kind, ConstraintKind::ForeignKey(key)
            if key.columns.iter().any(|own| own.node == column.name.node))
    })
}
