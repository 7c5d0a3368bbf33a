use super::{Check, Group, LintCx};
use crate::config::{Level, RollbackPolicy};
use crate::source::decl::ConventionKind;

declare_rule! {
    /// The document says that every migration can be taken back, and one is never to be.
    ///
    /// One of the two is wrong: either the convention has an exception that it does not name, or the rollback policy forbids
    /// what the team relies on.
    ///
    /// ```toml
    /// [[conventions]]
    /// says = "Migrations"
    ///
    /// [[rollback]]
    /// tables = ["ledger"]
    /// policy = "never"
    /// ```
    ///
    /// ````md fail
    /// ## Migrations
    ///
    /// - Always reversible
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table ledger (id bigint primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// ## Ways back
    ///
    /// - Reversible where it can be
    ///
    /// ## Migrations
    ///
    /// - Always idempotent
    ///
    /// ## Tables
    ///
    /// ```sql
    /// create table ledger (id bigint primary key);
    /// ```
    /// ````
    "irreversible-migration", Group::Migrations, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for data in cx.schema.conventions.iter().filter(|data| matches!(data.kind, ConventionKind::Reversible)) {
        for table in cx.schema.own_tables() {
            let name = table.name().plain();
            let rules = cx.schema.rollback_rules(cx.config, &name);
            for rule in rules.filter(|rule| rule.policy.node == RollbackPolicy::Never) {
                cx.report(&name, table.span(), format!("the migration of `{name}` is never taken back"))
                    .label(data.text.span, "the document says that migrations can be")
                    .label(rule.names.span(), "and here it is ruled out")
                    .help("name the exception in the document, or relax the policy");
            }
        }
    }
}
