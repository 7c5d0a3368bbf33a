//! What takes privileges back that a migration gives on, or takes from, what was there before it. Those of what it makes go with that.

use crate::model::token::{Cursor, tokens};
use crate::model::{QualifiedName, Schema, VerbatimData};
use crate::plan::migration::diff;

/// Returns the statements that take a carried `GRANT`, `REVOKE` or `ALTER DEFAULT PRIVILEGES` back; none where it goes with what it is
/// about, or took nothing away.
pub(super) fn taken_back(schema: &Schema, data: &VerbatimData) -> Option<String> {
    let is_table_or_type = |name: &QualifiedName| {
        schema.find_table(name).is_some_and(|table| !table.data.external)
            || schema.enums.iter().any(|data| data.name.value == *name)
    };
    let is_made = |kind: &str, name: &QualifiedName| {
        let is_schema = kind == "schema";
        let of_model = match is_schema {
            true => schema.namespaces.iter().any(|made| made.value == name.name),
            false => is_table_or_type(name),
        };
        of_model
            || schema
                .verbatim
                .iter()
                .any(|other| (other.kind == "schema") == is_schema && other.creates.as_ref() == Some(name))
    };
    // What is on everything in a schema goes with what is there.
    let goes_along = |kind: &str, name: Option<&QualifiedName>| {
        kind == "all" || name.is_some_and(|name| is_made(kind, name))
    };
    let statements = match diff::privileges_taken_back(schema, data, &goes_along) {
        Some(statements) => statements,
        None => membership(schema, data).into_iter().collect(),
    };
    (!statements.is_empty()).then(|| statements.join(";\n"))
}

/// Returns what takes the membership in a role back: who was not in it before is not put there.
fn membership(schema: &Schema, data: &VerbatimData) -> Option<String> {
    let said = |data: &VerbatimData, verb: &str, way: &str| {
        let tokens = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &tokens);
        cursor.eat(verb).then_some(())?;
        let role = cursor.until(|token| token.is(way)).rest().to_owned();
        cursor.next();
        let ends = ["with", "granted", "cascade", "restrict"];
        let whom = cursor.until(|token| ends.iter().any(|end| token.is(end)));
        Some((role, whom.rest().to_owned()))
    };
    if let Some((role, whom)) = said(data, "grant", "to") {
        return Some(format!("REVOKE {role} FROM {whom}"));
    }
    let taken = said(data, "revoke", "from")?;
    let mut before = schema.verbatim.iter().take_while(|other| !std::ptr::eq(*other, data));
    let was_given = before.any(|other| said(other, "grant", "to").as_ref() == Some(&taken));
    was_given.then(|| format!("GRANT {} TO {}", taken.0, taken.1))
}
