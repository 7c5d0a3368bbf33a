//! Attributes of an entity: a type, a name, marks and what is said of them.

use std::ops::Range;

use super::{slice, unquoted, words};
use crate::source::decl::{ColumnDecl, ConstraintDecl, ConstraintKind, Ident, NamedMark, Timing};
use crate::source::markdown;
use crate::span::{Fragment, Spanned};

/// Reads a line of several columns among the attributes: `UNIQUE (shop_id, code)`.
pub(super) fn key_line(fragment: &Fragment<'_>, line: &Range<usize>) -> Option<ConstraintDecl> {
    let text = slice(fragment, line);
    let open = text.find('(')?;
    let label = text.get(..open)?.trim().to_ascii_lowercase();
    let inside = text.get(open + 1..)?.trim_end_matches([' ', ';', ',']).strip_suffix(')')?;
    let mut columns = Vec::new();
    let mut at = line.start + open + 1;
    for part in inside.split(',') {
        let start = at + (part.len() - part.trim_start().len());
        at += part.len() + 1;
        let name = part.trim();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        columns.push(plain.then(|| unquoted(fragment, start..start + name.len()))?);
    }
    let kind = match label.as_str() {
        "unique" | "unique key" | "uk" => {
            ConstraintKind::Unique { columns, include: Vec::new(), nulls_not_distinct: false }
        }
        "primary key" | "pk" => ConstraintKind::PrimaryKey { columns, include: Vec::new() },
        _ => return None,
    };
    let span = fragment.span(line.clone());
    Some(ConstraintDecl { name: None, kind, timing: Timing::NotDeferrable, not_valid: false, span })
}

/// Returns a type with its length as PostgreSQL has it; some write `varchar_20` or `varchar20` where their renderer takes no brackets.
fn sized(mut ty: Ident) -> Ident {
    let mut parts = ty.node.split('_');
    let first = parts.next().unwrap_or_default();
    // `varchar255` has no mark between the two; `varchar2` is a type of Oracle's.
    let bare = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let bare = if first.eq_ignore_ascii_case("varchar2") { first } else { bare };
    let name = bare.to_ascii_lowercase();
    let number = first.get(bare.len()..).filter(|number| !number.is_empty());
    let numbers: Vec<&str> = number.into_iter().chain(parts).collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let takes = ["varchar", "char", "decimal", "numeric", "bit"].contains(&name.as_str());
    if takes && matches!(numbers.len(), 1 | 2) && numbers.iter().all(is_number) {
        ty.node = format!("{name}({})", numbers.join(","));
    }
    if let Some(element) = ty.node.strip_suffix("_array").or_else(|| ty.node.strip_suffix("_ARRAY")) {
        ty.node = format!("{element}[]");
    }
    ty
}

/// Makes one word of a type of several, which diagrams do not allow and people write: `bigint unsigned id PK`.
fn join_type(fragment: &Fragment<'_>, words: &mut Vec<Range<usize>>) {
    const BEHIND: &[&[&str]] = &[
        &["unsigned"],
        &["precision"],
        &["varying"],
        &["with", "time", "zone"],
        &["without", "time", "zone"],
    ];
    let is = |at: usize, word: &str| {
        words.get(at).is_some_and(|place| {
            slice(fragment, place).split('(').next().is_some_and(|said| said.eq_ignore_ascii_case(word))
        })
    };
    let joined = BEHIND.iter().find(|behind| behind.iter().enumerate().all(|(at, word)| is(at + 1, word)));
    // Something has to be left for the name.
    let is_name = |place: &Range<usize>| {
        let said = slice(fragment, place);
        said.starts_with(|c: char| c.is_alphabetic() || c == '_') && !matches!(said, "PK" | "FK" | "UK")
    };
    let count = joined.map(|joined| joined.len()).filter(|count| words.get(count + 1).is_some_and(is_name));
    if let Some(count) = count
        && let (Some(first), Some(last)) = (words.first(), words.get(count))
    {
        let ty = first.start..last.end;
        words.splice(0..=count, [ty]);
    }
}

/// Tells whether a word behind an attribute begins what SQL says of a column.
fn says_fact(word: &str) -> bool {
    const FACTS: &[&str] =
        &["unique", "default", "not", "null", "nullable", "check", "enum", "primary", "references"];
    let lower = word.split(['(', ',', ':']).next().unwrap_or_default().to_lowercase();
    FACTS.contains(&lower.as_str())
}

/// Reads `type name PK, FK "comment"`; the second is whether it is marked `FK`.
pub(super) fn attribute(fragment: &Fragment<'_>, line: &Range<usize>) -> Option<(ColumnDecl, bool)> {
    let mut is_foreign = false;
    let mut words = words(fragment.text(), line.clone());
    join_type(fragment, &mut words);
    let [ty, name, rest @ ..] = words.as_slice() else { return None };
    let starts = slice(fragment, name).starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '*'));
    if !starts || slice(fragment, ty).starts_with('"') {
        return None;
    }
    let key = slice(fragment, name).starts_with('*');
    let name = name.start + usize::from(key)..name.end;
    let mut column = ColumnDecl::new(
        unquoted(fragment, name.clone()),
        Some(sized(unquoted(fragment, ty.clone()))),
        fragment.span(line.clone()),
    );
    // An asterisk before its name makes an attribute the key, as `PK` behind it does.
    if key {
        let place = fragment.span(name.start - 1..name.start);
        column.primary_key = Some(NamedMark { name: None, span: place });
    }
    // `enum("open", "paid")` and `DEFAULT 0` are no marks of a diagram, and say what they say in SQL.
    let facts = rest.iter().position(|word| says_fact(slice(fragment, word)));
    let (marks, facts) = rest.split_at(facts.unwrap_or(rest.len()));
    if let (Some(first), Some(last)) = (facts.first(), facts.last()) {
        let said = slice(fragment, &(first.start..last.end)).to_owned();
        markdown::read_words(&Spanned::new(said, fragment.span(first.start..last.end)), &mut column);
    }
    for word in marks {
        let span = fragment.span(word.clone());
        let text = slice(fragment, word);
        if text.starts_with('"') {
            let said = unquoted(fragment, word.clone());
            markdown::read_comment(&said, &mut column);
            continue;
        }
        for mark in text.split(',') {
            match mark {
                "PK" => column.primary_key = Some(NamedMark { name: None, span }),
                "UK" => column.unique = Some(NamedMark { name: None, span }),
                "FK" => {
                    is_foreign = true;
                    column.foreign = Some(span);
                }
                _ => {}
            }
        }
    }
    Some((column, is_foreign))
}
