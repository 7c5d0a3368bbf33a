//! Changes of a table that are no part of what it is made as.

use super::Collector;
use crate::model::token::{Role, canonical, mentions};
use crate::model::{Column, PgIdent, Table};
use crate::plan::migration::diff::is_same_expression;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::diff::setting::{self, Named, Setting};
use crate::plan::migration::up;
use crate::span::Span;

impl Collector<'_, '_> {
    pub(super) fn alteration(&mut self, action: &str, span: Span) {
        let table = self.table.name();
        let ty = |column: &PgIdent| self.table.find_column(column.as_str()).map(Column::ty);
        let set = format!("ALTER TABLE {table} {}", setting::with_storage(action, &ty));
        let read = setting::read(action, &ty);
        let what = read.as_ref().map_or_else(|| canonical(action), |setting| setting.what.clone());
        let unset =
            read.as_ref().and_then(|setting| setting.unset.as_ref()).map(|unset| match unset.as_str() {
                "" => String::new(),
                unset => format!("ALTER TABLE {table} {unset}"),
            });
        let key = self.key(Kind::Setting, what);
        // The last of several changes of one thing holds.
        let own = self.objects.get(self.first..).unwrap_or_default();
        let known = own.iter().position(|object| object.key == key);
        if let Some(known) = known {
            self.objects.remove(self.first + known);
        }
        if self.says_parents_setting(&key, action, read.as_ref()) {
            return;
        }
        if read.as_ref().is_some_and(|setting| setting.is_default) {
            // What says itself that it is part of a table, or its heir, is not as its own statement says.
            let is_own =
                known.is_none() && ["partition ", "inherit "].iter().any(|of| key.part.starts_with(of));
            if is_own {
                self.objects.push(self.part(key, span, Body::Setting { set, unset: None }));
            } else if let Some(Named::Column(column)) = self.own_setting(&key, read.as_ref()) {
                let mut object = self.part(key, span, Body::Setting { set, unset: Some(String::new()) });
                object.need(Target::Key(self.column_key(column.as_str())), Strength::Hard);
                self.objects.push(object);
            } else if let Some((whole, mode)) = self.mode_of_whole(read.as_ref()) {
                let unset = Some(format!("ALTER TABLE {table} {mode}"));
                let mut object = self.part(key, span, Body::Setting { set, unset });
                object.need(Target::Key(whole), Strength::Hard);
                self.objects.push(object);
            }
            return;
        }
        if self.says_parents_default(&set, read.as_ref()) {
            return;
        }
        let mut object = self.part(key.clone(), span, Body::Setting { set, unset });
        match read.and_then(|setting| setting.names) {
            Some(Named::Column(column)) => {
                object.need(Target::Key(self.column_key(column.as_str())), Strength::Hard)
            }
            Some(Named::Trigger(name)) => {
                // A partition has the triggers of its whole.
                for table in std::iter::once(self.table).chain(self.table.wholes()) {
                    let trigger = Key::new(Kind::Trigger, table.name(), name.as_str());
                    object.need(Target::Key(trigger), Strength::Hard);
                }
            }
            Some(Named::Constraint(name)) => {
                for table in std::iter::once(self.table).chain(self.table.wholes()) {
                    let constraint = Key::new(Kind::Constraint, table.name(), name.as_str());
                    object.need(Target::Key(constraint), Strength::Hard);
                }
            }
            Some(Named::Rule(name)) => {
                object.need(Target::Key(self.key(Kind::Rule, name.as_str())), Strength::Hard)
            }
            Some(Named::Index(name)) => {
                object.need(Target::Key(self.key(Kind::Index, name.as_str())), Strength::Hard);
                // That of a constraint.
                object.need(Target::Key(self.key(Kind::Constraint, name.as_str())), Strength::Hard);
                let carried = format!("{}{name}", setting::CONSTRAINT);
                object.need(Target::Key(self.key(Kind::Setting, carried)), Strength::Hard);
            }
            Some(Named::Relation(name)) => {
                if key.part.starts_with("partition ") {
                    // The part goes before the whole, which would take it along.
                    object.goes_with = Some(Key::new(Kind::Table, &name, ""));
                    object.need(Target::Key(self.own()), Strength::Hard);
                }
                object.need(Target::Relation(Box::new(name)), Strength::Hard);
            }
            None if key.part == setting::PERSISTENCE => {
                // What is logged references nothing that is not.
                for key in self.table.referenced_by() {
                    let own = Key::new(Kind::Setting, key.table.name(), setting::PERSISTENCE);
                    object.need(Target::Key(own), Strength::Order);
                }
            }
            None => self.expression_needs(action, &mut object),
        }
        self.referenced_needs(action, &mut object);
        self.objects.push(object);
    }

    /// Has a carried foreign key come behind the table to which it refers, and behind that one's carried keys.
    fn referenced_needs(&self, action: &str, object: &mut Object) {
        let Some(referenced) = up::referenced(action).and_then(|name| self.table.schema.find_table(&name))
        else {
            return;
        };
        object.need(Target::Key(Key::new(Kind::Table, referenced.name(), "")), Strength::Hard);
        for other in &referenced.data.alterations {
            let what = canonical(&other.node);
            if ["primary key", "unique"].iter().any(|kind| what.contains(kind)) {
                object.need(Target::Key(Key::new(Kind::Setting, referenced.name(), what)), Strength::Hard);
            }
        }
    }

    /// Returns the column of which a table says that it has not what its parent's has: no default, values stored as is usual.
    fn own_setting<'s>(&self, key: &Key, setting: Option<&'s Setting>) -> Option<&'s Named> {
        let named = setting.and_then(|setting| setting.names.as_ref())?;
        let Named::Column(column) = named else { return None };
        let data = self.table.find_column(column.as_str())?.data;
        let loses = key.part.starts_with("default ") && data.default.is_some();
        // How the parent's values are stored, and looked at, is how its heirs' are where they say nothing.
        let keeps = ["storage ", "statistics "].iter().any(|what| key.part.starts_with(what));
        (data.inherited && (loses || keeps)).then_some(named)
    }

    /// Returns what a table that this one is part of says of a trigger, which holds for its partitions too where they say nothing
    /// themselves.
    fn mode_of_whole(&self, setting: Option<&Setting>) -> Option<(Key, String)> {
        let Some(Named::Trigger(_)) = setting?.names else { return None };
        let what = &setting?.what;
        self.table.wholes().find_map(|whole| {
            let ty = |column: &PgIdent| whole.find_column(column.as_str()).map(Column::ty);
            let last = whole.data.alterations.iter().rev().find_map(|action| {
                let read = setting::read(&action.node, &ty).filter(|read| read.what == *what)?;
                Some((read.is_default, action.node.clone()))
            });
            let (is_default, mode) = last?;
            (!is_default).then(|| (Key::new(Kind::Setting, whole.name(), what.as_str()), mode))
        })
    }

    /// Tells whether a change gives a column the default that it has from its table's parent.
    fn says_parents_default(&self, set: &str, setting: Option<&Setting>) -> bool {
        let Some(Named::Column(name)) = setting.and_then(|setting| setting.names.as_ref()) else {
            return false;
        };
        let column = self.table.find_column(name.as_str()).filter(|column| column.data.inherited);
        let default = column.and_then(|column| column.data.default.as_ref());
        let said = set.split_once(" SET DEFAULT ").map(|(_, sql)| sql);
        said.zip(default).is_some_and(|(said, default)| is_same_expression(said, &default.value.sql))
    }

    /// Tells whether a change says of how a column's values are stored or looked at what the parent's change says.
    fn says_parents_setting(&self, key: &Key, action: &str, setting: Option<&Setting>) -> bool {
        let Some((Named::Column(name), setting)) =
            setting.and_then(|setting| Some((setting.names.as_ref()?, setting)))
        else {
            return false;
        };
        let is_kept = ["storage ", "statistics "].iter().any(|what| key.part.starts_with(what));
        let inherits = self.table.find_column(name.as_str()).is_some_and(|column| column.data.inherited);
        if !is_kept || !inherits {
            return false;
        }
        let value = |action: &str| action.rsplit(' ').next().unwrap_or_default().to_lowercase();
        match said_by_parents(self.table, &key.part, 0) {
            Some((is_default, said)) => setting.is_default && is_default || value(action) == value(&said),
            None => setting.is_default,
        }
    }
}

/// How many tables may stand between a table and the first of its parents; an end to circles.
const DEPTH: usize = 32;

/// Returns what the nearest parent of a table says of a column, and whether that is what is usual.
fn said_by_parents(table: Table<'_>, what: &str, depth: usize) -> Option<(bool, String)> {
    let tail = table.data.tail.as_ref().filter(|_| depth < DEPTH)?;
    let named = mentions(&tail.node).into_iter().filter(|mention| mention.role != Role::Call);
    let parents = named.filter_map(|mention| table.schema.find_table(&mention.name()));
    let mut parents = parents.filter(|parent| parent.id != table.id);
    parents.find_map(|parent| {
        let ty = |column: &PgIdent| parent.find_column(column.as_str()).map(Column::ty);
        let said = parent.data.alterations.iter().rev().find_map(|action| {
            let read = setting::read(&action.node, &ty).filter(|read| read.what == what)?;
            Some((read.is_default, action.node.clone()))
        });
        said.or_else(|| said_by_parents(parent, what, depth + 1))
    })
}
