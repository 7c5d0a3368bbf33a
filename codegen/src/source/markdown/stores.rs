//! Collections of another store beside the tables of the database: what a document says of Firestore's `users` is not said of the table `users`.

use std::collections::BTreeSet;

use super::outline::{Block, Fence, Section};
use super::{labels, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, QName, SaidDecl};
use crate::span::Span;

const OTHER_STORE: Code = Code::new("other-store-not-read");
const AS_TABLES: Code = Code::new("collections-as-tables");

/// Stores of documents, keys or words, as headings name them.
const STORES: &[(&str, &str)] = &[
    ("firestore", "Firestore"),
    ("firebase", "Firebase"),
    ("mongodb", "MongoDB"),
    ("mongo", "MongoDB"),
    ("dynamodb", "DynamoDB"),
    ("redis", "Redis"),
    ("elasticsearch", "Elasticsearch"),
    ("opensearch", "OpenSearch"),
    ("appwrite", "Appwrite"),
    ("couchdb", "CouchDB"),
    ("collection", DOCUMENTS),
    ("collections", DOCUMENTS),
];

/// Databases of tables, as headings name them.
const RELATIONAL: &[&str] = &["postgres", "postgresql", "sql", "mysql", "mariadb", "sqlite", "supabase"];

/// What headings that only speak of collections are about.
const DOCUMENTS: &str = "a store of documents";

/// Takes out what headings about another store say of tables that the rest of the document defines, and of its indexes everywhere; `read`
/// are the declarations of each of `sections`.
pub(super) fn drop(sections: &[Section], read: &mut [Vec<Decl>], sink: &mut Sink) {
    let stores: Vec<Option<&str>> = sections.iter().map(|section| store(sections, section)).collect();
    if stores.iter().all(Option::is_none) {
        return;
    }
    let defined: BTreeSet<String> = (sections.iter().zip(&stores).zip(read.iter()))
        .flat_map(|((section, store), decls)| {
            let counts = move |span: Span| store.is_none() || in_fence(section, span);
            decls.iter().filter_map(move |decl| match decl {
                Decl::Table(table) if counts(table.span) => Some(table.name.to_string().to_lowercase()),
                _ => None,
            })
        })
        .collect();
    // Without tables of its own the document describes that store and nothing else.
    if defined.is_empty() {
        alone(sections, &stores, read, sink);
        return;
    }
    for ((section, store), decls) in sections.iter().zip(stores).zip(read.iter_mut()) {
        let Some(store) = store else { continue };
        for decl in decls.iter_mut() {
            let (name, span) = match &*decl {
                Decl::Table(table) => (&table.name, table.span),
                Decl::Index(index) => (&index.table, index.index.span),
                _ => continue,
            };
            if in_fence(section, span) || !defined.contains(&name.to_string().to_lowercase()) {
                continue;
            }
            let name = name.name.clone();
            let message =
                format!("this is said of `{}` in {store}, and not of the table; it was not read", name.node);
            sink.info(OTHER_STORE, span, message)
                .help("say it below the heading of the table where it holds for both");
            let label = Ident { node: "Other store".to_owned(), span };
            *decl =
                Decl::Said(SaidDecl { about: Some(name), label, text: Ident { node: String::new(), span } });
        }
    }
}

/// Says once what a document that describes another store was read as, and takes out indexes of collections of which nothing was read.
fn alone(sections: &[Section], stores: &[Option<&'static str>], read: &mut [Vec<Decl>], sink: &mut Sink) {
    let mut tables: Vec<Span> = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut of_documents = false;
    for decl in read.iter().flatten() {
        if let Decl::Table(table) = decl {
            names.insert(table.name.to_string().to_lowercase());
            tables.push(table.name.span());
            // A table of PostgreSQL may be called `collections`; no column of it is called so or has such a type.
            of_documents |= table.columns.iter().any(|column| {
                let ty = column.ty.as_ref().map(|ty| ty.node.to_lowercase()).unwrap_or_default();
                column.name.node == "_id" || ["objectid", "mixed"].contains(&ty.as_str())
            });
        }
    }
    let headed = stores.iter().flatten().next().copied().unwrap_or_default();
    let store = stores
        .iter()
        .flatten()
        .copied()
        .find(|store| *store != DOCUMENTS)
        .or_else(|| sections.iter().take(3).find_map(in_prose))
        .unwrap_or(headed);
    if let Some(first) = tables.first().filter(|_| of_documents || store != DOCUMENTS) {
        let count = names.len();
        let (what, verb) = match count {
            1 => ("a collection".to_owned(), "was"),
            _ => (format!("{count} collections"), "were"),
        };
        sink.warning(AS_TABLES, *first, format!("{what} of {store} {verb} read as tables of PostgreSQL"))
            .help("keep the document out of the folder of the schema where they are to stay in that store");
    }
    for (decls, store) in read.iter_mut().zip(stores) {
        if store.is_none() {
            continue;
        }
        decls.retain(|decl| {
            let Decl::Index(index) = decl else { return true };
            let known = names.contains(&index.table.to_string().to_lowercase());
            if !known {
                let message =
                    format!("this is said of `{}` in {headed}, of which no field was read", index.table);
                sink.info(OTHER_STORE, index.index.span, message)
                    .help("describe the collection as a table of columns where the database is to have it");
            }
            known
        });
    }
}

/// Returns the store that the paragraphs of a section name.
fn in_prose(section: &Section) -> Option<&'static str> {
    section.blocks.iter().take(3).find_map(|block| match block {
        Block::Paragraph(text) => named(text.text()).filter(|store| *store != DOCUMENTS),
        Block::List(_) | Block::Fence(_) | Block::Table(_) => None,
    })
}

/// Tells whether a heading is a path of documents (`/users/{uid}`), whose fields are none of a table, and says so.
pub(super) fn is_collection(section: &Section, sink: &mut Sink) -> bool {
    let Some(heading) = &section.heading else { return false };
    let text = &heading.inline;
    let path = text.codes().first().map_or(text.text(), |code| text.get(code.clone())).trim();
    let is_path = path.starts_with('/') && path.contains("/{") && path.ends_with('}') && !path.contains(' ');
    if is_path {
        let message = format!("`{path}` is a collection of a store of documents; it was not read");
        sink.info(OTHER_STORE, text.whole(), message)
            .help("where it is a table of the database, let the heading be its name");
    }
    is_path
}

/// Returns the store that a section's heading, or one above it, names.
fn store(sections: &[Section], section: &Section) -> Option<&'static str> {
    labels::headings(sections, section).find_map(|heading| named(&heading.text.node))
}

/// Returns the store that a text names.
fn named(text: &str) -> Option<&'static str> {
    let lower = words::lowered(text);
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    // "PostgreSQL and Redis" heads tables as well.
    if words.clone().any(|word| RELATIONAL.contains(&word)) {
        return None;
    }
    // "Collections of MongoDB" names the store.
    let known = |word: &str| STORES.iter().find(|(known, _)| *known == word).map(|(_, store)| *store);
    let found = words.clone().filter_map(known).find(|store| *store != DOCUMENTS);
    found.or_else(|| words.find_map(known))
}

/// Tells whether a drawing in a fence stands below a line that says that it is of another store ("Redis (sessions):"), and says so.
pub(super) fn is_drawn_of_another(fence: &Fence, name: &QName, span: Span, sink: &mut Sink) -> bool {
    let mut at = 0;
    let mut store = None;
    for line in fence.body.text().split_inclusive('\n') {
        if fence.body.span(at..at + line.len()).start >= span.start {
            break;
        }
        at += line.len();
        if line.contains(|c: char| ('\u{2500}'..='\u{257f}').contains(&c)) || line.contains(['|', '+']) {
            continue;
        }
        let words = || line.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        if words().any(|word| RELATIONAL.contains(&word.as_str())) {
            store = None;
        } else if let Some(found) = named(line).filter(|store| *store != DOCUMENTS) {
            store = Some(found);
        }
    }
    if let Some(store) = store {
        let message =
            format!("this is drawn of `{}` in {store}, and of no table; it was not read", name.name.node);
        sink.info(OTHER_STORE, span, message)
            .help("describe it as a table of columns where the database is to have it");
    }
    store.is_some()
}

fn in_fence(section: &Section, span: Span) -> bool {
    section.blocks.iter().any(|block| match block {
        Block::Fence(fence) => {
            let body = fence.body.span(0..fence.body.text().len());
            body.file == span.file && body.start <= span.start && span.end <= body.end
        }
        Block::Paragraph(_) | Block::List(_) | Block::Table(_) => false,
    })
}
