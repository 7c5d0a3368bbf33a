//! Foreign keys in a list of their own: "orders.buyer_id → users.id (ON DELETE CASCADE)" below "Relationships".

mod meant;
mod rows;

use std::ops::Range;

use super::inline::Inline;
use super::outline::Block;
use super::vocabulary::{self, BulletRole};
use super::{labels, tables, words};
pub(super) use meant::settle;
pub(super) use rows::fill;

use crate::source::decl::{Decl, EndpointDecl, Ident, QName, RefDecl, Relation};

/// Reads a list or lines of foreign keys; a column that stands alone is one of `subject`. None where the labels do not announce relations, or no line is one.
pub(super) fn read(block: &Block, labels: &[Ident], subject: Option<&QName>) -> Option<Vec<Decl>> {
    // "Table relationships", "Foreign key relations": the last words tell.
    let announces = |label: &Ident| {
        let key = labels::key(&label.node);
        let last = key.rsplit(' ').next().unwrap_or(key);
        [key, last].iter().any(|label| vocabulary::bullet(label) == Some(BulletRole::Links))
    };
    if !labels.iter().take(2).any(announces) {
        return None;
    }
    let found: Vec<Decl> = match block {
        Block::List(list) => list
            .items
            .iter()
            .filter_map(|item| item.text())
            .filter_map(|text| relation(text, 0..text.text().len(), subject))
            .collect(),
        Block::Paragraph(text) => {
            let mut at = 0;
            let lines = text.text().split_inclusive('\n').filter_map(|line| {
                let range = at..at + line.len();
                at = range.end;
                relation(text, range, subject)
            });
            lines.collect()
        }
        Block::Fence(_) | Block::Table(_) => Vec::new(),
    };
    (!found.is_empty()).then_some(found)
}

/// Reads `table.column → table.column`, or `column → table.column` below the heading of a table, with what happens on deletion behind it.
pub(super) fn relation(text: &Inline, line: Range<usize>, subject: Option<&QName>) -> Option<Decl> {
    let line = words::without_stop(text.text(), line);
    let parts = words::each(text.text(), line.clone());
    let [from, arrow, to, rest @ ..] = parts.as_slice() else { return None };
    let points = ["→", "⇒", "->", "=>", "-->", "references"].contains(&text.get(arrow.clone()));
    let own = || own_column(text, from, subject?);
    let one = endpoint(text, from, Relation::Many).or_else(own).filter(|_| points)?;
    let other = endpoint(text, to, Relation::One)?;
    let behind = rest.first().map_or(line.end..line.end, |first| first.start..line.end);
    let lower = text.get(behind.clone()).to_ascii_lowercase();
    if text.is_struck() || is_in_name_only(&words::folded(&lower)) {
        return None;
    }
    let action = |key: &str| {
        let short = key == "on delete" && !lower.contains(" on ") && !lower.contains("(on ");
        let at = match lower.find(key) {
            Some(at) => at + key.len(),
            // "users.id (CASCADE)", "users.id, cascade delete".
            None if short => 0,
            None => return None,
        };
        let said = lower.get(at..)?;
        let trimmed = said.trim_start_matches([' ', ':', '(', ',', ';', '-', '—', '–', '`']);
        let words = ["cascade", "set null", "set default", "restrict", "no action"];
        let word = words.iter().find(|word| trimmed.starts_with(**word))?;
        let start = behind.start + at + said.len() - trimmed.len();
        Some(Ident { node: (*word).to_owned(), span: text.span(start..start + word.len()) })
    };
    Some(Decl::Ref(RefDecl {
        name: None,
        endpoints: [one, other],
        on_delete: action("on delete"),
        on_update: action("on update"),
        note: None,
        inline: false,
        inactive: false,
        span: text.span(line),
    }))
}

/// Tells whether what stands behind a relation says that no key holds it: "(soft reference, no constraint)", "(removed)", "— planned".
fn is_in_name_only(behind: &str) -> bool {
    let mut parts = behind.split(['(', ')', ',', ';', '—', '–']);
    vocabulary::UNENFORCED.find(behind).is_some() || parts.any(vocabulary::is_not_there)
}

/// Reads a column of the table that the heading names.
fn own_column(text: &Inline, word: &Range<usize>, subject: &QName) -> Option<EndpointDecl> {
    let in_code = text.codes().iter().any(|code| code.start == word.start);
    let plain = vocabulary::is_name(text.get(word.clone())) && in_code;
    plain.then(|| EndpointDecl {
        table: subject.clone(),
        columns: vec![text.ident(word.clone())],
        relation: Relation::Many,
    })
}

/// Reads `table.column`, `schema.table.column` or `table(column)`, perhaps with a comma or a colon behind it.
fn endpoint(text: &Inline, word: &Range<usize>, relation: Relation) -> Option<EndpointDecl> {
    let bare = text.get(word.clone()).trim_end_matches([',', ';', ':', '.']);
    if let Some((table, column)) = bare.strip_suffix(')').and_then(|inner| inner.split_once('(')) {
        let plain = vocabulary::is_name(table) && vocabulary::is_name(column);
        let open = word.start + table.len() + 1;
        return plain.then(|| EndpointDecl {
            table: tables::qualified(text, word.start..open - 1),
            columns: vec![text.ident(open..open + column.len())],
            relation,
        });
    }
    let (table, column) = bare.rsplit_once('.')?;
    let plain = bare.split('.').all(vocabulary::is_name) && bare.split('.').count() <= 3;
    let dot = word.start + table.len();
    plain.then(|| EndpointDecl {
        table: tables::qualified(text, word.start..dot),
        columns: vec![text.ident(dot + 1..dot + 1 + column.len())],
        relation,
    })
}
