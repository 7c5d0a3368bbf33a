//! What looks like the mark of a runner splits no file, and a ledger never says anything else than the files beside it.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use crate::workspace::{Workspace, told};
use truthtable::config::Layout;

/// Every mark that a runner or the reader of layouts knows, at the beginning of a line.
const MARKS: &str = "-- down\n-- rollback: perhaps\n-- migrate:up\n-- migrate:down\n-- +goose Up\n-- +goose Down\n-- +migrate Up\n\
                     -- +migrate Down\n---- create above / drop below ----\n--changeset a:b\n--rollback DROP TABLE t;\n-- ${a}\n";

fn document(more: &str) -> String {
    format!(
        "create table t (id int primary key{more});\n\
         create function f() returns int language plpgsql as $f$\nbegin\n{MARKS}return 1; -- it's\nend; $f$;\n\
         create view v as select 1 as a -- one\n-- down\n-- migrate:up\n;\n\
         comment on table t is 'How to:\n{MARKS}bye';\n"
    )
}

fn read(workspace: &Workspace, path: &str) -> String {
    std::fs::read_to_string(workspace.folder.path().join(path)).unwrap()
}

fn migrations(workspace: &Workspace) -> Vec<String> {
    let tree = workspace.tree();
    let folder = "generated/shop/migrations/";
    tree.keys().filter_map(|path| Some(path.strip_prefix(folder)?.to_owned())).collect()
}

/// Runs a command that has to succeed.
fn run(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = workspace.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", told(&output));
    told(&output)
}

/// Runs a command that has to fail.
fn fails(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = workspace.run(arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", told(&output));
    told(&output)
}

fn shop(config: &str, document: &str) -> Workspace {
    Workspace::new(&[("schema/shop/schema.toml", config), ("schema/shop/shop.sql", document)])
}

fn released(config: &str, document: &str) -> Workspace {
    let workspace = shop(config, document);
    run(&workspace, &["gen", "shop"]);
    run(&workspace, &["release", "shop"]);
    workspace
}

#[test]
fn marks_in_bodies_and_texts_are_released_in_every_layout() {
    for &(layout, _) in Layout::ALL {
        let again = layout.len() % 2 == 0;
        let config = format!("[migrations]\nlayout = \"{layout}\"\nidempotent = {again}\n");
        let workspace = released(&config, &document(""));
        run(&workspace, &["check", "shop"]);
        let names = migrations(&workspace);
        let ledger = read(&workspace, "generated/shop/ledger.toml");
        assert!(names.iter().all(|name| ledger.contains(&format!("\"{name}\""))), "{layout}: {ledger}");
        let plan = run(&workspace, &["plan", "shop"]);
        assert!(plan.contains("nothing to do"), "{layout}: {plan}");
        workspace.write("schema/shop/shop.sql", document(", a int"));
        run(&workspace, &["gen", "shop"]);
        run(&workspace, &["release", "shop"]);
        run(&workspace, &["check", "shop"]);
        assert!(migrations(&workspace).len() > names.len(), "{layout}");
        // The lines are not in the files as a runner would see them.
        let marks: &[&str] = match layout {
            "dbmate" => &["-- migrate:up", "-- migrate:down"],
            "goose" => &["-- +goose Up", "-- +goose Down"],
            "sections" => &["-- +migrate Up", "-- +migrate Down"],
            _ => &[],
        };
        for name in migrations(&workspace) {
            let text = read(&workspace, &format!("generated/shop/migrations/{name}"));
            for mark in marks {
                assert_eq!(text.lines().filter(|line| line == mark).count(), 1, "{layout} {name} {mark}");
            }
            assert!(layout != "flyway" || !text.contains("${"), "{name}: {text}");
            assert!(!text.lines().any(|line| layout == "liquibase" && line == "--changeset a:b"), "{name}");
        }
    }
}

#[test]
fn a_replay_of_nothing_is_refused() {
    let workspace = released("", &document(""));
    let ledger = read(&workspace, "generated/shop/ledger.toml");
    let (head, _) = ledger.split_once("[[migration]]").unwrap();
    workspace.write("generated/shop/ledger.toml", head);
    let before = workspace.tree();
    let said = fails(&workspace, &["release", "shop", "--replay"]);
    assert!(said.contains("the ledger lists no migration"), "{said}");
    fails(&workspace, &["gen", "shop"]);
    assert_eq!(workspace.tree(), before);
}

#[test]
fn a_ledger_that_is_gone_is_not_nothing_released() {
    let workspace = released("", &document(""));
    workspace.write("schema/shop/shop.sql", document(", a int"));
    run(&workspace, &["gen", "shop"]);
    std::fs::remove_file(workspace.folder.path().join("generated/shop/ledger.toml")).unwrap();
    let before = workspace.tree();
    for command in
        [&["gen", "shop"][..], &["check", "shop"], &["release", "shop"], &["release", "shop", "--replay"]]
    {
        let said = fails(&workspace, command);
        assert!(said.contains("ledger-missing"), "{command:?}: {said}");
    }
    assert_eq!(workspace.tree(), before);
}

#[test]
fn a_file_made_by_hand_keeps_its_number() {
    let by_hand = "generated/shop/migrations/000001_hand.sql";
    let workspace = shop("", &document(""));
    workspace.write(by_hand, "SELECT 1;\n");
    let said = fails(&workspace, &["gen", "shop"]);
    assert!(said.contains("migration-number-twice") && said.contains("000001_init"), "{said}");
    assert_eq!(migrations(&workspace), ["000001_hand.sql"]);
    std::fs::remove_file(workspace.folder.path().join(by_hand)).unwrap();

    run(&workspace, &["gen", "shop"]);
    run(&workspace, &["release", "shop"]);
    workspace.write("generated/shop/migrations/000009_hand.sql", "SELECT 1;\n");
    workspace.write("schema/shop/shop.sql", document(", a int"));
    run(&workspace, &["gen", "shop"]);
    run(&workspace, &["release", "shop"]);
    run(&workspace, &["check", "shop"]);
    assert_eq!(migrations(&workspace), ["000001_init.sql", "000009_hand.sql", "000010_create_t_a.sql"]);
}

#[test]
fn what_forbids_the_way_back_is_taken_wherever_it_is_said_or_told() {
    let check = |document: &str, expected: &str| {
        let workspace =
            Workspace::new(&[("schema/shop/schema.toml", ""), ("schema/shop/shop.dbml", document)]);
        let said = run(&workspace, &["gen", "shop"]);
        let text = read(&workspace, "generated/shop/migrations/000001_init.sql");
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("-- "));
        let policy = lines.find(|line| line.starts_with("-- rollback:")).unwrap();
        assert!(
            policy == expected || (expected == "told" && said.contains("ruling-not-understood")),
            "{said}{text}"
        );
    };
    check(
        "Project shop { Note: 'rollback: never — booked' }\nTable pay { id bigint [pk] }\n",
        "-- rollback: never — booked",
    );
    check("Table pay { id bigint [pk, note: 'rollback: never — booked'] }\n", "-- rollback: never — booked");
    check(
        "Table pay { id bigint [pk]\n Note: '- **Rollback:** never — booked' }\n",
        "-- rollback: never — booked",
    );
    check("Table pay { id bigint [pk]\n Note: 'rollback: nevr — booked' }\n", "told");
}

#[test]
fn bounds_end_with_the_file_that_sets_them() {
    let config = "[migrations]\nlock-timeout = \"5s\"\nstatement-timeout = \"1min\"\n";
    let workspace = released(config, "create table t (id int primary key);\n");
    workspace.write(
        "schema/shop/shop.sql",
        "create table t (id int primary key, a int);\ncreate index i on t (a);\n",
    );
    run(&workspace, &["gen", "shop"]);
    for name in migrations(&workspace) {
        let text = read(&workspace, &format!("generated/shop/migrations/{name}"));
        let (up, down) = text.split_once("\n-- down\n").unwrap();
        let bounded = !text.contains("CONCURRENTLY");
        assert_eq!(up.ends_with("\nRESET lock_timeout;\nRESET statement_timeout;\n"), bounded, "{text}");
        assert_eq!(
            down.ends_with("\n-- RESET lock_timeout;\n-- RESET statement_timeout;\n"),
            bounded,
            "{text}"
        );
    }
}

#[test]
fn an_index_whose_building_was_stopped_is_not_passed_over() {
    let config = "[migrations]\nidempotent = true\n";
    let workspace = released(config, "create table t (id int primary key, a int);\n");
    workspace.write(
        "schema/shop/shop.sql",
        "create table t (id int primary key, a int);\ncreate index i on t (a);\n",
    );
    run(&workspace, &["gen", "shop"]);
    let names = migrations(&workspace);
    let text = read(&workspace, &format!("generated/shop/migrations/{}", names.last().unwrap()));
    let body = text.split_once("same result.\n").unwrap().1;
    insta::assert_snapshot!(format!("{}\n{body}", names.join(" ")), @r"
    000001_init.sql 000002_change_t.sql 000003_change_t_part_2.sql

    -- alter index t.i

    -- may-fail: it stops where `t.i` is not valid, since the building of it was stopped

    DO $valid$
    BEGIN
        IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('i') AND NOT indisvalid) THEN
            RAISE EXCEPTION 'the index i is not valid: the building of it was stopped' USING HINT = 'REINDEX INDEX CONCURRENTLY i';
        END IF;
    END
    $valid$;

    -- down
    -- -- rollback: free
    ");
    run(&workspace, &["release", "shop"]);
    run(&workspace, &["check", "shop"]);
}
