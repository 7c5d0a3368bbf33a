//! Carried statements: what each does is told by its first words.

use super::{beside, insert, passing_over, table, there, unless};
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName, default_name};
use crate::plan::migration::statement::Statement;

/// What PostgreSQL says where something is there already, the last where it is one of a text search.
const THERE: &str = "duplicate_object OR duplicate_function OR duplicate_table OR unique_violation";

/// Prints a carried statement.
pub(super) fn again(carried: &str, text: &str) -> String {
    let own = tokens(carried);
    let mut cursor = Cursor::new(carried, &own);
    if cursor.eat("drop") {
        return dropped(cursor, text);
    }
    if cursor.eat("alter") {
        return changed(cursor, text);
    }
    if cursor.eat("import foreign schema") {
        return passing_over(THERE, text);
    }
    if cursor.eat("insert into") && !own.iter().any(|token| token.is("conflict")) {
        // Rows that are known by a value that stands there are there already; others are new each time, which is announced.
        return passing_over("unique_violation", text);
    }
    match own.first().filter(|_| cursor.eat("create")) {
        Some(create) if !cursor.eat("or replace") => created(create.end(), cursor, text),
        _ => text.to_owned(),
    }
}

/// Returns the name of the sequence that a statement drops.
pub(super) fn dropped_sequence(statement: &Statement) -> Option<QualifiedName> {
    let Statement::Verbatim { text, .. } = statement else { return None };
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("drop sequence").then_some(())?;
    _ = cursor.eat("if exists");
    cursor.name()
}

/// Kinds that `CREATE OR REPLACE` makes.
const REPLACED: &[&str] = &[
    "aggregate",
    "function",
    "language",
    "procedural language",
    "procedure",
    "recursive view",
    "rule",
    "transform",
    "trusted language",
    "trusted procedural language",
    "view",
];

/// Kinds that know `IF NOT EXISTS`.
const UNLESS_THERE: &[&str] = &[
    "collation",
    "extension",
    "foreign table",
    "materialized view",
    "schema",
    "sequence",
    "server",
    "statistics",
    "table",
    "unlogged sequence",
    "unlogged table",
    "user mapping",
];

/// Kinds that may not be made within a block.
const ALONE: &[&str] = &["database", "subscription", "tablespace"];

/// Prints a `CREATE` of which the verb has been read.
fn created(create: usize, mut cursor: Cursor<'_, '_>, text: &str) -> String {
    if REPLACED.iter().any(|kind| cursor.clone().eat(kind)) {
        return insert(text, create, "OR REPLACE");
    }
    if let Some(kind) = UNLESS_THERE.iter().find(|kind| cursor.clone().eat(kind)) {
        let end = kind.split(' ').filter_map(|_| cursor.next()).last().map_or(create, |token| token.end());
        return if cursor.eat("if not exists") {
            text.to_owned()
        } else {
            insert(text, end, "IF NOT EXISTS")
        };
    }
    if ALONE.iter().any(|kind| cursor.eat(kind)) {
        return text.to_owned();
    }
    if cursor.clone().eat("index") || cursor.clone().eat("unique index") {
        return index(cursor, text);
    }
    let condition = if cursor.eat("type") {
        cursor.name().map(|name| match cursor.peek() {
            // A shell, and the type that it becomes when it has its functions.
            None => there::a_shell(&name),
            Some(token) if token.is("(") => there::a_finished_type(&name),
            Some(_) => there::a_type(&name),
        })
    } else if cursor.eat("domain") {
        cursor.name().map(|name| there::a_type(&name))
    } else if cursor.eat("policy") {
        of_table(cursor).map(|(name, table)| there::a_policy(&table, name.as_str()))
    } else if cursor.eat("trigger") || cursor.eat("constraint trigger") {
        of_table(cursor).map(|(name, table)| there::a_trigger(&table, name.as_str()))
    } else {
        there::a_rare_thing(cursor)
    };
    match condition {
        Some(condition) => unless(&condition, text),
        None => passing_over(THERE, text),
    }
}

/// Reads a name and, behind `ON`, a table.
fn of_table(mut cursor: Cursor<'_, '_>) -> Option<(PgIdent, QualifiedName)> {
    let name = cursor.ident()?;
    _ = cursor.until(|token| token.is("on"));
    cursor.next();
    Some((name, cursor.name()?))
}

/// Prints a `CREATE INDEX`; one without a name is given that which PostgreSQL would have chosen, since it would choose another the
/// second time.
fn index(mut cursor: Cursor<'_, '_>, text: &str) -> String {
    _ = cursor.eat("unique");
    let Some(word) = cursor.next() else { return text.to_owned() };
    let concurrently = cursor.peek().filter(|token| token.is("concurrently"));
    if concurrently.is_some() {
        cursor.next();
    }
    if cursor.eat("if not exists") {
        return text.to_owned();
    }
    let end = concurrently.unwrap_or(word).end();
    let chosen = cursor.peek().is_some_and(|token| token.is("on")).then(|| unnamed_index(cursor)).flatten();
    match chosen {
        Some(name) => insert(text, end, &format!("IF NOT EXISTS {name}")),
        None => insert(text, end, "IF NOT EXISTS"),
    }
}

fn unnamed_index(mut cursor: Cursor<'_, '_>) -> Option<PgIdent> {
    cursor.eat("on").then_some(())?;
    _ = cursor.eat("only");
    let table = cursor.name()?;
    default_name::index(&table, cursor)
}

/// Prints a `DROP` of which the verb has been read.
fn dropped(mut cursor: Cursor<'_, '_>, text: &str) -> String {
    const KINDS: &[&str] = &[
        "access method",
        "event trigger",
        "foreign data wrapper",
        "foreign table",
        "index concurrently",
        "materialized view",
        "operator class",
        "operator family",
        "procedural language",
        "text search configuration",
        "text search dictionary",
        "text search parser",
        "text search template",
        "user mapping",
    ];
    let is_sequence = cursor.clone().eat("sequence");
    if !KINDS.iter().any(|kind| cursor.eat(kind)) {
        cursor.next();
    }
    if is_sequence {
        _ = cursor.eat("if exists");
        // An identity that the column has by now makes a sequence of the same name.
        return match cursor.name() {
            Some(name) => unless(&format!("NOT {}", there::a_free_sequence(&name)), text),
            None => text.to_owned(),
        };
    }
    match cursor.eat("if exists") {
        true => text.to_owned(),
        false => {
            let at = cursor.peek().map_or(text.len(), |token| token.start);
            let (head, rest) = text.split_at(at.min(text.len()));
            format!("{head}IF EXISTS {rest}")
        }
    }
}

/// Prints an `ALTER` of which the verb has been read.
fn changed(mut cursor: Cursor<'_, '_>, text: &str) -> String {
    const TABLES: &[&str] = &["table", "foreign table", "view", "materialized view"];
    const RELATIONS: &[&str] = &["index", "sequence"];
    if TABLES.iter().any(|kind| cursor.eat(kind)) {
        _ = cursor.eat("if exists");
        _ = cursor.eat("only");
        let Some(name) = cursor.name() else { return text.to_owned() };
        _ = cursor.eat("*");
        let Some(action) = cursor.peek() else { return text.to_owned() };
        let head = text.get(..action.start).unwrap_or_default().trim_end();
        return table::altered(head, &name, cursor.rest());
    }
    if RELATIONS.iter().any(|kind| cursor.eat(kind)) {
        _ = cursor.eat("if exists");
        let Some(name) = cursor.name() else { return text.to_owned() };
        return match moved(&name, &mut cursor) {
            Some(to) => renamed(&there::a_relation(&name), &there::a_relation(&to), text),
            None => text.to_owned(),
        };
    }
    if cursor.eat("type") {
        return cursor.name().map_or_else(|| text.to_owned(), |name| type_changed(&name, cursor, text));
    }
    if cursor.eat("domain") {
        return cursor.name().map_or_else(|| text.to_owned(), |name| domain_changed(&name, cursor, text));
    }
    if cursor.eat("text search configuration") {
        return cursor.name().map_or_else(|| text.to_owned(), |name| mapping_changed(&name, cursor, text));
    }
    if let Some(text) = called_otherwise(cursor.clone(), text) {
        return text;
    }
    if cursor.eat("publication") {
        let name = cursor.ident();
        let adds = cursor.eat_any(&[("add table", true), ("drop table", false)]);
        let table = adds.and_then(|_| {
            _ = cursor.eat("only");
            cursor.name()
        });
        return match (name, adds, table) {
            (Some(name), Some(adds), Some(table)) => {
                let has = there::a_published_table(&name, &table);
                unless(&if adds { has } else { format!("NOT {has}") }, text)
            }
            _ => text.to_owned(),
        };
    }
    // What belongs to something else is added to it and dropped from it by these words.
    _ = cursor.until(|token| ["add", "drop", "options"].iter().any(|word| token.is(word)));
    match cursor.peek() {
        Some(token) if token.is("add") => passing_over(THERE, text),
        Some(token) if token.is("drop") => passing_over("undefined_object", text),
        Some(_) => passing_over(&format!("{THERE} OR undefined_object"), text),
        None => text.to_owned(),
    }
}

/// Prints a renaming, or a move to another schema, of what has no other changes here; none where it is neither.
fn called_otherwise(mut cursor: Cursor<'_, '_>, text: &str) -> Option<String> {
    const ROUTINES: &[&str] = &["aggregate", "function", "procedure", "routine"];
    type IsThere = fn(&QualifiedName, &str) -> String;
    const OF_TABLES: [(&str, IsThere); 3] =
        [("policy", there::a_policy), ("trigger", there::a_trigger), ("rule", there::a_rule)];
    if ROUTINES.iter().any(|kind| cursor.eat(kind)) {
        let name = cursor.name()?;
        let arguments = cursor.group()?.rest();
        let to = moved(&name, &mut cursor)?;
        return Some(renamed(&there::a_function(&name, arguments), &there::a_function(&to, arguments), text));
    }
    if cursor.eat("schema") {
        let from = cursor.ident()?;
        let to = cursor.eat("rename to").then(|| cursor.ident()).flatten()?;
        return Some(renamed(&there::a_schema(&from), &there::a_schema(&to), text));
    }
    if let Some(is_there) = cursor.eat_any(&OF_TABLES) {
        let name = cursor.ident()?;
        let table = cursor.eat("on").then(|| cursor.name()).flatten()?;
        let to = cursor.eat("rename to").then(|| cursor.ident()).flatten()?;
        return Some(renamed(&is_there(&table, name.as_str()), &is_there(&table, to.as_str()), text));
    }
    // Of the others the name comes last but for these words.
    _ = cursor.until(|token| token.is("rename") || token.is("set"));
    let is_moved = cursor.eat("rename to") || cursor.eat("set schema");
    is_moved.then(|| passing_over("undefined_object", text))
}

/// Returns the name that something has behind `RENAME TO` or `SET SCHEMA`.
fn moved(name: &QualifiedName, cursor: &mut Cursor<'_, '_>) -> Option<QualifiedName> {
    if cursor.eat("rename to") {
        return Some(beside(name, cursor.ident()?));
    }
    let schema = cursor.eat("set schema").then(|| cursor.ident()).flatten()?;
    Some(QualifiedName { schema: Some(schema), name: name.name.clone() })
}

/// Prints a renaming, given what asks whether there is something of the old name, and of the new one.
fn renamed(from: &str, to: &str, text: &str) -> String {
    // Something new may have the old name by now.
    unless(&format!("NOT ({from}) OR {to}"), text)
}

fn type_changed(name: &QualifiedName, mut cursor: Cursor<'_, '_>, text: &str) -> String {
    let behind = |cursor: &Cursor<'_, '_>, words: &str| {
        let at = cursor.peek().map_or(text.len(), |token| token.start);
        let (head, rest) = text.split_at(at.min(text.len()));
        format!("{head}{words} {rest}")
    };
    if cursor.eat("add value") {
        return if cursor.eat("if not exists") { text.to_owned() } else { behind(&cursor, "IF NOT EXISTS") };
    }
    if cursor.eat("drop attribute") {
        return if cursor.eat("if exists") { text.to_owned() } else { behind(&cursor, "IF EXISTS") };
    }
    if cursor.eat("add attribute") {
        return match cursor.ident() {
            Some(attribute) => unless(&there::an_attribute(name, attribute.as_str()), text),
            None => text.to_owned(),
        };
    }
    if cursor.eat("rename attribute") {
        let names = cursor.ident().zip(cursor.eat("to").then(|| cursor.ident()).flatten());
        let is_there = |attribute: PgIdent| there::an_attribute(name, attribute.as_str());
        return match names {
            Some((from, to)) => renamed(&is_there(from), &is_there(to), text),
            None => text.to_owned(),
        };
    }
    if cursor.eat("rename value") {
        let Some(label) = cursor.next() else { return text.to_owned() };
        return unless(&format!("NOT {}", there::a_label(name, label.raw)), text);
    }
    match moved(name, &mut cursor) {
        Some(to) => renamed(&there::a_type(name), &there::a_type(&to), text),
        None => text.to_owned(),
    }
}

fn domain_changed(name: &QualifiedName, mut cursor: Cursor<'_, '_>, text: &str) -> String {
    let is_there = |constraint: &PgIdent| there::a_domain_constraint(name, constraint.as_str());
    if cursor.eat("add constraint") {
        let constraint = cursor.ident();
        return constraint.map_or_else(|| text.to_owned(), |it| unless(&is_there(&it), text));
    }
    if cursor.eat("drop constraint") && !cursor.eat("if exists") {
        let at = cursor.peek().map_or(text.len(), |token| token.start);
        let (head, rest) = text.split_at(at.min(text.len()));
        return format!("{head}IF EXISTS {rest}");
    }
    if cursor.eat("rename constraint") {
        let names = cursor.ident().zip(cursor.eat("to").then(|| cursor.ident()).flatten());
        return match names {
            Some((from, to)) => renamed(&is_there(&from), &is_there(&to), text),
            None => text.to_owned(),
        };
    }
    match moved(name, &mut cursor) {
        Some(to) => renamed(&there::a_type(name), &there::a_type(&to), text),
        None => text.to_owned(),
    }
}

/// Prints a change of a text search configuration, which knows `IF EXISTS` where it takes a mapping away.
fn mapping_changed(name: &QualifiedName, mut cursor: Cursor<'_, '_>, text: &str) -> String {
    if cursor.eat("add mapping for") {
        // Those of one statement come and go together.
        return match cursor.ident() {
            Some(kind) => unless(&there::a_mapping(name, kind.as_str()), text),
            None => text.to_owned(),
        };
    }
    if cursor.eat("drop mapping") && !cursor.eat("if exists") {
        let at = cursor.peek().map_or(text.len(), |token| token.start);
        let (head, rest) = text.split_at(at.min(text.len()));
        return format!("{head}IF EXISTS {rest}");
    }
    match cursor.eat("rename to") || cursor.eat("set schema") {
        true => passing_over("undefined_object", text),
        false => text.to_owned(),
    }
}
