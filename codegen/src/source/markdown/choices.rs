//! The values that a column may hold, as people list them in words: `draft / active / paused`, "active, locked, disabled" behind a
//! column named `status`, items below "Values of `status`".

mod announced;

use std::borrow::Cow;
use std::ops::Range;

use super::inline::Inline;
use super::vocabulary::{self, KNOWN_CHOICES};
use super::{facts, words};
use crate::source::decl::{Prose, ProseKind};
use crate::span::Span;
pub(super) use announced::{fill, firsts};

/// Returns the values that a range of text lists for a column, with what stands before the list.
///
/// The list is the whole range up to a dash or a semicolon, or what its last brackets hold.
pub(super) fn read(text: &Inline, range: Range<usize>, column: &str) -> Option<(Range<usize>, Prose)> {
    let range = text.trim(range);
    let nothing = range.start..range.start;
    if let Some(values) = list(text, range.clone(), column) {
        return Some((nothing, values));
    }
    if let Some(found) = led(text, range.clone(), column) {
        return Some(found);
    }
    if let Some(found) = behind_words(text, range.clone(), column) {
        return Some(found);
    }
    // "`open` | `paid`, kept as text": bars end at the first comma.
    if let Some(end) = text.get(range.clone()).find([',', ';']).map(|at| range.start + at)
        && text.get(range.start..end).contains('|')
        && text.codes().iter().any(|code| code.start == range.start)
        && let Some(values) = list(text, range.start..end, column)
    {
        return Some((nothing, values));
    }
    let slice = text.get(range.clone()).trim_end_matches(['.', ' ']);
    if let Some(inside) = slice.strip_suffix([')', '）'])
        && let Some(open) = inside.rfind(['(', '（'])
        && let Some(width) = inside.get(open..).and_then(|rest| rest.chars().next()).map(char::len_utf8)
        && let Some(values) = list(text, range.start + open + width..range.start + inside.len(), column)
    {
        return Some((text.trim(range.start..range.start + open), values));
    }
    if let Some(found) = explained(text, range.clone()).or_else(|| either(text, range.clone())) {
        return Some(found);
    }
    if !text.get(range.clone()).contains(['/', '|']) {
        return None;
    }
    // "State open/paid/void": the last word of a few lists them.
    let words: Vec<Range<usize>> = words::each(text.text(), range.clone());
    if let [_, .., last] = words.as_slice()
        && words.len() <= 4
        && KNOWN_CHOICES.has(&last_word(column))
        && text.get(last.clone()).contains('/')
        && !text.get(range.start..last.start).contains(',')
        && !is_piece(text.get(range.start..last.start))
        && let Some(values) = list(text, last.clone(), column)
    {
        return Some((text.trim(range.start..last.start), values));
    }
    // "'open' / 'paid'. Default 'open'.": one sentence of several lists them, each set apart.
    let sentences = words::sentences(text.text(), range);
    let apart = |sentence: &Range<usize>| {
        let marked = text.codes().iter().any(|code| code.start == sentence.start)
            || text.get(sentence.clone()).starts_with(['"', '\'']);
        marked && text.get(sentence.clone()).contains(['/', '|'])
    };
    let several = sentences.len() > 1;
    let found = sentences.into_iter().filter(|sentence| several && apart(sentence));
    found.filter_map(|sentence| list(text, sentence, column)).map(|values| (nothing.clone(), values)).next()
}

/// "Or", before the last of several values.
const OR: &[&str] =
    &["or", "o", "u", "ou", "oder", "або", "чи", "или", "lub", "atau", "veya", "hoặc", "หรือ", "또는"];

/// Tells whether a word is "or".
pub(super) fn is_or(word: &str) -> bool {
    OR.contains(&word)
}

/// Returns the values in code with which a sentence ends, and what stands before them; none where the words before them deny.
pub(super) fn listed_last(
    text: &Inline,
    sentence: Range<usize>,
) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    const NEVER: &[&str] = &[
        "not", "never", "no", "non", "не", "ні", "нет", "não", "nicht", "kein", "pas", "but", "except",
        "like", "e.g", "such",
    ];
    let until = sentence.end;
    let place = words::without_stop(text.text(), sentence);
    let mut values: Vec<Range<usize>> = Vec::new();
    let mut end = place.end;
    for code in text.codes().iter().rev().filter(|code| place.start <= code.start && code.end <= place.end) {
        let between = text.get(code.end..end).trim_matches([',', ' ', '/', '|', '、', '\n']);
        let joins = if values.is_empty() {
            text.get(code.end..end).trim().is_empty()
        } else {
            between.is_empty() || is_or(between) || words::is_and(between)
        };
        if !joins {
            break;
        }
        end = code.start;
        values.push(code.clone());
    }
    values.reverse();
    let (first, last) = (values.first()?, values.last()?);
    let head = place.start..first.start;
    let rest = text.get(last.end..until);
    if rest.contains('…') || rest.contains("..") {
        return None;
    }
    let denied = words::bare(text, head.clone()).iter().any(|(word, _)| NEVER.contains(&word.as_ref()));
    (values.len() > 1 && !denied).then_some((head, values))
}

/// Reads "`open`, `paid` (in full) or `void`": values in code the last of which "or" parts from those before, whatever the column is called.
fn either(text: &Inline, range: Range<usize>) -> Option<(Range<usize>, Prose)> {
    if text.codes().len() < 2 {
        return None;
    }
    let mut values: Vec<Range<usize>> = Vec::new();
    let mut is_last = false;
    for code in text.codes().iter().filter(|code| range.start <= code.start && code.end <= range.end) {
        let from = values.last().map_or(range.start, |last| last.end);
        // What a value means may stand in brackets behind it.
        let between = text.get(from..code.start).trim().trim_start_matches(['*', ' ']);
        let between = match between.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((_, rest)) if !values.is_empty() => rest.trim(),
            _ => between,
        };
        // "**Required.** `open` or `paid`".
        let between =
            if values.is_empty() && between.trim_end_matches('*').ends_with('.') { "" } else { between };
        let word = words::lowered(between.trim_matches([',', ' ']));
        let is_or = is_or(&word);
        if !(word.is_empty() || is_or) || (values.is_empty() && !word.is_empty()) {
            break;
        }
        // "`a` or `b` or `c`" goes on, "`a` or `b`, `c`" is no list.
        if is_last && !is_or {
            return None;
        }
        is_last = is_or;
        values.push(code.clone());
    }
    let words: Vec<&str> =
        values.iter().map(|value| text.get(value.clone()).trim_matches(['\'', '"'])).collect();
    let is_value = |word: &&str| {
        word.starts_with(char::is_alphabetic)
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            && !["true", "false", "null"].contains(&words::lowered(word).as_ref())
    };
    let (first, last) = (values.first()?, values.last()?);
    if !is_last || words.len() < 2 || !words.iter().all(is_value) {
        return None;
    }
    let span = text.span(first.start..last.end);
    Some((last.end..last.end, Prose { text: words.join(" | "), span, kind: ProseKind::Note }))
}

/// Reads "How it is bought (`SHOP`: on the spot, `POST`: by letter)": values in code, and what each means.
fn explained(text: &Inline, range: Range<usize>) -> Option<(Range<usize>, Prose)> {
    let slice = text.get(range.clone()).trim_end_matches(['.', ' ']);
    let open = slice.strip_suffix([')', '）'])?.rfind(['(', '（'])?;
    let inside = text.trim(range.start + open..range.start + slice.len());
    let start = inside.start + text.get(inside.clone()).chars().next()?.len_utf8();
    let end = inside.end - text.get(inside.clone()).chars().next_back()?.len_utf8();
    let value = |thing: Range<usize>| {
        let code = text.codes().iter().find(|code| code.start == thing.start && code.end <= thing.end)?;
        let behind = text.get(code.end..thing.end).trim_start();
        let value = text.get(code.clone());
        let plain = value.starts_with(char::is_alphabetic)
            && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        (plain && behind.starts_with([':', '：', '=', '-', '–', '—'])).then_some(value)
    };
    let values: Option<Vec<&str>> = words::things(text.text(), start..end).into_iter().map(value).collect();
    let values = values.filter(|values| values.len() > 1)?;
    let prose = Prose { text: values.join(" | "), span: text.span(start..end), kind: ProseKind::Note };
    Some((text.trim(range.start..range.start + open), prose))
}

/// Reads the values that an item below a column lists: "Values: `open`, `paid`".
pub(super) fn below(text: &Inline) -> Option<Prose> {
    let lead = words::lowered(text.text().split([':', '：']).next()?.trim());
    LEADS
        .contains(&lead.as_ref())
        .then(|| led(text, 0..words::without_stop(text.text(), 0..text.text().len()).end, ""))
        .flatten()
        .map(|(_, values)| values)
}

/// Reads "Current status: `open`, `paid`" of the column `status`: a few words that say the column, and values in code or quotes;
/// behind "One of:" they need neither.
fn led(text: &Inline, range: Range<usize>, column: &str) -> Option<(Range<usize>, Prose)> {
    let slice = text.get(range.clone());
    let (lead, _) = slice.split_once([':', '：'])?;
    let end = range.start + lead.len();
    let said: Vec<_> = words::bare(text, range.start..end).into_iter().map(|(word, _)| word).collect();
    let of_values = LEADS.contains(&said.join(" ").as_str());
    let of_column =
        said.len() <= 4 && said.last().is_some_and(|word| words::singular(word) == last_word(column));
    let behind = text.trim(end + text.get(end..range.end).chars().next()?.len_utf8()..range.end);
    let marked = text.codes().iter().any(|code| code.start == behind.start)
        || text.get(behind.clone()).starts_with(['"', '\'']);
    // "Роль: user, admin": both the words and the column say that it holds one of a few.
    let of_few = said.len() == 1
        && said.iter().all(|word| KNOWN_CHOICES.has(word))
        && KNOWN_CHOICES.has(&last_word(column));
    // "Order state: OPEN/PAID" of a column that holds one of a few.
    let barred = said.len() <= 4
        && KNOWN_CHOICES.has(&last_word(column))
        && text.get(behind.clone()).split_whitespace().count() == 1
        && text.get(behind.clone()).contains(['/', '|']);
    // "Session state: `open`, `paid`" in other words, of a column that holds one of a few: nothing but values in code follows.
    let after = text.get(behind.clone());
    let coded = said.len() <= 3
        && KNOWN_CHOICES.has(&last_word(column))
        && marked
        && after.contains(',')
        && !after.contains([';', '(', '—'])
        && said.iter().all(|word| {
            !["example", "examples", "default", "on", "from", "by", "with", "to", "sorted", "unit"]
                .contains(&word.as_ref())
                && !vocabulary::PIECES.has(word)
                && !vocabulary::DENIED.has(word)
                && !vocabulary::DOUBTED.has(word)
        });
    let values = list(text, behind, "status")
        .filter(|_| of_values || of_few || barred || coded || (of_column && marked))?;
    let before = if said.len() > 2 { range.start..end } else { range.start..range.start };
    Some((before, values))
}

/// Reads "State of the order, `OPEN`, `PAID`" of a column that holds one of a few: a few words, and values in code to the end.
fn behind_words(text: &Inline, range: Range<usize>, column: &str) -> Option<(Range<usize>, Prose)> {
    if text.codes().len() < 2 || !KNOWN_CHOICES.has(&last_word(column)) {
        return None;
    }
    let (head, values) = listed_last(text, range)?;
    let said = text.get(head.clone()).trim_end().strip_suffix(',')?;
    let (first, last) = (values.first()?, values.last()?);
    let place = first.start..last.end;
    let plain = !said.contains([',', ':', '`', '(']) && said.split_whitespace().count() <= 5;
    let values = list(text, place, column).filter(|_| plain)?;
    Some((text.trim(head.start..head.start + said.len()), values))
}

/// What people write before the values of a column.
pub(super) const LEADS: &[&str] = &[
    "one of",
    "values",
    "allowed values",
    "possible values",
    "valid values",
    "allowed",
    "enum",
    "options",
    "можливі значення",
    "допустимі значення",
    "значення",
    "возможные значения",
    "допустимые значения",
    "значения",
    "valores",
    "valores posibles",
    "valores permitidos",
    "valores possíveis",
    "werte",
    "mögliche werte",
    "erlaubte werte",
    "valeurs",
    "valeurs possibles",
    "값",
    "가능한 값",
    "可选值",
    "取值",
    "枚举值",
];

/// Reads a range that is nothing but a list of values, with bars, dots, slashes, commas or "or" between them.
pub(super) fn list(text: &Inline, range: Range<usize>, column: &str) -> Option<Prose> {
    let slice = text.get(range.clone());
    let end = words::first_of(slice, &[" — ", " – ", " - ", "; ", " ("]);
    let slice = slice.get(..end.unwrap_or(slice.len()))?.trim_end_matches(['.', ' ']);
    // "open | closed | (empty)" goes on with what is no word.
    if slice.ends_with(['|', '/']) {
        return None;
    }
    let separator = ['|', '·', '/', ','].into_iter().find(|separator| slice.contains(*separator));
    let is_choice = KNOWN_CHOICES.has(&last_word(column));
    if separator.is_none() && !is_choice {
        return None;
    }
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut start = range.start;
    for part in slice.split_inclusive(|c: char| Some(c) == separator) {
        let bare = separator.map_or(part, |separator| part.trim_end_matches(separator));
        places.extend(alternatives(text, start..start + bare.len()));
        start += part.len();
    }
    let marked = |place: &Range<usize>| {
        let coded = text.codes().iter().any(|code| code.start <= place.start && place.end <= code.end);
        coded || text.get(place.clone()).starts_with(['\'', '"'])
    };
    let all_marked = places.iter().all(marked);
    let values: Vec<&str> =
        places.iter().map(|place| text.get(place.clone()).trim_matches(['\'', '"', '`', ' '])).collect();
    let is_loud = |value: &&str| !value.contains(char::is_lowercase);
    let is_lettered = |value: &&str| value.contains(char::is_alphabetic);
    // "State/province", "Home, work": words of prose begin with a capital letter.
    let is_prose =
        !all_marked && values.iter().any(|value| value.starts_with(char::is_uppercase) && !is_loud(value));
    let least = match separator {
        Some('|') => 2,
        Some('·') if is_choice || all_marked || values.iter().all(is_loud) => 2,
        Some('/') if (is_choice && !is_prose) || all_marked => 2,
        Some('·' | '/') => 3,
        Some(_) if is_choice => {
            if is_prose {
                3
            } else {
                2
            }
        }
        // "`EAST`, `WEST`, or `NONE`" as all that is said.
        Some(_) if all_marked && values.iter().all(is_loud) && values.iter().all(is_lettered) => 3,
        // "CREDIT or DEBIT".
        None if is_choice && (all_marked || values.iter().all(is_loud)) => 2,
        _ => return None,
    };
    let is_value = |value: &&str| {
        value.starts_with(char::is_alphanumeric)
            && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            && !OPEN.contains(&words::lowered(value).as_ref())
    };
    // "PK | auto-increment" says keys.
    // "UNIQUE (shop_id, kind)" beside `kind` names columns.
    if separator == Some(',') && values.contains(&column) {
        return None;
    }
    if says_date_format(&values) || values.iter().any(|value| facts::is_mark(value)) {
        return None;
    }
    // "Required, immutable", "derived, read-only" say facts and remarks.
    let is_said = values.iter().any(|value| is_fact(value))
        || values.iter().all(|value| vocabulary::REMARKS.has(&words::lowered(value)));
    if !all_marked && separator == Some(',') && is_said {
        return None;
    }
    let distinct = values.iter().enumerate().all(|(at, value)| !values.iter().take(at).any(|it| it == value));
    (values.len() >= least && distinct && values.iter().all(is_value)).then(|| Prose {
        text: values.join(" | "),
        span: text.span(range.start..range.start + slice.len()),
        kind: ProseKind::Note,
    })
}

/// Tells whether what stands between slashes says how a date is written: "dd/mm/yyyy".
pub(crate) fn says_date_format(values: &[impl AsRef<str>]) -> bool {
    const OF_DATES: &[&str] = &["dd", "mm", "yyyy", "yy", "aaaa", "jjjj", "hh", "ss", "tt", "гггг"];
    values.iter().all(|value| OF_DATES.contains(&words::lowered(value.as_ref()).as_ref()))
}

/// Makes a note of values: a list of them, or, where more are there than it says, what it says.
pub(super) fn prose(values: &[&str], span: Span) -> Prose {
    let mark = if goes_on(values) { ", " } else { " | " };
    Prose { text: values.join(mark), span, kind: ProseKind::Note }
}

/// Takes the word off a list that stands between it and "enum": "Enum con 'a', 'b'".
pub(super) fn without_with(list: &str) -> &str {
    const WITH: &[&str] = &["with ", "con ", "com ", "mit ", "avec ", "с ", "з "];
    WITH.iter().find_map(|with| list.strip_prefix(with)).unwrap_or(list)
}

/// Tells whether a word is a fact of a column, and no value.
pub(super) fn is_fact(value: &str) -> bool {
    let lower = words::lowered(value);
    let is_whole = |found: Option<Range<usize>>| found.is_some_and(|found| found == (0..lower.len()));
    vocabulary::INDEXED.contains(&lower.as_ref())
        || is_whole(vocabulary::NOT_NULL.find(&lower))
        || is_whole(vocabulary::NULLABLE.find(&lower))
        || is_whole(vocabulary::UNIQUE.find(&lower))
}

/// Tells whether what stands between bars is rather a piece of a sentence: "anything but open", "was a", "e.g. red".
pub(crate) fn is_piece(item: &str) -> bool {
    // Most texts have one word.
    if !item.contains(' ') {
        return false;
    }
    let lower = words::lowered(item);
    let words: Vec<&str> = lower
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '.')).trim_end_matches('.'))
        .collect();
    // "In transit" is a state, "in cents" says how something is counted.
    let is_measure = match words.as_slice() {
        [first, second, ..] => vocabulary::WITHIN.has(first) && !vocabulary::UNDER_WAY.has(second),
        _ => false,
    };
    is_measure || words.into_iter().any(|word| vocabulary::PIECES.has(word))
}

/// Words that say that a list goes on.
const OPEN: &[&str] = &["etc", "others", "more", "тощо", "usw", "ecc", "등"];

/// Tells whether the last of several values says that there are more: "etc.", "…".
fn goes_on(values: &[&str]) -> bool {
    values.last().is_some_and(|last| {
        let word = words::lowered(last.trim_end_matches('.'));
        word.is_empty() || word == "…" || OPEN.contains(&word.as_ref())
    })
}

/// Splits "a or b" and takes the "or" off "or c".
pub(super) fn alternatives(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    const OR: &[&str] = &["or", "або", "или", "o", "ou", "oder", "또는"];
    let mut found = vec![];
    let mut part: Option<Range<usize>> = None;
    for word in words::iter(text.text(), range) {
        if OR.contains(&text.get(word.clone())) {
            found.extend(part.take());
        } else {
            part = Some(part.map_or(word.clone(), |part| part.start..word.end));
        }
    }
    found.extend(part);
    found
}

/// Returns the last word of a column's name: `status` of `payment_status` and of `paymentStatus`.
fn last_word(name: &str) -> Cow<'_, str> {
    let camel = name.char_indices().rev().find(|(at, c)| *at > 0 && c.is_uppercase()).map(|(at, _)| at);
    let is_loud = !name.contains(char::is_lowercase);
    let start = name.rfind('_').map(|at| at + 1).max(camel.filter(|_| !is_loud)).unwrap_or(0);
    words::lowered(name.get(start..).unwrap_or(name))
}
