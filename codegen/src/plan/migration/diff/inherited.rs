//! What columns of partitions and heirs have from the parent's: PostgreSQL gives them its default when they are made, and sets or
//! drops that, and whether NULL is refused, in all of them whenever it changes in the parent, also where they have their own.

use std::collections::{BTreeMap, BTreeSet};

use super::make::{self, raw};
use super::object::{Body, Key, Kind, Object, Strength};
use super::plan::{Fate, Planner};
use super::side::Side;
use crate::model::PgIdent;
use crate::plan::migration::statement::Statement;

/// How many tables may stand between a table and the first of its parents; an end to circles.
const DEPTH: usize = 32;

/// What is done with the defaults of partitions and heirs beside what their own changes are.
#[derive(Debug, Default)]
pub(super) struct Inherited {
    /// By the default of the old side that goes: what brings back that of the parent, which stays.
    pub(super) restored: BTreeMap<usize, Statement>,
    /// What of the old side goes without a statement of its own.
    pub(super) left_to_parent: BTreeSet<usize>,
    /// What of the new side comes behind what a parent's is changed by.
    pub(super) behind: Vec<(usize, usize)>,
    /// The same with one of the old side, which is dropped before it.
    pub(super) behind_drop: Vec<(usize, usize)>,
}

impl Planner<'_> {
    /// Sets again what heirs have of their own where the parent's default changes, and that of the parent where their own goes.
    pub(super) fn inherit_defaults(&mut self) {
        let tables = (0..self.new.objects.len()).filter(|at| self.new.object(*at).key.kind == Kind::Table);
        let heirs: Vec<usize> = tables.filter(|at| has_parent(self.new, *at)).collect();
        for table in heirs {
            for (column, _) in self.new.dependents(table) {
                let object = self.new.object(*column);
                if object.key.kind == Kind::Column && object.key.name == self.new.object(table).key.name {
                    self.inherit_default(*column);
                    self.inherit_not_null(*column);
                    self.inherit_settings(*column);
                }
            }
        }
    }

    /// Whether a trigger fires is set in every partition with the whole's.
    pub(super) fn inherit_firing(&mut self) {
        let settings = (0..self.new.objects.len()).filter(|at| {
            let key = &self.new.object(*at).key;
            key.kind == Kind::Setting && key.part.starts_with("trigger ")
        });
        for own in settings.collect::<Vec<_>>() {
            let key = self.new.object(own).key.clone();
            let mut triggers = self.new.needs(own).iter().map(|(needed, _)| &self.new.object(*needed).key);
            let whole = triggers.rfind(|it| it.kind == Kind::Trigger && it.name != key.name);
            let Some(whole) = whole.map(|trigger| Key::new(Kind::Setting, &trigger.name, key.part.as_str()))
            else {
                // The table's own trigger.
                continue;
            };
            let made = self.new.find(&whole);
            let made = made.filter(|at| matches!(self.fates.get(*at), Some(Fate::Create | Fate::Alter(_))));
            let dropped = self.old.find(&whole).filter(|at| self.is_dropped(*at));
            // What is attached again has the whole's triggers anew.
            let table = Key::new(Kind::Table, &key.name, "");
            let attached = self.old.find(&table).filter(|table| self.loosened.contains_key(table));
            let attached = attached.and_then(|table| self.after(table));
            if made.is_none() && dropped.is_none() && attached.is_none() {
                continue;
            }
            self.inherited.behind.extend(made.into_iter().chain(attached).map(|made| (own, made)));
            self.inherited.behind_drop.extend(dropped.map(|dropped| (own, dropped)));
            if matches!(self.fates.get(own), Some(Fate::Same)) {
                let again = make::create(self.new.object(own), make::TableParts::default());
                self.set(own, Fate::Alter(again));
            }
        }
    }

    fn inherit_default(&mut self, column: usize) {
        let own = default_of(self.new, column);
        let copies = self.copies_default(column);
        let behind = own.or((!copies).then_some(column));
        let mut is_touched = false;
        let (mut parent, mut depth) = (self.in_parent(self.new, column), 0);
        while let Some(at) = parent.filter(|_| depth < DEPTH) {
            is_touched |= self.note_parent(at, behind);
            parent = self.in_parent(self.new, at);
            depth += 1;
        }
        let Some(before) = self.before(column).filter(|before| !self.is_dropped(*before)) else { return };
        match own {
            Some(own) if is_touched && matches!(self.fates.get(own), Some(Fate::Same)) => {
                let again = make::create(self.new.object(own), make::TableParts::default());
                self.set(own, Fate::Alter(again));
            }
            None if copies && !is_touched => self.restore(before, column),
            // What is attached has the default that it had, also none.
            None if !copies && is_touched && matches!(self.fates.get(column), Some(Fate::Same)) => {
                let key = &self.new.object(column).key;
                let name = PgIdent::new(key.part.clone());
                let none = raw(format!("ALTER TABLE {} ALTER COLUMN {name} DROP DEFAULT", key.name));
                self.set(column, Fate::Alter(vec![none]));
            }
            _ => {}
        }
    }

    /// How values are stored, and how many of them are looked at, is set in every heir with the parent's.
    fn inherit_settings(&mut self, column: usize) {
        for what in ["storage", "statistics"] {
            let Some(own) = setting_of(self.new, column, what) else {
                self.restore_setting(column, what);
                continue;
            };
            let Some(parent) = self.in_parent(self.new, column) else { return };
            let made = setting_of(self.new, parent, what);
            let made = made.filter(|at| matches!(self.fates.get(*at), Some(Fate::Create | Fate::Alter(_))));
            let was = self.before(parent).and_then(|was| setting_of(self.old, was, what));
            let dropped = was.filter(|at| self.is_dropped(*at));
            if made.is_none() && dropped.is_none() {
                continue;
            }
            self.inherited.behind.extend(made.map(|made| (own, made)));
            self.inherited.behind_drop.extend(dropped.map(|dropped| (own, dropped)));
            if matches!(self.fates.get(own), Some(Fate::Same)) {
                let again = make::create(self.new.object(own), make::TableParts::default());
                self.set(own, Fate::Alter(again));
            }
        }
    }

    /// Gives a column what its parent says of how values are stored, where what it said itself goes.
    fn restore_setting(&mut self, column: usize, what: &str) {
        let before = self.before(column).filter(|before| !self.is_dropped(*before));
        let gone = before.and_then(|before| setting_of(self.old, before, what));
        let Some(gone) = gone.filter(|gone| self.is_dropped(*gone)) else { return };
        let mut parent = self.in_parent(self.new, column);
        for _ in 0..DEPTH {
            let Some(at) = parent else { return };
            if let Some(Body::Setting { set, .. }) =
                setting_of(self.new, at, what).map(|said| &self.new.object(said).body)
                && let Some((_, action)) = set.split_once(" ALTER COLUMN ")
            {
                let text = format!("ALTER TABLE {} ALTER COLUMN {action}", self.new.object(column).key.name);
                self.inherited.restored.insert(gone, raw(text));
                return;
            }
            parent = self.in_parent(self.new, at);
        }
    }

    /// A parent that takes NULL again makes all of its heirs do so, and none of them may while it does not.
    fn inherit_not_null(&mut self, column: usize) {
        let Some(before) = self.before(column).filter(|before| !self.is_dropped(*before)) else { return };
        let (was_forced, is_forced) = (self.is_forced(self.old, before), self.is_forced(self.new, column));
        if !was_forced && !is_forced {
            return;
        }
        let key = &self.new.object(column).key;
        let name = PgIdent::new(key.part.clone());
        let setting = setting_of(self.new, column, "not null");
        let refuses = setting.is_some()
            || matches!(&self.new.object(column).body, Body::Column(column) if !column.inherited && column.not_null);
        if refuses && was_forced && !is_forced {
            let again = Statement::AlterTable {
                table: key.name.clone(),
                action: format!("ALTER COLUMN {name} SET NOT NULL"),
            };
            let target = setting.unwrap_or(column);
            match self.fates.get_mut(target) {
                Some(Fate::Alter(statements)) => statements.push(again),
                Some(fate @ Fate::Same) => *fate = Fate::Alter(vec![again]),
                Some(Fate::Create) | None => return,
            }
            if let Some(parent) = self.in_parent(self.new, column) {
                self.inherited.behind.push((target, parent));
            }
            return;
        }
        // The parent's statement does it, or forbids it.
        let gone = setting_of(self.old, before, "not null").filter(|gone| self.is_dropped(*gone));
        self.inherited.left_to_parent.extend(gone);
        let takes = super::change::drop_not_null(&self.new.object(column).key);
        if let Some(Fate::Alter(statements)) = self.fates.get_mut(column) {
            statements.retain(|statement| *statement != takes);
        }
    }

    /// Tells whether a column refuses NULL because a parent's does.
    fn is_forced(&self, side: &Side, column: usize) -> bool {
        let mut parent = self.in_parent(side, column);
        for _ in 0..DEPTH {
            let Some(at) = parent else { return false };
            let refuses = matches!(&side.object(at).body, Body::Column(column) if column.not_null);
            if refuses || setting_of(side, at, "not null").is_some() {
                return true;
            }
            parent = self.in_parent(side, at);
        }
        false
    }

    /// Takes note that what is done with a column's own default comes behind that of a parent; tells whether that one changes.
    fn note_parent(&mut self, parent: usize, own: Option<usize>) -> bool {
        let default = default_of(self.new, parent);
        let is_made = |at: &usize| matches!(self.fates.get(*at), Some(Fate::Create | Fate::Alter(_)));
        let made = default.filter(is_made);
        let was = self.before(parent).filter(|before| !self.is_dropped(*before));
        let dropped = was.and_then(|was| default_of(self.old, was)).filter(|at| self.is_dropped(*at));
        if let Some(own) = own {
            self.inherited.behind.extend(made.map(|made| (own, made)));
            self.inherited.behind_drop.extend(dropped.map(|dropped| (own, dropped)));
        }
        was.is_some() && (made.is_some() || dropped.is_some())
    }

    /// Gives a column the default of its parent, where its own goes.
    fn restore(&mut self, before: usize, column: usize) {
        let Some(gone) = default_of(self.old, before).filter(|at| self.is_dropped(*at)) else { return };
        let Some(sql) = self.inherited_default(column) else { return };
        let key = &self.new.object(column).key;
        let name = PgIdent::new(key.part.clone());
        let text = format!("ALTER TABLE {} ALTER COLUMN {name} SET DEFAULT {sql}", key.name);
        self.inherited.restored.insert(gone, raw(text));
    }

    /// Returns the default that a column of the new side has from its parents.
    fn inherited_default(&self, column: usize) -> Option<String> {
        let mut parent = self.in_parent(self.new, column);
        for _ in 0..DEPTH {
            let at = parent?;
            if let Some(default) = default_of(self.new, at) {
                return sql_of(self.new.object(default));
            }
            parent = self.in_parent(self.new, at);
        }
        None
    }

    /// Tells whether a column is declared in a table that inherits: a partition has no columns of its own.
    pub(super) fn is_own_of_heir(&self, column: usize) -> bool {
        let object = self.new.object(column);
        let table = self.new.find(&Key::new(Kind::Table, &object.key.name, ""));
        let inherits = |table: usize| {
            matches!(&self.new.object(table).body, Body::Table(definition)
                if definition.tail.as_deref().is_some_and(|tail| tail.to_lowercase().contains("inherits")))
        };
        matches!(&object.body, Body::Column(column) if !column.inherited) && table.is_some_and(inherits)
    }

    /// Tells whether a column has the default of its parent where it has none of its own: a table that is attached keeps what it had.
    fn copies_default(&self, column: usize) -> bool {
        let table = Key::new(Kind::Table, &self.new.object(column).key.name, "");
        self.new.find(&table).is_some_and(|table| needs_parent(self.new, table))
    }
}

/// Tells whether a table has columns from another one.
fn has_parent(side: &Side, table: usize) -> bool {
    let is_attached = |at: usize| {
        let key = &side.object(at).key;
        key.kind == Kind::Setting && key.part.starts_with("partition ")
    };
    needs_parent(side, table) || side.dependents(table).iter().any(|(user, _)| is_attached(*user))
}

fn needs_parent(side: &Side, table: usize) -> bool {
    side.needs(table)
        .iter()
        .any(|(needed, strength)| *strength == Strength::Hard && side.object(*needed).key.kind == Kind::Table)
}

/// Returns the default of a column: part of what it is, or a change of one that is inherited.
fn default_of(side: &Side, column: usize) -> Option<usize> {
    let key = &side.object(column).key;
    side.find(&Key::new(Kind::Default, &key.name, key.part.as_str()))
        .or_else(|| setting_of(side, column, "default"))
}

/// Returns a change of a column that is no part of what it is.
fn setting_of(side: &Side, column: usize, what: &str) -> Option<usize> {
    let key = &side.object(column).key;
    side.find(&Key::new(Kind::Setting, &key.name, format!("{what} {}", PgIdent::new(key.part.clone()))))
}

/// Returns the expression of a default; none where it takes one away.
fn sql_of(default: &Object) -> Option<String> {
    match &default.body {
        Body::Default(sql) => Some(sql.clone()),
        Body::Setting { set, .. } => set.split_once(" SET DEFAULT ").map(|(_, sql)| sql.to_owned()),
        _ => None,
    }
}
