//! What a word means to PostgreSQL's grammar, and what it tells of other databases: asked once for each word of a text.

use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use squawk_syntax::SyntaxKind;

use super::dialect;
use super::lexicon::Lexicon;

/// A word of which something is known, as its number; of most words nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Word(u16);

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// What the grammar calls it.
    keyword: Option<SyntaxKind>,
    /// Whether it gives reason to look for another database, beside something unusual only.
    suspicion: Option<bool>,
}

static WORDS: LazyLock<Lexicon<Known>> = LazyLock::new(|| {
    let mut words: IndexMap<String, Known, FxBuildHasher> = IndexMap::default();
    for kind in (0..SyntaxKind::__LAST as u16).map(SyntaxKind::from) {
        if let Some(word) = format!("{kind:?}").strip_suffix("_KW") {
            words.entry(word.to_ascii_lowercase()).or_default().keyword = Some(kind);
        }
    }
    for (word, is_usual) in dialect::suspicious() {
        words.entry(word.to_owned()).or_default().suspicion = Some(is_usual);
    }
    words.into_iter().collect()
});

impl Word {
    /// Returns the word that a text is.
    pub(super) fn of(text: &str) -> Self {
        // Nought is that of which nothing is known.
        Self(WORDS.number(text).and_then(|number| u16::try_from(number + 1).ok()).unwrap_or_default())
    }

    fn known(self) -> Option<(&'static str, &'static Known)> {
        WORDS.get(usize::from(self.0).checked_sub(1)?)
    }

    /// Returns what the grammar calls it, where it knows it.
    pub(super) fn keyword(self) -> Option<SyntaxKind> {
        self.known()?.1.keyword
    }

    /// Returns the word in lower case and whether it gives reason to look for another database beside something unusual only; none where
    /// it never does.
    pub(super) fn suspicion(self) -> Option<(&'static str, bool)> {
        let (word, known) = self.known()?;
        Some((word, known.suspicion?))
    }
}
