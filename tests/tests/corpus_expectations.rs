//! What documents from the open say, as a reader of each wrote it down: `tests/expectations/markdown/` holds a file for every document, with
//! its tables and their columns. `TRUTHTABLE_CORPUS` names the folder that holds the documents.
//!
//! A line is `table: column, column, …`, in the order of the document; `not yet:` before a line says that the document has it and that it is not
//! read; a line that begins with `#` is a remark.
//! `TRUTHTABLE_SHOW=part-of-a-name` prints what was read, in the same form.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::span::Sources;
use truthtable_tests::root;

/// Returns what is read in a document, in the form of the expectations.
fn read(path: &Path) -> Vec<String> {
    let mut sources = Sources::default();
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let file = sources.add(path.file_name().unwrap_or_default().to_string_lossy(), text);
    let schema = truthtable::inspect(&[file], &sources, &Config::for_name("wild"), Sink::default()).schema;
    schema
        .tables()
        .map(|table| {
            let columns: Vec<&str> = table.columns().map(|column| column.name()).collect();
            format!("{}: {}", table.name().plain(), columns.join(", ")).trim().to_owned()
        })
        .collect()
}

#[test]
fn every_document_gives_what_its_reader_found() {
    let Some(corpus) = std::env::var_os("TRUTHTABLE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: TRUTHTABLE_CORPUS is not set");
        return;
    };
    let show = std::env::var("TRUTHTABLE_SHOW").ok();
    let expectations = root().join("tests/expectations/markdown");
    let mut documents: Vec<PathBuf> = std::fs::read_dir(corpus.join("markdown/wild"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    documents.sort();
    let (mut wrong, mut missing) = (Vec::new(), 0);
    for document in &documents {
        let name = document.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let found = read(document);
        if show.as_deref().is_some_and(|part| name.contains(part)) {
            println!("== {name}\n{}", found.join("\n"));
        }
        let Ok(expected) = std::fs::read_to_string(expectations.join(format!("{name}.txt"))) else {
            wrong.push(format!("{name}: nobody has written down what it says"));
            continue;
        };
        let lines = || expected.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (later, wanted): (Vec<&str>, Vec<&str>) = lines().partition(|line| line.starts_with("not yet:"));
        missing += later.len();
        let (found, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
            (found.iter().map(String::as_str).collect(), wanted.into_iter().collect());
        wrong.extend(found.difference(&wanted).map(|line| format!("{name}: not in the document: {line}")));
        wrong.extend(wanted.difference(&found).map(|line| format!("{name}: not read: {line}")));
    }
    println!("{} documents, {missing} lines of them not read yet", documents.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
