//! What was understood of documents, before lowering.

use serde_json::{Value, json};

use crate::diag::{Diagnostic, to_json as diagnostics_to_json};
use crate::source::decl::Decl;
use crate::span::Sources;

/// Returns what the declarations say, as data.
pub fn to_json(_decls: &[Decl], diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    json!({
        "diagnostics": diagnostics_to_json(diagnostics, sources),
        "prisma": crate::source::prisma::data_model(sources),
    })
}

/// Returns what the declarations say, for a person.
pub fn to_text(decls: &[Decl], _sources: &Sources) -> String {
    format!("{} declarations\n", decls.len())
}
