//! The one text of a `jsonb` value, as PostgreSQL prints it: keys by length and bytes, the last of two alike, a space behind `,` and `:`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

/// How deep values may nest here; deeper ones are left as they are written.
const DEPTH: usize = 64;

/// Returns a value as PostgreSQL prints it; none where the text is no JSON, or holds a number that PostgreSQL would write anew.
pub(super) fn canonical(text: &str) -> Option<String> {
    let mut rest = text.chars().peekable();
    let value = value(&mut rest, DEPTH)?;
    skip_space(&mut rest);
    rest.next().is_none().then_some(value)
}

fn value(rest: &mut Peekable<Chars<'_>>, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    skip_space(rest);
    match rest.peek()? {
        '{' => object(rest, depth),
        '[' => array(rest, depth),
        '"' => string(rest).map(|text| quoted(&text)),
        '-' | '0'..='9' => number(rest),
        _ => {
            let word: String = std::iter::from_fn(|| rest.next_if(char::is_ascii_lowercase)).collect();
            ["true", "false", "null"].contains(&word.as_str()).then_some(word)
        }
    }
}

fn object(rest: &mut Peekable<Chars<'_>>, depth: usize) -> Option<String> {
    let mut members: BTreeMap<(usize, String), String> = BTreeMap::new();
    items(rest, '}', |rest| {
        let key = string(rest)?;
        skip_space(rest);
        rest.next_if_eq(&':')?;
        members.insert((key.len(), key), value(rest, depth)?);
        Some(())
    })?;
    let members: Vec<String> =
        members.iter().map(|((_, key), value)| format!("{}: {value}", quoted(key))).collect();
    Some(format!("{{{}}}", members.join(", ")))
}

fn array(rest: &mut Peekable<Chars<'_>>, depth: usize) -> Option<String> {
    let mut elements: Vec<String> = Vec::new();
    items(rest, ']', |rest| {
        elements.push(value(rest, depth)?);
        Some(())
    })?;
    Some(format!("[{}]", elements.join(", ")))
}

/// Reads what stands between brackets and commas.
fn items<'t>(
    rest: &mut Peekable<Chars<'t>>,
    close: char,
    mut item: impl FnMut(&mut Peekable<Chars<'t>>) -> Option<()>,
) -> Option<()> {
    rest.next();
    skip_space(rest);
    if rest.next_if_eq(&close).is_some() {
        return Some(());
    }
    loop {
        skip_space(rest);
        item(rest)?;
        skip_space(rest);
        match rest.next()? {
            ',' => {}
            c if c == close => return Some(()),
            _ => return None,
        }
    }
}

/// Reads a string; none where it names half of a character, which is left to PostgreSQL.
fn string(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    rest.next_if_eq(&'"')?;
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => text.push(match rest.next()? {
                c @ ('"' | '\\' | '/') => c,
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits: String = rest.take(4).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?).filter(|c| *c != '\0')?
                }
                _ => return None,
            }),
            c if c < ' ' => return None,
            c => text.push(c),
        }
    }
}

/// Reads a number that PostgreSQL prints as it is written: no exponent, no zero with a minus.
fn number(rest: &mut Peekable<Chars<'_>>) -> Option<String> {
    let is_part = |c: &char| matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
    let number: String = std::iter::from_fn(|| rest.next_if(is_part)).collect();
    let digits = number.strip_prefix('-').unwrap_or(&number);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_zero = || digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let is_plain = are_digits(whole) && are_digits(fraction) && (whole == "0" || !whole.starts_with('0'));
    (is_plain && !(number.starts_with('-') && is_zero())).then_some(number)
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c < ' ' => _ = write!(quoted, "\\u{:04x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn skip_space(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).is_some() {}
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn values_are_written_as_postgresql_prints_them() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(canonical(text).as_deref(), expected, "{text}");
        };
        check("{}", Some("{}"));
        check(" [ ] ", Some("[]"));
        check(r#"{"bb":1,"a":[1,2.50],"ab":null}"#, Some(r#"{"a": [1, 2.50], "ab": null, "bb": 1}"#));
        check(r#"{"a":1,"a":"x"}"#, Some(r#"{"a": "x"}"#));
        check(r#""\u00e9\/\n\"""#, Some(r#""é/\n\"""#));
        check("true", Some("true"));
        check("-1", Some("-1"));
        check("1e2", None);
        check("-0", None);
        check("01", None);
        check("{'a': 1}", None);
        check(r#"{"a": 1,}"#, None);
        check(r#""\u0000""#, None);
        check("1 2", None);
        check("tru", None);
        check("", None);
        check(&"[".repeat(100_000), None);
        check(
            &format!("{}{}", "[".repeat(63), "]".repeat(63)),
            Some(&format!("{}{}", "[".repeat(63), "]".repeat(63))),
        );
    }
}
