//! Words looked up whatever the case of their letters, where most of what is looked up is not among them.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// The longest word that is held, in bytes; a word of a language is shorter.
const LONGEST: usize = 31;

/// The longest word that is looked up as one number, in bytes.
const PACKED: usize = size_of::<u128>();

/// Words in lower case, each with what is known of it.
#[derive(Debug)]
pub(super) struct Lexicon<V> {
    words: Vec<(String, V)>,
    /// The places of short words, by their bytes as one number.
    packed: IndexMap<u128, usize, FxBuildHasher>,
    /// The places of the others, which are few.
    long: Vec<usize>,
    /// For each first letter which lengths its words have, a bit for each: it answers for most words that are not held.
    lengths: [u32; 26],
}

impl<V> FromIterator<(String, V)> for Lexicon<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut lexicon =
            Self { words: Vec::new(), packed: IndexMap::default(), long: Vec::new(), lengths: [0; 26] };
        for (word, known) in words.into_iter().filter(|(word, _)| word.len() <= LONGEST) {
            let Some(lengths) = letter(&word).and_then(|at| lexicon.lengths.get_mut(at)) else { continue };
            *lengths |= 1 << word.len();
            match pack(&word) {
                Some(bytes) => _ = lexicon.packed.insert(bytes, lexicon.words.len()),
                None => lexicon.long.push(lexicon.words.len()),
            }
            lexicon.words.push((word, known));
        }
        lexicon
    }
}

impl<V> Lexicon<V> {
    /// Returns the number of a word, from nought in the order in which they were given.
    pub(super) fn number(&self, word: &str) -> Option<usize> {
        let lengths = letter(word).and_then(|at| self.lengths.get(at))?;
        if word.len() > LONGEST || lengths & 1 << word.len() == 0 {
            return None;
        }
        let is_it = |at: &usize| self.words.get(*at).is_some_and(|(held, _)| held.eq_ignore_ascii_case(word));
        match pack(word) {
            Some(bytes) => self.packed.get(&bytes).copied().filter(is_it),
            None => self.long.iter().copied().find(is_it),
        }
    }

    /// Returns the word of a number as it is held, with what is known of it.
    pub(super) fn get(&self, number: usize) -> Option<(&str, &V)> {
        self.words.get(number).map(|(word, known)| (word.as_str(), known))
    }
}

/// Returns the number of the letter that a word begins with.
fn letter(word: &str) -> Option<usize> {
    let first = word.bytes().next()?.to_ascii_lowercase();
    first.is_ascii_lowercase().then(|| usize::from(first - b'a'))
}

/// Returns the bytes of a short word as one number, which is the same for letters of either case.
///
/// Other signs may share a number too, so what it leads to is compared with the word.
fn pack(word: &str) -> Option<u128> {
    const LOWER: u128 = u128::from_ne_bytes([b' '; PACKED]);
    let bytes = word.as_bytes();
    let mut number = [0_u8; PACKED];
    number.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(u128::from_ne_bytes(number) | LOWER)
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn words_are_found_in_either_case() {
        let words = ["table", "text", "statistics_norecompute", "a_b"];
        let words: Lexicon<usize> =
            words.iter().enumerate().map(|(at, word)| ((*word).to_owned(), at)).collect();
        let find = |word: &str| words.number(word).and_then(|at| words.get(at));
        assert_eq!(find("TaBLE"), Some(("table", &0)));
        assert_eq!(find("text"), Some(("text", &1)));
        assert_eq!(find("Statistics_NoRecompute"), Some(("statistics_norecompute", &2)));
        assert_eq!(find("A_B"), Some(("a_b", &3)));
        for other in
            ["tab", "tables", "texts", "", "_text", "Ärger", "a\u{7f}b", "tex\u{14}", &"t".repeat(40)]
        {
            assert_eq!(find(other), None, "{other}");
        }
    }
}
