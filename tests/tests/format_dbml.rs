//! Formatting: nothing but white space changes, and a second time changes nothing.

use std::path::{Path, PathBuf};

use truthtable::config::Config;
use truthtable::diag::Sink;
use truthtable::source::{Reading, dbml, read};
use truthtable::span::Sources;
use truthtable_tests::corpus;

/// Returns what a text declares, without the places where it does; none where it has a mistake.
fn declared(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    let config = Config::for_name("a");
    let mut sink = Sink::default();
    let decls = read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    if sink.has_errors() {
        return None;
    }
    let told = format!("{decls:#?}");
    let is_place = |line: &&str| {
        let line = line.trim_start();
        !line.starts_with("start: ") && !line.starts_with("end: ")
    };
    Some(told.lines().filter(is_place).collect::<Vec<_>>().join("\n"))
}

fn check(name: &str, text: &str, problems: &mut Vec<String>) {
    let Some(before) = declared(text) else { return };
    let formatted = dbml::format(text);
    match declared(&formatted) {
        Some(after) if after == before => {}
        Some(after) => {
            let differs = before.lines().zip(after.lines()).find(|(before, after)| before != after);
            problems.push(format!("{name}: says something else: {differs:?}"));
        }
        None => problems.push(format!("{name}: has a mistake now")),
    }
    if dbml::format(&formatted) != formatted {
        problems.push(format!("{name}: changes again"));
    }
}

#[test]
fn own_documents_keep_their_meaning() {
    let mut problems = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    documents(&root.join("fixtures"), &mut files);
    documents(&root.join("../schema"), &mut files);
    assert!(!files.is_empty());
    for file in files {
        check(&file.display().to_string(), &std::fs::read_to_string(&file).unwrap(), &mut problems);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn documents_of_the_corpus_keep_their_meaning() {
    let Some(corpus) = corpus() else { return };
    let mut files = Vec::new();
    documents(&corpus.join("dbml"), &mut files);
    let mut problems = Vec::new();
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        check(&file.display().to_string(), &text, &mut problems);
    }
    eprintln!("{} files, {} problems", files.len(), problems.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Adds the DBML files in a folder and below, sorted.
fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            documents(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "dbml") {
            found.push(entry);
        }
    }
}

/// Reads a text into a schema, at its word.
fn schema(path: &str, text: &str) -> Option<(truthtable::model::Schema, Config)> {
    let mut sources = Sources::default();
    let file = sources.add(path, text);
    let config = Config { literal: true, ..Config::for_name("a") };
    let mut sink = Sink::default();
    let schema = truthtable::read(&[file], &sources, &config, &mut sink);
    (!sink.has_errors()).then_some((schema, config))
}

/// Writes a schema as DBML, reads it back, and returns what has to be done to come from one to the other.
fn round_trip(path: &str, text: &str) -> Option<Result<(usize, Vec<String>), String>> {
    use truthtable::plan::migration::diff::{Side, diff};
    let (old, config) = schema(path, text)?;
    let written = truthtable::emit::dbml::document(&old);
    let Some((new, _)) = schema("a.dbml", &written.text) else {
        return Some(Err(format!("what is written has mistakes:\n{}", written.text)));
    };
    let side = |schema| Side { schema, config: &config };
    Some(match diff(side(&old), side(&new)) {
        Ok(steps) => Ok((
            written.unsaid.len(),
            steps.iter().map(|step| format!("{} {}", step.key.kind.label(), step.key.plain())).collect(),
        )),
        Err(refusals) => Err(refusals.into_iter().map(|it| it.message).collect::<Vec<_>>().join("; ")),
    })
}

#[test]
fn what_is_written_as_dbml_reads_as_the_same() {
    let mut files = Vec::new();
    documents(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema"), &mut files);
    if let Some(corpus) = corpus() {
        documents(&corpus.join("dbml/official"), &mut files);
        documents(&corpus.join("dbml/wild"), &mut files);
    }
    let (mut same, mut problems) = (0, Vec::new());
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        match round_trip("a.dbml", &text) {
            None => {}
            Some(Ok((unsaid, steps))) if unsaid > 0 || steps.is_empty() => same += 1,
            Some(Ok((_, steps))) => problems.push(format!("{}: {}", file.display(), steps.join(", "))),
            Some(Err(error)) => problems.push(format!("{}: {error}", file.display())),
        }
    }
    eprintln!("{same} read as the same, {} do not", problems.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Pieces of documents cut out and put elsewhere: whatever comes of it, formatting it twice is formatting it once, and what it
/// says stays.
#[test]
fn broken_documents_are_formatted_or_left_alone() {
    let mut files = Vec::new();
    documents(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut files);
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let all: Vec<char> = texts.concat().chars().collect();
    // A generator of pseudo-random numbers with a fixed seed: the same cuts in every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(end.max(1)).unwrap()).unwrap()
    };
    let mut problems = Vec::new();
    for round in 0..400 {
        let mut text = String::new();
        for _ in 0..1 + below(6) {
            let start = below(all.len());
            text.extend(all.iter().skip(start).take(below(120)));
        }
        let formatted = dbml::format(&text);
        if dbml::format(&formatted) != formatted {
            problems.push(format!("round {round} changes again: {text:?}"));
        }
        check(&format!("round {round}: {text:?}"), &text, &mut problems);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
