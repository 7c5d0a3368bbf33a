//! What a Prisma schema says, in the terms of Prisma's own data model.

use serde_json::{Value as Json, json};

use super::literal::Moment;
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
    let all = || documents.iter().flat_map(|document| &document.models);
    let models: Vec<Json> = all()
        .filter(|model| !model.is_view)
        .chain(all().filter(|model| model.is_view))
        .filter(|model| attribute(&model.attributes, "ignore").is_none())
        .map(|model| model_json(model, schema))
        .collect();
    json!({ "enums": enums, "models": models })
}

fn model_json(model: &Model, schema: &Schema<'_>) -> Json {
    let names = |attribute: &Attribute| -> Vec<String> {
        field_names(attribute, "fields", true).iter().map(|name| name.node.clone()).collect()
    };
    let unique: Vec<Vec<String>> = uniques(model).map(names).collect();
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

/// Returns the `@@unique` attributes that hold for every row.
fn uniques(model: &Model) -> impl Iterator<Item = &Attribute> {
    model
        .attributes
        .iter()
        .filter(|attribute| attribute.name.node == "unique" && attribute.argument("where", false).is_none())
}

fn field_json(model: &Model, field: &Field, schema: &Schema<'_>) -> Json {
    let meaning = schema.meaning(field);
    let kind = match meaning {
        Meaning::Model(_) => "object",
        Meaning::Unknown if schema.is_composite(&field.ty.name.node) => "object",
        Meaning::Scalar(_) | Meaning::Unknown => "scalar",
        Meaning::Enum(_) => "enum",
        Meaning::Unsupported => "unsupported",
    };
    let has = |name: &str| attribute(&field.attributes, name).is_some();
    let is_unique =
        attribute(&field.attributes, "unique").is_some_and(|it| it.argument("where", false).is_none());
    let is_key = model.key_field().is_some_and(|key| key.name.node == field.name.node);
    let relation = match meaning {
        Meaning::Model(_) => Some(relation_json(model, field)),
        Meaning::Unknown if kind == "object" => {
            Some(json!({ "name": null, "from": [], "to": [], "on_delete": null, "on_update": null }))
        }
        _ => None,
    };
    let default = attribute(&field.attributes, "default").and_then(|default| default.argument("value", true));
    json!({
        "name": field.name.node,
        "db_name": map(&field.attributes),
        "kind": kind,
        "type": field.ty.name.node,
        "list": field.ty.arity == Arity::List,
        "required": field.ty.arity != Arity::Optional,
        "id": is_key,
        "unique": !is_key && (is_unique || is_alone_in_unique(model, field)),
        "updated_at": has("updatedAt"),
        "native": native(field, schema),
        "default": default.map(|default| default_json(default, &field.ty.name.node)),
        "relation": relation,
        "doc": doc(&field.docs),
    })
}

/// Tells whether a `@@unique` names the field alone.
fn is_alone_in_unique(model: &Model, field: &Field) -> bool {
    uniques(model).any(|attribute| {
        let names = field_names(attribute, "fields", true);
        matches!(names.as_slice(), [name] if name.node == field.name.node)
    })
}

fn map(attributes: &[Attribute]) -> Option<&str> {
    Some(attribute(attributes, "map")?.text("name", true)?.node.as_str())
}

fn native(field: &Field, schema: &Schema<'_>) -> Option<Json> {
    let (attribute, name) = field.attributes.iter().find_map(|attribute| {
        let (prefix, name) = attribute.name.node.split_once('.')?;
        schema.source.is_none_or(|source| source.name.node == prefix).then_some((attribute, name))
    })?;
    let arguments: Vec<String> = attribute.arguments.iter().map(|argument| plain(&argument.value)).collect();
    Some(json!([name, arguments]))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Number(text) | Value::Constant(text) => text.node.clone(),
        Value::Function { name, .. } => name.node.clone(),
        Value::Array(values, _) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        Value::Object(entries, _) => {
            entries.iter().map(|(_, value)| plain(value)).collect::<Vec<_>>().join(",")
        }
    }
}

/// Returns a default as the data model gives it: numbers of types that JSON's numbers cannot hold stay texts.
fn default_json(value: &Value, ty: &str) -> Json {
    match value {
        Value::Text(text) => match ty {
            "Decimal" => number(&text.node),
            "DateTime" => {
                json!(Moment::read(&text.node).map_or_else(|| text.node.clone(), |at| at.canonical()))
            }
            _ => json!(text.node),
        },
        Value::Number(given) if ty == "BigInt" => json!(given.node),
        Value::Number(given) => number(&given.node),
        Value::Constant(constant) => match constant.node.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            other => json!(other),
        },
        Value::Function { name, arguments, .. } => {
            // What is said of a sequence stands in the database alone.
            let kept = arguments.iter().filter(|_| name.node != "sequence");
            let mut arguments: Vec<Json> =
                kept.map(|argument| default_json(&argument.value, "Int")).collect();
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
        Value::Object(..) => Json::Null,
    }
}

/// Returns a number as JavaScript holds and prints it, which reads every number as a float: whole ones without a fraction, large
/// ones with the digits that tell them apart and zeros behind.
fn number(text: &str) -> Json {
    let Ok(float) = text.parse::<f64>() else { return json!(text) };
    if float.fract() != 0.0 || float.abs() >= 1e21 {
        return json!(float);
    }
    let shortest = format!("{float:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let width = exponent.parse::<usize>().unwrap_or_default() + 1;
    let sign = if float < 0.0 { "-" } else { "" };
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let whole = format!("{sign}{digits:0<width$}");
    let signed = || whole.parse::<i64>().map(Json::from);
    whole.parse::<u64>().map(Json::from).or_else(|_| signed()).unwrap_or_else(|_| json!(float))
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
