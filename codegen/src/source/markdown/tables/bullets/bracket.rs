//! Items whose brackets hold all that is said of a column, in any order: `` `id` (PK, uuid): the key ``.

use std::ops::Range;

use super::super::described;
use super::{item_name, named_columns};
use crate::source::decl::ColumnDecl;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{facts, vocabulary, words};
use crate::span::Span;

/// Reads an item whose brackets behind the name hold facts and nothing else; none where they hold words or values.
pub(super) fn column(text: &Inline, span: Span) -> Option<ColumnDecl> {
    let name = item_name(text)?;
    let inside = inside(text)?;
    let parts = parts(text, inside.clone());
    let ty = ty(text, &parts);
    let is_fact = |part: &Range<usize>| Some(part) == ty.as_ref() || says_fact(text, part);
    if parts.is_empty() || !parts.iter().all(is_fact) {
        return None;
    }
    let mut column = ColumnDecl::new(text.ident(name), None, span);
    if let Some(ty) = ty {
        facts::read_type(text, ty.start, &mut column);
    }
    facts::read(text, inside.clone(), &mut column);
    // What stands behind a closing bracket describes: "): the key", ") - the key", ") // one, two".
    let behind = inside.end + 1..text.text().len();
    let rest = text.get(behind.clone());
    let said = rest.trim_start_matches([' ', ':', '：', '-', '—', '–', '/', '.', '\n']);
    let said = text.trim(behind.end - said.len()..behind.end);
    facts::read(text, said.clone(), &mut column);
    let is_enum = column.ty.as_ref().is_some_and(|ty| facts::is_enum(&ty.node));
    let choice = if is_enum { "status".to_owned() } else { column.name.node.clone() };
    let notes = described(text, said, &choice);
    if is_enum && notes.iter().any(|note| note.text.contains(" | ")) {
        column.ty.iter_mut().for_each(|ty| ty.node = "text".to_owned());
    }
    column.notes.extend(notes);
    Some(column)
}

/// Returns where the type stands in the brackets behind the name of an item.
pub(super) fn type_of(text: &Inline) -> Option<Range<usize>> {
    ty(text, &parts(text, inside(text)?))
}

/// Returns what the brackets behind the name of an item hold.
fn inside(text: &Inline) -> Option<Range<usize>> {
    let name = item_name(text)?;
    let all = text.text();
    let rest = text.get(name.end..all.len());
    let start = all.len() - rest.trim_start_matches([' ', '`']).strip_prefix('(')?.len();
    let mut depth = 0_usize;
    for (at, c) in text.get(start..all.len()).char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return Some(start..start + at),
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Splits what brackets hold at the commas, semicolons and bars that stand in no brackets of their own.
fn parts(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, range.start);
    for (at, c) in text.get(range.clone()).char_indices().map(|(at, c)| (range.start + at, c)) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' | ';' | '|' if depth == 0 => {
                found.push(text.trim(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(text.trim(start..range.end));
    found.retain(|part| !part.is_empty());
    found
}

/// Returns the first part that is a type and no fact.
fn ty(text: &Inline, parts: &[Range<usize>]) -> Option<Range<usize>> {
    let is_type = |part: &&Range<usize>| {
        let said = text.get((*part).clone());
        // "(ENUM: open, paid)" and "(text: won/lost)" list values.
        let lists =
            (said.to_lowercase().starts_with("enum") && said.len() > "enum".len()) || said.contains(':');
        (vocabulary::is_type(said) || vocabulary::is_word_for_type(said)) && !facts::are_all(said) && !lists
    };
    let mut types = parts.iter().filter(is_type);
    // Two types are a sentence.
    types.next().cloned().filter(|_| types.next().is_none())
}

/// Tells whether a part says a key, what it refers to, whether NULL is taken, or a default.
fn says_fact(text: &Inline, part: &Range<usize>) -> bool {
    let said = text.get(part.clone());
    let is_check = said.get(.."check".len()).is_some_and(|word| word.eq_ignore_ascii_case("check"));
    if is_check || facts::are_all(said) {
        return true;
    }
    let mut column = ColumnDecl::new(text.ident(part.start..part.start), None, text.span(part.clone()));
    facts::read(text, part.clone(), &mut column);
    let short = said.split_whitespace().count() <= 4;
    let marked = column.primary_key.is_some()
        || column.unique.is_some()
        || column.nullable.is_some()
        || column.increment.is_some()
        || column.indexed.is_some();
    !column.references.is_empty() || column.default.is_some() || column.foreign.is_some() || (short && marked)
}

/// Reads "`start_at` (timestamp), `end_at` (timestamp)": several columns, each in code with its own brackets behind it.
pub(super) fn each(text: &Inline) -> Option<Vec<ColumnDecl>> {
    if text.codes().len() < 2 {
        return None;
    }
    let end = words::separator(text.text()).map_or(text.text().len(), |(end, _)| end);
    let all = words::without_stop(text.text(), 0..end);
    let things = words::things(text.text(), all.clone());
    let mut typed = false;
    let bracketed = |thing: &Range<usize>| {
        let code = text.codes().iter().find(|code| code.start == thing.start)?;
        let behind = text.get(code.end..thing.end).trim();
        let inside = behind.strip_prefix('(')?.strip_suffix(')')?;
        typed |= vocabulary::is_type(inside);
        Some(())
    };
    let fits = things.len() > 1 && things.iter().map(bracketed).collect::<Option<Vec<()>>>().is_some();
    let columns = (fits && typed).then(|| named_columns(text, all))?;
    (columns.len() == things.len()).then_some(columns)
}
