//! `release`: freezes what is pending.

use std::io;
use std::path::Path;

use truthtable::diag::{Code, Severity, Sink};
use truthtable::load::{GENERATED_FOLDER, LEDGER_FILE, Loader};
use truthtable::plan::migration::diff::Refusal;
use truthtable::plan::migration::rollback;
use truthtable::write::{self, ChangeKind};

use crate::{Exit, report};

const REFUSED: Code = Code::new("plan-refused");

/// Arguments of `release`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The schema.
    name: String,
    /// Make the released model anew of the released migrations, and release nothing: after a merge of two releases.
    #[arg(long)]
    replay: bool,
}

/// Writes the ledger and the released model.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let name = &arguments.name;
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let loaded = loader.schema(name, &mut sink);
    let Some(loaded) = loaded.filter(|_| !sink.has_errors()) else {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        return Ok(Exit::Failure);
    };
    if arguments.replay {
        let made = match truthtable::replay(&loaded, &loader.sources, &mut sink) {
            Some(Ok(made)) => Some(made),
            Some(Err(refusals)) => {
                refuse(&refusals, &mut sink);
                None
            }
            None => {
                if loaded.kept.ledger.is_none() && loaded.kept.model.is_none() {
                    eprintln!(
                        "error: nothing of `{name}` is released: there is no {GENERATED_FOLDER}/{name}/{LEDGER_FILE}"
                    );
                }
                None
            }
        };
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        let Some(made) = made else { return Ok(Exit::Failure) };
        write::apply(&made, &write::compare(&made, root)?, root)?;
        println!("the released model is what the released migrations make");
        return Ok(Exit::Clean);
    }
    let outcome = truthtable::generate(&loaded, &loader.sources, &mut sink);
    let diagnostics = sink.finish(&loader.sources);
    if report::has_errors(&diagnostics) {
        let shown: Vec<_> =
            diagnostics.iter().filter(|diagnostic| diagnostic.severity > Severity::Info).cloned().collect();
        report::say(&shown, &loader.sources)?;
        eprintln!("{}; nothing was released", report::summary(&diagnostics));
        return Ok(Exit::Findings);
    }
    let changes = write::compare(&outcome.files, root)?;
    if changes.iter().any(|change| change.kind != ChangeKind::Foreign) {
        eprintln!(
            "error: what is generated is not what the documents say; `cargo xtask gen {name}` mends it"
        );
        return Ok(Exit::Findings);
    }
    let rules_differ = outcome
        .released
        .as_ref()
        .is_some_and(|released| rollback::differs(released, &outcome.schema, &loaded.config));
    if outcome.pending.is_empty() && !rules_differ {
        // A ledger without entries would be one that nothing can be replayed from.
        let why = match outcome.released {
            Some(_) => "the documents say what is released",
            None => "the documents describe nothing that a migration makes",
        };
        println!("nothing to release: {why}");
        return Ok(Exit::Clean);
    }
    let made = match truthtable::release(&outcome, &loaded, &loader.sources) {
        Ok(made) => made,
        Err(refusals) => {
            let mut sink = Sink::default();
            refuse(&refusals, &mut sink);
            report::say(&sink.finish(&loader.sources), &loader.sources)?;
            return Ok(Exit::Failure);
        }
    };
    // What is going to be written has to be what the next run can read; else nothing is.
    let next = truthtable::as_released(&loaded, &made, &mut loader.sources);
    let mut sink = Sink::default();
    let left = truthtable::generate(&next, &loader.sources, &mut sink).pending;
    let diagnostics = sink.finish(&loader.sources);
    if report::has_errors(&diagnostics) {
        report::say(&diagnostics, &loader.sources)?;
        eprintln!("{}; nothing was released", report::summary(&diagnostics));
        return Ok(Exit::Findings);
    }
    write::apply(&made, &write::compare(&made, root)?, root)?;
    for migration in &outcome.pending {
        println!("released {}", migration.file);
    }
    if outcome.pending.is_empty() {
        println!("released no migration, and what may be rolled back");
    }
    if !left.is_empty() {
        eprintln!(
            "warning: the released model is not the whole of the documents; `cargo xtask plan {name}` shows what is left"
        );
    }
    Ok(Exit::Clean)
}

fn refuse(refusals: &[Refusal], sink: &mut Sink) {
    for refusal in refusals {
        sink.error(REFUSED, refusal.span, refusal.message.clone()).help(refusal.help);
    }
}
