//! Tables that become unlogged or logged: PostgreSQL lets no table that is logged refer to one that is not, not even for a moment.

use std::collections::BTreeMap;

use super::circle;
use super::graph::Graph;
use super::object::{Body, Key, Kind, Object};
use super::plan::{Fate, Planner};
use super::setting::PERSISTENCE;
use crate::model::QualifiedName;
use crate::plan::migration::statement::ConstraintBody;

/// Which way a table goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Unlogged,
    Logged,
}

/// A table that is switched: which way, and by which object of which side.
#[derive(Clone, Copy, Debug)]
struct Switch {
    way: Way,
    at: usize,
}

impl Planner<'_> {
    /// Returns the tables that are switched: those that are there, and those that are made, which are logged for a moment.
    fn switched(&self) -> BTreeMap<QualifiedName, Switch> {
        let stays = |key: &Key| {
            let table = self.old.find(&Key::new(Kind::Table, &key.name, ""));
            table.is_some_and(|table| !self.is_dropped(table))
        };
        let is_meant = |object: &Object| object.key.kind == Kind::Setting && object.key.part == PERSISTENCE;
        let new = self
            .new
            .objects
            .iter()
            .enumerate()
            .filter(|(at, object)| matches!(self.fates.get(*at), Some(Fate::Create)) && is_meant(object));
        let old = self
            .old
            .objects
            .iter()
            .enumerate()
            .filter(|(at, object)| self.is_dropped(*at) && self.after(*at).is_none() && is_meant(object))
            .filter(|(_, object)| stays(&object.key));
        let unlogged = new.map(|(at, object)| (object.key.name.clone(), Switch { way: Way::Unlogged, at }));
        let logged = old.map(|(at, object)| (object.key.name.clone(), Switch { way: Way::Logged, at }));
        unlogged.chain(logged).collect()
    }

    /// Makes foreign keys anew that tie tables which are switched to one another in a circle: none of these could go first.
    pub(super) fn part_switched(&mut self) {
        let switched = self.switched();
        if switched.len() < 2 {
            return;
        }
        let tables: Vec<&QualifiedName> = switched.keys().collect();
        let place = |name: &QualifiedName| tables.binary_search(&name).ok();
        let mut leads: Vec<Vec<usize>> = vec![Vec::new(); tables.len()];
        let mut ties = Vec::new();
        for (at, object) in self.old.objects.iter().enumerate().filter(|(at, _)| !self.is_dropped(*at)) {
            if let Some((from, to)) = ends(object).and_then(|(from, to)| Some((place(from)?, place(to)?))) {
                ties.push((at, from, to));
                if let Some(leads) = leads.get_mut(from) {
                    leads.push(to);
                }
            }
        }
        let circles = circle::components(tables.len(), |at| leads.get(at).cloned().unwrap_or_default());
        for (key, from, to) in ties {
            if circles.get(from) == circles.get(to) {
                self.drop(key);
            }
        }
    }

    /// Has tables become unlogged behind those that refer to them, and logged before; foreign keys go before that, and come behind.
    pub(super) fn order_switched(&self, graph: &mut Graph, drops: &[Option<usize>], makes: &[Option<usize>]) {
        let switched = self.switched();
        if switched.is_empty() {
            return;
        }
        let node = |name: &QualifiedName| {
            let switch = switched.get(name)?;
            let nodes = if switch.way == Way::Unlogged { makes } else { drops };
            Some((switch.way, nodes.get(switch.at).copied().flatten()?))
        };
        for (at, object) in self.old.objects.iter().enumerate() {
            let Some((from, to)) = ends(object) else { continue };
            let (from, to) = (node(from), node(to));
            if let Some(gone) = drops.get(at).copied().flatten().filter(|_| self.is_dropped(at)) {
                for (_, node) in from.iter().chain(&to) {
                    graph.edge(gone, *node, true);
                }
            } else if let (Some((way, from)), Some((_, to))) = (from, to) {
                match way {
                    Way::Unlogged => graph.edge(from, to, true),
                    Way::Logged => graph.edge(to, from, true),
                }
            }
        }
        for (at, object) in self.new.objects.iter().enumerate() {
            let made = makes.get(at).copied().flatten();
            let made = made.filter(|_| matches!(self.fates.get(at), Some(Fate::Create)));
            let (Some((from, to)), Some(made)) = (ends(object), made) else { continue };
            for (_, node) in node(from).iter().chain(&node(to)) {
                graph.edge(*node, made, true);
            }
        }
    }
}

/// Returns the table of a foreign key and the one that it refers to, where that is another one.
fn ends(object: &Object) -> Option<(&QualifiedName, &QualifiedName)> {
    match &object.body {
        Body::Constraint(constraint) => match &constraint.body {
            ConstraintBody::ForeignKey { table, .. } if *table != object.key.name => {
                Some((&object.key.name, table))
            }
            _ => None,
        },
        _ => None,
    }
}
