//! Claims that a document makes of its own schema: "15 models", "Enums (12 types)", "all foreign keys indexed".
//!
//! A number keeps the things that the document lists below it and the numbers that make it up, so that the linter can hold
//! all of them to one another and to the schema.

mod listing;
mod phrase;
mod stated;
mod subject;

use std::ops::Range;

use super::inline::{Builder, Inline};
use super::outline::{Block, Item, Section, Table};
use super::{labels, modules, plans, vocabulary, words};
use crate::source::Reading;
use crate::source::decl::{
    ClaimDecl, ClaimKind, CountClaim, CountPart, Decl, Extent, Ident, ListedDecl, NamedTableDecl, Subject,
};
use crate::span::Spanned;
use listing::Items;
use phrase::Phrase;

/// Reads the claims of a document; `read` are the declarations of each of `sections`.
pub(super) fn read(sections: &[Section], read: &[Vec<Decl>], cx: &Reading<'_>) -> Vec<Decl> {
    let heads = heads(sections);
    let tables = listing::tables_in(0..sections.len(), read).len();
    let mut decls = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        if plans::covers(sections, section) || labels::is_ignored(sections, section, cx) {
            continue;
        }
        let labels = labels::labels(sections, section, 0);
        let head = heads.get(at).and_then(Option::as_ref);
        let under = Under { section, subject: subject_above(&heads, section, head) };
        let mut found = Vec::new();
        for index in 0..section.blocks.len() {
            of_block(index, &under, &mut found);
        }
        if is_summary(sections, section) {
            summed(&mut found);
        }
        // "3 tables" below the heading of a part may count those of the part.
        let is_part = section.heading.as_ref().is_some_and(|heading| heading.level > 1);
        if is_part && !found.is_empty() && (1..tables).contains(&listing::declared(at, sections, read).len())
        {
            found.iter_mut().for_each(unsure);
        }
        if let (Some(head), Some(heading)) = (head, &section.heading) {
            let mut claim = claim(&heading.inline, &head.phrase, head.subject.clone());
            listing::of_section(&mut claim, at, sections, &heads, read, tables);
            decls.push(Decl::Claim(ClaimDecl { kind: ClaimKind::Count(claim), text: heading.text.clone() }));
        }
        decls.extend(named(section, &found));
        decls.extend(found.into_iter().map(Decl::Claim));
        decls.extend(stated::read(section, &labels).into_iter().map(Decl::Claim));
        decls.extend(read.get(at).into_iter().flatten().filter_map(stated::of_convention).map(Decl::Claim));
    }
    decls
}

/// Leaves open of what a number of tables speaks.
fn unsure(decl: &mut ClaimDecl) {
    if let ClaimKind::Count(count) = &mut decl.kind
        && count.subject == Subject::Tables
        && count.extent == Extent::Whole
    {
        count.extent = Extent::Unclear;
    }
}

/// Tells whether a section sums up the whole document.
fn is_summary(sections: &[Section], section: &Section) -> bool {
    let above = section.parents.iter().filter_map(|parent| sections.get(*parent)?.heading.as_ref());
    let of_all = above.filter(|heading| heading.level > 1).count() == 0;
    let heading = section.heading.as_ref().map(|heading| labels::key(&heading.text.node));
    of_all && heading.is_some_and(vocabulary::is_summary)
}

/// Takes numbers with which lines of a summary begin for those of the whole: "12 enumerated types for safety". Three different things
/// are counted at least, and none of them twice: else they are parts.
fn summed(found: &mut [ClaimDecl]) {
    let begins = |text: &Ident, count: &CountClaim| {
        let before = text.node.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
        let at = count.number.span.start - text.span.start;
        usize::try_from(at).is_ok_and(|at| at == before.len())
            && before.split_whitespace().count() < 2
            && !before.contains(|c: char| c.is_ascii_alphanumeric())
    };
    let subjects: Vec<Subject> = found
        .iter()
        .filter_map(|decl| match &decl.kind {
            ClaimKind::Count(count) if begins(&decl.text, count) => Some(count.subject.clone()),
            _ => None,
        })
        .collect();
    let apart =
        subjects.iter().enumerate().all(|(at, subject)| !subjects.iter().take(at).any(|it| it == subject));
    if subjects.len() < 3 || !apart {
        return;
    }
    for decl in found {
        if let ClaimKind::Count(count) = &mut decl.kind
            && count.extent == Extent::Unclear
            && begins(&decl.text, count)
        {
            count.extent = Extent::Whole;
        }
    }
}

/// Tells whether a label counts what is listed below it.
pub(super) fn is_count(label: &Ident) -> bool {
    let mut text = Builder::new(label.span.file);
    text.text(&label.node, label.span.start);
    let text = text.finish();
    phrase::read(&text, 0..text.text().len()).iter().any(|phrase| phrase.subject.is_some())
}

/// What the heading of a section counts.
pub(super) struct Head {
    phrase: Phrase,
    subject: Subject,
}

/// Returns what headings count; one that names no things counts those of the heading above it.
fn heads(sections: &[Section]) -> Vec<Option<Head>> {
    let mut heads: Vec<Option<Head>> = Vec::new();
    for section in sections {
        let head = section.heading.as_ref().and_then(|heading| {
            let phrases = phrase::read(&heading.inline, 0..heading.inline.text().len());
            let [phrase]: [Phrase; 1] = phrases.try_into().ok()?;
            let subject = phrase.subject.clone().or_else(|| subject_above(&heads, section, None))?;
            Some(Head { phrase, subject })
        });
        heads.push(head);
    }
    heads
}

/// Returns what the heading of a section, or the innermost heading above it that counts anything, counts.
fn subject_above(heads: &[Option<Head>], section: &Section, own: Option<&Head>) -> Option<Subject> {
    let above = section.parents.iter().rev().filter_map(|parent| heads.get(*parent)?.as_ref());
    own.into_iter().chain(above).next().map(|head| head.subject.clone())
}

/// Where a block stands.
struct Under<'a> {
    section: &'a Section,
    /// What the headings above it count.
    subject: Option<Subject>,
}

fn of_block(at: usize, under: &Under<'_>, found: &mut Vec<ClaimDecl>) {
    match under.section.blocks.get(at) {
        Some(Block::Paragraph(text)) => {
            let next = under.section.blocks.get(at + 1);
            let lead = labels::lead_in_text(under.section, at + 1).is_some();
            let numbered = listing::numbered(text);
            let lines = lines(text);
            let last = lines.len().saturating_sub(1);
            for (number, line) in lines.into_iter().enumerate() {
                let own = numbered.as_ref().filter(|(first, _)| first.start == line.start);
                let leads = (lead && number == last) || own.is_some();
                for phrase in phrase::read(text, line.clone()) {
                    // A group without a noun is one of the things that the heading counts.
                    let above = || under.subject.clone().filter(|_| leads);
                    let Some(subject) = phrase.subject.clone().or_else(above) else { continue };
                    let mut claim = claim(text, &phrase, subject);
                    listing::inline(&mut claim, text, phrase.end..line.end);
                    match (own, next) {
                        (Some((_, items)), _) => listing::of_items(&mut claim, items),
                        (None, Some(Block::List(list))) if leads => {
                            listing::of_items(&mut claim, &Items::List(list));
                        }
                        (None, _) => {}
                    }
                    found.push(decl(claim, text.ident(line.clone())));
                }
            }
        }
        Some(Block::List(list)) => {
            let led = labels::lead_in_text(under.section, at)
                .and_then(|text| last_line_phrases(text).into_iter().find_map(|phrase| phrase.subject));
            let subject = led.or_else(|| under.subject.clone());
            list.items.iter().for_each(|item| of_item(item, subject.as_ref(), found));
        }
        Some(Block::Table(table)) => of_table(table, found),
        Some(Block::Fence(_)) | None => {}
    }
}

fn of_item(item: &Item, above: Option<&Subject>, found: &mut Vec<ClaimDecl>) {
    let Some(text) = item.text() else { return };
    for line in lines(text) {
        for phrase in phrase::read(text, line.clone()) {
            let group = above.filter(|_| phrase.behind).cloned();
            let Some(subject) = phrase.subject.clone().or(group) else { continue };
            let mut claim = claim(text, &phrase, subject);
            listing::inline(&mut claim, text, phrase.end..line.end);
            if claim.listed.is_none()
                && let Some(list) = item.lists().next()
            {
                listing::of_items(&mut claim, &Items::List(list));
            }
            found.push(decl(claim, text.ident(line.clone())));
        }
    }
    for list in item.lists() {
        list.items.iter().for_each(|item| of_item(item, above, found));
    }
}

/// Reads the rows of a table that count things: "| Tables | 15 |", or "| Core | 5 |" below "| Group | Models |".
fn of_table(table: &Table, found: &mut Vec<ClaimDecl>) {
    let width = table.header.len();
    // Which column holds the numbers: the only one that has nothing but numbers.
    let is_number = |cell: &Inline| phrase::number(cell.text()).is_some();
    let all_numbers = |column: &usize| {
        let cells: Vec<&Inline> = table.rows.iter().filter_map(|row| row.cells.get(*column)).collect();
        !cells.is_empty() && cells.iter().any(|cell| is_number(cell)) && cells.len() == table.rows.len()
    };
    let columns: Vec<usize> = (1..width).filter(all_numbers).collect();
    for column in columns {
        let of_header = table.header.get(column).and_then(phrase::label);
        let mut parts: Vec<(Subject, CountPart)> = Vec::new();
        for row in &table.rows {
            let (Some(name), Some(cell)) = (row.cells.first(), row.cells.get(column)) else { continue };
            let Some(count) = phrase::number(cell.text()) else {
                parts.clear();
                continue;
            };
            let words = name.all();
            let number = Spanned::new(count, cell.all().span);
            let (subject, extent) = match (&of_header, phrase::label(name)) {
                (None, Some((subject, extent))) => (subject, extent),
                (Some((subject, _)), _) if is_total(&words.node) => (subject.clone(), Extent::Whole),
                (Some((subject, _)), _) => (subject.clone(), Extent::Part(words.clone())),
                (None, None) => {
                    parts.clear();
                    continue;
                }
            };
            let mut claim = CountClaim { subject, number, extent, listed: None, parts: Vec::new() };
            if is_total(&words.node) {
                let of_same = parts.iter().filter(|(subject, _)| claim.subject.holds(subject));
                claim.parts = of_same.map(|(_, part)| part.clone()).collect();
                claim.parts.truncate(if claim.parts.len() < 2 { 0 } else { claim.parts.len() });
            } else {
                parts.push((claim.subject.clone(), CountPart { number, text: words.clone() }));
            }
            found.push(decl(claim, words));
        }
    }
}

/// Tells whether the label of a row says that the row adds up those above it.
fn is_total(label: &str) -> bool {
    let lower = label.to_lowercase();
    let words = ["total", "totals", "sum", "gesamt", "итого", "всего", "разом", "усього", "합계"];
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

fn claim(text: &Inline, phrase: &Phrase, subject: Subject) -> CountClaim {
    let number = Spanned::new(phrase.number, text.span(phrase.at.clone()));
    CountClaim { subject, number, extent: phrase.extent.clone(), listed: None, parts: Vec::new() }
}

fn decl(claim: CountClaim, text: Ident) -> ClaimDecl {
    ClaimDecl { kind: ClaimKind::Count(claim), text }
}

fn last_line_phrases(text: &Inline) -> Vec<Phrase> {
    lines(text).pop().map(|line| phrase::read(text, line)).unwrap_or_default()
}

/// Returns the lines of running text, and the sentences of each.
fn lines(text: &Inline) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.text().split_inclusive('\n') {
        let range = text.trim(start..start + line.len());
        start += line.len();
        if !range.is_empty() {
            found.extend(words::sentences(text.text(), range));
        }
    }
    found
}

/// Returns the tables that lists name below a number of tables, or below a line such as "**Core models:**".
fn named(section: &Section, found: &[ClaimDecl]) -> Vec<Decl> {
    let Some(heading) = &section.heading else { return Vec::new() };
    let mut decls = Vec::new();
    for decl in found {
        let ClaimKind::Count(CountClaim { subject: Subject::Tables, listed: Some(listed), extent, .. }) =
            &decl.kind
        else {
            continue;
        };
        let label = match extent {
            Extent::Part(words) => words.clone(),
            Extent::Whole | Extent::Unclear => modules::title(heading),
        };
        decls.extend(listed.names.iter().map(|name| named_in(name, &label)));
    }
    for (at, block) in section.blocks.iter().enumerate() {
        let Block::List(list) = block else { continue };
        let Some(lead) = labels::lead_in_text(section, at) else { continue };
        if let (Some((Subject::Tables, Extent::Part(words))), []) =
            (phrase::label(lead), last_line_phrases(lead).as_slice())
        {
            decls.extend(modules::names_of(list).iter().map(|name| named_in(name, &words)));
        }
    }
    decls
}

fn named_in(name: &Ident, label: &Ident) -> Decl {
    Decl::NamedTable(NamedTableDecl { name: name.clone(), section: Some(label.clone()), file: None })
}

/// Makes a listing of names; none without any.
fn listed(names: Vec<Ident>) -> Option<ListedDecl> {
    let span = names.first()?.span.to(names.last()?.span);
    Some(ListedDecl { names, span })
}
