//! A statement's list in parentheses, found by its tokens alone: what one item breaks stays inside that item.

use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::source::sql::split::{Statement, Token};

/// The first list in parentheses of a statement.
#[derive(Debug)]
pub(super) struct Body {
    /// One past the closing parenthesis, where there is one.
    pub(super) end: Option<usize>,
    /// The bytes of each item, without the commas; an item that holds nothing is left out.
    pub(super) items: Vec<Range<usize>>,
}

/// Returns the first list in parentheses of a statement.
pub(super) fn body(text: &str, statement: &Statement) -> Option<Body> {
    let mut tokens = statement.significant();
    tokens.find(|token| matches!(token.kind, TokenKind::OpenParen))?;
    let mut end = None;
    let items = items(text, tokens, statement.is_unbalanced(), &mut end);
    Some(Body { end, items })
}

/// Splits tokens at the commas that stand in no parentheses, up to a parenthesis that closes none of them.
///
/// Where parentheses are `unbalanced`, a comma at the end of a line is taken to end an item in every depth, so that what
/// is never closed costs its own lines. A placeholder (`...`) is an item of its own also where no comma parts it from its neighbours.
pub(super) fn items<'t>(
    text: &str,
    tokens: impl Iterator<Item = &'t Token>,
    unbalanced: bool,
    end: &mut Option<usize>,
) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut item: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    let mut dots = false;
    let mut comma: Option<usize> = None;
    for token in tokens {
        let gap = comma.take().and_then(|comma| text.get(comma..token.start)).unwrap_or_default();
        if unbalanced && gap.contains('\n') {
            // The comma itself is the last byte of the item so far.
            items.extend(item.take().map(|item: Range<usize>| item.start..item.end.saturating_sub(1)));
            depth = 0;
        }
        if matches!(token.kind, TokenKind::Comma) && depth > 0 {
            comma = Some(token.end);
        }
        let begins = depth == 0 && is_placeholder(text, token);
        let ends = dots && !matches!(token.kind, TokenKind::Dot);
        if begins || ends {
            items.extend(item.take());
            dots = begins;
        }
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

/// Tells whether a token begins `...` or is `…`.
pub(super) fn is_placeholder(text: &str, token: &Token) -> bool {
    matches!(token.kind, TokenKind::DotDot) || token.text(text) == "…"
}
