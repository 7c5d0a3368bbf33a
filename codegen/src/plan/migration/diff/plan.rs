//! Which objects are made, changed and dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::carried::OWNED_BY;
use super::change::{self, Change, change, is_renamed, rename};
use super::make::{self, TableParts};
use super::object::{Body, Key, Kind, Object, Strength};
use super::side::Side;
use super::star;
use crate::model::default_name::{distinct, element, object_name};
use crate::model::token::{is_same, mentions_name};
use crate::model::{PgIdent, PgType, QualifiedName};
use crate::plan::migration::statement::{ConstraintBody, Statement, TypeShape};

/// What is done with an object of the new side.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// It is there already.
    Same,
    /// It is made.
    Create,
    /// It is changed where it is.
    Alter(Vec<Statement>),
}

/// How a column of the old side changes under what uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Break {
    Retype,
    Drop,
}

/// The work on two sides.
pub(super) struct Planner<'a> {
    pub(super) old: &'a Side,
    pub(super) new: &'a Side,
    /// What an object of the old side is on the new one.
    pub(super) after: Vec<Option<usize>>,
    /// What an object of the new side was on the old one.
    before: Vec<Option<usize>>,
    /// By object of the new side.
    pub(super) fates: Vec<Fate>,
    /// Objects of the old side that are dropped, also those that are made anew.
    dropped: Vec<bool>,
    broken: Vec<Option<Break>>,
    /// Types of the old side that are made anew under their names while columns hold values of them.
    pub(super) swapped: Vec<usize>,
    queue: Vec<usize>,
    /// Parts of new tables that cannot be made with them.
    pub(super) apart: BTreeSet<usize>,
    pub(super) refusals: Vec<Refusal>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(old: &'a Side, new: &'a Side) -> Self {
        let mut planner = Self {
            old,
            new,
            after: vec![None; old.objects.len()],
            before: vec![None; new.objects.len()],
            fates: vec![Fate::Create; new.objects.len()],
            dropped: vec![false; old.objects.len()],
            broken: vec![None; old.objects.len()],
            swapped: Vec::new(),
            queue: Vec::new(),
            apart: BTreeSet::new(),
            refusals: Vec::new(),
        };
        for (at, object) in new.objects.iter().enumerate() {
            if let Some(known) = old.find(&object.key) {
                planner.pair(known, at);
            }
        }
        planner.pair_renamed();
        planner
    }

    fn pair(&mut self, old: usize, new: usize) {
        if let (Some(after), Some(before)) = (self.after.get_mut(old), self.before.get_mut(new)) {
            *after = Some(new);
            *before = Some(old);
        }
    }

    /// Pairs constraints and indexes that differ in nothing but their names.
    fn pair_renamed(&mut self) {
        let mut left: BTreeMap<(Kind, &QualifiedName), Vec<usize>> = BTreeMap::new();
        for (at, object) in self.old.objects.iter().enumerate() {
            if self.after.get(at) == Some(&None)
                && matches!(object.body, Body::Constraint(_) | Body::Index(_))
            {
                left.entry((object.key.kind, &object.key.name)).or_default().push(at);
            }
        }
        for (at, object) in self.new.objects.iter().enumerate() {
            if self.before.get(at) != Some(&None) {
                continue;
            }
            let Some(candidates) = left.get_mut(&(object.key.kind, &object.key.name)) else { continue };
            if let Some(found) =
                candidates.iter().position(|known| is_renamed(self.old.object(*known), object))
            {
                let known = candidates.remove(found);
                self.pair(known, at);
            }
        }
    }

    pub(super) fn after(&self, old: usize) -> Option<usize> {
        self.after.get(old).copied().flatten()
    }

    pub(super) fn is_dropped(&self, old: usize) -> bool {
        self.dropped.get(old).copied().unwrap_or_default()
    }

    pub(super) fn refuse(&mut self, object: &Object, message: String, help: &'static str) {
        self.refusals.push(Refusal { span: object.span, message, help });
    }

    /// Decides what is done with every object.
    pub(super) fn decide(&mut self) {
        for at in 0..self.new.objects.len() {
            let Some(old) = self.before.get(at).copied().flatten() else { continue };
            // What uses something that changes may be dropped already.
            if self.is_dropped(old) {
                continue;
            }
            let (was, is) = (self.old.object(old), self.new.object(at));
            if self.loses_parent(old, at) {
                self.drop(old);
                continue;
            }
            if let (Body::Column(was), Body::Column(is)) = (&was.body, &is.body)
                && change::is_retyped(was, is)
                && self.replace_divided_by(old)
            {
                continue;
            }
            let fate = match change(was, is) {
                _ if self.is_star_written_out(was, is) => Fate::Same,
                Change::Same if was.key != is.key => Fate::Alter(rename(was, is)),
                Change::Same if self.takes_null_again(old, at) => {
                    Fate::Alter(vec![change::drop_not_null(&is.key)])
                }
                Change::Same => Fate::Same,
                Change::Alter(statements) if self.is_held(old, &statements) => {
                    self.swapped.push(old);
                    Fate::Alter(swap(is))
                }
                Change::Alter(statements) => {
                    if let (Body::Column(was), Body::Column(is)) = (&was.body, &is.body)
                        && change::is_retyped(was, is)
                    {
                        self.broken_by(old, Break::Retype);
                    }
                    Fate::Alter(if self.has_typed_table(old) { cascading(statements) } else { statements })
                }
                Change::Replace => {
                    self.drop(old);
                    Fate::Create
                }
                Change::Swap => {
                    self.swapped.push(old);
                    Fate::Alter(swap(is))
                }
            };
            self.set(at, fate);
        }
        for old in 0..self.old.objects.len() {
            if self.after(old).is_none() {
                self.drop(old);
            }
        }
        let mut at = 0;
        while let Some(type_) = self.swapped.get(at).copied() {
            self.retype_users(type_);
            at += 1;
        }
        self.expand_stars();
        self.spread_all();
        self.make_attached();
        self.spread_all();
        self.suppress_inherited();
    }

    /// Makes the table of a column anew where it is divided by the column, whose type PostgreSQL cannot change then; tells whether
    /// it is.
    fn replace_divided_by(&mut self, column: usize) -> bool {
        let key = &self.old.object(column).key;
        let table = self.old.find(&Key::new(Kind::Table, &key.name, ""));
        let is_divided = |table: &usize| {
            matches!(&self.old.object(*table).body, Body::Table(definition)
                if definition.partition_key().is_some_and(|by| mentions_name(by, &key.part)))
        };
        let table = table.filter(is_divided);
        if let Some(table) = table {
            self.drop(table);
        }
        table.is_some()
    }

    /// Tells whether values are stored that PostgreSQL would have to look into: of an attribute that gets another type, or of a
    /// domain within an array or a composite type that gets a further rule. It refuses the change then.
    fn is_held(&self, type_: usize, statements: &[Statement]) -> bool {
        let has = |words: &str| {
            statements.iter().any(|it| matches!(it, Statement::Verbatim { text, .. } if text.contains(words)))
        };
        match &self.old.object(type_).body {
            Body::Composite(_) => has(" ALTER ATTRIBUTE ") && self.is_stored(type_, true, 0),
            Body::Domain(_) => {
                (has(" ADD CONSTRAINT ") || has(" SET NOT NULL") || has(" VALIDATE "))
                    && self.is_stored(type_, false, 0)
            }
            _ => false,
        }
    }

    /// Tells whether a column holds values of a type; of one that is not `inside` another, in arrays and composite types only.
    fn is_stored(&self, type_: usize, inside: bool, depth: usize) -> bool {
        // Types are not made of themselves, but what cannot be made must not keep us here.
        depth < 16
            && self.old.dependents(type_).iter().any(|(user, strength)| match &self.old.object(*user).body {
                _ if *strength == Strength::Order => false,
                Body::Column(column) => inside || matches!(column.ty, PgType::Array(_)),
                Body::Composite(_) => self.is_stored(*user, true, depth + 1),
                Body::Domain(domain) => {
                    let is_array = matches!(PgType::parse(&domain.base), PgType::Array(_));
                    self.is_stored(*user, inside || is_array, depth + 1)
                }
                _ => false,
            })
    }

    /// Tells whether a table is of a composite type, and changes with it.
    fn has_typed_table(&self, old: usize) -> bool {
        matches!(self.old.object(old).body, Body::Composite(_))
            && self.old.dependents(old).iter().any(|(user, _)| self.old.object(*user).key.kind == Kind::Table)
    }

    /// Tells whether an inherited column refused NULL only because it was in its own table's key, which goes.
    fn takes_null_again(&self, old: usize, new: usize) -> bool {
        let (Body::Column(was), Body::Column(is)) = (&self.old.object(old).body, &self.new.object(new).body)
        else {
            return false;
        };
        // Where the parent's refused NULL too, what happens to that happens to this.
        let refuses =
            |parent: usize| matches!(&self.old.object(parent).body, Body::Column(column) if column.not_null);
        is.inherited
            && was.only_by_key
            && !is.not_null
            && !self.parent_column(self.old, old).is_some_and(refuses)
    }

    /// Tells whether a column that was inherited stays although it goes from the parent.
    fn loses_parent(&self, old: usize, new: usize) -> bool {
        let inherited = |object: &Object| matches!(&object.body, Body::Column(column) if column.inherited);
        inherited(self.old.object(old))
            && !inherited(self.new.object(new))
            && self.parent_column(self.old, old).is_some_and(|parent| self.after(parent).is_none())
    }

    fn set(&mut self, new: usize, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(new) {
            *slot = fate;
        }
    }

    fn drop(&mut self, old: usize) {
        if self.is_dropped(old) {
            return;
        }
        if let Some(slot) = self.dropped.get_mut(old) {
            *slot = true;
        }
        if let Some(new) = self.after(old) {
            self.set(new, Fate::Create);
        }
        let object = self.old.object(old);
        if object.key.kind == Kind::Column {
            self.broken_by(old, Break::Drop);
        }
        // What nothing undoes goes with what it was done to.
        if matches!(object.body, Body::Setting { unset: None, .. }) {
            for (needed, strength) in self.old.needs(old) {
                let kind = self.old.object(*needed).key.kind;
                if *strength == Strength::Hard
                    && matches!(kind, Kind::View | Kind::MaterializedView | Kind::Routine)
                {
                    self.drop(*needed);
                }
            }
        }
        self.queue.push(old);
    }

    /// Makes anew what names every column of a relation by `*`, where the relation has others than before.
    fn expand_stars(&mut self) {
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
        let takes_any = self.new.objects.iter().any(Object::takes_all_columns);
        for (at, object) in self.old.objects.iter().enumerate().filter(|_| takes_any) {
            if object.key.kind == Kind::Table && self.other_order(&object.key.name).is_some() {
                changed.push((at, false));
            }
        }
        for (table, has_grown) in changed {
            for (user, strength) in self.old.dependents(table) {
                let takes = matches!(strength, Strength::Hard | Strength::Columns)
                    && self.old.object(*user).takes_all_columns();
                let stays = |new| self.is_star_written_out(self.old.object(*user), self.new.object(new));
                let takes = takes && (has_grown || !self.after(*user).is_some_and(stays));
                if takes && !self.is_dropped(*user) {
                    self.drop(*user);
                }
            }
        }
    }

    /// Returns the columns of a table that stays in the order of the new side, where the table will have another one: what is added
    /// comes last.
    pub(super) fn other_order(&self, table: &QualifiedName) -> Option<Vec<PgIdent>> {
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
    fn is_star_written_out(&self, was: &Object, is: &Object) -> bool {
        let (Body::Carried { create: old, .. }, Body::Carried { create: new, .. }) = (&was.body, &is.body)
        else {
            return false;
        };
        is.takes_all_columns()
            && !is_same(old, new)
            && star::written_out(new, &|name| self.other_order(name)).is_some_and(|new| is_same(old, &new))
    }

    fn broken_by(&mut self, column: usize, how: Break) {
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

    fn spread_all(&mut self) {
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
    fn make_attached(&mut self) {
        for (at, object) in self.new.objects.iter().enumerate() {
            let Some(whole) = object.attached_to.as_ref().and_then(|key| self.old.find(key)) else {
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
        if let Some(whole) = object.attached_to.as_ref().and_then(|key| self.old.find(key))
            && self.has_table_before(&object.key)
        {
            self.drop(whole);
        }
        for (needed, _) in self.old.needs(old) {
            let Some(whole) = &self.old.object(*needed).attached_to else { continue };
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
    fn retype_users(&mut self, type_: usize) {
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
                    self.set(new, Fate::Alter(swap(self.new.object(new))));
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
            match change::column(&self.new.object(new).key, was, is, true) {
                Change::Alter(statements) => {
                    self.set(new, Fate::Alter(statements));
                    self.broken_by(user, Break::Retype);
                }
                _ => self.drop(user),
            }
        }
    }

    /// Leaves out what partitions and heirs get from their parents.
    fn suppress_inherited(&mut self) {
        let mut quiet = Vec::new();
        for (at, object) in self.new.objects.iter().enumerate() {
            let Body::Column(_) = &object.body else { continue };
            let Some(before) = self.before.get(at).copied().flatten() else {
                if self.parent_column(self.new, at).is_some_and(|parent| {
                    matches!(self.fates.get(parent), Some(Fate::Create))
                        && self.has_table_before(&self.new.object(parent).key)
                }) && self.has_table_before(&object.key)
                {
                    quiet.push((at, Fate::Same));
                }
                continue;
            };
            if let (Some(Fate::Alter(_)), Some(parent)) =
                (self.fates.get(at), self.parent_column(self.new, at))
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

    fn has_table_before(&self, part: &Key) -> bool {
        self.old.find(&Key::new(Kind::Table, &part.name, "")).is_some_and(|table| !self.is_dropped(table))
    }

    /// Returns the column of the parent from which a table inherits this one.
    pub(super) fn parent_column(&self, side: &Side, column: usize) -> Option<usize> {
        let key = &side.object(column).key;
        let table = side.find(&Key::new(Kind::Table, &key.name, ""))?;
        let tables = side.needs(table).iter().filter(|(_, strength)| *strength == Strength::Hard);
        let by_tail =
            tables.map(|(parent, _)| *parent).find(|parent| side.object(*parent).key.kind == Kind::Table);
        let parent = by_tail.or_else(|| {
            let attached = format!("partition {}", key.name);
            let settings = side.dependents(table).iter().map(|(user, _)| side.object(*user));
            let setting =
                settings.into_iter().find(|it| it.key.kind == Kind::Setting && it.key.part == attached)?;
            side.find(&Key::new(Kind::Table, &setting.key.name, ""))
        })?;
        side.find(&Key::new(key.kind, &side.object(parent).key.name, key.part.as_str()))
    }
}

/// Tells whether an index or key has the name that PostgreSQL gives one that it makes for a partition.
fn is_named_by_default(object: &Object) -> bool {
    let table = object.key.name.name.as_str();
    let joined = |columns: &[PgIdent]| columns.iter().map(PgIdent::as_str).collect::<Vec<_>>().join("_");
    let name = match &object.body {
        Body::Constraint(constraint) => match &constraint.body {
            ConstraintBody::PrimaryKey { .. } => object_name(table, "", "pkey"),
            ConstraintBody::Unique { columns, .. } => object_name(table, &joined(columns), "key"),
            _ => return false,
        },
        Body::Index(index) => {
            let columns = distinct(index.parts.iter().map(|part| element(part))).join("_");
            object_name(table, &columns, "idx")
        }
        _ => return false,
    };
    name == object.key.part
}

/// Returns changes of a type that reach the tables of it.
fn cascading(statements: Vec<Statement>) -> Vec<Statement> {
    let cascade = |statement| match statement {
        Statement::Verbatim { text, drop } => Statement::Verbatim { text: format!("{text} CASCADE"), drop },
        other => other,
    };
    statements.into_iter().map(cascade).collect()
}

/// Returns the name under which a type waits until nothing holds values of it.
pub(super) fn set_aside(name: &QualifiedName) -> QualifiedName {
    let mut short: String = name.name.as_str().to_owned();
    while short.len() + "__old".len() > crate::model::ident::MAX_IDENT_BYTES {
        short.pop();
    }
    QualifiedName { schema: name.schema.clone(), name: PgIdent::new(format!("{short}__old")) }
}

/// Returns what sets a type aside and makes it anew.
fn swap(new: &Object) -> Vec<Statement> {
    let name = &new.key.name;
    let anew = match &new.body {
        Body::Enum(labels) => TypeShape::Labels(labels.clone()),
        Body::Domain(domain) => TypeShape::Base(domain.base.clone()),
        Body::Composite(composite) => TypeShape::Attributes(composite.shape()),
        // No other type is set aside.
        _ => return Vec::new(),
    };
    let kind = if new.key.kind == Kind::Domain { "DOMAIN" } else { "TYPE" };
    let aside = Statement::SetAside { kind, name: name.clone(), aside: set_aside(name).name, anew };
    std::iter::once(aside).chain(make::create(new, TableParts::default())).collect()
}
