//! `DO` blocks that only keep a statement from failing when it is run again.
//!
//! PostgreSQL has no `CREATE TYPE IF NOT EXISTS`, so scripts wrap such a statement: `BEGIN CREATE TYPE …; EXCEPTION WHEN
//! duplicate_object THEN null; END`, or `IF NOT EXISTS (…) THEN … END IF`. What is wrapped is what the author means.

use squawk_lexer::{TokenKind, tokenize};

use crate::source::sql::split::{self, Statement, Token};

/// Returns the statements that a `DO` block guards; none where it does anything else too.
pub(super) fn statements(text: &str, block: &Statement) -> Option<Vec<Statement>> {
    let body = block.significant().find(|token| token.text(text).starts_with('$'))?;
    let raw = body.text(text);
    let tag = raw.get(1..)?.find('$')? + 2;
    let (start, end) = (body.start + tag, body.end.checked_sub(tag)?);
    let mut at = start;
    let mut tokens = Vec::new();
    for raw in tokenize(text.get(start..end)?) {
        let token = Token { kind: raw.kind, start: at, end: at + raw.len as usize };
        at = token.end;
        if !token.is_trivia() {
            tokens.push(token);
        }
    }
    let mut found = Vec::new();
    let mut rest = tokens.as_slice();
    let mut begun = false;
    while !rest.is_empty() {
        let length =
            rest.iter().position(|token| matches!(token.kind, TokenKind::Semi)).unwrap_or(rest.len());
        let (mut words, after) = (rest.get(..length)?, rest.get(length + 1..).unwrap_or_default());
        rest = after;
        if !begun {
            words = behind(text, words, &["begin"])?;
            begun = true;
        }
        if let Some(condition) = behind(text, words, &["if"]) {
            let then = condition.iter().position(|token| token.is_word(text, "then"))?;
            let denied = condition.get(..then)?.windows(2).any(|pair| {
                matches!(pair, [not, exists] if not.is_word(text, "not") && exists.is_word(text, "exists"))
            });
            words = condition.get(then + 1..).filter(|_| denied)?;
        }
        let Some(first) = words.first() else { continue };
        let is = |word: &str| first.is_word(text, word);
        if is("exception") {
            // What follows says what happens when the thing is there already.
            break;
        }
        if is("end") || is("null") || is("raise") {
            continue;
        }
        if !["create", "alter", "comment", "grant"].into_iter().any(is) {
            return None;
        }
        found.push(split::statement_at(text, first.start, words.last()?.end)?);
    }
    (!found.is_empty()).then_some(found)
}

/// Returns what follows some words, where they come first.
fn behind<'t>(text: &str, tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    let first = tokens.get(..words.len())?;
    let same = first.iter().zip(words).all(|(token, word)| token.is_word(text, word));
    same.then(|| tokens.get(words.len()..)).flatten()
}
