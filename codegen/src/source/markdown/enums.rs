//! Enumerated types that a document lists in words: "`order_state`: `open`, `paid`" below "Enums", or rows of a table "Enum | Values".

mod columns;
mod named;

use std::collections::BTreeSet;
use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, Heading, Item, List, Section, Table};
use super::vocabulary::{HeaderRole, Words};
use super::{choices, labels, tables, vocabulary, words};
use crate::source::decl::{Decl, EnumDecl, EnumValueDecl, Ident, Language, QName};
use crate::span::Span;

/// Adds the enumerated types that columns of the document have; `read` are the declarations of each of `sections`.
///
/// Others stay prose: many lists of values are those of a program.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut defined: BTreeSet<String> = BTreeSet::new();
    for decl in read.iter().flatten() {
        match decl {
            Decl::Table(table) if table.language != Language::Sql => {
                for ty in table.columns.iter().filter_map(|column| column.ty.as_ref()) {
                    let name = ty.node.trim_end_matches("[]");
                    // There are few types, and very many columns.
                    if !open.contains(name) {
                        open.insert(name.to_owned());
                    }
                }
            }
            Decl::Enum(data) => {
                defined.insert(data.name.to_string());
            }
            _ => {}
        }
    }
    let made = named::of_types(sections, &open);
    let mut of_no_type: Vec<EnumDecl> = Vec::new();
    for (section, decls) in sections.iter().zip(read.iter_mut()) {
        for (at, block) in section.blocks.iter().enumerate() {
            let found: Vec<EnumDecl> = match block {
                Block::List(list) if announced(sections, section, at) => {
                    let of_heading = section.heading.as_ref().and_then(|heading| below(heading, list));
                    let of_item = |item| of_item(item).or_else(|| nested(item));
                    list.items.iter().filter_map(of_item).chain(of_heading).collect()
                }
                Block::Table(pipe) => of_table(pipe),
                _ => Vec::new(),
            };
            // Beside a type that a column has, the others of a list are types as well.
            let used = found.iter().any(|data| open.contains(&data.name.to_string()));
            for data in found {
                let name = data.name.to_string();
                let is_type = open.contains(&name) || (used && has_form_of_type(&name));
                if !is_type {
                    of_no_type.push(data);
                } else if defined.insert(name) {
                    decls.push(Decl::Enum(data));
                }
            }
        }
    }
    columns::hold(&of_no_type, read);
    // Names of types that are no words of prose may be looked for anywhere.
    let made: BTreeSet<String> =
        open.into_iter().chain(made).filter(|name| named::is_made(name) && !defined.contains(name)).collect();
    let asked = sections.iter().zip(read.iter_mut()).filter(|_| !made.is_empty());
    for (section, decls) in asked {
        for data in named::of_section(section, &made) {
            if defined.insert(data.name.to_string()) {
                decls.push(Decl::Enum(data));
            }
        }
    }
    named::of_columns(read, &defined);
}

/// Tells whether a name in small letters is one that a database gives a type.
fn has_form_of_type(name: &str) -> bool {
    name.contains('_') && !name.contains(char::is_uppercase)
}

/// Tells whether a list stands below a heading or a line that announces enumerated types.
fn announced(sections: &[Section], section: &Section, at: usize) -> bool {
    let lead = labels::lead_in(section, at);
    let headings = labels::headings(sections, section).map(|heading| heading.text.node.as_str());
    let mut labels = lead.iter().map(|lead| lead.node.as_str()).chain(headings).take(2).peekable();
    // "Allowed values (from the program):" above "`state`: "open" | "paid"".
    let of_values = |label: &str| {
        let label = words::lowered(label.split(['(', '（']).next().unwrap_or_default().trim());
        label.contains(' ') && choices::LEADS.contains(&label.as_ref())
    };
    labels.peek().is_some_and(|label| of_values(labels::key(label)))
        || labels.any(|label| is_enum_word(labels::key(label)))
}

fn is_enum_word(label: &str) -> bool {
    const ENUMS: &[&str] = &[
        "enum",
        "enums",
        "enumerations",
        "enumeration",
        "enumerated",
        "énumérés",
        "énumération",
        "enumerada",
        "aufzählungstypen",
        "перелічення",
        "перечисления",
        "enumerados",
        "enumeraciones",
        "enumerações",
        "aufzählungen",
        "énumérations",
        "열거형",
        "枚举",
    ];
    static KNOWN: Words<()> = Words::new(&[(ENUMS, ())]);
    words::lowered(label).split(|c: char| !c.is_alphanumeric()).any(|word| KNOWN.has(word))
}

/// Reads "`order_state`: `open`, `paid`".
fn of_item(item: &Item) -> Option<EnumDecl> {
    let text = item.text()?;
    let name = tables::item_name(text)?;
    let behind = words::behind_separator(text.text(), name.end)?;
    listed(text.ident(name), text, behind..text.text().len(), item.span)
}

/// Reads a name alone, with the values in a list below it.
fn nested(item: &Item) -> Option<EnumDecl> {
    let name = item.text().map(Inline::all).filter(|name| vocabulary::is_name(&name.node))?;
    let values = choices::firsts(item.lists().next()?)?;
    let values = values.into_iter().map(|name| EnumValueDecl { name, was: None, note: None }).collect();
    Some(EnumDecl {
        name: QName::bare(name),
        was: None,
        values,
        note: None,
        if_missing: false,
        language: Language::Markdown,
        span: item.span,
    })
}

/// Reads the values in a list below a heading that is the type's name: "### `order_state`".
fn below(heading: &Heading, list: &List) -> Option<EnumDecl> {
    let name = tables::of_heading(heading)?;
    let values = choices::firsts(list)?;
    let values = values.into_iter().map(|name| EnumValueDecl { name, was: None, note: None }).collect();
    Some(EnumDecl {
        name,
        was: None,
        values,
        note: None,
        if_missing: false,
        language: Language::Markdown,
        span: list.span,
    })
}

/// Reads rows "`order_state` | `open`, `paid` | …".
fn of_table(pipe: &Table) -> Vec<EnumDecl> {
    let is_enum = pipe.header.first().is_some_and(|head| is_enum_word(head.text()));
    // "Type | Values": whether it is a type is for the columns to say.
    let is_type = pipe.header.first().is_some_and(|head| {
        matches!(vocabulary::header(head.text()), Some(HeaderRole::Type | HeaderRole::Name))
    });
    let listed_in = pipe.header.iter().position(|head| vocabulary::is_values_word(head.text()));
    let at = match listed_in.filter(|at| *at > 0) {
        Some(at) if is_enum || is_type => at,
        _ if is_enum => 1,
        _ => return Vec::new(),
    };
    let row = pipe.rows.iter().filter_map(|row| {
        let (name, values) = (row.cells.first()?, row.cells.get(at)?);
        let name = Some(name.all()).filter(|name| vocabulary::is_name(&name.node))?;
        listed(name, values, 0..values.text().len(), row.span)
    });
    row.collect()
}

/// Reads values between commas, bars or slashes, all of them in code or single words.
fn listed(name: Ident, text: &Inline, range: Range<usize>, span: Span) -> Option<EnumDecl> {
    let slice = text.get(range.clone());
    let end = words::first_of(slice, &[" — ", " – ", " - ", " ("]);
    let slice = slice.get(..end.unwrap_or(slice.len()))?;
    let mut values = Vec::new();
    let mut at = range.start;
    for part in slice.split_inclusive([',', '|', '/', '、']) {
        let place = text.trim(at..at + part.trim_end_matches([',', '|', '/', '、', '.', ' ']).len());
        at += part.len();
        let value = text.get(place.clone()).trim_matches(['\'', '"']);
        let start = place.start + text.get(place.clone()).find(value)?;
        // "`<18`, `50+`": what stands in code is a value whatever its signs.
        let coded = text.codes().contains(&place) && !value.contains(['\'', '"', '(', '=', ' ', '.']);
        let plain = !value.is_empty()
            && (coded || value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')));
        values.push(plain.then(|| EnumValueDecl {
            was: None,
            name: text.ident(start..start + value.len()),
            note: None,
        })?);
    }
    (values.len() > 1).then(|| EnumDecl {
        was: None,
        name: QName::bare(name),
        values,
        note: None,
        if_missing: false,
        language: Language::Markdown,
        span,
    })
}
