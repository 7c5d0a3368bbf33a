//! Every decision that the emitters print: what is created in which file and order, under which names.

pub mod document;
pub mod migration;
pub mod rust;

use crate::config::Config;
use crate::diag::Sink;
use crate::model::Schema;
use crate::span::Sources;

/// Everything that is going to be printed.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Migrations and seeds.
    pub migrations: migration::MigrationPlan,
    /// The Rust crate.
    pub rust: rust::RustPlan,
    /// The documents.
    pub document: document::DocumentPlan,
}

/// Decides everything that the emitters print.
pub fn plan(schema: &Schema, sources: &Sources, config: &Config, sink: &mut Sink) -> Plan {
    Plan {
        migrations: migration::plan(schema, config, sink),
        rust: rust::plan(schema, config, sink),
        // Last, because the page counts what the others found.
        document: document::plan(schema, sources, config, sink),
    }
}
