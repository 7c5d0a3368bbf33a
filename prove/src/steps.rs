//! The proof itself: the steps, in order, and what each of them claims.

mod lacking;
mod tries;

use std::collections::BTreeSet;
use std::time::Instant;

use crate::apply::{Failure, apply};
use crate::catalog::{Catalog, Facts, Kind, Object, diff};
use crate::migrations::{Migration, MigrationSet, Place, Policy, Script};
use crate::report::{Check, Problem, Report, Step, Verdict};
use crate::server::{Database, Error, Server};
use crate::{foreign_keys, sql};

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
/// What is wrong with the migrations is in the report; an error is a server that cannot be used or was lost.
pub fn prove(
    set: &MigrationSet,
    server: &mut Server,
    progress: &mut dyn FnMut(Event<'_>),
) -> Result<Report, Error> {
    let mut log = Log { steps: Vec::new(), progress };
    let mut database = server.create_database()?;
    let extensions = set.extensions_of_schema();
    let absent = server.missing_extensions(&mut database, &extensions)?;
    let uncaught = database.is_embedded() && set.scripts().any(|script| sql::catches(&script.text));
    let cx = Cx { set, absent, uncaught, stop: stop(&set.migrations) };
    let count = cx.counted();

    if !extensions.is_empty() {
        log.step(Check::Extensions, |_| Ok(lacking::extensions_there(&extensions, &cx.absent)))?;
    }
    let mut marks = None;
    log.step(Check::Up, |log| {
        if let Some(problem) = server_wide(set).filter(|_| server.is_shared()) {
            let reason = "on a server that is not the proof's own".to_owned();
            let verdict = Verdict::Unproved { reason, problems: vec![problem] };
            return Ok((format!("every migration applies, in order ({count})"), verdict));
        }
        let problem = match cx.first_up(&mut database, log)? {
            Ok(found) => {
                marks = Some(found);
                None
            }
            Err(problem) => Some(problem),
        };
        Ok((format!("every migration applies, in order ({count})"), cx.applied(problem)))
    })?;
    let Some(Marks { floor, first }) = marks else {
        let skipped = "the migrations were not applied";
        log.skip(Check::Down, "every part down, in reverse, leaves nothing behind", skipped);
        log.skip(Check::Catalog, "the catalogue is the same the second time", skipped);
        if !set.seeds.is_empty() {
            log.skip(Check::Seeds, SEEDS_TITLE, skipped);
        }
        if !set.tests.is_empty() {
            log.skip(Check::Pgtap, PGTAP_TITLE, skipped);
        }
        server.drop_database(database);
        return Ok(log.report(set, server));
    };

    let twice: Vec<&Migration> =
        set.migrations.iter().filter(|migration| migration.up.is_idempotent()).collect();
    if !twice.is_empty() {
        log.step(Check::Idempotent, |log| {
            let problem =
                cx.up(&mut database, &twice.iter().copied().cloned().collect::<Vec<_>>(), log)?.err();
            let mut problems: Vec<Problem> = problem.into_iter().collect();
            if problems.is_empty() {
                let second = read_catalog(&mut database)?;
                problems = differences(&first, &second, "after the first time", "after the second");
            }
            let count = plural(twice.len(), "migration");
            Ok((format!("what may run twice does so without effect ({count})"), cx.verdict(problems)))
        })?;
    }
    if first.objects.iter().any(|(object, facts)| is_foreign_key(object, facts)) {
        log.step(Check::ForeignKeysIndexed, |_| {
            let (keys, problems) = foreign_keys::unindexed(&mut database.client, &|table| cx.said(table))?;
            let keys = plural(keys, "foreign key");
            // At their word, the documents have no other indexes than they say.
            let literal = set.document.as_ref().is_some_and(|document| document.literal);
            let verdict = match problems.as_slice() {
                [_, ..] if literal => {
                    let reason =
                        "`literal` in schema.toml makes no index that the documents do not have".to_owned();
                    Verdict::Unproved { reason, problems }
                }
                _ => Verdict::of(problems),
            };
            Ok((format!("an index reaches the rows of every foreign key ({keys})"), verdict))
        })?;
    }
    let started = Instant::now();
    let mut problems = cx.down(&mut database, &floor, &mut log)?;
    // Where the way back ends early or in a failure, the second time has to start from nothing.
    let undone = cx.stop.is_none() && problems.is_empty();
    if !undone {
        server.drop_database(database);
        database = server.create_database()?;
    }
    if problems.is_empty() && cx.rehearsed() > 0 {
        problems = cx.rehearse(&mut database, &mut log)?;
        server.drop_database(database);
        database = server.create_database()?;
    }
    let verdict = cx.verdict(problems);
    log.done(Step { check: Check::Down, title: cx.down_title(), verdict, elapsed: started.elapsed() });

    let mut again = false;
    log.step(Check::UpAgain, |log| {
        let stubbed = if undone { None } else { cx.stubs(&mut database)?.err() };
        let problem = match stubbed {
            None => cx.up(&mut database, &set.migrations, log)?.err(),
            stubbed => stubbed,
        };
        again = problem.is_none();
        let place = if undone { "" } else { " in a fresh database" };
        Ok((format!("every migration applies again{place} ({count})"), cx.applied(problem)))
    })?;
    if again {
        log.step(Check::Catalog, |_| {
            let second = read_catalog(&mut database)?;
            let problems = differences(&first, &second, "after the first time", "after the second");
            let objects = plural(second.objects.len(), "object");
            Ok((format!("the catalogue is the same the second time ({objects})"), Verdict::of(problems)))
        })?;
    } else {
        let skipped = "the migrations were not applied again";
        log.skip(Check::Catalog, "the catalogue is the same the second time", skipped);
    }
    if again {
        cx.behaviour(&mut database, &mut log)?;
    }
    if !set.seeds.is_empty() {
        if again {
            log.step(Check::Seeds, |log| cx.seed_twice(&mut database, log))?;
        } else {
            log.skip(Check::Seeds, SEEDS_TITLE, "the migrations were not applied again");
        }
    }
    if !set.tests.is_empty() {
        if again {
            log.step(Check::Pgtap, |log| cx.pgtap(server, &mut database, log))?;
        } else {
            log.skip(Check::Pgtap, PGTAP_TITLE, "the migrations were not applied again");
        }
    }
    server.drop_database(database);
    if let Some(afresh) = set.document.as_ref().and_then(|document| document.afresh.as_ref()) {
        let mut database = server.create_database()?;
        log.step(Check::Afresh, |_| cx.afresh(&mut database, afresh, &first))?;
        server.drop_database(database);
    }
    Ok(log.report(set, server))
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

/// The catalogues against which later ones are held.
struct Marks {
    /// Where the way back ends: before all migrations, or after the one that is never undone.
    floor: Catalog,
    /// After all migrations.
    first: Catalog,
}

impl Cx<'_> {
    fn first_up(&self, database: &mut Database, log: &mut Log<'_>) -> Result<Result<Marks, Problem>, Error> {
        if let Err(problem) = self.stubs(database)? {
            return Ok(Err(problem));
        }
        let kept = self.stop.map_or(0, |stop| stop + 1);
        let (below, above) =
            self.set.migrations.split_at_checked(kept).unwrap_or((&self.set.migrations, &[]));
        if let Err(problem) = self.up(database, below, log)? {
            return Ok(Err(problem));
        }
        let floor = read_catalog(database)?;
        if let Err(problem) = self.up(database, above, log)? {
            return Ok(Err(problem));
        }
        let first = if above.is_empty() { floor.clone() } else { read_catalog(database)? };
        Ok(Ok(Marks { floor, first }))
    }

    fn stubs(&self, database: &mut Database) -> Result<Result<(), Problem>, Error> {
        for stub in &self.set.stubs {
            if let Err(problem) = self.run(database, stub)? {
                return Ok(Err(problem));
            }
        }
        Ok(Ok(()))
    }

    fn up(
        &self,
        database: &mut Database,
        migrations: &[Migration],
        log: &mut Log<'_>,
    ) -> Result<Result<(), Problem>, Error> {
        for migration in migrations {
            log.doing(&format!("up {}", migration.name));
            if let Err(problem) = self.run(database, &migration.up)? {
                return Ok(Err(problem));
            }
        }
        Ok(Ok(()))
    }

    /// Goes back to where the policies say, has those refuse that must, and tells what is wrong on the way.
    fn down(
        &self,
        database: &mut Database,
        floor: &Catalog,
        log: &mut Log<'_>,
    ) -> Result<Vec<Problem>, Error> {
        let kept = self.stop.map_or(0, |stop| stop + 1);
        let (below, above) =
            self.set.migrations.split_at_checked(kept).unwrap_or((&self.set.migrations, &[]));
        let mut problems = self.undo(database, above, floor, log)?;
        if !problems.is_empty() {
            return Ok(problems);
        }
        for never in below.iter().filter(|migration| is_never(migration)) {
            log.doing(&format!("down {}", never.name));
            if let Some(down) = &never.down {
                problems.extend(self.refusal(database, down, "never", "anywhere")?);
            }
        }
        problems.extend(differences(
            floor,
            &read_catalog(database)?,
            "before a part down",
            "after it refused",
        ));
        Ok(problems)
    }

    /// Undoes in a fresh database the migrations that lie below one that is never undone: each run of them before that
    /// one is applied.
    fn rehearse(&self, database: &mut Database, log: &mut Log<'_>) -> Result<Vec<Problem>, Error> {
        if let Err(problem) = self.stubs(database)? {
            return Ok(vec![problem]);
        }
        for (run, never) in self.runs() {
            let floor = read_catalog(database)?;
            if let Err(problem) = self.up(database, run, log)? {
                return Ok(vec![problem]);
            }
            let problems = self.undo(database, run, &floor, log)?;
            if !problems.is_empty() {
                return Ok(problems);
            }
            for migrations in [run, std::slice::from_ref(never)] {
                if let Err(problem) = self.up(database, migrations, log)? {
                    return Ok(vec![problem]);
                }
            }
        }
        Ok(Vec::new())
    }

    /// Undoes migrations in reverse and tells what is wrong on the way or differs at its end from what was before.
    fn undo(
        &self,
        database: &mut Database,
        migrations: &[Migration],
        floor: &Catalog,
        log: &mut Log<'_>,
    ) -> Result<Vec<Problem>, Error> {
        let mut problems = Vec::new();
        for migration in migrations.iter().rev() {
            log.doing(&format!("down {}", migration.name));
            let Some(down) = &migration.down else {
                let hint = "write what undoes it after a line `-- down`, or say why nothing may: `-- rollback: never — …`";
                let start = migration.up.place(0);
                let problem =
                    Problem::new(format!("{} has no part down", migration.name)).at(start).hint(hint);
                return Ok(vec![problem]);
            };
            if migration.down_policy == Policy::StagingOnly {
                problems.extend(self.refusal(database, down, "staging-only", "outside staging")?);
                let set = "SET truthtable.environment = 'staging'";
                let failed = |error| Error::of("the environment cannot be set", &error);
                database.client.batch_execute(set).map_err(failed)?;
            }
            if let Err(problem) = self.run(database, down)? {
                problems.push(problem);
                return Ok(problems);
            }
        }
        if let Some(first) = migrations.first() {
            let before = format!("before {}", first.name);
            problems.extend(differences(floor, &read_catalog(database)?, &before, "after it was undone"));
        }
        Ok(problems)
    }

    /// Runs a part down that must refuse; tells if it does not, or fails of something else.
    fn refusal(
        &self,
        database: &mut Database,
        down: &Script,
        policy: &str,
        extent: &str,
    ) -> Result<Option<Problem>, Error> {
        Ok(match self.run(database, down)? {
            Ok(()) => {
                let message = format!("the part down runs {extent}, though its policy is `{policy}`");
                Some(Problem::new(message).at(down.place(0)))
            }
            Err(problem) if problem.sqlstate.as_deref() == Some(RAISED) => None,
            Err(problem) => Some(problem),
        })
    }

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

    /// Returns the runs of migrations that lie below one that is never undone, each with that one.
    fn runs(&self) -> impl Iterator<Item = (&[Migration], &Migration)> {
        let runs = self.set.migrations.split_inclusive(is_never);
        runs.filter_map(|run| run.split_last())
            .filter_map(|(last, run)| is_never(last).then_some((run, last)))
    }

    /// Returns the number of migrations that have to be undone in a database where what lies above is not yet applied.
    fn rehearsed(&self) -> usize {
        self.runs().map(|(run, _)| run.len()).sum()
    }

    fn down_title(&self) -> String {
        let never = self.set.migrations.iter().filter(|migration| is_never(migration)).count();
        let parts = plural(self.set.migrations.len() - never, "part");
        match never {
            0 => format!("every part down, in reverse, leaves nothing behind ({parts})"),
            _ => format!(
                "every part down undoes its part up ({parts}), or refuses, as its policy says ({never})"
            ),
        }
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
