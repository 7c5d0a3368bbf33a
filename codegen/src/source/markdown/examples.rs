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
    undone(sections, read, sink);
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

/// Takes out the changes of tables that fences show under a heading about how one goes back or mends a database ("Rollback",
/// "Troubleshooting"), and behind a line `-- Rollback`: they are no part of what the document describes.
fn undone(sections: &[Section], read: &mut [Vec<Decl>], sink: &mut Sink) {
    const BACK: &[&str] = &[
        "rollback",
        "rollbacks",
        "undo",
        "undoing",
        "revert",
        "reverting",
        "downgrade",
        "troubleshooting",
        "maintenance",
        "faq",
        "відкат",
        "откат",
        "обслуговування",
        "обслуживание",
        "reversión",
        "deshacer",
        "mantenimiento",
        "reversão",
        "desfazer",
        "manutenção",
        "rückgängig",
        "zurückrollen",
        "wartung",
        "annulation",
        "롤백",
        "回滚",
        "ロールバック",
    ];
    let goes_back = |text: &str| {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let is_down = ["down", "down migration", "down migrations"].contains(&lower.trim());
        is_down || (words.clone().count() <= 4 && words.any(|word| BACK.contains(&word)))
    };
    for (section, decls) in sections.iter().zip(read) {
        let mut chain = section.parents.iter().filter_map(|parent| sections.get(*parent)).chain([section]);
        let whole = chain.any(|section| {
            section.heading.as_ref().is_some_and(|heading| heading.level > 1 && goes_back(&heading.text.node))
        });
        let places: Vec<Span> = section.blocks.iter().filter_map(|block| back_in(block, whole)).collect();
        if places.is_empty() {
            continue;
        }
        let within = |span: Span| {
            places
                .iter()
                .any(|place| place.file == span.file && place.start <= span.start && span.end <= place.end)
        };
        decls.retain(|decl| {
            let span = match decl {
                Decl::AlterTable(alter) => alter.span,
                // What it makes may well be for maintenance: a function.
                Decl::Verbatim(carried) if carried.creates.is_none() && carried.kind != "insert" => {
                    carried.text.span
                }
                Decl::Index(index) if whole => index.index.span,
                _ => return true,
            };
            if within(span) {
                sink.info(EXAMPLE, span, "this shows how one goes back or mends a database; it was not read")
                    .help("move it to the definition of its table where it belongs to the schema");
            }
            !within(span)
        });
    }
}

/// Returns where a fence of SQL shows how one goes back: all of it, or what stands behind a line `-- Rollback`.
fn back_in(block: &Block, whole: bool) -> Option<Span> {
    let Block::Fence(fence) = block else { return None };
    let text = fence.body.text();
    let mut at = 0;
    let marked = text.split_inclusive('\n').find_map(|line| {
        let start = at;
        at += line.len();
        let said = line.trim().strip_prefix("--")?.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
        ["rollback", "roll back", "down", "undo", "revert", "down migration", "откат", "відкат"]
            .contains(&said.as_str())
            .then_some(start)
    });
    let start = if whole { Some(0) } else { marked };
    start.map(|start| fence.body.span(start..text.len()))
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
