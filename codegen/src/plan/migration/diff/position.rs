//! Where a new sequence begins that numbers the rows of a table which is there: behind the numbers that they have.

use super::make::raw;
use super::object::{Body, Key, Kind};
use super::plan::{Fate, Planner};
use crate::model::PgIdent;
use crate::model::ident::literal;
use crate::plan::migration::statement::Statement;

impl Planner<'_> {
    /// Returns what moves the sequence that a step gives to a column of the old side behind the column's values.
    pub(super) fn moved_behind(&self, at: usize) -> Option<Statement> {
        let object = self.new.object(at);
        let (table, column) = (&object.key.name, PgIdent::new(object.key.part.clone()));
        match &object.body {
            Body::Column(body) => {
                let identity = body.identity.as_ref()?;
                let Body::Column(was) = &self.old.object(self.before(at)?).body else { return None };
                let called = format!(
                    "pg_get_serial_sequence({}, {})",
                    literal(&table.to_string()),
                    literal(column.as_str())
                );
                let moved = || raw(identity.sequence.move_behind(&called, &column, table));
                was.identity.is_none().then(moved)
            }
            Body::Default(sql) => {
                let column_at = self.new.find(&Key::new(Kind::Column, table, column.as_str()))?;
                let Body::Column(body) = &self.new.object(column_at).body else { return None };
                let is_number = matches!(body.ty().to_string().as_str(), "smallint" | "integer" | "bigint");
                // One that was there goes on where it is.
                let made = |needed: &usize| matches!(self.fates.get(*needed), Some(Fate::Create));
                let mut needed = self.new.needs(at).iter().map(|(needed, _)| *needed).filter(made);
                let sequence_at =
                    needed.find(|needed| self.new.object(*needed).key.kind == Kind::Sequence)?;
                let Body::Sequence(sequence) = &self.new.object(sequence_at).body else { return None };
                // Where several columns take their numbers from it, none of them knows how far the others are.
                let takers = self.new.dependents(sequence_at).iter();
                let takers = takers.filter(|(taker, _)| self.new.object(*taker).key.kind == Kind::Default);
                let applies = is_number
                    && sql.trim_start().to_ascii_lowercase().starts_with("nextval(")
                    && takers.count() == 1
                    && self.before(column_at).is_some();
                let called = literal(&self.new.object(sequence_at).key.name.to_string());
                applies.then(|| raw(sequence.move_behind(&called, &column, table)))
            }
            _ => None,
        }
    }
}
