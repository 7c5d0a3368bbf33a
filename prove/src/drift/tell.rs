//! A report of drift, told to a person, as JSON, as GitHub annotations, or as the SQL that would mend it.

use std::fmt::Write as _;

use serde_json::{Value, json};
use similar::TextDiff;
use truthtable::config::PlatformName;
use truthtable::diag::annotation;
use truthtable::import::ON_SUPABASE;

use super::{Drift, Ignore, Report};
use crate::catalog::Difference;
use crate::migrations::Place;

const HERE: &str = "in the document";
const THERE: &str = "in the live database";

/// How many names of what was skipped for one reason are said.
const NAMES_SHOWN: usize = 6;

/// Tells a report to a person.
pub fn human(report: &Report) -> String {
    let mut text = format!("{} (built on {}) against {}\n", report.schema, report.document, report.live);
    for drift in &report.drift {
        _ = writeln!(text, "  drift    {}", indented(&message(drift)));
        if let Some(place) = places(drift) {
            _ = writeln!(text, "           {place}");
        }
    }
    for (drift, reason) in &report.ignored {
        _ = writeln!(text, "  ignored  {}: {reason}", indented(&message(drift)));
    }
    for (reason, objects) in &report.skipped {
        let shown: Vec<&str> = objects.iter().take(NAMES_SHOWN).map(String::as_str).collect();
        let more = match objects.len().saturating_sub(NAMES_SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        _ = writeln!(text, "  skipped  {reason}: {}{more}", shown.join(", "));
    }
    for rule in &report.unused {
        _ = writeln!(text, "  unused   {}", unused(rule));
    }
    for note in &report.notes {
        _ = writeln!(text, "  note     {note}");
    }
    _ = writeln!(text, "  {}", summary(report));
    text
}

/// Returns a report as JSON.
pub fn json(report: &Report, with_mend: bool) -> Value {
    let ignored = report.ignored.iter().map(|(drift, reason)| {
        let mut value = in_json(drift);
        if let Some(object) = value.as_object_mut() {
            object.insert("reason".to_owned(), reason.clone().into());
        }
        value
    });
    let unused = report.unused.iter().map(|rule| {
        json!({ "objects": rule.objects, "attributes": rule.attributes, "reason": rule.reason, "place": rule.place })
    });
    let skipped =
        report.skipped.iter().map(|(reason, objects)| json!({ "reason": reason, "objects": objects }));
    let mut value = json!({
        "schema": report.schema,
        "document": report.document,
        "live": report.live,
        "drift": report.drift.iter().map(in_json).collect::<Vec<_>>(),
        "ignored": ignored.collect::<Vec<_>>(),
        "skipped": skipped.collect::<Vec<_>>(),
        "unused": unused.collect::<Vec<_>>(),
        "notes": report.notes,
    });
    if with_mend && let Some(object) = value.as_object_mut() {
        let statements =
            report.mend.statements.iter().map(|one| json!({ "sql": one.sql, "warning": one.warning }));
        let left = report.mend.left.iter().map(|one| json!({ "what": one.what, "why": one.why }));
        let mend = json!({ "statements": statements.collect::<Vec<_>>(), "left": left.collect::<Vec<_>>() });
        object.insert("mend".to_owned(), mend);
    }
    value
}

/// Returns a report as GitHub annotations: an error for each difference, at the place that says it.
pub fn github(report: &Report) -> String {
    let mut text = String::new();
    for drift in &report.drift {
        let place = drift.said.as_ref().or(drift.made.as_ref());
        text.push_str(&annotation("error", place.map(at), "drift", &message(drift)));
    }
    for rule in &report.unused {
        text.push_str(&annotation("warning", rule.place.as_ref().map(at), "drift", &unused(rule)));
    }
    for note in &report.notes {
        text.push_str(&annotation("notice", None, "drift", note));
    }
    text
}

/// Returns what would bring the live database to the document, as a script that nobody has run.
pub fn sql(report: &Report) -> String {
    let mut text = format!(
        "-- Brings {} to what the document `{}` says.\n-- Nothing of this was run. Read it, try it on a copy, and compare again afterwards.\n\n",
        report.live, report.schema
    );
    if !report.mend.statements.is_empty() {
        text.push_str("SET check_function_bodies = off;\n");
    }
    for statement in &report.mend.statements {
        if let Some(warning) = statement.warning {
            _ = writeln!(text, "-- {warning}");
        }
        _ = writeln!(text, "{};", statement.sql.trim_end().trim_end_matches(';'));
    }
    for left in &report.mend.left {
        _ = writeln!(text, "-- Not mended: {}: {}", left.what.replace('\n', "\n--   "), left.why);
    }
    text
}

/// Returns the statements of a dump, and what they leave out.
pub fn script(report: &Report) -> (String, Vec<String>) {
    let mut text = match report.platform {
        Some(PlatformName::Supabase) => format!("{ON_SUPABASE}\n"),
        None => String::new(),
    };
    for statement in &report.mend.statements {
        _ = writeln!(text, "{};", statement.sql.trim_end().trim_end_matches(';'));
    }
    let left = report.mend.left.iter().map(|left| format!("{}: {}", left.what, left.why));
    let skipped = report.skipped.iter().map(|(reason, objects)| format!("{}: {reason}", objects.join(", ")));
    (text, left.chain(skipped).collect())
}

fn at(place: &Place) -> (&str, usize, usize) {
    (&place.file, place.line, place.column)
}

fn unused(rule: &Ignore) -> String {
    let place = rule.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let attributes = rule.attributes.as_ref().map(|pattern| format!(", `{pattern}`")).unwrap_or_default();
    format!("{place}nothing that differs is ignored by `{}`{attributes}", rule.objects)
}

fn summary(report: &Report) -> String {
    let count =
        |number: usize, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let differences = match report.drift.len() {
        0 => "no drift".to_owned(),
        number => count(number, "difference", "differences"),
    };
    match report.ignored.len() {
        0 => differences,
        ignored => format!("{differences}, {ignored} ignored"),
    }
}

fn in_json(drift: &Drift) -> Value {
    let difference = &drift.difference;
    json!({
        "kind": difference.object.kind.noun(),
        "object": difference.object.to_string(),
        "parent": difference.object.parent,
        "name": difference.object.name,
        "attribute": difference.attribute,
        "document": difference.left,
        "live": difference.right,
        "message": message(drift),
        "said": drift.said,
        "made": drift.made,
    })
}

/// Tells a difference; values of several lines are shown as what has to change from the live database to the document.
fn message(drift: &Drift) -> String {
    let Drift { difference, .. } = drift;
    match (&difference.attribute, &difference.left, &difference.right) {
        (Some(attribute), Some(left), Some(right)) if left.contains('\n') || right.contains('\n') => {
            let ending = |text: &str| format!("{}\n", text.trim_end());
            let (left, right) = (ending(left), ending(right));
            let diff = TextDiff::from_lines(&right, &left);
            let diff = diff.unified_diff().context_radius(2).header(THERE, HERE).to_string();
            format!("{}: {attribute} differs\n{}", difference.object, diff.trim_end())
        }
        _ => difference.tell(HERE, THERE),
    }
}

fn places(drift: &Drift) -> Option<String> {
    let said = drift.said.as_ref().map(|place| format!("said at {place}"));
    let made = drift.made.as_ref().map(|place| format!("made at {place}"));
    let places: Vec<String> = said.into_iter().chain(made).collect();
    let Difference { left, attribute, .. } = &drift.difference;
    let of_parent = if left.is_none() && attribute.is_none() { "what it belongs to is " } else { "" };
    (!places.is_empty()).then(|| format!("{of_parent}{}", places.join(", ")))
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n           ")
}
