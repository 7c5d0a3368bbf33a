//! Rows and what becomes of them when what is released changes.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use crate::workspace::{Workspace, told};

const LOOKED_AT: &str = "\n[[acknowledge]]\nrisk = \"data-loss\"\nat = \"*\"\nreason = \"Looked at.\"\n\n[[acknowledge]]\nrisk = \"rewrite\"\nat = \"*\"\nreason = \"Small.\"\n";

/// Returns the texts of the migrations of a schema that is released and changed, in their order.
fn changed(config: &str, before: &str, after: &str) -> Vec<String> {
    let config = format!("{config}{LOOKED_AT}");
    let workspace = Workspace::new(&[("schema/shop/schema.toml", &config), ("schema/shop/shop.sql", before)]);
    for command in [&["gen"][..], &["release", "shop"]] {
        let output = workspace.run(command);
        assert!(output.status.success(), "{}", told(&output));
    }
    workspace.write("schema/shop/shop.sql", after);
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    let folder = workspace.folder.path().join("generated/shop/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// What is renamed keeps its rows, its values and what stands on it when it gets its old name back.
#[test]
fn what_is_renamed_beside_rows_that_go_is_renamed_back() {
    let before = "create type mood as enum ('low', 'high');\ncreate sequence ticks;\ncreate table kinds (code text primary key, mood mood not null);\n\
                  insert into kinds (code, mood) values ('x', 'low'), ('y', 'high');\n";
    let after = "-- was: mood
create type temper as enum ('low', 'high', 'new');
-- was: ticks
create sequence tocks;
-- was: kinds
create table sorts (
  code text primary key,
  temper temper not null default 'new' -- was: mood
);
insert into sorts (code, temper) values ('x', 'low');
";
    let files = changed("title = \"Shop\"\n", before, after);
    let parts: Vec<(&str, &str)> =
        files.iter().skip(1).map(|text| text.split_once("-- down").unwrap()).collect();
    let rows = parts.iter().position(|(up, _)| up.contains("DELETE FROM kinds ")).unwrap();
    assert_eq!(rows, 0, "{files:#?}");
    assert!(parts[0].1.contains("INSERT INTO kinds "), "{files:#?}");
    let down: String = parts.iter().map(|(_, down)| *down).collect();
    for line in [
        "ALTER TABLE sorts RENAME TO kinds;",
        "ALTER SEQUENCE tocks RENAME TO ticks;",
        "RENAME COLUMN temper TO mood;",
    ] {
        assert!(down.contains(line), "{line}: {files:#?}");
    }
    assert!(!down.contains("DROP TABLE") && !down.contains("DROP SEQUENCE"), "{files:#?}");
}

#[test]
fn rows_that_call_something_are_told_where_nothing_tells_them_apart() {
    let check = |rows: &str, is_told: bool| {
        let text = format!(
            "create table log (id uuid primary key default gen_random_uuid(), code text unique, at timestamptz);\n{rows};\n"
        );
        let config = "[migrations]\nidempotent = true\n";
        let workspace =
            Workspace::new(&[("schema/shop/schema.toml", config), ("schema/shop/shop.sql", &text)]);
        let output = workspace.run(&["gen"]);
        let said = told(&output);
        assert!(output.status.success() && said.contains("seed-without-key") == is_told, "{rows}: {said}");
        let path = workspace.folder.path().join("generated/shop/migrations/000001_init.sql");
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text.contains("unique_violation"), !rows.contains("conflict"), "{text}");
        for command in [&["release", "shop"][..], &["check"]] {
            let output = workspace.run(command);
            assert!(output.status.success(), "{}", told(&output));
        }
    };
    check("insert into log values (gen_random_uuid(), 'a', now())", false);
    check("insert into log (code, at) values ('a', now()), ('b'::text, now())", false);
    check("insert into log (id, at) values ('00000000-0000-0000-0000-000000000001', now())", false);
    check("insert into log (code, at) values ('a', now()), (lower('B'), now())", true);
    check("insert into log (code, at) values ('a' || 'b', now())", true);
    check("insert into log (code, at) values ('a'::text || md5(now()::text), now())", true);
    check("insert into log (code, at) values ('a'::character varying(3), now())", false);
    check("insert into log (at) values (now())", true);
    check("insert into log (code) select 'a' from generate_series(1, 2)", true);
    check("insert into log (at) values (now()) on conflict do nothing", false);
    check("insert into log (code, at) select 'a', now() where not exists (select from log)", false);
}
