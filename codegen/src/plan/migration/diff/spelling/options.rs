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
    let mut options = self::list(list)?;
    options.sort_unstable();
    Some((head, options))
}

/// Returns the options of a list, each with its value in the one spelling.
pub(in super::super) fn list(list: Cursor<'_, '_>) -> Option<Vec<(String, String)>> {
    list.split().into_iter().map(option).collect()
}

fn option(mut part: Cursor<'_, '_>) -> Option<(String, String)> {
    let name = part.ident()?.as_str().to_lowercase();
    match part.eat("=") {
        true => Some((name, value(part.rest()))),
        // `OPTIONS (name 'value')` has no sign between.
        false => Some((name, value(part.rest()))),
    }
}

/// Returns a value in the one spelling: a word may stand in quotes, and an operator in `OPERATOR(…)`.
pub(super) fn value(written: &str) -> String {
    let own = tokens(written);
    let mut cursor = Cursor::new(written, &own);
    if cursor.eat("operator")
        && let Some(sign) = cursor.group()
    {
        return canonical(sign.rest());
    }
    let spelt = canonical(written);
    let inside = spelt.trim_end().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inside.map_or_else(|| spelt.clone(), |inside| format!("{inside} "))
}

/// Tells whether two statements make the same collation.
pub(in super::super) fn is_same_collation(old: &str, new: &str) -> bool {
    matches!((collation(old), collation(new)), (Some(old), Some(new)) if old == new)
}

/// Returns what a collation is called, and what it is made of; one that is made of another is known where that is PostgreSQL's own on
/// every system.
fn collation(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("create collation").then_some(())?;
    _ = cursor.eat("if not exists");
    let name = canonical(&cursor.name()?.to_string());
    let mut options = if cursor.eat("from") {
        let of = cursor.name()?;
        let locale = ["C", "POSIX"].into_iter().find(|known| of.name.as_str() == *known)?;
        vec![("locale".to_owned(), format!("{locale} "))]
    } else {
        list(cursor.group()?)?
    };
    let find = |options: &[(String, String)], word: &str| {
        options.iter().find(|(name, _)| name == word).map(|(_, value)| value.clone())
    };
    if let (Some(collate), Some(ctype)) = (find(&options, "lc_collate"), find(&options, "lc_ctype"))
        && collate == ctype
    {
        options.retain(|(name, _)| !name.starts_with("lc_"));
        options.push(("locale".to_owned(), collate));
    }
    for (name, usual) in [("provider", "libc "), ("deterministic", "true ")] {
        if find(&options, name).is_none() {
            options.push((name.to_owned(), usual.to_owned()));
        }
    }
    options.sort_unstable();
    cursor.is_done().then_some((name, options))
}

#[cfg(test)]
mod tests {
    use super::{is_same, is_same_collation};

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
        let dumped = "CREATE COLLATION public.c (provider = libc, locale = 'C')";
        assert!(is_same_collation("create collation c from \"C\"", dumped));
        assert!(is_same_collation("create collation c (lc_collate = 'C', lc_ctype = 'C')", dumped));
        assert!(!is_same_collation("create collation c (lc_collate = 'C', lc_ctype = 'POSIX')", dumped));
        assert!(!is_same_collation("create collation c from \"de_DE\"", dumped));
        assert!(!is_same("create collation c (a = b)", "create collation c (a = b, d = e)"));
    }
}
