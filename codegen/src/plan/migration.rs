//! Migrations and seeds.

use crate::config::Config;
use crate::diag::Sink;
use crate::model::Schema;

/// Migrations and seeds.
#[derive(Clone, Debug, Default)]
pub struct MigrationPlan {}

/// Decides what is printed.
pub fn plan(_schema: &Schema, _config: &Config, _sink: &mut Sink) -> MigrationPlan {
    MigrationPlan::default()
}
