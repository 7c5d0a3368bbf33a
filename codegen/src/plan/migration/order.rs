//! Dependency order.

use std::collections::BTreeSet;

use crate::model::{Schema, TableId};

/// Orders tables so that each comes after those that it references, as far as foreign keys go round in no circle; otherwise the
/// given order stays.
pub(super) fn by_dependency(schema: &Schema, tables: &[TableId]) -> Vec<TableId> {
    by_needs(tables, |table| {
        let keys = schema.table(table).foreign_keys().filter(|key| key.data.enforced);
        keys.map(|key| key.data.referenced).collect()
    })
}

/// Orders things so that each comes after those of them that it needs, as far as needs go round in no circle; otherwise the given
/// order stays.
pub(super) fn by_needs<T: Copy + Ord>(things: &[T], needs: impl Fn(T) -> Vec<T>) -> Vec<T> {
    let here: BTreeSet<T> = things.iter().copied().collect();
    let mut ordered = Vec::new();
    let mut done = BTreeSet::new();
    for start in things {
        // Without recursion: chains of needs can be as long as the document.
        let mut stack = vec![(*start, false)];
        while let Some((thing, expanded)) = stack.pop() {
            if expanded {
                ordered.push(thing);
            } else if done.insert(thing) {
                stack.push((thing, true));
                let open = needs(thing).into_iter().filter(|one| here.contains(one) && !done.contains(one));
                let open: Vec<T> = open.collect();
                stack.extend(open.into_iter().rev().map(|needed| (needed, false)));
            }
        }
    }
    ordered
}
