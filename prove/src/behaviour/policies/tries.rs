//! The requests by which a role and user try what they get of a table: few of them, since the way to a server and back costs more
//! than what is asked.
//!
//! What is expected to run goes together; whatever is refused is asked again by itself, and then tells.

use postgres::error::SqlState;

use super::super::{Outcome, Refusal, Session, attempt};
use super::Answer;
use crate::server::Error;

/// What a role and user try, as statements.
#[derive(Debug)]
pub(super) struct Try {
    /// Makes the rows, and no others.
    pub(super) fill: String,
    /// Notes them where the role can read them past its policies.
    pub(super) rows: String,
    /// Takes all of them away.
    pub(super) empty: String,
    /// Has the session be that of the role and user: two statements.
    pub(super) asker: String,
    /// Asks what the policies say, and what each condition does.
    pub(super) expected: String,
    /// Asks what the policies say alone: what one cannot say another may make needless.
    pub(super) plainly: String,
    pub(super) see: String,
    pub(super) update: String,
    /// Tells where the rows are that are seen.
    pub(super) places: String,
    pub(super) delete: String,
    /// Makes each row.
    pub(super) inserts: Vec<String>,
    /// Takes each row away alone.
    pub(super) without: Vec<String>,
    /// Asks of each row whether the policies let it be inserted.
    pub(super) insertable: Vec<String>,
}

/// How many counts stand in front of what the policies say of inserts.
const COUNTS: usize = 3;

/// Tries everything; of each the error is one that keeps it from being tried. The rows are there before and after.
pub(super) fn run(session: &mut Session<'_>, tries: &[Try]) -> Result<Vec<Result<Answer, Refusal>>, Error> {
    let together: Vec<String> = tries.iter().map(Try::whole).collect();
    let mut answers = Vec::new();
    match attempt(session, &together.join(";\n"))? {
        Ok(said) => {
            // As many statements to each.
            let each = said.len() / tries.len().max(1);
            answers.extend(said.chunks(each.max(1)).map(|said| Ok(answer(said))));
        }
        Err(_) => {
            for one in tries {
                answers.push(one.alone(session)?);
            }
        }
    }
    insert(session, tries, &mut answers)?;
    Ok(answers)
}

impl Try {
    /// Returns everything but the inserts as one request: nine statements and those that make the rows.
    fn whole(&self) -> String {
        let Self { fill, rows, asker, expected, see, update, delete, .. } = self;
        format!("{rows};\n{asker};\n{expected};\n{see};\n{update};\n{delete};\nSET LOCAL ROLE NONE;\n{fill}")
    }

    /// Tries everything but the inserts one by one.
    fn alone(&self, session: &mut Session<'_>) -> Result<Result<Answer, Refusal>, Error> {
        let Self { fill, rows, asker, expected, plainly, see, update, places, delete, .. } = self;
        let asked = |what: &str| format!("{rows};\n{asker};\n{what};\nSET LOCAL ROLE NONE");
        // The one before the role is given up.
        let told = |said: &[Outcome]| said.iter().rev().nth(1).cloned().unwrap_or_default();
        let mut said = attempt(session, &asked(expected))?;
        if said.is_err() {
            said = attempt(session, &asked(plainly))?;
        }
        let mut answer = match said {
            Ok(said) => policies(&told(&said)),
            Err(error) => return Ok(Err(error)),
        };
        match attempt(session, &asked(see))? {
            Ok(said) => answer.found.push(number(&told(&said))),
            Err(error) => return Ok(Err(error)),
        }
        let changed = match attempt(session, &asked(update))? {
            Ok(said) => count(&told(&said)),
            Err(error) if error.code.as_ref() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                // Row by row: one that the policies refuse in its new form fails the whole statement.
                let seen = match attempt(session, &asked(places))? {
                    Ok(said) => told(&said).rows,
                    Err(error) => return Ok(Err(error)),
                };
                let mut changed = 0;
                for place in seen.iter().filter_map(|row| row.first()?.as_ref()) {
                    match attempt(session, &asked(&format!("{update} WHERE ctid = '{place}'")))? {
                        Ok(said) => changed += count(&told(&said)),
                        Err(error) if error.code.as_ref() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {}
                        Err(error) => return Ok(Err(error)),
                    }
                }
                changed
            }
            Err(error) => return Ok(Err(error)),
        };
        answer.found.push(changed);
        match attempt(session, &asked(delete))? {
            Ok(said) => answer.found.push(count(&told(&said))),
            Err(error) => return Ok(Err(error)),
        }
        let failed = |error| Error::of("rows cannot be made", &error);
        session.client().batch_execute(fill).map_err(failed)?;
        Ok(Ok(answer))
    }

    /// Asks of each row whether it may be inserted beside the others, and inserts it there.
    fn insert_beside(&self, session: &mut Session<'_>) -> Result<Result<Vec<(bool, bool)>, Refusal>, Error> {
        let Self { fill, rows, asker, .. } = self;
        let mut found = Vec::new();
        for ((insert, without), insertable) in self.inserts.iter().zip(&self.without).zip(&self.insertable) {
            let asked =
                |what: &str| format!("{fill};\n{rows};\n{without};\n{asker};\n{what};\nSET LOCAL ROLE NONE");
            let may = match attempt(session, &asked(insertable))? {
                Ok(said) => said
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(|one| one.rows.iter().flatten().flatten().any(|is| is == "t")),
                Err(error) => return Ok(Err(error)),
            };
            match attempt(session, &asked(insert))? {
                Ok(_) => found.push((may, true)),
                Err(error) if error.code.as_ref() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                    found.push((may, false))
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(found))
    }
}

/// Has each insert the rows that the policies let it, together, and those that they do not, one by one.
fn insert(
    session: &mut Session<'_>,
    tries: &[Try],
    answers: &mut [Result<Answer, Refusal>],
) -> Result<(), Error> {
    let wanted = |answer: &Answer, inserts: &[String], wanted: bool| -> Vec<String> {
        let pairs = inserts.iter().zip(&answer.insertable);
        pairs.filter(|(_, is)| **is == wanted).map(|(insert, _)| insert.clone()).collect()
    };
    let mut good = Vec::new();
    for (one, answer) in tries.iter().zip(answers.iter()) {
        let Ok(answer) = answer else { continue };
        let good_ones = wanted(answer, &one.inserts, true);
        if !good_ones.is_empty() {
            let Try { empty, asker, .. } = one;
            good.push(format!("{empty};\n{asker};\n{};\nSET LOCAL ROLE NONE", good_ones.join(";\n")));
        }
    }
    let all_run = good.is_empty() || attempt(session, &good.join(";\n"))?.is_ok();
    for (one, answer) in tries.iter().zip(answers.iter_mut()) {
        let Ok(of) = answer else { continue };
        let mut taken =
            if all_run { i64::try_from(wanted(of, &one.inserts, true).len()).unwrap_or_default() } else { 0 };
        let again = if all_run { Vec::new() } else { wanted(of, &one.inserts, true) };
        let mut failure = None;
        for insert in again.into_iter().chain(wanted(of, &one.inserts, false)) {
            let Try { empty, asker, .. } = one;
            match attempt(session, &format!("{empty};\n{asker};\n{insert};\nSET LOCAL ROLE NONE"))? {
                Ok(_) => taken += 1,
                Err(error) if error.code.as_ref() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {}
                Err(error) => failure = Some(error),
            }
        }
        let expected = i64::try_from(of.insertable.iter().filter(|is| **is).count()).unwrap_or_default();
        if failure.is_none() && taken != expected {
            // A policy may look at the other rows of its table, which were there only when it was asked.
            match one.insert_beside(session)? {
                Ok(rows) => {
                    of.insertable = rows.iter().map(|(may, _)| *may).collect();
                    taken = rows.iter().map(|(_, is_there)| i64::from(*is_there)).sum();
                }
                Err(error) => failure = Some(error),
            }
        }
        of.found.push(taken);
        if let Some(error) = failure {
            *answer = Err(error);
        }
    }
    if let Some(one) = tries.first() {
        // What was inserted is no longer as the others find it.
        let failed = |error| Error::of("rows cannot be made", &error);
        session.client().batch_execute(&one.fill).map_err(failed)?;
    }
    Ok(())
}

/// Reads what the statements of a whole try said.
fn answer(said: &[Outcome]) -> Answer {
    // The rows, the session, the role.
    let mut rest = said.iter().skip(3);
    let mut answer = rest.next().map(policies).unwrap_or_default();
    answer.found.push(rest.next().map(number).unwrap_or_default());
    answer.found.extend(rest.take(2).map(count));
    answer
}

/// Reads what the policies say.
fn policies(said: &Outcome) -> Answer {
    let row = said.rows.first().map(Vec::as_slice).unwrap_or_default();
    let counts: Vec<i64> = row
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != COUNTS)
        .map(|(_, text)| text.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default())
        .collect();
    let (allowed, each) = counts.split_at(counts.len().min(COUNTS));
    let insertable = row.get(COUNTS).and_then(Option::as_deref).unwrap_or_default();
    let insertable = insertable.trim_matches(['{', '}']).split(',').map(|is| is == "t").collect();
    Answer { allowed: allowed.to_vec(), insertable, each: each.to_vec(), found: Vec::new() }
}

/// Returns the number that a query counted.
fn number(said: &Outcome) -> i64 {
    let text = said.rows.first().and_then(|row| row.first()?.as_deref());
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Returns how many rows a statement changed.
fn count(said: &Outcome) -> i64 {
    i64::try_from(said.count).unwrap_or_default()
}
