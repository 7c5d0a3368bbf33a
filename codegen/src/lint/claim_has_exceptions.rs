use super::counting;
use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::{PgType, Table, plain_name};
use crate::source::decl::ClaimKind;
use crate::span::Span;

declare_rule! {
    /// The document says something of all foreign keys, columns or primary keys that is not true of some.
    ///
    /// "All foreign keys are indexed", "all `tenant_id` columns are indexed", "all tables use UUID": readers rely on it. A statement that
    /// an entry of `[[conventions]]` in `schema.toml` makes a rule is held by that rule instead. Tables that are described in words alone
    /// are not looked at, since words leave things out.
    ///
    /// ````md fail
    /// Indexes: all foreign keys are indexed.
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// create table orders (id bigint primary key, user_id bigint references users (id));
    /// ```
    /// ````
    ///
    /// ````md pass
    /// Indexes: all foreign keys are indexed.
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// create table orders (id bigint primary key, user_id bigint references users (id));
    /// create index on orders (user_id);
    /// ```
    /// ````
    "claim-has-exceptions", Group::Consistency, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let mut told: Vec<(String, Vec<Span>)> = Vec::new();
    for data in cx.schema.claims.iter().filter(|data| data.written_out) {
        let (what, all, exceptions) = match &data.claim.kind {
            ClaimKind::Indexed(None) => {
                let keys = || cx.schema.own_tables().flat_map(Table::foreign_keys);
                let bare = keys().filter(|key| !key.table.has_index_on(&key.data.columns));
                ("foreign keys", keys().count(), bare.map(|key| (key.to_string(), key.data.span)).collect())
            }
            ClaimKind::Indexed(Some(name)) => {
                let name = plain_name(&name.node);
                let columns = || {
                    let all = cx.schema.own_tables().flat_map(Table::columns);
                    all.filter(|column| plain_name(column.name()) == name)
                };
                let bare = columns().filter(|column| !column.table.has_index_on(&[column.id]));
                ("columns", columns().count(), bare.map(|column| (column.path(), column.span())).collect())
            }
            ClaimKind::KeysOfType(ty) => {
                let wanted = PgType::parse(&ty.node);
                let off = |table: &Table<'_>| {
                    let key = table.primary_key();
                    key.is_none_or(|key| key.columns.iter().any(|id| *table.column(*id).ty() != wanted))
                };
                let tables = || cx.schema.own_tables().filter(|table| !table.is_join_table());
                let off = tables().filter(off);
                (
                    "primary keys",
                    tables().count(),
                    off.map(|table| (table.name().plain(), table.span())).collect(),
                )
            }
            ClaimKind::Count(_) | ClaimKind::Names { .. } => continue,
        };
        let exceptions: Vec<(String, Span)> = exceptions;
        let spans: Vec<Span> = exceptions.iter().map(|(_, span)| *span).collect();
        // What a document says twice is reported once.
        if exceptions.is_empty() || told.iter().any(|(known, places)| known == what && *places == spans) {
            continue;
        }
        told.push((what.to_owned(), spans));
        let message =
            format!("the document says so of all, and {} of {all} {what} are otherwise", exceptions.len());
        let diagnostic = cx.report(what, data.claim.text.span, message);
        for (name, span) in exceptions.iter().take(counting::PLACES) {
            diagnostic.label(*span, format!("not so: `{name}`"));
        }
        let names = counting::names(exceptions.iter().map(|(name, _)| name.as_str()));
        diagnostic.help(format!("not so: {names}")).help("correct the sentence, or the schema");
    }
}
