//! Files that take elements from one another.
//!
//! `use` takes elements for the file itself; `reuse` also passes them on to whoever takes from this file.

use std::collections::BTreeSet;

use crate::diag::{Code, Sink, did_you_mean};
use crate::source::decl::QName;
use crate::span::{FileId, Sources, normalise};

use super::parser;
use super::scope::key;
use super::syntax::{Document, Item, Use};

const UNKNOWN_FILE: Code = Code::new("dbml-unknown-file");
const BROKEN_FILE: Code = Code::new("dbml-broken-import");
const UNKNOWN_KIND: Code = Code::new("dbml-unknown-kind");
const UNKNOWN_NAME: Code = Code::new("dbml-unknown-import");

/// What can be taken from a file, as `use` names it.
const KINDS: &[&str] = &["table", "enum", "tablepartial", "tablegroup", "note", "schema"];

/// Returns the path of an imported file, relative to the folder of the one that imports it; the ending may be left out.
pub(super) fn path_of(written: &str) -> String {
    if written.ends_with(".dbml") { written.to_owned() } else { format!("{written}.dbml") }
}

/// Returns what a file takes from others; what is not there is reported at its import.
pub(super) fn taken(document: &Document, file: FileId, sources: &Sources, sink: &mut Sink) -> Document {
    let mut items = Vec::new();
    for item in &document.items {
        if let Item::Use(names) = item {
            check_kinds(names, sink);
            check_syntax(names, file, sources, sink);
            items.extend(take(names, file, sources, &mut BTreeSet::from([file]), sink));
        }
    }
    Document { items }
}

/// Returns the elements that one `use` names.
fn take(
    names: &Use,
    file: FileId,
    sources: &Sources,
    seen: &mut BTreeSet<FileId>,
    sink: &mut Sink,
) -> Vec<Item> {
    let Some(target) = target(names, file, sources, sink) else { return Vec::new() };
    let offered = offered(target, sources, seen);
    let Some(wanted) = &names.names else { return offered };
    let mut found = Vec::new();
    for name in wanted {
        let kind = name.kind.node.to_lowercase();
        let is_wanted = |item: &&Item| match kind.as_str() {
            "schema" => named(item).is_some_and(|(_, other)| key(other).0 == name.name.name.node),
            _ => named(item).is_some_and(|(of, other)| of == kind && key(other) == key(&name.name)),
        };
        let mut items = offered.iter().filter(is_wanted).cloned().peekable();
        if items.peek().is_none() && KINDS.contains(&kind.as_str()) {
            let known: Vec<String> =
                offered.iter().filter_map(named).map(|(_, name)| name.to_string()).collect();
            let message = format!("`{}` has no {kind} `{}`", names.path.node, name.name);
            sink.error(UNKNOWN_NAME, name.name.span(), message)
                .help(did_you_mean(&name.name.to_string(), known.iter().map(String::as_str)));
        }
        found.extend(items);
    }
    found
}

/// Returns what a file offers to others: its own elements, and those that it passes on.
fn offered(file: FileId, sources: &Sources, seen: &mut BTreeSet<FileId>) -> Vec<Item> {
    if !seen.insert(file) {
        return Vec::new();
    }
    // What is wrong with another file is reported where that file is read for itself.
    let mut muted = Sink::default();
    let document = parser::parse(&sources.fragment(file), &mut muted);
    let mut items = Vec::new();
    for item in document.items {
        match item {
            Item::Use(names) if names.reuse => items.extend(take(&names, file, sources, seen, &mut muted)),
            Item::Use(_) => {}
            item => items.push(item),
        }
    }
    items
}

/// Returns the kind and name of an element that can be taken.
fn named(item: &Item) -> Option<(&'static str, &QName)> {
    match item {
        Item::Table(table) => Some(("table", &table.name)),
        Item::Partial(partial) => Some(("tablepartial", &partial.name)),
        Item::Enum(data) => Some(("enum", &data.name)),
        Item::Group(group) => Some(("tablegroup", &group.name)),
        Item::Project(_) | Item::Ref(_) | Item::Note(_) | Item::Records(_) | Item::Use(_) => None,
        Item::Metadata(_) | Item::Dependencies(_) | Item::View(_) => None,
    }
}

fn check_kinds(names: &Use, sink: &mut Sink) {
    for name in names.names.iter().flatten() {
        let kind = name.kind.node.to_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            sink.error(
                UNKNOWN_KIND,
                name.kind.span,
                format!("nothing of the kind `{}` can be taken", name.kind.node),
            )
            .help(did_you_mean(&kind, KINDS.iter().copied()))
            .help(format!("what can be taken is a {}", KINDS.join(", ")));
        }
    }
}

/// Reports an import of a file that cannot be read well; its mistakes are shown where that file is read for itself.
fn check_syntax(names: &Use, file: FileId, sources: &Sources, sink: &mut Sink) {
    let mut other = Sink::default();
    if let Some(target) = target(names, file, sources, &mut Sink::default()) {
        parser::parse(&sources.fragment(target), &mut other);
    }
    if other.has_errors() {
        sink.error(BROKEN_FILE, names.path.span, format!("`{}` has mistakes of its own", names.path.node))
            .help("mend that file first");
    }
}

fn target(names: &Use, file: FileId, sources: &Sources, sink: &mut Sink) -> Option<FileId> {
    let own = sources.file(file).path();
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let written = &names.path.node;
    let path = if folder.is_empty() { path_of(written) } else { format!("{folder}/{}", path_of(written)) };
    let found = sources.find(&normalise(&path));
    if found.is_none() {
        sink.error(UNKNOWN_FILE, names.path.span, format!("there is no file `{written}`"))
            .help(format!("paths are relative to this file; looked for `{}`", normalise(&path)));
    }
    found
}
