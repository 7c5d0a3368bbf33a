//! Diagnostics as data.

use super::{Diagnostic, Severity};
use crate::span::{Sources, Span};

/// A diagnostic with its places resolved to lines and columns, as `--format json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct JsonDiagnostic {
    /// `error`, `warning` or `info`.
    pub severity: Severity,
    /// The stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Path of the author's file.
    pub file: String,
    /// Line, from one.
    pub line: u32,
    /// Column in characters, from one.
    pub column: u32,
    /// Line of the end, from one.
    pub end_line: u32,
    /// Column of the end in characters, from one; the character there is no longer part of it.
    pub end_column: u32,
    /// What to do; the sentences of several hints are joined by a space.
    pub help: Option<String>,
    /// Further places.
    pub related: Vec<JsonLabel>,
    /// Whether `lint --fix` mends it.
    pub fixable: bool,
}

/// A further place of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct JsonLabel {
    /// What stands there.
    pub message: String,
    /// Path of the author's file.
    pub file: String,
    /// Line, from one.
    pub line: u32,
    /// Column in characters, from one.
    pub column: u32,
}

/// Resolves the places of diagnostics for printing as JSON.
pub fn to_json(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<JsonDiagnostic> {
    diagnostics.iter().map(|diagnostic| resolve(diagnostic, sources)).collect()
}

fn resolve(diagnostic: &Diagnostic, sources: &Sources) -> JsonDiagnostic {
    let start = sources.position(diagnostic.span);
    let end = sources.position(diagnostic.span.at_end());
    JsonDiagnostic {
        severity: diagnostic.severity,
        code: diagnostic.code.as_str(),
        message: diagnostic.message.clone(),
        file: path(diagnostic.span, sources),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        help: (!diagnostic.help.is_empty()).then(|| diagnostic.help.join(" ")),
        related: diagnostic
            .labels
            .iter()
            .map(|label| {
                let at = sources.position(label.span);
                JsonLabel {
                    message: label.text.clone(),
                    file: path(label.span, sources),
                    line: at.line,
                    column: at.column,
                }
            })
            .collect(),
        fixable: diagnostic.fix.as_ref().is_some_and(|fix| fix.keeps_meaning),
    }
}

fn path(span: Span, sources: &Sources) -> String {
    sources.file(span.file).path().to_owned()
}
