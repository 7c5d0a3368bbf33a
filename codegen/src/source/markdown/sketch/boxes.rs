//! Tables drawn as boxes, one below the other or side by side: the name, a line, the columns.

use std::ops::Range;

use super::drawn::{Open, branch, lines, title};
use super::is_key;
use super::line;
use crate::source::decl::{ColumnDecl, NamedMark, Prose, ProseKind};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Fence;
use crate::source::markdown::{facts, vocabulary};

/// How far the edge of a box may stand from where its upper border has it: letters of two widths shift what is behind them.
const SLACK: usize = 4;

/// A box whose lower border was not met yet.
#[derive(Debug)]
struct Frame {
    left: usize,
    right: usize,
    /// What stands in it, line by line; none is a line drawn across.
    rows: Vec<Option<Range<usize>>>,
}

/// A character of a line with its column as it is shown.
type Cell = (usize, usize, char);

/// Reads the boxes of a drawing that hold a name above columns; others are passed over.
pub(super) fn read(fence: &Fence) -> Vec<Open> {
    let mut open: Vec<Frame> = Vec::new();
    let mut found = Vec::new();
    for range in lines(fence) {
        let cells = cells(fence, &range);
        let runs = borders(&cells);
        for frame in &mut open {
            let border = runs.iter().find(|(left, right, _)| covers(frame, *left, *right));
            match (border, inside(&cells, frame)) {
                (Some((_, _, Border::Across)), _) => frame.rows.push(None),
                (Some(_), _) => {}
                (None, Some(row)) => {
                    let row = range.start + row.start..range.start + row.end;
                    let said = fence.body.text().get(row.clone()).unwrap_or_default();
                    frame.rows.push((!is_rule(said)).then_some(row));
                }
                (None, None) => {}
            }
        }
        for (left, right, kind) in runs {
            let at = open.iter().position(|frame| covers(frame, left, right));
            match (kind, at) {
                (Border::Upper, None) => open.push(Frame { left, right, rows: Vec::new() }),
                // `+---+` is all three of them.
                (Border::Any, None) => open.push(Frame { left, right, rows: Vec::new() }),
                (Border::Any, Some(at)) => {
                    let is_divider = open.get(at).is_some_and(|frame| {
                        frame.rows.iter().flatten().count() == 1 && !frame.rows.contains(&None)
                    });
                    if is_divider {
                        open.get_mut(at).into_iter().for_each(|frame| frame.rows.push(None));
                    } else {
                        found.extend(table(fence, open.remove(at)));
                    }
                }
                (Border::Lower, Some(at)) => found.extend(table(fence, open.remove(at))),
                (Border::Upper | Border::Across | Border::Lower, _) => {}
            }
        }
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Border {
    Upper,
    Across,
    Lower,
    Any,
}

/// Returns the characters of a line, each with its byte in the line and the column at which it is shown.
fn cells(fence: &Fence, range: &Range<usize>) -> Vec<Cell> {
    let text = fence.body.text().get(range.clone()).unwrap_or_default();
    let mut column = 0;
    let mut found = Vec::new();
    for (at, c) in text.char_indices() {
        found.push((at, column, c));
        column += match c {
            '\u{200d}' | '\u{fe0f}' => 0,
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{1f300}'..='\u{1faff}' => 2,
            _ => 1,
        };
    }
    found
}

/// Finds the borders that are drawn in a line: from one corner to the next.
fn borders(cells: &[Cell]) -> Vec<(usize, usize, Border)> {
    let mut found = Vec::new();
    let mut start: Option<(usize, Border)> = None;
    let mut length = 0;
    for (_, column, c) in cells {
        let begins = match c {
            '┌' | '╔' | '╭' => Some(Border::Upper),
            '├' | '╠' | '╞' | '╟' => Some(Border::Across),
            '└' | '╚' | '╰' => Some(Border::Lower),
            _ => None,
        };
        let ends = matches!(c, '┐' | '╗' | '╮' | '┤' | '╣' | '╡' | '╢' | '┘' | '╝' | '╯' | '+');
        let is_line = matches!(c, '─' | '━' | '═' | '-' | '=' | '┬' | '┴' | '┼' | '╦' | '╩');
        match (&start, begins) {
            (_, Some(kind)) => (start, length) = (Some((*column, kind)), 0),
            (Some((left, kind)), None) if ends => {
                if length > 1 {
                    found.push((*left, *column, *kind));
                }
                start = (*c == '+').then_some((*column, Border::Any));
                length = 0;
            }
            (None, None) if *c == '+' => (start, length) = (Some((*column, Border::Any)), 0),
            (Some(_), None) if is_line => length += 1,
            (Some(_), None) => start = None,
            (None, None) => {}
        }
    }
    found
}

fn covers(frame: &Frame, left: usize, right: usize) -> bool {
    frame.left.abs_diff(left) <= SLACK && frame.right.abs_diff(right) <= SLACK
}

/// Returns the bytes of a line that stand inside a box.
fn inside(cells: &[Cell], frame: &Frame) -> Option<Range<usize>> {
    let is_edge = |c: char| matches!(c, '│' | '║' | '|' | '┃' | '├' | '┤');
    let edges = || cells.iter().filter(|(_, _, c)| is_edge(*c));
    let nearest = |to: usize| edges().min_by_key(|(_, column, _)| column.abs_diff(to));
    let (from, left, edge) =
        nearest(frame.left).filter(|(_, column, _)| column.abs_diff(frame.left) <= SLACK)?;
    let behind = || edges().filter(|(_, column, _)| column > left);
    let next = behind().min_by_key(|(_, column, _)| column.abs_diff(frame.right))?;
    let near = next.1.abs_diff(frame.right) <= SLACK;
    // A long row pushes the edge of a box that stands alone out of line.
    let (to, _, _) = if near { *next } else { *behind().next().filter(|_| behind().count() == 1)? };
    let start = from + edge.len_utf8();
    // Boxes inside this one share its lines.
    let crossed = edges().any(|(at, _, _)| at > from && *at < to);
    (!crossed && start < to).then_some(start..to)
}

fn is_rule(said: &str) -> bool {
    let said = said.trim();
    said.chars().count() > 2 && said.chars().all(|c| matches!(c, '─' | '━' | '═' | '-' | '='))
}

/// Makes a table of a box; none where its first line is no name, no line parts it from the rest, or a row names no column.
fn table(fence: &Fence, frame: Frame) -> Option<Open> {
    let mut rows =
        frame.rows.into_iter().skip_while(|row| row.as_ref().is_none_or(|row| said(fence, row).is_empty()));
    let head = rows.next()??;
    let name = title(&drawn(fence, head))?;
    // The line below the name tells a table from a step or a service.
    let rest: Vec<Option<Range<usize>>> = rows.collect();
    let parted =
        rest.iter().find(|row| row.as_ref().is_none_or(|row| !said(fence, row).is_empty()))?.is_none();
    let rows: Vec<Range<usize>> =
        rest.into_iter().flatten().filter(|row| !said(fence, row).is_empty()).collect();
    let is_bullet = |row: &Range<usize>| said(fence, row).starts_with(['•', '-', '*']);
    let listed = rows.iter().all(is_bullet);
    let parted = parted || listed;
    let mut open = Open { span: name.span(), name, columns: Vec::new() };
    let mut values: Option<(usize, Vec<String>, Range<usize>)> = None;
    // Rows that are no column, among those that are: "state_%".
    let mut strange = 0;
    for row in rows {
        let text = said(fence, &row);
        // "• open, paid," below a column lists its values.
        if is_bullet(&row) && !listed {
            let at = open.columns.len().checked_sub(1)?;
            let more =
                text.trim_start_matches(['•', '-', '*', ' ']).split(',').map(|value| value.trim().to_owned());
            let more = more.filter(|value| !value.is_empty());
            match &mut values {
                Some((of, known, place)) if *of == at => {
                    known.extend(more);
                    place.end = row.end;
                }
                _ => {
                    settle(fence, &mut open, values.take());
                    values = Some((at, more.collect(), row));
                }
            }
            continue;
        }
        if text.chars().all(|c| !c.is_alphanumeric()) {
            continue;
        }
        let Some(columns) = of_row(fence, row) else {
            strange += 1;
            continue;
        };
        open.span = columns.last().map_or(open.span, |column| open.span.to(column.span));
        open.columns.extend(columns);
    }
    settle(fence, &mut open, values);
    let keyed = open.columns.iter().any(|column| {
        column.primary_key.is_some()
            || column.foreign.is_some()
            || !column.references.is_empty()
            || is_key(&column.name.node)
    });
    (parted && keyed && open.columns.len() > 1 && strange * 3 <= open.columns.len()).then_some(open)
}

/// Gives a column the values that stand below it.
fn settle(fence: &Fence, open: &mut Open, values: Option<(usize, Vec<String>, Range<usize>)>) {
    let Some((at, values, place)) = values else { return };
    let plain =
        values.iter().all(|value| value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ')));
    if let Some(column) = open.columns.get_mut(at).filter(|_| plain && values.len() > 1) {
        let span = fence.body.span(place);
        column.notes.push(Prose { text: values.join(" | "), span, kind: ProseKind::Note });
    }
}

fn said<'f>(fence: &'f Fence, row: &Range<usize>) -> &'f str {
    fence.body.text().get(row.clone()).unwrap_or_default().trim()
}

/// Returns a row as text with places, without pictures in front of it.
fn drawn(fence: &Fence, row: Range<usize>) -> Inline {
    let text = fence.body.text().get(row.clone()).unwrap_or_default();
    let bare = text.trim_start_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '"' | '`')));
    line(fence, row.end - bare.len()..row.end)
}

/// Reads `PK  id  uuid`, `buyer_id uuid FK`, `name, code`; a relation of many to many is no column.
fn of_row(fence: &Fence, range: Range<usize>) -> Option<Vec<ColumnDecl>> {
    let text = drawn(fence, range.clone());
    let first = text.text().split_whitespace().next()?;
    let marks: Vec<&str> = first.split([',', '/']).collect();
    let is_marks = marks.iter().all(|mark| matches!(*mark, "PK" | "FK" | "UK"));
    let lower = text.text().to_lowercase();
    if lower.contains("(m2m") || lower.contains("(manytomany") || lower.contains("many-to-many") {
        return Some(Vec::new());
    }
    let start = range.end - fence.body.text().get(range.clone())?.len()
        + fence.body.text().get(range.clone())?.find(text.text().get(..first.len())?)?;
    let behind = if is_marks { start + first.len() } else { start };
    let rest = line(fence, behind..range.end);
    let names: Vec<&str> = rest.text().split(',').map(str::trim).collect();
    let mut columns = if names.len() > 1 && names.iter().all(|name| vocabulary::is_name(name)) {
        crate::source::markdown::tables::named_columns(&rest, 0..rest.text().len())
    } else {
        branch(&rest)?
    };
    let place = text.span(0..first.len());
    for column in columns.iter_mut().filter(|_| is_marks) {
        if marks.contains(&"PK") && column.primary_key.is_none() {
            column.primary_key = Some(NamedMark { name: None, span: place });
        }
        if marks.contains(&"UK") && column.unique.is_none() {
            column.unique = Some(NamedMark { name: None, span: place });
        }
        if marks.contains(&"FK") && column.references.is_empty() {
            column.foreign = Some(place);
        }
    }
    // "(FK)" behind the name.
    for column in &mut columns {
        if column.foreign.is_none()
            && column.references.is_empty()
            && facts::phrase(&lower, &["fk"]).is_some()
        {
            column.foreign = Some(text.whole());
        }
    }
    Some(columns)
}
