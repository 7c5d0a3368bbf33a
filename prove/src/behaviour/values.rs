//! Checks and enumerated types: a column takes every value that the document lists, and refuses another.

use std::collections::BTreeMap;

use postgres::Client;
use postgres::error::SqlState;

use super::{Known, Tried, attempt, first_values, message, rows, tried};
use crate::document::Values;
use crate::report::Problem;
use crate::server::Error;

/// Tries every listed value and one that is not, column by column.
pub(crate) fn tried_values(client: &mut Client, values: &[Values], known: &Known) -> Result<Tried, Error> {
    let mut outcome = Tried::default();
    for value in values {
        outcome.count += 1;
        // What other columns of the table take, so that nothing but the tried value can be refused.
        let known = first_values(known, &value.table);
        tried(client, |client| column(client, value, &known, &mut outcome))?;
    }
    Ok(outcome)
}

fn column(
    client: &mut Client,
    value: &Values,
    known: &BTreeMap<String, String>,
    outcome: &mut Tried,
) -> Result<(), Error> {
    let name = format!("{}.{}", value.table, value.column);
    let untried = |why: String| Problem::new(format!("{name}: {why}")).at(value.place.clone());
    // Parents are not made: what is tried is the column.
    if let Err(error) = attempt(client, "SET LOCAL session_replication_role = replica")? {
        outcome.left.push(untried(message(&error)));
        return Ok(());
    }
    let columns = rows::columns(client, &value.table)?;
    if !columns.iter().any(|column| column.name() == value.column) {
        outcome.problems.push(untried("there is no such column".to_owned()));
        return Ok(());
    }
    let row = |text: &str| {
        let mut given = known.clone();
        given.insert(value.column.clone(), text.to_owned());
        rows::insert(&value.table, &columns, &given)
    };
    for good in &value.good {
        let statement = match row(good) {
            Ok(statement) => statement,
            Err(why) => {
                outcome.left.push(untried(why));
                return Ok(());
            }
        };
        // Each value has the table for itself, so that no unique key stands in the way.
        let result = attempt(client, &format!("{statement}; DELETE FROM {}", value.table))?;
        let Err(error) = result else { continue };
        let refused = error.code() == Some(&SqlState::CHECK_VIOLATION)
            || error.code() == Some(&SqlState::INVALID_TEXT_REPRESENTATION);
        let told = untried(format!("`{good}` is refused: {}", message(&error)));
        if refused {
            outcome.problems.push(told);
        } else {
            outcome.left.push(told);
            return Ok(());
        }
    }
    let Ok(statement) = row(&value.bad) else { return Ok(()) };
    match attempt(client, &statement)? {
        Ok(()) => {
            outcome.problems.push(untried(format!("`{}` is taken, which is none of its values", value.bad)))
        }
        Err(error) => {
            let refused = [SqlState::CHECK_VIOLATION, SqlState::INVALID_TEXT_REPRESENTATION];
            if !error.code().is_some_and(|code| refused.contains(code)) {
                outcome.left.push(untried(format!(
                    "`{}` is refused for another reason: {}",
                    value.bad,
                    message(&error)
                )));
            }
        }
    }
    Ok(())
}
