//! What has to come before what.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::make::relation_name;
use super::object::{Body, Key, Kind, Object, Strength};
use super::plan::{Fate, Planner};
use crate::model::QualifiedName;
use crate::plan::migration::statement::ConstraintBody;

/// Returns the name of the sequence that comes with an identity; that of a serial column is an object of its own.
fn identity_sequence(object: &Object) -> Option<QualifiedName> {
    let Body::Column(column) = &object.body else { return None };
    let identity = column.identity.as_ref()?;
    Some(identity.sequence.name_of_identity(&object.key.name, &object.key.part))
}

impl Planner<'_> {
    /// Returns the name of the sequence that goes where a column that stays is an identity no more.
    fn lost_sequence(&self, at: usize) -> Option<QualifiedName> {
        let stays = self.after(at).filter(|_| !self.is_dropped(at))?;
        let lost = identity_sequence(self.old.object(at))?;
        let Body::Column(is) = &self.new.object(stays).body else { return None };
        is.identity.is_none().then_some(lost)
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

    /// A new partition or heir comes behind what changes in the columns of its parent, which would have to change in it too.
    fn wait_for_parent(&self, graph: &mut Graph, at: usize, own: usize, makes: &[Option<usize>]) {
        let is_new =
            self.new.object(at).key.kind == Kind::Table && matches!(self.fates.get(at), Some(Fate::Create));
        let parents = self.new.needs(at).iter().filter(|(needed, strength)| {
            *strength == Strength::Hard && self.new.object(*needed).key.kind == Kind::Table
        });
        for (parent, _) in parents.filter(|_| is_new) {
            let name = &self.new.object(*parent).key.name;
            for (part, _) in self.new.dependents(*parent) {
                let key = &self.new.object(*part).key;
                let is_altered = matches!(self.fates.get(*part), Some(Fate::Alter(_)));
                if key.kind == Kind::Column
                    && key.name == *name
                    && is_altered
                    && let Some(node) = makes.get(*part).copied().flatten()
                {
                    graph.edge(node, own, false);
                }
            }
        }
    }

    /// What uses the columns of a relation by their names is dropped before those of them that go or change.
    fn free_columns(
        &self,
        graph: &mut Graph,
        at: usize,
        own: usize,
        drops: &[Option<usize>],
        makes: &[Option<usize>],
    ) {
        let object = self.old.object(at);
        for (relation, strength) in self.old.needs(at) {
            let uses =
                *strength == Strength::Columns || *strength == Strength::Hard && object.is_taken_apart();
            let table = self.old.object(*relation);
            if !uses || table.key.kind != Kind::Table || self.is_dropped(*relation) {
                continue;
            }
            for (part, _) in self.old.dependents(*relation) {
                let key = &self.old.object(*part).key;
                if key.kind != Kind::Column || key.name != table.key.name || !object.may_use(&key.part) {
                    continue;
                }
                let altered = || self.after(*part).and_then(|new| makes.get(new).copied().flatten());
                let node =
                    if self.is_dropped(*part) { drops.get(*part).copied().flatten() } else { altered() };
                if let Some(node) = node {
                    graph.edge(own, node, true);
                }
            }
        }
    }

    /// Says which step comes before which, by the nodes that objects are dropped and made in, and where a type set aside goes.
    pub(super) fn edges(
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
                // What is attached goes with the whole, or with the table of its own that goes.
                if self.old.object(*needed).attached_to() == Some(&object.key) {
                    continue;
                }
                let firm = *strength != Strength::Order;
                // What uses something is dropped or changed before that is dropped, and dropped before that is changed.
                if let Some(node) = drop(*needed) {
                    // What only is freed of something stays for what is changed.
                    if self.is_dropped(at) || firm && self.is_dropped(*needed) {
                        graph.edge(own, node, firm);
                    }
                } else if let Some(needed) = altered(*needed).filter(|_| self.is_dropped(at)) {
                    graph.edge(own, needed, firm);
                }
            }
            // A column that an heir has of its own goes when it is no longer inherited.
            if self.is_dropped(at)
                && matches!(&object.body, Body::Column(column) if !column.inherited)
                && self.has_table_before(&object.key)
                && let Some(parent) = self.in_parent(self.old, at).and_then(drop)
            {
                graph.edge(parent, own, true);
            }
            // So does a check.
            if self.is_dropped(at)
                && matches!(&object.body, Body::Constraint(own) if matches!(own.body, ConstraintBody::Check { .. }))
                && let Some(parent) = self.in_parent(self.old, at).and_then(drop)
            {
                graph.edge(parent, own, true);
            }
            if self.is_dropped(at) {
                self.free_columns(graph, at, own, drops, makes);
            }
            if let Some(sequence) = self.lost_sequence(at) {
                freed.insert(sequence, own);
            }
            // What is only renamed frees its name too.
            if let Some(node) = altered(at).filter(|_| self.has_other_name(at)) {
                freed.insert(relation_name(&object.key), node);
            }
            if let Some(node) = drop(at) {
                let is_named =
                    object.key.is_relation() || object.key.is_type() || object.key.kind == Kind::Constraint;
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
                        .then(|| self.in_parent(self.old, at))
                        .flatten();
                    if let Some(gone) = parent.and_then(drop) {
                        graph.edge(gone, made, true);
                    }
                }
            }
        }
        for (at, object) in self.old.objects.iter().enumerate() {
            // A key has to be gone before its columns may take NULL.
            let frees = matches!(&object.body, Body::Setting { unset: Some(unset), .. } if unset.contains(" DROP NOT NULL"));
            if frees
                && let Some(own) = drop(at)
                && let Some(key) = keys.get(&object.key.name)
            {
                graph.edge(*key, own, true);
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
            self.wait_for_parent(graph, at, own, makes);
            let is_renamed = self.before(at).is_some_and(|before| self.has_other_name(before));
            let created = is_renamed || matches!(self.fates.get(at), Some(Fate::Create));
            let is_named =
                object.key.is_relation() || object.key.is_type() || object.key.kind == Kind::Constraint;
            if created
                && is_named
                && let Some(node) = freed.get(&relation_name(&object.key)).filter(|node| **node != own)
            {
                graph.edge(*node, own, true);
            }
            if created
                && let Some(sequence) = identity_sequence(self.new.object(at))
                && let Some(node) = freed
                    .get(&relation_name(&Key::new(Kind::Sequence, &sequence, "")))
                    .filter(|node| **node != own)
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
        self.order_switched(graph, drops, makes);
        self.free_rows(graph, drops, makes);
        for (own, parent) in &self.inherited.behind {
            if let (Some(own), Some(parent)) = (make(*own), make(*parent)) {
                graph.edge(parent, own, true);
            }
        }
        for (own, parent) in &self.inherited.behind_drop {
            if let (Some(own), Some(parent)) = (make(*own), drop(*parent)) {
                graph.edge(parent, own, true);
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

impl Planner<'_> {
    /// Tells whether an index of the old side, or that of a key, has another name on the new one.
    fn has_other_name(&self, old: usize) -> bool {
        let (was, is) = (self.old.object(old), self.after(old).map(|new| self.new.object(new)));
        let has_index = match &was.body {
            Body::Index(_) => true,
            Body::Constraint(constraint) => !matches!(constraint.body, ConstraintBody::Check { .. }),
            _ => false,
        };
        has_index && is.is_some_and(|is| is.key != was.key)
    }
}

fn is_primary_key(object: &Object) -> bool {
    matches!(&object.body, Body::Constraint(constraint) if matches!(constraint.body, ConstraintBody::PrimaryKey { .. }))
}
