//! Runs a script statement by statement and says exactly where PostgreSQL refused it.

use std::collections::BTreeSet;

use postgres::Client;
use postgres::error::{DbError, ErrorPosition, SqlState};

use crate::document::Document;
use crate::migrations::Script;
use crate::report::Problem;
use crate::server;
use crate::sql;

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

/// Runs a script as a migration runner does: in one transaction where that may be, and from a clean session.
///
/// Statements about the extensions in `absent` are skipped. After a refusal nothing of a transactional script remains. The
/// document tells where what was refused is said.
pub(crate) fn apply(
    client: &mut Client,
    script: &Script,
    absent: &BTreeSet<String>,
    document: Option<&Document>,
) -> Result<(), Failure> {
    let wrapped = script.transactional();
    let end = script.text.trim_end().len();
    if wrapped {
        run(client, script, "BEGIN", 0, None)?;
    }
    for statement in sql::statements(&script.text) {
        if statement.extension().is_some_and(|(_, name)| absent.contains(&name)) {
            continue;
        }
        let text = script.text.get(statement.range.clone()).unwrap_or_default();
        let ran = if statement.copies_through_client() {
            Err(Failure::Refused(Box::new(copy(script, text, statement.range.start))))
        } else {
            run(client, script, text, statement.range.start, document)
        };
        if let Err(failure) = ran {
            // Outside a transaction this does nothing but warn. A server may answer a statement with an error and be
            // gone after it: that is the statement's doing as well.
            let start = statement.range.start;
            client.batch_execute("ROLLBACK").map_err(|error| Failure::Lost(lost(script, start, &error)))?;
            reset(client, script, statement.range.start)?;
            return Err(failure);
        }
    }
    if wrapped {
        // Deferred constraints speak up only here.
        if let Err(failure) = run(client, script, "COMMIT", end, None) {
            reset(client, script, end)?;
            return Err(failure);
        }
    }
    reset(client, script, end)
}

/// Undoes what a script set for its session, as the next runner will not have it either.
fn reset(client: &mut Client, script: &Script, at: usize) -> Result<(), Failure> {
    let reset = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";
    client.batch_execute(reset).map_err(|error| Failure::Lost(lost(script, at, &error)))
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
