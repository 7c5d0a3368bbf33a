//! The Rust crate.

use crate::config::Config;
use crate::diag::Sink;
use crate::model::Schema;

/// The Rust crate.
#[derive(Clone, Debug, Default)]
pub struct RustPlan {}

/// Decides what is printed.
pub fn plan(_schema: &Schema, _config: &Config, _sink: &mut Sink) -> RustPlan {
    RustPlan::default()
}
