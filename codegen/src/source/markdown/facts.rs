//! What a cell or a bullet says of a column: its type, its keys, what it refers to, its default.

use std::ops::Range;

use super::inline::Inline;
use super::vocabulary;
use crate::source::decl::{
    ColumnDecl, DefaultDecl, DefaultKind, ForeignKeyDecl, NamedMark, QName, RefAction, Timing,
};
use crate::span::Spanned;

/// Words with which the facts behind a type begin.
const BEHIND_TYPE: &[&str] = &[
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
    "indexed",
    "index",
];

/// Reads the type that stands at `from` into the column; returns where it ends.
pub(super) fn read_type(text: &Inline, from: usize, column: &mut ColumnDecl) -> usize {
    let all = text.text();
    let rest = text.get(from..all.len());
    let start = from + (rest.len() - rest.trim_start().len());
    // A code span is one type, unless it goes on with facts.
    let end = text.codes().iter().find(|code| code.contains(&start)).map_or(all.len(), |code| code.end);
    let mut stop = start;
    let mut at = start;
    for word in text.get(start..end).split_inclusive([' ', '\n']) {
        let bare = word.trim().trim_end_matches([',', ';', '.', ')']).to_lowercase();
        if at > start && BEHIND_TYPE.contains(&bare.as_str()) {
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
    let ty = text.ident(range.clone());
    if ty.node.chars().any(char::is_alphanumeric) {
        column.ty = Some(ty);
    }
    range.end
}

/// Reads the facts in a range of text into the column; words that say nothing of it are passed over.
pub(super) fn read(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    let slice = text.get(range.clone());
    let lower = slice.to_ascii_lowercase();
    let find = |needles: &[&str]| {
        needles.iter().find_map(|needle| {
            let at = word_at(&lower, needle)?;
            Some(text.span(range.start + at..range.start + at + needle.len()))
        })
    };
    if let Some(span) = find(&["primary key", "pk"])
        && column.primary_key.is_none()
    {
        column.primary_key = Some(NamedMark { name: None, span });
    }
    // "unique per tenant", "unique together with" are keys of several columns, which the words do not give.
    if let Some(span) = find(&["unique", "uk"])
        && column.unique.is_none()
        && ![
            "unique per",
            "unique with",
            "unique together",
            "unique within",
            "unique identifier",
            "unique id",
        ]
        .iter()
        .any(|shared| lower.contains(shared))
    {
        column.unique = Some(NamedMark { name: None, span });
    }
    if column.nullable.is_none() {
        let refuses =
            find(&["not null", "non-null", "not nullable", "required"]).map(|span| Spanned::new(false, span));
        let takes = || {
            find(&["nullable", "optional"])
                .or_else(|| (lower.trim() == "null").then(|| text.span(range.clone())))
        };
        column.nullable = refuses.or_else(|| takes().map(|span| Spanned::new(true, span)));
    }
    if let Some(span) = find(&["auto_increment", "autoincrement", "auto-increment", "autogenerate"]) {
        column.increment = Some(span);
    }
    if let Some(at) = word_at(&lower, "default")
        && column.default.is_none()
    {
        let from = range.start + at + "default".len();
        let rest = text.get(from..range.end);
        let from = from + (rest.len() - rest.trim_start_matches([' ', ':', '=']).len());
        default(text, from..value_end(text, from, range.end), column);
    }
    if column.references.is_empty() {
        column.references.extend(reference(text, range, &lower));
    }
}

/// Finds a word or phrase that stands free of other letters.
fn word_at(lower: &str, needle: &str) -> Option<usize> {
    lower.match_indices(needle).map(|(at, _)| at).find(|at| {
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let before = lower.get(..*at).and_then(|before| before.chars().next_back());
        let after = lower.get(at + needle.len()..).and_then(|after| after.chars().next());
        free(before) && free(after)
    })
}

/// Returns where a default's value ends: at a comma or semicolon outside brackets and quotes, or at its code span's end.
fn value_end(text: &Inline, from: usize, limit: usize) -> usize {
    if let Some(code) = text.codes().iter().find(|code| code.start == from) {
        return code.end;
    }
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, c) in text.get(from..limit).char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth == 0 => return from + at,
            ')' if !quoted => depth -= 1,
            ',' | ';' | ' ' | '\n' if !quoted && depth == 0 => return from + at,
            _ => {}
        }
    }
    limit
}

/// Reads a default's value.
pub(super) fn default(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    let value = text.ident(range);
    let word = value.node.trim_matches('`');
    let inner = word.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"']));
    let lower = word.to_lowercase();
    let kind = match (inner, lower.as_str()) {
        (_, "" | "-" | "—" | "–" | "none" | "n/a") => return,
        (Some(_), _) => DefaultKind::String,
        (None, "true" | "false") => DefaultKind::Boolean,
        (None, "null") => DefaultKind::Null,
        (None, _) if word.parse::<f64>().is_ok() => DefaultKind::Number,
        (None, "now" | "current_timestamp" | "current_date") => DefaultKind::Expression,
        (None, _) if word.contains('(') => DefaultKind::Expression,
        (None, _) if vocabulary::is_name(word) => DefaultKind::String,
        (None, _) => return,
    };
    let value_text = if lower == "now" { "now()" } else { inner.unwrap_or(word) };
    column.default = Some(DefaultDecl { kind, value: value_text.to_owned(), span: value.span });
}

/// Reads the answer of a column "Nullable" (`true`) or "Required" (`false`).
pub(super) fn answer(cell: &Inline, yes_means: bool, column: &mut ColumnDecl) {
    let said = cell.all();
    if let Some(yes) = vocabulary::is_yes(&said.node)
        && column.nullable.is_none()
    {
        column.nullable = Some(Spanned::new(yes == yes_means, said.span));
    }
}

/// Words that come before what a column refers to.
const REFERS: &[&str] =
    &["references", "foreign key to", "foreignkey to", "foreign key", "fk to", "fk:", "fk", "→", "->"];

fn reference(text: &Inline, range: Range<usize>, lower: &str) -> Option<ForeignKeyDecl> {
    let (at, word) = REFERS.iter().find_map(|word| {
        let at = if word.is_ascii() && !word.starts_with('-') {
            word_at(lower, word.trim_end_matches(':'))
        } else {
            lower.find(word)
        };
        Some((at?, *word))
    })?;
    let from = range.start + at + word.len();
    let rest = text.get(from..range.end);
    let rest = rest.trim_start_matches([' ', ':', '→', '-', '>', '(', '`']);
    let rest = rest.strip_prefix("to ").or_else(|| rest.strip_prefix("references ")).unwrap_or(rest);
    let start = range.end - rest.len();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let name = rest.get(..length).unwrap_or_default().trim_end_matches('.');
    let behind = rest.get(length..).unwrap_or_default();
    let parts: Vec<&str> = name.split('.').collect();
    if !parts.iter().all(|part| vocabulary::is_name(part)) || parts.len() > 3 {
        return None;
    }
    let end = start + name.len();
    // "Foreign key to the uploading user" names a table only where it sets it apart from the words around it.
    let apart = text.codes().iter().any(|code| code.contains(&start))
        || parts.len() > 1
        || behind.trim_start().is_empty()
        || behind.starts_with([',', ')', ';', '(', '.'])
        || behind.trim_start().to_lowercase().starts_with("on ");
    if !apart {
        return None;
    }
    let bracket =
        behind.strip_prefix('(').and_then(|inside| inside.split_once(')')).map(|(inside, _)| inside);
    let last = name.rsplit('.').next().unwrap_or(name);
    let dot = end - last.len();
    // `users.id` is a table and its column; `auth.users(id)` a schema and its table.
    let (table, referenced) = match (parts.len(), bracket) {
        (_, Some(inside)) => {
            let open = start + length + 1;
            (super::tables::qualified(text, start..end), vec![text.ident(open..open + inside.len())])
        }
        (1, None) => (QName::bare(text.ident(start..end)), Vec::new()),
        (2, None) if matches!(parts.first(), Some(&"auth" | &"public" | &"storage")) => {
            (super::tables::qualified(text, start..end), Vec::new())
        }
        (_, None) => (super::tables::qualified(text, start..dot - 1), vec![text.ident(dot..end)]),
    };
    let action = |key: &str| {
        let at = lower.find(key)? + key.len();
        let rest = lower.get(at..)?.trim_start();
        let (action, words) = [
            ("cascade", RefAction::Cascade),
            ("set null", RefAction::SetNull(Vec::new())),
            ("set default", RefAction::SetDefault(Vec::new())),
            ("restrict", RefAction::Restrict),
            ("no action", RefAction::NoAction),
        ]
        .into_iter()
        .find(|(words, _)| rest.starts_with(words))
        .map(|(words, action)| (action, words))?;
        let start = range.start + lower.len() - rest.len();
        Some(Spanned::new(action, text.span(start..start + words.len())))
    };
    Some(ForeignKeyDecl {
        name: None,
        columns: Vec::new(),
        table,
        referenced,
        on_delete: action("on delete"),
        on_update: action("on update"),
        match_full: false,
        timing: Timing::NotDeferrable,
        not_valid: false,
        span: text.span(range.start + at..end),
    })
}
