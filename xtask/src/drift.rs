//! `drift`: hands over to the package that holds the database, as `prove` does.

use std::io;
use std::path::Path;

use crate::{Exit, prove};

/// Arguments of `drift`, which are those of `truthtable-drift`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The schema, `--database-url URL`, and options; `cargo xtask drift -- --help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds and runs the comparison.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> io::Result<Exit> {
    prove::hand_over("truthtable-drift", root, &arguments.rest)
}
