//! What takes a migration back.

use super::statement::Statement;
use super::up::Up;
use crate::config::RollbackPolicy;
use crate::model::QualifiedName;

/// Returns the statements that take a file back, in exact reverse, behind what its policy demands; where it may never be taken
/// back there is nothing but the refusal.
pub(super) fn reverse(up: &Up, policy: RollbackPolicy, reason: Option<&str>, file: &str) -> Vec<Statement> {
    let guard = || Statement::Guard { policy, file: file.to_owned(), reason: reason.map(str::to_owned) };
    let undo = || {
        let statements = up.sections.iter().flat_map(|section| &section.statements);
        statements.rev().filter_map(inverse)
    };
    match policy {
        RollbackPolicy::Free => undo().collect(),
        RollbackPolicy::StagingOnly => std::iter::once(guard()).chain(undo()).collect(),
        RollbackPolicy::Never => vec![guard()],
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
        Statement::Verbatim(text) => carried(text),
        // Indexes, comments and alterations go with their tables.
        Statement::CreateIndex(_) | Statement::Comment { .. } | Statement::AlterTable { .. } => None,
        Statement::Upsert(_)
        | Statement::Drop { .. }
        | Statement::DropConstraint { .. }
        | Statement::Guard { .. }
        | Statement::Remark(_) => None,
    }
}

/// Kinds of carried statements that something else than their table takes back, with how they are dropped.
const DROPPED: &[(&str, &str)] = &[
    ("materialized view", "MATERIALIZED VIEW"),
    ("view", "VIEW"),
    ("function", "FUNCTION"),
    ("procedure", "PROCEDURE"),
    ("domain", "DOMAIN"),
    ("type", "TYPE"),
    ("sequence", "SEQUENCE"),
    ("aggregate", "AGGREGATE"),
];

/// Returns the drop of what a carried statement creates, read off its head: `CREATE [OR REPLACE] KIND name`.
fn carried(text: &str) -> Option<Statement> {
    let folded = text.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    let lower = folded.to_lowercase();
    let head = lower.strip_prefix("create ")?;
    let head = head.strip_prefix("or replace ").unwrap_or(head);
    let (word, kind) = DROPPED.iter().find(|(word, _)| head.starts_with(&format!("{word} ")))?;
    let rest = folded.get(folded.len() - head.len() + word.len() + 1..)?;
    let rest =
        rest.strip_prefix("IF NOT EXISTS ").or_else(|| rest.strip_prefix("if not exists ")).unwrap_or(rest);
    let end = rest.find(['(', ' ', ';']).unwrap_or(rest.len());
    let name = crate::model::types::type_name(rest.get(..end)?);
    Some(Statement::Drop { kind, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carried_statements_create_is_dropped() {
        let check = |sql: &str, expected: Option<(&str, &str)>| {
            let found = carried(sql).map(|statement| match statement {
                Statement::Drop { kind, name } => (kind, name.to_string()),
                other => panic!("{other:?}"),
            });
            assert_eq!(found, expected.map(|(kind, name)| (kind, name.to_owned())), "{sql}");
        };
        check("CREATE OR REPLACE FUNCTION app.touch()\nRETURNS trigger …", Some(("FUNCTION", "app.touch")));
        check("create materialized view totals as select 1", Some(("MATERIALIZED VIEW", "totals")));
        check("create domain email as text", Some(("DOMAIN", "email")));
        check("create trigger t before update on x", None);
        check("create policy p on x", None);
        check("grant select on x to y", None);
    }
}
