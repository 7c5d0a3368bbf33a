//! What was understood of documents: declarations, what follows from them by rules, and what was left over.

mod json;
mod rest;
mod text;

pub use json::to_json;
pub use rest::{inferred, rest_to_json, rest_to_text};
pub use text::to_text;
