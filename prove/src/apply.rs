//! Runs a script statement by statement and says exactly where PostgreSQL refused it.

use std::collections::BTreeSet;

use postgres::Client;
use postgres::error::{DbError, ErrorPosition};

use crate::migrations::Script;
use crate::report::Problem;
use crate::server;
use crate::sql::{self, Statement};

/// The lines of a statement that a report shows at most.
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
/// Statements about the extensions in `absent` are skipped. After a refusal nothing of a transactional script remains.
pub(crate) fn apply(client: &mut Client, script: &Script, absent: &BTreeSet<String>) -> Result<(), Failure> {
    let wrapped = script.transactional();
    let end = script.text.trim_end().len();
    if wrapped {
        run(client, script, "BEGIN", 0)?;
    }
    for statement in sql::statements(&script.text) {
        if statement.extension().is_some_and(|(_, name)| absent.contains(&name)) {
            continue;
        }
        let Statement { range, .. } = statement;
        let text = script.text.get(range.clone()).unwrap_or_default();
        if let Err(failure) = run(client, script, text, range.start) {
            // Outside a transaction this does nothing but warn.
            let _ = client.batch_execute("ROLLBACK");
            reset(client)?;
            return Err(failure);
        }
    }
    if wrapped {
        // Deferred constraints speak up only here.
        if let Err(failure) = run(client, script, "COMMIT", end) {
            reset(client)?;
            return Err(failure);
        }
    }
    reset(client)
}

/// Undoes what a script set for its session, as the next runner will not have it either.
fn reset(client: &mut Client) -> Result<(), Failure> {
    client
        .batch_execute("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL")
        .map_err(|error| Failure::Lost(server::Error::of("the session cannot be reset", &error)))
}

fn run(client: &mut Client, script: &Script, statement: &str, start: usize) -> Result<(), Failure> {
    client.batch_execute(statement).map_err(|error| match error.as_db_error() {
        Some(said) if !client.is_closed() => {
            Failure::Refused(Box::new(problem(script, statement, start, said)))
        }
        _ => {
            let place = script.place(start);
            Failure::Lost(server::Error::of(
                &format!("{place}: the server was lost at this statement"),
                &error,
            ))
        }
    })
}

fn problem(script: &Script, statement: &str, start: usize, said: &DbError) -> Problem {
    let offset = match said.position() {
        // Counted in characters, from 1.
        Some(ErrorPosition::Original(position)) => {
            let before = usize::try_from(*position).unwrap_or(1).saturating_sub(1);
            statement.char_indices().nth(before).map_or(0, |(byte, _)| byte)
        }
        // The position is in a query that the statement ran, not in the file.
        Some(ErrorPosition::Internal { .. }) | None => 0,
    };
    Problem {
        message: said.message().to_owned(),
        place: Some(script.place(start + offset)),
        sqlstate: Some(said.code().code().to_owned()),
        statement: Some(shown(statement)),
        detail: said.detail().map(str::to_owned),
        hint: said.hint().map(str::to_owned),
        context: said.where_().map(str::to_owned),
    }
}

fn shown(statement: &str) -> String {
    let lines: Vec<&str> = statement.lines().map(str::trim_end).collect();
    match lines.get(..LINES_SHOWN) {
        Some(first) if lines.len() > LINES_SHOWN => {
            format!("{}\n… {} more lines", first.join("\n"), lines.len() - LINES_SHOWN)
        }
        _ => lines.join("\n"),
    }
}
