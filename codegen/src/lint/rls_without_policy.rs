use std::collections::BTreeSet;

use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::QualifiedName;
use crate::source::sql::policy;

declare_rule! {
    /// Row level security is on for a table that has no policy.
    ///
    /// Nobody but the table's owner and roles that pass by row level security sees or writes a row: for an application that
    /// signs in as anybody else the table is empty, without an error.
    ///
    /// ```sql fail
    /// create table notes (id bigint primary key);
    /// alter table notes enable row level security;
    /// ```
    ///
    /// ```sql pass
    /// create table notes (id bigint primary key);
    /// alter table notes enable row level security;
    /// create policy "everybody reads" on notes for select using (true);
    /// ```
    "rls-without-policy", Group::Security, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let policies = cx.schema.verbatim.iter().filter(|data| data.kind == "policy");
    let held: BTreeSet<QualifiedName> = policies
        .filter_map(|data| policy::read(&data.text))
        .map(|policy| {
            let schema = policy.table.schema.as_ref().map(|schema| schema.node.as_str());
            QualifiedName::new(schema, policy.table.name.node.clone())
        })
        .collect();
    for table in cx.schema.own_tables().filter(|table| table.has_row_security()) {
        if !held.contains(table.name()) {
            let name = table.name().plain();
            cx.report(&name, table.span(), format!("`{name}` has row level security and no policy"))
                .help("write a policy for whoever is to see its rows, or say why nobody is");
        }
    }
}
