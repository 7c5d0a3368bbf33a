//! What is told of every code: that it is told, and that its examples do what they say.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use crate::workspace::{Workspace, told};
use truthtable::diag::explain::{self, Entry, Weight};
use truthtable::{lint, source};

/// A document for examples that show nothing but a `schema.toml`.
const ANY: &str = "create table users (\n  id bigint primary key\n);\n";

/// What every example is held to where it brings no `schema.toml`: names are as people write them in Prisma.
const QUIET: &str = "[lint.levels]\nname-not-snake-case = \"allow\"\n";

/// Commands that a reader would type, with the binary under test for `cargo xtask`.
const SHELL: &str = "cargo() { shift; \"$XTASK\" \"$@\"; }\n";

#[test]
fn every_code_is_told_and_everything_told_is_a_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut codes = BTreeSet::new();
    for folder in ["codegen/src", "prove/src", "xtask/src"] {
        codes_in(&root.join(folder), &mut codes);
    }
    assert!(codes.len() > 100, "only {} codes were found: the test does not see the source", codes.len());
    let rules: BTreeSet<String> = lint::RULES.iter().map(|rule| rule.name.to_owned()).collect();
    let entries: Vec<String> = explain::entries().map(|entry| entry.code.to_owned()).collect();
    let told: BTreeSet<String> = entries.iter().cloned().collect();
    assert_eq!(entries.len(), told.len(), "a code is told twice");
    let both: Vec<_> = told.intersection(&rules).collect();
    assert!(both.is_empty(), "rules have pages of their own: {both:?}");
    let untold: Vec<_> =
        codes.iter().filter(|code| !told.contains(*code) && !rules.contains(*code)).collect();
    assert!(untold.is_empty(), "tell them in codegen/src/diag/explain: {untold:?}");
    let gone: Vec<_> = told.difference(&codes).collect();
    assert!(gone.is_empty(), "nothing reports them: {gone:?}");
    let lenient: BTreeSet<&str> =
        explain::entries().filter(|entry| entry.weight == Weight::Leniency).map(|entry| entry.code).collect();
    assert_eq!(lenient, source::LENIENCIES.iter().copied().collect());
}

/// Adds the codes that the files of a folder declare, without those of tests and documentation.
fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            codes_in(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs") && name != "tests" {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
            for line in lines.filter(|line| !line.trim_start().starts_with("//")) {
                let named = line.split("Code::new(\"").skip(1).filter_map(|rest| rest.split_once('"'));
                codes.extend(named.map(|(code, _)| code.to_owned()));
            }
        }
    }
}

#[test]
fn examples_of_every_code_do_what_they_say() {
    let wrong: Vec<String> = explain::entries().flat_map(|entry| check(&entry)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Runs the examples of a code and returns what is wrong with them.
fn check(entry: &Entry) -> Vec<String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut released = None;
    let (mut wrong, mut failing, mut passing) = (Vec::new(), 0, 0);
    for (info, text) in fences(entry.doc) {
        let (language, what) = info.split_once(' ').unwrap_or((info, ""));
        match what {
            "" if language == "toml" => _ = files.insert("schema.toml".to_owned(), text),
            "released" => released = Some((language, text)),
            "fail" | "pass" => {
                let output = run(&files, released.as_ref(), language, &text);
                let found = codes_of(&output);
                let is_right = if what == "fail" {
                    failing += 1;
                    let severity = match entry.weight {
                        Weight::Error => "error",
                        Weight::Leniency | Weight::Warning => "warning",
                        Weight::Info => "info",
                    };
                    let own = (severity.to_owned(), entry.code.to_owned());
                    let others =
                        |(severity, code): &&(String, String)| severity != "info" && code != entry.code;
                    found.contains(&own) && !found.iter().any(|it| others(&it))
                } else {
                    passing += 1;
                    found.iter().all(|(severity, code)| severity == "info" && code != entry.code)
                };
                if !is_right {
                    wrong.push(format!("{}, {what}:\n{text}\n{}", entry.code, told(&output)));
                }
            }
            _ => match what.strip_prefix("beside ") {
                Some(path) => _ = files.insert(path.to_owned(), text),
                None => wrong.push(format!("{}: a fence is `{info}`", entry.code)),
            },
        }
    }
    if failing == 0 || passing == 0 {
        wrong.push(format!("{} shows no failing and passing example", entry.code));
    }
    wrong
}

/// Runs one example in a workspace of its own.
fn run(
    files: &BTreeMap<String, String>,
    released: Option<&(&str, String)>,
    language: &str,
    text: &str,
) -> Output {
    let workspace = Workspace::new(&[("schema/example/schema.toml", QUIET)]);
    for (path, text) in files {
        workspace.write(&format!("schema/example/{path}"), text);
    }
    let document = |language: &str, text: &str| {
        let path =
            if language == "toml" { "schema.toml" } else { &format!("example.{}", extension(language)) };
        workspace.write(&format!("schema/example/{path}"), text);
    };
    if let Some((language, text)) = released {
        document(language, text);
        for arguments in [["gen", "example"], ["release", "example"]] {
            let output = workspace.run(&arguments);
            assert!(output.status.success(), "{}", told(&output));
        }
    } else if ["toml", "sh"].contains(&language) && !files.keys().any(|path| path != "schema.toml") {
        document("sql", ANY);
    }
    if language == "sh" {
        return Command::new("sh")
            .args(["-c", &format!("{SHELL}{text}")])
            .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
            .current_dir(workspace.folder.path())
            .output()
            .unwrap();
    }
    document(language, text);
    workspace.run(&["lint", "example"])
}

fn extension(language: &str) -> &str {
    match language {
        "markdown" => "md",
        other => other,
    }
}

/// Returns the severities and codes that a command printed.
fn codes_of(output: &Output) -> BTreeSet<(String, String)> {
    let said = told(output);
    let heads = said.lines().filter_map(|line| line.split_once("]: ")?.0.split_once('['));
    let known = ["error", "warning", "info"];
    heads
        .filter(|(severity, _)| known.contains(severity))
        .map(|(severity, code)| (severity.to_owned(), code.to_owned()))
        .collect()
}

/// Returns the fences of a page: info string and text.
fn fences(doc: &str) -> Vec<(&str, String)> {
    let mut fences = Vec::new();
    let mut lines = doc.lines();
    while let Some(line) = lines.next() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        if ticks.len() >= 3 {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != ticks).collect();
            fences.push((line.trim_start_matches('`'), text.join("\n") + "\n"));
        }
    }
    fences
}

#[test]
fn what_is_told_of_a_fix_is_true() {
    for entry in explain::entries() {
        let example = fences(entry.doc).into_iter().find(|(info, _)| info.ends_with(" fail"));
        let (info, text) = example.unwrap();
        let (language, _) = info.split_once(' ').unwrap();
        if language == "sh" || !entry.is_fixed {
            continue;
        }
        let workspace = Workspace::new(&[("schema/example/schema.toml", "")]);
        workspace.write(&format!("schema/example/example.{}", extension(language)), &text);
        let output = workspace.run(&["lint", "--fix", "example"]);
        let found = codes_of(&output);
        let is_left = found.iter().any(|(severity, code)| severity != "info" || code == entry.code);
        assert!(!is_left, "{}: {}", entry.code, told(&output));
    }
}

#[test]
fn explain_prints_one_entry_and_lists_them_all() {
    let workspace = Workspace::new(&[]);
    insta::assert_snapshot!("explain_of_a_code", told(&workspace.run(&["explain", "dbml-note-on-ref"])));
    insta::assert_snapshot!("explain_of_a_rule", told(&workspace.run(&["explain", "duplicate-index"])));
    insta::assert_snapshot!(
        "explain_of_an_unknown_code",
        told(&workspace.run(&["explain", "dbml-note-on-reff"]))
    );
    let list = told(&workspace.run(&["explain"]));
    for entry in explain::entries() {
        assert!(list.contains(&format!("\n{} ", entry.code)), "{} is not listed", entry.code);
        let output = workspace.run(&["explain", entry.code]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    }
    assert!(workspace.tree().is_empty(), "a page was written");
}
