//! Numbers of things in a line: "12 enum types", "Models (15 tables)", "Indexes: 54".

use std::borrow::Cow;
use std::ops::Range;

use super::subject::subject;
use crate::source::decl::{Extent, Subject};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{vocabulary, words};

/// A number of things.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// The number.
    pub(super) number: usize,
    /// Its place.
    pub(super) at: Range<usize>,
    /// What is counted; none where the words only name a part of it ("Core (4)").
    pub(super) subject: Option<Subject>,
    /// Of what it speaks.
    pub(super) extent: Extent,
    /// Where the words about it end.
    pub(super) end: usize,
    /// Whether the number stands behind what is counted, as in a heading: "Models (15)".
    pub(super) behind: bool,
}

/// A word in lower case with its place.
struct Word<'a> {
    text: Cow<'a, str>,
    at: Range<usize>,
}

/// Finds every number of things in a line.
pub(super) fn read(text: &Inline, line: Range<usize>) -> Vec<Phrase> {
    // Most lines have no number.
    if !words::has_number(text.get(line.clone())) {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (word, at) in words::bare(text, line.clone()) {
        let word = match word {
            Cow::Borrowed(word) if !word.contains('-') && word.is_ascii() => {
                all.push(Word { text: Cow::Borrowed(word), at });
                continue;
            }
            word => word,
        };
        // "Primary-key" is two words.
        let mut start = at.start;
        for part in word.split('-') {
            let end = (start + part.len()).min(at.end);
            // "12개 테이블" counts with a word of its own behind the number.
            let counter = ["개의", "개"].iter().find_map(|counter| part.strip_suffix(counter));
            let bare = counter.filter(|bare| number(bare).is_some()).unwrap_or(part);
            if !part.is_empty() {
                all.push(Word {
                    text: Cow::Owned(bare.to_owned()),
                    at: start..end - (part.len() - bare.len()),
                });
            }
            start = end + 1;
        }
    }
    let cx = Line { text, range: line, words: all };
    (0..cx.words.len()).filter_map(|at| cx.phrase(at)).collect()
}

/// Returns a whole cell or text that is a number and nothing else.
pub(super) fn number(text: &str) -> Option<usize> {
    let digits = text.trim();
    let plain = !digits.is_empty() && digits.len() <= 5 && digits.chars().all(|c| c.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// Returns what a heading of a column or the label of a row counts, with the words that narrow it; none where it names no things.
pub(super) fn label(text: &Inline) -> Option<(Subject, Extent)> {
    let line = 0..text.text().len();
    let words = words::bare(text, line.clone()).into_iter().map(|(text, at)| Word { text, at }).collect();
    let cx = Line { text, range: line, words };
    cx.outer(cx.words.len())
}

struct Line<'a> {
    text: &'a Inline,
    range: Range<usize>,
    words: Vec<Word<'a>>,
}

impl Line<'_> {
    fn phrase(&self, at: usize) -> Option<Phrase> {
        let word = self.words.get(at)?;
        let number = number(&word.text).filter(|_| self.is_exact(at))?;
        let before = self.text.get(self.range.start..word.at.start).trim_end();
        if before.ends_with(['(', '[']) {
            return self.bracketed(at, number);
        }
        self.running(at, number).or_else(|| self.labelled(at, number, before))
    }

    /// Tells whether a number is said to be exact and is no part of something else: a version, a date, a share.
    fn is_exact(&self, at: usize) -> bool {
        const ABOUT: &[&str] = &[
            "about",
            "around",
            "roughly",
            "approximately",
            "over",
            "under",
            "least",
            "most",
            "to",
            "nearly",
        ];
        let Some(word) = self.words.get(at) else { return false };
        let mut after = self.text.get(word.at.end..self.range.end).chars();
        let joined = match after.next() {
            Some('.' | ',' | ':') => after.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => !(c.is_whitespace() || matches!(c, ')' | ']' | '*' | '|' | '`' | ';' | '"' | '개')),
            None => false,
        };
        let before = self.text.get(self.range.start..word.at.start);
        let marked = before.chars().next_back().is_some_and(|c| {
            !(c.is_whitespace() || matches!(c, '(' | '[' | '*' | ':' | '|' | '`' | '"' | '：'))
        });
        let approximate = at
            .checked_sub(1)
            .and_then(|before| self.words.get(before))
            .is_some_and(|before| ABOUT.contains(&before.text.as_ref()));
        let doubtful = before.trim_end().ends_with(['~', '≈', '<', '>', '≥', '≤', '+', '#', '№']);
        !(joined || marked || approximate || doubtful)
    }

    /// "Models (15 tables)", "Core (4)", "UserRole (3 values)".
    fn bracketed(&self, at: usize, number: usize) -> Option<Phrase> {
        let word = self.words.get(at)?;
        let close = word.at.end + self.text.get(word.at.end..self.range.end).find([')', ']'])?;
        let rest = self.text.get(close + 1..self.range.end).trim_start_matches([' ', '*', '`']);
        let ends = rest.is_empty() || !rest.starts_with(|c: char| c.is_alphanumeric());
        let inner: Vec<&str> = self
            .words
            .iter()
            .skip(at + 1)
            .take_while(|word| word.at.end <= close)
            .map(|word| word.text.as_ref())
            .collect();
        let outer = self.words.get(..at).filter(|outer| !outer.is_empty() && outer.len() <= 8)?;
        if !ends {
            return None;
        }
        let phrase = |subject, extent| Phrase {
            number,
            at: word.at.clone(),
            subject,
            extent,
            end: close + 1,
            behind: true,
        };
        if matches!(inner.as_slice(), ["values" | "labels" | "options" | "members"]) {
            let name = outer.last()?;
            let written = self.text.get(name.at.clone());
            return vocabulary::is_name(written).then(|| {
                phrase(
                    Some(Subject::Values(written.to_owned())),
                    Extent::Part(self.text.ident(name.at.clone())),
                )
            });
        }
        if let Some((subject, extent)) = self.outer(at) {
            return Some(phrase(Some(subject), extent));
        }
        if let Some((subject, _)) = subject(&inner) {
            return Some(phrase(Some(subject), self.narrowed(0..at)));
        }
        matches!(inner.as_slice(), [] | ["total"]).then(|| phrase(None, self.narrowed(0..at)))
    }

    /// "12 enum types", "all 15 tables", "the schema has 15 models", "Core: 5 models".
    fn running(&self, at: usize, number: usize) -> Option<Phrase> {
        let mut run: Vec<&str> = Vec::new();
        let mut found = None;
        let mut last = at;
        for next in at + 1..=at + 6 {
            let (Some(word), true) = (self.words.get(next), self.meet(last, next)) else { break };
            // "3 of 4 tables", "2 to 5 indexes", "5 agents and tables" count something else.
            if JOINS.contains(&word.text.as_ref()) {
                break;
            }
            run.push(&word.text);
            last = next;
            if let Some((subject, taken)) = subject(&run) {
                found = Some((subject, next + 1 - taken, next));
            }
        }
        let (subject, noun, last) = found?;
        let (word, end) = (self.words.get(at)?, self.words.get(last)?.at.end);
        let narrowed = self.narrowed(at + 1..noun);
        let extent = if matches!(narrowed, Extent::Part(_)) { narrowed } else { self.extent(at, last) };
        Some(Phrase { number, at: word.at.clone(), subject: Some(subject), extent, end, behind: false })
    }

    /// "Indexes: 54", "Total tables — 15".
    fn labelled(&self, at: usize, number: usize, before: &str) -> Option<Phrase> {
        let word = self.words.get(at)?;
        let rest = self.text.get(word.at.end..self.range.end).trim_start_matches(['*', '`', ' ']);
        let ends =
            rest.is_empty() || rest.starts_with(['(', '.', ';', ',']) || rest.to_lowercase() == "total";
        let before = before.trim_end_matches(['*', '`', ' ']);
        if !ends || !before.ends_with([':', '：', '—', '–', '-', '=', '→']) {
            return None;
        }
        let (subject, extent) = self.outer(at)?;
        Some(Phrase {
            number,
            at: word.at.clone(),
            subject: Some(subject),
            extent,
            end: word.at.end,
            behind: true,
        })
    }

    /// Returns what the words before one count.
    fn outer(&self, end: usize) -> Option<(Subject, Extent)> {
        let run: Vec<&str> = self.words.iter().take(end).map(|word| word.text.as_ref()).collect();
        let (subject, taken) = subject(&run)?;
        Some((subject, self.narrowed(0..end.saturating_sub(taken))))
    }

    /// Returns the part that words name, once those that narrow nothing are taken away.
    fn narrowed(&self, words: Range<usize>) -> Extent {
        let is_plain = |word: &&Word<'_>| {
            NEUTRAL.contains(&word.text.as_ref()) || word.text.chars().all(|c| c.is_ascii_digit() || c == '.')
        };
        let words = self.words.get(words).unwrap_or_default();
        let telling: Vec<&Word<'_>> = words.iter().filter(|word| !is_plain(word)).collect();
        // A noun of things narrows nothing by itself: "All indexes defined (54 indexes)".
        let names_things = |word: &&&Word<'_>| subject(&[word.text.as_ref()]).is_some();
        match (telling.first(), telling.last()) {
            (Some(first), Some(last)) if !telling.iter().all(|word| names_things(&word)) => {
                Extent::Part(self.text.ident(first.at.start..last.at.end))
            }
            _ => Extent::Whole,
        }
    }

    /// Tells of what a number in running text speaks, by the words before it and behind what is counted.
    fn extent(&self, at: usize, last: usize) -> Extent {
        const OPENERS: &[&str] =
            &["all", "total", "of", "a", "the", "only", "just", "exactly", "there", "are", "in"];
        const GOES_ON: &[&str] = &[
            "total",
            "fully",
            "defined",
            "created",
            "identified",
            "implemented",
            "configured",
            "documented",
            "listed",
            "overall",
            "altogether",
            "and",
        ];
        const HAS: &[&str] = &[
            "has",
            "have",
            "contains",
            "defines",
            "comprises",
            "holds",
            "includes",
            "uses",
            "consists",
            "of",
        ];
        const SCHEMA: &[&str] = &["schema", "database", "db", "model", "document"];
        let lead = self.words.get(..at).unwrap_or_default();
        let is = |word: &Word<'_>, list: &[&str]| list.contains(&word.text.as_ref());
        let start = self.words.get(at).map_or(0, |word| word.at.start);
        let before = self.text.get(self.range.start..start).trim_end_matches([' ', '*']);
        if let (true, Some(first), Some(label)) =
            (before.ends_with([':', '—', '–', '：']), lead.first(), lead.last())
        {
            // "Core: 5 models" speaks of a part; "Summary: 5 models" of a whole that the words do not name.
            let words = self.text.ident(first.at.start..label.at.end);
            return match self.narrowed(0..at) {
                Extent::Part(_) if lead.len() <= 4 => Extent::Part(words),
                Extent::Part(_) => Extent::Unclear,
                other => other,
            };
        }
        let all = lead.iter().any(|word| is(word, &["all", "total"]));
        let goes_on = match self.words.get(last + 1) {
            Some(next) if self.meet(last, last + 1) => is(next, GOES_ON),
            _ => true,
        };
        let opens = lead.iter().all(|word| is(word, OPENERS));
        let of_schema =
            lead.last().is_some_and(|word| is(word, HAS)) && lead.iter().any(|word| is(word, SCHEMA));
        if (opens && (all || goes_on)) || (of_schema && goes_on && lead.len() <= 6) {
            Extent::Whole
        } else {
            Extent::Unclear
        }
    }

    /// Tells whether nothing but white space and marks of emphasis stands between two words.
    fn meet(&self, one: usize, other: usize) -> bool {
        let (Some(one), Some(other)) = (self.words.get(one), self.words.get(other)) else { return false };
        self.text
            .get(one.at.end..other.at.start)
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '*' | '`' | '-' | '_' | '개' | '의'))
    }
}

/// Words behind which another thing begins.
const JOINS: &[&str] = &[
    "of", "in", "on", "to", "or", "and", "with", "without", "for", "from", "per", "than", "by", "that", "y",
    "e", "und", "et", "та", "і", "й", "и", "або", "или", "o", "ou", "oder", "de", "von", "en", "em",
];

/// Words that narrow nothing.
const NEUTRAL: &[&str] = &[
    "database",
    "db",
    "prisma",
    "postgresql",
    "postgres",
    "sql",
    "total",
    "distinct",
    "different",
    "defined",
    "separate",
    "schema",
    "data",
    "native",
    "all",
    "the",
    "of",
    "number",
    "count",
    "summary",
    "overview",
    "statistics",
    "complete",
    "full",
    "current",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::markdown::inline::Builder;
    use crate::span::Sources;

    #[test]
    fn tables_are_counted_in_every_language() {
        let lines = [
            "12 tables",
            "12 таблиць",
            "12 таблиц",
            "12개 테이블",
            "12개의 테이블",
            "12 tablas y 3 vistas",
            "12 tabelas e 3 views",
            "12 Tabellen und 3 Aufzählungstypen",
            "12 tables et 3 vues",
        ];
        for line in lines {
            let mut text = Builder::new(Sources::default().add("a.md", line));
            text.text(line, 0);
            let text = text.finish();
            let phrases = read(&text, 0..line.len());
            let first = phrases.first().map(|phrase| (phrase.number, phrase.subject.clone()));
            assert_eq!(first, Some((12, Some(Subject::Tables))), "{line}");
        }
    }

    #[test]
    fn other_things_are_counted_in_every_language() {
        let check = |lines: &[&str], subject: &Subject| {
            for line in lines {
                let mut text = Builder::new(Sources::default().add("a.md", *line));
                text.text(line, 0);
                let phrases = read(&text.finish(), 0..line.len());
                let found = phrases.iter().find(|phrase| phrase.number == 3).map(|phrase| &phrase.subject);
                assert_eq!(found, Some(&Some(subject.clone())), "{line}");
            }
        };
        check(
            &[
                "3 views",
                "3 vistas",
                "3 vues",
                "3 Sichten",
                "3 visões",
                "3 представлення",
                "3 представления",
                "3개 뷰",
            ],
            &Subject::Views,
        );
        check(
            &[
                "3 enums",
                "3 enum types",
                "3 tipos enumerados",
                "3 types énumérés",
                "3 Aufzählungstypen",
                "3 перечисления",
                "3 переліків",
                "3개의 열거형",
            ],
            &Subject::Enums,
        );
        check(
            &[
                "3 foreign keys",
                "3 claves foráneas",
                "3 chaves estrangeiras",
                "3 Fremdschlüssel",
                "3 внешних ключа",
            ],
            &Subject::ForeignKeys,
        );
        check(&["3 triggers", "3 gatilhos", "3 тригери", "3 Trigger"], &Subject::Triggers);
        check(&["3 functions", "3 funciones", "3 Funktionen", "3 функції"], &Subject::Functions);
        check(&["3 RLS policies", "3 políticas", "3 політики"], &Subject::Policies);
    }
}
