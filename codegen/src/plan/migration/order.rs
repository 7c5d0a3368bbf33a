//! Dependency order.

use std::collections::BTreeSet;

use crate::model::{Schema, TableId};

/// Orders tables so that each comes after those that it references, as far as foreign keys go round in no circle; otherwise the
/// given order stays.
pub(super) fn by_dependency(schema: &Schema, tables: &[TableId]) -> Vec<TableId> {
    let here: BTreeSet<TableId> = tables.iter().copied().collect();
    let mut ordered = Vec::new();
    let mut done = BTreeSet::new();
    for table in tables {
        visit(schema, *table, &here, &mut done, &mut ordered);
    }
    ordered
}

/// Puts what a table references before it, without recursion: chains of references can be as long as the document.
fn visit(
    schema: &Schema,
    start: TableId,
    here: &BTreeSet<TableId>,
    done: &mut BTreeSet<TableId>,
    ordered: &mut Vec<TableId>,
) {
    let mut stack = vec![(start, false)];
    while let Some((table, expanded)) = stack.pop() {
        if expanded {
            ordered.push(table);
        } else if done.insert(table) {
            stack.push((table, true));
            let needs: Vec<TableId> = schema
                .table(table)
                .foreign_keys()
                .filter(|key| key.data.enforced)
                .map(|key| key.data.referenced)
                .filter(|needed| here.contains(needed) && !done.contains(needed))
                .collect();
            stack.extend(needs.into_iter().rev().map(|needed| (needed, false)));
        }
    }
}
