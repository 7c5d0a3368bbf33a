//! What statements that are carried make gets another name or schema: the statement then says so itself.

use super::super::amend::parameters;
use super::drop::{index_name, is_named, is_part, is_state_of};
use super::uses::renamed_in_query;
use super::{cascade, described, is_called, qualified, schema};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::routine;
use crate::model::token::{Cursor, Token, mentions_name, renamed, tokens};
use crate::model::types::type_name;
use crate::source::decl::{AlterAction, Decl, VerbatimDecl};
use crate::span::Spanned;

/// Applies `ALTER … RENAME TO …` and `ALTER … SET SCHEMA …` to the one statement that makes what they name; tells whether it did.
///
/// A thing that other statements name is left alone: their texts would have to be written anew.
pub(super) fn rename(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let Some(kind) = data.kind.strip_prefix("alter ") else { return false };
    if !cursor.eat(&data.kind) {
        return false;
    }
    _ = cursor.eat("if exists");
    match kind {
        "trigger" | "rule" | "policy" => part(kind, &mut cursor, done),
        "event trigger" => event_trigger(&mut cursor, done),
        "function"
        | "procedure"
        | "routine"
        | "aggregate"
        | "view"
        | "materialized view"
        | "statistics"
        | "collation"
        | "conversion"
        | "foreign table"
        | "publication"
        | "operator class"
        | "operator family"
        | "language"
        | "server"
        | "foreign data wrapper" => whole(kind, &mut cursor, done),
        _ => false,
    }
}

/// Applies `ALTER … SET SCHEMA …` of a view and the like, and that and `RENAME TO …` of a routine that shares its name with no other,
/// wherever statements name them; tells whether it did.
pub(super) fn move_named(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let Some(kind) = data.kind.strip_prefix("alter ").filter(|_| cursor.eat(&data.kind)) else {
        return false;
    };
    let is_relation = matches!(kind, "view" | "materialized view" | "foreign table");
    if !is_relation && !matches!(kind, "function" | "procedure" | "routine" | "aggregate") {
        return false;
    }
    _ = cursor.eat("if exists");
    let Some(name) = cursor.name() else { return false };
    let arguments = cursor.group().map(|group| group.rest());
    let to = called_next(&mut cursor, &name);
    let Some(to) = to.filter(|_| cursor.is_done()) else { return false };
    if !done.iter().any(|decl| is_named(decl, kind, &name, arguments)) {
        return false;
    }
    if is_relation {
        schema::move_relation(&name, &to, done);
        return true;
    }
    let is_routine = |decl: &&Decl| {
        let kinds = ["routine", "aggregate"];
        kinds.iter().any(|kind| is_named(decl, kind, &name, None) || is_named(decl, kind, &to, None))
    };
    if done.iter().filter(is_routine).count() > 1 {
        // Which of several is called depends on the types.
        return false;
    }
    read_as_column(&name, &to, done);
    schema::move_routine(&name, &to, done);
    true
}

/// Reads `RENAME TO …` or `SET SCHEMA …`: what the thing of a name is called from then on.
pub(super) fn called_next(cursor: &mut Cursor<'_, '_>, name: &QualifiedName) -> Option<QualifiedName> {
    if cursor.eat("rename to") {
        cursor.ident().map(|to| QualifiedName { schema: name.schema.clone(), name: to })
    } else if cursor.eat("set schema") {
        cursor.ident().map(|schema| QualifiedName::new(Some(schema.as_str()), name.name.as_str()))
    } else {
        None
    }
}

/// Renames a function of a row where it is read as a column of it, and no table has one of its name.
fn read_as_column(name: &QualifiedName, to: &QualifiedName, done: &mut [Decl]) {
    let signature = done.iter().find_map(|decl| match decl {
        Decl::Verbatim(data) if is_named(decl, "function", name, None) => {
            routine::signature_of(&data.text.node)
        }
        _ => None,
    });
    let Some(row) = signature.map(|signature| type_name(&signature)) else { return };
    if cascade::has_column(name.name.as_str(), done) {
        return;
    }
    for decl in done {
        if let Decl::Verbatim(data) = decl
            && data.names.iter().any(|named| qualified(named) == row)
            && cascade::reads_as_column(&data.text.node, name.name.as_str())
            && let Some(text) = renamed_in_query(data, &row, name.name.as_str(), to.name.as_str(), &|_| None)
        {
            data.text.node = text;
        }
    }
}

/// Applies `ALTER INDEX … SET (…)` and `RESET (…)`; tells whether it did.
pub(super) fn set_parameters(data: &VerbatimDecl, done: &mut [Decl]) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    if !cursor.eat("alter index") {
        return false;
    }
    _ = cursor.eat("if exists");
    let Some(name) = cursor.name() else { return false };
    let Some(is_set) = cursor.eat_any(&[("set", true), ("reset", false)]) else { return false };
    let (Some(list), span) = (cursor.group(), data.text.span) else { return false };
    done.iter_mut().any(|decl| match decl {
        Decl::Index(index) if index_name(&index.table, &index.index) == name => {
            parameters(&mut index.index.storage, list.clone(), is_set, span)
        }
        _ => false,
    })
}

/// Renames a trigger, rule or policy, whose name holds in its table alone.
fn part(kind: &str, cursor: &mut Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let (Some(name), true, Some(table)) = (cursor.ident(), cursor.eat("on"), cursor.name()) else {
        return false;
    };
    let (true, Some(to)) = (cursor.eat("rename to"), cursor.ident()) else { return false };
    let made = done.iter_mut().find(|decl| is_part(decl, kind, name.as_str(), &table));
    let Some(Decl::Verbatim(data)) = made else { return false };
    if !say(data, &name, &to.to_string()) {
        return false;
    }
    for decl in done {
        match decl {
            // Whether it fires.
            Decl::AlterTable(alter) if is_called(&alter.table, &table) => {
                for action in &mut alter.actions {
                    if let AlterAction::Other(text) = action
                        && is_state_of(&text.node, kind, name.as_str())
                    {
                        text.node = renamed(&text.node, name.as_str(), to.as_str());
                    }
                }
            }
            Decl::Comment(comment) => described::rename_part(comment, kind, &table, &name, &to),
            _ => {}
        }
    }
    true
}

/// Renames an event trigger, and says so where it is said when it fires.
fn event_trigger(renaming: &mut Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let (Some(name), true, Some(to)) = (renaming.ident(), renaming.eat("rename to"), renaming.ident()) else {
        return false;
    };
    let is_of = |data: &VerbatimDecl, head: &str| {
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        cursor.eat(head) && cursor.ident().as_ref() == Some(&name)
    };
    let mut is_renamed = false;
    for decl in done {
        let Decl::Verbatim(data) = decl else { continue };
        if is_of(data, "create event trigger") {
            is_renamed |= say(data, &name, &to.to_string());
        } else if is_renamed && is_of(data, "alter event trigger") {
            _ = say(data, &name, &to.to_string());
        } else {
            continue;
        }
        for named in data.names.iter_mut().chain(&mut data.creates) {
            if named.name.node == name.as_str() {
                to.as_str().clone_into(&mut named.name.node);
            }
        }
    }
    is_renamed
}

/// Renames or moves something that has a name of its own, a routine by its arguments.
fn whole(kind: &str, cursor: &mut Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let Some(name) = cursor.name() else { return false };
    let arguments = cursor.group().map(|group| group.rest());
    // Operator classes and families are told apart by the access method too, which their names are taken to say.
    if cursor.eat("using") {
        _ = cursor.ident();
    }
    let to = called_next(cursor, &name);
    let Some(to) = to.filter(|_| cursor.is_done() || cursor.eat(";")) else { return false };
    let mut made = None;
    for (at, decl) in done.iter().enumerate() {
        match decl {
            Decl::Verbatim(data) if data.names.iter().any(|named| is_called(named, &name)) => {
                return false;
            }
            Decl::Verbatim(_) if is_named(decl, kind, &name, arguments) => {
                if made.is_some() {
                    // Which of several is meant depends on the types.
                    return false;
                }
                made = Some(at);
            }
            Decl::Index(data) if is_called(&data.table, &name) => return false,
            _ => {}
        }
    }
    let Some(Decl::Verbatim(data)) = made.and_then(|at| done.get_mut(at)) else { return false };
    // The family that a class brings along keeps the name that the class had.
    if kind == "operator class" && !mentions_name(&data.text.node, "family") {
        return false;
    }
    if !say(data, &name.name, &to.to_string()) {
        return false;
    }
    if let Some(creates) = &mut data.creates {
        let span = creates.name.span;
        creates.schema = to.schema.as_ref().map(|schema| Spanned::new(schema.as_str().to_owned(), span));
        to.name.as_str().clone_into(&mut creates.name.node);
    }
    true
}

/// Writes another name where a statement says the name of what it makes, which it does first behind what it is.
pub(super) fn say(data: &mut VerbatimDecl, name: &PgIdent, to: &str) -> bool {
    let text = &mut data.text;
    let own = tokens(&text.node);
    let kind = data.kind.rsplit(' ').next().unwrap_or_default();
    let Some(kind) = own.iter().position(|token| token.is(kind)) else { return false };
    let is_name = |token: &Token<'_>| token.is_name() && token.value == name.as_str();
    let behind = own.iter().skip(kind + 1).position(is_name);
    let Some(at) = behind.map(|behind| kind + 1 + behind) else { return false };
    // The schema may stand before it, with a dot between them.
    let first =
        at.checked_sub(2).filter(|_| own.get(at - 1).is_some_and(|token| token.is("."))).unwrap_or(at);
    let (Some(first), Some(last)) = (own.get(first), own.get(at)) else { return false };
    let (start, end) = (first.start, last.end());
    text.node.replace_range(start..end, to);
    true
}
