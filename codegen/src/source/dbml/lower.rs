//! The syntax tree to declarations.

use std::collections::BTreeMap;

use crate::source::decl::{
    CheckDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, DefaultDecl, DefaultKind, EndpointDecl,
    EnumDecl, EnumValueDecl, GroupDecl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, NamedMark,
    NoteDecl, ProjectDecl, Prose, ProseKind, QName, RefDecl, RowsDecl, TableDecl, Timing,
};
use crate::span::{Span, Spanned};

use super::bind::{column_enum, column_refs, qualified};
use super::parser::{flag, note_of};
use super::scope::Scope;
use super::syntax::{Column, Document, Index, IndexPart, Item, Records, Ref, Setting, Table, Value};

/// Returns what one file declares; what names nothing was reported by binding and is left out.
pub(super) fn lower(document: &Document, scope: &Scope<'_>) -> Vec<Decl> {
    let mut decls = Vec::new();
    let metadata = metadata_notes(document, scope);
    for item in &document.items {
        match item {
            Item::Project(project) => decls.push(Decl::Project(ProjectDecl {
                name: project.name.clone(),
                database_type: text_of(&project.properties, "database_type"),
                note: project.note.clone(),
                span: project.span,
            })),
            Item::Table(table) => lower_table(table, scope, &metadata, &mut decls),
            Item::Enum(data) => decls.push(Decl::Enum(EnumDecl {
                name: data.name.clone(),
                values: data
                    .values
                    .iter()
                    .map(|(name, settings)| EnumValueDecl { name: name.clone(), note: note_of(settings) })
                    .collect(),
                note: data.comments.first().cloned(),
                language: Language::Dbml,
                span: data.span,
            })),
            Item::Ref(data) => decls.extend(lower_ref(data, scope).map(Decl::Ref)),
            Item::Group(group) => decls.push(Decl::Group(GroupDecl {
                name: group.name.clone(),
                tables: group.tables.iter().filter_map(|name| resolved(name, scope)).collect(),
                note: metadata
                    .get(&Subject::Group(&group.name.name.node))
                    .cloned()
                    .or_else(|| group.notes.first().cloned())
                    .or_else(|| note_of(&group.settings)),
                span: group.span,
            })),
            Item::Note(note) => decls.push(Decl::Note(NoteDecl {
                name: note.name.clone(),
                content: note.content.clone(),
                span: note.span,
            })),
            Item::Records(records) => {
                if let Some(name) = &records.table {
                    decls.extend(rows(records, name, scope));
                }
            }
            Item::Partial(_) | Item::Use(_) | Item::Dep(_) | Item::Metadata(_) | Item::Diagram(_) => {}
        }
    }
    decls
}

/// What metadata may give a note.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject<'a> {
    Table(Span),
    Column(Span, &'a str),
    Group(&'a str),
}

/// Returns the notes that metadata gives; a later one outweighs an earlier one, and all of them what the element says itself.
fn metadata_notes<'a>(document: &'a Document, scope: &Scope<'a>) -> BTreeMap<Subject<'a>, Prose> {
    let mut notes = BTreeMap::new();
    for item in &document.items {
        let Item::Metadata(data) = item else { continue };
        let Some(note) = note_of(&data.fields) else { continue };
        let table = |path: &[Ident]| qualified(path).and_then(|name| scope.table(&name));
        let subject = match (data.kind.node.as_str(), data.path.as_slice()) {
            ("table", path) => table(path).map(|table| Subject::Table(table.span)),
            ("column", [path @ .., column]) => {
                table(path).map(|table| Subject::Column(table.span, &column.node))
            }
            ("tablegroup", [name]) => Some(Subject::Group(&name.node)),
            _ => None,
        };
        if let Some(subject) = subject {
            notes.insert(subject, note);
        }
    }
    notes
}

/// Returns a table's own name for a name or alias, at the place where it was said.
fn resolved(name: &QName, scope: &Scope<'_>) -> Option<QName> {
    let Some(table) = scope.table(name) else { return scope.is_open.then(|| name.clone()) };
    let moved = |ident: &Ident| Spanned::new(ident.node.clone(), name.span());
    Some(QName { schema: table.name.schema.as_ref().map(moved), name: moved(&table.name.name) })
}

fn lower_table(
    table: &Table,
    scope: &Scope<'_>,
    metadata: &BTreeMap<Subject<'_>, Prose>,
    decls: &mut Vec<Decl>,
) {
    let Some(known) = scope.table(&table.name) else { return };
    // A second table of the same name was reported; the first one stands.
    if known.span != table.span {
        return;
    }
    let partials = || table.injections.iter().rev().filter_map(|(name, _)| scope.partial(&name.node));
    let mut notes: Vec<Prose> = table.notes.iter().cloned().chain(note_of(&table.settings)).collect();
    if notes.is_empty() {
        notes.extend(partials().find_map(|p| p.notes.first().cloned().or_else(|| note_of(&p.settings))));
    }
    if let Some(note) = metadata.get(&Subject::Table(known.span)) {
        notes = vec![note.clone()];
    }
    notes.extend(table.comments.iter().cloned());
    let own_indexes = table.indexes.iter().chain(partials().flat_map(|partial| &partial.indexes));
    let checks = table.checks.iter().chain(partials().flat_map(|partial| &partial.checks));
    decls.push(Decl::Table(TableDecl {
        name: table.name.clone(),
        alias: table.alias.clone(),
        columns: scope
            .columns(known)
            .into_iter()
            .map(|column| {
                let mut decl = lower_column(column, scope);
                if let Some(note) = metadata.get(&Subject::Column(known.span, &column.name.node)) {
                    decl.notes.retain(|note| note.kind == ProseKind::Comment);
                    decl.notes.insert(0, note.clone());
                }
                decl
            })
            .collect(),
        constraints: checks
            .map(|check| {
                let name = text_of(&check.settings, "name");
                let kind = ConstraintKind::Check(CheckDecl {
                    name: name.clone(),
                    expression: check.expression.clone(),
                    no_inherit: false,
                });
                let span = check.expression.span;
                ConstraintDecl { name, kind, timing: Timing::NotDeferrable, not_valid: false, span }
            })
            .collect(),
        indexes: own_indexes.map(lower_index).collect(),
        notes,
        was: None,
        section: None,
        tail: None,
        language: Language::Dbml,
        span: table.span,
    }));
    for column in scope.columns(known) {
        for (endpoints, span) in column_refs(table, column) {
            decls.extend(reference(&endpoints, None, &[], true, span, scope).map(Decl::Ref));
        }
    }
    for records in &table.records {
        decls.extend(rows(records, &table.name, scope));
    }
}

fn lower_column(column: &Column, scope: &Scope<'_>) -> ColumnDecl {
    let settings = &column.settings;
    let mut decl = ColumnDecl::new(column.name.clone(), Some(column.ty.clone()), column.span);
    decl.primary_key = flag(settings, &["pk", "primary key"]).map(|span| NamedMark { name: None, span });
    decl.unique = flag(settings, &["unique"]).map(|span| NamedMark { name: None, span });
    decl.nullable = flag(settings, &["not null"])
        .map(|span| Spanned::new(false, span))
        .or_else(|| flag(settings, &["null"]).map(|span| Spanned::new(true, span)));
    decl.increment = flag(settings, &["increment"]);
    let default = settings.iter().find(|setting| setting.name.node == "default");
    decl.default = default.and_then(|setting| default_of(setting.value.as_ref()?, column, scope));
    decl.checks = settings
        .iter()
        .filter(|setting| setting.name.node == "check")
        .filter_map(|setting| match &setting.value {
            Some(Value::Expression(sql)) => {
                Some(CheckDecl { name: None, expression: sql.clone(), no_inherit: false })
            }
            _ => None,
        })
        .collect();
    decl.notes = note_of(settings).into_iter().chain(column.comments.iter().cloned()).collect();
    decl
}

fn default_of(value: &Value, column: &Column, scope: &Scope<'_>) -> Option<DefaultDecl> {
    let (kind, text) = match value {
        Value::Text(text) => (DefaultKind::String, text.node.clone()),
        Value::Expression(sql) => (DefaultKind::Expression, sql.node.clone()),
        Value::Number(number) => (DefaultKind::Number, number.node.clone()),
        Value::Words(words, path) => match words.node.to_lowercase().as_str() {
            word @ ("true" | "false") => (DefaultKind::Boolean, word.to_owned()),
            "null" => (DefaultKind::Null, "null".to_owned()),
            _ if column_enum(column, scope).is_some() => {
                (DefaultKind::EnumValue, path.last().map(|label| label.node.clone()).unwrap_or_default())
            }
            _ => (DefaultKind::String, words.node.clone()),
        },
        Value::Color(_) | Value::Relation(..) | Value::Dependency(..) => return None,
    };
    Some(DefaultDecl { kind, value: text, span: value.span() })
}

fn lower_index(index: &Index) -> IndexDecl {
    let parts = index
        .parts
        .iter()
        .map(|part| IndexPartDecl {
            key: match part {
                IndexPart::Column(name) => IndexKey::Column(name.clone()),
                IndexPart::Expression(sql) => IndexKey::Expression(sql.clone()),
            },
            options: None,
        })
        .collect();
    IndexDecl {
        name: text_of(&index.settings, "name"),
        parts,
        method: text_of(&index.settings, "type"),
        unique: flag(&index.settings, &["unique"]),
        primary_key: flag(&index.settings, &["pk"]),
        nulls_not_distinct: false,
        include: Vec::new(),
        predicate: None,
        storage: None,
        note: note_of(&index.settings),
        span: index.span,
    }
}

fn lower_ref(data: &Ref, scope: &Scope<'_>) -> Option<RefDecl> {
    let decl = reference(&data.endpoints, data.name.clone(), &data.settings, false, data.span, scope)?;
    Some(RefDecl { note: note_of(&data.settings), ..decl })
}

fn reference(
    endpoints: &[EndpointDecl; 2],
    name: Option<Ident>,
    settings: &[Setting],
    inline: bool,
    span: Span,
    scope: &Scope<'_>,
) -> Option<RefDecl> {
    let end = |end: &EndpointDecl| {
        // A relation to a column that is not there was reported.
        if let Some(known) = scope.table(&end.table) {
            let columns = scope.columns(known);
            let is_known = |name: &Ident| columns.iter().any(|column| column.name.node == name.node);
            if !end.columns.iter().all(is_known) {
                return None;
            }
        }
        let table = resolved(&end.table, scope)?;
        Some(EndpointDecl { table, columns: end.columns.clone(), relation: end.relation })
    };
    let [a, b] = endpoints;
    Some(RefDecl {
        name,
        endpoints: [end(a)?, end(b)?],
        on_delete: text_of(settings, "delete"),
        on_update: text_of(settings, "update"),
        note: None,
        inline,
        inactive: flag(settings, &["inactive"]).is_some(),
        span,
    })
}

/// Returns the text or words that a setting holds.
fn text_of(settings: &[Setting], name: &str) -> Option<Ident> {
    let setting = settings.iter().find(|setting| setting.name.node == name)?;
    match setting.value.as_ref()? {
        Value::Text(text) | Value::Words(text, _) | Value::Expression(text) => Some(text.clone()),
        Value::Number(_) | Value::Color(_) | Value::Relation(..) | Value::Dependency(..) => None,
    }
}

fn rows(records: &Records, name: &QName, scope: &Scope<'_>) -> Option<Decl> {
    let table = scope.table(name)?;
    let columns = scope.columns(table);
    let names = if records.columns.is_empty() {
        columns.iter().map(|column| Spanned::new(column.name.node.clone(), records.span)).collect()
    } else {
        records.columns.clone()
    };
    let null = || DefaultDecl { kind: DefaultKind::Null, value: "null".to_owned(), span: records.span };
    let rows = records
        .rows
        .iter()
        .map(|row| {
            let value = |(at, value): (usize, &Option<Value>)| {
                let name: Option<&Ident> = names.get(at);
                let column =
                    name.and_then(|name| columns.iter().find(|column| column.name.node == name.node));
                value
                    .as_ref()
                    .zip(column)
                    .and_then(|(value, column)| default_of(value, column, scope))
                    .unwrap_or_else(null)
            };
            row.iter().enumerate().map(value).collect()
        })
        .collect();
    Some(Decl::Rows(RowsDecl { table: resolved(name, scope)?, columns: names, rows, span: records.span }))
}
