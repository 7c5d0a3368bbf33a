//! What is generated: for the workspace's own schemas, for small schemas made for the purpose, and for documents as they are
//! found in the world.

use std::path::Path;

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use squawk_syntax::ast::AstNode;
use truthtable::diag::Severity;
use truthtable::write;
use truthtable_tests::{Made, make, print, root};

/// Folders of `tests/fixtures/schemas/`: small schemas that hold what the workspace's own do not.
fn fixtures() -> Vec<String> {
    folders("tests/fixtures/schemas")
}

fn own() -> Vec<String> {
    folders("schema")
}

fn folders(parent: &str) -> Vec<String> {
    let mut folders: Vec<String> = std::fs::read_dir(root().join(parent))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("{parent}/{}", entry.file_name().to_string_lossy()))
        .collect();
    folders.sort();
    assert!(!folders.is_empty(), "{parent} holds nothing to test");
    folders
}

fn made(folder: &str) -> Made {
    let made = make(folder, |_| {});
    let errors = made.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    assert_eq!(errors, 0, "{folder}:\n{}", made.said);
    assert!(made.files.iter().count() > 3, "{folder} gave hardly any files");
    made
}

#[test]
fn the_tree_is_what_the_documents_say() {
    for folder in own() {
        let changes = write::compare(&made(&folder).files, &root()).unwrap();
        let drift: Vec<String> = changes.iter().map(|change| change.diff.clone()).collect();
        assert!(drift.is_empty(), "`cargo xtask gen` mends this:\n{}", drift.join("\n"));
    }
}

#[test]
fn small_schemas_come_out_as_they_were_read() {
    for folder in fixtures() {
        let made = made(&folder);
        let name = folder.rsplit('/').next().unwrap();
        insta::assert_snapshot!(format!("files_of_{name}"), print(&made.files));
        insta::assert_snapshot!(format!("findings_of_{name}"), made.said);
    }
}

#[test]
fn the_order_of_input_files_changes_nothing() {
    let mut several = 0;
    for folder in fixtures().into_iter().chain(own()) {
        let straight = make(&folder, |_| {});
        let reversed = make(&folder, |inputs| {
            several += usize::from(inputs.len() > 1);
            inputs.reverse();
        });
        let rotated = make(&folder, |inputs| {
            let half = inputs.len() / 2;
            inputs.rotate_left(half);
        });
        assert_eq!(print(&straight.files), print(&reversed.files), "{folder}");
        assert_eq!(straight.said, reversed.said, "{folder}");
        assert_eq!(print(&straight.files), print(&rotated.files), "{folder}");
    }
    assert!(several > 0, "no schema has several files: the test tests nothing");
}

#[test]
fn two_runs_give_the_same_bytes() {
    for folder in fixtures().into_iter().chain(own()) {
        assert_eq!(print(&make(&folder, |_| {}).files), print(&make(&folder, |_| {}).files), "{folder}");
    }
}

/// Statements that `sqlparser` 0.63 has no grammar for; the other reader and PostgreSQL itself judge them.
const BEYOND_SQLPARSER: &[&str] = &[
    "ALTER DEFAULT PRIVILEGES ",
    "COMMENT ON CONSTRAINT ",
    "COMMENT ON INDEX ",
    "CREATE PUBLICATION ",
    "DO $",
];

#[test]
fn every_generated_statement_parses() {
    let mut statements = 0;
    for folder in fixtures().into_iter().chain(own()) {
        for (path, text) in made(&folder).files.iter().filter(|(path, _)| path.ends_with(".sql")) {
            let parse = squawk_syntax::SourceFile::parse(text);
            assert!(parse.errors().is_empty(), "{path}: {:?}\n{text}", parse.errors());
            for statement in parse.tree().syntax().children() {
                let sql = statement.text().to_string();
                statements += 1;
                if !BEYOND_SQLPARSER.iter().any(|head| sql.starts_with(head)) {
                    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, &sql);
                    assert!(parsed.is_ok(), "{path}: {parsed:?}\n{sql}");
                }
            }
        }
    }
    assert!(statements > 200, "only {statements} statements");
}

/// The crates of the workspace's own schemas are its members and compile with it; this builds those of the small schemas.
#[test]
fn every_generated_crate_compiles_without_a_warning() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates");
    // What is built stays: most of it are crates that never change.
    _ = std::fs::remove_dir_all(workspace.join("generated"));
    let mut members = Vec::new();
    for folder in fixtures() {
        for (path, text) in made(&folder).files.iter().filter(|(path, _)| path.starts_with("generated/")) {
            let target = workspace.join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, text).unwrap();
        }
        members.push(format!("\"generated/{}\"", folder.rsplit('/').next().unwrap()));
    }
    // The crates inherit from the workspace around them; this one has the same tables as ours, and the same lock file, so that
    // nothing has to be fetched.
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, rest) = manifest.split_once("[workspace.package]").unwrap();
    let rest = rest.replace("truthtable = { path = \"codegen\" }\n", "");
    let head =
        format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n[workspace.package]", members.join(", "));
    std::fs::write(workspace.join("Cargo.toml"), head + &rest).unwrap();
    std::fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock")).unwrap();
    let output = std::process::Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--quiet", "--offline"])
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .current_dir(&workspace)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Documents of the world, unchanged; they lie beside the repository, and the test says so where they do not.
#[test]
fn real_documents_generate_with_findings_only() {
    for folder in folders("tests/fixtures/seeds") {
        let made = make(&folder, |_| {});
        if made.said.contains("is not a file") {
            use std::io::Write;
            _ = writeln!(std::io::stderr(), "NOT TESTED: the document of {folder} is not here");
            continue;
        }
        let errors = made.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        assert_eq!(errors, 0, "{folder}:\n{}", made.said);
        let name = folder.rsplit('/').next().unwrap();
        let findings: Vec<String> = made
            .diagnostics
            .iter()
            .map(|found| format!("{} {}: {}", found.severity.as_str(), found.code, found.message))
            .collect();
        insta::assert_snapshot!(format!("findings_of_document_{name}"), findings.join("\n"));
        // A report that defines no table, and only names them, makes its page and no SQL.
        let only_names = findings.iter().any(|finding| finding.contains("table-only-named"));
        let made_of = |ending: &str| made.files.iter().any(|(path, _)| path.ends_with(ending));
        assert!(made_of(".sql") || (only_names && made_of("README.md")), "{folder}");
    }
}
