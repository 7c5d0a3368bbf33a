//! Whether triggers fire: what is said of all of a table's is said of each.

use super::drop::{part_of, with_heirs};
use super::is_called;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, Decl};
use crate::span::Spanned;

/// Writes `DISABLE TRIGGER ALL` and its like out for the triggers that the table has by then.
pub(super) fn spread(table: &QualifiedName, actions: &mut Vec<AlterAction>, done: &[Decl]) {
    let mut written = Vec::with_capacity(actions.len());
    for action in std::mem::take(actions) {
        let AlterAction::Other(text) = &action else {
            written.push(action);
            continue;
        };
        let Some(mode) = of_all(&text.node) else {
            written.push(action);
            continue;
        };
        let triggers = done.iter().filter_map(|decl| match decl {
            Decl::Verbatim(data) if data.kind == "trigger" => part_of(data),
            _ => None,
        });
        for (name, _) in triggers.filter(|(_, on)| on == table) {
            let said = format!("{mode} TRIGGER {name}");
            written.push(AlterAction::Other(Spanned::new(said, text.span)));
        }
    }
    *actions = written;
}

/// Forgets whether a trigger fires, where that is said anew; of a partitioned table on its partitions too: each has the trigger, and
/// goes along (since PostgreSQL 15), unless the whole `alone` is meant.
pub(super) fn overrule(table: &QualifiedName, actions: &[AlterAction], alone: bool, done: &mut [Decl]) {
    let said: Vec<PgIdent> = actions
        .iter()
        .filter_map(|action| match action {
            AlterAction::Other(text) => named(&text.node),
            _ => None,
        })
        .collect();
    if said.is_empty() {
        return;
    }
    let alone = alone || !is_partitioned(table, done);
    let tables = if alone { vec![table.clone()] } else { with_heirs(done, table) };
    for part in &tables {
        for decl in done.iter_mut() {
            if let Decl::AlterTable(alter) = decl
                && is_called(&alter.table, part)
            {
                alter.actions.retain(|action| match action {
                    AlterAction::Other(text) => named(&text.node).is_none_or(|name| !said.contains(&name)),
                    _ => true,
                });
            }
        }
    }
}

/// Tells whether a table itself says when a trigger fires.
pub(super) fn is_said(table: &QualifiedName, trigger: &PgIdent, done: &[Decl]) -> bool {
    done.iter().any(|decl| {
        matches!(decl, Decl::AlterTable(alter) if is_called(&alter.table, table)
        && alter.actions.iter().any(|action| {
            matches!(action, AlterAction::Other(text) if named(&text.node).as_ref() == Some(trigger))
        }))
    })
}

/// Returns the trigger of which a change says whether it fires.
pub(super) fn named(action: &str) -> Option<PgIdent> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    let modes = ["disable trigger", "enable trigger", "enable always trigger", "enable replica trigger"];
    modes.iter().any(|mode| cursor.eat(mode)).then(|| cursor.ident()).flatten()
}

pub(super) fn is_partitioned(table: &QualifiedName, done: &[Decl]) -> bool {
    done.iter().any(|decl| match decl {
        Decl::Table(data) if is_called(&data.name, table) => data.tail.as_ref().is_some_and(|tail| {
            let own = tokens(&tail.node);
            own.windows(2).any(|pair| matches!(pair, [a, b] if a.is("partition") && b.is("by")))
        }),
        _ => false,
    })
}

/// Returns what is done with all triggers of a table: `DISABLE`, `ENABLE`.
fn of_all(action: &str) -> Option<&'static str> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    let mode = cursor.eat_any(&[("disable trigger", "DISABLE"), ("enable trigger", "ENABLE")])?;
    // A trigger may be called so, in quotes.
    let is_word = cursor.peek().is_some_and(|token| !token.raw.starts_with('"'));
    (is_word && (cursor.eat("all") || cursor.eat("user"))).then_some(mode)
}
