//! Indexes in words: "slug (unique), (kind, status DESC)", "only one current release", full-text search.

mod behind;
mod called;
mod said;

use std::ops::Range;

use crate::diag::{Code, Sink};
use crate::source::decl::{Ident, IndexDecl, IndexKey, IndexPartDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{limits, vocabulary, words};
use crate::span::Spanned;

pub(super) use said::{only_one, search};

const NOT_AN_INDEX: Code = Code::new("index-not-understood");
const PLANNED: Code = Code::new("planned-table");
const NOT_UNDERSTOOD: Code = Code::new("check-not-understood");

/// "On", behind an index's name.
const ON: &[&str] = &[" on ", " на ", " по ", " em ", " en ", " auf ", " sur "];

/// Returns the indexes that a list of them names; `report` asks for what is none.
///
/// One from which its words take something ("unique (a) for active rows", "planned") is told and not made.
pub(super) fn indexes(
    text: &Inline,
    range: Range<usize>,
    table: &str,
    report: bool,
    sink: &mut Sink,
) -> Vec<IndexDecl> {
    let found = listed(text, range.clone(), table, report, sink);
    match found.as_slice() {
        // Of several, each has been held to its own words.
        [only] if limits::takes_from_index(text.get(range.clone()), only) => {
            tell_limited(text, range, sink);
            Vec::new()
        }
        _ => found,
    }
}

fn tell_limited(text: &Inline, range: Range<usize>, sink: &mut Sink) {
    let message = "this says an index in words that are not understood as a whole: none is made";
    sink.warning(NOT_UNDERSTOOD, text.span(range), message)
        .help("write the index and its condition as SQL: `UNIQUE (shop_id, code) WHERE closed_at IS NULL`");
}

fn listed(text: &Inline, range: Range<usize>, table: &str, report: bool, sink: &mut Sink) -> Vec<IndexDecl> {
    if let Some(found) = called::read(text, range.clone()) {
        return found;
    }
    let slice = text.get(range.clone());
    // "`orders_day_idx` on (day, shop_id)" is one index with its name.
    if let Some((before, word)) = ON.iter().find_map(|word| Some((slice.split_once(word)?.0, word)))
        && vocabulary::is_name(before.trim())
        && !is_mark(before.trim())
    {
        let on = range.start + before.len() + word.len();
        let named = index(text, text.trim(on..range.end)).map(|mut index| {
            index.name = Some(text.ident(range.start..range.start + before.len()));
            index
        });
        if named.is_some() {
            return named.into_iter().collect();
        }
    }
    // "`orders_day_idx`: day (UNIQUE)", "`orders_day_idx`: INDEX (day, shop_id)".
    if let Some((end, behind)) = words::separator(slice)
        && slice.get(end..behind).is_some_and(|mark| mark.contains([':', '：']))
        && slice.get(..end).is_some_and(|name| vocabulary::is_name(name) && name.contains('_'))
    {
        let mut found = indexes(text, text.trim(range.start + behind..range.end), table, false, sink);
        if let [index] = found.as_mut_slice() {
            index.name = Some(text.ident(range.start..range.start + end));
            return found;
        }
    }
    let mut found = Vec::new();
    // "Indexes: none".
    if vocabulary::NOTHING.has(words::folded(slice).trim_end_matches('.')) {
        return found;
    }
    for thing in groups(text, range) {
        // "`state` (planned)".
        let inside = text.get(thing.clone()).split_once('(').and_then(|(_, inside)| inside.strip_suffix(')'));
        if inside.is_some_and(|inside| vocabulary::is_not_there(&words::folded(inside))) {
            sink.info(
                PLANNED,
                text.span(thing),
                "this says that there is no such index, or none yet; none is made",
            )
            .help("take the words out once the index is there");
            continue;
        }
        let read = index(text, thing.clone()).filter(|index| !report || !is_call(text, &thing, index, table));
        match read.or_else(|| joined(text, thing.clone())) {
            Some(index) if limits::takes_from_index(text.get(thing.clone()), &index) => {
                tell_limited(text, thing, sink);
            }
            Some(index) => found.push(index),
            None if !report => {}
            None => {
                sink.warning(
                    NOT_AN_INDEX,
                    text.span(thing.clone()),
                    format!("`{}` is no column to index", text.get(thing)),
                )
                .help("write columns with commas between them, several of one index in brackets");
            }
        }
    }
    found
}

/// Returns the indexes that a range names and nothing else; what is none is passed over.
pub(in crate::source::markdown) fn in_words(text: &Inline, range: Range<usize>) -> Vec<IndexDecl> {
    indexes(text, range, "", false, &mut Sink::default())
}

/// Returns the indexes that a sentence says and nothing else: "Index on (a, b) for lists", "Indexes: (a, b), c."
pub(in crate::source::markdown) fn in_sentence(text: &Inline, range: Range<usize>) -> Vec<IndexDecl> {
    let range = text.trim(range.start..words::without_stop(text.text(), range).end);
    let slice = text.get(range.clone());
    if let Some((end, behind)) = words::separator(slice)
        && slice.get(end..behind).is_some_and(|mark| mark.contains([':', '：']))
        && vocabulary::bullet(slice.get(..end).unwrap_or_default()) == Some(vocabulary::BulletRole::Indexes)
    {
        return in_words(text, text.trim(range.start + behind..range.end));
    }
    if let Some(found) = behind::read(text, range.clone()) {
        return found;
    }
    let lower = words::folded(slice);
    let Some(lead) = lead(&lower) else { return Vec::new() };
    let start = range.start + lead.end;
    let place = text.trim(start..range.end);
    // What the index is for, or the rows that it is over, stands behind its columns.
    let whole = text.get(place.clone());
    let mut end = match whole.strip_prefix('(').and_then(|rest| rest.find(')')) {
        Some(close) => close + 2,
        None => whole.find([' ', ',']).unwrap_or(whole.len()),
    };
    // "Index on (a) and (b)".
    while let Some(more) = further(whole, end) {
        end = more;
    }
    let behind = words::folded(whole.get(end..).unwrap_or_default());
    if [" when ", ",", " if "].iter().any(|word| behind.starts_with(word)) {
        return Vec::new();
    }
    // What is said of some rows, denied or planned is no index over all of them.
    let sentence = behind.split(". ").next().unwrap_or_default();
    if !behind.starts_with(" where ") && limits::behind_key(sentence).is_some() {
        return Vec::new();
    }
    let mut found = in_words(text, place.start..place.start + end);
    // The caller knows whether the condition is one over columns of the table.
    if behind.starts_with(" where ") {
        let from = place.start + end + " where ".len();
        let said = text.get(from..place.end);
        let stop = words::first_of(said, &[" — ", " – ", " - ", "; ", " ("]).unwrap_or(said.len());
        let condition = text.ident(from..from + stop);
        found.iter_mut().for_each(|index| index.predicate = Some(condition.clone()));
    }
    if let Some(method) = lead.method {
        let said = || Spanned::new(method.to_owned(), text.span(range.clone()));
        found.iter_mut().for_each(|index| index.method = index.method.take().or_else(|| Some(said())));
    }
    if lead.is_unique {
        found.iter_mut().for_each(|index| index.unique = Some(text.span(range.clone())));
    }
    // "Índice único parcial en (day)" says no rows, and is over some.
    found.retain(|index| !limits::takes_from_index(text.get(range.clone()), index));
    found
}

/// Returns where the brackets end that a list of indexes goes on with: "(a), (b) and (c)".
fn further(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..).filter(|_| text.starts_with('('))?;
    let mut behind = rest.trim_start_matches([',', ';', ' ']);
    let word = behind.split(' ').next().unwrap_or_default();
    if words::is_and(&words::lowered(word)) {
        behind = behind.get(word.len()..)?.trim_start();
    }
    let close = behind.strip_prefix('(').filter(|_| behind.len() < rest.len())?.find(')')?;
    Some(text.len() - behind.len() + close + 2)
}

/// The words with which a sentence says an index.
struct Lead {
    /// Where its columns begin.
    end: usize,
    is_unique: bool,
    method: Option<&'static str>,
}

/// Reads the words before the columns in a sentence that says an index: "Unique index on", "Índice compuesto en", "GIN index on".
fn lead(lower: &str) -> Option<Lead> {
    const METHODS: &[&str] = &["gin", "gist", "brin", "hash", "btree"];
    const INDEX: &[&str] = &[
        "index",
        "indexed",
        "índice",
        "indice",
        "indexado",
        "indizado",
        "indiziert",
        "indexiert",
        "indexé",
        "індекс",
        "индекс",
        "індексується",
        "индексируется",
        "인덱스",
        "索引",
    ];
    const BESIDE: &[&str] = &[
        "composite",
        "compound",
        "se",
        "un",
        "an",
        "a",
        "складений",
        "составной",
        "compuesto",
        "composto",
        "composé",
        "composite",
        "zusammengesetzter",
        "複合",
        "복합",
        "indexa",
        "indizes",
    ];
    const ON: &[&str] = &[
        "on", "by", "за", "на", "по", "em", "en", "sobre", "por", "para", "auf", "über", "nach", "sur", "par",
    ];
    let mut at = 0;
    let (mut named, mut is_unique, mut method) = (false, false, None);
    for _ in 0..5 {
        let rest = lower.get(at..)?;
        let trimmed = rest.trim_start();
        let start = at + rest.len() - trimmed.len();
        if named && trimmed.starts_with(['(', '`']) {
            return Some(Lead { end: start, is_unique, method });
        }
        let end = trimmed.find([' ', '(']).unwrap_or(trimmed.len());
        let word = trimmed.get(..end)?;
        at = start + end;
        if named && ON.contains(&word) {
            return Some(Lead { end: at, is_unique, method });
        }
        if INDEX.contains(&word) || (word == "indexa" && lower.starts_with("se ")) {
            named = true;
        } else if vocabulary::UNIQUE.find(word).is_some_and(|found| found == (0..word.len())) {
            is_unique = true;
        } else if let Some(known) = METHODS.iter().find(|known| **known == word) {
            method = Some(*known);
        } else if !BESIDE.contains(&word) {
            return None;
        }
    }
    None
}

/// Splits a list of indexes; what `+` joins belongs to one of several columns.
fn groups(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for thing in words::things(text.text(), range) {
        match groups.last_mut() {
            Some(last) if text.get(last.end..thing.start).trim() == "+" => last.end = thing.end,
            _ => groups.push(thing),
        }
    }
    groups
}

/// Reads "`status` (ascending) + `day` (descending) - composite index".
fn joined(text: &Inline, thing: Range<usize>) -> Option<IndexDecl> {
    let (mut parts, mut unique, mut method) = (Vec::new(), None, None);
    for part in words::things(text.text(), thing.clone()) {
        let one = index(text, text.trim(part.start..end_of_part(text, &part)))?;
        unique = unique.or(one.unique);
        method = method.or(one.method);
        parts.extend(one.parts);
    }
    let said = text.get(thing.clone()).to_lowercase();
    unique = unique.or_else(|| said.contains("unique").then(|| text.span(thing.clone())));
    let mut index = IndexDecl::new(parts, text.span(thing));
    index.unique = unique;
    index.method = method;
    (index.parts.len() > 1).then_some(index)
}

/// Returns where what is said behind a dash begins.
fn end_of_part(text: &Inline, part: &Range<usize>) -> usize {
    let slice = text.get(part.clone());
    [" - ", " — ", " – "]
        .iter()
        .filter_map(|dash| slice.find(dash))
        .min()
        .map_or(part.end, |at| part.start + at)
}

/// Reads "lower(email)", "to_tsvector('english', note) (GIN)": a function of a column.
fn expression(text: &Inline, thing: Range<usize>) -> Option<IndexDecl> {
    let slice = text.get(thing.clone());
    let open = slice.find('(')?;
    if !vocabulary::is_index_function(slice.get(..open)?) {
        return None;
    }
    let mut depth = 0_usize;
    let close = slice.char_indices().skip_while(|(at, _)| *at < open).find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at + 1)
    })?;
    let marks: Vec<_> =
        words::bare(text, thing.start + close..thing.end).into_iter().map(|(word, _)| word).collect();
    if !marks.iter().all(|word| is_mark(word)) {
        return None;
    }
    let sql = text.ident(thing.start..thing.start + close);
    let descends = marks.iter().any(|word| ["desc", "descending"].contains(&word.as_ref()));
    let options = descends.then(|| Spanned::new("DESC".to_owned(), text.span(thing.clone())));
    let mut index = IndexDecl::new(
        vec![IndexPartDecl { key: IndexKey::Expression(sql), options }],
        text.span(thing.clone()),
    );
    index.unique =
        marks.iter().any(|word| vocabulary::UNIQUE.find(word).is_some()).then(|| text.span(thing.clone()));
    let method = marks.iter().find(|word| ["gin", "gist", "brin", "hash", "btree"].contains(&word.as_ref()));
    index.method = method.map(|method| Spanned::new(method.to_string(), text.span(thing)));
    Some(index)
}

/// Tells whether what was read as the name of an index is rather that of a function that is not known: "slug(title)".
fn is_call(text: &Inline, thing: &Range<usize>, index: &IndexDecl, table: &str) -> bool {
    let Some(name) = &index.name else { return false };
    let slice = text.get(thing.clone());
    slice.trim_start().strip_prefix(name.node.as_str()).is_some_and(|rest| rest.starts_with('('))
        && !name.node.contains('_')
        && !name.node.eq_ignore_ascii_case(table)
}

/// Reads one index: `name`, `(a, b DESC)`, `a + b`, with `unique` or a method such as GIN beside it.
fn index(text: &Inline, thing: Range<usize>) -> Option<IndexDecl> {
    if let Some(index) = expression(text, thing.clone()) {
        return Some(index);
    }
    let slice = text.get(thing.clone());
    let (mut unique, mut method) = (None, None);
    let (open, close) = match (slice.find('('), slice.rfind(')')) {
        // "(a, b) (unique)" has its columns in the first brackets.
        (Some(0), Some(_)) if slice.find(')').is_some_and(|end| is_marked(slice.get(end + 1..))) => {
            (0, slice.find(')').unwrap_or_default())
        }
        (Some(open), Some(close)) if open < close => (open, close),
        _ => (slice.len(), slice.len()),
    };
    let inside = slice.get(open + 1..close).unwrap_or_default();
    // "email (unique)" and "tags (GIN)" say how, "(a, b)" says what.
    let marks = inside.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || is_mark(word));
    let named = if inside.is_empty() || marks {
        thing.start..thing.start + open
    } else {
        thing.start + open + 1..thing.start + close
    };
    // "[a, b] (unique)".
    let named = match text.get(text.trim(named.clone())) {
        said if said.starts_with('[') && said.ends_with(']') => {
            let trimmed = text.trim(named.clone());
            trimmed.start + 1..trimmed.end - 1
        }
        _ => named,
    };
    let behind = slice.get(close + 1..).unwrap_or_default();
    // What stands behind the columns is a mark, or says what the index is for.
    let behind = if behind.split_whitespace().all(is_mark) || is_marked(Some(behind)) { behind } else { "" };
    let around =
        format!("{} {} {behind}", slice.get(..open).unwrap_or_default(), if marks { inside } else { "" });
    let is_descending = marks && ["desc", "descending"].contains(&words::lowered(inside.trim()).as_ref());
    for word in around.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase) {
        match word.as_str() {
            word if is_mark(word) && vocabulary::UNIQUE.find(word).is_some() => {
                unique = Some(text.span(thing.clone()));
            }
            "gin" | "gist" | "brin" | "hash" | "btree" => {
                method = Some(Spanned::new(word.clone(), text.span(thing.clone())))
            }
            _ => {}
        }
    }
    let mut parts = Vec::new();
    for part in words::things(text.text(), named) {
        let words = words::each(text.text(), part);
        let names: Vec<&Range<usize>> =
            words.iter().filter(|word| !is_mark(text.get((*word).clone()))).collect();
        let [name] = names.as_slice() else { return None };
        let column = text.ident((*name).clone());
        if !vocabulary::is_name(&column.node) {
            return None;
        }
        let direction = words.iter().find(|word| {
            ["desc", "descending"].contains(&words::lowered(text.get((*word).clone())).as_ref())
        });
        let direction = direction.cloned().or(is_descending.then_some(thing.clone()));
        let options = direction.map(|word| Spanned::new("DESC".to_owned(), text.span(word)));
        parts.push(IndexPartDecl { key: IndexKey::Column(column), options });
    }
    if parts.is_empty() {
        return None;
    }
    // "`fk_orders_shop`" alone is the name of a key, and no column.
    if let ([IndexPartDecl { key: IndexKey::Column(name), .. }], true) =
        (parts.as_slice(), open == slice.len() || marks)
        && KEY_NAMES.iter().any(|prefix| name.node.starts_with(prefix))
    {
        return None;
    }
    // "`orders_day_idx` (day)" gives the index its name.
    let bracketed = slice.trim_start().starts_with('[');
    let before =
        if bracketed { Vec::new() } else { words::each(text.text(), thing.start..thing.start + open) };
    let name = match before.as_slice() {
        [name] if !marks && !is_mark(text.get(name.clone())) => Some(text.ident(name.clone())),
        _ => None,
    };
    let mut index = IndexDecl::new(parts, text.span(thing));
    index.name = name.filter(|name| vocabulary::is_name(&name.node));
    let is_unique =
        |name: &Ident| ["uk_", "uq_", "unique_"].iter().any(|prefix| name.node.starts_with(prefix));
    index.unique =
        unique.or_else(|| index.name.as_ref().filter(|name| is_unique(name)).map(|name| name.span));
    index.method = method;
    Some(index)
}

/// Tells whether brackets behind the columns of an index hold a mark and nothing else: "(unique)".
fn is_marked(behind: Option<&str>) -> bool {
    let inside = behind.and_then(|behind| behind.trim().strip_prefix('(')?.strip_suffix(')'));
    inside.is_some_and(|inside| !inside.trim().is_empty() && inside.split_whitespace().all(is_mark))
}

/// What names of keys and indexes begin with.
const KEY_NAMES: &[&str] = &["idx_", "ix_", "uk_", "uq_", "fk_", "pk_"];

fn is_mark(word: &str) -> bool {
    let known = [
        "unique",
        "gin",
        "gist",
        "brin",
        "hash",
        "btree",
        "index",
        "indexed",
        "asc",
        "ascending",
        "desc",
        "descending",
        "composite",
        "on",
        "partial",
        "parcial",
        "partiel",
        "partiell",
        "частковий",
        "частичный",
    ];
    let lower = word.to_lowercase();
    known.contains(&lower.as_str())
        || (!lower.is_ascii() || lower.len() > 4)
            && vocabulary::UNIQUE.find(&lower).is_some_and(|found| found == (0..lower.len()))
}
