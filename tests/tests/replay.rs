//! Migrations read back: what a script and the plan that follows it say together is what the plan was for.

use truthtable::emit::sql;
use truthtable::plan::migration::again::run_once;
use truthtable::plan::migration::diff::{self, Side, Stage};
use truthtable::plan::migration::statement::Statement;
use truthtable_tests::{corpus_pairs, pairs, script, written_pairs};

/// How a plan is written: at once or in stages, and so that its files may run twice.
const WAYS: [(bool, bool); 3] = [(false, false), (true, false), (true, true)];

/// Returns what is left to do after the plan from one script to another, read behind the first; none where the pair is of no use.
fn left(old: &str, new: &str, (online, again): (bool, bool)) -> Option<String> {
    let (before, before_config) = script(old).ok()?;
    let (after, after_config) = script(new).ok()?;
    let before = Side { schema: &before, config: &before_config };
    let after = Side { schema: &after, config: &after_config };
    let stages = match online {
        true => diff::online(before, after, true).ok()?,
        false => vec![Stage { transactional: true, steps: diff::diff(before, after).ok()? }],
    };
    let mut text = old.to_owned();
    for stage in &stages {
        let statements: Vec<Statement> =
            stage.steps.iter().flat_map(|step| step.statements.clone()).collect();
        let printed = match again {
            true => run_once(&sql::idempotent_script(&statements)).into_owned(),
            false => sql::script(&statements),
        };
        text.push_str(&format!(";\n{printed}"));
    }
    let (made, config) = match script(&text) {
        Ok(read) => read,
        Err(error) => return Some(format!("{error}\n{text}")),
    };
    let made = Side { schema: &made, config: &config };
    match diff::diff(made, after) {
        Ok(steps) if steps.is_empty() => Some(String::new()),
        Ok(steps) => {
            let left: String = steps.iter().map(|step| sql::script(&step.statements)).collect();
            Some(format!("left to do:\n{left}\nafter:\n{text}"))
        }
        Err(refusals) => Some(refusals.into_iter().map(|refusal| refusal.message).collect()),
    }
}

#[test]
fn random_migrations_are_read_back() {
    for seed in 0..400 {
        let pair = pairs::pair(seed);
        for way in WAYS {
            let left = left(&pair.old, &pair.new, way);
            assert_eq!(left.as_deref(), Some(""), "seed {seed}, way {way:?}");
        }
    }
}

#[test]
fn written_migrations_are_read_back() {
    let pairs = written_pairs().unwrap();
    assert!(pairs.len() > 150, "only {} pairs are there", pairs.len());
    let mut wrong = Vec::new();
    for (name, old, new) in pairs {
        for way in WAYS {
            for (from, to) in [(&old, &new), (&new, &old)] {
                let left = left(from, to, way);
                if left.as_deref() != Some("") {
                    wrong.push(format!("{name}, {way:?}: {}", left.unwrap_or_default()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn migrations_of_real_schemas_are_read_back() {
    let pairs = corpus_pairs().unwrap();
    if pairs.is_empty() {
        return;
    }
    let mut wrong = Vec::new();
    let mut right = 0;
    for (case, old, new) in &pairs {
        for way in WAYS {
            for (from, to) in [(old, new), (new, old)] {
                match left(from, to, way).as_deref() {
                    None => {}
                    Some("") => right += 1,
                    Some(what) => wrong.push(format!("{case}: {what}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong, {right} right:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(right > 200, "only {right} pairs were of use");
}
