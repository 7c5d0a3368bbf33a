//! `was: old_name`: what something was called before, in what is said of it.

use super::{Prose, QName};
use crate::span::Spanned;

const WAS: &str = "was:";

/// Takes `was: old_name` out of a piece of prose, and returns the name.
///
/// It stands at the beginning of a line, in parentheses or behind a mark that ends what comes before it, and ends with the line,
/// with the parenthesis or at such a mark. A name with spaces or points in it stands in quotes or in backticks.
pub(crate) fn take_former_name(note: &mut Prose) -> Option<QName> {
    if !mentions(&note.text) {
        return None;
    }
    let mut found: Option<Vec<String>> = None;
    let mut lines = Vec::new();
    for line in note.text.lines() {
        match former_name(line) {
            Some((name, rest)) => {
                found = found.or(Some(name));
                if !rest.is_empty() {
                    lines.push(rest);
                }
            }
            None => lines.push(line.to_owned()),
        }
    }
    if found.is_some() {
        note.text = lines.join("\n").trim().to_owned();
    }
    let mut parts = found?.into_iter().rev().map(|part| Spanned::new(part, note.span));
    Some(QName { name: parts.next()?, schema: parts.next() })
}

/// Tells whether a line holds the words without a name that can be read.
pub(crate) fn is_unread(text: &str) -> bool {
    mentions(text) && text.lines().any(|line| words(line).is_some_and(|(_, rest)| name(rest).is_none()))
}

/// Tells whether the letters of `was:` stand in a text at all: in very many none do.
fn mentions(text: &str) -> bool {
    text.as_bytes().windows(WAS.len()).any(|letters| letters.eq_ignore_ascii_case(WAS.as_bytes()))
}

/// Returns the name in a line, and the line without it.
fn former_name(line: &str) -> Option<(Vec<String>, String)> {
    let (before, rest) = words(line)?;
    let (parts, behind) = name(rest)?;
    let before = before.trim_end();
    let behind = behind.trim_start();
    let (before, behind) = match (before.strip_suffix('('), behind.strip_prefix(')')) {
        (Some(before), Some(behind)) => (before, behind),
        // What opened the parenthesis may stand before the prose.
        (None, Some(behind)) if !before.contains('(') => (before.trim_end_matches(MARKS), behind),
        _ => (before.trim_end_matches(MARKS), behind),
    };
    let (before, behind) = (before.trim_end(), behind.trim());
    let rest = match (before.is_empty(), behind.is_empty()) {
        (true, _) => behind.trim_start_matches(MARKS).trim_start().trim_start_matches('.').trim().to_owned(),
        (false, true) => before.to_owned(),
        (false, false) if behind.starts_with(MARKS) || behind.starts_with('.') => format!("{before}{behind}"),
        (false, false) => format!("{before} {behind}"),
    };
    Some((parts, rest))
}

/// What ends one thing that is said and begins another.
const MARKS: [char; 6] = [';', ',', '—', '–', '-', '|'];

/// Splits a line at `was:`, where that stands by itself.
fn words(line: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    loop {
        let rest = line.get(at..)?;
        let found = rest.char_indices().map(|(place, _)| place).find(|place| {
            rest.get(*place..*place + WAS.len()).is_some_and(|word| word.eq_ignore_ascii_case(WAS))
        })?;
        let (before, behind) = (line.get(..at + found)?, line.get(at + found + WAS.len()..)?);
        let last = before.trim_end().chars().next_back();
        if last.is_none_or(|last| last == '(' || last == '.' || MARKS.contains(&last)) {
            return Some((before, behind));
        }
        at += found + WAS.len();
    }
}

/// Reads a name that something ends; returns its parts and what follows.
fn name(text: &str) -> Option<(Vec<String>, &str)> {
    let text = text.trim_start();
    let (mut rest, in_backticks) = match text.strip_prefix('`') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let mut parts = Vec::new();
    loop {
        let (part, behind) = part(rest, in_backticks)?;
        parts.push(part);
        rest = behind;
        // `s.t`, and not the point behind a sentence.
        match rest.strip_prefix('.').filter(|next| next.starts_with(|c: char| c == '"' || is_of_name(c))) {
            Some(next) => rest = next,
            None => break,
        }
    }
    if in_backticks {
        rest = rest.strip_prefix('`')?;
    }
    let next = rest.trim_start();
    let is_end = next.is_empty()
        || next.starts_with([')', '.', '('])
        || next.starts_with(MARKS)
        || next.starts_with("*/");
    (is_end && parts.len() <= 2).then_some((parts, rest))
}

fn part(text: &str, in_backticks: bool) -> Option<(String, &str)> {
    if let Some(rest) = text.strip_prefix('"') {
        let (name, rest) = rest.split_once('"')?;
        return (!name.is_empty()).then(|| (name.to_owned(), rest));
    }
    let is_inside = |c: char| if in_backticks { c != '`' && c != '.' } else { is_of_name(c) };
    let end = text.find(|c| !is_inside(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::decl::ProseKind;
    use crate::span::{Sources, Span};

    #[test]
    fn names_in_prose() {
        let check = |text: &str, name: &[&str], rest: &str| {
            let mut sources = Sources::default();
            let span = Span { file: sources.add("a.md", text), start: 0, end: 0 };
            let mut note = Prose { text: text.to_owned(), span, kind: ProseKind::Note };
            let found = take_former_name(&mut note).map(|name| {
                name.schema.into_iter().chain([name.name]).map(|part| part.node).collect::<Vec<_>>()
            });
            let found = found.unwrap_or_default();
            assert_eq!(
                (found, note.text.as_str()),
                (name.iter().map(|it| (*it).to_owned()).collect(), rest),
                "{text}"
            );
        };
        check("was: total", &["total"], "");
        check("Was: `total`.", &["total"], "");
        check("What is owed.\nwas: sales.total", &["sales", "total"], "What is owed.");
        check("what is owed (was: total)", &["total"], "what is owed");
        check("what is owed (was: total), in cents", &["total"], "what is owed, in cents");
        check("what is owed; was: total", &["total"], "what is owed");
        check("what is owed, was: `total`; in cents", &["total"], "what is owed; in cents");
        check("was: total), in cents", &["total"], "in cents");
        check("was: total — renamed in March", &["total"], "renamed in March");
        check("was: total (renamed)", &["total"], "(renamed)");
        check("The owed. was: total", &["total"], "The owed.");
        check("was: \"User Data\"", &["User Data"], "");
        check("was: \"S\".\"t t\"", &["S", "t t"], "");
        check("was: `User Data`", &["User Data"], "");
        check("was: имя", &["имя"], "");
        check("it was: total", &[], "it was: total");
        check("was: renamed in March", &[], "was: renamed in March");
        check("was:", &[], "was:");
        check("was: a.b.c", &[], "was: a.b.c");
        check("status: open", &[], "status: open");
    }

    #[test]
    fn words_without_a_name() {
        for (text, expected) in
            [("was: renamed in March", true), ("was: a", false), ("it was: so", false), ("was:", true)]
        {
            assert_eq!(is_unread(text), expected, "{text}");
        }
    }
}
