//! `plan`: what makes one schema of another.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use serde_json::json;
use truthtable::diag::{Code, Sink};
use truthtable::emit::sql;
use truthtable::load::{Loaded, Loader};
use truthtable::model::Schema;
use truthtable::plan::migration::diff::{self, Refusal, Side, Step, Verb};

use crate::{Exit, report};

const REFUSED: Code = Code::new("plan-refused");

/// Arguments of `plan`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What is there: a document, a folder of documents, or the name of a schema; nothing where it is not given.
    #[arg(long)]
    from: Option<String>,
    /// What shall be there, given in the same way.
    #[arg(long)]
    to: String,
    /// Print what takes the change back instead.
    #[arg(long)]
    down: bool,
    /// In which form it is printed.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For a person.
    Human,
    /// The statements.
    Sql,
    /// JSON.
    Json,
}

/// Prints the steps; hazards among them make the exit code 1, a change that cannot be planned makes it 2.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let from = match &arguments.from {
        Some(from) => load(&mut loader, from, &mut sink),
        None => Some((Schema::default(), truthtable::config::Config::for_name("empty"))),
    };
    let to = load(&mut loader, &arguments.to, &mut sink);
    let (Some((old, old_config)), Some((new, new_config)), false) = (from, to, sink.has_errors()) else {
        report::say(&sink.finish(&loader.sources), &loader.sources)?;
        return Ok(Exit::Failure);
    };
    let old = Side { schema: &old, config: &old_config };
    let new = Side { schema: &new, config: &new_config };
    let planned = if arguments.down { diff::diff(new, old) } else { diff::diff(old, new) };
    let steps = match planned {
        Ok(steps) => steps,
        Err(refusals) => {
            refuse(&refusals, &mut sink);
            report::say(&sink.finish(&loader.sources), &loader.sources)?;
            return Ok(Exit::Failure);
        }
    };
    let mut out = io::stdout().lock();
    match arguments.format {
        Format::Human => out.write_all(told(&steps, &loader).as_bytes())?,
        Format::Sql => {
            let statements: Vec<_> = steps.iter().flat_map(|step| step.statements.iter().cloned()).collect();
            out.write_all(sql::script(&statements).as_bytes())?;
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &in_json(&steps, &loader))?;
            writeln!(out)?;
        }
    }
    drop(out);
    report::say(&sink.finish(&loader.sources), &loader.sources)?;
    let dangerous = steps.iter().any(|step| !step.hazards.is_empty());
    Ok(if dangerous { Exit::Findings } else { Exit::Clean })
}

/// Reads a source; what is to be said about it goes to `sink`.
fn load(loader: &mut Loader, source: &str, sink: &mut Sink) -> Option<(Schema, truthtable::config::Config)> {
    let Loaded { config, inputs } = loader.source(source, sink)?;
    let schema = truthtable::read(&inputs, &loader.sources, &config, sink);
    Some((schema, config))
}

fn refuse(refusals: &[Refusal], sink: &mut Sink) {
    for refusal in refusals {
        sink.error(REFUSED, refusal.span, refusal.message.clone()).help(refusal.help);
    }
}

fn sign(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "+",
        Verb::Alter => "~",
        Verb::Drop => "-",
        Verb::Replace => "±",
    }
}

fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "create",
        Verb::Alter => "alter",
        Verb::Drop => "drop",
        Verb::Replace => "replace",
    }
}

/// Returns where a step was said: path and line.
fn place(step: &Step, loader: &Loader) -> (String, usize) {
    let path = loader.sources.file(step.span.file).path().to_owned();
    (path, loader.sources.position(step.span).line as usize)
}

/// Tells the steps as a person would.
fn told(steps: &[Step], loader: &Loader) -> String {
    if steps.is_empty() {
        return "nothing to do: both sides say the same\n".to_owned();
    }
    let mut text = String::new();
    for step in steps {
        let (path, line) = place(step, loader);
        let what = format!("{} {} {}", sign(step.verb), step.key.kind.label(), step.key.plain());
        _ = writeln!(text, "{what}    ({path}:{line})");
        for line in sql::script(&step.statements).lines() {
            _ = writeln!(text, "    {line}");
        }
        for hazard in &step.hazards {
            _ = writeln!(text, "  ! {}: {}", hazard.risk.as_str(), hazard.message);
            if let Some(safer) = hazard.safer {
                _ = writeln!(text, "    safer: {safer}");
            }
        }
    }
    let hazards = steps.iter().map(|step| step.hazards.len()).sum::<usize>();
    _ = writeln!(text, "{} steps, {hazards} hazards", steps.len());
    text
}

fn in_json(steps: &[Step], loader: &Loader) -> serde_json::Value {
    let steps = steps.iter().map(|step| {
        let (path, line) = place(step, loader);
        let statements: Vec<String> =
            step.statements.iter().map(|statement| sql::script(std::slice::from_ref(statement)).trim_end().to_owned()).collect();
        let hazards: Vec<_> = step
            .hazards
            .iter()
            .map(|hazard| json!({ "risk": hazard.risk.as_str(), "message": hazard.message, "safer": hazard.safer }))
            .collect();
        json!({
            "verb": word(step.verb),
            "kind": step.key.kind.label(),
            "name": step.key.plain(),
            "path": path,
            "line": line,
            "lock": step.lock.as_str(),
            "statements": statements,
            "hazards": hazards,
        })
    });
    json!({ "steps": steps.collect::<Vec<_>>() })
}
