//! Indexes that partitions get with one of the whole, said by themselves.
//!
//! PostgreSQL names them once, after the partition and its columns of that moment, and takes up those that a partition has already.
//! Whatever is renamed later, they keep their names, so they are said before: as dumps do, with what they are attached to.

use super::super::inherit::parents;
use super::name::Names;
use super::{is_called, qualified};
use crate::model::attachment;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{self, Cursor, tokens};
use crate::source::decl::{
    AlterAction, AlterTableDecl, ConstraintDecl, ConstraintKind, Decl, Ident, IndexDecl, IndexKey, QName,
    TableDecl, TableIndexDecl, VerbatimDecl,
};
use crate::source::sql::constraints_of;
use crate::span::{Span, Spanned};

/// What partitions have an index with.
#[derive(Clone)]
enum Key {
    Constraint(ConstraintDecl),
    Index(IndexDecl),
}

impl Key {
    fn name(&self, table: &QualifiedName) -> Option<QualifiedName> {
        let name = match self {
            Self::Constraint(constraint) => &constraint.name,
            Self::Index(index) => &index.name,
        };
        let name = PgIdent::new(&name.as_ref()?.node);
        Some(QualifiedName { schema: table.schema.clone(), name })
    }

    fn is_constraint(&self) -> bool {
        matches!(self, Self::Constraint(_))
    }

    /// Tells whether a column's name is in that of an index which is named after this.
    fn is_named_after(&self, column: &str) -> bool {
        match self {
            Self::Constraint(constraint) => match &constraint.kind {
                ConstraintKind::Unique { columns, include, .. } => {
                    columns.iter().chain(include).any(|own| own.node == column)
                }
                _ => false,
            },
            Self::Index(index) => {
                let is_it = |key: &IndexKey| matches!(key, IndexKey::Column(own) if own.node == column);
                index.parts.iter().any(|part| is_it(&part.key))
                    || index.include.iter().any(|own| own.node == column)
            }
        }
    }

    /// Tells whether PostgreSQL takes an index for a part of one like this (`CompareIndexInfo` in `src/backend/catalog/index.c`): how
    /// it sorts does not count.
    fn takes(&self, part: &Self) -> bool {
        let plain = |text: Option<&Spanned<String>>| {
            text.map(|text| token::canonical(crate::expr::unwrap(&text.node)))
        };
        match (self, part) {
            (Self::Constraint(whole), Self::Constraint(part)) => match (&whole.kind, &part.kind) {
                (
                    ConstraintKind::PrimaryKey { columns: a, include: b },
                    ConstraintKind::PrimaryKey { columns: c, include: d },
                ) => names(a) == names(c) && names(b) == names(d),
                (
                    ConstraintKind::Unique { columns: a, include: b, nulls_not_distinct: one },
                    ConstraintKind::Unique { columns: c, include: d, nulls_not_distinct: other },
                ) => names(a) == names(c) && names(b) == names(d) && one == other,
                _ => false,
            },
            (Self::Index(whole), Self::Index(part)) => {
                let method = |index: &IndexDecl| {
                    index
                        .method
                        .as_ref()
                        .map_or_else(|| "btree".to_owned(), |method| method.node.to_lowercase())
                };
                sorted_by(whole) == sorted_by(part)
                    && method(whole) == method(part)
                    && names(&whole.include) == names(&part.include)
                    && plain(whole.predicate.as_ref()) == plain(part.predicate.as_ref())
                    && whole.unique.is_some() == part.unique.is_some()
                    && whole.nulls_not_distinct == part.nulls_not_distinct
            }
            _ => false,
        }
    }
}

fn names(columns: &[Ident]) -> Vec<&str> {
    columns.iter().map(|column| column.node.as_str()).collect()
}

/// Returns what an index sorts by, but for the direction.
fn sorted_by(index: &IndexDecl) -> Vec<(bool, String, String)> {
    let options = |text: &str| {
        let own = tokens(text);
        let is_kept = |word: &&token::Token<'_>| {
            !["asc", "desc", "nulls", "first", "last"].iter().any(|direction| word.is(direction))
        };
        own.iter().filter(is_kept).map(|word| word.value.as_ref()).collect::<Vec<_>>().join(" ")
    };
    let parts = index.parts.iter().map(|part| {
        let options = part.options.as_ref().map_or_else(String::new, |text| options(&text.node));
        match &part.key {
            IndexKey::Column(name) => (true, name.node.clone(), options),
            IndexKey::Expression(sql) => (false, token::canonical(crate::expr::unwrap(&sql.node)), options),
        }
    });
    parts.collect()
}

/// Says what partitions have with their wholes before a table, column or index gets a name of which theirs is none.
pub(super) fn before_rename(table: &QualifiedName, action: &str, names: &mut Names, done: &mut Vec<Decl>) {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    if !cursor.eat("rename") {
        return;
    }
    if cursor.eat("to") {
        say_of(table, names, done);
    } else if cursor.eat("constraint") {
        let Some(name) = cursor.ident() else { return };
        before_index_rename(&QualifiedName { schema: table.schema.clone(), name }, names, done);
    } else {
        _ = cursor.eat("column");
        let Some(column) = cursor.ident() else { return };
        for whole in super::drop::with_heirs(done, table) {
            say(&whole, None, Some(column.as_str()), names, done);
        }
    }
}

/// Says what a partition has with its wholes before it leaves them: `DETACH PARTITION part`. It keeps that, by the names that it has.
pub(super) fn before_detach(action: &str, names: &mut Names, done: &mut Vec<Decl>) {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    if cursor.eat("detach partition")
        && let Some(part) = cursor.name()
    {
        say_of(&part, names, done);
    }
}

/// Says what a partition has with its wholes before a statement of an index names it: `ALTER INDEX … RENAME TO …`.
pub(super) fn before_statement(text: &str, names: &mut Names, done: &mut Vec<Decl>) {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    if !cursor.eat("alter index") {
        return;
    }
    _ = cursor.eat("if exists");
    let Some(name) = cursor.name() else { return };
    if cursor.eat("rename to") {
        before_index_rename(&name, names, done);
    }
}

/// Says what a partition has with its wholes before an index of it gets another name that nothing has yet said.
fn before_index_rename(index: &QualifiedName, names: &mut Names, done: &mut Vec<Decl>) {
    if done.iter().any(|decl| super::described::has_index(decl, index)) {
        return;
    }
    let parts: Vec<QualifiedName> = done
        .iter()
        .filter_map(|decl| match decl {
            // Its name begins with its table's, unless that was too long.
            Decl::Table(table) => {
                let (own, name) = (table.name.name.node.chars(), index.name.as_str().chars());
                own.zip(name).take(8).all(|(a, b)| a == b).then(|| qualified(&table.name))
            }
            _ => None,
        })
        .collect();
    for part in parts {
        say_of(&part, names, done);
    }
}

/// Says what a partition has with its wholes, from the outermost one on.
fn say_of(part: &QualifiedName, names: &mut Names, done: &mut Vec<Decl>) {
    let line = line(part, done);
    for (whole, part) in line.iter().zip(line.iter().skip(1)) {
        say(whole, Some(part), None, names, done);
    }
}

/// Attaches what a partition has already to what is like it of its whole, as PostgreSQL does when either comes.
pub(super) fn take_up(whole: &QualifiedName, part: Option<&QualifiedName>, span: Span, done: &mut Vec<Decl>) {
    for key in keys(whole, done).into_iter().filter(|key| !key.is_constraint()) {
        let Some(name) = key.name(whole) else { continue };
        for own in parts(whole, done).into_iter().filter(|own| part.is_none_or(|part| part == own)) {
            if attached(&name, &own, done).is_some() {
                continue;
            }
            let is_free =
                |part: &QualifiedName| !attachments(done).iter().any(|(_, attached)| attached == part);
            let found = keys(&own, done).into_iter().filter(|known| key.takes(known));
            let found = found.filter_map(|known| known.name(&own)).find(is_free);
            if let Some(known) = found {
                done.push(attach(&name, &known, span));
            }
        }
    }
}

/// Returns the names of a table's keys and indexes that have one.
pub(super) fn key_names(table: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    keys(table, done).iter().filter_map(|key| key.name(table)).collect()
}

/// Forgets keys and indexes of a table that stand in statements of their own.
pub(super) fn forget(table: &QualifiedName, said: &[QualifiedName], done: &mut Vec<Decl>) {
    let is_said = |name: Option<&Ident>| {
        name.is_some_and(|name| said.iter().any(|said| said.name.as_str() == name.node))
    };
    done.retain_mut(|decl| match decl {
        Decl::Index(data) if is_called(&data.table, table) => !is_said(data.index.name.as_ref()),
        Decl::AlterTable(alter) if is_called(&alter.table, table) => {
            alter.actions.retain(
                |action| !matches!(action, AlterAction::AddConstraint(it) if is_said(it.name.as_ref())),
            );
            !alter.actions.is_empty()
        }
        _ => true,
    });
}

/// Leaves what a partition has with its whole to the partition alone.
pub(super) fn set_free(part: &QualifiedName, done: &mut Vec<Decl>) {
    let of_part: Vec<QualifiedName> = keys(part, done).iter().filter_map(|key| key.name(part)).collect();
    done.retain(|decl| match decl {
        Decl::Verbatim(data) if data.kind == "alter index" => {
            !attachment::of(&data.text.node).is_some_and(|(_, attached)| of_part.contains(&attached))
        }
        _ => true,
    });
}

/// Forgets what is attached to what of which one went with its table or column.
pub(super) fn forget_gone(done: &mut Vec<Decl>) {
    let all = attachments(done);
    let is_there = |name: &QualifiedName| {
        done.iter().any(|decl| {
            let attaches = matches!(decl, Decl::Verbatim(data) if data.kind == "alter index");
            !attaches && super::described::has_index(decl, name)
        })
    };
    let gone: Vec<_> = all.into_iter().filter(|(whole, part)| !is_there(whole) || !is_there(part)).collect();
    if gone.is_empty() {
        return;
    }
    done.retain(|decl| match decl {
        Decl::Verbatim(data) if data.kind == "alter index" => {
            attachment::of(&data.text.node).is_none_or(|it| !gone.contains(&it))
        }
        _ => true,
    });
}

/// Returns which indexes of a whole a partition has one of its own for.
pub(super) fn attached_to(whole: &QualifiedName, part: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    let names = keys(whole, done).into_iter().filter_map(|key| key.name(whole));
    names.filter(|name| attached(name, part, done).is_some()).collect()
}

/// Says what the partitions of a table have with it: all of them or one, of what has a column in its name where one is given.
fn say(
    whole: &QualifiedName,
    part: Option<&QualifiedName>,
    column: Option<&str>,
    names: &mut Names,
    done: &mut Vec<Decl>,
) {
    for key in keys(whole, done) {
        let Some(name) = key.name(whole) else { continue };
        if !column.is_none_or(|column| key.is_named_after(column)) {
            continue;
        }
        for own in parts(whole, done).into_iter().filter(|own| part.is_none_or(|part| part == own)) {
            let known = keys(&own, done).into_iter();
            // A key that the partition brought along is that of the whole.
            if attached(&name, &own, done).is_some()
                || key.is_constraint() && known.clone().any(|own| key.takes(&own))
            {
                continue;
            }
            let Some(table) = table_name(&own, done) else { continue };
            let (mut decl, span) = match &key {
                Key::Constraint(constraint) => {
                    let span = constraint.span;
                    let constraint = ConstraintDecl { name: None, ..constraint.clone() };
                    let actions = vec![AlterAction::AddConstraint(Box::new(constraint))];
                    let (only, if_exists) = (false, false);
                    (Decl::AlterTable(AlterTableDecl { table, only, if_exists, actions, span }), span)
                }
                Key::Index(index) => {
                    let index = IndexDecl { name: None, ..index.clone() };
                    let span = index.span;
                    (Decl::Index(TableIndexDecl { table, index }), span)
                }
            };
            _ = names.give(&mut decl, done);
            let given = key_of(&decl).and_then(|key| key.name(&own));
            done.push(decl);
            done.extend(given.map(|given| attach(&name, &given, span)));
        }
    }
}

/// Says that an index of a partition is part of that of the whole.
fn attach(whole: &QualifiedName, part: &QualifiedName, span: Span) -> Decl {
    let made = |name: &QualifiedName| {
        let ident = |name: &PgIdent| Spanned::new(name.as_str().to_owned(), span);
        QName { schema: name.schema.as_ref().map(ident), name: ident(&name.name) }
    };
    Decl::Verbatim(VerbatimDecl {
        kind: "alter index".to_owned(),
        creates: None,
        names: vec![made(whole), made(part)],
        was: None,
        text: Spanned::new(format!("ALTER INDEX {whole} ATTACH PARTITION {part}"), span),
        stale: false,
    })
}

/// Returns what is attached to what.
fn attachments(done: &[Decl]) -> Vec<(QualifiedName, QualifiedName)> {
    let of = |decl: &Decl| match decl {
        Decl::Verbatim(data) if data.kind == "alter index" => attachment::of(&data.text.node),
        _ => None,
    };
    done.iter().filter_map(of).collect()
}

/// Returns which index of a partition is attached to one of its whole.
fn attached(index: &QualifiedName, part: &QualifiedName, done: &[Decl]) -> Option<QualifiedName> {
    let own: Vec<QualifiedName> = keys(part, done).iter().filter_map(|key| key.name(part)).collect();
    let found =
        attachments(done).into_iter().find(|(whole, attached)| whole == index && own.contains(attached));
    found.map(|(_, attached)| attached)
}

/// Returns the keys and indexes of a table, its primary key first.
fn keys(table: &QualifiedName, done: &[Decl]) -> Vec<Key> {
    let is_key = |constraint: &ConstraintDecl| {
        matches!(constraint.kind, ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. })
    };
    let mut found = Vec::new();
    for decl in done {
        match decl {
            Decl::Table(data) if is_called(&data.name, table) => {
                let of_columns = data.columns.clone();
                let of_columns = of_columns.into_iter().flat_map(|mut column| constraints_of(&mut column));
                let all = of_columns.chain(data.constraints.iter().cloned()).filter(is_key);
                found.extend(all.map(Key::Constraint));
                found.extend(data.indexes.iter().cloned().map(Key::Index));
            }
            Decl::AlterTable(alter) if is_called(&alter.table, table) => {
                for action in &alter.actions {
                    match action {
                        AlterAction::AddConstraint(constraint) if is_key(constraint) => {
                            found.push(Key::Constraint((**constraint).clone()));
                        }
                        AlterAction::AddColumn(column) => {
                            let all = constraints_of(&mut column.clone());
                            found.extend(all.into_iter().filter(is_key).map(Key::Constraint));
                        }
                        _ => {}
                    }
                }
            }
            Decl::Index(data) if is_called(&data.table, table) => found.push(Key::Index(data.index.clone())),
            _ => {}
        }
    }
    let is_primary = |key: &Key| matches!(key, Key::Constraint(it) if matches!(it.kind, ConstraintKind::PrimaryKey { .. }));
    found.sort_by_key(|key| !is_primary(key));
    found
}

/// Returns the key or index that a declaration is of alone.
fn key_of(decl: &Decl) -> Option<Key> {
    match decl {
        Decl::Index(data) => Some(Key::Index(data.index.clone())),
        Decl::AlterTable(alter) => match alter.actions.as_slice() {
            [AlterAction::AddConstraint(constraint)] => Some(Key::Constraint((**constraint).clone())),
            _ => None,
        },
        _ => None,
    }
}

fn table_name(table: &QualifiedName, done: &[Decl]) -> Option<QName> {
    done.iter().find_map(|decl| match decl {
        Decl::Table(data) if is_called(&data.name, table) => Some(data.name.clone()),
        _ => None,
    })
}

/// Returns the tables that are partitions of one, not those of them.
fn parts(table: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    let mut found = Vec::new();
    for decl in done {
        match decl {
            Decl::Table(data) if whole_of(data).as_ref() == Some(table) => found.push(qualified(&data.name)),
            Decl::AlterTable(alter) if is_called(&alter.table, table) => {
                found.extend(alter.actions.iter().filter_map(taken_in));
            }
            _ => {}
        }
    }
    found
}

/// Returns the tables of which one is a partition, the outermost first and itself last.
fn line(table: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    let mut found = vec![table.clone()];
    while let Some(part) = found.last() {
        let whole = done.iter().find_map(|decl| match decl {
            Decl::Table(data) if is_called(&data.name, part) => whole_of(data),
            Decl::AlterTable(alter) => {
                let takes = alter.actions.iter().filter_map(taken_in).any(|taken| taken == *part);
                takes.then(|| qualified(&alter.table))
            }
            _ => None,
        });
        match whole.filter(|whole| !found.contains(whole)) {
            Some(whole) => found.push(whole),
            None => break,
        }
    }
    found.reverse();
    found
}

/// Returns the table that a change makes a partition.
pub(super) fn taken_in(action: &AlterAction) -> Option<QualifiedName> {
    let AlterAction::Other(text) = action else { return None };
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    cursor.eat("attach partition").then(|| cursor.name()).flatten()
}

fn whole_of(table: &TableDecl) -> Option<QualifiedName> {
    let tail = &table.tail.as_ref()?.node;
    let own = tokens(tail);
    Cursor::new(tail, &own).eat("partition of").then(|| parents(tail).into_iter().next()).flatten()
}
