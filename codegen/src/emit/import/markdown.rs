//! A schema as Markdown: a heading for each table, its description as prose, SQL in fences.

use std::collections::BTreeSet;

use super::{Document, join, printed, seeds, table};
use crate::model::{ModuleId, Table};
use crate::plan::migration::diff::{Kind, Step};

/// Where a step stands in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Types,
    Functions,
    Table,
    Behind,
}

/// Writes a schema as Markdown, and as SQL to stand beside it what Markdown would be read for something else: a table that is called
/// like one in an example.
pub fn markdown(document: &Document<'_>) -> (String, Option<String>) {
    let places = places(document);
    let at = |wanted: Place| document.steps.iter().zip(&places).filter(move |(_, place)| **place == wanted);
    let mut out = format!("# {}\n", heading(document.title));
    if let Some(description) = &document.schema.description {
        out.push_str(&format!("\n{}\n", description.value.trim()));
    }
    let types: Vec<String> = at(Place::Types).map(|(step, _)| printed(step)).collect();
    section(&mut out, "Types", types);
    let functions: Vec<String> = at(Place::Functions).map(|(step, _)| printed(step)).collect();
    section(&mut out, "Functions", functions);
    for (module, tables) in modules(document) {
        let data = module.and_then(|module| document.schema.modules.get(module.0));
        let name = data.map_or_else(|| format!("Tables of {}", document.title), |it| it.name.value.clone());
        out.push_str(&format!("\n## {}\n", heading(&name)));
        if let Some(comment) = data.and_then(|data| data.comment.as_ref()) {
            out.push_str(&format!("\n{}\n", comment.value.trim()));
        }
        for table in tables {
            let own = at(Place::Table).map(|(step, _)| step).filter(|step| step.key.name == *table.name());
            self::table(&mut out, document, table, own);
        }
    }
    let mut beside = Vec::new();
    for table in document.schema.own_tables().filter(|table| document.plainly.tables.contains(table.name())) {
        let own = at(Place::Table).map(|(step, _)| step).filter(|step| step.key.name == *table.name());
        beside.extend(own.map(printed).chain(table::drawn(table)));
    }
    let behind: Vec<String> = at(Place::Behind).map(|(step, _)| printed(step)).collect();
    section(&mut out, "Views and what needs all of it", behind);
    section(&mut out, "Rows", seeds(document.schema).collect());
    (out, (!beside.is_empty()).then(|| join(beside)))
}

fn section(out: &mut String, name: &str, statements: Vec<String>) {
    if !statements.is_empty() {
        out.push_str(&format!("\n## {name}\n"));
        fence(out, &join(statements));
    }
}

/// Adds a fence that nothing in the text closes.
fn fence(out: &mut String, text: &str) {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let marks = "`".repeat(longest.max(2) + 1);
    out.push_str(&format!("\n{marks}sql\n{text}{marks}\n"));
}

fn table<'a>(
    out: &mut String,
    document: &Document<'a>,
    table: Table<'a>,
    steps: impl Iterator<Item = &'a Step>,
) {
    let name = table.name().plain();
    let marks = if name.contains('`') { "``" } else { "`" };
    out.push_str(&format!("\n### {marks}{name}{marks}\n"));
    let written = table::write(document, table, &|_| true);
    let mut parts = vec![written.text];
    for step in steps {
        match step.key.kind {
            Kind::Table => {}
            Kind::ForeignKey if written.inline.contains(&step.key.part) => {}
            Kind::Comment if document.is_said_beside(step) => {}
            _ => parts.push(printed(step)),
        }
    }
    if let Some(text) = document.above(table).filter(|_| document.is_above(table)) {
        out.push_str(&format!("\n**Purpose:** {text}\n"));
    }
    fence(out, &join(parts));
}

/// Returns the tables by module, in the order of the document.
fn modules<'a>(document: &Document<'a>) -> Vec<(Option<ModuleId>, Vec<Table<'a>>)> {
    let mut modules: Vec<(Option<ModuleId>, Vec<Table<'a>>)> = Vec::new();
    let said = |table: &Table<'_>| !document.plainly.tables.contains(table.name());
    for table in document.schema.own_tables().filter(said) {
        match modules.iter_mut().find(|(module, _)| *module == table.data.module) {
            Some((_, tables)) => tables.push(table),
            None => modules.push((table.data.module, vec![table])),
        }
    }
    modules
}

/// Returns where every step stands: at its table, unless it needs something that stands behind all tables.
fn places(document: &Document<'_>) -> Vec<Place> {
    let mut behind: BTreeSet<usize> = BTreeSet::new();
    let mut places = Vec::new();
    for (at, step) in document.steps.iter().enumerate() {
        let is_behind =
            matches!(step.key.kind, Kind::View | Kind::MaterializedView | Kind::Grant | Kind::Action)
                || step.after.iter().any(|needed| behind.contains(needed));
        let place = match step.key.kind {
            _ if is_behind && step.key.kind != Kind::Table => Place::Behind,
            Kind::Schema
            | Kind::Extension
            | Kind::Collation
            | Kind::Enum
            | Kind::Composite
            | Kind::Domain
            | Kind::Type
            | Kind::Sequence => Place::Types,
            Kind::Routine => Place::Functions,
            _ if document.table_of(step).is_some() => Place::Table,
            Kind::Comment if document.schema.find_enum(&step.key.name).is_some() => Place::Types,
            _ => Place::Behind,
        };
        if place == Place::Behind {
            behind.insert(at);
        }
        places.push(place);
    }
    places
}

/// Returns a text as it can stand in a heading.
fn heading(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
