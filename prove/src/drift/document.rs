//! The document's side: what it says of drift, where it says what, and the database that its migrations make.

use std::collections::BTreeSet;
use std::path::Path;

use truthtable::config::PlatformName;
use truthtable::diag::{Colour, Sink, to_terminal};
use truthtable::load::{Loaded, Loader};
use truthtable::model::{ColumnId, Fact, IndexData, PartKey, PgIdent, QualifiedName, Schema, Table};
use truthtable::span::Span;

use super::{Ignore, names};
use crate::apply::{Failure, apply};
use crate::catalog::{Catalog, Kind, Object};
use crate::migrations::{MigrationSet, Place, Script};
use crate::server::{Database, Error, Server};

/// What a schema's folder says, apart from what its migrations are generated from.
pub struct Document {
    loader: Loader,
    schema: Schema,
    /// What may differ.
    pub ignore: Vec<Ignore>,
    /// The platform, where it is one that the tool knows.
    pub(super) host: Option<PlatformName>,
}

/// A database made by the migrations, read.
pub(super) struct Built {
    /// Everything in it.
    pub(super) catalog: Catalog,
    /// Of that, what the platform's stub made.
    pub(super) platform: Catalog,
    /// The extensions that the server lacks.
    pub(super) absent: BTreeSet<String>,
    /// The major version of the server.
    pub(super) version: u32,
}

impl Document {
    /// Reads `schema/NAME` of a workspace; none where there is no such folder.
    ///
    /// # Errors
    ///
    /// What is wrong with its `schema.toml`, told at its place.
    pub fn read(root: &Path, name: &str) -> Result<Option<Self>, String> {
        let mut loader = Loader::new(root);
        if !loader.schema_names().iter().any(|known| known == name) {
            return Ok(None);
        }
        let mut sink = Sink::default();
        let loaded = loader.schema(name, &mut sink);
        let (Some(Loaded { config, inputs, .. }), false) = (loaded, sink.has_errors()) else {
            return Err(to_terminal(&sink.finish(&loader.sources), &loader.sources, Colour::Off));
        };
        // What the documents themselves do wrong is for other commands to say.
        let schema = truthtable::read(&inputs, &loader.sources, &config, &mut sink);
        let ignore = config.drift.ignore.iter().map(|entry| Ignore {
            objects: entry.objects.as_str().to_owned(),
            attributes: entry.attributes.as_ref().map(|pattern| pattern.as_str().to_owned()),
            reason: entry.reason.node.clone(),
            place: Some(place(&loader, entry.span)),
        });
        Ok(Some(Self { ignore: ignore.collect(), host: config.platform.name, loader, schema }))
    }

    /// Finds where the documents say an object, or the table that it is a part of.
    pub(super) fn place(&self, object: &Object) -> Option<Place> {
        let named = |name: &str| {
            let (schema, name) = names::split(name);
            QualifiedName::new(Some(&schema), name)
        };
        let span = match (&object.parent, object.kind) {
            (None, Kind::Table) => self.schema.find_table(&named(&object.name))?.span(),
            (None, Kind::Type) => self.schema.find_enum(&named(&object.name))?.name.span,
            (Some(parent), kind) => {
                let table = self.schema.find_table(&named(parent))?;
                let own = names::split(&object.name).1;
                part(table, kind, &own).unwrap_or(table.span())
            }
            (None, _) => return None,
        };
        Some(place(&self.loader, span))
    }
}

/// Finds where a table says a part of it, by its name or by that which PostgreSQL would give it.
fn part(table: Table<'_>, kind: Kind, own: &str) -> Option<Span> {
    let named = |name: Option<&Fact<PgIdent>>, columns: &[ColumnId], ending: &str| match name {
        Some(name) => name.value.as_str() == own,
        None => {
            let middle: String = table.column_names(columns).iter().map(|name| format!("_{name}")).collect();
            own == format!("{}{middle}_{ending}", table.name().name.as_str())
        }
    };
    match kind {
        Kind::Column => table.find_column(own).map(|column| column.span()),
        Kind::Index => {
            let columns = |index: &IndexData| {
                let keys = index.parts.iter().filter_map(|part| match part.key {
                    PartKey::Column(column) => Some(column),
                    PartKey::Expression(_) => None,
                });
                keys.collect::<Vec<_>>()
            };
            let mut indexes = table.data.indexes.iter();
            let found = indexes.find(|index| named(index.name.as_ref(), &columns(index), "idx"));
            found.map(|index| index.span)
        }
        Kind::Constraint => {
            let data = table.data;
            let keys = data.uniques.iter().map(|key| (key, key.columns.as_slice(), "key"));
            let mut keys = keys.chain(data.primary_key.iter().map(|key| (key, &[][..], "pkey")));
            let key = keys.find(|(key, columns, ending)| named(key.name.as_ref(), columns, ending));
            let reference =
                || data.foreign_keys.iter().find(|key| named(key.name.as_ref(), &key.columns, "fkey"));
            let check = || {
                data.checks.iter().find(|check| named(check.name.as_ref(), check.column.as_slice(), "check"))
            };
            let key = key.map(|(key, ..)| key.span);
            key.or_else(|| reference().map(|key| key.span))
                .or_else(|| check().map(|check| check.expression.span))
        }
        _ => None,
    }
}

fn place(loader: &Loader, span: Span) -> Place {
    let position = loader.sources.position(span);
    Place {
        file: loader.sources.file(span.file).path().to_owned(),
        line: position.line as usize,
        column: position.column as usize,
    }
}

/// Applies the platform's stub and every migration in a database of the tool's own, and reads what they made.
pub(super) fn build(set: &MigrationSet, server: &mut Server) -> Result<Built, Error> {
    let mut database = server.create_database()?;
    let version = database.version()?;
    let absent = server.missing_extensions(&mut database, &set.extensions())?;
    let mut platform = Catalog::default();
    if !set.stubs.is_empty() {
        let blank = read(&mut database)?;
        for stub in &set.stubs {
            run(&mut database, stub, &absent)?;
        }
        platform = read(&mut database)?;
        platform.objects.retain(|object, facts| blank.objects.get(object) != Some(facts));
    }
    for migration in &set.migrations {
        run(&mut database, &migration.up, &absent)?;
    }
    let catalog = read(&mut database)?;
    server.drop_database(database);
    Ok(Built { catalog, platform, absent, version })
}

fn read(database: &mut Database) -> Result<Catalog, Error> {
    Catalog::read(&mut database.client).map_err(|error| Error::of("the catalogue cannot be read", &error))
}

fn run(database: &mut Database, script: &Script, absent: &BTreeSet<String>) -> Result<(), Error> {
    apply(&mut database.client, script, absent).map_err(|failure| match failure {
        Failure::Lost(error) => error,
        Failure::Refused(problem) => {
            let place = problem.place.map(|place| format!("{place}: ")).unwrap_or_default();
            let mut why = format!("{place}the document's side cannot be built: {}", problem.message);
            if !absent.is_empty() {
                let lacking: Vec<&str> = absent.iter().map(String::as_str).collect();
                why.push_str(&format!(
                    "; the server lacks {}: give one that has it with --server-binaries",
                    lacking.join(", ")
                ));
            }
            Error::new(why)
        }
    })
}
