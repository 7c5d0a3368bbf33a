//! What a file can name: its own elements, and those that it takes from others.

use std::collections::{BTreeMap, BTreeSet};

use bumpalo::Bump;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::span::{Sources, Span};

use super::modules::Visible;
use super::syntax::{Column, Document, Enum, Item, Lost, Name, Table, Word};

/// A schema and a name in it.
pub(super) type Key<'a> = (&'a str, &'a str);

/// The schema of what names none.
pub(super) const PUBLIC: &str = "public";

/// Things by name; names are short and many, and are looked up again and again.
pub(super) type Named<K, V> = IndexMap<K, V, FxBuildHasher>;

/// The elements that a file can name, by name.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    /// Holds names that are put together of a path.
    arena: &'a Bump,
    tables: Named<Key<'a>, &'a Table<'a>>,
    aliases: Named<&'a str, &'a Table<'a>>,
    /// Tables that another file defines, by the place of their definition.
    imported: BTreeSet<Span>,
    /// Tables for which the files that are imported hold records.
    pub(super) recorded: BTreeSet<Span>,
    enums: Named<Key<'a>, &'a Enum<'a>>,
    partials: Named<&'a str, &'a Table<'a>>,
    /// Text of the file that could not be read, and names that could not be imported: both were reported.
    lost: &'a Lost<'a>,
    missed: BTreeSet<Key<'a>>,
    /// The texts, of which fixes keep what they do not mean to change.
    pub(super) sources: &'a Sources,
    /// A table that is not known here may be of a document in another language, or of an imported file that is not there.
    pub(super) is_open: bool,
    pub(super) groups: BTreeSet<&'a str>,
    pub(super) notes: BTreeSet<&'a str>,
}

pub(super) fn key<'n>(name: &'n Name<'_>) -> Key<'n> {
    (name.schema.as_ref().map_or(PUBLIC, |schema| schema.node), name.name.node)
}

impl<'a> Scope<'a> {
    /// Takes what a file defines itself, and then what it takes from others.
    pub(super) fn new(
        document: &'a Document<'a>,
        taken: &[Visible<'a>],
        is_open: bool,
        arena: &'a Bump,
        sources: &'a Sources,
    ) -> Self {
        let mut scope = Self {
            arena,
            sources,
            tables: Named::default(),
            aliases: Named::default(),
            imported: BTreeSet::new(),
            recorded: BTreeSet::new(),
            enums: Named::default(),
            partials: Named::default(),
            lost: &document.lost,
            missed: BTreeSet::new(),
            is_open,
            groups: BTreeSet::new(),
            notes: BTreeSet::new(),
        };
        for item in &document.items {
            if let Item::Use(import) = item {
                // Those that are there are found before anyone asks.
                scope.missed.extend(import.names.iter().copied().flatten().map(super::modules::known_as));
            }
            if let Item::Table(table) = item
                && let Some(alias) = &table.alias
            {
                scope.aliases.entry(alias.node).or_insert(table);
            }
            scope.add(super::modules::own_key(item), item);
        }
        for visible in taken {
            if let Item::Table(table) = visible.item {
                scope.imported.insert(table.span);
            }
            scope.add(Some(visible.key), visible.item);
        }
        scope
    }

    fn add(&mut self, key: Option<Key<'a>>, item: &'a Item<'a>) {
        let Some(key) = key else { return };
        match item {
            Item::Table(table) => {
                self.tables.entry(key).or_insert(table);
            }
            Item::Enum(data) => {
                self.enums.entry(key).or_insert(data);
            }
            Item::Partial(partial) => {
                self.partials.entry(key.1).or_insert(partial);
            }
            Item::Group(_) => {
                self.groups.insert(key.1);
            }
            Item::Note(_) => {
                self.notes.insert(key.1);
            }
            _ => {}
        }
    }

    /// Reads a path as a name with its schema.
    pub(super) fn name(&self, path: &[Word<'a>]) -> Option<Name<'a>> {
        Name::of_path(path, self.arena)
    }

    /// Returns the table of a name or alias.
    pub(super) fn table(&self, name: &Name<'_>) -> Option<&'a Table<'a>> {
        let alias = || name.schema.is_none().then(|| self.aliases.get(name.name.node)).flatten();
        self.tables.get(&key(name)).or_else(alias).copied()
    }

    /// Tells whether a name that is not known may be right: what it names may stand where something else is wrong.
    pub(super) fn may_be_lost(&self, key: Key<'_>) -> bool {
        self.missed.contains(&key) || self.lost.may_define(key.1)
    }

    /// Tells whether a column may stand in what could not be read.
    pub(super) fn is_lost_column(&self, name: &str) -> bool {
        self.lost.may_define_column(name)
    }

    /// Tells whether a table comes from another file.
    pub(super) fn is_imported(&self, table: &Table<'_>) -> bool {
        self.imported.contains(&table.span)
    }

    pub(super) fn enumeration(&self, key: Key<'_>) -> Option<&'a Enum<'a>> {
        self.enums.get(&key).copied()
    }

    pub(super) fn partial(&self, name: &str) -> Option<&'a Table<'a>> {
        self.partials.get(name).copied()
    }

    pub(super) fn partial_names(&self) -> impl Iterator<Item = &str> {
        self.partials.keys().copied()
    }

    /// Returns the schemas that hold tables or enums.
    pub(super) fn schemas(&self) -> BTreeSet<&str> {
        self.tables.keys().chain(self.enums.keys()).map(|(schema, _)| *schema).collect()
    }

    /// Returns a table's columns with those that its partials bring, each where it is injected; a column of the table's own
    /// outweighs one of a partial, and a later partial an earlier one.
    pub(super) fn columns(&self, table: &'a Table<'a>) -> impl Iterator<Item = &'a Column<'a>> {
        let (own, merged) = match table.injections {
            [] => (table.columns, Vec::new()),
            _ => (&[][..], self.merged(table)),
        };
        own.iter().chain(merged)
    }

    fn merged(&self, table: &'a Table<'a>) -> Vec<&'a Column<'a>> {
        let own: BTreeSet<&str> = table.columns.iter().map(|column| column.name.node).collect();
        // The last partial that brings a column gives it.
        let mut winner: BTreeMap<&str, usize> = BTreeMap::new();
        for (order, (name, _)) in table.injections.iter().enumerate() {
            for column in self.partial(name.node).iter().flat_map(|partial| partial.columns) {
                winner.insert(column.name.node, order);
            }
        }
        let mut columns = Vec::new();
        let mut injections = table.injections.iter().enumerate().peekable();
        for at in 0..=table.columns.len() {
            while let Some((order, (name, _))) = injections.next_if(|(_, (_, place))| *place <= at) {
                let brought = self.partial(name.node).into_iter().flat_map(|partial| partial.columns);
                columns.extend(brought.filter(|column| {
                    let name = column.name.node;
                    !own.contains(name) && winner.get(name) == Some(&order)
                }));
            }
            columns.extend(table.columns.get(at));
        }
        columns
    }

    /// Tells whether a table has a column of its own or of its partials.
    pub(super) fn has_column(&self, table: &'a Table<'a>, name: &str) -> bool {
        let partials = table.injections.iter().filter_map(|(name, _)| self.partial(name.node));
        std::iter::once(table)
            .chain(partials)
            .any(|table| table.columns.iter().any(|column| column.name.node == name))
    }

    pub(super) fn table_names(&self) -> Vec<String> {
        let aliases = self.aliases.keys().map(|alias| (*alias).to_owned());
        self.tables.keys().map(shown).chain(aliases).collect()
    }

    pub(super) fn enum_names(&self) -> Vec<String> {
        self.enums.keys().map(shown).collect()
    }
}

/// Returns a name as it is written: with its schema, unless that is [`PUBLIC`].
fn shown((schema, name): &Key<'_>) -> String {
    if *schema == PUBLIC { (*name).to_owned() } else { format!("{schema}.{name}") }
}
