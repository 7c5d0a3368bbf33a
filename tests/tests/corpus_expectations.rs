//! What documents say, as a reader of each wrote it down: `tests/expectations/markdown/` holds a file for every document from the open,
//! which `TRUTHTABLE_CORPUS` names the folder of; `tests/fixtures/markdown/` holds documents of our own with theirs beside them.
//!
//! A line is `table: column, column, …`, in the order of the document, or, with all that is known of each column and of the keys of
//! several, `table: column type facts; column type facts; …; unique (column, column)`. `?` is a type that the document does not
//! say. `not yet:` before a line says that the document has it and that it is not read; a line that begins with `#` is a remark.
//! `TRUTHTABLE_SHOW=part-of-a-name` prints what was read, in the same forms.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::model::{Column, Table};
use truthtable::source::decl::RefAction;
use truthtable::span::Sources;
use truthtable_tests::root;

/// A table as it was read: with the names of its columns alone, and with all that is known of them.
struct Read {
    names: String,
    facts: String,
}

/// Returns what is read in a document, in the forms of the expectations.
fn read(path: &Path) -> Vec<Read> {
    let mut sources = Sources::default();
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    let file = sources.add(path.file_name().unwrap_or_default().to_string_lossy(), text);
    let schema = truthtable::inspect(&[file], &sources, &Config::for_name("wild"), Sink::default()).schema;
    let tables = schema.tables().map(|table| {
        let line = |columns: Vec<String>, between: &str| {
            format!("{}: {}", table.name().plain(), columns.join(between)).trim().to_owned()
        };
        Read {
            names: line(table.columns().map(|column| column.name().to_owned()).collect(), ", "),
            facts: line(table.columns().map(facts).chain(keys(table)).collect(), "; "),
        }
    });
    tables.collect()
}

/// Tells what is known of a column.
fn facts(column: Column<'_>) -> String {
    let said = column.data.ty.rule() != Some("no type was given");
    let ty = if said { column.ty().to_string() } else { "?".to_owned() };
    let mut told = vec![column.name().to_owned(), ty];
    let mut tell = |is: bool, word: &str| {
        if is {
            told.push(word.to_owned());
        }
    };
    tell(column.in_primary_key(), "pk");
    tell(column.is_unique(), "unique");
    tell(!column.is_nullable() && !column.in_primary_key(), "not null");
    tell(column.data.identity.is_some(), "identity");
    if let Some(default) = &column.data.default {
        told.push(format!("default {}", default.value.sql));
    }
    for key in column.foreign_keys() {
        let referenced: Vec<&str> = key.referenced_columns().map(|column| column.name()).collect();
        told.push(format!("→ {}({})", key.referenced().name().plain(), referenced.join(", ")));
        told.extend(
            key.data.on_delete.as_ref().map(|action| format!("on delete {}", action_word(&action.value))),
        );
    }
    if let Some(values) = &column.data.values {
        let values: Vec<&str> = values.values.value.iter().map(String::as_str).collect();
        told.push(format!("[{}]", values.join(" | ")));
    }
    told.join(" ")
}

fn action_word(action: &RefAction) -> &'static str {
    match action {
        RefAction::NoAction => "no action",
        RefAction::Restrict => "restrict",
        RefAction::Cascade => "cascade",
        RefAction::SetNull(_) => "set null",
        RefAction::SetDefault(_) => "set default",
    }
}

/// Tells the unique keys of several columns, whether they are constraints or indexes.
fn keys(table: Table<'_>) -> Vec<String> {
    let constraints = table.data.uniques.iter().map(|key| key.columns.clone());
    let indexes = table.indexes().filter(|index| {
        let plain = index.leading_columns().len() == index.data.parts.len();
        index.data.unique && index.data.predicate.is_none() && plain
    });
    let all = constraints.chain(indexes.map(|index| index.leading_columns()));
    let several = all.filter(|columns| columns.len() > 1);
    let unique = several.map(|columns| format!("unique ({})", table.column_names(&columns).join(", ")));
    // A list of values is told at its column.
    let checks = table.data.checks.iter().filter(|check| {
        truthtable::expr::parse(&check.expression.value).is_none_or(|parsed| parsed.in_list().is_none())
    });
    unique.chain(checks.map(|check| format!("check ({})", check.expression.value))).collect()
}

/// Returns how what was read differs from what a reader wrote down, and how many lines are not read yet.
fn differences(name: &str, found: &[Read], expected: &str) -> (Vec<String>, usize) {
    let lines = || expected.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (later, wanted): (Vec<&str>, Vec<&str>) = lines().partition(|line| line.starts_with("not yet:"));
    let wanted: BTreeSet<&str> = wanted.into_iter().collect();
    let is_read = |line: &str| found.iter().any(|table| table.names == line || table.facts == line);
    let extra = found
        .iter()
        .filter(|table| !wanted.contains(table.names.as_str()) && !wanted.contains(table.facts.as_str()));
    let extra = extra.map(|table| format!("{name}: not in the document: {}", table.facts));
    let missing = wanted.iter().filter(|line| !is_read(line)).map(|line| format!("{name}: not read: {line}"));
    (extra.chain(missing).collect(), later.len())
}

/// Returns the Markdown documents of a folder, in order.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut documents: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    documents.sort();
    documents
}

/// Holds every document of `folder` to what stands in `expectations` of it.
fn check(folder: &Path, expectations: &Path) {
    let show = std::env::var("TRUTHTABLE_SHOW").ok();
    let (mut wrong, mut missing) = (Vec::new(), 0);
    let documents = documents(folder);
    assert!(!documents.is_empty(), "no documents in {}", folder.display());
    for document in &documents {
        let name = document.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let found = read(document);
        if show.as_deref().is_some_and(|part| name.contains(part)) {
            println!("== {name}");
            for table in &found {
                println!("{}\n{}", table.names, table.facts);
            }
        }
        match std::fs::read_to_string(expectations.join(format!("{name}.txt"))) {
            Ok(expected) => {
                let (differs, later) = differences(&name, &found, &expected);
                wrong.extend(differs);
                missing += later;
            }
            Err(_) => wrong.push(format!("{name}: nobody has written down what it says")),
        }
    }
    println!("{} documents, {missing} lines of them not read yet", documents.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_document_from_the_open_gives_what_its_reader_found() {
    let Some(corpus) = std::env::var_os("TRUTHTABLE_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: TRUTHTABLE_CORPUS is not set");
        return;
    };
    check(&corpus.join("markdown/wild"), &root().join("tests/expectations/markdown"));
}

#[test]
fn every_document_of_our_own_gives_what_it_says() {
    let folder = root().join("tests/fixtures/markdown");
    check(&folder, &folder);
}
