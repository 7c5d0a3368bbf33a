//! What documents state of the schema in words, and what follows from it.

use super::{Fact, ModuleId, TableId};
use crate::source::decl::{ClaimDecl, ConventionKind};
use crate::span::Span;

/// A convention that the documents state and that holds.
#[derive(Clone, Debug)]
pub struct ConventionData {
    /// What it demands.
    pub kind: ConventionKind,
    /// The statement.
    pub text: Fact<String>,
    /// The tables that it speaks of.
    pub tables: Vec<TableId>,
}

/// Something that the documents claim of the schema.
#[derive(Clone, Debug)]
pub struct ClaimData {
    /// The claim as it stands.
    pub claim: ClaimDecl,
    /// The table that it speaks of.
    pub table: Option<TableId>,
    /// The enumerated type that it speaks of, by its place among them.
    pub data_type: Option<usize>,
    /// The module that it speaks of.
    pub module: Option<ModuleId>,
    /// Whether every table is written out in a language for schemas, so that what is not there is missing.
    pub written_out: bool,
}

/// Something that follows from a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferredData {
    /// The table, or `table.column`.
    pub object: String,
    /// What follows: `column deleted_at`, `index (status)`, `policy "…"`.
    pub what: String,
    /// The rule, in the words that state it.
    pub rule: String,
    /// Where the rule is stated.
    pub span: Span,
}
