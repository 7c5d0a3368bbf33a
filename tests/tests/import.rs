//! Imports: what comes out of one, put into a workspace, makes the schema that went in.
//!
//! `TRUTHTABLE_SHOW=part-of-a-name` prints what is left to do for a file.

use std::path::{Path, PathBuf};

use truthtable::config::Config;
use truthtable::diag::{Severity, Sink};
use truthtable::emit::sql;
use truthtable::import::{Imported, Target, Wanted, import};
use truthtable::load::Loader;
use truthtable::model::Schema;
use truthtable::plan::migration::diff::{self, Side};
use truthtable_tests::{corpus, corpus_scripts, pairs, root, script};

const TARGETS: [(Target, &str); 3] =
    [(Target::Dbml, "dbml"), (Target::Markdown, "markdown"), (Target::Sql, "sql")];

/// Puts imported files into a workspace and returns what `gen` has against them, and how what they make differs.
fn differences(schema: &Schema, config: &Config, imported: &Imported) -> Vec<String> {
    let workspace = tempfile::tempdir().unwrap();
    let folder = workspace.path().join("schema/taken");
    std::fs::create_dir_all(&folder).unwrap();
    for (path, text) in imported.files.iter() {
        std::fs::write(folder.join(path), text).unwrap();
    }
    let mut loader = Loader::new(workspace.path());
    let mut sink = Sink::default();
    let Some(loaded) = loader.schema("taken", &mut sink) else { return vec!["it does not load".to_owned()] };
    let outcome = truthtable::generate(&loaded, &loader.sources, &mut sink);
    let errors = sink.finish(&loader.sources).into_iter().filter(|it| it.severity == Severity::Error);
    let mut wrong: Vec<String> = errors.map(|error| error.message).collect();
    let made = Side { schema: &outcome.schema, config: &loaded.config };
    match diff::diff(made, Side { schema, config }) {
        Ok(steps) => {
            wrong.extend(steps.iter().map(|step| {
                format!("{} {} {}", step.verb.as_str(), step.key.kind.label(), step.key.plain())
            }));
        }
        Err(refusals) => wrong.extend(refusals.into_iter().map(|refusal| refusal.message)),
    }
    wrong
}

/// Tells whether what a schema makes is SQL: a document may have defaults that no database takes.
fn is_sql(schema: &Schema, config: &Config) -> bool {
    let Ok(steps) = diff::diff(Side { schema: &Schema::default(), config }, Side { schema, config }) else {
        return false;
    };
    let text: Vec<String> = steps.iter().map(|step| sql::script(&step.statements)).collect();
    script(&text.join("\n")).is_ok()
}

/// How many came out as they went in.
#[derive(Default)]
struct Score {
    right: [usize; 3],
    literal: [usize; 3],
    all: usize,
    wrong: Vec<String>,
}

impl Score {
    fn add(&mut self, name: &str, schema: &Schema, config: &Config) {
        if !is_sql(schema, config) {
            return;
        }
        self.all += 1;
        let show = std::env::var("TRUTHTABLE_SHOW").is_ok_and(|part| name.contains(&part));
        for (at, (target, word)) in TARGETS.into_iter().enumerate() {
            let wanted = Wanted { name: "taken".to_owned(), target, layout: None };
            let imported = match import(schema, config, &wanted) {
                Ok(imported) => imported,
                Err(refusals) => {
                    self.wrong.push(format!("{name} to {word}: {}", refusals[0].message));
                    continue;
                }
            };
            let wrong = differences(schema, config, &imported);
            if show {
                for (path, text) in imported.files.iter() {
                    println!("==== {word}: {path}\n{text}");
                }
                println!("==== unsaid: {:?}", imported.unsaid);
            }
            let toml = imported.files.get("schema.toml").unwrap();
            self.literal[at] += usize::from(toml.contains("\nliteral = true"));
            if wrong.is_empty() {
                self.right[at] += 1;
            } else {
                self.wrong.push(format!("{name} to {word}: {}", wrong.join("; ")));
            }
        }
    }

    fn tell(&self, what: &str) {
        eprintln!(
            "{what}: of {} came out as they went in: DBML {}, Markdown {}, SQL {}; taken at their word {:?}",
            self.all, self.right[0], self.right[1], self.right[2], self.literal
        );
        for wrong in &self.wrong {
            eprintln!("  {}", wrong.chars().take(600).collect::<String>());
        }
    }
}

/// Reads a source as the command does; none where it has errors.
fn read(path: &Path) -> Option<(Schema, Config)> {
    let mut loader = Loader::new("");
    let mut sink = Sink::default();
    let loaded = loader.document(&path.to_string_lossy(), &mut sink)?;
    let schema = truthtable::read(&loaded.inputs, &loader.sources, &loaded.config, &mut sink);
    (!sink.has_errors()).then_some((schema, loaded.config))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn of_corpus(folder: &str, extension: &str, loads: impl Fn(&str) -> bool) -> Option<Score> {
    let folder = corpus()?.join(folder);
    let mut score = Score::default();
    for path in files(&folder, extension) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !loads(&name) {
            continue;
        }
        if let Some((schema, config)) = read(&path) {
            score.add(&name, &schema, &config);
        }
    }
    score.tell(&folder.to_string_lossy());
    Some(score)
}

#[test]
fn sql_from_the_open() {
    let Some(scripts) = corpus_scripts().unwrap() else { return };
    let loads: Vec<&str> = scripts.iter().map(|(file, _)| file.as_str()).collect();
    let score = of_corpus("sql/wild", ".sql", |name| loads.contains(&name)).unwrap();
    assert!(score.all >= 40, "only {} files were read", score.all);
    assert!(score.wrong.is_empty(), "{} wrong", score.wrong.len());
}

#[test]
fn dbml_from_the_open() {
    let Some(score) = of_corpus("dbml", ".dbml", |_| true) else { return };
    assert!(score.all >= 100, "only {} files were read", score.all);
    assert!(score.wrong.is_empty(), "{} wrong", score.wrong.len());
}

#[test]
fn prisma_from_the_open() {
    let Some(score) = of_corpus("prisma/wild", ".prisma", |_| true) else { return };
    assert!(score.all >= 10, "only {} files were read", score.all);
    assert!(score.wrong.is_empty(), "{} wrong", score.wrong.len());
}

#[test]
fn markdown_from_the_open() {
    let Some(score) = of_corpus("markdown/wild", ".md", |_| true) else { return };
    assert!(score.all >= 9, "only {} files were read", score.all);
    assert!(score.wrong.is_empty(), "{} wrong", score.wrong.len());
}

#[test]
fn schemas_of_the_workspace() {
    let mut loader = Loader::new(root());
    let mut score = Score::default();
    for name in loader.schema_names() {
        let mut sink = Sink::default();
        let loaded = loader.schema(&name, &mut sink).unwrap();
        let schema = truthtable::read(&loaded.inputs, &loader.sources, &loaded.config, &mut sink);
        assert!(!sink.has_errors(), "{name} has errors");
        score.add(&name, &schema, &loaded.config);
    }
    score.tell("schema");
    assert!(score.wrong.is_empty() && score.all >= 4, "{} wrong", score.wrong.len());
}

#[test]
fn schemas_by_chance() {
    let mut score = Score::default();
    for seed in 0..100 {
        let pair = pairs::pair(seed);
        let Ok((schema, config)) = script(&pair.new) else { continue };
        score.add(&format!("seed {seed}"), &schema, &config);
    }
    score.tell("by chance");
    assert!(score.wrong.is_empty() && score.all >= 90, "{} wrong of {}", score.wrong.len(), score.all);
}

#[test]
fn a_foreign_key_stands_behind_the_unique_index_that_it_needs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schema.prisma");
    let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  x Int\n  y Int\n  bs B[]\n  own B? @relation(\"own\")\n  @@unique([x, y])\n}\nmodel B {\n  id Int @id\n  ax Int\n  ay Int\n  a A @relation(fields: [ax, ay], references: [x, y])\n  c A @relation(\"own\", fields: [id], references: [id])\n}\n";
    std::fs::write(&path, text).unwrap();
    let (schema, config) = read(&path).unwrap();
    let wanted = Wanted { name: "taken".to_owned(), target: Target::Sql, layout: None };
    let imported = import(&schema, &config, &wanted).unwrap();
    let sql = imported.files.get("schema.sql").unwrap();
    let at = |text: &str| sql.find(text).unwrap_or_else(|| panic!("no `{text}` in:\n{sql}"));
    assert!(at("CREATE UNIQUE INDEX \"A_x_y_key\"") < at("REFERENCES \"A\" (x, y)"), "{sql}");
    // One that leads to a primary key stays with its table.
    assert!(at("REFERENCES \"A\" (id)") < at("CREATE UNIQUE INDEX"), "{sql}");
}
