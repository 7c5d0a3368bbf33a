//! What one change does to others: to what uses it, hangs on it or has it from a parent.

use super::super::carried::OWNED_BY;
use super::super::change::{self, Change};
use super::super::make::raw;
use super::super::object::{Body, Key, Kind, Strength};
use super::super::scope::Scope;
use super::{Break, Fate, Loosened, Planner, is_named_by_default};
use crate::model::PgIdent;
use crate::model::token::{Role, mentions};
use crate::plan::migration::statement::Statement;

impl Planner<'_> {
    pub(super) fn broken_by(&mut self, column: usize, how: Break) {
        if let Some(slot) = self.broken.get_mut(column) {
            *slot = Some(how);
        }
        let object = self.old.object(column);
        let table = self.old.find(&Key::new(Kind::Table, &object.key.name, ""));
        for (user, strength) in self.old.dependents(column) {
            let breaks = match strength {
                Strength::Hard | Strength::Columns => true,
                Strength::Plain => how == Break::Drop,
                Strength::Order => false,
            };
            if breaks {
                self.lose(*user, column);
            }
        }
        for (user, strength) in table.map(|table| self.old.dependents(table)).unwrap_or_default() {
            let heir = self.old.object(*user);
            let uses = *strength == Strength::Columns || *strength == Strength::Hard && heir.is_taken_apart();
            if uses && heir.may_use(&object.key.part) {
                self.lose(*user, column);
            }
            // What is changed in a table is changed in its partitions and heirs.
            if *strength == Strength::Hard && heir.key.kind == Kind::Table {
                let key = Key::new(object.key.kind, &heir.key.name, object.key.part.as_str());
                if let Some(inherited) = self.old.find(&key).filter(|it| self.broken.get(*it) == Some(&None))
                {
                    self.broken_by(inherited, how);
                }
            }
        }
    }

    /// Drops what uses something that goes or changes, unless it is changed itself so that it does not need it any more.
    fn lose(&mut self, user: usize, lost: usize) {
        if self.is_dropped(user) {
            return;
        }
        let object = self.old.object(user);
        let stays = self.after(user);
        if self.loosen(user, lost) {
            return;
        }
        let is_generated = matches!(&object.body, Body::Column(column) if column.generated.is_some());
        if object.key.kind.is_stateless() || is_generated || stays.is_none() {
            self.drop(user);
            return;
        }
        let still = stays.is_some_and(|new| {
            let key = &self.old.object(lost).key;
            self.new.needs(new).iter().any(|(needed, strength)| {
                *strength != Strength::Order && self.new.object(*needed).key == *key
            })
        });
        let is_column_of_own_table =
            object.key.kind == Kind::Table && self.old.object(lost).key.kind == Kind::Column;
        if !still || is_column_of_own_table {
            return;
        }
        if object.key.kind == Kind::Table {
            // A partition cannot outlive the table that it is part of.
            self.drop(user);
            return;
        }
        let lost = self.old.object(lost);
        let message = format!(
            "{} `{}` has to be made anew, and {} `{}` holds values that depend on it",
            lost.key.kind.label(),
            lost.key.plain(),
            object.key.kind.label(),
            object.key.plain()
        );
        let object = object.clone();
        self.refuse(
            &object,
            message,
            "make the change in two steps: move the values to another column first",
        );
    }

    /// Takes from a domain what calls a routine that is made anew, for as long as that takes: columns hold values of the domain.
    fn loosen(&mut self, user: usize, lost: usize) -> bool {
        let (object, routine) = (self.old.object(user), &self.old.object(lost).key);
        let Some(new) = self.after(user).filter(|_| routine.kind == Kind::Routine) else { return false };
        let (Body::Domain(was), Body::Domain(is)) = (&object.body, &self.new.object(new).body) else {
            return false;
        };
        let name = &object.key.name;
        let mut routines = self.loosened.get(&user).map(|known| known.routines.clone()).unwrap_or_default();
        routines.push(lost);
        let is_lost = |name: &PgIdent| routines.iter().any(|at| self.old.object(*at).key.name.name == *name);
        let calls =
            |sql: &str| mentions(sql).iter().any(|it| it.role == Role::Call && is_lost(&it.name().name));
        let (rest, before) = was.without(calls, name);
        let Some(after) = is.changes(&rest, name, Scope::unknown()) else { return false };
        let after: Vec<Statement> = after.into_iter().map(raw).collect();
        if self.is_held(user, &after) {
            return false;
        }
        let statements = before.into_iter().map(raw).collect();
        self.loosened.insert(user, Loosened { routines, statements });
        self.set(new, Fate::Alter(after));
        true
    }

    pub(super) fn spread_all(&mut self) {
        while let Some(old) = self.queue.pop() {
            self.spread(old);
        }
    }

    /// Drops what cannot be without an object that is dropped.
    fn spread(&mut self, old: usize) {
        self.spread_attached(old);
        self.spread_owned(old);
        for (user, strength) in self.old.dependents(old) {
            let goes = match strength {
                Strength::Hard | Strength::Columns => true,
                // What is part of a table goes with it.
                Strength::Plain => {
                    self.old.object(*user).goes_with.as_ref() == Some(&self.old.object(old).key)
                }
                Strength::Order => false,
            };
            if goes {
                let part = self.old.object(*user).goes_with.as_ref() == Some(&self.old.object(old).key);
                if part { self.drop(*user) } else { self.lose(*user, old) }
            }
        }
    }

    /// Leaves to PostgreSQL the indexes of new partitions that it makes for those of the whole; where they are called otherwise,
    /// that of the whole is made anew behind them.
    pub(super) fn make_attached(&mut self) {
        for (at, object) in self.new.objects.iter().enumerate() {
            let Some(whole) = object.attached_to().and_then(|key| self.old.find(key)) else {
                continue;
            };
            let stays = self.after(whole).is_some() && !self.is_dropped(whole);
            if !stays || self.has_table_before(&object.key) {
                continue;
            }
            if is_named_by_default(object) { self.set(at, Fate::Same) } else { self.drop(whole) }
        }
    }

    /// Drops the indexes of partitions with that of the whole that they were attached to, and that one where one of them goes, or
    /// is attached no more, while its table stays.
    fn spread_attached(&mut self, old: usize) {
        let object = self.old.object(old);
        if let Some(whole) = object.attached_to().and_then(|key| self.old.find(key))
            && self.has_table_before(&object.key)
        {
            self.drop(whole);
        }
        for (needed, _) in self.old.needs(old) {
            let Some(whole) = self.old.object(*needed).attached_to() else { continue };
            if *whole == object.key {
                self.drop(*needed);
            } else if object.key.kind == Kind::Setting
                && !self.is_dropped(*needed)
                && let Some(whole) = self.old.find(whole)
            {
                self.drop(whole);
            }
        }
    }

    /// Drops the sequence of a column that goes, where the column is made anew and brings it along.
    fn spread_owned(&mut self, old: usize) {
        if self.old.object(old).key.part != OWNED_BY {
            return;
        }
        for (needed, _) in self.old.needs(old) {
            let made = self.after(*needed).and_then(|new| self.new.object(new).comes_with.as_ref());
            let column = made.and_then(|column| self.new.find(column));
            if column.is_some_and(|column| matches!(self.fates.get(column), Some(Fate::Create))) {
                self.drop(*needed);
            }
        }
    }

    /// Changes every column that holds values of a type that is made anew, and drops what else uses it.
    pub(super) fn retype_users(&mut self, type_: usize) {
        for (user, strength) in self.old.dependents(type_) {
            let user = *user;
            if *strength == Strength::Order || self.is_dropped(user) {
                continue;
            }
            let object = self.old.object(user);
            let Some(new) = self.after(user) else {
                self.lose(user, type_);
                continue;
            };
            // A type over the one that is made anew is made anew with it.
            if matches!(object.body, Body::Domain(_) | Body::Composite(_)) {
                if !self.swapped.contains(&user) {
                    self.set(new, Fate::Alter(self.swap(object, self.new.object(new))));
                    self.swapped.push(user);
                }
                continue;
            }
            let Body::Column(was) = &object.body else {
                self.lose(user, type_);
                continue;
            };
            let Body::Column(is) = &self.new.object(new).body else { continue };
            if self.replace_divided_by(user) {
                continue;
            }
            let is_object = self.new.object(new);
            let scope = Scope::new((self.old, object), (self.new, is_object));
            match change::column(&is_object.key, was, is, true, scope) {
                Change::Alter(statements) => {
                    self.set(new, Fate::Alter(statements));
                    self.broken_by(user, Break::Retype);
                }
                _ => self.drop(user),
            }
        }
    }

    /// Leaves out what partitions and heirs get from their parents.
    pub(super) fn suppress_inherited(&mut self) {
        let mut quiet = Vec::new();
        for (at, object) in self.new.objects.iter().enumerate() {
            let Body::Column(_) = &object.body else { continue };
            let Some(before) = self.before(at) else {
                if self.in_parent(self.new, at).is_some_and(|parent| {
                    matches!(self.fates.get(parent), Some(Fate::Create))
                        && self.has_table_before(&self.new.object(parent).key)
                }) && self.has_table_before(&object.key)
                {
                    // What an heir declares itself is its own: it is there before the parent's is added to it.
                    match self.in_parent(self.new, at).filter(|_| self.is_own_of_heir(at)) {
                        Some(parent) => self.inherited.behind.push((parent, at)),
                        None => quiet.push((at, Fate::Same)),
                    }
                }
                continue;
            };
            if let Some(Fate::Alter(_)) = self.fates.get(at)
                && let Some(parent) = self.in_parent(self.new, at)
                && let Some(Fate::Alter(_)) = self.fates.get(parent)
                && !self.is_dropped(before)
            {
                quiet.push((at, Fate::Same));
            }
        }
        for (at, fate) in quiet {
            self.set(at, fate);
        }
    }
}
