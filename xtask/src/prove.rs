//! `prove`: hands over to the package that holds the database, which nothing else waits for.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

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
    let status = command(program, root, arguments).status()?;
    Ok(match status.code() {
        Some(0) => Exit::Clean,
        Some(1) => Exit::Findings,
        _ => Exit::Failure,
    })
}

/// Builds and runs such a program on an input and returns what it prints; none where it failed, which it has said.
pub(crate) fn ask(
    program: &str,
    root: &Path,
    arguments: &[String],
    variables: &[(&str, &str)],
    input: &str,
) -> io::Result<Option<String>> {
    let mut command = command(program, root, arguments);
    command.envs(variables.iter().copied());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
    // One that fails may read nothing of it; its exit code says so.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
}

fn command(program: &str, root: &Path, arguments: &[String]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "truthtable-prove", "--bin", program, "--", "--root"]);
    command.arg(root).args(arguments);
    command
}
