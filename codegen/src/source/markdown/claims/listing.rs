//! What stands below a number: the things themselves, or the numbers that make it up.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Head, lines, listed, phrase};
use crate::source::decl::{CountClaim, CountPart, Decl, Extent, Ident, Subject};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, List, Section};
use crate::source::markdown::{labels, tables, vocabulary, words};
use crate::span::Spanned;

/// What a document lists, one an item.
pub(super) enum Items<'a> {
    /// A list.
    List(&'a List),
    /// Lines of a paragraph that are numbered by hand: a list that does not begin at one cannot stand directly below a line.
    Lines(&'a Inline, Vec<Range<usize>>),
}

impl Items<'_> {
    /// Returns the first line of every item.
    fn lines(&self) -> Vec<Option<(&Inline, Range<usize>)>> {
        match self {
            Self::List(list) => {
                let first = |text| Some((text, lines(text).into_iter().next()?));
                list.items.iter().map(|item| item.text().and_then(first)).collect()
            }
            Self::Lines(text, lines) => lines.iter().map(|line| Some((*text, line.clone()))).collect(),
        }
    }

    /// Returns the names with which the items begin; none where one begins with something else.
    pub(super) fn names(&self) -> Option<Vec<Ident>> {
        self.lines().into_iter().map(|line| line.and_then(|(text, line)| item_name(text, line))).collect()
    }
}

/// Returns the first line of a paragraph whose other lines are numbered items, with these.
pub(super) fn numbered(text: &Inline) -> Option<(Range<usize>, Items<'_>)> {
    let all = text.text();
    let mut start = 0;
    let mut found: Vec<Range<usize>> = Vec::new();
    for line in all.split_inclusive('\n') {
        found.push(text.trim(start..start + line.len()));
        start += line.len();
    }
    let (first, rest) = found.split_first()?;
    let item = |line: &Range<usize>| {
        let slice = text.get(line.clone());
        let digits = slice.len() - slice.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let behind = slice.get(digits..)?.strip_prefix(['.', ')'])?.strip_prefix(' ')?;
        (digits > 0).then(|| line.end - behind.len()..line.end)
    };
    let items: Option<Vec<Range<usize>>> = rest.iter().map(item).collect();
    let items = items.filter(|items| !items.is_empty())?;
    Some((first.clone(), Items::Lines(text, items)))
}

/// Gives a claim what its list holds: numbers where every item has one, names where every item has one.
pub(super) fn of_items(claim: &mut CountClaim, items: &Items<'_>) {
    let parts = parts(&claim.subject, items);
    if !parts.is_empty() {
        claim.parts = parts;
    } else if claim.listed.is_none()
        && let Some(names) = items.names()
    {
        claim.listed = listed(names);
    }
}

/// Gives a claim what stands behind it on its line: "Core (4): User, Tenant", "54 indexes: 15 primary, 39 other".
pub(super) fn inline(claim: &mut CountClaim, text: &Inline, range: Range<usize>) {
    let rest = text.get(range.clone());
    let lead = rest.trim_start_matches([' ', '*', '`']);
    let Some(inner) = lead.strip_prefix([':', '：', '(']) else { return };
    let inner = inner.trim_start_matches([' ', '*']);
    let start = range.end - inner.len();
    let length = if lead.starts_with('(') { inner.find(')').unwrap_or_default() } else { inner.len() };
    let things = words::things(text.text(), start..start + length);
    if things.len() < 2 {
        return;
    }
    let part = |thing: &Range<usize>| {
        let found = text.get(thing.clone());
        let digits = found.split_whitespace().next()?;
        let number = phrase::number(digits)?;
        let at = thing.start..thing.start + digits.len();
        Some(CountPart { number: Spanned::new(number, text.span(at)), text: text.ident(thing.clone()) })
    };
    if let Some(parts) = things.iter().map(part).collect::<Option<Vec<_>>>() {
        claim.parts = parts;
    } else if things.iter().all(|thing| vocabulary::is_name(text.get(thing.clone()).trim_matches('`'))) {
        claim.listed = listed(things.into_iter().map(|thing| text.ident(thing)).collect());
    }
}

/// Gives the claim of a heading what its section holds; `tables` is the number of tables in the whole document.
pub(super) fn of_section(
    claim: &mut CountClaim,
    at: usize,
    sections: &[Section],
    heads: &[Option<Head>],
    read: &[Vec<Decl>],
    tables: usize,
) {
    let Some(section) = sections.get(at) else { return };
    let groups = groups(claim, section);
    let lists: Vec<Items<'_>> = section
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::List(list) => Some(Items::List(list)),
            _ => None,
        })
        .collect();
    // What may be meant by the things below: a number is wrong only where it is none of these.
    let mut readings: Vec<Vec<Ident>> = Vec::new();
    if groups.len() >= 2 {
        let members: Option<Vec<Vec<Ident>>> = groups.iter().map(|(_, items)| items.names()).collect();
        readings.extend(members.map(|members| members.concat()));
        claim.parts = groups.into_iter().map(|(part, _)| part).collect();
    } else if let Some(list) = lists.first() {
        of_items(claim, list);
        readings.extend(claim.listed.take().map(|listed| listed.names));
        if lists.len() > 1 {
            let all: Option<Vec<Vec<Ident>>> = lists.iter().map(Items::names).collect();
            readings.extend(all.map(|all| all.concat()));
        }
    }
    let children: Vec<usize> = below(at, sections).filter(|child| is_child(sections, *child, at)).collect();
    if claim.parts.is_empty() && readings.is_empty() {
        let counted = children.iter().map(|child| {
            let (head, heading) = (heads.get(*child)?.as_ref()?, sections.get(*child)?.heading.as_ref()?);
            let number = Spanned::new(head.phrase.number, heading.inline.span(head.phrase.at.clone()));
            claim.subject.holds(&head.subject).then(|| CountPart { number, text: heading.text.clone() })
        });
        let counted: Option<Vec<CountPart>> = counted.collect();
        claim.parts = counted.filter(|parts| parts.len() >= 2).unwrap_or_default();
    }
    if claim.subject == Subject::Tables {
        let rows = section.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => {
                table.rows.iter().map(|row| row.cells.first().and_then(cell_name)).collect::<Option<Vec<_>>>()
            }
            _ => None,
        });
        // A table of columns lists no tables.
        let own = read.get(at).into_iter().flatten();
        if own.into_iter().all(|decl| !matches!(decl, Decl::Table(_))) {
            readings.extend(rows.filter(|names| !names.is_empty()));
        }
        let headed = children.iter().filter_map(|child| sections.get(*child)?.heading.as_ref());
        let headed: Vec<Ident> = headed.flat_map(|heading| headed_names(&heading.inline)).collect();
        let declared = declared(at, sections, read);
        let elsewhere = tables > declared.len();
        if !declared.is_empty() && elsewhere && claim.extent == Extent::Whole {
            // The heading speaks of what stands below it, and other tables stand elsewhere.
            claim.extent = Extent::Unclear;
        }
        readings.extend([headed, declared].into_iter().filter(|names| names.len() >= 2));
    }
    let count = claim.number.node;
    let fits = readings.iter().position(|names| names.len() == count);
    let chosen = readings.into_iter().nth(fits.unwrap_or_default());
    claim.listed = chosen.and_then(listed);
}

/// Returns the counted lead-ins of a section with the lists below them; none unless every list has one.
fn groups<'a>(claim: &CountClaim, section: &'a Section) -> Vec<(CountPart, Items<'a>)> {
    let part = |text: &Inline, line: Range<usize>| {
        let found = phrase::read(text, line.clone())
            .into_iter()
            .find(|phrase| phrase.subject.as_ref().is_none_or(|subject| claim.subject.holds(subject)))?;
        let number = Spanned::new(found.number, text.span(found.at.clone()));
        Some(CountPart { number, text: text.ident(line) })
    };
    let mut groups = Vec::new();
    for (at, block) in section.blocks.iter().enumerate() {
        let group = match block {
            Block::List(list) => labels::lead_in_text(section, at)
                .and_then(|text| part(text, lines(text).pop()?))
                .map(|part| (part, Items::List(list))),
            Block::Paragraph(text) => match numbered(text) {
                Some((line, items)) => part(text, line).map(|part| (part, items)),
                None => continue,
            },
            Block::Fence(_) | Block::Table(_) => continue,
        };
        match group {
            Some(group) => groups.push(group),
            None => return Vec::new(),
        }
    }
    groups
}

/// Returns the numbers of a list whose every item counts things of one subject.
fn parts(subject: &Subject, items: &Items<'_>) -> Vec<CountPart> {
    let part = |(text, line): (&Inline, Range<usize>)| {
        let found = phrase::read(text, line.clone()).into_iter().next()?;
        let same = found.subject.as_ref().map_or(found.behind, |part| subject.holds(part));
        let number = Spanned::new(found.number, text.span(found.at.clone()));
        same.then(|| CountPart { number, text: text.ident(line) })
    };
    let parts: Option<Vec<CountPart>> = items.lines().into_iter().map(|line| line.and_then(part)).collect();
    parts.filter(|parts| parts.len() >= 2).unwrap_or_default()
}

fn item_name(text: &Inline, line: Range<usize>) -> Option<Ident> {
    let slice = text.get(line.clone());
    let start = slice.find(|c: char| c.is_alphanumeric() || c == '_')?;
    let rest = slice.get(start..).unwrap_or_default();
    let mut end = words::separator(rest).map_or(rest.len(), |(end, _)| end);
    end = rest.get(..end).and_then(|name| name.find(['(', '[', ':'])).unwrap_or(end);
    let range = words::without_stop(text.text(), line.start + start..line.start + start + end);
    vocabulary::is_name(text.get(range.clone())).then(|| text.ident(range))
}

/// Returns the tables that a heading names: the one that it is about, or several in code.
fn headed_names(heading: &Inline) -> Vec<Ident> {
    let listed = tables::listed_by(heading);
    if listed.len() > 1 {
        return listed.into_iter().map(|name| heading.ident(name)).collect();
    }
    let Some(name) = tables::named_by(heading) else { return Vec::new() };
    let codes = heading.codes().iter().filter(|code| vocabulary::is_name(heading.get((*code).clone())));
    let several: Vec<Ident> = codes.map(|code| heading.ident(code.clone())).collect();
    if several.len() > 1 { several } else { vec![name.name] }
}

fn cell_name(cell: &Inline) -> Option<Ident> {
    vocabulary::is_name(&cell.said()).then(|| cell.all())
}

fn is_child(sections: &[Section], child: usize, of: usize) -> bool {
    sections.get(child).is_some_and(|section| section.parents.last() == Some(&of))
}

/// Returns the sections that stand below one.
fn below(at: usize, sections: &[Section]) -> Range<usize> {
    let is_below = |next: &usize| sections.get(*next).is_some_and(|section| section.parents.contains(&at));
    let end = (at + 1..sections.len()).find(|next| !is_below(next));
    at + 1..end.unwrap_or(sections.len())
}

/// Returns the tables that a section and those below it declare, each once.
pub(super) fn declared(at: usize, sections: &[Section], read: &[Vec<Decl>]) -> Vec<Ident> {
    tables_in(at..below(at, sections).end, read)
}

/// Returns the tables that sections declare, each once.
pub(super) fn tables_in(range: Range<usize>, read: &[Vec<Decl>]) -> Vec<Ident> {
    let mut seen = BTreeSet::new();
    let declared = read.get(range).into_iter().flatten().flatten().filter_map(|decl| match decl {
        Decl::Table(table) => Some(&table.name),
        _ => None,
    });
    declared.filter(|name| seen.insert(name.to_string())).map(|name| name.name.clone()).collect()
}
