//! Names of a DBML project looked up in all of its files, and what the language forbids.

use std::collections::BTreeMap;

mod records;
mod reference;
mod setting;
mod twice;
mod view;

pub(super) use records::recorded;
pub(super) use reference::{Side, column_refs, sides};

use crate::diag::{Code, Sink, Stage, did_you_mean};
use crate::span::Span;

use super::parser::flag;
use super::scope::{Key, Named, PUBLIC, Scope, key};
use super::syntax::{Column, Document, Enum, Group, Index, IndexPart, Item, Name, Table, Value, Word};
use records::{check_record_columns, check_records, records_once};
use reference::{check_ref, inline_refs, partial_refs};
use setting::{check_column_setting, known_settings, note_and_colors, two_notes, words_and_texts};

const UNKNOWN_TABLE: Code = Code::new("dbml-unknown-table");
const UNKNOWN_COLUMN: Code = Code::new("dbml-unknown-column");
const UNKNOWN_PARTIAL: Code = Code::new("dbml-unknown-partial");
const UNKNOWN_SETTING: Code = Code::new("dbml-unknown-setting");
pub(super) const INVALID_VALUE: Code = Code::new("dbml-invalid-value");
const DUPLICATE: Code = Code::new("dbml-duplicate");
const EMPTY: Code = Code::new("dbml-empty");
const TWO_GROUPS: Code = Code::new("dbml-table-in-two-groups");
const GROUP_NAME: Code = Code::new("dbml-group-name");
const GROUP_IMPORT: Code = Code::new("dbml-imported-table-in-group");
const PARTIAL: Code = Code::new("dbml-partial");
const CONFLICTING: Code = Code::new("dbml-conflicting-settings");

/// What says that there is no such name.
pub(super) const UNKNOWN_NAMES: &[Code] = &[UNKNOWN_TABLE, UNKNOWN_COLUMN, UNKNOWN_PARTIAL];

/// Reports what one file says against the language.
pub(super) fn check<'a>(document: &'a Document<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    duplicates(document, sink);
    let (mut ends, mut edges) = (Named::default(), BTreeMap::new());
    for item in &document.items {
        match item {
            Item::Table(table) => {
                check_table(table, scope, sink);
                inline_refs(table, scope, &mut ends, sink);
                view::inline_deps(table, None, table.settings, scope, &mut edges, sink);
                for column in table.columns {
                    view::inline_deps(table, Some(column), column.settings, scope, &mut edges, sink);
                }
            }
            Item::Partial(partial) => {
                check_partial(partial, scope, sink);
                partial_refs(partial, scope, sink);
            }
            Item::Enum(data) => check_enum(data, sink),
            Item::Ref(data) => check_ref(data, scope, &mut ends, sink),
            Item::Group(group) => check_group(group, scope, sink),
            Item::Records(records) => check_records(records, scope, sink),
            Item::Note(note) => {
                known_settings(note.settings, &["color", "note"], true, "note", sink);
                note_and_colors(note.settings, sink);
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
fn empty_tables<'a>(document: &'a Document<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    let sound = !sink.has_errors();
    for item in &document.items {
        if let Item::Table(table) = item
            && sound
            && scope.columns(table).next().is_none()
        {
            sink.error(EMPTY, table.name.span(), format!("the table `{}` has no columns", table.name))
                .help("give it at least one column");
        }
    }
}

/// Reports elements of one kind and name that stand twice.
fn duplicates(document: &Document<'_>, sink: &mut Sink) {
    let mut seen: Named<(&str, Key<'_>), Span> = Named::default();
    seen.reserve(document.items.len());
    let mut report = |kind, key, span: Span, sink: &mut Sink| {
        if let Some(first) = seen.insert((kind, key), span) {
            let (schema, name) = key;
            let shown =
                if [PUBLIC, ""].contains(&schema) { name.to_owned() } else { format!("{schema}.{name}") };
            // Of projects, which need no name, neither is the second.
            let (here, there, told) = match kind {
                "project" => (first, span, "and here"),
                _ => (span, first, "defined here first"),
            };
            let stage = if kind == "project" { Stage::Form } else { Stage::Names };
            sink.error(DUPLICATE, here, format!("the {kind} `{shown}` is defined twice"))
                .label(there, told)
                .help("rename or remove one of the two")
                .stage(stage);
        }
    };
    for item in &document.items {
        match item {
            Item::Table(table) => {
                report("table", key(&table.name), table.name.span(), sink);
                let own = table.name.schema.is_none().then_some(table.name.name.node);
                if let Some(alias) = table.alias.as_ref().filter(|alias| Some(alias.node) != own) {
                    report("table", (PUBLIC, alias.node), alias.span, sink);
                }
            }
            Item::Partial(partial) => report("partial", key(&partial.name), partial.name.span(), sink),
            Item::Enum(data) => report("enum", key(&data.name), data.name.span(), sink),
            Item::Group(group) => report("group", key(&group.name), group.name.span(), sink),
            Item::Note(note) => report("note", ("", note.name.node), note.name.span, sink),
            Item::Project(project) => report("project", ("", ""), project.span.at_start(), sink),
            Item::Diagram(diagram) => report("view", ("", diagram.name.node), diagram.name.span, sink),
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
const PARTIAL_SETTINGS: &[&str] = &["headercolor", "note"];
const TABLE_SETTINGS: &[&str] = &["headercolor", "note", "dep"];

fn check_table<'a>(table: &'a Table<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    check_columns(table, scope, sink);
    known_settings(table.settings, TABLE_SETTINGS, true, "table", sink);
    check_body(table, scope, sink);
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (name, _) in table.injections {
        if let Some(first) = seen.insert(name.node, name.span) {
            sink.error(DUPLICATE, first, format!("the partial `{}` is injected twice", name.node))
                .label(name.span, "again here")
                .help("remove one of the two");
        }
        if scope.partial(name.node).is_none() && !scope.may_be_lost((PUBLIC, name.node)) {
            let known = sink.may_suggest().then(|| scope.partial_names()).into_iter().flatten();
            sink.error(UNKNOWN_PARTIAL, name.span, format!("there is no partial `{}`", name.node))
                .help(did_you_mean(name.node, known));
        }
    }
    for index in table.indexes {
        parts_once(index, sink);
    }
    for records in table.records {
        check_record_columns(records, table, scope, sink);
    }
}

/// Reports what stands twice in an index.
fn parts_once(index: &Index<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for IndexPart::Column(word) | IndexPart::Expression(word) in index.parts {
        if let Some(first) = seen.insert(word.node, word.span) {
            sink.error(DUPLICATE, first, format!("`{}` stands twice in this index", word.node))
                .label(word.span, "again here")
                .help("remove one of the two");
        }
    }
}

/// Reports what a partial may not have: it is a table's body under a simple name.
fn check_partial<'a>(partial: &'a Table<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    check_columns(partial, scope, sink);
    known_settings(partial.settings, PARTIAL_SETTINGS, false, "partial", sink);
    check_body(partial, scope, sink);
    let schema = partial.name.schema.as_ref().map(|schema| (schema.span, "belongs to no schema"));
    let alias = partial.alias.as_ref().map(|alias| (alias.span, "has no second name"));
    let injected = partial.injections.first().map(|(name, _)| (name.span, "injects no other partial"));
    let records = partial.records.first().map(|records| (records.span, "holds no records"));
    for (span, what) in [schema, alias, injected, records].into_iter().flatten() {
        sink.error(PARTIAL, span, format!("a partial {what}"))
            .help("move it to a table, or leave it out")
            .stage(Stage::Form);
    }
}

/// Checks what tables and partials have in common beside their columns.
fn check_body<'a>(table: &'a Table<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    // `color` is a word like any other here.
    note_and_colors(table.settings.iter().filter(|setting| setting.name.node != "color"), sink);
    for index in table.indexes {
        check_index(index, table, scope, sink);
    }
    for check in table.checks {
        known_settings(check.settings, &["name"], false, "check", sink);
        words_and_texts(check.settings, &[], &["name"], sink);
    }
    two_notes(table.notes, sink);
}

/// Names and where they stand. A table has few columns, among which looking is faster than keeping an order.
struct Seen<'a> {
    few: Vec<(&'a str, Span)>,
    many: Named<&'a str, Span>,
}

impl<'a> Seen<'a> {
    const FEW: usize = 16;

    fn with_room(count: usize) -> Self {
        Self { few: Vec::with_capacity(count.min(Self::FEW)), many: Named::default() }
    }

    /// Takes note of a name; returns where it stands already.
    fn insert(&mut self, name: &'a str, span: Span) -> Option<Span> {
        if self.few.len() < Self::FEW {
            let known = self.few.iter_mut().find(|(known, _)| *known == name);
            let before = known.map(|(_, place)| std::mem::replace(place, span));
            if before.is_none() {
                self.few.push((name, span));
            }
            return before;
        }
        if self.many.is_empty() {
            self.many.extend(self.few.iter().copied());
        }
        self.many.insert(name, span)
    }
}

fn check_columns(table: &Table<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen = Seen::with_room(table.columns.len());
    for column in table.columns {
        if column.name.node.is_empty() {
            sink.error(EMPTY, column.name.span, "this column's name is empty").help("name the column");
        }
        if let Some(first) = seen.insert(column.name.node, column.name.span) {
            sink.error(DUPLICATE, first, format!("the column `{}` stands twice", column.name.node))
                .label(column.name.span, "again here")
                .help("rename or remove one of the two");
        }
        known_settings(column.settings, COLUMN_SETTINGS, true, "column", sink);
        if let (Some(_), Some(second)) =
            (flag(column.settings, &["pk"]), flag(column.settings, &["primary key"]))
        {
            sink.error(CONFLICTING, second, "`pk` and `primary key` are the same")
                .help("remove one of the two")
                .stage(Stage::Form);
        }
        if let (Some(_), Some(second)) =
            (flag(column.settings, &["null"]), flag(column.settings, &["not null"]))
        {
            sink.error(CONFLICTING, second, "a column is `null` or `not null`")
                .help("remove one of the two")
                .stage(Stage::Form);
        }
        for setting in column.settings {
            check_column_setting(setting, scope, sink);
        }
    }
}

/// Returns the enum that is a column's type.
pub(super) fn column_enum<'a>(column: &Column<'_>, scope: &Scope<'a>) -> Option<&'a Enum<'a>> {
    scope.enumeration(column.ty.node.rsplit_once('.').unwrap_or((PUBLIC, column.ty.node)))
}

fn check_index<'a>(index: &Index<'_>, table: &'a Table<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    known_settings(index.settings, INDEX_SETTINGS, false, "index", sink);
    words_and_texts(index.settings, &["pk", "unique"], &["name", "note"], sink);
    for setting in index.settings.iter().filter(|setting| setting.name.node == "type") {
        match &setting.value {
            Some(Value::Quoted(_)) => {}
            Some(Value::Words(_, path)) if path.len() == 1 => {}
            _ => {
                sink.error(INVALID_VALUE, setting.span, "`type` takes the name of an access method")
                    .help("write `btree` or `hash`")
                    .stage(Stage::Form);
            }
        }
    }
    if index.parts.is_empty() {
        sink.warning(EMPTY, index.span, "this index has no columns").help("name its columns, or remove it");
    }
    for part in index.parts {
        if let IndexPart::Column(name) = part
            && !scope.has_column(table, name.node)
        {
            unknown_column(name, table, scope, sink);
        }
    }
}

/// Reports a name that is no column of a table.
fn unknown_column<'a>(name: &Word<'_>, table: &'a Table<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    if scope.is_lost_column(name.node) {
        return;
    }
    let names = || scope.columns(table).map(|column| column.name.node);
    let known = sink.may_suggest().then(names).into_iter().flatten();
    sink.error(UNKNOWN_COLUMN, name.span, format!("`{}` has no column `{}`", table.name, name.node))
        .label(table.name.span(), "the table")
        .help(did_you_mean(name.node, known));
}

fn unknown_table(name: &Name<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    if scope.is_open || scope.may_be_lost(key(name)) {
        return;
    }
    let known = if sink.may_suggest() { scope.table_names() } else { Vec::new() };
    sink.error(UNKNOWN_TABLE, name.span(), format!("there is no table `{name}`"))
        .help(did_you_mean(&name.to_string(), known.iter().map(String::as_str)));
}

fn check_enum(data: &Enum<'_>, sink: &mut Sink) {
    if data.values.is_empty() && !sink.has_errors() {
        sink.error(EMPTY, data.name.span(), format!("the enum `{}` has no values", data.name))
            .help("give it a value")
            .stage(Stage::Form);
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (value, settings) in data.values {
        if let Some(first) = seen.insert(value.node, value.span) {
            sink.error(DUPLICATE, first, format!("the value `{}` stands twice", value.node))
                .label(value.span, "again here")
                .help("remove one of the two");
        }
        known_settings(*settings, &["note"], false, "value", sink);
        note_and_colors(*settings, sink);
    }
}

fn check_group(group: &Group<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    if let Some(schema) = &group.name.schema {
        sink.error(GROUP_NAME, schema.span, "a group belongs to no schema")
            .help("name it by one word")
            .stage(Stage::Form);
    }
    known_settings(group.settings, &["color", "note"], true, "group", sink);
    note_and_colors(group.settings, sink);
    two_notes(group.notes, sink);
    for name in group.tables {
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
fn groups(document: &Document<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let mut seen: BTreeMap<Key<'_>, Span> = BTreeMap::new();
    for item in &document.items {
        let Item::Group(group) = item else { continue };
        for name in group.tables {
            let Some(table) = scope.table(name) else { continue };
            let Some(first) = seen.insert(key(&table.name), name.span()) else { continue };
            if first.start > group.span.start {
                sink.error(DUPLICATE, first, format!("the table `{name}` stands twice in this group"))
                    .label(name.span(), "again here")
                    .help("remove one of the two");
            } else {
                sink.error(TWO_GROUPS, name.span(), format!("the table `{name}` is in a group already"))
                    .label(first, "named here first")
                    .help("leave it in one group");
            }
        }
    }
}
