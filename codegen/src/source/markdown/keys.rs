//! Keys of several columns, as people write them beside a table of columns: "**Primary key:** (order_id, line)", "Unique constraint
//! `rule_email` on (`rule_id`, `email`)", `(user_id, day)` below "Unique constraints:".

mod bare;
mod foreign;
mod partial;
mod rows;

use std::ops::Range;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

pub(super) use partial::settle;

use super::inline::Inline;
use super::limits::{self, Limit};
use super::outline::{Block, Section};
use super::{conditions, facts, labels, tables, vocabulary, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Ident, IndexKey, Language, TableDecl, Timing,
};
use crate::span::Span;

const NOT_UNDERSTOOD: Code = Code::new("check-not-understood");

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Primary,
    Unique,
}

/// Adds the keys that lines and lists say of the table above them, or of the one that the heading names.
///
/// `read` are the declarations of each of `sections`. Brackets that hold anything but columns of that table are passed over.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>], sink: &mut Sink) {
    let mut places: IndexMap<String, (usize, usize), FxBuildHasher> = IndexMap::default();
    for (section, decls) in read.iter().enumerate() {
        for (at, decl) in decls.iter().enumerate() {
            if let Some(table) = described(decl) {
                places.entry(table.name.to_string()).or_insert((section, at));
            }
        }
    }
    let mut holders = rows::Holders::default();
    for (number, section) in sections.iter().enumerate() {
        let own = read.get(number).map(Vec::as_slice).unwrap_or_default().iter().filter_map(described);
        let own: Vec<(Span, String)> = own.map(|table| (table.span, table.name.to_string())).collect();
        let above = if own.is_empty() {
            tables::subject_of_part(sections, section).map(|name| name.to_string())
        } else {
            None
        };
        for (at, block) in section.blocks.iter().enumerate() {
            if let Block::Table(pipe) = block {
                rows::of_tables(pipe, read);
                let near = || labels::is_near(sections, section, at, rows::is_about);
                if rows::may_say(pipe) && near() {
                    let subject = match own.as_slice() {
                        [(_, only)] => Some(only),
                        _ => above.as_ref(),
                    };
                    let place = subject.and_then(|name| places.get(name)).copied();
                    rows::of_constraints(pipe, place, &mut holders, read, sink);
                }
                continue;
            }
            if !matches!(block, Block::Paragraph(_) | Block::List(_)) {
                continue;
            }
            let of_constraints = labels::is_near(sections, section, at, |label| {
                vocabulary::bullet(labels::key(label)) == Some(vocabulary::BulletRole::Constraint)
            });
            let lead = labels::lead_in(section, at).and_then(|lead| announced(&lead.node));
            units(block, &mut |text| {
                if text.is_struck() {
                    return;
                }
                // Of several tables a line speaks of the last one above it.
                let place = text.whole().start;
                let last = own.iter().rfind(|(span, _)| span.start <= place).or(own.first());
                let name = last.map(|(_, name)| name).or(above.as_ref());
                let Some((section, at)) = name.and_then(|name| places.get(name)) else { return };
                let Some(Decl::Table(table)) = read.get_mut(*section).and_then(|decls| decls.get_mut(*at))
                else {
                    return;
                };
                let in_column = |column: &ColumnDecl| column.span.start <= place && place < column.span.end;
                if !table.columns.iter().any(in_column) {
                    if of_constraints && said_of_column(text, table) {
                        return;
                    }
                    let all = 0..text.text().len();
                    let checks = conditions::of_line(text, all.clone(), of_constraints, table);
                    if !checks.is_empty() {
                        add(table, checks);
                        return;
                    }
                    if conditions::limited(text, all.clone()) {
                        let message = "the words beside this check take something from it: none is made";
                        sink.warning(NOT_UNDERSTOOD, text.whole(), message)
                            .help("write what holds as SQL: `CHECK (closed_at IS NOT NULL OR price > 0)`");
                        return;
                    }
                    if matches!(block, Block::Paragraph(_)) {
                        add(table, conditions::in_sentences(text, table));
                    }
                    let mut found = said(text, all.clone(), lead, table);
                    found.extend(foreign::composite(text, all.clone(), table));
                    let bare = bare::said(text, all.clone(), table);
                    let partial = partial::said(text, all.clone(), table);
                    if found.is_empty() && bare.is_none() && partial.is_empty() {
                        tell_limited(text, all, lead, table, sink);
                    }
                    add(table, found);
                    add(table, bare.into_iter().collect());
                    table.indexes.extend(partial);
                }
            });
        }
    }
}

/// Reads "`slug` must be unique", "`shop_id` references `shops.id`" into the column that it begins with; tells whether it says a key.
fn said_of_column(text: &Inline, table: &mut TableDecl) -> bool {
    let Some(code) = text.codes().first().filter(|code| code.start == 0) else { return false };
    let name = text.get(code.clone());
    let Some(column) = table.columns.iter_mut().find(|column| column.name.node == name) else { return false };
    let behind = code.end..text.text().len();
    let after = words::folded(text.get(behind.clone()));
    if after.split_whitespace().any(conditional) || after.trim_start().starts_with(['+', ',', '/']) {
        return false;
    }
    let mut said = ColumnDecl::new(column.name.clone(), None, column.span);
    facts::read(text, behind, &mut said);
    let is_key = said.primary_key.is_some() || said.unique.is_some() || !said.references.is_empty();
    column.primary_key = column.primary_key.take().or(said.primary_key);
    column.unique = column.unique.take().or(said.unique);
    if column.references.is_empty() {
        column.references = said.references;
    }
    is_key
}

fn described(decl: &Decl) -> Option<&TableDecl> {
    match decl {
        Decl::Table(table) if described_by_words(table) => Some(table),
        _ => None,
    }
}

/// A table in SQL says its keys itself.
fn described_by_words(table: &TableDecl) -> bool {
    table.language == Language::Markdown
}

fn units(block: &Block, read: &mut impl FnMut(&Inline)) {
    match block {
        Block::Paragraph(text) => read(text),
        Block::List(list) => {
            list.items.iter().flat_map(|item| &item.blocks).for_each(|block| units(block, read));
        }
        Block::Fence(_) | Block::Table(_) => {}
    }
}

/// Adds keys to a table, each once.
pub(super) fn add(table: &mut TableDecl, keys: Vec<ConstraintDecl>) {
    for key in keys {
        let Some((columns, primary)) = columns(&key) else {
            if !table.constraints.iter().any(|known| known.kind == key.kind || known.span == key.span) {
                table.constraints.push(key);
            }
            continue;
        };
        let constraint = table.constraints.iter().any(|known| same(known, &columns, primary));
        let index = table.indexes.iter().any(|index| {
            let parts: Vec<String> = index.parts.iter().map(|part| key_text(&part.key)).collect();
            !primary && index.unique.is_some() && index.predicate.is_none() && parts == columns
        });
        let marked = |column: &ColumnDecl| {
            column.unique.is_some()
                && matches!(columns.as_slice(), [only] if *only == column.name.node.to_lowercase())
        };
        let of_column = !primary && table.columns.iter().any(marked);
        if !constraint && !index && !of_column {
            table.constraints.push(key);
        }
        if primary && columns.len() > 1 {
            one_primary(table, &columns);
        }
    }
}

/// "UNIQUE (a, b) or PRIMARY KEY (a, b)" is one key, and a column that is marked as the key is a part of the key of several.
fn one_primary(table: &mut TableDecl, of_key: &[String]) {
    table.constraints.retain(|known| !same(known, of_key, false));
    let is_part = |column: &&mut ColumnDecl| of_key.contains(&column.name.node.to_lowercase());
    let marked = table.columns.iter().filter(|column| column.primary_key.is_some());
    if marked.clone().count() < of_key.len() {
        table.columns.iter_mut().filter(is_part).for_each(|column| column.primary_key = None);
    }
}

fn key_text(key: &IndexKey) -> String {
    match key {
        IndexKey::Column(name) => name.node.to_lowercase(),
        IndexKey::Expression(text) => text.node.to_lowercase(),
    }
}

fn columns(key: &ConstraintDecl) -> Option<(Vec<String>, bool)> {
    let (names, primary) = match &key.kind {
        ConstraintKind::PrimaryKey { columns, .. } => (columns, true),
        ConstraintKind::Unique { columns, .. } => (columns, false),
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) | ConstraintKind::Exclude(_) => return None,
    };
    Some((names.iter().map(|name| name.node.to_lowercase()).collect(), primary))
}

fn same(known: &ConstraintDecl, names: &[String], primary: bool) -> bool {
    columns(known).is_some_and(|(known, of_primary)| of_primary == primary && known == names)
}

/// Returns the key that a lead-in announces: "Unique constraints:", "**Primary key:**".
fn announced(label: &str) -> Option<Key> {
    let lower = words::folded(label);
    let (key, phrase) = phrase(&lower)?;
    let rest = format!(
        "{} {}",
        lower.get(..phrase.start).unwrap_or_default(),
        lower.get(phrase.end..).unwrap_or_default()
    );
    only_about(&rest).then_some(key)
}

/// Reads the keys that a piece of text says of a table; `lead` is what the line above it announces.
fn said(text: &Inline, range: Range<usize>, lead: Option<Key>, table: &TableDecl) -> Vec<ConstraintDecl> {
    let all = candidates(text, range.clone(), lead, table);
    let mut found: Vec<ConstraintDecl> =
        all.into_iter().filter(|(_, limit)| limit.is_none()).map(|(key, _)| key).collect();
    if found.is_empty() {
        found.extend(labelled(text, range, table));
    }
    found
}

/// Tells of keys that a piece of text says with words that take from them.
fn tell_limited(text: &Inline, range: Range<usize>, lead: Option<Key>, table: &TableDecl, sink: &mut Sink) {
    let open = candidates(text, range, lead, table);
    for (key, _) in open.into_iter().filter(|(_, limit)| *limit == Some(Limit::Open)) {
        let message = format!(
            "this says a key of `{}` in words that are not understood as a whole: no key is made",
            table.name
        );
        sink.warning(NOT_UNDERSTOOD, key.span, message)
            .help("write the key and its condition as SQL: `UNIQUE (shop_id, code) WHERE closed_at IS NULL`");
    }
}

/// Returns the keys that brackets beside words for one name, each with what takes from it.
fn candidates(
    text: &Inline,
    range: Range<usize>,
    lead: Option<Key>,
    table: &TableDecl,
) -> Vec<(ConstraintDecl, Option<Limit>)> {
    let mut found = Vec::new();
    let mut before = range.start;
    let mut last: Option<Key> = None;
    for (open, close) in brackets(text, range.clone()) {
        let between = text.get(before..open);
        before = close + 1;
        let columns = key_columns(text, open + 1..close, table);
        let lower = words::folded(between);
        let said = behind(&lower).map(|(key, rest)| (key, between.get(rest..).unwrap_or_default()));
        let goes_on = lower.chars().all(|c| !c.is_alphanumeric())
            || ["and", "та", "і", "и", "y", "e", "und", "et"]
                .contains(&lower.trim_matches(|c: char| !c.is_alphanumeric()));
        let after = words::folded(text.get(close + 1..range.end));
        let said = match said {
            Some((key, rest)) => Some((key, name(text, open - rest.len()..open, table))),
            None if goes_on && found.is_empty() && lower.chars().all(|c| !c.is_alphanumeric()) => {
                follows(&after).or(lead).map(|key| (key, None))
            }
            None if goes_on => last.map(|key| (key, None)),
            None => None,
        };
        last = said.as_ref().map(|(key, _)| *key).filter(|_| columns.is_some());
        let (Some((key, name)), Some(columns)) = (said, columns) else { continue };
        // Where further keys stand in the sentence, only what is between them is said of this one.
        let behind = after.split(['(', '[']).next().unwrap_or(&after);
        let behind =
            if after.len() > behind.len() && behind.trim_end().ends_with(',') { "" } else { after.as_ref() };
        let behind = behind.split(". ").next().unwrap_or_default();
        let lead_words = lower.rsplit(". ").next().unwrap_or_default();
        let limit = if conditional(&after) {
            Some(Limit::Open)
        } else {
            limits::behind_key(behind).or_else(|| limits::before_key(lead_words))
        };
        found.push((constraint(key, name, columns, text, open..close + 1), limit));
    }
    found
}

/// Reads the keys of several columns that sentences in a cell say beside the columns: "`name`, `shop_id`. Unique `(shop_id, name)`."
pub(super) fn of_cell(text: &Inline, range: Range<usize>, table: &TableDecl) -> Vec<ConstraintDecl> {
    let sentences = words::sentences(text.text(), range);
    sentences.into_iter().flat_map(|sentence| said(text, sentence, None, table)).collect()
}

/// Reads the keys of several columns that the cell of one of them says: "UNIQUE (shop_id, code)", with the rows where it says them.
pub(super) fn of_row(cell: &Inline, table: &mut TableDecl, sink: &mut Sink) {
    let all = 0..cell.text().len();
    let says = |word: &&str| cell.text().contains(*word);
    if !cell.text().contains('(')
        || !["nique", "NIQUE", "rimary", "RIMARY"].iter().any(says)
        || cell.is_struck()
    {
        return;
    }
    let mut found = of_cell(cell, all.clone(), table);
    found.retain(|key| columns(key).is_some_and(|(names, _)| names.len() > 1));
    let is_any = !found.is_empty();
    add(table, found);
    let mut partial = partial::said(cell, all.clone(), table);
    partial.retain(|index| index.parts.len() > 1);
    if !is_any && partial.is_empty() {
        tell_limited(cell, all, None, table, sink);
    }
    table.indexes.extend(partial);
}

/// Reads the keys that a piece of a labelled entry says.
pub(super) fn of_piece(text: &Inline, range: Range<usize>, table: &TableDecl) -> Vec<ConstraintDecl> {
    let mut found = said(text, range.clone(), None, table);
    found.extend(foreign::composite(text, range.clone(), table));
    found.extend(conditions::of_line(text, range, true, table));
    found
}

/// Reads "Primary key: order_id, line" and "Unique: email".
fn labelled(text: &Inline, range: Range<usize>, table: &TableDecl) -> Option<ConstraintDecl> {
    let slice = text.get(range.clone());
    let colon = slice.find([':', '：'])?;
    let key = announced(slice.get(..colon)?)?;
    let width = slice.get(colon..)?.chars().next()?.len_utf8();
    let place = words::without_stop(text.text(), range.start + colon + width..range.end);
    let columns = key_columns(text, place.clone(), table)?;
    // "Unique: email, username" may be two keys.
    let sure = key == Key::Primary || columns.len() == 1 || text.get(place.clone()).contains('+');
    sure.then(|| constraint(key, None, columns, text, place))
}

fn constraint(
    key: Key,
    name: Option<Ident>,
    columns: Vec<Ident>,
    text: &Inline,
    place: Range<usize>,
) -> ConstraintDecl {
    let kind = match key {
        Key::Primary => ConstraintKind::PrimaryKey { columns, include: Vec::new() },
        Key::Unique => ConstraintKind::Unique { columns, include: Vec::new(), nulls_not_distinct: false },
    };
    ConstraintDecl { name, kind, timing: Timing::NotDeferrable, not_valid: false, span: text.span(place) }
}

/// Returns the places of the innermost brackets of a range.
fn brackets(text: &Inline, range: Range<usize>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open = None;
    for (at, c) in text.get(range.clone()).char_indices() {
        match c {
            '(' | '[' => open = Some(range.start + at),
            ')' | ']' => found.extend(open.take().map(|open| (open, range.start + at))),
            _ => {}
        }
    }
    found
}

/// Returns the columns that a range names; none where it holds anything but columns of the table.
fn key_columns(text: &Inline, range: Range<usize>, table: &TableDecl) -> Option<Vec<Ident>> {
    let things = words::things(text.text(), range);
    let column = |thing: Range<usize>| {
        let raw = text.get(thing.clone());
        let bare = raw.trim_matches(['`', '"', ' ']);
        let start = thing.start + raw.find(bare).unwrap_or_default();
        let named = table.columns.iter().any(|column| column.name.node.eq_ignore_ascii_case(bare));
        named.then(|| text.ident(start..start + bare.len()))
    };
    let columns: Option<Vec<Ident>> = things.into_iter().map(column).collect();
    columns.filter(|columns| !columns.is_empty())
}

/// Finds the first words for a key.
fn phrase(lower: &str) -> Option<(Key, Range<usize>)> {
    let primary = vocabulary::PRIMARY.find(lower).map(|at| (Key::Primary, at));
    let unique = vocabulary::UNIQUE.find(lower).map(|at| (Key::Unique, at));
    [primary, unique].into_iter().flatten().min_by_key(|(_, at)| at.start)
}

/// Returns the key that the words before a bracket end in, with where what stands behind the words begins.
fn behind(lower: &str) -> Option<(Key, usize)> {
    let mut rest = 0;
    let mut last = None;
    while let Some((key, at)) = phrase(lower.get(rest..)?) {
        last = Some((key, rest + at.end));
        rest += at.end;
    }
    let (key, end) = last?;
    let between = lower.get(end..)?;
    let negated = lower.get(..end).is_some_and(|before| before.contains("not unique"));
    // A comma or a full stop ends what was said of the key.
    let ends = between.contains([',', ';']) || between.contains(". ");
    (!negated && !ends && (only_about(between) || between.split_whitespace().count() <= 3))
        .then_some((key, end))
}

/// Tells whether the words behind a bracket call it a key: "(a, b) must be unique".
fn follows(after: &str) -> Option<Key> {
    let (key, at) = phrase(after)?;
    let between = after.get(..at.start)?;
    (between.split_whitespace().count() <= 3 && !between.contains(['.', ';', ',', '('])).then_some(key)
}

/// Tells whether a bracket is followed by a condition: such a key holds for some rows only.
fn conditional(after: &str) -> bool {
    let word = after.split_whitespace().next().unwrap_or_default();
    vocabulary::IF.has(word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Tells whether words beside those for a key say nothing else.
fn only_about(rest: &str) -> bool {
    const ABOUT: &[&str] = &[
        "constraint",
        "constraints",
        "index",
        "indexes",
        "indices",
        "key",
        "keys",
        "on",
        "over",
        "of",
        "is",
        "are",
        "composite",
        "compound",
        "combined",
        "together",
        "composta",
        "compuesta",
        "zusammengesetzter",
        "composée",
        "складений",
        "составной",
        "복합",
        "обмеження",
        "ограничение",
        "restricción",
        "restrição",
        "contrainte",
        "multi-column",
    ];
    rest.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .all(|word| word.is_empty() || ABOUT.contains(&word))
}

/// Returns the name in code that stands between the words for a key and its columns.
fn name(text: &Inline, range: Range<usize>, table: &TableDecl) -> Option<Ident> {
    let code = text.codes().iter().find(|code| range.start <= code.start && code.end <= range.end)?;
    let name = text.ident(code.clone());
    let is_column = table.columns.iter().any(|column| column.name.node == name.node);
    (vocabulary::is_name(&name.node) && !is_column).then_some(name)
}
