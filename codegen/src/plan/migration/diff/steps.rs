//! The steps of a plan, and what has to come before what.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::make::{self, TableParts, raw, relation_name};
use super::object::{Body, Kind, Object, Strength};
use super::plan::{Fate, Planner, set_aside};
use super::{Lock, Refusal, Step, Verb};
use crate::model::QualifiedName;
use crate::model::default_name;
use crate::plan::migration::statement::ConstraintBody;

impl Planner<'_> {
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
        match graph.order() {
            Ok(order) => Ok(graph.into_steps(&order)),
            Err(stuck) => Err(stuck
                .into_iter()
                .filter_map(|at| graph.step(at))
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
                after: Vec::new(),
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
        let mut inline: BTreeMap<&QualifiedName, TableParts> = BTreeMap::new();
        for (at, object) in self.new.objects.iter().enumerate() {
            if !matches!(object.body, Body::Constraint(_) | Body::Column(_)) || self.comes_with(at).is_none()
            {
                continue;
            }
            let parts = inline.entry(&object.key.name).or_default();
            match &object.body {
                Body::Constraint(constraint) => parts.constraints.push(constraint.as_ref().clone()),
                Body::Column(column) if !column.inherited => parts.columns.push(column.def.clone()),
                _ => {}
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
                    let parts = match object.key.kind {
                        Kind::Table => inline.remove(&object.key.name).unwrap_or_default(),
                        _ => TableParts::default(),
                    };
                    (Verb::Create, make::create(object, parts))
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
                after: Vec::new(),
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
                after: Vec::new(),
                hazards: Vec::new(),
            };
            nodes.push((old, graph.add((1, Kind::Column as u8, usize::MAX), step)));
        }
        nodes
    }

    /// Returns the name of the sequence that goes where a column that stays is an identity no more.
    fn lost_sequence(&self, at: usize) -> Option<QualifiedName> {
        let object = self.old.object(at);
        let is_identity = |body: &Body| matches!(body, Body::Column(column) if column.identity.is_some());
        let stays = self.after(at).filter(|_| !self.is_dropped(at))?;
        let lost = is_identity(&object.body) && !is_identity(&self.new.object(stays).body);
        lost.then(|| default_name::sequence(&object.key.name, &object.key.part))
    }

    /// What uses the columns of a relation by their names comes behind those of them that are made or changed.
    fn wait_for_columns(&self, graph: &mut Graph, at: usize, own: usize, makes: &[Option<usize>]) {
        let object = self.new.object(at);
        for (relation, strength) in self.new.needs(at) {
            let uses =
                *strength == Strength::Columns || *strength == Strength::Hard && object.is_taken_apart();
            if !uses || self.new.object(*relation).key.kind != Kind::Table {
                continue;
            }
            for (part, _) in self.new.dependents(*relation) {
                let key = &self.new.object(*part).key;
                let of_relation = key.kind == Kind::Column && key.name == self.new.object(*relation).key.name;
                if of_relation
                    && object.may_use(&key.part)
                    && let Some(node) = makes.get(*part).copied().flatten()
                {
                    graph.edge(node, own, true);
                }
            }
        }
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
            if let Some(sequence) = self.lost_sequence(at) {
                freed.insert(sequence, own);
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
            self.wait_for_columns(graph, at, own, makes);
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
                if let Some((_, over)) = swaps.iter().find(|(old, _)| *old == user) {
                    graph.edge(*over, *end, true);
                }
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
