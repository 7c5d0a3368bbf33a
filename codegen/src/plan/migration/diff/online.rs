//! A change in stages that keep nobody waiting for long.
//!
//! Indexes are built concurrently, outside a transaction; constraints hold for new rows first and are validated in a later
//! transaction; unique keys are made of indexes that were built concurrently; `docs: sql-altertable.html`, "Notes".

use std::collections::BTreeSet;

use super::hazard::{self, Hazard, Lock, Risk};
use super::make::{raw, relation_name};
use super::object::{Body, Kind};
use super::side::Side;
use super::{Stage, Step, Verb};
use crate::model::default_name::object_name;
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::{ConstraintBody, ConstraintDef, IndexDef, Statement};

/// Distributes steps over stages: those at even places run in a transaction, each of those at odd ones outside.
pub(super) fn stages(steps: Vec<Step>, old: &Side, new: &Side, leaves_transactions: bool) -> Vec<Stage> {
    let mut checks = Checks { sides: [old, new], taken: BTreeSet::new() };
    let mut placed: Vec<(usize, Step)> = Vec::new();
    // The places at which each step has begun to hold, and at which it is done with.
    let mut done: Vec<(usize, usize)> = Vec::new();
    for step in steps {
        // What refuses new rows already is enough for most that builds on it; a primary key reads every row where NULL may still be,
        // and what joins a table must have its checks and foreign keys as they are valid there.
        let is_late = is_primary_key(&step, new) || hazard::joins(&step);
        let waits = |(begun, end): &(usize, usize)| if is_late { *end } else { *begun };
        let ready = step.after.iter().filter_map(|at| done.get(*at).map(waits)).max().unwrap_or_default();
        let parts = parts(&step, new, &mut checks);
        let parts = parts.filter(|parts| leaves_transactions || parts.iter().all(|(within, _)| *within));
        let parts = parts.unwrap_or_else(|| vec![(true, step)]);
        // A unique key is there when its index is adopted, and not when that is built.
        let builds_first = parts.first().is_some_and(|(transactional, _)| !transactional);
        let (mut at, mut begun) = (ready, ready);
        for (index, (transactional, part)) in parts.into_iter().enumerate() {
            if index > 0 {
                at += 1;
            }
            if transactional != at.is_multiple_of(2) {
                at += 1;
            }
            if index == 0 || builds_first {
                begun = at;
            }
            placed.push((at, part));
        }
        done.push((begun, at));
    }
    placed.sort_by_key(|(at, _)| *at);
    let mut stages: Vec<(usize, Stage)> = Vec::new();
    for (at, step) in placed {
        let transactional = at.is_multiple_of(2);
        match stages.last_mut() {
            // A runner sends a file at once, and PostgreSQL takes several statements that are sent at once for a transaction.
            Some((last, stage)) if *last == at && transactional => stage.steps.push(step),
            _ => stages.push((at, Stage { transactional, steps: vec![step] })),
        }
    }
    stages.into_iter().map(|(_, stage)| stage).collect()
}

/// Returns the parts in which a step is done, each with whether it may run in a transaction; none where it is done at once.
fn parts(step: &Step, new: &Side, checks: &mut Checks<'_>) -> Option<Vec<(bool, Step)>> {
    // What concerns a table that the same migration makes keeps nobody waiting.
    if step.hazards.is_empty() || is_partitioned(&step.key.name, new) {
        return None;
    }
    match (step.verb, step.key.kind) {
        (Verb::Create, Kind::Index) => {
            let Body::Index(index) = body(step, new)? else { return None };
            Some(vec![(false, concurrently(step, index))])
        }
        (Verb::Drop, Kind::Index) => {
            let name = relation_name(&step.key);
            let statements = vec![raw(format!("DROP INDEX CONCURRENTLY {name}"))];
            let lock = Lock::ShareUpdateExclusive;
            Some(vec![(false, Step { statements, lock, hazards: Vec::new(), ..step.clone() })])
        }
        (Verb::Create, Kind::Constraint | Kind::ForeignKey) => {
            let Body::Constraint(constraint) = body(step, new)? else { return None };
            added_constraint(step, constraint)
        }
        (Verb::Alter, Kind::Column) => set_not_null(step, checks),
        _ => None,
    }
}

/// The checks that forbid NULL for a while.
struct Checks<'a> {
    sides: [&'a Side; 2],
    taken: BTreeSet<(QualifiedName, String)>,
}

impl Checks<'_> {
    /// Returns a name that no constraint of the table has, on either side or for a while.
    fn name(&mut self, table: &QualifiedName, column: &PgIdent) -> PgIdent {
        let mut count = 0_usize;
        loop {
            let label = if count == 0 { "not_null".to_owned() } else { format!("not_null{count}") };
            let name = object_name(table.name.as_str(), column.as_str(), &label);
            let keys =
                [Kind::Constraint, Kind::ForeignKey].map(|kind| super::Key::new(kind, table, name.as_str()));
            let is_free = !keys.iter().any(|key| self.sides.iter().any(|side| side.find(key).is_some()));
            if is_free && self.taken.insert((table.clone(), name.clone())) {
                return PgIdent::new(name);
            }
            count += 1;
        }
    }
}

fn is_primary_key(step: &Step, new: &Side) -> bool {
    let constraint = match (step.verb, body(step, new)) {
        (Verb::Create, Some(Body::Constraint(constraint))) => constraint,
        _ => return false,
    };
    matches!(constraint.body, ConstraintBody::PrimaryKey { .. })
}

fn body<'a>(step: &Step, side: &'a Side) -> Option<&'a Body> {
    Some(&side.object(side.find(&step.key)?).body)
}

/// Tells whether a table is partitioned: PostgreSQL does none of this to one.
fn is_partitioned(table: &QualifiedName, side: &Side) -> bool {
    let key = super::Key::new(Kind::Table, table, "");
    let Some(at) = side.find(&key) else { return false };
    let Body::Table(definition) = &side.object(at).body else { return false };
    definition
        .tail
        .as_deref()
        .is_some_and(|tail| tail.to_lowercase().split_whitespace().any(|word| word == "partition"))
}

fn concurrently(step: &Step, index: &IndexDef) -> Step {
    let hazards = step.hazards.iter().filter(|hazard| hazard.risk != Risk::Scan).cloned().collect();
    let statements = vec![Statement::CreateIndex(IndexDef { concurrently: true, ..index.clone() })];
    Step { statements, hazards, lock: Lock::ShareUpdateExclusive, ..step.clone() }
}

fn added_constraint(step: &Step, constraint: &ConstraintDef) -> Option<Vec<(bool, Step)>> {
    let table = &step.key.name;
    let alter = |action: String| Statement::AlterTable { table: table.clone(), action };
    let fails = || step.hazards.iter().filter(|hazard| hazard.risk == Risk::MayFail).cloned().collect();
    if constraint.not_valid {
        return None;
    }
    match &constraint.body {
        ConstraintBody::Check { .. } | ConstraintBody::ForeignKey { .. } => {
            let constraint = ConstraintDef { not_valid: true, ..constraint.clone() };
            let validate = alter(format!("VALIDATE CONSTRAINT {}", constraint.name));
            let add = Statement::AddConstraint { table: table.clone(), constraint };
            let add = Step { statements: vec![add], hazards: Vec::new(), ..step.clone() };
            let validate = Step {
                verb: Verb::Alter,
                statements: vec![validate],
                hazards: fails(),
                lock: Lock::ShareUpdateExclusive,
                ..step.clone()
            };
            Some(vec![(true, add), (true, validate)])
        }
        ConstraintBody::PrimaryKey { columns, include } | ConstraintBody::Unique { columns, include, .. } => {
            let nulls_not_distinct =
                matches!(constraint.body, ConstraintBody::Unique { nulls_not_distinct: true, .. });
            let (kind, what) = match constraint.body {
                ConstraintBody::PrimaryKey { .. } => ("PRIMARY KEY", "primary key"),
                _ => ("UNIQUE", "unique key"),
            };
            let index = IndexDef {
                name: constraint.name.clone(),
                table: table.clone(),
                unique: true,
                concurrently: true,
                method: None,
                parts: columns.iter().map(ToString::to_string).collect(),
                include: include.clone(),
                nulls_not_distinct,
                storage: None,
                predicate: None,
            };
            let build = Step {
                statements: vec![Statement::CreateIndex(index)],
                hazards: vec![Hazard::new(
                    Risk::MayFail,
                    format!(
                        "it fails where two rows of `{}` have the same {what}, and leaves an index that has to be dropped",
                        table.plain()
                    ),
                    Some("look for such rows first"),
                )],
                lock: Lock::ShareUpdateExclusive,
                ..step.clone()
            };
            let timing = constraint.timing.clause();
            let name = &constraint.name;
            let adopt = alter(format!("ADD CONSTRAINT {name} {kind} USING INDEX {name}{timing}"));
            let adopt =
                Step { statements: vec![adopt], hazards: Vec::new(), verb: Verb::Alter, ..step.clone() };
            Some(vec![(false, build), (true, adopt)])
        }
        ConstraintBody::Exclude(_) => None,
    }
}

/// Forbids NULL by a check first: PostgreSQL reads no row for `SET NOT NULL` where a valid check says that none is NULL.
fn set_not_null(step: &Step, checks: &mut Checks<'_>) -> Option<Vec<(bool, Step)>> {
    let table = &step.key.name;
    let column = PgIdent::new(step.key.part.clone());
    let set = format!("ALTER COLUMN {column} SET NOT NULL");
    let is_set = |it: &Statement| matches!(it, Statement::AlterTable { action, .. } if *action == set);
    if !step.statements.iter().any(is_set) {
        return None;
    }
    let alter = |action: String| Statement::AlterTable { table: table.clone(), action };
    let check = checks.name(table, &column);
    let before = step.statements.iter().take_while(|it| !is_set(it)).cloned();
    let behind = step.statements.iter().skip_while(|it| !is_set(it)).skip(1).cloned();
    let add = before
        .chain([alter(format!("ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID"))])
        .collect();
    let then = [
        alter(format!("VALIDATE CONSTRAINT {check}")),
        alter(set.clone()),
        alter(format!("DROP CONSTRAINT {check}")),
    ];
    let is_scan = |hazard: &&Hazard| hazard.risk == Risk::Scan;
    let null = hazard::is_null(&step.key);
    let is_null = |hazard: &&Hazard| **hazard == null;
    let first = step.hazards.iter().filter(|it| !is_scan(it) && !is_null(it)).cloned().collect();
    let second = step.hazards.iter().filter(is_null).cloned().collect();
    let add = Step { statements: add, hazards: first, ..step.clone() };
    let validate =
        Step { statements: then.into_iter().chain(behind).collect(), hazards: second, ..step.clone() };
    Some(vec![(true, add), (true, validate)])
}
