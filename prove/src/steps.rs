//! The proof itself: the steps, in order, and what each of them claims.

mod afresh;
mod lacking;
mod migrated;
mod tries;
mod way;

use std::collections::BTreeSet;
use std::time::Instant;

use crate::apply::{Failure, apply};
use crate::catalog::{Catalog, Facts, Kind, Object, diff};
use crate::migrations::{Migration, MigrationSet, Place, Policy, Script};
use crate::report::{Check, Problem, Report, Step, Verdict};
use crate::server::{Database, Error, Server, Servers};
use crate::sql;
use afresh::Afresh;

/// PostgreSQL's code for an exception that a script raises itself.
const RAISED: &str = "P0001";

const SEEDS_TITLE: &str = "seeds applied twice change nothing the second time";

const PGTAP_TITLE: &str = "pgTAP tests pass";

/// What the proof tells while it runs.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// It turns to this now.
    Doing(&'a str),
    /// A step has ended.
    Done(&'a Step),
}

/// Proves a schema's migrations and seeds in databases of its own on the server.
///
/// Where another server can be had, the schema is created afresh there meanwhile. What is wrong with the migrations is in
/// the report; an error is a server that cannot be used or was lost.
pub fn prove(
    set: &MigrationSet,
    server: &mut Server,
    others: Option<&Servers<'_>>,
    progress: &mut dyn FnMut(Event<'_>),
) -> Result<Report, Error> {
    let mut log = Log { steps: Vec::new(), progress };
    let mut database = server.create_database()?;
    let extensions = set.extensions_of_schema();
    let absent = server.missing_extensions(&mut database, &extensions)?;
    let uncaught = database.is_embedded() && set.scripts().any(|script| sql::catches(&script.text));
    let cx = Cx { set, absent, uncaught, stop: stop(&set.migrations) };

    if !extensions.is_empty() {
        log.step(Check::Extensions, |_| Ok(lacking::extensions_there(&extensions, &cx.absent)))?;
    }
    // Nothing of it may be run where the server is somebody else's.
    let refused = server_wide(set).filter(|_| server.is_shared());
    let others = others.filter(|_| refused.is_none());
    std::thread::scope(|scope| {
        let afresh = Afresh::begin(&cx, others, scope);
        let migrated = cx.migrated(server, database, refused, &mut log)?;
        if let (Some(afresh), Some(migrated)) = (afresh, migrated) {
            log.done(afresh.step(&cx, server, &migrated)?);
        }
        Ok(log.report(set, server))
    })
}

/// What all steps need to know.
struct Cx<'a> {
    set: &'a MigrationSet,
    /// The extensions that the server lacks: statements about them are skipped.
    absent: BTreeSet<String>,
    /// Whether routines catch errors, and the server cannot.
    uncaught: bool,
    /// The migration at which the way back ends, as its policy says.
    stop: Option<usize>,
}

impl Cx<'_> {
    fn run(&self, database: &mut Database, script: &Script) -> Result<Result<(), Problem>, Error> {
        match apply(database, script, &self.absent, self.set.document.as_deref()) {
            Ok(()) => Ok(Ok(())),
            Err(Failure::Refused(problem)) => Ok(Err(*problem)),
            Err(Failure::Lost(error)) => Err(error),
        }
    }

    /// Finds where the documents say a table, given with its schema.
    fn said(&self, table: &str) -> Option<Place> {
        let table = Object { kind: Kind::Table, parent: None, name: table.to_owned() };
        self.set.document.as_ref()?.place(&table)
    }

    /// Returns the verdict on scripts that were to apply. What the lack of an extension may have caused is no failure.
    fn applied(&self, problem: Option<Problem>) -> Verdict {
        let Some(problem) = problem else {
            return if self.set.migrations.is_empty() {
                Verdict::unproved("there are none")
            } else {
                Verdict::Proved
            };
        };
        let absent = lacking::to_blame(&self.absent, &problem);
        if !absent.is_empty() {
            let reason = format!("perhaps for the lack of {}", listed(&absent));
            return Verdict::Unproved { reason, problems: vec![problem] };
        }
        self.verdict(vec![problem])
    }

    /// Returns the verdict on what was looked at in full. An error that a routine would have caught, if the server could, is no
    /// failure.
    fn verdict(&self, problems: Vec<Problem>) -> Verdict {
        let of_routine = |problem: &Problem| {
            problem.context.as_deref().is_some_and(|context| context.contains("PL/pgSQL function"))
        };
        if self.uncaught && problems.iter().any(of_routine) {
            let reason = "the embedded server cannot catch an error within a routine, as `EXCEPTION WHEN` does; \
                          `--server-binaries auto` or `--database-url` prove it on a server that can";
            return Verdict::Unproved { reason: reason.to_owned(), problems };
        }
        Verdict::of(problems)
    }

    fn counted(&self) -> String {
        plural(self.set.migrations.len(), "migration")
    }
}

/// The steps so far, and whoever is told of them.
struct Log<'a> {
    steps: Vec<Step>,
    progress: &'a mut dyn FnMut(Event<'_>),
}

impl Log<'_> {
    fn step(
        &mut self,
        check: Check,
        run: impl FnOnce(&mut Self) -> Result<(String, Verdict), Error>,
    ) -> Result<(), Error> {
        let started = Instant::now();
        let (title, verdict) = run(self)?;
        self.done(Step { check, title, verdict, elapsed: started.elapsed() });
        Ok(())
    }

    fn skip(&mut self, check: Check, title: &str, reason: &str) {
        let verdict = Verdict::unproved(reason);
        self.done(Step { check, title: title.to_owned(), verdict, elapsed: std::time::Duration::ZERO });
    }

    fn doing(&mut self, what: &str) {
        (self.progress)(Event::Doing(what));
    }

    fn done(&mut self, step: Step) {
        (self.progress)(Event::Done(&step));
        self.steps.push(step);
    }

    fn report(self, set: &MigrationSet, server: &Server) -> Report {
        Report { schema: set.name.clone(), server: server.label().to_owned(), steps: self.steps }
    }
}

fn is_never(migration: &Migration) -> bool {
    migration.down_policy == Policy::Never
}

/// Returns the last migration that is never undone: the way back ends there.
fn stop(migrations: &[Migration]) -> Option<usize> {
    migrations.iter().rposition(is_never)
}

/// Finds the first statement that changes the server beyond the database in which it runs.
fn server_wide(set: &MigrationSet) -> Option<Problem> {
    let migrations = set.migrations.iter().flat_map(|one| std::iter::once(&one.up).chain(&one.down));
    set.stubs.iter().chain(migrations).chain(&set.seeds).find_map(|script| {
        let statement = sql::statements(&script.text).into_iter().find(sql::Statement::is_server_wide)?;
        let problem = Problem::new("this statement changes the whole server, not only its database");
        let hint = "prove it on the embedded server or on one started from local binaries";
        Some(problem.at(script.place(statement.range.start)).hint(hint))
    })
}

fn is_foreign_key(object: &Object, facts: &Facts) -> bool {
    let definition = facts.get("definition");
    object.kind == Kind::Constraint
        && definition.is_some_and(|definition| definition.starts_with("FOREIGN KEY"))
}

fn read_catalog(database: &mut Database) -> Result<Catalog, Error> {
    let read = Catalog::read(&mut database.client);
    read.map(Catalog::without_stand_ins).map_err(|error| Error::of("the catalogue cannot be read", &error))
}

fn differences(left: &Catalog, right: &Catalog, was: &str, is: &str) -> Vec<Problem> {
    diff(left, right).iter().map(|one| Problem::new(one.tell(was, is))).collect()
}

fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn plural(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
