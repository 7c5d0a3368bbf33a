//! Bodies of routines that other databases write without quotes: `BEGIN … END`, and what stands between two lines `DELIMITER`.

use std::ops::Range;

use squawk_lexer::tokenize;

use super::{Token, line_end};

/// Tells whether a `BEGIN` opens a body rather than a transaction or what PostgreSQL has.
pub(super) fn opens(text: &str, begin: &Token) -> bool {
    let rest = text.get(begin.end..).unwrap_or_default().trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..end).unwrap_or_default();
    let other =
        ["atomic", "transaction", "tran", "work"].iter().any(|other| word.eq_ignore_ascii_case(other));
    begin.is_word(text, "begin") && !rest.starts_with(';') && !other
}

/// Tells whether a `BEGIN` within a body begins a transaction, which no `END` closes: `BEGIN TRAN`.
fn is_transaction(text: &str, begin: &Token) -> bool {
    let rest = text.get(begin.end..).unwrap_or_default().trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..end).unwrap_or_default();
    ["transaction", "tran"].iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Returns where the `END` that closes the `BEGIN` at a byte ends; none where nothing closes it.
pub(super) fn body_end(text: &str, begin: usize) -> Option<usize> {
    let mut at = begin;
    let mut depth = 0_usize;
    // The word `END` waits for what it ends.
    let mut ending: Option<usize> = None;
    let mut previous_end = false;
    for raw in tokenize(text.get(begin..)?) {
        let token = Token::of(&raw, text, at);
        at = token.end;
        if token.is_trivia() {
            continue;
        }
        let is = |words: &[&str]| words.iter().any(|word| token.is_word(text, word));
        if let Some(end) = ending.take() {
            // `END IF` ends what did not count, `END CASE` and `END` what did.
            if !is(&["if", "while", "loop", "repeat", "for"]) {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(if is(&["try", "catch"]) { token.end } else { end });
                }
            }
            previous_end = true;
        }
        if is(&["end"]) {
            ending = Some(token.end);
        } else if (is(&["begin"]) && !is_transaction(text, &token)) || (is(&["case"]) && !previous_end) {
            depth += 1;
        }
        previous_end = false;
    }
    ending.filter(|_| depth == 1)
}

/// Returns where a body ends that stands between single `$`, as some that write Markdown leave of `$$`; none where it does not.
pub(super) fn lone_dollars(text: &str, before: &Token, token: &Token) -> Option<usize> {
    let is_lone = |at: usize| {
        let (before, from) = text.split_at_checked(at)?;
        let behind = from.strip_prefix('$')?.chars().next();
        let is_free = |sign: Option<char>| sign.is_none_or(|sign| sign.is_whitespace() || sign == ';');
        (is_free(before.chars().next_back()) && is_free(behind)).then_some(())
    };
    (before.is_word(text, "as") || before.is_word(text, "do")).then_some(())?;
    is_lone(token.start)?;
    let rest = text.get(token.start + 1..)?;
    let mut others = rest.match_indices('$').map(|(at, _)| token.start + 1 + at);
    others.find(|at| is_lone(*at).is_some()).map(|at| at + 1)
}

/// Returns what stands from a line `DELIMITER //` to the line that sets the semicolon again, or to the end of the text; none where the
/// line sets the semicolon itself.
pub(super) fn delimited(text: &str, token: &Token) -> Option<Range<usize>> {
    let mark = |from: usize| text.get(from..line_end(text, from)).map(str::trim).unwrap_or_default();
    if !token.is_word(text, "delimiter") || matches!(mark(token.end), "" | ";") {
        return None;
    }
    let mut at = line_end(text, token.end);
    while at < text.len() {
        let start = at + 1;
        at = line_end(text, start);
        let line = text.get(start..at).unwrap_or_default().trim();
        let sets = line.get(.."delimiter".len()).is_some_and(|word| word.eq_ignore_ascii_case("delimiter"));
        if sets && line.get("delimiter".len()..).is_some_and(|rest| rest.trim() == ";") {
            return Some(token.start..at);
        }
    }
    Some(token.start..text.len())
}
