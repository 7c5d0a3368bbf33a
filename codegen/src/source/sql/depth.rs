//! How deeply a text nests, told by its tokens before a parser that recurses sees it.

use squawk_lexer::TokenKind;

use crate::source::sql::split::Token;

/// The deepest nesting that is parsed.
pub(super) const LIMIT: usize = 200;

/// Tells whether tokens nest deeper than the limit.
///
/// A bracket opens a level; so does every operator, because a chain of them is a tree as deep as the chain is long. A
/// comma or semicolon ends the chains of its level.
pub(super) fn is_too_deep<'t>(text: &str, tokens: impl Iterator<Item = &'t Token>) -> bool {
    // Operators open in each bracket, outermost first, and their sum.
    let mut levels = vec![0_usize];
    let mut total = 0_usize;
    for token in tokens {
        let mut add = 0;
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenCurly => levels.push(0),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseCurly => {
                if let (true, Some(closed)) = (levels.len() > 1, levels.last()) {
                    total -= closed;
                    levels.pop();
                }
                // `a[1][2]` and `f(x)(y)` are chains as well.
                add = usize::from(matches!(token.kind, TokenKind::CloseBracket));
            }
            TokenKind::Comma | TokenKind::Semi => {
                if let Some(level) = levels.last_mut() {
                    total -= std::mem::take(level);
                }
            }
            TokenKind::Ident => add = usize::from(is_operator(token.text(text))),
            TokenKind::Dot
            | TokenKind::Slash
            | TokenKind::Minus
            | TokenKind::Colon
            | TokenKind::Eq
            | TokenKind::Gt
            | TokenKind::And
            | TokenKind::Lt
            | TokenKind::Bang
            | TokenKind::Plus
            | TokenKind::Tilde
            | TokenKind::Pound
            | TokenKind::Question
            | TokenKind::Or
            | TokenKind::Percent
            | TokenKind::Caret
            | TokenKind::Star
            | TokenKind::At => add = 1,
            _ => {}
        }
        if let Some(level) = levels.last_mut() {
            *level += add;
        }
        total += add;
        // `||` and `::` are two tokens each, hence operators count half.
        if levels.len() + total / 2 > LIMIT {
            return true;
        }
    }
    false
}

fn is_operator(word: &str) -> bool {
    // `case` and `select` recurse, the others chain.
    const WORDS: &[&str] = &[
        "and",
        "or",
        "not",
        "is",
        "in",
        "like",
        "ilike",
        "between",
        "case",
        "select",
        "union",
        "except",
        "intersect",
        "join",
        "collate",
        "if",
        "begin",
        "explain",
        "with",
    ];
    word.len() <= 9 && WORDS.iter().any(|operator| word.eq_ignore_ascii_case(operator))
}
