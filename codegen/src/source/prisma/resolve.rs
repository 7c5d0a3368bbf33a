//! Names of a Prisma schema looked up in all of its files: what a field's type means, and what stands at the other end of a
//! relation.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Sink, did_you_mean};
use crate::source::decl::Ident;
use crate::span::Span;

use super::names;
use super::syntax::{Arity, Attribute, Block, Document, Enum, Field, Model, Value, attribute};

const UNKNOWN_TYPE: Code = Code::new("prisma-unknown-type");
const UNKNOWN_ACTION: Code = Code::new("unknown-action");
const UNKNOWN_FIELD: Code = Code::new("prisma-unknown-field");
const DUPLICATE: Code = Code::new("prisma-duplicate-name");
const NO_ID: Code = Code::new("prisma-no-unique-criterion");
const NO_OPPOSITE: Code = Code::new("prisma-no-opposite-field");
const NOT_POSTGRESQL: Code = Code::new("prisma-not-postgresql");
const COMPOSITE_TYPE: Code = Code::new("prisma-composite-type");
const VIEW: Code = Code::new("prisma-view");
const EXTENSION: Code = Code::new("prisma-extension-argument");
const RELATION_FIELDS: Code = Code::new("prisma-relation-fields");

/// What Prisma can do with what refers to a row that goes or changes.
const ACTIONS: &[&str] = &["Cascade", "NoAction", "Restrict", "SetDefault", "SetNull"];

/// Prisma's scalar types with the PostgreSQL types that it makes of them (Prisma documentation, *PostgreSQL: type mapping*).
pub(super) const SCALARS: &[(&str, &str)] = &[
    ("BigInt", "bigint"),
    ("Boolean", "boolean"),
    ("Bytes", "bytea"),
    ("DateTime", "timestamp(3)"),
    ("Decimal", "decimal(65, 30)"),
    ("Float", "double precision"),
    ("Int", "integer"),
    ("Json", "jsonb"),
    ("String", "text"),
];

/// What a field's type means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning<'a> {
    /// A scalar, with its PostgreSQL type.
    Scalar(&'static str),
    /// An enum of the schema.
    Enum(&'a Enum),
    /// A relation to a model.
    Model(&'a Model),
    /// SQL that Prisma has no type for.
    Unsupported,
    /// Nothing that is known.
    Unknown,
}

/// Every file of a schema.
#[derive(Debug)]
pub(super) struct Schema<'a> {
    models: BTreeMap<&'a str, &'a Model>,
    enums: BTreeMap<&'a str, &'a Enum>,
    /// `relationMode = "prisma"` leaves relations to the client.
    relations_in_client: bool,
    /// Composite types, which only MongoDB has.
    composites: BTreeSet<&'a str>,
    /// A document shows what it speaks of, which may be a part.
    is_part: bool,
}

impl<'a> Schema<'a> {
    pub(super) fn new(documents: &[&'a Document]) -> Self {
        let mut schema = Self {
            models: BTreeMap::new(),
            enums: BTreeMap::new(),
            relations_in_client: false,
            composites: BTreeSet::new(),
            is_part: false,
        };
        for document in documents {
            for model in &document.models {
                schema.models.entry(&model.name.node).or_insert(model);
            }
            for data in &document.enums {
                schema.enums.entry(&data.name.node).or_insert(data);
            }
            schema.relations_in_client |= document.blocks.iter().any(leaves_relations);
        }
        // PostgreSQL has none: there a field of one is of a type that is nobody's.
        if documents.iter().flat_map(|document| &document.blocks).any(is_for_mongodb) {
            let blocks = documents.iter().flat_map(|document| &document.blocks);
            let types = blocks.filter(|block| block.kind.node == "type");
            schema.composites = types.map(|block| block.name.node.as_str()).collect();
        }
        schema
    }

    /// Says that there may be more of the schema than is shown.
    pub(super) fn in_parts(self) -> Self {
        Self { is_part: true, ..self }
    }

    /// Reports what cannot be in a whole schema, and may be in a part of one.
    fn missing<'s>(&self, code: Code, span: Span, message: String, sink: &'s mut Sink) -> &'s mut Diagnostic {
        if self.is_part { sink.warning(code, span, message) } else { sink.error(code, span, message) }
    }

    /// Tells whether the database has foreign keys.
    pub(super) fn has_foreign_keys(&self) -> bool {
        !self.relations_in_client
    }

    pub(super) fn meaning(&self, field: &Field) -> Meaning<'a> {
        let name = field.ty.name.node.as_str();
        if field.ty.unsupported {
            return Meaning::Unsupported;
        }
        if let Some((_, sql)) = SCALARS.iter().find(|(scalar, _)| *scalar == name) {
            return Meaning::Scalar(sql);
        }
        match (self.enums.get(name), self.models.get(name)) {
            (Some(data), _) => Meaning::Enum(data),
            (None, Some(model)) => Meaning::Model(model),
            (None, None) => Meaning::Unknown,
        }
    }

    pub(super) fn model(&self, name: &str) -> Option<&'a Model> {
        self.models.get(name).copied()
    }

    /// Returns the field at the other end of a relation: of the same relation name where one is given, and not the field
    /// itself.
    pub(super) fn opposite(&self, model: &Model, field: &Field) -> Option<(&'a Model, &'a Field)> {
        let other = self.model(&field.ty.name.node)?;
        let name = explicit_relation_name(field);
        let found = other.fields.iter().find(|candidate| {
            candidate.ty.name.node == model.name.node
                && explicit_relation_name(candidate) == name
                && !(other.name.span == model.name.span && candidate.name.span == field.name.span)
        });
        // A self-relation of many to many may have one field that is both of its ends.
        let own = || (other.name.span == model.name.span && field.ty.arity == Arity::List).then_some(field);
        let field = found.or_else(|| own().and_then(|own| other.field(&own.name.node)))?;
        Some((other, field))
    }
}

fn is_for_mongodb(block: &Block) -> bool {
    let provider = block.properties.iter().find(|(name, _)| name.node == "provider");
    matches!(provider, Some((_, Value::Text(provider))) if provider.node == "mongodb")
}

fn leaves_relations(block: &Block) -> bool {
    block.kind.node == "datasource"
        && block.properties.iter().any(|(name, value)| {
            name.node == "relationMode" && matches!(value, Value::Text(text) if text.node == "prisma")
        })
}

/// Returns the relation's name where the author gives one.
pub(super) fn explicit_relation_name(field: &Field) -> Option<&str> {
    Some(attribute(&field.attributes, "relation")?.text("name", true)?.node.as_str())
}

/// Returns the relation's name as Prisma knows it.
pub(super) fn relation_name(model: &Model, field: &Field) -> String {
    explicit_relation_name(field)
        .map_or_else(|| names::relation(&model.name.node, &field.ty.name.node), str::to_owned)
}

/// Returns the names that an argument of a relation, key or index lists.
pub(super) fn field_names<'a>(attribute: &'a Attribute, argument: &str, is_default: bool) -> Vec<&'a Ident> {
    let Some(value) = attribute.argument(argument, is_default) else { return Vec::new() };
    value.elements().into_iter().filter_map(Value::field_name).collect()
}

/// Reports what Prisma's engine refuses in one file: names that are nobody's, names twice, models without a key, relations
/// with one end.
pub(super) fn check(document: &Document, schema: &Schema<'_>, sink: &mut Sink) {
    let mut names: BTreeMap<&str, &Ident> = BTreeMap::new();
    let declared =
        document.models.iter().map(|model| &model.name).chain(document.enums.iter().map(|data| &data.name));
    for name in declared {
        if let Some(first) = names.insert(&name.node, name) {
            sink.error(DUPLICATE, name.span, format!("`{}` is declared twice", name.node))
                .label(first.span, "declared here first")
                .help("rename one of the two");
        }
    }
    document.blocks.iter().for_each(|block| check_block(block, sink));
    for data in &document.enums {
        duplicates(data.values.iter().map(|value| &value.name), &format!("enum `{}`", data.name.node), sink);
    }
    for model in &document.models {
        duplicates(
            model.fields.iter().map(|field| &field.name),
            &format!("model `{}`", model.name.node),
            sink,
        );
        model_attributes(model, schema, sink);
        if model.is_view {
            let message = format!("the view `{}` is not generated", model.name.node);
            sink.info(VIEW, model.name.span, message)
                .help("write CREATE VIEW in a .sql file beside the schema");
        }
        for field in &model.fields {
            check_field(model, field, schema, sink);
        }
    }
}

/// Reports what a block other than a model or enum says that PostgreSQL has no use for.
fn check_block(block: &Block, sink: &mut Sink) {
    match block.kind.node.as_str() {
        "datasource" => {
            let provider = block.properties.iter().find(|(name, _)| name.node == "provider");
            if let Some((_, Value::Text(provider))) = provider
                && !["postgresql", "postgres", "cockroachdb"].contains(&provider.node.as_str())
            {
                let message = format!("this schema is for `{}`", provider.node);
                sink.warning(NOT_POSTGRESQL, provider.span, message)
                    .help("it is read as if it were for PostgreSQL; types and defaults may differ");
            }
            let extensions = block.properties.iter().filter(|(name, _)| name.node == "extensions");
            for (_, value) in extensions {
                for value in value.elements() {
                    extension_arguments(value, sink);
                }
            }
        }
        "type" => {
            let message =
                format!("`{}` is a composite type, which Prisma has for MongoDB alone", block.name.node);
            sink.warning(COMPOSITE_TYPE, block.name.span, message)
                .help("nothing is generated for it, nor for fields that have it");
        }
        _ => {}
    }
}

/// Reports what is said of an extension and not generated.
fn extension_arguments(value: &Value, sink: &mut Sink) {
    let Value::Function { name, arguments, .. } = value else { return };
    for argument in arguments {
        let Some(key) =
            argument.name.as_ref().filter(|key| ["schema", "version"].contains(&key.node.as_str()))
        else {
            continue;
        };
        sink.warning(
            EXTENSION,
            key.span,
            format!("the `{}` of the extension `{}` is not generated", key.node, name.node),
        )
        .help("write CREATE EXTENSION with it in a .sql file beside the schema");
    }
}

fn duplicates<'a>(names: impl Iterator<Item = &'a Ident>, of: &str, sink: &mut Sink) {
    let mut seen: BTreeMap<&str, &Ident> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(&name.node, name) {
            sink.error(DUPLICATE, name.span, format!("`{}` stands twice in {of}", name.node))
                .label(first.span, "first here")
                .help("rename or remove one of the two");
        }
    }
}

fn model_attributes(model: &Model, schema: &Schema<'_>, sink: &mut Sink) {
    for attribute in &model.attributes {
        if ["id", "unique", "index", "fulltext"].contains(&attribute.name.node.as_str()) {
            for name in field_names(attribute, "fields", true) {
                known_field(name, model, schema, sink);
            }
        }
    }
    let is_key = |attribute: &Attribute| ["id", "unique"].contains(&attribute.name.node.as_str());
    let has_key = model.attributes.iter().any(is_key)
        || model.fields.iter().any(|field| field.attributes.iter().any(is_key))
        || attribute(&model.attributes, "ignore").is_some();
    if !has_key && !model.is_view {
        let message = format!("no field of `{}` tells its rows apart", model.name.node);
        schema
            .missing(NO_ID, model.name.span, message, sink)
            .help("mark a field with `@id` or `@unique`, or add `@@id([…])` or `@@unique([…])`");
    }
}

fn known_field(name: &Ident, model: &Model, schema: &Schema<'_>, sink: &mut Sink) {
    // A path leads into a composite type, which only MongoDB has.
    let first = name.node.split('.').next().unwrap_or(&name.node);
    if model.field(first).is_none() {
        let names = || model.fields.iter().map(|field| field.name.node.as_str());
        let known = sink.may_suggest().then(names).into_iter().flatten();
        let message = format!("`{}` has no field `{}`", model.name.node, name.node);
        let help = did_you_mean(&name.node, known);
        schema.missing(UNKNOWN_FIELD, name.span, message, sink).help(help);
    }
}

fn check_field(model: &Model, field: &Field, schema: &Schema<'_>, sink: &mut Sink) {
    match schema.meaning(field) {
        // Its type is reported where it stands.
        Meaning::Unknown if schema.composites.contains(field.ty.name.node.as_str()) => {}
        Meaning::Unknown => {
            let names = || {
                let own = schema.models.keys().chain(schema.enums.keys()).copied();
                SCALARS.iter().map(|(scalar, _)| *scalar).chain(own)
            };
            let known = sink.may_suggest().then(names).into_iter().flatten();
            let name = &field.ty.name;
            let message = format!("`{}` is no scalar, enum or model", name.node);
            let help = did_you_mean(&name.node, known);
            schema.missing(UNKNOWN_TYPE, name.span, message, sink).help(help);
        }
        Meaning::Model(other) => check_relation(model, field, other, schema, sink),
        Meaning::Scalar(_) | Meaning::Enum(_) | Meaning::Unsupported => {}
    }
}

fn check_relation(model: &Model, field: &Field, other: &Model, schema: &Schema<'_>, sink: &mut Sink) {
    if let Some(relation) = attribute(&field.attributes, "relation") {
        let fields = field_names(relation, "fields", false);
        let references = field_names(relation, "references", false);
        for name in &fields {
            known_field(name, model, schema, sink);
        }
        for name in &references {
            known_field(name, other, schema, sink);
        }
        if fields.len() != references.len() {
            let message = format!("{} fields reference {}", fields.len(), references.len());
            sink.error(RELATION_FIELDS, relation.span, message)
                .help("name as many fields of the other model under `references` as under `fields`");
        }
        for argument in ["onDelete", "onUpdate"] {
            if let Some(Value::Constant(word)) = relation.argument(argument, false)
                && !ACTIONS.contains(&word.node.as_str())
            {
                sink.error(UNKNOWN_ACTION, word.span, format!("`{}` is no action of a relation", word.node))
                    .help(did_you_mean(&word.node, ACTIONS.iter().copied()))
                    .help(format!("Prisma has {}", ACTIONS.join(", ")));
            }
        }
    }
    if schema.opposite(model, field).is_none() && attribute(&field.attributes, "ignore").is_none() {
        let message = format!("`{}` has no field that leads back to `{}`", other.name.node, model.name.node);
        schema
            .missing(NO_OPPOSITE, field.name.span, message, sink)
            .label(other.name.span, "the other end")
            .help(format!("add a field of type `{}[]` or `{}?` there", model.name.node, model.name.node));
    }
}
