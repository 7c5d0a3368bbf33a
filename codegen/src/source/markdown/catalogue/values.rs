//! "Status Values: open, paid, void": the values that a column may hold. A list is one where all of it is understood; one that goes on,
//! gives examples or says anything but values would forbid what the document allows.

use std::ops::Range;

use super::Entry;
use crate::source::decl::{ColumnDecl, DefaultDecl, DefaultKind, Prose, ProseKind};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{choices, plans, vocabulary, words};
use crate::span::Span;

/// A value of a list.
struct Value {
    text: String,
    /// What brackets say of it: "archived (soft delete)".
    remark: Option<String>,
    is_default: bool,
    place: Range<usize>,
}

/// Gives the values of an entry to the column whose name its label begins with; tells whether there is one, and all is understood.
pub(super) fn read(entry: &Entry<'_>, label: &str, columns: &mut [ColumnDecl]) -> bool {
    let label = label.trim_start_matches(|c: char| !c.is_alphanumeric());
    let begins = |name: &str| label.starts_with(&name.replace('_', " ")) || label.starts_with(name);
    let own = |column: &ColumnDecl| begins(&column.name.node.to_lowercase());
    // "Значення статусу" of the column `status`.
    let said = vocabulary::named_values(label);
    let translated = |column: &ColumnDecl| {
        let name = column.name.node.to_lowercase();
        said.is_some_and(|said| said == name || vocabulary::called(said).is_some_and(|called| called == name))
    };
    let at = columns.iter().position(own).or_else(|| columns.iter().position(translated));
    let Some(column) = at.and_then(|at| columns.get_mut(at)) else { return false };
    let mut values: Vec<Value> = Vec::new();
    let mut place: Option<Span> = None;
    let mut default: Option<DefaultDecl> = None;
    for (text, range) in entry.pieces() {
        let own = range == entry.said && std::ptr::eq(text, entry.text);
        let found = if own { listed(text, range.clone()) } else { of_item(text).map(|value| vec![value]) };
        let Some(found) = found else { return false };
        for value in &found {
            if value.is_default {
                let span = text.span(value.place.clone());
                default = Some(DefaultDecl { kind: DefaultKind::String, value: value.text.clone(), span });
            }
        }
        values.extend(found);
        let span = text.span(range);
        place = Some(place.map_or(span, |place| place.to(span)));
    }
    let distinct =
        values.iter().enumerate().all(|(at, value)| !values.iter().take(at).any(|it| it.text == value.text));
    let Some(span) = place.filter(|_| values.len() > 1 && distinct) else { return false };
    let joined: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
    let mut text = joined.join(" | ");
    let remarks: Vec<String> = values
        .iter()
        .filter_map(|value| Some(format!("{}: {}", value.text, value.remark.as_ref()?)))
        .collect();
    if !remarks.is_empty() {
        text = format!("{text} — {}", remarks.join(", "));
    }
    column.notes.push(Prose { text, span, kind: ProseKind::Note });
    column.default = column.default.take().or(default);
    true
}

/// Reads values between commas, bars, slashes or "or"; none where anything else is said.
fn listed(text: &Inline, range: Range<usize>) -> Option<Vec<Value>> {
    let range = behind_lead(text, text.trim(range));
    // Points at the end say that the list goes on, as words do.
    let slice = text.get(range.clone());
    if slice.trim_end().ends_with("..") || slice.contains('…') {
        return None;
    }
    let mut found = Vec::new();
    for thing in words::things(text.text(), range) {
        for part in at_bars(text, thing) {
            for place in choices::alternatives(text, part) {
                if is_null(text, &place) {
                    continue;
                }
                found.push(value(text, place)?);
            }
        }
    }
    Some(found)
}

/// Reads the value that an item of a list begins with; what stands behind a dash describes it.
fn of_item(text: &Inline) -> Option<Value> {
    let all = text.trim(0..text.text().len());
    let end = words::separator(text.text()).map_or(all.end, |(end, _)| end);
    let place = text.trim(all.start..words::without_stop(text.text(), all.start..end).end);
    if text.get(place.clone()).contains([',', ';']) && !is_marked(text, &place) {
        return None;
    }
    value(text, place)
}

/// Takes "one of" off the beginning of a list.
fn behind_lead(text: &Inline, range: Range<usize>) -> Range<usize> {
    let lower = words::folded(text.get(range.clone()));
    let lead = choices::LEADS.iter().chain(["either"].iter()).filter(|lead| {
        lower
            .strip_prefix(**lead)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':', '：', '\n']))
    });
    let Some(lead) = lead.max_by_key(|lead| lead.len()) else { return range };
    let rest = text.get(range.start + lead.len()..range.end);
    let rest = rest.trim_start_matches([' ', ':', '：', '\n']);
    text.trim(range.end - rest.len()..range.end)
}

/// Splits at bars and slashes outside brackets.
fn at_bars(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let (mut found, mut start, mut depth) = (Vec::new(), range.start, 0_usize);
    for (at, c) in text.get(range.clone()).char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '|' | '/' if depth == 0 => {
                found.push(text.trim(start..range.start + at));
                start = range.start + at + 1;
            }
            _ => {}
        }
    }
    found.push(text.trim(start..range.end));
    found.retain(|part| !part.is_empty());
    found
}

fn is_marked(text: &Inline, place: &Range<usize>) -> bool {
    let coded = text.codes().iter().any(|code| code.start <= place.start && place.end <= code.end);
    let slice = text.get(place.clone());
    let quoted = |mark: char| {
        slice.len() > 2
            && slice.starts_with(mark)
            && slice.ends_with(mark)
            && slice.matches(mark).count() == 2
    };
    coded || quoted('\'') || quoted('"')
}

/// Every column without NOT NULL takes NULL, which is no value of a list.
fn is_null(text: &Inline, place: &Range<usize>) -> bool {
    let coded = text.codes().iter().any(|code| code.start <= place.start && place.end <= code.end);
    !coded && text.get(place.clone()).eq_ignore_ascii_case("null")
}

/// Reads one value: `in_progress`, 'on hold', "in progress", "open (default)".
fn value(text: &Inline, place: Range<usize>) -> Option<Value> {
    let slice = text.get(place.clone());
    let (bare, remark) = match slice.find(" (").filter(|_| slice.ends_with(')')) {
        Some(open) => (
            text.trim(place.start..place.start + open),
            Some(slice.get(open + 2..slice.len() - 1)?.trim().to_owned()),
        ),
        None => (place.clone(), None),
    };
    let marked = is_marked(text, &bare);
    let said = text.get(bare.clone()).trim_matches(['\'', '"', '`', ' ']).to_owned();
    let each: Vec<String> = said.split(' ').map(str::to_lowercase).collect();
    let is_word = |word: &String| {
        word.starts_with(char::is_alphanumeric)
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.'))
            && !word.ends_with('.')
    };
    let no_value = |word: &String| NO_VALUE.contains(&word.as_str());
    // "not `open`", and half of what stands in quotes, are more than a value.
    let slice = text.get(bare.clone());
    let in_part = !marked
        && (slice.contains(['\'', '"', '`'])
            || text.codes().iter().any(|code| bare.start <= code.start && code.end <= bare.end));
    let plain = !in_part
        && !each.is_empty()
        && each.len() <= 3
        && each.iter().all(is_word)
        && !(each.iter().any(no_value) && (each.len() > 1 || OPEN.contains(&words::lowered(&said).as_ref())));
    // What is set apart may be anything that the list can be written with.
    let kept = marked
        && !said.is_empty()
        && !["|", " — ", " – ", " - ", "; ", " ("].iter().any(|mark| said.contains(mark));
    if !(plain || kept) || said.contains("..") {
        return None;
    }
    let lower = remark.as_deref().unwrap_or_default().to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default();
    let goes_on = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '.'))
        .any(|word| OPEN.contains(&word.trim_end_matches('.')) || EXAMPLES.contains(&word));
    let is_none =
        ["not", "never", "no", "unused", "removed", "except", "unless", "only", "nicht", "не", "ні"]
            .contains(&first);
    if goes_on || is_none || choices::is_or(first) || plans::is_mark(&lower) || lower.ends_with("..") {
        return None;
    }
    let is_default = DEFAULT.contains(&lower.as_str());
    let remark = remark.filter(|_| !is_default && !lower.is_empty());
    Some(Value { text: said, remark, is_default, place: bare })
}

const DEFAULT: &[&str] = &[
    "default",
    "by default",
    "за замовчуванням",
    "по умолчанию",
    "por defecto",
    "predeterminado",
    "padrão",
    "standard",
    "voreinstellung",
    "par défaut",
    "défaut",
    "기본값",
];

/// Words that say that a list goes on.
const OPEN: &[&str] = &[
    "etc",
    "others",
    "other",
    "more",
    "any",
    "anything",
    "тощо",
    "usw",
    "ecc",
    "등",
    "и др",
    "custom values",
];

/// Words that give examples.
const EXAMPLES: &[&str] = &[
    "e.g",
    "e.g.",
    "eg",
    "i.e",
    "i.e.",
    "example",
    "examples",
    "for example",
    "such",
    "like",
    "z.b.",
    "z.b",
    "beispiel",
    "ejemplo",
    "exemplo",
    "exemple",
    "ex.",
    "p.ex.",
    "наприклад",
    "например",
    "включаючи",
    "including",
    "incl",
    "incl.",
];

/// Words that are no part of a value of several words.
const NO_VALUE: &[&str] = &[
    "all",
    "as",
    "becomes",
    "then",
    "that",
    "which",
    "if",
    "when",
    "unless",
    "except",
    "e.g",
    "e.g.",
    "eg",
    "i.e",
    "i.e.",
    "example",
    "examples",
    "such",
    "like",
    "z.b.",
    "z.b",
    "beispiel",
    "ejemplo",
    "exemplo",
    "exemple",
    "ex.",
    "p.ex.",
    "наприклад",
    "например",
    "including",
    "incl",
    "between",
    "zwischen",
    "entre",
    "між",
    "между",
    "from",
    "see",
    "siehe",
    "values",
    "value",
    "werte",
    "valores",
    "valeurs",
    "значення",
    "значения",
    "etc",
    "others",
    "other",
    "more",
    "any",
    "anything",
    "or",
    "either",
    "usw",
    "тощо",
    "tbd",
    "todo",
    "null",
    "number",
    "string",
    "text",
    "depends",
    "default",
    "initially",
    "each",
    "every",
    "than",
    "least",
    "most",
];
