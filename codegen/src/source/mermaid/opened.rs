//! Entities that are opened or closed on the line of an attribute: `SHOP { uuid id PK }`.

use std::ops::Range;

use super::{slice, words};
use crate::span::Fragment;

/// Splits a line that opens an entity and goes on with its attributes: `SHOP { uuid id PK string name }`.
pub(super) fn lines(fragment: &Fragment<'_>, line: Range<usize>) -> Vec<Range<usize>> {
    let text = slice(fragment, &line);
    let inside = || {
        let (head, inside) = text.split_once('{')?;
        let is_relation = ["--", ".."].iter().any(|mark| text.contains(mark));
        let bare = inside.trim().trim_end_matches('}');
        // In quotes it is a comment's.
        let is_relation = is_relation || head.matches('"').count() % 2 == 1;
        (!is_relation && !bare.trim().is_empty()).then_some((head.len() + 1, inside))
    };
    // "int age }" closes the entity behind its last attribute.
    let last = text.trim_end().strip_suffix('}').map(str::trim_end);
    if let Some(last) = last.filter(|last| !last.is_empty() && !text.contains(['{', '-', '.'])) {
        let end = line.start + text.trim_end().len();
        return vec![line.start..line.start + last.len(), end - 1..end];
    }
    let Some((open, inside)) = inside() else { return vec![line] };
    let closed = inside.trim_end().ends_with('}');
    let inner = inside.trim_end().trim_end_matches('}').trim_end();
    let start = line.start + open;
    let mut found = Vec::new();
    found.push(line.start..start);
    let mut attribute: Option<(Range<usize>, usize)> = None;
    for word in words(fragment.text(), start..start + inner.len()) {
        let said = slice(fragment, &word);
        let is_mark = said.starts_with('"')
            || matches!(said.trim_matches(',').split(',').next(), Some("PK" | "FK" | "UK"));
        match &mut attribute {
            Some((range, count)) if *count < 2 || is_mark => {
                range.end = word.end;
                *count += 1;
            }
            _ => found.extend(attribute.replace((word, 1)).map(|(range, _)| range)),
        }
    }
    found.extend(attribute.map(|(range, _)| range));
    if closed {
        let end = line.start + text.trim_end().len();
        found.push(end - 1..end);
    }
    found
}
