//! Keys that hold for some rows only: "UNIQUE (shop_id, code) WHERE deleted_at IS NULL", and "unique where …" beside a column.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Key, behind, brackets, conditional, follows, key_columns};
use crate::diag::{Code, Sink};
use crate::source::decl::{
    ColumnDecl, ConstraintKind, Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, Prose, TableDecl,
};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{conditions, vocabulary, words};
use crate::span::Spanned;

const NOT_UNDERSTOOD: Code = Code::new("check-not-understood");

/// Reads the unique keys with a condition in SQL that a piece of text says of a table.
pub(super) fn said(text: &Inline, range: Range<usize>, table: &TableDecl) -> Vec<IndexDecl> {
    let mut found = Vec::new();
    let mut before = range.start;
    for (open, close) in brackets(text, range.clone()) {
        let between = words::folded(text.get(before..open));
        before = close + 1;
        let after = words::folded(text.get(close + 1..range.end));
        let Some(start) = after.find("where ").map(|at| at + "where ".len()) else { continue };
        let is_unique = behind(&between).is_some_and(|(key, _)| key == Key::Unique)
            || follows(&after).is_some_and(|key| key == Key::Unique);
        let lead = after.get(..start).unwrap_or_default().trim_matches(['`', ' ', ')', ',', '(']);
        let stands = conditional(&after) || lead.split_whitespace().count() <= 3;
        let Some(columns) = key_columns(text, open + 1..close, table).filter(|_| is_unique && stands) else {
            continue;
        };
        let names: BTreeSet<String> = table.columns.iter().map(|column| column.name.node.clone()).collect();
        let place = close + 1 + start..range.end;
        let slice = text.get(place.clone());
        let end = words::first_of(slice, &[" — ", " – ", " - ", "; ", ". "])
            .or_else(|| slice.find(['\n', '`']).filter(|at| *at > 0));
        let place = text.trim(place.start..place.start + end.unwrap_or(slice.len()));
        let Some(sql) = conditions::of_rows(text.get(place.clone()), &names) else { continue };
        found.push(index(columns, Spanned::new(sql, text.span(place.clone())), text.span(open..place.end)));
    }
    found
}

fn index(columns: Vec<Ident>, predicate: Ident, span: crate::span::Span) -> IndexDecl {
    let part = |name: Ident| IndexPartDecl { key: IndexKey::Column(name), options: None };
    let mut index = IndexDecl::new(columns.into_iter().map(part).collect(), span);
    index.unique = Some(span);
    index.predicate = Some(predicate);
    index
}

/// Makes the indexes of columns that are unique among some rows, and tells of conditions that are not understood.
pub(in super::super) fn settle(decls: &mut [Decl], sink: &mut Sink) {
    let mut columns: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut keyed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let limited = |column: &ColumnDecl| {
        column.unique_where.is_some() || column.required_where.is_some() || is_in_any_case(column)
    };
    let is_one = |table: &TableDecl| table.columns.iter().any(limited);
    let any = decls.iter().any(|decl| matches!(decl, Decl::Table(table) if is_one(table)));
    if !any {
        return;
    }
    for decl in decls.iter() {
        match decl {
            Decl::Table(table) => {
                let names = table.columns.iter().map(|column| column.name.node.clone());
                columns.entry(table.name.to_string()).or_default().extend(names);
                keyed.entry(table.name.to_string()).or_default().extend(in_keys(table));
            }
            Decl::Index(found) if found.index.unique.is_some() => {
                keyed.entry(found.table.to_string()).or_default().extend(in_index(&found.index));
            }
            _ => {}
        }
    }
    for decl in decls.iter_mut() {
        let Decl::Table(table) = decl else { continue };
        if table.language != Language::Markdown || !is_one(table) {
            continue;
        }
        let Some(names) = columns.get(&table.name.to_string()) else { continue };
        for column in &mut table.columns {
            if let Some(mark) = column.unique.as_ref().filter(|_| is_in_any_case(column)) {
                let message = format!(
                    "`{}` is unique whatever the case of its letters, and the key compares them as they are",
                    column.name.node
                );
                sink.warning(NOT_UNDERSTOOD, mark.span, message)
                    .help("give it the type `citext`, or write a unique index on `lower(…)` in SQL");
            }
            if let Some(said) = column.required_where.take() {
                let message = format!(
                    "`{}` is required in some cases only, which nothing is made of: it takes NULL",
                    column.name.node
                );
                sink.warning(NOT_UNDERSTOOD, said.span, message)
                    .help("write the case as SQL over columns of the table: `CHECK (closed_at IS NULL OR reason IS NOT NULL)`");
            }
            let Some(said) = column.unique_where.take().filter(|_| column.unique.is_none()) else { continue };
            match conditions::of_rows(&said.node, names) {
                Some(sql) => {
                    let name = Ident { node: column.name.node.clone(), span: said.span };
                    table.indexes.push(index(vec![name], Spanned::new(sql, said.span), said.span));
                }
                // The key that it belongs to stands elsewhere.
                None if keyed
                    .get(&table.name.to_string())
                    .is_some_and(|keyed| keyed.contains(&column.name.node)) => {}
                None => {
                    let message = format!(
                        "`{}` is unique among some rows or with other columns, and how is not understood: no key is made",
                        column.name.node
                    );
                    sink.warning(NOT_UNDERSTOOD, said.span, message).help(
                        "write the condition as SQL over columns of the table (`unique where closed_at IS NULL`), or the \
                         whole key: `UNIQUE (shop_id, code)`",
                    );
                }
            }
        }
    }
}

/// Tells whether the words beside a unique column say that the case of letters makes no difference, and its type does not.
fn is_in_any_case(column: &ColumnDecl) -> bool {
    let says = |note: &Prose| vocabulary::ANY_CASE.find(&words::folded(&note.text)).is_some();
    column.unique.is_some()
        && !column.ty.as_ref().is_some_and(|ty| ty.node.eq_ignore_ascii_case("citext"))
        && column.notes.iter().any(says)
}

/// Returns the columns of a table's unique keys of several columns, and of those over some rows.
fn in_keys(table: &TableDecl) -> Vec<String> {
    let of_constraints = table.constraints.iter().flat_map(|constraint| match &constraint.kind {
        ConstraintKind::Unique { columns, .. } | ConstraintKind::PrimaryKey { columns, .. } => {
            columns.as_slice()
        }
        _ => &[],
    });
    let of_indexes = table.indexes.iter().filter(|index| index.unique.is_some()).flat_map(in_index);
    of_constraints.map(|column| column.node.clone()).chain(of_indexes).collect()
}

/// Returns the columns of an index.
fn in_index(index: &IndexDecl) -> Vec<String> {
    let parts = index.parts.iter().filter_map(|part| match &part.key {
        IndexKey::Column(name) => Some(name.node.clone()),
        _ => None,
    });
    parts.collect()
}
