//! Changes of foreign data wrappers, servers, user mappings and foreign tables, written into the statements that make them.

use super::drop::is_named;
use crate::model::ident::PgIdent;
use crate::model::token::{Cursor, Token, canonical, tokens};
use crate::source::decl::{Decl, VerbatimDecl};

/// Applies an `ALTER` from behind the name of its kind; tells whether it did.
pub(super) fn alter(kind: &str, mut cursor: Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let made = if kind == "user mapping" {
        let whose = canonical(cursor.until(|token| token.is("options")).rest());
        done.iter_mut().find(|decl| is_mapping(decl, &whose))
    } else {
        let Some(name) = cursor.name() else { return false };
        done.iter_mut().find(|decl| is_named(decl, kind, &name, None))
    };
    let Some(Decl::Verbatim(made)) = made else { return false };
    let mut text = made.text.node.trim_end_matches([';', ' ', '\n']).to_owned();
    let changed = if kind == "foreign table" {
        cursor.split().into_iter().all(|action| of_table(&mut text, action).is_some())
    } else {
        of_server(&mut text, cursor).is_some()
    };
    if changed {
        made.text.node = text;
    }
    changed
}

fn is_mapping(decl: &Decl, whose: &str) -> bool {
    let Decl::Verbatim(VerbatimDecl { kind, text, .. }) = decl else { return false };
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    kind == "user mapping"
        && cursor.eat("create user mapping")
        && (cursor.eat("if not exists") || !cursor.is_done())
        && canonical(cursor.until(|token| token.is("options")).rest()) == whose
}

/// `VERSION 'v'` and `OPTIONS (…)`.
fn of_server(text: &mut String, mut change: Cursor<'_, '_>) -> Option<()> {
    if change.eat("version") {
        let version = change.next()?.raw;
        let own = tokens(text);
        let at = |word: &str| own.iter().position(|token| token.is(word));
        let range = match at("version") {
            Some(said) => own.get(said + 1).map(|token| token.start..token.end()),
            None => at("foreign").and_then(|at| own.get(at)).map(|token| token.start..token.start),
        }?;
        let said = if range.is_empty() { format!("VERSION {version} ") } else { version.to_owned() };
        text.replace_range(range, &said);
    }
    if change.eat("options") {
        set_options(text, change.group()?)?;
    }
    change.is_done().then_some(())
}

/// Writes changed options into the last of a text's `OPTIONS (…)`, or behind it.
fn set_options(text: &mut String, changes: Cursor<'_, '_>) -> Option<()> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let head = cursor.until(|token| token.is("options")).rest().to_owned();
    let mut options: Vec<(PgIdent, String)> = Vec::new();
    if cursor.eat("options") {
        for mut option in cursor.group()?.split() {
            options.push((option.ident()?, option.rest().to_owned()));
        }
    }
    let rest = cursor.rest().to_owned();
    for mut change in changes.split() {
        let drops = change.eat("drop");
        _ = change.eat("add") || change.eat("set");
        let name = change.ident()?;
        let at = options.iter().position(|(known, _)| *known == name);
        match (at, drops) {
            (Some(at), true) => {
                options.remove(at);
            }
            (Some(at), false) => change.rest().clone_into(&mut options.get_mut(at)?.1),
            (None, true) => return None,
            (None, false) => options.push((name, change.rest().to_owned())),
        }
    }
    let options: Vec<String> = options.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let options =
        if options.is_empty() { String::new() } else { format!(" OPTIONS ({})", options.join(", ")) };
    let rest = if rest.is_empty() { rest } else { format!(" {rest}") };
    *text = format!("{head}{options}{rest}");
    Some(())
}

/// Applies one change of a foreign table.
fn of_table(text: &mut String, mut action: Cursor<'_, '_>) -> Option<()> {
    if action.eat("options") {
        return set_options(text, action.group()?);
    }
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let head = cursor.until(|token| token.is("(")).rest().to_owned();
    let mut columns: Vec<String> =
        cursor.group()?.split().iter().map(|column| column.rest().to_owned()).collect();
    let tail = cursor.rest().to_owned();
    let place = |columns: &[String], name: &PgIdent| {
        columns.iter().position(|column| {
            let own = tokens(column);
            Cursor::new(column, &own).ident().as_ref() == Some(name)
        })
    };
    if action.eat("add") {
        _ = action.eat("column");
        columns.push(action.rest().to_owned());
    } else if action.eat("drop") {
        if action.eat("constraint") {
            return None;
        }
        _ = action.eat("column");
        let at = place(&columns, &action.ident()?)?;
        columns.remove(at);
    } else if action.eat("alter") {
        _ = action.eat("column");
        let name = action.ident()?;
        let at = place(&columns, &name)?;
        let column = columns.get_mut(at)?;
        *column = altered(column, &name, action)?;
    } else {
        return None;
    }
    *text = format!("{head} ({}) {tail}", columns.join(", "));
    Some(())
}

/// Returns a column with one change.
fn altered(column: &str, name: &PgIdent, mut change: Cursor<'_, '_>) -> Option<String> {
    let begins = |token: &Token<'_>| {
        ["options", "collate", "default", "not", "null", "constraint", "check", "generated"]
            .iter()
            .any(|word| token.is(word))
    };
    let own = tokens(column);
    let mut cursor = Cursor::new(column, &own);
    cursor.ident()?;
    let mut ty = cursor.until(begins).rest().to_owned();
    let mut clauses: Vec<String> = Vec::new();
    while let Some(first) = cursor.next() {
        // `NOT NULL` is one clause.
        let second = if cursor.eat("null") { " NULL" } else { "" };
        let rest = cursor.until(begins).rest();
        let space = if rest.is_empty() { "" } else { " " };
        clauses.push(format!("{}{second}{space}{rest}", first.raw));
    }
    let begins_with = |clause: &String, word: &str| clause.to_lowercase().starts_with(word);
    _ = change.eat("set data");
    if change.eat("type") {
        change.rest().clone_into(&mut ty);
    } else if change.eat("set default") {
        clauses.retain(|clause| !begins_with(clause, "default"));
        clauses.push(format!("DEFAULT {}", change.rest()));
    } else if change.eat("drop default") {
        clauses.retain(|clause| !begins_with(clause, "default"));
    } else if change.eat("set not null") {
        clauses.retain(|clause| !begins_with(clause, "not null"));
        clauses.push("NOT NULL".to_owned());
    } else if change.eat("drop not null") {
        clauses.retain(|clause| !begins_with(clause, "not null"));
    } else {
        return None;
    }
    // Options stand before what restricts a column.
    clauses.sort_by_key(|clause| !begins_with(clause, "options"));
    Some(std::iter::once(format!("{name} {ty}")).chain(clauses).collect::<Vec<_>>().join(" "))
}
