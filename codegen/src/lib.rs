//! Truthtable reads the documents in which a team describes its database and makes them true.

pub mod config;
pub mod diag;
pub mod source;
pub mod span;
