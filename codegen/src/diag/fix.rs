//! Applying fixes to the author's text.

use std::collections::BTreeMap;
use std::ops::Range;

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
        let mut range = edit.span.range();
        if edit.replacement.is_empty() {
            range = whole_lines(text, range);
        }
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&edit.replacement);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Widens a removal to the whole of its lines where nothing but spaces would be left of them.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end =
        text.get(range.end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| range.end + at + 1);
    let blank = |rest: Option<&str>| rest.is_some_and(|rest| rest.trim().is_empty());
    let alone = blank(text.get(start..range.start)) && blank(text.get(range.end..end));
    if alone && range.start < range.end { start..end } else { range }
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

    #[test]
    fn a_removal_takes_its_line_with_it_where_nothing_else_stands_there() {
        assert_eq!(whole_lines("one\n  two \nthree", 6..9), 4..11);
        assert_eq!(whole_lines("one\ntwo // note\n", 4..7), 4..7);
        assert_eq!(whole_lines("one", 0..3), 0..3);
        assert_eq!(whole_lines("one\n\ntwo", 4..4), 4..4);
    }
}
