//! Keys and indexes: the fields they name and what is said of them.

use crate::diag::{Code, did_you_mean};
use crate::source::decl::Ident;
use crate::source::prisma::resolve::Meaning;
use crate::source::prisma::syntax::{Argument, Arity, Attribute, Field, Model, Value, attribute};

use super::operator::{METHODS, Misfit, has_default_class, misfit, native};
use super::{Cx, condition};

pub(super) const INDEX: Code = Code::new("prisma-index");

/// Reports keys and indexes that Prisma refuses.
pub(super) fn check(model: &Model, cx: &mut Cx<'_, '_>) {
    let mut keys: Vec<&Attribute> = Vec::new();
    for field in &model.fields {
        for attribute in &field.attributes {
            match attribute.name.node.as_str() {
                "id" => {
                    keys.push(attribute);
                    of_field(model, field, attribute, cx);
                }
                "unique" => of_field(model, field, attribute, cx),
                _ => {}
            }
        }
    }
    keys.extend(attribute(&model.attributes, "id"));
    for key in keys.iter().skip(1) {
        let first = keys.first().map_or(key.span, |first| first.span);
        cx.fault(INDEX, key.span, format!("`{}` has a key already", model.name.node))
            .label(first, "here")
            .help("a key of several fields is one `@@id([…])`");
    }
    let mut names: Vec<&Ident> = Vec::new();
    for attribute in &model.attributes {
        if ["id", "unique", "index", "fulltext"].contains(&attribute.name.node.as_str()) {
            of_model(model, attribute, &mut names, cx);
        }
    }
}

/// Holds `@id` and `@unique` to their field.
fn of_field(model: &Model, field: &Field, attribute: &Attribute, cx: &mut Cx<'_, '_>) {
    let is_key = attribute.name.node == "id";
    if matches!(cx.schema.meaning(field), Meaning::Model(_)) {
        let message = format!("`{}` is a relation, and a key or index is made of columns", field.name.node);
        cx.fault(INDEX, attribute.span, message)
            .help("mark the fields that the relation names under `fields`");
        return;
    }
    if is_key && field.ty.arity != Arity::Required {
        cx.fault(
            INDEX,
            attribute.span,
            format!("`{}` may be missing, and a key is always there", field.name.node),
        )
        .help("remove the `?` or `[]` of its type, or mark it with `@unique`");
    }
    if is_key && model.is_view {
        no_index_of_view(attribute, cx);
    }
    arguments_of_databases(attribute, attribute.arguments.iter(), cx);
    no_xml(field, attribute, cx);
    condition::check(model, attribute, cx);
}

/// Holds `@@id`, `@@unique`, `@@index` and `@@fulltext` to their model.
fn of_model<'a>(model: &'a Model, attribute: &'a Attribute, names: &mut Vec<&'a Ident>, cx: &mut Cx<'_, '_>) {
    let kind = attribute.name.node.as_str();
    if model.is_view && kind != "unique" {
        no_index_of_view(attribute, cx);
    }
    if kind == "fulltext" && cx.schema.is_for_postgresql() {
        cx.fault(INDEX, attribute.span, "PostgreSQL has no fulltext index in Prisma")
            .help("write an index of an expression in a .sql file beside the schema");
    }
    custom_name(model, attribute, names, cx);
    let Some(listed) = attribute.argument("fields", true) else { return };
    let elements = listed.elements();
    if elements.is_empty() {
        cx.fault(INDEX, listed.span(), "no field is named here").help("name one at least");
    }
    let mut seen: Vec<&Ident> = Vec::new();
    for element in &elements {
        let Some(name) = element.field_name() else { continue };
        if let Some(first) = seen.iter().find(|first| first.node == name.node) {
            cx.fault(INDEX, name.span, format!("`{}` is named twice", name.node))
                .label(first.span, "first here")
                .help("remove one of the two");
        }
        seen.push(name);
        if !cx.known_field(name, model) {
            continue;
        }
        if let Some(field) = model.field(&name.node) {
            element_of(model, field, name, attribute, cx);
        }
        if let Value::Function { arguments, .. } = element {
            arguments_of_databases(attribute, arguments.iter(), cx);
        }
    }
    arguments_of_databases(attribute, attribute.arguments.iter(), cx);
    if kind == "index" {
        method(model, attribute, &elements, cx);
    }
    condition::check(model, attribute, cx);
}

fn no_index_of_view(attribute: &Attribute, cx: &mut Cx<'_, '_>) {
    cx.fault(INDEX, attribute.span, "a view has no keys and no indexes of its own")
        .help("mark what tells its rows apart with `@unique` or `@@unique`");
}

fn no_xml(field: &Field, attribute: &Attribute, cx: &mut Cx<'_, '_>) {
    if native(field) == Some("Xml") && cx.schema.is_for_postgresql() {
        cx.fault(INDEX, attribute.span, "PostgreSQL compares no XML, and so has no key or index of it")
            .help("remove it");
    }
}

fn element_of(model: &Model, field: &Field, name: &Ident, attribute: &Attribute, cx: &mut Cx<'_, '_>) {
    if matches!(cx.schema.meaning(field), Meaning::Model(_)) {
        let names: Vec<&str> = model
            .fields
            .iter()
            .filter(|candidate| candidate.name.node == field.name.node)
            .filter_map(|field| super::attribute(&field.attributes, "relation")?.argument("fields", false))
            .flat_map(Value::elements)
            .filter_map(|value| Some(value.field_name()?.node.as_str()))
            .collect();
        let help =
            if names.is_empty() { "name columns".to_owned() } else { format!("write {}", names.join(", ")) };
        cx.fault(
            INDEX,
            name.span,
            format!("`{}` is a relation, and a key or index is made of columns", name.node),
        )
        .help(help);
    } else if attribute.name.node == "id" && field.ty.arity != Arity::Required {
        cx.fault(INDEX, name.span, format!("`{}` may be missing, and a key is always there", name.node))
            .label(field.ty.name.span, "the field's type")
            .help("remove the `?` or `[]` of its type, or write `@@unique`");
    }
    no_xml(field, attribute, cx);
}

/// Reports `name:`, by which the client calls a key, where it cannot be called so.
fn custom_name<'a>(model: &Model, attribute: &'a Attribute, names: &mut Vec<&'a Ident>, cx: &mut Cx<'_, '_>) {
    let Some(name) = attribute.text("name", false) else { return };
    if attribute.name.node == "index" {
        if attribute.argument("map", false).is_some() {
            cx.fault(
                INDEX,
                name.span,
                "`name` of an index is an old way to write `map`, and both stand here",
            )
            .help("remove `name:`");
        }
        return;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = names.iter().find(|first| first.node == name.node);
    let (message, other) = if name.node.is_empty() || !name.node.chars().all(is_plain) {
        ("this name is made of other things than letters, digits and `_`".to_owned(), None)
    } else if let Some(field) = model.field(&name.node) {
        (format!("`{}` is a field's name", name.node), Some(field.name.span))
    } else if let Some(first) = first {
        (format!("`{}` is another key's name", name.node), Some(first.span))
    } else {
        names.push(name);
        return;
    };
    let found = cx.fault(INDEX, name.span, message);
    if let Some(other) = other {
        found.label(other, "this has it");
    }
    found.help("take another name; that in the database is given with `map:`");
}

/// Reports arguments that other databases have.
fn arguments_of_databases<'a>(
    attribute: &Attribute,
    arguments: impl Iterator<Item = &'a Argument>,
    cx: &mut Cx<'_, '_>,
) {
    if !cx.schema.is_for_postgresql() && cx.schema.provider() != Some("cockroachdb") {
        return;
    }
    for argument in arguments {
        let Some(name) = &argument.name else { continue };
        let is_key = attribute.name.node == "id";
        let sort =
            matches!(&argument.value, Value::Constant(word) if ["Asc", "Desc"].contains(&word.node.as_str()));
        let (message, help) = match name.node.as_str() {
            "length" => ("PostgreSQL has no length of what it indexes", "remove it"),
            "clustered" => ("PostgreSQL has no clustered keys and indexes", "remove it"),
            "sort" if is_key => ("PostgreSQL has no order of a key", "remove it"),
            "sort" if !sort => ("an order is `Asc` or `Desc`", "write one of the two, without quotes"),
            "ops" if attribute.name.node != "index" => {
                ("only an index has operator classes", "write `@@index`")
            }
            _ => continue,
        };
        cx.fault(INDEX, name.span, message).help(help);
    }
}

/// Holds the method of an index, and the operator classes of its fields, to their types.
fn method(model: &Model, attribute: &Attribute, elements: &[&Value], cx: &mut Cx<'_, '_>) {
    if !cx.schema.is_for_postgresql() {
        return;
    }
    let method = match attribute.argument("type", false) {
        None => "BTree",
        Some(Value::Constant(method)) if METHODS.contains(&method.node.as_str()) => &method.node,
        Some(Value::Constant(method)) => {
            let help = did_you_mean(&method.node, METHODS.iter().copied());
            cx.fault(
                INDEX,
                method.span,
                format!("PostgreSQL has no index method `{}` in Prisma", method.node),
            )
            .help(help)
            .help(format!("it has {}", METHODS.join(", ")));
            return;
        }
        Some(_) => return,
    };
    if method == "Hash"
        && let Some(second) = elements.get(1)
    {
        cx.fault(INDEX, second.span(), "PostgreSQL has no index by hash of several columns")
            .help("name one field, or remove `type:`");
    }
    for element in elements {
        let Some(field) = element.field_name().and_then(|name| model.field(&name.node)) else { continue };
        let none = Vec::new();
        let arguments = if let Value::Function { arguments, .. } = element { arguments } else { &none };
        let given = |wanted: &str| {
            arguments.iter().find(|argument| argument.name.as_ref().is_some_and(|name| name.node == wanted))
        };
        if let Some(sort) = given("sort").filter(|_| method == "Hash") {
            cx.fault(INDEX, sort.value.span(), "an index by hash has no order").help("remove `sort:`");
        }
        match given("ops").map(|argument| &argument.value) {
            Some(Value::Function { name, arguments, .. })
                if name.node == "raw"
                    && matches!(arguments.as_slice(), [Argument { value: Value::Text(_), .. }]) => {}
            Some(Value::Constant(class)) => {
                let Some(misfit) = misfit(&class.node, method, field) else { continue };
                let message = match misfit {
                    Misfit::Unknown => format!("Prisma has no operator class `{}`", class.node),
                    Misfit::Method => {
                        format!("`{}` is no operator class of an index by `{method}`", class.node)
                    }
                    Misfit::Type => {
                        format!("`{}` does not take the type of `{}`", class.node, field.name.node)
                    }
                };
                cx.fault(INDEX, class.span, message)
                    .help("PostgreSQL's own classes are given as `raw(\"…\")`");
            }
            Some(other) => {
                cx.fault(INDEX, other.span(), "this is no operator class")
                    .help("write it as `raw(\"text_pattern_ops\")`");
            }
            None if !has_default_class(method, field, cx.schema.meaning(field))
                && !matches!(cx.schema.meaning(field), Meaning::Model(_) | Meaning::Unknown) =>
            {
                let message = format!(
                    "an index by `{method}` does not take the type of `{}` as it is",
                    field.name.node
                );
                cx.fault(INDEX, element.span(), message)
                    .help("give an operator class with `ops:`, or another `type:`");
            }
            None => {}
        }
    }
}
