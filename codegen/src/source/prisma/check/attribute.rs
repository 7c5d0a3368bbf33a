//! Attributes and their arguments: which there are, where, how often, and of what form.

use crate::diag::{Code, did_you_mean};
use crate::source::prisma::syntax::{Argument, Attribute, Value};

use super::Cx;

const UNKNOWN_ATTRIBUTE: Code = Code::new("prisma-unknown-attribute");
const ARGUMENT: Code = Code::new("prisma-argument");

/// What attributes stand at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Field,
    Model,
    View,
    Enum,
    Value,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Any,
    Text,
    Word,
    /// Names of fields, in brackets where there are several.
    Fields,
}

/// An attribute: its name, its arguments, the one that may stand without its name, and whether that one has to be there.
struct Signature {
    name: &'static str,
    arguments: &'static [(&'static str, Form)],
    unnamed: Option<&'static str>,
    required: bool,
}

const fn signature(
    name: &'static str,
    arguments: &'static [(&'static str, Form)],
    unnamed: Option<&'static str>,
    required: bool,
) -> Signature {
    Signature { name, arguments, unnamed, required }
}

const KEY: &[(&str, Form)] =
    &[("map", Form::Text), ("sort", Form::Word), ("length", Form::Any), ("clustered", Form::Any)];
const UNIQUE: &[(&str, Form)] = &[
    ("map", Form::Text),
    ("sort", Form::Word),
    ("length", Form::Any),
    ("clustered", Form::Any),
    ("where", Form::Any),
];
const RELATION: &[(&str, Form)] = &[
    ("name", Form::Text),
    ("fields", Form::Fields),
    ("references", Form::Fields),
    ("onDelete", Form::Word),
    ("onUpdate", Form::Word),
    ("map", Form::Text),
];

const OF_FIELDS: &[Signature] = &[
    signature("default", &[("value", Form::Any), ("map", Form::Text)], Some("value"), true),
    signature("id", KEY, None, false),
    signature("ignore", &[], None, false),
    signature("map", &[("name", Form::Text)], Some("name"), true),
    signature("relation", RELATION, Some("name"), false),
    signature("unique", UNIQUE, None, false),
    signature("updatedAt", &[], None, false),
];

const MAP: Signature = signature("map", &[("name", Form::Text)], Some("name"), true);
const SCHEMA: Signature = signature("schema", &[("map", Form::Text)], Some("map"), true);

const OF_MODELS: &[Signature] = &[
    signature("fulltext", &[("fields", Form::Fields), ("map", Form::Text)], Some("fields"), true),
    signature(
        "id",
        &[("fields", Form::Fields), ("name", Form::Text), ("map", Form::Text), ("clustered", Form::Any)],
        Some("fields"),
        true,
    ),
    signature("ignore", &[], None, false),
    signature(
        "index",
        &[
            ("fields", Form::Fields),
            ("name", Form::Text),
            ("map", Form::Text),
            ("type", Form::Word),
            ("clustered", Form::Any),
            ("where", Form::Any),
        ],
        Some("fields"),
        true,
    ),
    MAP,
    SCHEMA,
    signature("shardKey", &[("fields", Form::Fields)], Some("fields"), true),
    signature(
        "unique",
        &[
            ("fields", Form::Fields),
            ("name", Form::Text),
            ("map", Form::Text),
            ("clustered", Form::Any),
            ("where", Form::Any),
        ],
        Some("fields"),
        true,
    ),
];

const OF_ENUMS: &[Signature] = &[MAP, SCHEMA];
const OF_VALUES: &[Signature] = &[MAP];

/// Attributes that may stand more than once.
const REPEATED: &[&str] = &["unique", "index", "fulltext"];

/// Reports attributes that Prisma has not, and arguments that they do not take.
pub(super) fn check(attributes: &[Attribute], place: Place, cx: &mut Cx<'_, '_>) {
    let known = match place {
        Place::Field => OF_FIELDS,
        Place::Model | Place::View => OF_MODELS,
        Place::Enum => OF_ENUMS,
        Place::Value => OF_VALUES,
    };
    let sign = if matches!(place, Place::Field | Place::Value) { "@" } else { "@@" };
    let group = |attribute: &Attribute| attribute.name.node.split('.').next().map(str::to_owned);
    for (at, attribute) in attributes.iter().enumerate() {
        let name = attribute.name.node.as_str();
        let first = attributes.iter().take(at).find(|first| group(first) == group(attribute));
        if let Some(first) = first
            && (place == Place::Field || !REPEATED.contains(&name))
        {
            cx.fault(ARGUMENT, attribute.span, format!("`{sign}{name}` stands here a second time"))
                .label(first.span, "first here")
                .help("remove one of the two");
        } else if let Some(prefix) =
            name.split_once('.').map(|(prefix, _)| prefix).filter(|_| place == Place::Field)
        {
            prefixed(attribute, prefix, cx);
        } else if let Some(signature) = known.iter().find(|signature| signature.name == name) {
            arguments(attribute, signature, sign, cx);
            if name == "shardKey" && cx.schema.is_for_postgresql() {
                cx.fault(ARGUMENT, attribute.span, "PostgreSQL has no shard keys in Prisma")
                    .help("remove it");
            }
        } else {
            let help = did_you_mean(name, known.iter().map(|signature| signature.name));
            cx.leniency(
                UNKNOWN_ATTRIBUTE,
                attribute.span,
                format!("Prisma has no attribute `{sign}{name}` here"),
            )
            .help(help)
            .help("it is passed over");
        }
    }
}

/// Reports a native type whose prefix is not the datasource's name.
fn prefixed(attribute: &Attribute, prefix: &str, cx: &mut Cx<'_, '_>) {
    if let Some(source) = cx.schema.source
        && source.name.node != prefix
    {
        let ty = attribute.name.node.split_once('.').map_or("", |(_, ty)| ty);
        cx.leniency(UNKNOWN_ATTRIBUTE, attribute.name.span, format!("`{prefix}` is no datasource")).help(
            format!("write `@{}.{ty}`: native types stand behind the datasource's name", source.name.node),
        );
    }
}

fn arguments(attribute: &Attribute, signature: &Signature, sign: &str, cx: &mut Cx<'_, '_>) {
    let name = signature.name;
    let mut given: Vec<&str> = Vec::new();
    for argument in &attribute.arguments {
        let Argument { name: written, value } = argument;
        let Some(key) = written.as_ref().map(|key| key.node.as_str()).or(signature.unnamed) else {
            cx.fault(ARGUMENT, value.span(), format!("`{sign}{name}` takes nothing without a name"))
                .help(takes(signature));
            continue;
        };
        let Some((key, form)) = signature.arguments.iter().find(|(known, _)| *known == key) else {
            let known = signature.arguments.iter().map(|(name, _)| *name);
            let span = written.as_ref().map_or(value.span(), |key| key.span);
            let help = did_you_mean(key, known);
            cx.fault(ARGUMENT, span, format!("`{sign}{name}` has no argument `{key}`"))
                .help(help)
                .help(takes(signature));
            continue;
        };
        if given.contains(key) {
            let help = "several fields stand in brackets: `[a, b]`";
            cx.fault(ARGUMENT, value.span(), format!("`{key}` of `{sign}{name}` is given twice")).help(help);
        } else if !fits(value, *form) {
            let wanted = match form {
                Form::Any => "a value",
                Form::Text => "a text in quotes",
                Form::Word => "a word without quotes",
                Form::Fields => "names of fields, without quotes",
            };
            cx.fault(ARGUMENT, value.span(), format!("`{key}` of `{sign}{name}` is {wanted}")).help("");
        }
        given.push(key);
    }
    if let Some(missing) = signature.unnamed.filter(|wanted| signature.required && !given.contains(wanted)) {
        cx.fault(ARGUMENT, attribute.span, format!("`{sign}{name}` lacks its `{missing}`"))
            .help(takes(signature));
    }
}

fn takes(signature: &Signature) -> String {
    let names: Vec<&str> = signature.arguments.iter().map(|(name, _)| *name).collect();
    if names.is_empty() {
        "it takes no arguments".to_owned()
    } else {
        format!("it takes {}", names.join(", "))
    }
}

fn fits(value: &Value, form: Form) -> bool {
    match form {
        Form::Any => true,
        Form::Text => matches!(value, Value::Text(_)),
        Form::Word => matches!(value, Value::Constant(_)),
        Form::Fields => value.elements().iter().all(|element| element.field_name().is_some()),
    }
}
