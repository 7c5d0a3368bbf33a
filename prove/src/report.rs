//! What the proof found: a step for each thing proved, with its verdict. Told to a person, as JSON or as JUnit's XML.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::migrations::Place;

/// The proof of one schema.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The schema.
    pub schema: String,
    /// The server on which it was proved: `embedded PostgreSQL 17.5`.
    pub server: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// One thing that was to be proved.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The thing.
    pub check: Check,
    /// What happened, in words: "3 migrations apply in order".
    pub title: String,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// How long it took, in milliseconds.
    #[serde(rename = "elapsed_ms", serialize_with = "milliseconds")]
    pub elapsed: Duration,
}

/// The things that are proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Every extension is there.
    Extensions,
    /// Every migration applies, in order.
    Up,
    /// Migrations that may run twice do so without effect.
    Idempotent,
    /// Every foreign key has an index that PostgreSQL uses.
    ForeignKeysIndexed,
    /// The parts down, in reverse, leave nothing behind, or stop where the policy says.
    Down,
    /// Every migration applies again.
    UpAgain,
    /// The catalogue is the same after the second time as after the first.
    Catalog,
    /// The catalogue is that of the schema as the documents say it, created afresh.
    Afresh,
    /// Columns take the values that the document lists, and refuse others.
    Values,
    /// Triggers note when a row was changed.
    UpdatedAt,
    /// Policies let in and keep out whom they say.
    Policies,
    /// Seeds applied a second time change nothing.
    Seeds,
    /// pgTAP tests pass.
    Pgtap,
}

/// How a step ended.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It is so.
    Proved,
    /// It is not so.
    Failed {
        /// What is wrong.
        problems: Vec<Problem>,
    },
    /// It could not be found out.
    Unproved {
        /// Why not.
        reason: String,
        /// What stood in the way.
        problems: Vec<Problem>,
    },
}

/// Something wrong, with everything that PostgreSQL said about it.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Where the documents say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Place>,
    /// PostgreSQL's five-letter code for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sqlstate: Option<String>,
    /// The statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// PostgreSQL's detail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What PostgreSQL or we suggest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where PostgreSQL was: the line of a function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

impl Report {
    /// Says whether nothing failed and, if strict, nothing stayed unproved.
    pub fn holds(&self, strict: bool) -> bool {
        self.steps.iter().all(|step| match step.verdict {
            Verdict::Proved => true,
            Verdict::Failed { .. } => false,
            Verdict::Unproved { .. } => !strict,
        })
    }
}

impl Verdict {
    /// Returns the verdict on what was looked at in full: failed where anything is wrong.
    pub fn of(problems: Vec<Problem>) -> Self {
        if problems.is_empty() { Self::Proved } else { Self::Failed { problems } }
    }

    /// Returns the verdict on what could not be looked at.
    pub fn unproved(reason: impl Into<String>) -> Self {
        Self::Unproved { reason: reason.into(), problems: Vec::new() }
    }
}

impl Problem {
    /// Makes a problem of a sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            said: None,
            sqlstate: None,
            statement: None,
            detail: None,
            hint: None,
            context: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

/// Tells a step to a person: a line, and what is wrong below it.
pub fn tell(step: &Step, elapsed: bool) -> String {
    let (word, reason, problems) = match &step.verdict {
        Verdict::Proved => ("proved", None, &[][..]),
        Verdict::Failed { problems } => ("FAILED", None, problems.as_slice()),
        Verdict::Unproved { reason, problems } => ("unproved", Some(reason), problems.as_slice()),
    };
    let mut text = format!("  {word:<9} {}", step.title);
    if let Some(reason) = reason {
        let _ = write!(text, ": {reason}");
    }
    if elapsed {
        let _ = write!(text, "  ({:.2} s)", step.elapsed.as_secs_f64());
    }
    text.push('\n');
    for problem in problems {
        tell_problem(problem, &mut text);
    }
    text
}

/// Tells what a whole report comes to, in one line.
pub fn summary(report: &Report) -> String {
    let count =
        |wanted: fn(&Verdict) -> bool| report.steps.iter().filter(|step| wanted(&step.verdict)).count();
    let mut parts = vec![format!("{} proved", count(|verdict| matches!(verdict, Verdict::Proved)))];
    for (number, word) in [
        (count(|verdict| matches!(verdict, Verdict::Failed { .. })), "failed"),
        (count(|verdict| matches!(verdict, Verdict::Unproved { .. })), "unproved"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    parts.join(", ")
}

/// Returns reports as the XML that continuous integration reads: a suite for each schema, a test for each step.
///
/// What is unproved is skipped, or if strict failed.
pub fn junit(reports: &[Report], strict: bool) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for report in reports {
        let (schema, server) = (escaped(&report.schema), escaped(&report.server));
        let count =
            |wanted: fn(&Verdict) -> bool| report.steps.iter().filter(|step| wanted(&step.verdict)).count();
        let unproved = count(|verdict| matches!(verdict, Verdict::Unproved { .. }));
        let failed = count(|verdict| matches!(verdict, Verdict::Failed { .. }));
        let (failed, skipped) = if strict { (failed + unproved, 0) } else { (failed, unproved) };
        let tests = report.steps.len();
        let _ = writeln!(
            text,
            "  <testsuite name=\"{schema} on {server}\" tests=\"{tests}\" failures=\"{failed}\" skipped=\"{skipped}\">"
        );
        for step in &report.steps {
            let (title, seconds) = (escaped(&step.title), step.elapsed.as_secs_f64());
            let _ =
                write!(text, "    <testcase classname=\"{schema}\" name=\"{title}\" time=\"{seconds:.3}\"");
            let outcome = match &step.verdict {
                Verdict::Proved => None,
                Verdict::Failed { problems } => Some(("failure", "failed", problems)),
                Verdict::Unproved { reason, problems } if strict => {
                    Some(("failure", reason.as_str(), problems))
                }
                Verdict::Unproved { reason, problems } => Some(("skipped", reason.as_str(), problems)),
            };
            let Some((element, message, problems)) = outcome else {
                text.push_str("/>\n");
                continue;
            };
            let mut told = String::new();
            problems.iter().for_each(|problem| tell_problem(problem, &mut told));
            let (message, told) = (escaped(message), escaped(&told));
            let _ = writeln!(
                text,
                ">\n      <{element} message=\"{message}\">{told}</{element}>\n    </testcase>"
            );
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

/// Escapes text for XML; what XML cannot hold at all becomes a question mark.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            control if control.is_control() => escaped.push('?'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Tells what is wrong: a line, and what is known of it below.
pub(crate) fn tell_problem(problem: &Problem, text: &mut String) {
    let place = problem.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let code = problem.sqlstate.as_ref().map(|code| format!(" [{code}]")).unwrap_or_default();
    let _ = writeln!(text, "            {place}{}{code}", problem.message);
    if let Some(said) = &problem.said {
        let _ = writeln!(text, "              said at {said}");
    }
    for line in problem.statement.iter().flat_map(|statement| statement.lines()) {
        let _ = writeln!(text, "              | {line}");
    }
    for (word, said) in [("detail", &problem.detail), ("hint", &problem.hint), ("context", &problem.context)]
    {
        if let Some(said) = said {
            let _ = writeln!(text, "              {word}: {}", said.replace('\n', "\n                "));
        }
    }
}

fn milliseconds<S: serde::Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Check, Problem, Report, Step, Verdict, junit};

    #[test]
    fn junit_escapes_what_xml_reserves() {
        let problem = Problem::new("column \"a\" < 'b' & \u{1}").hint("none");
        let step = |title: &str, verdict| Step {
            check: Check::Up,
            title: title.to_owned(),
            verdict,
            elapsed: Duration::from_millis(1500),
        };
        let steps = vec![
            step("proved", Verdict::Proved),
            step("failed", Verdict::of(vec![problem])),
            step("unproved", Verdict::unproved("no <extension>")),
        ];
        let reports = [Report { schema: "shop".into(), server: "embedded".into(), steps }];
        insta::assert_snapshot!(junit(&reports, false));
        assert!(junit(&reports, true).contains("failures=\"2\" skipped=\"0\""));
    }
}
