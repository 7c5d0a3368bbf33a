//! What a template or psql puts into a script before it runs: `{{ schema }}`, `${prefix}`, `:schema`, `@schema`, `<%= name %>`.

use std::ops::Range;

use squawk_lexer::TokenKind;

use super::Found;
use crate::source::sql::report;
use crate::source::sql::split::Token;

/// Returns where placeholders stand, in order; what is quoted is text, whatever it looks like.
pub(super) fn all(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut brackets = 0_usize;
    let mut until = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.start < until {
            continue;
        }
        match token.kind {
            TokenKind::OpenBracket => brackets += 1,
            TokenKind::CloseBracket => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        if let Some(range) = placeholder(text, tokens, at, brackets > 0) {
            until = range.end;
            found.push(range);
        }
    }
    found
}

/// Returns the placeholder that begins with a token.
fn placeholder(text: &str, tokens: &[Token], at: usize, in_brackets: bool) -> Option<Range<usize>> {
    let token = tokens.get(at)?;
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    let next = tokens.get(at + 1).filter(|next| next.start == token.end);
    match token.kind {
        TokenKind::OpenCurly => {
            let sign = before.filter(|it| it.end == token.start && matches!(it.text(text), "$" | "#"));
            let end = braced(tokens.get(at..)?)?;
            Some(sign.unwrap_or(token).start..end)
        }
        TokenKind::Lt if next.is_some_and(|next| matches!(next.kind, TokenKind::Percent)) => {
            let close = tokens.get(at + 2..)?.windows(2).find_map(|pair| match pair {
                [percent, close]
                    if matches!((percent.kind, close.kind), (TokenKind::Percent, TokenKind::Gt))
                        && percent.end == close.start =>
                {
                    Some(close.end)
                }
                _ => None,
            })?;
            Some(token.start..close)
        }
        // `a[1:n]` is a slice, `a::b` a cast.
        TokenKind::Colon if !in_brackets => {
            let alone = before.is_none_or(|before| {
                before.end < token.start
                    || matches!(before.kind, TokenKind::OpenParen | TokenKind::Comma | TokenKind::Dot)
            });
            let named = next.filter(|next| report::is_name(next) || super::is_text(next))?;
            (alone && before.is_none_or(|before| !matches!(before.kind, TokenKind::Colon)))
                .then_some(token.start..named.end)
        }
        // `@ x` is how large a number is; behind a word that leads to a name it is none.
        TokenKind::At if before.is_some_and(|before| leads_to_name(text, before)) => {
            let named = next.filter(|next| report::is_name(next))?;
            // An extension's script: `@extschema@.users`.
            let closing =
                tokens.get(at + 2).filter(|it| it.start == named.end && matches!(it.kind, TokenKind::At));
            Some(token.start..closing.unwrap_or(named).end)
        }
        _ => None,
    }
}

/// Returns where braces end that the first token opens: `{…}`, `{{…}}`, `{%…%}`.
fn braced(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().find_map(|token| {
        match token.kind {
            TokenKind::OpenCurly => depth += 1,
            TokenKind::CloseCurly => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(token.end)
    })
}

/// Leaves out of a statement what a schema's name is put in for, the beginning of a name, and what stands by itself behind its lists.
pub(super) fn leave_out(text: &str, tokens: &[Token], found: &mut Found) {
    for range in all(text, tokens) {
        let before = tokens.partition_point(|token| token.end <= range.start).checked_sub(1);
        let before = before.and_then(|at| tokens.get(at));
        let behind =
            tokens.get(tokens.partition_point(|token| token.start < range.end)..).unwrap_or_default();
        let follows = |token: &&Token| token.start == range.end;
        let leads = before.is_none_or(|before| leads_to_name(text, before));
        let end = match behind {
            // The schema: `:app.users`.
            [dot, name, ..] if follows(&dot) && matches!(dot.kind, TokenKind::Dot) => {
                Some(dot.end).filter(|end| leads && *end == name.start)
            }
            // The beginning of a name, with the underscore behind it: `{prefix}_users`.
            [name, ..] if follows(&name) && matches!(name.kind, TokenKind::Ident) => {
                let word = name.text(text);
                let underscores = word.len() - word.trim_start_matches('_').len();
                (leads && underscores < word.len()).then_some(range.end + underscores)
            }
            // A clause: `… (id) {{ tablespace }}`.
            _ => before.filter(|before| matches!(before.kind, TokenKind::CloseParen)).map(|_| range.end),
        };
        if let Some(end) = end {
            found.replaced.push((range.start..end, b' '));
            found.placeholders.push(range);
        }
    }
}

/// Tells whether a name follows a token.
pub(super) fn leads_to_name(text: &str, token: &Token) -> bool {
    let words = [
        "table",
        "exists",
        "references",
        "constraint",
        "on",
        "index",
        "only",
        "into",
        "type",
        "schema",
        "column",
        "for",
        "textimage_on",
    ];
    matches!(token.kind, TokenKind::OpenParen | TokenKind::Comma | TokenKind::Dot)
        || words.iter().any(|word| token.is_word(text, word))
}
