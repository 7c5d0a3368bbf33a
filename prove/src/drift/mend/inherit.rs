//! Tables that are a part of others: partitions, and those that inherit.

use std::collections::BTreeSet;

use super::{Cx, Phase};
use crate::catalog::{Facts, Kind, Object};

impl Cx<'_> {
    /// Has a table inherit from those from which the document has it inherit, and from no others.
    pub(super) fn attach(&mut self, table: &str) -> Result<(), &'static str> {
        let object = Object { kind: Kind::Table, parent: None, name: table.to_owned() };
        let (Some(wanted), Some(found)) =
            (self.document.objects.get(&object), self.live.objects.get(&object))
        else {
            return Ok(());
        };
        let get = |name: &str| (wanted.get(name).map(String::as_str), found.get(name).map(String::as_str));
        let (want, have) = get("parents");
        let (bound, found_bound) = get("partition bound");
        if let (Some(whole), Some(_)) = (have, found_bound) {
            self.push(Phase::Change, format!("ALTER TABLE {whole} DETACH PARTITION {table}"));
        }
        if let (Some(whole), Some(bound)) = (want, bound) {
            let sql = format!("ALTER TABLE {whole} ATTACH PARTITION {table} {bound}");
            self.push_warned(Phase::Computed, sql, "Fails where a row is outside of the bound.");
        }
        if bound.is_some() || found_bound.is_some() {
            return Ok(());
        }
        let list = |parents: Option<&str>| -> BTreeSet<String> {
            parents.unwrap_or_default().split(", ").filter(|one| !one.is_empty()).map(str::to_owned).collect()
        };
        let (want, have) = (list(want), list(have));
        for parent in have.difference(&want) {
            self.push(Phase::Change, format!("ALTER TABLE {table} NO INHERIT {parent}"));
        }
        for parent in want.difference(&have) {
            self.push(Phase::Computed, format!("ALTER TABLE {table} INHERIT {parent}"));
            self.leave(format!("{object}: columns of {parent}"), "they stay the table's own as well");
        }
        Ok(())
    }

    /// Sets what a new table says otherwise of columns that it has from others: a default, that it refuses NULL.
    pub(super) fn own_of_inherited(&mut self, table: &str, parents: &str) {
        let document = self.document;
        let is_inherited = |(part, facts): &(&Object, &Facts)| {
            part.kind == Kind::Column
                && part.parent.as_deref() == Some(table)
                && facts.contains_key("inherited")
                && !facts.contains_key("generated")
                && !facts.contains_key("identity")
        };
        for (part, facts) in document.objects.iter().filter(is_inherited) {
            let of_parent = |parent: &str| Object { parent: Some(parent.to_owned()), ..part.clone() };
            let parent = parents.split(", ").find_map(|parent| document.objects.get(&of_parent(parent)));
            let Some(parent) = parent else { continue };
            let column = format!("ALTER TABLE {table} ALTER COLUMN {}", part.name);
            match (facts.get("default"), parent.get("default")) {
                (own, theirs) if own == theirs => {}
                (Some(own), _) => self.push(Phase::Parts, format!("{column} SET DEFAULT {own}")),
                (None, _) => self.push(Phase::Parts, format!("{column} DROP DEFAULT")),
            }
            if facts.contains_key("not null") && !parent.contains_key("not null") {
                self.push(Phase::Parts, format!("{column} SET NOT NULL"));
            }
        }
    }

    /// Tells whether a part belongs to a table that is attached or detached: then it is a part of another, or is none any
    /// more, with its table.
    pub(super) fn moves(&self, part: &Object) -> bool {
        let name = part.parent.clone().unwrap_or_default();
        let table = Object { kind: Kind::Table, parent: None, name };
        let parents = |facts: Option<&Facts>| facts.and_then(|facts| facts.get("parents").cloned());
        parents(self.document.objects.get(&table)) != parents(self.live.objects.get(&table))
    }
}
