//! The values that a column may hold, as people list them in words: `draft / active / paused`, "active, locked, disabled" behind a
//! column named `status`, items below "Values of `status`".

use std::collections::BTreeMap;
use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, List, Section};
use super::{labels, tables, vocabulary, words};
use crate::source::decl::{ColumnDecl, Decl, Ident, Prose, ProseKind, TableDecl};

/// Last words of the names of columns that hold one of a few values. Lists between commas are values only behind these: elsewhere
/// they are examples as a rule.
const CHOICES: &[&str] = &[
    "status",
    "state",
    "stage",
    "phase",
    "type",
    "kind",
    "role",
    "level",
    "tier",
    "plan",
    "mode",
    "method",
    "severity",
    "priority",
    "importance",
    "direction",
    "channel",
    "frequency",
    "cadence",
    "visibility",
    "decision",
    "outcome",
    "result",
    "gender",
    "sex",
    "theme",
    "scope",
    "methodology",
    "format",
    "purpose",
    "confidence",
    "difficulty",
    "density",
    "статус",
    "стан",
    "тип",
    "роль",
    "вид",
    "состояние",
    "estado",
    "estatus",
    "tipo",
    "rol",
    "nivel",
    "situacao",
    "papel",
    "zustand",
    "art",
    "typ",
    "rolle",
    "statut",
    "niveau",
    "상태",
    "유형",
    "역할",
];

/// Returns the values that a range of text lists for a column, with what stands before the list.
///
/// The list is the whole range up to a dash or a semicolon, or what its last brackets hold.
pub(super) fn read(text: &Inline, range: Range<usize>, column: &str) -> Option<(Range<usize>, Prose)> {
    let range = text.trim(range);
    let nothing = range.start..range.start;
    if let Some(values) = list(text, range.clone(), column) {
        return Some((nothing, values));
    }
    let slice = text.get(range.clone()).trim_end_matches(['.', ' ']);
    let inside = slice.strip_suffix(')')?;
    let open = inside.rfind('(')?;
    let values = list(text, range.start + open + 1..range.start + inside.len(), column)?;
    Some((text.trim(range.start..range.start + open), values))
}

/// Reads a range that is nothing but a list of values, with bars, dots, slashes, commas or "or" between them.
pub(super) fn list(text: &Inline, range: Range<usize>, column: &str) -> Option<Prose> {
    let slice = text.get(range.clone());
    let end = [" — ", " – ", " - ", "; ", " ("].iter().filter_map(|mark| slice.find(mark)).min();
    let slice = slice.get(..end.unwrap_or(slice.len()))?.trim_end_matches(['.', ' ']);
    let separator = ['|', '·', '/', ','].into_iter().find(|separator| slice.contains(*separator));
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut start = range.start;
    for part in slice.split_inclusive(|c: char| Some(c) == separator) {
        let bare = separator.map_or(part, |separator| part.trim_end_matches(separator));
        places.extend(alternatives(text, start..start + bare.len()));
        start += part.len();
    }
    let marked = |place: &Range<usize>| {
        let coded = text.codes().iter().any(|code| code.start <= place.start && place.end <= code.end);
        coded || text.get(place.clone()).starts_with(['\'', '"'])
    };
    let all_marked = places.iter().all(marked);
    let values: Vec<&str> =
        places.iter().map(|place| text.get(place.clone()).trim_matches(['\'', '"', '`', ' '])).collect();
    let is_choice = CHOICES.contains(&last_word(column).as_str());
    let is_loud = |value: &&str| !value.contains(char::is_lowercase);
    // "State/province", "Home, work": words of prose begin with a capital letter.
    let is_prose =
        !all_marked && values.iter().any(|value| value.starts_with(char::is_uppercase) && !is_loud(value));
    let least = match separator {
        Some('|') => 2,
        Some('·') if is_choice || all_marked || values.iter().all(is_loud) => 2,
        Some('/') if (is_choice && !is_prose) || all_marked => 2,
        Some('·' | '/') => 3,
        Some(_) if is_choice => {
            if is_prose {
                3
            } else {
                2
            }
        }
        // "CREDIT or DEBIT".
        None if is_choice && (all_marked || values.iter().all(is_loud)) => 2,
        _ => return None,
    };
    let is_value = |value: &&str| {
        value.starts_with(char::is_alphanumeric)
            && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            && !OPEN.contains(&value.to_lowercase().as_str())
    };
    if says_date_format(&values) {
        return None;
    }
    let distinct = values.iter().enumerate().all(|(at, value)| !values.iter().take(at).any(|it| it == value));
    (values.len() >= least && distinct && values.iter().all(is_value)).then(|| Prose {
        text: values.join(" | "),
        span: text.span(range.start..range.start + slice.len()),
        kind: ProseKind::Note,
    })
}

/// Tells whether what stands between slashes says how a date is written: "dd/mm/yyyy".
pub(crate) fn says_date_format(values: &[impl AsRef<str>]) -> bool {
    const OF_DATES: &[&str] = &["dd", "mm", "yyyy", "yy", "aaaa", "jjjj", "hh", "ss", "tt", "гггг"];
    values.iter().all(|value| OF_DATES.contains(&value.as_ref().to_lowercase().as_str()))
}

/// Words that say that a list goes on.
const OPEN: &[&str] = &["etc", "others", "more", "тощо", "usw", "ecc", "등"];

/// Splits "a or b" and takes the "or" off "or c".
fn alternatives(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    const OR: &[&str] = &["or", "або", "или", "o", "ou", "oder", "또는"];
    let mut found = vec![];
    let mut part: Option<Range<usize>> = None;
    for word in words::each(text.text(), range) {
        if OR.contains(&text.get(word.clone())) {
            found.extend(part.take());
        } else {
            part = Some(part.map_or(word.clone(), |part| part.start..word.end));
        }
    }
    found.extend(part);
    found
}

/// Returns the last word of a column's name: `status` of `payment_status` and of `paymentStatus`.
fn last_word(name: &str) -> String {
    let camel = name.char_indices().rev().find(|(at, c)| *at > 0 && c.is_uppercase()).map(|(at, _)| at);
    let is_loud = !name.contains(char::is_lowercase);
    let start = name.rfind('_').map(|at| at + 1).max(camel.filter(|_| !is_loud)).unwrap_or(0);
    name.get(start..).unwrap_or(name).to_lowercase()
}

/// Gives columns the values that a heading, a line or a lead-in below their table's heading announces: "### Values of `status`",
/// "Statuses: `open`, `paid`." `read` are the declarations of each of `sections`.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let mut places: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
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
        let Some(decls) = read.get_mut(at) else { continue };
        let mut of_section = decls.iter_mut().filter_map(table_mut);
        let (Some(table), None) = (of_section.next(), of_section.next()) else { continue };
        for (at, block) in section.blocks.iter().enumerate() {
            match block {
                Block::Paragraph(text) => of_line(text, table),
                Block::List(list) => {
                    let Some(lead) = labels::lead_in(section, at) else { continue };
                    let Some(column) = announced(&lead.node, table) else { continue };
                    let found = items(list, &column.name.node);
                    hold(column, found);
                }
                Block::Fence(_) | Block::Table(_) => {}
            }
        }
    }
}

/// Reads the values that a heading or a line announces below the heading of the table, where the columns stand below a heading of their
/// own: "### Possible types".
fn of_part(
    sections: &[Section],
    section: &Section,
    places: &BTreeMap<String, Vec<(usize, usize)>>,
    read: &mut [Vec<Decl>],
) {
    let Some(name) = tables::subject_of_part(sections, section) else { return };
    let first = places.get(&name.to_string().to_lowercase()).and_then(|places| places.first());
    let table = first.and_then(|(section, at)| table_mut(read.get_mut(*section)?.get_mut(*at)?));
    let Some(table) = table else { return };
    for (at, block) in section.blocks.iter().enumerate() {
        let Block::List(list) = block else { continue };
        let heading = section.heading.as_ref().map(|heading| labels::key(&heading.text.node).to_owned());
        let label = labels::lead_in(section, at).map(|lead| lead.node).or(heading);
        if let Some(column) = label.and_then(|label| announced(&label, table)) {
            let found = items(list, &column.name.node);
            hold(column, found);
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
    let table = above.find_map(|heading| tables::named_by(&heading.inline)).filter(|_| announces)?;
    let list = section.blocks.iter().find_map(|block| match block {
        Block::List(list) => Some(list),
        Block::Paragraph(_) | Block::Fence(_) | Block::Table(_) => None,
    })?;
    Some((table.to_string(), heading.inline.get(code.clone()).to_owned(), list))
}

/// Returns the values that the items of a list begin with.
fn items(list: &List, column: &str) -> Option<Prose> {
    let first = |text: &Inline| {
        let code = text.codes().first().filter(|code| code.start == 0).cloned();
        code.or_else(|| {
            let alone = 0..text.text().len();
            (words::each(text.text(), alone.clone()).len() == 1).then_some(alone)
        })
    };
    let values: Option<Vec<Ident>> =
        list.items.iter().map(|item| item.text().and_then(|text| Some(text.ident(first(text)?)))).collect();
    let values =
        values.filter(|values| values.len() > 1 && values.iter().all(|value| value.node != column))?;
    let joined: Vec<&str> = values.iter().map(|value| value.node.as_str()).collect();
    Some(Prose { text: joined.join(" | "), span: list.span, kind: ProseKind::Note })
}

fn hold(column: &mut ColumnDecl, values: Option<Prose>) {
    let Some(values) = values else { return };
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

/// Returns the column whose values a label announces: "Statuses", "Status values", "Possible `role` values".
fn announced<'a>(label: &str, table: &'a mut TableDecl) -> Option<&'a mut ColumnDecl> {
    let lower = label.to_lowercase().replace(['`', '*', ':', '：', '_'], " ");
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
