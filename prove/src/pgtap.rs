//! Runs pgTAP tests and reads what they say.

use std::collections::BTreeSet;

use postgres::{Client, SimpleQueryMessage};

use crate::apply::{lost, problem};
use crate::document::Document;
use crate::migrations::Script;
use crate::report::Problem;
use crate::server::Error;
use crate::sql;

/// What came of a file of tests.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    /// How many assertions were made.
    pub(crate) assertions: usize,
    /// Those that failed, and what else is wrong.
    pub(crate) problems: Vec<Problem>,
}

/// Creates the extensions that tests need.
pub(crate) fn prepare(client: &mut Client, extensions: &BTreeSet<String>) -> Result<(), Error> {
    let create = extensions.iter().map(|name| format!("CREATE EXTENSION IF NOT EXISTS \"{name}\";"));
    let failed = |error| Error::of("the extension of the tests cannot be created", &error);
    client.batch_execute(&create.collect::<String>()).map_err(failed)
}

/// Runs a file of tests, which opens a transaction and rolls it back; the document tells where what fails is said.
pub(crate) fn run(client: &mut Client, script: &Script, document: Option<&Document>) -> Result<Ran, Error> {
    let mut ran = Ran::default();
    for statement in sql::statements(&script.text) {
        let (text, start) =
            (script.text.get(statement.range.clone()).unwrap_or_default(), statement.range.start);
        let said = match client.simple_query(text) {
            Ok(said) => said,
            Err(error) => match error.as_db_error() {
                Some(said) if !client.is_closed() => {
                    ran.problems.push(problem(script, text, start, said, document));
                    client.batch_execute("ROLLBACK").map_err(|error| lost(script, start, &error))?;
                    return Ok(ran);
                }
                _ => return Err(lost(script, start, &error)),
            },
        };
        let rows = said.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.try_get(0).ok().flatten(),
            _ => None,
        });
        for row in rows {
            let Some(outcome) = read(row) else { continue };
            ran.assertions += usize::from(outcome.is_assertion);
            // What is said at the end of failures was said of each of them.
            let is_new = outcome.is_assertion || ran.problems.is_empty();
            if let Some(problem) = outcome.problem.filter(|_| is_new) {
                let said = document.and_then(|document| document.behind(text, text.len()));
                let statement = Some(text.to_owned());
                ran.problems.push(Problem { said, statement, ..problem }.at(script.place(start)));
            }
        }
    }
    Ok(ran)
}

/// What a line of the protocol says.
#[derive(Debug)]
struct Outcome {
    /// Whether it is about one assertion, rather than about the file.
    is_assertion: bool,
    /// What is wrong.
    problem: Option<Problem>,
}

/// Reads what one call of a function says, in the Test Anything Protocol; nothing of a plan.
fn read(said: &str) -> Option<Outcome> {
    let (first, rest) = said.split_once('\n').unwrap_or((said, ""));
    let words = first.split_once(" - ").map_or(first, |(_, description)| description);
    if first.starts_with("ok ") {
        return Some(Outcome { is_assertion: true, problem: None });
    }
    if first.starts_with("not ok ") {
        let lines = rest.lines().map(|line| line.trim_start_matches('#').trim());
        let detail: Vec<&str> = lines.filter(|line| !line.starts_with("Failed test ")).collect();
        let mut problem = Problem::new(format!("not so: {words}"));
        problem.detail = (!detail.is_empty()).then(|| detail.join("\n"));
        return Some(Outcome { is_assertion: true, problem: Some(problem) });
    }
    let remark = first.strip_prefix("# ")?;
    Some(Outcome { is_assertion: false, problem: Some(Problem::new(remark.trim())) })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lines_of_the_protocol() {
        let check = |said: &str, expected: &str| {
            let told = read(said).map(|outcome| {
                let problem = outcome.problem.map(|problem| (problem.message, problem.detail));
                (outcome.is_assertion, problem)
            });
            assert_eq!(format!("{told:?}"), expected, "{said}");
        };
        check("1..3", "None");
        check("ok 1 - the table users is there", "Some((true, None))");
        check(
            "not ok 2 - users.name is of the type text\n# Failed test 2: \"users.name is of the type text\"\n\
             #         have: integer\n#         want: text",
            r#"Some((true, Some(("not so: users.name is of the type text", Some("have: integer\nwant: text")))))"#,
        );
        check("not ok 3", r#"Some((true, Some(("not so: not ok 3", None))))"#);
        check(
            "# Looks like you planned 2 tests but ran 1",
            r#"Some((false, Some(("Looks like you planned 2 tests but ran 1", None))))"#,
        );
    }
}
