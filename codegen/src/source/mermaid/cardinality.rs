//! How many rows stand at the ends of a relation: in signs, `||--o{`, and in Mermaid's words, `one to zero or more`.

use std::ops::Range;

use super::slice;
use crate::source::decl::Relation;
use crate::span::Fragment;

/// The parts of a line that draws a relation.
pub(super) struct Drawn {
    /// The word that names the first entity, and how many of its rows there are.
    pub(super) first: (Range<usize>, Relation),
    /// The same of the second.
    pub(super) second: (Range<usize>, Relation),
}

/// Reads the words of a line as a relation.
pub(super) fn read(fragment: &Fragment<'_>, words: &[Range<usize>]) -> Option<Drawn> {
    in_signs(fragment, words).or_else(|| in_words(fragment, words))
}

fn in_signs(fragment: &Fragment<'_>, words: &[Range<usize>]) -> Option<Drawn> {
    let [first, mark, second, ..] = words else { return None };
    let connector = slice(fragment, mark);
    let (left, right) = connector.split_once("--").or_else(|| connector.split_once(".."))?;
    Some(Drawn { first: (first.clone(), sign(left)?), second: (second.clone(), sign(right)?) })
}

/// Reads one end of a connector, in either direction.
fn sign(mark: &str) -> Option<Relation> {
    match mark {
        "||" => Some(Relation::One),
        "|o" | "o|" => Some(Relation::ZeroOrOne),
        "}o" | "o{" | "}" | "{" => Some(Relation::Many),
        "}|" | "|{" => Some(Relation::OneOrMany),
        _ => None,
    }
}

fn in_words(fragment: &Fragment<'_>, words: &[Range<usize>]) -> Option<Drawn> {
    let word = |at: &Range<usize>| slice(fragment, at);
    // The label begins with a colon, which may stand right behind the second entity.
    let label = words.iter().position(|at| word(at).starts_with(':')).unwrap_or(words.len());
    let closes = words.iter().position(|at| word(at).ends_with(':')).map_or(words.len(), |at| at + 1);
    let (first, rest) = words.get(..label.min(closes))?.split_first()?;
    let (second, rest) = rest.split_last()?;
    let to = rest.iter().position(|at| word(at).eq_ignore_ascii_case("to"))?;
    let (left, right) = (rest.get(..to)?, rest.get(to + 1..)?);
    let left = match left.split_last() {
        Some((last, before)) if word(last).eq_ignore_ascii_case("optionally") => before,
        _ => left,
    };
    let said =
        |words: &[Range<usize>]| words.iter().map(|at| word(at).to_lowercase()).collect::<Vec<_>>().join(" ");
    let (left, right) = (in_words_of_one_end(&said(left))?, in_words_of_one_end(&said(right))?);
    Some(Drawn { first: (first.clone(), left), second: (second.clone(), right) })
}

fn in_words_of_one_end(said: &str) -> Option<Relation> {
    match said {
        "only one" | "one" | "1" => Some(Relation::One),
        "one or zero" | "zero or one" => Some(Relation::ZeroOrOne),
        "zero or more" | "zero or many" | "many(0)" | "0+" => Some(Relation::Many),
        "one or more" | "one or many" | "many(1)" | "1+" => Some(Relation::OneOrMany),
        _ => None,
    }
}
