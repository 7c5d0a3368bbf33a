//! What a Prisma schema says, in the terms of Prisma's own data model.

use serde_json::{Value as Json, json};

use super::resolve::{Meaning, Schema, field_names, relation_name};
use super::syntax::{Arity, Attribute, Comment, Document, Field, Model, Value, attribute};

/// Returns `{enums, models}`; ignored fields and models are left out, as in Prisma's client.
pub(super) fn to_json(documents: &[&Document], schema: &Schema<'_>) -> Json {
    let enums: Vec<Json> = documents
        .iter()
        .flat_map(|document| &document.enums)
        .map(|data| {
            let values: Vec<Json> = data
                .values
                .iter()
                .map(|value| json!({ "name": value.name.node, "db_name": map(&value.attributes) }))
                .collect();
            json!({ "name": data.name.node, "db_name": map(&data.attributes), "values": values })
        })
        .collect();
    let models: Vec<Json> = documents
        .iter()
        .flat_map(|document| &document.models)
        .filter(|model| attribute(&model.attributes, "ignore").is_none())
        .map(|model| model_json(model, schema))
        .collect();
    json!({ "enums": enums, "models": models })
}

fn model_json(model: &Model, schema: &Schema<'_>) -> Json {
    let names = |attribute: &Attribute| -> Vec<String> {
        field_names(attribute, "fields", true).iter().map(|name| name.node.clone()).collect()
    };
    let unique: Vec<Vec<String>> =
        model.attributes.iter().filter(|attribute| attribute.name.node == "unique").map(names).collect();
    let fields: Vec<Json> = model
        .fields
        .iter()
        .filter(|field| attribute(&field.attributes, "ignore").is_none())
        .filter(|field| !field.ty.unsupported)
        .map(|field| field_json(model, field, schema))
        .collect();
    json!({
        "name": model.name.node,
        "db_name": map(&model.attributes),
        "primary_key": attribute(&model.attributes, "id").map(names),
        "unique": unique,
        "fields": fields,
    })
}

fn field_json(model: &Model, field: &Field, schema: &Schema<'_>) -> Json {
    let meaning = schema.meaning(field);
    let kind = match meaning {
        Meaning::Scalar(_) | Meaning::Unknown => "scalar",
        Meaning::Enum(_) => "enum",
        Meaning::Model(_) => "object",
        Meaning::Unsupported => "unsupported",
    };
    let has = |name: &str| attribute(&field.attributes, name).is_some();
    let default = attribute(&field.attributes, "default").and_then(|default| default.argument("value", true));
    json!({
        "name": field.name.node,
        "db_name": map(&field.attributes),
        "kind": kind,
        "type": field.ty.name.node,
        "list": field.ty.arity == Arity::List,
        "required": field.ty.arity != Arity::Optional,
        "id": has("id"),
        "unique": !has("id") && (has("unique") || is_alone_in_unique(model, field)),
        "updated_at": has("updatedAt"),
        "native": native(field),
        "default": default.map(|default| default_json(default, &field.ty.name.node)),
        "relation": matches!(meaning, Meaning::Model(_)).then(|| relation_json(model, field)),
        "doc": doc(&field.docs),
    })
}

/// Tells whether a `@@unique` names the field alone.
fn is_alone_in_unique(model: &Model, field: &Field) -> bool {
    model.attributes.iter().filter(|attribute| attribute.name.node == "unique").any(|attribute| {
        let names = field_names(attribute, "fields", true);
        matches!(names.as_slice(), [name] if name.node == field.name.node)
    })
}

fn map(attributes: &[Attribute]) -> Option<&str> {
    Some(attribute(attributes, "map")?.text("name", true)?.node.as_str())
}

fn native(field: &Field) -> Option<Json> {
    let attribute = field.attributes.iter().find(|attribute| attribute.name.node.starts_with("db."))?;
    let arguments: Vec<String> = attribute.arguments.iter().map(|argument| plain(&argument.value)).collect();
    Some(json!([attribute.name.node.strip_prefix("db."), arguments]))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Number(text) | Value::Constant(text) => text.node.clone(),
        Value::Function { name, .. } => name.node.clone(),
        Value::Array(values, _) => values.iter().map(plain).collect::<Vec<_>>().join(","),
    }
}

/// Returns a default as the data model gives it: numbers of types that JSON's numbers cannot hold stay texts.
fn default_json(value: &Value, ty: &str) -> Json {
    match value {
        Value::Text(text) => json!(text.node),
        Value::Number(number) => match ty {
            "BigInt" => json!(number.node),
            _ => number.node.parse::<i64>().map_or_else(
                |_| number.node.parse::<f64>().map_or_else(|_| json!(number.node), whole),
                |number| json!(number),
            ),
        },
        Value::Constant(constant) => match constant.node.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            other => json!(other),
        },
        Value::Function { name, arguments, .. } => {
            let mut arguments: Vec<Json> =
                arguments.iter().map(|argument| default_json(&argument.value, "Int")).collect();
            // The versions that the engine takes where none is given.
            if arguments.is_empty() {
                match name.node.as_str() {
                    "uuid" => arguments.push(json!(4)),
                    "cuid" => arguments.push(json!(1)),
                    _ => {}
                }
            }
            json!({ "name": name.node, "args": arguments })
        }
        Value::Array(values, _) => Json::Array(values.iter().map(|value| default_json(value, ty)).collect()),
    }
}

/// Returns a float as JSON, without a fraction where it has none.
fn whole(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return json!(number as i64);
    }
    json!(number)
}

fn relation_json(model: &Model, field: &Field) -> Json {
    let relation = attribute(&field.attributes, "relation");
    let names = |argument: &str| -> Vec<&str> {
        let found = relation.map(|relation| field_names(relation, argument, false)).unwrap_or_default();
        found.into_iter().map(|name| name.node.as_str()).collect()
    };
    let action = |argument: &str| match relation.and_then(|relation| relation.argument(argument, false)) {
        Some(Value::Constant(word)) => Some(word.node.as_str()),
        _ => None,
    };
    json!({
        "name": relation_name(model, field),
        "from": names("fields"),
        "to": names("references"),
        "on_delete": action("onDelete"),
        "on_update": action("onUpdate"),
    })
}

fn doc(comments: &[Comment]) -> Option<String> {
    let docs: Vec<&str> =
        comments.iter().filter(|comment| comment.is_doc).map(|comment| comment.text.as_str()).collect();
    (!docs.is_empty()).then(|| docs.join("\n"))
}
