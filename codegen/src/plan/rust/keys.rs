//! Identifier types, and which columns bear them.

use std::collections::BTreeMap;

use super::ident::RustIdent;
use super::types::{RustType, Scalar, rust_type};
use super::{IdPlan, Planning, doc, table_code};
use crate::model::{Column, ColumnId, PgType, Table, TableId};

/// A column of the schema.
pub(super) type Place = (TableId, ColumnId);

/// Identifier types by the key column that they belong to.
pub(super) type Keys = BTreeMap<Place, IdPlan>;

/// Gives an identifier type to every key of one column that references nothing itself.
///
/// A table of another system gets one where a table of ours references it: the value crosses the border all the same.
pub(super) fn plan(names: &BTreeMap<TableId, RustIdent>, cx: &mut Planning<'_>) -> Keys {
    let mut keys = Keys::new();
    for table in cx.schema.own_tables() {
        let key = table.columns().find(|column| column.is_primary_key());
        if let (Some(column), Some(row)) = (key, names.get(&table.id)) {
            keys.extend(identifier(column, row, cx));
        }
    }
    for table in cx.schema.tables().filter(|table| table.data.external) {
        let referenced = |column: &Column<'_>| {
            let own = table.referenced_by().filter(|key| !key.table.data.external);
            own.into_iter().any(|key| key.data.referenced_columns == [column.id])
        };
        let Some(column) = table.columns().find(referenced) else { continue };
        let mut row = RustIdent::pascal(&super::singular::singular(table.name().name.as_str()));
        if let Some(schema) = &table.name().schema
            && cx.scope.holds(&row.within("", "Id"))
        {
            row = row.within(RustIdent::pascal(schema.as_str()).as_str(), "");
        }
        keys.extend(identifier(column, &row, cx));
    }
    keys
}

fn identifier(column: Column<'_>, row: &RustIdent, cx: &mut Planning<'_>) -> Option<(Place, IdPlan)> {
    let RustType::Scalar(inner) = rust_type(column.ty()) else { return None };
    let listed = column.data.values.is_some() && inner == Scalar::Text;
    if !inner.can_be_key() || listed || root(column).is_none_or(|place| place != column.place()) {
        return None;
    }
    // `users.id` is `UserId`, as are `sessions.session_id` `SessionId` and `currencies.code` `CurrencyCode`.
    let last = super::ident::words(column.name()).pop().unwrap_or_default();
    let end =
        if last == "id" { "Id".to_owned() } else { RustIdent::pascal(column.name()).as_str().to_owned() };
    let name = cx.name(row.within("", &end), column.span(), &column.path());
    let prefix = prefix(column).filter(|_| inner == Scalar::Text);
    let table = table_code(column.table);
    let mut text = vec![format!("Identifies a row of {table} by its {}.", doc::code(column.name()))];
    if let Some(prefix) = &prefix {
        text.extend([
            String::new(),
            format!("It begins with {} and goes on behind that.", doc::code(prefix)),
        ]);
    }
    if column.table.data.external {
        text.extend([String::new(), "Another system owns that table.".to_owned()]);
    }
    let what = format!("an identifier of `{}`", column.table.name().plain());
    Some((column.place(), IdPlan { name, doc: text, what, inner, prefix }))
}

/// Returns the prefix of a key: what the column itself says, or the list of prefixes.
fn prefix(column: Column<'_>) -> Option<String> {
    let own = column.data.prefix.as_ref().map(|prefix| prefix.value.clone());
    let listed = || {
        let entries = &column.table.schema.prefixes;
        let entry = entries.iter().find(|entry| entry.table == Some(column.table.id));
        entry.map(|entry| entry.prefix.value.clone())
    };
    own.or_else(listed).filter(|prefix| !prefix.is_empty())
}

/// Returns the column that a column's values come from in the end: itself where it references nothing, none where its
/// references go round.
pub(super) fn root(column: Column<'_>) -> Option<Place> {
    let mut seen = vec![column.place()];
    let mut at = column;
    while let Some(next) = referenced(at) {
        if seen.contains(&next.place()) {
            // A key that references itself adds nothing; a longer circle has no root.
            return (next.place() == at.place()).then_some(at.place());
        }
        seen.push(next.place());
        at = next;
    }
    Some(at.place())
}

/// Returns the column that a column references, where both have the same type; a key of one column tells more than one of
/// several.
fn referenced(column: Column<'_>) -> Option<Column<'_>> {
    let mut keys: Vec<_> = column.foreign_keys().collect();
    keys.sort_by_key(|key| key.data.columns.len() > 1);
    keys.into_iter().find_map(|key| {
        let at = key.data.columns.iter().position(|id| *id == column.id)?;
        let other = key.referenced_columns().nth(at)?;
        let same = rust_type(column.ty()) == rust_type(other.ty());
        (same && !matches!(column.ty(), PgType::Enum(_))).then_some(other)
    })
}

impl Column<'_> {
    /// Returns the column's place in the schema.
    pub(super) fn place(self) -> Place {
        (self.table.id, self.id)
    }
}

/// Returns the columns of a table whose values come from another column.
pub(super) fn is_reference(column: Column<'_>) -> bool {
    root(column).is_some_and(|place| place != column.place())
}

/// Returns the table and column as a sentence names what a column references.
pub(super) fn reference_words(column: Column<'_>) -> Option<String> {
    let other = referenced(column)?;
    let table: Table<'_> = other.table;
    Some(format!("references {} ({})", table_code(table), doc::code(other.name())))
}
