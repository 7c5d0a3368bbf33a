//! Runs a script statement by statement and says exactly where PostgreSQL refused it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use postgres::Client;
use postgres::error::{DbError, ErrorPosition, SqlState};
use truthtable::emit::sql::stand_in;

use crate::document::Document;
use crate::migrations::Script;
use crate::report::Problem;
use crate::server::{self, Database};
use crate::sql::{self, Statement};

/// The lines that a report shows at most of a statement, or of where a function was.
const LINES_SHOWN: usize = 12;

/// Why a script did not run to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// PostgreSQL refused a statement.
    Refused(Box<Problem>),
    /// The server is gone.
    Lost(server::Error),
}

/// The bytes of statements that are sent at once: the way to a server and back costs more than most of them.
const AT_ONCE: usize = 32 << 10;

/// Runs a script as a migration runner does: in one transaction where that may be, and from a clean session.
///
/// Statements about the extensions in `absent` are skipped, or functions made that stand in for theirs. After a refusal nothing of a transactional script remains. The
/// document tells where what was refused is said.
pub(crate) fn apply(
    database: &mut Database,
    script: &Script,
    absent: &BTreeSet<String>,
    document: Option<&Document>,
) -> Result<(), Failure> {
    let statements = sql::statements(&script.text).into_iter();
    let statements: Vec<Sent<'_>> =
        statements.filter_map(|statement| Sent::of(script, statement, absent)).collect();
    let wrapped = script.transactional();
    let run = Run { script, document, wrapped };
    if !database.is_embedded() {
        return run.one_by_one(database, &statements).map_err(|(_, failure)| failure);
    }
    let mut rest = statements;
    loop {
        // Whatever keeps the statements from running together, one by one they tell which of them does. A server that may die by
        // itself has to tell at which it did, and is not asked so.
        if wrapped
            && !rest.iter().any(|one| one.statement.copies_through_client())
            && at_once(database, script, &rest)?
        {
            return Ok(());
        }
        let Err((at, failure)) = run.one_by_one(database, &rest) else { return Ok(()) };
        let code = match &failure {
            Failure::Refused(problem) => problem.sqlstate.as_deref().unwrap_or_default(),
            Failure::Lost(_) => return Err(failure),
        };
        if !rest.get(at).is_some_and(|one| sql::forgives(&one.text, code)) {
            return Err(failure);
        }
        // The block would have taken back what it did, as the whole was taken back now: it goes without it. What is not in one
        // transaction has run as far as the block.
        if wrapped { drop(rest.remove(at)) } else { drop(rest.drain(..=at)) }
    }
}

/// A statement and what is sent for it.
struct Sent<'a> {
    statement: Statement,
    text: Cow<'a, str>,
}

impl<'a> Sent<'a> {
    /// Returns what is sent for a statement: about an extension that the server lacks nothing, or what stands in for it.
    fn of(script: &'a Script, statement: Statement, absent: &BTreeSet<String>) -> Option<Self> {
        let text = script.text.get(statement.range.clone()).unwrap_or_default();
        let text = match statement.extension() {
            Some((verb, name)) if absent.contains(&name) => match verb {
                "CREATE" => {
                    let schema = statement
                        .word_after("SCHEMA")
                        .map(|name| format!("\"{}\", ", name.replace('"', "\"\"")));
                    let made = stand_in::functions(&name)?;
                    Cow::Owned(match schema {
                        Some(schema) => format!(
                            "SELECT set_config('truthtable.path', current_setting('search_path'), false); SET search_path = {schema}pg_temp; {made}; \
                             SELECT set_config('search_path', current_setting('truthtable.path'), false)"
                        ),
                        None => made,
                    })
                }
                "DROP" => Cow::Owned(stand_in::dropped(&name)?),
                _ => return None,
            },
            _ => Cow::Borrowed(text),
        };
        Some(Self { statement, text })
    }
}

/// Runs statements in one transaction, many with each request; says whether all of them ran. Else nothing of them remains.
fn at_once(database: &mut Database, script: &Script, statements: &[Sent<'_>]) -> Result<bool, Failure> {
    let end = script.text.trim_end().len();
    let mut request = String::from("BEGIN;\n");
    let mut sent = 0..0;
    for (at, statement) in statements.iter().enumerate() {
        request.push_str(&statement.text);
        // A comment at the end of a statement would take the semicolon in.
        request.push_str("\n;\n");
        sent.end = at + 1;
        let is_last = sent.end == statements.len();
        if is_last {
            // Deferred constraints speak up only here.
            request.push_str("COMMIT");
        }
        // What runs code may take the server with it, and then is to be named: it goes alone.
        let runs_code = |sent: &Sent<'_>| sent.statement.runs_code();
        let is_alone = runs_code(statement) || statements.get(sent.end).is_some_and(runs_code);
        if request.len() < AT_ONCE && !is_last && !is_alone {
            continue;
        }
        let start = statements.get(sent.start).map_or(0, |first| first.statement.range.start);
        match database.client.batch_execute(&request) {
            Ok(()) => {}
            Err(error) if error.as_db_error().is_some() && !database.client.is_closed() => {
                take_back(database, script, start)?;
                return Ok(false);
            }
            Err(error) => {
                return Err(Failure::Lost(match sent.len() {
                    1 => lost(script, start, &error),
                    count => {
                        let place = script.place(start);
                        server::Error::of(
                            &format!(
                                "{place}: the server was lost at one of the {count} statements from here on"
                            ),
                            &error,
                        )
                    }
                }));
            }
        }
        request.clear();
        sent.start = sent.end;
    }
    reset(database, script, end)?;
    Ok(true)
}

/// How the statements of a script run one by one.
struct Run<'a> {
    script: &'a Script,
    document: Option<&'a Document>,
    /// Whether they run in one transaction.
    wrapped: bool,
}

impl Run<'_> {
    /// Runs statements; where one of them fails tells its number.
    fn one_by_one(&self, database: &mut Database, statements: &[Sent<'_>]) -> Result<(), (usize, Failure)> {
        let script = self.script;
        let end = script.text.trim_end().len();
        if self.wrapped {
            run(&mut database.client, script, "BEGIN", 0, None).map_err(|failure| (0, failure))?;
        }
        for (at, Sent { statement, text }) in statements.iter().enumerate() {
            let start = statement.range.start;
            let ran = if statement.copies_through_client() {
                Err(Failure::Refused(Box::new(copy(script, text, start))))
            } else {
                run(&mut database.client, script, text, start, self.document)
            };
            if let Err(failure) = ran {
                // A server may answer a statement with an error and be gone after it: that is the statement's doing as well.
                take_back(database, script, start).map_err(|failure| (at, failure))?;
                return Err((at, failure));
            }
        }
        let last = statements.len();
        if self.wrapped {
            // Deferred constraints speak up only here.
            if let Err(failure) = run(&mut database.client, script, "COMMIT", end, None) {
                reset(database, script, end).map_err(|failure| (last, failure))?;
                return Err((last, failure));
            }
        }
        reset(database, script, end).map_err(|failure| (last, failure))
    }
}

/// Takes back what is open, which outside a transaction does nothing but warn. The embedded server cannot take back every error
/// of a query within a routine: then a new session goes on.
fn take_back(database: &mut Database, script: &Script, at: usize) -> Result<(), Failure> {
    match database.client.batch_execute("ROLLBACK") {
        Ok(()) => reset(database, script, at),
        Err(error) if database.is_embedded() && error.as_db_error().is_some() => {
            database.reconnect().map_err(Failure::Lost)
        }
        Err(error) => Err(Failure::Lost(lost(script, at, &error))),
    }
}

/// Gives a session the settings that a new one has: those of the database were perhaps changed since it began.
pub(crate) const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;
    SELECT set_config(split_part(s, '=', 1), substr(s, strpos(s, '=') + 1), false)
    FROM pg_catalog.pg_db_role_setting, unnest(setconfig) s
    WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// Undoes what a script set for its session, as the next runner will not have it either.
fn reset(database: &mut Database, script: &Script, at: usize) -> Result<(), Failure> {
    database.client.batch_execute(RESET).map_err(|error| Failure::Lost(lost(script, at, &error)))
}

fn run(
    client: &mut Client,
    script: &Script,
    statement: &str,
    start: usize,
    document: Option<&Document>,
) -> Result<(), Failure> {
    client.batch_execute(statement).map_err(|error| match error.as_db_error() {
        Some(said) if !client.is_closed() => {
            Failure::Refused(Box::new(problem(script, statement, start, said, document)))
        }
        _ => Failure::Lost(lost(script, start, &error)),
    })
}

/// Tells at which statement of a script the server was lost.
pub(crate) fn lost(script: &Script, at: usize, error: &postgres::Error) -> server::Error {
    let place = script.place(at);
    server::Error::of(&format!("{place}: the server was lost at this statement"), error)
}

fn copy(script: &Script, statement: &str, start: usize) -> Problem {
    let mut problem =
        Problem::new("a COPY with its data in the file is for psql; a migration runner cannot send it");
    problem.statement = Some(shown(statement));
    problem.at(script.place(start)).hint("write the rows as INSERT … VALUES")
}

/// Tells what PostgreSQL refused of a script, with the place in its file and in the documents.
pub(crate) fn problem(
    script: &Script,
    statement: &str,
    start: usize,
    said: &DbError,
    document: Option<&Document>,
) -> Problem {
    let offset = match said.position() {
        // Counted in characters, from 1.
        Some(ErrorPosition::Original(position)) => {
            let before = usize::try_from(*position).unwrap_or(1).saturating_sub(1);
            statement.char_indices().nth(before).map_or(0, |(byte, _)| byte)
        }
        // The position is in a query that the statement ran, not in the file.
        Some(ErrorPosition::Internal { .. }) => 0,
        // Not every error has one.
        None => named(statement, said.message()).unwrap_or(0),
    };
    Problem {
        message: said.message().to_owned(),
        place: Some(script.place(start + offset)),
        said: document.and_then(|document| document.behind(statement, offset)),
        sqlstate: Some(said.code().code().to_owned()),
        statement: Some(shown(statement)),
        detail: said.detail().map(str::to_owned),
        hint: hint(said),
        context: said.where_().map(shown),
    }
}

/// Returns what to do about a refusal: what the server says, with the way out where it is known here.
fn hint(said: &DbError) -> Option<String> {
    let hint = said.hint()?;
    if *said.code() == SqlState::OUT_OF_MEMORY && hint.contains("max_locks_per_transaction") {
        return Some(format!(
            "{hint} A transaction locks everything that it makes or drops: set a larger one in the server's configuration \
             and restart it, or state a migration order in the documents, so that a file holds fewer tables."
        ));
    }
    Some(hint.to_owned())
}

/// Finds in a statement what a message names: in quotes, or as a function.
fn named(statement: &str, message: &str) -> Option<usize> {
    let quoted = message.split('"').skip(1).step_by(2);
    let called = message
        .match_indices('(')
        .filter_map(|(at, _)| message.get(..at)?.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next());
    let mut names = quoted.chain(called).filter(|name| !name.is_empty());
    names.find_map(|name| sql::occurrences(statement, name).next())
}

fn shown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    match lines.get(..LINES_SHOWN) {
        Some(first) if lines.len() > LINES_SHOWN => {
            format!("{}\n… {} more lines", first.join("\n"), lines.len() - LINES_SHOWN)
        }
        _ => lines.join("\n"),
    }
}
