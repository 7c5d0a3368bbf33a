//! Where a statement names types and routines without a word before them that says so.

use std::collections::BTreeSet;

use crate::model::PgType;
use crate::model::token::Token;

/// Options of a statement whose values are names of operators.
pub(super) const OPERATORS: [&str; 3] = ["commutator", "negator", "sortop"];

/// Returns the places of the tokens at which a statement names a type or a routine: types of arguments, of attributes and of columns
/// that are returned, the type under a domain, and what options are set to.
pub(super) fn named(own: &[Token<'_>]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let is = |at: usize, word: &str| own.get(at).is_some_and(|token| token.is(word));
    let head = own.iter().take(6).take_while(|token| !token.is("(")).collect::<Vec<_>>();
    let makes = |words: &[&str]| {
        let kind = head.get(1..).unwrap_or_default();
        let kind = if kind.first().is_some_and(|word| word.is("or")) { kind.get(2..) } else { Some(kind) };
        head.first().is_some_and(|word| word.is("create"))
            && kind.is_some_and(|kind| {
                kind.iter().zip(words).filter(|(it, word)| it.is(word)).count() == words.len()
            })
    };
    for (at, token) in own.iter().enumerate() {
        let before = |back: usize, word: &str| at.checked_sub(back).is_some_and(|at| is(at, word));
        let is_routine = ["function", "procedure", "routine", "aggregate"].iter().any(|word| token.is(word));
        if is_routine && !before(1, "execute") {
            routines(own, at + 1, &mut found);
        } else if token.is("table") && before(1, "returns") {
            types(own, at + 1, &mut found);
        } else if token.is("operator") && !before(1, "create") {
            operands(own, at + 1, &mut found);
        } else if token.is("attribute") && before(1, "add") {
            _ = found.insert(at + 2);
        } else if token.is("storage") {
            _ = found.insert(at + 1);
        }
    }
    let open = own.iter().position(|token| token.is("("));
    if makes(&["domain"]) {
        let name = path_end(own, 2);
        _ = found.insert(if is(name, "as") { name + 1 } else { name });
    } else if let Some(open) = open {
        let is_composite = makes(&["type"]) && open.checked_sub(1).is_some_and(|at| is(at, "as"));
        if is_composite || makes(&["foreign", "table"]) {
            types(own, open, &mut found);
        } else if makes(&["type"]) || makes(&["operator"]) || makes(&["text", "search"]) {
            options(own, open, &mut found);
        } else if makes(&["aggregate"]) {
            // What it takes stands before what it is made of, but in the old form.
            let options_at = group_end(own, open).filter(|end| is(*end, "(")).unwrap_or(open);
            options(own, options_at, &mut found);
        } else if head.iter().any(|word| word.is("cast")) {
            found.insert(open + 1);
            let to = own.iter().skip(open).position(|token| token.is("as"));
            found.extend(to.map(|to| open + to + 1));
        }
    }
    found
}

/// Returns the place behind a name that begins at one.
fn path_end(own: &[Token<'_>], at: usize) -> usize {
    let dotted = |at: usize| own.get(at).is_some_and(|token| token.is("."));
    let mut end = at + 1;
    while dotted(end) {
        end += 2;
    }
    end
}

/// Returns the place behind the parentheses that open at one.
fn group_end(own: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in own.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

/// Returns the tokens within the parentheses that open at a place, part by part, each with the place of its first.
fn parts<'o, 't>(own: &'o [Token<'t>], open: usize) -> Vec<(usize, &'o [Token<'t>])> {
    if !own.get(open).is_some_and(|token| token.is("(")) {
        return Vec::new();
    }
    let end = group_end(own, open).unwrap_or(own.len() + 1);
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut start = open + 1;
    for at in open + 1..end {
        let is = |words: &[&str]| own.get(at).is_some_and(|token| words.iter().any(|word| token.is(word)));
        if is(&["(", "["]) {
            depth += 1;
        } else if depth == 0 && (is(&[",", ")"])) || at + 1 == end {
            found.push((start, own.get(start..at).unwrap_or_default()));
            start = at + 1;
        } else if is(&[")", "]"]) {
            depth = depth.saturating_sub(1);
        }
    }
    found
}

/// Adds the types of the arguments of every routine in a list: `f(a, b), g(c)`.
fn routines(own: &[Token<'_>], mut at: usize, found: &mut BTreeSet<usize>) {
    // In an operator class its number and the types that it supports come first.
    if own.get(at).is_some_and(|token| token.raw.bytes().all(|byte| byte.is_ascii_digit())) {
        at += 1;
        if own.get(at).is_some_and(|token| token.is("(")) {
            types(own, at, found);
            at = group_end(own, at).unwrap_or(own.len());
        }
        found.insert(at);
    }
    for word in ["if", "not", "exists"] {
        at += usize::from(own.get(at).is_some_and(|token| token.is(word)));
    }
    while own.get(at).is_some_and(Token::is_name) {
        found.insert(at);
        let open = path_end(own, at);
        types(own, open, found);
        let Some(end) = group_end(own, open).filter(|_| own.get(open).is_some_and(|it| it.is("("))) else {
            return;
        };
        if !own.get(end).is_some_and(|token| token.is(",")) {
            return;
        }
        at = end + 1;
    }
}

/// Adds the types in a list of arguments, attributes or columns: each may stand behind a name.
fn types(own: &[Token<'_>], open: usize, found: &mut BTreeSet<usize>) {
    for (start, part) in parts(own, open) {
        let ordered = part.iter().position(|token| token.is("order"));
        found.extend(ordered.map(|at| start + at + 2));
        found.extend(type_at(part).map(|at| start + at));
    }
}

/// Returns at which token of an argument its type begins.
fn type_at(part: &[Token<'_>]) -> Option<usize> {
    const MODES: [&str; 4] = ["in", "out", "inout", "variadic"];
    let is_mode = |token: &Token<'_>| MODES.iter().any(|mode| token.is(mode));
    let end = part.iter().position(|token| token.is("default") || token.is("=")).unwrap_or(part.len());
    let part = part.get(..end)?;
    let start = part.iter().take_while(|token| is_mode(token)).count();
    let inside = part.get(start..)?;
    let modes = inside.iter().skip(1).take_while(|token| is_mode(token)).count();
    // A name is followed by its type, and a type by nothing, a sign, or more of its own words.
    let behind = inside.get(1 + modes);
    let words: Vec<&str> = inside.iter().map(|token| token.raw).collect();
    let is_known = !matches!(PgType::parse(&words.join(" ")).element(), PgType::Unknown(_));
    let is_more = |token: &Token<'_>| ["order", "collate"].iter().any(|word| token.is(word));
    let is_named = behind.is_some_and(|next| next.is_name() && !is_more(next)) && !(is_known && modes == 0);
    Some(start + if is_named { 1 + modes } else { 0 })
}

/// Adds the types that an operator stands between: `=(a, b)`, in an operator class behind its number.
fn operands(own: &[Token<'_>], at: usize, found: &mut BTreeSet<usize>) {
    let is_sign = |token: &Token<'_>| !token.is("(") && !token.is(",") && !token.is(";");
    let open = at + own.iter().skip(at).take_while(|token| is_sign(token)).count();
    let name = own.get(at..open).unwrap_or_default();
    // `OPERATOR(s.=)` names one within an expression, and a class or a family has no types there.
    if !name.is_empty() && !name.iter().any(|token| token.is("class") || token.is("family")) {
        found.extend(parts(own, open).into_iter().map(|(start, _)| start));
    }
}

/// Adds what options are set to, but operators: `(SFUNC = f, STYPE = t)`.
fn options(own: &[Token<'_>], open: usize, found: &mut BTreeSet<usize>) {
    for (start, part) in parts(own, open) {
        let is_set = part.get(1).is_some_and(|sign| sign.is("="));
        if is_set && !part.first().is_some_and(|name| OPERATORS.iter().any(|word| name.is(word))) {
            found.insert(start + 2);
        }
    }
}
