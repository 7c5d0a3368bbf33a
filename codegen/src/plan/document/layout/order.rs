//! Columns of tables, the order inside them, and heights.

use std::collections::BTreeMap;

use super::TableBox;
use super::route::{Lane, Link};

/// Blank between two columns of tables.
const CHANNEL: i32 = 110;
/// Blank between two tables of a column.
const GAP: i32 = 28;
/// Height kept free for a lane.
const LANE: i32 = 14;
/// Rounds in which tables are drawn to what they are connected with; more change nothing that one sees.
const ROUNDS: usize = 12;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Table(usize),
    Lane(Lane),
}

/// The columns of a drawing.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// Column of each table.
    pub(super) of_table: Vec<usize>,
    /// Left edge and width of each column.
    pub(super) spans: Vec<(i32, i32)>,
    /// Height of each lane in each column that it crosses.
    pub(super) lanes: BTreeMap<(Lane, usize), i32>,
}

/// Places the tables and keeps lanes free for lines that cross a column.
pub(super) fn columns(tables: &mut [TableBox], links: &[Link]) -> Columns {
    let linked: Vec<bool> = (0..tables.len()).map(|at| links.iter().any(|link| link.touches(at))).collect();
    let of_table = split(tables, &ranks(tables.len(), links), &linked);
    let connected = of_table.iter().zip(&linked).filter(|(_, linked)| **linked).map(|(column, _)| column);
    let count = connected.max().map_or(0, |last| last + 1);
    let mut items: Vec<Vec<Item>> = vec![Vec::new(); count];
    for (table, column) in of_table.iter().enumerate().filter(|(at, _)| linked.get(*at) == Some(&true)) {
        if let Some(items) = items.get_mut(*column) {
            items.push(Item::Table(table));
        }
    }
    for link in links {
        for column in crossed(link, &of_table) {
            if let Some(items) = items.get_mut(column).filter(|items| !items.contains(&Item::Lane(link.lane)))
            {
                items.push(Item::Lane(link.lane));
            }
        }
    }
    let near = neighbours(&items, links, &of_table);
    let mut places = places(&items, tables);
    for round in 0..ROUNDS {
        let forward = round % 2 == 0;
        let order: Vec<usize> = if forward { (0..count).collect() } else { (0..count).rev().collect() };
        for column in order {
            // The last rounds keep the order and only straighten the lines.
            arrange(&mut items, column, &mut places, &near, tables, round + 4 < ROUNDS);
        }
    }
    let columns = finish(tables, of_table, &items, &places);
    shelve(tables, &linked, &columns);
    columns
}

/// Returns the columns strictly between the ends of a link.
pub(super) fn crossed(link: &Link, of_table: &[usize]) -> std::ops::Range<usize> {
    let column = |table: usize| of_table.get(table).copied().unwrap_or_default();
    let (a, b) = (column(link.referenced), column(link.referencing));
    a.min(b) + 1..a.max(b)
}

/// Ranks tables by the longest way of references to the left; a reference that closes a circle is left out.
fn ranks(count: usize, links: &[Link]) -> Vec<usize> {
    fn visit(table: usize, out: &[Vec<usize>], state: &mut [Option<usize>], open: &mut Vec<usize>) -> usize {
        if let Some(rank) = state.get(table).copied().flatten() {
            return rank;
        }
        open.push(table);
        let mut rank = 0;
        for next in out.get(table).into_iter().flatten() {
            if !open.contains(next) {
                rank = rank.max(visit(*next, out, state, open) + 1);
            }
        }
        open.pop();
        if let Some(slot) = state.get_mut(table) {
            *slot = Some(rank);
        }
        rank
    }
    let mut out = vec![Vec::new(); count];
    for link in links {
        if let Some(out) = out.get_mut(link.referencing) {
            out.push(link.referenced);
        }
    }
    let mut state = vec![None; count];
    (0..count).map(|table| visit(table, &out, &mut state, &mut Vec::new())).collect()
}

/// Splits ranks that would be much taller than the drawing is wide into several columns.
fn split(tables: &[TableBox], ranks: &[usize], linked: &[bool]) -> Vec<usize> {
    let area: f64 =
        tables.iter().map(|table| f64::from(table.width + CHANNEL) * f64::from(table.height + GAP)).sum();
    let tallest = tables.iter().map(|table| f64::from(table.height)).fold(0.0, f64::max);
    // A page is wider than tall; lanes need room of their own.
    let limit = (area / 1.2).sqrt().max(tallest);
    let ranks = fold(ranks, area, tables.iter().map(|table| table.width).max().unwrap_or_default());
    let mut columns = vec![0; tables.len()];
    let mut column = 0;
    for rank in 0..=ranks.iter().copied().max().unwrap_or_default() {
        let mut height = 0.0;
        let here = |at: &usize| ranks.get(*at) == Some(&rank) && linked.get(*at) == Some(&true);
        for (at, table) in tables.iter().enumerate().filter(|(at, _)| here(at)) {
            let added = f64::from(table.height + GAP);
            if height > 0.0 && height + added > limit {
                column += 1;
                height = 0.0;
            }
            height += added;
            if let Some(slot) = columns.get_mut(at) {
                *slot = column;
            }
        }
        // A rank of which every table stands alone takes no column.
        column += usize::from(height > 0.0);
    }
    columns
}

/// Folds long chains of references, which would make a drawing of one table's height, into as many columns as a page that is
/// wider than tall has; references inside a column are drawn at its side.
fn fold(ranks: &[usize], area: f64, widest: i32) -> Vec<usize> {
    let count = ranks.iter().max().map_or(0, |last| last + 1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and `as` saturates"
    )]
    let most = ((area * 3.0).sqrt() / f64::from(widest + CHANNEL)).ceil() as usize + 4;
    if count <= most {
        return ranks.to_vec();
    }
    ranks.iter().map(|rank| rank * most / count).collect()
}

/// Returns, for every item of every column, the items of other columns that it is drawn to.
fn neighbours(
    items: &[Vec<Item>],
    links: &[Link],
    of_table: &[usize],
) -> BTreeMap<(usize, Item), Vec<(usize, Item)>> {
    let mut near: BTreeMap<(usize, Item), Vec<(usize, Item)>> = BTreeMap::new();
    let column = |table: usize| of_table.get(table).copied().unwrap_or_default();
    for link in links {
        let (from, to) = if column(link.referenced) <= column(link.referencing) {
            (link.referenced, link.referencing)
        } else {
            (link.referencing, link.referenced)
        };
        let mut last = (column(from), Item::Table(from));
        let lanes = crossed(link, of_table).map(|column| (column, Item::Lane(link.lane)));
        for next in lanes.chain([(column(to), Item::Table(to))]) {
            if next.0 != last.0 && items.get(next.0).is_some() {
                near.entry(last).or_default().push(next);
                near.entry(next).or_default().push(last);
            }
            last = next;
        }
    }
    near
}

fn height(item: Item, tables: &[TableBox]) -> i32 {
    match item {
        Item::Table(table) => tables.get(table).map_or(0, |table| table.height),
        Item::Lane(_) => LANE,
    }
}

fn gap(above: Item, below: Item) -> i32 {
    match (above, below) {
        (Item::Lane(_), Item::Lane(_)) => 0,
        (Item::Table(_), Item::Table(_)) => GAP,
        _ => GAP / 2,
    }
}

type Places = BTreeMap<(usize, Item), i32>;

/// Stacks every column in document order, its middle at zero; places are middles.
fn places(items: &[Vec<Item>], tables: &[TableBox]) -> Places {
    let mut places = Places::new();
    for (column, items) in items.iter().enumerate() {
        let total: i32 = items.iter().map(|item| height(*item, tables) + GAP).sum();
        let mut top = -total / 2;
        for item in items {
            places.insert((column, *item), top + height(*item, tables) / 2);
            top += height(*item, tables) + GAP;
        }
    }
    places
}

/// Draws the items of a column to what they are connected with, and keeps them apart.
fn arrange(
    items: &mut [Vec<Item>],
    column: usize,
    places: &mut Places,
    near: &BTreeMap<(usize, Item), Vec<(usize, Item)>>,
    tables: &[TableBox],
    reorder: bool,
) {
    let Some(items) = items.get_mut(column) else { return };
    let place = |key: &(usize, Item)| places.get(key).copied().unwrap_or_default();
    let wish = |item: Item| {
        let near = near.get(&(column, item)).map(Vec::as_slice).unwrap_or_default();
        let count = i32::try_from(near.len()).unwrap_or(i32::MAX);
        if count == 0 { place(&(column, item)) } else { near.iter().map(place).sum::<i32>() / count }
    };
    let mut wished: Vec<(i32, Item)> = items.iter().map(|item| (wish(*item), *item)).collect();
    if reorder {
        // A stable sort: equals keep the order of the document.
        wished.sort_by_key(|(wish, _)| *wish);
        *items = wished.iter().map(|(_, item)| *item).collect();
    }
    let down = apart(&wished, tables);
    let mirrored: Vec<(i32, Item)> = wished.iter().rev().map(|(wish, item)| (-wish, *item)).collect();
    let up = apart(&mirrored, tables);
    // Pushed down from the top and up from the bottom; the middle of both keeps the distances and favours neither.
    for ((item, low), high) in items.iter().zip(down).zip(up.iter().rev()) {
        places.insert((column, *item), (low - high) / 2);
    }
}

/// Returns the places at which each item is as near to its wish as the ones before it let it be.
fn apart(wished: &[(i32, Item)], tables: &[TableBox]) -> Vec<i32> {
    let mut last: Option<(i32, Item)> = None;
    let mut placed = Vec::new();
    for (wish, item) in wished {
        let half = height(*item, tables) / 2 + 1;
        let least = last.map(|(bottom, above)| bottom + gap(above, *item) + half);
        let place = least.map_or(*wish, |least| least.max(*wish));
        last = Some((place + half, *item));
        placed.push(place);
    }
    placed
}

fn finish(tables: &mut [TableBox], of_table: Vec<usize>, items: &[Vec<Item>], places: &Places) -> Columns {
    let mut spans = Vec::new();
    let mut left = 0;
    for items in items {
        let widths = items.iter().filter_map(|item| match item {
            Item::Table(table) => tables.get(*table).map(|table| table.width),
            Item::Lane(_) => None,
        });
        let width = widths.max().unwrap_or_default();
        spans.push((left, width));
        left += width + CHANNEL;
    }
    let mut lanes = BTreeMap::new();
    for ((column, item), place) in places {
        match item {
            Item::Table(table) => {
                let Some(table) = tables.get_mut(*table) else { continue };
                let (left, width) = spans.get(*column).copied().unwrap_or_default();
                table.x = left + (width - table.width) / 2;
                table.y = place - table.height / 2;
            }
            Item::Lane(lane) => {
                lanes.insert((*lane, *column), *place);
            }
        }
    }
    Columns { of_table, spans, lanes }
}

/// Puts the tables that nothing connects on shelves below the others, in document order.
fn shelve(tables: &mut [TableBox], linked: &[bool], columns: &Columns) {
    let connected = || tables.iter().zip(linked).filter(|(_, linked)| **linked).map(|(table, _)| table);
    let mut top = connected().map(|table| table.y + table.height).max().map_or(0, |bottom| bottom + 2 * GAP);
    let alone: i32 =
        tables.iter().zip(linked).filter(|(_, linked)| !**linked).map(|(t, _)| t.width + GAP).sum();
    let drawn = columns.spans.last().map_or(0, |(left, width)| left + width);
    // Where nothing is connected at all, three shelves or so look right.
    let limit = if drawn > 0 { drawn } else { alone / 3 };
    let (mut left, mut lowest) = (0, top);
    for table in tables.iter_mut().zip(linked).filter(|(_, linked)| !**linked).map(|(table, _)| table) {
        if left > 0 && left + table.width > limit {
            (left, top) = (0, lowest + GAP);
        }
        (table.x, table.y) = (left, top);
        left += table.width + GAP;
        lowest = lowest.max(top + table.height);
    }
}
