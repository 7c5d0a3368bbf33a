//! A Prisma schema to declarations, with the tables, types and names that Prisma's own migrations make of it.

mod column;
mod index;
mod relation;

use crate::source::decl::{
    ConstraintDecl, ConstraintKind, Decl, EnumDecl, EnumValueDecl, ExtensionDecl, Ident, Language, Prose,
    ProseKind, QName, TableDecl, Timing, VerbatimDecl,
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
    decls.extend(document.blocks.iter().flat_map(extensions));
    decls
}

/// Reads `extensions = [citext, uuidOssp(map: "uuid-ossp")]` of a `datasource`.
fn extensions(block: &Block) -> Vec<Decl> {
    let listed = block
        .properties
        .iter()
        .filter(|(name, _)| block.kind.node == "datasource" && name.node == "extensions");
    let named = listed.flat_map(|(_, value)| value.elements()).filter_map(|value| match value {
        Value::Constant(name) => Some(Decl::Extension(ExtensionDecl { name: name.clone(), span: name.span })),
        Value::Function { name, arguments, span } => {
            let given = |key: &str| {
                arguments.iter().find_map(|argument| match (&argument.name, &argument.value) {
                    (Some(name), Value::Text(text)) if name.node == key => Some(text),
                    _ => None,
                })
            };
            Some(extension(given("map").unwrap_or(name), given("schema"), given("version"), *span))
        }
        Value::Text(_) | Value::Number(_) | Value::Array(..) | Value::Object(..) => None,
    });
    named.collect()
}

/// Returns an extension, carried as a statement where it says in which schema and version.
fn extension(name: &Ident, schema: Option<&Ident>, version: Option<&Ident>, span: Span) -> Decl {
    if schema.is_none() && version.is_none() {
        return Decl::Extension(ExtensionDecl { name: name.clone(), span });
    }
    let mut text = format!("CREATE EXTENSION IF NOT EXISTS {} WITH", quoted(&name.node));
    if let Some(schema) = schema {
        text += &format!(" SCHEMA {}", quoted(&schema.node));
    }
    if let Some(version) = version {
        text += &format!(" VERSION '{}'", version.node.replace('\'', "''"));
    }
    let named = |name: &Ident| QName { schema: None, name: name.clone() };
    Decl::Verbatim(VerbatimDecl {
        kind: "extension".to_owned(),
        creates: Some(named(name)),
        names: schema.map(named).into_iter().collect(),
        was: None,
        text: Spanned::new(text, span),
        stale: false,
    })
}

fn lower_enum(data: &Enum) -> EnumDecl {
    EnumDecl {
        was: None,
        name: qualified(&data.name, &data.attributes),
        values: data
            .values
            .iter()
            .map(|value| EnumValueDecl {
                was: None,
                name: mapped(&value.name, &value.attributes),
                note: notes(&value.docs).into_iter().next(),
            })
            .collect(),
        note: notes(&data.docs).into_iter().next(),
        if_missing: false,
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
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(&schema.node), quoted(&name.name.node)),
        None => quoted(&name.name.node),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::diag::Sink;
    use crate::source::Reading;
    use crate::source::prisma::FRONTEND;
    use crate::span::Sources;

    #[test]
    fn extensions_say_their_schema_and_version() {
        let listed = "[citext, uuidOssp(map: \"uuid-ossp\"), postgis(schema: \"geo\", version: \"3.4\")]";
        let mut sources = Sources::default();
        let text = format!("datasource db {{\n provider = \"postgresql\"\n extensions = {listed}\n}}\n");
        let file = sources.add("a.prisma", text);
        let config = Config::for_name("a");
        let cx = Reading { sources: &sources, inputs: &[], config: &config };
        let decls = (FRONTEND.parse)(&sources.fragment(file), &cx, &mut Sink::default());
        let told: Vec<String> = decls
            .into_iter()
            .filter_map(|decl| match decl {
                Decl::Extension(extension) => Some(extension.name.node),
                Decl::Verbatim(carried) => Some(carried.text.node),
                _ => None,
            })
            .collect();
        let carried = "CREATE EXTENSION IF NOT EXISTS \"postgis\" WITH SCHEMA \"geo\" VERSION '3.4'";
        assert_eq!(told, ["citext", "uuid-ossp", carried]);
    }
}
