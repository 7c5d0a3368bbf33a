//! DBML as the official parser and the crate `dbml-rs` read it.
//!
//! The corpus is a folder named by `TRUTHTABLE_CORPUS`: inputs with the official parser's verdict and, where it accepts, its model.

use std::path::Path;

use serde_json::Value;
use truthtable::diag::Sink;
use truthtable::load::Loader;
use truthtable::source::decl::Decl;
use truthtable::span::Sources;
use truthtable_tests::corpus;

/// What one set agrees on.
#[derive(Default)]
struct Agreement {
    verdicts: (usize, usize),
    models: (usize, usize),
    lines: (usize, usize),
    disagreements: Vec<String>,
}

impl Agreement {
    fn tell(&self, set: &str) {
        eprintln!(
            "{set}: verdicts {}/{}, models {}/{}, first error line {}/{}",
            self.verdicts.0, self.verdicts.1, self.models.0, self.models.1, self.lines.0, self.lines.1
        );
        for line in &self.disagreements {
            eprintln!("  {line}");
        }
    }
}

/// Reads a file strictly and returns its inspection as JSON.
fn inspect(path: &Path) -> Value {
    let mut loader = Loader::new("");
    let mut sink = Sink::strict();
    let loaded = loader.document(&path.to_string_lossy(), &mut sink).unwrap();
    let inspection = truthtable::inspect(&loaded.inputs, &loader.sources, &loaded.config, sink);
    truthtable::inspect::to_json(&inspection.decls, &inspection.diagnostics, &loader.sources)
}

fn first_error_line(inspection: &Value) -> Option<u64> {
    let diagnostics = inspection["diagnostics"].as_array()?;
    diagnostics.iter().find(|found| found["severity"] == "error")?["line"].as_u64()
}

/// Compares a set whose files each have a verdict.
fn compare(folder: &Path) -> Agreement {
    let mut agreement = Agreement::default();
    let verdicts = std::fs::read_to_string(folder.join("verdicts.tsv")).unwrap();
    for row in verdicts.lines().skip(1) {
        let mut cells = row.split('\t');
        let (file, verdict) = (cells.next().unwrap(), cells.next().unwrap());
        let line = cells.nth(1).and_then(|line| line.parse::<u64>().ok());
        let inspection = inspect(&folder.join(file));
        let error = first_error_line(&inspection);
        let ours = if error.is_some() { "reject" } else { "accept" };
        agreement.verdicts.1 += 1;
        if ours == verdict {
            agreement.verdicts.0 += 1;
        } else {
            agreement.disagreements.push(format!("{file}: official {verdict}, ours {ours}"));
            continue;
        }
        if let (Some(line), Some(error)) = (line, error) {
            agreement.lines.1 += 1;
            agreement.lines.0 += usize::from(line == error);
        }
        let expected = folder.join(format!("{file}.expected.json"));
        if verdict == "accept" && expected.is_file() {
            let expected: Value = serde_json::from_str(&std::fs::read_to_string(expected).unwrap()).unwrap();
            agreement.models.1 += 1;
            if holds(&inspection, &expected) {
                agreement.models.0 += 1;
            } else {
                agreement.disagreements.push(format!("{file}: the models differ"));
            }
        }
    }
    agreement
}

/// Tells whether a value holds everything that is expected of it; objects may hold more, and the order of lists does not count.
fn holds(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(key, expected)| found.get(key).is_some_and(|found| holds(found, expected)))
        }
        (Value::Array(found), Value::Array(expected)) => {
            let mut rest: Vec<&Value> = found.iter().collect();
            found.len() == expected.len()
                && expected.iter().all(|expected| {
                    match rest.iter().position(|found| holds(found, expected)) {
                        Some(at) => {
                            rest.remove(at);
                            true
                        }
                        None => false,
                    }
                })
        }
        (found, expected) => found == expected,
    }
}

/// Shares that were reached and are not given up, in parts of a thousand: verdicts, models.
const REACHED: &[(&str, usize, usize)] = &[("official", 1000, 1000), ("wild", 1000, 1000)];

#[test]
fn verdicts_and_models_of_the_official_parser() {
    let Some(corpus) = corpus() else { return };
    for (set, verdicts, models) in REACHED {
        let agreement = compare(&corpus.join("dbml").join(set));
        agreement.tell(set);
        let share = |(part, whole): (usize, usize)| part * 1000 / whole.max(1);
        assert!(share(agreement.verdicts) >= *verdicts, "{set}: fewer verdicts agree than before");
        assert!(share(agreement.models) >= *models, "{set}: fewer models agree than before");
    }
}

#[test]
fn projects_of_several_files() {
    let Some(corpus) = corpus() else { return };
    let agreement = compare(&corpus.join("dbml/projects"));
    agreement.tell("projects");
    assert!(
        agreement.verdicts.0 * 1000 / agreement.verdicts.1.max(1) >= 1000,
        "fewer verdicts agree than before"
    );
}

/// Documents of our own, for tests that need no corpus.
const OWN: &[&str] = &[
    include_str!("../fixtures/schemas/shop/30-stock.dbml"),
    include_str!("../../schema/messaging/messaging.dbml"),
    "Table a {\n  id int [pk]\n  b \"character varying\" [default: 'it\\'s', note: '''two\n  lines''']\n}\n",
];

fn read(text: &str) -> (Vec<Decl>, Sink) {
    let mut sources = Sources::default();
    let file = sources.add("a.dbml", text);
    let config = truthtable::config::Config::for_name("a");
    let mut sink = Sink::default();
    let cx = truthtable::source::Reading { sources: &sources, inputs: &[], config: &config };
    let decls = truthtable::source::read(&[file], &cx, &mut sink);
    (decls, sink)
}

/// Cuts, doubles and deletes pieces of documents: whatever comes out is read without a panic, and every place that is reported lies
/// in the text.
#[test]
fn broken_documents_are_reported_and_never_panic() {
    let mut texts: Vec<String> = OWN.iter().map(|text| (*text).to_owned()).collect();
    if let Some(corpus) = corpus() {
        for entry in std::fs::read_dir(corpus.join("dbml/wild")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "dbml") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    // A generator of pseudo-random numbers with a fixed seed: the same cuts in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % (below.max(1) as u64)).unwrap()
    };
    let mut errors = 0;
    for text in &texts {
        let bounds: Vec<usize> =
            text.char_indices().map(|(at, _)| at).chain([text.len()]).take(4000).collect();
        for kind in 0..12 {
            let (a, b) = (bounds[next(bounds.len())], bounds[next(bounds.len())]);
            let (a, b) = (a.min(b), a.max(b));
            let broken = match kind % 4 {
                0 => text[..b].to_owned(),
                1 => format!("{}{}", &text[..a], &text[b..]),
                2 => format!("{}{}", &text[..b], &text[a..]),
                _ => format!(
                    "{}{}{}",
                    &text[..a],
                    ["{", "}", "[", "'", "\"", "`", "(", "'''"][next(8)],
                    &text[a..]
                ),
            };
            let (_, sink) = read(&broken);
            errors += usize::from(sink.has_errors());
            for found in sink.diagnostics() {
                assert!(found.span.range().end <= broken.len(), "{}: {:?}", found.message, found.span);
            }
        }
    }
    assert!(errors > texts.len(), "hardly anything was broken");
    for deep in ["[", "(", "{", "Table a { x int [ref: > ", "a."] {
        read(&deep.repeat(20_000));
    }
}

/// Where the crate `dbml-rs` accepts a document, it sees the same tables and columns.
#[test]
fn dbml_rs_agrees_where_it_accepts() {
    let mut texts: Vec<(String, String)> =
        OWN.iter().enumerate().map(|(at, text)| (format!("own {at}"), (*text).to_owned())).collect();
    texts.push((
        "plain".to_owned(),
        "Table users {\n  id integer [pk]\n  name varchar(80) [not null]\n}\n".to_owned(),
    ));
    if let Some(corpus) = corpus() {
        for entry in std::fs::read_dir(corpus.join("dbml/wild")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "dbml") {
                texts.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    let (mut accepted, all) = (0, texts.len());
    for (name, text) in texts {
        let witness =
            std::panic::catch_unwind(|| dbml_rs::parse_dbml(&text).ok().map(|ast| seen_by_dbml_rs(&ast)));
        let Ok(Some(theirs)) = witness else { continue };
        accepted += 1;
        let mut ours: Vec<(String, Vec<String>)> = read(&text)
            .0
            .into_iter()
            .filter_map(|decl| match decl {
                Decl::Table(table) => {
                    let columns = table.columns.iter().map(|column| column.name.node.clone()).collect();
                    Some((table.name.name.node, columns))
                }
                _ => None,
            })
            .collect();
        ours.sort();
        assert_eq!(ours, theirs, "{name}");
    }
    eprintln!("dbml-rs accepts {accepted} of {all}");
    assert!(accepted > 0, "the witness accepts nothing: the test tests nothing");
}

fn seen_by_dbml_rs(ast: &dbml_rs::ast::SchemaBlock) -> Vec<(String, Vec<String>)> {
    let mut tables: Vec<(String, Vec<String>)> = ast
        .tables()
        .into_iter()
        .map(|table| {
            let columns = table.cols.iter().map(|column| column.name.to_string.clone()).collect();
            (table.ident.name.to_string.clone(), columns)
        })
        .collect();
    tables.sort();
    tables
}
