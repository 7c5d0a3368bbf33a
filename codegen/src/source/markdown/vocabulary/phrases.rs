//! Lists of words and phrases that are looked up very often: a whole list costs one look or one pass over a text.

use std::ops::Range;
use std::sync::OnceLock;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// Phrases in lower case that are looked for in running text; where several stand in it, the first of the list counts.
#[derive(Debug)]
pub(in super::super) struct Phrases {
    all: &'static [&'static str],
    by_byte: OnceLock<ByByte>,
}

/// For each byte the numbers of the phrases that begin with it, in the order of the list, each with its second byte.
#[derive(Debug)]
struct ByByte {
    numbers: Vec<Vec<(u8, usize)>>,
}

impl Phrases {
    /// Makes a list of phrases.
    pub(in super::super) const fn new(all: &'static [&'static str]) -> Self {
        Self { all, by_byte: OnceLock::new() }
    }

    /// Finds the first phrase of the list that stands free of other letters, at its first place.
    pub(in super::super) fn find(&self, lower: &str) -> Option<Range<usize>> {
        let mut first: Option<(usize, Range<usize>)> = None;
        self.hits(lower, |number, at| {
            if first.as_ref().is_none_or(|(known, _)| number < *known) {
                first = Some((number, at));
            }
        });
        first.map(|(_, at)| at)
    }

    /// Finds every phrase that stands free of other letters, each at its first place, in the order of the list.
    pub(in super::super) fn each(&self, lower: &str) -> Vec<Range<usize>> {
        let mut hits: Vec<(usize, Range<usize>)> = Vec::new();
        self.hits(lower, |number, at| hits.push((number, at)));
        hits.sort_by_key(|(number, at)| (*number, at.start));
        hits.dedup_by_key(|(number, _)| *number);
        hits.into_iter().map(|(_, at)| at).collect()
    }

    /// Calls `hit` with the number and the place of each phrase that stands free of other letters, in the order of the text.
    fn hits(&self, lower: &str, mut hit: impl FnMut(usize, Range<usize>)) {
        let by_byte = self.by_byte.get_or_init(|| ByByte::of(self.all));
        let bytes = lower.as_bytes();
        let mut before = false;
        for (at, byte) in bytes.iter().enumerate() {
            // Most bytes are inside a word of ASCII, where no phrase of ASCII begins.
            let letter = is_letter(*byte);
            let inside = before && letter;
            before = letter;
            if inside {
                continue;
            }
            let known = by_byte.of_byte(*byte);
            if known.is_empty() {
                continue;
            }
            let next = bytes.get(at + 1).copied().unwrap_or_default();
            for (_, number) in known.iter().filter(|(second, _)| *second == next || *second == 0) {
                let (Some(phrase), Some(rest)) = (self.all.get(*number), bytes.get(at..)) else { continue };
                if rest.starts_with(phrase.as_bytes()) && is_free(lower, at, phrase) {
                    hit(*number, at..at + phrase.len());
                }
            }
        }
    }
}

impl ByByte {
    fn of(all: &[&str]) -> Self {
        let of_byte = |byte: u8| {
            let same = all.iter().enumerate().filter(|(_, phrase)| phrase.as_bytes().first() == Some(&byte));
            same.map(|(number, phrase)| (second(phrase), number)).collect()
        };
        Self { numbers: (0..=u8::MAX).map(of_byte).collect() }
    }

    fn of_byte(&self, byte: u8) -> &[(u8, usize)] {
        self.numbers.get(usize::from(byte)).map_or(&[], Vec::as_slice)
    }
}

/// Words in lower case, and beginnings of words, that are looked for in very many texts which hold none of them.
#[derive(Debug)]
pub(in super::super) struct Signs {
    lists: &'static [&'static [&'static str]],
    by_byte: OnceLock<Vec<Vec<(u8, &'static str)>>>,
}

impl Signs {
    /// Makes one list of several.
    pub(in super::super) const fn new(lists: &'static [&'static [&'static str]]) -> Self {
        Self { lists, by_byte: OnceLock::new() }
    }

    /// Tells whether a word of a text begins with one of them.
    pub(in super::super) fn begin_any(&self, lower: &str) -> bool {
        let by_byte = self.by_byte.get_or_init(|| {
            let mut by_byte = vec![Vec::new(); 256];
            for sign in self.lists.iter().copied().flatten() {
                let first = sign.bytes().next().unwrap_or_default();
                by_byte
                    .get_mut(usize::from(first))
                    .into_iter()
                    .for_each(|signs| signs.push((second(sign), *sign)));
            }
            by_byte
        });
        let bytes = lower.as_bytes();
        let mut before = false;
        bytes.iter().enumerate().any(|(at, byte)| {
            let letter = is_letter(*byte);
            let inside = before && letter;
            before = letter;
            !inside
                && by_byte.get(usize::from(*byte)).is_some_and(|signs| {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let next = rest.get(1).copied().unwrap_or_default();
                    signs.iter().any(|(second, sign)| {
                        (*second == next || *second == 0) && rest.starts_with(sign.as_bytes())
                    })
                })
        })
    }
}

/// Returns the second byte of a phrase; zero where it has none.
fn second(phrase: &str) -> u8 {
    phrase.as_bytes().get(1).copied().unwrap_or_default()
}

/// Finds a phrase that stands free of other letters.
pub(in super::super) fn find(lower: &str, phrase: &str) -> Option<usize> {
    let first = phrase.as_bytes().first()?;
    let starts = lower.bytes().enumerate().filter(|(_, byte)| byte == first).map(|(at, _)| at);
    starts
        .filter(|at| lower.get(*at..).is_some_and(|rest| rest.starts_with(phrase)))
        .find(|at| is_free(lower, *at, phrase))
}

/// Tells whether no letter stands beside a phrase; beside an arrow or a word of a script without blanks some may.
fn is_free(lower: &str, at: usize, phrase: &str) -> bool {
    // Scripts without blanks set words of Latin letters right beside their own: "にUNIQUE制約".
    let other = |c: char| {
        phrase.is_ascii()
            && matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
    };
    let is_blank = |c: Option<char>| c.is_none_or(|c| (!c.is_alphanumeric() && c != '_') || other(c));
    let before = lower.get(..at).and_then(|before| before.chars().next_back());
    let after = lower.get(at + phrase.len()..).and_then(|after| after.chars().next());
    (is_blank(before) && is_blank(after))
        || phrase.starts_with(|c: char| !c.is_alphanumeric())
        || phrase.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
}

/// Tells whether a byte is a letter, digit or underscore of ASCII.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Words in lower case, each with what it says.
#[derive(Debug)]
pub(in super::super) struct Words<R: 'static> {
    /// Lists of words, or of words with commas between them; of a word that stands in two, the first counts.
    lists: &'static [(&'static [&'static str], R)],
    by_word: OnceLock<ByWord<R>>,
}

/// What each word says, with what tells of most other words that they are none of them.
#[derive(Debug)]
struct ByWord<R> {
    said: IndexMap<&'static str, R, FxBuildHasher>,
    /// For each first byte the lengths that words have, as bits; the last bit stands for all that are longer.
    lengths: Vec<u32>,
}

impl<R: Copy> ByWord<R> {
    fn of(lists: &[(&[&'static str], R)]) -> Self {
        let mut by_word = Self { said: IndexMap::default(), lengths: vec![0; 256] };
        for (lines, role) in lists {
            for word in lines.iter().flat_map(|line| line.split(", ")) {
                by_word.said.entry(word).or_insert(*role);
                let first = word.bytes().next().unwrap_or_default();
                if let Some(lengths) = by_word.lengths.get_mut(usize::from(first)) {
                    *lengths |= Self::bit(word);
                }
            }
        }
        by_word
    }

    fn bit(word: &str) -> u32 {
        1 << word.len().min(31)
    }

    fn get(&self, word: &str) -> Option<R> {
        let first = word.bytes().next().unwrap_or_default();
        let lengths = self.lengths.get(usize::from(first)).copied().unwrap_or_default();
        if lengths & Self::bit(word) == 0 { None } else { self.said.get(word).copied() }
    }
}

impl<R: Copy> Words<R> {
    /// Makes a look-up of lists of words.
    pub(in super::super) const fn new(lists: &'static [(&'static [&'static str], R)]) -> Self {
        Self { lists, by_word: OnceLock::new() }
    }

    /// Tells whether a word is one of them.
    pub(in super::super) fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// Returns what a word says.
    pub(in super::super) fn get(&self, word: &str) -> Option<R> {
        self.by_word.get_or_init(|| ByWord::of(self.lists)).get(word)
    }
}
