//! First migrations of real scripts: what they say is what the script says.
//!
//! `TRUTHTABLE_CORPUS` names the folder that holds `sql/wild` with its `verdicts.tsv`; files that PostgreSQL runs without a mistake
//! are read at their word, planned as the first migrations of a schema, and printed; what is read of the print has to be the same
//! schema.

use truthtable::emit::sql;
use truthtable::plan::migration::diff::{self, Side};
use truthtable_tests::{CROSSED, corpus_scripts, first_migrations, script};

/// Tells what is left to do behind the first migrations of a script.
fn left(text: &str) -> Result<(), String> {
    let (schema, config) = script(text)?;
    let printed = first_migrations(&schema, &config);
    let (made, made_config) =
        script(&printed).map_err(|error| format!("what was made cannot be read: {error}"))?;
    let side = |schema, config| Side { schema, config };
    match diff::diff(side(&made, &made_config), side(&schema, &config)) {
        Ok(steps) if steps.is_empty() => Ok(()),
        Ok(steps) => {
            let left: String = steps.iter().map(|step| sql::script(&step.statements)).collect();
            Err(format!("{} steps are left to do:\n{left}", steps.len()))
        }
        Err(refusals) => Err(refusals.into_iter().map(|refusal| refusal.message).collect()),
    }
}

#[test]
fn first_migrations_of_real_scripts_say_what_the_scripts_say() {
    let Some(scripts) = corpus_scripts().unwrap() else { return };
    let (mut right, mut missed) = (0, Vec::new());
    for (file, text) in scripts {
        match left(&text) {
            Ok(()) => right += 1,
            Err(why) => missed.push(format!("{file}: {why}")),
        }
    }
    println!("{right} right, {} missed", missed.len());
    assert!(missed.is_empty(), "{right} right, {} missed:\n{}", missed.len(), missed.join("\n\n"));
    assert!(right > 0, "no file of the corpus loads");
}

#[test]
fn what_something_needs_comes_before_it() {
    for text in CROSSED {
        left(text).unwrap();
        let (schema, config) = script(text).unwrap();
        insta::assert_snapshot!(first_migrations(&schema, &config));
    }
}
