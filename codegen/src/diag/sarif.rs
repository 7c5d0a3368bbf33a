//! Diagnostics as SARIF 2.1.0, the OASIS format that code scanning services take.

use serde_json::{Value, json};

use super::{Diagnostic, Severity};
use crate::span::{Sources, Span};

/// Renders diagnostics as a SARIF log with one run.
pub fn to_sarif(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let mut rules: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let rules: Vec<Value> = rules.into_iter().map(|rule| json!({ "id": rule })).collect();
    let results: Vec<Value> = diagnostics.iter().map(|diagnostic| result(diagnostic, sources)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "truthtable", "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let mut text = diagnostic.message.clone();
    for help in &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut location = location(label.span, sources);
            if let Some(object) = location.as_object_mut() {
                object.insert("message".to_owned(), json!({ "text": label.text }));
            }
            location
        })
        .collect();
    json!({
        "ruleId": diagnostic.code.as_str(),
        "level": level,
        "message": { "text": text },
        "locations": [location(diagnostic.span, sources)],
        "relatedLocations": related,
    })
}

fn location(span: Span, sources: &Sources) -> Value {
    let (start, end) = (sources.position(span), sources.position(span.at_end()));
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": sources.file(span.file).path() },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Sink};

    #[test]
    fn a_result_names_its_rule_and_place() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "привіт users\n");
        let span = sources.fragment(file).span(13..18);
        let mut sink = Sink::default();
        sink.error(Code::new("some-code"), span, "wrong").label(span, "here");
        let log = to_sarif(sink.diagnostics(), &sources);
        assert_eq!(log.pointer("/runs/0/results/0/ruleId"), Some(&json!("some-code")));
        let region = log.pointer("/runs/0/results/0/locations/0/physicalLocation/region");
        assert_eq!(region, Some(&json!({ "startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 13 })));
        assert_eq!(log.pointer("/runs/0/results/0/relatedLocations/0/message/text"), Some(&json!("here")));
    }
}
