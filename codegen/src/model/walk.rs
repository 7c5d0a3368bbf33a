//! Views of a schema by which later stages read it.

use super::token::{Cursor, tokens};
use super::{
    CheckData, ColumnData, ColumnId, EnumData, ForeignKeyData, IndexData, KeyData, ModuleData, PartKey,
    PgType, QualifiedName, Schema, TableData, TableId,
};
use crate::config::{Config, RollbackRule};
use crate::span::Span;

impl Schema {
    /// Returns what is ruled of taking back what is done to something, given by name: what `schema.toml` says, then what stands beside
    /// the tables.
    pub fn rollback_rules<'a>(
        &'a self,
        config: &'a Config,
        name: &'a str,
    ) -> impl Iterator<Item = &'a RollbackRule> {
        let rules = config.migrations.rollback.iter().chain(&self.rollback);
        let by_module = config.migrations.rollback.iter().any(|rule| rule.of_modules);
        let table = || self.own_tables().find(|table| table.name().plain() == name);
        let module = by_module.then(table).flatten().and_then(Table::module);
        let module = module.map(|module| module.name.value.as_str());
        rules.filter(move |rule| match rule.of_modules {
            true => module.is_some_and(|module| rule.names.matches(module)),
            false => rule.names.matches(name),
        })
    }

    /// Returns every table, in document order.
    pub fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        (0..self.tables.len()).map(|at| self.table(TableId(at)))
    }

    /// Returns the tables that this schema creates, in document order.
    pub fn own_tables(&self) -> impl Iterator<Item = Table<'_>> {
        self.tables().filter(|table| !table.data.external)
    }

    /// Returns the table that `id` names.
    #[expect(
        clippy::indexing_slicing,
        reason = "a TableId is made for a table of its schema, and none is removed"
    )]
    pub fn table(&self, id: TableId) -> Table<'_> {
        Table { schema: self, id, data: &self.tables[id.0] }
    }

    /// Returns the table of a name.
    pub fn find_table(&self, name: &QualifiedName) -> Option<Table<'_>> {
        self.tables().find(|table| table.name() == name)
    }

    /// Returns the enumerated type of a name.
    pub fn find_enum(&self, name: &QualifiedName) -> Option<&EnumData> {
        self.enums.iter().find(|data| data.name.value == *name)
    }

    /// Returns the enumerated type of a column's type, through arrays.
    pub fn enum_of(&self, ty: &PgType) -> Option<&EnumData> {
        match ty.element() {
            PgType::Enum(name) => self.find_enum(name),
            _ => None,
        }
    }
}

/// A table of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// Its id.
    pub id: TableId,
    /// What is known of it.
    pub data: &'a TableData,
}

impl<'a> Table<'a> {
    /// Tells whether a unique constraint, given by its place, says no more than the primary key or one before it: in one statement
    /// PostgreSQL makes one of both.
    pub fn repeats_key(self, at: usize) -> bool {
        self.data.uniques.get(at).is_some_and(|key| {
            let before = self.data.uniques.iter().take(at);
            self.data.primary_key.iter().chain(before).any(|other| key.says_the_same_as(other))
        })
    }

    /// Returns its name.
    pub fn name(self) -> &'a QualifiedName {
        &self.data.name.value
    }

    /// Returns the place of its name.
    pub fn span(self) -> Span {
        self.data.name.span
    }

    /// Returns its columns, in order.
    pub fn columns(self) -> impl Iterator<Item = Column<'a>> {
        (0..self.data.columns.len()).map(move |at| self.column(ColumnId(at)))
    }

    /// Returns the column that `id` names.
    #[expect(
        clippy::indexing_slicing,
        reason = "a ColumnId is made for a column of its table, and none is removed"
    )]
    pub fn column(self, id: ColumnId) -> Column<'a> {
        Column { table: self, id, data: &self.data.columns[id.0] }
    }

    /// Returns the column of a name.
    pub fn find_column(self, name: &str) -> Option<Column<'a>> {
        self.columns().find(|column| column.name() == name)
    }

    /// Returns the names of columns.
    pub fn column_names(self, ids: &[ColumnId]) -> Vec<&'a str> {
        ids.iter().map(|id| self.column(*id).name()).collect()
    }

    /// Returns the table that it is declared as a partition of.
    pub(crate) fn whole(self) -> Option<Table<'a>> {
        let text = &self.data.tail.as_ref()?.node;
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        let name = cursor.eat("partition of").then(|| cursor.name()).flatten()?;
        self.schema.find_table(&name)
    }

    /// Returns the tables that it is a partition of, the nearest first.
    pub(crate) fn wholes(self) -> impl Iterator<Item = Table<'a>> {
        // More levels than anybody has, and an end to circles.
        std::iter::successors(self.whole(), |table| table.whole()).take(32)
    }

    /// Returns the tables that are partitions of it, and those of them.
    pub(crate) fn partitions(self) -> impl Iterator<Item = Table<'a>> {
        self.schema.own_tables().filter(move |table| table.wholes().any(|whole| whole.id == self.id))
    }

    /// Returns its primary key.
    pub fn primary_key(self) -> Option<&'a KeyData> {
        self.data.primary_key.as_ref()
    }

    /// Returns its foreign keys.
    pub fn foreign_keys(self) -> impl Iterator<Item = ForeignKey<'a>> {
        self.data.foreign_keys.iter().map(move |data| ForeignKey { table: self, data })
    }

    /// Returns the foreign keys of other tables, and its own, that reference it.
    pub fn referenced_by(self) -> impl Iterator<Item = ForeignKey<'a>> {
        self.schema.tables().flat_map(Table::foreign_keys).filter(move |key| key.data.referenced == self.id)
    }

    /// Returns its indexes.
    pub fn indexes(self) -> impl Iterator<Item = Index<'a>> {
        self.data.indexes.iter().map(move |data| Index { table: self, data })
    }

    /// Returns its checks.
    pub fn checks(self) -> &'a [CheckData] {
        &self.data.checks
    }

    /// Returns its module.
    pub fn module(self) -> Option<&'a ModuleData> {
        self.schema.modules.get(self.data.module?.0)
    }

    /// Tells whether an index, the primary key or a unique constraint serves look-ups by `columns`, in any order: they
    /// are its leading ones.
    pub fn has_index_on(self, columns: &[ColumnId]) -> bool {
        let leads = |key: &[ColumnId]| {
            key.get(..columns.len())
                .is_some_and(|leading| columns.iter().all(|column| leading.contains(column)))
        };
        let keys = self.primary_key().into_iter().chain(&self.data.uniques);
        let indexes = self.data.indexes.iter().filter(|index| index.predicate.is_none());
        keys.map(|key| key.columns.clone()).any(|key| leads(&key))
            || indexes
                .filter(|index| index.method.as_deref().is_none_or(|m| m == "btree"))
                .any(|index| leads(&leading_columns(index)))
    }

    /// Tells whether row level security is on.
    pub fn has_row_security(self) -> bool {
        let is = |action: &str| {
            let words: Vec<String> = action.split_whitespace().map(str::to_uppercase).collect();
            words.join(" ") == "ENABLE ROW LEVEL SECURITY"
        };
        self.data.alterations.iter().any(|action| is(&action.node))
    }

    /// Tells whether its rows only join others: its primary key is made of foreign keys alone, two at least.
    pub fn is_join_table(self) -> bool {
        let Some(key) = self.primary_key() else { return false };
        let joined: Vec<&ForeignKeyData> = self
            .data
            .foreign_keys
            .iter()
            .filter(|fk| fk.columns.iter().all(|c| key.columns.contains(c)))
            .collect();
        joined.len() >= 2
            && key.columns.iter().all(|column| joined.iter().any(|fk| fk.columns.contains(column)))
    }
}

/// Returns the columns with which an index begins, up to its first expression.
fn leading_columns(index: &IndexData) -> Vec<ColumnId> {
    index
        .parts
        .iter()
        .map_while(|part| match &part.key {
            PartKey::Column(column) => Some(*column),
            PartKey::Expression(_) => None,
        })
        .collect()
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    /// The table.
    pub table: Table<'a>,
    /// Its id in the table.
    pub id: ColumnId,
    /// What is known of it.
    pub data: &'a ColumnData,
}

impl<'a> Column<'a> {
    /// Returns its name, unquoted.
    pub fn name(self) -> &'a str {
        self.data.name.value.as_str()
    }

    /// Returns the place of its name.
    pub fn span(self) -> Span {
        self.data.name.span
    }

    /// Returns `table.column`.
    pub fn path(self) -> String {
        format!("{}.{}", self.table.name().plain(), self.name())
    }

    /// Returns its type.
    pub fn ty(self) -> &'a PgType {
        &self.data.ty.value
    }

    /// Tells whether it belongs to the primary key.
    pub fn in_primary_key(self) -> bool {
        self.table.primary_key().is_some_and(|key| key.columns.contains(&self.id))
    }

    /// Tells whether it is the whole primary key.
    pub fn is_primary_key(self) -> bool {
        self.table.primary_key().is_some_and(|key| key.columns == [self.id])
    }

    /// Tells whether a unique constraint or unique index holds for it alone.
    pub fn is_unique(self) -> bool {
        let index = |index: &IndexData| {
            index.unique
                && index.predicate.is_none()
                && index.parts.len() == 1
                && leading_columns(index) == [self.id]
        };
        self.table.data.uniques.iter().any(|key| key.columns == [self.id])
            || self.table.data.indexes.iter().any(index)
    }

    /// Tells whether it may hold NULL.
    pub fn is_nullable(self) -> bool {
        self.data.not_null.is_none() && !self.in_primary_key() && self.data.identity.is_none()
    }

    /// Returns the foreign keys that it takes part in.
    pub fn foreign_keys(self) -> impl Iterator<Item = ForeignKey<'a>> {
        self.table.foreign_keys().filter(move |key| key.data.columns.contains(&self.id))
    }
}

/// A foreign key of a table.
#[derive(Clone, Copy, Debug)]
pub struct ForeignKey<'a> {
    /// The referencing table.
    pub table: Table<'a>,
    /// What is known of it.
    pub data: &'a ForeignKeyData,
}

impl<'a> ForeignKey<'a> {
    /// Returns the referenced table.
    pub fn referenced(self) -> Table<'a> {
        self.table.schema.table(self.data.referenced)
    }

    /// Returns the referencing columns.
    pub fn columns(self) -> impl Iterator<Item = Column<'a>> {
        self.data.columns.iter().map(move |id| self.table.column(*id))
    }

    /// Returns the referenced columns.
    pub fn referenced_columns(self) -> impl Iterator<Item = Column<'a>> {
        let referenced = self.referenced();
        self.data.referenced_columns.iter().map(move |id| referenced.column(*id))
    }

    /// Tells whether one row at most references each row: its columns are unique.
    pub fn is_one_to_one(self) -> bool {
        let columns = &self.data.columns;
        let keys = self.table.primary_key().into_iter().chain(&self.table.data.uniques);
        let covers = |key: &[ColumnId]| key.iter().all(|column| columns.contains(column));
        keys.map(|key| key.columns.as_slice()).any(covers)
            || self.table.data.indexes.iter().any(|index| {
                index.unique
                    && index.predicate.is_none()
                    && leading_columns(index).len() == index.parts.len()
                    && covers(&leading_columns(index))
            })
    }

    /// Tells whether a row may reference nothing.
    pub fn is_optional(self) -> bool {
        self.columns().any(Column::is_nullable)
    }
}

impl std::fmt::Display for ForeignKey<'_> {
    /// Writes `table(column) → referenced(column)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let own = self.table.column_names(&self.data.columns).join(", ");
        let other = self.referenced().column_names(&self.data.referenced_columns).join(", ");
        write!(f, "{}({own}) → {}({other})", self.table.name().plain(), self.referenced().name().plain())
    }
}

/// An index of a table.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    /// The table.
    pub table: Table<'a>,
    /// What is known of it.
    pub data: &'a IndexData,
}

impl Index<'_> {
    /// Returns the columns with which it begins, up to its first expression.
    pub fn leading_columns(self) -> Vec<ColumnId> {
        leading_columns(self.data)
    }
}
