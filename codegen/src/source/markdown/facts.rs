//! What a cell or a bullet says of a column: its keys, what it refers to, its default.

mod attributes;
mod defaults;
mod reference;
mod said;
mod types;
mod unique;

use std::ops::Range;

use super::inline::{Builder, Inline};
use super::{conditions, tables, vocabulary, words};
use crate::source::decl::{ColumnDecl, Ident, NamedMark, Prose, ProseKind};
use crate::span::Spanned;
pub(super) use attributes::attributes;
pub(super) use defaults::default;
use defaults::default_place;
pub(super) use reference::{actions, bare_target, leads_to_itself, referenced, towards};
pub(super) use types::{is_prose, length, read_type, type_among};
pub(super) use unique::is_part as is_part_of_unique;
use vocabulary::Words;

/// Tells whether a text says nothing but facts that the schema has: "NOT NULL, default 0", "PK".
pub(super) fn are_all(said: &str) -> bool {
    const WHOLE: &[&str] = &[
        "",
        "pk",
        "fk",
        "uk",
        "primary key",
        "foreign key",
        "unique",
        "not null",
        "null",
        "indexed",
        "nullable",
        "auto_increment",
        "autoincrement",
        "required",
        "optional",
    ];
    static KNOWN: Words<()> = Words::new(&[(WHOLE, ())]);
    const BEGINS: &[&str] = &["default ", "default:", "defaults to ", "check ", "check:", "check("];
    let lower = words::folded(said);
    lower.split([',', ';']).map(|part| part.trim_matches([' ', '.'])).all(|part| {
        let begins = || BEGINS.iter().any(|word| part.starts_with(word));
        KNOWN.has(part) || (begins() && part.split_whitespace().count() <= 4)
    })
}

/// Tells whether a word begins a fact of a column, and is no type.
pub(super) fn says_any(word: &str) -> bool {
    types::BEHIND_TYPE.has(&words::lowered(word))
}

/// Tells whether a word marks a key and can be no value.
pub(super) fn is_mark(word: &str) -> bool {
    ["pk", "fk", "uk", "primary key", "foreign key", "not null"].contains(&words::folded(word).as_ref())
}

/// Tells whether a type says only that its column holds one of a few values.
pub(super) fn is_enum(ty: &str) -> bool {
    ty.trim_matches('`').eq_ignore_ascii_case("enum")
}

/// Reads the facts in a range of text into the column; words that say nothing of it are passed over.
pub(super) fn read(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    read_as(text, range, column, false);
}

/// Reads the facts in a description, where a word for a key may as well speak of one: "PK flag", "Required documents".
pub(super) fn read_description(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    read_as(text, range, column, true);
}

fn read_as(text: &Inline, range: Range<usize>, column: &mut ColumnDecl, describes: bool) {
    let slice = text.get(range.clone());
    if slice.trim().is_empty() {
        return;
    }
    let lower = words::folded(slice);
    let place = |at: Range<usize>| text.span(range.start + at.start..range.start + at.end);
    let parts = Parts::of(&lower);
    let found = parts.of_kind(Part::Primary);
    let primary = if describes { said::primary(&lower, column) } else { vocabulary::PRIMARY.find(&lower) };
    if let Some(span) = primary.or(found).map(&place)
        && column.primary_key.is_none()
    {
        column.primary_key = Some(NamedMark { name: None, span });
    }
    let says_unique = vocabulary::UNIQUE.find(&lower).is_some();
    let unique = if says_unique { unique::of_column(&lower) } else { None };
    let unique = unique.filter(|at| !describes || said::is_unique(&lower, at, column));
    if let Some(span) = unique.map(&place)
        && column.unique.is_none()
    {
        column.unique = Some(NamedMark { name: None, span });
    } else if column.unique.is_none()
        && says_unique
        && let Some(at) = unique::condition(&lower)
    {
        column.unique_where = Some(Box::new(text.ident(range.start + at.start..range.start + at.end)));
    }
    if column.nullable.is_none() {
        let takes = vocabulary::NULLABLE.find(&lower).or(parts.of_kind(Part::Null));
        // "Optional zone, required by the calendar": what is said first counts.
        let (refuses, case) = said::refused(&lower, |at| !describes || said::is_required(&lower, at, column));
        let refuses = refuses.filter(|at| takes.as_ref().is_none_or(|takes| at.start < takes.start));
        if refuses.is_none() && column.required_where.is_none() {
            column.required_where =
                case.map(|at| Box::new(text.ident(range.start + at.start..range.start + at.end)));
        }
        column.nullable = match (refuses, takes) {
            (Some(at), _) => Some(Spanned::new(false, place(at))),
            (None, Some(at)) => Some(Spanned::new(true, place(at))),
            (None, None) => None,
        };
    }
    if let Some(span) = vocabulary::INCREMENT.find(&lower).or(parts.of_kind(Part::Identity)).map(&place) {
        column.increment = Some(span);
    } else if column.primary_key.is_some()
        && let Some(at) = parts.of_kind(Part::Auto)
    {
        // "PK, Auto": of any other column it may say that a program fills it.
        column.increment = Some(place(at));
    }
    if let Some(at) = parts.of_kind(Part::Foreign) {
        column.foreign = Some(place(at));
    }
    if let Some(at) = parts.of_kind(Part::Indexed) {
        column.indexed = Some(place(at));
    }
    if column.default.is_none()
        && let Some(place) = default_place(text, range.clone(), &lower)
    {
        default(text, place, column);
    }
    if let Some((values, at)) = checked(&lower, slice) {
        column.notes.push(Prose { text: values, span: place(at), kind: ProseKind::Note });
    }
    conditions::read(text, range.clone(), column);
    // "Primary key, gen_random_uuid()".
    if column.default.is_none()
        && column.primary_key.is_some()
        && let Some(at) = phrase(&lower, &["gen_random_uuid()", "uuid_generate_v4()", "uuidv7()"])
    {
        default(text, range.start + at.start..range.start + at.end, column);
    }
    if column.references.is_empty() {
        column.references.extend(reference::reference(text, range.clone(), &lower));
    }
    // "References AI runs", "(ссылка на заказ)": the column's name, or the words, may tell which table that is.
    let is_key = ["_id", "Id", "_ID"].iter().any(|end| column.name.node.ends_with(end));
    if column.references.is_empty()
        && is_key
        && let Some(at) = vocabulary::REFERS.find(&lower)
        && lower.get(..at.start).is_some_and(|before| before.chars().all(|c| !c.is_alphanumeric()))
    {
        column.foreign.get_or_insert(place(at));
    }
}

/// Reads the comment on an attribute of a diagram: "NOT NULL, DEFAULT: 0", "enum: open, paid".
///
/// Only what stands alone between commas counts: "required at checkout" is prose. What the column refers to is said by the diagram's
/// relations.
pub(in crate::source) fn read_comment(said: &Ident, column: &mut ColumnDecl) {
    let mut text = Builder::new(said.span.file);
    text.text(&said.node, said.span.start);
    let text = text.finish();
    let lower = words::folded(text.text());
    let listed = lower.find("enum:").unwrap_or(lower.len());
    let prose = [" - ", " — ", " – "].iter().filter_map(|dash| lower.find(dash)).min();
    let mut at = 0;
    for part in
        lower.get(..listed.min(prose.unwrap_or(listed))).unwrap_or_default().split_inclusive([',', ';'])
    {
        let place = at..at + part.trim_end_matches([',', ';']).len();
        at += part.len();
        if are_all(text.get(place.clone())) {
            read(&text, text.trim(place), column);
        }
    }
    // "The name (NOT NULL)".
    let said = lower.get(..listed).unwrap_or_default().trim_end();
    if let Some(inside) = said.strip_suffix([')', '）'])
        && let Some(open) = inside.rfind(['(', '（'])
        && let Some(width) = inside.get(open..).and_then(|rest| rest.chars().next()).map(char::len_utf8)
        && !inside.get(open + width..).unwrap_or_default().trim().is_empty()
        && are_all(text.get(open + width..inside.len()))
    {
        read(&text, open + width..inside.len(), column);
    }
    let before = tables::prose(&text, 0, listed).filter(|said| !are_all(&said.text));
    if listed < lower.len() {
        column.notes.extend(before);
        let values = text.trim(listed..lower.len());
        column.notes.extend(tables::described(&text, values, &column.name.node));
    } else if before.is_some() {
        column.notes.extend(tables::described(&text, 0..lower.len(), &column.name.node));
    }
}

/// Reads words of SQL behind an attribute of a diagram, which are no comment: `enum("open", "paid") NOT NULL DEFAULT "open"`.
pub(in crate::source) fn read_words(said: &Ident, column: &mut ColumnDecl) {
    let mut text = Builder::new(said.span.file);
    text.text(&said.node, said.span.start);
    let text = text.finish();
    let close = text.text().find(')').map_or(0, |at| at + 1);
    let values = types::enumerated(text.get(0..close));
    let behind = if values.is_some() { close } else { 0 };
    let span = text.span(0..close);
    column.notes.extend(values.map(|text| Prose { text, span, kind: ProseKind::Note }));
    read(&text, behind..text.text().len(), column);
}

/// Reads a cell below "Key" or "Constraints", where `information_schema` and MySQL have short words of their own.
pub(super) fn key(cell: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    let span = cell.span(range.clone());
    match words::folded(cell.get(range.clone()).trim()).as_ref() {
        "pri" | "primary" | "p" => column.primary_key = Some(NamedMark { name: None, span }),
        "uni" => column.unique = Some(NamedMark { name: None, span }),
        // An index of several rows a value.
        "mul" => column.indexed = Some(span),
        _ => read(cell, range, column),
    }
}

/// Finds the first of the phrases that stands free of other letters.
pub(super) fn phrase(lower: &str, needles: &[&str]) -> Option<Range<usize>> {
    needles.iter().find_map(|needle| vocabulary::find(lower, needle).map(|at| at..at + needle.len()))
}

/// The words for a column that counts up, where they are said of the column: no "identity provider".
const IDENTITY: &[&str] =
    &["identity", "identité", "generated always as identity", "generated by default as identity"];

/// Tells whether a cell says nothing but that its column is a foreign key.
pub(super) fn is_foreign_mark(cell: &Inline) -> bool {
    matches!(PARTS.get(&words::folded(cell.text().trim())), Some(Part::Foreign))
}

/// What marks a foreign key without saying to what.
const FOREIGN_MARKS: &[&str] = &[
    "fk",
    "foreign key",
    "зовнішній ключ",
    "внешний ключ",
    "clave foránea",
    "llave foránea",
    "chave estrangeira",
    "fremdschlüssel",
    "clé étrangère",
    "외래키",
    "외래 키",
    "外键",
    "外部キー",
    "khóa ngoại",
    "yabancı anahtar",
    "chiave esterna",
    "klucz obcy",
];

/// What a word says of its column where it stands alone between commas, semicolons and brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Primary,
    Null,
    Identity,
    Auto,
    Foreign,
    Indexed,
}

static PARTS: Words<Part> = Words::new(&[
    (&["primary"], Part::Primary),
    (&["null"], Part::Null),
    (IDENTITY, Part::Identity),
    (&["auto"], Part::Auto),
    (FOREIGN_MARKS, Part::Foreign),
    (vocabulary::INDEXED, Part::Indexed),
]);

/// The words of a text that say something where they stand alone, with their places.
struct Parts(Vec<(Part, Range<usize>)>);

impl Parts {
    fn of(lower: &str) -> Self {
        let mut start = 0;
        let mut found = Vec::new();
        let parts = |c: char| matches!(c, ',' | ';' | '(' | ')' | '|' | '，' | '/');
        for part in lower.split_inclusive(parts) {
            let bare = part.trim_matches(|c: char| parts(c) || matches!(c, ' ' | '.' | '?'));
            if let Some(kind) = PARTS.get(bare) {
                let at = start + part.find(bare).unwrap_or_default();
                found.push((kind, at..at + bare.len()));
            }
            start += part.len();
        }
        Self(found)
    }

    /// Returns the place of the first that says a thing.
    fn of_kind(&self, kind: Part) -> Option<Range<usize>> {
        self.0.iter().find(|(of, _)| *of == kind).map(|(_, at)| at.clone())
    }
}

/// Returns the values of "CHECK (`Yes`/`No`)" or "CHECK (state IN ('on', 'off'))" with bars between them, and their place.
fn checked(lower: &str, slice: &str) -> Option<(String, Range<usize>)> {
    let open = vocabulary::find(lower, "check").map(|at| at + "check".len())?;
    let open = open + lower.get(open..)?.find(|c: char| !matches!(c, ' ' | ':'))?;
    // "CHECK in (a, b)" has no brackets around the whole.
    let bare = lower.get(open..)?.starts_with("in (");
    let inside = if bare { slice.get(open + "in ".len()..)? } else { slice.get(open..)? };
    let inside = inside.strip_prefix('(')?;
    let end = if bare { inside.find(')')? } else { inside.rfind(')')? };
    let inside = inside.get(..end)?;
    let in_list = words::folded(inside).find("in (").filter(|at| {
        let before = inside.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(' ') && !before.trim_end().to_ascii_lowercase().ends_with("not")
    });
    let list = match in_list {
        Some(at) => inside.get(at + "in (".len()..)?.trim_end_matches(')'),
        None => inside,
    };
    let separator = ['|', '/'].into_iter().find(|separator| list.contains(*separator));
    let quoted = list.trim_start().starts_with('\'');
    // Words without quotes in a whole condition are columns.
    let words = bare && list.trim_start().starts_with(char::is_alphabetic);
    let values: Vec<&str> = match separator {
        Some(separator) => list.split(separator).collect(),
        None if quoted || words => list.split(',').collect(),
        None => return None,
    };
    let values: Vec<&str> =
        values.into_iter().map(|value| value.trim().trim_matches(['\'', '`', '"'])).collect();
    let plain = |value: &&str| {
        !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.'))
    };
    (values.len() > 1 && values.iter().all(plain)).then(|| {
        let width = if bare { "in (".len() } else { 1 };
        (values.join(" | "), open..open + width + end + 1)
    })
}

/// Reads the answer of a column "Nullable" (`true`) or "Required" (`false`).
pub(super) fn answer(cell: &Inline, yes_means: bool, column: &mut ColumnDecl) {
    let said = cell.all();
    if column.nullable.is_some() {
        return;
    }
    let lower = words::folded(&said.node);
    // "NOT NULL" and "optional" mean the same under every head.
    if vocabulary::NOT_NULL.find(&lower).is_some() {
        column.nullable = Some(Spanned::new(false, said.span));
    } else if lower == "null" || vocabulary::NULLABLE.find(&lower).is_some() {
        column.nullable = Some(Spanned::new(true, said.span));
    } else if let Some(yes) = vocabulary::is_yes(&said.node) {
        column.nullable = Some(Spanned::new(yes == yes_means, said.span));
    }
}
