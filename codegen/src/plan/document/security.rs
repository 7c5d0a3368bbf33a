//! Who may do what with the rows of a module's tables: row level security as a matrix, and its policies.

use serde::Serialize;

use super::Cx;
use super::place::Link;
use crate::model::{QualifiedName, Table, TableId};
use crate::source::sql::policy::{self, Command, Policy};
use crate::span::Span;

/// Row level security of one module.
#[derive(Clone, Debug, Serialize)]
pub struct Security {
    /// A row a table.
    pub tables: Vec<SecurityRow>,
    /// The policies, in the order of the tables.
    pub policies: Vec<PolicyEntry>,
}

/// Row level security of one table.
#[derive(Clone, Debug, Serialize)]
pub struct SecurityRow {
    /// The table.
    pub table: Link,
    /// Whether it is on.
    pub enabled: bool,
    /// For SELECT, INSERT, UPDATE and DELETE the numbers of the policies that let rows in, from one.
    pub commands: Vec<Vec<usize>>,
}

/// A policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyEntry {
    /// Its name.
    pub name: String,
    /// Its table.
    pub table: Link,
    /// What it is about, as SQL.
    pub command: &'static str,
    /// Whether it only keeps rows out.
    pub restrictive: bool,
    /// The roles that it holds for; empty for all.
    pub roles: Vec<String>,
    /// The condition on rows that are there, as SQL.
    pub using: Option<String>,
    /// The condition on new rows, as SQL; none where it is the same.
    pub check: Option<String>,
    /// Where it was said.
    pub place: Link,
}

/// Returns what is known of the tables of a group; none where no table has row level security or a policy.
pub(crate) fn plan(cx: &Cx<'_>, tables: &[TableId]) -> Option<Security> {
    let policies = policies(cx);
    let mut security = Security { tables: Vec::new(), policies: Vec::new() };
    let own = || tables.iter().map(|id| cx.schema.table(*id)).filter(|table| !table.data.external);
    if !own().any(|table| table.has_row_security() || policies.iter().any(|(of, ..)| of == table.name())) {
        return None;
    }
    for table in own() {
        let mut commands = vec![Vec::new(); Command::EACH.len()];
        for (_, policy, span) in policies.iter().filter(|(of, ..)| of == table.name()) {
            let number = security.policies.len() + 1;
            for (at, command) in Command::EACH.iter().enumerate() {
                let is_about = policy.command == *command || policy.command == Command::All;
                if let Some(cell) = commands.get_mut(at).filter(|_| is_about) {
                    cell.push(number);
                }
            }
            security.policies.push(entry(cx, table, policy, *span));
        }
        let enabled = table.has_row_security();
        security.tables.push(SecurityRow { table: cx.anchors.table(table), enabled, commands });
    }
    Some(security)
}

fn policies(cx: &Cx<'_>) -> Vec<(QualifiedName, Policy, Span)> {
    let carried = cx.schema.verbatim.iter().filter(|data| data.kind == "policy");
    carried
        .filter_map(|data| {
            let policy = policy::read(&data.text)?;
            let schema = policy.table.schema.as_ref().map(|schema| schema.node.as_str());
            let table = QualifiedName::new(schema, policy.table.name.node.clone());
            Some((table, policy, data.text.span))
        })
        .collect()
}

fn entry(cx: &Cx<'_>, table: Table<'_>, policy: &Policy, span: Span) -> PolicyEntry {
    PolicyEntry {
        name: policy.name.clone(),
        table: cx.anchors.table(table),
        command: policy.command.as_str(),
        restrictive: !policy.permissive,
        roles: policy.roles.clone(),
        using: policy.using.clone(),
        check: policy.check.clone().filter(|check| policy.using.as_ref() != Some(check)),
        place: cx.places.link(span),
    }
}
