//! Words looked up whatever the case of their letters, where most of what is looked up is not among them.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// The longest word that is held, in bytes; a word of a language is shorter.
const LONGEST: usize = 31;

/// Words in lower case, each with what is known of it.
#[derive(Debug)]
pub(super) struct Lexicon<V> {
    words: IndexMap<String, V, FxBuildHasher>,
    /// For each first letter which lengths its words have, a bit for each: it answers for most words that are not held.
    lengths: [u32; 26],
}

impl<V> FromIterator<(String, V)> for Lexicon<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(words: I) -> Self {
        let mut lexicon = Self { words: IndexMap::default(), lengths: [0; 26] };
        for (word, known) in words.into_iter().filter(|(word, _)| word.len() <= LONGEST) {
            if let Some(lengths) = letter(&word).and_then(|at| lexicon.lengths.get_mut(at)) {
                *lengths |= 1 << word.len();
                lexicon.words.insert(word, known);
            }
        }
        lexicon
    }
}

impl<V> Lexicon<V> {
    /// Returns a word as it is held, with what is known of it.
    pub(super) fn get(&self, word: &str) -> Option<(&str, &V)> {
        let lengths = letter(word).and_then(|at| self.lengths.get(at))?;
        if word.len() > LONGEST || lengths & 1 << word.len() == 0 {
            return None;
        }
        let mut buffer = [0_u8; LONGEST];
        let lowered = buffer.get_mut(..word.len())?;
        lowered.copy_from_slice(word.as_bytes());
        lowered.make_ascii_lowercase();
        let (word, known) = self.words.get_key_value(std::str::from_utf8(lowered).ok()?)?;
        Some((word, known))
    }
}

/// Returns the number of the letter that a word begins with.
fn letter(word: &str) -> Option<usize> {
    let first = word.bytes().next()?.to_ascii_lowercase();
    first.is_ascii_lowercase().then(|| usize::from(first - b'a'))
}

#[cfg(test)]
mod tests {
    use super::Lexicon;

    #[test]
    fn words_are_found_in_either_case() {
        let words: Lexicon<u8> = [("table".to_owned(), 1), ("text".to_owned(), 2)].into_iter().collect();
        assert_eq!(words.get("TaBLE"), Some(("table", &1)));
        assert_eq!(words.get("text"), Some(("text", &2)));
        for other in ["tab", "tables", "texts", "", "_text", "Ärger", &"t".repeat(40)] {
            assert_eq!(words.get(other), None, "{other}");
        }
    }
}
