//! First migrations of real scripts on a real PostgreSQL: they make the catalogue that the script makes.
//!
//! `TRUTHTABLE_SHOW=part-of-a-name` takes only the files whose name holds it, and prints what was made of them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;

use truthtable_prove::catalog::{Catalog, diff as differences};
use truthtable_prove::server::{Database, Server};
use truthtable_tests::{CROSSED, corpus_scripts, first_migrations, script, written_scripts};

/// Returns the first migrations of what a script says as one text.
fn first(text: &str) -> Result<String, String> {
    let (schema, config) = script(text)?;
    Ok(first_migrations(&schema, &config))
}

/// What one file came to.
enum Outcome {
    Right,
    /// The script does not run on this server.
    Unusable(String),
    Wrong(String),
}

fn run(database: &mut Database, text: &str) -> Result<Catalog, String> {
    database.client.batch_execute(text).map_err(|error| {
        let Some(error) = error.as_db_error() else { return error.to_string() };
        let at = match error.position() {
            Some(postgres::error::ErrorPosition::Original(at)) => {
                let before: String = text.chars().take(*at as usize - 1).collect();
                text.lines().nth(before.matches('\n').count()).unwrap_or_default().to_owned()
            }
            _ => error.where_().unwrap_or_default().to_owned(),
        };
        format!("{}: {at}", error.message())
    })?;
    Ok(Catalog::read(&mut database.client).unwrap())
}

fn made(server: &mut Server, text: &str) -> Result<Catalog, String> {
    let mut database = server.create_database().unwrap();
    let catalog = run(&mut database, text);
    server.drop_database(database);
    catalog
}

fn prove(server: &mut Server, text: &str, show: bool) -> Outcome {
    let expected = match made(server, text) {
        Ok(expected) => expected,
        Err(error) => return Outcome::Unusable(error),
    };
    let generated = match first(text) {
        Ok(generated) => generated,
        Err(error) => return Outcome::Wrong(format!("cannot be read: {error}")),
    };
    if show {
        eprintln!("{generated}");
    }
    match made(server, &generated) {
        Ok(found) => {
            let wrong: Vec<String> =
                differences(&found, &expected).iter().map(|one| one.tell("generated", "the file")).collect();
            if wrong.is_empty() { Outcome::Right } else { Outcome::Wrong(wrong.join("\n    ")) }
        }
        Err(error) => Outcome::Wrong(error),
    }
}

#[test]
fn what_something_needs_comes_before_it() {
    let mut server = Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap();
    for text in CROSSED {
        match prove(&mut server, text, false) {
            Outcome::Right => {}
            Outcome::Unusable(why) | Outcome::Wrong(why) => panic!("{why}\n{text}\n{}", first(text).unwrap()),
        }
    }
}

#[test]
fn written_scripts_make_the_same_catalogue() {
    let mut server = Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap();
    let mut missed = Vec::new();
    for (name, text) in written_scripts().unwrap() {
        match prove(&mut server, &text, false) {
            Outcome::Right => {}
            Outcome::Unusable(why) | Outcome::Wrong(why) => missed.push(format!("{name}: {why}")),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn first_migrations_of_real_scripts_make_the_same_catalogue() {
    let Some(scripts) = corpus_scripts().unwrap() else { return };
    let show = std::env::var("TRUTHTABLE_SHOW").ok();
    let mut server = Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap();
    let (mut right, mut unusable, mut missed) = (0, Vec::new(), Vec::new());
    for (file, text) in scripts {
        if show.as_ref().is_some_and(|show| !file.contains(show.as_str())) {
            continue;
        }
        let wanted: BTreeSet<String> = truthtable_prove::sql::created_extensions(&text).into_iter().collect();
        if !server.serves(&wanted) {
            server = Server::embedded(&wanted).unwrap();
        }
        match prove(&mut server, &text, show.is_some()) {
            Outcome::Right => right += 1,
            Outcome::Unusable(why) => unusable.push(format!("{file}: {why}")),
            Outcome::Wrong(why) => missed.push(format!("{file}: {why}")),
        }
    }
    eprintln!(
        "first migrations of the corpus: {right} right, {} missed, {} do not run on this server",
        missed.len(),
        unusable.len()
    );
    for line in missed.iter().chain(&unusable) {
        eprintln!("  {line}");
    }
    assert!(missed.is_empty(), "{} of {} are missed", missed.len(), right + missed.len());
}
