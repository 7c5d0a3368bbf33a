//! The tests of the command line.
//!
//! They are one program: each program is linked with all that it calls, and only tests of one program share the processors
//! to the end. Those of one file alone: `cargo test -p xtask --test all cli::`. A test that needs a process to itself
//! becomes a `[[test]]` of its own, with the reason in its first line.

mod by_hand;
mod cli;
mod explain;
mod import;
mod marks;
mod new_rule;
mod release;
mod rollback;
mod rows;
mod watch;
mod workspace;
