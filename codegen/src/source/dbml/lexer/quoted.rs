//! Quoted things: how far they reach, and what they mean.

use std::borrow::Cow;

use super::Kind;

/// Returns the kind and the length of the quoted thing at the head of a text; one on a single line ends with its line.
pub(super) fn quoted(rest: &str) -> (Kind, usize) {
    if let Some(inside) = rest.strip_prefix('`') {
        return match inside.find('`') {
            Some(end) => (Kind::Expression, end + 2),
            None => (Kind::OpenExpression, inside.find('\n').unwrap_or(inside.len()) + 1),
        };
    }
    let quote = opening(rest);
    let (closed, open) =
        if quote == "\"" { (Kind::Quoted, Kind::OpenQuoted) } else { (Kind::Text, Kind::OpenText) };
    let lines = quote.len() == 3;
    let special = |b: u8| b == b'\\' || (b == b'\n' && !lines) || quote.as_bytes().first() == Some(&b);
    let mut at = quote.len();
    while let Some(step) = rest.get(at..).and_then(|here| here.bytes().position(special)) {
        at += step;
        let here = rest.get(at..).unwrap_or_default();
        if here.starts_with(quote) {
            return (closed, at + quote.len());
        }
        match here.as_bytes().first() {
            Some(b'\\') => at += escape_len(here),
            Some(b'\n') => return (open, at),
            _ => at += 1,
        }
    }
    (open, rest.len())
}

/// Returns the quote that a quoted thing begins with.
fn opening(raw: &str) -> &str {
    let len = if raw.starts_with("'''") { 3 } else { 1 };
    raw.get(..len).unwrap_or_default()
}

/// Returns what stands between the quotes of a quoted thing; one that is not closed has none at its end.
pub(super) fn inside(raw: &str, closed: bool) -> &str {
    let quote = opening(raw).len();
    let end = if closed { raw.len().saturating_sub(quote) } else { raw.len() };
    raw.get(quote..end).unwrap_or_default()
}

/// Returns what a text with escapes means; a carriage return means nothing.
pub(super) fn unescape(inside: &str) -> Cow<'_, str> {
    let special = |c| matches!(c, '\\' | '\r');
    if !inside.contains(special) {
        return Cow::Borrowed(inside);
    }
    let mut text = String::with_capacity(inside.len());
    let mut at = 0;
    while let Some(here) = inside.get(at..).filter(|here| !here.is_empty()) {
        at += match here.find(special) {
            Some(0) if here.starts_with('\r') => 1,
            Some(0) => escape(here, &mut text),
            plain => {
                let plain = here.get(..plain.unwrap_or(here.len())).unwrap_or_default();
                text.push_str(plain);
                plain.len()
            }
        };
    }
    Cow::Owned(text)
}

/// Returns the length of an escape, as far as it may hold a quote or a line break.
fn escape_len(here: &str) -> usize {
    match here.chars().nth(1) {
        None => 1,
        Some('\r') if here.starts_with("\\\r\n") => 3,
        Some(c) => 1 + c.len_utf8(),
    }
}

/// Reads an escape, adds what it means and returns its length.
fn escape(here: &str, text: &mut String) -> usize {
    let len = escape_len(here);
    match here.chars().nth(1) {
        // A backslash at the end of a line joins it with the next.
        None | Some('\n') => {}
        Some('\r') if here.starts_with("\\\r\n") => {}
        Some('t') => text.push('\t'),
        Some('n') => text.push('\n'),
        Some('r') => text.push('\r'),
        Some('b') => text.push('\u{8}'),
        Some('f') => text.push('\u{c}'),
        Some('v') => text.push('\u{b}'),
        Some('0') => text.push('\0'),
        Some(c @ ('\\' | '\'' | '"' | '`')) => text.push(c),
        Some('u') => {
            let digits = here.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
                Some(c) => {
                    text.push(c);
                    return len + 4;
                }
                None => text.push_str("\\u"),
            }
        }
        Some(other) => {
            text.push('\\');
            text.push(other);
        }
    }
    len
}
