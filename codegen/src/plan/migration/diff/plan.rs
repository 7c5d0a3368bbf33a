//! Which objects are made, changed and dropped, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{self, Change, change, is_renamed, rename};
use super::graph::Graph;
use super::make::{self, raw, relation_name};
use super::object::{Body, Key, Kind, Object, Side, Strength};
use super::{Lock, Refusal, Step, Verb};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::{ConstraintBody, ConstraintDef, Statement};

/// What is done with an object of the new side.
#[derive(Clone, Debug)]
enum Fate {
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
    old: &'a Side,
    new: &'a Side,
    /// What an object of the old side is on the new one.
    after: Vec<Option<usize>>,
    /// What an object of the new side was on the old one.
    before: Vec<Option<usize>>,
    /// By object of the new side.
    fates: Vec<Fate>,
    /// Objects of the old side that are dropped, also those that are made anew.
    dropped: Vec<bool>,
    broken: Vec<Option<Break>>,
    /// Types of the old side that are made anew under their names while columns hold values of them.
    swapped: Vec<usize>,
    queue: Vec<usize>,
    refusals: Vec<Refusal>,
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

    fn after(&self, old: usize) -> Option<usize> {
        self.after.get(old).copied().flatten()
    }

    fn is_dropped(&self, old: usize) -> bool {
        self.dropped.get(old).copied().unwrap_or_default()
    }

    fn refuse(&mut self, object: &Object, message: String, help: &'static str) {
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
            let fate = match change(was, is) {
                Change::Same if was.key != is.key => Fate::Alter(rename(was, is)),
                Change::Same => Fate::Same,
                Change::Alter(statements) => {
                    if let (Body::Column(was), Body::Column(is)) = (&was.body, &is.body)
                        && change::is_retyped(was, is)
                    {
                        self.broken_by(old, Break::Retype);
                    }
                    Fate::Alter(statements)
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
        for type_ in self.swapped.clone() {
            self.retype_users(type_);
        }
        while let Some(old) = self.queue.pop() {
            self.spread(old);
        }
        self.suppress_inherited();
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
        if self.old.object(old).key.kind == Kind::Column {
            self.broken_by(old, Break::Drop);
        }
        self.queue.push(old);
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
            if *strength == Strength::Columns && self.old.object(*user).may_use(&object.key.part) {
                self.lose(*user, column);
            }
            // What is changed in a table is changed in its partitions and heirs.
            let heir = self.old.object(*user);
            if *strength == Strength::Hard && heir.key.kind == Kind::Table {
                let key = Key { name: heir.key.name.clone(), ..object.key.clone() };
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

    /// Drops what cannot be without an object that is dropped.
    fn spread(&mut self, old: usize) {
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

    /// Changes every column that holds values of a type that is made anew, and drops what else uses it.
    fn retype_users(&mut self, type_: usize) {
        for (user, strength) in self.old.dependents(type_) {
            let user = *user;
            if *strength == Strength::Order || self.is_dropped(user) {
                continue;
            }
            let object = self.old.object(user);
            let (Body::Column(was), Some(new)) = (&object.body, self.after(user)) else {
                self.lose(user, type_);
                continue;
            };
            let Body::Column(is) = &self.new.object(new).body else { continue };
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
    fn parent_column(&self, side: &Side, column: usize) -> Option<usize> {
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
        side.find(&Key { name: side.object(parent).key.name.clone(), ..key.clone() })
    }

    /// Returns the steps in their order, or why there is none.
    pub(super) fn steps(mut self) -> Result<Vec<Step>, Vec<Refusal>> {
        let mut graph = Graph::default();
        let drops = self.drop_nodes(&mut graph);
        let makes = self.make_nodes(&mut graph);
        let swaps = self.swap_nodes(&mut graph);
        self.edges(&mut graph, &drops, &makes, &swaps);
        if !self.refusals.is_empty() {
            return Err(self.refusals);
        }
        let order = graph.order();
        let mut steps = graph.into_steps();
        let mut take = |at: usize| steps.get_mut(at).and_then(Option::take);
        match order {
            Ok(order) => {
                Ok(order.into_iter().filter_map(take).filter(|step| !step.statements.is_empty()).collect())
            }
            Err(stuck) => Err(stuck
                .into_iter()
                .filter_map(&mut take)
                .take(4)
                .map(|step| Refusal {
                    span: step.span,
                    message: format!(
                        "{} `{}` and other changes need one another in a circle",
                        step.key.kind.label(),
                        step.key.plain()
                    ),
                    help: "make the change in two steps",
                })
                .collect()),
        }
    }

    /// Makes a node for everything that is dropped; what goes with something else has that one's node.
    fn drop_nodes(&mut self, graph: &mut Graph) -> Vec<Option<usize>> {
        let mut nodes: Vec<Option<usize>> = vec![None; self.old.objects.len()];
        let mut parts = Vec::new();
        for at in 0..self.old.objects.len() {
            if !self.is_dropped(at) {
                continue;
            }
            if self.carrier(at).is_some() {
                parts.push(at);
                continue;
            }
            let object = self.old.object(at);
            let statements = make::drop(object);
            if statements.is_none() {
                let message = format!(
                    "it is not known what drops {} `{}`",
                    object.key.kind.label(),
                    object.key.plain()
                );
                let object = object.clone();
                self.refuse(&object, message, "drop it by hand, or keep the statement as it is");
            }
            let verb = if self.after(at).is_some() { Verb::Replace } else { Verb::Drop };
            let step = Step {
                verb,
                key: object.key.clone(),
                span: object.span,
                statements: statements.unwrap_or_default(),
                lock: Lock::None,
                hazards: Vec::new(),
            };
            // What was made last goes first.
            let place = (0, u8::MAX - object.key.kind as u8, self.old.objects.len() - at);
            if let Some(slot) = nodes.get_mut(at) {
                *slot = Some(graph.add(place, step));
            }
        }
        for at in parts {
            let mut end = at;
            // Each carrier is dropped too, and none carries itself.
            for _ in 0..4 {
                end = self.carrier(end).unwrap_or(end);
            }
            let node = nodes.get(end).copied().flatten();
            if let Some(slot) = nodes.get_mut(at) {
                *slot = node;
            }
        }
        nodes
    }

    /// Returns the dropped object that takes another one along.
    fn carrier(&self, at: usize) -> Option<usize> {
        let object = self.old.object(at);
        let owner =
            object.goes_with.as_ref().and_then(|key| self.old.find(key)).filter(|it| self.is_dropped(*it));
        if self.closes_circle(at) {
            return None;
        }
        if owner.is_some() {
            return owner;
        }
        let needs = self
            .old
            .needs(at)
            .iter()
            .filter(|(needed, strength)| *strength != Strength::Order && self.is_dropped(*needed));
        match object.key.kind {
            Kind::Index | Kind::Constraint | Kind::ForeignKey => {
                let mut columns = needs.filter(|(needed, _)| {
                    let key = &self.old.object(*needed).key;
                    key.kind == Kind::Column && key.name == object.key.name
                });
                columns.next().map(|(needed, _)| *needed)
            }
            Kind::Comment | Kind::Grant => needs.map(|(needed, _)| *needed).next(),
            Kind::Setting => {
                let mut owners = needs.filter(|(needed, _)| self.old.object(*needed).key.kind != Kind::Index);
                owners.next().map(|(needed, _)| *needed)
            }
            _ => None,
        }
    }

    /// Tells whether a foreign key is part of a circle of tables that are all dropped: it has to go before any of them can.
    fn closes_circle(&self, at: usize) -> bool {
        if self.old.object(at).key.kind != Kind::ForeignKey {
            return false;
        }
        let own = &self.old.object(at).key.name;
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut left: Vec<usize> = self.referenced(at).collect();
        while let Some(table) = left.pop() {
            if self.old.object(table).key.name == *own {
                return self.referenced(at).all(|referenced| self.old.object(referenced).key.name != *own);
            }
            if !seen.insert(table) {
                continue;
            }
            let parts = self.old.dependents(table).iter().map(|(part, _)| *part);
            let keys = parts.filter(|part| {
                let key = &self.old.object(*part).key;
                key.kind == Kind::ForeignKey && key.name == self.old.object(table).key.name
            });
            left.extend(keys.flat_map(|key| self.referenced(key).collect::<Vec<_>>()));
        }
        false
    }

    /// Returns the dropped tables that a foreign key references.
    fn referenced(&self, key: usize) -> impl Iterator<Item = usize> + '_ {
        let hard = self.old.needs(key).iter().filter(|(_, strength)| *strength == Strength::Hard);
        hard.map(|(needed, _)| *needed)
            .filter(|needed| self.old.object(*needed).key.kind == Kind::Table && self.is_dropped(*needed))
    }

    /// Makes a node for everything that is made or changed; what comes with something else has that one's node.
    fn make_nodes(&mut self, graph: &mut Graph) -> Vec<Option<usize>> {
        let mut inline: BTreeMap<&QualifiedName, Vec<ConstraintDef>> = BTreeMap::new();
        for (at, object) in self.new.objects.iter().enumerate() {
            if let Body::Constraint(constraint) = &object.body
                && self.comes_with(at).is_some()
            {
                inline.entry(&object.key.name).or_default().push(constraint.as_ref().clone());
            }
        }
        let mut nodes: Vec<Option<usize>> = vec![None; self.new.objects.len()];
        let mut parts = Vec::new();
        for at in 0..self.new.objects.len() {
            let object = self.new.object(at);
            let (verb, statements) = match self.fates.get(at) {
                Some(Fate::Create) if self.comes_with(at).is_some() => {
                    parts.push(at);
                    continue;
                }
                Some(Fate::Create) => {
                    let constraints = match object.key.kind {
                        Kind::Table => inline.get(&object.key.name).map(Vec::as_slice).unwrap_or_default(),
                        _ => &[],
                    };
                    (Verb::Create, make::create(object, constraints))
                }
                Some(Fate::Alter(statements)) => (Verb::Alter, statements.clone()),
                Some(Fate::Same) | None => continue,
            };
            let step = Step {
                verb,
                key: object.key.clone(),
                span: object.span,
                statements,
                lock: Lock::None,
                hazards: Vec::new(),
            };
            let place = (1, object.key.kind as u8, at);
            if let Some(slot) = nodes.get_mut(at) {
                *slot = Some(graph.add(place, step));
            }
        }
        for at in parts {
            let mut end = at;
            for _ in 0..4 {
                end = self.comes_with(end).unwrap_or(end);
            }
            let node = nodes.get(end).copied().flatten();
            if let Some(slot) = nodes.get_mut(at) {
                *slot = node;
            }
        }
        nodes
    }

    /// Returns the object whose making makes another one too.
    fn comes_with(&self, at: usize) -> Option<usize> {
        let owner = self.new.find(self.new.object(at).comes_with.as_ref()?)?;
        let made = |at: usize| matches!(self.fates.get(at), Some(Fate::Create));
        (made(at) && made(owner)).then_some(owner)
    }

    /// Makes a node for the end of every type that is made anew: the old one goes when nothing holds values of it.
    fn swap_nodes(&mut self, graph: &mut Graph) -> Vec<(usize, usize)> {
        let mut nodes = Vec::new();
        for old in self.swapped.clone() {
            let object = self.old.object(old);
            let kind = if object.key.kind == Kind::Domain { "DOMAIN" } else { "TYPE" };
            let statements = vec![raw(format!("DROP {kind} {}", set_aside(&object.key.name)))];
            let step = Step {
                verb: Verb::Replace,
                key: object.key.clone(),
                span: object.span,
                statements,
                lock: Lock::None,
                hazards: Vec::new(),
            };
            nodes.push((old, graph.add((1, Kind::Column as u8, usize::MAX), step)));
        }
        nodes
    }

    fn edges(
        &self,
        graph: &mut Graph,
        drops: &[Option<usize>],
        makes: &[Option<usize>],
        swaps: &[(usize, usize)],
    ) {
        let drop = |at: usize| drops.get(at).copied().flatten();
        let make = |at: usize| makes.get(at).copied().flatten();
        let altered = |old: usize| self.after(old).filter(|_| !self.is_dropped(old)).and_then(make);
        let mut freed: BTreeMap<QualifiedName, usize> = BTreeMap::new();
        let mut keys: BTreeMap<&QualifiedName, usize> = BTreeMap::new();
        for (at, object) in self.old.objects.iter().enumerate() {
            let own = drop(at).or_else(|| altered(at));
            let Some(own) = own else { continue };
            for (needed, strength) in self.old.needs(at) {
                let firm = *strength != Strength::Order;
                // What uses something is dropped or changed before that is dropped, and dropped before that is changed.
                if let Some(needed) = drop(*needed) {
                    if self.is_dropped(at) || firm {
                        graph.edge(own, needed, firm);
                    }
                } else if let Some(needed) = altered(*needed).filter(|_| self.is_dropped(at)) {
                    graph.edge(own, needed, firm);
                }
            }
            if let Some(node) = drop(at) {
                let is_named = object.key.kind.is_relation()
                    || object.key.kind.is_type()
                    || object.key.kind == Kind::Constraint;
                if is_named {
                    freed.insert(relation_name(&object.key), node);
                }
                if is_primary_key(object) {
                    keys.insert(&object.key.name, node);
                }
                if let Some(made) = self.after(at).and_then(make) {
                    graph.edge(node, made, true);
                    // What a column had from its parent goes when the parent's goes.
                    let parent = matches!(object.body, Body::Column(_))
                        .then(|| self.parent_column(self.old, at))
                        .flatten();
                    if let Some(gone) = parent.and_then(drop) {
                        graph.edge(gone, made, true);
                    }
                }
            }
        }
        for (at, object) in self.new.objects.iter().enumerate() {
            let Some(own) = make(at) else { continue };
            for (needed, strength) in self.new.needs(at) {
                if let Some(needed) = make(*needed) {
                    graph.edge(needed, own, *strength != Strength::Order);
                }
            }
            let created = matches!(self.fates.get(at), Some(Fate::Create));
            let is_named = object.key.kind.is_relation()
                || object.key.kind.is_type()
                || object.key.kind == Kind::Constraint;
            if created
                && is_named
                && let Some(node) = freed.get(&relation_name(&object.key))
            {
                graph.edge(*node, own, true);
            }
            if created
                && is_primary_key(object)
                && let Some(node) = keys.get(&object.key.name)
            {
                graph.edge(*node, own, true);
            }
        }
        for (old, end) in swaps {
            if let Some(begun) = altered(*old) {
                graph.edge(begun, *end, true);
            }
            let users: BTreeSet<usize> = self.old.dependents(*old).iter().map(|(user, _)| *user).collect();
            for user in users {
                if let Some(node) = altered(user).or_else(|| drop(user)) {
                    graph.edge(node, *end, true);
                }
            }
        }
    }
}

fn is_primary_key(object: &Object) -> bool {
    matches!(&object.body, Body::Constraint(constraint) if matches!(constraint.body, ConstraintBody::PrimaryKey { .. }))
}

/// Returns the name under which a type waits until nothing holds values of it.
fn set_aside(name: &QualifiedName) -> QualifiedName {
    let mut short: String = name.name.as_str().to_owned();
    while short.len() + "__old".len() > crate::model::ident::MAX_IDENT_BYTES {
        short.pop();
    }
    QualifiedName { schema: name.schema.clone(), name: PgIdent::new(format!("{short}__old")) }
}

/// Returns what sets a type aside and makes it anew.
fn swap(new: &Object) -> Vec<Statement> {
    let kind = if new.key.kind == Kind::Domain { "DOMAIN" } else { "TYPE" };
    let name = &new.key.name;
    let aside = raw(format!("ALTER {kind} {name} RENAME TO {}", set_aside(name).name));
    std::iter::once(aside).chain(make::create(new, &[])).collect()
}
