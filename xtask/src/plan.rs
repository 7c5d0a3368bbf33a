//! `plan`: what makes one schema of another.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use serde_json::json;
use truthtable::config::Config;
use truthtable::diag::{Code, Sink};
use truthtable::emit::sql;
use truthtable::load::Loader;
use truthtable::model::Schema;
use truthtable::plan::migration::diff::{self, Lock, Refusal, Side, Step, Verb};
use truthtable::plan::migration::statement::Statement;

use crate::{Exit, report};

const REFUSED: Code = Code::new("plan-refused");

/// Arguments of `plan`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The schema whose pending migrations are shown; all that it makes where nothing is released.
    #[arg(required_unless_present = "to", conflicts_with_all = ["from", "to"])]
    name: Option<String>,
    /// What is there: a document, a folder of documents, or the name of a schema; nothing where it is not given.
    #[arg(long)]
    from: Option<String>,
    /// What shall be there, given in the same way.
    #[arg(long)]
    to: Option<String>,
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

/// Steps that are done together.
struct Part {
    /// The file that they stand in, where they have one.
    file: Option<String>,
    steps: Vec<Step>,
    /// What takes them back, where that is known already.
    down: Vec<Statement>,
}

/// Prints the steps; hazards among them make the exit code 1, a change that cannot be planned makes it 2.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    let mut loader = Loader::new(root);
    let mut sink = Sink::default();
    let parts = match (&arguments.name, &arguments.to) {
        (Some(name), _) => pending(&mut loader, name, arguments.down, &mut sink),
        (None, Some(to)) => between(&mut loader, arguments.from.as_deref(), to, arguments.down, &mut sink),
        (None, None) => None,
    };
    let diagnostics = sink.finish(&loader.sources);
    let Some(parts) = parts else {
        report::say(&diagnostics, &loader.sources)?;
        return Ok(Exit::Failure);
    };
    let mut out = io::stdout().lock();
    match arguments.format {
        Format::Human => out.write_all(told(&parts, arguments.down, &loader).as_bytes())?,
        Format::Sql => out.write_all(script(&parts, arguments.down).as_bytes())?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &in_json(&parts, &loader))?;
            writeln!(out)?;
        }
    }
    drop(out);
    report::say(&diagnostics, &loader.sources)?;
    let hazards = parts.iter().flat_map(|part| &part.steps).flat_map(|step| &step.hazards);
    let dangerous = hazards.into_iter().any(|hazard| hazard.acknowledged.is_none());
    Ok(if dangerous || report::has_errors(&diagnostics) { Exit::Findings } else { Exit::Clean })
}

/// Plans what makes one source of another.
fn between(
    loader: &mut Loader,
    from: Option<&str>,
    to: &str,
    down: bool,
    sink: &mut Sink,
) -> Option<Vec<Part>> {
    let from = match from {
        Some(from) => load(loader, from, sink),
        None => Some((Schema::default(), Config::for_name("empty"))),
    };
    let to = load(loader, to, sink);
    let (Some((old, old_config)), Some((new, new_config)), false) = (from, to, sink.has_errors()) else {
        return None;
    };
    let old = Side { schema: &old, config: &old_config };
    let new = Side { schema: &new, config: &new_config };
    part(if down { diff::back(old, new) } else { diff::diff(old, new) }, sink)
}

fn part(planned: Result<Vec<Step>, Vec<Refusal>>, sink: &mut Sink) -> Option<Vec<Part>> {
    match planned {
        Ok(steps) => Some(vec![Part { file: None, steps, down: Vec::new() }]),
        Err(refusals) => {
            for refusal in refusals {
                sink.error(REFUSED, refusal.span, refusal.message).help(refusal.help);
            }
            None
        }
    }
}

/// Plans what is pending of a schema.
fn pending(loader: &mut Loader, name: &str, down: bool, sink: &mut Sink) -> Option<Vec<Part>> {
    let loaded = loader.schema(name, sink).filter(|_| !sink.has_errors())?;
    // Where only the model is left, something was released, and what is missing is told below.
    if loaded.kept.ledger.is_none() && loaded.kept.model.is_none() {
        return between(loader, None, name, down, sink);
    }
    let outcome = truthtable::generate(&loaded, &loader.sources, sink);
    outcome.released.as_ref()?;
    let parts = outcome.pending.into_iter().map(|migration| Part {
        file: Some(migration.file),
        steps: migration.steps,
        down: migration.down,
    });
    Some(if down { parts.rev().collect() } else { parts.collect() })
}

/// Reads a source; what is to be said about it goes to `sink`.
fn load(loader: &mut Loader, source: &str, sink: &mut Sink) -> Option<(Schema, Config)> {
    let loaded = loader.source(source, sink)?;
    let schema = truthtable::read(&loaded.inputs, &loader.sources, &loaded.config, sink);
    Some((schema, loaded.config))
}

fn sign(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "+",
        Verb::Alter => "~",
        Verb::Drop => "-",
        Verb::Replace => "±",
    }
}

/// Returns where a step was said: path and line.
fn place(step: &Step, loader: &Loader) -> (String, usize) {
    let path = loader.sources.file(step.span.file).path().to_owned();
    (path, loader.sources.position(step.span).line as usize)
}

fn script(parts: &[Part], down: bool) -> String {
    let mut text = String::new();
    for part in parts {
        if let Some(file) = &part.file {
            _ = writeln!(
                text,
                "{}-- {file}{}\n",
                if text.is_empty() { "" } else { "\n" },
                if down { ", taken back" } else { "" }
            );
        }
        let statements: Vec<Statement> = match down && part.file.is_some() {
            true => part.down.clone(),
            false => part.steps.iter().flat_map(|step| step.statements.iter().cloned()).collect(),
        };
        text.push_str(&sql::script(&statements));
    }
    text
}

/// Tells the steps as a person would.
fn told(parts: &[Part], down: bool, loader: &Loader) -> String {
    if parts.iter().all(|part| part.steps.is_empty()) {
        return "nothing to do: both sides say the same\n".to_owned();
    }
    let mut text = String::new();
    for part in parts {
        if let Some(file) = &part.file {
            _ = writeln!(text, "{file}");
        }
        if down && part.file.is_some() {
            text.push_str(&script(std::slice::from_ref(part), true));
            continue;
        }
        for step in &part.steps {
            let (path, line) = place(step, loader);
            let what = format!("{} {} {}", sign(step.verb), step.key.kind.label(), step.key.plain());
            let lock = match step.lock {
                Lock::None => String::new(),
                lock => format!(", lock {}", lock.as_str()),
            };
            _ = writeln!(text, "{what}    ({path}:{line}{lock})");
            for line in sql::script(&step.statements).lines() {
                _ = writeln!(text, "    {line}");
            }
            for hazard in &step.hazards {
                _ = writeln!(text, "  ! {}: {}", hazard.risk.as_str(), hazard.message);
                if let Some(reason) = &hazard.acknowledged {
                    _ = writeln!(text, "    acknowledged: {reason}");
                }
                if let Some(safer) = hazard.safer {
                    _ = writeln!(text, "    safer: {safer}");
                }
            }
        }
    }
    let steps: Vec<&Step> = parts.iter().flat_map(|part| &part.steps).collect();
    let hazards = steps.iter().map(|step| step.hazards.len()).sum::<usize>();
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    _ = writeln!(text, "{}, {}", counted(steps.len(), "step"), counted(hazards, "hazard"));
    text
}

fn in_json(parts: &[Part], loader: &Loader) -> serde_json::Value {
    let steps = parts.iter().flat_map(|part| part.steps.iter().map(move |step| (part, step)));
    let steps = steps.map(|(part, step)| {
        let (path, line) = place(step, loader);
        let statements: Vec<String> = step
            .statements
            .iter()
            .map(|statement| sql::script(std::slice::from_ref(statement)).trim_end().to_owned())
            .collect();
        let hazards: Vec<_> = step
            .hazards
            .iter()
            .map(|hazard| {
                json!({
                    "risk": hazard.risk.as_str(),
                    "message": hazard.message,
                    "safer": hazard.safer,
                    "acknowledged": hazard.acknowledged,
                })
            })
            .collect();
        json!({
            "file": part.file,
            "verb": step.verb.as_str(),
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
