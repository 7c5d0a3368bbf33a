//! What the documents do not say themselves: facts that follow from rules, and places that were recognised as nothing.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::model::{BY_ANOTHER_NAME, Schema};
use crate::source::sql::policy;
use crate::span::{Sources, Span};

/// A fact that follows from a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// The table or column.
    pub object: String,
    /// What follows.
    pub what: String,
    /// The rule, in the words that state it.
    pub rule: String,
    /// What the rule was applied to, or where it is stated.
    pub span: Span,
}

/// Returns every fact of a schema that follows from a rule: types, defaults and NOT NULL of columns first, then whole objects.
pub fn inferred(schema: &Schema) -> Vec<Inferred> {
    let mut found = Vec::new();
    for column in schema.tables().flat_map(|table| table.columns()) {
        let mut add = |what: String, rule: Option<&str>, span| {
            if let Some(rule) = rule.filter(|rule| *rule != BY_ANOTHER_NAME) {
                found.push(Inferred { object: column.path(), what, rule: rule.to_owned(), span });
            }
        };
        let data = column.data;
        add(format!("type {}", data.ty.value), data.ty.rule(), data.ty.span);
        if let Some(default) = &data.default {
            add(format!("default {}", default.value.sql), default.rule(), default.span);
        }
        if let Some(not_null) = &data.not_null {
            add("not null".to_owned(), not_null.rule(), not_null.span);
        }
    }
    found.extend(schema.inferred.iter().map(|data| Inferred {
        object: data.object.clone(),
        what: data.what.clone(),
        rule: data.rule.clone(),
        span: data.span,
    }));
    found
}

/// Tells what was inferred, by which rule, and what was left over, each with its lines.
pub fn rest_to_text(schema: &Schema, left_over: &[Span], sources: &Sources) -> String {
    let mut out = String::new();
    let inferred = inferred(schema);
    for data in &inferred {
        let at = sources.position(data.span);
        let place = format!("{}:{}:{}", sources.file(data.span.file).path(), at.line, at.column);
        _ = writeln!(out, "{place}: inferred {} {}, by {}", data.object, data.what, data.rule);
    }
    if !inferred.is_empty() {
        _ = writeln!(out, "inferred: {}", inferred.len());
    }
    for (path, lines) in lines(left_over, sources) {
        let told: Vec<String> = lines
            .iter()
            .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
            .collect();
        _ = writeln!(out, "{path}: recognised as nothing: {}", told.join(", "));
    }
    out
}

/// Returns the same as data under `inferred` and `left_over`, and what was made of the documents that declarations do not show: `policies`
/// and `conventions`.
pub fn rest_to_json(schema: &Schema, left_over: &[Span], sources: &Sources) -> Map<String, Value> {
    let place = |span: Span| (sources.file(span.file).path().to_owned(), sources.position(span).line);
    let inferred = inferred(schema).into_iter().map(|data| {
        let (file, line) = place(data.span);
        json!({ "object": data.object, "what": data.what, "rule": data.rule, "file": file, "line": line })
    });
    let left = lines(left_over, sources).into_iter().map(|(path, lines)| {
        json!({ "file": path, "lines": lines.iter().map(|(first, last)| json!([first, last])).collect::<Vec<_>>() })
    });
    let carried = schema.verbatim.iter().filter(|data| data.kind == "policy");
    let policies = carried.filter_map(|data| {
        let (policy, (file, line)) = (policy::read(&data.text)?, place(data.text.span));
        Some(json!({
            "name": policy.name,
            "table": policy.table.to_string(),
            "command": policy.command.as_str(),
            "permissive": policy.permissive,
            "roles": policy.roles,
            "using": policy.using,
            "check": policy.check,
            "file": file,
            "line": line,
        }))
    });
    let conventions = schema.conventions.iter().map(|data| {
        let (file, line) = place(data.text.span);
        let tables: Vec<String> = data.tables.iter().map(|id| schema.table(*id).name().plain()).collect();
        json!({ "kind": data.kind.as_str(), "text": data.text.value, "tables": tables, "file": file, "line": line })
    });
    let entries = [
        ("inferred", inferred.collect::<Value>()),
        ("left_over", left.collect()),
        ("policies", policies.collect()),
        ("conventions", conventions.collect()),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Returns the lines of places, file by file, with neighbours joined.
fn lines(spans: &[Span], sources: &Sources) -> Vec<(String, Vec<(u32, u32)>)> {
    let mut files: Vec<(String, Vec<(u32, u32)>)> = Vec::new();
    for span in spans.iter().filter(|span| span.start < span.end) {
        let path = sources.file(span.file).path();
        let first = sources.position(*span).line;
        let text = sources.text(*span).trim_end();
        let last = first + u32::try_from(text.matches('\n').count()).unwrap_or_default();
        match files.iter_mut().find(|(known, _)| known == path) {
            Some((_, lines)) => match lines.last_mut() {
                Some((_, end)) if first <= *end + 1 => *end = last.max(*end),
                _ => lines.push((first, last)),
            },
            None => files.push((path.to_owned(), vec![(first, last)])),
        }
    }
    files
}
