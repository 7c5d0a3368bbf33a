//! Truthtable reads the documents in which a team describes its database and makes them true.

pub mod config;
pub mod diag;
pub mod emit;
pub mod expr;
pub mod inspect;
pub mod lint;
pub mod load;
pub mod model;
pub mod plan;
pub mod source;
pub mod span;
pub mod write;

use config::Config;
use diag::{Diagnostic, Severity, Sink};
use emit::{Emitting, FileSet};
use model::Schema;
use source::Reading;
use source::decl::Decl;
use span::{FileId, Sources};

/// What a run made of a schema.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Everything that the documents say.
    pub schema: Schema,
    /// The files that follow from it.
    pub files: FileSet,
}

/// Runs the whole pipeline over the files of one schema; what is to be said about them goes to `sink`.
pub fn generate(inputs: &[FileId], sources: &Sources, config: &Config, sink: &mut Sink) -> Outcome {
    // The documents show the findings about their schema, and those of no other.
    let mut own = sink.fresh();
    let inputs = ordered(inputs, sources);
    let decls = source::read(&inputs, &Reading { sources, config }, &mut own);
    lint::set_levels_of_leniencies(config, &mut own);
    let schema = model::lower(decls, config, &mut own);
    lint::run(&schema, config, &mut own);
    let plan = plan::plan(&schema, sources, config, &mut own);
    sink.absorb(own);
    let paths: Vec<String> = inputs.iter().map(|id| sources.file(*id).path().to_owned()).collect();
    let files = emit::emit(&Emitting { schema: &schema, plan: &plan, config, sources: &paths });
    Outcome { schema, files }
}

/// Prints the pages of the linter's rules, which are the same for every schema.
pub fn rule_pages() -> FileSet {
    let pages: Vec<emit::document::rules::RulePage> =
        lint::RULES.iter().map(emit::document::rules::RulePage::from).collect();
    emit::document::rules::rule_pages(&pages)
}

/// What was understood of documents.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// What they declare.
    pub decls: Vec<Decl>,
    /// What is to be said about them, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads documents and tells what was understood, without generating anything.
///
/// Findings of the later stages are among the diagnostics, as warnings at most: a document can be read well and still not be
/// fit for PostgreSQL.
pub fn inspect(inputs: &[FileId], sources: &Sources, config: &Config, mut sink: Sink) -> Inspection {
    let decls = source::read(&ordered(inputs, sources), &Reading { sources, config }, &mut sink);
    lint::set_levels_of_leniencies(config, &mut sink);
    let mut later = Sink::default();
    let schema = model::lower(decls.clone(), config, &mut later);
    lint::run(&schema, config, &mut later);
    for diagnostic in later.diagnostics() {
        let severity = diagnostic.severity.min(Severity::Warning);
        sink.report(Diagnostic { severity, ..diagnostic.clone() });
    }
    Inspection { decls, diagnostics: sink.finish(sources) }
}

/// Orders files by path, so that the order in which they were found changes nothing.
fn ordered(inputs: &[FileId], sources: &Sources) -> Vec<FileId> {
    let mut inputs = inputs.to_vec();
    inputs.sort_by(|a, b| sources.file(*a).path().cmp(sources.file(*b).path()));
    inputs
}
