//! A Prisma schema to declarations, with the tables, types and names that Prisma's own migrations make of it.

use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, Decl, DefaultDecl, DefaultKind, EnumDecl, EnumValueDecl,
    ExtensionDecl, ForeignKeyDecl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, NamedMark, Prose,
    ProseKind, QName, RefAction, TableDecl, Timing,
};
use crate::span::{Span, Spanned};

use super::names;
use super::resolve::{Meaning, Schema, field_names, relation_name};
use super::syntax::{
    Argument, Arity, Attribute, Block, Comment, Document, Enum, Field, Model, Value, attribute,
};

/// Returns the declarations of one file.
pub(super) fn lower(document: &Document, schema: &Schema<'_>) -> Vec<Decl> {
    let enums = document.enums.iter().map(|data| Decl::Enum(lower_enum(data)));
    let tables = document.models.iter().filter(|model| !model.is_view);
    let mut decls: Vec<Decl> =
        enums.chain(tables.clone().map(|model| Decl::Table(table(model, schema)))).collect();
    decls.extend(tables.flat_map(|model| join_tables(model, schema)).map(Decl::Table));
    decls.extend(document.blocks.iter().flat_map(extensions).map(Decl::Extension));
    decls
}

/// Reads `extensions = [citext, uuidOssp(map: "uuid-ossp")]` of a `datasource`.
fn extensions(block: &Block) -> Vec<ExtensionDecl> {
    let listed = block
        .properties
        .iter()
        .filter(|(name, _)| block.kind.node == "datasource" && name.node == "extensions");
    let named = listed.flat_map(|(_, value)| value.elements()).filter_map(|value| match value {
        Value::Constant(name) => Some(ExtensionDecl { name: name.clone(), span: name.span }),
        Value::Function { name, arguments, span } => {
            let mapped = arguments.iter().find_map(|argument| match (&argument.name, &argument.value) {
                (Some(key), Value::Text(text)) if key.node == "map" => Some(text.clone()),
                _ => None,
            });
            Some(ExtensionDecl { name: mapped.unwrap_or_else(|| name.clone()), span: *span })
        }
        Value::Text(_) | Value::Number(_) | Value::Array(..) => None,
    });
    named.collect()
}

fn lower_enum(data: &Enum) -> EnumDecl {
    EnumDecl {
        name: qualified(&data.name, &data.attributes),
        values: data
            .values
            .iter()
            .map(|value| EnumValueDecl {
                name: mapped(&value.name, &value.attributes),
                note: notes(&value.docs).into_iter().next(),
            })
            .collect(),
        note: notes(&data.docs).into_iter().next(),
        language: Language::Prisma,
        span: data.span,
    }
}

fn table(model: &Model, schema: &Schema<'_>) -> TableDecl {
    let name = qualified(&model.name, &model.attributes);
    let mut table = TableDecl::new(name.clone(), Language::Prisma, model.span);
    table.notes = notes(&model.docs);
    // Whoever writes about the schema calls the table by its model's name.
    table.alias = (name.name.node != model.name.node).then(|| model.name.clone());
    for field in &model.fields {
        match schema.meaning(field) {
            Meaning::Model(other) => {
                table.constraints.extend(foreign_key(model, field, other, &name.name.node));
            }
            Meaning::Unknown => {}
            meaning @ (Meaning::Scalar(_) | Meaning::Enum(_) | Meaning::Unsupported) => {
                table.columns.push(column(model, field, meaning));
                if let Some(unique) = attribute(&field.attributes, "unique") {
                    let parts = [part(model, &field.name, unique.arguments.as_slice())];
                    table.indexes.push(index(&name.name.node, unique, parts.to_vec(), "key"));
                }
            }
        }
    }
    for attribute in &model.attributes {
        match attribute.name.node.as_str() {
            "id" => table.constraints.push(composite_key(model, attribute, &name.name.node)),
            "unique" => table.indexes.push(model_index(model, attribute, &name.name.node, "key")),
            "index" => table.indexes.push(model_index(model, attribute, &name.name.node, "idx")),
            _ => {}
        }
    }
    table
}

fn column(model: &Model, field: &Field, meaning: Meaning<'_>) -> ColumnDecl {
    let base = match meaning {
        Meaning::Enum(data) => quoted_type(&qualified(&data.name, &data.attributes)),
        Meaning::Scalar(sql) => native(field).unwrap_or_else(|| sql.to_owned()),
        Meaning::Unsupported | Meaning::Model(_) | Meaning::Unknown => field.ty.name.node.clone(),
    };
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
                column.increment = Some(span);
                let serial = match column.ty.as_ref().map(|ty| ty.node.as_str()) {
                    Some("bigint") => "bigserial",
                    Some("smallint") => "smallserial",
                    _ => "serial",
                };
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
        Value::Array(..) => None,
    };
}

/// Returns the text of a value as Prisma writes it in SQL: bytes in hexadecimal, a moment as PostgreSQL prints it.
fn written(text: &str, meaning: Meaning<'_>) -> String {
    let converted = match meaning {
        Meaning::Scalar("bytea") => bytes(text),
        Meaning::Scalar("timestamp(3)") => moment(text),
        _ => None,
    };
    converted.unwrap_or_else(|| text.to_owned())
}

/// Returns base64 as PostgreSQL's hexadecimal bytes.
fn bytes(base64: &str) -> Option<String> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held) = (0_u32, 0);
    let mut hex = String::from("\\x");
    for digit in base64.trim_end_matches('=').bytes() {
        bits = (bits << 6) | u32::try_from(DIGITS.iter().position(|known| *known == digit)?).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            hex.push_str(&format!("{:02x}", (bits >> held) & 0xff));
            bits &= (1 << held) - 1;
        }
    }
    Some(hex)
}

/// Returns `2020-03-19T14:21:00.123Z` as `2020-03-19 14:21:00.123 +00:00`.
fn moment(text: &str) -> Option<String> {
    let (date, time) = text.split_once('T')?;
    match time.strip_suffix('Z') {
        Some(time) => Some(format!("{date} {time} +00:00")),
        None => {
            let (time, offset) = time.split_at(time.rfind(['+', '-'])?);
            Some(format!("{date} {time} {offset}"))
        }
    }
}

fn enum_label(data: &Enum, label: &str) -> String {
    let value = data.values.iter().find(|value| value.name.node == label);
    value.map_or_else(|| label.to_owned(), |value| mapped(&value.name, &value.attributes).node)
}

fn literal(value: &Value, meaning: Meaning<'_>) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match (value, meaning) {
        (Value::Constant(label), Meaning::Enum(data)) => quote(&enum_label(data, &label.node)),
        (Value::Text(text), _) => quote(&written(&text.node, meaning)),
        (Value::Number(text) | Value::Constant(text), _) => text.node.clone(),
        (Value::Function { name, .. }, _) => format!("{}()", name.node),
        (Value::Array(..), _) => "NULL".to_owned(),
    }
}

/// Returns the type that a `@db.…` attribute names.
fn native(field: &Field) -> Option<String> {
    let attribute = field.attributes.iter().find(|attribute| attribute.name.node.starts_with("db."))?;
    let name = attribute.name.node.strip_prefix("db.")?;
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

fn foreign_key(model: &Model, field: &Field, other: &Model, table: &str) -> Option<ConstraintDecl> {
    let relation = attribute(&field.attributes, "relation")?;
    let fields = field_names(relation, "fields", false);
    if fields.is_empty() {
        return None;
    }
    let columns: Vec<Ident> = fields.iter().filter_map(|name| column_name(model, name)).collect();
    let referenced: Vec<Ident> = field_names(relation, "references", false)
        .iter()
        .filter_map(|name| column_name(other, name))
        .collect();
    let parts: Vec<&str> = columns.iter().map(|column| column.node.as_str()).collect();
    let name = relation
        .text("map", false)
        .cloned()
        .unwrap_or_else(|| Spanned::new(names::constraint(table, &parts, "fkey"), relation.span));
    // Prisma's defaults: an optional relation is set to NULL, a required one restricts; updates cascade.
    let optional =
        fields.iter().any(|name| model.field(&name.node).is_some_and(|f| f.ty.arity == Arity::Optional));
    let default_delete = if optional { RefAction::SetNull(Vec::new()) } else { RefAction::Restrict };
    let on_delete =
        action(relation, "onDelete").unwrap_or_else(|| Spanned::new(default_delete, relation.span));
    let on_update =
        action(relation, "onUpdate").unwrap_or_else(|| Spanned::new(RefAction::Cascade, relation.span));
    Some(ConstraintDecl {
        name: Some(name.clone()),
        kind: ConstraintKind::ForeignKey(ForeignKeyDecl {
            name: Some(name),
            columns,
            table: qualified_at(&other.name, &other.attributes, field.ty.name.span),
            referenced,
            on_delete: Some(on_delete),
            on_update: Some(on_update),
            match_full: false,
            timing: Timing::NotDeferrable,
            not_valid: false,
            span: field.span,
        }),
        timing: Timing::NotDeferrable,
        not_valid: false,
        span: field.span,
    })
}

fn action(relation: &Attribute, argument: &str) -> Option<Spanned<RefAction>> {
    let Some(Value::Constant(word)) = relation.argument(argument, false) else { return None };
    let action = match word.node.as_str() {
        "Cascade" => RefAction::Cascade,
        "Restrict" => RefAction::Restrict,
        "SetNull" => RefAction::SetNull(Vec::new()),
        "SetDefault" => RefAction::SetDefault(Vec::new()),
        _ => RefAction::NoAction,
    };
    Some(Spanned::new(action, word.span))
}

fn composite_key(model: &Model, attribute: &Attribute, table: &str) -> ConstraintDecl {
    let columns =
        field_names(attribute, "fields", true).iter().filter_map(|name| column_name(model, name)).collect();
    let name = attribute.text("map", false).cloned();
    let name = name.unwrap_or_else(|| Spanned::new(names::constraint(table, &[], "pkey"), attribute.span));
    ConstraintDecl {
        name: Some(name),
        kind: ConstraintKind::PrimaryKey { columns, include: Vec::new() },
        timing: Timing::NotDeferrable,
        not_valid: false,
        span: attribute.span,
    }
}

fn model_index(model: &Model, attribute: &Attribute, table: &str, suffix: &str) -> IndexDecl {
    let fields = attribute.argument("fields", true).map(Value::elements).unwrap_or_default();
    let parts = fields
        .into_iter()
        .filter_map(|value| match value {
            Value::Constant(name) => Some(part(model, name, &[])),
            Value::Function { name, arguments, .. } => Some(part(model, name, arguments)),
            Value::Text(_) | Value::Number(_) | Value::Array(..) => None,
        })
        .collect();
    index(table, attribute, parts, suffix)
}

fn part(model: &Model, name: &Ident, arguments: &[Argument]) -> IndexPartDecl {
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

fn index(table: &str, attribute: &Attribute, parts: Vec<IndexPartDecl>, suffix: &str) -> IndexDecl {
    let columns: Vec<&str> = parts
        .iter()
        .filter_map(|part| match &part.key {
            IndexKey::Column(column) => Some(column.node.as_str()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    let name = attribute.text("map", false).cloned();
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
        ..IndexDecl::new(parts, attribute.span)
    }
}

/// Returns the tables that Prisma makes of relations of many to many without a model of their own, each for the end whose
/// model and field come first.
fn join_tables(model: &Model, schema: &Schema<'_>) -> Vec<TableDecl> {
    let mut tables = Vec::new();
    for field in model.fields.iter().filter(|field| field.ty.arity == Arity::List) {
        let Some((other, back)) = schema.opposite(model, field) else { continue };
        if back.ty.arity != Arity::List || attribute(&field.attributes, "relation").is_some_and(is_explicit) {
            continue;
        }
        let (own, end) = ((&model.name.node, &field.name.node), (&other.name.node, &back.name.node));
        if own > end {
            continue;
        }
        let name = Spanned::new(format!("_{}", relation_name(model, field)), field.span);
        tables.push(join_table(name, model, other, field.span));
    }
    tables
}

fn is_explicit(relation: &Attribute) -> bool {
    relation.argument("fields", false).is_some()
}

fn join_table(name: Ident, a: &Model, b: &Model, span: Span) -> TableDecl {
    let ident = |text: String| Spanned::new(text, span);
    let table = name.node.clone();
    let mut join = TableDecl::new(QName::bare(name), Language::Prisma, span);
    for (end, model) in [("A", a), ("B", b)] {
        let Some(key) = model.fields.iter().find(|field| attribute(&field.attributes, "id").is_some()) else {
            continue;
        };
        let ty = native(key).unwrap_or_else(|| scalar(key));
        let mut column = ColumnDecl::new(ident(end.to_owned()), Some(ident(ty)), span);
        column.nullable = Some(Spanned::new(false, span));
        join.columns.push(column);
        let fk = ident(names::constraint(&table, &[end], "fkey"));
        join.constraints.push(ConstraintDecl {
            name: Some(fk.clone()),
            kind: ConstraintKind::ForeignKey(ForeignKeyDecl {
                name: Some(fk),
                columns: vec![ident(end.to_owned())],
                table: qualified_at(&model.name, &model.attributes, span),
                referenced: column_name(model, &key.name).into_iter().collect(),
                on_delete: Some(Spanned::new(RefAction::Cascade, span)),
                on_update: Some(Spanned::new(RefAction::Cascade, span)),
                match_full: false,
                timing: Timing::NotDeferrable,
                not_valid: false,
                span,
            }),
            timing: Timing::NotDeferrable,
            not_valid: false,
            span,
        });
    }
    let columns = vec![ident("A".to_owned()), ident("B".to_owned())];
    join.constraints.insert(
        0,
        ConstraintDecl {
            name: Some(ident(format!("{table}_AB_pkey"))),
            kind: ConstraintKind::PrimaryKey { columns, include: Vec::new() },
            timing: Timing::NotDeferrable,
            not_valid: false,
            span,
        },
    );
    let parts = vec![IndexPartDecl { key: IndexKey::Column(ident("B".to_owned())), options: None }];
    join.indexes
        .push(IndexDecl { name: Some(ident(format!("{table}_B_index"))), ..IndexDecl::new(parts, span) });
    join
}

fn scalar(field: &Field) -> String {
    let name = &field.ty.name.node;
    let found = super::resolve::SCALARS.iter().find(|(scalar, _)| scalar == name);
    found.map_or_else(|| name.clone(), |(_, sql)| (*sql).to_owned())
}

/// Returns a thing's name in the database: that of `@map` or `@@map`, else its own.
pub(super) fn mapped(name: &Ident, attributes: &[Attribute]) -> Ident {
    attribute(attributes, "map")
        .and_then(|map| map.text("name", true))
        .cloned()
        .unwrap_or_else(|| name.clone())
}

fn qualified(name: &Ident, attributes: &[Attribute]) -> QName {
    let schema = attribute(attributes, "schema").and_then(|schema| schema.text("map", true)).cloned();
    QName { schema, name: mapped(name, attributes) }
}

/// Returns a model's name in the database as said at another place.
fn qualified_at(name: &Ident, attributes: &[Attribute], span: Span) -> QName {
    let name = qualified(name, attributes);
    let moved = |ident: Ident| Spanned::new(ident.node, span);
    QName { schema: name.schema.map(moved), name: moved(name.name) }
}

fn quoted_type(name: &QName) -> String {
    let quote = |ident: &Ident| format!("\"{}\"", ident.node.replace('"', "\"\""));
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}

fn column_name(model: &Model, field: &Ident) -> Option<Ident> {
    let found = model.field(&field.node)?;
    Some(Spanned::new(mapped(&found.name, &found.attributes).node, field.span))
}

/// Returns the documentation as one note, and each other comment on its own.
fn notes(comments: &[Comment]) -> Vec<Prose> {
    let mut notes = Vec::new();
    let docs: Vec<&Comment> = comments.iter().filter(|comment| comment.is_doc).collect();
    if let (Some(first), Some(last)) = (docs.first(), docs.last()) {
        let text = docs.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>().join("\n");
        notes.push(Prose { text, span: first.span.to(last.span), kind: ProseKind::Note });
    }
    notes.extend(comments.iter().filter(|comment| !comment.is_doc).map(|comment| Prose {
        text: comment.text.clone(),
        span: comment.span,
        kind: ProseKind::Comment,
    }));
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

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
