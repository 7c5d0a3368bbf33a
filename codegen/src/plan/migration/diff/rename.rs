//! Renamings that the author states: `was: old_name`.

mod chosen;
mod others;
mod room;
mod texts;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::make::raw;
use super::object::{Key, Kind};
use super::{Hazard, Lock, Risk, Step, Verb};
use crate::config::Config;
use crate::model::default_name;
use crate::model::token::{Cursor, mentions, mentions_name, renamed, renamed_in_lists, tokens};
use crate::model::{ColumnId, Fact, PartKey, PgIdent, QualifiedName, Schema, Table, TableData, TableId};
use crate::plan::migration::names::{self, Names, Part};
use crate::span::Span;
use chosen::Chosen;

/// Tells whether a schema states former names.
pub(super) fn states_any(schema: &Schema) -> bool {
    let mut tables = schema.own_tables();
    tables.any(|table| table.data.was.is_some() || table.columns().any(|it| it.data.was.is_some()))
        || others::states_any(schema)
}

/// Gives the tables and columns of the old schema the names that the new one says they have now, and returns the steps that do so
/// in a database. Where a change is taken back (`returns`), what has the name of something that gets it again goes, and makes room.
pub(super) fn apply(old: &mut Schema, config: &Config, new: &Schema, returns: bool) -> Vec<Step> {
    let names = names::choose(old, config);
    for at in 0..old.tables.len() {
        freeze(old, TableId(at), &names);
    }
    let chosen = Chosen::of(old, &names);
    let mut steps = others::namespaces(old, new);
    let mut places = places(old);
    let mut moved = Vec::new();
    let mut renamed: Vec<(usize, Table<'_>)> = Vec::new();
    let stated: Vec<(Table<'_>, QualifiedName)> = new
        .own_tables()
        .filter_map(|table| {
            let names = followed(new, &table.data.was.as_ref()?.value, table.name());
            Some((table, names.into_iter().find(|from| places.contains_key(from))?))
        })
        .collect();
    let names: Vec<_> = stated.iter().map(|(table, from)| (from, table.name())).collect();
    for (from, to) in names.iter().filter(|_| returns) {
        let is_free = !places.contains_key(*to) || names.iter().any(|(from, _)| from == to);
        let gone = if is_free { None } else { places.swap_remove(*to) };
        if let Some(at) = gone
            && let Some((aside, step)) = room::of_table(old, TableId(at), new, from)
        {
            places.insert(aside.clone(), at);
            moved.push(((*to).clone(), aside));
            steps.push(step);
        }
    }
    for (table, from) in
        in_turn(&names, |name| places.contains_key(name)).iter().filter_map(|at| stated.get(*at))
    {
        let (name, was) = (table.name(), table.data.was.as_ref());
        let (Some(at), Some(was)) = (places.swap_remove(from), was) else { continue };
        places.insert(name.clone(), at);
        others::enter(old, name, was.span, &mut steps);
        steps.extend(rename_table(old, TableId(at), name, was.span));
        moved.push((from.clone(), name.clone()));
    }
    for table in new.own_tables() {
        if let Some(at) = places.get(table.name()).copied() {
            renamed.push((at, table));
        }
    }
    texts::rename_relations(old, &moved);
    steps.extend(others::enums(old, new));
    let heirs = Heirs::of(old);
    let followers = followers(old);
    for (at, table) in renamed {
        if returns {
            steps.extend(room::of_columns(old, TableId(at), table, (&heirs, &followers)));
        }
        let Some(data) = old.tables.get(at) else { continue };
        let has = |name: &PgIdent| data.columns.iter().any(|known| known.name.value == *name);
        let stated: Vec<_> = table
            .columns()
            .filter_map(|column| Some((column, column.data.was.as_ref().filter(|was| has(&was.value))?)))
            .collect();
        let names: Vec<_> =
            stated.iter().map(|(column, was)| (&was.value, &column.data.name.value)).collect();
        for (column, was) in in_turn(&names, has).into_iter().filter_map(|at| stated.get(at)) {
            let place = old
                .tables
                .get(at)
                .and_then(|data| data.columns.iter().position(|known| known.name.value == was.value));
            let Some(place) = place else { continue };
            let (id, column) = (TableId(at), (ColumnId(place), &column.data.name.value));
            steps.extend(rename_column(old, id, column, (&heirs, &followers), was.span));
        }
    }
    steps.extend(others::carried(old, new));
    steps.extend(chosen.follow(old, config));
    steps
}

/// Returns those of some renamings that can be done, from what there is to what there is not, in an order in which every new name is
/// free: what has it goes to another name before. Of two that start from one name the first counts; what goes round in a circle
/// stays as it is, since words that were followed once may stay.
fn in_turn<N: PartialEq>(stated: &[(&N, &N)], is_there: impl Fn(&N) -> bool) -> Vec<usize> {
    let mut open: Vec<usize> = (0..stated.len()).collect();
    let mut done: Vec<usize> = Vec::new();
    loop {
        let started = |name: &N| done.iter().any(|at| stated.get(*at).is_some_and(|(from, _)| *from == name));
        let reached = |name: &N| done.iter().any(|at| stated.get(*at).is_some_and(|(_, to)| *to == name));
        let next = open.iter().position(|at| {
            stated.get(*at).is_some_and(|(from, to)| {
                from != to && !started(from) && !reached(to) && (!is_there(to) || started(to))
            })
        });
        match next {
            Some(next) => done.push(open.remove(next)),
            None => return done,
        }
    }
}

/// Returns what something that is called `to` may have been called on the old side: a name without a schema is one beside it, or
/// one that is in none.
fn former(new: &Schema, was: &QualifiedName, to: &QualifiedName) -> Vec<QualifiedName> {
    let mut names = vec![was.clone()];
    if was.schema.is_none() && to.schema.is_some() {
        names.insert(
            0,
            QualifiedName { schema: before_schema(new, to.schema.as_ref()), name: was.name.clone() },
        );
    }
    names
}

/// Returns the same by the names that schemas have now.
fn followed(new: &Schema, was: &QualifiedName, to: &QualifiedName) -> Vec<QualifiedName> {
    let mut names = former(new, was, to);
    for name in &mut names {
        let moved = new.former_namespaces.iter().find(|(_, was)| name.schema.as_ref() == Some(&was.value));
        if let Some((now, _)) = moved {
            name.schema = Some(now.clone());
        }
    }
    names
}

/// Returns the name that something without a former name of its own had before: in the schema as that was called, or, of a part of a
/// table, that of the table.
fn before(new: &Schema, name: &QualifiedName) -> QualifiedName {
    let table = new.tables.iter().find(|table| table.name.value == *name);
    match table.and_then(|table| table.was.as_ref()) {
        Some(was) => was.value.clone(),
        None => QualifiedName { schema: before_schema(new, name.schema.as_ref()), name: name.name.clone() },
    }
}

fn before_schema(new: &Schema, name: Option<&PgIdent>) -> Option<PgIdent> {
    let known = new.former_namespaces.iter().find(|(now, _)| Some(now) == name);
    known.map(|(_, was)| was.value.clone()).or_else(|| name.cloned())
}

/// Returns the tables of which steps rename columns, with those that have the columns from them.
pub(super) fn with_renamed_columns(steps: &[Step], schema: &Schema) -> Vec<QualifiedName> {
    let of_column = |step: &&Step| step.key.kind == Kind::Column;
    let mut names: Vec<QualifiedName> =
        steps.iter().filter(of_column).map(|step| step.key.name.clone()).collect();
    if !names.is_empty() {
        let (heirs, places) = (Heirs::of(schema), places(schema));
        for step in steps.iter().filter(of_column) {
            let Some(place) = places.get(&step.key.name) else { continue };
            let found = heirs.of_column(schema, TableId(*place), &PgIdent::new(step.key.part.clone()));
            names.extend(found.iter().filter_map(|id| Some(schema.tables.get(id.0)?.name.value.clone())));
        }
    }
    names
}

/// Returns the places of the tables that both schemas make, the new one's first, by the names that the new one says they had before.
pub(super) fn paired(old: &Schema, new: &Schema) -> IndexMap<usize, usize, FxBuildHasher> {
    let places = places(old);
    let mut pairs = IndexMap::default();
    let mut taken = IndexSet::<usize, FxBuildHasher>::default();
    // What has a new name is not what now has its old one.
    for states in [true, false] {
        for table in new.own_tables().filter(|table| table.data.was.is_some() == states) {
            // A renaming that was released already is still said.
            let names: Vec<QualifiedName> =
                former_names(new, table).into_iter().chain([table.name().clone()]).collect();
            let place = names.iter().find_map(|name| places.get(name)).copied();
            if let Some(place) = place.filter(|place| taken.insert(*place)) {
                pairs.insert(table.id.0, place);
            }
        }
    }
    pairs
}

/// Returns the names that a table of the new schema may have had before.
fn former_names(new: &Schema, table: Table<'_>) -> Vec<QualifiedName> {
    match &table.data.was {
        Some(was) => former(new, &was.value, table.name()),
        None => vec![before(new, table.name())],
    }
}

/// Returns the places of tables by their names.
fn places(schema: &Schema) -> IndexMap<QualifiedName, usize, FxBuildHasher> {
    schema.tables.iter().enumerate().map(|(at, table)| (table.name.value.clone(), at)).collect()
}

/// Returns the old schema with the new names stated as its former ones: what is renamed on the way there is renamed on the way back.
pub(super) fn stated_back(old: &Schema, new: &Schema) -> Schema {
    let mut back = old.clone();
    others::state_back(&mut back, new);
    for (after, before) in paired(old, new) {
        let table = new.table(TableId(after));
        let Some(data) = back.tables.get_mut(before) else { continue };
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
    // A partition or heir takes numbers from the sequence of the whole.
    let data = table.columns.iter().find(|known| known.name.value == *column && !known.inherited)?;
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

/// Policies, triggers and privileges follow a column; a view keeps the old name for what it gives out, and so is another view.
fn followers(schema: &Schema) -> Followers {
    let mut followers = Followers::default();
    for (at, data) in schema.verbatim.iter().enumerate() {
        if matches!(data.kind.as_str(), "policy" | "trigger" | "statistics" | "index" | "grant" | "revoke") {
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
            match data.kind.as_str() {
                "grant" | "revoke" => {
                    data.text.node = renamed_in_lists(&data.text.node, from.as_str(), to);
                }
                _ => rewrite(&mut data.text.node),
            }
        }
    }
}
