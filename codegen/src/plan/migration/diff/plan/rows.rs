//! Columns that hold rows of a table: PostgreSQL changes the type of no column of a table whose rows are stored somewhere.

use super::Planner;
use crate::plan::migration::diff::graph::Graph;
use crate::plan::migration::diff::object::{Body, Kind};

impl Planner<'_> {
    /// Returns the columns of other tables that hold rows of the table of a column.
    fn holders(&self, column: usize) -> Vec<usize> {
        let own = &self.old.object(column).key.name;
        let table = self.old.needs(column).iter().map(|(needed, _)| *needed).find(|needed| {
            let key = &self.old.object(*needed).key;
            key.kind == Kind::Table && key.name == *own
        });
        let users = table.map(|table| self.old.dependents(table)).unwrap_or_default();
        let holds = |user: &usize| {
            let object = self.old.object(*user);
            matches!(object.body, Body::Column(_)) && object.key.name != *own
        };
        users.iter().map(|(user, _)| *user).filter(holds).collect()
    }

    /// Refuses that a column gets another type whose table's rows another table keeps.
    pub(super) fn refuse_held_row(&mut self, column: usize) {
        let Some(holder) = self.holders(column).into_iter().find(|holder| self.after(*holder).is_some())
        else {
            return;
        };
        let (own, holder) = (self.old.object(column).clone(), self.old.object(holder).key.plain());
        let message =
            format!("`{}` cannot get another type: `{holder}` holds rows of its table", own.key.plain());
        self.refuse(
            &own,
            message,
            "drop the column that holds the rows in a release before, and add it again behind",
        );
    }

    /// Drops columns that hold rows of a table before columns of that get another type.
    pub(in super::super) fn free_rows(
        &self,
        graph: &mut Graph,
        drops: &[Option<usize>],
        makes: &[Option<usize>],
    ) {
        for (at, object) in self.old.objects.iter().enumerate() {
            let altered = matches!(object.body, Body::Column(_)) && !self.is_dropped(at);
            let altered =
                self.after(at).filter(|_| altered).and_then(|new| makes.get(new).copied().flatten());
            let Some(altered) = altered else { continue };
            for holder in self.holders(at) {
                if let Some(gone) = drops.get(holder).copied().flatten() {
                    graph.edge(gone, altered, true);
                }
            }
        }
    }
}
