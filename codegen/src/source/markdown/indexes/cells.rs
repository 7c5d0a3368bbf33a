//! Tables that say their indexes in words: "One per day | UNIQUE INDEX on `orders (day)`", "`orders (day)` | lists", "`orders_open_idx` |
//! unique index on `day`, condition `closed_at IS NULL`".

use std::ops::Range;

use super::known::Known;
use super::lines::{of_text, tell};
use super::{are_columns, index, is_about, over_rows};
use crate::diag::Sink;
use crate::source::decl::{Ident, IndexDecl, IndexKey, IndexPartDecl, QName, TableIndexDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Row, Table};
use crate::source::markdown::{conditions, limits, vocabulary, words};
use crate::span::{Span, Spanned};

/// "On", before the columns of an index.
const ON: &[&str] = &["on", "over", "на", "по", "en", "em", "sobre", "auf", "über", "sur"];

/// Tells whether a table without columns of its own for what an index is made of may say indexes in its cells.
pub(super) fn may_say(pipe: &Table, of_indexes: bool) -> bool {
    // Columns have types, and what they are called is no index.
    let is_type = |head: &Inline| vocabulary::header(head.text()) == Some(vocabulary::HeaderRole::Type);
    !pipe.header.iter().any(is_type) && (of_indexes || pipe.header.iter().any(|head| is_about(head.text())))
}

/// Reads the rows; `subject` is the table of the heading above.
pub(super) fn read(
    pipe: &Table,
    subject: Option<QName>,
    known: &Known,
    sink: &mut Sink,
) -> Vec<TableIndexDecl> {
    let subject = subject.and_then(|name| known.table(&Ident::new(name.to_string(), name.span())));
    let mut found = Vec::new();
    for row in pipe.rows.iter().filter(|row| !row.cells.iter().any(Inline::is_struck)) {
        for (at, cell) in row.cells.iter().enumerate() {
            let Some(mut said) = of_text(cell, row.span, known, sink) else { break };
            if let (true, Some((table, columns))) = (said.is_empty(), &subject) {
                let name = name_of(row, at);
                said.extend(in_cell(cell, row.span, name, columns, sink).map(|mut index| {
                    index.name = name.map(Inline::all);
                    TableIndexDecl { table: table.clone(), index }
                }));
            }
            if said.is_empty() {
                continue;
            }
            // "Only one open order" beside it says of which rows.
            let of_all = |index: &IndexDecl| index.unique.is_some() && index.predicate.is_none();
            if said.iter().any(|said| of_all(&said.index)) && is_limited_beside(row, at) {
                tell(cell, sink);
            } else {
                found.extend(said);
            }
            break;
        }
    }
    found
}

/// Returns the cell before another that has the form of an index's name.
fn name_of(row: &Row, before: usize) -> Option<&Inline> {
    row.cells.iter().take(before).find(|cell| {
        let name = cell.all().node;
        vocabulary::is_name(&name) && name.contains('_')
    })
}

fn is_limited_beside(row: &Row, at: usize) -> bool {
    let mut others = row.cells.iter().enumerate().filter(|(other, _)| *other != at);
    others.any(|(_, cell)| {
        let lower = words::folded(cell.text());
        let mut words = lower.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'));
        words.any(|word| vocabulary::ONLY.has(word) || vocabulary::ROWS.has(word))
    })
}

/// Reads the index of the table of the heading that one cell says: "`(a, b)` unique index", "partial unique index on `a`, condition `b > 0`".
fn in_cell(
    cell: &Inline,
    span: Span,
    name: Option<&Inline>,
    columns: &[String],
    sink: &mut Sink,
) -> Option<IndexDecl> {
    let (mut made, place) = bracketed(cell, span, columns).or_else(|| in_code(cell, span, name, columns))?;
    let before = words::folded(cell.get(0..place.start));
    let behind = words::folded(cell.get(place.end..cell.text().len()));
    let around = format!("{before} {behind}");
    if vocabulary::UNIQUE.find(&around).is_some() && vocabulary::NOT_UNIQUE.find(&around).is_none() {
        made.unique = Some(cell.whole());
    }
    let method = ["gin", "gist", "brin", "hash", "hnsw", "ivfflat"]
        .into_iter()
        .find(|method| vocabulary::find(&around, method).is_some());
    made.method = method.map(|method| Spanned::new(method.to_owned(), cell.whole()));
    if limits::takes_from_index(cell.text(), &made) {
        made.predicate = condition(cell, place.end, columns);
        if made.predicate.is_none() {
            tell(cell, sink);
            return None;
        }
    }
    if !over_rows(&mut made, columns) {
        tell(cell, sink);
        return None;
    }
    Some(made)
}

/// Reads columns in brackets, and the condition behind them where it stands in the same code: `(a, b) WHERE c`.
fn bracketed(cell: &Inline, span: Span, columns: &[String]) -> Option<(IndexDecl, Range<usize>)> {
    let open = cell.text().find('(')?;
    let close = open + cell.text().get(open..)?.find(')')? + 1;
    let code = cell.codes().iter().find(|code| code.start == open && code.end > close);
    let place = code.cloned().unwrap_or(open..close);
    let made = index(cell, place.clone(), span).filter(|index| are_columns(index, columns))?;
    Some((made, place))
}

/// Reads columns that are set in code behind "on", or are all that stands beside the name of the index: "on `a`, `b`".
fn in_code(
    cell: &Inline,
    span: Span,
    name: Option<&Inline>,
    columns: &[String],
) -> Option<(IndexDecl, Range<usize>)> {
    let is_column = |code: &Range<usize>| columns.contains(&cell.get(code.clone()).to_lowercase());
    let mut codes = cell.codes().iter();
    let first = codes.next().filter(|code| is_column(code))?;
    let before = words::folded(cell.get(0..first.start));
    let last = before.split(|c: char| !c.is_alphanumeric()).rfind(|word| !word.is_empty());
    let leads = match last {
        Some(word) => ON.contains(&word),
        None => name.is_some(),
    };
    let mut parts = vec![first.clone()];
    for code in codes {
        let between = cell.get(parts.last()?.end..code.start).trim_matches([',', '+', ' ', '、']);
        if !(between.is_empty() || words::is_and(between)) || !is_column(code) {
            break;
        }
        parts.push(code.clone());
    }
    let place = first.start..parts.last()?.end;
    let part = |code: Range<usize>| IndexPartDecl { key: IndexKey::Column(cell.ident(code)), options: None };
    leads.then(|| (IndexDecl::new(parts.into_iter().map(part).collect(), span), place))
}

/// Returns the condition that stands behind the columns: in code, or in words behind "where".
fn condition(cell: &Inline, from: usize, columns: &[String]) -> Option<Spanned<String>> {
    let names = columns.iter().cloned().collect();
    let is_one = |place: &Range<usize>| conditions::of_rows(cell.get(place.clone()), &names).is_some();
    let coded = cell.codes().iter().filter(|code| code.start >= from).find(|code| is_one(code)).cloned();
    let said = || {
        let behind = words::folded(cell.get(from..cell.text().len()));
        let start = from + vocabulary::find(&behind, "where")? + "where".len();
        Some(words::without_stop(cell.text(), cell.trim(start..cell.text().len()))).filter(is_one)
    };
    coded.or_else(said).map(|place| cell.ident(place))
}
