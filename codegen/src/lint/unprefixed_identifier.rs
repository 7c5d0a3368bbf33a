use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::Column;
use crate::model::types::PgType;

declare_rule! {
    /// A key has no ID prefix although the document gives prefixes to keys.
    ///
    /// Where identifiers are texts such as `u_7f3a`, the prefix tells what an identifier names, in logs, in URLs and in
    /// conversations. A table left out of the convention is the one whose identifiers get mixed up. A key that references
    /// another table bears that table's prefix and is not looked at.
    ///
    /// ````md fail
    /// - `u_` — user
    /// - `t_` — team
    ///
    /// ```sql
    /// create table users (id text primary key); -- u_...
    /// create table teams (id text primary key); -- t_...
    /// create table sessions (id text primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// - `u_` — user
    /// - `s_` — session
    ///
    /// ```sql
    /// create table users (id text primary key);
    /// create table sessions (id text primary key);
    /// ```
    /// ````
    "unprefixed-identifier", Group::Keys, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    if cx.schema.prefixes.is_empty() {
        return;
    }
    for column in cx.schema.own_tables().flat_map(|table| table.columns()) {
        if is_own_text_key(column) && column.data.prefix.is_none() {
            let table = column.table.name().plain();
            cx.report(
                &column.path(),
                column.span(),
                format!("`{}` is a key without an ID prefix", column.path()),
            )
            .help(format!(
                "add a prefix for `{table}` to the list, or write it behind the column: `-- x_...`"
            ));
        }
    }
}

fn is_own_text_key(column: Column<'_>) -> bool {
    let is_text = match column.ty() {
        PgType::Builtin { name, .. } => matches!(*name, "text" | "varchar" | "char" | "bpchar"),
        PgType::Extension { name, .. } => *name == "citext",
        PgType::Enum(_) | PgType::Defined(_) | PgType::Array(_) | PgType::Unknown(_) => false,
    };
    is_text && column.is_primary_key() && column.foreign_keys().next().is_none()
}
