//! Checks of what stands beside the schema: dependencies of data, metadata and views of a diagram.

use std::collections::BTreeMap;

use crate::diag::{Code, Sink, Stage, did_you_mean};
use crate::source::dbml::scope::Scope;
use crate::source::dbml::syntax::{Column, Dep, Diagram, Metadata, Setting, Table, Value, Word};
use crate::span::Span;

use super::setting::note_and_colors;
use super::{DUPLICATE, INVALID_VALUE, unknown_column, unknown_table};

const DEP_TWICE: Code = Code::new("dbml-dep-twice");
const DEP_SELF: Code = Code::new("dbml-dep-on-itself");
const DEP_TARGETS: Code = Code::new("dbml-dep-targets");
const UNKNOWN_TARGET: Code = Code::new("dbml-unknown-element-name");

/// An end of a dependency: a table, and a column of it if one is meant.
type End<'a> = (Span, Option<&'a str>);

/// The dependencies seen so far, with where they stand.
pub(super) type Edges<'a> = BTreeMap<(End<'a>, End<'a>), Span>;

pub(super) fn check_dep<'a>(dep: &'a Dep<'a>, scope: &Scope<'a>, edges: &mut Edges<'a>, sink: &mut Sink) {
    let mut downstream: Option<(Span, Span)> = None;
    for edge in dep.edges {
        let from = end(edge.from, None, scope, sink);
        let to = end(edge.to, None, scope, sink);
        let (Some(from), Some(to)) = (from, to) else { continue };
        check_edge(from, to, edge.span, edges, sink);
        match downstream {
            Some((table, first)) if table != to.0 => {
                sink.error(DEP_TARGETS, dep.span, "the dependencies of one block lead to different tables")
                    .label(first, "one leads here")
                    .label(edge.span, "another leads there")
                    .help("write a block for each table")
                    .stage(Stage::Whole);
            }
            Some(_) => {}
            None => downstream = Some((to.0, edge.span)),
        }
    }
}

/// Checks the dependencies among the settings of a table or column.
pub(super) fn inline_deps<'a>(
    table: &'a Table<'a>,
    column: Option<&'a Column<'a>>,
    settings: &'a [Setting<'a>],
    scope: &Scope<'a>,
    edges: &mut Edges<'a>,
    sink: &mut Sink,
) {
    for setting in settings {
        let Some(Value::Dependency(forward, path, _)) = &setting.value else { continue };
        let own: End<'a> = (table.span, column.map(|column| column.name.node));
        let Some(other) = end(path, column.map(|_| table), scope, sink) else { continue };
        let (from, to) = if *forward { (own, other) } else { (other, own) };
        check_edge(from, to, setting.span, edges, sink);
    }
}

fn check_edge<'a>(from: End<'a>, to: End<'a>, span: Span, edges: &mut Edges<'a>, sink: &mut Sink) {
    if from == to && from.1.is_some() {
        sink.error(DEP_SELF, span, "a column does not depend on itself")
            .help("name two different columns")
            .stage(Stage::Whole);
        return;
    }
    if let Some(first) = edges.get(&(from, to)) {
        sink.error(DEP_TWICE, span, "this dependency is given twice")
            .label(*first, "given here first")
            .help("remove one of the two")
            .stage(Stage::Whole);
    } else {
        edges.insert((from, to), span);
    }
}

/// Finds what a path names: a table, or a column of one; a column alone is one of `own`.
fn end<'a>(
    path: &'a [Word<'a>],
    own: Option<&'a Table<'a>>,
    scope: &Scope<'a>,
    sink: &mut Sink,
) -> Option<End<'a>> {
    let whole = scope.name(path)?;
    if let (Some(table), [column]) = (own, path) {
        return column_of(table, column, scope, sink);
    }
    if let Some(table) = scope.table(&whole) {
        return Some((table.span, None));
    }
    let (column, rest) = path.split_last()?;
    let Some(name) = scope.name(rest) else {
        unknown_table(&whole, scope, sink);
        return None;
    };
    match scope.table(&name) {
        Some(table) => column_of(table, column, scope, sink),
        None => {
            unknown_table(&name, scope, sink);
            None
        }
    }
}

fn column_of<'a>(
    table: &'a Table<'a>,
    name: &'a Word<'a>,
    scope: &Scope<'a>,
    sink: &mut Sink,
) -> Option<End<'a>> {
    if scope.has_column(table, name.node) {
        return Some((table.span, Some(name.node)));
    }
    unknown_column(name, table, scope, sink);
    None
}

pub(super) fn check_metadata(data: &Metadata<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let kinds = ["table", "column", "tablegroup", "note"];
    if !kinds.contains(&data.kind.node) {
        sink.error(UNKNOWN_TARGET, data.kind.span, format!("`{}` takes no metadata", data.kind.node))
            .help(did_you_mean(data.kind.node, kinds))
            .help("metadata is about a Table, Column, TableGroup or Note")
            .stage(Stage::Form);
        return;
    }
    if !is_target(data, scope) {
        let span = data.path.first().map_or(data.kind.span, |first| first.span);
        let shown = data.path.iter().map(|part| part.node).collect::<Vec<_>>().join(".");
        sink.error(UNKNOWN_TARGET, span, format!("there is no {} `{shown}`", data.kind.node))
            .help("metadata is about something that is defined; check its name");
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for field in data.fields {
        if let Some(second) = seen.insert(field.name.node, field.span) {
            sink.error(DUPLICATE, second, format!("`{}` stands twice", field.name.node))
                .label(field.span, "and here")
                .help("remove one of the two")
                .stage(Stage::Form);
        }
        if !matches!(field.value, None | Some(Value::Text(_) | Value::Quoted(_) | Value::Color(_))) {
            sink.error(INVALID_VALUE, field.span, "metadata is a text in quotes or a colour")
                .help("write the value in quotes")
                .stage(Stage::Form);
        }
    }
    note_and_colors(data.fields, sink);
}

fn is_target(data: &Metadata<'_>, scope: &Scope<'_>) -> bool {
    let name = scope.name(data.path);
    match (data.kind.node, data.path) {
        ("table", _) => name.is_some_and(|name| scope.table(&name).is_some()),
        ("column", [path @ .., column]) => {
            let table = scope.name(path).and_then(|name| scope.table(&name));
            table.is_some_and(|table| scope.has_column(table, column.node))
        }
        ("tablegroup", [name]) => scope.groups.contains(name.node),
        ("note", [name]) => scope.notes.contains(name.node),
        _ => false,
    }
}

pub(super) fn check_diagram(diagram: &Diagram<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let schemas = scope.schemas();
    let mut seen: BTreeMap<(&str, String), Span> = BTreeMap::new();
    for (kind, names) in diagram.lists {
        for name in *names {
            if let Some(first) = seen.insert((kind.node, name.to_string()), name.span()) {
                sink.error(DUPLICATE, first, format!("`{name}` is listed twice"))
                    .label(name.span(), "again here")
                    .help("remove one of the two");
            }
            let own = name.name.node;
            let found = match kind.node {
                "tables" => scope.table(name).is_some(),
                "notes" => scope.notes.contains(own),
                "tablegroups" => scope.groups.contains(own),
                _ => own == crate::source::dbml::scope::PUBLIC || schemas.contains(own),
            };
            if !found && kind.node == "tables" {
                unknown_table(name, scope, sink);
            } else if !found {
                sink.error(
                    UNKNOWN_TARGET,
                    name.span(),
                    format!("there is no `{name}` among the {}", kind.node),
                )
                .help("check the name, or take it off the list");
            }
        }
    }
}
