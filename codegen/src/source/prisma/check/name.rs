//! Names: of declarations, of what they are in the database, of constraints and indexes.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::Code;
use crate::source::decl::Ident;
use crate::source::prisma::lower::mapped;
use crate::source::prisma::names;
use crate::source::prisma::resolve::{Meaning, SCALARS, field_names};
use crate::source::prisma::syntax::{Attribute, Document, Enum, Field, Model, attribute};
use crate::span::Span;

use super::Cx;

const DUPLICATE: Code = Code::new("prisma-duplicate-name");
const NAME: Code = Code::new("prisma-name");
const DATABASE_NAME: Code = Code::new("prisma-database-name");

/// The most that PostgreSQL takes.
const MAX_BYTES: usize = 63;

/// Words that Prisma keeps for the clients that it generates (Prisma documentation, *Naming conventions*).
const RESERVED: &[&str] = &[
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Reports names that are declared twice, or that Prisma does not take.
pub(super) fn declared(document: &Document, cx: &mut Cx<'_, '_>) {
    let of = |document: &'_ Document| -> Vec<(Span, String)> {
        let models = document.models.iter().map(|model| &model.name);
        let types = document.blocks.iter().filter(|block| block.kind.node == "type").map(|block| &block.name);
        let all = models.chain(document.enums.iter().map(|data| &data.name)).chain(types);
        all.map(|name| (name.span, name.node.clone())).collect()
    };
    // The fences of a document may show a thing again.
    let documents = if cx.schema.is_part() { vec![document] } else { cx.schema.documents.clone() };
    let mut all: Vec<(Span, String)> = documents.into_iter().flat_map(of).collect();
    all.sort();
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for (span, name) in all {
        first.entry(name).or_insert(span);
    }
    for (span, name) in of(document) {
        match first.get(&name) {
            Some(first) if *first != span => {
                cx.sink
                    .error(DUPLICATE, span, format!("`{name}` is declared twice"))
                    .label(*first, "declared here first")
                    .help("rename one of the two");
            }
            _ => allowed(&name, span, cx),
        }
    }
    let tables = document.models.iter().map(|model| (&model.name, &model.attributes));
    in_database(
        tables,
        |document| Box::new(document.models.iter().map(|model| (&model.name, &model.attributes))),
        cx,
    );
    let enums = document.enums.iter().map(|data| (&data.name, &data.attributes));
    in_database(
        enums,
        |document| Box::new(document.enums.iter().map(|data| (&data.name, &data.attributes))),
        cx,
    );
    tables_and_types(document, cx);
}

/// Reports tables that have the name of an enum: to PostgreSQL each table is a type of its name.
fn tables_and_types(document: &Document, cx: &mut Cx<'_, '_>) {
    let is_known = cx.schema.is_for_postgresql() && !cx.schema.is_part();
    if !is_known {
        return;
    }
    let enums = cx.schema.documents.iter().flat_map(|document| &document.enums);
    let enums: BTreeMap<_, &Ident> =
        enums.map(|data| (in_schema((&data.name, &data.attributes)), &data.name)).collect();
    for model in document.models.iter().filter(|model| !model.is_view) {
        // What is declared twice is reported as such.
        if let Some(data) = enums.get(&in_schema((&model.name, &model.attributes)))
            && data.node != model.name.node
        {
            let message = format!("the table `{}` has the name of the enum `{}`", model.name.node, data.node);
            cx.fault(DATABASE_NAME, model.name.span, message)
                .label(data.span, "the enum")
                .help("give one of the two another name with `@@map`: to PostgreSQL each table is a type of its name");
        }
    }
}

type Named<'a> = (&'a Ident, &'a Vec<Attribute>);

/// Returns the schema and name of a thing in the database.
fn in_schema((name, attributes): Named<'_>) -> (Option<String>, String) {
    let schema = attribute(attributes, "schema").and_then(|schema| schema.text("map", true));
    (schema.map(|schema| schema.node.clone()), mapped(name, attributes).node)
}

/// Reports two things of one kind that are one in the database.
fn in_database<'a>(
    own: impl Iterator<Item = Named<'a>>,
    of: for<'d> fn(&'d Document) -> Box<dyn Iterator<Item = Named<'d>> + 'd>,
    cx: &mut Cx<'_, '_>,
) {
    if cx.schema.is_part() {
        return;
    }
    let mut first: BTreeMap<_, &Ident> = BTreeMap::new();
    let mut all: Vec<Named<'_>> = cx.schema.documents.iter().flat_map(|document| of(document)).collect();
    all.sort_by_key(|(name, _)| name.span);
    for named in all {
        first.entry(in_schema(named)).or_insert(named.0);
    }
    for named in own {
        let (name, _) = named;
        // What is declared twice is reported as such.
        if let Some(other) = first.get(&in_schema(named))
            && other.span != name.span
            && other.node != name.node
        {
            let (schema, mapped) = in_schema(named);
            let place = schema.map(|schema| format!(" of the schema `{schema}`")).unwrap_or_default();
            cx.fault(
                DATABASE_NAME,
                name.span,
                format!("`{}` is `{mapped}`{place} in the database, as `{}` is", name.node, other.node),
            )
            .label(other.span, "the other")
            .help("give one of the two another name with `@@map`");
        }
    }
}

/// Reports a name that Prisma does not take.
fn allowed(name: &str, span: Span, cx: &mut Cx<'_, '_>) {
    if RESERVED.contains(&name) || SCALARS.iter().any(|(scalar, _)| *scalar == name) {
        cx.fault(NAME, span, format!("Prisma keeps the name `{name}` for itself"))
            .help("take another name, and add `@@map` with the one that the database has");
    }
    characters(name, span, cx);
}

/// Reports a block with the name of a scalar type.
pub(super) fn allowed_block(name: &Ident, cx: &mut Cx<'_, '_>) {
    if SCALARS.iter().any(|(scalar, _)| *scalar == name.node) {
        cx.fault(NAME, name.span, format!("`{}` is the name of a type", name.node)).help("take another name");
    }
}

fn characters(name: &str, span: Span, cx: &mut Cx<'_, '_>) {
    if name.contains('-') || name.starts_with('_') {
        let what = if name.contains('-') { "no name has a `-`" } else { "no name begins with `_`" };
        cx.fault(NAME, span, format!("`{name}`: in Prisma {what}"))
            .help("take another name, and add `@map` with the one that the database has");
    }
}

/// Reports names that stand twice in a model or enum, and those that Prisma does not take.
pub(super) fn fields<'a>(names: impl Iterator<Item = &'a Ident>, of: &str, cx: &mut Cx<'_, '_>) {
    let mut seen: BTreeMap<&str, &Ident> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(&name.node, name) {
            cx.sink
                .error(DUPLICATE, name.span, format!("`{}` stands twice in {of}", name.node))
                .label(first.span, "first here")
                .help("rename or remove one of the two");
        } else {
            characters(&name.node, name.span, cx);
        }
    }
}

/// A name in the database, with what bears it.
struct Constraint {
    name: String,
    /// The schema for keys and indexes, the table for foreign keys too.
    schema: Option<String>,
    model: String,
    is_foreign_key: bool,
    is_key: bool,
    span: Span,
}

/// Reports names of columns, constraints and indexes that are taken, empty or too long.
pub(super) fn constraints(document: &Document, cx: &mut Cx<'_, '_>) {
    for model in &document.models {
        columns(model, cx);
        for attribute in
            model.attributes.iter().chain(model.fields.iter().flat_map(|field| &field.attributes))
        {
            given(attribute, cx);
        }
    }
    let is_known = cx.schema.is_for_postgresql() || cx.schema.provider() == Some("cockroachdb");
    if cx.schema.is_part() || !is_known {
        return;
    }
    let documents = cx.schema.documents.clone();
    // Two models that are one table are reported as such; so is what they both have.
    let mut models: Vec<&Model> = documents.iter().flat_map(|document| &document.models).collect();
    models.sort_by_key(|model| model.span);
    let mut tables = BTreeSet::new();
    models.retain(|model| tables.insert(in_schema((&model.name, &model.attributes))));
    let mut all: Vec<Constraint> = models.into_iter().flat_map(|model| named(model, cx)).collect();
    all.sort_by_key(|constraint| constraint.span);
    let own: BTreeSet<Span> = document.models.iter().map(|model| model.span).collect();
    let is_own = |span: Span| {
        own.iter().any(|model| model.file == span.file && model.start <= span.start && span.end <= model.end)
    };
    let mut indexes: BTreeMap<(Option<String>, String), Span> = BTreeMap::new();
    let mut of_table: BTreeMap<(String, String), Span> = BTreeMap::new();
    for constraint in all {
        let in_table = of_table.get(&(constraint.model.clone(), constraint.name.clone())).copied();
        let in_schema = (!constraint.is_foreign_key)
            .then(|| indexes.get(&(constraint.schema.clone(), constraint.name.clone())).copied())
            .flatten();
        if let Some(first) = in_table.or(in_schema).filter(|_| is_own(constraint.span)) {
            cx.fault(DATABASE_NAME, constraint.span, format!("the name `{}` is taken", constraint.name))
                .label(first, "this has it")
                .help("give one of the two another name with `map:`");
        }
        if !constraint.is_foreign_key {
            indexes.entry((constraint.schema, constraint.name.clone())).or_insert(constraint.span);
        }
        of_table.entry((constraint.model, constraint.name)).or_insert(constraint.span);
    }
}

/// Reports two fields that are one column.
fn columns(model: &Model, cx: &mut Cx<'_, '_>) {
    let mut seen: BTreeMap<String, &Field> = BTreeMap::new();
    for field in &model.fields {
        if matches!(cx.schema.meaning(field), Meaning::Model(_)) {
            continue;
        }
        let column = mapped(&field.name, &field.attributes).node;
        match seen.get(&column) {
            Some(first) if first.name.node != field.name.node => {
                let first = first.name.span;
                cx.fault(
                    DATABASE_NAME,
                    field.name.span,
                    format!("the column `{column}` is another field's already"),
                )
                .label(first, "this has it")
                .help("give one of the two another name with `@map`");
            }
            Some(_) => {}
            None => {
                seen.insert(column, field);
            }
        }
    }
}

/// Reports a name given to a table, column, constraint or index that cannot be one.
fn given(attribute: &Attribute, cx: &mut Cx<'_, '_>) {
    let arguments = match attribute.name.node.as_str() {
        "map" => &["name"][..],
        "index" => &["map", "name"],
        "id" | "unique" | "relation" => &["map"],
        _ => return,
    };
    for argument in arguments {
        let Some(name) = attribute.text(argument, attribute.name.node == "map") else { continue };
        if name.node.is_empty() {
            cx.fault(DATABASE_NAME, name.span, "this name is empty").help("name it, or remove the argument");
        } else if attribute.name.node != "map" {
            length(name, cx);
        }
    }
}

/// Reports a name that is longer than PostgreSQL takes.
fn length(name: &Ident, cx: &mut Cx<'_, '_>) {
    if name.node.len() > MAX_BYTES && cx.schema.is_for_postgresql() {
        let message = format!("this name has {} bytes, and PostgreSQL takes {MAX_BYTES}", name.node.len());
        cx.fault(DATABASE_NAME, name.span, message).help("shorten it");
    }
}

/// Reports names of an enum and its labels that cannot be such in the database.
pub(super) fn labels(data: &Enum, cx: &mut Cx<'_, '_>) {
    for attribute in &data.attributes {
        given(attribute, cx);
    }
    for value in &data.values {
        // PostgreSQL cuts other names, and refuses a label.
        length(&mapped(&value.name, &value.attributes), cx);
    }
}

/// Returns the names of the keys, indexes and foreign keys of a model's table, given or by rule.
fn named(model: &Model, cx: &Cx<'_, '_>) -> Vec<Constraint> {
    let (schema, table) = in_schema((&model.name, &model.attributes));
    let constraint = |attribute: &Attribute, columns: &[String], suffix: &str| {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let given = attribute
            .text("map", false)
            .or_else(|| attribute.text("name", false).filter(|_| attribute.name.node == "index"));
        Constraint {
            name: given.map_or_else(|| names::constraint(&table, &columns, suffix), |name| name.node.clone()),
            schema: schema.clone(),
            model: model.name.node.clone(),
            is_foreign_key: suffix == "fkey",
            is_key: suffix == "pkey",
            span: attribute.span,
        }
    };
    let column = |name: &str| model.field(name).map(|field| mapped(&field.name, &field.attributes).node);
    let columns = |attribute: &Attribute, argument: &str, is_default: bool| -> Vec<String> {
        field_names(attribute, argument, is_default).iter().filter_map(|name| column(&name.node)).collect()
    };
    let mut found: Vec<Constraint> = Vec::new();
    // What is declared twice is reported as such.
    let is_first = cx.schema.model(&model.name.node).is_some_and(|first| first.span == model.span);
    if model.is_view || !is_first {
        return found;
    }
    for attribute in &model.attributes {
        match attribute.name.node.as_str() {
            "id" => found.push(constraint(attribute, &[], "pkey")),
            "unique" => found.push(constraint(attribute, &columns(attribute, "fields", true), "key")),
            "index" => found.push(constraint(attribute, &columns(attribute, "fields", true), "idx")),
            _ => {}
        }
    }
    for field in &model.fields {
        for attribute in &field.attributes {
            match attribute.name.node.as_str() {
                // A second key is reported as such.
                "id" if found.iter().any(|known| known.is_key) => {}
                "id" => found.push(constraint(attribute, &[], "pkey")),
                "unique" => found
                    .extend(column(&field.name.node).map(|column| constraint(attribute, &[column], "key"))),
                "relation" if cx.schema.has_foreign_keys() => {
                    let columns = columns(attribute, "fields", false);
                    if !columns.is_empty() {
                        found.push(constraint(attribute, &columns, "fkey"));
                    }
                }
                _ => {}
            }
        }
    }
    found
}
