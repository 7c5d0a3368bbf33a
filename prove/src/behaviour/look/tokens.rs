//! The tokens of an expression or of a routine's body, as far as who is compared with what is read off them.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// A token that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name or keyword, as PostgreSQL folds it.
    Word(String),
    /// A string, as it is meant.
    Text(String),
    /// A number.
    Number(String),
    /// An operator, or what parts words.
    Mark(String),
}

impl Token {
    pub(super) fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(super) fn mark(&self) -> Option<&str> {
        match self {
            Self::Mark(mark) => Some(mark),
            _ => None,
        }
    }
}

/// The characters of which operators are made.
const OPERATOR: &str = "+-*/<>=~!@#%^&|`?:";

/// Cuts a text into its tokens, without blanks and comments.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let (mut at, mut is_close) = (0, false);
    for token in tokenize(text) {
        let part = text.get(at..at + token.len as usize).unwrap_or_default();
        at += token.len as usize;
        let was_close = std::mem::replace(&mut is_close, false);
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { .. }
            | TokenKind::Eof => {}
            TokenKind::Ident => found.push(Token::Word(part.to_lowercase())),
            TokenKind::QuotedIdent { .. } => {
                let inner = part.trim_start_matches('"').trim_end_matches('"');
                found.push(Token::Word(inner.replace("\"\"", "\"")));
            }
            TokenKind::Literal { kind: LiteralKind::Int { .. } | LiteralKind::Numeric { .. } } => {
                found.push(Token::Number(part.to_owned()));
            }
            TokenKind::Literal { .. } => {
                let inner = part.find('\'').and_then(|start| part.get(start + 1..)).unwrap_or(part);
                let inner = inner.strip_suffix('\'').unwrap_or(inner);
                found.push(Token::Text(inner.replace("''", "'")));
            }
            _ => {
                is_close = part.chars().all(|c| OPERATOR.contains(c));
                match found.last_mut() {
                    Some(Token::Mark(mark)) if was_close && is_close => mark.push_str(part),
                    _ => found.push(Token::Mark(part.to_owned())),
                }
            }
        }
    }
    found
}
