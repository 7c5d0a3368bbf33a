//! Names of a DBML project looked up in all of its files, and what the language forbids.

use std::collections::{BTreeMap, BTreeSet};

mod view;

pub(super) use view::qualified;

use crate::diag::{Code, Edit, Sink, did_you_mean};
use crate::source::decl::{EndpointDecl, Ident, Prose, QName};
use crate::span::Span;

use super::parser::flag;
use super::scope::{Key, PUBLIC, Scope, key};
use super::syntax::{
    Column, Document, Enum, Group, Index, IndexPart, Item, Records, Ref, Setting, Table, Value,
};

const UNKNOWN_TABLE: Code = Code::new("dbml-unknown-table");
const UNKNOWN_COLUMN: Code = Code::new("dbml-unknown-column");
const UNKNOWN_PARTIAL: Code = Code::new("dbml-unknown-partial");
const UNKNOWN_VALUE: Code = Code::new("dbml-unknown-enum-value");
const UNKNOWN_SETTING: Code = Code::new("dbml-unknown-setting");
const INVALID_VALUE: Code = Code::new("dbml-invalid-value");
const DUPLICATE: Code = Code::new("dbml-duplicate");
const EMPTY: Code = Code::new("dbml-empty");
const SAME_ENDS: Code = Code::new("dbml-same-endpoints");
const COLUMN_COUNT: Code = Code::new("dbml-column-count");
const TWO_GROUPS: Code = Code::new("dbml-table-in-two-groups");
const REF_NOTE: Code = Code::new("dbml-note-on-ref");
const REF_TWICE: Code = Code::new("dbml-ref-twice");
const UNKNOWN_ENUM: Code = Code::new("dbml-unknown-enum");
const GROUP_NAME: Code = Code::new("dbml-group-name");
const GROUP_IMPORT: Code = Code::new("dbml-imported-table-in-group");
const RECORD_LENGTH: Code = Code::new("dbml-record-length");
const CONFLICTING: Code = Code::new("dbml-conflicting-settings");

/// Reports what one file says against the language.
pub(super) fn check(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    duplicates(document, sink);
    let (mut ends, mut edges) = (BTreeMap::new(), BTreeMap::new());
    for item in &document.items {
        match item {
            Item::Table(table) => {
                check_table(table, scope, sink);
                inline_refs(table, scope, &mut ends, sink);
                view::inline_deps(table, None, &table.settings, scope, &mut edges, sink);
                for column in &table.columns {
                    view::inline_deps(table, Some(column), &column.settings, scope, &mut edges, sink);
                }
            }
            Item::Partial(partial) => {
                check_columns(partial, scope, sink);
                partial_refs(partial, scope, sink);
            }
            Item::Enum(data) => check_enum(data, sink),
            Item::Ref(data) => check_ref(data, scope, &mut ends, sink),
            Item::Group(group) => check_group(group, scope, sink),
            Item::Records(records) => check_records(records, scope, sink),
            Item::Note(note) => {
                known_settings(&note.settings, &["color", "note"], true, "note", sink);
                note_and_colors(&note.settings, sink);
            }
            Item::Dep(dep) => view::check_dep(dep, scope, &mut edges, sink),
            Item::Metadata(data) => view::check_metadata(data, scope, sink),
            Item::Diagram(diagram) => view::check_diagram(diagram, scope, sink),
            Item::Project(_) | Item::Use(_) => {}
        }
    }
    groups(document, scope, sink);
    records_once(document, scope, sink);
    empty_tables(document, scope, sink);
}

/// Reports tables without columns in a file that is sound otherwise; in others the columns may be what could not be read.
fn empty_tables(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    let sound = !sink.has_errors();
    for item in &document.items {
        if let Item::Table(table) = item
            && sound
            && scope.columns(table).is_empty()
        {
            sink.error(EMPTY, table.name.span(), format!("the table `{}` has no columns", table.name))
                .help("give it at least one column");
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
            Item::Diagram(diagram) => {
                report("view", (String::new(), diagram.name.node.clone()), diagram.name.span, sink)
            }
            Item::Ref(_) | Item::Records(_) | Item::Use(_) | Item::Dep(_) | Item::Metadata(_) => {}
        }
    }
}

const COLUMN_SETTINGS: &[&str] = &[
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
    "dep",
];
const INDEX_SETTINGS: &[&str] = &["pk", "unique", "name", "type", "note"];
const TABLE_SETTINGS: &[&str] = &["headercolor", "note", "dep"];
const REF_SETTINGS: &[&str] = &["delete", "update", "color", "inactive"];

fn check_table(table: &Table, scope: &Scope<'_>, sink: &mut Sink) {
    check_columns(table, scope, sink);
    known_settings(&table.settings, TABLE_SETTINGS, true, "table", sink);
    note_and_colors(&table.settings, sink);
    let columns = scope.columns(table);
    for (name, _) in &table.injections {
        if scope.partial(&name.node).is_none() {
            let known = scope.partial_names();
            sink.error(UNKNOWN_PARTIAL, name.span, format!("there is no partial `{}`", name.node))
                .help(did_you_mean(&name.node, known));
        }
    }
    let names: BTreeSet<&str> = columns.iter().map(|column| column.name.node.as_str()).collect();
    for index in &table.indexes {
        check_index(index, table, &names, sink);
    }
    two_notes(&table.notes, sink);
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
        known_settings(&column.settings, COLUMN_SETTINGS, true, "column", sink);
        if let (Some(_), Some(second)) =
            (flag(&column.settings, &["pk"]), flag(&column.settings, &["primary key"]))
        {
            sink.error(CONFLICTING, second, "`pk` and `primary key` are the same")
                .help("remove one of the two");
        }
        if let (Some(_), Some(second)) =
            (flag(&column.settings, &["null"]), flag(&column.settings, &["not null"]))
        {
            sink.error(CONFLICTING, second, "a column is `null` or `not null`").help("remove one of the two");
        }
        for setting in &column.settings {
            check_column_setting(setting, scope, sink);
        }
    }
}

fn check_column_setting(setting: &Setting, scope: &Scope<'_>, sink: &mut Sink) {
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
            if path.len() < 2 || words.node.contains(' ') && !path.iter().any(|part| part.node.contains(' '))
            {
                // A word that is no value of an enum names nothing.
                wrong(
                    "a text in quotes, a number, an expression in backquotes, a boolean, null or an enum's value",
                    sink,
                );
            } else {
                check_enum_value(path, scope, sink);
            }
        }
        ("default", Some(Value::Relation(..) | Value::Dependency(..) | Value::Color(_)) | None) => {
            wrong("a value", sink)
        }
        ("dep", Some(Value::Dependency(..))) => {}
        ("dep", _) => wrong("a dependency: `-> table.column`", sink),
        _ => {}
    }
}

/// Reports a path that should name the value of an enum and does not.
fn check_enum_value(path: &[Ident], scope: &Scope<'_>, sink: &mut Sink) {
    let Some((label, rest)) = path.split_last() else { return };
    let Some(name) = qualified(rest) else { return };
    let (schema, own) = key(&name);
    let Some(data) = scope.enumeration(&schema, &own) else {
        sink.error(UNKNOWN_ENUM, name.span(), format!("there is no enum `{name}`"))
            .help("define it, or write a text in quotes");
        return;
    };
    if !data.values.iter().any(|(value, _)| value.node == label.node) {
        let known = data.values.iter().map(|(value, _)| value.node.as_str());
        sink.error(UNKNOWN_VALUE, label.span, format!("`{}` is no value of `{}`", label.node, data.name))
            .help(did_you_mean(&label.node, known));
    }
}

/// Returns the enum that is a column's type.
pub(super) fn column_enum<'a>(column: &Column, scope: &Scope<'a>) -> Option<&'a Enum> {
    let (schema, name) = match column.ty.node.rsplit_once('.') {
        Some((schema, name)) => (schema, name),
        None => (PUBLIC, column.ty.node.as_str()),
    };
    scope.enumeration(schema, name)
}

/// Reports notes that are no text and colours that are none.
fn note_and_colors(settings: &[Setting], sink: &mut Sink) {
    for setting in settings {
        let wanted = match (setting.name.node.as_str(), &setting.value) {
            ("note", Some(Value::Text(_))) | ("color" | "headercolor", Some(Value::Color(_))) => continue,
            ("color", Some(Value::Words(word, _))) if word.node.eq_ignore_ascii_case("none") => continue,
            ("note", _) => "a text in quotes",
            ("color" | "headercolor", _) => "a colour such as `#08f`",
            _ => continue,
        };
        let span = setting.value.as_ref().map_or(setting.span, Value::span);
        sink.error(INVALID_VALUE, span, format!("`{}` takes {wanted}", setting.name.node))
            .help("write it in this form");
    }
}

fn two_notes(notes: &[Prose], sink: &mut Sink) {
    if let [first, second, ..] = notes {
        sink.error(DUPLICATE, first.span, "this has two notes")
            .label(second.span, "the second")
            .help("join them into one");
    }
}

/// Reports settings that are not `known` and settings that stand twice. With `custom`, settings of other names may hold a text
/// or a colour.
fn known_settings(settings: &[Setting], known: &[&str], custom: bool, of: &str, sink: &mut Sink) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for setting in settings {
        let name = setting.name.node.as_str();
        let own = custom && matches!(setting.value, Some(Value::Text(_) | Value::Color(_)));
        if !known.contains(&name) && !own {
            sink.error(UNKNOWN_SETTING, setting.name.span, format!("`{name}` is no setting of a {of}"))
                .help(did_you_mean(name, known.iter().copied()))
                .help(format!("a {of} takes {}", known.join(", ")));
        } else if !seen.insert(name) && !["ref", "check", "dep"].contains(&name) {
            sink.error(DUPLICATE, setting.span, format!("`{name}` stands twice"))
                .help("remove one of the two");
        }
    }
}

fn check_index(index: &Index, table: &Table, columns: &BTreeSet<&str>, sink: &mut Sink) {
    known_settings(&index.settings, INDEX_SETTINGS, false, "index", sink);
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

fn unknown_table(name: &QName, scope: &Scope<'_>, sink: &mut Sink) {
    if scope.is_open {
        return;
    }
    let known = scope.table_names();
    sink.error(UNKNOWN_TABLE, name.span(), format!("there is no table `{name}`"))
        .help(did_you_mean(&name.to_string(), known.iter().map(String::as_str)));
}

fn check_enum(data: &Enum, sink: &mut Sink) {
    if data.values.is_empty() && !sink.has_errors() {
        sink.error(EMPTY, data.name.span(), format!("the enum `{}` has no values", data.name))
            .help("give it a value");
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (value, settings) in &data.values {
        if let Some(first) = seen.insert(&value.node, value.span) {
            sink.error(DUPLICATE, first, format!("the value `{}` stands twice", value.node))
                .label(value.span, "again here")
                .help("remove one of the two");
        }
        known_settings(settings, &["note"], false, "value", sink);
    }
}

/// Both ends of the relations seen so far, in an order of their own, with where they stand.
type Ends = BTreeMap<Vec<((String, String), Vec<String>)>, Span>;

fn check_ref(data: &Ref, scope: &Scope<'_>, ends: &mut Ends, sink: &mut Sink) {
    for setting in &data.settings {
        if setting.name.node == "note" {
            let diagnostic = sink.leniency(REF_NOTE, setting.span, "DBML has no notes on relations");
            diagnostic.help("it is read as the relation's description; other tools refuse it");
            if let Some(edits) = note_to_comment(data, setting) {
                diagnostic.fix("make it a comment", edits);
            }
        }
    }
    let known: Vec<Setting> =
        data.settings.iter().filter(|setting| setting.name.node != "note").cloned().collect();
    known_settings(&known, REF_SETTINGS, false, "relation", sink);
    note_and_colors(&known, sink);
    if let Some(setting) = known.iter().find(|s| s.name.node == "inactive" && s.value.is_some()) {
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
    // One with a name or settings says more than the first: that is for a person to decide.
    let plain = data.stands_alone && data.settings.is_empty() && data.name.is_none();
    check_ends(&data.endpoints, data.span, scope, ends, plain, sink);
}

/// Returns edits that turn the note of a relation into a comment behind it. They keep the rest only where the note is of one
/// line and the relation's only setting.
fn note_to_comment(data: &Ref, note: &Setting) -> Option<Vec<Edit>> {
    let Some(Value::Text(text)) = &note.value else { return None };
    let brackets = data.brackets.filter(|_| data.settings.len() == 1 && !text.node.contains('\n'))?;
    Some(vec![Edit { span: brackets, replacement: format!("// {}", text.node) }])
}

fn inline_refs(table: &Table, scope: &Scope<'_>, ends: &mut Ends, sink: &mut Sink) {
    for column in scope.columns(table) {
        for endpoints in column_refs(table, column) {
            check_ends(&endpoints.0, endpoints.1, scope, ends, false, sink);
        }
    }
}

/// Checks where the relations of a partial lead; where they come from is a table that injects it.
fn partial_refs(partial: &Table, scope: &Scope<'_>, sink: &mut Sink) {
    for column in &partial.columns {
        for ([_, target], _) in column_refs(partial, column) {
            let own = target.table == partial.name;
            let Some(table) = (if own { Some(partial) } else { scope.table(&target.table) }) else {
                unknown_table(&target.table, scope, sink);
                continue;
            };
            for name in &target.columns {
                let columns = if own { table.columns.iter().collect() } else { scope.columns(table) };
                if !columns.iter().any(|column| column.name.node == name.node) {
                    unknown_column(name, table, columns.iter().map(|column| column.name.node.as_str()), sink);
                }
            }
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
            Some((name, schema)) => QName { schema: super::parser::joined(schema), name: name.clone() },
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
    plain: bool,
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
        if plain {
            diagnostic.fix("remove the second", vec![Edit { span, replacement: String::new() }]);
        }
    } else {
        ends.insert(keys, span);
    }
}

fn check_group(group: &Group, scope: &Scope<'_>, sink: &mut Sink) {
    if let Some(schema) = &group.name.schema {
        sink.error(GROUP_NAME, schema.span, "a group belongs to no schema").help("name it by one word");
    }
    known_settings(&group.settings, &["color", "note"], true, "group", sink);
    note_and_colors(&group.settings, sink);
    two_notes(&group.notes, sink);
    for name in &group.tables {
        match scope.table(name) {
            None => unknown_table(name, scope, sink),
            Some(table) if scope.is_imported(table) => {
                sink.error(GROUP_IMPORT, name.span(), format!("the table `{name}` is of another file"))
                    .help("group tables in the file that defines them");
            }
            Some(_) => {}
        }
    }
}

/// Reports tables that stand in two groups, or twice in one.
fn groups(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<Key, Span> = BTreeMap::new();
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

fn check_records(records: &Records, scope: &Scope<'_>, sink: &mut Sink) {
    let Some(name) = &records.table else { return };
    match scope.table(name) {
        Some(table) => check_record_columns(records, table, scope, sink),
        None => unknown_table(name, scope, sink),
    }
}

/// Reports tables that have several blocks of records.
fn records_once(document: &Document, scope: &Scope<'_>, sink: &mut Sink) {
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
pub(super) fn recorded<'a>(document: &'a Document, scope: &Scope<'a>) -> Vec<(&'a Table, &'a Records)> {
    let mut found = Vec::new();
    for item in &document.items {
        match item {
            Item::Table(table) => found.extend(table.records.iter().map(|records| (table, records))),
            Item::Records(records) => {
                let table = records.table.as_ref().and_then(|name| scope.table(name));
                found.extend(table.map(|table| (table, records)));
            }
            _ => {}
        }
    }
    found
}

fn check_record_columns(records: &Records, table: &Table, scope: &Scope<'_>, sink: &mut Sink) {
    let Some(table) = scope.table(&table.name) else { return };
    let columns = scope.columns(table);
    for name in &records.columns {
        if !columns.iter().any(|column| column.name.node == name.node) {
            unknown_column(name, table, columns.iter().map(|column| column.name.node.as_str()), sink);
        }
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for name in &records.columns {
        if let Some(first) = seen.insert(&name.node, name.span) {
            sink.error(DUPLICATE, first, format!("the column `{}` stands twice", name.node))
                .label(name.span, "again here")
                .help("remove one of the two");
        }
    }
    let wanted = if records.columns.is_empty() { columns.len() } else { records.columns.len() };
    for row in &records.rows {
        for value in row.iter().flatten() {
            if let Value::Words(_, path) = value
                && path.len() > 1
            {
                check_enum_value(path, scope, sink);
            }
        }
        let place = row.iter().flatten().next().map(Value::span);
        if let Some(span) = place.filter(|_| row.len() != wanted) {
            sink.error(RECORD_LENGTH, span, format!("{} values stand for {wanted} columns", row.len()))
                .help("give one value for each column; leave one out as `null`");
        }
    }
}
