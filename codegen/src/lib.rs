//! Truthtable reads the documents in which a team describes its database and makes them true.
//!
//! Bytes in, files out: the library knows no network, no database and no clock, and its output is a pure function of its input.
//! Data flows one way, and [`generate`] is that way on one page:
//!
//! ```text
//!            load                                                                    write
//!   disk ──▶ Sources, Config ──▶ source ──▶ model ──▶ lint ──▶ plan ──▶ emit ──▶ FileSet ──▶ disk
//!                                Vec<Decl>  Schema            Plan
//!                                    │         │        │        │
//!                                    └─────────┴────────┴────────┴──▶ Sink ──▶ diagnostics
//! ```
//!
//! - [`span`], [`diag`], [`config`] and [`expr`] are the ground on which all stages stand: places in the author's files, the one
//!   type of diagnostic, `schema.toml` read into its meaning, SQL expressions.
//! - [`load`] is the only stage that reads from disk, and [`write`](mod@write) the only one that writes to it.
//! - [`source`] holds the front-ends, one a language; [`source::FRONTENDS`] is their list. A front-end turns text into
//!   declarations, spanned and unresolved. Markdown passes each of its fences on to the front-end that claims it.
//! - [`model`] holds the schema and lowering, which resolves names, merges facts that were said twice, and shows both places of
//!   what contradicts itself.
//! - [`lint`](mod@lint) holds the schema to its conventions; [`lint::RULES`] is the list of rules, one a file.
//! - [`plan`](mod@plan) makes every decision: files, order, names, what is rolled back and how, Rust's names and types, what stands on a page.
//! - [`emit`](mod@emit) prints; [`emit::EMITTERS`] is the list of printers. They look nothing up and report nothing.
//! - [`inspect`](mod@inspect) shows declarations before lowering, what follows from them by rules, and what was left over.
//!
//! Three rules hold everywhere. User input never makes a stage fail: it reports to the [`diag::Sink`] and goes on. Every fact keeps
//! the [`span::Span`] of the place that said it, down to the line of a fence in a Markdown file. A stage imports only from stages to
//! its left, which a test reads off the `use` lines.

pub mod config;
pub mod diag;
pub mod emit;
pub mod expr;
pub mod import;
pub mod inspect;
pub mod lint;
pub mod load;
pub mod model;
pub mod plan;
pub mod source;
pub mod span;
pub mod write;

use std::collections::BTreeSet;

use config::Config;
use diag::{Diagnostic, Severity, Sink};
use emit::{Emitting, FileSet};
use load::Loaded;
use model::Schema;
use plan::ledger::{self, Entry, Released};
use plan::migration::diff::{self, Refusal, Side};
use plan::migration::statement::Statement;
use plan::migration::{Migration, rollback};
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
    /// What was released of it before.
    pub released: Option<Released>,
    /// What was not.
    pub pending: Vec<Migration>,
}

/// Runs the whole pipeline over the files of one schema; what is to be said about them goes to `sink`.
pub fn generate(loaded: &Loaded, sources: &Sources, sink: &mut Sink) -> Outcome {
    let Loaded { config, inputs, kept } = loaded;
    // The documents show the findings about their schema, and those of no other.
    let mut own = sink.fresh();
    let inputs = ordered(inputs, sources);
    let schema = read(&inputs, sources, config, &mut own);
    lint::run(&schema, config, &mut own);
    let mut of_ledger = sink.fresh();
    let released = ledger::read(kept, sources, config, &mut of_ledger);
    let plan = plan::plan(&schema, released.as_ref(), sources, config, emit::sql::script, &mut own);
    ledger::check_pending(&plan.migrations.migrations, kept, sources, &mut of_ledger);
    sink.absorb(own);
    sink.absorb(of_ledger);
    let paths: Vec<String> = inputs.iter().map(|id| sources.file(*id).path().to_owned()).collect();
    let mut files = emit::emit(&Emitting { schema: &schema, plan: &plan, config, sources: &paths });
    for (file, text) in released.iter().flat_map(|released| &released.files) {
        files.add(FileSet::generated(&config.name, file), text.clone());
    }
    Outcome { schema, files, released, pending: plan.migrations.migrations }
}

/// Makes the ledger's files of what [`generate`] made: every migration is released with its checksum, and the documents are the
/// released model.
///
/// # Errors
///
/// The schema cannot be made in SQL at all, or what was generated cannot be read again.
pub fn release(outcome: &Outcome, loaded: &Loaded, sources: &Sources) -> Result<FileSet, Vec<Refusal>> {
    let config = &loaded.config;
    let model = model_text(&outcome.schema, config)?;
    let folder = FileSet::generated(&config.name, "migrations/");
    let files = outcome.files.iter().filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, text)));
    let entries = ledger::entries(files).map_err(|broken| {
        let message = format!("`{}`, line {}: {}", broken.file, broken.line, broken.message);
        let help = "this is a mistake of the tool's own: report it, with the statement at that line";
        let refusal = |span| Refusal { span, message: message.clone(), help };
        config.span.map(refusal).into_iter().collect::<Vec<_>>()
    })?;
    let by_hand = ledger::by_hand_before(&entries, &loaded.kept, sources);
    Ok(ledger_files(&entries, &by_hand, &model, config))
}

/// Makes the released model, and the ledger's checksum of it, of the released migrations: what a merge of two releases needs.
///
/// # Errors
///
/// What they make cannot be made in SQL from the beginning.
pub fn replay(loaded: &Loaded, sources: &Sources, sink: &mut Sink) -> Option<Result<FileSet, Vec<Refusal>>> {
    let Loaded { config, inputs, kept } = loaded;
    let (ledger, mut made) = ledger::replay_kept(kept, sources, config, sink)?;
    let literal = ledger::literal(config);
    // No migration says what is ruled of which table: the documents do, and the model that is replaced, as far as it can be read.
    let schema = read(inputs, sources, config, &mut Sink::default());
    let replaced = kept.model.map(|file| ledger::read_back(sources.file(file).text(), config));
    made.rollback =
        rollback::of_tables(&made, replaced.iter().map(|model| (model, &literal)).chain([(&schema, config)]));
    let model = match model_text(&made, &literal) {
        Ok(model) => model,
        Err(refusals) => return Some(Err(refusals)),
    };
    let entries: Vec<Entry> = ledger.migrations.into_iter().map(|entry| entry.node).collect();
    Some(Ok(ledger_files(&entries, &ledger.by_hand, &model, config)))
}

/// Prints a schema as the statements that make it.
fn model_text(schema: &Schema, config: &Config) -> Result<String, Vec<Refusal>> {
    let empty = Schema::default();
    let steps = diff::diff(Side { schema: &empty, config }, Side { schema, config })?;
    let made = steps.into_iter().flat_map(|step| step.statements);
    let statements: Vec<_> = made.chain(plan::migration::rows(schema)).collect();
    // What is ruled of a table has to outlive it: the change that drops it is taken back as the table was released.
    let ruled = |statement: &Statement| match statement {
        Statement::CreateTable(table) => rollback::line(schema, config, &table.name.plain()),
        _ => None,
    };
    Ok(format!(
        "-- What the released migrations make. Nobody runs this file.\n\n{}",
        emit::sql::script_with(&statements, ruled)
    ))
}

/// Returns what the next run would be given: the schema with its ledger as [`release`] made it.
pub fn as_released(loaded: &Loaded, made: &FileSet, sources: &mut Sources) -> Loaded {
    let mut add = |file: &str| {
        let path = FileSet::generated(&loaded.config.name, file);
        made.get(&path).map(|text| sources.add(path, text))
    };
    let (ledger, model) = (add(load::LEDGER_FILE), add(load::MODEL_FILE));
    Loaded { kept: load::Kept { ledger, model, ..loaded.kept.clone() }, ..loaded.clone() }
}

fn ledger_files(entries: &[Entry], by_hand: &BTreeSet<String>, model: &str, config: &Config) -> FileSet {
    let mut files = FileSet::owning([]);
    let ledger = ledger::print(&config.name, &ledger::checksum(model), by_hand, entries);
    files.add(FileSet::generated(&config.name, load::LEDGER_FILE), ledger);
    files.add(FileSet::generated(&config.name, load::MODEL_FILE), model);
    files
}

/// Reads the files of one schema and returns what they say; what is to be said about them goes to `sink`.
pub fn read(inputs: &[FileId], sources: &Sources, config: &Config, sink: &mut Sink) -> Schema {
    let decls = source::read(&ordered(inputs, sources), &Reading { sources, inputs: &[], config }, sink);
    lint::set_levels_of_leniencies(config, sink);
    let mut later = sink.fresh();
    let schema = model::lower(decls, config, &mut later);
    sink.absorb_later(later);
    model::told_once(sink);
    schema
}

/// Prints the pages of the linter's rules and of all other codes, which are the same for every schema.
pub fn rule_pages() -> FileSet {
    let pages: Vec<emit::document::rules::RulePage> =
        lint::RULES.iter().map(emit::document::rules::RulePage::from).collect();
    emit::document::rules::rule_pages(&pages, diag::explain::FAMILIES)
}

/// What was understood of documents.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// What they declare.
    pub decls: Vec<Decl>,
    /// What was made of it, with what follows from rules.
    pub schema: Schema,
    /// Places in Markdown that were recognised as nothing, in order.
    pub left_over: Vec<span::Span>,
    /// What is to be said about them, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// How many findings of the later stages are errors where files are generated.
    pub stopping: usize,
}

/// Reads documents and tells what was understood, without generating anything.
///
/// Findings of the later stages are among the diagnostics, as warnings at most: a document can be read well and still not be
/// fit for PostgreSQL. How many of them stop what generates is told beside them.
pub fn inspect(inputs: &[FileId], sources: &Sources, config: &Config, mut sink: Sink) -> Inspection {
    let (inputs, cx) = (ordered(inputs, sources), Reading { sources, inputs: &[], config });
    let decls = source::read(&inputs, &cx, &mut sink);
    let left_over = source::markdown::left_over(&inputs, &decls, &cx);
    lint::set_levels_of_leniencies(config, &mut sink);
    let mut later = Sink::default();
    let schema = model::lower(decls.clone(), config, &mut later);
    lint::run(&schema, config, &mut later);
    let mut stopping = 0;
    later.revise(|found| {
        stopping += usize::from(found.severity == Severity::Error);
        Some(found)
    });
    later.revise(|found| Some(Diagnostic { severity: found.severity.min(Severity::Warning), ..found }));
    sink.absorb_later(later);
    model::told_once(&mut sink);
    Inspection { decls, schema, left_over, diagnostics: sink.finish(sources), stopping }
}

/// Orders files by path, so that the order in which they were found changes nothing.
fn ordered(inputs: &[FileId], sources: &Sources) -> Vec<FileId> {
    let mut inputs = inputs.to_vec();
    inputs.sort_by(|a, b| sources.file(*a).path().cmp(sources.file(*b).path()));
    inputs
}
