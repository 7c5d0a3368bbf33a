//! Tables that are written like calls, in a fence of SQL that would not run: `orders (id uuid PK, buyer_id uuid FK -> buyers(id))`.

use std::ops::Range;

use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, Ident, IndexDecl, IndexKey, IndexPartDecl, TableDecl, Timing,
};
use crate::source::markdown::inline::{Builder, Inline};
use crate::source::markdown::outline::Fence;
use crate::source::markdown::{facts, tables, vocabulary, words};

/// Reads the tables of a fence that holds nothing else; `heading` stands above it.
pub(in crate::source::markdown) fn read(fence: &Fence, heading: Option<&Ident>) -> Vec<TableDecl> {
    const LANGUAGES: &[&str] = &["", "sql", "postgresql", "postgres", "pgsql", "text", "txt"];
    let language = fence.info.as_ref().map(|info| words::folded(&info.node)).unwrap_or_default();
    if !LANGUAGES.contains(&language.as_ref()) {
        return Vec::new();
    }
    let text = fence.body.text();
    let mut found: Vec<TableDecl> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.trim().is_empty()) {
        let start = at + (rest.len() - rest.trim_start().len());
        let line_end =
            text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |end| start + end);
        let line = text.get(start..line_end).unwrap_or_default();
        if line.starts_with("--") || line.starts_with("//") || line.starts_with('#') {
            at = line_end;
            continue;
        }
        let Some(open) = line.find('(').map(|open| start + open) else { return Vec::new() };
        let Some(close) = closing(text, open) else { return Vec::new() };
        let head = text.get(start..open).unwrap_or_default().trim();
        let inside = open + 1..close;
        if let Some(table) = found.last_mut()
            && is_key(head)
        {
            if !key(fence, head, inside, table) {
                return Vec::new();
            }
        } else if let Some(table) =
            table(fence, start..start + head.len(), inside, heading, found.iter().any(has_key))
        {
            found.push(table);
        } else {
            return Vec::new();
        }
        at = close
            + 1
            + text.get(close + 1..).map_or(0, |rest| rest.len() - rest.trim_start_matches([';', ',']).len());
    }
    found
}

fn has_key(table: &TableDecl) -> bool {
    table.columns.iter().any(|column| column.primary_key.is_some() || !column.references.is_empty())
}

/// Tells whether words before brackets say a key or an index of the table above them.
fn is_key(head: &str) -> bool {
    let lower = head.to_ascii_lowercase();
    ["unique", "index", "primary key", "unique index", "unique key"].contains(&lower.as_str())
}

fn key(fence: &Fence, head: &str, inside: Range<usize>, table: &mut TableDecl) -> bool {
    let text = inline(fence, inside.clone());
    let names = words::things(text.text(), 0..text.text().len());
    let columns: Vec<Ident> = names.into_iter().map(|name| text.ident(name)).collect();
    let known = |name: &Ident| table.columns.iter().any(|column| column.name.node == name.node);
    if columns.is_empty() || !columns.iter().all(known) {
        return false;
    }
    let span = text.whole();
    let kind = match head.to_ascii_lowercase().as_str() {
        "index" => {
            let part = |name: Ident| IndexPartDecl { key: IndexKey::Column(name), options: None };
            table.indexes.push(IndexDecl::new(columns.into_iter().map(part).collect(), span));
            return true;
        }
        "primary key" => ConstraintKind::PrimaryKey { columns, include: Vec::new() },
        _ => ConstraintKind::Unique { columns, include: Vec::new(), nulls_not_distinct: false },
    };
    table.constraints.push(ConstraintDecl {
        name: None,
        kind,
        timing: Timing::NotDeferrable,
        not_valid: false,
        span,
    });
    true
}

fn table(
    fence: &Fence,
    name: Range<usize>,
    inside: Range<usize>,
    heading: Option<&Ident>,
    beside_key: bool,
) -> Option<TableDecl> {
    let text = fence.body.text();
    let written = text.get(name.clone())?;
    if !vocabulary::is_name(written) {
        return None;
    }
    let name_text = inline(fence, name);
    let name = tables::qualified(&name_text, 0..name_text.text().len());
    let columns: Option<Vec<ColumnDecl>> = by_line(fence, inside.clone())
        .or_else(|| items(text, inside.clone()).into_iter().map(|item| column(fence, item)).collect());
    let columns = columns.filter(|columns| columns.len() > 1)?;
    let is_table = columns.iter().any(|column| {
        column.primary_key.is_some() || !column.references.is_empty() || column.name.node == "id"
    });
    // Beside a table with a key, names that only columns have are enough.
    let known = |column: &ColumnDecl| {
        let name = &column.name.node;
        column.foreign.is_some() || name.ends_with("_id") || name.ends_with("_at")
    };
    let goes_on = beside_key && columns.iter().any(known);
    (is_table || goes_on).then(|| tables::table(name, heading, columns, fence.body.span(inside)))
}

/// Reads columns one a line, each a name and its type behind two dashes, without commas: "#id -- integer PRIMARY KEY".
fn by_line(fence: &Fence, inside: Range<usize>) -> Option<Vec<ColumnDecl>> {
    let text = fence.body.text();
    let mut columns = Vec::new();
    for range in words::lines(text, inside) {
        let said = text.get(range.clone())?;
        let (name, behind) = said.split_once("--")?;
        // "#" and "*" mark keys, in more than one manner.
        let name = name.trim().trim_start_matches(['#', '*']).trim_start();
        let start = range.start + said.find(name)?;
        let said = inline(fence, range.end - behind.len()..range.end);
        let behind = said.trim(0..said.text().len());
        if !vocabulary::is_name(name) || !vocabulary::begins_with_type(said.get(behind.clone())) {
            return None;
        }
        let span = fence.body.span(range);
        let mut column = ColumnDecl::new(inline(fence, start..start + name.len()).all(), None, span);
        let end = facts::read_type(&said, behind.start, &mut column);
        facts::read(&said, end..said.text().len(), &mut column);
        columns.push(column);
    }
    (!columns.is_empty()).then_some(columns)
}

/// An item: what it says, and the comment behind it.
type Part = (Range<usize>, Option<Range<usize>>);

/// Splits what brackets hold at its commas; a comment behind a comma on its line belongs to the item before it.
fn items(text: &str, inside: Range<usize>) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let (mut depth, mut start) = (0_usize, inside.start);
    let mut at = inside.start;
    let push = |found: &mut Vec<Part>, range: Range<usize>| {
        let said = text.get(range.clone()).unwrap_or_default();
        let from = range.start + (said.len() - said.trim_start().len());
        if !said.trim().is_empty() {
            found.push((from..from + said.trim().len(), None));
        }
    };
    while let Some(c) = text.get(at..inside.end).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..inside.end).unwrap_or_default();
        if rest.starts_with("--") || rest.starts_with("//") {
            let end = rest.find('\n').map_or(inside.end, |end| at + end);
            push(&mut found, start..at);
            if let Some((_, comment)) = found.last_mut() {
                *comment = Some(at + 2..end);
            }
            start = end;
            at = end;
            continue;
        }
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                push(&mut found, start..at);
                start = at + 1;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    push(&mut found, start..inside.end);
    found
}

fn column(fence: &Fence, (item, comment): Part) -> Option<ColumnDecl> {
    let text = inline(fence, item.clone());
    let all = text.text();
    let word = words::iter(all, 0..all.len()).next()?;
    if !vocabulary::is_name(text.get(word.clone())) {
        return None;
    }
    let mut column = ColumnDecl::new(text.ident(word.clone()), None, text.whole());
    let behind = text.trim(word.end..all.len());
    let rest = text.get(behind.clone());
    let from = match vocabulary::is_type(rest)
        || (vocabulary::begins_with_type(rest)
            && !facts::says_any(rest.split(' ').next().unwrap_or_default()))
    {
        true => facts::read_type(&text, behind.start, &mut column),
        false => behind.start,
    };
    facts::read(&text, from..all.len(), &mut column);
    // Words that are neither a type nor a fact are prose, and this no table.
    if from == behind.start && !rest.is_empty() && !facts::are_all(rest) && column.references.is_empty() {
        return None;
    }
    if let Some(comment) = comment {
        let said = inline(fence, comment);
        column.notes.extend(tables::described(&said, 0..said.text().len(), &column.name.node));
    }
    Some(column)
}

fn inline(fence: &Fence, range: Range<usize>) -> Inline {
    let span = fence.body.span(range.clone());
    let mut built = Builder::new(span.file);
    built.text(fence.body.text().get(range).unwrap_or_default(), span.start);
    built.finish()
}

/// Returns where the bracket closes that opens at a byte; comments are passed over.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if text.get(at..).is_some_and(|rest| rest.starts_with("--")) {
            at += text.get(at..)?.find('\n')?;
            continue;
        }
        match c {
            '(' => depth += 1,
            ')' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    None
}
