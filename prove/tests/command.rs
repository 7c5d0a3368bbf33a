//! The command line: what it prints and with which code it ends.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::path::Path;
use std::process::{Command, Output};
use std::{fs, str};

/// Copies fixtures to where the command looks for generated schemas.
fn root(fixtures: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for name in fixtures {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).join("migrations");
        let to = root.path().join("generated").join(name).join("migrations");
        fs::create_dir_all(&to).unwrap();
        for entry in from.read_dir().unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    root
}

fn run(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    let command =
        Command::new(env!("CARGO_BIN_EXE_truthtable-prove")).arg("--root").arg(root).args(arguments).output();
    let Output { status, stdout, stderr } = command.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(root.to_str().unwrap(), "ROOT");
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn failures_and_what_is_unproved_decide_the_exit_code() {
    let root = root(&["missing_extension", "never", "no_way_back"]);
    let (code, stdout, stderr) = run(root.path(), &["missing_extension", "never"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(stdout.matches(" on embedded PostgreSQL 17").count(), 2, "{stdout}");
    let (code, stdout, _) = run(root.path(), &["missing_extension", "--strict"]);
    assert_eq!(code, 1, "{stdout}");

    let (code, stdout, stderr) = run(root.path(), &["no_way_back", "--format", "json"]);
    assert_eq!((code, stderr.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(report[0]["schema"], "no_way_back");
    let down = &report[0]["steps"][1];
    assert_eq!((&down["check"], &down["verdict"]), (&"down".into(), &"failed".into()), "{stdout}");
    let place = serde_json::json!({
        "file": "generated/no_way_back/migrations/000001_orders.sql", "line": 1, "column": 1
    });
    assert_eq!(down["problems"][0]["place"], place);
}

#[test]
fn what_cannot_be_read_is_told_before_any_server_starts() {
    let empty = tempfile::tempdir().unwrap();
    let check = |root: &Path, arguments: &[&str], expected: &str| {
        assert_eq!(run(root, arguments), (2, String::new(), expected.to_owned()));
    };
    check(
        empty.path(),
        &[],
        "error: ROOT: no generated/*/migrations to prove; run `cargo xtask gen` first\n",
    );
    let root = root(&["never", "pairs"]);
    check(root.path(), &["nevr"], "error: no generated/nevr/migrations to prove; there are: never, pairs\n");
    let file = "generated/never/migrations/000003_bad.sql";
    fs::write(root.path().join(file), "SELECT 1;\n-- down\nSELECT 2;\n").unwrap();
    let message = "a line after `-- down` is not commented out with `-- `: a runner would execute it";
    check(root.path(), &[], &format!("error: {file}:3:1: {message}\n"));
    fs::write(root.path().join(file), b"\xff").unwrap();
    check(root.path(), &[], &format!("error: ROOT/{file}: stream did not contain valid UTF-8\n"));
}
