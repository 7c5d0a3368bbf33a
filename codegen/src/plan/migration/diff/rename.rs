//! Renamings that the author states: `was: old_name`.

use super::make::raw;
use super::object::{Key, Kind};
use super::{Hazard, Lock, Risk, Step, Verb};
use crate::config::Config;
use crate::model::default_name;
use crate::model::token::{mentions_name, renamed};
use crate::model::{ColumnId, Fact, PartKey, PgIdent, QualifiedName, Schema, TableData, TableId};
use crate::plan::migration::names::{self, Names, Part};
use crate::span::Span;

/// Tells whether a schema states former names.
pub(super) fn states_any(schema: &Schema) -> bool {
    let mut tables = schema.own_tables();
    tables.any(|table| table.data.was.is_some() || table.columns().any(|it| it.data.was.is_some()))
}

/// Gives the tables and columns of the old schema the names that the new one says they have now, and returns the steps that do so
/// in a database.
pub(super) fn apply(old: &mut Schema, config: &Config, new: &Schema) -> Vec<Step> {
    let names = names::choose(old, config);
    for at in 0..old.tables.len() {
        freeze(old, TableId(at), &names);
    }
    let mut steps = Vec::new();
    for table in new.own_tables() {
        let name = table.name();
        let find = |old: &Schema, name: &QualifiedName| {
            old.tables.iter().position(|known| known.name.value == *name)
        };
        if let Some(was) = &table.data.was
            && find(old, name).is_none()
            && let Some(at) = find(old, &was.value)
        {
            rename_table(old, TableId(at), &was.value, name, was.span, &mut steps);
        }
        let Some(at) = find(old, name) else { continue };
        for column in table.columns() {
            let Some(was) = &column.data.was else { continue };
            let Some(data) = old.tables.get_mut(at) else { continue };
            let find = |data: &TableData, name: &PgIdent| {
                data.columns.iter().position(|known| known.name.value == *name)
            };
            if find(data, &column.data.name.value).is_none()
                && let Some(place) = find(data, &was.value)
            {
                rename_column(
                    old,
                    TableId(at),
                    ColumnId(place),
                    &column.data.name.value,
                    was.span,
                    &mut steps,
                );
            }
        }
    }
    steps
}

/// Returns the old schema with the new names stated as its former ones: what is renamed on the way there is renamed on the way back.
pub(super) fn stated_back(old: &Schema, new: &Schema) -> Schema {
    let mut back = old.clone();
    for table in new.own_tables() {
        let before = table.data.was.as_ref().map_or(table.name(), |was| &was.value);
        let Some(data) = back.tables.iter_mut().find(|data| data.name.value == *before) else { continue };
        if let Some(was) = &table.data.was {
            data.was = Some(Fact::said(table.name().clone(), was.span));
        }
        for column in table.columns() {
            if let Some(was) = &column.data.was
                && let Some(data) = data.columns.iter_mut().find(|data| data.name.value == was.value)
            {
                data.was = Some(Box::new(Fact::said(column.data.name.value.clone(), was.span)));
            }
        }
    }
    back
}

/// Writes down every name that PostgreSQL chose, since it stays when a table gets another one.
fn freeze(schema: &mut Schema, id: TableId, names: &Names) {
    let Some(table) = schema.tables.get_mut(id.0) else { return };
    let chosen = |part: Part, span: Span| Some(Fact::said(names.get(id, part), span));
    if let Some(key) = &mut table.primary_key {
        key.name = chosen(Part::PrimaryKey, key.span);
    }
    for (at, key) in table.uniques.iter_mut().enumerate() {
        key.name = chosen(Part::Unique(at), key.span);
    }
    for (at, check) in table.checks.iter_mut().enumerate() {
        check.name = chosen(Part::Check(at), check.expression.span);
    }
    for (at, key) in table.foreign_keys.iter_mut().enumerate() {
        key.name = chosen(Part::ForeignKey(at), key.span);
    }
    for (at, exclusion) in table.exclusions.iter_mut().enumerate() {
        exclusion.name = chosen(Part::Exclusion(at), exclusion.definition.span);
    }
    for (at, index) in table.indexes.iter_mut().enumerate() {
        index.name = chosen(Part::Index(at), index.span);
    }
}

fn step(key: Key, from: &str, span: Span, statements: Vec<String>) -> Step {
    let statements = statements.into_iter().map(raw).collect();
    let lock = Lock::AccessExclusive;
    let hazards = vec![Hazard::new(
        Risk::BreaksClients,
        format!("programs that still say `{from}` fail"),
        Some(
            "have them use the new name through a view, or a second column kept equal by a trigger, before the old one goes",
        ),
    )];
    Step { verb: Verb::Alter, key, span, lock, statements, hazards, after: Vec::new() }
}

/// Returns what gives the sequence of a serial or identity column its new name.
fn rename_sequence(
    table: &TableData,
    column: &PgIdent,
    to_table: &PgIdent,
    to_column: &PgIdent,
) -> Option<String> {
    let data = table.columns.iter().find(|known| known.name.value == *column)?;
    let serial = data.ty.value.builtin_name().is_some_and(|name| name.ends_with("serial"));
    let name = |table: &PgIdent, column: &PgIdent| {
        PgIdent::new(default_name::object_name(table.as_str(), column.as_str(), "seq"))
    };
    let from =
        QualifiedName { schema: table.name.value.schema.clone(), name: name(&table.name.value.name, column) };
    (serial || data.identity.is_some())
        .then(|| format!("ALTER SEQUENCE {from} RENAME TO {}", name(to_table, to_column)))
}

fn rename_table(
    schema: &mut Schema,
    id: TableId,
    from: &QualifiedName,
    to: &QualifiedName,
    span: Span,
    steps: &mut Vec<Step>,
) {
    let Some(table) = schema.tables.get_mut(id.0) else { return };
    let mut statements = Vec::new();
    if from.name != to.name {
        statements.push(format!("ALTER TABLE {from} RENAME TO {}", to.name));
    }
    if from.schema != to.schema {
        let moved = QualifiedName { schema: from.schema.clone(), name: to.name.clone() };
        let schema = to.schema.as_ref().map_or_else(|| "public".to_owned(), ToString::to_string);
        statements.push(format!("ALTER TABLE {moved} SET SCHEMA {schema}"));
    }
    let sequences: Vec<String> = table
        .columns
        .iter()
        .filter_map(|column| rename_sequence(table, &column.name.value, &to.name, &column.name.value))
        .collect();
    statements.extend(sequences);
    table.name.value = to.clone();
    for data in &mut schema.verbatim {
        if data.names.contains(from) {
            data.names.iter_mut().filter(|name| *name == from).for_each(|name| name.clone_from(to));
            data.text.node = renamed(&data.text.node, from.name.as_str(), to.name.as_str());
        }
    }
    steps.push(step(Key::new(Kind::Table, to, ""), &from.plain(), span, statements));
}

fn rename_column(
    schema: &mut Schema,
    id: TableId,
    column: ColumnId,
    to: &PgIdent,
    span: Span,
    steps: &mut Vec<Step>,
) {
    let Some(table) = schema.tables.get_mut(id.0) else { return };
    let Some(from) = table.columns.get(column.0).map(|data| data.name.value.clone()) else { return };
    let name = table.name.value.clone();
    let mut statements = vec![format!("ALTER TABLE {name} RENAME COLUMN {from} TO {to}")];
    statements.extend(rename_sequence(table, &from, &name.name, to));
    if let Some(data) = table.columns.get_mut(column.0) {
        data.name.value = to.clone();
    }
    let rewrite = |text: &mut String| *text = renamed(text, from.as_str(), to.as_str());
    for data in &mut table.columns {
        if let Some(generated) = &mut data.generated {
            rewrite(&mut generated.value.expression);
        }
    }
    table.checks.iter_mut().for_each(|check| rewrite(&mut check.expression.value));
    table.exclusions.iter_mut().for_each(|exclusion| rewrite(&mut exclusion.definition.node));
    for index in &mut table.indexes {
        for part in &mut index.parts {
            if let PartKey::Expression(sql) = &mut part.key {
                rewrite(sql);
            }
        }
        if let Some(predicate) = &mut index.predicate {
            rewrite(predicate);
        }
    }
    // Policies and triggers follow a column; a view keeps the old name for what it gives out, and so is another view.
    for data in &mut schema.verbatim {
        let follows = matches!(data.kind.as_str(), "policy" | "trigger") && data.names.contains(&name);
        if follows && mentions_name(&data.text.node, from.as_str()) {
            rewrite(&mut data.text.node);
        }
    }
    steps.push(step(Key::new(Kind::Column, &name, to.as_str()), from.as_str(), span, statements));
}
