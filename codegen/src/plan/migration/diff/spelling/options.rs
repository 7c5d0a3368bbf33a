//! Statements that end with options in brackets, which come in any order.

use crate::model::token::{Cursor, canonical, tokens};

/// Tells whether two statements are the same but for the order of the options at their end, quotes around words, and the schema of
/// what PostgreSQL itself has.
pub(in super::super) fn is_same(old: &str, new: &str) -> bool {
    matches!((read(old), read(new)), (Some(old), Some(new)) if old == new)
}

/// Returns what stands before the options, and the options, sorted.
fn read(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let mut head = canonical(cursor.until(|token| token.is("(")).rest());
    let mut list = cursor.group()?;
    // The first brackets of an aggregate hold its arguments.
    while !cursor.is_done() {
        head.push_str(&format!("({})", canonical(list.rest())));
        head.push_str(&canonical(cursor.until(|token| token.is("(")).rest()));
        list = cursor.group()?;
    }
    let mut options: Vec<(String, String)> = list.split().into_iter().map(option).collect::<Option<_>>()?;
    options.sort_unstable();
    Some((head, options))
}

fn option(mut part: Cursor<'_, '_>) -> Option<(String, String)> {
    let name = part.ident()?.as_str().to_lowercase();
    let value = match part.eat("=") {
        true => part.rest(),
        false => return part.is_done().then(|| (name, String::new())),
    };
    let inside = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let is_word = |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let spelt = match inside.filter(is_word) {
        Some(word) => format!("{word} "),
        None => canonical(value),
    };
    Some((name, spelt.replace("pg_catalog . ", "")))
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn options_come_in_any_order() {
        assert!(is_same(
            "create collation ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
            "CREATE COLLATION public.ci (provider = icu, deterministic = false, locale = 'und-u-ks-level2');"
        ));
        assert!(!is_same("create collation c (locale = 'C')", "create collation c (locale = 'POSIX')"));
        assert!(is_same(
            "create text search dictionary d (template = simple, accept = false)",
            "CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = pg_catalog.simple, accept = 'false')"
        ));
        assert!(!is_same("create collation c (a = b)", "create collation c from \"C\""));
        assert!(!is_same("create collation c (a = b)", "create collation c (a = b, d = e)"));
    }
}
