//! DBML: tokens, a recovering parser, and names looked up within the files of a project.

mod bind;
mod consequences;
mod format;
mod lexer;
mod lower;
mod modules;
mod parser;
mod scope;
mod syntax;

pub use format::format;

use crate::diag::Sink;
use crate::source::decl::{Decl, Language};
use crate::source::{Frontend, Reading, by_extension};
use crate::span::{FileId, Fragment, Sources, Span};
use bumpalo::Bump;
use scope::Scope;
use std::collections::{BTreeMap, BTreeSet};
use syntax::Item;

/// The DBML front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Dbml,
    name: "DBML",
    extensions: &["dbml"],
    fences: &["dbml"],
    parse,
    imports,
    in_subfolders: false,
};

fn parse(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let arena = Bump::new();
    let document = parser::parse(fragment.text(), fragment, &arena, sink);
    let file = fragment.file();
    let project = modules::project(document, file, cx.sources, &arena, sink);
    let exports = modules::exports(&project, cx.sources);
    let is_open = has_other_languages(cx.sources);
    let mut scopes = BTreeMap::new();
    for (file, document) in &project.documents {
        let taken = modules::taken(&project, (document, *file), &exports, cx.sources, sink);
        let is_open = is_open || modules::misses_all(document, *file, cx.sources);
        scopes.insert(*file, Scope::new(document, &taken, is_open, &arena, cx.sources));
    }
    let recorded: BTreeMap<FileId, BTreeSet<Span>> = project
        .documents
        .iter()
        .filter_map(|(file, document)| {
            let tables = bind::recorded(document, scopes.get(file)?);
            Some((*file, tables.into_iter().map(|(table, _)| table.span).collect()))
        })
        .collect();
    // What is wrong with an imported file is wrong with what imports it; the same report from several files is one.
    for (file, document) in &project.documents {
        let Some(scope) = scopes.get_mut(file) else { continue };
        let others = recorded.iter().filter(|(other, _)| *other != file);
        scope.recorded = others.flat_map(|(_, tables)| tables.iter().copied()).collect();
        bind::check(document, scope, sink);
    }
    consequences::leave_out(cx.sources, sink);
    let own = project.documents.get(&file).zip(scopes.get(&file));
    own.map_or_else(Vec::new, |(document, scope)| lower::lower(document, scope))
}

/// Tells whether documents in other languages belong to the run.
fn has_other_languages(sources: &Sources) -> bool {
    let mut languages = sources.iter().filter_map(|(_, source)| by_extension(source.path()));
    languages.any(|frontend| frontend.language != Language::Dbml)
}

fn imports(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let arena = Bump::new();
    let document = parser::parse(text, &sources.fragment(file), &arena, &mut Sink::default());
    let paths = document.items.iter().filter_map(|item| match item {
        Item::Use(names) => Some(modules::path_of(names.path.node)),
        _ => None,
    });
    paths.collect()
}
