//! Columns below a line that says of a table what its rows hold: "`events` stores:".

use std::ops::Range;

use super::bullets::{TypePlaces, bullet_columns, named_columns};
use super::{qualified, table};
use crate::source::decl::{ColumnDecl, Decl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{List, Section};
use crate::source::markdown::{labels, vocabulary, words};

/// Reads a list of names below a line that says of one table that it holds them: "`events` stores:".
pub(in super::super) fn read_held(list: &List, at: usize, section: &Section) -> Option<Decl> {
    const HOLDS: &[&str] = &["stores", "holds", "contains", "has", "includes", "keeps"];
    let lead = labels::lead_in_text(section, at)?;
    if let Some(held) = held_by_first(list, lead, section).or_else(|| below_name(list, lead, section)) {
        return Some(held);
    }
    let [code]: [Range<usize>; 1] = lead.codes().to_vec().try_into().ok()?;
    let said = words::bare(lead, 0..lead.text().len());
    let around: Vec<&str> =
        said.iter().filter(|(_, at)| *at != code).map(|(word, _)| word.as_ref()).collect();
    let holds = matches!(around.as_slice(), [verb] | ["the", verb] | ["table", verb] | ["the", "table", verb]
        if HOLDS.contains(verb));
    if !holds || !vocabulary::is_name(lead.get(code.clone())) {
        return None;
    }
    let column = |text: &Inline| {
        let name = text.codes().first().filter(|code| code.start == 0)?;
        let plain = vocabulary::is_name(text.get(name.clone()));
        plain.then(|| bullet_columns(text, text.whole(), TypePlaces::default()))
    };
    let columns: Option<Vec<Vec<ColumnDecl>>> =
        list.items.iter().map(|item| item.text().and_then(column)).collect();
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    Some(Decl::Table(table(qualified(lead, code), heading, columns?.concat(), list.span)))
}

/// Reads items that are nothing but names in code below the table's name alone: "`orders`", and then "- `id`, `state` (open/closed)".
///
/// One of them is a key by its name or has a type: other names are values or steps.
fn below_name(list: &List, lead: &Inline, section: &Section) -> Option<Decl> {
    let name = super::named_by(lead).filter(|_| labels::is_code_alone(lead))?;
    let mut columns = Vec::new();
    for item in &list.items {
        let text = item.text()?;
        let is_code = |thing: &Range<usize>| text.codes().iter().any(|code| code.start == thing.start);
        let things = words::things(text.text(), 0..text.text().len());
        let found = named_columns(text, 0..text.text().len());
        if item.blocks.len() > 1 || !things.iter().all(is_code) || found.len() < things.len() {
            return None;
        }
        columns.extend(found);
    }
    let says_column = |column: &ColumnDecl| {
        let name = column.name.node.to_lowercase();
        name == "id" || name.ends_with("_id") || column.ty.is_some()
    };
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    columns.iter().any(says_column).then(|| Decl::Table(table(name, heading, columns, list.span)))
}

/// Reads names below a paragraph that begins with its table and ends in what its rows hold: "`files` keeps … Rows are keyed by id and
/// include:".
fn held_by_first(list: &List, lead: &Inline, section: &Section) -> Option<Decl> {
    const OTHERS: &[&str] = &[
        "index",
        "indexes",
        "trigger",
        "triggers",
        "policy",
        "policies",
        "function",
        "functions",
        "value",
        "values",
        "status",
        "statuses",
        "state",
        "states",
        "event",
        "events",
        "queries",
        "view",
        "views",
        "constraint",
        "constraints",
        "relationship",
        "relationships",
        "migration",
        "migrations",
        "role",
        "roles",
        "table",
        "tables",
        "endpoint",
        "endpoints",
        "step",
        "steps",
        "rule",
        "rules",
    ];
    let heading = section.heading.as_ref()?;
    let code = lead.codes().first().filter(|code| lead.get(0..code.start).trim().is_empty())?;
    let name = super::of_heading(heading)?;
    if lead.get(code.clone()) != name.to_string() {
        return None;
    }
    let last = words::sentences(lead.text(), 0..lead.text().len()).pop()?;
    if words::bare(lead, last).iter().any(|(word, _)| OTHERS.contains(&word.as_ref())) {
        return None;
    }
    let mut columns = Vec::new();
    for item in &list.items {
        let text = item.text()?;
        let starts = text.codes().first().is_some_and(|code| code.start == 0);
        let found = bullet_columns(text, item.span, TypePlaces::default());
        if !starts || found.is_empty() {
            return None;
        }
        columns.extend(found);
    }
    Some(Decl::Table(table(name, Some(&heading.text), columns, list.span)))
}
