//! Attributes of Prisma behind a type in a cell or a bullet: `String @unique @default("open")`.

use std::ops::Range;

use super::default;
use crate::source::decl::{ColumnDecl, NamedMark};
use crate::source::markdown::inline::Inline;

/// Reads the attributes in a range of text into the column; tells whether it begins with one.
pub(in crate::source::markdown) fn attributes(
    text: &Inline,
    range: Range<usize>,
    column: &mut ColumnDecl,
) -> bool {
    let range = text.trim(range);
    if !text.get(range.clone()).trim_start_matches('`').starts_with('@') {
        return false;
    }
    let mut at = range.start;
    while let Some(found) = text.get(at..range.end).find('@').map(|found| at + found) {
        let rest = text.get(found + 1..range.end);
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
        let end = found + 1 + length;
        let inside = arguments(text, end..range.end);
        let span = text.span(found..end);
        at = inside.as_ref().map_or(end, |inside| inside.end + 1);
        match (text.get(found + 1..end), inside) {
            ("id", _) => column.primary_key = Some(NamedMark { name: None, span }),
            ("unique", _) => column.unique = Some(NamedMark { name: None, span }),
            ("default", Some(inside)) if text.get(inside.clone()) == "autoincrement()" => {
                column.increment = Some(text.span(inside));
            }
            // Another program's `dbgenerated("…")` holds SQL, which is left to a fence.
            ("default", Some(inside)) if !text.get(inside.clone()).starts_with("dbgenerated") => {
                default(text, inside, column);
            }
            _ => {}
        }
    }
    true
}

/// Returns what stands in the brackets with which a range begins.
fn arguments(text: &Inline, range: Range<usize>) -> Option<Range<usize>> {
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, c) in text.get(range.clone()).char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 1 => return Some(range.start + 1..range.start + at),
            ')' if !quoted => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
