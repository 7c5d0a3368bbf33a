//! The syntax tree to declarations.

use std::collections::BTreeMap;

use crate::source::decl::{
    CheckDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, DefaultDecl, DefaultKind, EndpointDecl,
    EnumDecl, EnumValueDecl, GroupDecl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, NamedMark,
    NoteDecl, ProjectDecl, Prose, ProseKind, QName, RefDecl, RowsDecl, TableDecl, Timing,
};
use crate::span::{Span, Spanned};

use super::bind::{Side, column_enum, column_refs, sides};
use super::parser::{flag, note_of};
use super::scope::Scope;
use super::syntax::{
    Column, Document, Index, IndexPart, Item, Name, Records, Ref, Remark, Setting, Table, Value, Word,
};

/// Returns what one file declares; what names nothing was reported by binding and is left out.
pub(super) fn lower<'a>(document: &'a Document<'a>, scope: &Scope<'a>) -> Vec<Decl> {
    // A table may bring relations; room that is never touched costs nothing.
    let mut decls = Vec::with_capacity(2 * document.items.len());
    let metadata = metadata_notes(document, scope);
    for item in &document.items {
        match item {
            Item::Project(project) => decls.push(Decl::Project(ProjectDecl {
                name: project.name.as_ref().map(ident),
                database_type: text_of(project.properties, "database_type"),
                note: project.note.as_ref().map(prose),
                span: project.span,
            })),
            Item::Table(table) => lower_table(table, scope, &metadata, &mut decls),
            Item::Enum(data) => decls.push(Decl::Enum(EnumDecl {
                was: None,
                name: qname(&data.name),
                values: data
                    .values
                    .iter()
                    .map(|(name, settings)| EnumValueDecl {
                        was: None,
                        name: ident(name),
                        note: note(settings),
                    })
                    .collect(),
                note: data.comments.first().map(prose),
                if_missing: false,
                language: Language::Dbml,
                span: data.span,
            })),
            Item::Ref(data) => decls.extend(lower_ref(data, scope).map(Decl::Ref)),
            Item::Group(group) => decls.push(Decl::Group(GroupDecl {
                name: qname(&group.name),
                tables: group.tables.iter().filter_map(|name| resolved(name, scope)).collect(),
                note: metadata
                    .get(&Subject::Group(group.name.name.node))
                    .map(prose)
                    .or_else(|| group.notes.first().map(prose))
                    .or_else(|| note(group.settings)),
                span: group.span,
            })),
            Item::Note(data) => decls.push(Decl::Note(NoteDecl {
                name: ident(&data.name),
                content: ident(&data.content),
                span: data.span,
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
fn metadata_notes<'a>(document: &'a Document<'a>, scope: &Scope<'a>) -> BTreeMap<Subject<'a>, Remark<'a>> {
    let mut notes = BTreeMap::new();
    for item in &document.items {
        let Item::Metadata(data) = item else { continue };
        let Some(note) = note_of(data.fields) else { continue };
        let table = |path: &[Word<'a>]| scope.name(path).and_then(|name| scope.table(&name));
        let subject = match (data.kind.node, data.path) {
            ("table", path) => table(path).map(|table| Subject::Table(table.span)),
            ("column", [path @ .., column]) => {
                table(path).map(|table| Subject::Column(table.span, column.node))
            }
            ("tablegroup", [name]) => Some(Subject::Group(name.node)),
            _ => None,
        };
        if let Some(subject) = subject {
            notes.insert(subject, note);
        }
    }
    notes
}

/// Returns a table's own name for a name or alias, at the place where it was said.
fn resolved(name: &Name<'_>, scope: &Scope<'_>) -> Option<QName> {
    match scope.table(name) {
        Some(table) => Some(said_at(table, name.span())),
        None => scope.is_open.then(|| qname(name)),
    }
}

/// Returns a table's own name at another place.
fn said_at(table: &Table<'_>, span: Span) -> QName {
    let moved = |word: &Word<'_>| Spanned::new((*word.node).to_owned(), span);
    QName { schema: table.name.schema.as_ref().map(moved), name: moved(&table.name.name) }
}

fn lower_table<'a>(
    table: &'a Table<'a>,
    scope: &Scope<'a>,
    metadata: &BTreeMap<Subject<'_>, Remark<'_>>,
    decls: &mut Vec<Decl>,
) {
    let Some(known) = scope.table(&table.name) else { return };
    // A second table of the same name was reported; the first one stands.
    if known.span != table.span {
        return;
    }
    let partials = || table.injections.iter().rev().filter_map(|(name, _)| scope.partial(name.node));
    let mut notes: Vec<Prose> = table.notes.iter().map(prose).chain(note(table.settings)).collect();
    if notes.is_empty() {
        notes.extend(partials().find_map(|p| p.notes.first().map(prose).or_else(|| note(p.settings))));
    }
    if let Some(note) = metadata.get(&Subject::Table(known.span)) {
        notes = vec![prose(note)];
    }
    notes.extend(table.comments.iter().map(prose));
    let mut columns = Vec::with_capacity(table.columns.len());
    columns.extend(scope.columns(known).map(|column| {
        let mut decl = lower_column(column, scope);
        if let Some(note) = metadata.get(&Subject::Column(known.span, column.name.node)) {
            decl.notes.retain(|note| note.kind == ProseKind::Comment);
            decl.notes.insert(0, prose(note));
        }
        decl
    }));
    let mut indexes = Vec::with_capacity(table.indexes.len());
    indexes.extend(table.indexes.iter().map(lower_index));
    indexes.extend(partials().flat_map(|partial| partial.indexes).map(lower_index));
    let checks = table.checks.iter().chain(partials().flat_map(|partial| partial.checks));
    decls.push(Decl::Table(TableDecl {
        name: qname(&table.name),
        alias: table.alias.as_ref().map(ident),
        columns,
        constraints: checks
            .map(|check| {
                let name = text_of(check.settings, "name");
                let kind = ConstraintKind::Check(CheckDecl {
                    name: name.clone(),
                    expression: ident(&check.expression),
                    no_inherit: false,
                });
                let span = check.expression.span;
                ConstraintDecl { name, kind, timing: Timing::NotDeferrable, not_valid: false, span }
            })
            .collect(),
        indexes,
        notes,
        was: None,
        section: None,
        tail: None,
        if_missing: false,
        language: Language::Dbml,
        span: table.span,
    }));
    for column in scope.columns(known) {
        for (sides, setting) in column_refs(table, column, scope) {
            decls.extend(reference(&sides, None, &[], true, setting.span, scope).map(Decl::Ref));
        }
    }
    for records in table.records {
        decls.extend(rows(records, &table.name, scope));
    }
}

fn lower_column(column: &Column<'_>, scope: &Scope<'_>) -> ColumnDecl {
    let settings = column.settings;
    let mut decl = ColumnDecl::new(ident(&column.name), Some(ident(&column.ty)), column.span);
    decl.primary_key = flag(settings, &["pk", "primary key"]).map(mark);
    decl.unique = flag(settings, &["unique"]).map(mark);
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
                Some(CheckDecl { name: None, expression: ident(sql), no_inherit: false })
            }
            _ => None,
        })
        .collect();
    let note = note(settings);
    decl.notes.reserve_exact(usize::from(note.is_some()) + column.comments.len());
    decl.notes.extend(note);
    decl.notes.extend(column.comments.iter().map(prose));
    decl
}

fn mark(span: Span) -> NamedMark {
    NamedMark { name: None, span }
}

fn default_of(value: &Value<'_>, column: &Column<'_>, scope: &Scope<'_>) -> Option<DefaultDecl> {
    let (kind, text) = match value {
        Value::Text(text) | Value::Quoted(text) => (DefaultKind::String, (*text.node).to_owned()),
        Value::Expression(sql) => (DefaultKind::Expression, (*sql.node).to_owned()),
        Value::Number(number) => (DefaultKind::Number, (*number.node).to_owned()),
        Value::Words(words, path) => match words.node.to_lowercase().as_str() {
            word @ ("true" | "false") => (DefaultKind::Boolean, word.to_owned()),
            "null" => (DefaultKind::Null, "null".to_owned()),
            _ if path.len() > 1 || column_enum(column, scope).is_some() => (
                DefaultKind::EnumValue,
                path.last().map(|label| (*label.node).to_owned()).unwrap_or_default(),
            ),
            _ => (DefaultKind::String, (*words.node).to_owned()),
        },
        Value::Color(_) | Value::Relation(..) | Value::Dependency(..) => return None,
    };
    Some(DefaultDecl { kind, value: text, span: value.span() })
}

fn lower_index(index: &Index<'_>) -> IndexDecl {
    let parts = index
        .parts
        .iter()
        .map(|part| IndexPartDecl {
            key: match part {
                IndexPart::Column(name) => IndexKey::Column(ident(name)),
                IndexPart::Expression(sql) => IndexKey::Expression(ident(sql)),
            },
            options: None,
        })
        .collect();
    IndexDecl {
        name: text_of(index.settings, "name"),
        parts,
        method: text_of(index.settings, "type"),
        unique: flag(index.settings, &["unique"]),
        primary_key: flag(index.settings, &["pk"]),
        nulls_not_distinct: false,
        include: Vec::new(),
        predicate: None,
        storage: None,
        note: note(index.settings),
        removable: true,
        span: index.span,
    }
}

fn lower_ref<'a>(data: &'a Ref<'a>, scope: &Scope<'a>) -> Option<RefDecl> {
    let decl =
        reference(&sides(data), data.name.as_ref().map(ident), data.settings, false, data.span, scope)?;
    Some(RefDecl { note: note(data.settings), ..decl })
}

fn reference(
    [a, b]: &[Side<'_>; 2],
    name: Option<Ident>,
    settings: &[Setting<'_>],
    inline: bool,
    span: Span,
    scope: &Scope<'_>,
) -> Option<RefDecl> {
    let end = |side: &Side<'_>| {
        let table = match scope.table(&side.table) {
            // A relation to a column that is not there was reported.
            Some(known) if !side.columns.iter().all(|name| scope.has_column(known, name.node)) => {
                return None;
            }
            Some(known) => said_at(known, side.table.span()),
            None => scope.is_open.then(|| qname(&side.table))?,
        };
        let columns = side.columns.iter().map(ident).collect();
        Some(EndpointDecl { table, columns, relation: side.relation })
    };
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
fn text_of(settings: &[Setting<'_>], name: &str) -> Option<Ident> {
    let setting = settings.iter().find(|setting| setting.name.node == name)?;
    match setting.value.as_ref()? {
        Value::Text(text) | Value::Quoted(text) | Value::Words(text, _) | Value::Expression(text) => {
            Some(ident(text))
        }
        Value::Number(_) | Value::Color(_) | Value::Relation(..) | Value::Dependency(..) => None,
    }
}

fn rows(records: &Records<'_>, name: &Name<'_>, scope: &Scope<'_>) -> Option<Decl> {
    let table = scope.table(name)?;
    let columns: Vec<&Column<'_>> = scope.columns(table).collect();
    let names: Vec<Ident> = if records.columns.is_empty() {
        columns.iter().map(|column| Spanned::new((*column.name.node).to_owned(), records.span)).collect()
    } else {
        records.columns.iter().map(ident).collect()
    };
    let null = || DefaultDecl { kind: DefaultKind::Null, value: "null".to_owned(), span: records.span };
    let rows = records
        .rows
        .iter()
        .map(|row| {
            let value = |(at, value): (usize, &Option<Value<'_>>)| {
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

fn ident(word: &Word<'_>) -> Ident {
    Spanned::new((*word.node).to_owned(), word.span)
}

fn qname(name: &Name<'_>) -> QName {
    QName { schema: name.schema.as_ref().map(ident), name: ident(&name.name) }
}

fn prose(remark: &Remark<'_>) -> Prose {
    Prose { text: (*remark.text).to_owned(), span: remark.span, kind: remark.kind }
}

/// Returns the note among settings.
fn note(settings: &[Setting<'_>]) -> Option<Prose> {
    note_of(settings).as_ref().map(prose)
}
