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
    let is_embedded = database.is_embedded();
    let client = &mut database.client;
    let wrapped = script.transactional();
    // Whatever keeps the statements from running together, one by one they tell which of them does. A server that may die by
    // itself has to tell at which it did.
    if is_embedded
        && wrapped
        && !statements.iter().any(|one| one.statement.copies_through_client())
        && at_once(client, script, &statements)?
    {
        return Ok(());
    }
    Run { script, document, wrapped, is_embedded }.one_by_one(client, &statements)
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
fn at_once(client: &mut Client, script: &Script, statements: &[Sent<'_>]) -> Result<bool, Failure> {
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
        if request.len() < AT_ONCE && !is_last {
            continue;
        }
        let start = statements.get(sent.start).map_or(0, |first| first.statement.range.start);
        match client.batch_execute(&request) {
            Ok(()) => {}
            Err(error) if error.as_db_error().is_some() && !client.is_closed() => {
                client
                    .batch_execute("ROLLBACK")
                    .map_err(|error| Failure::Lost(lost(script, start, &error)))?;
                reset(client, script, start)?;
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
    reset(client, script, end)?;
    Ok(true)
}

/// How the statements of a script run one by one.
struct Run<'a> {
    script: &'a Script,
    document: Option<&'a Document>,
    /// Whether they run in one transaction.
    wrapped: bool,
    is_embedded: bool,
}

impl Run<'_> {
    fn one_by_one(&self, client: &mut Client, statements: &[Sent<'_>]) -> Result<(), Failure> {
        let script = self.script;
        let end = script.text.trim_end().len();
        if self.wrapped {
            run(client, script, "BEGIN", 0, None)?;
        }
        for statement in statements {
            let start = statement.statement.range.start;
            if let Err(failure) = self.statement(client, statement) {
                // Outside a transaction this does nothing but warn. A server may answer a statement with an error and be
                // gone after it: that is the statement's doing as well.
                client
                    .batch_execute("ROLLBACK")
                    .map_err(|error| Failure::Lost(lost(script, start, &error)))?;
                reset(client, script, start)?;
                return Err(failure);
            }
        }
        if self.wrapped {
            // Deferred constraints speak up only here.
            if let Err(failure) = run(client, script, "COMMIT", end, None) {
                reset(client, script, end)?;
                return Err(failure);
            }
        }
        reset(client, script, end)
    }

    fn statement(&self, client: &mut Client, Sent { statement, text }: &Sent<'_>) -> Result<(), Failure> {
        let (script, start) = (self.script, statement.range.start);
        if statement.copies_through_client() {
            return Err(Failure::Refused(Box::new(copy(script, text, start))));
        }
        if !self.is_embedded || !sql::catches(text) {
            return run(client, script, text, start, self.document);
        }
        // What the block cannot take back here is taken back for it.
        let set = if self.wrapped { "SAVEPOINT truthtable" } else { "BEGIN" };
        let kept = if self.wrapped { "RELEASE truthtable" } else { "COMMIT" };
        let undone = if self.wrapped { "ROLLBACK TO truthtable; RELEASE truthtable" } else { "ROLLBACK" };
        run(client, script, set, start, None)?;
        match run(client, script, text, start, self.document) {
            Ok(()) => run(client, script, kept, start, None),
            Err(Failure::Refused(problem))
                if problem.sqlstate.as_deref().is_some_and(|code| sql::forgives(text, code)) =>
            {
                run(client, script, undone, start, None)
            }
            failure => failure,
        }
    }
}

/// Gives a session the settings that a new one has: those of the database were perhaps changed since it began.
pub(crate) const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;
    SELECT set_config(split_part(s, '=', 1), substr(s, strpos(s, '=') + 1), false)
    FROM pg_catalog.pg_db_role_setting, unnest(setconfig) s
    WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

/// Undoes what a script set for its session, as the next runner will not have it either.
fn reset(client: &mut Client, script: &Script, at: usize) -> Result<(), Failure> {
    client.batch_execute(RESET).map_err(|error| Failure::Lost(lost(script, at, &error)))
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
