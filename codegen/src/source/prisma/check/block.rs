//! `datasource` and `generator` blocks, and composite types.

use crate::diag::{Code, did_you_mean};
use crate::source::decl::Ident;
use crate::source::prisma::syntax::{Block, Document, Value};

use super::{Cx, FEATURE};

const BLOCK: Code = Code::new("prisma-block");
const UNKNOWN_PROPERTY: Code = Code::new("prisma-unknown-property");
const NOT_POSTGRESQL: Code = Code::new("prisma-not-postgresql");
const COMPOSITE_TYPE: Code = Code::new("prisma-composite-type");

const PROVIDERS: &[&str] =
    &["cockroachdb", "mongodb", "mysql", "postgres", "postgresql", "prisma+postgres", "sqlite", "sqlserver"];

/// What a `datasource` says, in Prisma 6 and 7.
const PROPERTIES: &[&str] = &[
    "provider",
    "url",
    "directUrl",
    "shadowDatabaseUrl",
    "relationMode",
    "referentialIntegrity",
    "schemas",
    "extensions",
];

/// The preview features that Prisma 6 or 7 knows, those that are no longer needed among them.
const FEATURES: &[&str] = &[
    "aggregateApi",
    "atomicNumberOperations",
    "clientExtensions",
    "cockroachdb",
    "connectOrCreate",
    "createMany",
    "dataProxy",
    "deno",
    "distinct",
    "driverAdapters",
    "extendedIndexes",
    "extendedWhereUnique",
    "fieldReference",
    "filterJson",
    "filteredRelationCount",
    "fullTextIndex",
    "fullTextSearch",
    "fullTextSearchPostgres",
    "groupBy",
    "improvedQueryRaw",
    "interactiveTransactions",
    "jsonProtocol",
    "metrics",
    "microsoftSqlServer",
    "middlewares",
    "mongodb",
    "multiSchema",
    "nApi",
    "namedConstraints",
    "nativeDistinct",
    "nativeTypes",
    "omitApi",
    "orderByAggregateGroup",
    "orderByNulls",
    "orderByRelation",
    "partialIndexes",
    "postgresqlExtensions",
    "prismaSchemaFolder",
    "queryCompiler",
    "reactNative",
    "referentialActions",
    "referentialIntegrity",
    "relationJoins",
    "schemaEngineDriverAdapters",
    "selectRelationCount",
    "shardKeys",
    "strictUndefinedChecks",
    "tracing",
    "transactionApi",
    "typedSql",
    "uncheckedScalarInputs",
    "views",
];

/// Reports blocks that Prisma refuses or PostgreSQL has no use for.
pub(super) fn check(document: &Document, cx: &mut Cx<'_, '_>) {
    for data in document.enums.iter().filter(|data| data.values.is_empty()) {
        cx.fault(BLOCK, data.name.span, format!("the enum `{}` has no values", data.name.node))
            .help("add one");
    }
    for block in &document.blocks {
        let kind = block.kind.node.as_str();
        twice(block, cx);
        super::name::allowed_block(&block.name, cx);
        match kind {
            "datasource" => datasource(block, cx),
            "generator" => generator(block, cx),
            "type" => composite(block, cx),
            _ => {}
        }
    }
}

/// Reports blocks that there may be one of, and properties that are given twice.
fn twice(block: &Block, cx: &mut Cx<'_, '_>) {
    let kind = block.kind.node.as_str();
    let blocks = cx.schema.documents.iter().flat_map(|document| &document.blocks);
    let same = |other: &&Block| {
        other.kind.node == kind
            && other.name.span < block.name.span
            && (kind == "datasource" || other.name.node == block.name.node)
    };
    if let Some(first) = blocks.clone().find(|other| same(other)).filter(|_| !cx.schema.is_part()) {
        let message = if kind == "datasource" {
            "a schema has one datasource".to_owned()
        } else {
            format!("the {kind} `{}` is declared twice", block.name.node)
        };
        let first = first.name.span;
        cx.fault(BLOCK, block.name.span, message).label(first, "first here").help("remove one of the two");
    }
    for (at, (name, _)) in block.properties.iter().enumerate() {
        if let Some((first, _)) = block.properties.iter().take(at).find(|(first, _)| first.node == name.node)
        {
            cx.fault(BLOCK, name.span, format!("`{}` is given twice", name.node))
                .label(first.span, "first here")
                .help("remove one of the two");
        }
    }
}

fn datasource(block: &Block, cx: &mut Cx<'_, '_>) {
    provider(block, cx);
    if block.property("relationMode").is_some()
        && let Some((name, _)) = block.properties.iter().find(|(name, _)| name.node == "referentialIntegrity")
    {
        cx.fault(
            BLOCK,
            name.span,
            "`referentialIntegrity` is an old name of `relationMode`, and both stand here",
        )
        .help("remove it");
    }
    for (name, value) in &block.properties {
        match name.node.as_str() {
            "relationMode" | "referentialIntegrity" => {
                if !matches!(value, Value::Text(mode) if ["prisma", "foreignKeys"].contains(&mode.node.as_str()))
                {
                    cx.fault(BLOCK, value.span(), format!("`{}` has no such value", name.node))
                        .help("write \"foreignKeys\" or \"prisma\"");
                }
            }
            "schemas" => schemas(value, cx),
            "extensions" => {
                for value in value.elements() {
                    extension(value, cx);
                }
                cx.wants_feature("postgresqlExtensions", name.span, "extensions are");
            }
            known if PROPERTIES.contains(&known) => {}
            other => {
                let help = did_you_mean(other, PROPERTIES.iter().copied());
                cx.leniency(UNKNOWN_PROPERTY, name.span, format!("a datasource has no property `{other}`"))
                    .help(help)
                    .help("it is passed over");
            }
        }
    }
}

fn provider(block: &Block, cx: &mut Cx<'_, '_>) {
    match block.property("provider") {
        None => {
            cx.fault(
                BLOCK,
                block.name.span,
                format!("the datasource `{}` names no provider", block.name.node),
            )
            .help("add `provider = \"postgresql\"`");
        }
        Some(Value::Text(provider)) if !PROVIDERS.contains(&provider.node.as_str()) => {
            let help = did_you_mean(&provider.node, PROVIDERS.iter().copied());
            cx.fault(BLOCK, provider.span, format!("`{}` is no database that Prisma knows", provider.node))
                .help(help);
        }
        Some(Value::Text(provider)) => {
            if !["postgresql", "postgres", "cockroachdb", "prisma+postgres"].contains(&provider.node.as_str())
            {
                let message = format!("this schema is for `{}`", provider.node);
                cx.sink
                    .warning(NOT_POSTGRESQL, provider.span, message)
                    .help("it is read as if it were for PostgreSQL; types and defaults may differ");
            }
        }
        Some(other) => {
            cx.fault(BLOCK, other.span(), "the provider is a text in quotes")
                .help("write it out, as in `provider = \"postgresql\"`");
        }
    }
}

fn schemas(value: &Value, cx: &mut Cx<'_, '_>) {
    let listed = value.elements();
    if listed.is_empty() {
        cx.fault(BLOCK, value.span(), "this list of schemas is empty").help("name one, or remove the line");
    }
    for value in listed.iter().filter(|value| text(value).is_none()) {
        cx.fault(BLOCK, value.span(), "a schema is named in quotes").help("");
    }
    let names: Vec<&Ident> = listed.iter().filter_map(|value| text(value)).collect();
    for (at, name) in names.iter().enumerate() {
        if let Some(first) = names.iter().take(at).find(|first| first.node == name.node) {
            cx.fault(BLOCK, name.span, format!("the schema \"{}\" is listed twice", name.node))
                .label(first.span, "first here")
                .help("remove one of the two");
        }
    }
}

fn text(value: &Value) -> Option<&Ident> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn generator(block: &Block, cx: &mut Cx<'_, '_>) {
    match block.property("provider") {
        Some(Value::Text(_)) => {}
        Some(Value::Function { name, .. }) if name.node == "env" => {}
        Some(other) => {
            cx.fault(BLOCK, other.span(), "the provider is a text in quotes")
                .help("write it out, as in `provider = \"prisma-client\"`");
        }
        None => {
            cx.fault(
                BLOCK,
                block.name.span,
                format!("the generator `{}` names no provider", block.name.node),
            )
            .help("add `provider = \"prisma-client\"`");
        }
    }
    let features = block.property("previewFeatures").map(Value::elements).unwrap_or_default();
    for feature in features {
        let Some(feature) = text(feature) else {
            cx.fault(BLOCK, feature.span(), "a preview feature is named in quotes").help("");
            continue;
        };
        if !FEATURES.iter().any(|known| known.eq_ignore_ascii_case(&feature.node)) {
            let help = did_you_mean(&feature.node, FEATURES.iter().copied());
            cx.leniency(FEATURE, feature.span, format!("Prisma has no preview feature \"{}\"", feature.node))
                .help(help)
                .help("remove it from the list");
        }
    }
}

fn composite(block: &Block, cx: &mut Cx<'_, '_>) {
    let message = format!("`{}` is a composite type, which Prisma has for MongoDB alone", block.name.node);
    let found = if cx.schema.provider() == Some("mongodb") {
        cx.sink.warning(COMPOSITE_TYPE, block.name.span, message)
    } else {
        cx.leniency(COMPOSITE_TYPE, block.name.span, message)
    };
    found.help("nothing is generated for it, nor for fields that have it");
}

/// Reports what Prisma refuses of an extension.
fn extension(value: &Value, cx: &mut Cx<'_, '_>) {
    let (name, arguments) = match value {
        Value::Constant(name) => (name, &[][..]),
        Value::Function { name, arguments, .. } => (name, arguments.as_slice()),
        other => {
            cx.fault(BLOCK, other.span(), "an extension is named without quotes")
                .help("write its name, and where that has other characters `uuidOssp(map: \"uuid-ossp\")`");
            return;
        }
    };
    if name.node.contains('-') {
        cx.fault(BLOCK, name.span, format!("`{}`: in Prisma no name has a `-`", name.node)).help(format!(
            "write `{}(map: \"{}\")`",
            name.node.replace('-', "_"),
            name.node
        ));
    }
    let mut given: Vec<&str> = Vec::new();
    for argument in arguments {
        let Some(key) = &argument.name else {
            cx.fault(BLOCK, argument.value.span(), "an extension takes nothing without a name")
                .help(EXTENSION_TAKES);
            continue;
        };
        if !["map", "schema", "version"].contains(&key.node.as_str()) {
            cx.fault(BLOCK, key.span, format!("an extension has no argument `{}`", key.node))
                .help(EXTENSION_TAKES);
        } else if given.contains(&key.node.as_str()) {
            cx.fault(BLOCK, key.span, format!("`{}` is given twice", key.node)).help("remove one of the two");
        } else if text(&argument.value).is_none() {
            cx.fault(BLOCK, argument.value.span(), format!("`{}` is a text in quotes", key.node)).help("");
        }
        given.push(&key.node);
    }
}

const EXTENSION_TAKES: &str = "it takes map, schema, version";
