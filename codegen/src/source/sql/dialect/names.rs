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
            TokenKind::OpenBracket if previous.is_none_or(|previous| leads_to_name(text, previous)) => {
                let (Some(name), Some(close)) = (tokens.get(at + 1), tokens.get(at + 2)) else { continue };
                if matches!((name.kind, close.kind), (TokenKind::Ident, TokenKind::CloseBracket)) {
                    found.replaced.push((token.start..token.end, b'"'));
                    found.replaced.push((close.start..close.end, b'"'));
                    found.hint(SQL_SERVER, token.start..close.end);
                    found.say(Kind::Bracket, token.start..close.end);
                }
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
