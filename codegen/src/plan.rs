//! Every decision that the emitters print: what is created in which file and order, under which names.

pub mod document;
pub mod import;
pub mod ledger;
pub mod migration;
pub mod pgtap;
pub mod rust;

use crate::config::Config;
use crate::diag::Sink;
use crate::model::Schema;
use crate::span::Sources;
use ledger::Released;
use migration::Printer;

/// Everything that is going to be printed.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Migrations and seeds.
    pub migrations: migration::MigrationPlan,
    /// The Rust crate.
    pub rust: rust::RustPlan,
    /// Tests of the database.
    pub pgtap: pgtap::TestPlan,
    /// The documents.
    pub document: document::DocumentPlan,
}

/// Decides everything that the emitters print.
///
/// Of what was `released` only the difference is planned; `print` is what prints migrations.
pub fn plan(
    schema: &Schema,
    released: Option<&Released>,
    sources: &Sources,
    config: &Config,
    print: Printer,
    sink: &mut Sink,
) -> Plan {
    // The documents show what is found about the schema, and not what is pending of it.
    let mut pending = sink.fresh();
    let migrations = migration::plan(schema, released, config, print, sink, &mut pending);
    let rust = rust::plan(schema, config, sink);
    let pgtap = if config.tests.pgtap { pgtap::plan(schema, config) } else { pgtap::TestPlan::default() };
    // Last, because the page counts what the others found.
    let document = document::plan(schema, sources, config, sink);
    sink.absorb(pending);
    Plan { migrations, rust, pgtap, document }
}
