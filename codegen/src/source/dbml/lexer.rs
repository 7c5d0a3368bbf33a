//! Tokens of DBML.

mod quoted;

use std::borrow::Cow;
use std::ops::Range;

/// A token and its place in the fragment; small, for a file has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    start: u32,
    end: u32,
}

impl Token {
    /// Returns the bytes of the fragment that the token covers.
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns the token as it is written in `text`.
    pub(super) fn raw(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// Returns what the token says: a quoted thing without its quotes and escapes, a comment without its marks.
    pub(super) fn meaning(self, text: &str) -> Cow<'_, str> {
        let raw = self.raw(text);
        match self.kind {
            Kind::Quoted | Kind::Text => quoted::unescape(quoted::inside(raw, true)),
            Kind::OpenQuoted | Kind::OpenText => quoted::unescape(quoted::inside(raw, false)),
            Kind::Expression => quoted::inside(raw, true).into(),
            Kind::OpenExpression => quoted::inside(raw, false).into(),
            Kind::Comment => comment(raw).into(),
            Kind::OpenComment => "".into(),
            Kind::Name
            | Kind::Number
            | Kind::Color
            | Kind::Operator
            | Kind::Sign(_)
            | Kind::Newline
            | Kind::BadNumber => raw.into(),
        }
    }
}

/// Returns where a quoted thing has an escape that is none.
pub(super) fn wrong_escapes(token: Token, text: &str) -> Vec<usize> {
    let is_text = matches!(token.kind, Kind::Quoted | Kind::Text | Kind::OpenQuoted | Kind::OpenText);
    if is_text { quoted::wrong_escapes(token.raw(text)) } else { Vec::new() }
}

fn comment(raw: &str) -> &str {
    let text = match raw.strip_prefix("//") {
        Some(line) => line,
        None => raw.get(2..raw.len().saturating_sub(2)).unwrap_or_default(),
    };
    text.trim()
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An unquoted word.
    Name,
    /// A word between double quotes.
    Quoted,
    /// A text between single quotes or three of them.
    Text,
    /// An expression between backquotes.
    Expression,
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
    /// A comment.
    Comment,
    /// A [`Kind::Quoted`] that its line does not close.
    OpenQuoted,
    /// A [`Kind::Text`] that is not closed.
    OpenText,
    /// A [`Kind::Expression`] that is not closed, up to the end of its line.
    OpenExpression,
    /// A comment that is not closed.
    OpenComment,
    /// A number with something behind it that belongs to none: `1.2.3`, `1.5kg`.
    BadNumber,
}

impl Kind {
    /// Returns what a quoted thing is called, where it is not closed.
    pub(super) fn unclosed(self) -> Option<&'static str> {
        match self {
            Self::OpenQuoted => Some("name"),
            Self::OpenText => Some("text"),
            Self::OpenExpression => Some("expression"),
            Self::OpenComment => Some("comment"),
            Self::Name
            | Self::Quoted
            | Self::Text
            | Self::Expression
            | Self::Number
            | Self::Color
            | Self::Operator
            | Self::Sign(_)
            | Self::Newline
            | Self::Comment
            | Self::BadNumber => None,
        }
    }
}

/// Splits a text into tokens; what lies beyond 4 GiB cannot be addressed and is left out.
pub(super) fn lex(text: &str) -> Vec<Token> {
    // More than most texts need: growing would copy, and memory that is never touched costs nothing.
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (kind, len) = token(rest);
        let len = len.max(1);
        if let Some(kind) = kind {
            let (Ok(start), Ok(end)) = (u32::try_from(at), u32::try_from(at + len)) else { break };
            tokens.push(Token { kind, start, end });
        }
        at += len;
    }
    tokens
}

/// Returns what stands at the head of a text, none for white space, and its length.
fn token(rest: &str) -> (Option<Kind>, usize) {
    let Some(first) = rest.chars().next() else { return (None, 0) };
    match first {
        ' ' => (None, rest.bytes().take_while(|b| *b == b' ').count()),
        '\n' => (Some(Kind::Newline), 1),
        c if is_word(c) => word(rest),
        '/' if rest.starts_with("//") => (Some(Kind::Comment), rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => match rest.find("*/") {
            Some(end) => (Some(Kind::Comment), end + 2),
            None => (Some(Kind::OpenComment), rest.len()),
        },
        '\'' | '"' | '`' => {
            let (kind, len) = quoted::quoted(rest);
            (Some(kind), len)
        }
        '#' => {
            let len = 1 + rest.get(1..).map_or(0, word_len);
            (Some(if len > 1 { Kind::Color } else { Kind::Sign('#') }), len)
        }
        c if is_operator(c) => {
            let len = rest.find(|c| !is_operator(c)).unwrap_or(rest.len());
            // A comment may follow an operator directly.
            let comment = |run: &str| {
                run.find("//").or_else(|| {
                    run.find('/').filter(|at| rest.get(at + 1..).is_some_and(|rest| rest.starts_with('*')))
                })
            };
            let len = rest.get(..len).and_then(comment).filter(|at| *at > 0).unwrap_or(len);
            (Some(Kind::Operator), len)
        }
        c if c.is_whitespace() => (None, c.len_utf8()),
        c => (Some(Kind::Sign(c)), c.len_utf8()),
    }
}

/// Tells whether a character may stand in a word: a letter, a mark, an ASCII digit or `_`. The reference looks at UTF-16 units,
/// so that letters beyond the first plane are none.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || c == '_'
    } else {
        let joins = unicode_ident::is_xid_continue(c) || c.is_alphabetic() || is_enclosing_mark(c);
        c.len_utf16() == 1 && joins && !c.is_numeric() && !is_between_letters(c)
    }
}

/// Tells whether a character is a mark around another one.
fn is_enclosing_mark(c: char) -> bool {
    matches!(c, '\u{488}'..='\u{489}' | '\u{1abe}' | '\u{20dd}'..='\u{20e0}' | '\u{20e2}'..='\u{20e4}' | '\u{a670}'..='\u{a672}')
}

/// Tells whether a character may go on an identifier in other languages and is no letter: joiners, dots, circled letters.
fn is_between_letters(c: char) -> bool {
    matches!(
        c,
        '\u{b7}' | '\u{387}' | '\u{200c}' | '\u{200d}' | '\u{203f}' | '\u{2040}' | '\u{2054}' | '\u{2118}' | '\u{212e}' | '\u{24b6}'..='\u{24e9}'
            | '\u{30fb}' | '\u{fe33}' | '\u{fe34}' | '\u{fe4d}'..='\u{fe4f}' | '\u{ff3f}' | '\u{ff65}'
    )
}

fn is_operator(c: char) -> bool {
    matches!(c, '<' | '>' | '-' | '+' | '?' | '=' | '!' | '/' | '%')
}

/// Reads a word or a number: a word may begin with digits as long as a letter follows.
fn word(rest: &str) -> (Option<Kind>, usize) {
    let len = word_len(rest);
    let run = rest.get(..len).unwrap_or_default();
    if !run.starts_with(|c: char| c.is_ascii_digit()) {
        return (Some(Kind::Name), len);
    }
    let number = number_len(rest);
    let behind = rest.get(number..).unwrap_or_default();
    let goes_on = |c: char| c == '.' || is_word(c);
    let has_fraction = rest.get(..number).is_some_and(|number| number.contains('.'));
    match behind.chars().next() {
        Some(c) if has_fraction && goes_on(c) => {
            (Some(Kind::BadNumber), number + behind.find(|c| !goes_on(c)).unwrap_or(behind.len()))
        }
        Some(c) if is_word(c) => (Some(Kind::Name), len),
        _ => (Some(Kind::Number), number),
    }
}

/// Returns the length of the run of word characters at the head of a text.
fn word_len(rest: &str) -> usize {
    let plain = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'_')).unwrap_or(rest.len());
    // Most words are plain to their end; only others have to be looked at character by character.
    match rest.get(plain..) {
        Some(more) if more.starts_with(|c: char| !c.is_ascii()) => {
            plain + more.find(|c| !is_word(c)).unwrap_or(more.len())
        }
        _ => plain,
    }
}

/// Returns the length of the number at the head of a text: digits, a fraction, an exponent.
fn number_len(rest: &str) -> usize {
    let digits =
        |from: usize| rest.get(from..).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let mut len = digits(0);
    if rest.get(len..).is_some_and(|rest| rest.starts_with('.')) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        let kinds = |text: &str| lex(text).into_iter().map(|token| token.kind).collect::<Vec<_>>();
        assert_eq!(
            kinds("1abc 12 1.5e-3 _x назва"),
            [Kind::Name, Kind::Number, Kind::Number, Kind::Name, Kind::Name]
        );
        assert_eq!(
            kinds("<> ?> -1 // x"),
            [Kind::Operator, Kind::Operator, Kind::Operator, Kind::Number, Kind::Comment]
        );
        assert_eq!(kinds("\"a b\" `now()` #fff"), [Kind::Quoted, Kind::Expression, Kind::Color]);
        assert_eq!(kinds("'open\nx"), [Kind::OpenText, Kind::Newline, Kind::Name]);
    }

    #[test]
    fn meanings() {
        let said = |text: &str| -> Vec<String> {
            lex(text).into_iter().map(|token| token.meaning(text).into_owned()).collect()
        };
        assert_eq!(said(r"'it\'s' 'a\u0041\n' '' '\q'"), ["it's", "aA\n", "", "q"]);
        assert_eq!(said("'''a\r\n  b \\\nc''' ''''a'''"), ["a\n  b c", "'a"]);
        assert_eq!(said("\"a b\" `now()` // x \n/* y */"), ["a b", "now()", "x", "\n", "y"]);
        assert_eq!(said("'open\nx"), ["open", "\n", "x"]);
        assert_eq!(said("'''open"), ["open"]);
        assert_eq!(said("/*/ 'end\\"), ["", "end"]);
    }
}
