//! A partition that is detached and attached again is one still, with other bounds: what it has from the whole it has all the time.

use super::{is_called, parts, qualified};
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, Decl, TableDecl};
use crate::span::Spanned;

/// What was detached so far.
#[derive(Debug, Default)]
pub(super) struct Detached {
    all: Vec<Left>,
}

/// A partition that left its whole.
#[derive(Debug)]
struct Left {
    whole: QualifiedName,
    /// As it was.
    table: TableDecl,
    /// As it was right behind.
    after: Option<TableDecl>,
    /// Its keys and indexes, and those that were said because it left.
    keys: Vec<QualifiedName>,
    said: Vec<QualifiedName>,
}

impl Detached {
    /// Remembers a partition that a change detaches, before it does.
    pub(super) fn before(&mut self, whole: &QualifiedName, action: &str, done: &[Decl]) {
        let Some(part) = named(action, "detach partition") else { return };
        if let Some(table) = find(&part, done).filter(|table| says_whole(table, whole)) {
            self.all.retain(|left| !is_called(&left.table.name, &part));
            let (whole, table, keys) = (whole.clone(), table.clone(), parts::key_names(&part, done));
            self.all.push(Left { whole, table, after: None, keys, said: Vec::new() });
        }
    }

    /// Remembers what became of it.
    pub(super) fn behind(&mut self, action: &str, done: &[Decl]) {
        let Some(part) = named(action, "detach partition") else { return };
        if let Some(left) = self.all.iter_mut().find(|left| is_called(&left.table.name, &part)) {
            left.after = find(&part, done).cloned();
            left.said = parts::key_names(&part, done);
            left.said.retain(|name| !left.keys.contains(name));
        }
    }

    /// Attaches a partition again where nothing else was done with it; tells whether it did.
    pub(super) fn attach(&mut self, whole: &QualifiedName, action: &str, done: &mut Vec<Decl>) -> bool {
        let Some(part) = named(action, "attach partition") else { return false };
        let is_it = |left: &Left| {
            left.whole == *whole
                && is_called(&left.table.name, &part)
                && left.after.as_ref() == find(&part, done)
        };
        let Some(at) = self.all.iter().position(is_it) else { return false };
        let Left { mut table, said: given, .. } = self.all.remove(at);
        let bound = {
            let own = tokens(action);
            let mut cursor = Cursor::new(action, &own);
            _ = cursor.eat("attach partition");
            _ = cursor.name();
            cursor.rest().to_owned()
        };
        let Some(tail) = &table.tail else { return false };
        let rest = behind_bound(&tail.node);
        let said = [format!("PARTITION OF {whole} {bound}"), rest].join(" ");
        table.tail = Some(Spanned::new(said.trim().to_owned(), tail.span));
        parts::forget(&part, &given, done);
        for decl in done.iter_mut() {
            match decl {
                Decl::Table(known) if is_called(&known.name, &part) => *known = table.clone(),
                Decl::AlterTable(alter) if is_called(&alter.table, whole) => alter.actions.retain(|known| {
                    !matches!(known, AlterAction::Other(text)
                        if named(&text.node, "detach partition").as_ref() == Some(&part))
                }),
                _ => {}
            }
        }
        true
    }
}

/// Returns the partition that a change names behind some words.
fn named(action: &str, words: &str) -> Option<QualifiedName> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    cursor.eat(words).then(|| cursor.name()).flatten()
}

/// Returns the table of a name.
pub(super) fn find<'d>(part: &QualifiedName, done: &'d [Decl]) -> Option<&'d TableDecl> {
    done.iter().find_map(|decl| match decl {
        Decl::Table(table) if is_called(&table.name, part) => Some(table),
        _ => None,
    })
}

fn says_whole(table: &TableDecl, whole: &QualifiedName) -> bool {
    let tail = table.tail.as_ref().map_or("", |tail| tail.node.as_str());
    named(tail, "partition of").as_ref() == Some(whole) && qualified(&table.name) != *whole
}

/// Returns what stands behind the bounds of a partition.
fn behind_bound(tail: &str) -> String {
    let own = tokens(tail);
    let mut cursor = Cursor::new(tail, &own);
    _ = cursor.eat("partition of");
    _ = cursor.name();
    cursor.eat_bound();
    cursor.rest().to_owned()
}
