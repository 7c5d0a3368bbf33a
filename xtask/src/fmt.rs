//! `fmt`: the one layout of DBML files.

use std::io;
use std::path::Path;

use truthtable::diag::Sink;
use truthtable::load::Loader;
use truthtable::source::{self, Reading, dbml};
use truthtable::span::FileId;
use truthtable::write;

use crate::{Exit, report};

/// Arguments of `fmt`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Schemas, folders or DBML files to format; all schemas where none is named.
    sources: Vec<String>,
    /// Show what would change instead of changing it.
    #[arg(long)]
    check: bool,
}

/// Formats files in place; a file with a mistake is left as it is, and makes the exit code 1.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let sources =
        if arguments.sources.is_empty() { loader.schema_names() } else { arguments.sources.clone() };
    let loaded: Vec<_> = sources.iter().filter_map(|source| loader.source(source, &mut sink)).collect();
    if sink.has_errors() {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        return Ok(Exit::Failure);
    }
    let mut texts: Vec<(FileId, String)> = Vec::new();
    let (mut files, mut broken) = (0_usize, false);
    for loaded in &loaded {
        let is_dbml = |file: &&FileId| loader.sources.file(**file).path().ends_with(".dbml");
        for file in loaded.inputs.iter().filter(is_dbml) {
            files += 1;
            let mut own = Sink::default();
            source::read(
                &[*file],
                &Reading { sources: &loader.sources, inputs: &[], config: &loaded.config },
                &mut own,
            );
            if own.has_errors() {
                broken = true;
                report::say(&own.finish(&loader.sources), &loader.sources)?;
                continue;
            }
            let text = loader.sources.file(*file).text();
            let formatted = dbml::format(text);
            if formatted != text {
                texts.push((*file, formatted));
            }
        }
    }
    if arguments.check {
        for (file, formatted) in &texts {
            let source = loader.sources.file(*file);
            println!("{}", write::diff(source.path(), source.text(), formatted));
        }
        println!("{} of {files} files are not formatted", texts.len());
    } else {
        write::rewrite(&texts, &loader.sources, root)?;
        println!("formatted {} of {files} files", texts.len());
    }
    let differs = arguments.check && !texts.is_empty();
    Ok(if differs || broken { Exit::Findings } else { Exit::Clean })
}
