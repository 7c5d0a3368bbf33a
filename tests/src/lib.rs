//! Helpers shared by the end-to-end tests.

pub mod pairs;

use std::path::{Path, PathBuf};

use truthtable::config::Config;
use truthtable::diag::{Colour, Diagnostic, Severity, Sink, to_terminal};
use truthtable::emit::{FileSet, sql};
use truthtable::load::Loader;
use truthtable::model::Schema;
use truthtable::plan::migration;
use truthtable::span::Sources;

/// Returns the workspace's root.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// Returns the folder of real documents that `TRUTHTABLE_CORPUS` names; says so where it is not set.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("TRUTHTABLE_CORPUS").map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        // Written past the test harness, which swallows the output of tests that pass.
        use std::io::Write;
        _ = writeln!(std::io::stderr(), "NOT TESTED: TRUTHTABLE_CORPUS names no folder");
    }
    folder
}

/// What came of a schema folder.
#[derive(Debug)]
pub struct Made {
    /// The generated files.
    pub files: FileSet,
    /// Everything that was said, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// The same, as a terminal shows it.
    pub said: String,
}

/// Runs the pipeline on a schema folder, given relative to the workspace's root; `arrange` may reorder its inputs.
pub fn make(folder: &str, arrange: impl FnOnce(&mut Vec<truthtable::span::FileId>)) -> Made {
    let mut loader = Loader::new(root());
    let mut sink = Sink::default();
    let mut files = FileSet::default();
    if let Some(mut loaded) = loader.folder(folder, &mut sink) {
        arrange(&mut loaded.inputs);
        files = truthtable::generate(&loaded, &loader.sources, &mut sink).files;
    }
    let diagnostics = sink.finish(&loader.sources);
    let said = to_terminal(&diagnostics, &loader.sources, Colour::Off);
    Made { files, diagnostics, said }
}

/// Prints a set of files as one text, for a snapshot.
pub fn print(files: &FileSet) -> String {
    let mut out = Vec::new();
    truthtable::write::print(files, &mut out).unwrap_or_default();
    String::from_utf8_lossy(&out).into_owned()
}

/// Reads a script of SQL at its word, as `plan` reads a file; the first error where there is one.
///
/// # Errors
///
/// The message of the first error.
pub fn script(sql: &str) -> Result<(Schema, Config), String> {
    let mut sources = Sources::default();
    let file = sources.add("schema.sql", sql);
    let config = Config { literal: true, ..Config::for_name("schema") };
    let mut sink = Sink::default();
    let schema = truthtable::read(&[file], &sources, &config, &mut sink);
    let error = sink.finish(&sources).into_iter().find(|it| it.severity == Severity::Error);
    error.map_or(Ok((schema, config)), |error| Err(error.message))
}

/// Returns the first migrations of a schema as one text.
pub fn first_migrations(schema: &Schema, config: &Config) -> String {
    let (mut sink, mut pending) = (Sink::default(), Sink::default());
    let planned = migration::plan(schema, None, config, sql::script, &mut sink, &mut pending);
    let sections = planned.migrations.iter().flat_map(|migration| &migration.up);
    sections.map(|section| sql::script(&section.statements)).collect::<Vec<_>>().join("\n")
}

/// Scripts whose statements need one another in an order that no order of kinds gives.
pub const CROSSED: &[&str] = &[
    "CREATE TABLE t (id integer NOT NULL);
     CREATE SEQUENCE s OWNED BY t.id;
     ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('s');",
    "CREATE FUNCTION is_fine(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> '''' ';
     CREATE TABLE t (name text CHECK (is_fine(name)));",
    "CREATE TABLE a (id integer, x integer);
     ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NOT VALID;
     CREATE VIEW v AS SELECT id FROM a;
     CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
    "CREATE TABLE parts (id integer) PARTITION BY LIST (id);
     CREATE TABLE z_one (id integer);
     ALTER TABLE parts ATTACH PARTITION z_one FOR VALUES IN (1);
     CREATE VIEW seen AS SELECT id FROM parts;",
    "CREATE TABLE t (code text);
     CREATE UNIQUE INDEX t_code ON t (code);
     CREATE TABLE u (code text REFERENCES t (code));",
    "CREATE TABLE people (name text);
     CREATE FUNCTION known(text) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM people WHERE name = $1)';
     CREATE TABLE guests (name text CHECK (known(name)));
     CREATE VIEW strangers AS SELECT name FROM guests WHERE NOT known(name);
     CREATE FUNCTION one(strangers) RETURNS text LANGUAGE plpgsql AS 'DECLARE it strangers%ROWTYPE; BEGIN RETURN $1.name; END';",
];

/// Returns the pairs of scripts of the corpus: the case's path, the old script and the new one; none where there is no corpus.
///
/// # Errors
///
/// A folder of the corpus cannot be read.
pub fn corpus_pairs() -> std::io::Result<Vec<(String, String, String)>> {
    let Some(corpus) = corpus() else { return Ok(Vec::new()) };
    let mut pairs = Vec::new();
    for suite in std::fs::read_dir(corpus.join("diff"))? {
        let suite = suite?.path();
        for case in suite.is_dir().then(|| std::fs::read_dir(&suite)).transpose()?.into_iter().flatten() {
            let case = case?.path();
            let read = |name: &str| std::fs::read_to_string(case.join(name));
            if let (Ok(old), Ok(new)) = (read("old.sql"), read("new.sql")) {
                pairs.push((case.display().to_string(), old, new));
            }
        }
    }
    pairs.sort();
    Ok(pairs)
}

/// Returns the scripts of the corpus that PostgreSQL runs without a mistake, with the names of their files; none where there is no
/// corpus.
///
/// # Errors
///
/// A file of the corpus cannot be read.
pub fn corpus_scripts() -> std::io::Result<Option<Vec<(String, String)>>> {
    let Some(folder) = corpus().map(|corpus| corpus.join("sql/wild")) else { return Ok(None) };
    let verdicts = std::fs::read_to_string(folder.join("verdicts.tsv"))?;
    let files = verdicts.lines().skip(1).filter_map(|row| {
        let (file, rest) = row.split_once('\t')?;
        (rest.split('\t').next() == Some("0")).then_some(file)
    });
    files
        .map(|file| Ok((file.to_owned(), std::fs::read_to_string(folder.join(file))?)))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Returns scripts that are written for one thing each, with what they try: `tests/fixtures/scripts/*.sql`, each as
/// `-- script: what it tries` and the script.
///
/// # Errors
///
/// A fixture cannot be read.
pub fn written_scripts() -> std::io::Result<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/scripts");
    let mut scripts = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(file?.path())?;
        let parts = text.split("-- script: ").skip(1).filter_map(|part| part.split_once('\n'));
        scripts.extend(parts.map(|(name, script)| (name.to_owned(), script.to_owned())));
    }
    scripts.sort();
    Ok(scripts)
}

/// Returns the pairs of scripts that are written for one change each, with what they try: `tests/fixtures/pairs/*.sql`, each pair
/// as `-- from: what it tries`, the old script, `-- to`, the new one.
///
/// # Errors
///
/// A fixture cannot be read, or holds something that is no pair.
pub fn written_pairs() -> std::io::Result<Vec<(String, String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pairs");
    let mut pairs = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(file?.path())?;
        for pair in text.split("-- from: ").skip(1) {
            let parts = pair.split_once('\n').and_then(|(name, scripts)| {
                let (old, new) = scripts.split_once("-- to\n")?;
                Some((name.to_owned(), old.to_owned(), new.to_owned()))
            });
            pairs.push(parts.ok_or_else(|| std::io::Error::other(format!("a pair has no `-- to`: {pair}")))?);
        }
    }
    pairs.sort();
    Ok(pairs)
}
