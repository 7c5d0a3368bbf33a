//! Defaults that partitions and heirs have for themselves: a change of the parent's reaches them too, and they are said again behind it.

use super::super::make::{TableParts, create};
use super::super::object::{Key, Kind};
use super::{Fate, Planner};
use crate::model::token::tokens;

/// More levels of partitions than anybody has, and an end to circles.
const LEVELS: usize = 32;

impl Planner<'_> {
    /// Says the defaults again that stay as they are where the default of a parent changes.
    pub(super) fn keep_own_values(&mut self) {
        let mut again = Vec::new();
        for (at, object) in self.new.objects.iter().enumerate() {
            let Some(column) = defaulted(&object.key) else { continue };
            let own = Key::new(Kind::Column, &object.key.name, column);
            let Some(own) = self.new.find(&own).filter(|_| matches!(self.fates.get(at), Some(Fate::Same)))
            else {
                continue;
            };
            let parents = std::iter::successors(self.parent_column(self.new, own), |it| {
                self.parent_column(self.new, *it)
            });
            if parents.take(LEVELS).any(|parent| self.default_changes(parent)) {
                again.push((at, Fate::Alter(create(object, TableParts::default()))));
            }
        }
        for (at, fate) in again {
            self.set(at, fate);
        }
    }

    /// Tells whether a column of a table that is there gets another default, or loses it.
    fn default_changes(&self, column: usize) -> bool {
        let key = &self.new.object(column).key;
        let parts = [(Kind::Default, key.part.clone()), (Kind::Setting, setting(&key.part))];
        self.has_table_before(key)
            && parts.into_iter().any(|(kind, part)| {
                let key = Key::new(kind, &key.name, part);
                match self.new.find(&key) {
                    Some(new) => !matches!(self.fates.get(new), Some(Fate::Same)),
                    None => self.old.find(&key).is_some(),
                }
            })
    }
}

/// Returns the column of which something is the default.
fn defaulted(key: &Key) -> Option<String> {
    match key.kind {
        Kind::Default => Some(key.part.clone()),
        Kind::Setting => {
            let name = key.part.strip_prefix("default ")?;
            tokens(name).first().map(|token| token.value.to_string())
        }
        _ => None,
    }
}

/// Returns what the default of a column is called among the settings of its table.
fn setting(column: &str) -> String {
    format!("default {}", crate::model::PgIdent::new(column))
}
