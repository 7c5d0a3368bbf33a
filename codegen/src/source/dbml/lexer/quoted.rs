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
        Some('u') => match code_point(here) {
            Some((c, len)) => {
                text.push(c);
                return len;
            }
            None => text.push_str("\\u"),
        },
        Some(other) => text.push(other),
    }
    len
}

/// Reads `\uXXXX`, of which two may be one character beyond the first plane, and returns it with its length.
fn code_point(here: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = here.get(at..at + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(0)?;
    match char::from_u32(u32::from(first)) {
        Some(c) => Some((c, 6)),
        None => match unit(6).and_then(|second| char::decode_utf16([first, second]).next()) {
            Some(Ok(c)) => Some((c, 12)),
            _ => Some((char::REPLACEMENT_CHARACTER, 6)),
        },
    }
}

/// Returns where a quoted thing has `\u` with something else behind it than four letters or digits.
///
/// Letters that are no digits are passed over as in the reference, which reads the path `C:\users`.
pub(super) fn wrong_escapes(raw: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = raw.get(at..).and_then(|here| here.find('\\')) {
        at += step;
        let here = raw.get(at..).unwrap_or_default();
        if let Some(behind) = here.strip_prefix("\\u")
            && behind.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(4).count() < 4
        {
            found.push(at);
        }
        at += escape_len(here);
    }
    found
}
