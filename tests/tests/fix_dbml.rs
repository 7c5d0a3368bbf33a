//! `lint --fix` on DBML: what is mended is gone, and everything else is as it was.

use truthtable::config::Config;
use truthtable::diag::{Diagnostic, Severity, Sink, apply_fixes};
use truthtable::load::{Kept, Loaded};
use truthtable::span::Sources;
use truthtable_tests::{corpus, first_migrations};

/// What came of a document.
struct Linted {
    sources: Sources,
    found: Vec<Diagnostic>,
    /// What it makes.
    sql: String,
}

impl Linted {
    fn new(text: &str) -> Self {
        let mut sources = Sources::default();
        let inputs = vec![sources.add("a.dbml", text)];
        let loaded = Loaded { config: Config::for_name("a"), inputs, kept: Kept::default() };
        let mut sink = Sink::default();
        let outcome = truthtable::generate(&loaded, &sources, &mut sink);
        let sql = first_migrations(&outcome.schema, &loaded.config);
        let found = sink.finish(&sources);
        Self { sources, found, sql }
    }

    fn is_mendable(diagnostic: &Diagnostic) -> bool {
        diagnostic.fix.as_ref().is_some_and(|fix| fix.keeps_meaning)
    }

    /// Returns the text with its fixes; none where there are none.
    fn fixed(&self) -> Option<String> {
        apply_fixes(&self.found, &self.sources).0.pop().map(|(_, text)| text)
    }

    fn errors(&self) -> usize {
        self.found.iter().filter(|found| found.severity == Severity::Error).count()
    }
}

/// Fixes a text as often as there is something to fix.
fn mended(text: &str) -> String {
    let mut text = text.to_owned();
    // Fixes whose edits touch are applied one after the other.
    for _ in 0..8 {
        let Some(next) = Linted::new(&text).fixed() else { return text };
        text = next;
    }
    panic!("fixing does not come to an end:\n{text}");
}

/// Every fix that there is: the code, a text, and what becomes of it.
const CASES: &[(&str, &str, &str)] = &[
    (
        "dbml-missing-space",
        "Table a { // one\n  id int[pk] // two\n  b int[not null, unique]\n}\n",
        "Table a { // one\n  id int [pk] // two\n  b int [not null, unique]\n}\n",
    ),
    (
        "dbml-missing-space",
        "Table a {\n  id int\n  indexes{\n    id\n  }\n}\n",
        "Table a {\n  id int\n  indexes {\n    id\n  }\n}\n",
    ),
    (
        "dbml-text-before-schema",
        "Sign in\nMy schema\n\nTable a { // kept\n  id int\n}\n",
        "Table a { // kept\n  id int\n}\n",
    ),
    (
        "dbml-text-before-schema",
        "\u{feff}Table a { // kept\n  id int\n}\n",
        "Table a { // kept\n  id int\n}\n",
    ),
    (
        "dbml-note-on-ref",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int\n}\n// why\nRef: b.a_id > a.id [delete: cascade, note: 'owner'] // here\n",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int\n}\n// why\nRef: b.a_id > a.id [delete: cascade] // owner // here\n",
    ),
    (
        "dbml-note-on-ref",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [note: 'owner', delete: cascade]\nRef x {\n  a.id - a.b [note: \"said twice\"]\n}\n",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [delete: cascade] // owner\nRef x {\n  a.id - a.b // said twice\n}\n",
    ),
    // Where the line goes on, and for several lines.
    (
        "dbml-note-on-ref",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef { a.b > a.id [note: 'owner'] }\n",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef { a.b > a.id /* owner */ }\n",
    ),
    (
        "dbml-note-on-ref",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [note: '''\n  one\n  two\n''', delete: cascade]\n",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [delete: cascade] /* one\ntwo */\n",
    ),
    // Comments between the settings stay, and a text that would end the comment does not.
    (
        "dbml-note-on-ref",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [\n  // why\n  note: 'owner'\n]\nRef { a.id - a.b [note: 'x */ y'] }\n",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id // why\n// owner\nRef { a.id - a.b /* x * / y */ }\n",
    ),
    (
        "dbml-note-on-ref",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [delete: cascade, // what goes\n  note: 'owner', // why\n  update: cascade]\n",
        "Table a {\n  id int [pk]\n  b int [unique]\n}\nRef: a.b > a.id [delete: cascade // what goes\n, // why\n  update: cascade] // owner\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [ref: > a.id]\n}\n// above\nRef: b.a_id > a.id // behind\n// below\n",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [ref: > a.id]\n}\n// above\n // behind\n// below\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n  b int\n}\nRef: a.b > a.id\nRef {\n  a.b > a.id\n}\nRef: a.id < a.b // the other way round\nRef: a.b - a.id\n",
        "Table a {\n  id int [pk]\n  b int\n}\nRef: a.b > a.id\n // the other way round\nRef: a.b - a.id\n",
    ),
    // What says more stays, wherever it stands.
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [ref: > a.id] // c\n}\nRef fk: b.a_id > a.id [delete: cascade]\n",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int // c\n}\nRef fk: b.a_id > a.id [delete: cascade]\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [\n    not null, // kept\n    ref: > a.id\n  ]\n}\nRef fk {\n  b.a_id > a.id\n}\n",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [\n    not null // kept\n  ]\n}\nRef fk {\n  b.a_id > a.id\n}\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [ref: > a.id, not null, ref: > a.id]\n}\n",
        "Table a {\n  id int [pk]\n}\nTable b {\n  id int [pk]\n  a_id int [ref: > a.id, not null]\n}\n",
    ),
    (
        "dbml-ref-twice",
        "Table b {\n  id int [pk]\n  a_id int [ref: > a.id]\n}\nTable a {\n  id int [pk, ref: < b.a_id]\n}\n",
        "Table b {\n  id int [pk]\n  a_id int [ref: > a.id]\n}\nTable a {\n  id int [pk]\n}\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n  b int\n}\nRef: a.b > a.id\nRef fk: a.b > a.id\n",
        "Table a {\n  id int [pk]\n  b int\n}\nRef fk: a.b > a.id\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n  b int\n}\nRef fk: a.b > a.id [delete: Cascade]\nRef fk { // why\n  a.b > a.id [delete: cascade]\n}\n",
        "Table a {\n  id int [pk]\n  b int\n}\nRef fk: a.b > a.id [delete: Cascade]\n// why\n",
    ),
    // What only the other says is taken over.
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n  b int\n}\nRef fk: a.b > a.id\nRef: a.b > a.id [delete: cascade, update: restrict]\n",
        "Table a {\n  id int [pk]\n  b int\n}\nRef fk: a.b > a.id [delete: cascade, update: restrict]\n",
    ),
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n  b int\n}\nRef: a.b > a.id [delete: cascade]\nRef fk: a.b > a.id [update: restrict]\n",
        "Table a {\n  id int [pk]\n  b int\n}\nRef fk: a.b > a.id [update: restrict, delete: cascade]\n",
    ),
    // Which of two that contradict each other holds only their author knows.
    (
        "dbml-ref-twice",
        "Table a {\n  id int [pk]\n  b int\n}\nRef one: a.b > a.id\nRef two: a.b > a.id\n",
        "Table a {\n  id int [pk]\n  b int\n}\nRef one: a.b > a.id\nRef two: a.b > a.id\n",
    ),
    (
        "duplicate-index",
        "Table a {\n  id int [pk]\n  b text [unique]\n  c text\n\n  indexes {\n    // above\n    b [unique] // behind\n    (b, c)\n  }\n}\n",
        "Table a {\n  id int [pk]\n  b text [unique]\n  c text\n\n  indexes {\n    // above\n     // behind\n    (b, c)\n  }\n}\n",
    ),
    // Who names an index may know it by its name, and a note says something.
    (
        "duplicate-index",
        "Table a {\n  id int [pk]\n  b text [unique]\n\n  indexes {\n    b [name: 'by_b']\n    b [note: 'for the report']\n  }\n}\n",
        "Table a {\n  id int [pk]\n  b text [unique]\n\n  indexes {\n    b [name: 'by_b']\n    b [note: 'for the report']\n  }\n}\n",
    ),
];

#[test]
fn what_is_mended_is_gone_and_the_rest_stays() {
    for (code, text, expected) in CASES {
        let before = Linted::new(text);
        let found = before.found.iter().filter(|found| found.code.as_str() == *code).count();
        assert!(found > 0, "{code} is not found:\n{text}");
        let fixed = mended(text);
        assert_eq!(fixed, *expected, "{code}");
        let after = Linted::new(&fixed);
        assert!(!after.found.iter().any(Linted::is_mendable), "{code} is still there:\n{fixed}");
        assert_eq!(after.errors(), 0, "{fixed}");
        if !text.contains("note:") {
            assert_eq!(after.sql, before.sql, "{code} changes what is made");
        }
    }
}

/// An index that only serves what a key serves is one that goes.
#[test]
fn a_plain_index_on_a_unique_column_goes_alone() {
    let text = "Table a {\n  id int [pk]\n  b text [unique]\n  c text\n\n  indexes {\n    b\n    c\n  }\n}\n";
    let (before, after) = (Linted::new(text), Linted::new(&mended(text)));
    let gone: Vec<&str> = before.sql.lines().filter(|line| !after.sql.contains(line)).collect();
    assert_eq!(gone, ["CREATE INDEX a_b_idx ON a (b);"]);
    assert!(after.sql.lines().all(|line| before.sql.contains(line)));
}

/// Notes of relations become comments, which are descriptions no more; everything else makes the same.
#[test]
fn documents_of_the_corpus_are_mended() {
    let Some(corpus) = corpus() else { return };
    let (mut files, mut changed) = (0, 0);
    for folder in ["dbml/official", "dbml/wild"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let is_dbml = path.extension().is_some_and(|extension| extension == "dbml");
            let Some(text) = is_dbml.then(|| std::fs::read_to_string(&path).ok()).flatten() else { continue };
            files += 1;
            let before = Linted::new(&text);
            let fixed = mended(&text);
            if fixed == text {
                continue;
            }
            changed += 1;
            let (after, name) = (Linted::new(&fixed), path.display());
            assert!(after.errors() <= before.errors(), "{name} has new errors:\n{fixed}");
            let tables = |linted: &Linted| {
                let is_made =
                    |line: &&str| line.starts_with("CREATE TABLE") || line.starts_with("ALTER TABLE");
                linted.sql.lines().filter(is_made).map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(tables(&after), tables(&before), "{name} makes something else");
            let head = before.found.iter().find(|found| found.code.as_str() == "dbml-text-before-schema");
            let begin = head.map_or(0, |found| found.span.end as usize);
            for line in text.get(begin..).unwrap_or_default().lines() {
                if let Some((_, comment)) = line.split_once("//") {
                    assert!(fixed.contains(comment), "{name} loses a comment: {comment}");
                }
            }
        }
    }
    eprintln!("{changed} of {files} files are mended");
    assert!(files > 0 && changed > 0);
}
