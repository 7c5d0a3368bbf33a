//! Facts with labels: bullets and lines "**Key Columns:** id, email".

use std::collections::BTreeSet;
use std::ops::Range;

use crate::source::decl::QName;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Item, List, Section};
use crate::source::markdown::vocabulary::{self, BulletRole};
use crate::source::markdown::{tables, words};
use crate::span::Span;

/// A fact with a label: a bullet or a line "**Key Columns:** id, email", perhaps with a list below it.
#[derive(Clone, Debug)]
pub(in crate::source::markdown) struct Entry<'a> {
    pub(super) role: BulletRole,
    pub(super) text: &'a Inline,
    /// Where the label stands.
    pub(super) label: Range<usize>,
    /// Where the facts stand.
    pub(super) said: Range<usize>,
    pub(super) lists: Vec<&'a List>,
    pub(super) span: Span,
}

impl<'a> Entry<'a> {
    /// Returns what is said piece by piece: behind the label, and in the items of the list below.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (&'a Inline, Range<usize>)> + use<'a> {
        let own =
            (!self.text.get(self.said.clone()).trim().is_empty()).then(|| (self.text, self.said.clone()));
        let items = self.lists.clone().into_iter().flat_map(|list| &list.items).filter_map(Item::text);
        // What is struck out is not there any more.
        let items = items.filter(|text| !text.is_struck());
        own.into_iter().chain(items.map(|text| (text, 0..text.text().len())))
    }
}

/// Returns the entries of a section, with the blocks that hold them: bullets, and lines that begin with a label.
pub(in crate::source::markdown) fn of_section(section: &Section) -> (Vec<Entry<'_>>, BTreeSet<usize>) {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut blocks = BTreeSet::new();
    for (at, block) in section.blocks.iter().enumerate() {
        match block {
            Block::List(list) if !blocks.contains(&at) => {
                let found = of_list(list);
                // A list of which most items have no label is another list, unless one of them lists the columns.
                let lists = |entry: &Entry<'_>| entry.role == BulletRole::Columns && lists_columns(entry);
                if found.len() * 2 > list.items.len() || found.iter().any(lists) {
                    entries.extend(found);
                    blocks.insert(at);
                }
            }
            Block::Paragraph(text) => {
                let below = section.blocks.get(at + 1);
                let mut found = of_lines(text);
                if found.is_empty() && matches!(below, Some(Block::List(_))) {
                    found.extend(of_lead_in(text));
                }
                let Some(last) = found.last_mut() else { continue };
                if text.get(last.said.clone()).trim().is_empty() {
                    let Some(Block::List(list)) = below else { continue };
                    last.lists.push(list);
                    blocks.insert(at + 1);
                }
                entries.extend(found);
                blocks.insert(at);
            }
            Block::List(_) | Block::Fence(_) | Block::Table(_) => {}
        }
    }
    (entries, blocks)
}

/// Returns the entries among the items of a list.
pub(in crate::source::markdown) fn of_list(list: &List) -> Vec<Entry<'_>> {
    let entry = |item: &'_ Item| -> Option<(BulletRole, Range<usize>, Range<usize>)> {
        let text = item.text()?;
        label(text, 0..text.text().len())
    };
    let made = list.items.iter().filter_map(|item| {
        let (role, label, said) = entry(item)?;
        Some(Entry { role, text: item.text()?, label, said, lists: item.lists().collect(), span: item.span })
    });
    made.collect()
}

/// Returns the entries of a paragraph, line by line; none where a line has no label.
fn of_lines(text: &Inline) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        let range = text.trim(at..at + line.len());
        at += line.len();
        if range.is_empty() {
            continue;
        }
        // Labels of a paragraph are set in bold, or it is prose; "Indexes: `day_idx (day)`" can be nothing else.
        let bold = text.strong().iter().any(|strong| strong.start == range.start);
        let in_code = |at: usize| text.codes().iter().any(|code| code.start == at);
        let is_label = |(role, _, said): &(BulletRole, Range<usize>, Range<usize>)| {
            bold || (*role == BulletRole::Indexes && in_code(said.start))
        };
        match (label(text, range.clone()).filter(is_label), found.last_mut()) {
            (Some((role, label, said)), _) => {
                found.push(Entry { role, text, label, said, lists: Vec::new(), span: text.span(range) });
            }
            // A list of them goes on in the next line.
            (None, Some(last)) if text.get(last.said.clone()).ends_with([',', '、', '，']) => {
                last.said.end = range.end;
                last.span = last.span.to(text.span(range));
            }
            // "**Primary key:** `[a, b]`" among them is read elsewhere.
            (None, _) if bold && text.get(range.clone()).contains([':', '：']) => {}
            (None, _) => return Vec::new(),
        }
    }
    found
}

/// Returns the entry of a line that is nothing but the label of the list of indexes below it: "Indexes:".
fn of_lead_in(text: &Inline) -> Option<Entry<'_>> {
    let range = text.trim(0..text.text().len());
    let line = text.get(range.clone());
    let alone = line.ends_with([':', '：']) && !line.contains('\n');
    let (role, label, said) = label(text, range.clone()).filter(|_| alone)?;
    (role == BulletRole::Indexes).then(|| Entry {
        role,
        text,
        label,
        said,
        lists: Vec::new(),
        span: text.span(range),
    })
}

/// Takes "**Label:** facts" apart.
fn label(text: &Inline, range: Range<usize>) -> Option<(BulletRole, Range<usize>, Range<usize>)> {
    let strong = text.strong().iter().find(|strong| strong.start == range.start);
    let slice = text.get(range.clone());
    let colon = slice.find([':', '：']).map(|at| range.start + at);
    let end = match (strong, colon) {
        (Some(strong), Some(colon)) if colon <= strong.end => strong.end,
        // "**RLS** — users …" has a dash for a colon.
        (Some(strong), _) => strong.end,
        (None, Some(colon)) => colon,
        (None, None) => return None,
    };
    let role = vocabulary::bullet(text.get(range.start..end))?;
    let behind = text.get(end..range.end);
    let start = range.end - behind.trim_start_matches([':', '：', ' ', '—', '–', '-']).len();
    Some((role, range.start..end, start..range.end))
}

/// Returns the table that an item of a list names and the list below it describes: "`orders` — what was bought".
pub(in crate::source::markdown) fn of_item(item: &Item) -> Option<(QName, Vec<Entry<'_>>)> {
    let text = item.text()?;
    let entries: Vec<Entry<'_>> = item.lists().flat_map(of_list).collect();
    let name = tables::item_name(text).filter(|_| describe(&entries))?;
    Some((tables::qualified(text, name), entries))
}

/// Tells whether entries describe a table by themselves, columns and all.
pub(in crate::source::markdown) fn describe(entries: &[Entry<'_>]) -> bool {
    let columns = || entries.iter().filter(|entry| entry.role == BulletRole::Columns);
    match entries {
        [] => false,
        [_] => columns().any(lists_columns),
        _ => columns().next().is_some(),
    }
}

/// Tells whether an entry lists columns as nothing else is listed: three names or more behind the label, or a list of typed ones below it.
fn lists_columns(entry: &Entry<'_>) -> bool {
    let things = words::things(entry.text.text(), entry.said.clone());
    let is_column = |thing: &Range<usize>| {
        let said = entry.text.get(thing.clone());
        vocabulary::is_name(said.split(['(', ' ']).next().unwrap_or_default().trim_matches('`'))
            && (!said.contains(' ') || said.ends_with(')'))
    };
    // "Key Columns" says more of what is listed than "Fields" does.
    let label = entry.text.get(entry.label.clone()).to_lowercase();
    let typed = |thing: &Range<usize>| {
        entry.text.get(thing.clone()).split_once('(').is_some_and(|(_, inside)| vocabulary::is_type(inside))
    };
    let least = match label.contains("column") {
        // "Key Columns: id (uuid)" says a type, which nothing else has.
        true if things.iter().all(typed) => 1,
        true => 2,
        false => 3,
    };
    let names = things.len() >= least && things.iter().all(is_column);
    names || entry.lists.iter().any(|list| tables::are_typed(list))
}

/// Tells whether entries add to a table that is described in another way: who may see it, what it refers to, its indexes.
pub(in crate::source::markdown) fn add(entries: &[Entry<'_>]) -> bool {
    let adds = |entry: &Entry<'_>| {
        matches!(
            entry.role,
            BulletRole::Access
                | BulletRole::Links
                | BulletRole::Indexes
                | BulletRole::Migration
                | BulletRole::Constraint
        )
    };
    !entries.is_empty()
        && entries
            .iter()
            .all(|entry| adds(entry) || matches!(entry.role, BulletRole::Purpose | BulletRole::Table))
        && entries.iter().any(adds)
}
