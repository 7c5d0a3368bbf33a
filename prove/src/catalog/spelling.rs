//! Definitions that PostgreSQL prints in two ways for one meaning.

/// Brings a definition into the one way in which it is compared.
///
/// Of `x IN ('a', 'b')` on a `varchar` PostgreSQL prints `x::text = ANY ((ARRAY['a'::character varying, …])::text[])`; read again and
/// printed, that is `… ANY (ARRAY[('a'::character varying)::text, …])`.
pub(super) fn even(definition: &str) -> String {
    const OPEN: &str = "ARRAY[('";
    let mut even = String::with_capacity(definition.len());
    let mut rest = definition;
    while let Some((before, after)) = rest.split_once(OPEN) {
        even.push_str(before);
        match elements(after) {
            Some((elements, behind)) => {
                even.push_str(&format!("(ARRAY[{}])::text[]", elements.join(", ")));
                rest = behind;
            }
            None => {
                even.push_str(OPEN);
                rest = after;
            }
        }
    }
    even + rest
}

/// Reads the elements of an array behind its first quote; gives them without the cast of each, and what follows the array.
fn elements(mut rest: &str) -> Option<(Vec<String>, &str)> {
    let mut elements = Vec::new();
    loop {
        let end = closing_quote(rest)?;
        let (value, after) = rest.split_at_checked(end)?;
        let after = after.strip_prefix("'::character varying)::text")?;
        elements.push(format!("'{value}'::character varying"));
        match after.strip_prefix(", ('") {
            Some(next) => rest = next,
            None => return Some((elements, after.strip_prefix(']')?)),
        }
    }
}

/// Returns the place of the quote that ends a text; two quotes are one in it.
fn closing_quote(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('\'')?;
        if !text.get(at + 1..)?.starts_with('\'') {
            return Some(at);
        }
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::even;

    #[test]
    fn one_meaning_is_one_spelling() {
        let first =
            "CHECK (((s)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[])))";
        let again = "CHECK (((s)::text = ANY (ARRAY[('a'::character varying)::text, ('it''s'::character varying)::text])))";
        assert_eq!(even(again), first);
        assert_eq!(even(first), first);
        let other = "CHECK ((s = ANY (ARRAY[('a'::text), 'b'::text])))";
        assert_eq!(even(other), other);
    }
}
