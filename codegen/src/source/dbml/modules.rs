//! Files that take elements from one another.

use std::collections::BTreeSet;

use crate::diag::{Code, Sink};
use crate::span::{FileId, Sources, normalise};

use super::parser;
use super::syntax::{Document, Item};

const UNKNOWN_FILE: Code = Code::new("dbml-unknown-file");

/// Returns the path of an imported file, relative to the folder of the one that imports it; the ending may be left out.
pub(super) fn path_of(written: &str) -> String {
    if written.ends_with(".dbml") { written.to_owned() } else { format!("{written}.dbml") }
}

/// Returns every file that a file imports, directly or through others; one that is not there is reported at its import.
pub(super) fn imported(
    document: &Document,
    file: FileId,
    sources: &Sources,
    sink: &mut Sink,
) -> Vec<Document> {
    let mut seen: BTreeSet<FileId> = BTreeSet::from([file]);
    let mut documents: Vec<Document> = Vec::new();
    let mut queue = targets(document, file, sources, sink);
    while let Some(next) = queue.pop() {
        if !seen.insert(next) {
            continue;
        }
        // What is wrong with another file is reported where that file is read for itself.
        let mut muted = Sink::default();
        let document = parser::parse(&sources.fragment(next), &mut muted);
        queue.extend(targets(&document, next, sources, &mut muted));
        documents.push(document);
    }
    documents
}

fn targets(document: &Document, file: FileId, sources: &Sources, sink: &mut Sink) -> Vec<FileId> {
    let own = sources.file(file).path();
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for item in &document.items {
        let Item::Use(names) = item else { continue };
        let written = &names.path.node;
        let path =
            if folder.is_empty() { path_of(written) } else { format!("{folder}/{}", path_of(written)) };
        match sources.find(&normalise(&path)) {
            Some(target) => found.push(target),
            None => {
                sink.error(UNKNOWN_FILE, names.path.span, format!("there is no file `{written}`"))
                    .help(format!("paths are relative to this file; looked for `{}`", normalise(&path)));
            }
        }
    }
    found
}
