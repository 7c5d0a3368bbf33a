//! Tables in a catalogue: a heading that names one, and bullets with labels ("**Key Columns:** id, email") that describe it.

mod entry;
mod index;
mod values;

use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, List, Section};
use super::vocabulary::{self, BulletRole};
use super::{access, keys, migrations, plans, relations, tables, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{
    AccessDecl, Decl, Ident, Language, LinkDecl, MigrationDecl, Prose, QName, SaidDecl, TableDecl,
    TableIndexDecl,
};
use crate::source::ruling::ruling;
use crate::span::Span;
pub(super) use entry::{Entry, add, describe, of_item, of_list, of_section};
pub(super) use index::{in_sentence, in_words as index_of};

const IN_WORDS: Code = Code::new("said-in-words");

/// Reads the entries that describe a table or add to one.
pub(super) fn read(
    name: QName,
    heading: Option<&Ident>,
    span: Span,
    entries: &[Entry<'_>],
    sink: &mut Sink,
) -> Vec<Decl> {
    let mut described = tables::table(name.clone(), heading, Vec::new(), span);
    let mut beside = Vec::new();
    // Columns first: what other entries say is said of them.
    for entry in entries {
        match entry.role {
            BulletRole::Columns => {
                if !entry.text.get(entry.said.clone()).trim().is_empty() {
                    for thing in column_things(entry.text, entry.said.clone()) {
                        let columns = if is_planned(entry.text.get(thing.clone())) {
                            Vec::new()
                        } else {
                            tables::named_columns(entry.text, thing.clone())
                        };
                        if columns.is_empty() {
                            in_words(said(entry, &name, entry.text, thing), &mut beside, sink);
                        }
                        described.columns.extend(columns);
                    }
                    beside.extend(bare_keys(entry, &name));
                }
                for list in &entry.lists {
                    let places = tables::TypePlaces::of(list);
                    for item in &list.items {
                        let Some(text) = item.text() else { continue };
                        if is_planned(text.text()) || text.is_struck() {
                            let whole = 0..text.text().len();
                            in_words(said(entry, &name, text, whole), &mut beside, sink);
                        } else if tables::says_of_table(text) {
                            for entry in entry::of_list(list).iter().filter(|entry| entry.span == item.span) {
                                let keys = keys::of_piece(entry.text, entry.said.clone(), &described);
                                keys::add(&mut described, keys);
                            }
                        } else {
                            described.columns.extend(tables::bullet_columns(text, item.span, places));
                        }
                    }
                }
            }
            BulletRole::Table => {
                described.name = table_name(entry.text, entry.said.clone()).unwrap_or(described.name);
            }
            _ => {}
        }
    }
    let name = described.name.clone();
    for entry in entries {
        read_entry(entry, &name, &mut described, &mut beside, sink);
    }
    let mut decls = Vec::new();
    if described.columns.is_empty() {
        let index = |index| Decl::Index(TableIndexDecl { table: name.clone(), index });
        decls.extend(described.indexes.into_iter().map(index));
    } else {
        decls.push(Decl::Table(described));
    }
    decls.append(&mut beside);
    decls
}

/// "**Purpose:** …" above a fence or a table of columns describes the table that the heading names and that defines; a line
/// `was: people` says what it was called before.
pub(super) fn purpose(section: &Section, name: &QName, decls: &mut [Decl]) {
    let is_named = |table: &&mut TableDecl| {
        matches!(table.language, Language::Sql | Language::Markdown)
            && table.name.to_string().eq_ignore_ascii_case(&name.to_string())
    };
    let mut tables = decls.iter_mut().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    });
    let Some(table) = tables.find(is_named) else { return };
    let entries = of_section(section).0;
    let purposes = entries.iter().filter(|entry| entry.role == BulletRole::Purpose).flat_map(Entry::pieces);
    let purposes = purposes.filter_map(|(text, range)| tables::prose(text, range.start, range.end));
    let paragraphs = section.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(text) => Some(text),
        _ => None,
    });
    for note in purposes.chain(paragraphs.flat_map(remarks)) {
        // What describes a table of bullets is among its notes already.
        if !table.notes.iter().any(|known| known.span == note.span) {
            table.notes.push(note);
        }
    }
}

/// Returns the lines of a paragraph that say what its table was called before, and what they rule about its migrations.
fn remarks(text: &Inline) -> Vec<Prose> {
    let mut end = 0;
    let lines = text.text().split_inclusive('\n').map(|line| {
        let start = end;
        end += line.len();
        (start, line)
    });
    let says = |line: &str| {
        let was = line.trim_start().get(..4).is_some_and(|word| word.eq_ignore_ascii_case("was:"));
        was || ruling(line).is_some()
    };
    lines
        .filter(|(_, line)| says(line))
        .filter_map(|(start, line)| tables::prose(text, start, start + line.len()))
        .collect()
}

/// "`org_id` (FK)" refers to the table that it is named after.
fn bare_keys(entry: &Entry<'_>, table: &QName) -> Vec<Decl> {
    let text = entry.text;
    let mut found = Vec::new();
    for thing in words::things(text.text(), entry.said.clone()) {
        let Some((name, inside)) = text.get(thing.clone()).split_once('(') else { continue };
        let (name, inside) = (name.trim_end(), inside.trim_end_matches(')').to_lowercase());
        let Some(stem) = name.strip_suffix("_id") else { continue };
        if ["fk", "foreign key"].contains(&inside.trim()) && vocabulary::is_name(stem) {
            let other = text.ident(thing.start..thing.start + stem.len());
            let others = vec![QName::bare(other)];
            let (table, text) = (table.clone(), text.ident(thing));
            found.push(Decl::Link(LinkDecl { table, others, named: Vec::new(), text }));
        }
    }
    found
}

/// Returns the label of an entry, without its colon.
fn label_of(entry: &Entry<'_>) -> Ident {
    let start = entry.label.start;
    let bare = entry.text.get(entry.label.clone()).trim_end_matches([':', '：', ' ']);
    entry.text.ident(start..start + bare.len())
}

/// Returns what an entry says of a table and nothing is made of.
fn said(entry: &Entry<'_>, table: &QName, text: &Inline, range: Range<usize>) -> SaidDecl {
    SaidDecl { about: Some(table.name.clone()), label: label_of(entry), text: text.ident(range) }
}

/// Splits "id (uuid), email (text) and name"; a column called `e` or `y` is no "and" where its type follows.
fn column_things(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for mut thing in words::things(text.text(), range.clone()) {
        let from = found.last().map_or(range.start, |last| last.end);
        let between = text.get(from..thing.start).trim_matches([',', ';', ' ', '\n']);
        let is_letter = between.len() == 1 && between.chars().all(|c| c.is_ascii_alphabetic());
        if is_letter && vocabulary::is_type(text.get(thing.clone())) {
            let at = text.get(from..thing.start).find(between).unwrap_or_default();
            thing.start = from + at;
        }
        found.push(thing);
    }
    found
}

/// Tells whether brackets say of something that it is not there yet: "color (text) (planned)".
fn is_planned(said: &str) -> bool {
    said.split(['(', '（']).skip(1).any(|rest| {
        let inside = rest.split([')', '）']).next().unwrap_or_default();
        inside.split([',', ';']).any(|mark| plans::is_mark(&mark.trim().to_lowercase()))
    })
}

/// Splits "unique (a, b); a <> b" at semicolons outside brackets.
fn statements(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let (mut found, mut start, mut depth) = (Vec::new(), range.start, 0_usize);
    for (at, c) in text.get(range.clone()).char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => {
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

fn read_entry(
    entry: &Entry<'_>,
    name: &QName,
    described: &mut TableDecl,
    beside: &mut Vec<Decl>,
    sink: &mut Sink,
) {
    let of_columns = !described.columns.is_empty();
    let label = label_of(entry);
    let said = |text: &Inline, range: Range<usize>| said(entry, name, text, range);
    match entry.role {
        BulletRole::Columns | BulletRole::Table => {}
        BulletRole::Purpose if of_columns => {
            for (text, range) in entry.pieces() {
                described.notes.extend(tables::prose(text, range.start, range.end));
            }
        }
        BulletRole::Purpose => {}
        BulletRole::Indexes => {
            for (text, range) in entry.pieces() {
                let mut found = index::indexes(text, range, &name.name.node, of_columns, sink);
                // "`orders(day)`" has the table before its columns, and no name.
                for index in &mut found {
                    index.name.take_if(|said| said.node.eq_ignore_ascii_case(&name.name.node));
                }
                described.indexes.extend(found);
            }
        }
        BulletRole::Values => {
            let label = label.node.to_lowercase();
            if !values::read(entry, &label, &mut described.columns) {
                for (text, range) in entry.pieces() {
                    in_words(said(text, range), beside, sink);
                }
            }
        }
        BulletRole::Migration => {
            for (text, range) in entry.pieces() {
                let names = migrations::file_names(text.get(range.clone()));
                beside.extend(names.into_iter().map(|file| {
                    let members = Some(vec![name.name.clone()]);
                    let file = text.ident(range.start + file.start..range.start + file.end);
                    Decl::Migration(MigrationDecl { file, members, span: entry.span })
                }));
            }
        }
        BulletRole::Access => {
            let is_off = |(text, range): &(&Inline, Range<usize>)| access::is_off(text.get(range.clone()));
            let (off, pieces): (Vec<_>, Vec<_>) = entry.pieces().partition(is_off);
            for (text, range) in off {
                in_words(said(text, range), beside, sink);
            }
            let clauses = access::of_pieces(&pieces, &name.name.node);
            for ((text, range), clauses) in pieces.into_iter().zip(clauses) {
                beside.push(Decl::Access(AccessDecl {
                    table: name.clone(),
                    clauses,
                    text: text.ident(range),
                }));
            }
        }
        BulletRole::Links => {
            let pieces = entry.pieces().flat_map(|(text, range)| {
                statements(text, range).into_iter().map(move |range| (text, range))
            });
            for (text, range) in pieces {
                // "a_id → as(id) ON DELETE CASCADE, b_id → bs(id)".
                let parts = words::things(text.text(), range.clone());
                let relation = |part: &Range<usize>| relations::relation(text, part.clone(), Some(name));
                let each: Option<Vec<Decl>> = parts.iter().map(relation).collect();
                if let Some(relations) =
                    each.filter(|each| !each.is_empty()).or_else(|| Some(vec![relation(&range)?]))
                {
                    beside.extend(relations);
                    continue;
                }
                let others = table_words(text, range.clone());
                let in_code = |code: &&Range<usize>| range.start <= code.start && code.end <= range.end;
                let codes = text.codes().iter().filter(in_code);
                let named = codes.flat_map(|code| table_words(text, code.clone())).collect();
                let (table, text) = (name.clone(), text.ident(range));
                beside.push(Decl::Link(LinkDecl { table, others, named, text }));
            }
        }
        BulletRole::Search => {
            for (text, range) in entry.pieces() {
                match index::search(text, range.clone(), &mut described.columns) {
                    Some(index) => described.indexes.push(index),
                    None => in_words(said(text, range), beside, sink),
                }
            }
        }
        BulletRole::Constraint => {
            let each = entry
                .pieces()
                .flat_map(|(text, range)| statements(text, range).into_iter().map(move |part| (text, part)));
            for (text, range) in each {
                let said_keys = keys::of_piece(text, range.clone(), described);
                match index::only_one(text, range.clone(), &described.columns) {
                    Some(index) => described.indexes.push(index),
                    None if !said_keys.is_empty() => keys::add(described, said_keys),
                    // "Index on (a, b)" is read once all columns are known.
                    None if !in_sentence(text, range.clone()).is_empty() => {}
                    None if of_columns => in_words(said(text, range), beside, sink),
                    None => {}
                }
            }
        }
        BulletRole::Said => {
            for (text, range) in entry.pieces() {
                in_words(said(text, range), beside, sink);
            }
        }
    }
}

/// Keeps words of which nothing is made, and says so.
fn in_words(said: SaidDecl, decls: &mut Vec<Decl>, sink: &mut Sink) {
    let about = said.about.as_ref().map(|about| format!(" of `{}`", about.node)).unwrap_or_default();
    sink.info(
        IN_WORDS,
        said.text.span,
        format!("{}{about} stands here in words and is not generated", said.label.node),
    )
    .help("write it in an SQL fence where the database is to enforce it");
    decls.push(Decl::Said(said));
}

/// Returns the first name that stands in a range.
fn table_name(text: &Inline, range: Range<usize>) -> Option<QName> {
    let word = words::iter(text.text(), range).next()?;
    vocabulary::is_name(text.get(word.clone())).then(|| tables::qualified(text, word))
}

/// Returns the words that may name tables: what is set as code, and every word that has the form of a name.
fn table_words(text: &Inline, range: Range<usize>) -> Vec<QName> {
    let mut found: Vec<QName> = Vec::new();
    for word in words::iter(text.text(), range) {
        let raw = text.get(word.clone());
        let bare = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let start = word.start + raw.find(bare).unwrap_or_default();
        // `users.id` and `users(id)` name the table with its column.
        let name = bare.split('(').next().unwrap_or(bare);
        // Korean sets its particles right behind the name: "buyers에".
        let is_latin = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let name =
            name.split(|c: char| is_latin && matches!(c, '\u{ac00}'..='\u{d7a3}')).next().unwrap_or(name);
        let long = name.len() > 2 && name.chars().any(char::is_alphabetic);
        if long && vocabulary::is_name(name) {
            found.push(tables::qualified(text, start..start + name.len()));
        }
    }
    found
}

/// Reads what bullets say of a function whose call a heading names: its purpose, what it returns, where it stands.
pub(super) fn function(heading: &Inline, list: &List) -> Vec<Decl> {
    let Some(code) = heading.codes().first() else { return Vec::new() };
    let name = heading.get(code.clone());
    let Some(end) = name.find('(').filter(|end| vocabulary::is_name(name.get(..*end).unwrap_or_default()))
    else {
        return Vec::new();
    };
    let about = heading.ident(code.start..code.start + end);
    let entries = of_list(list);
    let said = entries.iter().flat_map(|entry| {
        let (about, label) = (about.clone(), entry.text.ident(entry.label.clone()));
        let label =
            Ident { node: label.node.trim_end_matches([':', '：', ' ']).to_owned(), span: label.span };
        entry.pieces().map(move |(text, range)| {
            Decl::Said(SaidDecl { about: Some(about.clone()), label: label.clone(), text: text.ident(range) })
        })
    });
    said.collect()
}
