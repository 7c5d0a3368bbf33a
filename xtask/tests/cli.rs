//! The command line on good and bad input: what it says, how it exits, what it leaves on disk.

use crate::workspace::{Workspace, told};

const SHOP: &[(&str, &str)] = &[
    ("schema/shop/schema.toml", "title = \"Shop\"\n"),
    (
        "schema/shop/shop.md",
        "# Shop\n\n## Customers\n\n```sql\ncreate table customers (\n  id bigint primary key,\n  email text unique not null -- where receipts go\n);\n```\n\n## Orders\n\n```sql\ncreate table orders (\n  id bigint primary key,\n  customer_id bigint not null references customers(id),\n  status text not null -- open | paid | shipped\n);\n```\n",
    ),
];

/// Runs a command on bad input: it must say what the snapshot says and leave the tree as it is.
fn refuses(name: &str, files: &[(&str, &str)], arguments: &[&str]) {
    let workspace = Workspace::new(files);
    let before = workspace.tree();
    let output = workspace.run(arguments);
    assert_ne!(output.status.code(), Some(0), "{name} is accepted");
    assert_eq!(workspace.tree(), before, "{name} changed the tree");
    insta::assert_snapshot!(name, told(&output));
}

#[test]
fn gen_writes_check_agrees_and_a_second_gen_changes_nothing() {
    let workspace = Workspace::new(SHOP);
    let first = workspace.run(&["gen"]);
    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    insta::assert_snapshot!("gen_lists_what_it_wrote", told(&first));
    let written = workspace.tree();
    assert_eq!(workspace.run(&["check"]).status.code(), Some(0));
    let second = workspace.run(&["gen"]);
    assert!(!String::from_utf8_lossy(&second.stdout).contains("wrote"), "{}", told(&second));
    assert_eq!(workspace.tree(), written);
}

#[test]
fn every_module_gets_a_file_behind_those_of_the_modules_that_it_refers_to() {
    let config = ("schema/shop/schema.toml", "title = \"Shop\"\n");
    let straight = "Table orders {\n  id int [pk]\n  user_id int [ref: > users.id]\n}\nTable items {\n  id int [pk]\n  order_id int [ref: > orders.id]\n}\nTable users {\n  id int [pk]\n}\nTable profiles {\n  user_id int [pk, ref: - users.id]\n}\nTableGroup Sales {\n  orders\n  items\n}\nTableGroup Identity {\n  users\n  profiles\n}\n";
    let circle = straight.replace(
        "id int [pk]\n}\nTable profiles",
        "id int [pk]\n  last int [ref: > orders.id]\n}\nTable profiles",
    );
    assert_ne!(straight, circle);
    for document in [straight, &circle] {
        let workspace = Workspace::new(&[config, ("schema/shop/shop.dbml", document)]);
        let output = workspace.run(&["gen"]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        let tree = workspace.tree();
        let text = |name: &str| {
            tree.iter()
                .find(|(path, _)| path.ends_with(name))
                .map(|(_, text)| String::from_utf8_lossy(text).into_owned())
        };
        let identity = text("migrations/000001_identity.sql").unwrap();
        let sales = text("migrations/000002_sales.sql").unwrap();
        // A circle is closed where both ends exist.
        assert!(!identity.contains("orders (id)"), "{identity}");
        assert_eq!(sales.contains("ALTER TABLE users"), document == circle, "{sales}");
    }
}

#[test]
fn check_shows_a_diff_names_what_is_missing_and_what_nobody_makes_any_more() {
    let workspace = Workspace::new(SHOP);
    workspace.run(&["gen"]);
    let lib = workspace.folder.path().join("generated/shop/src/lib.rs");
    let text = std::fs::read_to_string(&lib).unwrap();
    let orphan = text.lines().take(3).collect::<Vec<_>>().join("\n");
    std::fs::write(&lib, text + "\n// added by hand\n").unwrap();
    std::fs::remove_file(workspace.folder.path().join("docs/er/shop/README.md")).unwrap();
    workspace.write("generated/shop/src/gone.rs", &orphan);
    workspace.write("generated/shop/notes.txt", "mine\n");
    let output = workspace.run(&["check"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("differs: generated/shop/src/lib.rs"), "{said}");
    assert!(said.contains("-// added by hand"), "{said}");
    assert!(said.contains("missing: docs/er/shop/README.md"), "{said}");
    assert!(said.contains("orphan: generated/shop/src/gone.rs"), "{said}");
    assert!(said.contains("`cargo xtask gen` mends it"), "{said}");
    assert!(!said.contains("notes.txt"), "{said}");
    assert_eq!(workspace.run(&["gen"]).status.code(), Some(0));
    assert_eq!(workspace.run(&["check"]).status.code(), Some(0));
    let tree = workspace.tree();
    assert!(!tree.contains_key("generated/shop/src/gone.rs"));
    assert!(tree.contains_key("generated/shop/notes.txt"));
}

#[test]
fn a_schema_that_was_removed_leaves_orphans_that_gen_removes() {
    let workspace = Workspace::new(SHOP);
    workspace.write("schema/other/schema.toml", "");
    workspace.write("schema/other/other.sql", "create table t (id bigint primary key);\n");
    assert_eq!(workspace.run(&["gen"]).status.code(), Some(0));
    std::fs::remove_dir_all(workspace.folder.path().join("schema/other")).unwrap();
    assert_eq!(workspace.run(&["check"]).status.code(), Some(1));
    assert_eq!(workspace.run(&["gen"]).status.code(), Some(0));
    assert!(!workspace.folder.path().join("generated/other").exists());
}

#[test]
fn bad_configuration_and_missing_files_exit_with_two() {
    refuses("no_such_schema", SHOP, &["gen", "shpo"]);
    refuses("no_schema_toml", &[("schema/shop/shop.md", "# Shop\n")], &["gen"]);
    refuses("unknown_key", &[("schema/shop/schema.toml", "titel = \"Shop\"\n")], &["gen"]);
    refuses("missing_source", &[("schema/shop/schema.toml", "sources = [\"shop.md\"]\n")], &["gen"]);
    refuses("no_documents", &[("schema/shop/schema.toml", "")], &["gen"]);
    refuses("inspect_of_nothing", &[], &["inspect", "nothing.dbml"]);
    refuses("inspect_of_an_unknown_format", &[("notes.pdf", "x")], &["inspect", "notes.pdf"]);
}

#[test]
fn a_folder_of_documents_is_inspected_as_one_schema() {
    let workspace = Workspace::new(&[
        (
            "prisma/base.prisma",
            "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel Team {\n  id Int @id\n  members Member[]\n}\n",
        ),
        (
            "prisma/member.prisma",
            "model Member {\n  id Int @id\n  teamId Int\n  team Team @relation(fields: [teamId], references: [id])\n}\n",
        ),
    ]);
    let output = workspace.run(&["inspect", "prisma", "--format", "json", "--strict"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let model: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<_> =
        model["prisma"]["models"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(serde_json::json!(names), serde_json::json!(["Team", "Member"]));
}

#[test]
fn bad_documents_exit_with_one_and_name_the_place() {
    let config = ("schema/shop/schema.toml", "");
    let markdown = |text: &'static str| [config, ("schema/shop/shop.md", text)];
    let dbml = |text: &'static str| [config, ("schema/shop/shop.dbml", text)];
    refuses(
        "wrong_type_in_the_third_fence",
        &markdown(
            "# Схема магазину\n\n```sql\ncreate table a (id bigint primary key);\n```\n\nТаблиця `b`:\n\n```sql\ncreate table b (id bigint primary key);\n```\n\n- третя:\n\n  ```sql\n  create table c (\n    id bigint primary key,\n    назва varchr(20) -- підпис\n  );\n  ```\n",
        ),
        &["gen"],
    );
    refuses(
        "unclosed_fence",
        &markdown("# Shop\n\n```sql\ncreate table a (id bigint primary key);\n"),
        &["gen"],
    );
    refuses(
        "truncated_dbml",
        &dbml("Table a {\n  id bigint [pk]\n}\n\nTable b {\n  id bigint [pk, ref: > a."),
        &["gen"],
    );
    refuses(
        "table_defined_twice",
        &dbml("Table a {\n  id bigint [pk]\n}\n\nTable a {\n  id bigint [pk]\n  name text\n}\n"),
        &["gen"],
    );
    refuses(
        "reference_to_nothing",
        &[
            config,
            (
                "schema/shop/shop.sql",
                "create table a (\n  id bigint primary key,\n  b_id bigint references bs(id)\n);\n\ncreate table b (id bigint primary key);\n",
            ),
        ],
        &["gen"],
    );
}

#[test]
fn bytes_that_are_not_utf_8_are_reported_where_they_are() {
    let workspace = Workspace::new(&[("schema/shop/schema.toml", "")]);
    workspace.write("schema/shop/shop.dbml", b"Table \xd1\x82 {\n  id bigint [pk, note: '\xff']\n}\n");
    let before = workspace.tree();
    let output = workspace.run(&["gen"]);
    insta::assert_snapshot!("not_utf_8", told(&output));
    assert_eq!(workspace.tree(), before);
}

#[test]
fn findings_come_in_every_form() {
    for format in ["human", "json", "github", "sarif"] {
        let output = Workspace::new(SHOP).run(&["lint", "--format", format]);
        insta::assert_snapshot!(format!("lint_{format}"), told(&output));
    }
}

#[test]
fn former_names_are_read_in_every_format() {
    let check = |extension: &str, old: &str, new: &str, expected: &[&str]| {
        let (from, to) = (format!("old.{extension}"), format!("new.{extension}"));
        let workspace = Workspace::new(&[(from.as_str(), old), (to.as_str(), new)]);
        let output = workspace.run(&["plan", "--from", &from, "--to", &to, "--format", "sql"]);
        let sql = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = sql.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{extension}: {}", String::from_utf8_lossy(&output.stderr));
    };
    check(
        "dbml",
        "Enum state {\n  on\n  off\n}\nTable users {\n  id int [pk]\n  state state\n}\n",
        "// was: state\nEnum mode {\n  on\n  out [note: 'was: off']\n}\n\
         Table users {\n  id int [pk]\n  mode mode [note: 'how it runs (was: state)']\n}\n",
        &[
            "ALTER TYPE state RENAME TO mode;",
            "ALTER TYPE mode RENAME VALUE 'off' TO 'out';",
            "ALTER TABLE users RENAME COLUMN state TO mode;",
            "COMMENT ON COLUMN users.mode IS 'how it runs';",
        ],
    );
    let source = "datasource db {\n  provider = \"postgresql\"\n}\n";
    check(
        "prisma",
        &format!(
            "{source}enum Role {{\n  USER\n  ADMIN\n}}\nmodel Post {{\n  id Int @id\n  role Role\n  name String\n}}\n"
        ),
        &format!(
            "{source}/// was: Role\nenum Kind {{\n  USER\n  /// was: ADMIN\n  CHIEF\n}}\n\
             model Post {{\n  id Int @id\n  role Kind\n  /// was: name\n  title String\n}}\n"
        ),
        &[
            "ALTER TYPE \"Role\" RENAME TO \"Kind\";",
            "ALTER TYPE \"Kind\" RENAME VALUE 'ADMIN' TO 'CHIEF';",
            "ALTER TABLE \"Post\" RENAME COLUMN name TO title;",
        ],
    );
    check(
        "md",
        "## orders\n\n- `id` integer primary key\n- `sum` integer not null\n\n## people\n\n\
         | Column | Type | Notes |\n|---|---|---|\n| id | int | PK |\n| nick | text | |\n",
        "## orders\n\n- `id` integer primary key\n- `total` integer not null (was: sum)\n\n## people\n\n\
         | Column | Type | Notes |\n|---|---|---|\n| id | int | PK |\n| alias | text | was: `nick` |\n",
        &[
            "ALTER TABLE orders RENAME COLUMN sum TO total;",
            "ALTER TABLE people RENAME COLUMN nick TO alias;",
        ],
    );
    check(
        "sql",
        "create view a as select 1 as one;\ncreate table t (\"First Name\" text);\n",
        "-- was: a\ncreate view b as select 1 as one;\ncreate table t -- the people\n  (\n  first text -- was: \"First Name\"\n);\n",
        &["ALTER TABLE t RENAME COLUMN \"First Name\" TO first;", "ALTER VIEW a RENAME TO b;"],
    );
}

#[test]
fn a_plan_is_told_printed_and_refused() {
    let old = "create table users (\n  id integer primary key,\n  name text,\n  age integer\n);\ncreate view v as select id, age from users;\n";
    let new = "create type mood as enum ('sad', 'ok');\ncreate table users (\n  id integer primary key,\n  -- was: name\n  full_name text not null,\n  age bigint,\n  mood mood default 'ok'\n);\ncreate index on users (age);\ncreate view v as select id, age from users;\n";
    let workspace = Workspace::new(&[("old.sql", old), ("new.sql", new)]);
    let told = workspace.run(&["plan", "--from", "old.sql", "--to", "new.sql"]);
    assert_eq!(told.status.code(), Some(1), "hazards are findings");
    insta::assert_snapshot!("plan_told", String::from_utf8(told.stdout).unwrap());
    let down = workspace.run(&["plan", "--from", "old.sql", "--to", "new.sql", "--down", "--format", "sql"]);
    insta::assert_snapshot!("plan_down", String::from_utf8(down.stdout).unwrap());
    let same = workspace.run(&["plan", "--from", "new.sql", "--to", "new.sql", "--format", "json"]);
    assert_eq!(same.status.code(), Some(0));
    assert_eq!(String::from_utf8(same.stdout).unwrap(), "{\n  \"steps\": []\n}\n");
    let missing = workspace.run(&["plan", "--from", "old.sql", "--to", "nowhere"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn documents_are_formatted_or_shown() {
    let workspace = Workspace::new(&[
        ("schema/shop/schema.toml", ""),
        ("schema/shop/a.dbml", "Table a\n{\nid int[pk]   // the key\n}\n"),
        ("schema/shop/b.dbml", "Table   b {\n id int\n}\nTable {\n"),
    ]);
    let check = workspace.run(&["fmt", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    insta::assert_snapshot!("fmt_check", String::from_utf8(check.stdout).unwrap());
    let formatted = workspace.run(&["fmt"]);
    assert_eq!(formatted.status.code(), Some(1), "a file with a mistake is left alone");
    let tree = workspace.tree();
    assert_eq!(tree["schema/shop/a.dbml"], b"Table a {\n  id int [pk] // the key\n}\n");
    assert_eq!(tree["schema/shop/b.dbml"], b"Table   b {\n id int\n}\nTable {\n");
}
