//! Whether words say that no two rows have the same value of a column.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::markdown::limits::{self, Limit};
use crate::source::markdown::{choices, vocabulary, words};

/// Finds the words that say of a column alone, and of every row, that its values are unique.
pub(super) fn of_column(lower: &str) -> Option<Range<usize>> {
    let first = vocabulary::UNIQUE.find(lower)?;
    // "UNIQUE — the shop's unique identifier" says it beside a manner of speaking.
    let said = without_identifiers(lower);
    let found = match &said {
        Cow::Borrowed(_) => first,
        Cow::Owned(said) => vocabulary::UNIQUE.find(said)?,
    };
    let all = vocabulary::UNIQUE.each(&said);
    let other = all.iter().any(|at| {
        part_before(&said, at) || goes_on(&said, at) || is_taken_back(&said, at) || of_several(&said, at)
    });
    (!other && vocabulary::NOT_UNIQUE.find(&said).is_none()).then_some(found)
}

/// Tells whether brackets behind the words name several columns: "UNIQUE (shop_id, code)" in the cell of one of them.
fn of_several(lower: &str, unique: &Range<usize>) -> bool {
    let rest = lower.get(unique.end..).unwrap_or_default().trim_start();
    let rest = ["constraint", "key", "index", "on"].iter().fold(rest, |rest, word| {
        rest.strip_prefix(word).filter(|rest| rest.starts_with([' ', '('])).unwrap_or(rest).trim_start()
    });
    let inside =
        rest.strip_prefix(['(', '[']).and_then(|rest| rest.split([')', ']']).next()).unwrap_or_default();
    let is_name = |part: &str| {
        let part = part.trim().trim_matches(['`', '"']);
        !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    // "Unique (required, indexed)" says facts.
    let is_fact = |part: &str| choices::is_fact(part.trim()) || vocabulary::REMARKS.has(part.trim());
    let mut parts = inside.split([',', '+']);
    inside.contains([',', '+']) && parts.clone().all(is_name) && !parts.any(is_fact)
}

/// Finds the condition of the rows among which words say that a column is unique: "unique where deleted_at is null".
pub(super) fn condition(lower: &str) -> Option<Range<usize>> {
    let all = vocabulary::UNIQUE.each(lower);
    let Some(found) = all.iter().find(|at| is_conditional(lower, at)) else {
        // "Unique among rows that are not deleted", "unique per shop".
        let others = all.into_iter().find(|at| {
            !part_before(lower, at)
                && (goes_on(lower, at)
                    || limits::before(lower.get(..at.start).unwrap_or_default()) == Some(Limit::Open))
        })?;
        return Some(clause(lower, &others)).filter(|clause| !clause.is_empty());
    };
    let rest = lower.get(found.end..)?;
    let clause = rest.trim_start().split_once(' ').map(|(_, clause)| clause)?;
    let start = lower.len() - clause.len();
    let mut depth = 0_usize;
    let end = clause.char_indices().find(|(at, c)| {
        let behind = clause.get(*at..).unwrap_or_default();
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' | ',' | ';' | '|' | '\n' if depth == 0 => return true,
            _ => {}
        }
        [". ", " - ", " — ", " – "].iter().any(|mark| behind.starts_with(mark))
    });
    let end = start + end.map_or(clause.trim_end_matches('.').len(), |(at, _)| at);
    (start < end).then_some(start..end)
}

/// Tells whether a cell says that its column is a part of a unique key of several: "part of the unique constraint".
pub(in crate::source::markdown) fn is_part(said: &str) -> bool {
    let lower = words::folded(said);
    vocabulary::UNIQUE.find(&lower).is_some_and(|at| part_before(&lower, &at))
}

/// Returns a text with blanks in the place of "unique identifier".
fn without_identifiers(lower: &str) -> Cow<'_, str> {
    let mut said = Cow::Borrowed(lower);
    while let Some(at) = vocabulary::UNIQUE_IDENTIFIER.find(&said) {
        let blank = " ".repeat(at.len());
        said.to_mut().replace_range(at, &blank);
    }
    said
}

/// Tells whether words before those for a unique key say that the column is but a part of it.
fn part_before(lower: &str, unique: &Range<usize>) -> bool {
    const PARTS: &[&str] = &[
        "part of",
        "parte de",
        "parte da",
        "partie de",
        "partie d",
        "teil de",
        "teil ein",
        "частина",
        "часть",
        "частью",
    ];
    let before = lower.get(..unique.start).unwrap_or_default();
    let piece = before.rsplit([',', ';', '.', '(']).next().unwrap_or_default();
    PARTS.iter().any(|part| piece.contains(part))
}

/// Tells whether what follows the words for a unique key says that it has further columns, or holds for some rows only.
fn goes_on(lower: &str, unique: &Range<usize>) -> bool {
    let said = lower.get(clause(lower, unique)).unwrap_or_default();
    let behind = lower.get(unique.end..).filter(|behind| behind.starts_with(' ')).unwrap_or_default();
    let behind = behind.trim_start().strip_prefix('(').unwrap_or(behind);
    let behind = behind.split([',', ';', '.', '(', ')', '|', '\n']).next().unwrap_or_default();
    vocabulary::SHARED.has(word_behind(lower, unique))
        || is_conditional(lower, unique)
        || behind_comma(lower, unique)
        || (vocabulary::PRESENT.find(said).is_none()
            && (behind.split_whitespace().any(|word| vocabulary::FURTHER.has(word))
                || vocabulary::SOME_ROWS.iter().any(|rows| said.contains(rows))))
}

/// Tells whether what stands beside the words for a unique key takes them back: "no longer unique", "unique? to be decided".
fn is_taken_back(lower: &str, unique: &Range<usize>) -> bool {
    let asks = lower.get(unique.end..).is_some_and(|rest| rest.trim_start().starts_with('?'));
    asks || limits::before(lower.get(..unique.start).unwrap_or_default()).is_some()
}

/// Returns what is said together with the words for a unique key: up to the next comma, dash or full stop on both sides, with what stands
/// in brackets right behind them.
fn clause(lower: &str, unique: &Range<usize>) -> Range<usize> {
    const ENDS: &[char] = &[',', ';', '|', '\n', '—', '–', '。', '，', '、', '(', ')', '（', '）'];
    let before = lower.get(..unique.start).unwrap_or_default();
    let stop = before
        .rfind(ENDS)
        .map(|at| at + before.get(at..).and_then(|c| c.chars().next()).map_or(1, char::len_utf8));
    let dash =
        [". ", " - ", ": "].iter().filter_map(|mark| before.rfind(mark).map(|at| at + mark.len())).max();
    let start = stop.max(dash).unwrap_or(0);
    let behind = lower.get(unique.end..).unwrap_or_default();
    let bracketed = behind.trim_start().starts_with(['(', '（']);
    let ends: &[char] = if bracketed { &[',', ';', '|', '\n', ')', '）'] } else { ENDS };
    let stop = behind.find(ends);
    let dash = words::first_of(behind, &[" - "]).or_else(|| behind.find(". "));
    let end = stop.into_iter().chain(dash).min().unwrap_or(behind.len());
    let said = start..unique.end + end;
    let slice = lower.get(said.clone()).unwrap_or_default();
    let trimmed = slice.trim_start();
    let start = said.end - trimmed.len();
    start..start + trimmed.trim_end_matches([' ', '.']).len()
}

/// Tells whether a condition follows the words for a unique key. "Unique when present" has none: NULL is never twice.
fn is_conditional(lower: &str, unique: &Range<usize>) -> bool {
    let behind = lower.get(unique.end..).unwrap_or_default();
    let clause = behind.split([',', ';', '.', ')']).next().unwrap_or_default();
    vocabulary::IF.has(word_behind(lower, unique)) && vocabulary::PRESENT.find(clause).is_none()
}

/// Tells whether a condition follows the words for a unique key behind a comma: "eindeutig, sofern nicht gelöscht".
fn behind_comma(lower: &str, unique: &Range<usize>) -> bool {
    let behind =
        lower.get(unique.end..).and_then(|rest| rest.trim_start().strip_prefix(',')).unwrap_or_default();
    let said = behind.split([',', ';', '.', ')']).next().unwrap_or_default();
    behind.split_whitespace().next().is_some_and(|word| vocabulary::BEHIND_COMMA.has(word))
        && vocabulary::PRESENT.find(said).is_none()
}

/// Returns the word right behind the words for a unique key; none behind a comma or a bracket.
fn word_behind<'t>(lower: &'t str, unique: &Range<usize>) -> &'t str {
    let behind = lower.get(unique.end..).filter(|behind| behind.starts_with(' ')).unwrap_or_default();
    behind.split_whitespace().next().unwrap_or_default()
}
