//! Files that are written by hand beside released ones, and ledgers that are.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use crate::workspace::{Workspace, told};

const MIGRATIONS: &str = "generated/shop/migrations";

/// Releases the next migration of a schema whose table gets another column with each.
fn release(workspace: &Workspace, columns: usize) {
    let columns: String = (0..columns).map(|at| format!(", c{at} int")).collect();
    workspace.write("schema/shop/shop.sql", format!("create table a (id bigint primary key{columns});\n"));
    for command in [&["gen"][..], &["release", "shop"]] {
        let output = workspace.run(command);
        assert!(output.status.success(), "{}", told(&output));
    }
}

fn ledger(workspace: &Workspace) -> String {
    std::fs::read_to_string(workspace.folder.path().join("generated/shop/ledger.toml")).unwrap()
}

#[test]
fn a_file_that_comes_too_late_is_told_and_one_that_was_there_is_not() {
    // Where it lies, by layout: before the first release, between two, behind the last.
    let cases = [
        ("plain", ["000000_a.sql", "000002_b.sql", "000009_c.sql"]),
        ("sqlx", ["0_a.up.sql", "2_b.up.sql", "9_c.up.sql"]),
        ("flyway", ["V0__a.sql", "V2__b.sql", "V9__c.sql"]),
    ];
    for (layout, [first, between, behind]) in cases {
        let config = format!("[migrations]\nlayout = \"{layout}\"\n");
        let workspace = Workspace::new(&[("schema/shop/schema.toml", &config)]);
        release(&workspace, 0);
        let path = |file: &str| format!("{MIGRATIONS}/{file}");
        workspace.write(&path(between), "SELECT 1;\n");
        release(&workspace, 1);
        assert!(
            ledger(&workspace).contains(&format!("by-hand = [\n    \"{between}\",\n]\n")),
            "{}",
            ledger(&workspace)
        );
        workspace.write(&path(behind), "SELECT 1;\n");
        let output = workspace.run(&["check"]);
        assert!(output.status.success(), "{layout}: {}", told(&output));
        workspace.write(&path(first), "SELECT 1;\n");
        for command in ["check", "gen"] {
            let output = workspace.run(&[command]);
            let said = told(&output);
            assert!(
                !output.status.success() && said.contains("error[migration-number-too-low]"),
                "{layout}: {said}"
            );
            assert!(
                said.contains(&format!("`{first}` is not released")) && said.matches("error[").count() == 1,
                "{said}"
            );
        }
        let listed = ledger(&workspace).replace("by-hand = [", &format!("by-hand = [\n    \"{first}\","));
        workspace.write("generated/shop/ledger.toml", listed);
        let output = workspace.run(&["check"]);
        assert!(output.status.success(), "{layout}: {}", told(&output));
        // What is listed stays so.
        release(&workspace, 2);
        assert!(
            ledger(&workspace)
                .contains(&format!("    \"{first}\",\n    \"{between}\",\n    \"{behind}\",\n")),
            "{}",
            ledger(&workspace)
        );
    }
}

/// Nothing would be its own any more, and `gen` would remove it.
#[test]
fn a_part_down_that_the_ledger_does_not_list_is_told() {
    for (layout, mark) in [("sqlx", ".down.sql\""), ("golang-migrate", ".down.sql\""), ("flyway", "\"U1__")] {
        let config = format!("[migrations]\nlayout = \"{layout}\"\n");
        let workspace = Workspace::new(&[("schema/shop/schema.toml", &config)]);
        release(&workspace, 0);
        let whole = ledger(&workspace);
        let rest: String =
            whole.lines().filter(|line| !line.contains(mark)).map(|line| format!("{line}\n")).collect();
        assert_ne!(rest, whole);
        workspace.write("generated/shop/ledger.toml", rest);
        let before = workspace.tree();
        for command in [&["check"][..], &["gen"], &["release", "shop", "--replay"]] {
            let output = workspace.run(command);
            let said = told(&output);
            assert!(!output.status.success() && said.contains("error[ledger-syntax]"), "{layout}: {said}");
        }
        assert_eq!(workspace.tree(), before);
    }
}
