//! Declarations as data: what a document says, in the terms of DBML's own model, whatever its language.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::text::{claim, lines};
use crate::diag::{Diagnostic, to_json as diagnostics_to_json};
use crate::source::decl::{
    AlterAction, ColumnDecl, ConstraintKind, Decl, DefaultDecl, DefaultKind, EndpointDecl, ForeignKeyDecl,
    Ident, IndexDecl, IndexKey, IndexPartDecl, Language, Prose, QName, RefAction, RefDecl, TableDecl,
};
use crate::source::prisma;
use crate::span::{Sources, Span};

/// Returns `tables`, `enums`, `refs`, `groups` and `notes` with the line that said each, `recognised`, which is the text line by line,
/// and `diagnostics`; for Prisma files `prisma` as well.
pub fn to_json(decls: &[Decl], diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let line = |span: Span| sources.position(span).line;
    let elsewhere = Elsewhere::of(decls);
    let mut tables = Vec::new();
    let mut enums = Vec::new();
    let mut refs = Vec::new();
    let mut groups = Vec::new();
    let mut notes = Vec::new();
    let mut others: Vec<Value> = Vec::new();
    let mut other = |kind: &str, text: String, span: Span| {
        let file = sources.file(span.file).path();
        others.push(json!({ "kind": kind, "text": text, "file": file, "line": line(span) }));
    };
    for decl in decls {
        match decl {
            Decl::Table(data) => {
                tables.push(table(data, &elsewhere, sources));
                refs.extend(table_refs(data, sources));
            }
            Decl::Enum(data) => enums.push(json!({
                "schema": schema(&data.name),
                "name": data.name.name.node,
                "values": data.values.iter().map(|value| json!({ "name": value.name.node, "note": note(value.note.as_ref()) })).collect::<Vec<_>>(),
            })),
            Decl::Ref(data) => refs.push(reference(data, sources)),
            Decl::AlterTable(data) => {
                for action in &data.actions {
                    match action {
                        AlterAction::AddConstraint(constraint) => {
                            if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                                let name = key.name.as_ref().or(constraint.name.as_ref());
                                refs.push(foreign_key(&data.table, &key.columns, key, name, sources));
                            }
                        }
                        AlterAction::AddColumn(column) => {
                            for key in &column.references {
                                refs.push(foreign_key(&data.table, std::slice::from_ref(&column.name), key, key.name.as_ref(), sources));
                            }
                        }
                        _ => {}
                    }
                }
            }
            Decl::Group(data) => groups.push(json!({
                "name": data.name.to_string(),
                "note": note(data.note.as_ref()),
                "tables": data.tables.iter().map(|name| format!("{}.{}", schema(name), name.name.node)).collect::<Vec<_>>(),
            })),
            Decl::Note(data) => notes.push(json!({ "name": data.name.node, "content": data.content.node })),
            Decl::Prefix(data) => other("prefix", format!("{} {}", data.prefix.node, data.entity.node), data.span),
            Decl::Migration(data) => other("migration", data.file.node.clone(), data.span),
            Decl::List(data) => other("list", data.label.node.clone(), data.span),
            Decl::Rows(data) => other("rows", data.table.to_string(), data.span),
            Decl::NamedTable(data) => other("named-table", data.name.node.clone(), data.name.span),
            Decl::Verbatim(data) => other(&data.kind, data.creates.as_ref().map(ToString::to_string).unwrap_or_default(), data.text.span),
            Decl::SearchPath(text) => other("setting", text.node.clone(), text.span),
            Decl::Drop(text) => other("drop", text.node.clone(), text.span),
            Decl::Schema(data) => other("schema", data.name.node.clone(), data.span),
            Decl::Extension(data) => other("extension", data.name.node.clone(), data.span),
            Decl::Convention(data) => other("convention", data.kind.as_str().to_owned(), data.text.span),
            Decl::Access(data) => other("access", data.table.to_string(), data.text.span),
            Decl::Link(data) => other("relationships", data.table.to_string(), data.text.span),
            Decl::Pattern(data) => other("pattern", data.name.as_ref().map(|name| name.node.clone()).unwrap_or_default(), data.span),
            Decl::Said(data) => other("said", data.label.node.clone(), data.text.span),
            Decl::Ruling(data) => other("ruling", data.text.node.clone(), data.text.span),
            Decl::Claim(data) => other("claim", claim(data), data.text.span),
            Decl::Project(_) | Decl::Index(_) | Decl::Comment(_) => {}
        }
    }
    let mut value = json!({
        "tables": tables,
        "enums": enums,
        "refs": refs,
        "groups": groups,
        "notes": notes,
        "others": others,
        "recognised": recognised(decls, sources),
        "diagnostics": diagnostics_to_json(diagnostics, sources),
    });
    if let (Some(model), Some(object)) = (prisma::data_model(sources), value.as_object_mut()) {
        object.insert("prisma".to_owned(), model);
    }
    value
}

/// Returns what a person is told: each declaration with its place, and its parts.
fn recognised(decls: &[Decl], sources: &Sources) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for line in lines(decls) {
        let at = sources.position(line.span);
        let file = sources.file(line.span.file).path();
        let (line_at, column) = (at.line, at.column);
        match (line.kind, found.last_mut()) {
            (None, Some(whole)) => {
                if let Some(parts) = whole.get_mut("parts").and_then(Value::as_array_mut) {
                    parts.push(json!({ "text": line.told, "file": file, "line": line_at, "column": column }));
                }
            }
            (kind, _) => found.push(json!({
                "text": line.told, "file": file, "line": line_at, "column": column, "kind": kind, "parts": [],
            })),
        }
    }
    found
}

fn schema(name: &QName) -> &str {
    name.schema.as_ref().map_or("public", |schema| schema.node.as_str())
}

fn note(note: Option<&Prose>) -> Option<&str> {
    note.map(|note| note.text.as_str())
}

/// What declarations say of tables outside them, by name.
#[derive(Default)]
struct Elsewhere<'a> {
    indexes: BTreeMap<(&'a str, &'a str), Vec<&'a IndexDecl>>,
    enums: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Elsewhere<'a> {
    fn of(decls: &'a [Decl]) -> Self {
        let mut found = Self::default();
        for decl in decls {
            match decl {
                Decl::Index(index) => found.indexes.entry(key(&index.table)).or_default().push(&index.index),
                Decl::Enum(data) => _ = found.enums.insert(key(&data.name)),
                _ => {}
            }
        }
        found
    }
}

fn key(name: &QName) -> (&str, &str) {
    (schema(name), &name.name.node)
}

fn table(data: &TableDecl, elsewhere: &Elsewhere<'_>, sources: &Sources) -> Value {
    let outside = elsewhere.indexes.get(&key(&data.name)).into_iter().flatten().copied();
    json!({
        "schema": schema(&data.name),
        "name": data.name.name.node,
        "alias": data.alias.as_ref().map(|alias| &alias.node),
        "note": data.notes.iter().find(|note| note.kind == crate::source::decl::ProseKind::Note).map(|note| &note.text),
        "columns": data.columns.iter().map(|column| self::column(column, data, elsewhere, sources)).collect::<Vec<_>>(),
        "indexes": data.indexes.iter().chain(outside).map(|index| self::index(index, data.language == Language::Dbml)).chain(marked_key(data)).collect::<Vec<_>>(),
        "file": sources.file(data.name.span().file).path(),
        "line": sources.position(data.name.span()).line,
    })
}

/// Returns the columns that are each marked as the primary key of a DBML table, when there are several: one key together.
fn marked(table: &TableDecl) -> Vec<&str> {
    if table.language != Language::Dbml {
        return Vec::new();
    }
    let marked = table.columns.iter().filter(|column| column.primary_key.is_some());
    let marked: Vec<&str> = marked.map(|column| column.name.node.as_str()).collect();
    if marked.len() > 1 { marked } else { Vec::new() }
}

fn marked_key(table: &TableDecl) -> Option<Value> {
    let marked = marked(table);
    let columns: Vec<Value> = marked.iter().map(|name| json!({ "kind": "column", "value": name })).collect();
    (!columns.is_empty()).then(|| {
        json!({ "name": null, "type": null, "pk": true, "unique": false, "note": null, "columns": columns })
    })
}

/// Returns a type as DBML's model names it: arguments without quotes, and one of another schema that is no enum with its
/// schema said twice.
fn type_name(written: &str, elsewhere: &Elsewhere<'_>) -> String {
    let (name, arguments) = written.split_at(written.find('(').unwrap_or(written.len()));
    let arguments = arguments.replace('\'', "");
    match name.rsplit_once('.') {
        Some((schema, own)) if !elsewhere.enums.contains(&(schema, own)) => {
            format!("{schema}.{name}{arguments}")
        }
        _ => format!("{name}{arguments}"),
    }
}

/// Writes a number the way JavaScript prints it, as DBML's own tools do: without zeros that say nothing.
fn shortest(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(value) if value.abs() >= 1e21 || (value != 0.0 && value.abs() < 1e-6) => {
            let shown = format!("{value:e}");
            if shown.contains("e-") { shown } else { shown.replace('e', "e+") }
        }
        Ok(value) => value.to_string(),
        Err(_) => number.to_owned(),
    }
}

fn column(data: &ColumnDecl, table: &TableDecl, elsewhere: &Elsewhere<'_>, sources: &Sources) -> Value {
    let only = |columns: &[Ident]| matches!(columns, [one] if one.node == data.name.node);
    let dbml = table.language == Language::Dbml;
    let mut pk = data.primary_key.is_some() && marked(table).is_empty();
    let mut unique = data.unique.is_some();
    for constraint in &table.constraints {
        match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => pk |= only(columns),
            ConstraintKind::Unique { columns, .. } => unique |= only(columns),
            ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) | ConstraintKind::Exclude(_) => {}
        }
    }
    let said = data.notes.iter().find(|note| note.kind == crate::source::decl::ProseKind::Note);
    json!({
        "name": data.name.node,
        "type": data.ty.as_ref().map(|ty| if dbml { type_name(&ty.node, elsewhere) } else { ty.node.clone() }),
        "pk": pk,
        "unique": unique,
        "not_null": data.nullable.as_ref().is_some_and(|nullable| !nullable.node),
        "increment": data.increment.is_some() || data.identity.is_some(),
        "default": data.default.as_ref().map(|data| default(data, dbml)),
        "note": said.filter(|note| !(dbml && note.text.is_empty())).map(|note| &note.text),
        "line": sources.position(data.name.span).line,
    })
}

fn default(data: &DefaultDecl, dbml: bool) -> Value {
    let kind = match data.kind {
        DefaultKind::Number => "number",
        DefaultKind::String | DefaultKind::EnumValue => "string",
        DefaultKind::Boolean | DefaultKind::Null => "boolean",
        DefaultKind::Expression => "expression",
    };
    let number = dbml && data.kind == DefaultKind::Number;
    json!({ "kind": kind, "value": if number { shortest(&data.value) } else { data.value.clone() } })
}

fn index(data: &IndexDecl, dbml: bool) -> Value {
    // DBML's own model names expressions before columns, in whichever order the index has them.
    let is_expression = |part: &&IndexPartDecl| matches!(part.key, IndexKey::Expression(_));
    let (expressions, plain): (Vec<_>, Vec<_>) =
        data.parts.iter().partition(|part| dbml && is_expression(part));
    let columns: Vec<Value> = expressions
        .into_iter()
        .chain(plain)
        .map(|part| match &part.key {
            IndexKey::Column(name) => json!({ "kind": "column", "value": name.node }),
            IndexKey::Expression(sql) => json!({ "kind": "expression", "value": sql.node }),
        })
        .collect();
    json!({
        "name": data.name.as_ref().map(|name| &name.node),
        "type": data.method.as_ref().map(|method| &method.node),
        "pk": data.primary_key.is_some(),
        "unique": data.unique.is_some(),
        "note": note(data.note.as_ref()),
        "columns": columns,
    })
}

fn reference(data: &RefDecl, sources: &Sources) -> Value {
    let end = |end: &EndpointDecl| endpoint(&end.table, &end.columns, end.relation.multiplicity());
    json!({
        "name": data.name.as_ref().map(|name| &name.node),
        "on_delete": data.on_delete.as_ref().map(|action| &action.node),
        "on_update": data.on_update.as_ref().map(|action| &action.node),
        "endpoints": data.endpoints.iter().map(end).collect::<Vec<_>>(),
        "file": sources.file(data.span.file).path(),
        "line": sources.position(data.span).line,
    })
}

fn endpoint(table: &QName, columns: &[Ident], relation: &str) -> Value {
    let columns: Vec<&str> = columns.iter().map(|column| column.node.as_str()).collect();
    json!({ "schema": schema(table), "table": table.name.node, "columns": columns, "relation": relation })
}

fn table_refs(data: &TableDecl, sources: &Sources) -> Vec<Value> {
    let mut refs = Vec::new();
    for column in &data.columns {
        for key in &column.references {
            let own = std::slice::from_ref(&column.name);
            refs.push(foreign_key(&data.name, own, key, key.name.as_ref(), sources));
        }
    }
    for constraint in &data.constraints {
        if let ConstraintKind::ForeignKey(key) = &constraint.kind {
            let name = key.name.as_ref().or(constraint.name.as_ref());
            refs.push(foreign_key(&data.name, &key.columns, key, name, sources));
        }
    }
    refs
}

fn foreign_key(
    table: &QName,
    own: &[Ident],
    key: &ForeignKeyDecl,
    name: Option<&Ident>,
    sources: &Sources,
) -> Value {
    let action = |action: &RefAction| match action {
        RefAction::NoAction => "no action",
        RefAction::Restrict => "restrict",
        RefAction::Cascade => "cascade",
        RefAction::SetNull(_) => "set null",
        RefAction::SetDefault(_) => "set default",
    };
    json!({
        "name": name.map(|name| &name.node),
        "on_delete": key.on_delete.as_ref().map(|chosen| action(&chosen.node)),
        "on_update": key.on_update.as_ref().map(|chosen| action(&chosen.node)),
        "endpoints": [endpoint(table, own, "*"), endpoint(&key.table, &key.referenced, "1")],
        "file": sources.file(key.span.file).path(),
        "line": sources.position(key.span).line,
    })
}
