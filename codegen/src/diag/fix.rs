//! Applying fixes to the author's text.

use std::collections::BTreeMap;

use super::{Diagnostic, Edit, Fix};
use crate::span::{FileId, Sources};

/// Returns the files that fixes change, with their new text, and how many fixes were applied.
///
/// Only fixes that keep the document's meaning are applied. A fix whose edits touch those of an earlier one is left for the
/// next run, whole.
pub fn apply_fixes(diagnostics: &[Diagnostic], sources: &Sources) -> (Vec<(FileId, String)>, usize) {
    let mut chosen: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()) {
        if fix.keeps_meaning && fits(fix, &chosen, sources) {
            chosen.extend(&fix.edits);
            applied += 1;
        }
    }
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in chosen {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let texts =
        by_file.into_iter().map(|(file, edits)| (file, edited(sources.file(file).text(), edits))).collect();
    (texts, applied)
}

/// Tells whether a fix's edits stay clear of those already chosen, and fall on character boundaries.
fn fits(fix: &Fix, chosen: &[&Edit], sources: &Sources) -> bool {
    fix.edits.iter().all(|edit| {
        let (span, text) = (edit.span, sources.file(edit.span.file).text());
        let touches = |other: &Edit| {
            other.span.file == span.file && other.span.start <= span.end && span.start <= other.span.end
        };
        text.get(span.range()).is_some() && !chosen.iter().any(|other| touches(other))
    })
}

fn edited(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.span);
    let mut out = String::new();
    let mut at = 0;
    for edit in edits {
        let range = edit.span.range();
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&edit.replacement);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Sink};

    #[test]
    fn edits_that_touch_are_left_for_the_next_run() {
        let mut sources = Sources::default();
        let file = sources.add("a.dbml", "one two three");
        let edit = |start, end, text: &str| Edit {
            span: sources.fragment(file).span(start..end),
            replacement: text.to_owned(),
        };
        let mut sink = Sink::default();
        let code = Code::new("some-code");
        let at = sources.fragment(file).span(0..1);
        sink.warning(code, at, "a").fix("drop it", vec![edit(8, 13, "3"), edit(0, 3, "1")]);
        sink.warning(code, at, "b").fix("drop it", vec![edit(2, 5, "x")]);
        sink.warning(code, at, "c").unsafe_fix("drop it", vec![edit(4, 7, "2")]);
        let (texts, applied) = apply_fixes(sink.diagnostics(), &sources);
        assert_eq!((texts, applied), (vec![(file, "1 two 3".to_owned())], 1));
    }
}
