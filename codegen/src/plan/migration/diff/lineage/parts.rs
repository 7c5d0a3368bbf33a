//! Keys, indexes and foreign keys that a partition has from its whole, as its own.

use super::super::is_same_expression;
use super::own::{Own, Purpose};
use super::tie::Tie;
use crate::model::token::is_same;
use crate::model::{
    ColumnData, ColumnId, Fact, ForeignKeyData, IndexData, IndexPart, KeyData, PartKey, PgIdent, Table,
    TableData, TableId,
};
use crate::plan::migration::names::Part;
use crate::plan::migration::up;

impl Own<'_> {
    /// Gives a table keys, indexes and foreign keys like those of a table that it is a partition of.
    ///
    /// PostgreSQL makes those of what joins itself; keys and foreign keys that it has already (`before`), or that something refers to,
    /// are taken up.
    pub(super) fn parts(
        &self,
        id: TableId,
        whole: Table<'_>,
        (tie, before): (&Tie, Option<&TableData>),
        data: &mut TableData,
    ) {
        let mapped = |columns: &[ColumnId]| mapped(whole, columns, data);
        let is_referenced = self.table(id).referenced_by().next().is_some();
        let is_there = |key: &KeyData| {
            before.is_none_or(|before| {
                let mut keys = before.primary_key.iter().chain(&before.uniques);
                keys.any(|known| names(&before.columns, &known.columns) == names(&data.columns, &key.columns))
            })
        };
        let key = |key: &KeyData| {
            let (columns, include) = (mapped(&key.columns)?, mapped(&key.include)?);
            let key = KeyData {
                name: None,
                columns,
                include,
                also: Vec::new(),
                repeats: Vec::new(),
                ..key.clone()
            };
            Some(key).filter(|key| is_referenced || is_there(key))
        };
        let primary = whole.data.primary_key.as_ref().and_then(key);
        let uniques: Vec<KeyData> = whole.data.uniques.iter().filter_map(key).collect();
        let indexes = up::table_indexes(whole, self.side.config, self.names).into_iter();
        let indexes: Vec<IndexData> =
            indexes.filter_map(|(part, _)| self::index(whole, part, data)).collect();
        let foreign_keys = self.foreign_keys(whole, (tie, before), data);
        if data.primary_key.is_none() {
            data.primary_key = primary;
        }
        add(&mut data.uniques, uniques, KeyData::says_the_same_as);
        add(&mut data.indexes, indexes, is_alike);
        for key in foreign_keys {
            let is_known = data.foreign_keys.iter().any(|own| {
                own.columns == key.columns
                    && own.referenced == key.referenced
                    && own.referenced_columns == key.referenced_columns
            });
            if !is_known && key.referenced != id {
                data.foreign_keys.push(key);
            }
        }
    }

    fn foreign_keys(
        &self,
        whole: Table<'_>,
        (tie, before): (&Tie, Option<&TableData>),
        data: &TableData,
    ) -> Vec<ForeignKeyData> {
        let is_there = |columns: &[ColumnId]| {
            before.is_none_or(|before| {
                let mut keys = before.foreign_keys.iter();
                keys.any(|known| names(&before.columns, &known.columns) == names(&data.columns, columns))
            })
        };
        // Rows that refer to one another through the whole are only found there once the table is part of it.
        let within: Vec<TableId> = self.ties.lineage(tie.parent, true);
        let leaves = self.purpose == Purpose::Leave;
        let keys = whole.data.foreign_keys.iter().enumerate();
        let keys = keys.filter(|(_, key)| key.enforced && (leaves || !within.contains(&key.referenced)));
        let made = keys.filter_map(|(at, key)| {
            let columns = mapped(whole, &key.columns, data).filter(|columns| is_there(columns))?;
            let name = Some(Fact::said(self.names.get(whole.id, Part::ForeignKey(at)), key.span));
            Some(ForeignKeyData { name, columns, comment: None, ..key.clone() })
        });
        made.collect()
    }
}

/// Returns the columns of a table that are called as those of its whole.
fn mapped(whole: Table<'_>, columns: &[ColumnId], data: &TableData) -> Option<Vec<ColumnId>> {
    let place = |name: &str| data.columns.iter().position(|own| own.name.value.as_str() == name);
    whole.column_names(columns).into_iter().map(|name| place(name).map(ColumnId)).collect()
}

fn names(columns: &[ColumnData], ids: &[ColumnId]) -> Vec<PgIdent> {
    ids.iter().filter_map(|id| Some(columns.get(id.0)?.name.value.clone())).collect()
}

/// Returns an index of a whole as one of its partition.
fn index(whole: Table<'_>, part: Part, data: &TableData) -> Option<IndexData> {
    let column = |column| IndexPart { key: PartKey::Column(column), options: None };
    let index = match part {
        Part::Index(at) => whole.data.indexes.get(at)?,
        Part::ForeignKeyIndex(at) => {
            let key = whole.data.foreign_keys.get(at)?;
            let parts = mapped(whole, &key.columns, data)?.into_iter().map(column).collect();
            return Some(IndexData::new(parts, key.span));
        }
        _ => return None,
    };
    let part = |part: &IndexPart| {
        let key = match &part.key {
            PartKey::Column(column) => PartKey::Column(mapped(whole, &[*column], data)?.first().copied()?),
            PartKey::Expression(sql) => PartKey::Expression(sql.clone()),
        };
        Some(IndexPart { key, options: part.options.clone() })
    };
    let parts = index.parts.iter().map(part).collect::<Option<Vec<_>>>()?;
    let include = mapped(whole, &index.include, data)?;
    Some(IndexData { name: None, parts, include, comment: None, also: Vec::new(), ..index.clone() })
}

/// Adds what the whole has, each of which takes up one that is there already.
fn add<T>(own: &mut Vec<T>, of_whole: Vec<T>, is_same: fn(&T, &T) -> bool) {
    let mut taken = vec![false; own.len()];
    for one in of_whole {
        let same = own.iter().zip(&taken).position(|(own, taken)| !taken && is_same(own, &one));
        match same.and_then(|at| taken.get_mut(at)) {
            Some(taken) => *taken = true,
            None => {
                own.push(one);
                taken.push(true);
            }
        }
    }
}

/// Tells whether two indexes of one table hold the same.
fn is_alike(a: &IndexData, b: &IndexData) -> bool {
    let method = |index: &IndexData| index.method.clone().unwrap_or_else(|| "btree".to_owned());
    let options = |part: &IndexPart| part.options.clone().unwrap_or_default();
    let is_same_part = |(a, b): (&IndexPart, &IndexPart)| {
        let is_same_key = match (&a.key, &b.key) {
            (PartKey::Expression(a), PartKey::Expression(b)) => is_same_expression(a, b),
            (a, b) => a == b,
        };
        is_same_key && is_same(&options(a), &options(b))
    };
    let is_same_predicate = match (&a.predicate, &b.predicate) {
        (Some(a), Some(b)) => is_same_expression(a, b),
        (a, b) => a == b,
    };
    a.parts.len() == b.parts.len()
        && a.parts.iter().zip(&b.parts).all(is_same_part)
        && is_same_predicate
        && a.unique == b.unique
        && a.include == b.include
        && a.nulls_not_distinct == b.nulls_not_distinct
        && method(a) == method(b)
}
