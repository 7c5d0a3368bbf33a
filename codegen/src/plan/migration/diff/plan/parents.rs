//! Columns that an heir has from several parents: PostgreSQL gives none of them another type, not even all at once.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::Planner;
use crate::plan::migration::diff::object::{Key, Kind, Strength};

impl Planner<'_> {
    /// Refuses that a column gets another type which an heir that stays has from tables that have it from nowhere in common.
    pub(super) fn refuse_of_several_parents(&mut self, column: usize) {
        let own = self.old.object(column).clone();
        let Some(table) = self.old.find(&Key::new(Kind::Table, &own.key.name, "")) else { return };
        let mut heirs: IndexSet<usize, FxBuildHasher> = IndexSet::from_iter([table]);
        let mut at = 0;
        while let Some(table) = heirs.get_index(at).copied() {
            at += 1;
            let more = self.old.dependents(table).iter().filter(|edge| self.is_lineage(**edge));
            heirs.extend(more.map(|(heir, _)| *heir));
        }
        let has_several =
            |heir: &&usize| self.first_with(**heir, &own.key.part) > 1 && self.after(**heir).is_some();
        let Some(heir) = heirs.iter().find(has_several) else { return };
        let heir = self.old.object(*heir).key.plain();
        let message =
            format!("`{}` cannot get another type: `{heir}` has it from several parents", own.key.plain());
        self.refuse(&own, message, "let the table inherit from one of them only, in a release before");
    }

    fn is_lineage(&self, (table, strength): (usize, Strength)) -> bool {
        strength == Strength::Hard && self.old.object(table).key.kind == Kind::Table
    }

    /// Counts the tables from which a column of a table comes first.
    fn first_with(&self, table: usize, column: &str) -> usize {
        let has = |table: &usize| {
            let name = &self.old.object(*table).key.name;
            self.old.find(&Key::new(Kind::Column, name, column)).is_some()
        };
        let mut line: IndexSet<usize, FxBuildHasher> = IndexSet::from_iter([table]);
        let (mut at, mut first) = (0, 0);
        while let Some(table) = line.get_index(at).copied() {
            at += 1;
            let parents = self.old.needs(table).iter().filter(|edge| self.is_lineage(**edge));
            let parents: Vec<usize> = parents.map(|(parent, _)| *parent).filter(has).collect();
            if parents.is_empty() {
                first += 1;
            }
            line.extend(parents);
        }
        first
    }
}
