//! What is set of a thing beside its declaration: `ALTER COLUMN c SET STORAGE EXTERNAL`, `CLUSTER ON i`, `ALTER FUNCTION f() STABLE`.

use super::{drop, is_called, qualified};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::routine;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, Decl, VerbatimDecl};

/// Whatever can be set.
pub(super) const ALL: [&str; 2] = ["set", "reset"];

/// What a column has from its type, and anew from another one.
const OF_TYPE: [&str; 2] = ["set storage", "set compression"];

/// Forgets what is set of a column that is gone, or begins with one of some words.
pub(super) fn forget(table: &QualifiedName, column: &str, settings: &[&str], done: &mut Vec<Decl>) {
    let is_it = |action: &AlterAction| {
        let AlterAction::Other(text) = action else { return false };
        let own = tokens(&text.node);
        let mut cursor = Cursor::new(&text.node, &own);
        cursor.eat("alter")
            && (cursor.eat("column") || !cursor.is_done())
            && cursor.ident().is_some_and(|name| name.as_str() == column)
            && settings.iter().any(|setting| cursor.eat(setting))
    };
    done.retain_mut(|decl| match decl {
        Decl::AlterTable(alter) if is_called(&alter.table, table) && alter.actions.iter().any(is_it) => {
            alter.actions.retain(|action| !is_it(action));
            !alter.actions.is_empty()
        }
        _ => true,
    });
}

/// Forgets how a column is stored, in its table and the heirs of that: it gets another type.
pub(super) fn forget_in_all(table: &QualifiedName, column: &str, done: &mut Vec<Decl>) {
    let has_any = done.iter().any(|decl| {
        matches!(decl, Decl::AlterTable(alter)
            if alter.actions.iter().any(|action| matches!(action, AlterAction::Other(_))))
    });
    if has_any {
        for table in drop::with_heirs(done, table) {
            forget(&table, column, &OF_TYPE, done);
        }
    }
}

/// Forgets that a table is clustered by an index that is gone, or that rows are known by it.
pub(super) fn forget_index(index: &QualifiedName, done: &mut Vec<Decl>) {
    let is_by_it = |action: &AlterAction| matches!(action, AlterAction::Other(text) if by_index(&text.node).as_ref() == Some(&index.name));
    done.retain_mut(|decl| match decl {
        Decl::AlterTable(alter)
            if qualified(&alter.table).schema == index.schema && alter.actions.iter().any(is_by_it) =>
        {
            alter.actions.retain(|action| !is_by_it(action));
            !alter.actions.is_empty()
        }
        _ => true,
    });
}

/// Returns the index by which a change clusters a table or tells its rows apart.
fn by_index(action: &str) -> Option<PgIdent> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    (cursor.eat("cluster on") || cursor.eat("replica identity using index")).then(|| cursor.ident()).flatten()
}

/// Forgets by which index a table was clustered before, where a change says it anew.
pub(super) fn overrule(table: &QualifiedName, action: &str, done: &mut Vec<Decl>) {
    const SETTINGS: [(&[&str], &[&str]); 2] = [
        (&["cluster on", "set without cluster"], &["cluster on"]),
        (&["replica identity"], &["replica identity"]),
    ];
    let begins = |text: &str, words: &[&str]| {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        words.iter().any(|words| cursor.eat(words))
    };
    let Some((_, before)) = SETTINGS.iter().find(|(said, _)| begins(action, said)) else { return };
    let is_before =
        |action: &AlterAction| matches!(action, AlterAction::Other(text) if begins(&text.node, before));
    done.retain_mut(|decl| match decl {
        Decl::AlterTable(alter) if is_called(&alter.table, table) && alter.actions.iter().any(is_before) => {
            alter.actions.retain(|action| !is_before(action));
            !alter.actions.is_empty()
        }
        _ => true,
    });
}

/// Forgets what was set of a routine that is made anew by `CREATE OR REPLACE`: whose it is and who may call it stays.
pub(super) fn forget_attributes(by: &VerbatimDecl, done: &mut Vec<Decl>) {
    let Some(name) = by.creates.as_ref().map(qualified) else { return };
    if !matches!(by.kind.as_str(), "function" | "procedure") {
        return;
    }
    let signature = routine::signature_of(&by.text.node);
    done.retain(|decl| {
        let Decl::Verbatim(data) = decl else { return true };
        if !matches!(data.kind.as_str(), "alter function" | "alter procedure" | "alter routine") {
            return true;
        }
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        _ = cursor.eat(&data.kind);
        if cursor.name().as_ref() != Some(&name) {
            return true;
        }
        let said = cursor.group().and_then(routine::signature);
        let is_it = match (&signature, said) {
            (Some(own), Some(said)) => routine::is_same_signature(own, &said),
            _ => true,
        };
        let stays = ["owner", "depends", "no depends"].iter().any(|words| cursor.eat(words));
        !is_it || stays
    });
}
