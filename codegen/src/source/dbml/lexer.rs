//! Tokens of DBML.

use std::borrow::Cow;
use std::ops::Range;

/// A token and its place in the fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// An unquoted word.
    Name,
    /// A word between double quotes, unescaped.
    Quoted(Cow<'t, str>),
    /// A text between single quotes or three of them, unescaped.
    Text(Cow<'t, str>),
    /// An expression between backquotes.
    Expression(Cow<'t, str>),
    /// A number without its sign.
    Number,
    /// `#rrggbb`.
    Color,
    /// A run of the signs `< > - + ? = ! / %`.
    Operator,
    /// Any other sign.
    Sign(char),
    /// A line break.
    Newline,
    /// A comment, with its text.
    Comment(&'t str),
    /// A quoted thing that is not closed; what it is called, and what was read of it.
    Unclosed(&'static str, Cow<'t, str>),
}

/// Splits a text into tokens.
pub(super) fn lex(text: &str) -> Vec<Token<'_>> {
    // More than any text needs: growing would copy, and memory that is never touched costs nothing.
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, len) = token(rest);
        if let Some(kind) = kind {
            tokens.push(Token { kind, range: at..at + len });
        }
        at += len.max(1);
    }
    tokens
}

fn token(rest: &str) -> (Option<Kind<'_>>, usize) {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else { return (None, 0) };
    match first {
        '\n' => (Some(Kind::Newline), 1),
        c if c.is_whitespace() || c == '\u{feff}' => (None, c.len_utf8()),
        '/' if rest.starts_with("//") => {
            let len = rest.find('\n').unwrap_or(rest.len());
            let text = rest.get(2..len).unwrap_or_default().trim();
            (Some(Kind::Comment(text)), len)
        }
        '/' if rest.starts_with("/*") => match rest.find("*/") {
            Some(end) => (Some(Kind::Comment(rest.get(2..end).unwrap_or_default().trim())), end + 2),
            None => (Some(Kind::Unclosed("comment", Cow::Borrowed(""))), rest.len()),
        },
        '\'' if rest.starts_with("'''") => quoted(rest, "'''", true, Kind::Text, "text"),
        '\'' => quoted(rest, "'", false, Kind::Text, "text"),
        '"' => quoted(rest, "\"", false, Kind::Quoted, "name"),
        '`' => quoted_raw(rest),
        '#' => {
            let len = 1 + rest.chars().skip(1).take_while(char::is_ascii_alphanumeric).count();
            (Some(if len > 1 { Kind::Color } else { Kind::Sign('#') }), len)
        }
        c if is_word(c) => word(rest),
        c if is_operator(c) => {
            let len = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
            // A comment may follow an operator directly.
            let len = rest.get(..len).and_then(|run| run.find("//")).filter(|at| *at > 0).unwrap_or(len);
            (Some(Kind::Operator), len)
        }
        c => (Some(Kind::Sign(c)), c.len_utf8()),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
}

fn is_operator(c: char) -> bool {
    matches!(c, '<' | '>' | '-' | '+' | '?' | '=' | '!' | '/' | '%')
}

/// Reads a word or a number: a word may begin with digits as long as a letter follows.
fn word(rest: &str) -> (Option<Kind<'_>>, usize) {
    let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let run = rest.get(..len).unwrap_or_default();
    if !run.starts_with(|c: char| c.is_ascii_digit()) {
        return (Some(Kind::Name), len);
    }
    let number = number_len(rest);
    let follows = rest.get(number..).and_then(|rest| rest.chars().next());
    if number >= len && !follows.is_some_and(is_word) {
        (Some(Kind::Number), number)
    } else {
        (Some(Kind::Name), len)
    }
}

/// Returns the length of the number at the head of a text: digits, a fraction, an exponent.
fn number_len(rest: &str) -> usize {
    let digits =
        |from: usize| rest.get(from..).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let mut len = digits(0);
    if rest.get(len..).is_some_and(|rest| rest.starts_with('.')) && digits(len + 1) > 0 {
        len += 1 + digits(len + 1);
    }
    if let Some(exponent) = rest.get(len..).filter(|rest| rest.starts_with(['e', 'E'])) {
        let sign = usize::from(exponent.get(1..).is_some_and(|rest| rest.starts_with(['+', '-'])));
        let count = digits(len + 1 + sign);
        if count > 0 {
            len += 1 + sign + count;
        }
    }
    len
}

fn quoted_raw(rest: &str) -> (Option<Kind<'_>>, usize) {
    let inside = rest.get(1..).unwrap_or_default();
    match inside.find('`') {
        Some(end) => (Some(Kind::Expression(Cow::Borrowed(inside.get(..end).unwrap_or_default()))), end + 2),
        None => {
            let end = inside.find('\n').unwrap_or(inside.len());
            (
                Some(Kind::Unclosed("expression", Cow::Borrowed(inside.get(..end).unwrap_or_default()))),
                end + 1,
            )
        }
    }
}

/// Reads a quoted thing and its escapes; one on a single line ends with its line.
fn quoted<'t>(
    rest: &'t str,
    quote: &str,
    lines: bool,
    kind: fn(Cow<'t, str>) -> Kind<'t>,
    what: &'static str,
) -> (Option<Kind<'t>>, usize) {
    // Most hold nothing that means something else than itself.
    let inside = rest.get(quote.len()..).unwrap_or_default();
    let special =
        |b: u8| b == b'\\' || b == b'\r' || (b == b'\n' && !lines) || quote.as_bytes().first() == Some(&b);
    if let Some(end) = inside.bytes().position(special)
        && inside.get(end..).is_some_and(|here| here.starts_with(quote))
    {
        let text = inside.get(..end).unwrap_or_default();
        return (Some(kind(Cow::Borrowed(text))), end + 2 * quote.len());
    }
    let mut text = String::new();
    let mut at = quote.len();
    loop {
        let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) else {
            return (Some(Kind::Unclosed(what, Cow::Owned(text))), rest.len());
        };
        if here.starts_with(quote) {
            return (Some(kind(Cow::Owned(text))), at + quote.len());
        }
        let Some(c) = here.chars().next() else {
            return (Some(Kind::Unclosed(what, Cow::Owned(text))), rest.len());
        };
        if c == '\n' && !lines {
            return (Some(Kind::Unclosed(what, Cow::Owned(text))), at);
        }
        if c == '\\' {
            at += escape(here, &mut text);
        } else {
            if c != '\r' {
                text.push(c);
            }
            at += c.len_utf8();
        }
    }
}

/// Reads an escape, adds what it means and returns its length.
fn escape(here: &str, text: &mut String) -> usize {
    let Some(c) = here.chars().nth(1) else { return 1 };
    let mut len = 1 + c.len_utf8();
    match c {
        // A backslash at the end of a line joins it with the next.
        '\n' => {}
        '\r' if here.starts_with("\\\r\n") => len += 1,
        't' => text.push('\t'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        'b' => text.push('\u{8}'),
        'f' => text.push('\u{c}'),
        'v' => text.push('\u{b}'),
        '0' => text.push('\0'),
        '\\' | '\'' | '"' | '`' => text.push(c),
        'u' => {
            let digits = here.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
            match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
                Some(c) => {
                    text.push(c);
                    len += 4;
                }
                None => text.push_str("\\u"),
            }
        }
        other => {
            text.push('\\');
            text.push(other);
        }
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let kinds = |text: &'static str| lex(text).into_iter().map(|token| token.kind).collect::<Vec<_>>();
        let text = |text: &'static str| Kind::Text(Cow::Owned(text.to_owned()));
        assert_eq!(
            kinds("1abc 12 1.5e-3 _x назва"),
            [Kind::Name, Kind::Number, Kind::Number, Kind::Name, Kind::Name]
        );
        assert_eq!(kinds(r"'it\'s' 'a\u0041\n'"), [text("it's"), text("aA\n")]);
        assert_eq!(kinds("'''a\n  b \\\nc'''"), [text("a\n  b c")]);
        assert_eq!(
            kinds("\"a b\" `now()` #fff"),
            [Kind::Quoted("a b".into()), Kind::Expression("now()".into()), Kind::Color]
        );
        assert_eq!(
            kinds("<> ?> -1 // x"),
            [Kind::Operator, Kind::Operator, Kind::Operator, Kind::Number, Kind::Comment("x")]
        );
        assert_eq!(kinds("'open\nx"), [Kind::Unclosed("text", "open".into()), Kind::Newline, Kind::Name]);
        assert_eq!(kinds("'''open"), [Kind::Unclosed("text", "open".into())]);
    }
}
