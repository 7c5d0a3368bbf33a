use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::source::decl::ConventionKind;

declare_rule! {
    /// The document says that row level security is on everywhere, and a table leaves it off.
    ///
    /// Whoever may read the table at all reads every row of it, past every policy. Where a catalogue only lists key columns,
    /// generation switches it on; where SQL defines the table, the document has to.
    ///
    /// ```toml
    /// [[conventions]]
    /// says = "Security"
    /// ```
    ///
    /// ````md fail
    /// ## Security
    ///
    /// RLS is enabled on all tables.
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table notes (id bigint primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// ## Security
    ///
    /// RLS is enabled on all tables.
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table notes (id bigint primary key);
    /// alter table notes enable row level security;
    /// create policy "everybody reads" on notes for select using (true);
    /// ```
    /// ````
    "rls-not-enabled", Group::Security, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    // One statement is enough: a second one says no more about a table.
    let mut seen = std::collections::BTreeSet::new();
    for data in cx.schema.conventions.iter().filter(|data| matches!(data.kind, ConventionKind::RowSecurity)) {
        for table in data.tables.iter().map(|id| cx.schema.table(*id)) {
            if !table.has_row_security() && seen.insert(table.id) {
                let name = table.name().plain();
                cx.report(&name, table.span(), format!("`{name}` leaves row level security off"))
                    .label(data.text.span, "the document says that it is on")
                    .help(format!("add `ALTER TABLE {} ENABLE ROW LEVEL SECURITY`", table.name()));
            }
        }
    }
}
