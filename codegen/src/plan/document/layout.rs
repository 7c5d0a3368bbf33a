//! Where every table and line of the drawing stands.
//!
//! Tables stand in columns: a table to the right of those that it references. A line that crosses a column runs through a
//! lane kept free for it; lines to the same key share their lanes. All measures are pixels.

mod order;
mod route;

use serde::Serialize;

use crate::model::{Column, Schema, Table};

/// Height of a table's head.
pub const HEAD: i32 = 28;
/// Height of a column's row.
pub const ROW: i32 = 20;
/// Width of a character of the drawing's font at its size of 12.
const CHARACTER: f64 = 7.25;
/// Width of the place for `PK` and `FK`.
pub const MARKS: i32 = 34;
/// Blank inside a table, left and right.
pub const PADDING: i32 = 10;
/// Blank around the drawing.
const MARGIN: i32 = 24;

/// The drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Drawing {
    /// Title.
    pub title: String,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Tables, in document order.
    pub tables: Vec<TableBox>,
    /// Foreign keys, in document order.
    pub lines: Vec<Line>,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct TableBox {
    /// Its name.
    pub name: String,
    /// What the document says of it.
    pub comment: Option<String>,
    /// Whether another system owns it.
    pub external: bool,
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// Columns.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// `PK`, `FK` or both.
    pub mark: &'static str,
}

/// A foreign key.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// In words.
    pub title: String,
    /// The points that it goes through; between two of them it is level or a curve that leaves and arrives level.
    pub points: Vec<(i32, i32)>,
    /// A line between tables of one column swings out to this place instead.
    pub swing: Option<i32>,
    /// Number of its colour, the same for all that reference one table.
    pub colour: usize,
    /// Whether a constraint holds it.
    pub enforced: bool,
    /// The ends: at the referenced and at the referencing table.
    pub ends: [End; 2],
}

/// An end of a line.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct End {
    /// Where it meets the table.
    pub x: i32,
    /// Where it meets the table.
    pub y: i32,
    /// Whether the line leaves to the right.
    pub right: bool,
    /// How many rows stand at this end.
    pub count: Count,
}

/// How many rows stand at an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Count {
    /// Exactly one.
    One,
    /// One or none.
    OneOrNone,
    /// Any number.
    Many,
}

/// Number of the colours that lines take in turn.
pub const COLOURS: usize = 8;

/// Lays the schema out.
pub fn drawing(schema: &Schema, title: &str) -> Drawing {
    let mut tables: Vec<TableBox> = schema.tables().map(table_box).collect();
    let links = route::links(schema);
    let columns = order::columns(&mut tables, &links);
    let lines = route::lines(schema, &tables, &links, &columns);
    shift(title, tables, lines)
}

/// Moves everything to the margin and measures it.
fn shift(title: &str, mut tables: Vec<TableBox>, mut lines: Vec<Line>) -> Drawing {
    let xs = || lines.iter().flat_map(|line| line.points.iter().map(|p| p.0).chain(line.swing));
    let ys = || lines.iter().flat_map(|line| line.points.iter().map(|p| p.1));
    let left = tables.iter().map(|table| table.x).chain(xs()).min().unwrap_or_default();
    let top = tables.iter().map(|table| table.y).chain(ys()).min().unwrap_or_default();
    let right = tables.iter().map(|table| table.x + table.width).chain(xs()).max().unwrap_or_default();
    let bottom = tables.iter().map(|table| table.y + table.height).chain(ys()).max().unwrap_or_default();
    let (dx, dy) = (MARGIN - left, MARGIN - top);
    for table in &mut tables {
        table.x += dx;
        table.y += dy;
    }
    for line in &mut lines {
        for point in &mut line.points {
            *point = (point.0 + dx, point.1 + dy);
        }
        line.swing = line.swing.map(|x| x + dx);
        for end in &mut line.ends {
            end.x += dx;
            end.y += dy;
        }
    }
    let (width, height) = (right + dx + MARGIN, bottom + dy + MARGIN);
    Drawing { title: title.to_owned(), width, height, tables, lines }
}

fn table_box(table: Table<'_>) -> TableBox {
    let rows: Vec<Row> = table.columns().map(row).collect();
    let external = table.data.external;
    let name = table.name().plain();
    let shown = if external { text_width(&name) + text_width(" external") } else { text_width(&name) };
    let row_width = |row: &Row| MARKS + text_width(&row.name) + 18 + text_width(&row.ty);
    let inner = rows.iter().map(row_width).max().unwrap_or_default().max(shown + 14);
    let count = i32::try_from(rows.len()).unwrap_or(i32::MAX / ROW / 2);
    TableBox {
        name,
        comment: table.data.comment.as_ref().map(|comment| comment.value.clone()),
        external,
        x: 0,
        y: 0,
        width: inner + 2 * PADDING,
        height: HEAD + count * ROW + if count > 0 { 6 } else { 0 },
        rows,
    }
}

fn row(column: Column<'_>) -> Row {
    let mark = match (column.in_primary_key(), column.foreign_keys().next().is_some()) {
        (true, true) => "PK FK",
        (true, false) => "PK",
        (false, true) => "FK",
        (false, false) => "",
    };
    Row { name: column.name().to_owned(), ty: column.ty().to_string(), mark }
}

/// Estimates a text's width in the drawing's font; what is wider than Latin letters counts double.
fn text_width(text: &str) -> i32 {
    let cells: u32 = text.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a name has no millions of characters; `as` saturates"
    )]
    let width = (f64::from(cells) * CHARACTER).ceil() as i32;
    width
}

/// Returns the middle of a column's row.
fn row_middle(table: &TableBox, at: usize) -> i32 {
    let at = i32::try_from(at.min(table.rows.len())).unwrap_or_default();
    table.y + HEAD + 3 + at * ROW + ROW / 2
}
