//! What is tested beside the tables: schemas, extensions, types, sequences, views, functions.

use super::attached;
use super::{Argument, Assertion, Cx, TestGroup, assertion, qualified, text};
use crate::model::ident::literal;
use crate::plan::migration::diff::{Key, Kind};
use crate::span::Span;

/// Returns the tests of everything that belongs to no table of the schema.
pub(super) fn groups(cx: &Cx<'_>) -> Vec<TestGroup> {
    let schema = cx.schema;
    let mut groups = [
        "Schemas",
        "Extensions",
        "Types",
        "Sequences",
        "Tables",
        "Views",
        "Functions",
        "Tables of other systems",
    ]
    .map(|title| TestGroup { title, assertions: Vec::new() });
    let [schemas, extensions, types, sequences, tables, views, functions, foreign] = &mut groups;
    schemas.assertions.extend(schema.namespaces.iter().map(|name| {
        let described = format!("the schema {} is there", name.value.as_str());
        assertion("has_schema", [text(name.value.as_str())], described, name.span)
    }));
    extensions.assertions.extend(schema.extensions.iter().map(|name| {
        let described = format!("the extension {} is there", name.value);
        assertion("has_extension", [text(name.value.as_str())], described, name.span)
    }));
    for data in &schema.enums {
        let (name, span) = (&data.name.value, data.name.span);
        let [namespace, own] = qualified(name);
        let labels = data.labels.iter().map(|label| label.label.value.clone()).collect();
        let described = format!("the labels of the enum {} are these, in this order", name.plain());
        types.assertions.push(assertion(
            "enum_has_labels",
            [namespace, own, Argument::List(labels)],
            described,
            span,
        ));
    }
    for (key, at) in &cx.carried {
        let Some(statement) = schema.verbatim.get(*at).map(|data| &data.text) else { continue };
        let group = match key.kind {
            Kind::Schema => &mut *schemas,
            Kind::Extension => extensions,
            Kind::Composite | Kind::Domain | Kind::Type => types,
            Kind::Sequence => sequences,
            Kind::Table => tables,
            Kind::View | Kind::MaterializedView => views,
            Kind::Routine => functions,
            Kind::Policy => {
                // Of a platform's table the platform may have policies too.
                let is_external = schema.find_table(&key.name).is_none_or(|table| table.data.external);
                if is_external {
                    foreign.assertions.extend(attached::policy(statement));
                }
                continue;
            }
            _ => continue,
        };
        group.assertions.push(carried(key, statement.span));
    }
    groups.into()
}

/// Makes the assertion that something is there that a carried statement makes.
fn carried(key: &Key, span: Span) -> Assertion {
    let described = format!("the {} {} is there", key.kind.label(), key.plain());
    let [namespace, name] = qualified(&key.name);
    let function = match key.kind {
        Kind::Schema => return assertion("has_schema", [name], described, span),
        Kind::Extension => return assertion("has_extension", [name], described, span),
        // pgTAP takes a range for no type.
        Kind::Type => {
            let is_there = format!("to_regtype({}) IS NOT NULL", literal(&key.name.to_string()));
            return assertion("ok", [Argument::Sql(is_there)], described, span);
        }
        Kind::Routine => {
            let types: Vec<String> =
                key.part.split(", ").map(str::to_owned).filter(|ty| !ty.is_empty()).collect();
            // The types of an aggregate's `*` and of `table.column%TYPE` are not written out.
            let are_types = types.iter().all(|ty| !ty.contains(['*', '%']));
            return match are_types {
                true => assertion("has_function", [namespace, name, Argument::List(types)], described, span),
                false => assertion("has_function", [namespace, name], described, span),
            };
        }
        Kind::Composite => "has_composite",
        Kind::Domain => "has_domain",
        Kind::Sequence => "has_sequence",
        Kind::View => "has_view",
        Kind::MaterializedView => "has_materialized_view",
        _ => "has_table",
    };
    assertion(function, [namespace, name], described, span)
}
