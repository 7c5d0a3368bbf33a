//! Relations: two ends that know each other, and fields that can hold one end's key.

use crate::diag::{Code, did_you_mean};
use crate::source::decl::Ident;
use crate::source::prisma::resolve::{Meaning, explicit_relation_name, field_names};
use crate::source::prisma::syntax::{Arity, Attribute, Field, Model, Value, attribute};

use super::Cx;

const RELATION: Code = Code::new("prisma-relation");
const RELATION_FIELDS: Code = Code::new("prisma-relation-fields");
const NO_OPPOSITE: Code = Code::new("prisma-no-opposite-field");
const UNKNOWN_ACTION: Code = Code::new("unknown-action");

/// What Prisma can do with what refers to a row that goes or changes.
const ACTIONS: &[&str] = &["Cascade", "NoAction", "Restrict", "SetDefault", "SetNull"];

/// Reports `@relation` at a field that is none.
pub(super) fn none(field: &Field, cx: &mut Cx<'_, '_>) {
    if let Some(relation) = attribute(&field.attributes, "relation") {
        cx.fault(
            RELATION,
            relation.span,
            format!("`{}` is of type `{}`, which is no model", field.name.node, field.ty.name.node),
        )
        .help("remove `@relation`, or give the field a model as its type");
    }
}

/// Returns the relation fields of a model that are of one relation with a field.
fn alike<'a>(model: &'a Model, field: &'a Field) -> impl Iterator<Item = &'a Field> {
    model.fields.iter().filter(|other| {
        other.ty.name.node == field.ty.name.node
            && explicit_relation_name(other) == explicit_relation_name(field)
    })
}

/// Tells whether it cannot be known which fields are the two ends of a field's relation.
fn is_ambiguous(model: &Model, field: &Field) -> bool {
    let to_itself = field.ty.name.node == model.name.node && explicit_relation_name(field).is_some();
    alike(model, field).count() > if to_itself { 2 } else { 1 }
}

/// Reports fields of which it cannot be known to which relation they belong.
pub(super) fn ambiguous(model: &Model, cx: &mut Cx<'_, '_>) {
    for field in &model.fields {
        if !matches!(cx.schema.meaning(field), Meaning::Model(_)) || !is_ambiguous(model, field) {
            continue;
        }
        // It is said once, of the second.
        let mut fields = alike(model, field);
        let (Some(first), Some(second)) = (fields.next(), fields.next()) else { continue };
        if second.name.span != field.name.span {
            continue;
        }
        let message = format!(
            "`{}` and `{}` lead to `{}` by one relation",
            first.name.node, second.name.node, field.ty.name.node
        );
        cx.fault(RELATION, second.name.span, message)
            .label(first.name.span, "the other")
            .help("name each relation at both of its ends: `@relation(\"name\")`");
    }
}

/// Reports what is wrong with a relation at one of its fields.
pub(super) fn check(model: &Model, field: &Field, other: &Model, cx: &mut Cx<'_, '_>) {
    attributes(field, cx);
    ignored(model, field, other, cx);
    let relation = attribute(&field.attributes, "relation");
    let mut is_clear = true;
    if let Some(relation) = relation {
        is_clear = fields(model, field, other, relation, cx);
        actions(relation, cx);
        if let Some(name) = relation.text("name", true).filter(|name| name.node.is_empty()) {
            cx.fault(RELATION, name.span, "the name of this relation is empty")
                .help("name it, or remove the text");
        }
    }
    if is_ambiguous(model, field) {
        return;
    }
    let Some((_, back)) = cx.schema.opposite(model, field) else {
        no_opposite(model, field, other, cx);
        return;
    };
    if is_ambiguous(other, back) {
        return;
    }
    let holds = |field: &Field| {
        attribute(&field.attributes, "relation")
            .is_some_and(|relation| ["fields", "references"].iter().any(|key| names_any(relation, key)))
    };
    match (field.ty.arity == Arity::List, back.ty.arity == Arity::List) {
        (true, true) => many_to_many(field, other, relation, cx),
        (true, false) => back_end(field, relation, cx),
        (false, true) if !holds(field) => {
            cx.fault(
                RELATION,
                field.name.span,
                format!("`{}` does not say which fields hold it", field.name.node),
            )
            .help("add `@relation(fields: […], references: […])`");
        }
        (false, true) => {}
        // What is wrong with both ends is said once, of the later.
        (false, false) if holds(field) == holds(back) => {
            if field.name.span > back.name.span {
                let message = if holds(field) {
                    "both ends of this relation hold it"
                } else {
                    "neither end of this relation holds it"
                };
                cx.fault(RELATION, field.name.span, message)
                    .label(back.name.span, "the other end")
                    .help("`@relation(fields: […], references: […])` stands at one of the two");
            }
        }
        (false, false) if !holds(field) => {
            back_end(field, relation, cx);
            if field.ty.arity == Arity::Required {
                cx.fault(
                    RELATION,
                    field.ty.name.span,
                    format!("nothing makes sure that there is a `{}`", field.ty.name.node),
                )
                .label(back.name.span, "this end holds the relation")
                .help(format!("write `{}?`", field.ty.name.node));
            }
        }
        (false, false) => one_to_one(model, field, relation, cx),
    }
    if let Some(relation) = relation.filter(|_| is_clear && field.ty.arity != Arity::List && holds(field)) {
        forward(model, field, other, relation, cx);
    }
}

fn names_any(relation: &Attribute, argument: &str) -> bool {
    relation.argument(argument, false).is_some_and(|value| !value.elements().is_empty())
}

fn no_opposite(model: &Model, field: &Field, other: &Model, cx: &mut Cx<'_, '_>) {
    let message = format!("`{}` has no field that leads back to `{}`", other.name.node, model.name.node);
    cx.fault(NO_OPPOSITE, field.name.span, message)
        .label(other.name.span, "the other end")
        .help(format!("add a field of type `{}[]` or `{}?` there", model.name.node, model.name.node));
}

/// Reports attributes that are of columns.
fn attributes(field: &Field, cx: &mut Cx<'_, '_>) {
    for attribute in &field.attributes {
        let name = attribute.name.node.as_str();
        if ["default", "map", "updatedAt"].contains(&name) || name.contains('.') {
            cx.fault(
                RELATION,
                attribute.span,
                format!("`@{name}` is of columns, and `{}` is a relation", field.name.node),
            )
            .help("put it at the fields that hold the relation");
        }
    }
}

/// Reports a relation to a model that the client ignores.
fn ignored(model: &Model, field: &Field, other: &Model, cx: &mut Cx<'_, '_>) {
    let is_ignored = |attributes: &[Attribute]| attribute(attributes, "ignore").is_some();
    if is_ignored(&other.attributes) && !is_ignored(&field.attributes) && !is_ignored(&model.attributes) {
        cx.fault(
            RELATION,
            field.name.span,
            format!("the model `{}` is ignored, and this relation to it is not", other.name.node),
        )
        .help("add `@ignore`");
    }
}

/// Holds the names under `fields` and `references` to the models; tells whether there is nothing to say of them.
fn fields(model: &Model, field: &Field, other: &Model, relation: &Attribute, cx: &mut Cx<'_, '_>) -> bool {
    let fields = field_names(relation, "fields", false);
    let references = field_names(relation, "references", false);
    let mut is_clear = true;
    for (names, model, argument) in [(&fields, model, "fields"), (&references, other, "references")] {
        let mut seen: Vec<&Ident> = Vec::new();
        for name in names {
            is_clear &= cx.known_field(name, model);
            if model
                .field(&name.node)
                .is_some_and(|field| matches!(cx.schema.meaning(field), Meaning::Model(_)))
            {
                is_clear = false;
                cx.fault(
                    RELATION,
                    name.span,
                    format!("`{}` is a relation, and `{argument}` are columns", name.node),
                )
                .help("name the fields that hold it");
            }
            if let Some(first) = seen.iter().find(|first| first.node == name.node) {
                is_clear = false;
                cx.fault(RELATION, name.span, format!("`{}` is named twice", name.node))
                    .label(first.span, "first here")
                    .help("remove one of the two");
            }
            seen.push(name);
        }
    }
    if fields.len() != references.len() && field.ty.arity != Arity::List {
        is_clear = false;
        let message = format!("{} fields reference {}", fields.len(), references.len());
        cx.sink
            .error(RELATION_FIELDS, relation.span, message)
            .help("name as many fields of the other model under `references` as under `fields`");
    }
    is_clear
}

fn actions(relation: &Attribute, cx: &mut Cx<'_, '_>) {
    for argument in ["onDelete", "onUpdate"] {
        let Some(Value::Constant(word)) = relation.argument(argument, false) else { continue };
        if !ACTIONS.contains(&word.node.as_str()) {
            cx.sink
                .error(UNKNOWN_ACTION, word.span, format!("`{}` is no action of a relation", word.node))
                .help(did_you_mean(&word.node, ACTIONS.iter().copied()))
                .help(format!("Prisma has {}", ACTIONS.join(", ")));
        } else if cx.schema.has_foreign_keys() {
        } else if word.node == "SetDefault" {
            cx.fault(RELATION, word.span, "the client, which keeps the relations, sets no defaults")
                .help("take another action, or `relationMode = \"foreignKeys\"`");
        } else if word.node == "NoAction" && cx.schema.is_for_postgresql() {
            cx.fault(
                RELATION,
                word.span,
                "the client, which keeps the relations, has no `NoAction` for PostgreSQL",
            )
            .help("write `Restrict`");
        }
    }
}

/// Reports what an end that holds nothing cannot say.
fn back_end(field: &Field, relation: Option<&Attribute>, cx: &mut Cx<'_, '_>) {
    let Some(relation) = relation else { return };
    for argument in ["fields", "references", "onDelete", "onUpdate"] {
        if let Some(value) = relation.argument(argument, false) {
            cx.fault(
                RELATION,
                value.span(),
                format!("`{}` is the end that holds nothing, and says `{argument}`", field.name.node),
            )
            .help("put it at the other end");
        }
    }
}

fn many_to_many(field: &Field, other: &Model, relation: Option<&Attribute>, cx: &mut Cx<'_, '_>) {
    if cx.schema.provider() == Some("mongodb") {
        return;
    }
    for argument in ["fields", "references", "onDelete", "onUpdate"] {
        if let Some(value) = relation.and_then(|relation| relation.argument(argument, false)) {
            cx.fault(
                RELATION,
                value.span(),
                format!("a relation of many to many has a table of its own, and no `{argument}`"),
            )
            .help("remove it, or write a model for the table");
        }
    }
    if other.key_field().is_none() {
        let message = format!(
            "`{}` has no key of one field, which the table of this relation references",
            other.name.node
        );
        cx.fault(RELATION, field.name.span, message)
            .label(other.name.span, "the model")
            .help("write a model for the table, or give this one a field with `@id`");
    }
}

fn one_to_one(model: &Model, field: &Field, relation: Option<&Attribute>, cx: &mut Cx<'_, '_>) {
    let names = relation.map(|relation| field_names(relation, "fields", false)).unwrap_or_default();
    let is_known = !names.is_empty() && names.iter().all(|name| model.field(&name.node).is_some());
    if is_known && !is_unique(model, &names, Order::AsNamed) {
        let names: Vec<&str> = names.iter().map(|name| name.node.as_str()).collect();
        let span = relation.map_or(field.name.span, |relation| relation.span);
        cx.fault(RELATION, span, "a relation of one to one needs fields that no other row has").help(
            match names.as_slice() {
                [name] => format!("mark `{name}` with `@unique`"),
                names => format!("add `@@unique([{}])`", names.join(", ")),
            },
        );
    }
}

/// In which order a key names fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// In that of the relation, which Prisma wants at the end that holds it.
    AsNamed,
    Any,
}

/// Tells whether fields are those of a key or unique index of a model.
fn is_unique(model: &Model, names: &[&Ident], order: Order) -> bool {
    let alone = || {
        let [name] = names else { return false };
        model.field(&name.node).is_some_and(|field| {
            ["id", "unique"].iter().any(|mark| attribute(&field.attributes, mark).is_some())
        })
    };
    let together = |key: &Attribute| {
        let of_key = field_names(key, "fields", true);
        ["id", "unique"].contains(&key.name.node.as_str())
            && of_key.len() == names.len()
            && match order {
                Order::AsNamed => of_key.iter().zip(names).all(|(name, other)| name.node == other.node),
                Order::Any => of_key.iter().all(|name| names.iter().any(|other| other.node == name.node)),
            }
    };
    alone() || model.attributes.iter().any(together)
}

/// Holds the fields of the end that holds the relation to what they reference.
fn forward(model: &Model, field: &Field, other: &Model, relation: &Attribute, cx: &mut Cx<'_, '_>) {
    let fields = field_names(relation, "fields", false);
    let references = field_names(relation, "references", false);
    let mut fits = true;
    for (name, reference) in fields.iter().zip(&references) {
        let (Some(own), Some(referenced)) = (model.field(&name.node), other.field(&reference.node)) else {
            return;
        };
        if own.ty.unsupported || own.ty.name.node != referenced.ty.name.node {
            fits = false;
            let message = format!(
                "`{}` is of another type than `{}` of `{}`",
                name.node, reference.node, other.name.node
            );
            cx.fault(RELATION, name.span, message)
                .label(own.ty.name.span, "this type")
                .label(referenced.ty.name.span, "and that")
                .help(format!("make `{}` a `{}`", name.node, referenced.ty.name.node));
        }
    }
    if fits && !is_unique(other, &references, Order::Any) && cx.schema.provider() != Some("mongodb") {
        let names: Vec<&str> = references.iter().map(|name| name.node.as_str()).collect();
        let span = relation.argument("references", false).map_or(relation.span, Value::span);
        let message = format!("these fields of `{}` may be the same in several rows", other.name.node);
        cx.fault(RELATION, span, message).help(match names.as_slice() {
            [name] => format!("mark `{name}` with `@unique`"),
            names => format!("add `@@unique([{}])` to `{}`", names.join(", "), other.name.node),
        });
    }
    let optional = fields
        .iter()
        .find(|name| model.field(&name.node).is_some_and(|field| field.ty.arity == Arity::Optional));
    if let Some(optional) = optional.filter(|_| field.ty.arity == Arity::Required) {
        cx.fault(
            RELATION,
            field.ty.name.span,
            format!("`{}` may be missing, and this relation may not", optional.node),
        )
        .help(format!("write `{}?`, or remove the `?` of `{}`", field.ty.name.node, optional.node));
    }
    if !cx.schema.has_foreign_keys() {
        kept_by_client(model, field, other, relation, &fields, cx);
    }
}

/// Reports what the client cannot keep, where it keeps relations: `NULL` that may not be, and rows that would go in circles.
fn kept_by_client(
    model: &Model,
    field: &Field,
    other: &Model,
    relation: &Attribute,
    fields: &[&Ident],
    cx: &mut Cx<'_, '_>,
) {
    let required = fields
        .iter()
        .find(|name| model.field(&name.node).is_some_and(|field| field.ty.arity == Arity::Required));
    for argument in ["onDelete", "onUpdate"] {
        if let Some(Value::Constant(word)) = relation.argument(argument, false)
            && word.node == "SetNull"
            && let Some(required) = required
        {
            cx.fault(
                RELATION,
                word.span,
                format!("`{}` is never missing, and cannot be set to NULL", required.node),
            )
            .help("take another action, or make the field optional");
        }
    }
    if is_still(model, relation) {
        return;
    }
    let still = if cx.schema.is_for_postgresql() { "Restrict" } else { "NoAction" };
    let mut seen = vec![model.name.node.as_str()];
    let mut next = vec![other];
    while let Some(at) = next.pop() {
        if at.name.node == model.name.node {
            cx.fault(RELATION, field.name.span, "what changes here comes back to where it began")
                .help(format!("add `onDelete: {still}, onUpdate: {still}` to one relation of the circle"));
            return;
        }
        if seen.contains(&at.name.node.as_str()) {
            continue;
        }
        seen.push(&at.name.node);
        let held = at.fields.iter().filter(|field| {
            attribute(&field.attributes, "relation")
                .is_some_and(|relation| names_any(relation, "fields") && !is_still(at, relation))
        });
        next.extend(held.filter_map(|field| cx.schema.model(&field.ty.name.node)));
    }
}

/// Tells whether a change of what is referenced changes nothing here.
fn is_still(model: &Model, relation: &Attribute) -> bool {
    let is_required =
        |name: &&Ident| model.field(&name.node).is_some_and(|field| field.ty.arity == Arity::Required);
    ["onDelete", "onUpdate"].iter().all(|argument| match relation.argument(argument, false) {
        Some(Value::Constant(word)) => ["NoAction", "Restrict"].contains(&word.node.as_str()),
        // What Prisma does where nothing is said: a row that cannot lose what it refers to keeps it.
        _ => *argument == "onDelete" && field_names(relation, "fields", false).iter().any(is_required),
    })
}
