//! What is said about the author's files, in the form that was asked for.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use truthtable::diag::{Colour, Diagnostic, Severity, to_github, to_json, to_sarif, to_terminal};
use truthtable::span::Sources;

/// In which form findings are printed.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    Human,
    /// A JSON array.
    Json,
    /// GitHub workflow commands.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

/// Prints findings in a form for programs or people, to standard output.
pub(crate) fn print(diagnostics: &[Diagnostic], sources: &Sources, format: Format) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match format {
        Format::Human => {
            let colour = if out.is_terminal() { Colour::On } else { Colour::Off };
            out.write_all(to_terminal(diagnostics, sources, colour).as_bytes())?;
            writeln!(out, "{}", counted(diagnostics))
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &to_json(diagnostics, sources))?;
            writeln!(out)
        }
        Format::Github => out.write_all(to_github(diagnostics, sources).as_bytes()),
        Format::Sarif => {
            serde_json::to_writer_pretty(&mut out, &to_sarif(diagnostics, sources))?;
            writeln!(out)
        }
    }
}

/// Says on standard error what was found, for commands whose output is something else.
pub(crate) fn say(diagnostics: &[Diagnostic], sources: &Sources) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let colour = if err.is_terminal() { Colour::On } else { Colour::Off };
    err.write_all(to_terminal(diagnostics, sources, colour).as_bytes())
}

/// Counts findings where not all of them are shown.
pub(crate) fn summary(diagnostics: &[Diagnostic]) -> String {
    let remarks = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Info);
    let hint = if remarks { " (`cargo xtask lint` shows the remarks)" } else { "" };
    format!("{}{hint}", counted(diagnostics))
}

/// Counts findings: "1 error, 3 warnings".
fn counted(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let counts = [
        (count(Severity::Error), "error", "errors"),
        (count(Severity::Warning), "warning", "warnings"),
        (count(Severity::Info), "remark", "remarks"),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    if said.is_empty() { "no findings".to_owned() } else { said.join(", ") }
}

/// Tells whether an error is among the findings.
pub(crate) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
