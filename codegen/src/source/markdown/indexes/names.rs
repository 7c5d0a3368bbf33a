//! Names of indexes that several tables of a document have: other databases have them in each table, PostgreSQL has them once in a schema.

use std::collections::BTreeMap;

use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, IndexDecl, Language, QName, TableIndexDecl};
use crate::source::markdown::words;
use crate::span::Span;

const SHARED: Code = Code::new("index-name-shared");

/// The names of indexes so far, each with the table that has it and the place where it stands.
#[derive(Default)]
pub(super) struct Names(BTreeMap<(String, String), (String, Span)>);

impl Names {
    /// Collects the names that are there already; of two tables in words only the first keeps one.
    pub(super) fn of(read: &mut [Vec<Decl>], sink: &mut Sink) -> Self {
        let mut names = Self::default();
        // What stands in SQL has its name whatever stands before it in words.
        for decl in read.iter().flatten() {
            match decl {
                Decl::Index(index) => names.keep(&index.table, &index.index),
                Decl::Table(table) if table.language != Language::Markdown => {
                    table.indexes.iter().for_each(|index| names.keep(&table.name, index));
                }
                _ => {}
            }
        }
        for decl in read.iter_mut().flatten() {
            let Decl::Table(table) = decl else { continue };
            if table.language == Language::Markdown {
                table.indexes.iter_mut().for_each(|index| names.settle_one(&table.name, index, sink));
            }
        }
        names
    }

    /// Takes the names off indexes in words that those of another table have, and says so: they get names of their own.
    pub(super) fn settle(&mut self, found: &mut [TableIndexDecl], sink: &mut Sink) {
        for TableIndexDecl { table, index } in found {
            self.settle_one(table, index, sink);
        }
    }

    fn keep(&mut self, table: &QName, index: &IndexDecl) {
        if let Some(name) = &index.name {
            self.0.entry(key(table, &name.node)).or_insert_with(|| (stem(table), name.span));
        }
    }

    fn settle_one(&mut self, table: &QName, index: &mut IndexDecl, sink: &mut Sink) {
        let Some(name) = &index.name else { return };
        match self.0.get(&key(table, &name.node)) {
            Some((other, first)) if *other != stem(table) => {
                let message = format!(
                    "`{}` is the name of an index of another table as well: this one gets a name of its own",
                    name.node
                );
                sink.warning(SHARED, name.span, message)
                    .label(*first, "the other one")
                    .help("names of indexes are unique in a schema of PostgreSQL: give it another");
                index.name = None;
            }
            Some(_) | None => self.keep(table, index),
        }
    }
}

/// An index has its name in the schema of its table.
fn key(table: &QName, name: &str) -> (String, String) {
    let schema = table.schema.as_ref().map_or("public", |schema| schema.node.as_str());
    (schema.to_lowercase(), name.to_lowercase())
}

/// What the names have in common that words and SQL give one table: `User` and `users`.
fn stem(table: &QName) -> String {
    words::stem(&table.name.node)
}
