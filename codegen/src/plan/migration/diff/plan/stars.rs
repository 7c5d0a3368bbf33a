//! What takes every column of a relation by `*`, and follows it when it has others or has them in another order.

use super::super::object::{Body, Key, Kind, Object, Strength};
use super::super::side::Side;
use super::Planner;
use crate::model::token::is_same;
use crate::model::{PgIdent, QualifiedName, star};

impl Planner<'_> {
    /// Makes anew what names every column of a relation by `*`, where the relation has others than before.
    pub(super) fn expand_stars(&mut self) {
        // Tables, and whether one has other columns or the same in another order.
        let mut changed: Vec<(usize, bool)> = Vec::new();
        for (at, object) in self.new.objects.iter().enumerate() {
            if object.key.kind == Kind::Column
                && self.before.get(at) == Some(&None)
                && let Some(table) = self.old.find(&Key::new(Kind::Table, &object.key.name, ""))
                && changed.last() != Some(&(table, true))
            {
                changed.push((table, true));
            }
        }
        // A view keeps the names that the columns had when it was made.
        changed.extend(
            self.with_renamed_columns
                .iter()
                .filter_map(|name| Some((self.old.find(&Key::new(Kind::Table, name, ""))?, true))),
        );
        let takes_any = self.new.objects.iter().any(Object::takes_all_columns);
        for (at, object) in self.old.objects.iter().enumerate().filter(|_| takes_any) {
            if object.key.kind == Kind::Table && self.other_order(&object.key.name).is_some() {
                changed.push((at, false));
            }
        }
        for (table, has_grown) in changed {
            for (user, strength) in self.old.dependents(table) {
                let takes = matches!(strength, Strength::Hard | Strength::Columns)
                    && (self.old.object(*user).takes_all_columns()
                        || has_grown && self.old.object(*user).joins_by_all_columns());
                let stays = |new| self.is_star_written_out(self.old.object(*user), self.new.object(new));
                let takes = takes && (has_grown || !self.after(*user).is_some_and(stays));
                if takes && !self.is_dropped(*user) {
                    self.drop(*user);
                }
            }
        }
        self.follow_rows();
    }

    /// Makes anew what reads the rows of a routine that gives those of a table, where the table has other columns: PostgreSQL keeps
    /// the names of all of them.
    fn follow_rows(&mut self) {
        let is_gone = |object: &Object| object.key.kind == Kind::Column;
        let old = self.old.objects.iter().enumerate().filter(|(at, _)| self.after(*at).is_none());
        let new = self.new.objects.iter().enumerate().filter(|(at, _)| self.before(*at).is_none());
        let mut changed: Vec<&QualifiedName> = old
            .chain(new)
            .filter(|(_, object)| is_gone(object))
            .map(|(_, object)| &object.key.name)
            .collect();
        changed.sort_unstable();
        changed.dedup();
        let mut users = Vec::new();
        for table in changed.into_iter().filter_map(|name| self.old.find(&Key::new(Kind::Table, name, ""))) {
            let name = &self.old.object(table).key.name;
            let routines = self.old.dependents(table).iter().map(|(user, _)| *user).filter(|user| {
                matches!(&self.old.object(*user).body, Body::Routine(routine) if routine.returns(name))
            });
            for routine in routines {
                let readers = self.old.dependents(routine).iter().filter(|(user, strength)| {
                    *strength != Strength::Order && self.old.object(*user).is_taken_apart()
                });
                users.extend(readers.map(|(user, _)| *user));
            }
        }
        for user in users {
            self.drop(user);
        }
    }

    /// Returns the columns of a table that stays in the order of the new side, where the table will have another one: what is added
    /// comes last.
    pub(in crate::plan::migration::diff) fn other_order(
        &self,
        table: &QualifiedName,
    ) -> Option<Vec<PgIdent>> {
        let place = self.old.find(&Key::new(Kind::Table, table, "")).filter(|at| !self.is_dropped(*at))?;
        let of = |side: &Side, table: usize| -> Vec<usize> {
            let parts = side.dependents(table).iter().map(|(part, _)| *part);
            let own = &side.object(table).key.name;
            let mut columns: Vec<usize> = parts
                .filter(|part| {
                    let key = &side.object(*part).key;
                    key.kind == Kind::Column && key.name == *own
                })
                .collect();
            columns.sort_unstable();
            columns.dedup();
            columns
        };
        let after = of(self.new, self.new.find(&Key::new(Kind::Table, table, ""))?);
        let stays = |old: usize| self.after(old).filter(|_| !self.is_dropped(old));
        let kept: Vec<usize> = of(self.old, place).into_iter().filter_map(stays).collect();
        let is_kept = |column: &usize| kept.contains(column);
        let added = after.iter().filter(|column| !is_kept(column));
        let names = |columns: &[usize]| -> Vec<PgIdent> {
            columns.iter().map(|at| PgIdent::new(self.new.object(*at).key.part.as_str())).collect()
        };
        (!kept.iter().chain(added).eq(&after)).then(|| names(&after))
    }

    /// Tells whether the old definition names the columns for which `*` stands in the new one.
    pub(super) fn is_star_written_out(&self, was: &Object, is: &Object) -> bool {
        let (Body::Carried { create: old, .. }, Body::Carried { create: new, .. }) = (&was.body, &is.body)
        else {
            return false;
        };
        is.takes_all_columns()
            && !is_same(old, new)
            && star::written_out(new, &|name| self.other_order(name)).is_some_and(|new| is_same(old, &new))
    }
}
