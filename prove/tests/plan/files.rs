//! Migrations file by file, each as a runner runs it: forward, back, and twice where files may be run again.

use std::collections::{BTreeMap, BTreeSet};

use truthtable::diag::Sink;
use truthtable::emit::sql;
use truthtable::plan::ledger::{Ledger, Released};
use truthtable::plan::migration;
use truthtable::plan::migration::statement::Statement;
use truthtable::span::Sources;
use truthtable_prove::server::{Database, Error, Server};
use truthtable_tests::{pairs, script, written_pairs};

use super::{Outcome, PAIRS, catalog, extensions, is_same, server};

/// Returns the migrations that follow a release of one script where the documents say another: up and down of each, as text.
fn migrations(
    old: &str,
    new: &str,
    print: fn(&[Statement]) -> String,
) -> Result<Vec<(String, String, bool)>, String> {
    let (model, config) = script(old)?;
    let (schema, new_config) = script(new)?;
    let mut sources = Sources::default();
    let file = sources.add("ledger.toml", "");
    let ledger = Ledger {
        model: String::new(),
        by_hand: BTreeSet::new(),
        migrations: Vec::new(),
        span: sources.fragment(file).span(0..0),
    };
    let released = Released { ledger, model, config, files: BTreeMap::new(), by_hand: Vec::new() };
    let (mut sink, mut pending) = (Sink::default(), Sink::default());
    let planned =
        migration::plan(&schema, Some(&released), &new_config, sql::script, &mut sink, &mut pending);
    let refused = pending.diagnostics().iter().find(|it| it.code.as_str() == "plan-refused");
    if let Some(refused) = refused {
        return Err(refused.message.clone());
    }
    let text = |migration: &migration::Migration| {
        let up: Vec<Statement> = migration.up.iter().flat_map(|section| section.statements.clone()).collect();
        (print(&up), sql::script(&migration.down), migration.transactional)
    };
    Ok(planned.migrations.iter().map(text).collect())
}

fn run_file(database: &mut Database, text: &str, transactional: bool) -> Result<(), String> {
    let script = if transactional { format!("BEGIN;\n{text}\nCOMMIT;") } else { text.to_owned() };
    database.client.batch_execute(&script).map_err(|error| Error::of(text, &error).to_string())
}

/// Migrates file by file, each as a runner runs it, and back file by file.
fn prove_stages(server: &mut Server, old: &str, new: &str, again: bool) -> Outcome {
    let files = match migrations(old, new, if again { sql::idempotent_script } else { sql::script }) {
        Ok(files) => files,
        Err(refusal) => return Outcome::Refused(refusal),
    };
    let mut afresh = server.create_database().unwrap();
    let runs = afresh.client.batch_execute(new).is_ok();
    let after = runs.then(|| catalog(&mut afresh));
    server.drop_database(afresh);
    let Some(after) = after else { return Outcome::Unusable };
    let mut migrated = server.create_database().unwrap();
    let outcome = 'proof: {
        if migrated.client.batch_execute(old).is_err() {
            break 'proof Outcome::Unusable;
        }
        let (mut before, mut now) = (Vec::new(), catalog(&mut migrated));
        for (up, _, transactional) in &files {
            if let Err(error) = run_file(&mut migrated, up, *transactional) {
                break 'proof Outcome::Wrong(error);
            }
            let once = catalog(&mut migrated);
            if again {
                let twice = run_file(&mut migrated, up, *transactional)
                    .and_then(|()| is_same(&catalog(&mut migrated), &once));
                if let Err(error) = twice {
                    break 'proof Outcome::Wrong(format!("again: {error}"));
                }
            }
            before.push(std::mem::replace(&mut now, once));
        }
        if let Err(error) = is_same(&now, &after) {
            break 'proof Outcome::Wrong(error);
        }
        for ((_, down, transactional), before) in files.iter().zip(&before).rev() {
            let back = run_file(&mut migrated, down, *transactional)
                .and_then(|()| is_same(&catalog(&mut migrated), before));
            if let Err(error) = back {
                break 'proof Outcome::Wrong(format!("back: {error}\n{down}"));
            }
        }
        Outcome::Right
    };
    server.drop_database(migrated);
    outcome
}

#[test]
fn random_pairs_migrate_file_by_file_and_back() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("TRUTHTABLE_SEED").unwrap_or(1);
    let count = number("TRUTHTABLE_PAIRS").unwrap_or(PAIRS);
    let mut server = server();
    let mut failures = Vec::new();
    for seed in first..first + count {
        let pair = pairs::pair(seed);
        // Every other pair runs each file twice, as files may that are asked to be idempotent.
        match prove_stages(&mut server, &pair.old, &pair.new, seed % 2 == 0) {
            Outcome::Right => {}
            Outcome::Unusable => failures.push(format!("seed {seed}: a script does not run")),
            Outcome::Refused(why) | Outcome::Wrong(why) => {
                failures.push(format!("seed {seed}: {why}\n{}\n--\n{}", pair.old, pair.new))
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} pairs:\n{}", failures.len(), failures.join("\n"));
}

/// Runs every file between two scripts twice, on a database that is as the first says; gives how it is then.
fn run_twice(database: &mut Database, old: &str, new: &str) -> Result<(), String> {
    // What cannot be planned is for another test to say.
    let Ok(files) = migrations(old, new, sql::idempotent_script) else { return Ok(()) };
    for (up, _, transactional) in &files {
        run_file(database, up, *transactional)?;
        let once = catalog(database);
        run_file(database, up, *transactional)
            .and_then(|()| is_same(&once, &catalog(database)))
            .map_err(|error| format!("again: {error}"))?;
    }
    Ok(())
}

/// Every kind of statement that migrations are made of stands in these pairs, and each file of theirs may run twice.
#[test]
fn written_pairs_run_twice_with_the_same_result() {
    let mut server = server();
    let (mut right, mut missed) = (0, Vec::new());
    // What is given on all of a kind in a schema reaches those that were made behind it when a file is run again: `release.md` says so.
    let is_once = |name: &str| {
        name == "privileges on all tables reach those that stand before them"
            || name.ends_with(" does not reach what comes behind")
    };
    for (name, old, new) in written_pairs().unwrap().into_iter().filter(|(name, ..)| !is_once(name)) {
        let wanted = extensions(&[&old, &new]);
        if !server.serves(&wanted) {
            server = Server::embedded(&wanted).unwrap();
        }
        let mut database = server.create_database().unwrap();
        let twice = run_twice(&mut database, "", &old)
            .map_err(|error| format!("made: {error}"))
            .and_then(|()| run_twice(&mut database, &old, &new));
        match twice {
            Ok(()) => right += 1,
            Err(_) if !wanted.is_empty() => eprintln!("not tried on this server: {name}"),
            Err(error) => {
                eprintln!("{name}: {error}");
                missed.push(name);
            }
        }
        server.drop_database(database);
    }
    eprintln!("written pairs: {right} run twice on {}", server.label());
    assert!(missed.is_empty(), "{} pairs: {}", missed.len(), missed.join(", "));
    assert!(right > 100, "only {right} pairs could be tried");
}
