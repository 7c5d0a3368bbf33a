//! Documents from the open: `TRUTHTABLE_CORPUS` names the folder that holds `markdown/wild`.
//!
//! Every document is read whole: nothing panics, every table has columns, and every name stands in the file where its
//! span says. `TRUTHTABLE_SHOW=part-of-a-name` prints what was read.

use std::path::PathBuf;

use truthtable::config::Config;
use truthtable::diag::{Severity, Sink};
use truthtable::source::decl::{Decl, Ident, Language};
use truthtable::source::{self, Reading};
use truthtable::span::Sources;

fn documents() -> Vec<PathBuf> {
    let Some(corpus) = std::env::var_os("TRUTHTABLE_CORPUS") else {
        eprintln!("skipped: TRUTHTABLE_CORPUS is not set");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(PathBuf::from(corpus).join("markdown/wild"))
        .expect("the corpus has a folder markdown/wild")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_document_is_read_whole() {
    let show = std::env::var("TRUTHTABLE_SHOW").ok();
    for path in documents() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file of the corpus")).into_owned();
        let mut sources = Sources::default();
        let file = sources.add(name.clone(), text);
        let config = Config::for_name("wild");
        let mut sink = Sink::default();
        let decls =
            source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
        let stands = |ident: &Ident| {
            // The name of a table may be the words of a title: "Order Lines".
            let written = sources.text(ident.span);
            let stands = written == ident.node || written.to_lowercase().replace(' ', "_") == ident.node;
            assert!(stands, "{name}: `{}` stands where its span says, and not `{written}`", ident.node);
        };
        let mut counts = [0_usize; 3];
        for decl in &decls {
            let Decl::Table(table) = decl else { continue };
            if !matches!(table.language, Language::Markdown | Language::Mermaid) {
                continue;
            }
            counts[0] += 1;
            counts[1] += table.columns.len();
            counts[2] += table.columns.iter().filter(|column| column.ty.is_some()).count();
            stands(&table.name.name);
            assert!(!table.columns.is_empty(), "{name}: `{}` has no column", table.name);
            table.columns.iter().for_each(|column| stands(&column.name));
        }
        if show.as_deref().is_some_and(|part| part.is_empty() || name.contains(part)) {
            let weight =
                |severity| sink.diagnostics().iter().filter(|found| found.severity == severity).count();
            println!(
                "{name}: {} tables, {} columns, {} typed; {} errors, {} warnings",
                counts[0],
                counts[1],
                counts[2],
                weight(Severity::Error),
                weight(Severity::Warning)
            );
            if show.as_deref().is_some_and(|part| !part.is_empty()) {
                tell(&decls);
                for found in sink.diagnostics() {
                    println!("  {}:{} {}", sources.position(found.span).line, found.code, found.message);
                }
            }
        }
    }
}

fn tell(decls: &[Decl]) {
    for decl in decls {
        let Decl::Table(table) = decl else { continue };
        println!("  {}", table.name);
        for column in &table.columns {
            let ty = column.ty.as_ref().map_or("?", |ty| ty.node.as_str());
            let mut facts = Vec::new();
            facts.extend(column.primary_key.as_ref().map(|_| "pk".to_owned()));
            facts.extend(column.unique.as_ref().map(|_| "unique".to_owned()));
            facts.extend(
                column.nullable.as_ref().map(|null| if null.node { "null" } else { "not null" }.to_owned()),
            );
            facts.extend(column.default.as_ref().map(|default| format!("default {}", default.value)));
            facts.extend(column.references.iter().map(|key| {
                let columns: Vec<&str> = key.referenced.iter().map(|column| column.node.as_str()).collect();
                format!("-> {}({})", key.table, columns.join(", "))
            }));
            println!("    {} {ty} {}", column.name.node, facts.join(", "));
        }
    }
}
