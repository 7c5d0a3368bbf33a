//! Which objects are made, changed and dropped.

mod again;
mod aside;
mod parents;
mod rows;
mod spread;
mod stars;

pub(super) use aside::kind_aside;

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::change::{self, Change, change, is_renamed, rename};
use super::inherited::Inherited;
use super::object::{Body, Key, Kind, Object, Strength};
use super::scope::Scope;
use super::side::Side;
use super::spelling;
use crate::model::default_name::{distinct, element, object_name};
use crate::model::token::mentions_name;
use crate::model::{PgIdent, PgType, QualifiedName};
use crate::plan::migration::statement::{ConstraintBody, Statement};

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

/// Something of the old side that stays, and is freed of something meanwhile: a domain of routines that it calls, a partition of
/// the table that it is part of.
#[derive(Clone, Debug)]
pub(super) struct Loosened {
    routines: Vec<usize>,
    /// What frees it.
    pub(super) statements: Vec<Statement>,
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
    pub(super) inherited: Inherited,
    /// What is taken away from an object of the old side that stays, before something that it uses goes.
    pub(super) loosened: BTreeMap<usize, Loosened>,
    pub(super) refusals: Vec<Refusal>,
    /// By object of the old side: dropped tables that foreign keys tie to one another in circles have the same number.
    pub(super) circles: Vec<usize>,
    /// Tables of which columns were renamed first.
    pub(super) with_renamed_columns: Vec<QualifiedName>,
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
            inherited: Inherited::default(),
            loosened: BTreeMap::new(),
            refusals: Vec::new(),
            circles: Vec::new(),
            with_renamed_columns: Vec::new(),
        };
        for (at, object) in new.objects.iter().enumerate() {
            if let Some(known) = old.find(&object.key) {
                planner.pair(known, at);
            }
        }
        planner.pair_types();
        planner.pair_renamed();
        planner
    }

    /// Pairs types that are of another kind under the same name: what holds values of one moves over to the other.
    fn pair_types(&mut self) {
        const KINDS: [Kind; 4] = [Kind::Enum, Kind::Domain, Kind::Composite, Kind::Type];
        let is_meant = |object: &Object| {
            KINDS.contains(&object.key.kind) && (object.key.kind != Kind::Type || object.range().is_some())
        };
        for (at, object) in self.new.objects.iter().enumerate() {
            if !is_meant(object) || self.before(at).is_some() {
                continue;
            }
            let was = KINDS.iter().find_map(|kind| self.old.find(&Key::new(*kind, &object.key.name, "")));
            let was = was.filter(|was| is_meant(self.old.object(*was)));
            if let Some(was) = was.filter(|was| self.after(*was).is_none()) {
                self.pair(was, at);
            }
        }
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
            if let Some(found) = candidates.iter().position(|known| {
                let known = self.old.object(*known);
                is_renamed(known, object, Scope::new((self.old, known), (self.new, object)))
            }) {
                let known = candidates.remove(found);
                self.pair(known, at);
            }
        }
    }

    pub(super) fn after(&self, old: usize) -> Option<usize> {
        self.after.get(old).copied().flatten()
    }

    pub(super) fn before(&self, new: usize) -> Option<usize> {
        self.before.get(new).copied().flatten()
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
            let Some(old) = self.before(at) else { continue };
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
            let fate = match change(was, is, Scope::new((self.old, was), (self.new, is))) {
                _ if self.is_star_written_out(was, is) => Fate::Same,
                _ if self.is_same_literal(was, is) => Fate::Same,
                Change::Same if was.key != is.key => Fate::Alter(rename(was, is)),
                Change::Same if self.takes_null_again(old, at) => {
                    Fate::Alter(vec![change::drop_not_null(&is.key)])
                }
                Change::Same => Fate::Same,
                Change::Alter(statements) if self.is_held(old, &statements) => {
                    self.swapped.push(old);
                    Fate::Alter(self.swap(was, is))
                }
                Change::Alter(statements) => {
                    if let (Body::Column(was), Body::Column(is)) = (&was.body, &is.body)
                        && change::is_retyped(was, is)
                    {
                        self.refuse_held_row(old);
                        self.refuse_of_several_parents(old);
                        self.broken_by(old, Break::Retype);
                    }
                    Fate::Alter(if self.has_typed_table(old) { cascading(statements) } else { statements })
                }
                Change::Reattach(before, after) => {
                    self.loosened.insert(old, Loosened { routines: Vec::new(), statements: vec![*before] });
                    Fate::Alter(after)
                }
                Change::Replace if !self.is_collation_of_column(old) => {
                    self.drop(old);
                    Fate::Create
                }
                Change::Replace | Change::Swap => {
                    self.swapped.push(old);
                    Fate::Alter(self.swap(was, is))
                }
            };
            self.set(at, fate);
        }
        for old in 0..self.old.objects.len() {
            if self.after(old).is_none() && !self.is_said_by_default(old) {
                self.drop(old);
            }
        }
        self.renew_sequences();
        self.part_switched();
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
        self.inherit_defaults();
        self.inherit_firing();
        self.say_privileges_again();
        self.describe_checks_again();
    }

    /// A sequence that comes with a new serial column is made with that: one of its name that counted for something else goes before.
    fn renew_sequences(&mut self) {
        for at in 0..self.new.objects.len() {
            let object = self.new.object(at);
            let owner = object.comes_with.as_ref().filter(|_| object.key.kind == Kind::Sequence);
            let is_new = owner.and_then(|key| self.new.find(key)).is_some_and(|at| self.before(at).is_none());
            if is_new && let Some(old) = self.before(at).filter(|old| !self.is_dropped(*old)) {
                self.drop(old);
                self.set(at, Fate::Create);
            }
        }
    }

    /// Tells whether two defaults say the same text, one of them with the type of the column.
    fn is_same_literal(&self, was: &Object, is: &Object) -> bool {
        let (Body::Default(old), Body::Default(new)) = (&was.body, &is.body) else { return false };
        let column = self.new.find(&Key::new(Kind::Column, &is.key.name, is.key.part.as_str()));
        column.is_some_and(|column| match &self.new.object(column).body {
            Body::Column(column) => spelling::is_same_literal(old, new, column.ty()),
            _ => false,
        })
    }

    /// Tells whether a collation is that of a column that stays.
    fn is_collation_of_column(&self, old: usize) -> bool {
        let is_column =
            |user: usize| self.old.object(user).key.kind == Kind::Column && self.after(user).is_some();
        self.old.object(old).key.kind == Kind::Collation
            && self.old.dependents(old).iter().any(|(user, _)| is_column(*user))
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
                Body::Column(column) => inside || matches!(column.ty(), PgType::Array(_)),
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

    /// Tells whether an inherited column refused NULL only because it was in its own table's key, which goes, or said so itself.
    fn takes_null_again(&self, old: usize, new: usize) -> bool {
        let (Body::Column(was), Body::Column(is)) = (&self.old.object(old).body, &self.new.object(new).body)
        else {
            return false;
        };
        // Where the parent's refused NULL too, what happens to that happens to this.
        let refuses =
            |parent: usize| matches!(&self.old.object(parent).body, Body::Column(column) if column.not_null);
        is.inherited
            && (was.only_by_key || was.not_null && !was.inherited)
            && !is.not_null
            && !self.in_parent(self.old, old).is_some_and(refuses)
    }

    /// Tells whether a column that was inherited stays although it goes from the parent.
    fn loses_parent(&self, old: usize, new: usize) -> bool {
        let inherited = |object: &Object| matches!(&object.body, Body::Column(column) if column.inherited);
        inherited(self.old.object(old))
            && !inherited(self.new.object(new))
            && self.in_parent(self.old, old).is_some_and(|parent| self.after(parent).is_none())
    }

    pub(super) fn set(&mut self, new: usize, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(new) {
            *slot = fate;
        }
    }

    pub(super) fn drop(&mut self, old: usize) {
        if self.is_dropped(old) {
            return;
        }
        if let Some(slot) = self.dropped.get_mut(old) {
            *slot = true;
        }
        self.loosened.remove(&old);
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
                let is_whole = matches!(kind, Kind::View | Kind::MaterializedView | Kind::Routine)
                    || self.old.object(*needed).key.part == "text search configuration";
                if *strength == Strength::Hard && is_whole {
                    self.drop(*needed);
                }
            }
        }
        self.queue.push(old);
    }

    /// Tells whether the table of a part is there and stays.
    pub(super) fn has_table_before(&self, part: &Key) -> bool {
        self.old.find(&Key::new(Kind::Table, &part.name, "")).is_some_and(|table| !self.is_dropped(table))
    }

    /// Returns what a table's parent has by the name of this part of it: the column that it inherits, the check that it says too.
    pub(super) fn in_parent(&self, side: &Side, part: usize) -> Option<usize> {
        let key = &side.object(part).key;
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
pub(super) fn is_named_by_default(object: &Object) -> bool {
    default_name_of_part(object).is_some_and(|name| name == object.key.part)
}

/// Returns the name that PostgreSQL gives an index or key that it makes for a partition, where that is free.
pub(super) fn default_name_of_part(object: &Object) -> Option<String> {
    let table = object.key.name.name.as_str();
    Some(match &object.body {
        Body::Constraint(constraint) => match &constraint.body {
            ConstraintBody::PrimaryKey { .. } => object_name(table, "", "pkey"),
            ConstraintBody::Unique { columns, include, .. } => {
                let columns: Vec<&str> = columns.iter().chain(include).map(PgIdent::as_str).collect();
                object_name(table, &columns.join("_"), "key")
            }
            _ => return None,
        },
        Body::Index(index) => {
            let included = index.include.iter().map(|column| column.as_str().to_owned());
            let columns = distinct(index.parts.iter().map(|part| element(part)).chain(included));
            object_name(table, &columns.join("_"), "idx")
        }
        _ => return None,
    })
}

/// Returns changes of a type that reach the tables of it.
fn cascading(statements: Vec<Statement>) -> Vec<Statement> {
    let cascade = |statement| match statement {
        Statement::Verbatim { text, drop } => Statement::Verbatim { text: format!("{text} CASCADE"), drop },
        other => other,
    };
    statements.into_iter().map(cascade).collect()
}
