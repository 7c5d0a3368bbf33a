//! `explain`: a rule's page in the terminal.

use std::io::{self, Write};

use truthtable::lint;

use crate::Exit;

/// Arguments of `explain`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The rule's name, as findings show it in brackets; every rule is listed where none is given.
    rule: Option<String>,
}

/// Prints the page of a rule, or the list of rules.
pub(crate) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    let Some(name) = &arguments.rule else {
        for rule in lint::RULES {
            writeln!(out, "{:32} {}", rule.name, rule.page().lines().next().unwrap_or_default())?;
        }
        return Ok(Exit::Clean);
    };
    let Some(rule) = lint::find(name) else {
        eprintln!("error: there is no rule `{name}`; {}", lint::suggest(name));
        return Ok(Exit::Failure);
    };
    writeln!(out, "{} ({})\n\n{}", rule.name, rule.group.as_str(), rule.page())?;
    Ok(Exit::Clean)
}
