//! What a DBML file can name.

use std::collections::BTreeMap;

use crate::source::decl::{Ident, QName};

use super::parser::joined;
use super::syntax::{Column, Document, Enum, Item, Table};

/// What a file can name: its own elements, and those that it takes from others.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    tables: BTreeMap<(String, String), &'a Table>,
    aliases: BTreeMap<String, (String, String)>,
    pub(super) enums: BTreeMap<(String, String), &'a Enum>,
    pub(super) partials: BTreeMap<String, &'a Table>,
    /// Whether documents in other languages belong to the run: a table that no file here defines may be theirs, and is left
    /// to lowering, which sees them all.
    pub(super) is_open: bool,
}

pub(super) const PUBLIC: &str = "public";

pub(super) fn key(name: &QName) -> (String, String) {
    let schema = name.schema.as_ref().map_or(PUBLIC, |schema| schema.node.as_str());
    (schema.to_owned(), name.name.node.clone())
}

impl<'a> Scope<'a> {
    /// Takes everything that files define.
    pub(super) fn new(documents: &[&'a Document], is_open: bool) -> Self {
        let mut scope = Self { is_open, ..Self::default() };
        for item in documents.iter().flat_map(|document| &document.items) {
            match item {
                Item::Table(table) => {
                    scope.tables.entry(key(&table.name)).or_insert(table);
                    if let Some(alias) = &table.alias {
                        scope.aliases.entry(alias.node.clone()).or_insert_with(|| key(&table.name));
                    }
                }
                Item::Enum(data) => {
                    scope.enums.entry(key(&data.name)).or_insert(data);
                }
                Item::Partial(partial) => {
                    scope.partials.entry(partial.name.name.node.clone()).or_insert(partial);
                }
                Item::Use(names) => {
                    for name in names.names.iter().flatten() {
                        if let Some(alias) =
                            name.alias.as_ref().filter(|_| name.kind.node.eq_ignore_ascii_case("table"))
                        {
                            scope.aliases.entry(alias.node.clone()).or_insert_with(|| key(&name.name));
                        }
                    }
                }
                _ => {}
            }
        }
        scope
    }

    /// Returns the table of a name or alias.
    pub(super) fn table(&self, name: &QName) -> Option<&'a Table> {
        let alias = || {
            let alias = name.schema.is_none().then(|| self.aliases.get(&name.name.node)).flatten();
            alias.and_then(|key| self.tables.get(key))
        };
        self.tables.get(&key(name)).or_else(alias).copied()
    }

    pub(super) fn partial(&self, name: &str) -> Option<&'a Table> {
        self.partials.get(name).copied()
    }

    /// Returns a table's columns with those that its partials bring, each where it is injected; a column of the table's own
    /// outweighs one of a partial, and a later partial an earlier one.
    pub(super) fn columns(&self, table: &'a Table) -> Vec<&'a Column> {
        let mut columns: Vec<(&Column, usize)> = Vec::new();
        for at in 0..=table.columns.len() {
            for (order, (name, _)) in
                table.injections.iter().enumerate().filter(|(_, (_, place))| *place == at)
            {
                let Some(partial) = self.partial(&name.node) else { continue };
                for column in &partial.columns {
                    let own = table.columns.iter().any(|own| own.name.node == column.name.node);
                    columns.retain(|(known, rank)| {
                        known.name.node != column.name.node || *rank > order + 1 || own
                    });
                    if !own {
                        columns.push((column, order + 1));
                    }
                }
            }
            columns.extend(table.columns.get(at).map(|column| (column, usize::MAX)));
        }
        columns.into_iter().map(|(column, _)| column).collect()
    }

    pub(super) fn table_names(&self) -> Vec<String> {
        let names = self
            .tables
            .keys()
            .map(|(schema, name)| if schema == PUBLIC { name.clone() } else { format!("{schema}.{name}") });
        names.chain(self.aliases.keys().cloned()).collect()
    }
}

/// Returns the enum that a path names.
pub(super) fn find_enum<'a>(path: &[Ident], scope: &Scope<'a>) -> Option<&'a Enum> {
    let (name, schema) = path.split_last()?;
    let name = QName { schema: joined(schema), name: name.clone() };
    scope.enums.get(&key(&name)).copied()
}

/// Returns the enum that is a column's type.
pub(super) fn column_enum<'a>(column: &Column, scope: &Scope<'a>) -> Option<&'a Enum> {
    let (schema, name) = match column.ty.node.rsplit_once('.') {
        Some((schema, name)) => (schema, name),
        None => (PUBLIC, column.ty.node.as_str()),
    };
    scope.enums.get(&(schema.to_owned(), name.to_owned())).copied()
}
