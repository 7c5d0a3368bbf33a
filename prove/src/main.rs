//! The command line of the proof: `truthtable-prove [NAME…]`.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use truthtable_prove::migrations::{self, MigrationSet};
use truthtable_prove::report::{self, Report};
use truthtable_prove::server::{Server, shortage};
use truthtable_prove::{Event, prove};

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
    doing(args, "starting PostgreSQL");
    let mut server = match (&args.database_url, &args.server_binaries) {
        (Some(url), _) => Server::at_url(url)?,
        (None, Some(folder)) if folder.as_os_str() == "auto" => Server::binaries(None)?,
        (None, Some(folder)) => Server::binaries(Some(folder))?,
        (None, None) => Server::embedded(&extensions)?,
    };
    let mut reports = Vec::new();
    for set in &sets {
        if args.format == Format::Human {
            doing(args, "");
            writeln!(stdout(), "{} on {}", set.name, server.label())?;
        }
        let report = prove(set, &mut server, &mut |event| match event {
            Event::Doing(what) => doing(args, &format!("{}: {what}", set.name)),
            Event::Done(step) if args.format == Format::Human => {
                doing(args, "");
                let _ = write!(stdout(), "{}", report::tell(step, true));
            }
            Event::Done(_) => {}
        });
        // The server is still there, and so is what it took of the disk.
        let shortage = shortage();
        let report = match (report, shortage) {
            (Ok(report), shortage) => {
                if let Some(why) = shortage.filter(|_| !report.holds(false)) {
                    writeln!(stderr(), "note: {why}")?;
                }
                report
            }
            (Err(error), Some(why)) => return Err(format!("{error}; {why}").into()),
            (Err(error), None) => return Err(error.into()),
        };
        if args.format == Format::Human {
            writeln!(stdout(), "  {}", report::summary(&report))?;
        }
        reports.push(report);
    }
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
