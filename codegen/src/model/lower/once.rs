//! Findings that say the same of many places are told once, at the first of them.

use std::collections::BTreeMap;

use super::UNKNOWN_REFERENCE;
use super::column::MISSING_TYPE;
use super::foreign::FOREIGN_DEFAULT;
use super::types::{FOREIGN_TYPE, UNKNOWN_TYPE};
use crate::diag::{Diagnostic, Sink};
use crate::span::{FileId, Span};

/// How many further places are shown; the message counts the rest.
const SHOWN: usize = 5;

/// Tells an unknown type once a file, and the columns without a type once a table, with the other places as labels.
pub fn told_once(sink: &mut Sink) {
    let mut places: BTreeMap<(FileId, String), Vec<Span>> = BTreeMap::new();
    for found in sink.diagnostics() {
        if let Some(subject) = subject(found) {
            places.entry((found.span.file, subject)).or_default().push(found.span);
        }
    }
    places.values_mut().for_each(|spans| spans.sort_unstable());
    sink.revise(|mut found| {
        let Some(subject) = subject(&found) else { return Some(found) };
        let all = places.get(&(found.span.file, subject))?;
        let (first, others) = all.split_first()?;
        if found.span != *first {
            return None;
        }
        if !others.is_empty() {
            let (what, label) = match found.code != MISSING_TYPE {
                true => ("places", "and here"),
                false => ("columns of the table", "nor for this one"),
            };
            found.message = format!("{} ({} {what})", found.message, all.len());
            for place in others.iter().take(SHOWN) {
                found.label(*place, label);
            }
            if others.len() > SHOWN {
                found.help(format!("{} more are not shown", others.len() - SHOWN));
            }
        }
        Some(found)
    });
}

/// Returns what a finding is about, where it may be said of many places.
fn subject(found: &Diagnostic) -> Option<String> {
    match found.code {
        code if code == UNKNOWN_TYPE || code == FOREIGN_TYPE => Some(of_type(&found.message)),
        code if code == FOREIGN_DEFAULT => Some(found.message.clone()),
        code if code == UNKNOWN_REFERENCE && found.message.starts_with("there is no table `") => {
            Some(found.message.clone())
        }
        // "`orders.paid_at`" is a column of `orders`.
        code if code == MISSING_TYPE => {
            let path = found.message.split('`').nth(1)?;
            path.rsplit_once('.').map(|(table, _)| format!("columns of {table}"))
        }
        _ => None,
    }
}

/// Returns what a message about a type says without the arguments of the type: `string(45)` is mended like `string`.
pub(super) fn of_type(message: &str) -> String {
    let lower = message.to_lowercase();
    let Some((before, rest)) = lower.split_once('`') else { return lower };
    let Some((ty, behind)) = rest.split_once('`') else { return lower };
    // The types that are to be written instead may have them as well.
    let bare = |text: &str| text.split('(').next().unwrap_or(text).trim_end().to_owned();
    let (behind, ours) = behind.split_once('`').unwrap_or((behind, ""));
    // `tinyint(1)` is another type than `tinyint`.
    let ours = ours.split('`').next().unwrap_or(ours);
    format!("{before}`{}`{behind}{}", bare(ty), bare(ours))
}
