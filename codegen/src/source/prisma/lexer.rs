//! Tokens of the Prisma schema language.

use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Name,
    /// A number with its sign.
    Number,
    /// A quoted text, unescaped.
    Text(String),
    /// A quoted text that its line does not close.
    UnclosedText(String),
    /// A quoted text with an escape that is none, or a character that has to be escaped.
    WrongText(String),
    /// A comment to the end of the line; `true` for documentation (`///`).
    Comment(bool),
    /// `/* … */`.
    BlockComment,
    /// `@@`.
    DoubleAt,
    /// Any other character.
    Punct(char),
    /// A line break.
    Newline,
}

/// Splits a text into tokens; spaces are left out.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let rest = text.get(start..).unwrap_or_default();
        let (kind, len) = match c {
            '\n' => (Kind::Newline, 1),
            c if c.is_whitespace() => continue,
            '/' if rest.starts_with("//") => {
                let len = rest.find('\n').unwrap_or(rest.len());
                let is_doc = rest.starts_with("///");
                let line = rest.get(..len).unwrap_or_default();
                (Kind::Comment(is_doc), line.strip_suffix('\r').unwrap_or(line).len())
            }
            '/' if rest.starts_with("/*") => {
                (Kind::BlockComment, rest.find("*/").map_or(rest.len(), |at| at + 2))
            }
            '"' => text_literal(rest),
            '@' if rest.starts_with("@@") => (Kind::DoubleAt, 2),
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
                (Kind::Name, end.unwrap_or(rest.len()))
            }
            c if c.is_ascii_digit() || c == '-' => {
                let end =
                    rest.char_indices().skip(1).find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '.'));
                (Kind::Number, end.map_or(rest.len(), |(at, _)| at))
            }
            c => (Kind::Punct(c), c.len_utf8()),
        };
        tokens.push(Token { kind, range: start..start + len });
        skip_to(&mut chars, start + len);
    }
    tokens
}

fn skip_to(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, end: usize) {
    while chars.peek().is_some_and(|(at, _)| *at < end) {
        chars.next();
    }
}

/// Reads a quoted text, which ends on its line, and returns it with its length.
fn text_literal(rest: &str) -> (Kind, usize) {
    let mut text = String::new();
    let mut is_wrong = false;
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if is_wrong => return (Kind::WrongText(text), at + 1),
            '"' => return (Kind::Text(text), at + 1),
            '\n' => return (Kind::UnclosedText(text), at),
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, 'b')) => text.push('\u{8}'),
                Some((_, 'f')) => text.push('\u{c}'),
                Some((_, c @ ('"' | '\\' | '/'))) => text.push(c),
                Some((at, 'u')) => {
                    let (c, len) = code_point(rest.get(at + 1..).unwrap_or_default());
                    is_wrong |= c.is_none();
                    text.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
                    while chars.next_if(|(place, _)| *place <= at + len).is_some() {}
                }
                Some((at, '\n')) => return (Kind::UnclosedText(text), at),
                Some((_, other)) => {
                    is_wrong = true;
                    text.push(other);
                }
                None => break,
            },
            c => {
                is_wrong |= c.is_control();
                text.push(c);
            }
        }
    }
    (Kind::UnclosedText(text), rest.len())
}

/// Reads the digits behind `\u`, of which two groups may be one character, and returns them with their length.
fn code_point(rest: &str) -> (Option<char>, usize) {
    let unit = |at: usize| u16::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    let Some(first) = unit(0) else { return (None, 0) };
    let second = rest.get(4..6).filter(|escape| *escape == "\\u").and_then(|_| unit(6));
    let pair = second.and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    match (char::from_u32(u32::from(first)), pair) {
        (Some(c), _) => (Some(c), 4),
        (None, Some(c)) => (Some(c), 10),
        (None, None) => (None, 4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_json() {
        let text = |text: &str| lex(text).into_iter().next().map(|token| token.kind);
        assert_eq!(text(r#""\u00e9 \ud83d\ude00""#), Some(Kind::Text("é 😀".to_owned())));
        assert_eq!(text(r#""\q""#), Some(Kind::WrongText("q".to_owned())));
        assert_eq!(text(r#""\u00""#), Some(Kind::WrongText("\u{fffd}00".to_owned())));
    }

    #[test]
    fn tokens_cover_what_was_written() {
        let text = "id Int @id /* key */ @@map(\"a\\\"b\") -1.5 // note\n/// дока\nx \"open\n";
        let kinds: Vec<(Kind, &str)> =
            lex(text).into_iter().map(|token| (token.kind, text.get(token.range).unwrap())).collect();
        assert_eq!(
            kinds,
            [
                (Kind::Name, "id"),
                (Kind::Name, "Int"),
                (Kind::Punct('@'), "@"),
                (Kind::Name, "id"),
                (Kind::BlockComment, "/* key */"),
                (Kind::DoubleAt, "@@"),
                (Kind::Name, "map"),
                (Kind::Punct('('), "("),
                (Kind::Text("a\"b".to_owned()), "\"a\\\"b\""),
                (Kind::Punct(')'), ")"),
                (Kind::Number, "-1.5"),
                (Kind::Comment(false), "// note"),
                (Kind::Newline, "\n"),
                (Kind::Comment(true), "/// дока"),
                (Kind::Newline, "\n"),
                (Kind::Name, "x"),
                (Kind::UnclosedText("open".to_owned()), "\"open"),
                (Kind::Newline, "\n"),
            ]
        );
    }
}
