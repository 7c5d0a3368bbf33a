//! Prisma schema language.
//!
//! A schema may stand in several files: names are looked up in all of them, and each file declares its own models and enums.

mod check;
mod datamodel;
mod lexer;
mod literal;
mod lower;
mod names;
mod parser;
mod resolve;
mod syntax;

use serde_json::Value as Json;

use crate::diag::Sink;
use crate::source::decl::{Decl, Language};
use crate::source::{Frontend, Reading};
use crate::span::{FileId, Fragment, Sources};
use resolve::Schema;
use syntax::Document;

const EXTENSION: &str = ".prisma";

/// The Prisma front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Prisma,
    name: "Prisma",
    extensions: &["prisma"],
    fences: &["prisma"],
    parse,
    imports: |_| Vec::new(),
    in_subfolders: true,
};

fn parse(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let document = parser::parse(fragment, sink);
    let others = others(cx, fragment.file());
    // Of what is declared twice the first counts, whichever file is read.
    let after = others.iter().position(|(file, _)| *file > fragment.file()).unwrap_or(others.len());
    let mut all: Vec<&Document> = others.iter().map(|(_, document)| document).collect();
    all.insert(after, &document);
    let schema = Schema::new(&all);
    check::check(&document, &schema, sink);
    lower::lower(&document, &schema)
}

/// Reads fragments of a document that are one schema; returns the declarations of each.
///
/// A document may show a part: what it does not show is no error.
pub(in crate::source) fn parse_together(
    fragments: &[&Fragment<'_>],
    cx: &Reading<'_>,
    sink: &mut Sink,
) -> Vec<Vec<Decl>> {
    let Some(first) = fragments.first() else { return Vec::new() };
    let documents: Vec<Document> = fragments.iter().map(|fragment| parser::parse(fragment, sink)).collect();
    let others = others(cx, first.file());
    let all: Vec<&Document> = documents.iter().chain(others.iter().map(|(_, document)| document)).collect();
    let schema = Schema::new(&all).in_parts();
    let lower = |document: &Document| {
        check::check(document, &schema, sink);
        lower::lower(document, &schema)
    };
    documents.iter().map(lower).collect()
}

/// Reads the other Prisma files of the schema; what is wrong with them is reported where they are read for themselves.
fn others(cx: &Reading<'_>, except: FileId) -> Vec<(FileId, Document)> {
    documents(cx.sources, |file| file != except && cx.inputs.contains(&file))
}

fn documents(sources: &Sources, is_meant: impl Fn(FileId) -> bool) -> Vec<(FileId, Document)> {
    sources
        .iter()
        .filter(|(file, source)| is_meant(*file) && source.path().ends_with(EXTENSION))
        .map(|(file, _)| (file, parser::parse(&sources.fragment(file), &mut Sink::default())))
        .collect()
}

/// Returns what the Prisma files of a run say, in the terms of Prisma's own data model; nothing where there are none.
pub fn data_model(sources: &Sources) -> Option<Json> {
    let documents = documents(sources, |_| true);
    let documents: Vec<&Document> = documents.iter().map(|(_, document)| document).collect();
    (!documents.is_empty()).then(|| datamodel::to_json(&documents, &Schema::new(&documents)))
}
