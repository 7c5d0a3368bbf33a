//! Migrations and seeds: what is created in which file and order, and what takes it back.

pub mod again;
pub(in crate::plan) mod constraint;
pub mod diff;
mod down;
pub mod layout;
pub(in crate::plan) mod names;
mod order;
mod pending;
mod place;
mod role;
pub mod rollback;
mod seed;
mod services;
pub mod statement;
pub(in crate::plan) mod up;

use crate::config::{Config, PlatformName, RollbackPolicy};
use crate::diag::Sink;
use crate::model::Schema;
use crate::model::ident::literal;
use crate::plan::ledger::Released;
pub use pending::Printer;
pub use seed::rows;
use statement::Statement;

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
    /// What it does, by kind, in order; no section is empty.
    pub up: Vec<Section>,
    /// What takes it back, in order.
    pub down: Vec<Statement>,
    /// Whether the down part may run.
    pub policy: RollbackPolicy,
    /// Why it may not.
    pub reason: Option<String>,
    /// Whether a runner may open a transaction around it.
    pub transactional: bool,
    /// The steps of a change of what is released; empty in the first migrations of a schema.
    pub steps: Vec<diff::Step>,
}

/// Statements of one kind.
#[derive(Clone, Debug)]
pub struct Section {
    /// What they are.
    pub title: String,
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

/// Decides what is created in which file and order: all of it, or what was not released yet, findings about which go to `pending`.
pub fn plan(
    schema: &Schema,
    released: Option<&Released>,
    config: &Config,
    print: Printer,
    sink: &mut Sink,
    pending: &mut Sink,
) -> MigrationPlan {
    rollback::check(schema, released, config, sink);
    let migrations = match released {
        Some(released) => pending::plan(released, schema, config, print, pending),
        None => first(schema, config),
    };
    MigrationPlan { migrations, seeds: seed::files(schema, sink) }
}

/// Plans the migrations that make everything.
fn first(schema: &Schema, config: &Config) -> Vec<Migration> {
    let names = names::choose(schema, config);
    let files = place::place(schema);
    let ups = up::files(schema, config, &names, &files);
    let migration = |(file, up): (&place::File, up::Up)| {
        let tables: Vec<String> = file.tables.iter().map(|id| schema.table(*id).name().plain()).collect();
        let rules = tables.iter().flat_map(|name| schema.rollback_rules(config, name));
        let (policy, reason) = rollback::strictest(rules);
        let mut down = down::reverse(&up, policy, reason.as_deref(), &file.name);
        // What a project comes with was not made by its migrations.
        let brought = config.platform.name.map_or(&[][..], PlatformName::extensions);
        down.retain(|statement| !down::drops_extension(statement, brought));
        let down = bounded(down, true, policy, config);
        let up = timeouts(config).into_iter().chain(up.sections).chain(timeouts_end(config)).collect();
        let file = file.name.clone();
        Migration { file, up, down, policy, reason, transactional: true, steps: Vec::new() }
    };
    files.iter().zip(ups).map(migration).collect()
}

/// Returns how long the statements of a migration wait and run, where `schema.toml` says it.
fn timeouts(config: &Config) -> Option<Section> {
    // In a runner's transaction the setting ends with it; else it holds until it is taken back.
    let local = if layout::opens_transactions(config.migrations.layout) { "LOCAL " } else { "" };
    let set = |(name, value): (&str, &str)| format!("SET {local}{name} = {}", literal(value));
    section("Timeouts", bounds(config).map(set))
}

/// Returns what takes these settings back, where no transaction does: a file that runs outside one may come next.
fn timeouts_end(config: &Config) -> Option<Section> {
    let holds = !layout::opens_transactions(config.migrations.layout);
    section("End of the timeouts", bounds(config).filter(|_| holds).map(|(name, _)| format!("RESET {name}")))
}

/// Returns the settings of PostgreSQL that bound how long statements wait and run, with their values.
fn bounds(config: &Config) -> impl Iterator<Item = (&'static str, &str)> {
    let migrations = &config.migrations;
    let settings =
        [("lock_timeout", &migrations.lock_timeout), ("statement_timeout", &migrations.statement_timeout)];
    settings.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.node.as_str())))
}

fn section(title: &str, statements: impl Iterator<Item = String>) -> Option<Section> {
    let statements: Vec<Statement> =
        statements.map(|text| Statement::Verbatim { text, drop: None }).collect();
    (!statements.is_empty()).then(|| Section { title: title.to_owned(), statements })
}

/// Puts in front of a part down how long its statements wait and run, where it does anything and runs in a transaction.
fn bounded(
    down: Vec<Statement>,
    transactional: bool,
    policy: RollbackPolicy,
    config: &Config,
) -> Vec<Statement> {
    if down.is_empty() || !transactional || policy == RollbackPolicy::Never {
        return down;
    }
    let of = |section: Option<Section>| section.into_iter().flat_map(|section| section.statements);
    of(timeouts(config)).chain(down).chain(of(timeouts_end(config))).collect()
}
