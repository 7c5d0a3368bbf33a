//! The tests of the whole workspace.
//!
//! They are one program: each program is linked with all that it calls, and only tests of one program share the processors
//! to the end. Those of one file alone: `cargo test -p truthtable-tests --test all replay::`. A test that needs a process to itself
//! becomes a `[[test]]` of its own, with the reason in its first line.

mod architecture;
mod catalogues;
mod claims;
mod corpus_dbml;
mod corpus_expectations;
mod corpus_markdown;
mod corpus_prisma;
mod corpus_sql;
mod dbml_diagnostics;
mod dbml_documents;
mod first_generation;
mod fix_dbml;
mod format_dbml;
mod generated;
mod import;
mod markdown_documents;
mod prisma_diagnostics;
mod replay;
mod squawk;
