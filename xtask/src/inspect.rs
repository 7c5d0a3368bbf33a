//! `inspect`: what was understood of a document.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use truthtable::diag::Sink;
use truthtable::load::{CONFIG_FILE, Loader};

use crate::{Exit, report};

/// Arguments of `inspect`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A document, the folder of a schema, or any folder of documents.
    path: PathBuf,
    /// In which form it is printed.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Treat leniencies towards a format's official tool as errors.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// JSON.
    Json,
}

/// Prints what was understood, with what is to be said about it; an error among that makes the exit code 1.
pub(crate) fn run(arguments: &Arguments) -> io::Result<Exit> {
    let mut loader = Loader::new("");
    let mut sink = if arguments.strict { Sink::strict() } else { Sink::default() };
    let path = arguments.path.to_string_lossy();
    let is_folder = arguments.path.is_dir() || arguments.path.ends_with(CONFIG_FILE);
    // The files of a schema that no `schema.toml` tells apart belong together.
    let is_plain =
        is_folder && !arguments.path.join(CONFIG_FILE).is_file() && !loader.documents(&path).is_empty();
    let loaded = if is_plain {
        loader.source(&path, &mut sink)
    } else if is_folder {
        loader.folder(path.strip_suffix(CONFIG_FILE).unwrap_or(&path), &mut sink)
    } else {
        loader.document(&path, &mut sink)
    };
    let Some(loaded) = loaded.filter(|loaded| !loaded.inputs.is_empty()) else {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        return Ok(Exit::Failure);
    };
    let inspection = truthtable::inspect(&loaded.inputs, &loader.sources, &loaded.config, sink);
    let (decls, diagnostics) = (inspection.decls, inspection.diagnostics);
    let (schema, left_over, stopping) = (inspection.schema, inspection.left_over, inspection.stopping);
    let mut out = io::stdout().lock();
    match arguments.format {
        Format::Text => {
            out.write_all(truthtable::inspect::to_text(&decls, &loader.sources).as_bytes())?;
            let rest = truthtable::inspect::rest_to_text(&schema, &left_over, &loader.sources);
            out.write_all(rest.as_bytes())?;
            drop(out);
            report::say(&diagnostics, &loader.sources)?;
            if stopping > 0 {
                let are = if stopping == 1 { "is an error" } else { "are errors" };
                writeln!(
                    io::stderr(),
                    "{stopping} of these {are} where files are generated: `cargo xtask lint` says which"
                )?;
            }
        }
        Format::Json => {
            let mut value = truthtable::inspect::to_json(&decls, &diagnostics, &loader.sources);
            let rest = truthtable::inspect::rest_to_json(&schema, &left_over, &loader.sources);
            if let Some(object) = value.as_object_mut() {
                object.extend(rest);
                object.insert("stopping".to_owned(), stopping.into());
            }
            serde_json::to_writer_pretty(&mut out, &value)?;
            writeln!(out)?;
        }
    }
    Ok(if report::has_errors(&diagnostics) { Exit::Findings } else { Exit::Clean })
}
