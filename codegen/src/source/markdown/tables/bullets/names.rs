//! Names of columns with commas between them, and the values that stand in brackets behind one.

use std::ops::Range;

use super::super::pairs;
use crate::source::decl::{ColumnDecl, Prose};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{choices, facts, vocabulary, words};
use crate::span::Spanned;

/// Reads the values that stand in brackets behind a column: "(enum: open, paid)", "('a' | 'b')".
pub(in super::super) fn listed(text: &Inline, range: Range<usize>) -> Option<Prose> {
    let inside = text.get(range.clone());
    let inside = inside.strip_suffix([')', '.']).unwrap_or(inside);
    let lower = words::lowered(inside);
    let lead = ["one of: ", "enum:", "enum ", "one of:", "one of ", "values:"]
        .iter()
        .find(|lead| lower.starts_with(**lead));
    let list = lead.map_or(inside, |lead| inside.get(lead.len()..).unwrap_or_default());
    let list = choices::without_with(list);
    // "open | closed | (empty)" has a value that is none of these words, and "open | closed (default)" says something of one.
    if lead.is_none() && list.contains('(') {
        return None;
    }
    let separators: &[char] = if lead.is_some() { &[',', '|', '/'] } else { &['|'] };
    let values: Vec<&str> = list
        .split(separators)
        .map(|value| value.trim().trim_start_matches("or ").trim_matches(['\'', '"', '`', '(', ')']))
        .filter(|value| !value.is_empty())
        .collect();
    let is_value = |value: &&str| {
        value.split_whitespace().count() <= 2
            && !value.contains(['\'', '"', '`'])
            && !choices::is_piece(value)
    };
    let are_values = values.len() > 1 && values.iter().all(is_value);
    are_values.then(|| choices::prose(&values, text.span(range)))
}

/// Reads names with commas between them; brackets behind one hold what is said of it.
pub(in crate::source::markdown) fn named_columns(text: &Inline, range: Range<usize>) -> Vec<ColumnDecl> {
    let read = |thing: Range<usize>| {
        let slice = text.get(thing.clone());
        let end = slice.find(['(', ' ', '?', ':']).map_or(thing.end, |at| thing.start + at);
        if !vocabulary::is_name(text.get(thing.start..end)) {
            return None;
        }
        let mut column = ColumnDecl::new(text.ident(thing.start..end), None, text.span(thing.clone()));
        // "`billingEmail?`" may be missing.
        let optional = text.get(end..thing.end).starts_with('?');
        if optional {
            column.nullable = Some(Spanned::new(true, text.span(end..end + 1)));
        }
        let end = end + usize::from(optional);
        let rest = text.get(end..thing.end);
        let inside = thing.end - rest.trim_start_matches([' ', '(', '`', ':']).len();
        let list = thing.start + text.get(thing.clone()).trim_end_matches([')', ' ']).len();
        if let Some(values) =
            choices::list(text, inside..list, &column.name.node).or_else(|| listed(text, inside..thing.end))
        {
            column.notes.push(values);
            return Some(column);
        }
        // "state (OPEN|PAID, default OPEN)".
        let first = text.get(inside..list).find(',').map(|at| inside..inside + at);
        if let Some(values) = first
            .filter(|first| text.get(first.clone()).contains('|'))
            .and_then(|first| choices::list(text, first, &column.name.node))
        {
            column.notes.push(values);
        }
        let typed = vocabulary::is_type(text.get(inside..thing.end));
        let from = if typed { facts::read_type(text, inside, &mut column).min(thing.end) } else { end };
        facts::read(text, from..thing.end, &mut column);
        Some(column)
    };
    let both = |thing: Range<usize>| match pairs::both(text, thing.clone()) {
        Some(both) => {
            both.into_iter().map(|name| ColumnDecl::new(name, None, text.span(thing.clone()))).collect()
        }
        None => read(thing).into_iter().collect::<Vec<ColumnDecl>>(),
    };
    words::things(text.text(), range).into_iter().flat_map(both).collect()
}
