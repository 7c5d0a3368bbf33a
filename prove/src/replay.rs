//! Migrations of whatever runner, run in order on a server of our own, and what they made written down as SQL: an import
//! reads it.
//!
//! A script runs in one transaction where all of it runs. Otherwise its statements run one by one, and those that do not are
//! returned with the server's word: an import reads these itself. What a migration moves besides making schema (`UPDATE`, `DO`,
//! functions that make tables) has happened, and the rows that remain are written down too.

mod client;
mod rows;

use std::collections::BTreeSet;
use std::ops::Range;

use postgres::error::SqlState;
use rows::Rows;
use truthtable::config::PlatformName;
use truthtable::emit::sql::{platform_stub, stand_in};

use crate::apply::RESET;
use crate::catalog::{Catalog, Kind, Object};
use crate::drift;
use crate::server::{Database, Error, Server};
use crate::sql::{self, Statement, occurrences};

/// Bounds what a statement may take: it may wait for something that never comes.
const PATIENCE: &str = "SET statement_timeout = '60s'";

/// How many roles a statement may lack.
const ROLES: usize = 16;

/// What migrations made.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Replayed {
    /// The server on which they ran.
    pub server: String,
    /// What makes the same out of an empty database, with the rows that they left.
    pub sql: String,
    /// What that leaves out.
    pub left: Vec<String>,
    /// Rows, or values of rows, of which no two runs leave the same.
    pub lost: Vec<String>,
    /// What of the migrations did not run.
    pub refused: Vec<Refused>,
}

/// A piece of a script that did not run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Refused {
    /// The number of the script, from 0.
    pub script: usize,
    /// Its first byte there.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// Why.
    pub why: String,
}

/// A database in which the scripts have run.
struct Run {
    database: Database,
    refused: Vec<Refused>,
    /// What stands in for the extensions that the server lacks.
    stand_ins: BTreeSet<Object>,
    /// The names of what would have been made by what did not run.
    missing: BTreeSet<String>,
}

/// What scripts came to.
struct Attempt {
    sql: String,
    left: Vec<String>,
    rows: Vec<Rows>,
    refused: Vec<Refused>,
}

/// A script, cut into its statements.
struct Script<'a> {
    number: usize,
    sql: &'a str,
    statements: Vec<Statement>,
    /// Whether it may take back what it did.
    takes_back: bool,
}

impl<'a> Script<'a> {
    fn text(&self, statement: &Statement) -> &'a str {
        self.sql.get(statement.range.clone()).unwrap_or_default()
    }
}

/// Runs scripts in order and writes down what they made.
///
/// Where scripts ask for what a platform has in every database, they run on a stub of the platform.
///
/// # Errors
///
/// The server is lost.
pub fn replay(server: &mut Server, scripts: &[String]) -> Result<Replayed, Error> {
    let mut platform = None;
    let mut first = attempt(server, scripts, platform)?;
    if first.refused.iter().any(|refused| asks_for_platform(refused, scripts)) {
        let known = Some(PlatformName::Supabase);
        let again = attempt(server, scripts, known)?;
        if again.refused.len() < first.refused.len() {
            (platform, first) = (known, again);
        }
    }
    let mut lost = Vec::new();
    if !first.rows.is_empty() {
        // What differs from run to run is nobody's word.
        let second = attempt(server, scripts, platform)?;
        lost = rows::settle(&mut first.rows, &second.rows);
    }
    let Attempt { mut sql, left, rows, refused } = first;
    rows.iter().for_each(|table| sql.push_str(&table.sql()));
    Ok(Replayed { server: server.label().to_owned(), sql, left, lost, refused })
}

/// Runs scripts in a database of their own, and reads what is there then.
fn attempt(
    server: &mut Server,
    scripts: &[String],
    platform: Option<PlatformName>,
) -> Result<Attempt, Error> {
    let Run { mut database, refused, stand_ins, .. } = run(server, scripts, platform)?;
    let version = database.version()?;
    let mut wanted = read(&mut database)?;
    wanted.objects.retain(|object, _| !stand_ins.contains(object));
    let mut report = drift::written(wanted.clone(), version, "");
    if platform.is_some() {
        // Nobody's migrations made the stub.
        report.skipped.remove(drift::OF_PLATFORM);
    }
    let (sql, left) = drift::script(&report);
    let made = report.drift.iter().filter(|one| one.difference.attribute.is_none());
    let tables = made.map(|one| &one.difference.object).filter(|object| object.kind == Kind::Table);
    let rows = rows::read(&mut database, &tables.collect::<Vec<_>>(), &wanted)?;
    server.drop_database(database);
    Ok(Attempt { sql, left, rows, refused })
}

fn read(database: &mut Database) -> Result<Catalog, Error> {
    Catalog::read_with_owners(&mut database.client)
        .map_err(|error| Error::of("the catalogue cannot be read", &error))
}

/// Tells whether a piece that did not run names a schema of the platform.
fn asks_for_platform(refused: &Refused, scripts: &[String]) -> bool {
    let text = scripts.get(refused.script).and_then(|text| text.get(refused.start..refused.end));
    let text = text.unwrap_or_default();
    let is_named = |schema: &&str| {
        let behind = |at: usize| text.get(at + schema.len()..).unwrap_or_default();
        occurrences(text, schema).any(|at| behind(at).trim_start_matches('"').starts_with('.'))
    };
    ["auth", "storage", "extensions"].iter().any(is_named)
        || ["anon", "authenticated", "service_role"]
            .iter()
            .any(|role| occurrences(text, role).next().is_some())
}

fn run(server: &mut Server, scripts: &[String], platform: Option<PlatformName>) -> Result<Run, Error> {
    let mut database = server.create_database()?;
    let mut stand_ins = BTreeSet::new();
    if let Some(platform) = platform {
        let stub = database.client.batch_execute(&platform_stub(platform));
        stub.map_err(|error| Error::of("the platform's stub does not run", &error))?;
        // By what it has in its own schemas the platform is known; elsewhere it stands in for what the server lacks.
        let made = read(&mut database)?.objects.into_keys();
        stand_ins.extend(
            made.filter(|object| object.kind == Kind::Function && object.name.starts_with("public.")),
        );
        // A new session has the search path that the platform gives the database.
        database.reconnect()?;
    }
    let mut run = Run { database, refused: Vec::new(), stand_ins, missing: BTreeSet::new() };
    for (number, text) in scripts.iter().enumerate() {
        let (sql, for_client) = client::set_apart(text);
        let script = run.prepare(number, &sql, for_client);
        let ran = run.whole(&script)?;
        run = run.fresh()?;
        if !ran {
            run.one_by_one(&script)?;
            run = run.fresh()?;
        }
    }
    run.refused.sort();
    Ok(run)
}

impl Run {
    /// Cuts a script into the statements that the server is to run; what it is not to run is refused.
    fn prepare<'a>(
        &mut self,
        number: usize,
        sql: &'a str,
        for_client: Vec<(Range<usize>, &str)>,
    ) -> Script<'a> {
        for (Range { start, end }, why) in for_client {
            self.refused.push(Refused { script: number, start, end, why: why.to_owned() });
        }
        let statements = sql::statements(sql);
        let takes_back = statements.iter().any(Statement::takes_back);
        let mut script = Script { number, sql, statements, takes_back };
        if !takes_back {
            script.statements.retain(|statement| !statement.controls_transaction());
        }
        let is_about_server = |statement: &Statement| statement.is_about_server();
        for statement in script.statements.iter().filter(|one| is_about_server(one)) {
            self.refuse(&script, statement, "it is about the server, not about one database");
        }
        script.statements.retain(|statement| !is_about_server(statement));
        script
    }

    /// Runs a script in one transaction; says whether all of it ran.
    fn whole(&mut self, script: &Script<'_>) -> Result<bool, Error> {
        if script.takes_back || script.statements.iter().any(Statement::forbids_transaction) {
            return Ok(false);
        }
        self.lose(PATIENCE)?;
        let texts = std::iter::once("BEGIN").chain(script.statements.iter().map(|one| script.text(one)));
        // An error at the end speaks of all of it: what is deferred is checked there.
        let ran = texts.chain(std::iter::once("COMMIT")).try_for_each(|text| self.execute(text)).is_ok();
        if ran {
            script.statements.iter().for_each(|statement| self.follow(script, statement));
        }
        Ok(ran)
    }

    /// Runs the statements of a script one by one, as far as they run.
    fn one_by_one(&mut self, script: &Script<'_>) -> Result<(), Error> {
        self.lose(PATIENCE)?;
        for statement in &script.statements {
            match self.statement(statement, script.text(statement))? {
                Ok(()) => self.follow(script, statement),
                Err(why) => self.refuse(script, statement, &why),
            }
        }
        Ok(())
    }

    /// Ends what a script left open, and what it set for its session. The embedded server cannot take back every error; then a new
    /// session goes on.
    fn fresh(mut self) -> Result<Self, Error> {
        if self.execute("ROLLBACK").is_ok() && self.execute(RESET).is_ok() {
            return Ok(self);
        }
        self.database.reconnect()?;
        Ok(self)
    }

    fn refuse(&mut self, script: &Script<'_>, statement: &Statement, why: &str) {
        let range = statement.range.clone();
        self.missing.extend(statement.created());
        self.refused.push(Refused {
            script: script.number,
            start: range.start,
            end: range.end,
            why: why.to_owned(),
        });
    }

    /// Hands over a statement that ran because it spares what is not there, where that is the work of one that did not run.
    fn follow(&mut self, script: &Script<'_>, statement: &Statement) {
        let text = script.text(statement);
        let names_missing = |name: &String| occurrences(&text.to_lowercase(), name).next().is_some();
        if statement.spares_missing() && self.missing.iter().any(names_missing) {
            self.refuse(script, statement, "what it is about is made by a statement that did not run");
        }
    }

    /// Runs a statement by itself, with what it lacks made for it where that is nobody's schema: roles, and the functions of
    /// some extensions. The inner error is the server's word against it.
    fn statement(&mut self, statement: &Statement, text: &str) -> Result<Result<(), String>, Error> {
        let mut why = String::new();
        for _ in 0..ROLES {
            let Err(error) = self.database.client.batch_execute(text) else { return Ok(Ok(())) };
            let Some(said) = error.as_db_error().filter(|_| !self.database.client.is_closed()) else {
                return Err(Error::of("the server was lost at a statement of the migrations", &error));
            };
            if sql::forgives(text, said.code().code()) {
                // The block itself would have taken back what it did.
                return Ok(Ok(()));
            }
            why = said.message().to_owned();
            let role = why.strip_prefix("role \"").and_then(|rest| rest.strip_suffix("\" does not exist"));
            if let (Some(role), true) = (role, *said.code() == SqlState::UNDEFINED_OBJECT) {
                let sql = format!("CREATE ROLE \"{}\"", role.replace('"', "\"\""));
                if self.execute(&sql).is_ok() {
                    continue;
                }
            }
            if let Some(("CREATE", name)) = statement.extension() {
                self.stand_in(&name, statement.word_after("SCHEMA"))?;
            }
            break;
        }
        Ok(Err(why))
    }

    fn stand_in(&mut self, extension: &str, schema: Option<String>) -> Result<(), Error> {
        let Some(functions) = stand_in::functions(extension) else { return Ok(()) };
        let before = read(&mut self.database)?;
        let path = schema.map_or_else(String::new, |schema| format!("SET LOCAL search_path = \"{schema}\";"));
        let made = self.execute(&format!("BEGIN; {path} {functions}; COMMIT"));
        if made.is_err() {
            return self.lose("ROLLBACK");
        }
        let after = read(&mut self.database)?;
        self.stand_ins
            .extend(after.objects.into_keys().filter(|object| !before.objects.contains_key(object)));
        Ok(())
    }

    fn execute(&mut self, text: &str) -> Result<(), String> {
        self.database.client.batch_execute(text).map_err(|error| error.to_string())
    }

    /// Runs what cannot be refused.
    fn lose(&mut self, text: &str) -> Result<(), Error> {
        let ran = self.database.client.batch_execute(text);
        ran.map_err(|error| {
            Error::of(
                &format!("the server was lost at `{text}`, behind a statement of the migrations"),
                &error,
            )
        })
    }
}
