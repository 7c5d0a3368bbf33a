//! Which tables are partitions and heirs of which.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::model::token::{Cursor, tokens};
use crate::model::{QualifiedName, Schema, TableId};
use crate::span::Span;

/// That a table is a partition or an heir of another one.
#[derive(Clone, Debug)]
pub(super) struct Tie {
    /// The place of the other table.
    pub(super) parent: usize,
    /// Which of its rows a partition holds, as written.
    pub(super) bound: Option<String>,
    /// A statement of its own says it, and the table has its columns itself.
    pub(super) is_said_apart: bool,
    pub(super) span: Span,
}

impl Tie {
    /// Tells whether both make partitions, or both heirs.
    pub(super) fn is_of_the_same_kind(&self, other: &Self) -> bool {
        self.bound.is_some() == other.bound.is_some()
    }

    /// Tells whether it is the partition for what belongs into no other.
    pub(super) fn is_rest(&self) -> bool {
        self.bound.as_ref().is_some_and(|bound| bound.eq_ignore_ascii_case("default"))
    }
}

/// The ties of a schema, by the places of the tables that have parents.
#[derive(Debug, Default)]
pub(super) struct Ties {
    of: BTreeMap<usize, Vec<Tie>>,
    /// Tables that have a parent which the schema does not make.
    unknown: BTreeSet<usize>,
}

/// How many tables may stand between a table and the first of its parents; an end to circles.
const DEPTH: usize = 32;

impl Ties {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut ties = Self::default();
        let has_any = schema
            .tables
            .iter()
            .any(|table| table.tail.is_some() || table.alterations.iter().any(|it| is_meant(&it.node)));
        if !has_any {
            return ties;
        }
        let places: IndexMap<&QualifiedName, usize, FxBuildHasher> =
            schema.tables.iter().enumerate().map(|(at, table)| (&table.name.value, at)).collect();
        for table in schema.own_tables() {
            let Some(tail) = &table.data.tail else { continue };
            for (parent, bound) in said(&tail.node) {
                ties.add(table.id.0, places.get(&parent).copied(), bound, (false, tail.span));
            }
        }
        for table in schema.own_tables() {
            for action in table.data.alterations.iter().filter(|it| is_meant(&it.node)) {
                let own = tokens(&action.node);
                let mut cursor = Cursor::new(&action.node, &own);
                let kinds = [
                    ("inherit", (false, true)),
                    ("no inherit", (false, false)),
                    ("attach partition", (true, true)),
                    ("detach partition", (true, false)),
                ];
                let Some((is_part, joins)) = cursor.eat_any(&kinds) else { continue };
                let Some(other) = cursor.name() else { continue };
                let other = places.get(&other).copied();
                let (child, parent) =
                    if is_part { (other, Some(table.id.0)) } else { (Some(table.id.0), other) };
                let Some(child) = child else { continue };
                if joins {
                    let bound = is_part.then(|| cursor.rest().to_owned());
                    ties.add(child, parent, bound, (true, action.span));
                } else if let Some(known) = ties.of.get_mut(&child) {
                    known.retain(|tie| Some(tie.parent) != parent);
                }
            }
        }
        ties
    }

    fn add(
        &mut self,
        child: usize,
        parent: Option<usize>,
        bound: Option<String>,
        (is_said_apart, span): (bool, Span),
    ) {
        match parent.filter(|parent| *parent != child) {
            Some(parent) => {
                self.of.entry(child).or_default().push(Tie { parent, bound, is_said_apart, span })
            }
            None => _ = self.unknown.insert(child),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Returns what a table is a partition or an heir of.
    pub(super) fn of_table(&self, table: usize) -> &[Tie] {
        self.of.get(&table).map(Vec::as_slice).unwrap_or_default()
    }

    /// Tells whether every parent of a table is one that the schema makes.
    pub(super) fn are_known(&self, table: usize) -> bool {
        !self.unknown.contains(&table)
    }

    /// Returns a parent, its own parents and theirs, the nearest first; as a partition, only what those are partitions of.
    pub(super) fn lineage(&self, parent: usize, of_partitions: bool) -> Vec<TableId> {
        let mut found = vec![parent];
        let mut open = vec![parent];
        for _ in 0..DEPTH {
            let above: Vec<usize> = open
                .iter()
                .flat_map(|table| self.of_table(*table))
                .filter(|tie| !of_partitions || tie.bound.is_some())
                .map(|tie| tie.parent)
                .filter(|parent| !found.contains(parent))
                .collect();
            if above.is_empty() {
                break;
            }
            for table in &above {
                if !found.contains(table) {
                    found.push(*table);
                }
            }
            open = above;
        }
        found.into_iter().map(TableId).collect()
    }
}

/// Tells whether a change of a table may say what is an heir or partition of what.
fn is_meant(action: &str) -> bool {
    let first = action.split_whitespace().next().unwrap_or_default();
    ["inherit", "no", "attach", "detach"].iter().any(|word| first.eq_ignore_ascii_case(word))
}

/// Reads the parents out of what stands behind a table's columns, with the bounds of a partition.
fn said(tail: &str) -> Vec<(QualifiedName, Option<String>)> {
    let own = tokens(tail);
    let mut cursor = Cursor::new(tail, &own);
    if cursor.eat("partition of") {
        let Some(whole) = cursor.name() else { return Vec::new() };
        let all = cursor.rest();
        cursor.eat_bound();
        let bound = all.get(..all.len() - cursor.rest().len()).unwrap_or_default().trim();
        return vec![(whole, Some(bound.to_owned()))];
    }
    _ = cursor.until(|token| token.is("inherits"));
    cursor.next();
    let list = cursor.group().map(Cursor::split).unwrap_or_default();
    list.into_iter().filter_map(|mut part| Some((part.name()?, None))).collect()
}

/// Returns what stands behind a table's columns without some of its parents.
pub(super) fn without(tail: &str, parents: &BTreeSet<QualifiedName>) -> String {
    let own = tokens(tail);
    let mut cursor = Cursor::new(tail, &own);
    if cursor.eat("partition of") {
        return match cursor.name() {
            Some(whole) if parents.contains(&whole) => {
                cursor.eat_bound();
                cursor.rest().to_owned()
            }
            _ => tail.to_owned(),
        };
    }
    let before = cursor.until(|token| token.is("inherits")).rest().to_owned();
    if cursor.next().is_none() {
        return tail.to_owned();
    }
    let list = cursor.group().map(Cursor::split).unwrap_or_default();
    let kept = list.iter().filter(|part| (*part).clone().name().is_none_or(|name| !parents.contains(&name)));
    let kept = kept.map(Cursor::rest).collect::<Vec<_>>().join(", ");
    let inherits = if kept.is_empty() { String::new() } else { format!("INHERITS ({kept})") };
    let parts = [before.as_str(), inherits.as_str(), cursor.rest()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{said, without};
    use crate::model::{PgIdent, QualifiedName};

    #[test]
    fn parents_are_read_and_taken_out() {
        let name = |name: &str| QualifiedName { schema: None, name: PgIdent::new(name) };
        for (tail, parents, rest) in [
            (
                "PARTITION OF m FOR VALUES FROM (0) TO (10) PARTITION BY LIST (k)",
                "m",
                "PARTITION BY LIST (k)",
            ),
            ("PARTITION OF public.m DEFAULT", "m", ""),
            (
                "PARTITION OF m FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (fillfactor = 70)",
                "m",
                "WITH (fillfactor = 70)",
            ),
            ("INHERITS (a, m) WITH (fillfactor = 70)", "a m", "INHERITS (a) WITH (fillfactor = 70)"),
            ("INHERITS (m)", "m", ""),
            ("PARTITION BY RANGE (k)", "", "PARTITION BY RANGE (k)"),
        ] {
            let read: Vec<String> = said(tail).into_iter().map(|(parent, _)| parent.plain()).collect();
            assert_eq!(read.join(" "), parents, "{tail}");
            assert_eq!(without(tail, &BTreeSet::from([name("m")])), rest, "{tail}");
        }
    }
}
