//! Defaults, as people write them: "default `open`", "`true` by default", "0", "now".

use std::ops::Range;

use crate::source::decl::{ColumnDecl, DefaultDecl, DefaultKind};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{vocabulary, words};

/// Returns where the value of a default stands: of the first that is a literal or in code, else of one that ends what is said ("default
/// branch, default `main`").
pub(super) fn default_place(text: &Inline, range: Range<usize>, lower: &str) -> Option<Range<usize>> {
    let mut bare = None;
    let mut at = 0;
    while let Some(lead) = vocabulary::DEFAULT.find(lower.get(at..)?) {
        let lead = at + lead.start..at + lead.end;
        at = lead.end;
        // "Defaults apply" is prose, "defaults true" is not.
        let english =
            lower.get(lead.clone()).is_some_and(|word| word.starts_with("default") && word != "defaults");
        let rest = text.get(range.start + lead.end..range.end);
        let value = rest.trim_start_matches([' ', ':', '=', '：']);
        let from = range.end - value.len();
        let place = from..value_end(text, from, range.end);
        // "Standard", "padrão" are also said of other things than a default.
        let marked = rest.trim_start().starts_with([':', '=', '：']);
        let literal = value
            .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '\'' | '"' | '-' | '{' | '['))
            || text.codes().iter().any(|code| code.start == from)
            || ["true", "false", "null", "now", "current_"]
                .iter()
                .any(|word| words::folded(value).starts_with(word));
        // "Default currency of the shop" goes on: what follows is no value.
        let ends =
            text.get(place.end..range.end).trim_start().starts_with([',', ';', ')', '.', '|', '—', '–'])
                || text.get(place.end..range.end).trim().is_empty();
        let called = text.get(place.clone()).contains('(');
        if literal || called || (marked && ends) {
            return Some(place);
        }
        if english && ends && bare.is_none() {
            bare = Some(place);
        }
        // "`true` by default".
        let before = text.get(range.start..range.start + lead.start).trim_end();
        if let Some(before) = before.strip_suffix("by").map(|before| range.start + before.trim_end().len())
            && let Some(code) =
                text.codes().iter().find(|code| code.end == before && code.start >= range.start)
        {
            return Some(code.clone());
        }
    }
    bare
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
            ',' | ';' | ' ' | '\n' if !quoted && depth == 0 => return without_stop(text, from..from + at),
            _ => {}
        }
    }
    without_stop(text, from..limit)
}

/// Returns where a value ends that a full stop may follow: "default 500."
fn without_stop(text: &Inline, value: Range<usize>) -> usize {
    value.start + text.get(value).trim_end_matches('.').len()
}

/// Reads a default's value.
pub(in super::super) fn default(text: &Inline, range: Range<usize>, column: &mut ColumnDecl) {
    let is_code = text.codes().contains(&text.trim(range.clone()));
    let is_plain = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_'));
    let value = text.ident(range);
    let word = value.node.trim_matches('`');
    // "default(open)", "default ('open')": one word in brackets is the value.
    let word = match word.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim) {
        Some(inside) if inside.chars().all(|c| c.is_alphanumeric() || "_-.'\"".contains(c)) => inside,
        Some(_) | None => word,
    };
    let inner = word.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"']));
    let lower = word.to_lowercase();
    let of_uuid = column.ty.as_ref().is_some_and(|ty| ty.node.eq_ignore_ascii_case("uuid"));
    // "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP": what follows is a trigger's, and no default.
    let word = match lower.find(" on update") {
        Some(at) if inner.is_none() => word.get(..at).unwrap_or(word).trim_end(),
        _ => word,
    };
    let lower = word.to_lowercase();
    let of_array = column.ty.as_ref().is_some_and(|ty| ty.node.trim_matches('`').ends_with("[]"));
    let kind = match (inner, lower.as_str()) {
        // A default of NULL is none.
        (_, "" | "-" | "—" | "–" | "none" | "n/a") | (None, "null") => return,
        // "Generated" is said of the value, and not the value.
        (None, "generated" | "auto-generated" | "generado" | "gerado" | "generiert" | "computed") => return,
        // "autoincremental" in the place of a default.
        (None, word) if vocabulary::INCREMENT.find(word).is_some_and(|at| at == (0..word.len())) => {
            column.increment = Some(value.span);
            return;
        }
        (None, word) if vocabulary::is_name(word) && !word.is_ascii() && !is_code => return,
        (None, "auto" | "identity") => {
            column.increment = Some(value.span);
            return;
        }
        (None, "random" | "uuid" | "uuid()") if of_uuid => DefaultKind::Expression,
        // A program makes it.
        (None, "uuid" | "uuid()" | "cuid" | "cuid()" | "ulid" | "nanoid") => return,
        (Some(_), _) => DefaultKind::String,
        // "'[]'::jsonb".
        (None, _) if word.starts_with('\'') && word.contains("'::") => DefaultKind::Expression,
        // An empty document of JSON.
        (None, "{}" | "[]") => DefaultKind::String,
        (None, "true" | "false") => DefaultKind::Boolean,
        (None, _) if word.parse::<f64>().is_ok() => DefaultKind::Number,
        (None, "now" | "current_timestamp" | "current_date") => DefaultKind::Expression,
        (None, _) if word.contains('(') => DefaultKind::Expression,
        // "Default varies": a word is no value of a number or a time.
        (None, _)
            if vocabulary::is_name(word) && !is_code && (is_no_value(word) || takes_no_words(column)) =>
        {
            return;
        }
        (None, _) if vocabulary::is_name(word) => DefaultKind::String,
        // "`Guest user`": words set apart are the text itself.
        (None, _) if is_code && is_plain(word) => DefaultKind::String,
        (None, _) => return,
    };
    let value_text = match lower.as_str() {
        "now" => "now()",
        "random" | "uuid" | "uuid()" if of_uuid => "gen_random_uuid()",
        "[]" if of_array => "{}",
        _ => inner.unwrap_or(word),
    };
    column.default = Some(DefaultDecl { kind, value: value_text.to_owned(), span: value.span });
}

/// Tells whether a word behind "default" says something of the value and is none.
fn is_no_value(word: &str) -> bool {
    ["varies", "depends", "dynamic", "see", "inherited", "unspecified", "undefined"]
        .contains(&words::lowered(word).as_ref())
}

/// Tells whether a column has a type of which no word is a value.
fn takes_no_words(column: &ColumnDecl) -> bool {
    const TYPES: &[&str] =
        &["int", "integer", "bigint", "smallint", "numeric", "decimal", "real", "double", "float", "uuid"];
    let ty = column.ty.as_ref().map(|ty| ty.node.to_lowercase()).unwrap_or_default();
    TYPES.contains(&ty.trim_matches('`').split(['(', ' ']).next().unwrap_or_default())
}
