//! Tables drawn in plain text: a tree of columns below a name, or boxes.

use std::ops::Range;

use super::{boxes, is_key, line};
use crate::source::decl::{ColumnDecl, Ident, QName, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Fence;
use crate::source::markdown::{tables, vocabulary, words};
use crate::span::Span;

/// A table of which the columns are being read.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) name: QName,
    pub(super) columns: Vec<ColumnDecl>,
    pub(super) span: Span,
}

/// Returns the tables that a fence draws; none where anything else stands in the drawing.
pub(super) fn read(fence: &Fence, heading: Option<&Ident>) -> Vec<TableDecl> {
    let found = trees(fence).unwrap_or_else(|| boxes::read(fence));
    let found = found.into_iter().filter(is_table);
    found.map(|open| tables::table(open.name, heading, open.columns, open.span)).collect()
}

/// With what a branch of a tree begins.
const BRANCHES: &[&str] = &["├──", "├─", "└──", "└─", "|--", "+--", "`--"];

/// Reads a tree without a fence: a name, and below it nothing but branches.
pub(in crate::source::markdown) fn in_text(text: &Inline, heading: Option<&Ident>) -> Option<TableDecl> {
    if !text.text().contains(['├', '└']) {
        return None;
    }
    let mut lines = words::lines(text.text(), 0..text.text().len()).into_iter();
    let name = title(&text.part(lines.next()?))?;
    let mut open = Open { span: text.whole(), name, columns: Vec::new() };
    for line in lines {
        let rest = BRANCHES.iter().find_map(|mark| text.get(line.clone()).strip_prefix(mark))?;
        open.columns.extend(branch(&text.part(text.trim(line.end - rest.len()..line.end)))?);
    }
    is_table(&open).then(|| tables::table(open.name, heading, open.columns, open.span))
}

/// Tells whether a drawing is a table's: folders and services are drawn alike, and have no keys.
fn is_table(open: &Open) -> bool {
    open.columns.len() > 1
        && open.columns.iter().any(|column| {
            column.primary_key.is_some() || column.foreign.is_some() || is_key(&column.name.node)
        })
}

/// Reads names at the margin, each with its columns below it as branches: `├── buyer_id (FK -> buyers)`.
fn trees(fence: &Fence) -> Option<Vec<Open>> {
    let mut found: Vec<Open> = Vec::new();
    for range in lines(fence) {
        let text = fence.body.text().get(range.clone())?;
        if text.trim().is_empty() || matches!(text.trim(), "│" | "|") {
            continue;
        }
        match BRANCHES.iter().find_map(|branch| text.strip_prefix(branch)) {
            Some(rest) => {
                let columns = branch(&line(fence, range.end - rest.len()..range.end))?;
                let open = found.last_mut()?;
                open.span = columns.last().map_or(open.span, |column| open.span.to(column.span));
                open.columns.extend(columns);
            }
            None => {
                let name = title(&line(fence, range))?;
                found.push(Open { span: name.span(), name, columns: Vec::new() });
            }
        }
    }
    Some(found)
}

/// Reads the column of a branch; `timestamps` stands for both of them, as the makers of migrations write it.
pub(super) fn branch(text: &Inline) -> Option<Vec<ColumnDecl>> {
    if text.text() == "timestamps" {
        let column = |name: &str| {
            let mut ident = text.all();
            ident.node = name.to_owned();
            ColumnDecl::new(ident, None, text.whole())
        };
        return Some(vec![column("created_at"), column("updated_at")]);
    }
    let columns = tables::bullet_columns(text, text.whole(), tables::TypePlaces::default());
    matches!(columns.as_slice(), [column] if !column.name.node.contains('.')).then_some(columns)
}

/// Reads the name of a table, perhaps with brackets behind it that say what it is.
pub(super) fn title(text: &Inline) -> Option<QName> {
    let bare = text.text().split(['(', '（']).next().unwrap_or_default().trim_end();
    let plain = vocabulary::is_name(bare) && !vocabulary::is_generic(bare);
    plain.then(|| tables::qualified(text, 0..bare.len()))
}

/// Returns the places of the lines of a fence, without their ends.
pub(super) fn lines(fence: &Fence) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    fence.body.text().split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        at..at + line.trim_end().len()
    })
}
