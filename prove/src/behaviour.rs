//! What a database does with rows: checks refuse, triggers move, policies let in and keep out.
//!
//! Everything is tried in a transaction that is rolled back.

mod look;
pub(crate) mod policies;
pub(crate) mod rows;
pub(crate) mod updated;
pub(crate) mod values;
mod world;

use std::collections::BTreeMap;

use postgres::error::SqlState;
use postgres::{Client, SimpleQueryMessage};

use crate::report::{Problem, Verdict};
use crate::server::{Database, Error};

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

/// How many refusals a session takes: the embedded server keeps a little of its stack with each, and is lost after some thousands.
const REFUSALS: usize = 2000;

/// A session in which much is refused.
pub(crate) struct Session<'a> {
    database: &'a mut Database,
    refusals: usize,
    /// What could not be taken back: nothing more can be tried in it.
    lost: Option<Refusal>,
}

/// Why statements were refused.
#[derive(Debug, Clone)]
struct Refusal {
    code: Option<SqlState>,
    /// The constraint that refused, by its name.
    constraint: Option<String>,
    message: String,
}

impl<'a> Session<'a> {
    pub(crate) fn new(database: &'a mut Database) -> Self {
        Self { database, refusals: 0, lost: None }
    }

    fn client(&mut self) -> &mut Client {
        &mut self.database.client
    }

    /// Tells whether it should be ended with its transaction.
    fn is_tired(&self) -> bool {
        self.refusals >= REFUSALS || self.lost.is_some()
    }

    /// Goes on with a new session where this one is tired.
    fn refresh(&mut self) -> Result<(), Error> {
        if self.is_tired() {
            self.database.reconnect()?;
            (self.refusals, self.lost) = (0, None);
        }
        Ok(())
    }
}

/// Runs something in a transaction that is rolled back whatever comes of it.
fn tried<T>(
    session: &mut Session<'_>,
    run: impl FnOnce(&mut Session<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let failed = |error| Error::of("a transaction cannot be opened", &error);
    session.client().batch_execute("BEGIN").map_err(failed)?;
    let outcome = run(session);
    if session.lost.is_some() {
        session.refresh()?;
        return outcome;
    }
    let undone = session.client().batch_execute("ROLLBACK").map_err(failed);
    // What went wrong first is what there is to say.
    let outcome = outcome?;
    undone.map(|()| outcome)
}

/// The bytes of statements that are sent at once: the way to a server and back costs more than most of them.
const AT_ONCE: usize = 32 << 10;

/// Runs statements that may fail and leaves the transaction usable: nothing of them stays where one failed.
///
/// The embedded server cannot catch an error within a function, so that every refusal takes a request of its own.
fn attempt(session: &mut Session<'_>, statements: &str) -> Result<Result<Vec<Outcome>, Refusal>, Error> {
    if let Some(lost) = &session.lost {
        return Ok(Err(lost.clone()));
    }
    let request = format!("SAVEPOINT attempt; {statements}\n; RELEASE attempt");
    match session.client().simple_query(&request) {
        Ok(said) => {
            let mut outcomes = outcomes(said);
            // Those of the savepoint are nobody's.
            outcomes.pop();
            outcomes.drain(..outcomes.len().min(1));
            Ok(Ok(outcomes))
        }
        Err(error) if error.as_db_error().is_some() && !session.client().is_closed() => {
            session.refusals += 1;
            let refusal = Refusal {
                code: error.code().cloned(),
                constraint: error.as_db_error().and_then(|said| said.constraint()).map(str::to_owned),
                message: message(&error),
            };
            // The embedded server cannot take back an error of a query within a routine.
            if session.client().batch_execute("ROLLBACK TO attempt; RELEASE attempt").is_err() {
                session.lost = Some(refusal.clone());
            }
            Ok(Err(refusal))
        }
        Err(error) => Err(Error::of("the server was lost at a try", &error)),
    }
}

/// Runs scripts that may fail, many with each request where they do not; those that did not fail stay. Tells of each what it said.
fn attempts(
    session: &mut Session<'_>,
    scripts: &[String],
) -> Result<Vec<Result<Vec<Outcome>, Refusal>>, Error> {
    let mut found = Vec::new();
    let mut rest = scripts;
    while !rest.is_empty() {
        let mut length = 0;
        let fits = |script: &&String| {
            length += script.len();
            length < AT_ONCE
        };
        let (some, others) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        rest = others;
        // A query of no rows after each tells where it ends.
        let together: Vec<String> =
            some.iter().map(|script| format!("{script}\n; SELECT NULL AS {END} WHERE false")).collect();
        match attempt(session, &together.join(";\n"))? {
            Ok(said) => {
                let mut of_each = said.split(|outcome| outcome.columns == [END]);
                found.extend(some.iter().map(|_| Ok(of_each.next().unwrap_or_default().to_vec())));
            }
            // Whichever it was, each by itself tells.
            Err(_) => {
                for script in some {
                    found.push(attempt(session, script)?);
                }
            }
        }
    }
    Ok(found)
}

/// The name of a column that nobody has.
const END: &str = "truthtable_end";

/// What came of a statement.
#[derive(Debug, Clone, Default)]
struct Outcome {
    /// The names of the columns of its rows.
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
    /// How many rows it returned or changed.
    count: u64,
}

/// Gathers what a request said by its statements.
fn outcomes(said: Vec<SimpleQueryMessage>) -> Vec<Outcome> {
    let mut found = Vec::new();
    let mut current = Outcome::default();
    for message in said {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                current.columns = columns.iter().map(|column| column.name().to_owned()).collect();
            }
            SimpleQueryMessage::Row(row) => {
                let values = (0..row.len()).map(|at| row.get(at).map(str::to_owned));
                current.rows.push(values.collect());
            }
            SimpleQueryMessage::CommandComplete(count) => {
                found.push(Outcome { count, ..std::mem::take(&mut current) });
            }
            _ => {}
        }
    }
    found
}

/// Returns what PostgreSQL said.
fn message(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// Returns a text as an SQL literal.
fn literal(text: &str) -> String {
    truthtable::model::ident::literal(text)
}
