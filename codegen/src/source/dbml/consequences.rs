//! Errors that are there only because of another one: one mistake is told once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Diagnostic, Severity, Sink, Stage};
use crate::span::{FileId, Sources, Span};

use super::bind::{INVALID_VALUE, UNKNOWN_NAMES};
use super::parser::UNCLOSED;

/// How many further places of an unknown name are shown.
const SHOWN: usize = 8;

/// Leaves out what follows from other errors.
pub(super) fn leave_out(sources: &Sources, sink: &mut Sink) {
    if sink.has_errors() {
        of_lines(sources, sink);
        of_names(sink);
    }
}

/// Leaves out what is wrong with a line because something in it is not closed, and values that are wrong because they cannot be read.
fn of_lines(sources: &Sources, sink: &mut Sink) {
    let line = |found: &Diagnostic| (found.span.file, sources.position(found.span).line);
    let is_unclosed = |found: &Diagnostic| found.code == UNCLOSED;
    let (mut open, mut unread) = (BTreeSet::new(), BTreeSet::new());
    for found in sink.diagnostics().iter().filter(|found| found.severity == Severity::Error) {
        if is_unclosed(found) {
            open.insert(line(found));
        } else if found.stage == Stage::Text {
            unread.insert(line(found));
        }
    }
    if open.is_empty() && unread.is_empty() {
        return;
    }
    sink.revise(|found| {
        let follows = match found.code {
            UNCLOSED => false,
            INVALID_VALUE if unread.contains(&line(&found)) => true,
            _ => open.contains(&line(&found)),
        };
        (!follows).then_some(found)
    });
}

/// Joins the places where one unknown name stands.
fn of_names(sink: &mut Sink) {
    let is_name = |found: &Diagnostic| UNKNOWN_NAMES.contains(&found.code);
    let mut places: BTreeMap<(FileId, String), Vec<Span>> = BTreeMap::new();
    for found in sink.diagnostics().iter().filter(|found| is_name(found)) {
        places.entry((found.span.file, found.message.clone())).or_default().push(found.span);
    }
    places.retain(|_, spans| spans.len() > 1);
    if places.is_empty() {
        return;
    }
    places.values_mut().for_each(|spans| {
        spans.sort_unstable();
        spans.dedup();
    });
    sink.revise(|mut found| {
        if !is_name(&found) {
            return Some(found);
        }
        let Entry::Occupied(place) = places.entry((found.span.file, found.message.clone())) else {
            return Some(found);
        };
        let (first, further) = place.get().split_first()?;
        if found.span != *first {
            return None;
        }
        for span in further.iter().take(SHOWN) {
            found.label(*span, "and here");
        }
        if further.len() > SHOWN {
            found.help(format!("it stands in {} further places", further.len() - SHOWN));
        }
        Some(found)
    });
}
