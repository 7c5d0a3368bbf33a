//! Files that take elements from one another: `use` takes them for one file, `reuse` passes them on as well.

use std::collections::{BTreeMap, BTreeSet};

use bumpalo::Bump;

use crate::diag::{Code, Sink, did_you_mean};
use crate::span::{FileId, Sources, Span, normalise};

use super::parser;
use super::scope::{Key, PUBLIC, key};
use super::syntax::{Document, Item, Name, Use, UseName, Word};

const UNKNOWN_FILE: Code = Code::new("dbml-unknown-file");
const UNKNOWN_NAME: Code = Code::new("dbml-unknown-import");
const PARTIAL_LEFT: Code = Code::new("dbml-partial-not-imported");

/// An element under the name that a file knows it by.
#[derive(Clone, Debug)]
pub(super) struct Visible<'a> {
    pub(super) key: Key<'a>,
    pub(super) item: &'a Item<'a>,
}

/// Every file that one reaches through its imports, itself included.
#[derive(Debug)]
pub(super) struct Project<'t> {
    pub(super) documents: BTreeMap<FileId, Document<'t>>,
}

/// Returns the path of an imported file, relative to the folder of the one that imports it; the ending may be left out.
pub(super) fn path_of(written: &str) -> String {
    if written.ends_with(".dbml") { written.to_owned() } else { format!("{written}.dbml") }
}

/// Reads every file that a file imports, directly or through others; one that is not there is reported at its import.
pub(super) fn project<'t>(
    document: Document<'t>,
    file: FileId,
    sources: &'t Sources,
    arena: &'t Bump,
    sink: &mut Sink,
) -> Project<'t> {
    let mut documents = BTreeMap::new();
    let mut queue = targets(&document, file, sources, sink);
    documents.insert(file, document);
    while let Some(next) = queue.pop() {
        if documents.contains_key(&next) {
            continue;
        }
        let document = parser::parse(sources.file(next).text(), &sources.fragment(next), arena, sink);
        queue.extend(targets(&document, next, sources, sink));
        documents.insert(next, document);
    }
    Project { documents }
}

fn targets(document: &Document<'_>, file: FileId, sources: &Sources, sink: &mut Sink) -> Vec<FileId> {
    let mut found = Vec::new();
    for import in imports(document) {
        match target(import, file, sources) {
            Some(target) => found.push(target),
            None => {
                let written = import.path.node;
                let path = full_path(import, file, sources);
                sink.error(UNKNOWN_FILE, import.path.span, format!("there is no file `{written}`"))
                    .help(format!("paths are relative to this file; looked for `{path}`"));
            }
        }
    }
    found
}

fn imports<'a>(document: &'a Document<'a>) -> impl Iterator<Item = &'a Use<'a>> {
    document.items.iter().filter_map(|item| if let Item::Use(import) = item { Some(import) } else { None })
}

fn full_path(import: &Use<'_>, file: FileId, sources: &Sources) -> String {
    let own = sources.file(file).path();
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = path_of(import.path.node);
    normalise(&if folder.is_empty() { path } else { format!("{folder}/{path}") })
}

fn target(import: &Use<'_>, file: FileId, sources: &Sources) -> Option<FileId> {
    sources.find(&full_path(import, file, sources))
}

/// Tells whether a file takes everything from one that is not there.
pub(super) fn misses_all(document: &Document<'_>, file: FileId, sources: &Sources) -> bool {
    imports(document).any(|import| import.names.is_none() && target(import, file, sources).is_none())
}

/// What each file offers to those that import it, by kind and name.
pub(super) type Exports<'a> = BTreeMap<FileId, Names<'a>>;

/// Returns what every file offers: what it defines, and what it reuses of others. Files may import one another in circles, so
/// names are passed on until none is new; there are finitely many.
pub(super) fn exports<'a>(project: &'a Project<'a>, sources: &Sources) -> Exports<'a> {
    let mut offered: Exports<'a> = BTreeMap::new();
    if project.documents.values().all(|document| imports(document).next().is_none()) {
        return offered;
    }
    for (file, document) in &project.documents {
        let own = document.items.iter().filter_map(|item| Some(((kind(item)?, own_key(item)?), item)));
        let mut names = BTreeMap::new();
        own.for_each(|(name, item)| {
            names.entry(name).or_insert(item);
        });
        offered.insert(*file, names);
    }
    loop {
        let mut changed = false;
        for (file, document) in &project.documents {
            for import in imports(document).filter(|import| import.reuse) {
                let Some(from) = target(import, *file, sources).and_then(|target| offered.get(&target))
                else {
                    continue;
                };
                let taken = take(import, from);
                let Some(names) = offered.get_mut(file) else { continue };
                for (name, item) in taken {
                    changed |= !names.contains_key(&name);
                    names.entry(name).or_insert(item);
                }
            }
        }
        if !changed {
            return offered;
        }
    }
}

type Names<'a> = BTreeMap<(&'static str, Key<'a>), &'a Item<'a>>;

/// Returns what an import takes of what a file offers, under the names that it gives.
fn take<'a>(import: &'a Use<'a>, from: &Names<'a>) -> Names<'a> {
    let Some(names) = import.names else { return from.clone() };
    let mut taken = BTreeMap::new();
    for name in names {
        let kind = name.kind.node.to_lowercase();
        let wanted = key(&name.name);
        if kind == "schema" {
            let alias = name.alias.as_ref().map(|alias| alias.node);
            let of_schema = from.iter().filter(|((_, (schema, _)), _)| *schema == wanted.1);
            taken
                .extend(of_schema.map(|((kind, (schema, name)), item)| {
                    ((*kind, (alias.unwrap_or(schema), *name)), *item)
                }));
            continue;
        }
        if let Some(((kind, _), item)) = from.get_key_value(&(static_kind(&kind), wanted)) {
            taken.insert((*kind, known_as(name)), *item);
        }
    }
    taken
}

/// Returns the name that the importing file knows an element by.
pub(super) fn known_as<'a>(name: &'a UseName<'_>) -> Key<'a> {
    name.alias.as_ref().map_or_else(|| key(&name.name), |alias| (PUBLIC, alias.node))
}

/// Returns what a file takes from others, and reports imports of what is not there.
pub(super) fn taken<'a>(
    project: &'a Project<'a>,
    (document, file): (&'a Document<'a>, FileId),
    exports: &Exports<'a>,
    sources: &Sources,
    sink: &mut Sink,
) -> Vec<Visible<'a>> {
    let mut visible: Names<'a> = BTreeMap::new();
    let mut places: Vec<(Span, &'a Item<'a>)> = Vec::new();
    for import in imports(document) {
        let Some(target) = target(import, file, sources) else { continue };
        let Some((from, source)) = exports.get(&target).zip(project.documents.get(&target)) else { continue };
        for name in import.names.iter().copied().flatten() {
            if !source.lost.may_define(name.name.name.node) {
                unknown(&name.kind, &name.name, &import.path, from, sink);
            }
        }
        let names = take(import, from);
        places.extend(names.values().map(|item| (import.path.span, *item)));
        for (name, item) in names {
            visible.entry(name).or_insert(item);
        }
    }
    let own = document.items.iter().filter_map(|item| Some((kind(item)?, own_key(item)?)));
    let mut partials: BTreeSet<&str> = visible
        .keys()
        .copied()
        .chain(own)
        .filter(|(kind, _)| *kind == "tablepartial")
        .map(|(_, (_, name))| name)
        .collect();
    for (span, item) in places {
        let Item::Table(table) = item else { continue };
        for (name, _) in table.injections {
            if partials.insert(name.node) {
                sink.error(
                    PARTIAL_LEFT,
                    span,
                    format!("the table `{}` needs the partial `{}`", table.name, name.node),
                )
                .label(name.span, "injected here")
                .help(format!("import it as well: `tablepartial {}`", name.node));
            }
        }
    }
    visible.into_iter().map(|((_, key), item)| Visible { key, item }).collect()
}

fn unknown(kind: &Word<'_>, name: &Name<'_>, path: &Word<'_>, from: &Names<'_>, sink: &mut Sink) {
    let wanted = kind.node.to_lowercase();
    let static_kind = static_kind(&wanted);
    if static_kind.is_empty() && wanted != "schema" {
        let kinds = ["table", "enum", "tablepartial", "tablegroup", "note", "schema"];
        sink.error(UNKNOWN_NAME, kind.span, format!("`{}` is no kind of element", kind.node))
            .help(did_you_mean(&wanted, kinds))
            .help(format!("name one of {}", kinds.join(", ")));
        return;
    }
    let found = if wanted == "schema" {
        // A schema without elements is still one: `public` is in every file.
        name.name.node == PUBLIC || from.keys().any(|(_, (schema, _))| *schema == name.name.node)
    } else {
        from.contains_key(&(static_kind, key(name)))
    };
    if !found {
        let names = || from.keys().filter(|(kind, _)| *kind == static_kind).map(|(_, (_, name))| *name);
        let known = sink.may_suggest().then(names).into_iter().flatten();
        sink.error(UNKNOWN_NAME, name.span(), format!("`{}` offers no {wanted} `{name}`", path.node))
            .help(did_you_mean(name.name.node, known));
    }
}

fn static_kind(kind: &str) -> &'static str {
    ["table", "enum", "tablepartial", "tablegroup", "note"]
        .into_iter()
        .find(|known| *known == kind)
        .unwrap_or_default()
}

fn kind(item: &Item<'_>) -> Option<&'static str> {
    match item {
        Item::Table(_) => Some("table"),
        Item::Enum(_) => Some("enum"),
        Item::Partial(_) => Some("tablepartial"),
        Item::Group(_) => Some("tablegroup"),
        Item::Note(_) => Some("note"),
        Item::Project(_)
        | Item::Ref(_)
        | Item::Records(_)
        | Item::Use(_)
        | Item::Dep(_)
        | Item::Metadata(_)
        | Item::Diagram(_) => None,
    }
}

/// Returns the name that an element has in the file that defines it.
pub(super) fn own_key<'i>(item: &'i Item<'_>) -> Option<Key<'i>> {
    match item {
        Item::Table(data) | Item::Partial(data) => Some(key(&data.name)),
        Item::Enum(data) => Some(key(&data.name)),
        Item::Group(data) => Some(key(&data.name)),
        Item::Note(data) => Some((PUBLIC, data.name.node)),
        Item::Project(_)
        | Item::Ref(_)
        | Item::Records(_)
        | Item::Use(_)
        | Item::Dep(_)
        | Item::Metadata(_)
        | Item::Diagram(_) => None,
    }
}
