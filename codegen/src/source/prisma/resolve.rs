//! Names of a Prisma schema looked up in all of its files: what a field's type means, and what stands at the other end of a
//! relation.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::decl::Ident;

use super::names;
use super::syntax::{Attribute, Block, Document, Enum, Field, Model, Value, attribute};

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
    /// The files, in the order in which what they declare counts.
    pub(super) documents: Vec<&'a Document>,
    /// The first `datasource`.
    pub(super) source: Option<&'a Block>,
    models: BTreeMap<&'a str, &'a Model>,
    enums: BTreeMap<&'a str, &'a Enum>,
    /// Composite types, which only MongoDB has.
    composites: BTreeSet<&'a str>,
    /// A document shows what it speaks of, which may be a part.
    is_part: bool,
}

impl<'a> Schema<'a> {
    pub(super) fn new(documents: &[&'a Document]) -> Self {
        let blocks = || documents.iter().flat_map(|document| &document.blocks);
        let mut schema = Self {
            documents: documents.to_vec(),
            source: blocks().find(|block| block.kind.node == "datasource"),
            models: BTreeMap::new(),
            enums: BTreeMap::new(),
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
        }
        // PostgreSQL has none: there a field of one is of a type that is nobody's.
        if schema.provider() == Some("mongodb") {
            let types = blocks().filter(|block| block.kind.node == "type");
            schema.composites = types.map(|block| block.name.node.as_str()).collect();
        }
        schema
    }

    /// Says that there may be more of the schema than is shown.
    pub(super) fn in_parts(self) -> Self {
        Self { is_part: true, ..self }
    }

    /// Tells whether there may be more of the schema than is shown.
    pub(super) fn is_part(&self) -> bool {
        self.is_part
    }

    /// Returns the database that the `datasource` names.
    pub(super) fn provider(&self) -> Option<&'a str> {
        match self.source?.property("provider")? {
            Value::Text(provider) => Some(&provider.node),
            _ => None,
        }
    }

    /// Tells whether the schema says that it is for PostgreSQL.
    pub(super) fn is_for_postgresql(&self) -> bool {
        matches!(self.provider(), Some("postgresql" | "postgres"))
    }

    /// Tells whether a generator turns a preview feature on.
    pub(super) fn has_feature(&self, feature: &str) -> bool {
        let blocks = self.documents.iter().flat_map(|document| &document.blocks);
        let listed = blocks
            .filter(|block| block.kind.node == "generator")
            .filter_map(|block| block.property("previewFeatures"))
            .flat_map(Value::elements);
        listed
            .into_iter()
            .any(|value| matches!(value, Value::Text(name) if name.node.eq_ignore_ascii_case(feature)))
    }

    /// Returns the schemas that the `datasource` lists.
    pub(super) fn schemas(&self) -> Option<Vec<&'a Ident>> {
        let listed = self.source?.property("schemas")?.elements();
        let names = listed.into_iter().filter_map(|value| match value {
            Value::Text(name) => Some(name),
            _ => None,
        });
        Some(names.collect())
    }

    /// Tells whether the database has foreign keys, which `relationMode = "prisma"` leaves to the client.
    pub(super) fn has_foreign_keys(&self) -> bool {
        let mode = ["relationMode", "referentialIntegrity"]
            .iter()
            .find_map(|property| self.source?.property(property));
        !matches!(mode, Some(Value::Text(mode)) if mode.node == "prisma")
    }

    /// Tells whether a name is that of a composite type.
    pub(super) fn is_composite(&self, name: &str) -> bool {
        self.composites.contains(name)
    }

    /// Returns the names that a field's type may have.
    pub(super) fn type_names(&self) -> impl Iterator<Item = &'a str> {
        let own = self.models.keys().chain(self.enums.keys()).copied();
        SCALARS.iter().map(|(scalar, _)| *scalar).chain(own)
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
        let field = other.fields.iter().find(|candidate| {
            candidate.ty.name.node == model.name.node
                && explicit_relation_name(candidate) == name
                && candidate.name.span != field.name.span
        })?;
        Some((other, field))
    }
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
