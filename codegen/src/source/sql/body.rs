//! A statement's list in parentheses, found by its tokens alone: what one item breaks stays inside that item.

use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::source::sql::split::{Statement, Token};

/// The first list in parentheses of a statement.
#[derive(Debug)]
pub(super) struct Body {
    /// The opening parenthesis.
    pub(super) open: usize,
    /// One past the closing parenthesis, where there is one.
    pub(super) end: Option<usize>,
    /// The bytes of each item, without the commas; an item that holds nothing is left out.
    pub(super) items: Vec<Range<usize>>,
}

/// Returns the first list in parentheses of a statement.
pub(super) fn body(statement: &Statement) -> Option<Body> {
    let mut tokens = statement.significant();
    let open = tokens.find(|token| matches!(token.kind, TokenKind::OpenParen))?.start;
    let mut end = None;
    let items = items(tokens, &mut end);
    Some(Body { open, end, items })
}

/// Splits tokens at the commas that stand in no parentheses, up to a parenthesis that closes none of them.
pub(super) fn items<'t>(
    tokens: impl Iterator<Item = &'t Token>,
    end: &mut Option<usize>,
) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut item: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket => depth += 1,
            TokenKind::CloseParen if depth == 0 => {
                *end = Some(token.end);
                break;
            }
            TokenKind::CloseParen | TokenKind::CloseBracket => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => {
                items.extend(item.take());
                continue;
            }
            _ => {}
        }
        item = Some(item.map_or(token.start, |item| item.start)..token.end);
    }
    items.extend(item);
    items
}
