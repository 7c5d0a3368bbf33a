//! Two columns of which the second is written by its end alone: "tempMin/Max", "created_by / at".

use std::ops::Range;

use crate::source::decl::Ident;
use crate::source::markdown::inline::Inline;

/// Ends of names that stand for one thing each at two sides.
const PAIRS: &[(&str, &str)] = &[
    ("min", "max"),
    ("from", "to"),
    ("start", "end"),
    ("first", "last"),
    ("low", "high"),
    ("lower", "upper"),
    ("lat", "lng"),
    ("lat", "lon"),
    ("latitude", "longitude"),
    ("width", "height"),
    ("x", "y"),
    ("by", "at"),
    ("at", "by"),
    // "packedById/At".
    ("byid", "at"),
    ("in", "out"),
    ("open", "close"),
    ("before", "after"),
    ("old", "new"),
    ("url", "key"),
    ("id", "name"),
];

/// Returns the whole name of the second of two columns, where it is written by its end alone: "tempMax" for "tempMin" and "Max".
pub(super) fn second(first: &str, end: &str) -> Option<String> {
    let begin = PAIRS.iter().find_map(|(one, other)| {
        if !end.eq_ignore_ascii_case(other) {
            return None;
        }
        let at = first.len().checked_sub(one.len())?;
        let (begin, own) = (first.get(..at)?, first.get(at..)?);
        // The end is a word of its own in the name: "temp_min", "tempMin".
        let apart = begin.ends_with('_')
            || (own.starts_with(char::is_uppercase) && end.starts_with(char::is_uppercase));
        (own.eq_ignore_ascii_case(one) && apart && !begin.is_empty()).then_some(begin)
    })?;
    Some(format!("{begin}{end}"))
}

/// Returns the names of two columns that a thing in a list of columns stands for: "`packedById/At`".
pub(super) fn both(text: &Inline, thing: Range<usize>) -> Option<[Ident; 2]> {
    let slash = thing.start + text.get(thing.clone()).find('/')?;
    let (first, end) = (text.trim(thing.start..slash), text.trim(slash + 1..thing.end));
    let mut names = [text.ident(first), text.ident(end)];
    let [first, end] = &mut names;
    end.node = second(&first.node, &end.node)?;
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::second;

    #[test]
    fn an_end_stands_for_the_whole_name() {
        assert_eq!(second("tempMin", "Max").as_deref(), Some("tempMax"));
        assert_eq!(second("temp_min", "max").as_deref(), Some("temp_max"));
        assert_eq!(second("packedById", "At").as_deref(), Some("packedAt"));
        assert_eq!(second("created_at", "updated_at"), None);
        assert_eq!(second("min", "max"), None);
        assert_eq!(second("admin", "max"), None);
    }
}
