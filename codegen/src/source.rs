//! Front-ends: text to declarations.
//!
//! [`FRONTENDS`] is the whole list. A front-end is chosen by a file's extension; the Markdown front-end passes each fence on
//! to the front-end that claims its info string.

pub mod dbml;
pub mod decl;
pub mod markdown;
pub mod mermaid;
pub(crate) mod plural;
pub mod prisma;
pub(crate) mod ruling;
pub mod sql;

use crate::config::Config;
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Language};
use crate::span::{FileId, Fragment, Sources};

const UNKNOWN_FORMAT: Code = Code::new("unknown-format");

/// A reader of one language.
#[derive(Debug)]
pub struct Frontend {
    /// The language.
    pub language: Language,
    /// Its name in messages.
    pub name: &'static str,
    /// File extensions, in lower case and without a dot.
    pub extensions: &'static [&'static str],
    /// Info strings of Markdown fences, in lower case.
    pub fences: &'static [&'static str],
    /// Reads a text: reports what it cannot understand and gives everything that it can.
    pub parse: fn(&Fragment<'_>, &Reading<'_>, &mut Sink) -> Vec<Decl>,
    /// Returns the paths of other files that a text imports, relative to its own, as written.
    pub imports: fn(&str) -> Vec<String>,
    /// Whether a schema of the language goes on in the folders below its own.
    pub in_subfolders: bool,
}

/// What a front-end may look at beside the text it reads.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// Every file of the run, imported ones included.
    pub sources: &'a Sources,
    /// The files that are one schema with the text; [`read`] sets them.
    pub inputs: &'a [FileId],
    /// The configuration.
    pub config: &'a Config,
}

/// Every front-end.
pub const FRONTENDS: &[Frontend] =
    &[dbml::FRONTEND, markdown::FRONTEND, mermaid::FRONTEND, prisma::FRONTEND, sql::FRONTEND];

/// Codes of what the official tool of a format refuses and a front-end reads all the same; `[lint.levels]` may set their levels.
pub const LENIENCIES: &[&str] = &[
    "dbml-missing-space",
    "dbml-note-on-ref",
    "dbml-ref-twice",
    "dbml-signed-row",
    "dbml-text-before-schema",
    "dbml-uneven-parentheses",
    "prisma-composite-type",
    "prisma-layout",
    "prisma-preview-feature",
    "prisma-unknown-attribute",
    "prisma-unknown-property",
];

/// Reads `inputs` into declarations, in their order.
pub fn read(inputs: &[FileId], cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let cx = &Reading { inputs, ..*cx };
    let mut decls = Vec::new();
    for &file in inputs {
        let fragment = cx.sources.fragment(file);
        let path = cx.sources.file(file).path();
        match by_extension(path) {
            Some(frontend) => {
                let read = (frontend.parse)(&fragment, cx, sink);
                // Markdown says its own; a script that is taken at its word rules nothing.
                if frontend.language != Language::Markdown && !cx.config.literal {
                    ruling::tell_loose(&fragment, frontend.language, &read, sink);
                }
                // Of a single file nothing is copied.
                if decls.is_empty() {
                    decls = read;
                } else {
                    decls.extend(read);
                }
            }
            None => {
                sink.error(UNKNOWN_FORMAT, fragment.span(0..0), format!("no reader for `{path}`"))
                    .help(format!("files that can be read end in {}", extensions()));
            }
        }
    }
    markdown::check_mapping(inputs, &decls, cx, sink);
    decls
}

/// Returns the front-end for a file, by the end of its name; a further `.txt` behind it is passed over.
pub fn by_extension(path: &str) -> Option<&'static Frontend> {
    let lower = path.to_lowercase();
    let name = lower.strip_suffix(".txt").unwrap_or(&lower);
    let extension = name.rsplit_once('.')?.1;
    FRONTENDS.iter().find(|frontend| frontend.extensions.contains(&extension))
}

/// Returns the front-end that claims a Markdown fence's info string.
pub fn by_fence(info: &str) -> Option<&'static Frontend> {
    let word = info.split([' ', '\t', ',', '{']).next()?.to_lowercase();
    FRONTENDS.iter().find(|frontend| frontend.fences.contains(&word.as_str()))
}

fn extensions() -> String {
    let all: Vec<String> = FRONTENDS
        .iter()
        .flat_map(|frontend| frontend.extensions)
        .map(|extension| format!("`.{extension}`"))
        .collect();
    all.join(", ")
}
