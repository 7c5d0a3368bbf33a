//! Migration files: what each one holds, where the document says so, and names that are only mentioned.

use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, Item, List, Section};
use super::vocabulary::{self, BulletRole};
use super::{modules, words};
use crate::config::LabelRole;
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, MigrationDecl};

const EMPTY_MIGRATION: Code = Code::new("migration-without-contents");

/// How many words a thing in a migration may have: longer ones are prose.
const WORDS: usize = 5;

/// Returns the ranges of migration file names in a text.
///
/// A name ends in `.sql` and starts, behind any folders, with a number (`000001_init.sql`, `20251107000000_name.sql`,
/// `001_x.up.sql`) or with Flyway's letter and number (`V1__init.sql`); one that stands in a folder may have any name.
pub(super) fn file_names(text: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let mut names = Vec::new();
    // Most texts name no file.
    if !text.contains(".sql") {
        return names;
    }
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match start {
            None if is_part(c) => start = Some(at),
            Some(from) if !is_part(c) => {
                let word = text.get(from..at).unwrap_or_default().trim_end_matches('.');
                if is_file_name(word) {
                    names.push(from..from + word.len());
                }
                start = None;
            }
            None | Some(_) => {}
        }
    }
    names
}

fn is_file_name(word: &str) -> bool {
    let Some(stem) = word.strip_suffix(".sql") else { return false };
    // A file in a folder is one whatever it is called: `services/billing/schema.sql`.
    if stem.contains('/') && !stem.contains("://") {
        return true;
    }
    let base = stem.rsplit('/').next().unwrap_or(stem);
    let numbered = base.strip_prefix(['V', 'v', 'U', 'R']).filter(|rest| rest.contains("__")).unwrap_or(base);
    numbered.starts_with(|c: char| c.is_ascii_digit()) && numbered.contains(['_', '-', '.'])
}

/// Reads a section whose heading bears a migration file name: what the file holds follows it as a paragraph or a list.
///
/// None where the heading bears no name, or says more than one.
pub(super) fn of_heading(
    section: &Section,
    role: Option<LabelRole>,
    sink: &mut Sink,
) -> Option<MigrationDecl> {
    let heading = &section.heading.as_ref()?.inline;
    let [name] = file_names(heading.text()).try_into().ok()?;
    let contents = section.blocks.iter().find(|block| !matches!(block, Block::Table(_)));
    let (members, end) = match contents {
        Some(Block::Paragraph(text)) => {
            let names = modules::things(text);
            let named: Vec<Ident> = names.into_iter().map(|thing| text.ident(thing)).collect();
            let members = (!named.is_empty()).then_some(named);
            (members.or_else(|| members_of(text, 0..text.text().len())), text.whole())
        }
        Some(Block::List(list)) => (list_members(list), list.span),
        Some(Block::Fence(_) | Block::Table(_)) | None => (None, heading.whole()),
    };
    let file = heading.ident(name);
    let is_defined_below = matches!(contents, Some(Block::Fence(fence)) if fence.info.as_ref().is_some_and(
        |info| super::fences::by_info(&info.node).is_some(),
    ));
    if role == Some(LabelRole::MigrationOrder) && members.is_none() && !is_defined_below {
        without_contents(&file, sink);
    }
    // A mention's span is its name alone, which tells it from a heading whose section is still to be looked through.
    let (members, span) = match members {
        _ if role == Some(LabelRole::MigrationNames) => (None, file.span),
        Some(members) => (Some(members), heading.whole().to(end)),
        None => (None, heading.whole()),
    };
    Some(MigrationDecl { file, members, span })
}

/// Gives a migration that a heading names, and of which no words say what it holds, the tables that are defined below
/// that heading.
///
/// `read` are the declarations of each of `sections`.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let is_open = |decl: &Decl| matches!(decl, Decl::Migration(migration) if migration.members.is_none());
    let open: Vec<bool> = read.iter().map(|decls| decls.iter().any(is_open)).collect();
    if !open.contains(&true) {
        return;
    }
    let mut below: Vec<Vec<Ident>> = vec![Vec::new(); sections.len()];
    for (at, section) in sections.iter().enumerate() {
        let tables = read.get(at).into_iter().flatten().filter_map(|decl| match decl {
            Decl::Table(table) => Some(table.name.name.clone()),
            _ => None,
        });
        let tables: Vec<Ident> = tables.collect();
        for owner in section.parents.iter().chain([&at]).filter(|owner| open.get(**owner) == Some(&true)) {
            if let Some(all) = below.get_mut(*owner) {
                all.extend(tables.iter().cloned());
            }
        }
    }
    for ((section, decls), tables) in sections.iter().zip(read).zip(below) {
        let Some(heading) = &section.heading else { continue };
        for decl in decls {
            if let Decl::Migration(migration) = decl
                && migration.members.is_none()
                && heading.inline.whole() == migration.span
                && !tables.is_empty()
            {
                migration.members = Some(tables.clone());
            }
        }
    }
}

/// Tells whether most items of a list bear a migration file name.
pub(super) fn is_list(list: &List) -> bool {
    let named = list
        .items
        .iter()
        .filter(|item| item.text().is_some_and(|text| starts_with_name(text).is_some()))
        .count();
    named > 0 && named * 2 > list.items.len()
}

/// Reads a list whose items bear migration file names, each with what the file holds behind it or in a list below it.
pub(super) fn read(list: &List, role: Option<LabelRole>, sink: &mut Sink) -> Vec<Decl> {
    list.items.iter().flat_map(|item| read_item(item, role, sink)).collect()
}

fn read_item(item: &Item, role: Option<LabelRole>, sink: &mut Sink) -> Vec<Decl> {
    let Some(text) = item.text() else { return Vec::new() };
    let Some(name) = starts_with_name(text).filter(|_| role != Some(LabelRole::MigrationNames)) else {
        return mentions(text);
    };
    let (behind, end) = behind_name(text, &name);
    let members = members_of(text, behind..end).or_else(|| item.lists().find_map(list_members));
    let file = text.ident(name);
    if role == Some(LabelRole::MigrationOrder) && members.is_none() {
        without_contents(&file, sink);
    }
    vec![Decl::Migration(MigrationDecl { file, members, span: item.span })]
}

/// Reads a paragraph that gives the file of the section's tables: "Migrations: `db/001_billing.sql`".
///
/// What the file holds is left to be filled in, as below a heading that bears the name.
pub(super) fn of_paragraph(text: &Inline, section: &Section) -> Option<MigrationDecl> {
    let heading = &section.heading.as_ref()?.inline;
    let colon = text.text().find([':', '：'])?;
    let label = vocabulary::bullet(text.get(0..colon)) == Some(BulletRole::Migration);
    let [name] = file_names(text.text()).try_into().ok()?;
    let rest = text.get(name.end..text.text().len()).trim_matches(['.', ' ', '`', ')']);
    let alone = label && rest.is_empty() && file_names(heading.text()).is_empty();
    alone.then(|| MigrationDecl { file: text.ident(name), members: None, span: heading.whole() })
}

/// Reads the names that a paragraph only mentions.
pub(super) fn mentions(text: &Inline) -> Vec<Decl> {
    let mention = |name: Range<usize>| {
        let file = text.ident(name);
        let span = file.span;
        Decl::Migration(MigrationDecl { file, members: None, span })
    };
    file_names(text.text()).into_iter().map(mention).collect()
}

fn without_contents(file: &Ident, sink: &mut Sink) {
    sink.warning(EMPTY_MIGRATION, file.span, format!("what `{}` holds is not understood", file.node))
        .help("name its tables behind it or in the paragraph below it, with commas between them");
}

/// Returns the name with which an item begins; one emphasis, number or word such as "File" may stand before it.
fn starts_with_name(text: &Inline) -> Option<Range<usize>> {
    let name = file_names(text.text()).into_iter().next()?;
    text.get(0..name.start).split_whitespace().count().le(&1).then_some(name)
}

/// Returns where what a file holds stands behind its name: after a separator, or in brackets.
fn behind_name(text: &Inline, name: &Range<usize>) -> (usize, usize) {
    let all = text.text();
    let end = all.len();
    if let Some(start) = words::behind_separator(all, name.end) {
        return (start, end);
    }
    let rest = all.get(name.end..).unwrap_or_default();
    match (rest.trim_start().strip_prefix('('), rest.rfind(')')) {
        (Some(inside), Some(close)) => (end - inside.len(), name.end + close),
        _ => (name.end, end),
    }
}

/// Splits the words that say what a file holds; none where they are prose or nothing.
fn members_of(text: &Inline, range: Range<usize>) -> Option<Vec<Ident>> {
    let things = words::things(text.text(), range);
    let short = |thing: &Range<usize>| text.get(thing.clone()).split_whitespace().count() <= WORDS;
    // A file that is named in the words is no table: the paragraph speaks of something else.
    let is_file = |thing: &Range<usize>| text.get(thing.clone()).ends_with(".sql");
    let is_list = !things.is_empty() && things.iter().all(short) && !things.iter().any(is_file);
    is_list.then(|| things.into_iter().map(|thing| text.ident(thing)).collect())
}

fn list_members(list: &List) -> Option<Vec<Ident>> {
    let mut all = Vec::new();
    for item in &list.items {
        let text = item.text()?;
        // What stands behind a separator describes the thing.
        let end = words::separator(text.text()).map_or(text.text().len(), |(end, _)| end);
        all.extend(members_of(text, 0..end)?);
    }
    (!all.is_empty()).then_some(all)
}
