//! Two columns of which the second is written by its end alone: "tempMin/Max", "created_by / at".

use std::ops::Range;

use crate::source::decl::{ColumnDecl, Ident, QName};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Row;
use crate::source::markdown::vocabulary::HeaderRole;
use crate::source::markdown::{tables, vocabulary, words};

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

/// Gives each of several columns of a row the table that it refers to: "FK to `shops` and `buyers`" beside two names. A time beside a key
/// ("`packed_by`, `packed_at`": "FK to `users`") refers to nothing.
pub(super) fn targets(row: &Row, columns: &mut [ColumnDecl]) {
    let first = columns.first().and_then(|column| column.references.first()).map(|key| key.table.clone());
    let Some(first) = first.filter(|_| columns.len() > 1) else { return };
    let listed = row.cells.iter().find_map(|cell| {
        let whole = cell.whole();
        let at =
            first.name.span.start.checked_sub(whole.start).filter(|_| first.name.span.end <= whole.end)?;
        let start = words::iter(cell.text(), 0..cell.text().len())
            .find(|word| cell.span(word.clone()).end > whole.start + at)?
            .start;
        let rest = cell.get(start..cell.text().len());
        let end = rest.find([';', '(', ')', '—', '–', '\n']).unwrap_or(rest.len());
        let end = rest.find(". ").map_or(end, |stop| end.min(stop));
        let name = |thing: Range<usize>| {
            let slice = cell.get(thing.clone());
            let from = thing.start + (slice.len() - slice.trim_start_matches(['`', '(']).len());
            let to = thing.start + slice.trim_end_matches(['`', '.', ')']).len();
            vocabulary::is_name(cell.get(from..to)).then_some(from..to)
        };
        let things = words::things(cell.text(), start..start + end);
        let names: Option<Vec<Range<usize>>> = things.into_iter().map(name).collect();
        Some((cell, names?))
    });
    match listed {
        Some((cell, names)) if names.len() == columns.len() => {
            for (column, name) in columns.iter_mut().zip(names) {
                for key in column.references.iter_mut().take(1) {
                    (key.table, key.referenced) = target(cell, name.clone());
                }
            }
        }
        // Which of them is whose is for the names of the columns to say.
        Some((_, names)) if names.len() > 1 => {
            for column in columns {
                let place = column.references.first().map(|key| key.span);
                column.foreign = column.foreign.or(place);
                column.references.clear();
            }
        }
        Some(_) | None => {
            let is_time = |column: &ColumnDecl| {
                let name = &column.name.node;
                let ends = ["_at", "_on", "_date", "_time", "At", "On"].iter().any(|end| name.ends_with(end));
                match &column.ty {
                    Some(ty) => ["timestamp", "date", "time", "bool"]
                        .iter()
                        .any(|time| ty.node.to_lowercase().starts_with(time)),
                    None => ends,
                }
            };
            if columns.iter().all(is_time) {
                return;
            }
            for column in columns.iter_mut().filter(|column| is_time(column)) {
                column.references.clear();
                column.foreign = None;
            }
        }
    }
}

/// Tells whether a row of a table of columns is no column: it names several that other rows have, gives them no type and says a key of
/// them ("`shop_id`, `code`" | - | UNIQUE (shop_id, code)).
pub(super) fn is_key(row: &Row, roles: &[Option<HeaderRole>], rows: &[Row]) -> bool {
    let cell = |row: &'_ Row, role| {
        row.cells.iter().zip(roles).find(|(_, of)| **of == Some(role)).map(|(cell, _)| cell.all().node)
    };
    let Some(named) = cell(row, HeaderRole::Name).filter(|named| named.contains([',', '+'])) else {
        return false;
    };
    let typed = cell(row, HeaderRole::Type).is_some_and(|ty| ty.contains(char::is_alphanumeric));
    let says_key = row.cells.iter().any(|cell| {
        let lower = words::folded(cell.text());
        lower.contains('(')
            && (vocabulary::UNIQUE.find(&lower).is_some() || vocabulary::PRIMARY.find(&lower).is_some())
    });
    let is_known = |name: &str| {
        rows.iter().any(|other| cell(other, HeaderRole::Name).is_some_and(|known| known == name))
    };
    !typed && says_key && named.split([',', '+']).all(|name| is_known(name.trim().trim_matches('`')))
}

/// Reads `users` or `users.id`.
fn target(cell: &Inline, range: Range<usize>) -> (QName, Vec<Ident>) {
    match cell.get(range.clone()).rsplit_once('.') {
        Some((table, _)) if !matches!(table, "auth" | "public" | "storage") => {
            let dot = range.start + table.len();
            (tables::qualified(cell, range.start..dot), vec![cell.ident(dot + 1..range.end)])
        }
        _ => (tables::qualified(cell, range), Vec::new()),
    }
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
