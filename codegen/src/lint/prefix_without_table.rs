use super::{Check, Group, LintCx};
use crate::config::Level;

declare_rule! {
    /// The list of ID prefixes gives one to something that is no table.
    ///
    /// Either the table is missing from the document, or the prefix was left behind when the table went.
    ///
    /// ````md fail
    /// - `u_` — user
    /// - `inv_` — invoice
    ///
    /// ```sql
    /// create table users (id text primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// - `u_` — user
    /// - `inv_` — invoice
    ///
    /// ```sql
    /// create table users (id text primary key);
    /// create table invoices (id text primary key);
    /// ```
    /// ````
    "prefix-without-table", Group::Keys, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for prefix in cx.schema.prefixes.iter().filter(|prefix| prefix.table.is_none()) {
        let (text, entity) = (&prefix.prefix.value, prefix.entity.node.trim());
        cx.report(
            entity,
            prefix.prefix.span,
            format!("no table is known for the prefix `{text}` of `{entity}`"),
        )
        .help("define the table, remove the prefix, or say which table is meant:")
        .help(format!("`[prefixes.tables]`, `\"{entity}\" = \"…\"` in schema.toml"));
    }
}
