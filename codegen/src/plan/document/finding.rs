//! What the run found in the documents, counted by kind.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::place::{Link, Places};
use crate::diag::{Diagnostic, Severity, Sink};
use crate::lint;

/// Findings of one kind.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The code, with the page of the rule whose name it is.
    pub code: Link,
    /// How much it weighs.
    pub severity: &'static str,
    /// How often it was found; each place once.
    pub count: usize,
    /// What was found, by place.
    pub items: Vec<FindingItem>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct FindingItem {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Link,
}

/// Counts what was reported so far: the heaviest kinds first, by name inside; each in the order of paths and lines.
pub(crate) fn findings(sink: &Sink, places: &Places<'_>) -> Vec<Finding> {
    let mut kinds: BTreeMap<(Reverse<Severity>, &'static str), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in sink.diagnostics() {
        let kind = (Reverse(diagnostic.severity), diagnostic.code.as_str());
        let found = kinds.entry(kind).or_default();
        if !found.contains(&diagnostic) {
            found.push(diagnostic);
        }
    }
    let finding = |((severity, code), mut found): ((Reverse<Severity>, &'static str), Vec<&Diagnostic>)| {
        found.sort_by_cached_key(|d| (places.path(d.span).to_owned(), d.span.start, d.message.clone()));
        let item = |d: &&Diagnostic| FindingItem { message: d.message.clone(), place: places.link(d.span) };
        Finding {
            code: Link {
                text: code.to_owned(),
                href: lint::find(code).map(|rule| format!("../../rules/{}.md", rule.name)),
            },
            severity: severity.0.as_str(),
            count: found.len(),
            items: found.iter().map(item).collect(),
        }
    };
    kinds.into_iter().map(finding).collect()
}
