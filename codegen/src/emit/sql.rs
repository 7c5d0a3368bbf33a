//! SQL files.

use super::{Emitter, Emitting, FileSet};

/// Prints it.
pub const EMITTER: Emitter = Emitter { name: "sql", emit };

fn emit(_cx: &Emitting<'_>, _files: &mut FileSet) {}
