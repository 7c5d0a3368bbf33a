//! SQL files from the open, each loaded into a database and imported from there.
//!
//! `TRUTHTABLE_SHOW=part-of-a-name` takes only the files whose names have that part, and tells their misses in full.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use truthtable::config::PlatformName;
use truthtable::emit::sql::platform_stub;
use truthtable::import::Target;
use truthtable_prove::catalog::Catalog;
use truthtable_prove::replay::replay;
use truthtable_prove::server::{Database, Server};
use truthtable_prove::sql;
use truthtable_tests::corpus;

use super::{EVERY, Outcome, catalog, compared, from_database, from_file};

/// How many lines of a miss are told.
const LINES: usize = 4;

/// Files that were loaded in the same way, and how their import ended.
#[derive(Default)]
struct Set {
    same: usize,
    missed: Vec<String>,
}

impl Set {
    /// Imports a database, which is given up, and returns its catalogue.
    fn add(&mut self, server: &mut Server, name: &str, mut source: Database) -> Catalog {
        let wanted = catalog(&mut source);
        let read = from_database(server, source);
        self.count(name, compared(server, &read, &wanted, Target::Markdown));
        wanted
    }

    fn count(&mut self, name: &str, outcome: Outcome) {
        match outcome {
            Outcome::Same => self.same += 1,
            Outcome::Different(why) => self.missed.push(format!("{name}: {why}")),
        }
    }

    fn tell(&self, how: &str) {
        let all = self.same + self.missed.len();
        eprintln!("sql/wild, {how}: {} of {all} imported to the same catalogue", self.same);
        for why in &self.missed {
            let lines = if shown().is_some() { usize::MAX } else { LINES };
            eprintln!("  {}", why.lines().take(lines).collect::<Vec<_>>().join("\n    "));
        }
    }
}

/// The dump of Pagila makes the same catalogue, all of it, as the migrations that are generated of its import.
#[test]
fn pagila_is_imported_to_the_whole_of_its_catalogue() {
    let Some(corpus) = corpus() else { return };
    let dump = fs::read_to_string(corpus.join("sql/wild/devrimgunduz__pagila__pagila-schema.sql")).unwrap();
    // The embedded server is of version 17, and the dump of version 18.
    let later = "CREATE FUNCTION public.uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()';\n";
    let dump = dump.replace(") VIRTUAL\n", ") STORED\n").replace(" uuidv7()", " public.uuidv7()");
    let text = format!("{later}{dump}");
    let mut server = Server::embedded(&sql::created_extensions(&text).into_iter().collect()).unwrap();
    let mut source = server.create_database().unwrap();
    source.client.batch_execute(&text).unwrap();
    let wanted = catalog(&mut source);
    server.drop_database(source);
    assert!(wanted.objects.len() > 300, "{} objects", wanted.objects.len());
    let read = from_file(&text);
    for target in EVERY {
        if let Outcome::Different(why) = compared(&mut server, &read, &wanted, target) {
            panic!("{target:?}: {why}");
        }
    }
}

#[test]
fn real_schemas_are_imported_from_a_live_database() {
    let Some(corpus) = corpus() else { return };
    let mut server = Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap();
    // The platform on which many of the files build.
    let supabase = platform_stub(PlatformName::Supabase);
    let [mut alone, mut on_platform, mut in_order, mut in_part, mut as_file] =
        [(); 5].map(|()| Set::default());
    for (_, files) in repositories(&corpus.join("sql/wild")) {
        let mut before: Vec<&str> = Vec::new();
        for (name, text) in &files {
            if shown().is_some_and(|part| !name.contains(&part)) {
                continue;
            }
            if let Some(database) = loaded(&mut server, &[text]) {
                let wanted = alone.add(&mut server, name, database);
                as_file.count(name, compared(&mut server, &from_file(text), &wanted, Target::Sql));
            } else if let Some(database) = loaded(&mut server, &[&supabase, text]) {
                on_platform.add(&mut server, name, database);
            } else if let Some(database) = loaded(&mut server, &after(&before, &[text]))
                .or_else(|| loaded(&mut server, &after(&[&supabase], &after(&before, &[text]))))
            {
                in_order.add(&mut server, name, database);
            } else {
                // What of a file cannot be run is left away: what remains is a database like any other.
                let platform: &[&str] = if text.contains("auth.") { &[&supabase] } else { &[] };
                let database = loaded_in_part(&mut server, &after(platform, &after(&before, &[text])));
                in_part.add(&mut server, name, database);
                continue;
            }
            before.push(text);
        }
    }
    alone.tell("alone");
    on_platform.tell("on Supabase");
    in_order.tell("behind the other files of their repository");
    in_part.tell("without the statements that do not run");
    as_file.tell("read as files");
    let sets = [&alone, &on_platform, &in_order, &in_part, &as_file];
    let missed: usize = sets.iter().map(|set| set.missed.len()).sum();
    assert!(missed == 0, "{missed} missed");
    assert!(shown().is_some() || alone.same >= 40, "only {} files were loaded", alone.same);
}

/// The files of a repository are its migrations: run in their order, they are imported to the catalogue that they make.
#[test]
fn repositories_are_imported_as_migrations() {
    let Some(corpus) = corpus() else { return };
    let mut set = Set::default();
    let mut in_part = 0;
    for (repository, files) in repositories(&corpus.join("sql/wild")) {
        if shown().is_some_and(|part| !repository.contains(&part)) {
            continue;
        }
        let scripts: Vec<String> = files.into_iter().map(|(_, text)| text).collect();
        let text = scripts.join("\n");
        let mut server = Server::embedded(&sql::created_extensions(&text)).unwrap();
        let replayed = match replay(&mut server, &scripts) {
            Ok(replayed) => replayed,
            Err(error) => {
                set.missed.push(format!("{repository}: {error}"));
                continue;
            }
        };
        // What the server refused is the reader's, and nothing to compare it with is at hand.
        let texts: Vec<&str> = scripts.iter().map(String::as_str).collect();
        let is_whole = replayed.refused.is_empty();
        let Some(mut source) = is_whole.then(|| loaded(&mut server, &texts)).flatten() else {
            in_part += 1;
            continue;
        };
        let wanted = catalog(&mut source);
        server.drop_database(source);
        // Rows are no part of the catalogue, and another test's business.
        let made = replayed.sql.split("\nINSERT INTO ").next().unwrap_or_default().to_owned() + "\n";
        set.count(&repository, compared(&mut server, &from_file(&made), &wanted, Target::Sql));
    }
    eprintln!("{in_part} repositories run only in part");
    set.tell("run as migrations");
    assert!(set.missed.is_empty(), "{} missed", set.missed.len());
}

fn shown() -> Option<String> {
    std::env::var("TRUTHTABLE_SHOW").ok()
}

/// Returns the files by repository, in the order of their paths in it.
fn repositories(folder: &Path) -> BTreeMap<String, Vec<(String, String)>> {
    let mut files: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let (true, Ok(text)) = (name.ends_with(".sql"), fs::read_to_string(entry.path())) {
            let repository = name.split("__").take(2).collect::<Vec<_>>().join("/");
            files.entry(repository).or_default().push((name, without_psql(&text)));
        }
    }
    files.values_mut().for_each(|files| files.sort());
    files
}

/// Leaves away what only `psql` understands: its own commands, and rows in the form of `COPY`.
fn without_psql(text: &str) -> String {
    let mut kept = String::new();
    let mut in_rows = false;
    for line in text.lines() {
        let copies = line.starts_with("COPY ") && line.trim_end().to_lowercase().ends_with("from stdin;");
        if !in_rows && !copies && !line.starts_with('\\') {
            kept.push_str(line);
            kept.push('\n');
        }
        in_rows = (in_rows || copies) && line != "\\.";
    }
    kept
}

fn after<'a>(first: &[&'a str], then: &[&'a str]) -> Vec<&'a str> {
    first.iter().chain(then).copied().collect()
}

/// Loads scripts as `psql` does, statement by statement; none where one of the statements does not run.
fn loaded(server: &mut Server, scripts: &[&str]) -> Option<Database> {
    let mut database = server.create_database().unwrap();
    for script in scripts {
        for statement in statements(script) {
            if database.client.batch_execute(statement).is_err() {
                server.drop_database(database);
                return None;
            }
        }
        end(&mut database);
    }
    Some(database)
}

/// Loads what runs of scripts.
fn loaded_in_part(server: &mut Server, scripts: &[&str]) -> Database {
    let mut database = server.create_database().unwrap();
    for script in scripts {
        for statement in statements(script) {
            if database.client.batch_execute(statement).is_err() {
                // Within a transaction of the script's own, nothing after an error would run.
                _ = database.client.batch_execute("ROLLBACK");
            }
        }
        end(&mut database);
    }
    database
}

fn statements(script: &str) -> Vec<&str> {
    sql::statements(script).into_iter().map(|statement| script.get(statement.range).unwrap()).collect()
}

/// Ends what a script leaves open, and what it set for its session.
fn end(database: &mut Database) {
    database.client.batch_execute("COMMIT; RESET ROLE; RESET ALL").unwrap();
}
