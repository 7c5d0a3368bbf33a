//! Tables sketched in a fence of no language of schemas: `id: string // key` as TypeScript, or `id  bigint  PK` as plain text, below the heading
//! of the table.
//!
//! A program has types of the same names as its tables. So a sketch is read only where no other part of the document defines the table, and
//! only where every line of it is a column.

mod boxes;
mod called;
mod drawn;
mod lists;
mod names;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use names::{is_key, names, plain_names};

use super::inline::{Builder, Inline};
use super::outline::{Block, Fence, Row, Section};
use super::{facts, keys, labels, plans, stores, tables, vocabulary, words};
use crate::diag::{Code, Sink};
use crate::source::Reading;
use crate::source::decl::{ColumnDecl, Decl, Ident, NamedMark, Prose, ProseKind, QName, TableDecl};
use crate::span::Spanned;

const DISAGREE: Code = Code::new("carriers-disagree");

/// Adds the tables that are only sketched; `read` are the declarations of each of `sections`.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>], cx: &Reading<'_>, sink: &mut Sink) {
    let known: &[Vec<Decl>] = read;
    let defined: OnceCell<BTreeSet<String>> = OnceCell::new();
    // Most documents sketch nothing, and many have very many tables.
    let is_defined = |name: &str| {
        defined.get_or_init(|| of_tables(known).map(|table| stem(&table.name)).collect()).contains(name)
    };
    let mut sketched: BTreeMap<String, QName> = BTreeMap::new();
    let mut programs = BTreeSet::new();
    let mut made: Vec<(usize, TableDecl)> = Vec::new();
    for (number, section) in sections.iter().enumerate() {
        if plans::covers(sections, section) || labels::is_ignored(sections, section, cx) {
            continue;
        }
        let heading = section.heading.as_ref().map(|heading| &heading.text);
        for (at, block) in section.blocks.iter().enumerate() {
            let mut add = |table: TableDecl| {
                let stem = stem(&table.name);
                if !is_defined(&stem) && !sketched.contains_key(&stem) {
                    sketched.insert(stem, table.name.clone());
                    made.push((number, table));
                }
            };
            listed(block, at, sections, section, sink).into_iter().for_each(&mut add);
            let Block::Fence(fence) = block else { continue };
            if is_typescript(fence) == Some(false) || fence.is_drawing() {
                for table in drawn::read(fence, heading) {
                    if stores::is_drawn_of_another(fence, &table.name, table.span, sink) {
                        continue;
                    }
                    if is_defined(&stem(&table.name)) {
                        held_to(&table, &columns_of(&stem(&table.name), known), sink);
                    }
                    add(table);
                }
            }
            called::read(fence, heading).into_iter().for_each(&mut add);
            if is_typescript(fence).is_none() {
                continue;
            }
            let Some(name) = tables::subject_of_block(sections, section, at) else { continue };
            let columns = columns(fence, &name).or_else(|| lists::columns(fence));
            let Some(columns) = columns.filter(|_| !is_defined(&stem(&name))) else {
                continue;
            };
            if is_typescript(fence) == Some(true) {
                programs.insert(stem(&name));
            }
            if sketched.insert(stem(&name), name.clone()).is_none() {
                let span = fence.body.span(0..fence.body.text().len());
                made.push((number, tables::table(name, heading, columns, span)));
            }
        }
    }
    for (number, table) in made {
        if let Some(decls) = read.get_mut(number) {
            decls.push(Decl::Table(table));
        }
    }
    if sketched.is_empty() {
        return;
    }
    name_targets(read, &sketched);
    if programs.is_empty() {
        return;
    }
    count_alike(read, &programs);
    demand_values(read, &programs);
    mark_keys(read, &programs);
}

pub(super) use drawn::in_text as tree_in_text;

/// Tells whether a fence holds nothing but tables that are written like calls.
pub(super) fn is_called(fence: &Fence) -> bool {
    !called::read(fence, None).is_empty()
}

/// Reports columns that are drawn of a table and stand nowhere else.
fn held_to(drawn: &TableDecl, columns: &BTreeSet<String>, sink: &mut Sink) {
    let strange = |column: &&ColumnDecl| !columns.contains(&plain(&column.name.node));
    let only: Vec<&ColumnDecl> = drawn.columns.iter().filter(strange).collect();
    // A drawing that has little in common with the table shows something else of its name.
    let Some(first) = only.first().filter(|_| only.len() * 2 < drawn.columns.len()) else { return };
    let names: Vec<String> = only.iter().map(|column| format!("`{}`", column.name.node)).collect();
    let stands = if only.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} of `{}` {stands} drawn here and {stands} no column of the table",
        names.join(", "),
        drawn.name
    );
    sink.warning(DISAGREE, first.name.span, message)
        .help("add what is missing to the table, or mend the drawing");
}

fn of_tables(read: &[Vec<Decl>]) -> impl Iterator<Item = &TableDecl> {
    read.iter().flatten().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    })
}

/// Returns the names of the columns of the tables that have something in common with a name.
fn columns_of(name: &str, read: &[Vec<Decl>]) -> BTreeSet<String> {
    let tables = of_tables(read).filter(|table| stem(&table.name) == name);
    tables.flat_map(|table| &table.columns).map(|column| plain(&column.name.node)).collect()
}

fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

/// Returns the tables of which a block lists nothing but the columns: a paragraph below the heading of one ("Buyers. `id`, `email`,
/// `phone` (digits only)."), or rows "`orders` | `id`, `buyer_id`, `state`".
fn listed(
    block: &Block,
    at: usize,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Vec<TableDecl> {
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    match block {
        Block::Paragraph(text) => {
            let own = tables::one_of_several(text, section);
            let is_own = own.is_some();
            let Some(name) = own.or_else(|| tables::subject_of_block(sections, section, at)) else {
                return Vec::new();
            };
            let all = 0..text.text().len();
            // "`note?` · `id`" ends no sentence.
            let whole = tables::run(text, words::without_stop(text.text(), all.clone()));
            let sentences = words::sentences(text.text(), all);
            let of_sentence = |sentence: Range<usize>| {
                // "Buyers. `id`, …": a sentence may begin with a name in small letters.
                let begins = |code: &&Range<usize>| {
                    let before = text.get(sentence.start..code.start).trim_end();
                    sentence.contains(&code.start) && before.ends_with(['.', ':'])
                };
                let inner = text.codes().iter().find(begins).map(|code| code.start..sentence.end);
                tables::run(text, sentence.clone()).or_else(|| tables::run(text, inner?))
            };
            let found = whole.or_else(|| sentences.into_iter().find_map(of_sentence));
            let columns =
                found.filter(|columns| is_own || columns.iter().any(|column| is_key(&column.name.node)));
            let columns = columns.or_else(|| plain_names(text));
            columns.map(|columns| tables::table(name, heading, columns, text.whole())).into_iter().collect()
        }
        Block::Table(pipe) => {
            let of_tables = tables::head_of_tables(pipe);
            let about = pipe.header.iter().position(|cell| vocabulary::is_about_columns(cell.text()));
            let (Some(first), Some(at)) = (of_tables, about) else { return Vec::new() };
            let row = |row: &Row, sure: bool| {
                let name = row.cells.get(first).filter(|cell| vocabulary::is_name(&cell.said()))?;
                let cell = row.cells.get(at)?;
                let all = 0..cell.text().len();
                // "`token`, `user_id`. Deleted on logout, and with the user."
                let sentence = |range: Range<usize>| {
                    tables::run(cell, range.clone()).or_else(|| names(cell, range, sure))
                };
                let mut sentences = words::whole_sentences(cell.text(), all.clone()).into_iter();
                let mut columns = sentence(sentences.next()?)?;
                columns.extend(sentences.filter_map(sentence).flatten());
                let name = tables::qualified(name, 0..name.text().len());
                let mut found = tables::table(name, heading, columns, row.span);
                let keys = keys::of_cell(cell, all, &found);
                keys::add(&mut found, keys);
                Some(found)
            };
            let states = plans::states(pipe);
            let there = |row: &&Row| !plans::is_row(&states, row, "table", sink);
            let rows: Vec<&Row> = pipe.rows.iter().filter(there).collect();
            // Where some rows have keys among their names, those of the others are columns as well.
            let sure = rows.iter().any(|one| row(one, false).is_some());
            rows.into_iter().filter_map(|one| row(one, sure)).collect()
        }
        Block::List(_) | Block::Fence(_) => Vec::new(),
    }
}

/// A program's `number` that refers to one that counts up is the same integer.
fn count_alike(read: &mut [Vec<Decl>], programs: &BTreeSet<String>) {
    let counts = |table: &TableDecl| {
        table.columns.iter().any(|column| column.primary_key.is_some() && column.increment.is_some())
    };
    let all = || read.iter().flatten();
    let counted: BTreeSet<String> = all()
        .filter_map(|decl| match decl {
            Decl::Table(table) if counts(table) && programs.contains(&stem(&table.name)) => {
                Some(stem(&table.name))
            }
            _ => None,
        })
        .collect();
    let related: BTreeSet<(String, String)> = all()
        .filter_map(|decl| match decl {
            Decl::Ref(relation) => Some(&relation.endpoints),
            _ => None,
        })
        .filter(|[_, other]| counted.contains(&stem(&other.table)))
        .flat_map(|[own, _]| own.columns.iter().map(|column| (stem(&own.table), column.node.clone())))
        .collect();
    for decl in read.iter_mut().flatten() {
        let Decl::Table(table) = decl else { continue };
        let own = stem(&table.name);
        for column in table.columns.iter_mut().filter(|_| programs.contains(&own)) {
            let refers = column.references.iter().any(|key| counted.contains(&stem(&key.table)))
                || related.contains(&(own.clone(), column.name.node.clone()));
            if let Some(ty) = column.ty.as_mut().filter(|ty| refers && ty.node == "numeric") {
                ty.node = "bigint".to_owned();
            }
        }
    }
}

/// A program's `id` is the key where its type names no other.
fn mark_keys(read: &mut [Vec<Decl>], programs: &BTreeSet<String>) {
    for decl in read.iter_mut().flatten() {
        let Decl::Table(table) = decl else { continue };
        let open = programs.contains(&stem(&table.name))
            && !table.columns.iter().any(|column| column.primary_key.is_some());
        let id = table.columns.iter_mut().find(|column| column.name.node == "id");
        if let Some(id) = id.filter(|_| open) {
            id.primary_key = Some(NamedMark { name: None, span: id.name.span });
        }
    }
}

/// Where a program marks what may be missing (`name?: string`), what it does not mark is there; `programs` are the tables that one
/// sketches.
fn demand_values(read: &mut [Vec<Decl>], programs: &BTreeSet<String>) {
    let is_sketch = |table: &TableDecl| programs.contains(&stem(&table.name));
    let marks = read.iter().flatten().any(|decl| match decl {
        Decl::Table(table) if is_sketch(table) => {
            table.columns.iter().any(|column| column.nullable.is_some())
        }
        _ => false,
    });
    let tables = read.iter_mut().flatten().filter_map(|decl| match decl {
        Decl::Table(table) if marks && is_sketch(table) => Some(table),
        _ => None,
    });
    for column in tables.flat_map(|table| &mut table.columns).filter(|column| column.nullable.is_none()) {
        let span = column.ty.as_ref().map_or(column.span, |ty| ty.span);
        column.nullable = Some(Spanned::new(false, span));
    }
}

/// Gives references to a type of a program ("References Channel.id") the name of the table that stands for it.
fn name_targets(read: &mut [Vec<Decl>], sketched: &BTreeMap<String, QName>) {
    let tables = read.iter_mut().flatten().filter_map(|decl| match decl {
        Decl::Table(table) if sketched.contains_key(&stem(&table.name)) => Some(table),
        _ => None,
    });
    for reference in tables.flat_map(|table| &mut table.columns).flat_map(|column| &mut column.references) {
        if let Some(name) = sketched.get(&stem(&reference.table)) {
            reference.table.name.node.clone_from(&name.name.node);
        }
    }
}

/// Returns what a table and a type of a program that stand for one thing have in common.
fn stem(name: &QName) -> String {
    words::stem(&name.name.node)
}

/// Tells whether a fence is TypeScript or plain text; none where it is anything else.
fn is_typescript(fence: &Fence) -> Option<bool> {
    let info = fence.info.as_ref().map(|info| words::lowered(&info.node));
    match info.as_deref() {
        Some("typescript" | "ts") => Some(true),
        None | Some("text" | "txt" | "plain" | "plaintext") => Some(false),
        Some(_) => None,
    }
}

/// Reads the columns of a fence; none where a line of it is anything else.
fn columns(fence: &Fence, name: &QName) -> Option<Vec<ColumnDecl>> {
    let typescript = is_typescript(fence)?;
    let body = fence.body.text();
    let mut columns = Vec::new();
    let mut start = 0;
    for written in body.split_inclusive('\n') {
        let at = start;
        start += written.len();
        let trimmed = written.trim();
        if trimmed.is_empty() || matches!(trimmed, "{" | "}" | "};") {
            continue;
        }
        let text = line(fence, at..start);
        if typescript {
            let comment = trimmed.starts_with("//") || trimmed.starts_with("/*") || trimmed.starts_with('*');
            if comment || opens(trimmed, name) {
                continue;
            }
            columns.extend(member(&text)?);
        } else {
            let mut found = tables::bullet_columns(&text, text.whole(), tables::TypePlaces::default());
            columns.push(found.pop().filter(|column| found.is_empty() && column.ty.is_some())?);
        }
    }
    (columns.len() > 1).then_some(columns)
}

/// Returns a range of a fence as text with places, without the blanks around it.
fn line(fence: &Fence, range: Range<usize>) -> Inline {
    let whole = fence.body.text().get(range.clone()).unwrap_or_default();
    let trimmed = whole.trim();
    let from = range.start + whole.find(trimmed).unwrap_or_default();
    let mut text = Builder::new(fence.marker.span.file);
    text.text(trimmed, fence.body.span(from..from + trimmed.len()).start);
    text.finish()
}

/// Tells whether a line opens the type that stands for the table: `export interface Order {`.
fn opens(line: &str, name: &QName) -> bool {
    let Some(head) = line.strip_suffix('{') else { return false };
    let words: Vec<&str> = head
        .split([' ', '='])
        .filter(|word| !matches!(*word, "" | "export" | "declare" | "interface" | "type"))
        .collect();
    matches!(words.as_slice(), [word] if words::singular(&word.to_lowercase()) == stem(name))
}

/// Reads `name?: type; // what it is`; the inner none is a member that is no column.
fn member(text: &Inline) -> Option<Option<ColumnDecl>> {
    let line = text.text();
    let end = line.find("//").unwrap_or(line.len());
    let colon = line.get(..end)?.find(':')?;
    let written = text.trim(0..colon);
    let bare = text.get(written.clone()).trim_start_matches("readonly ").trim_end_matches('?');
    let from = written.start + text.get(written.clone()).find(bare)?;
    if !vocabulary::is_name(bare) || bare.contains('.') {
        return None;
    }
    let mut column = ColumnDecl::new(text.ident(from..from + bare.len()), None, text.whole());
    let optional = from + bare.len()..written.end;
    let said = text.trim(colon + 1..end);
    let ty = text.get(said.clone()).trim_end_matches([';', ',', ' ']);
    if !read_type(text, said.start..said.start + ty.len(), &mut column)? {
        return Some(None);
    }
    if text.get(optional.clone()) == "?" {
        column.nullable = Some(Spanned::new(true, text.span(optional)));
    }
    let behind = (end + 2).min(line.len());
    facts::read(text, behind..line.len(), &mut column);
    // "id: string // Unique identifier" is the key in other words.
    let identifies = words::folded(text.get(behind..line.len())).contains("identifier");
    if bare == "id" && identifies && column.primary_key.is_none() {
        column.primary_key = Some(NamedMark { name: None, span: text.span(behind..line.len()) });
    }
    if column.increment.is_some()
        && let Some(ty) = column.ty.as_mut().filter(|ty| ty.node == "numeric")
    {
        ty.node = "bigint".to_owned();
    }
    column.notes.extend(tables::described(text, text.trim(behind..line.len()), &column.name.node));
    Some(Some(column))
}

/// Reads a type of TypeScript into the column; tells whether it is one that a column can have. None where the line is no declaration.
fn read_type(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) -> Option<bool> {
    let mut values = Vec::new();
    let mut named: Option<Ident> = None;
    let mut start = range.start;
    for part in text.get(range.clone()).split_inclusive('|') {
        let place = text.trim(start..start + part.trim_end_matches('|').len());
        start += part.len();
        let word = text.get(place.clone());
        match word.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"'])) {
            Some(value) => values.push(value.to_owned()),
            None if matches!(word, "null" | "undefined") => {
                column.nullable = Some(Spanned::new(true, text.span(place)));
            }
            None if named.is_none() => {
                let taken = word.trim_end_matches('?');
                if taken.len() < word.len() {
                    column.nullable = Some(Spanned::new(true, text.span(place.end - 1..place.end)));
                }
                named = Some(text.ident(place.start..place.start + taken.len()));
            }
            None => return None,
        }
    }
    let span = text.span(range);
    column.ty = match (named, values.as_slice()) {
        // One text alone is the value of an example.
        (None, [_, _, ..]) => {
            column.notes.push(Prose { text: values.join(" | "), span, kind: ProseKind::Note });
            Some(Spanned::new("text".to_owned(), span))
        }
        (Some(ty), []) => {
            let element = ty.node.strip_suffix("[]").unwrap_or(&ty.node);
            let array = if element.len() < ty.node.len() { "[]" } else { "" };
            let known = match element {
                "string" => "text",
                // Whole or not, a number of JavaScript fits.
                "number" => "numeric",
                "boolean" => "boolean",
                "Date" => "timestamptz",
                "any" | "object" | "unknown" | "Json" | "JSON" => "jsonb",
                _ if element.starts_with("Record<") => "jsonb",
                // Rows of another table.
                _ if !array.is_empty() && element.starts_with(char::is_uppercase) => return Some(false),
                _ if vocabulary::is_name(element) => element,
                _ => return None,
            };
            Some(Spanned::new(format!("{known}{array}"), ty.span))
        }
        _ => return None,
    };
    Some(true)
}
