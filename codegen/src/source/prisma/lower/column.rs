//! Fields to columns: types, defaults, keys of one column.

use super::{mapped, notes, qualified, quoted_type};
use crate::source::decl::{ColumnDecl, DefaultDecl, DefaultKind, NamedMark};
use crate::source::prisma::literal::{Moment, base64};
use crate::source::prisma::names;
use crate::source::prisma::resolve::Meaning;
use crate::source::prisma::syntax::{Argument, Arity, Enum, Field, Model, Value, attribute};
use crate::span::Spanned;

pub(super) fn column(model: &Model, field: &Field, meaning: Meaning<'_>) -> ColumnDecl {
    let base = base_type(field, meaning);
    let is_list = field.ty.arity == Arity::List;
    let ty = if is_list { format!("{base}[]") } else { base };
    let name = mapped(&field.name, &field.attributes);
    let mut column = ColumnDecl::new(name, Some(Spanned::new(ty, field.ty.name.span)), field.span);
    // Prisma leaves list columns nullable.
    if field.ty.arity == Arity::Required {
        column.nullable = Some(Spanned::new(false, field.ty.name.span));
    }
    if let Some(id) = attribute(&field.attributes, "id") {
        let table = mapped(&model.name, &model.attributes).node;
        let name = id.text("map", false).cloned();
        let default = || Spanned::new(names::constraint(&table, &[], "pkey"), id.span);
        column.primary_key =
            Some(NamedMark { name: Some(Box::new(name.unwrap_or_else(default))), span: id.span });
    }
    if let Some(value) =
        attribute(&field.attributes, "default").and_then(|default| default.argument("value", true))
    {
        apply_default(&mut column, value, meaning, is_list);
    }
    column.notes = notes(&field.docs);
    column
}

/// Returns the type of a field's column, or of the elements of a list.
pub(super) fn base_type(field: &Field, meaning: Meaning<'_>) -> String {
    match meaning {
        Meaning::Enum(data) => quoted_type(&qualified(&data.name, &data.attributes)),
        Meaning::Scalar(sql) => native(field).unwrap_or_else(|| sql.to_owned()),
        Meaning::Unsupported | Meaning::Model(_) | Meaning::Unknown => field.ty.name.node.clone(),
    }
}

/// Sets a column's default; those that Prisma's client fills in (`uuid()`, `cuid()` …) leave the database without one.
fn apply_default(column: &mut ColumnDecl, value: &Value, meaning: Meaning<'_>, is_list: bool) {
    let span = value.span();
    let default = |kind, value: String| Some(DefaultDecl { kind, value, span });
    column.default = match value {
        Value::Function { name, arguments, .. } => match (name.node.as_str(), arguments.as_slice()) {
            ("now", _) => default(DefaultKind::Expression, "CURRENT_TIMESTAMP".to_owned()),
            ("dbgenerated", [Argument { value: Value::Text(sql), .. }, ..]) if !sql.node.is_empty() => {
                default(DefaultKind::Expression, sql.node.clone())
            }
            ("autoincrement", _) => {
                let serial = match column.ty.as_ref().map(|ty| ty.node.as_str()) {
                    Some("integer") => "serial",
                    Some("bigint") => "bigserial",
                    Some("smallint") => "smallserial",
                    // Of other types, `oid` and lists, Prisma makes no sequence either.
                    _ => return,
                };
                column.increment = Some(span);
                column.ty = column.ty.take().map(|ty| Spanned::new(serial.to_owned(), ty.span));
                None
            }
            _ => None,
        },
        Value::Array(values, _) if is_list => {
            let ty = column.ty.as_ref().map(|ty| ty.node.clone()).unwrap_or_default();
            let items: Vec<String> = values.iter().map(|value| literal(value, meaning)).collect();
            default(DefaultKind::Expression, format!("ARRAY[{}]::{ty}", items.join(", ")))
        }
        Value::Text(text) => default(DefaultKind::String, written(&text.node, meaning)),
        Value::Number(number) => default(DefaultKind::Number, number.node.clone()),
        Value::Constant(constant) => match (meaning, constant.node.as_str()) {
            (Meaning::Enum(data), label) => default(DefaultKind::String, enum_label(data, label)),
            (_, word @ ("true" | "false")) => default(DefaultKind::Boolean, word.to_owned()),
            (_, word) => default(DefaultKind::Expression, word.to_owned()),
        },
        Value::Array(..) | Value::Object(..) => None,
    };
}

/// Returns the text of a value as Prisma writes it in SQL: bytes in hexadecimal, a moment as PostgreSQL prints it.
fn written(text: &str, meaning: Meaning<'_>) -> String {
    let converted = match meaning {
        Meaning::Scalar("bytea") => base64(text)
            .map(|bytes| bytes.iter().fold(String::from("\\x"), |hex, byte| format!("{hex}{byte:02x}"))),
        Meaning::Scalar("timestamp(3)") => Moment::read(text).map(|moment| moment.sql()),
        _ => None,
    };
    converted.unwrap_or_else(|| text.to_owned())
}

fn enum_label(data: &Enum, label: &str) -> String {
    let value = data.values.iter().find(|value| value.name.node == label);
    value.map_or_else(|| label.to_owned(), |value| mapped(&value.name, &value.attributes).node)
}

fn literal(value: &Value, meaning: Meaning<'_>) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match (value, meaning) {
        (Value::Constant(label), Meaning::Enum(data)) => quote(&enum_label(data, &label.node)),
        (Value::Text(text), Meaning::Scalar("decimal(65, 30)")) => text.node.clone(),
        (Value::Text(text), _) => quote(&written(&text.node, meaning)),
        (Value::Number(text) | Value::Constant(text), _) => text.node.clone(),
        (Value::Function { name, .. }, _) => format!("{}()", name.node),
        (Value::Array(..) | Value::Object(..), _) => "NULL".to_owned(),
    }
}

/// Returns the type that a `@db.…` attribute names.
fn native(field: &Field) -> Option<String> {
    // The prefix is the datasource's name, whatever that is.
    let (attribute, name) =
        field.attributes.iter().find_map(|found| Some((found, found.name.node.split_once('.')?.1)))?;
    let base = match name {
        "ByteA" => "bytea",
        "DoublePrecision" => "double precision",
        "Integer" => "integer",
        "SmallInt" => "smallint",
        "BigInt" => "bigint",
        "VarBit" => "varbit",
        "VarChar" => "varchar",
        "Timestamptz" => "timestamptz",
        "Timetz" => "timetz",
        "JsonB" => "jsonb",
        other => &other.to_lowercase(),
    };
    let arguments: Vec<String> = attribute
        .arguments
        .iter()
        .filter_map(|argument| match &argument.value {
            Value::Number(number) => Some(number.node.clone()),
            _ => None,
        })
        .collect();
    Some(if arguments.is_empty() { base.to_owned() } else { format!("{base}({})", arguments.join(", ")) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::diag::Sink;
    use crate::source::Reading;
    use crate::source::decl::Decl;
    use crate::source::prisma::FRONTEND;
    use crate::span::Sources;

    /// Tells the type of a field's column, and whether it counts.
    fn ty(field: &str, source: &str) -> String {
        let mut sources = Sources::default();
        let text =
            format!("datasource {source} {{\n provider = \"postgresql\"\n}}\nmodel A {{\n f {field}\n}}\n");
        let file = sources.add("a.prisma", text);
        let config = Config::for_name("a");
        let cx = Reading { sources: &sources, inputs: &[], config: &config };
        let decls = (FRONTEND.parse)(&sources.fragment(file), &cx, &mut Sink::default());
        let columns = decls.into_iter().filter_map(|decl| match decl {
            Decl::Table(table) => Some(table.columns),
            _ => None,
        });
        let told = columns.flatten().map(|column| {
            let counts = if column.increment.is_some() { ", counts" } else { "" };
            format!("{}{counts}", column.ty.unwrap().node)
        });
        told.collect()
    }

    #[test]
    fn native_types_stand_behind_the_name_of_the_datasource() {
        assert_eq!(ty("String @db.VarChar(20)", "db"), "varchar(20)");
        assert_eq!(ty("String @pg.VarChar(20)", "pg"), "varchar(20)");
        assert_eq!(ty("DateTime @warehouse.Timestamptz(3)", "warehouse"), "timestamptz(3)");
    }

    #[test]
    fn what_counts_has_the_type_of_a_sequence() {
        assert_eq!(ty("Int @default(autoincrement())", "db"), "serial, counts");
        assert_eq!(ty("BigInt @default(autoincrement())", "db"), "bigserial, counts");
        assert_eq!(ty("Int @default(autoincrement()) @db.SmallInt", "db"), "smallserial, counts");
        assert_eq!(ty("Int @default(autoincrement()) @db.Oid", "db"), "oid");
        assert_eq!(ty("Int[] @default(autoincrement())", "db"), "integer[]");
    }

    #[test]
    fn values_are_written_as_prisma_writes_them() {
        let bytes = |text| written(text, Meaning::Scalar("bytea"));
        assert_eq!(bytes("SGVsbG8="), r"\x48656c6c6f");
        assert_eq!(bytes("AAEC/w=="), r"\x000102ff");
        assert_eq!(bytes("no base64!"), "no base64!");
        let moment = |text| written(text, Meaning::Scalar("timestamp(3)"));
        assert_eq!(moment("2020-03-19T14:21:00.123Z"), "2020-03-19 14:21:00.123 +00:00");
        assert_eq!(moment("2020-03-19T14:21:00+02:00"), "2020-03-19 14:21:00 +02:00");
        assert_eq!(moment("tomorrow"), "tomorrow");
    }
}
