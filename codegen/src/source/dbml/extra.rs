//! What is forbidden in the elements that say nothing about the database itself, and what metadata says of others.

use std::collections::BTreeMap;

use crate::diag::{Code, Sink};
use crate::source::decl::{Ident, Prose, ProseKind, QName};
use crate::span::Span;

use super::bind::{DUPLICATE, INVALID_VALUE, SAME_ENDS, colors_and_notes, known_settings, unknown_table};
use super::parser::body::dedent;
use super::parser::joined;
use super::scope::{Scope, key};
use super::syntax::{Dependency, Document, Item, Metadata, Records, Value, View};

const UNKNOWN_TARGET: Code = Code::new("dbml-unknown-metadata-target");
const UNNAMED: Code = Code::new("dbml-unnamed");

/// Reports what metadata, data flows, views, notes and records of one file say against the language.
pub(super) fn check(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    let mut flows: BTreeMap<(Vec<String>, Vec<String>), Span> = BTreeMap::new();
    for item in &document.items {
        match item {
            Item::Metadata(metadata) => check_metadata(metadata, document, scope, sink),
            Item::Dependencies(dependencies) => {
                dependencies.iter().for_each(|dependency| check_flow(dependency, &mut flows, sink));
            }
            Item::View(view) => check_view(view, scope, sink),
            Item::Note(note) => {
                known_settings(&note.settings, &["color"], "note", sink);
                colors_and_notes(&note.settings, sink);
            }
            Item::Records(records) => check_records(records, sink),
            Item::Table(table) => table.records.iter().for_each(|records| check_records(records, sink)),
            Item::Project(_)
            | Item::Partial(_)
            | Item::Enum(_)
            | Item::Ref(_)
            | Item::Group(_)
            | Item::Use(_) => {}
        }
    }
}

fn check_records(records: &Records, sink: &mut Sink) {
    known_settings(&records.settings, &["example"], "block of records", sink);
    for setting in records.settings.iter().filter(|setting| setting.value.is_some()) {
        sink.error(INVALID_VALUE, setting.span, format!("`{}` takes no value", setting.name.node))
            .help("write the word alone");
    }
}

fn check_metadata(metadata: &Metadata, document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    if !is_there(metadata, document, scope)
        && let Some(name) = joined(&metadata.path)
    {
        sink.error(UNKNOWN_TARGET, name.span, format!("there is no {} `{}`", metadata.kind.node, name.node))
            .help("name an element that this file defines");
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for property in &metadata.properties {
        if let Some(first) = seen.insert(&property.name.node, property.span) {
            sink.error(DUPLICATE, first, format!("`{}` stands twice", property.name.node))
                .label(property.span, "again here")
                .help("remove one of the two");
        }
    }
    colors_and_notes(&metadata.properties, sink);
}

/// Tells whether metadata belongs to something that is there; kinds that are not looked up count as there.
fn is_there(metadata: &Metadata, document: &Document, scope: &Scope<'_>) -> bool {
    match metadata.kind.node.as_str() {
        "table" => name_of(&metadata.path).is_some_and(|name| scope.table(&name).is_some()),
        "column" => metadata.path.split_last().is_some_and(|(column, table)| {
            let table = name_of(table).and_then(|name| scope.table(&name));
            table.is_some_and(|table| scope.columns(table).iter().any(|known| known.name.node == column.node))
        }),
        "tablegroup" => document.items.iter().any(|item| match item {
            Item::Group(group) => name_of(&metadata.path).is_some_and(|name| key(&name) == key(&group.name)),
            _ => false,
        }),
        "note" => document.items.iter().any(|item| match item {
            Item::Note(note) => metadata.path.last().is_some_and(|name| name.node == note.name.node),
            _ => false,
        }),
        _ => true,
    }
}

fn name_of(path: &[Ident]) -> Option<QName> {
    let (name, schema) = path.split_last()?;
    Some(QName { schema: joined(schema), name: name.clone() })
}

/// Returns the note that metadata gives an element of a kind; the last one counts.
pub(super) fn note_of_element(document: &Document, kind: &str, name: &QName) -> Option<Prose> {
    let of_element = document.items.iter().filter_map(|item| match item {
        Item::Metadata(data) if data.kind.node == kind => Some(data),
        _ => None,
    });
    let named = of_element.filter(|data| name_of(&data.path).is_some_and(|other| key(&other) == key(name)));
    let notes = named.flat_map(|data| &data.properties).filter_map(|property| match &property.value {
        Some(Value::Text(text)) if property.name.node == "note" => {
            Some(Prose { text: dedent(&text.node), span: text.span, kind: ProseKind::Note })
        }
        _ => None,
    });
    notes.into_iter().next_back()
}

fn check_flow(flow: &Dependency, flows: &mut BTreeMap<(Vec<String>, Vec<String>), Span>, sink: &mut Sink) {
    let texts = |path: &[Ident]| path.iter().map(|part| part.node.clone()).collect::<Vec<_>>();
    let ends = (texts(&flow.from), texts(&flow.to));
    if ends.0 == ends.1 {
        sink.error(SAME_ENDS, flow.span, "nothing flows from a place to itself")
            .help("name two different places");
    } else if let Some(first) = flows.insert(ends, flow.span) {
        sink.error(DUPLICATE, flow.span, "this flow is given twice")
            .label(first, "given here first")
            .help("remove one of the two");
    }
}

fn check_view(view: &View, scope: &Scope<'_>, sink: &mut Sink) {
    if view.name.is_none() {
        sink.error(UNNAMED, view.span.at_start(), "this view of the diagram has no name").help("name it");
    }
    for table in view.tables.iter().filter(|table| scope.table(table).is_none()) {
        unknown_table(table, scope, sink);
    }
}
