//! What stands behind the head of a routine, in one spelling: what PostgreSQL does anyway is left out.

use crate::model::token::{Cursor, Kind, Token, canonical};

/// Returns the attributes of a routine, sorted, and its body; none where one of them is not known.
pub(super) fn read(mut cursor: Cursor<'_, '_>) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut language = String::new();
    let mut cost = None;
    while let Some(token) = cursor.next() {
        let word = token.value.as_ref();
        match word {
            "language" => language = unquoted(cursor.next()?),
            "as" => {
                let texts = cursor.until(|token| token.kind == Kind::Word);
                let texts =
                    texts.split().iter().map(|text| Some(inner(text.rest()))).collect::<Option<Vec<_>>>()?;
                found.push(format!("as {}", texts.join("\u{0}")));
            }
            "immutable" | "stable" | "strict" | "leakproof" | "window" => found.push(word.to_owned()),
            "volatile" => {}
            "called" => cursor.eat("on null input").then_some(())?,
            "returns" => {
                cursor.eat("null on null input").then_some(())?;
                found.push("strict".to_owned());
            }
            "not" => cursor.eat("leakproof").then_some(())?,
            "external" => {}
            "security" => {
                if cursor.next()?.is("definer") {
                    found.push("definer".to_owned());
                }
            }
            "parallel" => {
                let how = cursor.next()?.value.to_lowercase();
                if how != "unsafe" {
                    found.push(format!("parallel {how}"));
                }
            }
            "cost" => cost = Some(cursor.next()?.raw.to_owned()),
            "rows" => {
                let rows = cursor.next()?.raw;
                if rows != "1000" {
                    found.push(format!("rows {rows}"));
                }
            }
            "support" => found.push(format!("support {}", cursor.name()?)),
            "set" => found.push(set(&mut cursor)?),
            "begin" | "return" => {
                let rest = cursor.until(|_| false);
                found.push(canonical(&format!("{word} {}", rest.rest())));
            }
            _ => return None,
        }
    }
    let usual = if matches!(language.as_str(), "c" | "internal") { "1" } else { "100" };
    found.extend(cost.filter(|cost| cost != usual).map(|cost| format!("cost {cost}")));
    found.push(format!("language {language}"));
    found.sort_unstable();
    Some(found)
}

/// `SET name TO value`.
fn set(cursor: &mut Cursor<'_, '_>) -> Option<String> {
    let name = cursor.name()?;
    if !cursor.eat("to") && !cursor.eat("=") {
        return None;
    }
    let mut values = Vec::new();
    loop {
        values.push(unquoted(cursor.next()?));
        if !cursor.eat(",") {
            break;
        }
    }
    Some(format!("set {name} {}", values.join("\u{0}")))
}

fn unquoted(token: &Token<'_>) -> String {
    match token.kind {
        Kind::Text => inner(token.raw),
        Kind::Quoted | Kind::Word | Kind::Number | Kind::Sign => token.value.to_string(),
    }
}

/// Returns what a text in any quotes says; one with escapes as it stands.
fn inner(raw: &str) -> String {
    if let Some(at) = raw.get(1..).and_then(|rest| rest.find('$')).filter(|_| raw.starts_with('$')) {
        return raw.get(at + 2..raw.len().saturating_sub(at + 2)).unwrap_or_default().to_owned();
    }
    match raw.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(text) => text.replace("''", "'"),
        None => raw.to_owned(),
    }
}
