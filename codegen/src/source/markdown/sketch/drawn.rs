//! Tables drawn in plain text: a tree of columns below a name, or a box with the name above its columns.

use std::ops::Range;

use super::{is_key, line};
use crate::source::decl::{ColumnDecl, Ident, NamedMark, QName, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Fence;
use crate::source::markdown::{tables, vocabulary};
use crate::span::Span;

/// A table of which the columns are being read.
struct Open {
    name: QName,
    columns: Vec<ColumnDecl>,
    span: Span,
}

/// Returns the tables that a fence draws; none where anything else stands in the drawing.
pub(super) fn read(fence: &Fence, heading: Option<&Ident>) -> Vec<TableDecl> {
    let found = trees(fence).or_else(|| boxes(fence)).unwrap_or_default();
    // Folders and services are drawn alike, and have no keys.
    let is_table = |open: &Open| {
        open.columns.len() > 1
            && open.columns.iter().any(|column| column.primary_key.is_some() || is_key(&column.name.node))
    };
    let found = found.into_iter().filter(is_table);
    found.map(|open| tables::table(open.name, heading, open.columns, open.span)).collect()
}

/// Reads names at the margin, each with its columns below it as branches: `├── buyer_id (FK -> buyers)`.
fn trees(fence: &Fence) -> Option<Vec<Open>> {
    const BRANCHES: &[&str] = &["├──", "├─", "└──", "└─", "|--", "+--", "`--"];
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
fn branch(text: &Inline) -> Option<Vec<ColumnDecl>> {
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

/// Reads boxes that stand one below the other, each with a name, a line and the columns.
fn boxes(fence: &Fence) -> Option<Vec<Open>> {
    const EDGES: &[char] = &['│', '║', '|'];
    let mut found = Vec::new();
    // A box before its name is known, and then with it.
    let mut open: Option<Option<Open>> = None;
    for range in lines(fence) {
        let text = fence.body.text().get(range.clone())?;
        let drawn = text.trim();
        if is_border(drawn) {
            if drawn.starts_with(['┌', '╔', '╭']) || (drawn.starts_with('+') && open.is_none()) {
                open = Some(None);
            } else if drawn.starts_with(['└', '╚', '╰']) || (drawn.starts_with('+') && is_filled(&open))
            {
                found.extend(open.take().flatten());
            }
            continue;
        }
        let Some(state) = &mut open else { continue };
        // Boxes side by side share their lines.
        let inside = drawn.strip_prefix(EDGES)?.strip_suffix(EDGES)?;
        if inside.contains(EDGES) {
            return None;
        }
        let from = range.start + text.find(inside)?;
        let text = line(fence, from..from + inside.len());
        match state {
            None => {
                let name = title(&text)?;
                *state = Some(Open { span: name.span(), name, columns: Vec::new() });
            }
            Some(table) => {
                let column = row(fence, from..from + inside.len())?;
                table.span = table.span.to(column.span);
                table.columns.push(column);
            }
        }
    }
    Some(found)
}

fn is_filled(open: &Option<Option<Open>>) -> bool {
    matches!(open, Some(Some(table)) if !table.columns.is_empty())
}

fn is_border(line: &str) -> bool {
    line.chars().count() > 2 && line.chars().all(|c| matches!(c, '\u{2500}'..='\u{257f}' | '+' | '-' | '='))
}

/// Reads `PK  id  uuid`, `buyer_id uuid FK`.
fn row(fence: &Fence, range: Range<usize>) -> Option<ColumnDecl> {
    let text = line(fence, range.clone());
    let first = text.text().split_whitespace().next()?;
    let marks: Vec<&str> = first.split([',', '/']).collect();
    let is_marks = marks.iter().all(|mark| matches!(*mark, "PK" | "FK" | "UK" | "•" | "-" | "*"));
    let start = range.end - fence.body.text().get(range.clone())?.trim_start().len();
    let behind = if is_marks { start + first.len() } else { start };
    let mut column = branch(&line(fence, behind..range.end))?.pop()?;
    let place = text.span(0..first.len());
    if is_marks && marks.contains(&"PK") && column.primary_key.is_none() {
        column.primary_key = Some(NamedMark { name: None, span: place });
    }
    if is_marks && marks.contains(&"UK") && column.unique.is_none() {
        column.unique = Some(NamedMark { name: None, span: place });
    }
    if is_marks && marks.contains(&"FK") && column.references.is_empty() {
        column.foreign = Some(place);
    }
    Some(column)
}

/// Reads the name of a table, perhaps with brackets behind it that say what it is.
fn title(text: &Inline) -> Option<QName> {
    let bare = text.text().split(['(', '（']).next().unwrap_or_default().trim_end();
    let plain = vocabulary::is_name(bare) && !vocabulary::is_generic(bare);
    plain.then(|| tables::qualified(text, 0..bare.len()))
}

/// Returns the places of the lines of a fence, without their ends.
fn lines(fence: &Fence) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    fence.body.text().split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        at..at + line.trim_end().len()
    })
}
