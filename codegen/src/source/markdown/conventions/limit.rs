//! What takes something from a convention: tables that it excepts, conditions, negations, and tenses in which it does not hold now.

use std::borrow::Cow;
use std::ops::Range;

use super::terms::HAVE;
use crate::source::markdown::vocabulary::Phrases;

/// A word in lower case, without punctuation, with its place.
pub(super) type Word<'a> = (Cow<'a, str>, Range<usize>);

/// Words that say "not", in the languages that documents come in.
pub(super) const NOT: &[&str] = &[
    "not",
    "never",
    "no",
    "cannot",
    "non",
    "don't",
    "don’t",
    "doesn't",
    "doesn’t",
    "nor",
    "neither",
    "without",
    "не",
    "ні",
    "жодна",
    "жоден",
    "нет",
    "ни",
    "não",
    "nenhuma",
    "nenhum",
    "ninguna",
    "ningún",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "pas",
    "aucune",
    "aucun",
];

/// Ways to say "except", word by word; longer ones first.
const EXCEPT: &[&[&str]] = &[
    &["with", "the", "exception", "of"],
    &["with", "exception", "of"],
    &["mit", "ausnahme", "von"],
    &["con", "excepción", "de"],
    &["con", "la", "excepción", "de"],
    &["com", "exceção", "de"],
    &["à", "l'exception", "de"],
    &["за", "винятком"],
    &["за", "исключением"],
    &["apart", "from"],
    &["aside", "from"],
    &["other", "than"],
    &["but", "not"],
    &["save", "for"],
    &["but", "for"],
    &["except", "for"],
    &["except"],
    &["excepting"],
    &["excluding"],
    &["besides"],
    &["außer"],
    &["ausser"],
    &["ausgenommen"],
    &["excepto"],
    &["salvo"],
    &["menos"],
    &["exceto"],
    &["sauf"],
    &["excepté"],
    &["hormis"],
    &["крім"],
    &["окрім"],
    &["кроме"],
    &["oprócz"],
];

/// Verbs behind which an exception is over: "all tables except `logs` **have** …".
const VERBS: &[&str] = &[
    "is",
    "are",
    "must",
    "should",
    "shall",
    "use",
    "uses",
    "enable",
    "enabled",
    "повинні",
    "должны",
    "deben",
    "devem",
    "müssen",
];

/// Returns what a line excepts: where the exception stands, and where its names stand.
pub(super) fn exception(words: &[Word<'_>], end: usize) -> Option<(Range<usize>, Range<usize>)> {
    let (at, length) = (0..words.len()).find_map(|at| {
        let rest = words.get(at..)?;
        let fits = |marker: &&&[&str]| {
            rest.len() >= marker.len() && marker.iter().zip(rest).all(|(wanted, (word, _))| wanted == word)
        };
        Some((at, EXCEPT.iter().find(fits)?.len()))
    })?;
    let before = ["the", "on", "in", "for", "of", "los", "las", "die", "les", "as", "os"];
    let rest = words.get(at + length..)?;
    let skipped = rest.iter().take_while(|(word, _)| before.contains(&word.as_ref())).count();
    let rest = rest.get(skipped..)?;
    let ends = |(word, _): &Word<'_>| HAVE.contains(&word.as_ref()) || VERBS.contains(&word.as_ref());
    let until = rest.iter().position(ends).unwrap_or(rest.len());
    let (first, last) = (rest.first()?, rest.get(until.checked_sub(1)?)?);
    let (_, begins) = words.get(at)?;
    let over = rest.get(until).map_or(end, |(_, place)| place.start);
    Some((begins.start..over, first.1.start..last.1.end))
}

/// Words and phrases with which a sentence says that it does not hold of all, or not now.
static LOOSE: Phrases = Phrases::new(&[
    "unless",
    "optional",
    "optionally",
    "commented",
    "formerly",
    "previously",
    "sometimes",
    "usually",
    "normally",
    "typically",
    "often",
    "mostly",
    "eventually",
    "used to",
    "no longer",
    "if",
    "in the future",
    "not yet",
    "going to",
    "opcional",
    "optionnel",
    "опційно",
    "опционально",
    "необов'язково",
    "зазвичай",
    "обычно",
    "normalerweise",
    "üblicherweise",
    "якщо",
    "если",
    "falls",
    "wenn",
    "where needed",
    "as needed",
    "when needed",
    "where applicable",
    "when applicable",
    "where appropriate",
    "where possible",
    "when possible",
    "where necessary",
    "when necessary",
    "only where",
    "only when",
    "only for",
    "only in",
]);

/// Verbs with which a sentence says that something may or will be.
const MODALS: &[&str] = &[
    "will",
    "would",
    "could",
    "might",
    "may",
    "can",
    "werden",
    "wird",
    "können",
    "pueden",
    "podem",
    "peuvent",
    "будуть",
    "будут",
    "можуть",
    "могут",
    "tendrán",
    "terão",
    "auront",
    "had",
    "hatten",
    "tenían",
    "tinham",
    "avaient",
];

/// Words that say more of the tables than that they are all: "all tables **that** hold personal data".
const RELATIVE: &[&str] = &[
    "that",
    "which",
    "who",
    "whose",
    "with",
    "in",
    "of",
    "for",
    "from",
    "where",
    "under",
    "containing",
    "holding",
    "storing",
    "used",
    "related",
    "який",
    "які",
    "которые",
    "для",
    "у",
    "в",
    "з",
    "с",
    "que",
    "con",
    "sin",
    "com",
    "sem",
    "em",
    "en",
    "de",
    "die",
    "welche",
    "mit",
    "ohne",
    "für",
    "im",
    "qui",
    "dans",
    "avec",
    "sans",
    "pour",
];

/// Tells whether a sentence says that it does not hold of all, or not now; `verb` is the word that says what they have.
pub(super) fn is_loose(lower: &str, words: &[Word<'_>], verb: Option<usize>) -> bool {
    let before = words.get(..verb.map_or(words.len(), |at| at + 1)).unwrap_or(words);
    LOOSE.find(lower).is_some() || before.iter().any(|(word, _)| MODALS.contains(&word.as_ref()))
}

/// Tells whether words deny: "not", but for that of "not null".
pub(super) fn denies(words: &[Word<'_>]) -> bool {
    words.iter().enumerate().any(|(at, (word, _))| {
        let next = words.get(at + 1).map(|(word, _)| word.as_ref());
        NOT.contains(&word.as_ref())
            && !matches!(next, Some("null" | "nullable" | "exception" | "exceptions"))
    })
}

/// Tells whether the words between "tables" and their verb say which tables.
pub(super) fn narrows(words: &[Word<'_>]) -> bool {
    words.iter().any(|(word, _)| RELATIVE.contains(&word.as_ref()))
}
