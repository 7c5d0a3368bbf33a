//! Comments that head several items of a list: `-- Timestamps`, `-- === Money ===`.

use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::source::sql::split::Token;

/// Comments in lines of their own above an item of a list.
#[derive(Debug)]
pub(super) struct Heading {
    /// Which item stands below them.
    pub(super) item: usize,
    /// The comments, from above.
    pub(super) comments: Vec<Token>,
    /// They begin the list, or a blank line stands above them.
    pub(super) apart: bool,
}

/// Tells of each of `found` whether it heads the items below it rather than describe the first of them; `blanks` are the items above
/// which a blank line stands.
///
/// Ornament makes a title, and so do a few words above several items where a blank line parts these from what stands before, or where
/// the words are said of several by their meaning ("Timestamps"). Where all comments stand apart and one of them is a title,
/// all are that look like one. A name of the first item alone among the words describes that item.
pub(super) fn titles(text: &str, items: &[Range<usize>], found: &[Heading], blanks: &[usize]) -> Vec<bool> {
    let said: Vec<Option<String>> = found.iter().map(|heading| title(text, &heading.comments)).collect();
    let several = |at: usize, heading: &Heading| {
        let limit = found.get(at + 1).map_or(items.len(), |next| next.item);
        let limit = blanks.iter().copied().filter(|blank| *blank > heading.item).fold(limit, usize::min);
        let words = said.get(at).and_then(Option::as_deref).unwrap_or_default();
        let named = (heading.item..limit).filter(|item| names(text, items.get(*item), words)).count();
        let first = names(text, items.get(heading.item), words);
        limit > heading.item + 1 && !(first && named == 1)
    };
    let sure: Vec<bool> = found
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let words = said.get(at).and_then(Option::as_deref);
            let is_known = words.is_some_and(is_of_several);
            // "Timestamps" describes no column, be it above one alone.
            let alone = words.is_some_and(|words| {
                is_of_several(words) && !words.contains(' ') && !names(text, items.get(heading.item), words)
            });
            alone
                || heading.comments.iter().any(|comment| is_ornamented(text, comment))
                || words.is_some_and(|_| {
                    // The first line of a list stands apart whether that is meant or not.
                    several(at, heading) && (is_known || (heading.apart && heading.item > 0))
                })
        })
        .collect();
    // Where one of a list heads several by its words, others that are written like it and stand above several do as well, and a word or
    // two that are none of the name of the one item below.
    let styled = |at: usize, heading: &Heading| {
        let words = said.get(at).and_then(Option::as_deref).unwrap_or_default();
        let begins = heading.comments.first().is_some_and(|comment| {
            comment.text(text).chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase)
        });
        let count = words.split_whitespace().count();
        let apart_from_it = count <= 2 && !names(text, items.get(heading.item), words);
        begins && (1..=3).contains(&count) && (several(at, heading) || apart_from_it)
    };
    let alike: Vec<bool> = found.iter().enumerate().map(|(at, heading)| styled(at, heading)).collect();
    let any = sure.contains(&true);
    let sure: Vec<bool> = sure.iter().zip(alike).map(|(sure, alike)| *sure || (any && alike)).collect();
    let parted = found.iter().all(|heading| heading.apart) && sure.contains(&true);
    sure.into_iter().zip(&said).map(|(is_title, said)| is_title || (parted && said.is_some())).collect()
}

/// Returns the words of a comment that may be a title: one line of a few words that is no sentence and lists nothing.
fn title(text: &str, comments: &[Token]) -> Option<String> {
    let lines = comments.iter().flat_map(|comment| {
        comment.text(text).lines().map(|line| super::words(line, comment.kind)).collect::<Vec<_>>()
    });
    let mut lines = lines.filter(|words| !words.is_empty());
    let words = lines.next().filter(|_| lines.next().is_none())?;
    let short = words.split_whitespace().count() <= 5 && words.chars().count() <= 48;
    let bare = !words.contains(['\'', '"', '`', '|', '=', ',', ';', '.', '?', '!', '_', '<', '>', '[', '{']);
    let bare = bare && !words.trim_end_matches(':').contains([':', '：']);
    (short && bare).then(|| words.trim_end_matches([':', '：']).to_lowercase())
}

/// Tells whether words speak of several columns by their meaning.
fn is_of_several(words: &str) -> bool {
    const KNOWN: &[&str] = &[
        "timestamps",
        "audit",
        "metadata",
        "relations",
        "relationships",
        "references",
        "keys",
        "constraints",
        "indexes",
        "indices",
        "fields",
        "columns",
        "details",
        "info",
        "information",
        "settings",
        "dates",
        "flags",
        "metrics",
        "counters",
        "tracking",
    ];
    words.split_whitespace().any(|word| KNOWN.contains(&word))
}

/// Tells whether a word of a title stands in the name of an item.
fn names(text: &str, item: Option<&Range<usize>>, words: &str) -> bool {
    let item = item.and_then(|item| text.get(item.clone())).unwrap_or_default();
    let name = item.split_whitespace().next().unwrap_or_default().trim_matches(['"', '`']).to_lowercase();
    let parts: Vec<&str> = name.split('_').filter(|part| part.len() > 2).collect();
    words.split(|c: char| !c.is_alphanumeric()).any(|word| parts.contains(&word))
}

/// Tells whether marks stand around what a comment says: `-- === Money ===`, `------- Money`.
fn is_ornamented(text: &str, comment: &Token) -> bool {
    const MARKS: &[char] = &['=', '-', '*', '#', '~', '─', '═', '━'];
    let whole = comment.text(text);
    let line = match comment.kind {
        TokenKind::LineComment => whole.strip_prefix("--").unwrap_or(whole),
        _ => whole.trim_start_matches("/*").trim_end_matches("*/"),
    };
    let line = line.trim();
    let run = |mut chars: Box<dyn Iterator<Item = char> + '_>| {
        chars.next().filter(|first| MARKS.contains(first)).is_some_and(|first| chars.next() == Some(first))
    };
    run(Box::new(line.chars())) || run(Box::new(line.chars().rev()))
}
