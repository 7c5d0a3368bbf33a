//! The documents.

use crate::config::Config;
use crate::diag::Sink;
use crate::model::Schema;

/// The documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentPlan {}

/// Decides what is printed.
pub fn plan(_schema: &Schema, _config: &Config, _sink: &mut Sink) -> DocumentPlan {
    DocumentPlan::default()
}
