//! What an import reads, written down as SQL: a live database, or what migrations make on a server of our own.

use std::collections::BTreeSet;
use std::env;
use std::io::{Read, Write, stderr, stdin, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use truthtable_prove::server::{Live, Server, redact};
use truthtable_prove::{drift, replay, sql};

/// The variable that holds the live database's URL: other users of the machine do not see it there.
const VARIABLE: &str = "DATABASE_URL";

/// Prints the SQL that makes a database out of an empty one. `cargo xtask import` calls it.
///
/// Exit codes: 0 printed, 2 usage, I/O or the server.
#[derive(Parser)]
#[command(name = "truthtable-import")]
struct Args {
    /// The folder in which the caller works.
    #[arg(long, default_value = ".", value_name = "DIR")]
    root: PathBuf,
    /// Run the scripts that stand on the standard input, a JSON list of texts, and print as JSON what they make and what of
    /// them does not run; without, the database at `DATABASE_URL` is printed.
    #[arg(long)]
    scripts: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let url = env::var(VARIABLE).unwrap_or_default();
    match if args.scripts { scripts() } else { live(&url) } {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "error: {}", redact(&url, error.to_string().trim_end()));
            ExitCode::from(2)
        }
    }
}

fn live(url: &str) -> Result<(), Box<dyn std::error::Error>> {
    if url.is_empty() {
        return Err(format!("give the live database in {VARIABLE}").into());
    }
    let (text, left) = drift::script(&drift::dump(&mut Live::open(url)?)?);
    write!(stdout().lock(), "{text}")?;
    for left in left {
        writeln!(stderr(), "warning: left out: {left}")?;
    }
    Ok(())
}

fn scripts() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    stdin().read_to_string(&mut text)?;
    let scripts: Vec<String> = serde_json::from_str(&text)?;
    let extensions: BTreeSet<String> =
        scripts.iter().flat_map(|text| sql::created_extensions(text)).collect();
    let mut server = Server::embedded(&extensions)?;
    serde_json::to_writer(stdout().lock(), &replay::replay(&mut server, &scripts)?)?;
    Ok(())
}
