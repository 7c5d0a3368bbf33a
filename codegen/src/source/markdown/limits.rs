//! Words in a sentence about a key, an index or a reference that take from what it says: a condition, a denial, the past, a plan.
//!
//! A key of half a sentence refuses rows that the document allows.

use super::vocabulary;
use super::words::folded;
use crate::source::decl::{IndexDecl, IndexKey};

/// Why nothing is made of what a sentence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// It says that there is none.
    Denied,
    /// It says it of some rows, of another time, or not for sure.
    Open,
}

/// How many words before a fact may take from it: "will no longer be unique".
const NEAR: usize = 3;

/// Returns what the words right before a fact in a cell take from it: "no longer unique", "was FK to".
pub(super) fn before(lower: &str) -> Option<Limit> {
    let clause = lower.rsplit([',', ';', '.', '(', '—', '–', '|', '\n', '`']).next().unwrap_or_default();
    let words: Vec<&str> = clause.split_whitespace().collect();
    let near = words.get(words.len().saturating_sub(NEAR)..).unwrap_or_default();
    said_by(near.iter().copied())
}

/// Returns what all the words before a key in its sentence take from it: "There used to be a".
pub(super) fn before_key(lower: &str) -> Option<Limit> {
    let is_partial = words(lower).any(|word| vocabulary::ONLY.has(word));
    said_by(lower.split_whitespace()).or(is_partial.then_some(Limit::Open))
}

/// Returns what stands behind the columns of a key and takes from it: "for active rows", "is not needed", "planned for v2".
///
/// What the key is for may stand behind a dash.
pub(super) fn behind_key(lower: &str) -> Option<Limit> {
    let end = [" — ", " – ", " - ", "; "].iter().filter_map(|mark| lower.find(mark)).min();
    let (own, purpose) = lower.split_at_checked(end.unwrap_or(lower.len())).unwrap_or((lower, ""));
    let compares = |said: &str| {
        [" is null", " is not null", " = ", " <> ", " != ", " where "].iter().any(|sign| said.contains(sign))
    };
    let limits = |word: &str| vocabulary::ONLY.has(word) || vocabulary::ROWS.has(word);
    // "Prevents two rows per code" says what it is for.
    let first = words(own).next();
    let is_purpose = first.is_some_and(|word| vocabulary::PURPOSE.has(word));
    // A condition begins with its word: "when", "si", "per".
    let begins = first.is_some_and(|word| vocabulary::IF.has(word) || vocabulary::FURTHER.has(word));
    let is_limited = begins
        || compares(own)
        || (!is_purpose && words(own).any(|word| limits(word) || vocabulary::BEHIND_COMMA.has(word)))
        || vocabulary::SOME_ROWS.iter().any(|rows| own.contains(rows));
    let first = words(purpose).next();
    let is_limited = is_limited
        || compares(purpose)
        || vocabulary::is_not_there(purpose)
        || first.is_some_and(|word| vocabulary::ONLY.has(word) || vocabulary::IF.has(word));
    let taken = if is_purpose { None } else { said_by(own.split_whitespace()) };
    match taken {
        // "For rows that are not gone" denies nothing of the key.
        Some(Limit::Denied) if !is_limited => Some(Limit::Denied),
        None if !is_limited => None,
        Some(_) | None => Some(Limit::Open),
    }
}

/// Tells whether the words around a check take from it: "was CHECK (…)", "CHECK (…) for active rows", "CHECK (…) (removed)".
pub(super) fn take_from_check(lead: &str, behind: &str) -> bool {
    let end =
        [" — ", " – ", " - ", "; ", ". ", ": ", ",", "("].iter().filter_map(|mark| behind.find(mark)).min();
    let own = behind.get(..end.unwrap_or(behind.len())).unwrap_or_default();
    let begins = words(own).next().is_some_and(|word| {
        vocabulary::IF.has(word) || vocabulary::FURTHER.has(word) || vocabulary::BEHIND_COMMA.has(word)
    });
    let mut parts = behind.split(['(', ')', '—', '–', ',', ';', '.']);
    // "Must not be empty: CHECK (…)" says before the colon what it is for.
    before(lead.rsplit([':', '：']).next().unwrap_or(lead)).is_some()
        || is_taken_back(behind)
        || begins
        || words(own).any(|word| vocabulary::ROWS.has(word) || vocabulary::ONLY.has(word))
        || parts.any(vocabulary::is_not_there)
}

/// Tells whether the words of a piece of text that says an index take from it: "unique (a) for active rows", "partial", "planned".
///
/// An index over more rows than it is for refuses none, a unique one does.
fn beside(lower: &str, is_unique: bool, columns: &[String], name: Option<&str>) -> bool {
    let is_column = |word: &str| columns.iter().any(|column| column == word);
    let is_own = |word: &str| is_column(word) || name == Some(word);
    let mut rest = lower;
    let mut has_columns = false;
    loop {
        let dash = [" — ", " – ", " - "].iter().filter_map(|dash| Some((rest.find(dash)?, dash.len()))).min();
        let (end, behind) = dash.map_or((rest.len(), rest.len()), |(at, length)| (at, at + length));
        let piece = rest.get(..end).unwrap_or_default();
        // What it is for stands behind a dash behind the columns, unless that begins like a condition.
        if takes_from(piece, is_unique, has_columns, is_own) {
            return true;
        }
        has_columns |= words(piece).any(is_column);
        if dash.is_none() {
            return false;
        }
        rest = rest.get(behind..).unwrap_or_default();
    }
}

/// Tells whether the words of a piece of text that says an index take from it, where it says no condition in SQL.
pub(super) fn takes_from_index(said: &str, index: &IndexDecl) -> bool {
    if index.predicate.is_some() {
        return false;
    }
    let mut own: Vec<String> = Vec::new();
    for part in &index.parts {
        match &part.key {
            IndexKey::Column(name) => own.push(name.node.to_lowercase()),
            IndexKey::Expression(sql) => own.extend(words(&sql.node.to_lowercase()).map(str::to_owned)),
        }
    }
    let name = index.name.as_ref().map(|name| name.node.to_lowercase());
    let lower = folded(said);
    let is_unique = index.unique.is_some() || vocabulary::UNIQUE.find(&lower).is_some();
    beside(&lower, is_unique, &own, name.as_deref())
}

fn takes_from(piece: &str, is_unique: bool, is_purpose: bool, is_own: impl Fn(&str) -> bool) -> bool {
    let of_some = |word: &str| {
        vocabulary::ROWS.has(word)
            || vocabulary::IF.has(word)
            || vocabulary::FURTHER.has(word)
            || vocabulary::BEHIND_COMMA.has(word)
    };
    if is_purpose {
        let first = words(piece).next();
        return vocabulary::is_not_there(piece)
            || first.is_some_and(|word| vocabulary::ONLY.has(word) || (is_unique && of_some(word)));
    }
    let mut is_behind = false;
    for word in words(piece) {
        if is_own(word) {
            is_behind = true;
            continue;
        }
        if vocabulary::PURPOSE.has(word) {
            break;
        }
        // "No index on (a)" denies it, "(a) for lists without joins" does not.
        let taken = match said_by([word].into_iter()) {
            Some(Limit::Denied) => is_unique || !is_behind,
            Some(Limit::Open) => true,
            None => false,
        };
        if taken || vocabulary::ONLY.has(word) || (is_unique && of_some(word)) {
            return true;
        }
    }
    is_unique && vocabulary::SOME_ROWS.iter().any(|rows| piece.contains(rows))
}

/// Tells whether what stands behind a condition in its sentence takes it back: "was dropped", "is not enforced".
pub(super) fn is_taken_back(behind: &str) -> bool {
    let end = [" — ", " – ", " - ", "; ", ". ", ": ", "("].iter().filter_map(|mark| behind.find(mark)).min();
    said_by(behind.get(..end.unwrap_or(behind.len())).unwrap_or_default().split_whitespace()).is_some()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '\'')))
        .filter(|word| !word.is_empty())
}

fn said_by<'t>(words: impl Iterator<Item = &'t str>) -> Option<Limit> {
    let mut found = None;
    let mut all = words.peekable();
    while let Some(raw) = all.next() {
        // `was: old_name` says what it was called, "not null" what it takes.
        if raw.ends_with([':', '：']) || all.peek().is_some_and(|next| next.starts_with("null")) {
            continue;
        }
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if vocabulary::DENIED.has(word) {
            found = Some(Limit::Denied);
        } else if vocabulary::DOUBTED.has(word)
            || (!word.is_ascii() && vocabulary::DOUBTED_PARTS.iter().any(|part| word.contains(part)))
        {
            return Some(Limit::Open);
        }
    }
    found
}
