//! Names as other databases write them.

use squawk_lexer::{LiteralKind, TokenKind};

use super::Found;
use super::kinds::Kind;
use super::placeholders::leads_to_name;
use super::signs::{BIGQUERY, CASSANDRA, MYSQL, SQL_SERVER};
use crate::source::sql::split::{Statement, Token};

/// Names in backticks and brackets, and quotes behind a backslash.
pub(super) fn names(text: &str, statement: &Statement, found: &mut Found) {
    let tokens: Vec<Token> = statement.significant().copied().collect();
    let mut open: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        let previous = at.checked_sub(1).and_then(|at| tokens.get(at));
        match token.kind {
            TokenKind::Backtick => {
                found.replaced.push((token.start..token.end, b'"'));
                match open.take() {
                    Some(start) => {
                        found.hint(MYSQL, start..token.end);
                        found.say(Kind::Backtick, start..token.end);
                    }
                    None => open = Some(token.start),
                }
            }
            TokenKind::OpenBracket => {
                let inside = tokens.get(at + 1..).unwrap_or_default();
                // `[reply-to]` is a name only where one is due.
                let dashed =
                    || previous.filter(|it| leads_to_name(text, it)).and_then(|_| bracketed(inside, true));
                let Some(close) = bracketed(inside, false).or_else(dashed) else { continue };
                // `[id] [int]`: what stands by itself behind a name is its type.
                let by = match previous {
                    Some(previous) if is_named(text, previous) && previous.end < token.start => b' ',
                    Some(previous) if !leads_to_name(text, previous) => continue,
                    _ => b'"',
                };
                found.replaced.push((token.start..token.end, by));
                found.replaced.push((close.start..close.end, by));
                found.hint(SQL_SERVER, token.start..close.end);
                found.say(Kind::Bracket, token.start..close.end);
            }
            TokenKind::Lt if previous.is_some_and(|previous| takes_types(text, previous, token)) => {
                let Some(end) = closing(tokens.get(at..).unwrap_or_default()) else { continue };
                let document =
                    previous.is_some_and(|it| it.is_word(text, "array") || it.is_word(text, "struct"));
                found.sign(if document { BIGQUERY } else { CASSANDRA }, token.start..end);
                found.blank(Kind::Elements, token.start..end);
            }
            TokenKind::Literal { kind: LiteralKind::Str { .. } } if token.text(text).ends_with("\\'") => {
                // `'C:\'` is whole; `'it\'s'` goes on with a word.
                let next = text.get(token.end..).and_then(|rest| rest.chars().next());
                if next.is_some_and(char::is_alphanumeric) {
                    found.say(Kind::Backslash, token.end.saturating_sub(2)..token.end);
                }
            }
            _ => {}
        }
    }
}

/// Returns the bracket that closes a name of one or more words, between which there may be dashes.
fn bracketed(tokens: &[Token], dashed: bool) -> Option<&Token> {
    let is_part = |token: &&Token| {
        matches!(token.kind, TokenKind::Ident) || dashed && matches!(token.kind, TokenKind::Minus)
    };
    let words = tokens.iter().take_while(is_part).count();
    let is_word = tokens.first().is_some_and(|first| matches!(first.kind, TokenKind::Ident));
    tokens.get(words).filter(|close| is_word && matches!(close.kind, TokenKind::CloseBracket))
}

/// Tells whether a token is or ends a name behind which a type may follow; `ARRAY [a]` is a value.
fn is_named(text: &str, token: &Token) -> bool {
    match token.kind {
        TokenKind::CloseBracket => true,
        TokenKind::Ident => !leads_to_name(text, token) && !token.is_word(text, "array"),
        _ => false,
    }
}

/// Tells whether `<` opens the types of what a collection holds: `map<text, int>`.
fn takes_types(text: &str, before: &Token, open: &Token) -> bool {
    let collections = ["map", "list", "set", "frozen", "tuple", "array", "struct", "vector"];
    before.end == open.start && collections.iter().any(|word| before.is_word(text, word))
}

/// Returns where the `>` that belongs to the first token ends; none where it does not come before a bracket closes.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::Lt => depth += 1,
            TokenKind::Gt => {
                depth -= 1;
                if depth == 0 {
                    return Some(token.end);
                }
            }
            TokenKind::Ident | TokenKind::Comma => {}
            _ => return None,
        }
    }
    None
}
