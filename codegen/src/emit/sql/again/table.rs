//! Changes of tables.

use super::{beside, insert, there, unless};
use crate::model::ident::literal;
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName};

/// Prints a change of a table, given as what stands in front of the action, the table's name, and one or more actions.
pub(super) fn altered(head: &str, table: &QualifiedName, actions: &str) -> String {
    let own = tokens(actions);
    let parts = Cursor::new(actions, &own).split();
    let printed = parts.into_iter().map(|action| one(head, table, action));
    printed.collect::<Vec<_>>().join("\n")
}

fn one(head: &str, table: &QualifiedName, mut cursor: Cursor<'_, '_>) -> String {
    let action = cursor.rest();
    let text = format!("{head} {action};");
    // What is taken from a table may be taken from one that goes further down in the file.
    let lenient = |text: &str| {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        let kind = cursor.eat("alter").then(|| cursor.until(|token| token.is("table") || token.is("view")));
        match kind.and_then(|_| cursor.next()).filter(|_| !cursor.eat("if exists")) {
            Some(kind) => insert(text, kind.end(), "IF EXISTS"),
            None => text.to_owned(),
        }
    };
    let within = |cursor: &Cursor<'_, '_>, words: &str| {
        let rest = cursor.rest();
        let done = action.get(..action.len() - rest.len()).unwrap_or_default();
        format!("{head} {done}{words} {rest};")
    };
    if cursor.eat("add column") {
        return if cursor.eat("if not exists") { text } else { within(&cursor, "IF NOT EXISTS") };
    }
    if cursor.eat("drop column") || cursor.eat("drop constraint") {
        return lenient(&if cursor.eat("if exists") { text } else { within(&cursor, "IF EXISTS") });
    }
    if cursor.eat("add constraint") {
        return match cursor.ident() {
            Some(name) => unless(&there::a_constraint(table, name.as_str()), &text),
            None => text,
        };
    }
    if cursor.eat("add") {
        return match unnamed(table, cursor) {
            Some(condition) => unless(&condition, &text),
            None => text,
        };
    }
    if cursor.eat("validate constraint") || cursor.eat("alter constraint") {
        return match cursor.ident() {
            Some(name) => unless(&format!("NOT {}", there::a_constraint(table, name.as_str())), &text),
            None => text,
        };
    }
    if cursor.eat("rename constraint") {
        let names = cursor.ident().zip(cursor.eat("to").then(|| cursor.ident()).flatten());
        return renamed(names, &text, |name| there::a_constraint(table, name.as_str()));
    }
    if cursor.eat("rename to") {
        let names = cursor.ident().map(|to| (table.name.clone(), to));
        return renamed(names, &text, |name| there::a_relation(&beside(table, name.clone())));
    }
    if cursor.eat("rename") {
        _ = cursor.eat("column");
        let names = cursor.ident().zip(cursor.eat("to").then(|| cursor.ident()).flatten());
        return renamed(names, &text, |name| there::a_column(table, name.as_str(), ""));
    }
    if cursor.eat("set schema") {
        let Some(schema) = cursor.ident() else { return text };
        let moved = QualifiedName { schema: Some(schema), name: table.name.clone() };
        let condition = format!("{} OR NOT ({})", there::a_relation(&moved), there::a_relation(table));
        return unless(&condition, &text);
    }
    let attaches = [("attach partition", true), ("detach partition", false)];
    if let Some(attaches) = cursor.eat_any(&attaches) {
        let Some(child) = cursor.name() else { return text };
        return if_joined(&there::an_heir(&child, table), attaches, &text);
    }
    if let Some(inherits) = cursor.eat_any(&[("inherit", true), ("no inherit", false)]) {
        let Some(parent) = cursor.name() else { return text };
        return if_joined(&there::an_heir(table, &parent), inherits, &text);
    }
    if cursor.eat("not of") {
        let name = literal(&table.to_string());
        let typed =
            format!("EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({name}) AND reloftype <> 0)");
        return unless(&format!("NOT {typed}"), &text);
    }
    if cursor.eat("alter column") || cursor.eat("alter") {
        return column(table, cursor, text);
    }
    text
}

/// Returns what tells that a constraint without a name is there, given as what stands behind `ADD`.
fn unnamed(table: &QualifiedName, mut cursor: Cursor<'_, '_>) -> Option<String> {
    // Of another kind there may be several, and which is which is told by names.
    cursor.eat("primary key").then(|| there::a_primary_key(table))
}

/// Prints a renaming, of which it is asked whether something has a name.
fn renamed(names: Option<(PgIdent, PgIdent)>, text: &str, is_there: impl Fn(&PgIdent) -> String) -> String {
    match names {
        // Something new may have the old name by now.
        Some((from, to)) => unless(&format!("NOT ({}) OR {}", is_there(&from), is_there(&to)), text),
        None => text.to_owned(),
    }
}

/// Prints what joins two tables or parts them.
fn if_joined(are_joined: &str, joins: bool, text: &str) -> String {
    match joins {
        true => unless(are_joined, text),
        false => unless(&format!("NOT {are_joined}"), text),
    }
}

/// Prints a change of a column, given from its name on.
fn column(table: &QualifiedName, mut cursor: Cursor<'_, '_>, text: String) -> String {
    let Some(name) = cursor.ident() else { return text };
    if cursor.eat("drop identity") || cursor.eat("drop expression") {
        return if cursor.eat("if exists") {
            text
        } else {
            format!("{} IF EXISTS;", text.trim_end_matches(';'))
        };
    }
    if cursor.eat("drop default") || cursor.eat("drop not null") {
        // The column may go further down in the file, and an identity has no default.
        let has = there::a_column(table, name.as_str(), " AND attidentity = ''");
        return unless(&format!("NOT {has}"), &text);
    }
    if cursor.eat("type") || cursor.eat("set data type") {
        let ty = cursor.until(|token| token.is("collate") || token.is("using")).rest();
        // A view over the column would stand in the way of setting even the type that it has.
        let collation = cursor.eat("collate").then(|| cursor.name()).flatten();
        let collation = collation.map_or_else(
            || "(SELECT typcollation FROM pg_type WHERE oid = atttypid)".to_owned(),
            |name| format!("to_regcollation({})", literal(&name.to_string())),
        );
        let has = format!(
            " AND replace(format_type(atttypid, atttypmod), ' ', '') = {} AND attcollation = {collation}",
            there::formatted(ty)
        );
        return unless(&there::a_column(table, name.as_str(), &has), &text);
    }
    if cursor.eat("add generated") {
        return unless(&there::a_column(table, name.as_str(), " AND attidentity <> ''"), &text);
    }
    text
}
