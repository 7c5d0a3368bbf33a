//! The command line of the proof: `truthtable-prove [NAME…]`.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use clap::{Parser, ValueEnum};
use truthtable_prove::migrations::{self, MigrationSet};
use truthtable_prove::report::{self, Report};
use truthtable_prove::server::{Server, Servers, shortage};
use truthtable_prove::{Told, prove_all};

/// Proves generated migrations on a real PostgreSQL, embedded in this process unless told otherwise.
///
/// Exit codes: 0 proved, 1 something failed, 2 usage, configuration, I/O or the server.
#[derive(Parser)]
#[command(name = "truthtable-prove")]
struct Args {
    /// The schemas to prove; all without.
    names: Vec<String>,
    /// The folder that holds `generated/`.
    #[arg(long, default_value = ".", value_name = "DIR")]
    root: PathBuf,
    /// What could not be proved fails too.
    #[arg(long)]
    strict: bool,
    /// How the report is told.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A PostgreSQL that is running; only databases of the proof's own are touched.
    #[arg(long, value_name = "URL", conflicts_with = "server_binaries")]
    database_url: Option<String>,
    /// Local PostgreSQL binaries: the folder that holds `initdb` and `postgres`, or `auto`.
    #[arg(long, value_name = "DIR|auto")]
    server_binaries: Option<PathBuf>,
    /// How many servers there are at a time, each with a schema to prove; as many as processors without, but four at most.
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// SQL that the platform runs before the migrations; may be given several times.
    #[arg(long, value_name = "FILE")]
    stub: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    Human,
    Json,
    Junit,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<bool, Box<dyn std::error::Error>> {
    let sets = chosen(args)?;
    let extensions: BTreeSet<String> = sets.iter().flat_map(MigrationSet::extensions).collect();
    let start = || match (&args.database_url, &args.server_binaries) {
        (Some(url), _) => Server::at_url(url),
        (None, Some(folder)) if folder.as_os_str() == "auto" => Server::binaries(None),
        (None, Some(folder)) => Server::binaries(Some(folder)),
        (None, None) => Server::embedded(&extensions),
    };
    let jobs = args.jobs.map_or_else(at_once, NonZeroUsize::get);
    let servers = Servers::new(jobs, &start);
    doing(args, "starting PostgreSQL");
    let proved = prove_all(&sets, &servers, jobs, &mut |set, told| tell(args, set, told));
    // The servers are still there, and so is what they took of the disk.
    let shortage = shortage();
    let reports = match (proved, shortage) {
        (Ok(reports), shortage) => {
            if let Some(why) = shortage.filter(|_| !reports.iter().all(|report| report.holds(false))) {
                writeln!(stderr(), "note: {why}")?;
            }
            reports
        }
        (Err(error), Some(why)) => return Err(format!("{error}; {why}").into()),
        (Err(error), None) => return Err(error.into()),
    };
    doing(args, "");
    match args.format {
        Format::Human => {}
        Format::Json => {
            serde_json::to_writer_pretty(stdout(), &reports)?;
            writeln!(stdout())?;
        }
        Format::Junit => write!(stdout(), "{}", report::junit(&reports, args.strict))?,
    }
    Ok(reports.iter().all(|report: &Report| report.holds(args.strict)))
}

/// Tells a person what a proof tells.
fn tell(args: &Args, set: &MigrationSet, told: &Told) {
    if let Told::Doing(what) = told {
        doing(args, &format!("{}: {what}", set.name));
    }
    if args.format != Format::Human {
        return;
    }
    let text = match told {
        Told::Begun(server) => format!("{} on {server}\n", set.name),
        Told::Doing(_) => return,
        Told::Done(step) => report::tell(step, true),
        Told::Ended(report) => format!("  {}\n", report::summary(report)),
    };
    doing(args, "");
    // Who closed our output reads the exit code.
    let _ = write!(stdout(), "{text}");
}

/// Returns how many schemas are proved at a time where nobody says: a server takes a processor and some 200 MB.
fn at_once() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get).min(4)
}

/// Reads the schemas that were asked for.
fn chosen(args: &Args) -> Result<Vec<MigrationSet>, Box<dyn std::error::Error>> {
    let found = migrations::discover(&args.root)?;
    if found.is_empty() {
        let root = args.root.display();
        return Err(format!("{root}: no generated/*/migrations to prove; run `cargo xtask gen` first").into());
    }
    if let Some(name) = args.names.iter().find(|name| !found.contains_key(*name)) {
        let known = found.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(format!("no generated/{name}/migrations to prove; there are: {known}").into());
    }
    let stubs = args.stub.iter().map(|path| migrations::read_script(path, &args.root));
    let stubs = stubs.collect::<Result<Vec<_>, _>>()?;
    let wanted = found.iter().filter(|(name, _)| args.names.is_empty() || args.names.contains(name));
    let sets = wanted.map(|(name, folder)| {
        let mut set = migrations::read(folder, &args.root, name)?;
        set.stubs.extend(stubs.iter().cloned());
        Ok(set)
    });
    sets.collect()
}

/// Shows what is going on where somebody watches; an empty text clears the line.
fn doing(args: &Args, what: &str) {
    if args.format == Format::Human && stderr().is_terminal() {
        let _ = write!(stderr(), "\r\x1b[K{what}").and_then(|()| stderr().flush());
    }
}
