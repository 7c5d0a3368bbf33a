//! DBML: tokens, a recovering parser, and names looked up within the files of a project.

mod bind;
mod extra;
mod lexer;
mod lower;
mod modules;
mod parser;
mod scope;
mod syntax;

use crate::diag::Sink;
use crate::source::decl::{Decl, Language};
use crate::source::{Frontend, Reading, by_extension};
use crate::span::{Fragment, Sources};
use scope::Scope;
use syntax::Item;

/// The DBML front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Dbml,
    name: "DBML",
    extensions: &["dbml"],
    fences: &["dbml"],
    parse,
    imports,
};

fn parse(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let document = parser::parse(fragment, sink);
    let taken = modules::taken(&document, fragment.file(), cx.sources, sink);
    let scope = Scope::new(&[&document, &taken], has_other_languages(cx.sources));
    bind::check(&document, &scope, sink);
    lower::lower(&document, &scope)
}

/// Tells whether documents in other languages belong to the run.
fn has_other_languages(sources: &Sources) -> bool {
    let languages = sources.iter().filter_map(|(_, source)| by_extension(source.path()));
    languages.into_iter().any(|frontend| frontend.language != Language::Dbml)
}

fn imports(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let document = parser::parse(&sources.fragment(file), &mut Sink::default());
    let paths = document.items.iter().filter_map(|item| match item {
        Item::Use(names) => Some(modules::path_of(&names.path.node)),
        _ => None,
    });
    paths.collect()
}
