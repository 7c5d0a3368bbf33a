//! Conditions of partial indexes: SQL, or fields and the values that they are compared with.

use crate::source::decl::Ident;
use crate::source::prisma::resolve::Meaning;
use crate::source::prisma::syntax::{Argument, Arity, Attribute, Model, Value};

use super::Cx;
use super::index::INDEX;

const FORMS: &str = "write `{ field: value }` or `{ field: { not: value } }`, or its SQL as `raw(\"…\")`";

/// Holds the condition of a partial index to the fields and values that Prisma knows.
pub(super) fn check(model: &Model, attribute: &Attribute, cx: &mut Cx<'_, '_>) {
    let named = |argument: &'_ Argument| {
        argument.name.as_ref().filter(|name| name.node == "where").map(|name| name.span)
    };
    let found = attribute.arguments.iter().find_map(|argument| Some((named(argument)?, &argument.value)));
    let Some((span, value)) = found else { return };
    cx.wants_feature("partialIndexes", span, "conditions of indexes are");
    match value {
        Value::Function { name, arguments, .. } => {
            let is_sql = matches!(arguments.as_slice(), [Argument { value: Value::Text(sql), .. }] if !sql.node.is_empty());
            if name.node != "raw" || !is_sql {
                cx.fault(INDEX, value.span(), "this is no condition").help("write its SQL as `raw(\"…\")`");
            }
        }
        Value::Object(entries, span) => {
            if entries.is_empty() {
                cx.fault(INDEX, *span, "this condition is empty")
                    .help("name a field, as in `{ active: true }`");
            }
            for (name, value) in entries {
                if cx.known_field(name, model) {
                    compared(model, name, value, cx);
                }
            }
        }
        other => {
            cx.fault(INDEX, other.span(), "this is no condition").help(FORMS);
        }
    }
}

/// Holds a value to the type of the field that it is compared with.
fn compared(model: &Model, name: &Ident, value: &Value, cx: &mut Cx<'_, '_>) {
    let Some(field) = model.field(&name.node) else { return };
    let meaning = cx.schema.meaning(field);
    if let Meaning::Model(_) = meaning {
        cx.fault(
            INDEX,
            name.span,
            format!("`{}` is a relation, and a condition is about columns", name.node),
        )
        .help("name the fields that hold it");
        return;
    }
    let value = match value {
        Value::Object(inner, _) => match inner.as_slice() {
            [(not, value)] if not.node == "not" => value,
            _ => value,
        },
        value => value,
    };
    let scalars: &[&str] = match value {
        Value::Constant(word) if word.node == "null" => return,
        Value::Constant(word) if ["true", "false"].contains(&word.node.as_str()) => &["Boolean"],
        Value::Number(_) => &["BigInt", "Decimal", "Float", "Int"],
        Value::Text(_) => &["DateTime", "String"],
        other => {
            cx.fault(INDEX, other.span(), "a condition compares with a text, a number, true, false or null")
                .help(FORMS);
            return;
        }
    };
    // Of a list Prisma takes what fits its elements, and PostgreSQL does not.
    let is_list = field.ty.arity == Arity::List;
    let fits = match meaning {
        Meaning::Scalar(_) | Meaning::Enum(_) if is_list => false,
        Meaning::Scalar(_) => scalars.contains(&field.ty.name.node.as_str()),
        Meaning::Enum(_) => matches!(value, Value::Text(_)),
        Meaning::Unsupported => false,
        Meaning::Model(_) | Meaning::Unknown => true,
    };
    if !fits {
        cx.fault(INDEX, value.span(), format!("`{}` is not compared with such a value", name.node))
            .label(field.ty.name.span, "the field's type")
            .help("write a value of the field's type, or the condition's SQL as `raw(\"…\")`");
    }
}
