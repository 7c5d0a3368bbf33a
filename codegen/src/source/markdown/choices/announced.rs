//! Values that stand away from their column: items below "Values of `status`", rows below "Status | Description", a line "Statuses: …".

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::{KNOWN_CHOICES, last_word, list, listed_last};
use crate::source::decl::{ColumnDecl, Decl, Ident, Language, Prose, ProseKind, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, List, Row, Section, Table};
use crate::source::markdown::vocabulary::{self, HeaderRole, Phrases};
use crate::source::markdown::{labels, tables, words};
use crate::span::Span;

/// Gives columns the values that a heading, a line or a lead-in below their table's heading announces: "### Values of `status`",
/// "Statuses: `open`, `paid`." `read` are the declarations of each of `sections`.
pub(in super::super) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let mut places: IndexMap<String, Vec<(usize, usize)>, FxBuildHasher> = IndexMap::default();
    for (section, decls) in read.iter().enumerate() {
        for (at, decl) in decls.iter().enumerate() {
            if let Decl::Table(table) = decl {
                places.entry(table.name.to_string().to_lowercase()).or_default().push((section, at));
            }
        }
    }
    for (at, section) in sections.iter().enumerate() {
        of_part(sections, section, &places, read);
        if let Some((table, column, list)) = of_heading(sections, section) {
            for (section, at) in places.get(&table.to_lowercase()).into_iter().flatten() {
                let table = read.get_mut(*section).and_then(|decls| table_mut(decls.get_mut(*at)?));
                let named = |data: &&mut ColumnDecl| data.name.node.eq_ignore_ascii_case(&column);
                if let Some(data) = table.and_then(|table| table.columns.iter_mut().find(named)) {
                    hold(data, items(list, &column));
                    break;
                }
            }
        }
        elsewhere(section, at, read);
        rows_elsewhere(section, read);
        let Some(decls) = read.get_mut(at) else { continue };
        let mut of_section = decls.iter_mut().filter_map(table_mut);
        let (Some(table), None) = (of_section.next(), of_section.next()) else { continue };
        for (at, block) in section.blocks.iter().enumerate() {
            match block {
                Block::Paragraph(text) => {
                    of_line(text, table);
                    in_sentences(text, table);
                }
                Block::List(list) => {
                    let Some(lead) = labels::lead_in(section, at) else { continue };
                    let Some(column) = announced(&lead.node, table) else { continue };
                    let found = items(list, &column.name.node);
                    hold(column, found);
                }
                Block::Table(pipe) => of_table(pipe, labels::lead_in(section, at).as_ref(), table),
                Block::Fence(_) => {}
            }
        }
    }
}

/// Reads the values that a heading or a line announces below the heading of the table, where the columns stand below a heading of their
/// own: "### Possible types".
fn of_part(
    sections: &[Section],
    section: &Section,
    places: &IndexMap<String, Vec<(usize, usize)>, FxBuildHasher>,
    read: &mut [Vec<Decl>],
) {
    let Some(name) = tables::subject_of_part(sections, section) else { return };
    let first = places.get(&name.to_string().to_lowercase()).and_then(|places| places.first());
    let table = first.and_then(|(section, at)| table_mut(read.get_mut(*section)?.get_mut(*at)?));
    let Some(table) = table else { return };
    for (at, block) in section.blocks.iter().enumerate() {
        let label = labels::lead_in(section, at).or_else(|| {
            let heading = section.heading.as_ref()?;
            Some(Ident { node: labels::key(&heading.text.node).to_owned(), span: heading.text.span })
        });
        match block {
            Block::List(list) => {
                if let Some(column) = label.and_then(|label| announced(&label.node, table)) {
                    let found = items(list, &column.name.node);
                    hold(column, found);
                }
            }
            Block::Table(pipe) => of_table(pipe, label.as_ref(), table),
            Block::Paragraph(_) | Block::Fence(_) => {}
        }
    }
}

/// Reads items below a line that announces the values of one column in code, "Values of `state`:", where the section speaks of another
/// table or of none, and only one table of the document has such a column.
fn elsewhere(section: &Section, number: usize, read: &mut [Vec<Decl>]) {
    for (at, block) in section.blocks.iter().enumerate() {
        let (Block::List(list), Some(lead)) = (block, labels::lead_in_text(section, at)) else { continue };
        let [code] = lead.codes() else { continue };
        let said = words::bare(lead, 0..code.start);
        let announces = said.len() <= 4 && said.iter().any(|(word, _)| vocabulary::is_values_word(word));
        let name = lead.get(code.clone());
        let has = |decl: &Decl| match decl {
            Decl::Table(table) => table.columns.iter().any(|column| column.name.node == name),
            _ => false,
        };
        let own = read.get(number).is_some_and(|decls| decls.iter().any(has));
        if !announces || own || read.iter().flatten().filter(|decl| has(decl)).count() != 1 {
            continue;
        }
        let table = read.iter_mut().flatten().filter(|decl| has(decl)).find_map(table_mut);
        let columns = table.filter(|table| table.language != Language::Sql).map(|table| &mut table.columns);
        if let Some(column) = columns.into_iter().flatten().find(|column| column.name.node == name) {
            hold(column, items(list, name));
        }
    }
}

/// Reads rows "`open` | not paid yet" below a heading "Status values" that stands away from all tables, where its head is called like the column
/// of one table only.
fn rows_elsewhere(section: &Section, read: &mut [Vec<Decl>]) {
    let Some(heading) = &section.heading else { return };
    if !labels::key(&heading.text.node).split(' ').any(vocabulary::is_values_word) {
        return;
    }
    for block in &section.blocks {
        let Block::Table(pipe) = block else { continue };
        let Some(head) = pipe.header.first() else { continue };
        let name = head.all().node.to_lowercase().replace(' ', "_");
        let has =
            |table: &TableDecl| table.columns.iter().any(|column| column.name.node.to_lowercase() == name);
        let mut having = read.iter().flatten().filter_map(|decl| match decl {
            Decl::Table(table) if has(table) => Some(table.name.to_string()),
            _ => None,
        });
        let Some(only) = having.next() else { continue };
        if having.any(|other| other != only) {
            continue;
        }
        let mut tables = read.iter_mut().flatten().filter_map(table_mut);
        if let Some(table) = tables.find(|table| table.language == Language::Markdown && has(table)) {
            of_table(pipe, None, table);
        }
    }
}

fn table_mut(decl: &mut Decl) -> Option<&mut TableDecl> {
    match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    }
}

/// Reads "### Values of `status`" above a list, with the table that a heading above names.
fn of_heading<'a>(sections: &[Section], section: &'a Section) -> Option<(String, String, &'a List)> {
    let heading = section.heading.as_ref()?;
    let [code] = heading.inline.codes() else { return None };
    let announces =
        words::bare(&heading.inline, 0..code.start).iter().any(|(word, _)| vocabulary::is_values_word(word));
    let mut above = section.parents.iter().rev().filter_map(|parent| sections.get(*parent)?.heading.as_ref());
    let table = above.find_map(tables::of_heading).filter(|_| announces)?;
    let list = section.blocks.iter().find_map(|block| match block {
        Block::List(list) => Some(list),
        Block::Paragraph(_) | Block::Fence(_) | Block::Table(_) => None,
    })?;
    Some((table.to_string(), heading.inline.get(code.clone()).to_owned(), list))
}

/// Returns the values that the items of a list begin with.
fn items(list: &List, column: &str) -> Option<Prose> {
    let values = firsts(list).filter(|values| values.iter().all(|value| value.node != column))?;
    Some(prose(&values, list.span))
}

fn prose(values: &[Ident], span: Span) -> Prose {
    let joined: Vec<&str> = values.iter().map(|value| value.node.as_str()).collect();
    Prose { text: joined.join(" | "), span, kind: ProseKind::Note }
}

/// Returns the codes or single words with which the items of a list begin; none where one begins with anything else.
pub(in super::super) fn firsts(list: &List) -> Option<Vec<Ident>> {
    let first = |text: &Inline| {
        let code = text.codes().first().filter(|code| code.start == 0).cloned();
        code.or_else(|| {
            let alone = 0..text.text().len();
            (words::each(text.text(), alone.clone()).len() == 1).then_some(alone)
        })
    };
    let values: Option<Vec<Ident>> =
        list.items.iter().map(|item| item.text().and_then(|text| Some(text.ident(first(text)?)))).collect();
    values.filter(|values| values.len() > 1)
}

/// Reads rows "`draft` | not shown yet" below a head that is called like a column ("Status | Description"), or a line that announces
/// its values.
fn of_table(pipe: &Table, lead: Option<&Ident>, table: &mut TableDecl) {
    let says = |head: &Inline| vocabulary::header(&head.said()) == Some(HeaderRole::Description);
    let ([head, rest @ ..], false) = (pipe.header.as_slice(), table.language == Language::Sql) else {
        return;
    };
    // "`started` / `finished`" are two.
    let first = |row: &Row| {
        let cell = row.cells.first()?;
        let things = words::things(cell.text(), 0..cell.text().len());
        let parts = |thing: &std::ops::Range<usize>| {
            let each = words::iter(cell.text(), thing.clone());
            each.filter(|part| cell.get(part.clone()) != "/").collect::<Vec<_>>()
        };
        let things: Vec<std::ops::Range<usize>> = things.iter().flat_map(parts).collect();
        let in_code = things.iter().all(|thing| cell.codes().contains(thing));
        (in_code && !things.is_empty()).then(|| things.into_iter().map(|thing| cell.ident(thing)).collect())
    };
    let values: Option<Vec<Vec<Ident>>> = pipe.rows.iter().map(first).collect();
    let values: Vec<Ident> = values.unwrap_or_default().concat();
    // A head in code is a column's name, whatever stands beside it.
    if values.len() < 2 || !(rest.iter().any(says) || labels::is_code_alone(head)) {
        return;
    }
    let named = head.all().node.to_lowercase().replace(' ', "_");
    let column = match table.columns.iter().position(|column| column.name.node.to_lowercase() == named) {
        Some(at) => table.columns.get_mut(at),
        None => lead.and_then(|lead| announced(&lead.node, table)),
    };
    if let Some(column) = column.filter(|column| values.iter().all(|value| value.node != column.name.node)) {
        hold(column, Some(prose(&values, pipe.span)));
    }
}

fn hold(column: &mut ColumnDecl, values: Option<Prose>) {
    let Some(values) = values else { return };
    // A type that is but a list of values has them here.
    if let Some(ty) = column.ty.as_mut().filter(|ty| ty.node.eq_ignore_ascii_case("enum")) {
        ty.node = "text".to_owned();
    }
    if !column.notes.iter().any(|note| note.text == values.text) {
        column.notes.push(values);
    }
}

/// Reads the lines "Statuses: `open`, `paid`." of a paragraph.
fn of_line(text: &Inline, table: &mut TableDecl) {
    let mut start = 0;
    for line in text.text().split_inclusive('\n') {
        let range = text.trim(start..start + line.len());
        start += line.len();
        let Some(colon) = text.get(range.clone()).find([':', '：']) else { continue };
        let label = text.get(range.start..range.start + colon).to_owned();
        let Some(column) = announced(&label, table) else { continue };
        let behind = range.start + colon + 1..range.end;
        let values = list(text, text.trim(behind), "status");
        hold(column, values);
    }
}

/// Words with which a sentence says that what follows are a column's values.
static SAYS: Phrases = Phrases::new(&[
    "one of",
    "can be",
    "may be",
    "must be",
    "is either",
    "values",
    "може бути",
    "одне з",
    "значення",
    "может быть",
    "одно из",
    "значения",
    "puede ser",
    "uno de",
    "valores",
    "pode ser",
    "um de",
    "uma de",
    "kann",
    "einer von",
    "werte",
    "peut être",
    "l'un de",
    "l'une des",
    "valeurs",
]);

/// Reads "Ticket status can be `open`, `closed` or `lost`.": a sentence that names one column of the table and ends in values in code.
fn in_sentences(text: &Inline, table: &mut TableDecl) {
    if text.codes().len() < 2 || table.language == Language::Sql {
        return;
    }
    for sentence in words::sentences(text.text(), 0..text.text().len()) {
        let Some((head, values)) = listed_last(text, sentence.clone()) else { continue };
        let was = words::bare(text, head.clone()).iter().any(|(word, _)| vocabulary::PAST.has(word));
        if was || SAYS.find(&words::folded(text.get(head.clone()))).is_none() {
            continue;
        }
        let codes: Vec<&str> = text
            .codes()
            .iter()
            .filter(|code| head.start <= code.start && code.end <= head.end)
            .map(|code| text.get(code.clone()))
            .collect();
        let said = words::bare(text, head);
        // A word of prose names a column only where such columns hold one of a few values.
        let is_named = |column: &ColumnDecl| match codes.as_slice() {
            [] => {
                let name = column.name.node.to_lowercase();
                KNOWN_CHOICES.has(&last_word(&name)) && said.iter().any(|(word, _)| *word == name)
            }
            [code] => column.name.node == *code,
            _ => false,
        };
        let mut columns = table.columns.iter_mut().filter(|column| is_named(column));
        let (Some(column), None) = (columns.next(), columns.next()) else { continue };
        let values: Vec<Ident> = values.into_iter().map(|value| text.ident(value)).collect();
        let plain = |value: &Ident| {
            value.node.trim_start_matches(['\'', '"']).starts_with(char::is_alphabetic)
                && value.node.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'' | '"'))
        };
        if said.len() <= 12
            && values.iter().all(plain)
            && values.iter().all(|value| value.node != column.name.node)
        {
            hold(column, Some(prose(&values, text.span(sentence))));
        }
    }
}

/// Returns the column whose values a label announces: "Statuses", "Status values", "Possible `role` values".
fn announced<'a>(label: &str, table: &'a mut TableDecl) -> Option<&'a mut ColumnDecl> {
    // German writes both words as one: "Statuswerte".
    let lower = label.to_lowercase().replace(['`', '*', ':', '：', '_'], " ").replace("werte", " werte");
    let all: Vec<&str> = lower.split_whitespace().filter(|word| !ABOUT.contains(word)).collect();
    let (said, named): (Vec<&str>, Vec<&str>) =
        all.into_iter().partition(|word| vocabulary::is_values_word(word));
    let named = named.join(" ");
    // "Types" of a table with one column `product_type`.
    if let ([word], true) = (said.as_slice(), named.is_empty()) {
        let one = words::singular(word);
        let fits = |column: &ColumnDecl| last_word(&column.name.node) == one;
        let exact = table.columns.iter().any(|column| column.name.node.to_lowercase() == one);
        if !exact && one != *word && table.columns.iter().filter(|column| fits(column)).count() == 1 {
            return table.columns.iter_mut().find(|column| fits(column));
        }
    }
    table.columns.iter_mut().find(|column| {
        let name = column.name.node.to_lowercase().replace('_', " ");
        // "Types" may be the values of `type`; "Status" alone is a word of prose.
        let plural = named == format!("{name}s") || named == format!("{name}es");
        plural
            || (named == name && !said.is_empty())
            || (named.is_empty() && said == [format!("{name}s").as_str()])
    })
}

/// Words beside a column's name in a line that announces its values.
const ABOUT: &[&str] = &[
    "possible",
    "allowed",
    "valid",
    "supported",
    "the",
    "of",
    "for",
    "можливі",
    "допустимі",
    "для",
    "возможные",
    "допустимые",
    "posibles",
    "permitidos",
    "válidos",
    "para",
    "de",
    "possíveis",
    "mögliche",
    "erlaubte",
    "für",
    "possibles",
    "autorisées",
    "pour",
    "du",
    "le",
];
