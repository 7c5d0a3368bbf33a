//! What would bring a live database to the document, as SQL. It is printed and never run.
//!
//! Both catalogues are at hand, so every statement is made of facts: what the document has and the live database has not is
//! made (`make`), what only the live database has is dropped, what differs is altered (`alter`). What cannot be mended
//! without moving rows, or is not known well enough to be written down, is said instead.

mod alter;
mod make;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::Drift;
use super::places::Places;
use crate::catalog::{Catalog, Facts, Kind, Object};

/// What would bring a live database to the document.
#[derive(Debug, Clone, Default)]
pub struct Mend {
    /// The statements, in an order in which each finds what it needs.
    pub statements: Vec<Statement>,
    /// What is not mended.
    pub left: Vec<Left>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    phase: Phase,
    /// What it is for within its phase: statements about the same thing stay in their order.
    rank: usize,
    /// The statement, without a semicolon.
    pub sql: String,
    /// What may be lost by it.
    pub warning: Option<&'static str>,
}

/// A difference that is not mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The difference: the object, and the attribute where it is one.
    pub what: String,
    /// Why not.
    pub why: String,
}

/// The order in which statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    DropParts,
    DropViews,
    DropIndexes,
    DropForeignKeys,
    DropConstraints,
    DropColumns,
    DropTables,
    DropFunctions,
    DropSequences,
    DropTypes,
    DropOthers,
    DropExtensions,
    DropSchemas,
    Schemas,
    Extensions,
    Types,
    Functions,
    Sequences,
    Tables,
    Columns,
    Change,
    Computed,
    Constraints,
    ForeignKeys,
    Indexes,
    Bodies,
    Views,
    Parts,
    Others,
    Words,
}

/// What is at hand, and what was made of it so far.
struct Cx<'a> {
    document: &'a Catalog,
    live: &'a Catalog,
    places: &'a Places<'a>,
    mend: Mend,
}

const LOSES: &str = "Loses the rows in it.";

/// Returns what would mend differences between a document's catalogue and a live one.
pub(super) fn mend(drift: &[Drift], document: &Catalog, live: &Catalog, places: &Places<'_>) -> Mend {
    let mut cx = Cx { document, live, places, mend: Mend::default() };
    let mut attributes: BTreeMap<&Object, BTreeSet<&str>> = BTreeMap::new();
    for Drift { difference, .. } in drift {
        match (&difference.attribute, &difference.left) {
            (Some(attribute), _) => {
                attributes.entry(&difference.object).or_default().insert(attribute);
            }
            (None, Some(_)) => cx.make(&difference.object),
            (None, None) => cx.unmake(&difference.object),
        }
    }
    for (object, attributes) in attributes {
        if let (Some(wanted), Some(found)) = (document.objects.get(object), live.objects.get(object)) {
            cx.alter(object, &attributes, wanted, found);
        }
    }
    let mut mend = cx.mend;
    order_views(&mut mend.statements);
    mend.statements.sort();
    mend.statements.dedup();
    mend
}

impl Cx<'_> {
    fn push(&mut self, phase: Phase, sql: impl Into<String>) {
        let statement = Statement { phase, rank: self.mend.statements.len(), sql: sql.into(), warning: None };
        // The same may follow from two differences.
        if !self.mend.statements.iter().any(|one| one.phase == statement.phase && one.sql == statement.sql) {
            self.mend.statements.push(statement);
        }
    }

    fn push_warned(&mut self, phase: Phase, sql: impl Into<String>, warning: &'static str) {
        self.push(phase, sql);
        if let Some(last) = self.mend.statements.last_mut() {
            last.warning = Some(warning);
        }
    }

    fn leave(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.mend.left.push(Left { what: what.into(), why: why.into() });
    }

    /// Drops what only the live database has.
    fn unmake(&mut self, object: &Object) {
        let name = &object.name;
        let facts = self.live.objects.get(object).cloned().unwrap_or_default();
        let form = facts.get("form").map(String::as_str).unwrap_or_default();
        match (object.kind, &object.parent) {
            (Kind::Extension, _) => self.push(Phase::DropExtensions, format!("DROP EXTENSION {name}")),
            (Kind::Schema, _) => self.push(Phase::DropSchemas, format!("DROP SCHEMA {name}")),
            (Kind::Type, _) => {
                self.push(
                    Phase::DropTypes,
                    format!("DROP {} {name}", if form == "domain" { "DOMAIN" } else { "TYPE" }),
                );
            }
            (Kind::Sequence, _) => match owner(&facts) {
                // It goes with the identity of its column.
                Some(column)
                    if self.live.objects.get(&column).is_some_and(|facts| facts.contains_key("identity")) => {
                }
                _ => self.push(Phase::DropSequences, format!("DROP SEQUENCE {name}")),
            },
            (Kind::Table, _) => {
                let foreign = if form == "foreign" { "FOREIGN " } else { "" };
                self.push_warned(Phase::DropTables, format!("DROP {foreign}TABLE {name}"), LOSES);
            }
            (Kind::Column, Some(parent)) if self.is_view(parent) => {}
            (Kind::Column, Some(parent)) => {
                self.push_warned(
                    Phase::DropColumns,
                    format!("ALTER TABLE {parent} DROP COLUMN {name}"),
                    LOSES,
                );
            }
            (Kind::Constraint, Some(parent)) => {
                let foreign = facts.get("definition").is_some_and(|text| text.starts_with("FOREIGN KEY"));
                let phase = if foreign { Phase::DropForeignKeys } else { Phase::DropConstraints };
                self.push(phase, format!("ALTER {} {parent} DROP CONSTRAINT {name}", self.holder(parent)));
            }
            (Kind::Index, _) => self.push(Phase::DropIndexes, format!("DROP INDEX {name}")),
            (Kind::View, _) => {
                let kind = if form == "materialized" { "MATERIALIZED VIEW" } else { "VIEW" };
                self.push(Phase::DropViews, format!("DROP {kind} {name}"));
            }
            (Kind::Function, _) => {
                self.push(Phase::DropFunctions, format!("DROP {} {name}", words::routine(form)));
            }
            (Kind::Trigger | Kind::Rule | Kind::Policy, Some(parent)) => {
                let kind = object.kind.noun().to_uppercase();
                self.push(Phase::DropParts, format!("DROP {kind} {name} ON {parent}"));
            }
            (Kind::DefaultPrivileges, _) => {
                let all = facts.get("privileges").map(String::as_str).unwrap_or_default();
                self.default_privileges(object, "", all);
            }
            (Kind::Other, _) => self.push(Phase::DropOthers, format!("DROP {name}")),
            (Kind::Column | Kind::Constraint | Kind::Trigger | Kind::Rule | Kind::Policy, None) => {}
        }
    }

    /// Makes an object anew that the live database has otherwise.
    fn replace(&mut self, object: &Object) {
        self.unmake(object);
        self.make(object);
    }

    fn is_view(&self, name: &str) -> bool {
        let view = Object { kind: Kind::View, parent: None, name: name.to_owned() };
        self.document.objects.contains_key(&view) || self.live.objects.contains_key(&view)
    }

    /// Returns what holds a constraint: a table, or a domain.
    fn holder(&self, name: &str) -> &'static str {
        let domain = Object { kind: Kind::Type, parent: None, name: name.to_owned() };
        if self.document.objects.contains_key(&domain) || self.live.objects.contains_key(&domain) {
            "DOMAIN"
        } else {
            "TABLE"
        }
    }
}

/// Returns the column that owns a sequence.
fn owner(facts: &Facts) -> Option<Object> {
    let (table, column) = facts.get("owned by")?.rsplit_once('.')?;
    Some(Object { kind: Kind::Column, parent: Some(table.to_owned()), name: column.to_owned() })
}

/// Puts views that are made behind those that they read, and those that are dropped before them.
fn order_views(statements: &mut [Statement]) {
    let name = |sql: &str| {
        let rest = sql.split_once("VIEW ").map_or("", |(_, rest)| rest);
        rest.split([' ', '\n', '(']).next().unwrap_or_default().to_owned()
    };
    let views: Vec<(String, String)> = statements
        .iter()
        .filter(|one| one.phase == Phase::Views && one.sql.starts_with("CREATE"))
        .map(|one| (name(&one.sql), one.sql.clone()))
        .collect();
    // As often as there are views, each is put behind those that its text names; a circle ends with that.
    let mut depth: BTreeMap<&str, usize> = views.iter().map(|(name, _)| (name.as_str(), 0)).collect();
    for _ in &views {
        for (view, text) in &views {
            let read = views.iter().filter(|(other, _)| other != view && text.contains(other.as_str()));
            let below = read.filter_map(|(other, _)| depth.get(other.as_str())).max().copied();
            if let (Some(below), Some(own)) = (below, depth.get_mut(view.as_str())) {
                *own = (below + 1).min(views.len());
            }
        }
    }
    let count = statements.len();
    for statement in statements.iter_mut() {
        let deep = depth.get(name(&statement.sql).as_str()).copied().unwrap_or_default();
        match statement.phase {
            Phase::Views if statement.sql.starts_with("CREATE") => statement.rank += deep * count,
            Phase::DropViews => statement.rank += views.len().saturating_sub(deep) * count,
            _ => {}
        }
    }
}
