//! `DO` blocks that only keep a statement from failing when it is run again.
//!
//! PostgreSQL has no `CREATE TYPE IF NOT EXISTS`, so scripts wrap such a statement: `BEGIN CREATE TYPE …; EXCEPTION WHEN
//! duplicate_object THEN null; END`, or `IF NOT EXISTS (…) THEN … END IF`. What is wrapped is what the author means. So is what
//! `IF EXISTS (…)` lets go or rename only where it is there, provided that the condition asks for that very thing.

use squawk_lexer::{TokenKind, tokenize};

use crate::source::sql::report::is_name;
use crate::source::sql::split::{self, Statement, Token};
use crate::source::sql::tree::identifier;

/// Returns the statements that a `DO` block guards; none where it does anything else too.
pub(super) fn statements(text: &str, block: &Statement) -> Option<Vec<Statement>> {
    let body = block.significant().find(|token| token.text(text).starts_with('$'))?;
    let raw = body.text(text);
    let tag = raw.get(1..)?.find('$')? + 2;
    let (start, end) = (body.start + tag, body.end.checked_sub(tag)?);
    let mut at = start;
    let mut tokens = Vec::new();
    for raw in tokenize(text.get(start..end)?) {
        let token = Token::of(&raw, text, at);
        at = token.end;
        if !token.is_trivia() {
            tokens.push(token);
        }
    }
    let mut found = Vec::new();
    let mut rest = tokens.as_slice();
    let mut begun = false;
    // The condition under which a thing is let go or renamed.
    let mut asked: Option<&[Token]> = None;
    let mut within = false;
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
            let (condition, behind_then) = (condition.get(..then)?, condition.get(then + 1..)?);
            let denied = condition.windows(2).any(|pair| {
                matches!(pair, [not, exists] if not.is_word(text, "not") && exists.is_word(text, "exists"))
            });
            if !denied {
                behind(text, condition, &["exists"])?;
                asked = Some(condition);
            }
            words = behind_then;
            within = true;
        }
        let Some(first) = words.first() else { continue };
        let is = |word: &str| first.is_word(text, word);
        if is("exception") {
            // What follows says what happens when the thing is there already.
            break;
        }
        if is("end") {
            asked = None;
            within = false;
            continue;
        }
        if is("null") || is("raise") {
            continue;
        }
        match asked {
            Some(condition) => {
                let gone = let_go(text, words)?;
                condition.iter().any(|token| names(token.text(text), &gone)).then_some(())?;
            }
            None if ["create", "alter", "comment", "grant"].into_iter().any(is) => {}
            // To be made anew.
            None if is("drop") && !within => {
                let kind = words.get(1).is_some_and(|kind| kind_is_named(text, kind));
                (kind && behind(text, words.get(2..)?, &["if", "exists"]).is_some()).then_some(())?;
            }
            None => return None,
        }
        found.push(split::statement_at(text, first.start, words.last()?.end)?);
    }
    (!found.is_empty()).then_some(found)
}

/// Returns the name of what a statement drops or renames: that of a part behind `DROP` and `RENAME`, else that of the whole.
fn let_go(text: &str, words: &[Token]) -> Option<String> {
    let fillers = ["column", "constraint", "if", "exists", "only", "materialized", "event", "foreign"];
    let name_behind = |tokens: &[Token]| {
        let mut rest = tokens.iter().skip_while(|token| fillers.iter().any(|word| token.is_word(text, word)));
        let mut name = rest.next().filter(|token| is_name(token))?;
        while rest.next().is_some_and(|dot| matches!(dot.kind, TokenKind::Dot)) {
            name = rest.next().filter(|token| is_name(token))?;
        }
        Some(identifier(name.text(text)))
    };
    let [verb, kind, rest @ ..] = words else { return None };
    if verb.is_word(text, "drop") {
        return kind_is_named(text, kind).then(|| name_behind(rest)).flatten();
    }
    if !verb.is_word(text, "alter") {
        return None;
    }
    let change =
        rest.iter().position(|token| token.is_word(text, "drop") || token.is_word(text, "rename"))?;
    let behind = rest.get(change + 1..)?;
    // Several changes may let go of more than what is asked for.
    let is_one = !rest.iter().any(|token| matches!(token.kind, TokenKind::Comma));
    let is_whole = behind.first().is_some_and(|first| first.is_word(text, "to"));
    let name = if is_whole { name_behind(rest) } else { name_behind(behind) };
    name.filter(|_| is_one && kind_is_named(text, kind))
}

fn kind_is_named(text: &str, kind: &Token) -> bool {
    ["table", "index", "view", "type", "sequence", "domain"].iter().any(|word| kind.is_word(text, word))
}

/// Tells whether a text says a name: `'old_name'`, `'"Old"'`, `'public.old_name'`.
fn names(literal: &str, name: &str) -> bool {
    let Some(inner) = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else {
        return false;
    };
    let last = inner.rsplit('.').next().unwrap_or(inner);
    [inner, last].iter().any(|said| said.trim_matches('"') == name)
}

/// Returns what follows some words, where they come first.
fn behind<'t>(text: &str, tokens: &'t [Token], words: &[&str]) -> Option<&'t [Token]> {
    let first = tokens.get(..words.len())?;
    let same = first.iter().zip(words).all(|(token, word)| token.is_word(text, word));
    same.then(|| tokens.get(words.len()..)).flatten()
}
