//! Seeds: rows that have to be there.

use std::collections::BTreeSet;

use super::statement::{Statement, UpsertDef};
use super::{SeedFile, constraint, order};
use crate::diag::{Code, Sink};
use crate::model::{ColumnId, PgIdent, QualifiedName, Schema, SeedData, SeedRow, Table, TableId};
use crate::span::Span;

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

/// Returns the rows of a schema as statements that insert them: how the released model says them.
pub fn rows(schema: &Schema) -> Vec<Statement> {
    let own =
        schema.seeds.iter().filter(|seed| !schema.table(seed.table).data.external && !seed.rows.is_empty());
    own.map(|seed| {
        let table = schema.table(seed.table);
        let rows: Vec<String> =
            seed.rows.iter().map(|row| format!("    ({})", row.values.join(", "))).collect();
        let columns = joined(&constraint::idents(table, &seed.columns));
        let text = format!("INSERT INTO {} ({columns}) VALUES\n{}", table.name(), rows.join(",\n"));
        Statement::Verbatim { text, drop: None }
    })
    .collect()
}

/// Rows that were released and that the documents list no more.
pub(super) struct Gone {
    /// The table.
    pub(super) table: QualifiedName,
    /// How many.
    pub(super) count: usize,
    /// Where the released model says them.
    pub(super) span: Span,
    /// What deletes them.
    pub(super) delete: Statement,
    /// What brings them back.
    pub(super) insert: Statement,
}

/// Returns the released rows of tables that stay which the documents list no more, those that refer to others first. Rows that are
/// listed are upserted by the seed files. Everything has the name that it was released with.
pub(super) fn gone(released: &Schema, schema: &Schema) -> Vec<Gone> {
    let mut found = Vec::new();
    for seed in &released.seeds {
        let before = released.table(seed.table);
        let is_meant = |table: &Table<'_>| table.name() == before.name();
        let was = |table: &Table<'_>| table.data.was.as_ref().is_some_and(|was| was.value == *before.name());
        let table = schema.own_tables().find(is_meant).or_else(|| schema.own_tables().find(was));
        let Some(table) = table else { continue };
        let listed: Vec<&SeedData> = schema.seeds.iter().filter(|known| known.table == table.id).collect();
        // Rows are told apart as the documents tell them apart now.
        let key: Vec<PgIdent> = match listed.first() {
            Some(listed) => constraint::idents(table, &listed.key),
            None => constraint::idents(before, &seed.key),
        };
        let columns = constraint::idents(before, &seed.columns);
        let released_key: Vec<PgIdent> = key
            .iter()
            .map(|name| {
                let column = table.columns().find(|column| column.data.name.value == *name);
                let was = column.and_then(|column| column.data.was.as_ref());
                was.filter(|_| !columns.contains(name)).map_or_else(|| name.clone(), |was| was.value.clone())
            })
            .collect();
        let places: Option<Vec<usize>> =
            released_key.iter().map(|name| columns.iter().position(|column| column == name)).collect();
        let Some(places) = places.filter(|places| !places.is_empty()) else { continue };
        let known: BTreeSet<Vec<String>> =
            listed.iter().flat_map(|seed| keys_of(table, seed, &key)).collect();
        let rows: Vec<&SeedRow> =
            seed.rows.iter().filter(|row| !known.contains(&values(row, &places))).collect();
        let Some(first) = rows.first() else { continue };
        let keys: Vec<String> = rows
            .iter()
            .map(|row| match values(row, &places).as_slice() {
                [one] => one.clone(),
                several => format!("({})", several.join(", ")),
            })
            .collect();
        let by = if key.len() == 1 { joined(&released_key) } else { format!("({})", joined(&released_key)) };
        let delete = format!("DELETE FROM {} WHERE {by} IN ({})", before.name(), keys.join(", "));
        let insert = UpsertDef {
            table: before.name().clone(),
            columns,
            rows: rows.iter().map(|row| row.values.clone()).collect(),
            key: released_key,
            update: Vec::new(),
            overriding: false,
        };
        found.push(Gone {
            table: before.name().clone(),
            count: rows.len(),
            span: first.span,
            delete: Statement::Verbatim { text: delete, drop: None },
            insert: Statement::Upsert(insert),
        });
    }
    children_first(found, released)
}

/// Brings rows into an order in which those that refer to others go before them, as far as the tables do not refer to one another in
/// circles.
fn children_first(mut open: Vec<Gone>, released: &Schema) -> Vec<Gone> {
    let refers = |from: &Gone, to: &Gone| {
        let table = released.own_tables().find(|table| *table.name() == from.table);
        from.table != to.table
            && table.is_some_and(|table| {
                table.data.foreign_keys.iter().any(|key| *released.table(key.referenced).name() == to.table)
            })
    };
    let mut done = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let free = open.iter().position(|gone| !open.iter().any(|other| refers(other, gone)));
        done.push(open.remove(free.unwrap_or_default()));
    }
    done
}

/// Returns the values by which the rows of a list are known.
fn keys_of(table: Table<'_>, seed: &SeedData, key: &[PgIdent]) -> Vec<Vec<String>> {
    let columns = constraint::idents(table, &seed.columns);
    let places: Option<Vec<usize>> =
        key.iter().map(|name| columns.iter().position(|column| column == name)).collect();
    places.map_or_else(Vec::new, |places| seed.rows.iter().map(|row| values(row, &places)).collect())
}

fn values(row: &SeedRow, places: &[usize]) -> Vec<String> {
    places.iter().filter_map(|place| row.values.get(*place)).map(|value| value.trim().to_owned()).collect()
}

fn joined(names: &[PgIdent]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
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
