use std::collections::BTreeSet;

use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::{Table, TableId};

declare_rule! {
    /// The document orders migrations, and a table is in none of them.
    ///
    /// Whoever writes the migrations by the document's order forgets the table. Generation puts it with the tables of its
    /// module; the author may have meant another place. A table that only joins others belongs with them and is not looked at.
    ///
    /// ````md fail
    /// ```sql
    /// create table users (id bigint primary key);
    /// create table carts (id bigint primary key);
    /// ```
    ///
    /// ## Migration order
    ///
    /// ### 0001_users.sql
    ///
    /// Users
    /// ````
    ///
    /// ````md pass
    /// ```sql
    /// create table users (id bigint primary key);
    /// create table carts (id bigint primary key);
    /// ```
    ///
    /// ## Migration order
    ///
    /// ### 0001_users.sql
    ///
    /// Users, Carts
    /// ````
    "table-not-in-migration-order", Group::Migrations, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    if cx.schema.migrations.is_empty() {
        return;
    }
    let placed: BTreeSet<TableId> =
        cx.schema.migrations.iter().flat_map(|migration| migration.tables()).collect();
    for table in cx.schema.own_tables().filter(|table| !placed.contains(&table.id)) {
        if !joins_placed(table, &placed) {
            let name = table.name().plain();
            cx.report(&name, table.span(), format!("`{name}` is in no migration"))
                .help("name it under one of the migration files of the order");
        }
    }
}

fn joins_placed(table: Table<'_>, placed: &BTreeSet<TableId>) -> bool {
    table.is_join_table() && table.foreign_keys().all(|key| placed.contains(&key.data.referenced))
}
