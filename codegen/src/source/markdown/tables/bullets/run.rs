//! Names of columns one behind the other: in items and paragraphs of nothing else, and behind "Key fields:".

use std::ops::Range;

use super::super::{subject, table};
use super::named_columns;
use crate::source::decl::{ColumnDecl, Decl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{List, Section};
use crate::source::markdown::vocabulary::{self, BulletRole};
use crate::source::markdown::{facts, labels, words};

/// Reads items that are nothing but names of columns in code ("`id`, `owner_id`, `state` (open/closed).") under the heading of a table.
///
/// At least three in an item, one of which has the form of a column's name only or a type with it: two may be values.
pub(in crate::source::markdown) fn read_run(
    list: &List,
    at: usize,
    sections: &[Section],
    section: &Section,
) -> Option<Vec<Decl>> {
    let heading = section.heading.as_ref()?;
    let alone = heading.inline.text().contains(['/', '&', ',']);
    if labels::lead_in(section, at).is_some() || alone {
        return None;
    }
    let name = subject(sections, section)?;
    let mut columns = Vec::new();
    for item in &list.items {
        columns.extend(item.text().and_then(|text| run(text, 0..text.text().len())).unwrap_or_default());
    }
    let heading = Some(&heading.text);
    (!columns.is_empty()).then(|| vec![Decl::Table(table(name, heading, columns, list.span))])
}

/// Reads a range that is nothing but names of columns in code.
pub(in crate::source::markdown) fn run(text: &Inline, range: Range<usize>) -> Option<Vec<ColumnDecl>> {
    let things = words::things(text.text(), range);
    let mut columns = Vec::new();
    for thing in &things {
        let code = text.codes().iter().find(|code| code.start == thing.start)?;
        let behind = text.get(code.end..thing.end).trim();
        if !(behind.is_empty() || (behind.starts_with('(') && behind.ends_with(')')) || is_fact(behind)) {
            return None;
        }
        let mut found = named_columns(text, thing.clone());
        columns.push(found.pop().filter(|_| found.is_empty())?);
    }
    // `userId` and `createdAt` are names of columns as well.
    let is_camel = |name: &str| name.ends_with("Id") || name.ends_with("At");
    let is_column = |column: &ColumnDecl| {
        let name = &column.name.node;
        column.ty.is_some() || name.contains('_') || is_camel(name)
    };
    let is_key = columns.first().is_some_and(|column| column.name.node == "id");
    (columns.len() >= 3 && (is_key || columns.iter().any(is_column))).then_some(columns)
}

/// Tells whether what stands behind a name in code is a type or a key, and no words of a sentence: "`buyer_id` FK → buyers", "`paid` boolean".
fn is_fact(behind: &str) -> bool {
    let lower = words::folded(behind);
    let marked = ["fk", "pk"].iter().any(|mark| lower == *mark || lower.starts_with(&format!("{mark} ")));
    let short = behind.split_whitespace().count() <= 4;
    facts::are_all(behind)
        || (short && marked)
        || (vocabulary::is_type(behind) && (short || behind.contains('(')))
}

/// Reads a paragraph of the form "Key fields: `id`, `name`" under a heading that names a table.
pub(in crate::source::markdown) fn read_paragraph(
    text: &Inline,
    sections: &[Section],
    section: &Section,
) -> Option<Decl> {
    let colon = text.text().find([':', '：'])?;
    let is_columns = vocabulary::bullet(text.get(0..colon)) == Some(BulletRole::Columns);
    let name = subject(sections, section).filter(|_| is_columns)?;
    let column = |code: &Range<usize>| {
        let name = text.ident(code.clone());
        let span = name.span;
        vocabulary::is_name(&name.node).then(|| ColumnDecl::new(name, None, span))
    };
    // What a further sentence names in code it speaks of: "Fields: `id`, `hash`. `hash` is checked on upload."
    let sentences = words::sentences(text.text(), 0..text.text().len());
    let end = sentences.iter().find(|sentence| sentence.contains(&colon)).map_or(0, |sentence| sentence.end);
    let mut columns: Vec<ColumnDecl> = Vec::new();
    for found in text.codes().iter().filter(|code| code.end <= end).filter_map(column) {
        if columns.iter().all(|known| known.name.node != found.name.node) {
            columns.push(found);
        }
    }
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    (!columns.is_empty()).then(|| Decl::Table(table(name, heading, columns, text.whole())))
}
