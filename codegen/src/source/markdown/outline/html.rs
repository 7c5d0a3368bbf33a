//! Tables and code in HTML, which a document may hold where pipes and backticks do not suffice.

use std::ops::Range;

use super::{Block, Fence, Row, Table};
use crate::source::decl::Ident;
use crate::source::markdown::inline::{Builder, Inline};
use crate::span::{FileId, Fragment, Span};

/// Returns the tables in a block of HTML; `place` gives the place of a range of `text`.
///
/// The first row is the head. A cell over several columns that stands alone in its row is a line between two tables of that head. What is not
/// closed ends with the block.
pub(super) fn tables(
    text: &str,
    block: Range<usize>,
    file: FileId,
    place: impl Fn(&Range<usize>) -> Span,
) -> Vec<Block> {
    let mut found = Vec::new();
    let mut table: Option<(usize, Vec<(Row, bool)>)> = None;
    let mut wide = false;
    let mut row: Option<(usize, Vec<Inline>)> = None;
    let mut cell: Option<Builder> = None;
    let mut code = false;
    let mut at = block.start;
    while at < block.end {
        let rest = text.get(at..block.end).unwrap_or_default();
        let open = rest.find('<').unwrap_or(rest.len());
        if let (Some(cell), true) = (&mut cell, open > 0) {
            add(cell, rest.get(..open).unwrap_or_default(), place(&(at..at + open)).start, code);
        }
        let Some(close) = rest.get(open..).and_then(|tag| tag.find('>')) else { break };
        let tag = rest.get(open + 1..open + close).unwrap_or_default().to_lowercase();
        let end = at + open + close + 1;
        let name = tag.split(|c: char| c.is_whitespace()).next().unwrap_or_default().trim_end_matches('/');
        // A cell or a row also ends where the next begins.
        if matches!(name, "td" | "th" | "/td" | "/th" | "tr" | "/tr" | "/table")
            && let (Some(mut text), Some((_, cells))) = (cell.take(), &mut row)
        {
            text.strong(false);
            cells.push(text.finish());
        }
        if matches!(name, "tr" | "/tr" | "/table")
            && let (Some((start, cells)), Some((_, rows))) = (row.take(), &mut table)
        {
            let is_line = std::mem::take(&mut wide) && cells.len() == 1;
            rows.push((Row { cells, span: place(&(start..at + open)) }, is_line));
        }
        match name {
            "table" => table = Some((at + open, Vec::new())),
            "tr" if table.is_some() => row = Some((at + open, Vec::new())),
            "td" | "th" if table.is_some() => {
                // A cell without a row begins one, as in a browser.
                row.get_or_insert_with(|| (at + open, Vec::new()));
                let mut begun = Builder::new(file);
                if tag.contains("colspan") {
                    wide = true;
                    begun.strong(true);
                }
                cell = Some(begun);
            }
            "code" => code = true,
            "/code" => code = false,
            "b" | "strong" | "/b" | "/strong" => {
                if let Some(cell) = &mut cell {
                    cell.strong(!name.starts_with('/'));
                }
            }
            "br" => {
                if let Some(cell) = &mut cell {
                    cell.text("\n", place(&(at + open..end)).start);
                }
            }
            "/table" => {
                if let Some((start, rows)) = table.take() {
                    found.extend(finish(rows, place(&(start..end))));
                }
            }
            _ => {}
        }
        at = end;
    }
    found
}

fn finish(rows: Vec<(Row, bool)>, span: Span) -> Vec<Block> {
    let mut rows = rows.into_iter().filter(|(row, _)| !row.cells.is_empty()).peekable();
    let Some((Row { cells: header, .. }, _)) = rows.next() else { return Vec::new() };
    let mut found = Vec::new();
    while rows.peek().is_some() || found.is_empty() {
        // What is said of the table above in brackets ("(a, b) - unique") does not part it from its other rows.
        let mut lines = Vec::new();
        let mut own = Vec::new();
        let mut captions = Vec::new();
        while let Some((row, is_line)) =
            rows.next_if(|(row, is_line)| !*is_line || own.is_empty() || is_said(row))
        {
            match (is_line, is_said(&row)) {
                (false, _) => own.push(row),
                (true, true) => lines.extend(row.cells),
                (true, false) => captions.extend(row.cells),
            }
        }
        found.extend(captions.into_iter().map(Block::Paragraph));
        let place = own.first().zip(own.last()).map_or(span, |(first, last)| first.span.to(last.span));
        let whole = found.is_empty() && rows.peek().is_none();
        let span = if whole { span } else { place };
        found.push(Block::Table(Table { header: header.clone(), rows: own, span }));
        found.extend(lines.into_iter().map(Block::Paragraph));
    }
    found
}

fn is_said(row: &Row) -> bool {
    row.cells.first().is_some_and(|cell| cell.text().trim_start().starts_with(['(', '[']))
}

/// Adds text with its entities written out, each at its own place.
fn add(cell: &mut Builder, text: &str, at: u32, code: bool) {
    for (written, place) in written_out(text, at) {
        if code { cell.code(written, place) } else { cell.text(written, place) }
    }
}

/// Returns the pieces of a text that begins at byte `at` of the file, with its entities written out.
fn written_out(text: &str, at: u32) -> Vec<(&str, u32)> {
    const ENTITIES: &[(&str, &str)] =
        &[("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")];
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let rest = text.get(start..).unwrap_or_default();
        let place = at + u32::try_from(start).unwrap_or_default();
        let entity = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        let length = match entity {
            Some((entity, _)) => entity.len(),
            None => rest.get(1..).and_then(|rest| rest.find('&')).map_or(rest.len(), |at| at + 1),
        };
        let written = entity.map_or(rest.get(..length).unwrap_or_default(), |(_, character)| character);
        pieces.push((written, place));
        start += length;
    }
    pieces
}

/// Returns the code in a block of HTML, `<pre lang="sql">` or `<pre><code class="language-sql">`, and what `<div class="mermaid">` draws.
pub(super) fn code(
    text: &str,
    block: Range<usize>,
    file: FileId,
    place: impl Fn(&Range<usize>) -> Span,
) -> Vec<Block> {
    let mut found = Vec::new();
    let mut at = block.start;
    while let Some(open) = tag(text, at..block.end) {
        at = open.end;
        let is_div =
            open.name == "div" && open.language(text).is_some_and(|lang| text.get(lang) == Some("mermaid"));
        if open.name != "pre" && !is_div {
            continue;
        }
        let closing = format!("/{}", open.name);
        let mut info = open.language(text);
        let mut pieces: Vec<(&str, u32)> = Vec::new();
        let mut from = open.end;
        // Colours are tags inside of the code, which say nothing.
        while let Some(next) = tag(text, from..block.end) {
            let written = text.get(from..next.start).unwrap_or_default();
            pieces.extend(written_out(written, place(&(from..next.start)).start));
            from = next.end;
            if next.name == closing {
                break;
            }
            if next.name == "code" {
                info = info.or_else(|| next.language(text));
            }
        }
        at = from;
        if pieces.is_empty() {
            continue;
        }
        let info =
            info.map(|info| Ident::new(text.get(info.clone()).unwrap_or_default().to_owned(), place(&info)));
        let marker = Ident::new(String::new(), place(&(open.start..open.end)));
        found.push(Block::Fence(Fence { info, marker, closed: true, body: Fragment::pieces(file, pieces) }));
    }
    found
}

/// Tags that code may have around it and in it; any other `<` is a sign of the code.
const TAGS: &[&str] =
    &["pre", "code", "div", "span", "b", "i", "em", "strong", "a", "br", "font", "u", "mark", "ins", "del"];

/// A tag of HTML.
struct Tag {
    name: String,
    start: usize,
    end: usize,
}

impl Tag {
    /// Returns the place of the language that its attributes give: `lang="sql"`, `class="language-sql"`.
    fn language(&self, text: &str) -> Option<Range<usize>> {
        let own = text.get(self.start..self.end)?;
        let value = ["lang=", "class="].iter().find_map(|name| Some(own.find(name)? + name.len()))?;
        let rest = own.get(value..)?;
        let inside = rest.trim_start_matches(['"', '\'']);
        let start = value + (rest.len() - inside.len());
        let length = inside.find(['"', '\'', '>', ' ']).unwrap_or(inside.len());
        (length > 0).then_some(self.start + start..self.start + start + length)
    }
}

/// Returns the next tag in a range; a `<` that begins none is a sign.
fn tag(text: &str, range: Range<usize>) -> Option<Tag> {
    let mut at = range.start;
    loop {
        let start = at + text.get(at..range.end)?.find('<')?;
        let rest = text.get(start + 1..range.end)?;
        at = start + 1;
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(rest.len());
        let name = rest.get(..length)?.to_lowercase();
        if TAGS.contains(&name.trim_start_matches('/'))
            && let Some(close) = rest.find('>')
        {
            return Some(Tag { name, start, end: start + 1 + close + 1 });
        }
    }
}
