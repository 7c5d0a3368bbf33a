//! What was understood of documents, before lowering.

mod json;
mod text;

pub use json::to_json;
pub use text::to_text;
