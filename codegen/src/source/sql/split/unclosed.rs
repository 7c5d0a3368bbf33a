//! Quotes that nothing closes, and what of the text they spoil.

use std::ops::Range;

use squawk_lexer::{LiteralKind, TokenKind};

use super::beginning::begins_statement;
use super::{Statement, Token, Word, line_end};

/// Returns the part of the text that an unclosed quote spoils, where the token shows that there is one.
///
/// A quote that is missing turns everything behind it inside out, so the place that is left without a partner is
/// rarely the place of the mistake: the first text of several lines with the beginning of a statement on one of them is.
pub(super) fn unterminated(
    text: &str,
    token: &Token,
    statement: &Statement,
    started: bool,
) -> Option<Range<usize>> {
    let spoilt = |token: &Token| token.start..broken_end(text, token.start);
    if is_terminated(token.kind) {
        // What swallows nothing, which is nearly everything, is not looked at any further.
        let suspect = || is_glued(text, token) || (started && defines(text, statement));
        return (swallows_statement(text, token) && suspect()).then(|| spoilt(token));
    }
    let culprit = statement.tokens.iter().find(|earlier| swallows_statement(text, earlier)).unwrap_or(token);
    Some(spoilt(culprit))
}

/// Tells whether a token is of a kind that has to be closed.
pub(super) fn may_be_unterminated(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::BlockComment { .. } | TokenKind::QuotedIdent { .. } | TokenKind::Literal { .. })
}

/// Returns where a text that is never closed is taken to end: with its line, before what ends an item or a statement there.
fn broken_end(text: &str, start: usize) -> usize {
    let line = text.get(start..line_end(text, start)).unwrap_or_default();
    let line = match line.find("--") {
        Some(comment) if comment > 1 => line.get(..comment).unwrap_or(line),
        _ => line,
    };
    let words = line.trim_end_matches([' ', '\t', '\r', ',', ';', ')']);
    // At least the quote itself.
    let quote = line.chars().next().map_or(0, char::len_utf8);
    start + words.len().max(quote)
}

/// Tells whether a quoted token follows something that no text follows: its opening quote is then another's closing one.
fn is_glued(text: &str, token: &Token) -> bool {
    let before = text.get(..token.start).and_then(|before| before.chars().next_back());
    before.is_some_and(|before| !before.is_whitespace() && !"(,=|[<>+-*/:;".contains(before))
}

/// Tells whether the statement is of a kind in which no text holds other statements.
fn defines(text: &str, statement: &Statement) -> bool {
    let mut words = statement.significant_words(text);
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let is = |word: &str, names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    is(first, &["create", "alter"]) && is(second, &["table", "type", "index", "unique", "domain", "sequence"])
}

/// Tells whether what has to be closed is.
pub(crate) fn is_terminated(kind: TokenKind) -> bool {
    match kind {
        TokenKind::BlockComment { terminated } | TokenKind::QuotedIdent { terminated, .. } => terminated,
        TokenKind::Literal { kind } => match kind {
            LiteralKind::Str { terminated }
            | LiteralKind::NationalStr { terminated }
            | LiteralKind::ByteStr { terminated }
            | LiteralKind::BitStr { terminated }
            | LiteralKind::DollarQuotedString { terminated }
            | LiteralKind::UnicodeEscStr { terminated }
            | LiteralKind::EscStr { terminated } => terminated,
            LiteralKind::Int { .. } | LiteralKind::Numeric { .. } => true,
        },
        _ => true,
    }
}

/// Tells whether a quoted token runs over the beginning of a statement.
fn swallows_statement(text: &str, token: &Token) -> bool {
    let quoted = match token.kind {
        TokenKind::QuotedIdent { .. } => true,
        TokenKind::Literal { kind } => !matches!(
            kind,
            LiteralKind::DollarQuotedString { .. } | LiteralKind::Int { .. } | LiteralKind::Numeric { .. }
        ),
        _ => false,
    };
    if !quoted {
        return false;
    }
    let body = token.text(text);
    body.match_indices('\n').any(|(at, _)| {
        let start = token.start + at + 1;
        let line = text.get(start..token.end).unwrap_or_default();
        let rest = line.trim_start_matches([' ', '\t']);
        let start = start + line.len() - rest.len();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let word = Token { kind: TokenKind::Ident, start, end: start + length, word: Word::default() };
        begins_statement(text, &word)
    })
}
