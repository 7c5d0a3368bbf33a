//! The type of a column, as a cell or a bullet writes it.

use crate::source::decl::{ColumnDecl, Ident, NamedMark, Prose, ProseKind};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::vocabulary::Words;
use crate::source::markdown::{choices, vocabulary, words};
use crate::span::Spanned;

/// Words with which the facts behind a type begin.
const FACTS: &[&str] = &[
    "pk",
    "primary",
    "fk",
    "foreign",
    "unique",
    "not",
    "null",
    "nullable",
    "non-null",
    "default",
    "references",
    "ref",
    "check",
    "required",
    "optional",
    "auto_increment",
    "autoincrement",
    "auto-increment",
    "identity",
    "generated",
    "→",
    "->",
    "—",
    "–",
    "-",
    "|",
    "·",
    "•",
    "indexed",
    "index",
];

pub(super) static BEHIND_TYPE: Words<()> = Words::new(&[(FACTS, ())]);

/// Reads the type that stands at `from` into the column; returns where it ends.
pub(in crate::source::markdown) fn read_type(text: &Inline, from: usize, column: &mut ColumnDecl) -> usize {
    let all = text.text();
    let rest = text.get(from..all.len());
    let start = from + (rest.len() - rest.trim_start().len());
    // A code span is one type, unless it goes on with facts.
    let end = text.codes().iter().find(|code| code.contains(&start)).map_or(all.len(), |code| code.end);
    let mut stop = start;
    let mut at = start;
    for word in text.get(start..end).split_inclusive([' ', '\n']) {
        let bare = words::lowered(word.trim().trim_end_matches([',', ';', '.', ')']));
        // "FK→shops", "PK,FK→shops", "FK(shops)" are words without blanks between them.
        let first = bare.split(['→', ',', '(']).next().filter(|first| !first.is_empty());
        let bare = first.unwrap_or(&bare);
        if at > start && (BEHIND_TYPE.has(bare) || bare.starts_with('@')) {
            break;
        }
        // "UUID 기본키": what goes on in another script says something of the column.
        let other_script = bare.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii());
        if at > start && other_script && text.get(start..at).is_ascii() {
            break;
        }
        let arguments = word.trim_start().starts_with('(');
        let numbers = word.chars().all(|c| c.is_ascii_digit() || "(), \n".contains(c));
        if at > start && arguments && !numbers {
            break;
        }
        at += word.len();
        stop = at;
        let open = text.get(start..at);
        let inside = open.matches('(').count() > open.matches(')').count();
        if !inside && word.trim_end().ends_with([',', ';', ':']) {
            break;
        }
    }
    let mut range = text.trim(start..stop);
    let trimmed = text.get(range.clone()).trim_end_matches([',', ';', ':', '.']);
    range.end = range.start + trimmed.len();
    // A bracket that opened before the type closes behind it.
    if text.get(range.clone()).matches(')').count() > text.get(range.clone()).matches('(').count() {
        range.end = range.start + text.get(range.clone()).rfind(')').unwrap_or(0);
    }
    // "text?" is a type that takes NULL.
    if text.get(range.clone()).ends_with('?') {
        column.nullable = Some(Spanned::new(true, text.span(range.end - 1..range.end)));
        range.end -= 1;
    }
    if let Some((values, end)) = listed_enum(text, start) {
        column.ty = Some(Spanned::new("text".to_owned(), values.span));
        column.notes.push(values);
        return end;
    }
    let ty = text.ident(range.clone());
    if let Some(values) = literals(text.get(start..end)) {
        // "'Active' | 'Legacy'": a program's type is its values.
        let place = text.trim(start..end);
        let span = text.span(place.clone());
        if values.len() > 1 {
            column.notes.push(Prose { text: values.join(" | "), span, kind: ProseKind::Note });
        }
        column.ty = Some(Spanned::new("text".to_owned(), span));
        return place.end;
    }
    if let Some(values) = enumerated(&ty.node) {
        // Another database lists the values in the place of the type.
        column.notes.push(Prose { text: values, span: ty.span, kind: ProseKind::Note });
        column.ty = Some(Spanned::new("text".to_owned(), ty.span));
    } else if let Some(ours) = vocabulary::translated(&ty.node) {
        let counts = ["autofield", "bigautofield"].contains(&words::lowered(&ty.node).as_ref());
        if counts {
            // Django allows it for the key alone.
            column.increment.get_or_insert(ty.span);
            column.primary_key.get_or_insert(NamedMark { name: None, span: ty.span });
        }
        column.ty = Some(Spanned::new(ours, ty.span));
    } else if ty.node.chars().any(char::is_alphabetic) {
        column.ty = Some(spaced(ty));
    }
    range.end
}

/// Gives "numeric 12,2" the brackets that it lacks.
fn spaced(mut ty: Ident) -> Ident {
    if let Some((name, numbers)) = ty.node.split_once(' ')
        && is_sized(name)
        && numbers.starts_with(|c: char| c.is_ascii_digit())
        && numbers.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
    {
        ty.node = format!("{name}({numbers})");
    }
    ty
}

/// Reads "ENUM small, large, none" to the end of the text or a dash: the values stand behind the word, without brackets.
fn listed_enum(text: &Inline, start: usize) -> Option<(Prose, usize)> {
    let rest = text.get(start..text.text().len());
    let behind = rest.get(4..).filter(|_| begins_with_enum(rest))?;
    let list = choices::without_with(behind.trim_start_matches([' ', ':']));
    // "enum {open, paid}".
    if let Some((inside, _)) = list.strip_prefix('{').and_then(|list| list.split_once('}')) {
        let from = text.text().len() - list.len() + 1;
        let values: Vec<&str> =
            inside.split([',', '|', '/']).map(|value| value.trim().trim_matches(['\'', '"', '`'])).collect();
        let span = text.span(from..from + inside.len());
        let plain = values.len() > 1 && values.iter().all(|value| !value.is_empty());
        return plain.then(|| (choices::prose(&values, span), from + inside.len() + 1));
    }
    if list.len() == behind.len() || list.starts_with('(') {
        return None;
    }
    let from = text.text().len() - list.len();
    let end = words::first_of(list, &[" — ", " – ", " - ", "; ", " ("]);
    let list = list.get(..end.unwrap_or(list.len()))?.trim_end_matches(['.', ' ', ')', '`']);
    let values: Vec<&str> =
        list.split([',', '|', '/']).map(|value| value.trim().trim_matches(['\'', '"', '`'])).collect();
    let plain = |value: &&str| !value.is_empty() && value.split(' ').count() <= 3;
    let place = from..from + list.len();
    (values.len() > 1 && values.iter().all(plain))
        .then(|| (choices::prose(&values, text.span(place.clone())), place.end))
}

/// Tells whether a cell of types holds no type but words about the column: "Name as members see it".
pub(in crate::source::markdown) fn is_prose(cell: &Inline) -> bool {
    let text = cell.text().trim();
    let first = text.split([' ', '(']).next().unwrap_or_default();
    let lower = words::folded(text);
    if cell.codes().is_empty() && is_list_of_things(text, &lower) {
        return true;
    }
    text.split_whitespace().count() > 3
        && cell.codes().is_empty()
        && (!vocabulary::begins_with_type(first) || first.eq_ignore_ascii_case("id"))
        && vocabulary::PRIMARY.find(&lower).is_none()
        && vocabulary::FOREIGN.find(&lower).is_none()
}

/// Tells whether a cell begins with a word that is a type in its language and goes on with others that say no fact: "Data, hora e duração".
fn is_list_of_things(text: &str, lower: &str) -> bool {
    let Some((first, rest)) = text.split_once(',') else { return false };
    let goes_on = rest.trim_start().starts_with(char::is_alphabetic);
    let plain = first.chars().all(char::is_alphabetic) && vocabulary::translated(first).is_some();
    let says_fact = [
        &vocabulary::PRIMARY,
        &vocabulary::FOREIGN,
        &vocabulary::UNIQUE,
        &vocabulary::NOT_NULL,
        &vocabulary::NULLABLE,
        &vocabulary::DEFAULT,
        &vocabulary::INCREMENT,
    ];
    let indexed =
        rest.split([',', ' ']).any(|word| vocabulary::INDEXED.contains(&words::folded(word).as_ref()));
    goes_on && plain && !indexed && says_fact.iter().all(|phrases| phrases.find(lower).is_none())
}

fn begins_with_enum(said: &str) -> bool {
    said.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("enum"))
}

/// Returns the values of `'a' | 'b'`; none where anything else stands among them.
fn literals(ty: &str) -> Option<Vec<&str>> {
    ty.split('|').map(literal).collect()
}

/// Returns what stands between a text's quotes.
fn literal(part: &str) -> Option<&str> {
    let part = part.trim().trim_matches('`');
    let quote = part.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    part.strip_prefix(quote)?.strip_suffix(quote).filter(|inside| !inside.contains(quote))
}

/// Returns the values of `ENUM('a', 'b')` with bars between them; a single one stands in quotes.
pub(super) fn enumerated(ty: &str) -> Option<String> {
    let inside = ty.get(4..).filter(|_| begins_with_enum(ty))?.trim_start();
    let inside = inside.strip_prefix('(')?.strip_suffix(')')?;
    let values: Vec<&str> =
        inside.split([',', '|']).map(|value| value.trim().trim_matches(['\'', '"'])).collect();
    let listed = values.len() > 1 || literal(inside).is_some();
    (listed && values.iter().all(|value| !value.is_empty())).then(|| values.join(" | "))
}

/// Reads the type that stands among the constraints of a column where there is no place for it: "uuid, primary key", "up to 40 characters".
pub(in crate::source::markdown) fn type_among(cell: &Inline, column: &mut ColumnDecl) {
    const SIGNS: &[&str] =
        &["characters", "chars", "символів", "символов", "caracteres", "zeichen", "caractères", "글자", "자"];
    let mut depth = 0_usize;
    let mut start = 0;
    let text = cell.text();
    let ends = text.char_indices().chain([(text.len(), '\n')]);
    for (at, c) in ends {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | '\n' if depth == 0 => {
                let part = cell.trim(start..at);
                start = at + 1;
                let part = part.start..part.start + cell.get(part.clone()).trim_end_matches('.').len();
                let said = cell.get(part.clone());
                let words: Vec<&str> = said.split_whitespace().collect();
                if vocabulary::translated(said).is_some() || (words.len() == 1 && vocabulary::is_type(said)) {
                    read_type(&cell.part(part), 0, column);
                    return;
                }
                if let [_, number, sign] = words.as_slice()
                    && number.chars().all(|c| c.is_ascii_digit())
                    && SIGNS.contains(&words::lowered(sign).as_ref())
                {
                    column.ty = Some(Spanned::new(format!("varchar({number})"), cell.span(part)));
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Adds how long a value may be to a type that says nothing of it.
pub(in crate::source::markdown) fn length(cell: &Inline, column: &mut ColumnDecl) {
    let said = cell.all().node.trim_matches(['(', ')', ' ']).to_owned();
    let plain = !said.is_empty() && said.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
    if let Some(ty) = &mut column.ty
        && plain
        && is_sized(&ty.node)
    {
        ty.node = format!("{}({said})", ty.node);
    }
}

/// Tells whether a type may have a length or a precision behind it.
fn is_sized(ty: &str) -> bool {
    const SIZED: &[&str] = &[
        "number",
        "varchar2",
        "nvarchar",
        "nvarchar2",
        "string",
        "varchar",
        "char",
        "character varying",
        "character",
        "numeric",
        "decimal",
        "bit",
        "varbit",
    ];
    SIZED.contains(&words::folded(ty).as_ref())
}
