//! What PostgreSQL takes and the parser does not. It is replaced for the parser alone: what is kept is what the author wrote.

use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::source::decl::Ident;
use crate::source::sql::report;
use crate::source::sql::split::Token;
use crate::source::sql::tree::identifier;
use crate::span::{Fragment, Spanned};

/// Finds columns that are called `exclude`, which the parser takes for the beginning of a constraint, and what follows the elements
/// of an exclusion constraint: collations, operator classes and directions. Gives the names of the columns.
pub(super) fn exclusions(
    fragment: &Fragment<'_>,
    tokens: &[Token],
    replaced: &mut Vec<(Range<usize>, u8)>,
) -> Vec<Ident> {
    let text = fragment.text();
    let mut names = Vec::new();
    for (at, word) in tokens.iter().enumerate().filter(|(_, token)| token.is_word(text, "exclude")) {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        let behind = tokens.get(at + 1..).unwrap_or_default();
        let begins = before.is_some_and(|before| {
            matches!(before.kind, TokenKind::OpenParen | TokenKind::Comma)
                || ["add", "column", "exists"].iter().any(|word| before.is_word(text, word))
        });
        let [next, ..] = behind else { continue };
        if begins && report::is_name(next) && !next.is_word(text, "using") {
            let place = word.start..word.end;
            names.push(Spanned::new(identifier(word.text(text)), fragment.span(place.clone())));
            replaced.push((place, b'z'));
            continue;
        }
        let list = behind.iter().position(|token| matches!(token.kind, TokenKind::OpenParen));
        // `EXCLUDE (`, `EXCLUDE USING gist (`.
        if let Some(open) = list.filter(|open| matches!(open, 0 | 2)) {
            elements(text, behind.get(open + 1..).unwrap_or_default(), replaced);
        }
    }
    names
}

/// Blanks what stands between the elements of an exclusion constraint and the operators that they are compared with.
fn elements(text: &str, tokens: &[Token], replaced: &mut Vec<(Range<usize>, u8)>) {
    let mut rest = tokens;
    loop {
        let own = element(rest);
        let behind = rest.get(own..).unwrap_or_default();
        let Some(with) = outside(behind, |token| token.is_word(text, "with")) else { return };
        if let (Some(first), Some(last)) = (behind.first(), with.checked_sub(1).and_then(|at| behind.get(at)))
        {
            replaced.push((first.start..last.end, b' '));
        }
        let Some(comma) = outside(behind, |token| matches!(token.kind, TokenKind::Comma)) else { return };
        rest = behind.get(comma + 1..).unwrap_or_default();
    }
}

/// Returns how many tokens an element has: a column, a call, or an expression in parentheses.
fn element(tokens: &[Token]) -> usize {
    let dotted = |at: usize| {
        tokens.get(at).is_some_and(|dot| matches!(dot.kind, TokenKind::Dot))
            && tokens.get(at + 1).is_some_and(report::is_name)
    };
    let mut at = usize::from(tokens.first().is_some_and(report::is_name));
    while at > 0 && dotted(at) {
        at += 2;
    }
    let opens = tokens.get(at).is_some_and(|open| matches!(open.kind, TokenKind::OpenParen));
    if opens { at + group(tokens.get(at..).unwrap_or_default()) } else { at }
}

/// Returns how many tokens a group in parentheses has that begins with the first.
fn group(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    end.map_or(tokens.len(), |end| end + 1)
}

/// Returns the first token of a kind that stands in no parentheses, up to where those around all of them close.
fn outside(tokens: &[Token], is: impl Fn(&Token) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.checked_sub(1)?,
            _ if depth == 0 && is(token) => return Some(at),
            _ => {}
        }
    }
    None
}
