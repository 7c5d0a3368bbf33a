//! The steps of a plan.

use std::collections::{BTreeMap, BTreeSet};

use super::carried::{OWNED_BY, base};
use super::graph::{Graph, LAST};
use super::make::{self, TableParts, raw};
use super::object::{Body, ColumnBody, Key, Kind, Object, Strength};
use super::plan::{Fate, Planner, kind_aside};
use super::side::Side;
use super::{Lock, Refusal, Step, Verb, circle};
use crate::model::{QualifiedName, star};
use crate::plan::migration::statement::{ColumnDef, Statement};

impl Planner<'_> {
    /// Returns the steps in their order, or why there is none.
    pub(super) fn steps(mut self) -> Result<Vec<Step>, Vec<Refusal>> {
        let mut graph = Graph::default();
        self.set_apart();
        self.refuse_stars();
        self.find_circles();
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
            let loosened = self.loosened.get(&at).map(|loosened| loosened.statements.clone());
            if !self.is_dropped(at) && loosened.is_none() {
                continue;
            }
            if loosened.is_none() && self.carrier(at).is_some() {
                parts.push(at);
                continue;
            }
            let object = self.old.object(at);
            let restored = self.inherited.restored.get(&at).map(|statement| vec![statement.clone()]);
            let left = self.inherited.left_to_parent.contains(&at).then(Vec::new);
            let statements = loosened.clone().or(restored).or(left).or_else(|| make::drop(object));
            if statements.is_none() {
                let message = format!(
                    "it is not known what drops {} `{}`",
                    object.key.kind.label(),
                    object.key.plain()
                );
                let object = object.clone();
                self.refuse(&object, message, "drop it by hand, or keep the statement as it is");
            }
            if base::is_base(object) && self.after(at).is_some() {
                let object = object.clone();
                let message = format!("how base type `{}` is stored cannot be changed", object.key.plain());
                self.refuse(&object, message, "make another type, and move the columns to it");
            }
            let object = self.old.object(at);
            let verb = match self.after(at) {
                Some(_) if loosened.is_some() => Verb::Alter,
                Some(_) => Verb::Replace,
                None => Verb::Drop,
            };
            let step = Step {
                verb,
                key: object.key.clone(),
                span: object.span,
                statements: statements.unwrap_or_default(),
                lock: Lock::None,
                after: Vec::new(),
                for_label: false,
                hazards: Vec::new(),
            };
            // What was made last goes first.
            // What an extension brings may be used where nobody can see it: it goes when everything else is as it shall be.
            let phase = if object.key.kind == Kind::Extension { LAST } else { 0 };
            let place = (phase, u8::MAX - object.key.rank(), self.old.objects.len() - at);
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
        if self.closes_circle(at) || needs_own_table(self.old, at) || self.is_needed_back(at) {
            return None;
        }
        if owner.is_some() {
            return owner;
        }
        let whole = object.attached_to().and_then(|key| self.old.find(key));
        if whole.is_some_and(|whole| self.is_dropped(whole)) {
            return whole;
        }
        // A sequence that stays is let go before the column takes it along. A check of a domain that calls a routine over the domain goes
        // before both.
        if object.key.part == OWNED_BY || object.key.part.starts_with("alter domain ") {
            return None;
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
                // An exclusion goes with what it compares as such, and keeps what its expressions and its condition name.
                if object.is_exclusion() && columns.clone().any(|(_, strength)| *strength == Strength::Hard) {
                    return None;
                }
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

    /// Tells whether a policy or rule looks at another dropped table of which a policy or rule looks at its own: each would have
    /// to go first.
    fn is_needed_back(&self, at: usize) -> bool {
        let looks = |at: usize| matches!(self.old.object(at).key.kind, Kind::Policy | Kind::Rule);
        let own = &self.old.object(at).key.name;
        looks(at)
            && self.old.needs(at).iter().any(|(other, _)| {
                let table = self.old.object(*other);
                let parts = self.old.dependents(*other).iter().map(|(part, _)| *part);
                table.key.kind == Kind::Table
                    && table.key.name != *own
                    && self.is_dropped(*other)
                    && parts.filter(|part| looks(*part)).any(|part| {
                        let is_own = |needed: &usize| self.old.object(*needed).key.name == *own;
                        self.old.object(part).key.name == table.key.name
                            && self.old.needs(part).iter().any(|(needed, _)| is_own(needed))
                    })
            })
    }

    /// Tells whether a foreign key is part of a circle of tables that are all dropped: it has to go before any of them can.
    fn closes_circle(&self, at: usize) -> bool {
        if self.old.object(at).key.kind != Kind::ForeignKey {
            return false;
        }
        let own = &self.old.object(at).key.name;
        let is_divided = |table: usize| matches!(&self.old.object(table).body, Body::Table(it) if it.partition_key().is_some());
        // Partitions go before the table that they are parts of, and a foreign key to that would keep them.
        if self.referenced(at).any(|table| self.old.object(table).key.name == *own && is_divided(table)) {
            return true;
        }
        let table = self.old.find(&Key::new(Kind::Table, own, ""));
        let Some(circle) = table.and_then(|table| self.circles.get(table)) else { return false };
        let mut ties = false;
        for referenced in self.referenced(at) {
            if Some(referenced) == table {
                return false;
            }
            ties |= self.circles.get(referenced) == Some(circle);
        }
        ties
    }

    /// Finds the dropped tables that foreign keys tie to one another in circles.
    fn find_circles(&mut self) {
        let is_dropped_table =
            |at: &usize| self.old.object(*at).key.kind == Kind::Table && self.is_dropped(*at);
        let count = self.old.objects.len();
        if !(0..count).any(|at| is_dropped_table(&at)) {
            return;
        }
        self.circles = circle::components(count, |table| {
            let object = self.old.object(table);
            if object.key.kind != Kind::Table || !self.is_dropped(table) {
                return Vec::new();
            }
            let parts = self.old.dependents(table).iter().map(|(part, _)| *part);
            let keys = parts.filter(|part| {
                let key = &self.old.object(*part).key;
                key.kind == Kind::ForeignKey && key.name == object.key.name
            });
            keys.flat_map(|key| self.referenced(key).collect::<Vec<_>>()).collect()
        });
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
                Body::Column(column) if !column.inherited => {
                    parts.columns.push(self.column(&object.key, column));
                }
                _ => {}
            }
        }
        let mut nodes: Vec<Option<usize>> = vec![None; self.new.objects.len()];
        let mut parts = Vec::new();
        for at in 0..self.new.objects.len() {
            let object = self.new.object(at);
            let (verb, mut statements) = match self.fates.get(at) {
                Some(Fate::Create) if self.comes_with(at).is_some() => {
                    parts.push(at);
                    continue;
                }
                Some(Fate::Create) => {
                    let parts = match object.key.kind {
                        Kind::Table => inline.remove(&object.key.name).unwrap_or_default(),
                        _ => TableParts::default(),
                    };
                    (Verb::Create, self.create(object, parts))
                }
                Some(Fate::Alter(statements)) => (Verb::Alter, statements.clone()),
                Some(Fate::Same) | None => continue,
            };
            statements.extend(self.moved_behind(at));
            let step = Step {
                verb,
                key: object.key.clone(),
                span: object.span,
                statements,
                lock: Lock::None,
                after: Vec::new(),
                for_label: false,
                hazards: Vec::new(),
            };
            let place = (1, object.key.rank(), at);
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

    /// Returns a column as its table is made with it: without a default that is set apart.
    fn column(&self, key: &Key, column: &ColumnBody) -> ColumnDef {
        let mut def = column.def.clone();
        let default = self.new.find(&Key::new(Kind::Default, &key.name, key.part.as_str()));
        if default.is_some_and(|default| self.apart.contains(&default)) {
            def.clauses.retain(|clause| !clause.starts_with("DEFAULT "));
        }
        def
    }

    /// Returns what makes an object, with the columns in the place of every `*` that would stand for them in another order.
    fn create(&self, object: &Object, parts: TableParts) -> Vec<Statement> {
        let mut statements = make::create(object, parts);
        if object.takes_all_columns() {
            let columns = |name: &QualifiedName| self.other_order(name);
            for statement in &mut statements {
                if let Statement::Verbatim { text, .. } = statement
                    && let Some(written) = star::written_out(text, &columns)
                {
                    *text = written;
                }
            }
        }
        statements
    }

    /// Refuses what takes every column of a table that has them in another order, where they cannot be written out.
    fn refuse_stars(&mut self) {
        let columns = |name: &QualifiedName| self.other_order(name);
        let is_lost = |at: &usize| {
            let object = self.new.object(*at);
            matches!(self.fates.get(*at), Some(Fate::Create))
                && object.takes_all_columns()
                && make::create(object, TableParts::default()).iter().any(|statement| {
                    matches!(statement, Statement::Verbatim { text, .. } if star::written_out(text, &columns).is_none())
                })
        };
        let lost: Vec<Object> =
            (0..self.new.objects.len()).filter(is_lost).map(|at| self.new.object(at).clone()).collect();
        for object in lost {
            let message = format!(
                "{} `{}` takes every column of a table that has them in another order",
                object.key.kind.label(),
                object.key.plain()
            );
            self.refuse(&object, message, "name the columns: in the place of `*`, behind `INSERT INTO`");
        }
    }

    /// Finds the parts of new tables that call a routine which needs the table itself: they come behind both.
    fn set_apart(&mut self) {
        let parts = (0..self.new.objects.len())
            .filter(|at| self.comes_with(*at).is_some() && needs_own_table(self.new, *at));
        self.apart = parts.collect();
    }

    /// Returns the object whose making makes another one too.
    fn comes_with(&self, at: usize) -> Option<usize> {
        if self.apart.contains(&at) {
            return None;
        }
        let owner = self.new.find(self.new.object(at).comes_with.as_ref()?)?;
        let made = |at: usize| matches!(self.fates.get(at), Some(Fate::Create));
        (made(at) && made(owner)).then_some(owner)
    }

    /// Makes a node for the end of every type that is made anew: the old one goes when nothing holds values of it.
    fn swap_nodes(&mut self, graph: &mut Graph) -> Vec<(usize, usize)> {
        let mut nodes = Vec::new();
        // What goes after all, since something under it goes, leaves nothing aside.
        for old in self.swapped.clone().into_iter().filter(|old| !self.is_dropped(*old)) {
            let object = self.old.object(old);
            let aside = self.set_aside(&object.key.name);
            let statements = vec![raw(format!("DROP {} {aside}", kind_aside(object)))];
            let step = Step {
                verb: Verb::Replace,
                key: object.key.clone(),
                span: object.span,
                statements,
                lock: Lock::None,
                after: Vec::new(),
                for_label: false,
                hazards: Vec::new(),
            };
            nodes.push((old, graph.add((1, Kind::Column as u8, usize::MAX), step)));
        }
        nodes
    }
}

/// Tells whether a part of a table or view calls a routine that needs the whole itself: it goes before both, and comes behind them.
fn needs_own_table(side: &Side, at: usize) -> bool {
    let object = side.object(at);
    let is_meant = matches!(
        object.key.kind,
        Kind::Default | Kind::Constraint | Kind::Index | Kind::Policy | Kind::Trigger | Kind::Rule
    );
    if !is_meant {
        return false;
    }
    let kinds = [Kind::Table, Kind::View, Kind::MaterializedView];
    let whole = kinds.iter().find_map(|kind| side.find(&Key::new(*kind, &object.key.name, "")));
    let Some(table) = whole else { return false };
    let needed = side.needs(at).iter().map(|(needed, _)| *needed);
    let mut open: Vec<usize> =
        needed.filter(|needed| side.object(*needed).key.kind == Kind::Routine).collect();
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        if next == table {
            return true;
        }
        let goes_on = matches!(
            side.object(next).key.kind,
            Kind::Routine | Kind::View | Kind::MaterializedView | Kind::Composite | Kind::Domain
        );
        if goes_on && seen.insert(next) {
            open.extend(side.needs(next).iter().map(|(needed, _)| *needed));
        }
    }
    false
}
