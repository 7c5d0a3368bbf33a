//! What DBML says of a schema, and what statements beside it have to.

use std::collections::BTreeSet;

use super::Plainly;
use crate::config::Config;
use crate::model::token::mentions_name;
use crate::model::{
    ColumnData, ColumnId, ForeignKeyData, IdentityData, IndexData, KeyData, PartKey, PgIdent, PgType,
    QualifiedName, Schema, TableData,
};
use crate::plan::migration::diff::{self, Key, Kind, Refusal, Side, Step, Verb};
use crate::source::decl::{RefAction, Timing};

/// A schema in two parts.
#[derive(Clone, Debug)]
pub struct Split {
    /// What DBML says; tables that it does not are marked as another's.
    pub part: Schema,
    /// What makes the whole of it.
    pub rest: Vec<Step>,
}

/// Splits a schema that is taken at its word into what DBML can say and the steps that it cannot.
///
/// # Errors
///
/// As [`diff::diff`].
pub fn split(schema: &Schema, config: &Config, plainly: &Plainly) -> Result<Split, Vec<Refusal>> {
    let mut apart = plainly.tables.clone();
    loop {
        let part = sayable(schema, &apart, &plainly.objects);
        let rest = diff::diff(Side { schema: &part, config }, Side { schema, config })?;
        // What would have to be taken back first is better not said.
        let wrong: BTreeSet<QualifiedName> = rest
            .iter()
            .filter(|step| matches!(step.verb, Verb::Drop | Verb::Replace) || is_rewritten(step))
            .map(|step| step.key.name.clone())
            .filter(|name| !apart.contains(name) && part.find_table(name).is_some())
            .collect();
        if wrong.is_empty() {
            return Ok(Split { part, rest });
        }
        apart.extend(wrong);
    }
}

/// Tells whether a step changes a column's type.
fn is_rewritten(step: &Step) -> bool {
    step.key.kind == Kind::Column && step.verb != Verb::Create
}

fn sayable(schema: &Schema, apart: &BTreeSet<QualifiedName>, plainly: &BTreeSet<Key>) -> Schema {
    let mut part = schema.clone();
    part.verbatim.clear();
    part.seeds.clear();
    for data in &mut part.enums {
        data.comment = None;
    }
    for (table, whole) in part.tables.iter_mut().zip(&schema.tables) {
        let name = &whole.name.value;
        if whole.external || !is_plain(whole) || apart.contains(name) {
            table.external = true;
            continue;
        }
        reduce(table, |kind, of: &str| plainly.contains(&Key::new(kind, name, of)));
    }
    // A key leans on columns that have to be said as well.
    let sizes: Vec<usize> = part.tables.iter().map(|table| table.columns.len()).collect();
    let is_known = |key: &ForeignKeyData| {
        let size = sizes.get(key.referenced.0).copied().unwrap_or_default();
        key.referenced_columns.iter().all(|column| column.0 < size)
    };
    let own: Vec<bool> = part.tables.iter().map(|table| !table.external).collect();
    let is_own = |id: crate::model::TableId| own.get(id.0).copied().unwrap_or_default();
    for table in &mut part.tables {
        table.foreign_keys.retain(|key| is_own(key.referenced) && key.enforced && is_known(key));
    }
    let used: BTreeSet<_> = part
        .own_tables()
        .map(|table| table.name())
        .chain(part.enums.iter().map(|data| &data.name.value))
        .filter_map(|name| name.schema.clone())
        .collect();
    part.namespaces.retain(|namespace| used.contains(&namespace.value));
    let implied: BTreeSet<String> = part
        .own_tables()
        .flat_map(|table| table.columns())
        .filter_map(|column| column.ty().extension().map(str::to_owned))
        .collect();
    part.extensions.retain(|extension| implied.contains(&extension.value));
    part
}

/// Tells whether DBML has words for a table's columns and for what it is.
fn is_plain(table: &TableData) -> bool {
    let of_column = |column: &ColumnData| {
        column.collation.is_none()
            && !column.inherited
            && !matches!(column.ty.value.element(), PgType::Unknown(_))
            && column.comment.as_ref().is_none_or(|comment| is_text(&comment.value))
    };
    // Columns that come behind all others can be added.
    let columns = table.columns.get(..said(table)).unwrap_or_default();
    table.tail.is_none()
        && !columns.is_empty()
        && columns.iter().all(|column| column.generated.is_none() && of_column(column))
}

/// Returns how many of a table's columns DBML says: all but the generated ones at its end.
fn said(table: &TableData) -> usize {
    let is_said = |column: &ColumnData| column.generated.is_none();
    table.columns.iter().rposition(is_said).map_or(0, |last| last + 1)
}

/// Tells whether DBML keeps a text as it is.
fn is_text(text: &str) -> bool {
    text.trim() == text && !text.is_empty()
}

/// Takes away what DBML has no words for.
fn reduce(table: &mut TableData, is_apart: impl Fn(Kind, &str) -> bool) {
    let named = |name: &Option<crate::model::Fact<crate::model::PgIdent>>| {
        name.as_ref().map(|name| name.value.as_str().to_owned()).unwrap_or_default()
    };
    table.was = None;
    let said = said(table);
    let gone: Vec<PgIdent> =
        table.columns.iter().skip(said).map(|column| column.name.value.clone()).collect();
    let is_said = |columns: &[ColumnId]| columns.iter().all(|column| column.0 < said);
    let names_gone = |sql: &str| gone.iter().any(|name| mentions_name(sql, name.as_str()));
    table.columns.truncate(said);
    table.uniques.retain(|key| is_said(&key.columns));
    table.primary_key = table.primary_key.take().filter(|key| is_said(&key.columns));
    table.foreign_keys.retain(|key| is_said(&key.columns));
    table.checks.retain(|check| !names_gone(&check.expression.value));
    table.indexes.retain(|index| {
        index.parts.iter().all(|part| match &part.key {
            PartKey::Column(column) => column.0 < said,
            PartKey::Expression(sql) => !names_gone(sql),
        })
    });
    table.exclusions.clear();
    table.alterations.clear();
    for column in &mut table.columns {
        column.was = None;
        let name = column.name.value.as_str().to_owned();
        if let Some(identity) = &mut column.identity {
            identity.value = IdentityData { always: false, options: None };
        }
        let is_word = column.default.as_ref().is_some_and(|default| !default.value.sql.contains('`'));
        if !is_word || is_apart(Kind::Default, &name) {
            column.default = None;
        }
        if is_apart(Kind::Comment, &format!("column {name}")) {
            column.comment = None;
        }
    }
    if is_apart(Kind::Comment, "table ")
        || table.comment.as_ref().is_some_and(|comment| !is_text(&comment.value))
    {
        table.comment = None;
    }
    let is_bare = |key: &KeyData| {
        key.include.is_empty() && !key.nulls_not_distinct && key.timing == Timing::NotDeferrable
    };
    table.primary_key = table.primary_key.take().filter(&is_bare);
    // Behind `unique` stands a constraint where it is said at a column, and an index where it is said below `indexes`.
    let mut said: Vec<ColumnId> = table.primary_key.iter().flat_map(|key| key.columns.clone()).collect();
    table.uniques.retain(|key| {
        let is_sayable = is_bare(key) && key.columns.len() == 1 && key.name.is_none();
        let is_new = key.columns.iter().all(|column| !said.contains(column));
        said.extend(key.columns.iter().filter(|_| is_sayable));
        is_sayable && is_new
    });
    table.checks.retain(|check| {
        !check.expression.value.contains('`')
            && !check.no_inherit
            && !check.not_valid
            && !is_apart(Kind::Constraint, &named(&check.name))
    });
    table.indexes.retain(|index| is_sayable(index) && !is_apart(Kind::Index, &named(&index.name)));
    for index in &mut table.indexes {
        index.comment = index.comment.take().filter(|comment| is_text(&comment.value));
    }
    for key in &mut table.foreign_keys {
        key.comment = None;
    }
    table.foreign_keys.retain(|key| is_reference(key) && !is_apart(Kind::ForeignKey, &named(&key.name)));
}

fn is_sayable(index: &IndexData) -> bool {
    let of_part = |part: &crate::model::IndexPart| {
        part.options.is_none()
            && match &part.key {
                PartKey::Column(_) => true,
                PartKey::Expression(sql) => !sql.contains('`'),
            }
    };
    index.predicate.is_none()
        && index.storage.is_none()
        && index.include.is_empty()
        && !index.nulls_not_distinct
        && index.method.as_deref().is_none_or(|method| ["btree", "hash"].contains(&method))
        && index.parts.iter().all(of_part)
}

fn is_reference(key: &ForeignKeyData) -> bool {
    let whole = |action: &RefAction| match action {
        RefAction::SetNull(columns) | RefAction::SetDefault(columns) => columns.is_empty(),
        RefAction::NoAction | RefAction::Restrict | RefAction::Cascade => true,
    };
    let actions = [&key.on_delete, &key.on_update];
    actions.into_iter().flatten().all(|action| whole(&action.value))
        && !key.match_full
        && key.timing == Timing::NotDeferrable
        && !key.not_valid
}
