//! Renamings that the author states: `was: old_name`.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::make::raw;
use super::object::{Key, Kind};
use super::{Hazard, Lock, Risk, Step, Verb};
use crate::config::Config;
use crate::model::default_name;
use crate::model::token::{Cursor, may_mention, mentions, mentions_name, renamed, renamed_relation, tokens};
use crate::model::{
    ColumnId, Fact, PartKey, PgIdent, QualifiedName, Schema, TableData, TableId, VerbatimData,
};
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
    let parts = inner_indexes(old);
    let mut places = places(old);
    let heirs: Vec<TableId> =
        (0..old.tables.len()).map(TableId).filter(|id| has_inherited(old, *id)).collect();
    for table in new.own_tables() {
        let name = table.name();
        if let Some(was) = &table.data.was
            && !places.contains_key(name)
            && let Some(at) = places.swap_remove(&was.value)
        {
            places.insert(name.clone(), at);
            rename_table(old, TableId(at), &was.value, name, was.span, &mut steps);
        }
        let Some(at) = places.get(name).copied() else { continue };
        for column in table.columns() {
            let Some(was) = &column.data.was else { continue };
            let Some(data) = old.tables.get_mut(at) else { continue };
            let find = |data: &TableData, name: &PgIdent| {
                data.columns.iter().position(|known| known.name.value == *name)
            };
            if find(data, &column.data.name.value).is_none()
                && let Some(place) = find(data, &was.value)
            {
                let (id, column) = (TableId(at), (ColumnId(place), &column.data.name.value));
                rename_column(old, id, column, &heirs, was.span, &mut steps);
            }
        }
    }
    for ((from, span, is_own), (to, ..)) in parts.into_iter().zip(inner_indexes(old)) {
        if from.name != to.name && !is_own {
            let index = QualifiedName { schema: to.schema.clone(), name: from.name };
            let key = Key::new(Kind::Index, &to, "");
            let statement = raw(format!("ALTER INDEX {index} RENAME TO {}", to.name));
            let lock = Lock::ShareUpdateExclusive;
            let (verb, hazards, after) = (Verb::Alter, Vec::new(), Vec::new());
            steps.push(Step { verb, key, span, lock, statements: vec![statement], hazards, after });
        }
    }
    steps
}

/// Returns the places of tables by their names.
fn places(schema: &Schema) -> IndexMap<QualifiedName, usize, FxBuildHasher> {
    schema.tables.iter().enumerate().map(|(at, table)| (table.name.value.clone(), at)).collect()
}

fn has_inherited(schema: &Schema, id: TableId) -> bool {
    schema.tables.get(id.0).is_some_and(|table| table.columns.iter().any(|column| column.inherited))
}

/// Returns the names of the indexes that PostgreSQL makes of partitions for those of the whole, and whether the partition says one
/// of that name itself.
fn inner_indexes(schema: &Schema) -> Vec<(QualifiedName, Span, bool)> {
    let mut found = Vec::new();
    for whole in schema.own_tables().filter(|table| table.data.tail.is_some()) {
        for table in whole.partitions() {
            let mut add = |columns: &[&str], label| {
                let name = default_name::object_name(table.name().name.as_str(), &columns.join("_"), label);
                let name = QualifiedName { schema: table.name().schema.clone(), name: PgIdent::new(name) };
                let given =
                    |given: &Option<Fact<PgIdent>>| given.as_ref().is_some_and(|it| it.value == name.name);
                let mut keys = table.data.primary_key.iter().chain(&table.data.uniques);
                let is_own =
                    keys.any(|key| given(&key.name)) || table.data.indexes.iter().any(|it| given(&it.name));
                found.push((name, table.data.name.span, is_own));
            };
            if whole.data.primary_key.is_some() {
                add(&[], "pkey");
            }
            for key in &whole.data.uniques {
                add(&whole.column_names(&key.columns), "key");
            }
            for index in &whole.data.indexes {
                let parts = index.parts.iter().map(|part| match &part.key {
                    PartKey::Column(column) => whole.column_names(&[*column]).concat(),
                    PartKey::Expression(sql) => default_name::element(sql),
                });
                let columns = default_name::distinct(parts);
                add(&columns.iter().map(String::as_str).collect::<Vec<_>>(), "idx");
            }
        }
    }
    found
}

/// Returns the old schema with the new names stated as its former ones: what is renamed on the way there is renamed on the way back.
pub(super) fn stated_back(old: &Schema, new: &Schema) -> Schema {
    let mut back = old.clone();
    let places = places(old);
    for table in new.own_tables() {
        let before = table.data.was.as_ref().map_or(table.name(), |was| &was.value);
        let place = places.get(before).and_then(|at| back.tables.get_mut(*at));
        let Some(data) = place else { continue };
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

/// Returns what gives the sequence of a serial or identity column its new name, in the schema where its table is by then.
fn rename_sequence(
    table: &TableData,
    column: &PgIdent,
    to_table: &QualifiedName,
    to_column: &PgIdent,
) -> Option<String> {
    let data = table.columns.iter().find(|known| known.name.value == *column)?;
    let serial = data.ty.value.builtin_name().is_some_and(|name| name.ends_with("serial"));
    let is_named = data.identity.as_ref().is_some_and(|identity| {
        identity.value.options.as_ref().is_some_and(|options| mentions_name(options, "sequence"))
    });
    let from = default_name::sequence(&table.name.value, column.as_str()).name;
    let to = default_name::sequence(to_table, to_column.as_str());
    let is_changed = (serial || data.identity.is_some() && !is_named) && from != to.name;
    let from = QualifiedName { schema: to.schema, name: from };
    is_changed.then(|| format!("ALTER SEQUENCE {from} RENAME TO {}", to.name))
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
        .filter_map(|column| rename_sequence(table, &column.name.value, to, &column.name.value))
        .collect();
    statements.extend(sequences);
    table.name.value = to.clone();
    // Reading every text for words takes longer than looking for the name.
    let rewrite = |text: &mut String| {
        if may_mention(text, from.name.as_str()) {
            *text = renamed_relation(text, from, to);
        }
    };
    for data in &mut schema.tables {
        data.tail.iter_mut().for_each(|tail| rewrite(&mut tail.node));
        data.alterations.iter_mut().for_each(|action| rewrite(&mut action.node));
    }
    for data in &mut schema.verbatim {
        if data.names.contains(from) {
            data.names.iter_mut().filter(|name| *name == from).for_each(|name| name.clone_from(to));
            rewrite(&mut data.text.node);
        }
    }
    // A description names its table behind `ON` alone.
    let says =
        |data: &&mut VerbatimData| data.kind == "comment" && may_mention(&data.text.node, from.name.as_str());
    for data in schema.verbatim.iter_mut().filter(says) {
        let text = &mut data.text.node;
        let behind = tokens(text).iter().find(|token| token.is("is")).map_or(0, |is| is.start);
        let head = renamed_relation(text.get(..behind).unwrap_or_default(), from, to);
        *text = head + text.get(behind..).unwrap_or_default();
    }
    if from.schema != to.schema {
        move_sequences(schema, to);
    }
    steps.push(step(Key::new(Kind::Table, to, ""), &from.plain(), span, statements));
}

/// Gives the sequences that go with the columns of a table, which move to another schema with it, their new names.
fn move_sequences(schema: &mut Schema, table: &QualifiedName) {
    let owned = |data: &&VerbatimData| {
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        _ = cursor.until(|token| token.is("owned"));
        let owner = if cursor.eat("owned by") { cursor.until(|_| false).rest() } else { "" };
        data.kind.ends_with("sequence")
            && owner.rsplit_once('.').is_some_and(|(on, _)| on == table.to_string())
    };
    let of = |data: &VerbatimData| data.creates.clone().or_else(|| data.names.first().cloned());
    let moved: Vec<QualifiedName> = schema.verbatim.iter().filter(owned).filter_map(of).collect();
    for from in moved {
        let to = QualifiedName { schema: table.schema.clone(), name: from.name.clone() };
        let rewrite = |text: &mut String| *text = renamed_relation(text, &from, &to);
        for data in &mut schema.verbatim {
            let names = data.names.iter_mut().chain(&mut data.creates);
            let found = names.filter(|name| **name == from).map(|name| name.clone_from(&to)).count() > 0;
            if found {
                rewrite(&mut data.text.node);
            }
        }
        for column in schema.tables.iter_mut().flat_map(|data| &mut data.columns) {
            column.default.iter_mut().for_each(|default| rewrite(&mut default.value.sql));
        }
    }
}

fn rename_column(
    schema: &mut Schema,
    id: TableId,
    (column, to): (ColumnId, &PgIdent),
    inheriting: &[TableId],
    span: Span,
    steps: &mut Vec<Step>,
) {
    let Some(table) = schema.tables.get_mut(id.0) else { return };
    let Some(from) = table.columns.get(column.0).map(|data| data.name.value.clone()) else { return };
    let name = table.name.value.clone();
    let mut statements = vec![format!("ALTER TABLE {name} RENAME COLUMN {from} TO {to}")];
    statements.extend(rename_sequence(table, &from, &name, to));
    for heir in heirs(schema, id, &from, inheriting) {
        rename_within(schema, heir, &from, to);
    }
    rename_within(schema, id, &from, to);
    steps.push(step(Key::new(Kind::Column, &name, to.as_str()), from.as_str(), span, statements));
}

/// Returns the tables that have a column from another one, by themselves or through others.
fn heirs(schema: &Schema, id: TableId, column: &PgIdent, inheriting: &[TableId]) -> Vec<TableId> {
    let mut found = vec![id];
    let mut at = 0;
    while let Some(parent) = found.get(at).and_then(|id| schema.tables.get(id.0)) {
        at += 1;
        let name = &parent.name.value;
        let says = |text: &str| mentions(text).iter().any(|mention| mention.name() == *name);
        let attached: Vec<QualifiedName> =
            parent.alterations.iter().filter_map(|it| attached(&it.node)).collect();
        for place in inheriting {
            let Some(table) = schema.tables.get(place.0) else { continue };
            let has = table.columns.iter().any(|it| it.inherited && it.name.value == *column);
            let inherits = || {
                table.tail.as_ref().is_some_and(|tail| says(&tail.node))
                    || attached.contains(&table.name.value)
                    || table.alterations.iter().any(|it| inherits(&it.node) && says(&it.node))
            };
            if has && !found.contains(place) && inherits() {
                found.push(*place);
            }
        }
    }
    found.remove(0);
    found
}

/// Tells whether a change makes a table the heir of another.
fn inherits(action: &str) -> bool {
    action.get(.."inherit ".len()).is_some_and(|head| head.eq_ignore_ascii_case("inherit "))
}

/// Returns the table that a change makes a partition.
fn attached(action: &str) -> Option<QualifiedName> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    cursor.eat("attach partition").then(|| cursor.name()).flatten()
}

/// Gives a column of one table its new name wherever the table's parts and what follows it say it.
fn rename_within(schema: &mut Schema, id: TableId, from: &PgIdent, to: &PgIdent) {
    let Some(table) = schema.tables.get_mut(id.0) else { return };
    let name = table.name.value.clone();
    for data in table.columns.iter_mut().filter(|data| data.name.value == *from) {
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
    table.alterations.iter_mut().for_each(|action| rewrite(&mut action.node));
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
    if let Some(tail) = table.tail.as_mut().filter(|tail| mentions_name(&tail.node, "partition")) {
        rewrite(&mut tail.node);
    }
    // Policies and triggers follow a column; a view keeps the old name for what it gives out, and so is another view.
    for data in &mut schema.verbatim {
        let follows = matches!(data.kind.as_str(), "policy" | "trigger" | "statistics" | "index")
            && data.names.contains(&name);
        if follows && mentions_name(&data.text.node, from.as_str()) {
            rewrite(&mut data.text.node);
        }
    }
}
