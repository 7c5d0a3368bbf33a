//! What takes privileges back that a migration gives on, or takes from, what was there before it. Those of what it makes go with that.

use std::collections::BTreeSet;

use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName, Schema, VerbatimData, undo};

/// What everybody may do in the schema `public` of a new database, since PostgreSQL 15.
const OF_EVERYBODY: [&str; 1] = ["USAGE"];

/// Returns the statements that take a carried `GRANT`, `REVOKE` or `ALTER DEFAULT PRIVILEGES` back; none where it goes with what it is
/// about.
pub(super) fn taken_back(schema: &Schema, data: &VerbatimData) -> Option<String> {
    let tokens = tokens(&data.text.node);
    let cursor = || Cursor::new(&data.text.node, &tokens);
    if data.kind == "alter default privileges" {
        return undo::statement(&data.kind, cursor());
    }
    let change = Change::read(cursor())?;
    let Some(schemas) = &change.schemas else {
        let is_own = |name: &QualifiedName| {
            schema.find_table(name).is_some_and(|table| !table.data.external)
                || schema.enums.iter().any(|data| data.name.value == *name)
                || schema.verbatim.iter().any(|other| other.creates.as_ref() == Some(name))
        };
        let goes_along = change.is_of_all || !data.names.is_empty() && data.names.iter().all(is_own);
        return if goes_along { None } else { Some(change.back(&change.object, &change.whom)) };
    };
    let is_made = |name: &&PgIdent| {
        schema.namespaces.iter().any(|made| made.value == **name)
            || schema.verbatim.iter().any(|other| {
                other.kind == "schema" && other.creates.as_ref().is_some_and(|made| made.name == **name)
            })
    };
    let mut statements = Vec::new();
    for name in schemas.iter().filter(|name| !is_made(name)) {
        let everybody = |role: &&String| name.as_str() == "public" && role.eq_ignore_ascii_case("public");
        let object = format!("SCHEMA {name}");
        let others: Vec<String> = change.whom.iter().filter(|role| !everybody(role)).cloned().collect();
        if !others.is_empty() {
            statements.push(change.back(&object, &others));
        }
        if others.len() < change.whom.len() {
            statements.extend(of_everybody(schema, data));
        }
    }
    (!statements.is_empty()).then(|| statements.join(";\n"))
}

/// Returns what gives everybody the privileges on the schema `public` again that they had before a statement.
fn of_everybody(schema: &Schema, data: &VerbatimData) -> Vec<String> {
    let mut held = BTreeSet::from(OF_EVERYBODY);
    for other in schema.verbatim.iter().take_while(|other| !std::ptr::eq(*other, data)) {
        change_of_everybody(other, &mut held);
    }
    let before = held.clone();
    change_of_everybody(data, &mut held);
    let listed =
        |privileges: &mut dyn Iterator<Item = &&str>| privileges.copied().collect::<Vec<_>>().join(", ");
    let given = listed(&mut held.difference(&before));
    let taken = listed(&mut before.difference(&held));
    let mut statements = Vec::new();
    if !given.is_empty() {
        statements.push(format!("REVOKE {given} ON SCHEMA public FROM PUBLIC"));
    }
    if !taken.is_empty() {
        statements.push(format!("GRANT {taken} ON SCHEMA public TO PUBLIC"));
    }
    statements
}

/// Applies a statement to what everybody may do in the schema `public`.
fn change_of_everybody(data: &VerbatimData, held: &mut BTreeSet<&'static str>) {
    let tokens = tokens(&data.text.node);
    let Some(change) = Change::read(Cursor::new(&data.text.node, &tokens)) else { return };
    let is_public = change.schemas.iter().flatten().any(|name| name.as_str() == "public");
    let of_everybody = change.whom.iter().any(|role| role.eq_ignore_ascii_case("public"));
    if !is_public || !of_everybody || change.is_of_option {
        return;
    }
    for privilege in ["CREATE", "USAGE"] {
        let words = change.privileges.to_uppercase();
        let is_meant = words.starts_with("ALL") || words.split(',').any(|word| word.trim() == privilege);
        match (is_meant, change.gives) {
            (true, true) => _ = held.insert(privilege),
            (true, false) => _ = held.remove(privilege),
            (false, _) => {}
        }
    }
}

/// A `GRANT` or `REVOKE`.
struct Change {
    gives: bool,
    /// Whether a `REVOKE` only takes the right to pass privileges on.
    is_of_option: bool,
    /// The privileges or roles, as written.
    privileges: String,
    /// What they are on, as written; empty for membership in roles.
    object: String,
    /// The schemas that they are on.
    schemas: Option<Vec<PgIdent>>,
    /// Whether they are on everything in a schema.
    is_of_all: bool,
    whom: Vec<String>,
}

impl Change {
    fn read(mut cursor: Cursor<'_, '_>) -> Option<Self> {
        let gives = cursor.eat_any(&[("grant", true), ("revoke", false)])?;
        let is_of_option = !gives && cursor.eat("grant option for");
        let joint = if gives { "to" } else { "from" };
        let privileges = cursor.until(|token| token.is("on") || token.is(joint)).rest().to_owned();
        let has_object = cursor.eat("on");
        let mut on = cursor.until(|token| token.is(joint));
        let object = if has_object { on.rest().to_owned() } else { String::new() };
        let is_of_all = on.clone().eat("all");
        let is_of_schema = on.eat("schema");
        let schemas =
            is_of_schema.then(|| on.split().into_iter().filter_map(|mut name| name.ident()).collect());
        cursor.next();
        let ends = ["with", "granted", "cascade", "restrict"];
        let whom = cursor.until(|token| ends.iter().any(|word| token.is(word)));
        let whom = whom.split().into_iter().map(|role| role.rest().to_owned()).collect();
        Some(Self { gives, is_of_option, privileges, object, schemas, is_of_all, whom })
    }

    /// Returns what takes it back on an object.
    fn back(&self, object: &str, whom: &[String]) -> String {
        let on = if object.is_empty() { String::new() } else { format!(" ON {object}") };
        let (privileges, whom) = (&self.privileges, whom.join(", "));
        match (self.gives, self.is_of_option) {
            (true, _) => format!("REVOKE {privileges}{on} FROM {whom}"),
            (false, true) => format!("GRANT {privileges}{on} TO {whom} WITH GRANT OPTION"),
            (false, false) => format!("GRANT {privileges}{on} TO {whom}"),
        }
    }
}
