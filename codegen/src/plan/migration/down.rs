//! What takes a migration back.

mod privilege;

use super::diff;
use super::statement::{ColumnDef, ConstraintBody, ConstraintDef, Statement};
use super::up::Up;
use crate::config::RollbackPolicy;
use crate::model::default_name::object_name;
use crate::model::routine;
use crate::model::token::{Cursor, mentions_name, tokens};
use crate::model::{PgIdent, QualifiedName, Schema, VerbatimData};

/// Returns the statements that take a file back, in exact reverse, behind what its policy demands; where it may never be taken
/// back there is nothing but the refusal.
pub(super) fn reverse(up: &Up, policy: RollbackPolicy, reason: Option<&str>, file: &str) -> Vec<Statement> {
    let guard = || Statement::Guard { policy, file: file.to_owned(), reason: reason.map(str::to_owned) };
    let undo = || {
        let statements = up.sections.iter().flat_map(|section| &section.statements);
        let mut drops: Vec<Statement> = statements.rev().filter_map(inverse).collect();
        // Triggers and policies go with their tables, and only then does nothing need their functions.
        let types = types_text(up);
        let tables = up.sections.iter().flat_map(|section| &section.statements);
        let tables: Vec<&QualifiedName> = tables
            .filter_map(|statement| match statement {
                Statement::CreateTable(table) => Some(&table.name),
                _ => None,
            })
            .collect();
        drops.sort_by_key(|drop| match drop {
            // Its function goes before the tables too, whose rows both take.
            Statement::Verbatim { text, .. } if takes_rows(text, &tables) => 0,
            _ => needed_by_tables(drop, &types),
        });
        drops.splice(0..0, many_locks(up));
        drops
    };
    match policy {
        RollbackPolicy::Free => undo(),
        RollbackPolicy::StagingOnly => std::iter::once(guard()).chain(undo()).collect(),
        RollbackPolicy::Never => vec![guard()],
    }
}

/// How many objects a server can lock at once by its defaults: `max_locks_per_transaction` for each of `max_connections`.
const LOCKS: usize = 64 * CONNECTIONS;
const CONNECTIONS: usize = 100;

/// Returns a word of warning where what is dropped in one transaction takes more locks than a server has by default: each object
/// that goes with a table takes one.
fn many_locks(up: &Up) -> Option<Statement> {
    let of_constraint = |constraint: &ConstraintDef| match constraint.body {
        // Itself and four triggers.
        ConstraintBody::ForeignKey { .. } => 5,
        ConstraintBody::Check { .. } => 1,
        // Itself and its index.
        ConstraintBody::PrimaryKey { .. } | ConstraintBody::Unique { .. } | ConstraintBody::Exclude(_) => 2,
    };
    let locks = up.sections.iter().flat_map(|section| &section.statements).map(|statement| match statement {
        // Itself, its two types, and what holds its long values, with the index of that.
        Statement::CreateTable(table) => {
            let computed = |column: &&ColumnDef| !column.clauses.is_empty();
            5 + table.columns.iter().filter(computed).count()
                + table.constraints.iter().map(of_constraint).sum::<usize>()
        }
        Statement::AddConstraint { constraint, .. } => of_constraint(constraint),
        Statement::CreateIndex(_) | Statement::Verbatim { .. } => 1,
        _ => 0,
    });
    let locks: usize = locks.sum();
    let wanted = locks.div_ceil(CONNECTIONS).next_power_of_two();
    (locks > LOCKS).then(|| {
        Statement::Remark(format!(
            "Takes some {locks} locks in one transaction, and a server has {LOCKS} by default. Raise its \
             max_locks_per_transaction\nto {wanted} and restart it before this runs; or state a migration order in the \
             documents, so that a file holds fewer tables."
        ))
    })
}

/// Tells whether a statement drops an operator that takes rows of one of some tables.
fn takes_rows(text: &str, tables: &[&QualifiedName]) -> bool {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    if !cursor.eat("drop operator") {
        return false;
    }
    _ = cursor.until(|token| token.is("("));
    let sides = cursor.group().map(|sides| sides.split()).unwrap_or_default();
    sides.into_iter().any(|mut side| side.name().is_some_and(|name| tables.contains(&&name)))
}

/// Returns the statements that make types and domains: what they call goes behind them.
fn types_text(up: &Up) -> String {
    let texts = up.sections.iter().flat_map(|section| &section.statements).filter_map(|statement| {
        let Statement::Verbatim { text, drop } = statement else { return None };
        let is_type = matches!(drop.as_deref(), Some(Statement::Drop { kind: "TYPE" | "DOMAIN", .. }));
        is_type.then_some(text.as_str())
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// Orders drops by what may still need the thing: functions come behind everything that tables bring along, types behind those,
/// functions that `types` call behind them, and schemas and extensions last.
fn needed_by_tables(drop: &Statement, types: &str) -> u8 {
    match drop {
        Statement::Drop { kind: "FUNCTION", name } if mentions_name(types, name.name.as_str()) => 3,
        Statement::Drop { kind: "FUNCTION" | "PROCEDURE", .. } => 1,
        // Indexes name operator classes, and go with their tables.
        Statement::Verbatim { text, .. }
            if text.starts_with("DROP AGGREGATE ") || text.starts_with("DROP OPERATOR ") =>
        {
            1
        }
        Statement::Drop { kind: "EXTENSION" | "SCHEMA", .. } => 4,
        Statement::Verbatim { text, .. }
            if text.starts_with("DROP SCHEMA ") || text.starts_with("DROP EXTENSION ") =>
        {
            4
        }
        // A configuration names dictionaries, those name templates.
        Statement::Verbatim { text, .. }
            if text.starts_with("DROP TEXT SEARCH ")
                && !text.starts_with("DROP TEXT SEARCH CONFIGURATION ") =>
        {
            3
        }
        Statement::Verbatim { text, .. } if LAST.iter().any(|kind| text.starts_with(kind)) => 2,
        Statement::Drop { kind: "TYPE" | "DOMAIN" | "SEQUENCE", .. } => 2,
        _ => 0,
    }
}

/// Returns what takes a statement back; nothing where the inverse of another one does it too.
fn inverse(statement: &Statement) -> Option<Statement> {
    let drop = |kind, name: &QualifiedName| Some(Statement::Drop { kind, name: name.clone() });
    let bare = |name: &crate::model::PgIdent| QualifiedName { schema: None, name: name.clone() };
    match statement {
        Statement::CreateSchema(name) => drop("SCHEMA", &bare(name)),
        Statement::CreateExtension(name) => drop("EXTENSION", &bare(name)),
        Statement::CreateEnum { name, .. } => drop("TYPE", name),
        Statement::CreateTable(table) => drop("TABLE", &table.name),
        Statement::AddConstraint { table, constraint } => {
            Some(Statement::DropConstraint { table: table.clone(), name: constraint.name.clone() })
        }
        Statement::Verbatim { drop, .. } => drop.as_deref().cloned(),
        // A key that refers to another table keeps that one from going before its own.
        Statement::AlterTable { table, action } => {
            let name = foreign_key(table, action)?;
            Some(Statement::DropConstraint { table: table.clone(), name })
        }
        // Indexes, comments and other alterations go with their tables.
        Statement::CreateIndex(_) | Statement::Comment { .. } => None,
        Statement::Upsert(_)
        | Statement::SetAside { .. }
        | Statement::MakeRoom { .. }
        | Statement::Drop { .. }
        | Statement::DropConstraint { .. }
        | Statement::Guard { .. }
        | Statement::Remark(_) => None,
    }
}

/// Returns the name of the foreign key that a carried alteration of a table adds: its own, or that which PostgreSQL gives it.
fn foreign_key(table: &QualifiedName, action: &str) -> Option<PgIdent> {
    let tokens = tokens(action);
    let mut cursor = Cursor::new(action, &tokens);
    cursor.eat("add").then_some(())?;
    if cursor.eat("constraint") {
        let name = cursor.ident()?;
        return cursor.eat("foreign key").then_some(name);
    }
    cursor.eat("foreign key").then_some(())?;
    let columns = cursor.group()?.split().into_iter().filter_map(|mut column| {
        column.eat("period");
        column.ident()
    });
    let columns: Vec<String> = columns.map(|column| column.as_str().to_owned()).collect();
    Some(PgIdent::new(object_name(table.name.as_str(), &columns.join("_"), "fkey")))
}

/// Tells whether a statement drops one of some extensions.
pub(super) fn drops_extension(statement: &Statement, names: &[&str]) -> bool {
    match statement {
        Statement::Drop { kind: "EXTENSION", name } => names.contains(&name.name.as_str()),
        Statement::Verbatim { text, .. } => {
            let rest = text.strip_prefix("DROP EXTENSION ").unwrap_or_default();
            let rest = rest.strip_prefix("IF EXISTS ").unwrap_or(rest);
            names.contains(&rest.trim_end_matches(';').trim().trim_matches('"'))
        }
        _ => false,
    }
}

/// Kinds of carried statements that their tables do not take along, with how they are dropped.
const DROPPED: &[(&str, &str)] = &[
    ("domain", "DOMAIN"),
    ("function", "FUNCTION"),
    ("materialized view", "MATERIALIZED VIEW"),
    ("procedure", "PROCEDURE"),
    ("sequence", "SEQUENCE"),
    ("table", "TABLE"),
    ("type", "TYPE"),
    ("view", "VIEW"),
];

/// What columns may need.
const LAST: &[&str] = &[
    "DROP ACCESS METHOD ",
    "DROP COLLATION ",
    "DROP FOREIGN DATA WRAPPER ",
    "DROP LANGUAGE ",
    "DROP SERVER ",
    "DROP TEXT SEARCH ",
];

/// Returns how what a carried statement creates is dropped; nothing for what goes with its table, or has no name.
pub(super) fn of_carried(schema: &Schema, data: &VerbatimData) -> Option<Statement> {
    // A function that takes or returns rows of a table is in the way of dropping that.
    let is_view = |other: &VerbatimData| matches!(other.kind.as_str(), "view" | "materialized view");
    let is_own = |name: &QualifiedName| {
        let view = |other: &&VerbatimData| is_view(other) && other.creates.as_ref() == Some(name);
        schema.find_table(name).is_some() || schema.verbatim.iter().any(|other| view(&other))
    };
    let needs_table = diff::types_of(data).iter().any(is_own)
        || routine::has_sql_body(&data.text.node) && data.names.iter().any(is_own);
    if needs_table || is_overloaded(schema, data) {
        let (_, text) = diff::taken_back(data)?;
        return Some(Statement::Verbatim { text, drop: None });
    }
    if let Some((_, kind)) = DROPPED.iter().find(|(kind, _)| *kind == data.kind) {
        return Some(Statement::Drop { kind, name: data.creates.clone()? });
    }
    if matches!(data.kind.as_str(), "grant" | "revoke" | "alter default privileges") {
        let text = privilege::taken_back(schema, data)?;
        return Some(Statement::Verbatim { text, drop: None });
    }
    if data.kind == "comment"
        && Cursor::new(&data.text.node, &tokens(&data.text.node)).eat("comment on schema public")
    {
        // What every database has, and how it is described there.
        let text = "COMMENT ON SCHEMA public IS 'standard public schema'".to_owned();
        return Some(Statement::Verbatim { text, drop: None });
    }
    if data.kind == "comment" {
        return Some(Statement::Verbatim { text: diff::comment_taken_back(data)?, drop: None });
    }
    let (table, text) = diff::taken_back(data)?;
    // A policy on a table of the platform is all that its migration adds to that.
    let goes_along = |table: &QualifiedName| {
        schema.find_table(table).is_some_and(|table| !table.data.external)
            || schema.verbatim.iter().any(|other| other.creates.as_ref() == Some(table))
    };
    if table.as_ref().is_some_and(|table| goes_along(table) && !holds_another(schema, data, table)) {
        return None;
    }
    Some(Statement::Verbatim { text, drop: None })
}

/// Tells whether a routine shares its name with another one, so that its name alone does not say which is meant.
fn is_overloaded(schema: &Schema, data: &VerbatimData) -> bool {
    let is_routine = |data: &VerbatimData| matches!(data.kind.as_str(), "function" | "procedure");
    let same = |other: &&VerbatimData| is_routine(other) && other.creates == data.creates;
    is_routine(data) && data.creates.is_some() && schema.verbatim.iter().filter(same).nth(1).is_some()
}

/// Tells whether a rule or policy of a table names another one that comes after that, and so is dropped while it is still there.
fn holds_another(schema: &Schema, data: &VerbatimData, table: &QualifiedName) -> bool {
    let place = |name: &QualifiedName| schema.find_table(name).map(|table| table.id);
    let own = place(table);
    matches!(data.kind.as_str(), "rule" | "policy") && data.names.iter().any(|name| place(name) > own)
}

#[cfg(test)]
mod tests {
    use super::foreign_key;
    use crate::model::QualifiedName;

    #[test]
    fn carried_foreign_keys_have_a_name() {
        let check = |action: &str, name: Option<&str>| {
            let found = foreign_key(&QualifiedName::new(None, "stays"), action);
            assert_eq!(found.as_ref().map(|name| name.as_str()), name, "{action}");
        };
        check("ADD FOREIGN KEY (room_id, PERIOD at) REFERENCES rooms", Some("stays_room_id_at_fkey"));
        check(
            "ADD CONSTRAINT \"In Room\" FOREIGN KEY (room_id) REFERENCES rooms NOT ENFORCED",
            Some("In Room"),
        );
        check("ADD CONSTRAINT rooms_pk PRIMARY KEY (id, during WITHOUT OVERLAPS)", None);
        check("ENABLE ROW LEVEL SECURITY", None);
    }
}
