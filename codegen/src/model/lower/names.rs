//! Names that PostgreSQL lets one thing have: two constraints of a table, two tables or indexes of a schema.

use std::collections::BTreeMap;

use super::Cx;
use super::twice::is_shell;
use crate::diag::Code;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::{Fact, TableData};
use crate::span::Span;

const NAME_TAKEN: Code = Code::new("name-taken");

/// Reports names that the documents give to two things which cannot both have them.
pub(super) fn check(cx: &mut Cx<'_>) {
    let mut taken: BTreeMap<QualifiedName, (&'static str, Span)> = BTreeMap::new();
    let mut twice = Vec::new();
    for table in cx.schema.tables.iter().filter(|table| !table.external) {
        claim(&mut taken, table.name.value.clone(), "a table", table.name.span, &mut twice);
    }
    for data in &cx.schema.verbatim {
        let kind = match data.kind.as_str() {
            "view" => "a view",
            "materialized view" => "a materialized view",
            "sequence" => "a sequence",
            "foreign table" => "a foreign table",
            _ => continue,
        };
        if let Some(name) = &data.creates {
            claim(&mut taken, name.clone(), kind, data.text.span, &mut twice);
        }
    }
    // Every table and view is a type of its rows too.
    let mut types = taken.clone();
    types.retain(|_, (kind, _)| *kind != "a sequence");
    for data in &cx.schema.enums {
        claim(&mut types, data.name.value.clone(), "an enumerated type", data.name.span, &mut twice);
    }
    for data in cx.schema.verbatim.iter().filter(|data| matches!(data.kind.as_str(), "type" | "domain")) {
        if let Some(name) = data.creates.as_ref().filter(|_| !is_shell(&data.text.node)) {
            claim(&mut types, name.clone(), "a type", data.text.span, &mut twice);
        }
    }
    for table in cx.schema.tables.iter().filter(|table| !table.external) {
        let schema = table.name.value.schema.as_ref().map(PgIdent::as_str);
        for (name, kind) in relations(table) {
            let name_of = QualifiedName::new(schema, name.value.as_str());
            claim(&mut taken, name_of, kind, name.span, &mut twice);
        }
        let mut own: BTreeMap<&PgIdent, (&'static str, Span)> = BTreeMap::new();
        for (name, kind) in constraints(table) {
            match own.get(&name.value).copied() {
                // Two of its keys are told of as indexes.
                Some((known, _)) if known == KEY && kind == KEY => {}
                Some((known, first)) => {
                    twice.push((name.value.as_str().to_owned(), kind, name.span, known, first))
                }
                None => _ = own.insert(&name.value, (kind, name.span)),
            }
        }
    }
    for (name, kind, span, known, first) in twice {
        cx.sink
            .error(NAME_TAKEN, span, format!("`{name}` is the name of {kind} here, and of {known} elsewhere"))
            .label(first, format!("{known} of the name"))
            .help("give one of them another name: PostgreSQL refuses the second");
    }
}

/// A name, what has it and where, and what has it already and where.
type Twice = (String, &'static str, Span, &'static str, Span);

const KEY: &str = "a key";

fn claim(
    taken: &mut BTreeMap<QualifiedName, (&'static str, Span)>,
    name: QualifiedName,
    kind: &'static str,
    span: Span,
    twice: &mut Vec<Twice>,
) {
    match taken.get(&name).copied() {
        Some((known, first)) => twice.push((name.plain(), kind, span, known, first)),
        None => _ = taken.insert(name, (kind, span)),
    }
}

/// Returns the named keys, exclusions and indexes of a table: each is an index of its schema.
fn relations(table: &TableData) -> impl Iterator<Item = (&Fact<PgIdent>, &'static str)> {
    let keys = table.primary_key.iter().chain(&table.uniques).filter_map(|key| key.name.as_ref());
    let exclusions = table.exclusions.iter().filter_map(|exclusion| exclusion.name.as_ref());
    let indexes = table.indexes.iter().filter_map(|index| index.name.as_ref());
    keys.map(|name| (name, KEY))
        .chain(exclusions.map(|name| (name, "an exclusion constraint")))
        .chain(indexes.map(|name| (name, "an index")))
}

/// Returns the named constraints of a table.
fn constraints(table: &TableData) -> impl Iterator<Item = (&Fact<PgIdent>, &'static str)> {
    let keys = table.primary_key.iter().chain(&table.uniques).filter_map(|key| key.name.as_ref());
    let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
    let foreign = table.foreign_keys.iter().filter_map(|key| key.name.as_ref());
    keys.map(|name| (name, KEY))
        .chain(checks.map(|name| (name, "a check")))
        .chain(foreign.map(|name| (name, "a foreign key")))
}
