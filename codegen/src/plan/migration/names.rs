//! Names of constraints and indexes: the author's, else those that PostgreSQL would choose.
//!
//! PostgreSQL counts up behind the label where the name is taken (`ChooseRelationName` in `src/backend/commands/indexcmds.c`,
//! `ChooseConstraintName` in `src/backend/catalog/pg_constraint.c`): the names of relations are one set, those of constraints another. A
//! database that was made by hand from the same document has the same names.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::{constraint, up};
use crate::config::Config;
use crate::model::default_name::{distinct, element, elements, object_name};
use crate::model::{ColumnId, PartKey, PgIdent, Schema, Table, TableId};

/// What is named, within one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::plan) enum Part {
    PrimaryKey,
    /// A unique constraint, by its place.
    Unique(usize),
    /// A check, by its place.
    Check(usize),
    /// The check on the values that a column's description lists.
    Values(ColumnId),
    /// The check on a key's prefix.
    Prefix(ColumnId),
    Exclusion(usize),
    ForeignKey(usize),
    Index(usize),
    /// The index that a foreign key needs.
    ForeignKeyIndex(usize),
}

/// Every chosen name.
#[derive(Debug, Default)]
pub(in crate::plan) struct Names {
    /// By the number of the table; a table has few.
    names: Vec<Vec<(Part, PgIdent)>>,
}

impl Names {
    /// Tells whether a part of a table has a name.
    pub(in crate::plan) fn has(&self, table: TableId, part: Part) -> bool {
        self.find(table, part).is_some()
    }

    /// Returns the name of a part of a table.
    pub(in crate::plan) fn get(&self, table: TableId, part: Part) -> PgIdent {
        // Every part was given its name by `choose`; a part that was not would be a mistake here, not in the input.
        self.find(table, part).cloned().unwrap_or_else(|| PgIdent::new(format!("{part:?}")))
    }

    /// Returns the names of the parts of a table.
    pub(in crate::plan) fn of(&self, table: TableId) -> &[(Part, PgIdent)] {
        self.names.get(table.0).map(Vec::as_slice).unwrap_or_default()
    }

    fn find(&self, table: TableId, part: Part) -> Option<&PgIdent> {
        self.of(table).iter().find(|(known, _)| *known == part).map(|(_, name)| name)
    }

    fn insert(&mut self, table: TableId, part: Part, name: PgIdent) {
        if let Some(names) = self.names.get_mut(table.0) {
            names.push((part, name));
        }
    }
}

impl Part {
    /// Tells whether its name is one of those of relations.
    fn is_relation(self) -> bool {
        !matches!(self, Self::Check(_) | Self::Values(_) | Self::Prefix(_) | Self::ForeignKey(_))
    }

    /// Tells whether its name is one of those of constraints.
    fn is_constraint(self) -> bool {
        !matches!(self, Self::Index(_) | Self::ForeignKeyIndex(_))
    }
}

/// Names that are taken, each in its schema.
#[derive(Default)]
struct Taken<'a> {
    relations: IndexSet<(&'a str, PgIdent), FxBuildHasher>,
    constraints: IndexSet<(&'a str, PgIdent), FxBuildHasher>,
}

impl<'a> Taken<'a> {
    /// Takes a name where it is free; tells whether it was.
    fn take(&mut self, part: Part, name: (&'a str, PgIdent)) -> bool {
        let is_free = (!part.is_relation() || !self.relations.contains(&name))
            && (!part.is_constraint() || !self.constraints.contains(&name));
        if is_free {
            self.add(part, name);
        }
        is_free
    }

    fn add(&mut self, part: Part, name: (&'a str, PgIdent)) {
        if part.is_relation() {
            self.relations.insert(name.clone());
        }
        if part.is_constraint() {
            self.constraints.insert(name);
        }
    }
}

/// Chooses a name for everything that needs one.
pub(in crate::plan) fn choose(schema: &Schema, config: &Config) -> Names {
    let mut names = Names { names: vec![Vec::new(); schema.tables.len()] };
    let mut taken = Taken::default();
    for table in schema.tables() {
        taken.relations.insert((namespace(table), table.name().name.clone()));
    }
    let wanted = |table| parts(table, config).into_iter().map(move |wanted| (table, wanted));
    // The author's names come first, so that a chosen one never takes what is given further down; in a script that runs,
    // what stands further down is not there yet.
    if config.literal {
        for table in schema.own_tables() {
            name(wanted(table).collect(), &mut taken, &mut names);
        }
    } else {
        name(schema.own_tables().flat_map(wanted).collect(), &mut taken, &mut names);
    }
    names
}

/// Names parts of tables: first what the author has named.
fn name<'a>(parts: Vec<(Table<'a>, Wanted)>, taken: &mut Taken<'a>, names: &mut Names) {
    for (table, wanted) in &parts {
        if let Some(given) = &wanted.given {
            taken.add(wanted.part, (namespace(*table), given.clone()));
            names.insert(table.id, wanted.part, given.clone());
        }
    }
    for (table, wanted) in parts.into_iter().filter(|(_, wanted)| wanted.given.is_none()) {
        let table_name = table.name().name.as_str();
        let name = (0..)
            .map(|count: usize| match count {
                0 => object_name(table_name, &wanted.columns, wanted.label),
                _ => object_name(table_name, &wanted.columns, &format!("{}{count}", wanted.label)),
            })
            .map(PgIdent::new)
            .find(|name| taken.take(wanted.part, (namespace(table), name.clone())));
        names.insert(table.id, wanted.part, name.unwrap_or_else(|| PgIdent::new("")));
    }
}

fn namespace<'a>(table: Table<'a>) -> &'a str {
    table.data.name.value.schema.as_ref().map_or("", PgIdent::as_str)
}

/// A part of a table with the name that the author gives, or what its name is made of.
struct Wanted {
    part: Part,
    given: Option<PgIdent>,
    columns: String,
    label: &'static str,
}

/// Returns what is made of a table: what is not takes no name.
fn parts(table: Table<'_>, config: &Config) -> Vec<Wanted> {
    let data = table.data;
    let count = data.uniques.len() + data.checks.len() + data.foreign_keys.len() + data.indexes.len() + 1;
    let mut parts = Vec::with_capacity(count);
    let mut want = |part, given: Option<&crate::model::Fact<PgIdent>>, columns: String, label| {
        parts.push(Wanted { part, given: given.map(|given| given.value.clone()), columns, label });
    };
    let joined = |columns: &[ColumnId]| table.column_names(columns).join("_");
    if let Some(key) = &data.primary_key {
        want(Part::PrimaryKey, key.name.as_ref(), String::new(), "pkey");
    }
    for (at, key) in data.uniques.iter().enumerate() {
        // What is stored beside the key is in the name too.
        let columns: Vec<ColumnId> = key.columns.iter().chain(&key.include).copied().collect();
        want(Part::Unique(at), key.name.as_ref(), joined(&columns), "key");
    }
    for (at, check) in data.checks.iter().enumerate() {
        let column = check.column.map(|column| table.column(column).name().to_owned()).unwrap_or_default();
        want(Part::Check(at), check.name.as_ref(), column, "check");
    }
    for column in table.columns() {
        if constraint::documented_values(table, column.id).is_some() {
            want(Part::Values(column.id), None, column.name().to_owned(), "check");
        }
        if constraint::key_prefix(table, column.id).is_some() {
            want(Part::Prefix(column.id), None, column.name().to_owned(), "prefix_check");
        }
    }
    for (at, exclusion) in data.exclusions.iter().enumerate() {
        let elements = elements(&exclusion.definition.node);
        want(Part::Exclusion(at), exclusion.name.as_ref(), elements.join("_"), "excl");
    }
    for (at, key) in data.foreign_keys.iter().enumerate() {
        want(Part::ForeignKey(at), key.name.as_ref(), joined(&key.columns), "fkey");
    }
    for (at, index) in data.indexes.iter().enumerate() {
        let columns = index.parts.iter().map(|part| match &part.key {
            PartKey::Column(column) => table.column(*column).name().to_owned(),
            PartKey::Expression(sql) => element(sql),
        });
        let included = index.include.iter().map(|column| table.column(*column).name().to_owned());
        let columns = distinct(columns.chain(included));
        want(Part::Index(at), index.name.as_ref(), columns.join("_"), "idx");
    }
    for (at, key) in data.foreign_keys.iter().enumerate() {
        if up::needs_index(table, config, at) {
            want(Part::ForeignKeyIndex(at), None, joined(&key.columns), "idx");
        }
    }
    parts
}
