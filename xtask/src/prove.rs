//! `prove`: hands over to the package that holds the database, which nothing else waits for.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::Exit;

/// Arguments of `prove`, which are those of the package `truthtable-prove`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Schemas to prove, and options; `cargo xtask prove -- --help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds and runs the proof.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    hand_over("truthtable-prove", root, &arguments.rest)
}

/// Builds and runs a program of the package that holds the database.
pub(crate) fn hand_over(program: &str, root: &Path, arguments: &[String]) -> io::Result<Exit> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "truthtable-prove", "--bin", program, "--", "--root"])
        .arg(root)
        .args(arguments)
        .status()?;
    Ok(match status.code() {
        Some(0) => Exit::Clean,
        Some(1) => Exit::Findings,
        _ => Exit::Failure,
    })
}
