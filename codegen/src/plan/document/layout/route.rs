//! Lines between tables.

use super::order::{Columns, crossed};
use super::{COLOURS, Count, End, Line, TableBox, row_middle};
use crate::model::{ForeignKey, Schema, Table};

/// Lines that run together: those that reference one column of one table, optional ones apart from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lane {
    table: usize,
    column: usize,
    optional: bool,
}

/// A foreign key by the places of its tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) referenced: usize,
    pub(super) referencing: usize,
    /// Place of the first referencing column.
    column: usize,
    pub(super) lane: Lane,
}

impl Link {
    /// Tells whether it connects a table with another.
    pub(super) fn touches(&self, table: usize) -> bool {
        (self.referenced == table) != (self.referencing == table)
    }
}

/// Returns every foreign key, in document order.
pub(super) fn links(schema: &Schema) -> Vec<Link> {
    keys(schema)
        .map(|key| {
            let first = key.data.referenced_columns.first().map_or(0, |column| column.0);
            let lane = Lane { table: key.data.referenced.0, column: first, optional: key.is_optional() };
            Link {
                referenced: key.data.referenced.0,
                referencing: key.table.id.0,
                column: key.data.columns.first().map_or(0, |column| column.0),
                lane,
            }
        })
        .collect()
}

fn keys(schema: &Schema) -> impl Iterator<Item = ForeignKey<'_>> {
    schema.tables().flat_map(Table::foreign_keys)
}

/// Distance between the ends of required and optional references at one column.
const APART: i32 = 5;
/// How far a line between tables of one column swings out.
const SWING: i32 = 46;

/// Draws every foreign key.
pub(super) fn lines(schema: &Schema, tables: &[TableBox], links: &[Link], columns: &Columns) -> Vec<Line> {
    let mut targets: Vec<usize> = links.iter().map(|link| link.referenced).collect();
    targets.sort_unstable();
    targets.dedup();
    keys(schema).zip(links).filter_map(|(key, link)| line(key, link, tables, columns, &targets)).collect()
}

fn line(
    key: ForeignKey<'_>,
    link: &Link,
    tables: &[TableBox],
    columns: &Columns,
    targets: &[usize],
) -> Option<Line> {
    let (to, from) = (tables.get(link.referenced)?, tables.get(link.referencing)?);
    let to_column = columns.of_table.get(link.referenced)?;
    let from_column = columns.of_table.get(link.referencing)?;
    let to_y = row_middle(to, link.lane.column) + if link.lane.optional { APART } else { -APART };
    let from_y = row_middle(from, link.column);
    let one = if link.lane.optional { Count::OneOrNone } else { Count::One };
    let many = if key.is_one_to_one() { Count::OneOrNone } else { Count::Many };
    let end = |table: &TableBox, y: i32, right: bool, count: Count| End {
        x: if right { table.x + table.width } else { table.x },
        y,
        right,
        count,
    };
    let ends =
        [end(to, to_y, to_column <= from_column, one), end(from, from_y, from_column <= to_column, many)];
    let [first, last] = ends;
    let mut points = vec![(first.x, first.y)];
    let mut swing = None;
    if to_column == from_column {
        swing = Some(first.x.max(last.x) + SWING);
    } else {
        points.extend(through(link, columns, to_column > from_column));
    }
    points.push((last.x, last.y));
    Some(Line {
        title: key.to_string(),
        points,
        swing,
        colour: targets.binary_search(&link.referenced).unwrap_or_default() % COLOURS,
        enforced: key.data.enforced,
        ends,
    })
}

/// Returns the points at which a line enters and leaves the columns between its ends, the referenced table's side first.
fn through(link: &Link, columns: &Columns, leftward: bool) -> Vec<(i32, i32)> {
    let mut points = Vec::new();
    for column in crossed(link, &columns.of_table) {
        let (left, width) = columns.spans.get(column).copied().unwrap_or_default();
        let y = columns.lanes.get(&(link.lane, column)).copied().unwrap_or_default();
        points.extend([(left, y), (left + width, y)]);
    }
    if leftward {
        points.reverse();
    }
    points
}
