//! Checks and enumerated types: a column takes every value that the document lists, and refuses another.

use std::collections::BTreeMap;

use postgres::error::SqlState;

use super::rows::Tables;
use super::{Known, Refusal, Session, Tried, attempt, attempts, first_values, tried};
use crate::document::Values;
use crate::report::Problem;
use crate::server::Error;

/// PostgreSQL's codes for a value that a check or an enumerated type refuses.
const REFUSED: [SqlState; 2] = [SqlState::CHECK_VIOLATION, SqlState::INVALID_TEXT_REPRESENTATION];

/// Checks of tables, with the columns that each looks at.
const CHECKS: &str = "
    SELECT k.conrelid::regclass::text, k.conname::text, a.attname::text
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.contype = 'c'";

/// A row with one of the values of a column.
struct Try<'a> {
    /// The column's number among those that are tried.
    column: usize,
    /// The value.
    value: &'a str,
    is_good: bool,
    /// What makes the row and takes it away.
    script: String,
}

/// Tries every listed value and one that is not, column by column.
pub(crate) fn tried_values(
    session: &mut Session<'_>,
    values: &[Values],
    tables: &Tables,
    known: &Known,
) -> Result<Tried, Error> {
    let mut outcome = Tried { count: values.len(), ..Tried::default() };
    let mut tries = tries(values, tables, known, &mut outcome);
    // What is to be taken goes together; what is to be refused by itself.
    tries.sort_by_key(|one| !one.is_good);
    let good = tries.iter().filter(|one| one.is_good).map(|one| one.script.clone());
    let good: Vec<String> = good.collect();
    let mut results = Vec::new();
    while results.len() < tries.len() {
        session.refresh()?;
        let refused = tried(session, |session| {
            // Parents are not made: what is tried is the column.
            if let Err(error) = attempt(session, "SET LOCAL session_replication_role = replica")? {
                return Ok(Some(error.message));
            }
            if results.is_empty() {
                results = attempts(session, &good)?;
            }
            while let Some(one) = tries.get(results.len()).filter(|_| !session.is_tired()) {
                results.push(attempt(session, &one.script)?);
            }
            Ok(None)
        })?;
        if let Some(why) = refused {
            outcome.left.extend(values.iter().map(|value| untried(value, &why)));
            return Ok(outcome);
        }
    }
    let mut results: Vec<_> = tries.iter().zip(results).collect();
    results.sort_by_key(|(one, _)| one.column);
    let failed = |error| Error::of("the checks cannot be read", &error);
    let checks = session.client().query(CHECKS, &[]).map_err(failed)?;
    let mut looked_at: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in &checks {
        looked_at.entry((row.get(0), row.get(1))).or_default().push(row.get(2));
    }
    // What another column of the row is refused for says nothing of this one.
    let is_of_others = |value: &Values, refusal: &Refusal| {
        let table = tables.find(&value.table).map(|table| table.sql.clone());
        let columns = table.zip(refusal.constraint.clone()).and_then(|check| looked_at.get(&check));
        columns.is_some_and(|columns| !columns.contains(&value.column))
    };
    let mut given_up = None;
    for (one, result) in results {
        let Some(value) = values.get(one.column).filter(|_| given_up != Some(one.column)) else { continue };
        let refusal = result.err();
        let is_of_others = refusal.as_ref().is_some_and(|refusal| is_of_others(value, refusal));
        match judge(one, refusal, is_of_others) {
            Ok(None) => {}
            Ok(Some(what)) => outcome.problems.push(untried(value, &what)),
            Err(why) => {
                outcome.left.push(untried(value, &why));
                given_up = Some(one.column);
            }
        }
    }
    Ok(outcome)
}

/// Returns the rows that are to be tried; notes of which columns there are none.
fn tries<'v>(values: &'v [Values], tables: &Tables, known: &Known, outcome: &mut Tried) -> Vec<Try<'v>> {
    let mut tries = Vec::new();
    for (column, value) in values.iter().enumerate() {
        let table = tables.find(&value.table).filter(|table| table.column(&value.column).is_some());
        let Some(table) = table else {
            outcome.problems.push(untried(value, "there is no such column"));
            continue;
        };
        // What other columns of the table take, so that nothing but the tried value can be refused.
        let known = first_values(known, &table.sql);
        for (text, is_good) in value.good.iter().map(|good| (good, true)).chain([(&value.bad, false)]) {
            let mut given = known.clone();
            given.insert(value.column.clone(), text.clone());
            match table.insert(&given) {
                // Each value has the table for itself, so that no unique key stands in the way.
                Ok(statement) => {
                    let script = format!("{statement}; DELETE FROM {}", table.sql);
                    tries.push(Try { column, value: text, is_good, script });
                }
                Err(why) => {
                    outcome.left.push(untried(value, &why));
                    break;
                }
            }
        }
    }
    tries
}

fn untried(value: &Values, why: &str) -> Problem {
    Problem::new(format!("{}.{}: {why}", value.table, value.column)).at(value.place.clone())
}

/// Tells what is wrong with a value having been refused or taken; the error is why that is not known.
fn judge(one: &Try<'_>, refusal: Option<Refusal>, is_of_others: bool) -> Result<Option<String>, String> {
    let value = one.value;
    let Some(refusal) = refusal else {
        return Ok((!one.is_good).then(|| format!("`{value}` is taken, which is none of its values")));
    };
    let is_refused = !is_of_others && refusal.code.is_some_and(|code| REFUSED.contains(&code));
    let message = refusal.message;
    match (one.is_good, is_refused) {
        (true, true) => Ok(Some(format!("`{value}` is refused: {message}"))),
        (true, false) => Err(format!("`{value}` is refused: {message}")),
        (false, true) => Ok(None),
        (false, false) => Err(format!("`{value}` is refused for another reason: {message}")),
    }
}
