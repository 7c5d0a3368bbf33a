//! Constraints of a table as statements hold them.

use super::names::{Names, Part};
use super::statement::{ConstraintBody, ConstraintDef};
use crate::config::Config;
use crate::expr;
use crate::model::ident::literal;
use crate::model::{ColumnId, ForeignKeyData, KeyData, PgIdent, Table, ValuesOrigin};
use crate::source::decl::Timing;

/// Returns a table's constraints except its foreign keys: primary key, uniques, checks of the document, checks that follow from
/// what the document lists, exclusions.
pub(in crate::plan) fn of_table(table: Table<'_>, config: &Config, names: &Names) -> Vec<ConstraintDef> {
    let data = table.data;
    let name = |part| names.get(table.id, part);
    let mut constraints = Vec::new();
    if let Some(key) = &data.primary_key {
        let (columns, include) = key_columns(table, key);
        let body = ConstraintBody::PrimaryKey { columns, include };
        constraints.push(ConstraintDef {
            name: name(Part::PrimaryKey),
            body,
            timing: key.timing,
            not_valid: false,
        });
    }
    for (at, key) in data.uniques.iter().enumerate() {
        let (columns, include) = key_columns(table, key);
        let body = ConstraintBody::Unique { columns, include, nulls_not_distinct: key.nulls_not_distinct };
        constraints.push(ConstraintDef {
            name: name(Part::Unique(at)),
            body,
            timing: key.timing,
            not_valid: false,
        });
    }
    for (at, check) in data.checks.iter().enumerate() {
        let written = &check.expression.value;
        // Most checks are no list, which the word alone tells.
        let may_list = written.as_bytes().windows(2).any(|pair| pair.eq_ignore_ascii_case(b"in"));
        let parsed = if may_list { expr::parse(written) } else { None };
        let expression = match parsed.and_then(|parsed| parsed.plain_in_list()) {
            Some((column, values)) => in_list(&PgIdent::new(column), &values),
            None => written.clone(),
        };
        let body = ConstraintBody::Check { expression, no_inherit: check.no_inherit };
        constraints.push(ConstraintDef {
            name: name(Part::Check(at)),
            body,
            timing: Timing::NotDeferrable,
            not_valid: check.not_valid,
        });
    }
    for column in table.columns() {
        if let Some(values) = documented_values(table, column.id) {
            let expression = in_list(&column.data.name.value, values);
            constraints.push(check(name(Part::Values(column.id)), expression));
        }
        if let Some(prefix) = key_prefix(table, column.id).filter(|_| config.prefixes.check) {
            let expression = format!("starts_with({}, {})", column.data.name.value, literal(prefix));
            constraints.push(check(name(Part::Prefix(column.id)), expression));
        }
    }
    for (at, exclusion) in data.exclusions.iter().enumerate() {
        let body = ConstraintBody::Exclude(exclusion.definition.node.clone());
        let timing = exclusion.timing;
        constraints.push(ConstraintDef { name: name(Part::Exclusion(at)), body, timing, not_valid: false });
    }
    constraints
}

/// Tells whether a constraint cannot be said where its table is made: one that is not valid would count as fulfilled, and PostgreSQL
/// would make one of two keys that say the same.
pub(in crate::plan) fn stands_apart(table: Table<'_>, constraint: &ConstraintDef, names: &Names) -> bool {
    let repeats =
        |at: usize| table.repeats_key(at) && names.get(table.id, Part::Unique(at)) == constraint.name;
    constraint.not_valid
        || matches!(constraint.body, ConstraintBody::Unique { .. })
            && (0..table.data.uniques.len()).any(repeats)
}

/// Writes that a column holds one of several texts.
fn in_list(column: &PgIdent, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| literal(value)).collect();
    format!("{column} IN ({})", values.join(", "))
}

fn check(name: PgIdent, expression: String) -> ConstraintDef {
    let body = ConstraintBody::Check { expression, no_inherit: false };
    ConstraintDef { name, body, timing: Timing::NotDeferrable, not_valid: false }
}

/// Returns the values that a column's description lists and that a check has to hold it to.
pub(in crate::plan) fn documented_values(table: Table<'_>, column: ColumnId) -> Option<&Vec<String>> {
    let values = table.column(column).data.values.as_ref()?;
    (values.origin == ValuesOrigin::DocumentedChecked).then_some(&values.values.value)
}

/// Returns the prefix of a column that is its table's key.
pub(in crate::plan) fn key_prefix(table: Table<'_>, column: ColumnId) -> Option<&str> {
    let column = table.column(column);
    let prefix = column.data.prefix.as_ref()?;
    column.is_primary_key().then_some(prefix.value.as_str())
}

/// Returns a foreign key as a constraint.
pub(super) fn foreign_key(table: Table<'_>, at: usize, key: &ForeignKeyData, names: &Names) -> ConstraintDef {
    let referenced = table.schema.table(key.referenced);
    ConstraintDef {
        name: names.get(table.id, Part::ForeignKey(at)),
        body: ConstraintBody::ForeignKey {
            columns: idents(table, &key.columns),
            table: referenced.name().clone(),
            referenced: idents(referenced, &key.referenced_columns),
            match_full: key.match_full,
            on_delete: key.on_delete.as_ref().map(|action| action.value.clone()),
            on_update: key.on_update.as_ref().map(|action| action.value.clone()),
        },
        timing: key.timing,
        not_valid: key.not_valid,
    }
}

fn key_columns(table: Table<'_>, key: &KeyData) -> (Vec<PgIdent>, Vec<PgIdent>) {
    (idents(table, &key.columns), idents(table, &key.include))
}

/// Returns the names of columns as identifiers.
pub(in crate::plan) fn idents(table: Table<'_>, columns: &[ColumnId]) -> Vec<PgIdent> {
    columns.iter().map(|column| table.column(*column).data.name.value.clone()).collect()
}
