//! What a text means, in whichever quotes it stands.

use std::borrow::Cow;

use crate::model::ident::literal;

/// Returns a text in the one spelling that all have that mean the same; one that is not understood stays as it is.
pub(super) fn canonical(raw: &str) -> Cow<'_, str> {
    // Nearly every text is spelt so.
    if raw.starts_with('\'') && !raw.contains('\\') {
        return raw.into();
    }
    value(raw).map_or(raw.into(), |value| literal(&value).into())
}

/// Returns what a text means; none where it is a string of bits or bytes, or not closed.
pub(crate) fn value(raw: &str) -> Option<String> {
    if let Some(inside) = raw.strip_prefix('\'') {
        return Some(inside.strip_suffix('\'')?.replace("''", "'"));
    }
    if let Some(rest) = raw.strip_prefix('$') {
        let (tag, _) = rest.split_once('$')?;
        let inside = rest.strip_prefix(tag)?.strip_prefix('$')?.strip_suffix('$')?.strip_suffix(tag)?;
        return Some(inside.strip_suffix('$')?.to_owned());
    }
    let inside = raw.strip_prefix("E'").or_else(|| raw.strip_prefix("e'"))?.strip_suffix('\'')?;
    unescaped(inside)
}

/// Takes the escapes out of what stands in `E'…'`; none where they make bytes that need not be characters.
fn unescaped(inside: &str) -> Option<String> {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find(['\\', '\'']) {
        let (before, behind) = rest.split_at_checked(at)?;
        out.push_str(before);
        let mut signs = behind.chars();
        let quote = signs.next()?;
        let sign = signs.next()?;
        let from = signs.as_str();
        rest = from;
        if quote == '\'' {
            out.push('\'');
            continue;
        }
        let (code, is_byte, behind) = match sign {
            'b' => (8, true, from),
            'f' => (12, true, from),
            'n' => (10, true, from),
            'r' => (13, true, from),
            't' => (9, true, from),
            '0'..='7' => {
                let (code, rest) = number(behind.get(1..)?, 8, 3)?;
                (code, true, rest)
            }
            'x' if from.starts_with(|digit: char| digit.is_ascii_hexdigit()) => {
                let (code, rest) = number(from, 16, 2)?;
                (code, true, rest)
            }
            'u' | 'U' => {
                let (code, rest) = number(from, 16, if sign == 'u' { 4 } else { 8 })?;
                (code, false, rest)
            }
            _ => {
                out.push(sign);
                continue;
            }
        };
        if is_byte && code > 127 {
            return None;
        }
        out.push(char::from_u32(code)?);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

/// Reads the number of a character that a text begins with, and returns it with what stands behind.
fn number(text: &str, radix: u32, longest: usize) -> Option<(u32, &str)> {
    let count = text.chars().take(longest).take_while(|digit| digit.is_digit(radix)).count();
    let (digits, rest) = text.split_at_checked(count)?;
    Some((u32::from_str_radix(digits, radix).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_text_is_the_same_in_all_quotes() {
        for text in ["'it''s'", "E'it''s'", "e'it\\'s'", "$$it's$$", "$a$it's$a$", "E'\\x69\\164\\u0027s'"] {
            assert_eq!(canonical(text), "'it''s'", "{text}");
        }
        assert_eq!(canonical("'a\\b'"), canonical("E'a\\\\b'"));
        assert_eq!(canonical("E'a\\nb\\q'"), "'a\nbq'");
        assert_eq!(canonical("'a'"), "'a'");
        for kept in ["B'1'", "x'ff'", "U&'\\0041'", "E'\\xc3\\xa9'", "E'\\'", "$a$", "$", "E'", "'\\"] {
            assert_eq!(canonical(kept), kept);
        }
    }
}
