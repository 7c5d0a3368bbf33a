//! What Prisma's engine refuses, and what of a schema comes to nothing here.
//!
//! The rules were observed with the engine of Prisma 6 and 7 (`@prisma/prisma-schema-wasm`). A document that shows a part of a
//! schema is warned of what a whole one could not have.

mod attribute;
mod block;
mod condition;
mod default;
mod index;
mod name;
mod native;
mod operator;
mod relation;

use crate::diag::{Code, Diagnostic, Sink, did_you_mean};
use crate::source::decl::Ident;
use crate::span::Span;

use super::resolve::{Meaning, Schema};
use super::syntax::{Attribute, Document, Field, Model, attribute};
use attribute::Place;

const UNKNOWN_TYPE: Code = Code::new("prisma-unknown-type");
const UNKNOWN_FIELD: Code = Code::new("prisma-unknown-field");
const IGNORE: Code = Code::new("prisma-argument");
const NO_ID: Code = Code::new("prisma-no-unique-criterion");
const VIEW: Code = Code::new("prisma-view");
const SCHEMA: Code = Code::new("prisma-schema");
const FEATURE: Code = Code::new("prisma-preview-feature");

/// What a check knows and whom it tells.
struct Cx<'a, 's> {
    schema: &'a Schema<'a>,
    sink: &'s mut Sink,
}

impl Cx<'_, '_> {
    /// Reports what cannot be in a whole schema, and may be in a part of one.
    fn fault(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        if self.schema.is_part() {
            self.sink.warning(code, span, message)
        } else {
            self.sink.error(code, span, message)
        }
    }

    /// Reports what Prisma refuses and what is read all the same.
    fn leniency(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        if self.schema.is_part() {
            self.sink.warning(code, span, message)
        } else {
            self.sink.leniency(code, span, message)
        }
    }

    /// Reports what is there with a preview feature only.
    fn wants_feature(&mut self, feature: &str, span: Span, what: &str) {
        if !self.schema.is_part() && !self.schema.has_feature(feature) {
            self.leniency(FEATURE, span, format!("{what} a preview feature that no generator turns on"))
                .help(format!("add \"{feature}\" to `previewFeatures` of the generator"));
        }
    }

    /// Reports a name that is no field of a model.
    fn known_field(&mut self, name: &Ident, model: &Model) -> bool {
        // A path leads into a composite type, which only MongoDB has.
        let is_path = self.schema.provider() == Some("mongodb");
        let first = name.node.split('.').next().filter(|_| is_path).unwrap_or(&name.node);
        if model.field(first).is_some() {
            return true;
        }
        let names = || model.fields.iter().map(|field| field.name.node.as_str());
        let known = self.sink.may_suggest().then(names).into_iter().flatten();
        let help = did_you_mean(&name.node, known);
        let message = format!("`{}` has no field `{}`", model.name.node, name.node);
        self.fault(UNKNOWN_FIELD, name.span, message).help(help);
        false
    }
}

/// Reports what Prisma's engine refuses in one file of a schema.
pub(super) fn check(document: &Document, schema: &Schema<'_>, sink: &mut Sink) {
    let cx = &mut Cx { schema, sink };
    name::declared(document, cx);
    block::check(document, cx);
    for data in &document.enums {
        name::fields(data.values.iter().map(|value| &value.name), &format!("enum `{}`", data.name.node), cx);
        attribute::check(&data.attributes, Place::Enum, cx);
        for value in &data.values {
            attribute::check(&value.attributes, Place::Value, cx);
        }
        namespace(&data.name, &data.attributes, "enum", cx);
        name::labels(data, cx);
    }
    for model in &document.models {
        check_model(model, cx);
    }
    name::constraints(document, cx);
}

fn check_model(model: &Model, cx: &mut Cx<'_, '_>) {
    // One that is declared a second time is reported as such.
    let is_first = cx.schema.model(&model.name.node).is_none_or(|first| first.span == model.span);
    if !is_first && !cx.schema.is_part() {
        return;
    }
    let fields = model.fields.iter().map(|field| &field.name);
    name::fields(fields, &format!("model `{}`", model.name.node), cx);
    let (place, kind) = if model.is_view { (Place::View, "view") } else { (Place::Model, "model") };
    attribute::check(&model.attributes, place, cx);
    namespace(&model.name, &model.attributes, kind, cx);
    if model.is_view {
        cx.sink
            .info(VIEW, model.name.span, format!("the view `{}` is not generated", model.name.node))
            .help("write CREATE VIEW in a .sql file beside the schema");
        cx.wants_feature("views", model.name.span, "views are");
    }
    for field in &model.fields {
        check_field(model, field, cx);
    }
    index::check(model, cx);
    relation::ambiguous(model, cx);
    unique_criterion(model, cx);
}

/// Reports a model of which nothing tells the rows apart: a key or unique field that is always filled and that Prisma knows.
fn unique_criterion(model: &Model, cx: &mut Cx<'_, '_>) {
    if model.is_view || attribute(&model.attributes, "ignore").is_some() {
        return;
    }
    let is_filled = |field: &Field| field.ty.arity != super::syntax::Arity::Optional;
    // A key that may be missing is reported as such.
    let of_field = |field: &Field| {
        let has = |name| attribute(&field.attributes, name).is_some();
        !field.ty.unsupported && (has("id") || has("unique") && is_filled(field))
    };
    let of_model = |attribute: &Attribute| {
        let names = super::resolve::field_names(attribute, "fields", true);
        let is_filled = || names.iter().filter_map(|name| model.field(&name.node)).all(is_filled);
        attribute.name.node == "id" || attribute.name.node == "unique" && is_filled()
    };
    if !model.fields.iter().any(of_field) && !model.attributes.iter().any(of_model) {
        cx.fault(NO_ID, model.name.span, format!("no field of `{}` tells its rows apart", model.name.node))
            .help("mark a field that is always filled with `@id` or `@unique`, or add `@@id([…])` or `@@unique([…])`");
    }
}

fn check_field(model: &Model, field: &Field, cx: &mut Cx<'_, '_>) {
    attribute::check(&field.attributes, Place::Field, cx);
    let meaning = cx.schema.meaning(field);
    match meaning {
        // Its type is reported where it stands.
        Meaning::Unknown if cx.schema.is_composite(&field.ty.name.node) => {}
        Meaning::Unknown => {
            let known = cx.sink.may_suggest().then(|| cx.schema.type_names()).into_iter().flatten();
            let name = &field.ty.name;
            let help = did_you_mean(&name.node, known);
            cx.fault(UNKNOWN_TYPE, name.span, format!("`{}` is no scalar, enum or model", name.node))
                .help(help);
        }
        Meaning::Model(other) => relation::check(model, field, other, cx),
        Meaning::Scalar(_) | Meaning::Enum(_) | Meaning::Unsupported => {
            if let Some(ignore) = attribute(&field.attributes, "ignore").filter(|_| field.ty.unsupported) {
                cx.fault(
                    IGNORE,
                    ignore.span,
                    "the client passes over a field of an unsupported type as it is",
                )
                .help("remove `@ignore`");
            }
            relation::none(field, cx);
            native::check(field, meaning, cx);
            default::check(field, meaning, cx);
        }
    }
}

/// Holds `@@schema` to the schemas that the `datasource` lists.
fn namespace(name: &Ident, attributes: &[Attribute], kind: &str, cx: &mut Cx<'_, '_>) {
    if cx.schema.source.is_none() {
        return;
    }
    let given = attribute(attributes, "schema").and_then(|schema| schema.text("map", true));
    match (cx.schema.schemas(), given) {
        (Some(listed), Some(given)) if listed.iter().all(|schema| schema.node != given.node) => {
            let help = did_you_mean(&given.node, listed.iter().map(|schema| schema.node.as_str()));
            cx.fault(SCHEMA, given.span, format!("the datasource lists no schema `{}`", given.node))
                .help(help);
        }
        (None, Some(given)) => {
            cx.fault(SCHEMA, given.span, format!("the datasource lists no schema `{}`", given.node))
                .help(format!("add `schemas = [\"{}\"]` to the datasource", given.node));
        }
        (Some(_), None) if attribute(attributes, "schema").is_none() => {
            cx.fault(SCHEMA, name.span, format!("the {kind} `{}` stands in no schema", name.node)).help(
                "add `@@schema(\"…\")`: where a datasource lists schemas, all that is declared names one",
            );
        }
        _ => {}
    }
}
