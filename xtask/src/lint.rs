//! `lint`: findings only.

use std::io;
use std::path::Path;

use truthtable::diag::{Diagnostic, Severity, Sink, apply_fixes};
use truthtable::load::Loader;
use truthtable::write;

use crate::Exit;
use crate::report::{self, Format};

/// Arguments of `lint`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Schemas to look at; all where none is named.
    names: Vec<String>,
    /// Mend what can be mended without changing what the documents mean.
    #[arg(long)]
    fix: bool,
    /// In which form findings are printed.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Treat leniencies towards a format's official tool as errors.
    #[arg(long)]
    strict: bool,
}

/// Prints every finding; errors and warnings make the exit code 1.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let mut found = find(root, arguments);
    if arguments.fix && !found.broken {
        let (texts, applied) = apply_fixes(&found.diagnostics, &found.loader.sources);
        write::rewrite(&texts, &found.loader.sources, root)?;
        eprintln!("fixes applied: {applied}, in files: {}", texts.len());
        found = find(root, arguments);
    }
    report::print(&found.diagnostics, &found.loader.sources, arguments.format)?;
    Ok(match (found.broken, found.diagnostics.iter().any(|found| found.severity > Severity::Info)) {
        (true, _) => Exit::Failure,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    })
}

/// What was found, and whether the schemas could be loaded at all.
struct Found {
    loader: Loader,
    diagnostics: Vec<Diagnostic>,
    broken: bool,
}

fn find(root: &Path, arguments: &Arguments) -> Found {
    let mut loader = Loader::new(root);
    let mut sink = if arguments.strict { Sink::strict() } else { Sink::default() };
    let names = if arguments.names.is_empty() { loader.schema_names() } else { arguments.names.clone() };
    let loaded: Vec<_> = names.iter().filter_map(|name| loader.schema(name, &mut sink)).collect();
    let broken = sink.has_errors();
    if !broken {
        for loaded in &loaded {
            truthtable::generate(loaded, &loader.sources, &mut sink);
        }
    }
    let diagnostics = sink.finish(&loader.sources);
    Found { loader, diagnostics, broken }
}
