//! Releases: what is frozen stays, what changes becomes the next migration, and nothing dangerous goes unsaid.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

use crate::workspace::{Workspace, told};
use truthtable::config::Layout;

const CONFIG: &str = "title = \"Shop\"\n";

const FIRST: &str = "Table users {
  id bigint [pk]
  email text
  nick text
}

Table orders {
  id bigint [pk]
  user_id bigint [not null, ref: > users.id]
  state state [not null, default: 'open']
}

Enum state {
  open
  paid
}
";

const SECOND: &str = "Table users {
  id bigint [pk]
  mail text [not null, unique, note: 'was: email']
  login text
}

Table orders {
  id bigint [pk]
  user_id bigint [not null, ref: > users.id]
  state state [not null, default: 'shipped']
  product_id bigint [ref: > products.id]

  checks {
    `id > 0` [name: 'orders_id_positive']
  }
}

Table products {
  id bigint [pk]
}

Enum state {
  open
  paid
  shipped
}
";

const ACKNOWLEDGED: &str =
    "\n[[acknowledge]]\nrisk = \"data-loss\"\nat = \"users.nick\"\nreason = \"Nobody used it.\"\n";

/// Returns a workspace whose first schema is released.
fn released(config: &str) -> Workspace {
    let workspace = Workspace::new(&[("schema/shop/schema.toml", config), ("schema/shop/shop.dbml", FIRST)]);
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    let output = workspace.run(&["release", "shop"]);
    assert!(output.status.success(), "{}", told(&output));
    workspace
}

fn checksum(text: &str) -> String {
    use std::fmt::Write;
    let mut sum = String::new();
    for byte in <sha2::Sha256 as sha2::Digest>::digest(text) {
        write!(sum, "{byte:02x}").unwrap();
    }
    sum
}

/// What is done to a workspace, by name.
type Case<'a> = (&'a str, &'a dyn Fn(&Workspace));

fn migrations(workspace: &Workspace) -> Vec<String> {
    let tree = workspace.tree();
    let folder = "generated/shop/migrations/";
    tree.keys().filter_map(|path| Some(path.strip_prefix(folder)?.to_owned())).collect()
}

fn read(workspace: &Workspace, path: &str) -> String {
    std::fs::read_to_string(workspace.folder.path().join(path)).unwrap()
}

#[test]
fn what_is_released_stays_and_a_change_becomes_the_next_migration() {
    let workspace = released(CONFIG);
    insta::assert_snapshot!("ledger", read(&workspace, "generated/shop/ledger.toml"));
    insta::assert_snapshot!("model", read(&workspace, "generated/shop/released.sql"));
    let first = read(&workspace, "generated/shop/migrations/000001_init.sql");
    assert!(workspace.run(&["check"]).status.success());
    let again = workspace.run(&["release", "shop"]);
    assert!(told(&again).contains("nothing to release"), "{}", told(&again));

    workspace.write("schema/shop/shop.dbml", SECOND);
    workspace.write("schema/shop/schema.toml", format!("{CONFIG}{ACKNOWLEDGED}"));
    let output = workspace.run(&["gen", "shop"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(read(&workspace, "generated/shop/migrations/000001_init.sql"), first);
    let names = migrations(&workspace);
    let texts: Vec<String> = names
        .iter()
        .skip(1)
        .map(|name| {
            let text = read(&workspace, &format!("generated/shop/migrations/{name}"));
            let body =
                text.split_once("changes made here are lost.\n").map_or(text.as_str(), |(_, body)| body);
            format!("==== {name}\n{body}")
        })
        .collect();
    insta::assert_snapshot!("next_migrations", texts.join("\n"));
    let output = workspace.run(&["release", "shop"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(migrations(&workspace), names);
    let plan = told(&workspace.run(&["plan", "shop"]));
    assert!(plan.contains("nothing to do"), "{plan}");
    // What was acknowledged has been done.
    let check = told(&workspace.run(&["check", "shop"]));
    assert!(check.contains("unused-acknowledgement"), "{check}");
}

#[test]
fn a_plan_is_told_with_its_files() {
    let workspace = released(CONFIG);
    workspace.write("schema/shop/shop.dbml", SECOND);
    insta::assert_snapshot!("plan_of_a_schema", told(&workspace.run(&["plan", "shop"])));
    workspace.write("schema/shop/schema.toml", format!("{CONFIG}{ACKNOWLEDGED}"));
    let sql = told(&workspace.run(&["plan", "shop", "--format", "sql"]));
    assert!(sql.contains("CREATE INDEX CONCURRENTLY orders_product_id_idx"), "{sql}");
    let json = workspace.run(&["plan", "shop", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let steps = json.get("steps").unwrap().as_array().unwrap();
    let lost = steps.iter().find(|step| step.get("name").unwrap() == "users.nick").unwrap();
    assert_eq!(lost.pointer("/hazards/0/acknowledged").unwrap(), "Nobody used it.");
    assert_eq!(lost.get("lock").unwrap(), "ACCESS EXCLUSIVE");
    assert!(lost.get("path").unwrap().as_str().unwrap().ends_with("released.sql"));
}

#[test]
fn a_hazard_that_nobody_acknowledged_stops_gen_and_changes_nothing() {
    let workspace = released(CONFIG);
    workspace.write("schema/shop/shop.dbml", FIRST.replace("  nick text\n", ""));
    let before = workspace.tree();
    let output = workspace.run(&["gen"]);
    insta::assert_snapshot!("unacknowledged", told(&output));
    assert_eq!(workspace.tree(), before);
    workspace.write("schema/shop/schema.toml", format!("{CONFIG}{ACKNOWLEDGED}"));
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    // An entry that knows no such hazard is a mistake.
    workspace.write(
        "schema/shop/schema.toml",
        format!("{CONFIG}{}", ACKNOWLEDGED.replace("data-loss", "dataloss")),
    );
    let output = told(&workspace.run(&["gen"]));
    assert!(output.contains("no hazard is called `dataloss`"), "{output}");
}

#[test]
fn what_was_done_to_released_files_is_found() {
    let check = |arrange: &dyn Fn(&Workspace)| {
        let workspace = released(CONFIG);
        workspace.write("schema/shop/shop.dbml", FIRST.replace("  nick text\n", "  nick text\n  age int\n"));
        assert!(workspace.run(&["gen"]).status.success());
        assert!(workspace.run(&["release", "shop"]).status.success());
        arrange(&workspace);
        told(&workspace.run(&["check"]))
    };
    let folder = "generated/shop/migrations";
    let cases: [Case<'_>; 6] = [
        ("edited", &|it| {
            let text = read(it, &format!("{folder}/000001_init.sql"));
            it.write(&format!("{folder}/000001_init.sql"), text.replace("nick", "nickname"));
        }),
        ("removed", &|it| {
            std::fs::remove_file(it.folder.path().join(folder).join("000001_init.sql")).unwrap();
        }),
        ("reordered", &|it| {
            let ledger = read(it, "generated/shop/ledger.toml");
            let entries: Vec<&str> = ledger.split("[[migration]]\n").collect();
            let [head, first, second] = entries.as_slice() else { unreachable!() };
            let swapped = format!("{head}[[migration]]\n{second}\n[[migration]]\n{first}");
            it.write("generated/shop/ledger.toml", swapped);
        }),
        ("same number", &|it| {
            it.write(&format!("{folder}/000002_other.sql"), "SELECT 1;\n");
        }),
        ("model edited", &|it| {
            let text = read(it, "generated/shop/released.sql");
            it.write("generated/shop/released.sql", text.replace("nick", "nickname"));
        }),
        ("model disagrees", &|it| {
            let text = read(it, "generated/shop/released.sql").replace("nick", "nickname");
            let sum = checksum(&text);
            let ledger = read(it, "generated/shop/ledger.toml");
            let known = ledger.lines().find_map(|line| line.strip_prefix("model = ")).unwrap();
            it.write("generated/shop/ledger.toml", ledger.replace(known, &format!("\"{sum}\"")));
            it.write("generated/shop/released.sql", text);
        }),
    ];
    let mut said = String::new();
    for (name, arrange) in cases {
        said.push_str(&format!("==== {name}\n{}\n", check(arrange)));
    }
    insta::assert_snapshot!("released_files_touched", said);
}

/// Nobody knows what undoes a `REVOKE`: a difference that cannot even be planned is one all the same.
#[test]
fn a_model_that_cannot_be_compared_is_not_believed() {
    let workspace = released(CONFIG);
    let (file, ledger) = ("generated/shop/migrations/000001_init.sql", "generated/shop/ledger.toml");
    let before = read(&workspace, file);
    let after = before.replace("\n-- down\n", "\nSECURITY LABEL ON TABLE users IS 'x';\n\n-- down\n");
    workspace.write(file, &after);
    let text = read(&workspace, ledger).replace(&checksum(&before), &checksum(&after));
    workspace.write(ledger, text);
    let output = workspace.run(&["check"]);
    let told = told(&output);
    assert!(!output.status.success() && told.contains("released-model-disagrees"), "{told}");
}

/// Without its ledger a schema that was released is not one that never was: nothing is planned from an empty database.
#[test]
fn a_plan_stops_where_the_ledger_is_gone() {
    let workspace = released(CONFIG);
    std::fs::remove_file(workspace.folder.path().join("generated/shop/ledger.toml")).unwrap();
    for format in ["human", "sql", "json"] {
        let output = workspace.run(&["plan", "shop", "--format", format]);
        let told = told(&output);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(output.stdout.is_empty() && told.contains("error[ledger-missing]"), "{told}");
    }
}

/// The number of the next migration is read from the name, in every layout.
#[test]
fn an_entry_bears_the_name_of_its_files() {
    for &(layout, _) in Layout::ALL {
        let workspace = released(&format!("{CONFIG}[migrations]\nlayout = \"{layout}\"\n"));
        let ledger = read(&workspace, "generated/shop/ledger.toml");
        workspace.write("generated/shop/ledger.toml", ledger.replace("init\"\n", "other\"\n"));
        let output = workspace.run(&["check"]);
        let told = told(&output);
        assert!(!output.status.success() && told.contains("error[ledger-syntax]"), "{layout}: {told}");
    }
}

#[test]
fn what_describes_nothing_is_not_released() {
    let workspace = Workspace::new(&[
        ("schema/shop/schema.toml", CONFIG),
        ("schema/shop/shop.sql", "-- Tables come in spring.\n"),
    ]);
    assert!(workspace.run(&["gen"]).status.success());
    let before = workspace.tree();
    let output = workspace.run(&["release", "shop"]);
    assert!(output.status.success() && told(&output).contains("nothing to release"), "{}", told(&output));
    assert_eq!(workspace.tree(), before);
    // The first file is then still the one that begins.
    workspace.write("schema/shop/shop.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    assert!(workspace.run(&["gen"]).status.success());
    assert_eq!(migrations(&workspace), ["000001_init.sql"]);
}

#[test]
fn a_merge_of_two_releases_is_mended_by_a_replay() {
    let workspace = released(CONFIG);
    workspace.write("schema/shop/shop.dbml", FIRST.replace("  nick text\n", "  nick text\n  age int\n"));
    assert!(workspace.run(&["gen"]).status.success());
    assert!(workspace.run(&["release", "shop"]).status.success());
    let model = read(&workspace, "generated/shop/released.sql");
    let older: String =
        model.lines().filter(|line| !line.contains(" age ")).map(|line| format!("{line}\n")).collect();
    workspace.write("generated/shop/released.sql", older);
    assert!(!workspace.run(&["check"]).status.success());
    let output = workspace.run(&["release", "shop", "--replay"]);
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(read(&workspace, "generated/shop/released.sql"), model);
    let output = workspace.run(&["check"]);
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn every_layout_is_released_and_goes_on() {
    let mut said = String::new();
    for &(layout, _) in Layout::ALL {
        for again in [false, true] {
            let config = format!(
                "{CONFIG}[migrations]\nlayout = \"{layout}\"\nlock-timeout = \"5s\"\nidempotent = {again}\n"
            );
            said.push_str(&goes_on(layout, &config));
        }
    }
    insta::assert_snapshot!("layouts", said);
}

/// Releases a schema, changes it and releases it again; gives the files that come of it.
fn goes_on(layout: &str, config: &str) -> String {
    let workspace = released(config);
    workspace.write("schema/shop/shop.dbml", SECOND);
    // refinery opens a transaction around every file, so that nothing can be done concurrently.
    let scan = "\n[[acknowledge]]\nrisk = \"scan\"\nat = \"*\"\nreason = \"Small tables.\"\n";
    let acknowledged =
        if layout == "refinery" { format!("{ACKNOWLEDGED}{scan}") } else { ACKNOWLEDGED.to_owned() };
    workspace.write("schema/shop/schema.toml", format!("{config}{acknowledged}"));
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{layout}: {}", told(&output));
    let output = workspace.run(&["release", "shop"]);
    assert!(output.status.success(), "{layout}: {}", told(&output));
    let output = workspace.run(&["check"]);
    assert!(output.status.success(), "{layout}: {}", told(&output));
    format!("{layout}: {}\n", migrations(&workspace).join(" "))
}

#[test]
fn the_document_says_itself_what_was_looked_at_and_what_may_be_rolled_back() {
    let workspace = released(CONFIG);
    let said = "Table users [note: '''Whoever signs in.
acknowledge: data-loss of users.nick — Nobody reads it.
rollback: never — Mails have been sent.'''] {";
    let text = FIRST.replace("  nick text\n", "").replace("Table users {", said);
    workspace.write("schema/shop/shop.dbml", &text);
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    let names = migrations(&workspace);
    let file = names.last().unwrap();
    let text = read(&workspace, &format!("generated/shop/migrations/{file}"));
    let body = text.split_once("changes made here are lost.\n").unwrap().1;
    insta::assert_snapshot!("said_in_the_document", body);
}

#[test]
fn rows_that_are_listed_no_more_are_deleted_when_somebody_has_looked_at_it() {
    let listed = "Table states {\n  code text [pk]\n  label text\n}\n\nRecords states(code, label) {\n  'a', 'Anna'\n  'b', 'Bert'\n}\n";
    let workspace = Workspace::new(&[("schema/shop/schema.toml", CONFIG), ("schema/shop/shop.dbml", listed)]);
    assert!(workspace.run(&["gen"]).status.success());
    assert!(workspace.run(&["release", "shop"]).status.success());
    workspace.write("schema/shop/shop.dbml", listed.replace("  'b', 'Bert'\n", "  'c', 'Cleo'\n"));
    let refused = told(&workspace.run(&["gen"]));
    assert!(refused.contains("1 row of `states` that the documents list no more"), "{refused}");
    workspace.write(
        "schema/shop/schema.toml",
        format!("{CONFIG}{}", ACKNOWLEDGED.replace("users.nick", "states")),
    );
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    let text = read(&workspace, "generated/shop/migrations/000002_drop_rows_of_states.sql");
    assert!(text.contains("\nDELETE FROM states WHERE code IN ('b');\n"), "{text}");
    assert!(text.contains("\n-- INSERT INTO states (code, label) VALUES\n--     ('b', 'Bert')\n"), "{text}");
    let seeds = read(&workspace, "generated/shop/seeds/01_states.sql");
    assert!(seeds.contains("'Cleo'") && !seeds.contains("'Bert'"), "{seeds}");
}

#[test]
fn rows_go_under_the_names_that_they_were_released_with_and_children_before_parents() {
    let listed = "create table region (\n  code text primary key\n);\ncreate table city (\n  id int primary key,\n  region text references region (code)\n);\n\
                  insert into region (code) values ('a'), ('b');\ninsert into city (id, region) values (1, 'a'), (2, 'b');\n";
    let config = format!(
        "{CONFIG}{}{}",
        ACKNOWLEDGED.replace("users.nick", "region"),
        ACKNOWLEDGED.replace("users.nick", "city")
    );
    let workspace = Workspace::new(&[("schema/shop/schema.toml", CONFIG), ("schema/shop/shop.sql", listed)]);
    assert!(workspace.run(&["gen"]).status.success());
    assert!(workspace.run(&["release", "shop"]).status.success());
    workspace.write("schema/shop/schema.toml", &config);
    workspace.write(
        "schema/shop/shop.sql",
        "-- was: region\ncreate table area (\n  key text primary key -- was: code\n);\ncreate table city (\n  id int primary key,\n  \
         region text references area (key)\n);\ninsert into area (key) values ('a');\ninsert into city (id, region) values (1, 'a');\n",
    );
    let output = workspace.run(&["gen"]);
    assert!(output.status.success(), "{}", told(&output));
    let names = migrations(&workspace);
    let text = read(&workspace, &format!("generated/shop/migrations/{}", names[1]));
    let (up, down) = text.split_once("-- down").unwrap();
    let places = |text: &str, marks: [&str; 2]| {
        marks.map(|mark| text.find(mark).unwrap_or_else(|| panic!("{mark}: {text}")))
    };
    let [children, parents] =
        places(up, ["DELETE FROM city WHERE id IN (2);", "DELETE FROM region WHERE code IN ('b');"]);
    assert!(children < parents, "{up}");
    let [parents, children] = places(down, ["INSERT INTO region (code)", "INSERT INTO city (id, region)"]);
    assert!(parents < children, "{down}");
}
