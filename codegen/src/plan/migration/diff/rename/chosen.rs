//! Names that nobody gave: they follow the tables and columns that they are made of.

use crate::config::Config;
use crate::model::{Fact, PartKey, PgIdent, QualifiedName, Schema, TableId, default_name};
use crate::plan::migration::diff::make::raw;
use crate::plan::migration::diff::object::{Key, Kind};
use crate::plan::migration::diff::{Lock, Step, Verb};
use crate::plan::migration::names::{self, Names, Part};
use crate::span::Span;

/// The chosen names of a schema.
pub(super) struct Chosen {
    /// Of the indexes that PostgreSQL makes of partitions for those of the whole, and whether the partition says one of that name.
    inner: Vec<(QualifiedName, Span, bool)>,
    /// Of what follows from a relation, a list of values or a prefix, and stands in no list of the table's parts.
    made: Vec<(TableId, Part, PgIdent, Span)>,
}

impl Chosen {
    /// Notes the names of a schema.
    pub(super) fn of(schema: &Schema, names: &Names) -> Self {
        Self { inner: inner_indexes(schema), made: made(schema, names) }
    }

    /// Returns the steps that give what was noted the names that it has in the same schema after everything else was renamed.
    pub(super) fn follow(self, schema: &Schema, config: &Config) -> Vec<Step> {
        let mut steps = Vec::new();
        for ((from, span, is_own), (to, ..)) in self.inner.into_iter().zip(inner_indexes(schema)) {
            if from.name != to.name && !is_own {
                steps.push(rename_index(&from.name, to, span));
            }
        }
        let names = names::choose(schema, config);
        for (table, part, from, span) in self.made {
            let Some(data) = schema.tables.get(table.0).filter(|_| names.has(table, part)) else { continue };
            let to = names.get(table, part);
            if from == to {
                continue;
            }
            let table = &data.name.value;
            if matches!(part, Part::ForeignKeyIndex(_)) {
                let to = QualifiedName { schema: table.schema.clone(), name: to };
                steps.push(rename_index(&from, to, span));
            } else {
                let statement = format!("ALTER TABLE {table} RENAME CONSTRAINT {from} TO {to}");
                let key = Key::new(Kind::Constraint, table, to.as_str());
                steps.push(step(key, Lock::AccessExclusive, span, statement));
            }
        }
        steps
    }
}

fn rename_index(from: &PgIdent, to: QualifiedName, span: Span) -> Step {
    let index = QualifiedName { schema: to.schema.clone(), name: from.clone() };
    let statement = format!("ALTER INDEX {index} RENAME TO {}", to.name);
    step(Key::new(Kind::Index, &to, ""), Lock::ShareUpdateExclusive, span, statement)
}

fn step(key: Key, lock: Lock, span: Span, statement: String) -> Step {
    let (verb, statements) = (Verb::Alter, vec![raw(statement)]);
    let (hazards, after, for_label) = (Vec::new(), Vec::new(), false);
    Step { verb, key, span, lock, statements, hazards, after, for_label }
}

fn made(schema: &Schema, names: &Names) -> Vec<(TableId, Part, PgIdent, Span)> {
    let mut found = Vec::new();
    for table in schema.own_tables() {
        let keys = table.data.foreign_keys.iter().enumerate();
        let columns = table.columns().flat_map(|column| {
            [Part::Values(column.id), Part::Prefix(column.id)].map(|part| (part, column.data.name.span))
        });
        for (part, span) in keys.map(|(at, key)| (Part::ForeignKeyIndex(at), key.span)).chain(columns) {
            if names.has(table.id, part) {
                found.push((table.id, part, names.get(table.id, part), span));
            }
        }
    }
    found
}

/// Returns the names of the indexes that PostgreSQL makes of partitions for those of the whole, and whether the partition says one
/// of that name itself.
fn inner_indexes(schema: &Schema) -> Vec<(QualifiedName, Span, bool)> {
    let mut found = Vec::new();
    for whole in schema.own_tables().filter(|table| table.data.tail.is_some()) {
        for table in whole.partitions() {
            let mut taken: Vec<String> = Vec::new();
            let mut add = |columns: &[&str], label: &str| {
                // Of two alike the second gets a number.
                let name = (0_usize..)
                    .map(|count| if count == 0 { String::new() } else { count.to_string() })
                    .map(|count| {
                        let (table, columns) = (table.name().name.as_str(), columns.join("_"));
                        default_name::object_name(table, &columns, &format!("{label}{count}"))
                    });
                let name = name.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
                taken.push(name.clone());
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
