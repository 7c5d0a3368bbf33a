//! A Prisma schema to declarations, with the tables, types and names that Prisma's own migrations make of it.

mod column;
mod index;
mod relation;

use crate::source::decl::{
    ConstraintDecl, ConstraintKind, Decl, EnumDecl, EnumValueDecl, ExtensionDecl, Ident, Language, Prose,
    ProseKind, QName, TableDecl, Timing,
};
use crate::span::{Span, Spanned};

use super::names;
use super::resolve::{Meaning, Schema, field_names};
use super::syntax::{Attribute, Block, Comment, Document, Enum, Model, Value, attribute};

/// Returns the declarations of one file.
pub(super) fn lower(document: &Document, schema: &Schema<'_>) -> Vec<Decl> {
    let enums = document.enums.iter().map(|data| Decl::Enum(lower_enum(data)));
    let tables = document.models.iter().filter(|model| !model.is_view);
    let mut decls: Vec<Decl> = enums.chain(tables.clone().flat_map(|model| table(model, schema))).collect();
    decls.extend(tables.flat_map(|model| relation::join_tables(model, schema)).map(Decl::Table));
    decls.extend(document.blocks.iter().flat_map(extensions).map(Decl::Extension));
    decls
}

/// Reads `extensions = [citext, uuidOssp(map: "uuid-ossp")]` of a `datasource`.
fn extensions(block: &Block) -> Vec<ExtensionDecl> {
    let listed = block
        .properties
        .iter()
        .filter(|(name, _)| block.kind.node == "datasource" && name.node == "extensions");
    let named = listed.flat_map(|(_, value)| value.elements()).filter_map(|value| match value {
        Value::Constant(name) => Some(ExtensionDecl { name: name.clone(), span: name.span }),
        Value::Function { name, arguments, span } => {
            let mapped = arguments.iter().find_map(|argument| match (&argument.name, &argument.value) {
                (Some(key), Value::Text(text)) if key.node == "map" => Some(text.clone()),
                _ => None,
            });
            Some(ExtensionDecl { name: mapped.unwrap_or_else(|| name.clone()), span: *span })
        }
        Value::Text(_) | Value::Number(_) | Value::Array(..) | Value::Object(..) => None,
    });
    named.collect()
}

fn lower_enum(data: &Enum) -> EnumDecl {
    EnumDecl {
        name: qualified(&data.name, &data.attributes),
        values: data
            .values
            .iter()
            .map(|value| EnumValueDecl {
                name: mapped(&value.name, &value.attributes),
                note: notes(&value.docs).into_iter().next(),
            })
            .collect(),
        note: notes(&data.docs).into_iter().next(),
        language: Language::Prisma,
        span: data.span,
    }
}

/// Returns a model's table, and the relations of it that the database does not know.
fn table(model: &Model, schema: &Schema<'_>) -> Vec<Decl> {
    let name = qualified(&model.name, &model.attributes);
    let mut table = TableDecl::new(name.clone(), Language::Prisma, model.span);
    let mut relations = Vec::new();
    table.notes = notes(&model.docs);
    // Whoever writes about the schema calls the table by its model's name.
    table.alias = (name.name.node != model.name.node).then(|| model.name.clone());
    for field in &model.fields {
        match schema.meaning(field) {
            // What is no table has no foreign key to it.
            Meaning::Model(other) if other.is_view => {}
            Meaning::Model(other) => {
                let key = relation::foreign_key(model, field, other, &name.name.node);
                match key.map(|key| (key.kind.clone(), key)) {
                    Some((ConstraintKind::ForeignKey(key), _)) if !schema.has_foreign_keys() => {
                        relations.push(Decl::Ref(relation::documented(&name, key)));
                    }
                    key => table.constraints.extend(key.map(|(_, key)| key)),
                }
            }
            Meaning::Unknown => {}
            meaning @ (Meaning::Scalar(_) | Meaning::Enum(_) | Meaning::Unsupported) => {
                table.columns.push(column::column(model, field, meaning));
                if let Some(unique) = attribute(&field.attributes, "unique") {
                    let parts = [index::part(model, &field.name, unique.arguments.as_slice())];
                    table.indexes.push(index::index(model, &name.name.node, unique, parts.to_vec(), "key"));
                }
            }
        }
    }
    for attribute in &model.attributes {
        match attribute.name.node.as_str() {
            "id" => table.constraints.push(composite_key(model, attribute, &name.name.node)),
            "unique" => table.indexes.push(index::model_index(model, attribute, &name.name.node, "key")),
            "index" => table.indexes.push(index::model_index(model, attribute, &name.name.node, "idx")),
            _ => {}
        }
    }
    relations.insert(0, Decl::Table(table));
    relations
}

fn composite_key(model: &Model, attribute: &Attribute, table: &str) -> ConstraintDecl {
    let columns =
        field_names(attribute, "fields", true).iter().filter_map(|name| column_name(model, name)).collect();
    let name = attribute.text("map", false).cloned();
    let name = name.unwrap_or_else(|| Spanned::new(names::constraint(table, &[], "pkey"), attribute.span));
    ConstraintDecl {
        name: Some(name),
        kind: ConstraintKind::PrimaryKey { columns, include: Vec::new() },
        timing: Timing::NotDeferrable,
        not_valid: false,
        span: attribute.span,
    }
}

/// Returns a thing's name in the database: that of `@map` or `@@map`, else its own.
pub(super) fn mapped(name: &Ident, attributes: &[Attribute]) -> Ident {
    attribute(attributes, "map")
        .and_then(|map| map.text("name", true))
        .cloned()
        .unwrap_or_else(|| name.clone())
}

fn qualified(name: &Ident, attributes: &[Attribute]) -> QName {
    let schema = attribute(attributes, "schema").and_then(|schema| schema.text("map", true)).cloned();
    QName { schema, name: mapped(name, attributes) }
}

/// Returns a model's name in the database as said at another place.
fn qualified_at(name: &Ident, attributes: &[Attribute], span: Span) -> QName {
    let name = qualified(name, attributes);
    let moved = |ident: Ident| Spanned::new(ident.node, span);
    QName { schema: name.schema.map(moved), name: moved(name.name) }
}

fn quoted_type(name: &QName) -> String {
    let quote = |ident: &Ident| format!("\"{}\"", ident.node.replace('"', "\"\""));
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}

fn column_name(model: &Model, field: &Ident) -> Option<Ident> {
    let found = model.field(&field.node)?;
    Some(Spanned::new(mapped(&found.name, &found.attributes).node, field.span))
}

/// Returns the documentation as one note, and each other comment on its own.
fn notes(comments: &[Comment]) -> Vec<Prose> {
    let mut notes = Vec::new();
    let docs: Vec<&Comment> = comments.iter().filter(|comment| comment.is_doc).collect();
    if let (Some(first), Some(last)) = (docs.first(), docs.last()) {
        let text = docs.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>().join("\n");
        notes.push(Prose { text, span: first.span.to(last.span), kind: ProseKind::Note });
    }
    notes.extend(comments.iter().filter(|comment| !comment.is_doc).map(|comment| Prose {
        text: comment.text.clone(),
        span: comment.span,
        kind: ProseKind::Comment,
    }));
    notes
}
