//! Lines `rollback: never — why` and `acknowledge: data-loss of users.nick — why`, wherever they stand: below the heading of a table, of a
//! group of tables or of the whole document, as a line of a paragraph, an item of a list or an entry of a catalogue.

use super::inline::Inline;
use super::outline::{Block, Item, List, Section};
use super::tables;
use crate::source::decl::{Decl, Ident, QName, RulingDecl};
use crate::source::ruling;
use crate::span::Span;

/// A line that stands in a list.
pub(super) struct Listed {
    section: usize,
    /// The table that an item above it names.
    table: Option<QName>,
    text: Ident,
}

/// Takes the items that speak of migrations out of the lists: they are no columns, no values and no facts of a catalogue.
pub(super) fn take(sections: &mut [Section]) -> Vec<Listed> {
    let mut found = Vec::new();
    for (at, section) in sections.iter_mut().enumerate() {
        for block in &mut section.blocks {
            if let Block::List(list) = block {
                of_list(list, at, None, &mut found);
            }
        }
        section.blocks.retain(|block| !matches!(block, Block::List(list) if list.items.is_empty()));
    }
    found
}

fn of_list(list: &mut List, section: usize, above: Option<&QName>, found: &mut Vec<Listed>) {
    list.items.retain_mut(|item| {
        if item.text().is_some_and(|text| ruling::is_meant(text.text())) {
            let lines = item.text().into_iter().flat_map(lines);
            found.extend(lines.map(|text| Listed { section, table: above.cloned(), text }));
            // What else stands in the item is read as ever.
            let only = item.blocks.len() == 1
                && item.text().is_some_and(|text| text.text().lines().all(ruling::is_meant));
            if only {
                return false;
            }
        }
        if item.lists().next().is_none() {
            return true;
        }
        let named = named(item);
        for block in &mut item.blocks {
            if let Block::List(inner) = block {
                of_list(inner, section, named.as_ref().or(above), found);
            }
        }
        item.blocks.retain(|block| !matches!(block, Block::List(list) if list.items.is_empty()));
        true
    });
}

/// Returns the table that an item names: "`orders` — what was bought".
fn named(item: &Item) -> Option<QName> {
    let text = item.text()?;
    tables::item_name(text).map(|name| tables::qualified(text, name))
}

/// Returns what the lines of a text say of migrations.
fn lines(text: &Inline) -> Vec<Ident> {
    let mut start = 0;
    let places = text.text().split_inclusive('\n').map(|line| {
        let from = start;
        start += line.len();
        (line, from..from + line.len())
    });
    places.filter(|(line, _)| ruling::is_meant(line)).map(|(_, place)| text.ident(place)).collect()
}

/// Says of each line which tables it is about: the one whose heading it stands below, or all that stand below its heading.
///
/// `read` are the declarations of each of `sections`. What describes a table has its lines already.
pub(super) fn settle(sections: &[Section], listed: Vec<Listed>, read: &mut [Vec<Decl>]) {
    let mut found: Vec<(usize, Option<QName>, Ident)> =
        listed.into_iter().map(|line| (line.section, line.table, line.text)).collect();
    for (at, section) in sections.iter().enumerate() {
        for block in &section.blocks {
            if let Block::Paragraph(text) = block
                && ruling::speaks(text.text())
            {
                let lines = lines(text).into_iter().filter(|line| !is_noted(read, line.span));
                found.extend(lines.map(|line| (at, None, line)));
            }
        }
    }
    for (at, table, text) in found {
        let Some(section) = sections.get(at) else { continue };
        let named = table
            .or_else(|| tables::declared(section, section.blocks.len()))
            .or_else(|| tables::subject_of_part(sections, section))
            .or_else(|| tables::subject(sections, section));
        let is_same = |name: &QName| named.as_ref().is_some_and(|named| alike(named, name));
        let own: Vec<QName> = defined(read.iter().flatten()).filter(|name| is_same(name)).cloned().collect();
        let tables = if own.is_empty() { below(sections, at, read) } else { own };
        if let Some(decls) = read.get_mut(at) {
            decls.push(Decl::Ruling(RulingDecl { tables, text }));
        }
    }
}

fn alike(one: &QName, other: &QName) -> bool {
    one.to_string().eq_ignore_ascii_case(&other.to_string())
}

fn defined<'a>(decls: impl Iterator<Item = &'a Decl>) -> impl Iterator<Item = &'a QName> {
    decls.filter_map(|decl| match decl {
        Decl::Table(table) => Some(&table.name),
        _ => None,
    })
}

/// Returns the tables that stand below the heading of a section; all where none stands above the section.
fn below(sections: &[Section], at: usize, read: &[Vec<Decl>]) -> Vec<QName> {
    let whole = sections.get(at).is_none_or(|section| section.heading.is_none());
    let of_section =
        |number: usize, section: &Section| whole || number == at || section.parents.contains(&at);
    let mut found: Vec<QName> = Vec::new();
    for ((number, section), decls) in sections.iter().enumerate().zip(read) {
        for name in defined(decls.iter()).filter(|_| of_section(number, section)) {
            if !found.iter().any(|known| alike(known, name)) {
                found.push(name.clone());
            }
        }
    }
    found
}

/// Tells whether a line is among the notes of a table or of a column, which are read for themselves.
fn is_noted(read: &[Vec<Decl>], line: Span) -> bool {
    let holds = |span: Span| span.file == line.file && span.start <= line.start && line.end <= span.end;
    read.iter().flatten().any(|decl| match decl {
        Decl::Table(table) => {
            let of_columns = table.columns.iter().flat_map(|column| &column.notes);
            table.notes.iter().chain(of_columns).any(|note| holds(note.span) && ruling::speaks(&note.text))
        }
        _ => false,
    })
}
