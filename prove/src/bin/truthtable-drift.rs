//! The command line of the comparison with a live database: `truthtable-drift NAME --database-url URL`.

use std::env;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use truthtable_prove::drift::{self, Filter, Report};
use truthtable_prove::migrations;
use truthtable_prove::server::{Live, Server, redact};

/// The variable that holds the URL where the command line does not.
const VARIABLE: &str = "DATABASE_URL";

/// Compares a document with a live database, catalogue with catalogue. The live database is only read.
///
/// Exit codes: 0 no drift, 1 drift, 2 usage, configuration, I/O or a server.
#[derive(Parser)]
#[command(name = "truthtable-drift")]
struct Args {
    /// The schema; where there is only one, it need not be named.
    name: Option<String>,
    /// The live database; `DATABASE_URL` of the environment without. With `sslmode`, `sslrootcert`, `sslcert` and
    /// `sslkey` as PostgreSQL's own clients have them. What it does not say is `PGHOST`, `PGPASSWORD` … of the environment.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The folder that holds `schema/` and `generated/`.
    #[arg(long, default_value = ".", value_name = "DIR")]
    root: PathBuf,
    /// Compare only the schemas of the database that match; may be given several times.
    #[arg(long, value_name = "GLOB")]
    schema: Vec<String>,
    /// Compare only the objects that match (`orders`, `orders.*`, `audit.*`); may be given several times.
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// Compare owners too: whose an object is that is not the database owner's.
    #[arg(long)]
    owners: bool,
    /// How differences are told.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Print the SQL that would bring the live database to the document; nothing of it is run.
    #[arg(long)]
    mend: bool,
    /// Build the document's side on local PostgreSQL binaries: the folder that holds `initdb` and `postgres`, or `auto`.
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
    Github,
}

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // What was mistyped is repeated, and it may be the URL.
        Err(error) if error.use_stderr() => {
            let _ = write!(stderr(), "{}", redact("", &error.to_string()));
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let url = args.database_url.clone().or_else(|| env::var(VARIABLE).ok()).unwrap_or_default();
    match run(&args, &url) {
        Ok(report) if report.drift.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            doing("");
            let _ = writeln!(stderr(), "error: {}", redact(&url, error.to_string().trim_end()));
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args, url: &str) -> Result<Report, Box<dyn std::error::Error>> {
    let found = migrations::discover(&args.root)?;
    let known = found.keys().cloned().collect::<Vec<_>>().join(", ");
    let (name, folder) = match (&args.name, found.len()) {
        (_, 0) => {
            let root = args.root.display();
            return Err(format!("{root}: no generated/*/migrations; run `cargo xtask gen` first").into());
        }
        (Some(name), _) => found
            .get_key_value(name)
            .ok_or_else(|| format!("no generated/{name}/migrations; there are: {known}"))?,
        (None, 1) => found.first_key_value().ok_or("no schema")?,
        (None, _) => return Err(format!("name one of the schemas: {known}").into()),
    };
    if url.is_empty() {
        return Err(format!("give the live database with --database-url, or in {VARIABLE}").into());
    }
    let mut set = migrations::read(folder, &args.root, name)?;
    for stub in &args.stub {
        set.stubs.push(migrations::read_script(stub, &args.root)?);
    }
    doing("connecting to the live database");
    let mut live = Live::open(url)?;
    doing("starting PostgreSQL for the document's side");
    let mut server = match &args.server_binaries {
        Some(folder) if folder.as_os_str() == "auto" => Server::binaries(None)?,
        Some(folder) => Server::binaries(Some(folder))?,
        None => Server::embedded(&set.extensions_of_schema())?,
    };
    doing("comparing");
    let filter = Filter { schemas: args.schema.clone(), only: args.only.clone(), owners: args.owners };
    let report = drift::drift(&set, &mut live, &mut server, &filter)?;
    doing("");
    let mut out = stdout().lock();
    match args.format {
        // The script goes where it can be kept; a person still sees what it is about.
        Format::Human if args.mend => {
            write!(stderr(), "{}", drift::human(&report))?;
            write!(out, "{}", drift::sql(&report))?;
        }
        Format::Human => write!(out, "{}", drift::human(&report))?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &drift::json(&report, args.mend))?;
            writeln!(out)?;
        }
        Format::Github => {
            write!(out, "{}", drift::github(&report))?;
            if args.mend {
                write!(stderr(), "{}", drift::sql(&report))?;
            }
        }
    }
    Ok(report)
}

/// Shows what is going on where somebody watches; an empty text clears the line.
fn doing(what: &str) {
    if stderr().is_terminal() {
        let _ = write!(stderr(), "\r\x1b[K{what}").and_then(|()| stderr().flush());
    }
}
