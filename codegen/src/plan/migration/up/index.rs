//! Indexes of tables, and their order.

use std::collections::BTreeMap;

use super::super::constraint;
use super::super::names::{Names, Part};
use super::super::order;
use super::super::statement::IndexDef;
use super::Told;
use crate::config::Config;
use crate::model::{IndexData, IndexPart, PartKey, PgIdent, QualifiedName, Table};

/// Orders indexes so that those of partitions stand right before the one of the whole that takes them up: PostgreSQL takes the first
/// of several alike that is there and belongs to none.
pub(super) fn parts_first(
    indexes: Vec<(QualifiedName, Told)>,
    attached: &[(QualifiedName, QualifiedName)],
) -> Vec<Told> {
    let (names, made): (Vec<QualifiedName>, Vec<Told>) = indexes.into_iter().unzip();
    let places: BTreeMap<&QualifiedName, usize> = names.iter().zip(0..).collect();
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (whole, part) in attached {
        if let (Some(whole), Some(part)) = (places.get(whole), places.get(part)) {
            parts.entry(*whole).or_default().push(*part);
        }
    }
    let order = order::by_needs(&(0..names.len()).collect::<Vec<_>>(), |whole| {
        parts.get(&whole).cloned().unwrap_or_default()
    });
    let mut made: Vec<Option<Told>> = made.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| made.get_mut(at).and_then(Option::take)).collect()
}

/// Returns the indexes that the document asks for, then one for every foreign key that has none.
pub(in crate::plan) fn table_indexes(
    table: Table<'_>,
    config: &Config,
    names: &Names,
) -> Vec<(Part, IndexDef)> {
    let asked = table.data.indexes.iter().enumerate().map(|(at, index)| {
        let part = Part::Index(at);
        (part, index_def(table, names.get(table.id, part), index))
    });
    let needed = table.data.foreign_keys.iter().enumerate().filter(|(at, _)| needs_index(table, config, *at));
    let needed = needed.map(|(at, key)| {
        (
            Part::ForeignKeyIndex(at),
            IndexDef {
                name: names.get(table.id, Part::ForeignKeyIndex(at)),
                table: table.name().clone(),
                unique: false,
                concurrently: false,
                method: None,
                parts: constraint::idents(table, &key.columns).iter().map(ToString::to_string).collect(),
                include: Vec::new(),
                nulls_not_distinct: false,
                storage: None,
                predicate: None,
            },
        )
    });
    asked.chain(needed).collect()
}

/// Tells whether a foreign key, given by its place, has to be given an index.
pub(in crate::plan::migration) fn needs_index(table: Table<'_>, config: &Config, at: usize) -> bool {
    if config.literal {
        return false;
    }
    let Some(key) = table.data.foreign_keys.get(at) else { return false };
    // Two foreign keys on the same columns share the first one's index.
    let shared =
        table.data.foreign_keys.iter().take(at).any(|other| other.enforced && other.columns == key.columns);
    key.enforced && !shared && !table.has_index_on(&key.columns)
}

fn index_def(table: Table<'_>, name: PgIdent, index: &IndexData) -> IndexDef {
    let part = |part: &IndexPart| {
        let key = match &part.key {
            PartKey::Column(column) => table.column(*column).data.name.value.to_string(),
            PartKey::Expression(sql) => format!("({sql})"),
        };
        part.options.as_ref().map_or(key.clone(), |options| format!("{key} {options}"))
    };
    IndexDef {
        name,
        table: table.name().clone(),
        unique: index.unique,
        concurrently: false,
        method: index.method.clone().filter(|method| method != "btree"),
        parts: index.parts.iter().map(part).collect(),
        include: constraint::idents(table, &index.include),
        nulls_not_distinct: index.nulls_not_distinct,
        storage: index.storage.clone(),
        predicate: index.predicate.clone(),
    }
}
