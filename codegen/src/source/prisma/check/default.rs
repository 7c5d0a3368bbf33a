//! Defaults: values and functions that fit the type of their field.

use crate::diag::{Code, did_you_mean};
use crate::source::prisma::literal::{Moment, base64, is_number};
use crate::source::prisma::resolve::Meaning;
use crate::source::prisma::syntax::{Argument, Arity, Enum, Field, Value, attribute};
use crate::span::Span;

use super::Cx;
use super::operator::native;

const DEFAULT: Code = Code::new("prisma-default");
const NO_SEQUENCE: Code = Code::new("prisma-no-sequence");

/// Functions of defaults, with the scalars that they fill; none for all of them.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("auto", &["String", "Bytes"]),
    ("autoincrement", &["BigInt", "Int"]),
    ("cuid", &["String"]),
    ("dbgenerated", &[]),
    ("nanoid", &["String"]),
    ("now", &["DateTime"]),
    ("sequence", &["BigInt", "Int"]),
    ("ulid", &["String"]),
    ("uuid", &["String"]),
];

/// Reports a default, or a mark of what the client fills in, that does not fit its field.
pub(super) fn check(field: &Field, meaning: Meaning<'_>, cx: &mut Cx<'_, '_>) {
    if let Some(mark) = attribute(&field.attributes, "updatedAt")
        && (field.ty.name.node != "DateTime" || field.ty.arity == Arity::List)
    {
        cx.fault(
            DEFAULT,
            mark.span,
            format!("`@updatedAt` sets a moment, and `{}` is none", field.name.node),
        )
        .label(field.ty.name.span, "the field's type")
        .help("make the field a `DateTime`, or remove `@updatedAt`");
    }
    let Some(default) = attribute(&field.attributes, "default") else { return };
    if let Some(name) = default.text("map", false)
        && cx.schema.is_for_postgresql()
    {
        cx.fault(DEFAULT, name.span, "PostgreSQL has no names for defaults").help("remove `map:`");
    }
    let Some(value) = default.argument("value", true) else { return };
    let found = match (value, meaning) {
        (Value::Function { name, arguments, span }, _) => {
            function(name.node.as_str(), arguments, *span, field, meaning, cx)
        }
        (_, Meaning::Unsupported) => Some((
            value.span(),
            "a field of an unsupported type has no default but SQL".to_owned(),
            DBGENERATED,
        )),
        (Value::Array(..), _) if field.ty.arity != Arity::List => Some((
            value.span(),
            format!("`{}` is no list, and its default is one", field.name.node),
            "remove the brackets",
        )),
        (Value::Array(values, _), _) => values.iter().find_map(|value| scalar(value, field, meaning)),
        (_, _) if field.ty.arity == Arity::List => Some((
            value.span(),
            format!("`{}` is a list, and its default is none", field.name.node),
            "write it in brackets",
        )),
        (_, _) => scalar(value, field, meaning),
    };
    if found.is_none()
        && let Value::Function { name, span, .. } = value
        && name.node == "autoincrement"
        && (field.ty.arity == Arity::List || native(field) == Some("Oid"))
    {
        cx.sink
            .warning(
                NO_SEQUENCE,
                *span,
                format!("nothing counts in a column of the type of `{}`", field.name.node),
            )
            .label(field.ty.name.span, "the field's type")
            .help("make the field an `Int` or `BigInt`, or remove the default");
    }
    if let Some((span, message, help)) = found {
        let known = |data: &Enum| data.values.iter().map(|value| value.name.node.clone()).collect::<Vec<_>>();
        let labels = if let Meaning::Enum(data) = meaning { known(data) } else { Vec::new() };
        let word = if let Value::Constant(word) = value { word.node.as_str() } else { "" };
        let near = did_you_mean(word, labels.iter().map(String::as_str));
        cx.fault(DEFAULT, span, message).help(near).help(help);
    }
}

const DBGENERATED: &str = "write the SQL of it, as in `dbgenerated(\"now()\")`";

/// What is wrong, where, and what to do.
type Wrong = (Span, String, &'static str);

fn function(
    name: &str,
    arguments: &[Argument],
    span: Span,
    field: &Field,
    meaning: Meaning<'_>,
    cx: &Cx<'_, '_>,
) -> Option<Wrong> {
    let provider = cx.schema.provider();
    let is_elsewhere = match name {
        "auto" => provider.is_some_and(|provider| provider != "mongodb"),
        "sequence" => provider.is_some_and(|provider| provider != "cockroachdb"),
        _ => false,
    };
    let Some((_, scalars)) = FUNCTIONS.iter().find(|(known, _)| *known == name).filter(|_| !is_elsewhere)
    else {
        return Some((span, format!("`{name}` is no function of a default"), DBGENERATED));
    };
    if name != "dbgenerated" {
        if matches!(meaning, Meaning::Unsupported) {
            return Some((
                span,
                "a field of an unsupported type has no default but SQL".to_owned(),
                DBGENERATED,
            ));
        }
        let ty = &field.ty.name.node;
        if !matches!(meaning, Meaning::Scalar(_)) || !scalars.contains(&ty.as_str()) {
            return Some((
                span,
                format!("`{name}()` fills no field of type `{ty}`"),
                "take a default of that type",
            ));
        }
    }
    let number = |argument: &Argument| match &argument.value {
        Value::Number(number) => number.node.parse::<u8>().ok(),
        _ => None,
    };
    let fits = match (name, arguments) {
        ("sequence", _) | (_, []) => true,
        ("dbgenerated", [Argument { value: Value::Text(sql), .. }]) => !sql.node.is_empty(),
        ("uuid", [argument]) => matches!(number(argument), Some(4 | 7)),
        ("cuid", [argument]) => matches!(number(argument), Some(1 | 2)),
        ("nanoid", [argument]) => number(argument).is_some_and(|length| length >= 2),
        _ => false,
    };
    let help = match name {
        "dbgenerated" => "it takes nothing, or a text with SQL",
        "uuid" => "it takes nothing, 4 or 7",
        "cuid" => "it takes nothing, 1 or 2",
        "nanoid" => "it takes nothing, or a length from 2 to 255",
        _ => "it takes nothing",
    };
    (!fits).then(|| (span, format!("`{name}()` does not take this"), help))
}

/// Tells what is wrong with a value of a field, or of an element of a list.
fn scalar(value: &Value, field: &Field, meaning: Meaning<'_>) -> Option<Wrong> {
    let ty = field.ty.name.node.as_str();
    // What is no number is reported where it is read.
    if matches!(value, Value::Number(number) if !is_number(&number.node)) {
        return None;
    }
    if let Meaning::Enum(data) = meaning {
        let is_label = matches!(value, Value::Constant(word) if data.values.iter().any(|value| value.name.node == word.node));
        let message = || format!("this is no value of `{ty}`");
        return (!is_label).then(|| (value.span(), message(), "write one of its values, without quotes"));
    }
    let text = |fits: fn(&str) -> bool| matches!(value, Value::Text(text) if fits(&text.node));
    let (fits, help) = match ty {
        "Int" | "BigInt" => (
            matches!(value, Value::Number(number) if number.node.parse::<i64>().is_ok()),
            "write a whole number of 64 bits",
        ),
        "Float" => (matches!(value, Value::Number(_)), "write a number"),
        "Decimal" => (
            matches!(value, Value::Number(_)) || text(|text| text.parse::<f64>().is_ok_and(f64::is_finite)),
            "write a number",
        ),
        "Boolean" => (
            matches!(value, Value::Constant(word) if ["true", "false"].contains(&word.node.as_str())),
            "write true or false",
        ),
        "String" => (matches!(value, Value::Text(_)), "write a text in quotes"),
        "Json" => (
            text(|text| serde_json::from_str::<serde_json::Value>(text).is_ok()),
            "write JSON in quotes, its own quotes behind backslashes",
        ),
        "Bytes" => (text(|text| base64(text).is_some()), "write base64 in quotes"),
        "DateTime" => (
            text(|text| Moment::read(text).is_some()),
            "write a moment with its offset, as in \"2024-01-02T10:00:00Z\"",
        ),
        _ => (true, ""),
    };
    (!fits).then(|| (value.span(), format!("this is no default of type `{ty}`"), help))
}
