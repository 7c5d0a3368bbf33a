//! Changes of a table that the reader leaves as text, applied to the declaration that they change.
//!
//! What the model holds is changed there; any other change is carried through. `docs: sql-altertable.html`.

use crate::model::default_name::object_name;
use crate::model::token::{self, Cursor, tokens};
use crate::source::decl::{ColumnDecl, ConstraintKind, Ident, IdentityDecl, TableDecl, Timing};
use crate::span::{Span, Spanned};

/// Applies a change, given as what stands behind the table's name; tells whether it was one that can be applied.
pub(super) fn amend(text: &Spanned<String>, decls: &mut [TableDecl]) -> bool {
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    if cursor.eat("validate constraint") {
        let Some(name) = cursor.ident() else { return false };
        return validate(decls, name.as_str());
    }
    if cursor.eat("alter constraint") {
        let Some(name) = cursor.ident() else { return false };
        let Some(timing) = timing(&mut cursor) else { return false };
        return set_timing(decls, name.as_str(), timing);
    }
    if let Some(is_set) = cursor.eat_any(&[("set", true), ("reset", false)]) {
        return cursor.group().is_some_and(|list| set_parameters(decls, list, is_set, text));
    }
    if !cursor.eat("alter") {
        return false;
    }
    _ = cursor.eat("column");
    let Some(name) = cursor.ident() else { return false };
    let mut columns = decls.iter_mut().flat_map(|decl| &mut decl.columns);
    let Some(column) = columns.find(|column| column.name.node == name.as_str()) else { return false };
    change(column, cursor, text)
}

/// Sets or resets storage parameters, which stand behind the columns: `WITH (fillfactor = 70)`.
fn set_parameters(
    decls: &mut [TableDecl],
    list: Cursor<'_, '_>,
    is_set: bool,
    text: &Spanned<String>,
) -> bool {
    let Some(table) = decls.first_mut() else { return false };
    parameters(&mut table.tail, list, is_set, text.span)
}

/// Sets or resets storage parameters in what stands behind a table's or index's columns; tells whether they have a place there.
pub(super) fn parameters(
    place: &mut Option<Spanned<String>>,
    list: Cursor<'_, '_>,
    is_set: bool,
    span: Span,
) -> bool {
    let tail = place.as_ref().map(|tail| tail.node.clone()).unwrap_or_default();
    let own = tokens(&tail);
    let is_with = |at: usize| {
        own.get(at).is_some_and(|token| token.is("with"))
            && own.get(at + 1).is_some_and(|token| token.is("("))
            && !at.checked_sub(1).and_then(|at| own.get(at)).is_some_and(|before| before.is("values"))
    };
    let with = (0..own.len()).find(|at| is_with(*at));
    // Where clauses stand that have to come behind it, it stays a statement of its own.
    if with.is_none() && own.iter().any(|token| token.is("tablespace") || token.is("commit")) {
        return false;
    }
    let start = with.and_then(|at| own.get(at)).map_or(tail.len(), |token| token.start);
    let (head, rest) = tail.split_at_checked(start).unwrap_or((&tail, ""));
    let own = tokens(rest);
    let mut cursor = Cursor::new(rest, &own);
    cursor.next();
    let known = cursor.group().map(Cursor::split).unwrap_or_default();
    let named = |mut part: Cursor<'_, '_>| part.until(|token| token.is("=")).rest().to_lowercase();
    let mut parameters: Vec<(String, String)> =
        known.into_iter().map(|part| (named(part.clone()), part.rest().to_owned())).collect();
    for part in list.split() {
        let name = named(part.clone());
        let place = parameters.iter().position(|(known, _)| *known == name);
        match (place.and_then(|at| parameters.get_mut(at)), is_set) {
            (Some((_, known)), true) => part.rest().clone_into(known),
            (None, true) => parameters.push((name, part.rest().to_owned())),
            (_, false) => parameters.retain(|(known, _)| *known != name),
        }
    }
    let written: Vec<String> = parameters.into_iter().map(|(_, written)| written).collect();
    let with = if written.is_empty() { String::new() } else { format!("WITH ({})", written.join(", ")) };
    // `WITHOUT OIDS`, which says nothing any more, stands where `WITH (…)` has its place.
    let head = if !with.is_empty() { without_oids(head) } else { head.to_owned() };
    let parts = [head.trim(), with.as_str(), cursor.rest()];
    let tail = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    *place = (!tail.is_empty()).then(|| Spanned::new(tail, span));
    true
}

/// Returns what stands behind a table's columns without `WITHOUT OIDS`.
fn without_oids(tail: &str) -> String {
    token::replaced(tail, |own, at| {
        let words = own.get(at..at + 2)?;
        matches!(words, [a, b] if a.is("without") && b.is("oids")).then(|| (2, String::new()))
    })
}

/// Marks a constraint as one that holds for every row.
fn validate(decls: &mut [TableDecl], name: &str) -> bool {
    let is = |known: &Option<Ident>| known.as_ref().is_some_and(|known| known.node == name);
    let mut found = false;
    for decl in decls {
        for constraint in &mut decl.constraints {
            if is(&constraint.name) {
                constraint.not_valid = false;
                found = true;
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                    key.not_valid = false;
                }
            }
        }
        for key in
            decl.columns.iter_mut().flat_map(|column| &mut column.references).filter(|key| is(&key.name))
        {
            key.not_valid = false;
            found = true;
        }
    }
    found
}

fn timing(cursor: &mut Cursor<'_, '_>) -> Option<Timing> {
    if cursor.eat("not deferrable") {
        return Some(Timing::NotDeferrable);
    }
    let deferrable = cursor.eat("deferrable");
    let timing = if cursor.eat("initially deferred") {
        Timing::InitiallyDeferred
    } else if cursor.eat("initially immediate") || deferrable {
        Timing::InitiallyImmediate
    } else {
        return None;
    };
    cursor.is_done().then_some(timing)
}

fn set_timing(decls: &mut [TableDecl], name: &str, timing: Timing) -> bool {
    let mut found = false;
    for decl in decls {
        let bare = decl.name.name.node.clone();
        for column in &mut decl.columns {
            let default = object_name(&bare, &column.name.node, "fkey");
            for key in &mut column.references {
                if key.name.as_ref().map_or(default.as_str(), |name| name.node.as_str()) == name {
                    key.timing = timing;
                    found = true;
                }
            }
        }
        for constraint in &mut decl.constraints {
            if super::alter::name_of(&bare, constraint) == name {
                constraint.timing = timing;
                found = true;
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                    key.timing = timing;
                }
            }
        }
    }
    found
}

fn change(column: &mut ColumnDecl, mut cursor: Cursor<'_, '_>, text: &Spanned<String>) -> bool {
    if cursor.eat("type") || cursor.eat("set data type") {
        let ty = cursor.until(|token| token.is("collate") || token.is("using")).rest().to_owned();
        let collation =
            cursor.eat("collate").then(|| cursor.until(|token| token.is("using")).rest().to_owned());
        column.ty = Some(Spanned::new(ty, text.span));
        column.collation = collation.map(|name| Box::new(Spanned::new(name, text.span)));
        return true;
    }
    if cursor.eat("drop expression") {
        column.generated = None;
        return true;
    }
    if cursor.eat("drop identity") {
        column.identity = None;
        // PostgreSQL goes on refusing NULL.
        column.nullable = Some(Spanned::new(false, text.span));
        return true;
    }
    if cursor.eat("add generated") {
        let Some(always) = cursor.eat_any(WHEN) else { return false };
        if !cursor.eat("as identity") {
            return false;
        }
        let options = cursor.group().map(|group| Spanned::new(group.rest().to_owned(), text.span));
        column.identity = Some(Box::new(IdentityDecl { always, options, span: text.span }));
        return true;
    }
    let Some(identity) = &mut column.identity else { return false };
    let mut options = clauses(identity.options.as_ref().map_or("", |options| options.node.as_str()));
    let mut changed = false;
    while !cursor.is_done() {
        if cursor.eat("restart") {
            // Where counting goes on is no part of the schema.
            _ = cursor.until(|token| token.is("set") || token.is("restart"));
            changed = true;
            continue;
        }
        if !cursor.eat("set") {
            return false;
        }
        changed = true;
        if cursor.eat("generated") {
            let Some(always) = cursor.eat_any(WHEN) else { return false };
            identity.always = always;
            continue;
        }
        let clause = cursor.until(|token| token.is("set") || token.is("restart")).rest().to_owned();
        let kind = option_kind(&clause);
        options.retain(|known| option_kind(known) != kind);
        options.push(clause);
    }
    identity.options = (!options.is_empty()).then(|| Spanned::new(options.join(" "), text.span));
    changed
}

const WHEN: &[(&str, bool)] = &[("always", true), ("by default", false)];

/// First words of the options of a sequence.
const OPTIONS: &[&str] =
    &["start", "increment", "minvalue", "maxvalue", "cache", "cycle", "no", "sequence", "owned", "as"];

/// Splits the options of a sequence.
fn clauses(options: &str) -> Vec<String> {
    let inner = options.trim().trim_start_matches('(').trim_end_matches(')');
    let own = tokens(inner);
    let mut cursor = Cursor::new(inner, &own);
    let mut found = Vec::new();
    while let Some(first) = cursor.next() {
        let mut clause = first.raw.to_owned();
        if first.is("no")
            && let Some(what) = cursor.next()
        {
            clause = format!("{clause} {}", what.raw);
        }
        let rest = cursor.until(|token| OPTIONS.iter().any(|option| token.is(option))).rest();
        found.push(if rest.is_empty() { clause } else { format!("{clause} {rest}") });
    }
    found
}

/// Returns the word by which two options are the same one.
fn option_kind(clause: &str) -> String {
    let words = clause.split_whitespace().map(str::to_ascii_lowercase);
    words.into_iter().find(|word| word != "no").unwrap_or_default()
}
