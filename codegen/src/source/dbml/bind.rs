//! Names of a DBML project looked up in all of its files, and what the language forbids.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Edit, Sink, did_you_mean};
use crate::source::decl::{EndpointDecl, Ident, QName};
use crate::span::Span;

use super::extra;
use super::parser::{flag, joined};
use super::scope::{PUBLIC, Scope, column_enum, find_enum, key};
use super::syntax::{
    Column, Document, Enum, Group, Index, IndexPart, Item, Records, Ref, Setting, Table, Value,
};

const UNKNOWN_TABLE: Code = Code::new("dbml-unknown-table");
const UNKNOWN_COLUMN: Code = Code::new("dbml-unknown-column");
const UNKNOWN_PARTIAL: Code = Code::new("dbml-unknown-partial");
const UNKNOWN_VALUE: Code = Code::new("dbml-unknown-enum-value");
const UNKNOWN_SETTING: Code = Code::new("dbml-unknown-setting");
pub(super) const INVALID_VALUE: Code = Code::new("dbml-invalid-value");
pub(super) const DUPLICATE: Code = Code::new("dbml-duplicate");
const EMPTY: Code = Code::new("dbml-empty");
pub(super) const SAME_ENDS: Code = Code::new("dbml-same-endpoints");
const COLUMN_COUNT: Code = Code::new("dbml-column-count");
const TWO_GROUPS: Code = Code::new("dbml-table-in-two-groups");
const IMPORTED_IN_GROUP: Code = Code::new("dbml-imported-in-group");
const REF_NOTE: Code = Code::new("dbml-note-on-ref");
const REF_TWICE: Code = Code::new("dbml-ref-twice");
const CONFLICTING: Code = Code::new("dbml-conflicting-settings");

/// Reports what one file says against the language.
pub(super) fn check(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    duplicates(document, sink);
    let mut ends = BTreeMap::new();
    for item in &document.items {
        match item {
            Item::Table(table) => {
                check_table(table, scope, sink);
                inline_refs(table, scope, &mut ends, sink);
            }
            Item::Partial(partial) => check_columns(partial, scope, sink),
            Item::Enum(data) => check_enum(data, sink),
            Item::Ref(data) => check_ref(data, scope, &mut ends, sink),
            Item::Group(group) => check_group(group, document, scope, sink),
            Item::Records(records) => check_records(records, scope, sink),
            Item::Project(_) | Item::Note(_) | Item::Use(_) => {}
            Item::Metadata(_) | Item::Dependencies(_) | Item::View(_) => {}
        }
    }
    groups(document, scope, sink);
    records_once(document, scope, sink);
    extra::check(document, scope, sink);
    // What is empty in a file with other mistakes is most often one of their consequences.
    if !sink.has_errors() {
        empty(document, scope, sink);
    }
}

/// Reports tables without columns and enums without values.
fn empty(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    for item in &document.items {
        match item {
            Item::Table(table) if scope.columns(table).is_empty() => {
                sink.error(EMPTY, table.name.span(), format!("the table `{}` has no columns", table.name))
                    .help("give it at least one column");
            }
            Item::Enum(data) if data.values.is_empty() => {
                sink.error(EMPTY, data.name.span(), format!("the enum `{}` has no values", data.name))
                    .help("give it a value");
            }
            _ => {}
        }
    }
}

/// Reports elements of one kind and name that stand twice.
fn duplicates(document: &Document, sink: &mut Sink) {
    let mut seen: BTreeMap<(&str, (String, String)), Span> = BTreeMap::new();
    let mut report = |kind, key: (String, String), span: Span, sink: &mut Sink| {
        let shown =
            if key.0 == PUBLIC || key.0.is_empty() { key.1.clone() } else { format!("{}.{}", key.0, key.1) };
        if let Some(first) = seen.insert((kind, key), span) {
            sink.error(DUPLICATE, span, format!("the {kind} `{shown}` is defined twice"))
                .label(first, "defined here first")
                .help("rename or remove one of the two");
        }
    };
    for item in &document.items {
        match item {
            Item::Table(table) => {
                report("table", key(&table.name), table.name.span(), sink);
                if let Some(alias) = &table.alias {
                    report("table", (PUBLIC.to_owned(), alias.node.clone()), alias.span, sink);
                }
            }
            Item::Partial(partial) => report("partial", key(&partial.name), partial.name.span(), sink),
            Item::Enum(data) => report("enum", key(&data.name), data.name.span(), sink),
            Item::Group(group) => report("group", key(&group.name), group.name.span(), sink),
            Item::Note(note) => report("note", (String::new(), note.name.node.clone()), note.name.span, sink),
            Item::Project(project) => {
                report("project", (String::new(), String::new()), project.span.at_start(), sink)
            }
            Item::Ref(_) | Item::Records(_) | Item::Use(_) => {}
            Item::Metadata(_) | Item::Dependencies(_) | Item::View(_) => {}
        }
    }
}

const COLUMN_SETTINGS: &[&str] = &[
    "dep",
    "pk",
    "primary key",
    "unique",
    "not null",
    "null",
    "increment",
    "default",
    "note",
    "ref",
    "check",
];
const INDEX_SETTINGS: &[&str] = &["pk", "unique", "name", "type", "note"];
const TABLE_SETTINGS: &[&str] = &["dep", "headercolor", "note"];
const REF_SETTINGS: &[&str] = &["delete", "update", "color", "inactive"];

fn check_table(table: &Table, scope: &Scope<'_>, sink: &mut Sink) {
    check_columns(table, scope, sink);
    known_settings(&table.settings, TABLE_SETTINGS, "table", sink);
    colors_and_notes(&table.settings, sink);
    if let [first, second, ..] = table.records.as_slice() {
        sink.error(DUPLICATE, first.span, format!("`{}` has two blocks of records", table.name))
            .label(second.span, "the second")
            .help("join them into one");
    }
    let columns = scope.columns(table);
    for (name, _) in &table.injections {
        if scope.partial(&name.node).is_none() {
            let known = scope.partials.keys().map(String::as_str);
            sink.error(UNKNOWN_PARTIAL, name.span, format!("there is no partial `{}`", name.node))
                .help(did_you_mean(&name.node, known));
        }
    }
    let names: BTreeSet<&str> = columns.iter().map(|column| column.name.node.as_str()).collect();
    for index in &table.indexes {
        check_index(index, table, &names, sink);
    }
    if let [first, .., second] = table.notes.as_slice() {
        sink.error(DUPLICATE, first.span, format!("the table `{}` has two notes", table.name))
            .label(second.span, "another one here")
            .help("join them into one");
    }
    for records in &table.records {
        check_record_columns(records, table, scope, sink);
    }
}

fn check_columns(table: &Table, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for column in &table.columns {
        if let Some(first) = seen.insert(&column.name.node, column.name.span) {
            sink.error(DUPLICATE, first, format!("the column `{}` stands twice", column.name.node))
                .label(column.name.span, "again here")
                .help("rename or remove one of the two");
        }
        known_settings(&column.settings, COLUMN_SETTINGS, "column", sink);
        if let (Some(_), Some(second)) =
            (flag(&column.settings, &["null"]), flag(&column.settings, &["not null"]))
        {
            sink.error(CONFLICTING, second, "a column is `null` or `not null`").help("remove one of the two");
        }
        for setting in &column.settings {
            check_column_setting(column, setting, scope, sink);
        }
    }
}

fn check_column_setting(column: &Column, setting: &Setting, scope: &Scope<'_>, sink: &mut Sink) {
    let wrong = |wanted: &str, sink: &mut Sink| {
        let span = setting.value.as_ref().map_or(setting.span, Value::span);
        sink.error(INVALID_VALUE, span, format!("`{}` takes {wanted}", setting.name.node))
            .help("see the setting's form");
    };
    match (setting.name.node.as_str(), &setting.value) {
        ("note", Some(Value::Text(_))) | ("check", Some(Value::Expression(_))) => {}
        ("note", _) => wrong("a text in quotes", sink),
        ("check", _) => wrong("an expression in backquotes", sink),
        ("ref", Some(Value::Relation(..))) => {}
        ("ref", _) => wrong("a relation: `> table.column`", sink),
        ("pk" | "primary key" | "unique" | "not null" | "null" | "increment", Some(_)) => {
            wrong("no value", sink)
        }
        ("default", Some(Value::Words(words, path))) => {
            let word = words.node.to_lowercase();
            if ["true", "false", "null"].contains(&word.as_str()) {
                return;
            }
            let Some(data) = column_enum(column, scope) else {
                // A path leads to a value of some other enum, which must be there.
                if path.split_last().is_none_or(|(_, data)| find_enum(data, scope).is_none()) {
                    let wanted = "a text in quotes, a number, an expression in backquotes, a boolean, null or an enum's value";
                    wrong(wanted, sink);
                }
                return;
            };
            let label = path.last().map_or(word.as_str(), |label| label.node.as_str());
            if !data.values.iter().any(|(value, _)| value.node == label) {
                let known = data.values.iter().map(|(value, _)| value.node.as_str());
                sink.error(UNKNOWN_VALUE, words.span, format!("`{label}` is no value of `{}`", data.name))
                    .help(did_you_mean(label, known));
            }
        }
        ("default", Some(Value::Relation(..) | Value::Color(_)) | None) => wrong("a value", sink),
        _ => {}
    }
}

pub(super) fn known_settings(settings: &[Setting], known: &[&str], of: &str, sink: &mut Sink) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for setting in settings {
        let name = setting.name.node.as_str();
        // A setting of the author's own has a text or a colour for its value.
        let may_be_own = ["table", "column", "group", "note"].contains(&of);
        let is_own = may_be_own && matches!(setting.value, Some(Value::Text(_) | Value::Color(_)));
        if !known.contains(&name) && !is_own {
            sink.error(UNKNOWN_SETTING, setting.name.span, format!("`{name}` is no setting of a {of}"))
                .help(did_you_mean(name, known.iter().copied()))
                .help(format!("a {of} takes {}", known.join(", ")));
        } else if !seen.insert(name) && !["ref", "check"].contains(&name) {
            sink.error(DUPLICATE, setting.span, format!("`{name}` stands twice"))
                .help("remove one of the two");
        }
    }
}

fn check_index(index: &Index, table: &Table, columns: &BTreeSet<&str>, sink: &mut Sink) {
    known_settings(&index.settings, INDEX_SETTINGS, "index", sink);
    for part in &index.parts {
        if let IndexPart::Column(name) = part
            && !columns.contains(name.node.as_str())
        {
            unknown_column(name, table, columns.iter().copied(), sink);
        }
    }
}

fn unknown_column<'a>(name: &Ident, table: &Table, known: impl Iterator<Item = &'a str>, sink: &mut Sink) {
    sink.error(UNKNOWN_COLUMN, name.span, format!("`{}` has no column `{}`", table.name, name.node))
        .label(table.name.span(), "the table")
        .help(did_you_mean(&name.node, known));
}

pub(super) fn unknown_table(name: &QName, scope: &Scope<'_>, sink: &mut Sink) {
    if scope.is_open {
        return;
    }
    let known = scope.table_names();
    sink.error(UNKNOWN_TABLE, name.span(), format!("there is no table `{name}`"))
        .help(did_you_mean(&name.to_string(), known.iter().map(String::as_str)));
}

fn check_enum(data: &Enum, sink: &mut Sink) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (value, settings) in &data.values {
        if let Some(first) = seen.insert(&value.node, value.span) {
            sink.error(DUPLICATE, first, format!("the value `{}` stands twice", value.node))
                .label(value.span, "again here")
                .help("remove one of the two");
        }
        known_settings(settings, &["note"], "value", sink);
    }
}

/// Both ends of the relations seen so far, in an order of their own, with where they stand.
type Ends = BTreeMap<Vec<((String, String), Vec<String>)>, Span>;

fn check_ref(data: &Ref, scope: &Scope<'_>, ends: &mut Ends, sink: &mut Sink) {
    for setting in &data.settings {
        if setting.name.node == "note" {
            sink.leniency(REF_NOTE, setting.span, "DBML has no notes on relations")
                .help("it is read as the relation's description; other tools refuse it");
        }
    }
    let known: Vec<Setting> =
        data.settings.iter().filter(|setting| setting.name.node != "note").cloned().collect();
    known_settings(&known, REF_SETTINGS, "relation", sink);
    colors_and_notes(&known, sink);
    for setting in known.iter().filter(|setting| setting.name.node == "inactive" && setting.value.is_some()) {
        sink.error(INVALID_VALUE, setting.span, "`inactive` takes no value").help("write the word alone");
    }
    for setting in known.iter().filter(|setting| ["delete", "update"].contains(&setting.name.node.as_str())) {
        let actions = ["cascade", "restrict", "set null", "set default", "no action"];
        let word = match &setting.value {
            Some(Value::Words(words, _)) => words.node.to_lowercase(),
            _ => String::new(),
        };
        if !actions.contains(&word.as_str()) {
            sink.error(
                INVALID_VALUE,
                setting.span,
                format!("`{}` takes {}", setting.name.node, actions.join(", ")),
            )
            .help(did_you_mean(&word, actions));
        }
    }
    check_ends(&data.endpoints, data.span, scope, ends, data.settings.is_empty(), sink);
}

fn inline_refs(table: &Table, scope: &Scope<'_>, ends: &mut Ends, sink: &mut Sink) {
    for column in scope.columns(table) {
        for endpoints in column_refs(table, column) {
            check_ends(&endpoints.0, endpoints.1, scope, ends, false, sink);
        }
    }
}

/// Returns the relations that a column's settings give, with their places.
pub(super) fn column_refs(table: &Table, column: &Column) -> Vec<([EndpointDecl; 2], Span)> {
    let refs = column.settings.iter().filter(|setting| setting.name.node == "ref");
    refs.filter_map(|setting| {
        let Some(Value::Relation(operator, path, columns, _)) = &setting.value else { return None };
        let own = EndpointDecl {
            table: table.name.clone(),
            columns: vec![column.name.clone()],
            relation: operator.left,
        };
        let target = match path.split_last() {
            Some((name, schema)) => QName { schema: joined(schema), name: name.clone() },
            // A column alone is one of the same table.
            None => table.name.clone(),
        };
        let other = EndpointDecl { table: target, columns: columns.clone(), relation: operator.right };
        Some(([own, other], setting.span))
    })
    .collect()
}

fn check_ends(
    endpoints: &[EndpointDecl; 2],
    span: Span,
    scope: &Scope<'_>,
    ends: &mut Ends,
    says_no_more: bool,
    sink: &mut Sink,
) {
    let mut keys = Vec::new();
    for end in endpoints {
        let Some(table) = scope.table(&end.table) else {
            unknown_table(&end.table, scope, sink);
            continue;
        };
        let columns = scope.columns(table);
        for name in &end.columns {
            if !columns.iter().any(|column| column.name.node == name.node) {
                unknown_column(name, table, columns.iter().map(|column| column.name.node.as_str()), sink);
            }
        }
        keys.push((
            key(&table.name),
            end.columns.iter().map(|column| column.node.clone()).collect::<Vec<_>>(),
        ));
    }
    let [a, b] = endpoints;
    if a.columns.len() != b.columns.len() {
        sink.error(
            COLUMN_COUNT,
            span,
            format!("{} columns stand against {}", a.columns.len(), b.columns.len()),
        )
        .help("name as many columns at one end as at the other");
    }
    if keys.len() < 2 {
        return;
    }
    if keys.first() == keys.get(1) {
        sink.error(SAME_ENDS, span, "both ends of this relation are the same")
            .help("name two different columns");
        return;
    }
    keys.sort();
    if let Some(first) = ends.get(&keys) {
        let first = *first;
        let diagnostic = sink.leniency(REF_TWICE, span, "this relation is given twice");
        diagnostic.label(first, "given here first").help("one of the two is enough");
        if says_no_more {
            diagnostic.fix("remove the second", vec![Edit { span, replacement: String::new() }]);
        }
    } else {
        ends.insert(keys, span);
    }
}

/// Reports colours and notes that are none.
pub(super) fn colors_and_notes(settings: &[Setting], sink: &mut Sink) {
    for setting in settings {
        let wanted = match (setting.name.node.as_str(), &setting.value) {
            ("headercolor" | "color", Some(Value::Color(_))) | ("note", Some(Value::Text(_))) => continue,
            ("color", Some(Value::Words(word, _))) if word.node.eq_ignore_ascii_case("none") => continue,
            ("headercolor" | "color", _) => "a colour such as `#3498DB`",
            ("note", _) => "a text in quotes",
            _ => continue,
        };
        sink.error(INVALID_VALUE, setting.span, format!("`{}` takes {wanted}", setting.name.node))
            .help("correct the value");
    }
}

fn check_group(group: &Group, document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    known_settings(&group.settings, &["color", "note"], "group", sink);
    colors_and_notes(&group.settings, sink);
    if let Some(schema) = &group.name.schema {
        sink.error(INVALID_VALUE, schema.span, "a group belongs to no schema")
            .help("write the group's name alone");
    }
    if let [first, .., second] = group.notes.as_slice() {
        sink.error(DUPLICATE, first.span, format!("the group `{}` has two notes", group.name))
            .label(second.span, "another one here")
            .help("join them into one");
    }
    for name in &group.tables {
        match scope.table(name) {
            None => unknown_table(name, scope, sink),
            Some(table) if !is_own(table, document) => {
                sink.error(IMPORTED_IN_GROUP, name.span(), format!("`{name}` belongs to another file"))
                    .help("a group holds tables of its own file; group it there");
            }
            Some(_) => {}
        }
    }
}

/// Tells whether a table is defined in a file, rather than taken from another.
fn is_own(table: &Table, document: &Document) -> bool {
    document.items.iter().any(|item| matches!(item, Item::Table(own) if own.span == table.span))
}

/// Reports tables that stand in two groups, or twice in one.
fn groups(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<(String, String), Span> = BTreeMap::new();
    for item in &document.items {
        let Item::Group(group) = item else { continue };
        for name in &group.tables {
            let Some(table) = scope.table(name) else { continue };
            if let Some(first) = seen.insert(key(&table.name), name.span()) {
                sink.error(TWO_GROUPS, name.span(), format!("the table `{name}` is in a group already"))
                    .label(first, "named here first")
                    .help("leave it in one group");
            }
        }
    }
}

/// Reports a second block of records for one table.
fn records_once(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<(String, String), Span> = BTreeMap::new();
    for item in &document.items {
        let (table, span) = match item {
            Item::Table(table) => match table.records.first() {
                Some(records) => (table, records.span),
                None => continue,
            },
            Item::Records(records) => match records.table.as_ref().and_then(|name| scope.table(name)) {
                Some(table) => (table, records.span),
                None => continue,
            },
            _ => continue,
        };
        if let Some(first) = seen.insert(key(&table.name), span) {
            sink.error(DUPLICATE, first, format!("`{}` has two blocks of records", table.name))
                .label(span, "the second")
                .help("join them into one");
        }
    }
}

fn check_records(records: &Records, scope: &Scope<'_>, sink: &mut Sink) {
    let Some(name) = &records.table else { return };
    match scope.table(name) {
        Some(table) => check_record_columns(records, table, scope, sink),
        None => unknown_table(name, scope, sink),
    }
}

fn check_record_columns(records: &Records, table: &Table, scope: &Scope<'_>, sink: &mut Sink) {
    let Some(table) = scope.table(&table.name) else { return };
    let columns = scope.columns(table);
    for name in &records.columns {
        if !columns.iter().any(|column| column.name.node == name.node) {
            unknown_column(name, table, columns.iter().map(|column| column.name.node.as_str()), sink);
        }
    }
    for value in records.rows.iter().flatten().flatten() {
        let Value::Words(words, path) = value else { continue };
        let Some((label, data)) = path.split_last() else { continue };
        let Some(data) = find_enum(data, scope) else { continue };
        if !data.values.iter().any(|(value, _)| value.node == label.node) {
            let known = data.values.iter().map(|(value, _)| value.node.as_str());
            sink.error(UNKNOWN_VALUE, words.span, format!("`{}` is no value of `{}`", label.node, data.name))
                .help(did_you_mean(&label.node, known));
        }
    }
}
