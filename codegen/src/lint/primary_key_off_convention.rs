use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::{PgType, Table};
use crate::source::decl::ConventionKind;

declare_rule! {
    /// The document says what primary keys look like, and a table has another or none.
    ///
    /// Code that takes keys of any table for one type breaks on this one. A table whose key is made of the tables that it joins is not
    /// looked at.
    ///
    /// ```toml
    /// [[conventions]]
    /// says = "Conventions"
    /// ```
    ///
    /// ````md fail
    /// ## Conventions
    ///
    /// - All primary keys use UUID
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// ## Conventions
    ///
    /// - All primary keys use UUID
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table users (id uuid primary key);
    /// ```
    /// ````
    "primary-key-off-convention", Group::Conventions, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for data in &cx.schema.conventions {
        let ConventionKind::PrimaryKeys { ty: Some(ty), .. } = &data.kind else { continue };
        let wanted = PgType::parse(&ty.node);
        for table in data.tables.iter().map(|id| cx.schema.table(*id)).filter(|table| !table.is_join_table())
        {
            if let Some(what) = differs(table, &wanted) {
                let name = table.name().plain();
                let place = table.primary_key().map_or(table.span(), |key| key.span);
                cx.report(&name, place, format!("{what}, and primary keys are `{wanted}`"))
                    .label(data.text.span, "the document says so")
                    .help(
                        "change the key, or name the table under `except` in the entry of `[[conventions]]`",
                    );
            }
        }
    }
}

fn differs(table: Table<'_>, wanted: &PgType) -> Option<String> {
    let name = table.name().plain();
    let Some(key) = table.primary_key() else { return Some(format!("`{name}` has no primary key")) };
    let other = key.columns.iter().map(|id| table.column(*id)).find(|column| column.ty() != wanted)?;
    Some(format!("`{}` is `{}`", other.path(), other.ty()))
}
