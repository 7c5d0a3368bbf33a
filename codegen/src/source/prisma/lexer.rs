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
    /// A line comment; `true` for documentation (`///`).
    Comment(bool),
    /// `@@`.
    DoubleAt,
    /// Any other character.
    Punct(char),
    /// A line break.
    Newline,
}

/// Splits a text into tokens; spaces and block comments are left out.
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
                (Kind::Comment(is_doc), rest.get(..len).map_or(len, |line| line.trim_end().len()))
            }
            '/' if rest.starts_with("/*") => {
                let end = start + rest.find("*/").map_or(rest.len(), |at| at + 2);
                skip_to(&mut chars, end);
                continue;
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
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (Kind::Text(text), at + 1),
            '\n' => return (Kind::UnclosedText(text), at),
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, 'u')) => {
                    let digits: String = chars.by_ref().take(4).map(|(_, digit)| digit).collect();
                    let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                    text.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                Some((at, '\n')) => return (Kind::UnclosedText(text), at),
                Some((_, other)) => text.push(other),
                None => break,
            },
            c => text.push(c),
        }
    }
    (Kind::UnclosedText(text), rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

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
