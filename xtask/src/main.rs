//! The command line: arguments, paths and exit codes.
//!
//! Exit codes: 0 clean, 1 findings or drift, 2 usage, configuration or I/O.

mod drift;
mod explain;
mod fmt;
mod generate;
mod import;
mod inspect;
mod lint;
mod new_rule;
mod plan;
mod prove;
mod release;
mod report;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Keeps a database's migrations, Rust and documents true to the documents that describe it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// Workspace that holds `schema/`, `generated/` and `docs/`; found from the current folder upwards when not given.
    #[arg(long, global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write migrations, Rust and documents.
    Gen(generate::GenArguments),
    /// Fail with a diff where the disk differs from what `gen` would write.
    Check(generate::CheckArguments),
    /// Show findings only.
    Lint(lint::Arguments),
    /// Bring DBML files into the one layout.
    Fmt(fmt::Arguments),
    /// Show what was understood of a document.
    Inspect(inspect::Arguments),
    /// Show the pending migrations of a schema, or what makes one schema of another.
    Plan(plan::Arguments),
    /// Make documents of a schema that is there: a dump, a folder of migrations, a document in another language.
    Import(import::Arguments),
    /// Freeze the pending migrations: what the documents say from now on becomes the next one.
    Release(release::Arguments),
    /// Show what a finding means: a rule of the linter, or any other code.
    Explain(explain::Arguments),
    /// Run every migration up, down and up again on a real PostgreSQL.
    Prove(prove::Arguments),
    /// Compare a document with a live database, which is only read.
    Drift(drift::Arguments),
    /// Generate whenever a document is saved.
    Watch(watch::Arguments),
    /// Begin a rule of the linter: its file, its page and its place in the list of rules.
    NewRule(new_rule::Arguments),
}

/// How a command ended.
enum Exit {
    /// Nothing to say against it.
    Clean,
    /// Findings or drift.
    Findings,
    /// Usage, configuration or I/O; what went wrong has been said.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::Failure => Self::from(2),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root.unwrap_or_else(workspace);
    let exit = match arguments.command {
        Command::Gen(arguments) => generate::generate(&root, &arguments),
        Command::Check(arguments) => generate::check(&root, &arguments),
        Command::Lint(arguments) => lint::run(&root, &arguments),
        Command::Fmt(arguments) => fmt::run(&root, &arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Plan(arguments) => plan::run(&root, &arguments),
        Command::Import(arguments) => import::run(&root, &arguments),
        Command::Release(arguments) => release::run(&root, &arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Prove(arguments) => prove::run(&root, &arguments),
        Command::Drift(arguments) => drift::run(&root, &arguments),
        Command::Watch(arguments) => watch::run(&root, arguments),
        Command::NewRule(arguments) => new_rule::run(&root, &arguments),
    };
    match exit {
        Ok(exit) => exit.into(),
        // A reader that went away, as `head` does, is no failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Failure.into()
        }
    }
}

/// Returns the nearest folder from the current one upwards that holds `schema/`, or the current one.
fn workspace() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find(|folder| folder.join(truthtable::load::SCHEMA_FOLDER).is_dir());
    found.unwrap_or(&here).to_path_buf()
}
