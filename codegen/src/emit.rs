//! Emitters: pure printers from the plan to files.
//!
//! [`EMITTERS`] is the whole list. An emitter looks nothing up, reports nothing and decides nothing about meaning.

pub mod dbml;
pub mod document;
pub mod files;
pub mod import;
pub mod pgtap;
pub mod rust;
pub mod sql;
mod template;

use crate::config::Config;
use crate::load::GENERATED;
use crate::model::Schema;
use crate::plan::Plan;
pub use files::FileSet;

/// What an emitter prints from.
#[derive(Clone, Copy, Debug)]
pub struct Emitting<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The decisions.
    pub plan: &'a Plan,
    /// The configuration.
    pub config: &'a Config,
    /// Paths of the author's files, sorted.
    pub sources: &'a [String],
}

impl Emitting<'_> {
    /// Returns the lines that every generated file begins with, each behind the comment marker of its language.
    pub fn header(&self, marker: &str) -> String {
        let mut header = format!("{marker} {GENERATED} `cargo xtask gen {}` from:\n", self.config.name);
        for source in self.sources {
            header.push_str(&format!("{marker}   {source}\n"));
        }
        header.push_str(&format!("{marker} Edit those and run it again; changes made here are lost.\n"));
        header
    }
}

/// A printer of one kind of files.
#[derive(Debug)]
pub struct Emitter {
    /// What it prints, in messages.
    pub name: &'static str,
    /// Prints its files.
    pub emit: fn(&Emitting<'_>, &mut FileSet),
}

/// Every emitter.
pub const EMITTERS: &[Emitter] = &[sql::EMITTER, rust::EMITTER, pgtap::EMITTER, document::EMITTER];

/// Prints every file.
pub fn emit(cx: &Emitting<'_>) -> FileSet {
    let mut files = FileSet::new(&cx.config.name);
    for emitter in EMITTERS {
        (emitter.emit)(cx, &mut files);
    }
    files
}
