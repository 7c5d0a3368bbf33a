//! Rows: what is read from a table, and what is written into it.

use std::collections::BTreeMap;

use super::enums::Enums;
use super::ident::{RustIdent, Scope};
use super::keys::{Keys, reference_words, root};
use super::singular::singular;
use super::types::{RustType, Scalar, rust_type};
use super::{Field, Planning, RESERVED, RowPlan, Shape, doc, give, table_code};
use crate::diag::Sink;
use crate::model::{Column, PgType, Table, TableId};

/// Names the row of every table that the schema creates.
pub(super) fn names(cx: &mut Planning<'_>) -> BTreeMap<TableId, RustIdent> {
    let mut names = BTreeMap::new();
    for table in cx.schema.own_tables() {
        let bare = table.name().name.as_str();
        let mut wanted = RustIdent::pascal(&singular(bare));
        if RESERVED.contains(&wanted.as_str()) {
            wanted = wanted.within("", "Row");
        }
        if let Some(schema) = &table.name().schema
            && cx.scope.holds(&wanted)
        {
            wanted = wanted.within(RustIdent::pascal(schema.as_str()).as_str(), "");
        }
        names.insert(table.id, cx.name(wanted, table.span(), &table.name().plain()));
    }
    names
}

/// Plans the row of every table.
pub(super) fn plan(
    names: &BTreeMap<TableId, RustIdent>,
    keys: &Keys,
    enums: &Enums,
    cx: &mut Planning<'_>,
) -> Vec<(TableId, RowPlan)> {
    let mut rows = Vec::new();
    for table in cx.schema.own_tables() {
        let Some(name) = names.get(&table.id) else { continue };
        let fields = fields(table, keys, enums, cx.sink);
        let new = fields.iter().filter_map(|(column, field)| inserted(*column, field)).collect();
        let patch = fields.iter().filter_map(|(column, field)| changed(*column, field)).collect();
        let authored = table.name().plain();
        let mut shape = |before: &str, after: &str, doc: Vec<String>, fields: Vec<Field>| {
            if fields.is_empty() {
                return None;
            }
            let name = cx.name(name.within(before, after), table.span(), &authored);
            Some(Shape { name, doc, fields })
        };
        let code = table_code(table);
        let new_doc = vec![
            format!("A row of {code} before it is inserted."),
            String::new(),
            "`None` leaves a column out: to its default where it has one, else to NULL.".to_owned(),
        ];
        let patch_doc = vec![
            format!("A change of a row of {code}."),
            String::new(),
            "`None` leaves a column as it is; `Some(None)` sets one to NULL that may be.".to_owned(),
        ];
        let new = shape("New", "", new_doc, new);
        let patch = shape("", "Patch", patch_doc, patch);
        let said = table.data.comment.as_ref().map(|comment| doc::prose(&comment.value)).unwrap_or_default();
        let mut text = vec![format!("A row of {code}.")];
        if !said.is_empty() {
            text.push(String::new());
            text.extend(said);
        }
        rows.push((
            table.id,
            RowPlan {
                name: name.clone(),
                doc: text,
                table: table.name().to_string(),
                columns: table.columns().map(|column| column.data.name.value.to_string()).collect(),
                fields: fields.into_iter().map(|(_, field)| field).collect(),
                new,
                patch,
            },
        ));
    }
    rows
}

fn fields<'a>(table: Table<'a>, keys: &Keys, enums: &Enums, sink: &mut Sink) -> Vec<(Column<'a>, Field)> {
    let mut scope = Scope::with_reserved(&[]);
    let mut names = BTreeMap::new();
    // A column whose name is a field's name as it stands keeps it, whatever stands before it.
    let exact = |column: &Column<'_>| RustIdent::snake(column.name()).bare() == column.name();
    let (first, second): (Vec<_>, Vec<_>) = table.columns().partition(exact);
    for column in first.into_iter().chain(second) {
        let wanted = RustIdent::snake(column.name());
        names.insert(column.id, give(&mut scope, wanted, column.span(), &column.path(), sink));
    }
    let field = |column: Column<'a>| {
        let name = names.get(&column.id)?.clone();
        let inner = held(column, keys, enums);
        let doc = documentation(column, &inner);
        let ty = if column.is_nullable() { inner.optional() } else { inner };
        let renamed = (name.bare() != column.name()).then(|| column.name().to_owned());
        Some((column, Field { name, column: renamed, doc, ty }))
    };
    table.columns().filter_map(field).collect()
}

/// Returns the type of a column's values, NULL aside.
fn held(column: Column<'_>, keys: &Keys, enums: &Enums) -> RustType {
    if let Some(place) = root(column) {
        let key = keys.get(&place).map(|id| &id.name);
        let listed = enums.columns.get(&place).map(|plan| &plan.name);
        if let Some(name) = key.or(listed) {
            return RustType::Named(name.clone());
        }
    }
    let native = |ty: &PgType| match ty {
        PgType::Enum(name) => {
            enums.native.iter().find(|(other, _)| other == name).map(|(_, plan)| &plan.name)
        }
        _ => None,
    };
    match column.ty() {
        PgType::Array(element) => match native(element) {
            Some(name) => RustType::List(Box::new(RustType::Named(name.clone()))),
            None => rust_type(column.ty()),
        },
        ty => native(ty).map_or_else(|| rust_type(ty), |name| RustType::Named(name.clone())),
    }
}

fn documentation(column: Column<'_>, held: &RustType) -> Vec<String> {
    let comment = column.data.comment.as_ref().map(|comment| doc::prose(&comment.value)).unwrap_or_default();
    let mut lines = if comment.is_empty() {
        let mut facts = vec![doc::code(&column.ty().to_string())];
        facts.extend(reference_words(column));
        facts.extend(
            column.data.default.as_ref().map(|default| format!("default {}", doc::code(&default.value.sql))),
        );
        vec![format!("{}: {}.", doc::code(column.name()), facts.join(", "))]
    } else {
        comment
    };
    let mut further = |sentence: String| lines.extend([String::new(), sentence]);
    if let (Some(data), RustType::Scalar(_) | RustType::List(_)) = (&column.data.values, held) {
        let values: Vec<String> = data.values.value.iter().map(|value| doc::code(value)).collect();
        further(format!("Documented values: {}.", values.join(", ")));
    }
    if *held == RustType::Scalar(Scalar::TextForm) {
        let name = &column.data.name.value;
        let (ty, cast) = (doc::code(&column.ty().to_string()), doc::code(&format!("{name}::text AS {name}")));
        further(format!("Rust has no type for {ty}: this is its text form, selected by {cast}."));
    }
    lines
}

/// Returns the field of a row that is going to be inserted; none for what only the database fills.
///
/// A column that has a default may be left to it, and so may one that takes NULL.
fn inserted(column: Column<'_>, field: &Field) -> Option<Field> {
    let data = column.data;
    let always = data.identity.as_ref().is_some_and(|identity| identity.value.always);
    if data.generated.is_some() || always {
        return None;
    }
    let mut field = field.clone();
    if fills_itself(column) && !matches!(field.ty, RustType::Optional(_)) {
        field.ty = field.ty.optional();
    }
    Some(field)
}

/// Returns the field of a change; none for the key, and for what only the database fills.
fn changed(column: Column<'_>, field: &Field) -> Option<Field> {
    let always = column.data.identity.as_ref().is_some_and(|identity| identity.value.always);
    if column.in_primary_key() || column.data.generated.is_some() || always {
        return None;
    }
    Some(Field { ty: field.ty.clone().optional(), ..field.clone() })
}

/// Tells whether the database finds a value where none is given.
fn fills_itself(column: Column<'_>) -> bool {
    let serial = matches!(column.ty().builtin_name(), Some("serial" | "bigserial" | "smallserial"));
    column.data.default.is_some() || column.data.identity.is_some() || serial
}
