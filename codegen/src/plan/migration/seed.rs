//! Seeds: rows that have to be there.

use super::statement::{Statement, UpsertDef};
use super::{SeedFile, constraint, order};
use crate::diag::{Code, Sink};
use crate::model::{ColumnId, Schema, SeedData, Table, TableId};

const KEY_NOT_UNIQUE: Code = Code::new("seed-key-not-unique");

/// Returns a file for every table that has seeds, in dependency order.
pub(super) fn files(schema: &Schema, sink: &mut Sink) -> Vec<SeedFile> {
    let mut tables: Vec<TableId> = Vec::new();
    for seed in schema.seeds.iter().filter(|seed| !schema.table(seed.table).data.external) {
        if !tables.contains(&seed.table) {
            tables.push(seed.table);
        }
    }
    let mut files = Vec::new();
    for id in order::by_dependency(schema, &tables) {
        let table = schema.table(id);
        let seeds: Vec<&SeedData> =
            schema.seeds.iter().filter(|seed| seed.table == id && !seed.rows.is_empty()).collect();
        for seed in &seeds {
            check_key(table, seed, sink);
        }
        if !seeds.is_empty() {
            let statements = seeds.into_iter().map(|seed| Statement::Upsert(upsert(table, seed))).collect();
            let file =
                format!("{:02}_{}.sql", files.len() + 1, table.name().plain().replace(['.', '/', '\\'], "_"));
            files.push(SeedFile { file, statements });
        }
    }
    files
}

fn upsert(table: Table<'_>, seed: &SeedData) -> UpsertDef {
    let in_primary_key = |column: &ColumnId| table.column(*column).in_primary_key();
    // A row that is there keeps its key: other rows reference it.
    let update: Vec<ColumnId> = seed
        .columns
        .iter()
        .copied()
        .filter(|column| !seed.key.contains(column) && !in_primary_key(column))
        .collect();
    let always = |column: &ColumnId| {
        table.column(*column).data.identity.as_ref().is_some_and(|identity| identity.value.always)
    };
    UpsertDef {
        table: table.name().clone(),
        columns: constraint::idents(table, &seed.columns),
        rows: seed.rows.iter().map(|row| row.values.clone()).collect(),
        key: constraint::idents(table, &seed.key),
        update: constraint::idents(table, &update),
        overriding: seed.columns.iter().any(always),
    }
}

/// Reports a key by which PostgreSQL cannot tell rows apart.
fn check_key(table: Table<'_>, seed: &SeedData, sink: &mut Sink) {
    let mut key = seed.key.clone();
    key.sort();
    let same = |columns: &[ColumnId]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns == key
    };
    let keys = table.primary_key().into_iter().chain(&table.data.uniques);
    let indexed = table.indexes().any(|index| {
        index.data.unique
            && index.data.predicate.is_none()
            && index.data.parts.len() == key.len()
            && same(&index.leading_columns())
    });
    if !key.is_empty() && !indexed && !keys.map(|key| &key.columns).any(|columns| same(columns)) {
        let columns = table.column_names(&seed.key).join(", ");
        let name = table.name().plain();
        sink.error(KEY_NOT_UNIQUE, seed.span, format!("`{name}({columns})` does not tell rows apart"))
            .help(format!("make `{columns}` unique, or choose another `key` for the list in schema.toml"));
    }
}
