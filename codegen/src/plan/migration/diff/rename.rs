//! Renamings that the author states: `was: old_name`.

mod texts;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::make::raw;
use super::object::{Key, Kind};
use super::{Hazard, Lock, Risk, Step, Verb};
use crate::config::Config;
use crate::model::default_name;
use crate::model::token::{Cursor, mentions, mentions_name, renamed, tokens};
use crate::model::{ColumnId, Fact, PartKey, PgIdent, QualifiedName, Schema, Table, TableData, TableId};
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
    let parts = inner_indexes(old);
    let mut places = places(old);
    let mut moved = Vec::new();
    let mut renamed: Vec<(usize, Table<'_>, Option<Step>)> = Vec::new();
    for table in new.own_tables() {
        let name = table.name();
        let mut step = None;
        if let Some(was) = &table.data.was
            && !places.contains_key(name)
            && let Some(at) = places.swap_remove(&was.value)
        {
            places.insert(name.clone(), at);
            step = rename_table(old, TableId(at), name, was.span);
            moved.push((was.value.clone(), name.clone()));
        }
        if let Some(at) = places.get(name).copied() {
            renamed.push((at, table, step));
        }
    }
    texts::rename_relations(old, &moved);
    let heirs = Heirs::of(old);
    let followers = followers(old);
    let mut steps = Vec::new();
    for (at, table, step) in renamed {
        steps.extend(step);
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
                steps.extend(rename_column(old, id, column, (&heirs, &followers), was.span));
            }
        }
    }
    for ((from, span, is_own), (to, ..)) in parts.into_iter().zip(inner_indexes(old)) {
        if from.name != to.name && !is_own {
            let index = QualifiedName { schema: to.schema.clone(), name: from.name };
            let key = Key::new(Kind::Index, &to, "");
            let statement = raw(format!("ALTER INDEX {index} RENAME TO {}", to.name));
            let lock = Lock::ShareUpdateExclusive;
            let (verb, statements) = (Verb::Alter, vec![statement]);
            let (hazards, after, for_label) = (Vec::new(), Vec::new(), false);
            steps.push(Step { verb, key, span, lock, statements, hazards, after, for_label });
        }
    }
    steps
}

/// Returns the places of tables by their names.
fn places(schema: &Schema) -> IndexMap<QualifiedName, usize, FxBuildHasher> {
    schema.tables.iter().enumerate().map(|(at, table)| (table.name.value.clone(), at)).collect()
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
    Step { verb: Verb::Alter, key, span, lock, statements, hazards, after: Vec::new(), for_label: false }
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

/// Gives a table its new name, and returns the step that does so; what mentions it is not touched.
fn rename_table(schema: &mut Schema, id: TableId, to: &QualifiedName, span: Span) -> Option<Step> {
    let table = schema.tables.get_mut(id.0)?;
    let from = table.name.value.clone();
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
    Some(step(Key::new(Kind::Table, to, ""), &from.plain(), span, statements))
}

/// Gives a column its new name, and returns the step that does so.
fn rename_column(
    schema: &mut Schema,
    id: TableId,
    (column, to): (ColumnId, &PgIdent),
    (heirs, followers): (&Heirs, &Followers),
    span: Span,
) -> Option<Step> {
    let table = schema.tables.get_mut(id.0)?;
    let from = table.columns.get(column.0).map(|data| data.name.value.clone())?;
    let name = table.name.value.clone();
    let mut statements = vec![format!("ALTER TABLE {name} RENAME COLUMN {from} TO {to}")];
    statements.extend(rename_sequence(table, &from, &name, to));
    for heir in heirs.of_column(schema, id, &from) {
        rename_within(schema, heir, &from, to, followers);
    }
    rename_within(schema, id, &from, to, followers);
    Some(step(Key::new(Kind::Column, &name, to.as_str()), from.as_str(), span, statements))
}

/// The tables that have columns from others, by those.
struct Heirs(IndexMap<QualifiedName, Vec<TableId>, FxBuildHasher>);

impl Heirs {
    fn of(schema: &Schema) -> Self {
        let mut heirs: IndexMap<QualifiedName, Vec<TableId>, FxBuildHasher> = IndexMap::default();
        let places = places(schema);
        for (at, table) in schema.tables.iter().enumerate() {
            let attached = table.alterations.iter().filter_map(|it| attached(&it.node));
            for child in attached.filter_map(|child| places.get(&child)) {
                heirs.entry(table.name.value.clone()).or_default().push(TableId(*child));
            }
            if !table.columns.iter().any(|column| column.inherited) {
                continue;
            }
            let inherits = table.alterations.iter().filter(|it| inherits(&it.node));
            let texts = table.tail.iter().chain(inherits);
            let mut parents: Vec<QualifiedName> =
                texts.flat_map(|text| mentions(&text.node)).map(|mention| mention.name()).collect();
            parents.sort();
            parents.dedup();
            for parent in parents {
                heirs.entry(parent).or_default().push(TableId(at));
            }
        }
        Self(heirs)
    }

    /// Returns the tables that have a column from a table, by themselves or through others.
    fn of_column(&self, schema: &Schema, id: TableId, column: &PgIdent) -> Vec<TableId> {
        let has = |place: TableId| {
            let table = schema.tables.get(place.0);
            table.is_some_and(|table| table.columns.iter().any(|it| it.inherited && it.name.value == *column))
        };
        let mut seen = IndexSet::<_, FxBuildHasher>::from_iter([id]);
        let mut found = Vec::new();
        let mut open = vec![id];
        while let Some(parent) = open.pop().and_then(|id| schema.tables.get(id.0)) {
            for place in self.0.get(&parent.name.value).into_iter().flatten() {
                if has(*place) && seen.insert(*place) {
                    found.push(*place);
                    open.push(*place);
                }
            }
        }
        found
    }
}

/// The carried statements that follow a column of a table under its new name, by the table.
type Followers = IndexMap<QualifiedName, Vec<usize>, FxBuildHasher>;

/// Policies and triggers follow a column; a view keeps the old name for what it gives out, and so is another view.
fn followers(schema: &Schema) -> Followers {
    let mut followers = Followers::default();
    for (at, data) in schema.verbatim.iter().enumerate() {
        if matches!(data.kind.as_str(), "policy" | "trigger" | "statistics" | "index") {
            for name in &data.names {
                followers.entry(name.clone()).or_default().push(at);
            }
        }
    }
    followers
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
fn rename_within(schema: &mut Schema, id: TableId, from: &PgIdent, to: &PgIdent, followers: &Followers) {
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
    for at in followers.get(&name).into_iter().flatten() {
        if let Some(data) = schema.verbatim.get_mut(*at)
            && mentions_name(&data.text.node, from.as_str())
        {
            rewrite(&mut data.text.node);
        }
    }
}
