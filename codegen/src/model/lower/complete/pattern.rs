//! Columns like those of a pattern that a document shows.

use super::table;
use crate::model::ident::QualifiedName;
use crate::model::lower::qualified;
use crate::source::decl::{ColumnDecl, Decl, PatternDecl, TableDecl};

/// The columns of the tables that the documents show as patterns, with the pattern each stands in.
pub(super) struct Patterns {
    columns: Vec<(ColumnDecl, String)>,
}

impl Patterns {
    /// Collects them.
    pub(super) fn of(decls: &[Decl]) -> Self {
        let mut columns: Vec<(ColumnDecl, String)> = Vec::new();
        for decl in decls {
            let Decl::Pattern(PatternDecl { name, decls, .. }) = decl else { continue };
            let rule =
                name.as_ref().map_or_else(|| "a pattern".to_owned(), |name| format!("“{}”", name.node));
            for table in decls.iter().filter_map(table) {
                for column in &table.columns {
                    if !columns.iter().any(|(known, _)| known.name.node == column.name.node) {
                        let mut column = column.clone();
                        column.notes.clear();
                        column.inferred = Some(rule.clone());
                        columns.push((column, rule.clone()));
                    }
                }
            }
        }
        Self { columns }
    }

    /// Returns the column of a name.
    pub(super) fn column(&self, name: &str) -> Option<&ColumnDecl> {
        self.columns.iter().map(|(column, _)| column).find(|column| column.name.node == name)
    }

    /// Returns the column that references a table.
    pub(super) fn referencing(&self, table: &QualifiedName) -> Option<&ColumnDecl> {
        let names =
            |column: &&ColumnDecl| column.references.iter().any(|key| qualified(&key.table) == *table);
        self.columns.iter().map(|(column, _)| column).find(names)
    }
}

/// Gives a column what a pattern or convention says of columns like it; what the document says at the column stays.
pub(super) fn adopt(column: &mut ColumnDecl, from: &ColumnDecl, rule: &str) {
    if column.ty.is_some() {
        return;
    }
    column.ty.clone_from(&from.ty);
    column.inferred = Some(rule.to_owned());
    if column.references.is_empty() {
        column.references.clone_from(&from.references);
    }
    column.nullable = column.nullable.or(from.nullable);
    column.unique = column.unique.take().or_else(|| from.unique.clone());
    // A key that is another table's key is not made here.
    if column.default.is_none() && column.references.is_empty() {
        column.default.clone_from(&from.default);
    }
    if column.primary_key.is_none() && from.primary_key.is_some() {
        column.primary_key.clone_from(&from.primary_key);
    }
}

/// A column of the name that a pattern gives a column is like it.
pub(super) fn from_pattern(decl: &mut TableDecl, patterns: &Patterns) {
    for column in &mut decl.columns {
        if let Some(from) = patterns.column(&column.name.node) {
            let rule = from.inferred.clone().unwrap_or_default();
            adopt(column, from, &rule);
        }
    }
}
