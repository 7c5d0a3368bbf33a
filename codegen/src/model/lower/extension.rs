//! The extensions that a schema needs.

use std::collections::BTreeSet;

use super::Cx;
use crate::model::Fact;
use crate::span::Span;

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
    let placed: BTreeSet<String> = cx
        .schema
        .verbatim
        .iter()
        .filter(|data| data.kind == "extension")
        .filter_map(|data| Some(data.creates.as_ref()?.name.as_str().to_owned()))
        .collect();
    for column in cx.schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
        if let Some((extension, schema)) = column.ty.value.extension_schema_mut()
            && !placed.contains(extension)
        {
            *schema = None;
        }
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
