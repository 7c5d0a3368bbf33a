//! The tables of a document by their names, as those who speak of their indexes name them.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::table;
use crate::source::decl::{ConstraintDecl, ConstraintKind, Decl, Ident, Language, QName, TableDecl};
use crate::source::markdown::words;

/// Tables by their names without case, with the names of their columns.
pub(super) struct Known {
    pub(super) tables: IndexMap<String, (QName, Vec<String>), FxBuildHasher>,
    /// The names by what singular and plural have in common; none where several have it.
    alike: IndexMap<String, Option<String>, FxBuildHasher>,
    /// Those that have a primary key.
    pub(super) keyed: BTreeSet<String>,
}

impl Known {
    /// Collects the tables of a document.
    pub(super) fn of(read: &[Vec<Decl>]) -> Self {
        let mut known: IndexMap<String, (QName, Vec<String>), FxBuildHasher> = IndexMap::default();
        // A diagram calls a table as it likes; its name elsewhere is the one.
        let (drawn, defined): (Vec<_>, Vec<_>) =
            read.iter().flatten().filter_map(table).partition(|table| table.language == Language::Mermaid);
        for table in defined.into_iter().chain(drawn) {
            let entry = known.entry(table.name.to_string().to_lowercase());
            let (_, columns) = entry.or_insert_with(|| (table.name.clone(), Vec::new()));
            columns.extend(table.columns.iter().map(|column| column.name.node.to_lowercase()));
        }
        let mut alike: IndexMap<String, Option<String>, FxBuildHasher> = IndexMap::default();
        for name in known.keys() {
            let entry = alike.entry(words::singular(&name.replace('_', "")));
            entry.and_modify(|name| *name = None).or_insert_with(|| Some(name.clone()));
        }
        let has_key = |table: &&TableDecl| {
            let is_key =
                |constraint: &ConstraintDecl| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
            table.columns.iter().any(|column| column.primary_key.is_some())
                || table.constraints.iter().any(is_key)
        };
        let keyed = read.iter().flatten().filter_map(table).filter(has_key);
        let keyed = keyed.map(|table| table.name.to_string()).collect();
        Self { tables: known, alike, keyed }
    }

    /// Returns the table of a name, at the place where it is named here.
    pub(super) fn table(&self, name: &Ident) -> Option<(QName, &[String])> {
        let lower = words::lowered(&name.node);
        // "Users: email (unique)" speaks of the table `User`.
        let alike = || self.tables.get(self.alike.get(&words::singular(&lower.replace('_', "")))?.as_ref()?);
        let (known, columns) = self.tables.get(lower.as_ref()).or_else(alike)?;
        let mut named = known.clone();
        named.name.span = name.span;
        if let Some(schema) = &mut named.schema {
            schema.span = name.span;
        }
        Some((named, columns))
    }
}
