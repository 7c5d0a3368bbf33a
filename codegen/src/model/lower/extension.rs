//! The extensions that a schema needs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cx, namespace};
use crate::model::{Fact, PgIdent, QualifiedName, TableData, VerbatimData};
use crate::span::{Span, Spanned};

/// Notes an extension that something is made of or that is asked for.
pub(super) fn extension(cx: &mut Cx<'_>, name: &str, span: Span) {
    match cx.schema.extensions.iter_mut().find(|known| known.value == name) {
        Some(known) => known.again(span),
        None => cx.schema.extensions.push(Fact::said(name.to_owned(), span)),
    }
}

/// Notes the extensions that the types of columns need.
pub(super) fn extensions_of_types(cx: &mut Cx<'_>) {
    // An extension that a statement puts somewhere is made by it; any other is made where PostgreSQL looks for types by itself.
    let mut placed: BTreeSet<String> = cx
        .schema
        .verbatim
        .iter()
        .filter(|data| data.kind == "extension")
        .filter_map(|data| Some(data.creates.as_ref()?.name.as_str().to_owned()))
        .collect();
    let plain: BTreeSet<String> = cx.schema.extensions.iter().map(|known| known.value.clone()).collect();
    let (own, external): (Vec<&mut TableData>, _) =
        cx.schema.tables.iter_mut().partition(|table| !table.external);
    let mut qualified: BTreeMap<&'static str, (PgIdent, Span)> = BTreeMap::new();
    for column in own.iter().flat_map(|table| &table.columns) {
        if let Some((extension, Some(schema))) = column.ty.value.extension_schema()
            && !placed.contains(extension)
            && !plain.contains(extension)
        {
            qualified.entry(extension).or_insert_with(|| (schema.clone(), column.ty.span));
        }
    }
    for column in own.into_iter().chain(external).flat_map(|table| &mut table.columns) {
        if let Some((extension, schema)) = column.ty.value.extension_schema_mut()
            && !placed.contains(extension)
        {
            *schema = qualified.get(extension).map(|(schema, _)| schema.clone());
        }
    }
    // Where a type is written with a schema, its extension is made there.
    for (extension, (schema, span)) in qualified {
        let name = PgIdent::new(extension);
        let text = format!("CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema}");
        cx.schema.verbatim.push(VerbatimData {
            was: None,
            kind: "extension".to_owned(),
            creates: Some(QualifiedName { schema: None, name }),
            names: vec![QualifiedName { schema: None, name: schema.clone() }],
            text: Spanned::new(text, span),
            stale: false,
        });
        namespace(cx, &Spanned::new(schema.as_str().to_owned(), span));
        placed.insert(extension.to_owned());
    }
    let own = cx.schema.own_tables().flat_map(|table| table.columns());
    let needed: Vec<(&'static str, Span)> =
        own.filter_map(|column| Some((column.ty().extension()?, column.data.ty.span))).collect();
    for (name, span) in needed {
        extension(cx, name, span);
    }
    let mut called = Vec::new();
    for table in cx.schema.own_tables() {
        for default in table.columns().filter_map(|column| column.data.default.as_ref()) {
            let of = FUNCTIONS.iter().filter(|(name, _)| default.value.sql.contains(name));
            called.extend(of.map(|(_, extension)| (*extension, default.span)));
        }
        for index in table.indexes() {
            let options = index.data.parts.iter().filter_map(|part| part.options.as_ref());
            if options.into_iter().any(|options| options.contains("_trgm_ops")) {
                called.push(("pg_trgm", index.data.span));
            }
        }
    }
    for (name, span) in called {
        extension(cx, name, span);
    }
    cx.schema.extensions.retain(|extension| !placed.contains(&extension.value));
    cx.schema.extensions.sort_by(|a, b| a.value.cmp(&b.value));
}

/// Functions that stand in defaults, with the extension that brings them; `gen_random_uuid` is PostgreSQL's own since 13.
const FUNCTIONS: &[(&str, &str)] = &[
    ("uuid_generate_v1", "uuid-ossp"),
    ("uuid_generate_v4", "uuid-ossp"),
    ("uuid_generate_v5", "uuid-ossp"),
    ("gen_random_bytes", "pgcrypto"),
    ("gen_salt", "pgcrypto"),
];
