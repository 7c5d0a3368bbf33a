use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::source::decl::ConventionKind;

declare_rule! {
    /// The document says that tables have a column, and a table has it not.
    ///
    /// Queries and triggers that are written for every table fail on this one. The convention holds where an entry of
    /// `[[conventions]]` in `schema.toml` names the line that states it. A table of which a catalogue lists only the key columns is given
    /// the column; one that says all its columns is looked at here.
    ///
    /// ```toml
    /// [[conventions]]
    /// says = "Conventions"
    /// ```
    ///
    /// ````md fail
    /// ## Conventions
    ///
    /// - All tables have `created_at`
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
    /// - All tables have `created_at`
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table users (id bigint primary key, created_at timestamptz);
    /// ```
    /// ````
    "convention-column-missing", Group::Conventions, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for data in &cx.schema.conventions {
        let columns: Vec<&str> = match &data.kind {
            ConventionKind::Columns(columns) => {
                columns.iter().map(|column| column.name.node.as_str()).collect()
            }
            ConventionKind::UpdateTrigger { column, .. } => vec![column.node.as_str()],
            _ => continue,
        };
        for table in data.tables.iter().map(|id| cx.schema.table(*id)) {
            for column in columns.iter().filter(|column| table.find_column(column).is_none()) {
                let name = table.name().plain();
                cx.report(&name, table.span(), format!("`{name}` has no column `{column}`"))
                    .label(data.text.span, "the document says that it has")
                    .help(
                        "add the column, or name the table under `except` in the entry of `[[conventions]]`",
                    );
            }
        }
    }
}
