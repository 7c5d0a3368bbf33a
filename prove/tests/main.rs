//! The tests of the proof, each on a PostgreSQL.
//!
//! They are one program: each program is linked with all that it calls, and only tests of one program share the processors
//! to the end. Those of one file alone: `cargo test -p truthtable-prove --test all plan::`. What cannot share a process with them
//! stands in `apart.rs`, with the reason.

mod behaviour;
mod catalog;
mod command;
mod document;
mod drift;
mod first_generation;
mod generated;
mod import;
mod large;
mod local;
mod mend;
mod pgtap;
mod plan;
mod policies;
mod privileges;
mod proof;
mod row_security;
mod runners;
mod schema;
mod servers;
mod versions;
