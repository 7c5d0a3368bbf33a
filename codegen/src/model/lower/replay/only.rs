//! `ALTER TABLE ONLY` of a column that heirs and partitions have too: they keep what they had, and say so from then on.

use super::{drop, is_called, like, qualified, trigger};
use crate::diag::{Code, Sink};
use crate::model::PgIdent;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, AlterTableDecl, ColumnDecl, Decl, DefaultDecl};
use crate::span::Spanned;

const ONLY: Code = Code::new("not-null-of-parent-only");

/// How many tables may stand between a table and the first of its parents; an end to circles.
const DEPTH: usize = 32;

/// Returns what the heirs that are there say of what a change does to their parent alone.
pub(super) fn kept(alter: &AlterTableDecl, done: &[Decl], sink: &mut Sink) -> Vec<AlterTableDecl> {
    let table = qualified(&alter.table);
    let heirs: Vec<QualifiedName> = drop::with_heirs(done, &table).into_iter().skip(1).collect();
    let mut kept = Vec::new();
    for action in &alter.actions {
        if let AlterAction::SetNotNull(column, true) = action
            && let Some(heir) = heirs.iter().find(|heir| !is_own(heir, &column.node, done))
        {
            let message = format!("`{}` goes on taking NULL where its parent does not", heir.plain());
            sink.error(ONLY, alter.span, message)
                .help("write it without `ONLY`: only old versions of PostgreSQL take this");
        }
        for heir in &heirs {
            let own = match action {
                AlterAction::SetDefault(column, _) if !is_own(heir, &column.node, done) => {
                    let default = default(heir, &column.node, done, 0).flatten();
                    AlterAction::SetDefault(column.clone(), default)
                }
                // Each partition has the trigger too.
                AlterAction::Other(text)
                    if trigger::is_partitioned(&table, done) && trigger::named(&text.node).is_some() =>
                {
                    let Some(name) = trigger::named(&text.node) else { continue };
                    if trigger::is_said(heir, &name, done) {
                        continue;
                    }
                    AlterAction::Other(Spanned::new(format!("ENABLE TRIGGER {name}"), text.span))
                }
                AlterAction::SetNotNull(column, false)
                    if !is_own(heir, &column.node, done) && refuses(heir, &column.node, done) =>
                {
                    AlterAction::SetNotNull(column.clone(), true)
                }
                // It is a column of its own from then on.
                AlterAction::DropColumn(column) if !is_own(heir, &column.node, done) => {
                    match inherited(&table, &column.node, done) {
                        Some(own) if parents(heir, done).contains(&table) => {
                            AlterAction::AddColumn(Box::new(own))
                        }
                        _ => continue,
                    }
                }
                AlterAction::Other(text) => match setting(heir, &text.node, done) {
                    Some(action) => AlterAction::Other(Spanned::new(action, text.span)),
                    None => continue,
                },
                _ => continue,
            };
            let Some(name) = name_of(heir, done) else { continue };
            kept.push(AlterTableDecl {
                table: name,
                only: true,
                if_exists: false,
                actions: vec![own],
                span: alter.span,
            });
        }
    }
    kept
}

/// Gives the heirs the columns that become their own, where they stand among those that they had; returns what else they say.
pub(super) fn place(kept: Vec<AlterTableDecl>, done: &mut [Decl]) -> Vec<AlterTableDecl> {
    let place = |alter: &AlterTableDecl, done: &mut [Decl]| {
        let [AlterAction::AddColumn(column)] = alter.actions.as_slice() else { return false };
        let heir = qualified(&alter.table);
        let Some(known) = like::at_this_moment(&heir, done) else { return false };
        let order = |name: &str| known.columns.iter().position(|own| own.name.node == name);
        let Some(at) = order(&column.name.node) else { return false };
        let found = done.iter_mut().find_map(|decl| match decl {
            Decl::Table(data) if is_called(&data.name, &heir) => Some(data),
            _ => None,
        });
        let Some(table) = found else { return false };
        let behind = table.columns.iter().position(|own| order(&own.name.node).is_some_and(|own| own > at));
        table.columns.insert(behind.unwrap_or(table.columns.len()), (**column).clone());
        true
    };
    kept.into_iter().filter(|alter| !place(alter, done)).collect()
}

/// Returns what the heirs that have a column of a name already say of one that their parent gets: they take over no default.
pub(super) fn merged(alter: &AlterTableDecl, done: &[Decl]) -> Vec<AlterTableDecl> {
    let mut kept = Vec::new();
    if alter.only || !alter.actions.iter().any(gives_default) {
        return kept;
    }
    let table = qualified(&alter.table);
    for action in alter.actions.iter().filter(|action| gives_default(action)) {
        let AlterAction::AddColumn(column) = action else { continue };
        for heir in drop::with_heirs(done, &table).iter().skip(1) {
            let known = column_of(heir, &column.name.node, done);
            let (Some(_), Some(name)) = (known.filter(|own| own.default.is_none()), name_of(heir, done))
            else {
                continue;
            };
            let none = format!("ALTER COLUMN {} DROP DEFAULT", PgIdent::new(&column.name.node));
            let actions = vec![AlterAction::Other(Spanned::new(none, alter.span))];
            kept.push(AlterTableDecl {
                table: name,
                only: true,
                if_exists: false,
                actions,
                span: alter.span,
            });
        }
    }
    kept
}

fn gives_default(action: &AlterAction) -> bool {
    matches!(action, AlterAction::AddColumn(column) if column.default.is_some())
}

/// Returns a table's name as its declaration says it.
fn name_of(table: &QualifiedName, done: &[Decl]) -> Option<crate::source::decl::QName> {
    done.iter().find_map(|decl| match decl {
        Decl::Table(data) if is_called(&data.name, table) => Some(data.name.clone()),
        _ => None,
    })
}

/// Tells whether a table declares a column itself, and so says itself what it is.
fn is_own(table: &QualifiedName, column: &str, done: &[Decl]) -> bool {
    done.iter().any(|decl| {
        matches!(decl, Decl::Table(data) if is_called(&data.name, table)
            && data.columns.iter().any(|own| own.name.node == column))
    })
}

/// Returns the default that a column has by now, from what is said of it or of its parents'; none where nothing is.
#[expect(clippy::option_option, reason = "that it has none may be said too")]
fn default(table: &QualifiedName, column: &str, done: &[Decl], depth: usize) -> Option<Option<DefaultDecl>> {
    let mut found = None;
    for decl in done {
        match decl {
            Decl::Table(data) if is_called(&data.name, table) => {
                let own = data.columns.iter().find(|own| own.name.node == column);
                found = own.map(|own| own.default.clone());
            }
            Decl::AlterTable(alter) if is_called(&alter.table, table) => {
                for action in &alter.actions {
                    match action {
                        AlterAction::SetDefault(name, default) if name.node == column => {
                            found = Some(default.clone());
                        }
                        AlterAction::AddColumn(own) if own.name.node == column => {
                            found = Some(own.default.clone());
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let inherited =
        || parents(table, done).iter().find_map(|parent| default(parent, column, done, depth + 1));
    found.or_else(|| (depth < DEPTH).then(inherited).flatten())
}

/// Tells whether a column refuses NULL by now.
fn refuses(table: &QualifiedName, column: &str, done: &[Decl]) -> bool {
    column_of(table, column, done).is_some_and(|own| own.nullable.is_some_and(|nullable| !nullable.node))
}

/// Returns a column as an heir has it from a table: neither a key nor counted.
fn inherited(table: &QualifiedName, column: &str, done: &[Decl]) -> Option<ColumnDecl> {
    let mut own = column_of(table, column, done)?;
    own.primary_key = None;
    own.unique = None;
    own.references.clear();
    own.identity = None;
    Some(own)
}

fn column_of(table: &QualifiedName, column: &str, done: &[Decl]) -> Option<ColumnDecl> {
    let columns = like::at_this_moment(table, done)?.columns;
    columns.into_iter().find(|own| own.name.node == column)
}

/// Returns what keeps a column's storage or statistics of an heir as they are where the parent's are set; none where the heir says
/// itself what they are.
fn setting(heir: &QualifiedName, set: &str, done: &[Decl]) -> Option<String> {
    let (column, what) = read(set)?;
    if said(heir, &column, what, done).is_some() {
        return None;
    }
    let mut parent = parents(heir, done).into_iter().next();
    for _ in 0..DEPTH {
        let Some(at) = parent else { break };
        if let Some(said) = said(&at, &column, what, done) {
            return Some(said.to_owned());
        }
        parent = parents(&at, done).into_iter().next();
    }
    let none = if what == "storage" { "DEFAULT" } else { "-1" };
    Some(format!("ALTER COLUMN {column} SET {} {none}", what.to_uppercase()))
}

/// Returns the last change of a table that sets a column's storage or statistics.
fn said<'d>(table: &QualifiedName, column: &PgIdent, what: &str, done: &'d [Decl]) -> Option<&'d str> {
    let is_it = |text: &&str| read(text).is_some_and(|(of, set)| of == *column && set == what);
    done.iter().rev().find_map(|decl| match decl {
        Decl::AlterTable(alter) if is_called(&alter.table, table) => {
            let mut texts = alter.actions.iter().rev().filter_map(|action| match action {
                AlterAction::Other(text) => Some(text.node.as_str()),
                _ => None,
            });
            texts.find(is_it)
        }
        _ => None,
    })
}

/// Reads which column's storage or statistics a change sets.
fn read(action: &str) -> Option<(PgIdent, &'static str)> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    cursor.eat("alter").then_some(())?;
    _ = cursor.eat("column");
    let column = cursor.ident()?;
    Some((column, cursor.eat_any(&[("set storage", "storage"), ("set statistics", "statistics")])?))
}

fn parents(table: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    let tail = done.iter().find_map(|decl| match decl {
        Decl::Table(data) if is_called(&data.name, table) => data.tail.as_ref(),
        _ => None,
    });
    tail.map(|tail| super::super::inherit::parents(&tail.node)).unwrap_or_default()
}
