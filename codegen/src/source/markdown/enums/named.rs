//! The values of a type below a heading, behind a line or in a sentence that names it: "### `order_state`", "The type `order_state` has
//! these values:", "`order_state`: `open`, `paid`"; and beside a column that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{has_form_of_type, is_enum_word, listed};
use crate::source::decl::{ColumnDecl, Decl, EnumDecl, EnumValueDecl, Ident, Language, QName};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Fence, List, Section, Table};
use crate::source::markdown::vocabulary::{self, HeaderRole};
use crate::source::markdown::{choices, labels, tables, words};
use crate::span::Span;

/// Reads the values of those types in `open` that a section names.
pub(super) fn of_section(section: &Section, open: &BTreeSet<String>) -> Vec<EnumDecl> {
    let of_heading = section.heading.as_ref().and_then(|heading| named(&heading.inline, open));
    let mut found = Vec::new();
    for (at, block) in section.blocks.iter().enumerate() {
        let lead = labels::lead_in_text(section, at).and_then(|lead| named(lead, open));
        let subject = lead.as_ref().or(of_heading.as_ref());
        match block {
            Block::Paragraph(text) => {
                found.extend(lines(text, open));
                found.extend(in_sentences(text, open));
                let whole = words::without_stop(text.text(), 0..text.text().len());
                found.extend(subject.and_then(|name| listed(name.clone(), text, whole, text.whole())));
            }
            Block::List(list) => match subject.and_then(|name| enumerated(name, values(list)?, list.span)) {
                Some(data) => found.push(data),
                None => found.extend(items(list, open)),
            },
            Block::Table(pipe) => {
                found.extend(subject.and_then(|name| enumerated(name, rows(pipe)?, pipe.span)));
            }
            Block::Fence(fence) => {
                let span = || fence.body.span(0..fence.body.text().len());
                found.extend(subject.and_then(|name| enumerated(name, fenced(fence)?, span())));
            }
        }
    }
    found
}

/// Returns the names of the types that have headings of their own below one that announces enumerated types, where a column of the
/// document has one of them: its neighbours are types as well.
pub(super) fn of_types(sections: &[Section], open: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut groups: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for section in sections {
        let Some(parent) = section.parents.last() else { continue };
        let heading = sections.get(*parent).and_then(|parent| parent.heading.as_ref());
        if heading.is_some_and(|heading| is_enum_word(labels::key(&heading.text.node)))
            && let Some(name) = section.heading.as_ref().and_then(tables::of_heading)
        {
            groups.entry(*parent).or_default().push(name.to_string());
        }
    }
    for names in groups.into_values().filter(|names| names.iter().any(|name| open.contains(name))) {
        found.extend(names.into_iter().filter(|name| has_form_of_type(name)));
    }
    found
}

fn enumerated(name: &Ident, values: Vec<Ident>, span: Span) -> Option<EnumDecl> {
    let distinct: BTreeSet<&str> = values.iter().map(|value| value.node.as_str()).collect();
    if values.len() < 2 || distinct.len() < values.len() {
        return None;
    }
    let values = values.into_iter().map(|name| EnumValueDecl { name, was: None, note: None }).collect();
    Some(EnumDecl {
        name: QName::bare(name.clone()),
        was: None,
        values,
        note: None,
        if_missing: false,
        language: Language::Markdown,
        span,
    })
}

/// Returns the only type of `open` that a text names.
fn named(text: &Inline, open: &BTreeSet<String>) -> Option<Ident> {
    let all = words::iter(text.text(), 0..text.text().len()).map(|word| {
        let raw = text.get(word.clone());
        let bare = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let start = word.start + raw.find(bare).unwrap_or_default();
        start..start + bare.len()
    });
    let mut found = all.filter(|word| open.contains(text.get(word.clone())));
    let first = found.next()?;
    found.all(|other| text.get(other) == text.get(first.clone())).then(|| text.ident(first))
}

fn is_value(word: &str) -> bool {
    word.starts_with(char::is_alphanumeric)
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Returns the value with which an item or a cell begins: in code, or as a word that stands alone or before a dash.
fn value(text: &Inline) -> Option<Ident> {
    let all = text.trim(0..text.text().len());
    if let Some(code) = text.codes().first().filter(|code| code.start == all.start) {
        return Some(text.ident(code.clone()))
            .filter(|value| is_value(value.node.trim_matches(['\'', '"'])))
            .map(unquoted);
    }
    let slice = text.get(all.clone());
    let end = match (words::separator(slice), slice.find(" (")) {
        (Some((end, _)), Some(bracket)) => end.min(bracket),
        (Some((end, _)), None) => end,
        (None, Some(bracket)) => bracket,
        (None, None) => slice.len(),
    };
    let word = text.ident(all.start..all.start + end);
    is_value(word.node.trim_matches(['\'', '"'])).then(|| unquoted(word))
}

fn unquoted(value: Ident) -> Ident {
    let bare = value.node.trim_matches(['\'', '"']).to_owned();
    Ident { node: bare, span: value.span }
}

fn values(list: &List) -> Option<Vec<Ident>> {
    list.items.iter().map(|item| item.text().and_then(value)).collect()
}

/// Reads the values in the first cells of rows below a head that says "value".
fn rows(pipe: &Table) -> Option<Vec<Ident>> {
    const HEADS: &[&str] = &[
        "value",
        "values",
        "enum value",
        "enum",
        "constant",
        "member",
        "key",
        "code",
        "name",
        "status",
        "state",
        "role",
        "type",
    ];
    let head = pipe.header.first()?.all().node.to_lowercase();
    let of_columns = pipe.header.iter().skip(1).any(|head| {
        matches!(
            vocabulary::header(&head.said()),
            Some(HeaderRole::Type | HeaderRole::Constraints | HeaderRole::Nullable)
        )
    });
    let says = HEADS.contains(&head.trim_matches('`')) || vocabulary::is_values_word(&head);
    if of_columns || !says {
        return None;
    }
    pipe.rows.iter().map(|row| row.cells.first().and_then(value)).collect()
}

/// Reads the values in a fence without a language: one a line, or all in one with commas or bars between them.
fn fenced(fence: &Fence) -> Option<Vec<Ident>> {
    if fence
        .info
        .as_ref()
        .is_some_and(|info| !info.node.is_empty() && !info.node.eq_ignore_ascii_case("text"))
    {
        return None;
    }
    let text = fence.body.text();
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive(['\n', ',', '|']) {
        let start = at;
        at += part.len();
        let said = part.split("//").next().unwrap_or(part).split(" -").next().unwrap_or(part);
        let bare = said.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, ',' | '|' | '-' | '\'' | '"' | '*' | '•')
        });
        if bare.is_empty() {
            continue;
        }
        if !is_value(bare) {
            return None;
        }
        let from = start + part.find(bare)?;
        found.push(Ident { node: bare.to_owned(), span: fence.body.span(from..from + bare.len()) });
    }
    (!found.is_empty()).then_some(found)
}

/// Reads items that each name a type: "`order_state`: `open`, `paid`", or with the values in a list below.
fn items(list: &List, open: &BTreeSet<String>) -> Vec<EnumDecl> {
    let mut found = Vec::new();
    for item in &list.items {
        let Some(text) = item.text() else { continue };
        found.extend(lines(text, open));
        let name = named(text, open);
        let below = item.lists().next().and_then(|list| Some((values(list)?, list.span)));
        found.extend(name.zip(below).and_then(|(name, (values, span))| enumerated(&name, values, span)));
    }
    found
}

/// Reads "The type `order_state` is one of `open`, `paid` and `void`.": a sentence with a type in code, a few words, and nothing but values in
/// code to its end.
fn in_sentences(text: &Inline, open: &BTreeSet<String>) -> Vec<EnumDecl> {
    if text.codes().len() < 3 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for sentence in words::sentences(text.text(), 0..text.text().len()) {
        let Some((head, values)) = choices::listed_last(text, sentence.clone()) else { continue };
        let mut codes = text.codes().iter().filter(|code| head.start <= code.start && code.end <= head.end);
        let (Some(name), None) = (codes.next(), codes.next()) else { continue };
        let between = words::bare(text, name.end..head.end).len();
        if !open.contains(text.get(name.clone())) || !(1..=8).contains(&between) {
            continue;
        }
        let value = |code: Range<usize>| {
            let value = text.ident(code);
            is_value(value.node.trim_matches(['\'', '"'])).then(|| unquoted(value))
        };
        let values: Option<Vec<Ident>> = values.into_iter().map(value).collect();
        let name = text.ident(name.clone());
        found.extend(values.and_then(|values| enumerated(&name, values, text.span(sentence))));
    }
    found
}

/// Reads lines that begin with a type and list its values: "`order_state`: `open`, `paid`", "order_state (open, paid)", "Enum order_state:
/// open | paid".
fn lines(text: &Inline, open: &BTreeSet<String>) -> Vec<EnumDecl> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        let range = text.trim(at..at + line.len());
        at += line.len();
        found.extend(of_line(text, range, open));
    }
    found
}

fn of_line(text: &Inline, range: Range<usize>, open: &BTreeSet<String>) -> Option<EnumDecl> {
    let slice = text.get(range.clone());
    let mark = slice.find([':', '：', '(', '=', '—', '–']).or_else(|| slice.find(" - ").map(|at| at + 1))?;
    let head = words::bare(text, range.start..range.start + mark);
    // The type, and perhaps a word that says so.
    let (_, name) = head.iter().find(|(_, word)| open.contains(text.get(word.clone())))?.clone();
    if head.len() > 3 {
        return None;
    }
    let width = text.get(range.start + mark..range.end).chars().next()?.len_utf8();
    let behind = text.trim(range.start + mark + width..range.end);
    let rest = text.get(behind.clone());
    let rest = rest.trim_start_matches(['(', '[', '{', ' ']);
    let start = behind.end - rest.len();
    let length = rest.find([')', ']', '}']).unwrap_or(rest.len());
    let values = words::without_stop(text.text(), start..start + length);
    listed(text.ident(name), text, values, text.span(range))
}

/// Makes the types of columns that say their values themselves and that nothing defines: `status | OrderState | open, paid`.
pub(super) fn of_columns(read: &mut [Vec<Decl>], defined: &BTreeSet<String>) {
    let mut values: BTreeMap<String, Option<Vec<String>>> = BTreeMap::new();
    let said = |column: &ColumnDecl| {
        let note = column.notes.iter().find(|note| {
            let parts: Vec<&str> = note.text.split(" | ").collect();
            parts.len() > 1 && parts.iter().all(|part| is_value(part))
        })?;
        Some((note.text.split(" | ").map(str::to_owned).collect::<Vec<String>>(), note.span))
    };
    let tables = || {
        read.iter().flatten().filter_map(|decl| match decl {
            Decl::Table(table) if table.language == Language::Markdown => Some(table),
            _ => None,
        })
    };
    for column in tables().flat_map(|table| &table.columns) {
        let made = |ty: &str| is_made(ty) || is_one_word(ty);
        let Some(ty) = column.ty.as_ref().filter(|ty| made(&ty.node) && !defined.contains(&ty.node)) else {
            continue;
        };
        let Some((found, _)) = said(column) else { continue };
        let entry = values.entry(ty.node.clone()).or_insert_with(|| Some(found.clone()));
        if entry.as_ref().is_some_and(|known| *known != found) {
            *entry = None;
        }
    }
    let mut made = BTreeSet::new();
    for decls in read.iter_mut() {
        let mut types = Vec::new();
        for decl in decls.iter_mut() {
            let Decl::Table(table) = decl else { continue };
            if table.language != Language::Markdown {
                continue;
            }
            for column in &mut table.columns {
                let Some(ty) = column.ty.clone() else { continue };
                let Some(Some(_)) = values.get(&ty.node) else { continue };
                let Some((found, span)) = said(column) else { continue };
                // The type has them now.
                column.notes.retain(|note| note.span != span);
                if made.insert(ty.node.clone()) {
                    let values = found.into_iter().map(|node| Ident { node, span }).collect();
                    types.extend(enumerated(&ty, values, span));
                }
            }
        }
        decls.extend(types.into_iter().map(Decl::Enum));
    }
}

/// Tells whether a type is called by one word with a capital that is no type anywhere: `Gender`. Its column has to list its values.
fn is_one_word(ty: &str) -> bool {
    ty.starts_with(char::is_uppercase)
        && ty.contains(char::is_lowercase)
        && vocabulary::is_name(ty)
        && !vocabulary::begins_with_type(ty)
}

/// Tells whether a type has a name that somebody gave it: `order_state`, `OrderState`.
pub(super) fn is_made(ty: &str) -> bool {
    let capitals = ty.chars().filter(|c| c.is_uppercase()).count();
    let camel = ty.starts_with(char::is_uppercase) && ty.contains(char::is_lowercase) && capitals > 1;
    vocabulary::is_name(ty)
        && !ty.contains('.')
        && (ty.contains('_') || camel)
        && !vocabulary::is_type(ty)
        && vocabulary::translated(ty).is_none()
        && ![
            "DateTime",
            "BigInt",
            "SmallInt",
            "ObjectId",
            "TinyInt",
            "LocalDate",
            "LocalDateTime",
            "LocalTime",
            "OffsetDateTime",
            "ZonedDateTime",
            "BigDecimal",
            "BigInteger",
            "VarChar",
            "MediumText",
            "LongText",
        ]
        .contains(&ty)
}
