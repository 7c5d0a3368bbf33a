//! Changes of what a carried statement makes, written into that statement: the options of a view, the clauses of a policy.

use super::{drop, foreign, operator, publication};
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{Decl, VerbatimDecl};

/// Applies an `ALTER` to the statement that makes what it changes; tells whether it did.
pub(super) fn amend(data: &VerbatimDecl, done: &mut Vec<Decl>) -> bool {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    if !cursor.eat(&data.kind) {
        return false;
    }
    _ = cursor.eat("if exists");
    match data.kind.as_str() {
        "alter view" | "alter materialized view" => view(&data.kind, cursor, done),
        "alter policy" => policy(cursor, done),
        "alter index" => statistics(cursor, done),
        "alter event trigger" => event_trigger(cursor, done),
        "alter operator" => operator::alter(cursor, done),
        "alter operator family" => operator::alter_family(cursor, data, done),
        "alter publication" => publication::alter(cursor, data, done),
        "alter foreign data wrapper" | "alter server" | "alter user mapping" | "alter foreign table" => {
            foreign::alter(data.kind.trim_start_matches("alter "), cursor, done)
        }
        _ => false,
    }
}

/// `SET (…)` and `RESET (…)`.
fn view(kind: &str, mut cursor: Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let Some(name) = cursor.name() else { return false };
    let sets = cursor.eat("set");
    if !sets && !cursor.eat("reset") {
        return false;
    }
    let Some(list) = cursor.group() else { return false };
    let kind = kind.trim_start_matches("alter ");
    let made = done.iter_mut().find(|decl| drop::is_named(decl, kind, &name, None));
    let Some(Decl::Verbatim(made)) = made else { return false };
    let changed = with_options(&made.text.node, kind, &options(list), sets);
    changed.map(|text| made.text.node = text).is_some()
}

/// Returns options, each with its value where it says one.
fn options(list: Cursor<'_, '_>) -> Vec<(String, String)> {
    let option = |mut part: Cursor<'_, '_>| {
        let name = part.until(|token| token.is("=")).rest().to_owned();
        part.next();
        (name, part.rest().to_owned())
    };
    list.split().into_iter().map(option).collect()
}

/// Returns the statement that makes a view with options set, or reset.
fn with_options(create: &str, kind: &str, changed: &[(String, String)], sets: bool) -> Option<String> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    let last = kind.rsplit(' ').next()?;
    _ = cursor.until(|token| token.is(last));
    let behind_kind = cursor.next()?.end();
    _ = cursor.eat("if not exists");
    let name = cursor.name()?;
    // The names of the columns, the access method.
    let between = cursor.until(|token| token.is("with") || token.is("as")).rest();
    let mut known = match cursor.eat("with") {
        true => options(cursor.group()?),
        false => Vec::new(),
    };
    known.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
    if sets {
        known.extend(changed.iter().cloned());
    }
    let written = |(name, value): &(String, String)| {
        if value.is_empty() { name.clone() } else { format!("{name} = {value}") }
    };
    let listed: Vec<String> = known.iter().map(written).collect();
    let listed = if listed.is_empty() { String::new() } else { format!("WITH ({}) ", listed.join(", ")) };
    let head = create.get(..behind_kind)?;
    let between = if between.is_empty() { String::new() } else { format!("{between} ") };
    Some(format!("{head} {name} {between}{listed}{}", cursor.rest()))
}

/// `TO …`, `USING (…)` and `WITH CHECK (…)` take the place of what the policy said.
fn policy(mut cursor: Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let (Some(name), true, Some(table)) = (cursor.ident(), cursor.eat("on"), cursor.name()) else {
        return false;
    };
    let changed = clauses(cursor);
    let made = done.iter_mut().find(|decl| drop::is_part(decl, "policy", name.as_str(), &table));
    let Some(Decl::Verbatim(made)) = made.filter(|_| changed.iter().any(Option::is_some)) else {
        return false;
    };
    let own = tokens(&made.text.node);
    let mut create = Cursor::new(&made.text.node, &own);
    let head = create.until(begins_clause).rest().to_owned();
    let said = clauses(create);
    let texts = changed.into_iter().zip(said).filter_map(|(new, old)| new.or(old));
    made.text.node = texts.fold(head, |text, clause| format!("{text} {clause}"));
    true
}

fn begins_clause(token: &crate::model::token::Token<'_>) -> bool {
    token.is("to") || token.is("using") || token.is("with")
}

/// Returns the three clauses of a policy: whom it concerns, what may be seen, what may be written.
fn clauses(mut cursor: Cursor<'_, '_>) -> [Option<String>; 3] {
    let mut found = [None, None, None];
    while let Some(at) = cursor.eat_any(&[("to", 0), ("using", 1), ("with check", 2)]) {
        let word = ["TO", "USING", "WITH CHECK"].get(at).copied().unwrap_or_default();
        let text = format!("{word} {}", cursor.until(begins_clause).rest());
        if let Some(slot) = found.get_mut(at) {
            *slot = Some(text);
        }
    }
    found
}

/// `ALTER COLUMN number SET STATISTICS`: the last of several holds; -1, which is what it is from the beginning, need not be said.
fn statistics(mut cursor: Cursor<'_, '_>, done: &mut Vec<Decl>) -> bool {
    let Some(index) = cursor.name() else { return false };
    let Some(column) = column_of_statistics(&mut cursor) else { return false };
    done.retain(|decl| {
        let Decl::Verbatim(data) = decl else { return true };
        if data.kind != "alter index" {
            return true;
        }
        let own = tokens(&data.text.node);
        let mut known = Cursor::new(&data.text.node, &own);
        if !known.eat("alter index") {
            return true;
        }
        _ = known.eat("if exists");
        !(known.name().as_ref() == Some(&index) && column_of_statistics(&mut known).as_ref() == Some(&column))
    });
    cursor.rest().trim_end_matches(';').trim() == "-1"
}

/// Reads up to the value of `ALTER COLUMN number SET STATISTICS`, and returns the number.
fn column_of_statistics(cursor: &mut Cursor<'_, '_>) -> Option<String> {
    if !cursor.eat("alter") {
        return None;
    }
    _ = cursor.eat("column");
    let column = cursor.next()?.raw.to_owned();
    cursor.eat("set statistics").then_some(column)
}

/// The last of several states holds; what it is from the beginning need not be said.
fn event_trigger(mut cursor: Cursor<'_, '_>, done: &mut Vec<Decl>) -> bool {
    let Some(name) = cursor.ident() else { return false };
    let is_state =
        |cursor: &Cursor<'_, '_>| cursor.peek().is_some_and(|word| word.is("enable") || word.is("disable"));
    if !is_state(&cursor) {
        return false;
    }
    done.retain(|decl| {
        let Decl::Verbatim(data) = decl else { return true };
        let own = tokens(&data.text.node);
        let mut known = Cursor::new(&data.text.node, &own);
        !(known.eat("alter event trigger") && known.ident().as_ref() == Some(&name) && is_state(&known))
    });
    cursor.rest().eq_ignore_ascii_case("enable")
}
