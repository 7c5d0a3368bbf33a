//! Whether words of a description mark their column, or only speak of a key or of NULL: "PK flag", "Required documents".

use std::ops::Range;

use super::says_any;
use crate::source::decl::ColumnDecl;
use crate::source::markdown::vocabulary::{self, HeaderRole};
use crate::source::markdown::{limits, words};

/// Finds what marks the column of a description as the primary key.
pub(super) fn primary(lower: &str, column: &ColumnDecl) -> Option<Range<usize>> {
    let is_id = ["id", "uuid", "guid", "pk"].contains(&words::lowered(&column.name.node).as_ref());
    let marks = vocabulary::PRIMARY.each(lower).into_iter();
    marks.filter(|at| is_id || stands(lower, at)).min_by_key(|at| at.start)
}

/// Tells whether words for a unique key in a description say it of their column: no "unique flag", no "unique visitor count".
pub(super) fn is_unique(lower: &str, at: &Range<usize>, column: &ColumnDecl) -> bool {
    let is_flag = column.ty.as_ref().is_some_and(|ty| words::lowered(&ty.node).starts_with("bool"));
    let name = words::lowered(&column.name.node);
    let repeats = name.split('_').any(|part| matches!(part, "unique" | "uk" | "uq"));
    let (_, after) = around(lower, at);
    let last = after.split_whitespace().next_back().unwrap_or_default();
    !(is_flag || repeats || vocabulary::COUNTED.has(last)) || stands(lower, at)
}

/// Tells whether words in a description that refuse NULL say it of their column: "Required email" beside `email`, no "Required documents".
pub(super) fn is_required(lower: &str, at: &Range<usize>, column: &ColumnDecl) -> bool {
    let (before, after) = around(lower, at);
    let name = words::lowered(&column.name.node);
    let mark = lower.get(at.clone()).unwrap_or_default();
    let first = after.split_whitespace().next().unwrap_or_default();
    let named = before.is_empty() && !first.is_empty() && name.contains(first) && !name.contains(mark);
    named || stands(lower, at)
}

/// Finds where NULL is refused for every row, and else what is said of the case in which it is: "non-null when the order is paid" and
/// "required by the importer" say something else.
pub(super) fn refused(
    lower: &str,
    counts: impl Fn(&Range<usize>) -> bool,
) -> (Option<Range<usize>>, Option<Range<usize>>) {
    const BEHIND: &[&str] = &["by", "for", "to"];
    let mut case = None;
    for at in vocabulary::NOT_NULL.each(lower) {
        let rest = lower.get(at.end..).unwrap_or_default();
        let behind = rest.trim_start_matches([' ', '(']).split_whitespace().next().unwrap_or_default();
        // "Not null (only digits)" has nothing to do with NULL.
        let behind = if behind == "only" && rest.trim_start().starts_with('(') { "" } else { behind };
        // "WHERE code IS NOT NULL" is a condition.
        let before = lower.get(..at.start).unwrap_or_default().trim_end();
        if before.ends_with("not") || before.ends_with(" is") || limits::before(before).is_some() {
            continue;
        }
        let behind_comma =
            rest.trim_start().strip_prefix(',').and_then(|rest| rest.split_whitespace().next());
        let is_case = vocabulary::CASE.has(behind)
            || behind_comma.is_some_and(|word| vocabulary::BEHIND_COMMA.has(word))
            || vocabulary::CASE_BEFORE.iter().any(|end| before.ends_with(end))
            || (behind == "for" && lower.get(at.clone()) == Some("not null"));
        match () {
            () if is_case && case.is_none() => {
                let end = rest.find([';', '|', '\n', '.', '。']).unwrap_or(rest.len());
                let from = before.rfind([',', ';', '|', '\n', '.', '(']).map_or(0, |at| at + 1);
                let before_it = vocabulary::CASE_BEFORE.iter().any(|end| before.ends_with(end));
                let start = if before_it { from } else { at.start };
                case = Some(
                    start..at.end + rest.get(..end).unwrap_or_default().trim_end_matches([' ', ')']).len(),
                );
            }
            () if is_case || BEHIND.contains(&behind) || !counts(&at) => {}
            () => return (Some(at), None),
        }
    }
    (None, case)
}

/// Tells whether a mark is all that its piece of a description says, but for a few words of facts.
fn stands(lower: &str, at: &Range<usize>) -> bool {
    let (before, after) = around(lower, at);
    let few = before.split_whitespace().count() <= 2
        && !before.ends_with(['的', 'の'])
        && !before.split_whitespace().any(|word| vocabulary::OF_ANOTHER.has(word));
    let first = after.split_whitespace().next().unwrap_or_default();
    let of_table = after.split_whitespace().count() <= 3
        && after.split_whitespace().next_back().is_some_and(vocabulary::is_table_word);
    let goes_on = after.is_empty()
        || of_table
        || says_any(first)
        || vocabulary::is_sure_type(first)
        || vocabulary::COMPOSITE.has(first)
        || ["id", "uuid", "identifier", "and", "und", "et", "y", "e", "та", "и"].contains(&first)
        || vocabulary::header(first) == Some(HeaderRole::Name)
        || vocabulary::INCREMENT.find(after).is_some_and(|found| found.start == 0)
        || vocabulary::UNIQUE.find(after).is_some_and(|found| found.start == 0)
        || vocabulary::NOT_NULL.find(after).is_some_and(|found| found.start == 0);
    few && goes_on
}

/// Returns what stands before and behind a mark in its piece of a description.
fn around<'t>(lower: &'t str, at: &Range<usize>) -> (&'t str, &'t str) {
    const ENDS: &[char] = &[
        ',', ';', '.', '|', '/', '+', '\n', '—', '–', ':', '(', ')', '[', ']', '：', '。', '，', '、', '（',
        '）', '；', '`',
    ];
    let before = lower.get(..at.start).unwrap_or_default();
    let before = before.rsplit(ENDS).next().unwrap_or_default();
    let before = before.rsplit(" - ").next().unwrap_or_default();
    let after = lower.get(at.end..).unwrap_or_default();
    let after = after.split(ENDS).next().unwrap_or_default();
    let after = after.split(" - ").next().unwrap_or_default();
    (before.trim(), after.trim())
}
