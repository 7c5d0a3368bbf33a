//! Whether tables of two schemas say the same: all but where it is said, and what constraints and indexes are called, which is chosen
//! where nobody says it.

use super::{
    CheckData, ColumnData, ExclusionData, Fact, ForeignKeyData, IndexData, KeyData, Table, TableData,
    ValuesData,
};
use crate::span::Spanned;

impl Table<'_> {
    /// Tells whether a table of another schema says the same as this one.
    pub(crate) fn says_the_same_as(self, other: Table<'_>) -> bool {
        // Each part is named, so that one that comes to a table is not forgotten here.
        let TableData {
            name,
            was: _,
            external,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            exclusions,
            indexes,
            comment,
            module: _,
            tail,
            alterations,
            span: _,
        } = self.data;
        let data = other.data;
        name.value == data.name.value
            && *external == data.external
            && all(columns, &data.columns, ColumnData::says_the_same_as)
            && all(primary_key.as_slice(), data.primary_key.as_slice(), KeyData::says_the_same_as)
            && all(uniques, &data.uniques, KeyData::says_the_same_as)
            && all(checks, &data.checks, CheckData::says_the_same_as)
            && all(foreign_keys, &data.foreign_keys, |a, b| {
                a.says_the_same_as(b)
                    && self.schema.table(a.referenced).name() == other.schema.table(b.referenced).name()
            })
            && all(exclusions, &data.exclusions, ExclusionData::says_the_same_as)
            && all(indexes, &data.indexes, IndexData::says_the_same_as)
            && value(comment.as_ref()) == value(data.comment.as_ref())
            && text(tail.as_ref()) == text(data.tail.as_ref())
            && all(alterations, &data.alterations, |a, b| a.node == b.node)
    }
}

impl ColumnData {
    fn says_the_same_as(&self, other: &Self) -> bool {
        let Self {
            name,
            was: _,
            ty,
            not_null,
            default,
            identity,
            generated,
            collation,
            values,
            prefix,
            comment,
            inherited,
            repeats_default,
            span: _,
        } = self;
        let listed = |values: &Option<Box<ValuesData>>| {
            values.as_ref().map(|values| (values.values.value.clone(), values.origin))
        };
        name.value == other.name.value
            && ty.value == other.ty.value
            && not_null.is_some() == other.not_null.is_some()
            && value(default.as_ref()) == value(other.default.as_ref())
            && value(identity.as_deref()) == value(other.identity.as_deref())
            && value(generated.as_deref()) == value(other.generated.as_deref())
            && value(collation.as_deref()) == value(other.collation.as_deref())
            && listed(values) == listed(&other.values)
            && value(prefix.as_deref()) == value(other.prefix.as_deref())
            && value(comment.as_ref()) == value(other.comment.as_ref())
            && *inherited == other.inherited
            && *repeats_default == other.repeats_default
    }
}

impl CheckData {
    fn says_the_same_as(&self, other: &Self) -> bool {
        let Self { name: _, expression, column, no_inherit, not_valid } = self;
        expression.value == other.expression.value
            && *column == other.column
            && *no_inherit == other.no_inherit
            && *not_valid == other.not_valid
    }
}

impl ForeignKeyData {
    /// Tells whether it says the same, but for the table that it refers to, whose number means nothing in another schema.
    fn says_the_same_as(&self, other: &Self) -> bool {
        let Self {
            name: _,
            columns,
            referenced: _,
            referenced_columns,
            on_delete,
            on_update,
            match_full,
            timing,
            not_valid,
            enforced,
            comment,
            span: _,
            also: _,
        } = self;
        *columns == other.columns
            && *referenced_columns == other.referenced_columns
            && value(on_delete.as_ref()) == value(other.on_delete.as_ref())
            && value(on_update.as_ref()) == value(other.on_update.as_ref())
            && *match_full == other.match_full
            && *timing == other.timing
            && *not_valid == other.not_valid
            && *enforced == other.enforced
            && value(comment.as_ref()) == value(other.comment.as_ref())
    }
}

impl ExclusionData {
    fn says_the_same_as(&self, other: &Self) -> bool {
        let Self { name: _, definition, timing } = self;
        definition.node == other.definition.node && *timing == other.timing
    }
}

impl IndexData {
    fn says_the_same_as(&self, other: &Self) -> bool {
        let Self {
            name: _,
            parts,
            method,
            unique,
            nulls_not_distinct,
            include,
            predicate,
            storage,
            comment,
            removable: _,
            span: _,
            also: _,
        } = self;
        *parts == other.parts
            && *method == other.method
            && *unique == other.unique
            && *nulls_not_distinct == other.nulls_not_distinct
            && *include == other.include
            && *predicate == other.predicate
            && *storage == other.storage
            && value(comment.as_ref()) == value(other.comment.as_ref())
    }
}

fn all<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
}

fn value<T>(fact: Option<&Fact<T>>) -> Option<&T> {
    fact.map(|fact| &fact.value)
}

fn text(said: Option<&Spanned<String>>) -> Option<&String> {
    said.map(|said| &said.node)
}
