//! What a database does with rows: checks refuse, triggers move, policies let in and keep out.
//!
//! Everything is tried in a transaction that is rolled back.

pub(crate) mod policies;
pub(crate) mod rows;
pub(crate) mod updated;
pub(crate) mod values;

use std::collections::BTreeMap;

use postgres::Client;

use crate::report::{Problem, Verdict};
use crate::server::Error;

/// What came of a number of tries.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// How many were made.
    pub(crate) count: usize,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    /// What could not be tried, and why.
    pub(crate) left: Vec<Problem>,
}

impl Tried {
    /// Returns the verdict: failed where anything is wrong, unproved where anything could not be tried.
    pub(crate) fn verdict(self) -> Verdict {
        if !self.problems.is_empty() || self.left.is_empty() {
            return Verdict::of(self.problems);
        }
        let reason = format!("{} of {} could not be tried", self.left.len(), self.count);
        Verdict::Unproved { reason, problems: self.left }
    }
}

/// Values that columns take, by table as SQL and column; none of them is empty.
pub(crate) type Known = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Returns the first value that each column of a table takes.
fn first_values(known: &Known, table: &str) -> BTreeMap<String, String> {
    let columns = known.get(table).into_iter().flatten();
    columns.filter_map(|(column, values)| Some((column.clone(), values.first()?.clone()))).collect()
}

/// Runs something in a transaction that is rolled back whatever comes of it.
fn tried<T>(client: &mut Client, run: impl FnOnce(&mut Client) -> Result<T, Error>) -> Result<T, Error> {
    let failed = |error| Error::of("a transaction cannot be opened", &error);
    client.batch_execute("BEGIN").map_err(failed)?;
    let outcome = run(client);
    client.batch_execute("ROLLBACK").map_err(failed)?;
    outcome
}

/// Runs a statement that may fail and leaves the transaction usable: nothing of it stays where it failed.
fn attempt(client: &mut Client, statement: &str) -> Result<Result<(), postgres::Error>, Error> {
    let failed = |error| Error::of("a savepoint cannot be set", &error);
    client.batch_execute("SAVEPOINT attempt").map_err(failed)?;
    match client.batch_execute(statement) {
        Ok(()) => {
            client.batch_execute("RELEASE attempt").map_err(failed)?;
            Ok(Ok(()))
        }
        Err(error) => {
            client.batch_execute("ROLLBACK TO attempt; RELEASE attempt").map_err(failed)?;
            Ok(Err(error))
        }
    }
}

/// Returns what PostgreSQL said.
fn message(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// Returns a text as an SQL literal.
fn literal(text: &str) -> String {
    truthtable::model::ident::literal(text)
}
