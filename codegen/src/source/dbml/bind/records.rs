//! Checks of records.

use std::collections::BTreeMap;

use crate::diag::{Code, Sink, Stage};
use crate::source::dbml::scope::Scope;
use crate::source::dbml::syntax::{Document, Item, Records, Table, Value};
use crate::span::Span;

use super::setting::check_enum_value;
use super::{DUPLICATE, INVALID_VALUE, unknown_column, unknown_table};

const RECORD_LENGTH: Code = Code::new("dbml-record-length");

pub(super) fn check_records(records: &Records<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let Some(name) = &records.table else { return };
    match scope.table(name) {
        Some(table) => check_record_columns(records, table, scope, sink),
        None => {
            unknown_table(name, scope, sink);
            check_values(records, scope, sink);
        }
    }
}

/// Reports tables that have several blocks of records.
pub(super) fn records_once(document: &Document<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<Span, Span> = BTreeMap::new();
    for (table, records) in recorded(document, scope) {
        if let Some(first) = seen.insert(table.span, records.span) {
            sink.error(DUPLICATE, first, format!("the table `{}` has two blocks of records", table.name))
                .label(records.span, "the second")
                .help("join the two blocks");
        } else if scope.recorded.contains(&table.span) {
            sink.error(DUPLICATE, records.span, format!("the table `{}` has records already", table.name))
                .label(table.name.span(), "they stand in the file that defines it")
                .help("join the two blocks");
        }
    }
}

/// Returns the tables that a file has records for.
pub(in crate::source::dbml) fn recorded<'a>(
    document: &'a Document<'a>,
    scope: &Scope<'a>,
) -> Vec<(&'a Table<'a>, &'a Records<'a>)> {
    let mut found = Vec::new();
    for item in &document.items {
        match item {
            Item::Table(table) => found.extend(table.records.iter().map(|records| (&**table, records))),
            Item::Records(records) => {
                let table = records.table.as_ref().and_then(|name| scope.table(name));
                found.extend(table.map(|table| (table, records)));
            }
            _ => {}
        }
    }
    found
}

pub(super) fn check_record_columns(
    records: &Records<'_>,
    table: &Table<'_>,
    scope: &Scope<'_>,
    sink: &mut Sink,
) {
    let Some(table) = scope.table(&table.name) else { return };
    for name in records.columns {
        if !scope.has_column(table, name.node) {
            unknown_column(name, table, scope, sink);
        }
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for name in records.columns {
        if let Some(first) = seen.insert(name.node, name.span) {
            sink.error(DUPLICATE, first, format!("the column `{}` stands twice", name.node))
                .label(name.span, "again here")
                .help("remove one of the two");
        }
    }
    let wanted =
        if records.columns.is_empty() { scope.columns(table).count() } else { records.columns.len() };
    check_values(records, scope, sink);
    for row in records.rows {
        let place = row.iter().flatten().next().map(Value::span);
        if let Some(span) = place.filter(|_| row.len() != wanted) {
            sink.error(RECORD_LENGTH, span, format!("{} values stand for {wanted} columns", row.len()))
                .help("give one value for each column; leave one out as `null`")
                .stage(Stage::Rows);
        }
    }
}

/// Reports what is no value.
fn check_values(records: &Records<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    for row in records.rows {
        for value in row.iter().flatten() {
            match value {
                Value::Words(_, path) if path.len() > 1 => check_enum_value(path, scope, sink),
                Value::Words(word, _)
                    if ["true", "false", "null"].contains(&word.node.to_lowercase().as_str()) => {}
                Value::Text(_) | Value::Quoted(_) | Value::Expression(_) | Value::Number(_) => {}
                Value::Words(..) | Value::Color(_) | Value::Relation(..) | Value::Dependency(..) => {
                    sink.error(INVALID_VALUE, value.span(), "this is no value of a record").help(
                        "write a text in quotes, a number, true, false, null, an enum's value or an expression",
                    )
                    .stage(Stage::Form);
                }
            }
        }
    }
}
