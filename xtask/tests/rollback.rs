//! What was ruled of a table when it was released holds for the change that takes the table, or the rule, away.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use crate::workspace::{Workspace, told};

const CONFIG: &str =
    "title = \"Shop\"\n\n[[acknowledge]]\nrisk = \"data-loss\"\nat = \"*\"\nreason = \"Looked at.\"\n";

const RULED: &str = "-- rollback: never — Money has been booked.
create table entries (id bigint primary key, at date);
-- rollback: staging-only
create table carts (id bigint primary key);
create table notes (
  id bigint primary key,
  said text -- rollback: never — Said is said.
);
create table plain (id bigint primary key);
";

/// Releases a schema of SQL under a configuration.
fn released(config: &str, text: &str) -> Workspace {
    let files = [("schema/shop/schema.toml", config), ("schema/shop/shop.sql", text)];
    let workspace = Workspace::new(&files);
    for command in [&["gen"][..], &["release", "shop"]] {
        let output = workspace.run(command);
        assert!(output.status.success(), "{}", told(&output));
    }
    workspace
}

/// Changes the documents and returns the policy that the last file states, and whether its part down stops for it.
fn policy(workspace: &Workspace, text: &str) -> String {
    workspace.write("schema/shop/shop.sql", text);
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    let folder = workspace.folder.path().join("generated/shop/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let text = std::fs::read_to_string(files.last().unwrap()).unwrap();
    let down = text.split_once("\n-- down\n").unwrap().1;
    let line = down.lines().find(|line| line.contains("rollback: ")).unwrap();
    assert_eq!(down.contains("RAISE EXCEPTION"), !line.ends_with("free"), "{text}");
    line.trim_start_matches("-- ").to_owned()
}

#[test]
fn a_table_that_leaves_is_taken_back_as_it_was_released() {
    let entries = "-- rollback: never — Money has been booked.\ncreate table entries (id bigint primary key, at date);\n";
    let carts = "-- rollback: staging-only\ncreate table carts (id bigint primary key);\n";
    let said = "-- rollback: never — Said is said.\n";
    let cases = [
        ("dropped", RULED.replace(entries, ""), "rollback: never — Money has been booked."),
        (
            "both dropped",
            RULED.replace(entries, "").replace(carts, ""),
            "rollback: never — Money has been booked.",
        ),
        ("dropped on staging", RULED.replace(carts, ""), "rollback: staging-only"),
        (
            "column dropped",
            RULED.replace(&format!(",\n  said text {said}"), "\n"),
            "rollback: never — Said is said.",
        ),
        (
            "rule and column dropped",
            RULED.replace(entries, "create table entries (id bigint primary key);\n"),
            "rollback: never — Money has been booked.",
        ),
        (
            "renamed",
            RULED.replace(
                entries,
                "-- was: entries\ncreate table bookings (id bigint primary key, at date);\n",
            ),
            "rollback: never — Money has been booked.",
        ),
        (
            "indexed",
            format!(
                "{}create index on entries (at);\n",
                RULED.replace("-- rollback: never — Money has been booked.\n", "")
            ),
            "rollback: never — Money has been booked.",
        ),
        (
            "another one",
            RULED.replace("plain (id bigint primary key", "plain (id bigint primary key, more int"),
            "rollback: free",
        ),
        (
            "another one dropped",
            RULED.replace("create table plain (id bigint primary key);\n", ""),
            "rollback: free",
        ),
    ];
    let workspace = released(CONFIG, RULED);
    for (name, text, expected) in cases {
        assert_ne!(text, RULED, "{name}");
        assert_eq!(policy(&workspace, &text), expected, "{name}");
    }
}

#[test]
fn a_rule_of_the_configuration_holds_until_the_drop_is_released() {
    let text = "create table entries (id bigint primary key);\ncreate table plain (id bigint primary key);\n";
    let rest = "create table plain (id bigint primary key);\n";
    let rule = "\n[[rollback]]\ntables = [\"entries\"]\npolicy = \"never\"\nreason = \"Booked.\"\n";
    let ruled = format!("{CONFIG}{rule}");
    // It was there at the release, or it was not.
    for first in [ruled.as_str(), CONFIG] {
        let workspace = released(first, text);
        workspace.write("schema/shop/schema.toml", &ruled);
        assert_eq!(policy(&workspace, rest), "rollback: never — Booked.");
        let output = workspace.run(&["check"]);
        assert!(output.status.success(), "{}", told(&output));
        if first == ruled {
            workspace.write("schema/shop/schema.toml", CONFIG);
            assert_eq!(policy(&workspace, rest), "rollback: never — Booked.");
            workspace.write("schema/shop/schema.toml", &ruled);
            assert_eq!(policy(&workspace, rest), "rollback: never — Booked.");
        }
        let output = workspace.run(&["release", "shop"]);
        assert!(told(&output).contains("config-unmatched"), "{}", told(&output));
    }
}

#[test]
fn a_module_s_rule_is_released_with_its_tables() {
    let document = |tables: &[&str]| {
        let table = |name: &&str| {
            format!("### `{name}`\n\n```sql\ncreate table {name} (id bigint primary key);\n```\n\n")
        };
        format!("# Shop\n\n## Money\n\n{}", tables.iter().map(table).collect::<String>())
    };
    let rule = "\n[[rollback]]\nmodules = [\"Money\"]\npolicy = \"staging-only\"\n";
    let config = format!("{CONFIG}{rule}");
    let workspace = Workspace::new(&[
        ("schema/shop/schema.toml", config.as_str()),
        ("schema/shop/shop.md", &document(&["entries", "sums"])),
        ("schema/shop/shop.sql", "-- Nothing yet.\n"),
    ]);
    for command in [&["gen"][..], &["release", "shop"]] {
        let output = workspace.run(command);
        assert!(output.status.success(), "{}", told(&output));
    }
    workspace.write("schema/shop/shop.md", document(&["entries"]));
    assert_eq!(policy(&workspace, "-- Nothing yet.\n"), "rollback: staging-only");
}

#[test]
fn a_rule_that_is_taken_back_is_released_too() {
    let workspace = released(CONFIG, RULED);
    let path = workspace.folder.path().join("generated/shop/released.sql");
    let model = || std::fs::read_to_string(&path).unwrap();
    assert!(model().contains("\n-- rollback: never — Said is said.\nCREATE TABLE notes ("), "{}", model());
    let before = model();
    // What a merge left of it is made anew of the files, and what is ruled of what can be read and of the documents.
    workspace.write(
        "generated/shop/released.sql",
        before.replace("CREATE TABLE plain", "<<<<<<< ours\nCREATE TABLE plain"),
    );
    let output = workspace.run(&["release", "shop", "--replay"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(model(), before);
    workspace
        .write("schema/shop/shop.sql", RULED.replace("-- rollback: never — Money has been booked.\n", ""));
    for (command, said) in [
        (&["gen"][..], "up to date"),
        (&["release", "shop"], "released no migration, and what may be rolled back"),
        (&["release", "shop"], "nothing to release"),
        (&["check"], "1 warning"),
    ] {
        let output = workspace.run(command);
        assert!(output.status.success() && told(&output).contains(said), "{}", told(&output));
    }
    assert!(!model().contains("Money"), "{}", model());
    let rest = RULED.split_once("-- rollback: staging-only").unwrap().1;
    assert_eq!(policy(&workspace, &format!("-- rollback: staging-only{rest}")), "rollback: free");
}
