//! Indexes, unique ones among them.

use super::column_name;
use crate::source::decl::{Ident, IndexDecl, IndexKey, IndexPartDecl};
use crate::source::prisma::names;
use crate::source::prisma::syntax::{Argument, Attribute, Model, Value};
use crate::span::Spanned;

/// Makes the index of `@@index` or `@@unique`.
pub(super) fn model_index(model: &Model, attribute: &Attribute, table: &str, suffix: &str) -> IndexDecl {
    let fields = attribute.argument("fields", true).map(Value::elements).unwrap_or_default();
    let parts = fields
        .into_iter()
        .filter_map(|value| match value {
            Value::Constant(name) => Some(part(model, name, &[])),
            Value::Function { name, arguments, .. } => Some(part(model, name, arguments)),
            Value::Text(_) | Value::Number(_) | Value::Array(..) | Value::Object(..) => None,
        })
        .collect();
    index(model, table, attribute, parts, suffix)
}

/// Returns the condition of a partial index as Prisma writes it in SQL.
fn predicate(model: &Model, attribute: &Attribute) -> Option<Spanned<String>> {
    let value = attribute.argument("where", false)?;
    let sql = match value {
        Value::Function { arguments, .. } => match &arguments.first()?.value {
            Value::Text(sql) => sql.node.clone(),
            _ => return None,
        },
        Value::Object(entries, _) => {
            let terms: Vec<String> =
                entries.iter().filter_map(|(name, value)| term(model, name, value)).collect();
            terms.join(" AND ")
        }
        Value::Text(_) | Value::Number(_) | Value::Constant(_) | Value::Array(..) => return None,
    };
    (!sql.is_empty()).then(|| Spanned::new(sql, value.span()))
}

fn term(model: &Model, name: &Ident, value: &Value) -> Option<String> {
    let (value, is_not) = match value {
        Value::Object(inner, _) => (&inner.first()?.1, true),
        value => (value, false),
    };
    let compared = match value {
        Value::Constant(null) if null.node == "null" => {
            if is_not {
                " IS NOT NULL".to_owned()
            } else {
                " IS NULL".to_owned()
            }
        }
        Value::Constant(text) | Value::Number(text) => {
            format!(" {} {}", if is_not { "!=" } else { "=" }, text.node)
        }
        Value::Text(text) => {
            format!(" {} '{}'", if is_not { "!=" } else { "=" }, text.node.replace('\'', "''"))
        }
        Value::Function { .. } | Value::Array(..) | Value::Object(..) => return None,
    };
    let column = column_name(model, name)?;
    Some(format!("\"{}\"{compared}", column.node.replace('"', "\"\"")))
}

pub(super) fn part(model: &Model, name: &Ident, arguments: &[Argument]) -> IndexPartDecl {
    let given =
        |wanted: &str| arguments.iter().find(|arg| arg.name.as_ref().is_some_and(|name| name.node == wanted));
    let mut options = Vec::new();
    let mut span = name.span;
    match given("ops").map(|argument| &argument.value) {
        Some(Value::Function { arguments, span: at, .. }) => {
            if let Some(Argument { value: Value::Text(class), .. }) = arguments.first() {
                options.push(class.node.clone());
            }
            span = *at;
        }
        Some(Value::Constant(class)) => {
            options.push(operator_class(&class.node));
            span = class.span;
        }
        _ => {}
    }
    if let Some(Value::Constant(order)) = given("sort").map(|argument| &argument.value)
        && order.node == "Desc"
    {
        options.push("DESC".to_owned());
        span = order.span;
    }
    let key = IndexKey::Column(column_name(model, name).unwrap_or_else(|| name.clone()));
    IndexPartDecl { key, options: (!options.is_empty()).then(|| Spanned::new(options.join(" "), span)) }
}

/// Returns PostgreSQL's name of an operator class: Prisma writes `JsonbPathOps` for `jsonb_path_ops`.
fn operator_class(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    // Where PostgreSQL writes as one word what Prisma writes as two.
    let joined = ["min_max", "ts_vector", "ts_query", "timestamp_tz", "time_tz", "var_bit"];
    joined.iter().fold(out, |out, word| out.replace(word, &word.replace('_', "")))
}

pub(super) fn index(
    model: &Model,
    table: &str,
    attribute: &Attribute,
    parts: Vec<IndexPartDecl>,
    suffix: &str,
) -> IndexDecl {
    let columns: Vec<&str> = parts
        .iter()
        .filter_map(|part| match &part.key {
            IndexKey::Column(column) => Some(column.node.as_str()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    // `name` is an old way to write it.
    let old_name = || attribute.text("name", false).filter(|_| attribute.name.node == "index");
    let name = attribute.text("map", false).or_else(old_name).cloned();
    let name =
        name.unwrap_or_else(|| Spanned::new(names::constraint(table, &columns, suffix), attribute.span));
    let method = match attribute.argument("type", false) {
        Some(Value::Constant(method)) => Some(Spanned::new(method.node.to_lowercase(), method.span)),
        _ => None,
    };
    IndexDecl {
        name: Some(name),
        method,
        unique: (suffix == "key").then_some(attribute.span),
        predicate: predicate(model, attribute),
        ..IndexDecl::new(parts, attribute.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operator_classes_have_the_names_of_postgresql() {
        let pairs = [
            ("JsonbPathOps", "jsonb_path_ops"),
            ("Int4MinMaxMultiOps", "int4_minmax_multi_ops"),
            ("TimestampTzMinMaxOps", "timestamptz_minmax_ops"),
            ("TsVectorOps", "tsvector_ops"),
            ("VarBitMinMaxOps", "varbit_minmax_ops"),
        ];
        for (prisma, postgresql) in pairs {
            assert_eq!(operator_class(prisma), postgresql);
        }
    }
}
