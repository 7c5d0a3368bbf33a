//! What would bring a live database to the document, as SQL. It is printed and never run.
//!
//! Both catalogues are at hand, so every statement is made of facts: what the document has and the live database has not is
//! made (`make`), what only the live database has is dropped, what differs is altered (`alter`). What cannot be mended
//! without moving rows, or is not known well enough to be written down, is said instead.

mod alter;
mod column;
mod inherit;
mod make;
mod others;
mod types;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::Drift;
use super::places::Places;
use crate::catalog::{Catalog, Facts, GIVEN_UP, Kind, Object};

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
    /// The object that it makes, alters or drops.
    about: String,
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
    /// The major version of the live server.
    version: u32,
    mend: Mend,
    /// The object that is turned to.
    about: String,
}

const LOSES: &str = "Loses the rows in it.";
const MOVES_ROWS: &str = "that takes a new object and moving what is in the old one";

/// Returns what would mend differences between a document's catalogue and that of a live server of some version.
pub(super) fn mend(
    drift: &[Drift],
    document: &Catalog,
    (live, version): (&Catalog, u32),
    places: &Places<'_>,
) -> Mend {
    let mut cx = Cx { document, live, places, version, mend: Mend::default(), about: String::new() };
    let mut attributes: BTreeMap<&Object, BTreeSet<&str>> = BTreeMap::new();
    // Columns are added in the document's order.
    let place = |one: &&Drift| {
        let object = &one.difference.object;
        let position = document.objects.get(object).map_or(0, position);
        (object.kind, object.parent.clone(), if object.kind == Kind::Column { position } else { 0 })
    };
    let mut drift: Vec<&Drift> = drift.iter().collect();
    drift.sort_by_key(place);
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
    cx.leave_order();
    let mut mend = cx.mend;
    for phase in [Phase::Types, Phase::Tables, Phase::Views] {
        let text = |one: &Statement| one.sql.clone();
        order(&mut mend.statements, phase, text, |depth, _| depth);
    }
    let text = |one: &Statement| definition(live, &one.about);
    order(&mut mend.statements, Phase::DropViews, text, |depth, deepest| deepest - depth);
    mend.statements.sort();
    mend.statements.dedup();
    mend
}

impl<'a> Cx<'a> {
    fn push(&mut self, phase: Phase, sql: impl Into<String>) {
        let (rank, about) = (self.mend.statements.len(), self.about.clone());
        let statement = Statement { phase, rank, about, sql: sql.into(), warning: None };
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

    /// Says where columns that are added come to stand elsewhere than the document has them.
    fn leave_order(&mut self) {
        for table in self.document.objects.keys().filter(|object| object.kind == Kind::Table) {
            if !self.live.objects.contains_key(table) {
                continue;
            }
            let (wanted, found) = (columns(self.document, &table.name), columns(self.live, &table.name));
            let added = wanted.iter().filter(|name| !found.contains(name));
            let after: Vec<&String> =
                found.iter().filter(|name| wanted.contains(name)).chain(added).collect();
            let moved = !after.iter().copied().eq(&wanted);
            let is_added = self.mend.statements.iter().any(|one| {
                matches!(one.phase, Phase::Columns | Phase::Computed)
                    && one.sql.starts_with(&format!("ALTER TABLE {} ADD", table.name))
            });
            if moved && is_added {
                self.leave(format!("{table}: the order of columns"), "an added column is the last");
            }
        }
    }

    /// Drops what only the live database has.
    fn unmake(&mut self, object: &Object) {
        self.about.clone_from(&object.name);
        let name = &object.name;
        let facts = self.live.objects.get(object).cloned().unwrap_or_default();
        let form = facts.get("form").map(String::as_str).unwrap_or_default();
        match (object.kind, &object.parent) {
            (Kind::Extension, _) => self.push(Phase::DropExtensions, format!("DROP EXTENSION {name}")),
            (Kind::Schema, _) => self.push(Phase::DropSchemas, format!("DROP SCHEMA {name}")),
            (Kind::Type, _) if form == "base" => {
                self.leave(
                    object.to_string(),
                    "it and its functions need one another: `DROP TYPE … CASCADE` drops both",
                );
            }
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
                self.untie(name);
                self.push_warned(Phase::DropTables, format!("DROP {foreign}TABLE {name}"), LOSES);
            }
            (Kind::Column, Some(parent)) if self.is_view(parent) => {}
            // It goes with that of the parent.
            (Kind::Column, Some(_)) if facts.contains_key("inherited") => {}
            (Kind::Column, Some(parent)) => {
                // What a table has of its own and from a parent goes after that of the parent.
                let table = Object { kind: Kind::Table, parent: None, name: parent.clone() };
                let is_heir =
                    self.live.objects.get(&table).is_some_and(|facts| facts.contains_key("parents"));
                self.push_warned(
                    if is_heir { Phase::DropTables } else { Phase::DropColumns },
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
            (Kind::Function, _) if self.serves_base_type(name) => {}
            (Kind::Function, _) => {
                self.push(Phase::DropFunctions, format!("DROP {} {name}", words::routine(form)));
            }
            (Kind::Trigger | Kind::Rule | Kind::Policy, Some(parent)) => {
                let kind = object.kind.noun().to_uppercase();
                self.push(Phase::DropParts, format!("DROP {kind} {name} ON {parent}"));
            }
            (Kind::DefaultPrivileges, _) => {
                let all = facts.get("privileges").map(String::as_str).unwrap_or_default();
                self.default_privileges(object, words::by_default(object), all);
                self.give_back(object, facts.get(GIVEN_UP).map(String::as_str).unwrap_or_default());
            }
            (Kind::Other, _) => {
                let (phase, sql) = others::unmade(name);
                self.push(phase, sql);
            }
            (Kind::Column | Kind::Constraint | Kind::Trigger | Kind::Rule | Kind::Policy, None) => {}
        }
    }

    /// Tells whether a routine takes or returns a base type that only the live database has, and goes with it.
    fn serves_base_type(&self, routine: &str) -> bool {
        let routine = Object { kind: Kind::Function, parent: None, name: routine.to_owned() };
        let facts = self.live.objects.get(&routine);
        let definition =
            facts.and_then(|facts| facts.get("definition")).map(String::as_str).unwrap_or_default();
        self.live.objects.iter().any(|(object, facts)| {
            object.kind == Kind::Type
                && facts.get("form").is_some_and(|form| form == "base")
                && !self.document.objects.contains_key(object)
                && definition.contains(object.name.as_str())
        })
    }

    /// Drops the foreign keys by which a table that is dropped refers to others that are: they may refer to one another.
    fn untie(&mut self, table: &str) {
        let (document, live) = (self.document, self.live);
        let gone = |object: &Object| object.kind == Kind::Table && !document.objects.contains_key(object);
        let keys = live
            .objects
            .iter()
            .filter(|(object, _)| object.kind == Kind::Constraint && object.parent.as_deref() == Some(table));
        for (key, facts) in keys {
            let text = facts.get("definition").map(String::as_str).unwrap_or_default();
            let mut others = live.objects.keys().filter(|object| gone(object) && object.name != table);
            if text.starts_with("FOREIGN KEY")
                && others.any(|other| text.contains(&format!("REFERENCES {}(", other.name)))
            {
                self.push(
                    Phase::DropForeignKeys,
                    format!("ALTER TABLE {table} DROP CONSTRAINT {}", key.name),
                );
            }
        }
    }

    /// Makes an object anew that the live database has otherwise, and with a view those that read it.
    fn replace(&mut self, object: &Object) {
        let over = if object.kind == Kind::View { self.views_over(&object.name) } else { Vec::new() };
        for object in std::iter::once(object).chain(over) {
            self.unmake(object);
            if self.document.objects.contains_key(object) {
                self.make(object);
            }
        }
    }

    /// Returns the live views that read a table or view, and those that read them, but for such as only the live database
    /// has and may have.
    fn views_over(&self, name: &str) -> Vec<&'a Object> {
        let (document, live) = (self.document, self.live);
        let mut over = vec![name.to_owned()];
        let mut views: Vec<&Object> = Vec::new();
        while let Some(view) = live.objects.keys().find(|object| {
            object.kind == Kind::View
                && object.name != name
                && !views.contains(object)
                && document.objects.contains_key(object)
                && over.iter().any(|name| definition(live, &object.name).contains(name))
        }) {
            over.push(view.name.clone());
            views.push(view);
        }
        views
    }

    fn is_view(&self, name: &str) -> bool {
        let view = Object { kind: Kind::View, parent: None, name: name.to_owned() };
        self.document.objects.contains_key(&view) || self.live.objects.contains_key(&view)
    }

    /// Returns the word by which statements call a table or view.
    fn kind_of_relation(&self, name: &str) -> &'static str {
        let view = Object { kind: Kind::View, parent: None, name: name.to_owned() };
        match self.live.objects.get(&view).and_then(|facts| facts.get("form")).map(String::as_str) {
            Some("materialized") => "MATERIALIZED VIEW",
            Some(_) => "VIEW",
            None => "TABLE",
        }
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

/// Returns the names of a table's columns, in order.
fn columns(catalog: &Catalog, table: &str) -> Vec<String> {
    let columns = catalog
        .objects
        .iter()
        .filter(|(object, _)| object.kind == Kind::Column && object.parent.as_deref() == Some(table));
    let mut columns: Vec<(usize, String)> =
        columns.map(|(object, facts)| (position(facts), object.name.clone())).collect();
    columns.sort();
    columns.into_iter().map(|(_, name)| name).collect()
}

/// Returns where a column stands in its table.
fn position(facts: &Facts) -> usize {
    facts.get("position").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX)
}

/// Returns the column that owns a sequence.
fn owner(facts: &Facts) -> Option<Object> {
    let (table, column) = facts.get("owned by")?.rsplit_once('.')?;
    Some(Object { kind: Kind::Column, parent: Some(table.to_owned()), name: column.to_owned() })
}

/// Returns what a view's definition is in a catalogue.
fn definition(catalog: &Catalog, view: &str) -> String {
    let view = Object { kind: Kind::View, parent: None, name: view.to_owned() };
    catalog.objects.get(&view).and_then(|facts| facts.get("definition")).cloned().unwrap_or_default()
}

/// Orders the statements of a phase by how deep what they are about stands on others of the phase: a view on the views
/// that its text names.
fn order(
    statements: &mut [Statement],
    phase: Phase,
    text: impl Fn(&Statement) -> String,
    key: impl Fn(usize, usize) -> usize,
) {
    let count = statements.len();
    let own: Vec<(String, String)> = statements
        .iter()
        .filter(|one| one.phase == phase)
        .map(|one| (one.about.clone(), text(one)))
        .collect();
    let mut depth: BTreeMap<&str, usize> = own.iter().map(|(name, _)| (name.as_str(), 0)).collect();
    // As often as there are statements, each is put behind those that its text names; a circle ends with that.
    for _ in &own {
        for (name, text) in &own {
            let named = own.iter().filter(|(other, _)| other != name && text.contains(other.as_str()));
            let below = named.filter_map(|(other, _)| depth.get(other.as_str())).max().copied();
            if let (Some(below), Some(depth)) = (below, depth.get_mut(name.as_str())) {
                *depth = (*depth).max(below + 1).min(own.len());
            }
        }
    }
    for statement in statements.iter_mut().filter(|one| one.phase == phase) {
        let depth = depth.get(statement.about.as_str()).copied().unwrap_or_default();
        statement.rank += key(depth, own.len()) * count;
    }
}
