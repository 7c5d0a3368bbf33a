//! `gen` and `check`: one comparison, written or reported.

use std::io;
use std::path::Path;

use truthtable::diag::{Diagnostic, Severity, Sink};
use truthtable::emit::FileSet;
use truthtable::load::Loader;
use truthtable::write::{self, Change, ChangeKind};

use crate::{Exit, report};

/// Arguments of `gen`.
#[derive(clap::Args)]
pub(crate) struct GenArguments {
    /// Schemas to generate; all where none is named.
    pub(crate) names: Vec<String>,
    /// Print the files instead of writing them.
    #[arg(long)]
    pub(crate) print: bool,
    /// Treat leniencies towards a format's official tool as errors.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Arguments of `check`.
#[derive(clap::Args)]
pub(crate) struct CheckArguments {
    /// Schemas to check; all where none is named.
    names: Vec<String>,
    /// Treat leniencies towards a format's official tool as errors.
    #[arg(long)]
    strict: bool,
}

/// Generates and writes, or prints.
pub(crate) fn generate(root: &Path, arguments: &GenArguments) -> io::Result<Exit> {
    let made = match make(root, &arguments.names, arguments.strict)? {
        Ok(made) => made,
        Err(exit) => return Ok(exit),
    };
    if arguments.print {
        let mut out = io::stdout().lock();
        for files in &made.sets {
            write::print(files, &mut out)?;
        }
        return Ok(Exit::Clean);
    }
    let compared = compare(&made.sets, root)?;
    for (files, changes) in &compared {
        write::apply(files, changes, root)?;
    }
    for change in compared.iter().flat_map(|(_, changes)| changes) {
        let verb = match change.kind {
            ChangeKind::Create => "wrote",
            ChangeKind::Update => "updated",
            ChangeKind::Remove => "removed",
            ChangeKind::Foreign => "left alone, not generated:",
        };
        println!("{verb} {}", change.path);
    }
    let files: usize = made.sets.iter().map(|files| files.iter().count()).sum();
    println!("{files} files are up to date; {}", report::summary(&made.diagnostics));
    Ok(Exit::Clean)
}

/// Compares and reports.
pub(crate) fn check(root: &Path, arguments: &CheckArguments) -> io::Result<Exit> {
    let made = match make(root, &arguments.names, arguments.strict)? {
        Ok(made) => made,
        Err(exit) => return Ok(exit),
    };
    let compared = compare(&made.sets, root)?;
    let drift: Vec<&Change> = compared
        .iter()
        .flat_map(|(_, changes)| changes)
        .filter(|change| change.kind != ChangeKind::Foreign)
        .collect();
    for change in &drift {
        println!("{}: {}\n{}", change.kind.as_str(), change.path, change.diff);
    }
    if drift.is_empty() {
        println!("nothing differs; {}", report::summary(&made.diagnostics));
        return Ok(Exit::Clean);
    }
    let names = arguments.names.iter().map(|name| format!(" {name}")).collect::<String>();
    println!("{} differ from the documents; `cargo xtask gen{names}` mends it", count(drift.len()));
    Ok(Exit::Findings)
}

/// What the pipeline made.
struct Made {
    sets: Vec<FileSet>,
    diagnostics: Vec<Diagnostic>,
}

/// Runs the pipeline over every named schema; on errors says them and gives the exit.
fn make(root: &Path, names: &[String], strict: bool) -> io::Result<Result<Made, Exit>> {
    let mut loader = Loader::new(root);
    let mut sink = if strict { Sink::strict() } else { Sink::default() };
    let wanted = if names.is_empty() { loader.schema_names() } else { names.to_vec() };
    let loaded: Vec<_> = wanted.iter().filter_map(|name| loader.schema(name, &mut sink)).collect();
    if sink.has_errors() {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        return Ok(Err(Exit::Failure));
    }
    let mut sets: Vec<FileSet> =
        loaded.iter().map(|loaded| truthtable::generate(loaded, &loader.sources, &mut sink).files).collect();
    if names.is_empty() {
        sets.extend(abandoned(root, &wanted)?);
        sets.push(truthtable::rule_pages());
    }
    let diagnostics = sink.finish(&loader.sources);
    // Remarks are counted here and shown by `lint`.
    let shown: Vec<Diagnostic> =
        diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Info).cloned().collect();
    report::say(&shown, &loader.sources)?;
    if report::has_errors(&diagnostics) {
        eprintln!("{}; nothing was written", report::summary(&diagnostics));
        return Ok(Err(Exit::Findings));
    }
    Ok(Ok(Made { sets, diagnostics }))
}

fn compare<'a>(sets: &'a [FileSet], root: &Path) -> io::Result<Vec<(&'a FileSet, Vec<Change>)>> {
    sets.iter().map(|files| Ok((files, write::compare(files, root)?))).collect()
}

/// Returns empty sets for schemas that are generated but no longer in `schema/`, so that their files are orphans.
fn abandoned(root: &Path, names: &[String]) -> io::Result<Vec<FileSet>> {
    let mut gone = std::collections::BTreeSet::new();
    for folder in ["generated", "docs/er"] {
        let read = match std::fs::read_dir(root.join(folder)) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in read {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() && !names.contains(&name) {
                gone.insert(name);
            }
        }
    }
    Ok(gone.iter().map(|name| FileSet::new(name)).collect())
}

fn count(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}
