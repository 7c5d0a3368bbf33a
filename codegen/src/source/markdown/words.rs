//! Words that separate one thing from the next, in the languages that documents come in.

use std::borrow::Cow;
use std::ops::Range;

use super::inline::{Inline, trim};
pub(super) use crate::source::plural::singular;

/// "And", in English, Ukrainian, Russian, Spanish, Portuguese, German, French, Italian and Polish.
const AND: &[&str] = &["and", "та", "і", "й", "и", "y", "e", "und", "et", "i"];

/// Tells whether a word is "and".
pub(super) fn is_and(word: &str) -> bool {
    AND.contains(&word)
}

/// Splits words that name several things at commas, semicolons, `+`, `&` and "and"; gives the ranges of the things.
///
/// A final full stop, ellipsis or semicolon is not part of the last thing. Brackets keep together what they hold.
pub(super) fn things(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let mut parts = Vec::new();
    let mut start = range.start;
    let mut depth = 0_usize;
    let mut cut = |at: usize, next: usize| {
        parts.push(start..at);
        start = next;
    };
    for (at, c) in slice.char_indices() {
        let at = range.start + at;
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' | ';' | '+' | '&' | '、' | '，' | '\n' if depth == 0 => cut(at, at + c.len_utf8()),
            // "`id` · `name`"; inside a word it is a letter's.
            '·' | '•' if depth == 0 => {
                let rest = text.get(at + c.len_utf8()..range.end).unwrap_or_default();
                if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                    cut(at, at + c.len_utf8());
                }
            }
            _ if depth == 0 && c.is_whitespace() => {
                let rest = text.get(at..range.end).unwrap_or_default().trim_start();
                let word = rest.split_whitespace().next().unwrap_or_default();
                // The longest of them has three letters.
                if word.len() <= 4 && is_and(&lowered(word)) && word.len() < rest.len() {
                    let end = range.end - rest.len() + word.len();
                    cut(at, end);
                }
            }
            _ => {}
        }
    }
    cut(range.end, range.end);
    parts.into_iter().map(|part| without_stop(text, part)).filter(|part| !part.is_empty()).collect()
}

/// Narrows a range to what stands before its final punctuation.
pub(super) fn without_stop(text: &str, range: Range<usize>) -> Range<usize> {
    let range = trim(text, range);
    let slice = text.get(range.clone()).unwrap_or_default();
    let kept = slice.trim_end_matches(['.', '…', ';', '。', ',', ' ']);
    trim(text, range.start..range.start + kept.len())
}

/// Marks that stand between a name and what is said of it.
const SEPARATORS: &[&str] = &["—", "–", "->", "=>", "--", "-", ":", "：", "→", "⇒", "=", "//"];

/// Passes over a separator and the white space around it; returns where what is said begins, or none without a separator.
pub(super) fn behind_separator(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let trimmed = rest.trim_start();
    let separator = SEPARATORS.iter().find(|separator| trimmed.starts_with(**separator))?;
    let after = trimmed.get(separator.len()..)?;
    Some(text.len() - after.trim_start().len())
}

/// Finds the first separator that stands free in running text: a dash with blanks around it, or a colon with one behind it.
/// Returns where the name ends and where what is said of it begins.
pub(super) fn separator(text: &str) -> Option<(usize, usize)> {
    let mut blank_before = false;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let free = blank_before || matches!(c, ':' | '：');
        if free
            && let Some(separator) = SEPARATORS.iter().find(|separator| rest.starts_with(**separator))
            && (c == '：'
                || rest.get(separator.len()..).is_some_and(|after| after.starts_with([' ', '\n', '\u{a0}'])))
        {
            // `was: old_name` is said as a whole.
            return match former(text, at) {
                Some(start) => {
                    let before = text.get(..start)?.trim_end_matches([' ', '(', ',', ';']);
                    Some((before.len(), start))
                }
                None => Some((at, behind_separator(text, at)?)),
            };
        }
        blank_before = c.is_whitespace();
    }
    None
}

/// Returns where the word of `was: old_name` begins, where that is what a colon belongs to.
fn former(text: &str, colon: usize) -> Option<usize> {
    const WAS: &str = "was";
    let start = colon.checked_sub(WAS.len())?;
    let is_word = text.get(start..colon)?.eq_ignore_ascii_case(WAS);
    let before = text.get(..start)?;
    (is_word && !before.ends_with(char::is_alphanumeric)).then_some(start)
}

/// Finds the first of several marks, each of which begins with a blank, a colon or a semicolon.
pub(super) fn first_of(text: &str, marks: &[&str]) -> Option<usize> {
    let starts = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b' ' | b':' | b';'));
    starts.map(|(at, _)| at).find(|at| {
        let rest = text.get(*at..).unwrap_or_default();
        marks.iter().any(|mark| rest.starts_with(mark))
    })
}

/// Returns the ranges of the words in a range of text, split at white space.
pub(super) fn each(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    iter(text, range).collect()
}

/// Returns the ranges of the words in a range of text one after the other, as [`each`].
pub(super) fn iter(text: &str, range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut end = range.start;
    let words = text.get(range).unwrap_or_default().split_inclusive(char::is_whitespace);
    words.filter_map(move |word| {
        let start = end;
        end += word.len();
        // Only its last letter may be white space.
        let word = word.trim_end();
        (!word.is_empty()).then(|| start..start + word.len())
    })
}

/// Returns the words of a range in lower case, without the punctuation around them, with their places.
pub(super) fn bare(text: &Inline, range: Range<usize>) -> Vec<(Cow<'_, str>, Range<usize>)> {
    iter(text.text(), range).filter_map(|word| bare_word(text, word)).collect()
}

/// Returns a word as [`bare`] gives it; none where it is nothing but punctuation.
pub(super) fn bare_word(text: &Inline, word: Range<usize>) -> Option<(Cow<'_, str>, Range<usize>)> {
    let is_mark = |c: char| !c.is_alphanumeric() && c != '_';
    let begun = text.get(word.clone()).trim_start_matches(is_mark);
    let start = word.end - begun.len();
    let bare = begun.trim_end_matches(is_mark);
    (!bare.is_empty()).then(|| (lowered(bare), start..start + bare.len()))
}

/// Returns the ranges of the lines in a range of text.
pub(super) fn lines(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut start = range.start;
    let lines = text.get(range).unwrap_or_default().split_inclusive('\n').map(|line| {
        let place = start..start + line.len();
        start = place.end;
        trim(text, place)
    });
    lines.filter(|line| !line.is_empty()).collect()
}

/// Returns the ranges of the sentences in a range of text.
pub(super) fn sentences(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut start = range.start;
    let mut add = |part: Range<usize>| {
        let part = trim(text, part);
        if !part.is_empty() {
            found.push(part);
        }
    };
    for (at, _) in slice.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'.' | b'!' | b'?')) {
        let rest = slice.get(at + 1..).unwrap_or_default();
        // A full stop inside a word (`auth.users`) or before a small letter ("e.g. this") ends none.
        let ends = rest.starts_with([' ', '\n'])
            && rest.trim_start().chars().next().is_some_and(|next| !next.is_lowercase());
        if ends {
            add(start..range.start + at + 1);
            start = range.start + at + 1;
        }
    }
    add(start..range.end);
    found
}

/// Returns the ranges of the sentences in a range of text; a full stop in brackets ends none.
pub(super) fn whole_sentences(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for part in sentences(text, range) {
        match found.last_mut().filter(|_| open) {
            Some(last) => last.end = part.end,
            None => found.push(part),
        }
        let said = found.last().and_then(|last| text.get(last.clone())).unwrap_or_default();
        open = said.matches('(').count() > said.matches(')').count();
    }
    found
}

/// Tells whether a number may begin in a text, and not inside a word: in very many texts none does.
pub(super) fn has_number(text: &str) -> bool {
    let mut in_word = false;
    text.bytes().any(|byte| {
        let begins = byte.is_ascii_digit() && !in_word;
        in_word = byte.is_ascii_alphanumeric() || byte == b'_';
        begins
    })
}

/// Returns what names of one thing have in common: `login_attempts` and `LoginAttempt`.
pub(super) fn stem(name: &str) -> String {
    match name.contains('_') {
        true => singular(&lowered(&name.replace('_', ""))),
        false => singular(&lowered(name)),
    }
}

/// Returns a text in lower case in which every letter stands at the byte where it stood.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return lowered(text);
    }
    let fold = |c: char| {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(small), None) if small.len_utf8() == c.len_utf8() => small,
            _ => c,
        }
    };
    Cow::Owned(text.chars().map(fold).collect())
}

/// Returns a text in lower case; most texts are, and nothing is copied of them.
pub(super) fn lowered(text: &str) -> Cow<'_, str> {
    // Without a branch in it, many letters are looked at in one step.
    let is_lower =
        !text.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase() | !byte.is_ascii());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}
