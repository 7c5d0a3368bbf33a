//! `explain`: what a code means, in the terminal.

use std::io::{self, Write};

use truthtable::diag::{did_you_mean, explain};
use truthtable::emit::document::rules::RulePage;
use truthtable::lint;

use crate::Exit;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The code, as findings show it in brackets; every one is listed where none is given.
    code: Option<String>,
}

/// Prints what is told of a code, or the list of codes.
pub(crate) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    let Some(name) = &arguments.code else {
        writeln!(out, "Rules of the linter\n")?;
        for rule in lint::RULES {
            writeln!(out, "{:36} {}", rule.name, summary(&rule.page()))?;
        }
        for family in explain::FAMILIES {
            writeln!(out, "\n{}\n", family.title())?;
            for entry in family.entries() {
                writeln!(out, "{:36} {}", entry.code, summary(entry.doc))?;
            }
        }
        return Ok(Exit::Clean);
    };
    if let Some(rule) = lint::find(name) {
        let group = rule.group.as_str();
        writeln!(out, "{} ({group})\n\n{}\n\n{}", rule.name, standing(rule), explain::told(&rule.page()))?;
    } else if let Some(entry) = explain::find(name) {
        let (family, standing) = (entry.family.title(), entry.standing());
        writeln!(out, "{} ({family})\n\n{standing}\n\n{}", entry.code, explain::told(entry.doc))?;
    } else {
        let known =
            lint::RULES.iter().map(|rule| rule.name).chain(explain::entries().map(|entry| entry.code));
        let hint = did_you_mean(name, known);
        let hint = if hint.is_empty() { "`cargo xtask explain` lists them all".to_owned() } else { hint };
        eprintln!("error: there is no rule or code `{name}`; {hint}");
        return Ok(Exit::Failure);
    }
    Ok(Exit::Clean)
}

/// Says in a line how much a rule's findings weigh, and who may change that.
fn standing(rule: &lint::Rule) -> String {
    match rule.check {
        lint::Check::Lowering => explain::Weight::Error.as_str().to_owned(),
        lint::Check::Schema(_) => format!(
            "Level `{}`; `[lint.levels]` in `schema.toml` sets another, `[[lint.allow]]` silences one place.",
            RulePage::from(rule).level
        ),
    }
}

/// Returns the first paragraph on one line.
fn summary(doc: &str) -> String {
    doc.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
