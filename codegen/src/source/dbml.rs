//! DBML.

use crate::diag::Sink;
use crate::source::decl::{Decl, Language};
use crate::source::{Frontend, Reading};
use crate::span::Fragment;

/// The DBML front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Dbml,
    name: "DBML",
    extensions: &["dbml"],
    fences: &["dbml"],
    parse,
    imports,
};

fn parse(_fragment: &Fragment<'_>, _cx: &Reading<'_>, _sink: &mut Sink) -> Vec<Decl> {
    Vec::new()
}

fn imports(_text: &str) -> Vec<String> {
    Vec::new()
}
