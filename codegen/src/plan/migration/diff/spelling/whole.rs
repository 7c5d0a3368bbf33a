//! Statements that are known by all that they say: operators and their classes, casts, user mappings.

use super::options::{self, value};
use crate::model::routine::{canonical_type, signature};
use crate::model::token::{Cursor, canonical, tokens};

/// Returns the one spelling of a statement.
pub(in super::super) fn spelt(text: &str) -> String {
    let own = tokens(text);
    let cursor = Cursor::new(text, &own);
    let spelt = class(cursor.clone())
        .or_else(|| operator(cursor.clone()))
        .or_else(|| cast(cursor.clone()))
        .or_else(|| user_mapping(cursor));
    spelt.unwrap_or_else(|| canonical(text))
}

/// `CREATE OPERATOR name (…)`: its options come in any order.
fn operator(mut cursor: Cursor<'_, '_>) -> Option<String> {
    cursor.eat("create operator").then_some(())?;
    if cursor.peek().is_some_and(|word| word.is("class") || word.is("family")) {
        return None;
    }
    let name = canonical(cursor.until(|token| token.is("(")).rest());
    let mut said = options::list(cursor.group()?)?;
    for (word, value) in &mut said {
        if word == "procedure" {
            *word = "function".to_owned();
        }
        if word == "leftarg" || word == "rightarg" {
            *value = canonical_type(value);
        }
    }
    said.sort_unstable();
    let said: Vec<String> = said.into_iter().map(|(word, value)| format!("{word} = {value}")).collect();
    cursor.is_done().then(|| format!("create operator {name}({}) ", said.join(" , ")))
}

/// `CREATE CAST (from AS to) WITH FUNCTION f(…) …`.
fn cast(mut cursor: Cursor<'_, '_>) -> Option<String> {
    cursor.eat("create cast").then_some(())?;
    let mut types = cursor.group()?;
    let from = canonical_type(types.until(|token| token.is("as")).rest());
    types.next();
    let to = canonical_type(types.rest());
    let with = if cursor.eat("with function") { function(&mut cursor)? } else { String::new() };
    Some(format!("create cast ({from} as {to}) {with}{}", canonical(cursor.rest())))
}

/// Reads `f(types)`.
fn function(cursor: &mut Cursor<'_, '_>) -> Option<String> {
    let name = cursor.name()?;
    let types = match cursor.group() {
        Some(list) => signature(list)?,
        None => String::new(),
    };
    Some(format!("function {} ({types}) ", canonical(&name.to_string()).trim_end()))
}

/// `CREATE OPERATOR CLASS … AS …`: what nothing is said of is for the type of the class.
fn class(mut cursor: Cursor<'_, '_>) -> Option<String> {
    cursor.eat("create operator class").then_some(())?;
    let name = canonical(&cursor.name()?.to_string());
    let default = if cursor.eat("default") { "default " } else { "" };
    cursor.eat("for type").then_some(())?;
    let ty = canonical_type(cursor.until(|token| token.is("using")).rest());
    let head = canonical(cursor.until(|token| token.is("as")).rest());
    cursor.next();
    let both = format!("{ty}, {ty}");
    let item = |mut part: Cursor<'_, '_>| {
        if part.eat("storage") {
            return Some(format!("storage {}", canonical_type(part.rest())));
        }
        let kind = part.eat_any(&[("operator", "operator"), ("function", "function")])?;
        let number = part.next()?.raw;
        if kind == "function" {
            let types = part.group().and_then(signature);
            let function = function(&mut part)?;
            return Some(format!("function {number} ({}) {function}", types.unwrap_or_else(|| both.clone())));
        }
        let sign = canonical(part.until(|token| token.is("(") || token.is("for")).rest());
        let types = part.group().and_then(signature).unwrap_or_else(|| both.clone());
        Some(format!("operator {number} {sign}({types}) {}", canonical(part.rest())))
    };
    let mut items = cursor.split().into_iter().map(item).collect::<Option<Vec<_>>>()?;
    items.sort_unstable();
    Some(format!("create operator class {name}{default}for type {ty} {head}as {}", items.join(" , ")))
}

/// `CREATE USER MAPPING FOR whom SERVER s OPTIONS (…)`: its options come in any order.
fn user_mapping(mut cursor: Cursor<'_, '_>) -> Option<String> {
    cursor.eat("create user mapping").then_some(())?;
    _ = cursor.eat("if not exists");
    let whom = canonical(cursor.until(|token| token.is("options")).rest());
    let mut options = Vec::new();
    if cursor.eat("options") {
        for mut part in cursor.group()?.split() {
            options.push(format!("{} {}", part.ident()?.as_str(), value(part.rest())));
        }
    }
    options.sort_unstable();
    cursor.is_done().then(|| format!("create user mapping {whom}({}) ", options.join(" , ")))
}

#[cfg(test)]
mod tests {
    use super::spelt;

    #[test]
    fn what_a_dump_writes_is_the_same() {
        let check = |written: &str, dumped: &str, expected: bool| {
            assert_eq!(spelt(written) == spelt(dumped), expected, "{}\n{}", spelt(written), spelt(dumped));
        };
        check(
            "create operator ~~~ (leftarg = pair, rightarg = int, procedure = same, commutator = ~~~, hashes)",
            "CREATE OPERATOR public.~~~ (FUNCTION = public.same, LEFTARG = public.pair, RIGHTARG = integer, \
             COMMUTATOR = OPERATOR(public.~~~), HASHES)",
            true,
        );
        check(
            "create operator + (rightarg = a, function = f)",
            "create operator + (rightarg = a, function = g)",
            false,
        );
        check(
            "create cast (pair as int4) with function f(pair) as assignment",
            "CREATE CAST (public.pair AS integer) WITH FUNCTION public.f(public.pair) AS ASSIGNMENT",
            true,
        );
        check("create cast (a as int) with inout", "create cast (a as int) without function", false);
        check(
            "create operator class c for type mood using btree as operator 1 <(anyenum, anyenum), function 1 f(mood, mood)",
            "CREATE OPERATOR CLASS public.c FOR TYPE public.mood USING btree AS OPERATOR 1 <(anyenum,anyenum) , \
             FUNCTION 1 (public.mood, public.mood) public.f(public.mood,public.mood)",
            true,
        );
        check(
            "create operator class c for type int using btree as operator 1 <",
            "create operator class c for type int using btree as operator 1 >",
            false,
        );
        check(
            "create user mapping for public server s options (user 'a', password 'b')",
            "CREATE USER MAPPING FOR public SERVER s OPTIONS (password 'b', \"user\" 'a')",
            true,
        );
        check(
            "create user mapping for public server s options (user 'a')",
            "create user mapping for public server s options (user 'b')",
            false,
        );
    }
}
