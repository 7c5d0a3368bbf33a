//! Collections of another store beside the tables of the database: what a document says of Firestore's `users` is not said of the table `users`.

use std::collections::BTreeSet;

use super::labels;
use super::outline::{Block, Section};
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, SaidDecl};
use crate::span::Span;

const OTHER_STORE: Code = Code::new("other-store-not-read");

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
    ("collection", "a store of documents"),
    ("collections", "a store of documents"),
];

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
    let labels = labels::labels(sections, section, 0);
    labels.iter().find_map(|label| {
        let lower = label.node.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.find_map(|word| STORES.iter().find(|(known, _)| *known == word).map(|(_, store)| *store))
    })
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
