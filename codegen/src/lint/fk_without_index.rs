use super::{Check, Group, LintCx};
use crate::config::Level;

declare_rule! {
    /// The document asks for no index whose leading columns are those of a foreign key.
    ///
    /// Deleting or renumbering a referenced row then scans the whole referencing table, and holds its lock meanwhile.
    /// Generation adds the index; this finding says that the document does not mention it.
    ///
    /// ```sql fail
    /// create table users (id bigint primary key);
    /// create table posts (
    ///   id bigint primary key,
    ///   user_id bigint references users (id)
    /// );
    /// ```
    ///
    /// ```sql pass
    /// create table users (id bigint primary key);
    /// create table posts (
    ///   id bigint primary key,
    ///   user_id bigint references users (id)
    /// );
    /// create index on posts (user_id);
    /// ```
    "fk-without-index", Group::Indexes, Level::Info => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for key in cx.schema.own_tables().flat_map(|table| table.foreign_keys()) {
        if key.data.enforced && !key.table.has_index_on(&key.data.columns) {
            let columns = key.table.column_names(&key.data.columns).join(", ");
            let object = format!("{}.{columns}", key.table.name().plain());
            cx.report(&object, key.data.span, format!("the document asks for no index behind {key}"))
                .help(format!("generation adds one on `{}({columns})`", key.table.name().plain()));
        }
    }
}
