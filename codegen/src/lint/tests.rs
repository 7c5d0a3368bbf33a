use super::*;
use crate::diag::{Colour, to_terminal};
use crate::source::{self, Reading};
use crate::span::Sources;
use crate::{config, model};

/// Runs the pipeline up to the linter on one text, and returns what was found.
fn findings(extension: &str, text: &str, toml: &str) -> (Vec<Diagnostic>, String) {
    let mut sources = Sources::default();
    let file = sources.add(format!("example.{extension}"), text);
    let config_file = sources.add("schema.toml", toml);
    let mut sink = Sink::default();
    let config = config::parse("example", config_file, &sources, &mut sink);
    let decls =
        source::read(&[file], &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    let schema = model::lower(decls, &config, &mut sink);
    run(&schema, &config, &mut sink);
    let found = sink.finish(&sources);
    let told = to_terminal(&found, &sources, Colour::Off);
    (found, told)
}

/// Returns the fences of a page: info string and text.
fn fences(page: &str) -> Vec<(String, String)> {
    let mut fences = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        if ticks.len() >= 3 {
            let info = line.trim_start_matches('`').to_owned();
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != ticks).collect();
            fences.push((info, text.join("\n") + "\n"));
        }
    }
    fences
}

#[test]
fn examples_of_every_rule_do_what_their_pages_say() {
    for rule in RULES {
        let (mut failing, mut passing) = (0, 0);
        // A `schema.toml` holds for the examples behind it.
        let mut toml = String::new();
        for (info, text) in fences(&rule.page()) {
            if info == "toml" {
                toml = text;
                continue;
            }
            let (extension, verdict) = info.split_once(' ').unwrap_or((&info, ""));
            let (found, told) = findings(extension, &text, &toml);
            let fires = found.iter().any(|found| found.code == rule.code());
            match verdict {
                "fail" => {
                    assert!(fires, "the failing example of {} passes:\n{text}\n{told}", rule.name);
                    failing += 1;
                }
                "pass" => {
                    assert!(!fires, "the passing example of {} fails:\n{told}", rule.name);
                    passing += 1;
                }
                other => panic!("{}: an example is neither `fail` nor `pass` but `{other}`", rule.name),
            }
            let others =
                found.iter().find(|found| found.severity == Severity::Error && found.code != rule.code());
            assert!(others.is_none(), "an example of {} is wrong for another reason:\n{told}", rule.name);
        }
        assert!(failing > 0 && passing > 0, "{} shows no failing and passing example", rule.name);
    }
}

#[test]
fn rules_are_sorted_and_pages_begin_with_a_sentence() {
    assert!(RULES.is_sorted_by_key(|rule| rule.name));
    for rule in RULES {
        let page = rule.page();
        let first = page.split("\n\n").next().unwrap();
        assert!(first.ends_with('.') && first.lines().count() <= 2, "{}: {first}", rule.name);
    }
}

#[test]
fn levels_and_silences() {
    let sql =
        "create table \"Users\" (id bigint primary key);\ncreate table \"Posts\" (id bigint primary key);\n";
    let toml = r#"
[lint.levels]
name-not-snake-case = "deny"
name-not-snake-cse = "warn"
unknown-reference = "allow"

[[lint.allow]]
rule = "name-not-snake-case"
at = "Users"
reason = "older than the convention"

[[lint.allow]]
rule = "duplicate-index"
at = "Users"
reason = "none"
"#;
    insta::assert_snapshot!(findings("sql", sql, toml).1);
}

#[test]
fn indexes_that_serve_nothing_of_their_own() {
    let check = |sql: &str, expected: &[&str]| {
        let (found, told) = findings(
            "sql",
            &format!("create table t (a bigint primary key, b text, c text unique);\n{sql}"),
            "",
        );
        let messages: Vec<&str> = found
            .iter()
            .filter(|found| found.code.as_str() == "duplicate-index")
            .map(|found| found.message.as_str())
            .collect();
        assert_eq!(messages, expected, "{told}");
    };
    check("create index on t (b);", &[]);
    check("create index on t (a);", &["the index on `t(a)` serves nothing of its own"]);
    check(
        "create unique index on t (b); create index on t (b);",
        &["the index on `t(b)` serves nothing of its own"],
    );
    check(
        "create index on t (b, c); create index on t (b);",
        &["the index on `t(b)` serves nothing of its own"],
    );
    check("create unique index on t (b); create unique index i on t (b, c);", &[]);
    check("create index on t (b desc); create index on t (b);", &[]);
    check("create index on t (b) where c is null; create index on t (b);", &[]);
    check("create index on t using hash (b); create index on t (b);", &[]);
    check(
        "create index i on t (b); create index j on t (b);",
        &["the index on `t(b)` serves nothing of its own"],
    );
}
