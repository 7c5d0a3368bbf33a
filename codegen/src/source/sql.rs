//! PostgreSQL.

use crate::diag::Sink;
use crate::source::decl::{Decl, Language};
use crate::source::{Frontend, Reading};
use crate::span::Fragment;

/// The SQL front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Sql,
    name: "SQL",
    extensions: &["sql"],
    fences: &["sql", "postgresql", "postgres", "pgsql", "plpgsql", "psql"],
    parse,
    imports: |_| Vec::new(),
};

fn parse(_fragment: &Fragment<'_>, _cx: &Reading<'_>, _sink: &mut Sink) -> Vec<Decl> {
    Vec::new()
}
