//! The document's side: the database that its migrations make.

use std::collections::BTreeSet;

use crate::apply::{Failure, apply};
use crate::catalog::Catalog;
use crate::document::Document;
use crate::migrations::{MigrationSet, Script};
use crate::report::tell_problem;
use crate::server::{Database, Error, Server};

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

/// Applies the platform's stub and every migration in a database of the tool's own, and reads what they made,
/// with owners or without.
pub(super) fn build(set: &MigrationSet, server: &mut Server, owners: bool) -> Result<Built, Error> {
    let read = |database: &mut Database| {
        let read = if owners { Catalog::read_with_owners } else { Catalog::read };
        read(&mut database.client).map_err(|error| Error::of("the catalogue cannot be read", &error))
    };
    let mut database = server.create_database()?;
    let version = database.version()?;
    let absent = server.missing_extensions(&mut database, &set.extensions_of_schema())?;
    let mut platform = Catalog::default();
    if !set.stubs.is_empty() {
        let blank = read(&mut database)?;
        for stub in &set.stubs {
            run(&mut database, stub, &absent, None)?;
        }
        platform = read(&mut database)?;
        platform.objects.retain(|object, facts| blank.objects.get(object) != Some(facts));
    }
    for migration in &set.migrations {
        run(&mut database, &migration.up, &absent, set.document.as_deref())?;
    }
    let catalog = read(&mut database)?.without_stand_ins();
    server.drop_database(database);
    Ok(Built { catalog, platform, absent, version })
}

fn run(
    database: &mut Database,
    script: &Script,
    absent: &BTreeSet<String>,
    document: Option<&Document>,
) -> Result<(), Error> {
    apply(database, script, absent, document).map_err(|failure| match failure {
        Failure::Lost(error) => error,
        Failure::Refused(mut problem) => {
            problem.message.insert_str(0, "the document's side cannot be built: ");
            if !absent.is_empty() {
                let lacking: Vec<&str> = absent.iter().map(String::as_str).collect();
                problem.message.push_str(&format!(
                    "; the server lacks {}: give one that has it with --server-binaries",
                    lacking.join(", ")
                ));
            }
            let mut why = String::new();
            tell_problem(&problem, &mut why);
            Error::new(why.trim())
        }
    })
}
