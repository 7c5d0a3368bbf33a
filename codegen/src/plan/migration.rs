//! Migrations and seeds: what is created in which file and order, and what takes it back.

mod constraint;
pub mod diff;
mod down;
pub mod layout;
mod names;
mod order;
mod place;
mod seed;
mod services;
pub mod statement;
mod up;

use crate::config::{Config, RollbackPolicy};
use crate::diag::{Code, Sink, did_you_mean};
use crate::model::{Schema, Table, TableId};
use statement::Statement;

const UNMATCHED: Code = Code::new("config-unmatched");

/// Migrations in their order, and seeds.
#[derive(Clone, Debug, Default)]
pub struct MigrationPlan {
    /// Migration files, in the order in which they run.
    pub migrations: Vec<Migration>,
    /// Seed files, in the order in which they run, after all migrations.
    pub seeds: Vec<SeedFile>,
}

/// One migration file.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The file's name.
    pub file: String,
    /// The tables that it creates, in the order in which it creates them.
    pub tables: Vec<TableId>,
    /// What it does, by kind, in order; no section is empty.
    pub up: Vec<Section>,
    /// What takes it back, in order.
    pub down: Vec<Statement>,
    /// Whether the down part may run.
    pub policy: RollbackPolicy,
    /// Why it may not.
    pub reason: Option<String>,
}

/// Statements of one kind.
#[derive(Clone, Debug)]
pub struct Section {
    /// What they are.
    pub title: &'static str,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// One seed file.
#[derive(Clone, Debug)]
pub struct SeedFile {
    /// The file's name.
    pub file: String,
    /// Upserts, which may run twice.
    pub statements: Vec<Statement>,
}

/// Decides what is created in which file and order.
pub fn plan(schema: &Schema, config: &Config, sink: &mut Sink) -> MigrationPlan {
    check_rollback(schema, config, sink);
    let names = names::choose(schema, config);
    let files = place::place(schema);
    let ups = up::files(schema, config, &names, &files);
    let migrations = files
        .iter()
        .zip(ups)
        .map(|(file, up)| {
            let (policy, reason) = rollback(schema, config, &file.tables);
            let down = down::reverse(&up, policy, reason.as_deref(), &file.name);
            Migration { file: file.name.clone(), tables: up.tables, up: up.sections, down, policy, reason }
        })
        .collect();
    MigrationPlan { migrations, seeds: seed::files(schema, sink) }
}

/// Returns the strictest policy of a file's tables, with the reasons for it.
fn rollback(schema: &Schema, config: &Config, tables: &[TableId]) -> (RollbackPolicy, Option<String>) {
    let names: Vec<String> = tables.iter().map(|id| schema.table(*id).name().plain()).collect();
    let rules = || {
        let rules = config.migrations.rollback.iter();
        rules.filter(|rule| names.iter().any(|name| rule.tables.matches(name)))
    };
    let policy = rules().map(|rule| rule.policy.node).max().unwrap_or_default();
    let mut reasons: Vec<&str> =
        rules().filter(|rule| rule.policy.node == policy).filter_map(|rule| rule.reason.as_deref()).collect();
    reasons.dedup();
    (policy, (!reasons.is_empty()).then(|| reasons.join(" ")))
}

/// Reports entries of `[[rollback]]` that match no table.
fn check_rollback(schema: &Schema, config: &Config, sink: &mut Sink) {
    let names: Vec<String> = schema.own_tables().map(Table::name).map(|name| name.plain()).collect();
    for rule in &config.migrations.rollback {
        if !names.iter().any(|name| rule.tables.matches(name)) {
            let hint = did_you_mean(rule.tables.as_str(), names.iter().map(String::as_str));
            sink.error(
                UNMATCHED,
                rule.tables.span(),
                format!("no table is named `{}`", rule.tables.as_str()),
            )
            .help(hint)
            .help("remove the name, or name a table that the documents define");
        }
    }
}
