//! An outside judge of our migrations: squawk's linter finds no danger in them that we did not announce.

use squawk_linter::{Linter, Rule};
use truthtable::emit::sql;
use truthtable::plan::migration::diff::{self, Kind, Risk, Side, Step, Verb};
use truthtable_tests::{corpus_pairs, pairs, script};

/// The rules about what a statement does to a database in use. The others are about style: which types and spellings to prefer.
const RULES: [Rule; 19] = [
    Rule::AddingFieldWithDefault,
    Rule::AddingForeignKeyConstraint,
    Rule::AddingNotNullableField,
    Rule::AddingRequiredField,
    Rule::AddingSerialPrimaryKeyField,
    Rule::BanAlterDomainWithAddConstraint,
    Rule::BanConcurrentIndexCreationInTransaction,
    Rule::BanDropColumn,
    Rule::BanDropDatabase,
    Rule::BanDropNotNull,
    Rule::BanDropTable,
    Rule::BanTruncateCascade,
    Rule::ChangingColumnType,
    Rule::ConstraintMissingNotValid,
    Rule::DisallowedUniqueConstraint,
    Rule::RenamingColumn,
    Rule::RenamingTable,
    Rule::RequireConcurrentIndexCreation,
    Rule::RequireConcurrentIndexDeletion,
];

/// Returns the hazards by which what a rule finds is announced.
fn announced(rule: Rule) -> &'static [Risk] {
    match rule {
        Rule::BanDropColumn | Rule::BanDropTable | Rule::BanDropDatabase | Rule::BanTruncateCascade => {
            &[Risk::DataLoss, Risk::Rewrite]
        }
        Rule::RenamingColumn | Rule::RenamingTable | Rule::BanDropNotNull => &[Risk::BreaksClients],
        Rule::ChangingColumnType => &[Risk::Rewrite, Risk::MayFail, Risk::Lock],
        Rule::AddingFieldWithDefault => &[Risk::Rewrite],
        Rule::AddingSerialPrimaryKeyField => &[Risk::Rewrite, Risk::Scan],
        Rule::AddingRequiredField => &[Risk::MayFail, Risk::Rewrite],
        Rule::BanAlterDomainWithAddConstraint => &[Risk::MayFail],
        Rule::RequireConcurrentIndexDeletion => &[Risk::Lock],
        _ => &[Risk::Scan],
    }
}

/// Returns what the judge finds in the migrations from one script to another that the steps do not announce.
fn unannounced(old: &str, new: &str, online: bool) -> Vec<String> {
    let (Ok((before, before_config)), Ok((after, after_config))) = (script(old), script(new)) else {
        return Vec::new();
    };
    let before = Side { schema: &before, config: &before_config };
    let after = Side { schema: &after, config: &after_config };
    let stages: Vec<(bool, Vec<Step>)> = match online {
        true => {
            let Ok(stages) = diff::online(before, after, true) else { return Vec::new() };
            stages.into_iter().map(|stage| (stage.transactional, stage.steps)).collect()
        }
        false => {
            let Ok(steps) = diff::diff(before, after) else { return Vec::new() };
            vec![(true, steps)]
        }
    };
    // The judge sees one file, and no materialized view as new; a relation that the migration makes has no users.
    let steps = stages.iter().flat_map(|(_, steps)| steps);
    let made: Vec<_> = steps
        .filter(|it| it.verb == Verb::Create && matches!(it.key.kind, Kind::Table | Kind::MaterializedView))
        .map(|step| step.key.name.clone())
        .collect();
    let mut found = Vec::new();
    for (transactional, steps) in stages {
        let mut text = String::new();
        let mut ends = Vec::new();
        for step in &steps {
            text.push_str(&sql::script(&step.statements));
            ends.push(text.len());
        }
        let mut linter = Linter::with_rules(&RULES, &[]);
        linter.settings.assume_in_transaction = transactional;
        let parsed = squawk_syntax::SourceFile::parse(&text);
        for violation in linter.lint(&parsed, &text) {
            if !RULES.contains(&violation.code) {
                continue;
            }
            let start = usize::from(violation.text_range.start());
            let at = ends.iter().position(|end| start < *end);
            let step = at.and_then(|at| steps.get(at)).unwrap();
            if made.contains(&step.key.name) {
                continue;
            }
            let wanted = announced(violation.code);
            if !step.hazards.iter().any(|hazard| wanted.contains(&hazard.risk)) {
                let what = sql::script(&step.statements);
                found.push(format!("{:?}: {} {:?}", violation.code, what.trim(), step.hazards));
            }
        }
    }
    found
}

#[test]
fn nothing_is_found_in_random_migrations_that_is_not_announced() {
    for seed in 0..60 {
        let pair = pairs::pair(seed);
        for online in [false, true] {
            let found = unannounced(&pair.old, &pair.new, online);
            assert!(found.is_empty(), "seed {seed}, online {online}:\n{}", found.join("\n"));
        }
    }
}

#[test]
fn nothing_is_found_in_migrations_of_real_schemas_that_is_not_announced() {
    let pairs = corpus_pairs().unwrap();
    if pairs.is_empty() {
        return;
    }
    let mut found = Vec::new();
    for (case, old, new) in &pairs {
        for online in [false, true] {
            let unannounced = unannounced(old, new, online).into_iter();
            found.extend(unannounced.map(|what| format!("{case}, online {online}: {what}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(pairs.len() > 100);
}
