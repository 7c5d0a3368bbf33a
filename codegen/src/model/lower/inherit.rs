//! What tables have from others: the columns of parents and of the table that they are a part of.

use super::Cx;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::model::{ColumnData, TableId};

/// Gives every table the columns that it inherits, before its own, in the order of its parents.
pub(super) fn columns(cx: &mut Cx<'_>) {
    let ids: Vec<TableId> = cx.schema.own_tables().map(|table| table.id).collect();
    let mut done = vec![false; cx.schema.tables.len()];
    for id in ids {
        inherit(cx, id, &mut done, 0);
    }
}

/// How many tables may stand between a table and the first of its parents; more than anybody has, and an end to circles.
const DEPTH: usize = 32;

fn inherit(cx: &mut Cx<'_>, id: TableId, done: &mut [bool], depth: usize) {
    match done.get_mut(id.0) {
        Some(done) if !*done && depth < DEPTH => *done = true,
        _ => return,
    }
    let tail = cx.table(id).tail.as_ref().map(|tail| tail.node.clone());
    let mut inherited: Vec<ColumnData> = Vec::new();
    for name in tail.iter().flat_map(|tail| parents(tail)) {
        let Some(parent) = cx.tables.get(&name).copied().filter(|parent| *parent != id) else { continue };
        inherit(cx, parent, done, depth + 1);
        for column in &cx.table(parent).columns {
            if !inherited.iter().any(|known| known.name.value == column.name.value) {
                // What is said of the parent's column is not said again.
                let silent =
                    ColumnData { comment: None, values: None, prefix: None, was: None, ..column.clone() };
                inherited.push(ColumnData { inherited: true, ..silent });
            }
        }
    }
    let own = &cx.table(id).columns;
    inherited.retain(|column| !own.iter().any(|known| known.name.value == column.name.value));
    // Nothing refers to columns by their place yet.
    cx.table(id).columns.splice(0..0, inherited);
}

/// Reads the parents out of what stands behind a table's columns: `PARTITION OF p …`, `INHERITS (a, b)`.
fn parents(tail: &str) -> Vec<QualifiedName> {
    let tokens = tokens(tail);
    let mut cursor = Cursor::new(tail, &tokens);
    if cursor.eat("partition of") {
        return cursor.name().into_iter().collect();
    }
    while !cursor.is_done() {
        if cursor.eat("inherits") {
            let list = cursor.group().map(Cursor::split).unwrap_or_default();
            return list.into_iter().filter_map(|mut part| part.name()).collect();
        }
        cursor.next();
    }
    Vec::new()
}
