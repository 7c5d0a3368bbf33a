//! Fences that show an example of a table which the document defines elsewhere: "Example migration:".

use std::collections::BTreeSet;

use super::labels;
use super::outline::{Block, Section};
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, SaidDecl};
use crate::span::Span;

const EXAMPLE: Code = Code::new("example-not-read");

/// Takes the tables of examples out that something else defines; `read` are the declarations of each of `sections`.
pub(super) fn drop(sections: &[Section], read: &mut [Vec<Decl>], sink: &mut Sink) {
    rows(sections, read, sink);
    let examples: Vec<Span> = sections.iter().flat_map(of_section).collect();
    if examples.is_empty() {
        return;
    }
    // Fences stand one behind the other: only the last that begins before a place can hold it.
    let is_shown = |span: Span| {
        let at = examples.partition_point(|place| (place.file, place.start) <= (span.file, span.start));
        let before = at.checked_sub(1).and_then(|at| examples.get(at));
        before.is_some_and(|place| place.file == span.file && span.end <= place.end)
    };
    let defined: BTreeSet<String> = read
        .iter()
        .flatten()
        .filter_map(|decl| match decl {
            Decl::Table(table) if !is_shown(table.span) => Some(table.name.to_string()),
            _ => None,
        })
        .collect();
    for decl in read.iter_mut().flatten() {
        let (name, span) = match &*decl {
            Decl::Table(table) => (&table.name, table.span),
            Decl::Index(index) => (&index.table, index.index.span),
            Decl::AlterTable(alter) => (&alter.table, alter.span),
            _ => continue,
        };
        if !is_shown(span) || !defined.contains(&name.to_string()) {
            continue;
        }
        let name = name.name.clone();
        sink.info(
            EXAMPLE,
            span,
            format!("an example of `{}`, which is defined elsewhere; it was not read", name.node),
        )
        .help("call it something else than an example where it adds to the table");
        let label = Ident { node: "Example".to_owned(), span };
        *decl = Decl::Said(SaidDecl { about: Some(name), label, text: Ident { node: String::new(), span } });
    }
}

/// Takes out the rows that stand under a heading about queries or how a program is used: they show how one writes rows.
fn rows(sections: &[Section], read: &mut [Vec<Decl>], sink: &mut Sink) {
    const USES: &[&str] = &[
        "query",
        "queries",
        "usage",
        "operations",
        "requêtes",
        "requête",
        "consultas",
        "consulta",
        "запросы",
        "запросов",
        "запити",
        "abfragen",
        "쿼리",
        "질의",
        "查询",
        "查詢",
        "クエリ",
        "sorgular",
        "kueri",
        "truy",
    ];
    let is_use = |section: &Section| {
        section.heading.as_ref().is_some_and(|heading| {
            let lower = heading.text.node.to_lowercase();
            lower.split(|c: char| !c.is_alphanumeric()).any(|word| USES.contains(&word))
        })
    };
    for (section, decls) in sections.iter().zip(read) {
        let mut chain = section.parents.iter().filter_map(|parent| sections.get(*parent)).chain([section]);
        if !chain.any(is_use) {
            continue;
        }
        decls.retain(|decl| {
            let span = match decl {
                Decl::Rows(rows) => rows.span,
                Decl::Verbatim(carried) if carried.kind == "insert" => carried.text.span,
                _ => return true,
            };
            sink.info(EXAMPLE, span, "rows under a heading about queries; they were not read")
                .help("move them under a heading about seed data where every database is to have them");
            false
        });
    }
}

/// Returns the places of the fences of a section that are announced as examples.
fn of_section(section: &Section) -> Vec<Span> {
    const EXAMPLES: &[&str] = &[
        "example",
        "examples",
        "sample",
        "e.g",
        "приклад",
        "пример",
        "ejemplo",
        "exemplo",
        "beispiel",
        "exemple",
        "예시",
        "예",
    ];
    let is_example = |label: &str| {
        let lower = labels::key(label).to_lowercase();
        // "Migration file template" is to be filled in.
        if lower.split_whitespace().any(|word| word == "template" || word == "boilerplate") {
            return true;
        }
        let first = lower.strip_prefix("for ").unwrap_or(&lower);
        let first = first.split(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or_default();
        EXAMPLES.contains(&first.trim_end_matches('.'))
    };
    let mut found = Vec::new();
    for (at, block) in section.blocks.iter().enumerate() {
        let Block::Fence(fence) = block else { continue };
        let lead = labels::lead_in(section, at);
        let heading = || section.heading.as_ref().map(|heading| heading.text.clone());
        let is_template = |label: &Ident| label.node.to_lowercase().contains("template");
        if lead.or_else(|| heading().filter(is_template)).is_some_and(|label| is_example(&label.node)) {
            found.push(fence.body.span(0..fence.body.text().len()));
        }
    }
    found
}
