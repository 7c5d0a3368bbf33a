//! What holds on the embedded server holds on every version of PostgreSQL that is there.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;
use std::path::Path;

use crate::local::{known_to, major, servers};
use postgres::{Client, NoTls};
use truthtable_prove::catalog::{Catalog, diff};
use truthtable_prove::drift::{self, Filter};
use truthtable_prove::migrations::{self, MigrationSet, Script};
use truthtable_prove::report::Verdict;
use truthtable_prove::server::{Live, Server};
use truthtable_prove::{Event, prove, report};

use crate::schema;

const EVERYTHING: &str = include_str!("catalog/everything.sql");
const SINCE_18: &str = include_str!("versions/since_18.sql");

/// The schemas of this workspace; the local servers lack `vector` mostly.
fn schemas() -> Vec<MigrationSet> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let found = migrations::discover(root).unwrap();
    found.iter().map(|(name, folder)| migrations::read(folder, root, name).unwrap()).collect()
}

fn set_of(text: &str) -> MigrationSet {
    let file = Script { file: "m.sql".into(), text: text.into(), first_line: 1, indent: 0 };
    let migrations = migrations::of_files(&[("m.sql".to_owned(), file)]).unwrap();
    MigrationSet { name: "shop".into(), migrations, ..MigrationSet::default() }
}

/// Makes a database of a server by scripts, and returns its URL.
fn live(server: &Server, name: &str, scripts: &[String]) -> String {
    let url = server.url();
    let run = |url: &str, sql: &str| Client::connect(url, NoTls).unwrap().batch_execute(sql).unwrap();
    run(&url, &format!("CREATE DATABASE {name} TEMPLATE template0"));
    let url = format!("{}/{name}", url.strip_suffix("/postgres").unwrap());
    for script in scripts {
        run(&url, script);
    }
    url
}

#[test]
fn the_schemas_of_this_workspace_are_proved() {
    let schemas = schemas();
    for mut server in servers() {
        for set in &schemas {
            let mut told = String::new();
            let report = prove(set, &mut server, None, &mut |event| {
                if let Event::Done(step) = event {
                    told.push_str(&report::tell(step, false));
                }
            });
            let report = report.unwrap();
            let lacks = report.steps.iter().any(|step| matches!(step.verdict, Verdict::Unproved { .. }));
            eprintln!("{}: {} {}", server.label(), set.name, report::summary(&report));
            assert!(
                report.holds(false) && (!lacks || told.contains("lacks `")),
                "{}\n{told}",
                server.label()
            );
        }
    }
}

/// A document that was applied to a database of any version has not drifted from it.
#[test]
fn what_was_applied_has_not_drifted() {
    let mut sets = schemas();
    sets.push(set_of(&EVERYTHING.replace("(provider = icu, locale = 'de')", "FROM \"C\"")));
    let extensions: BTreeSet<String> = sets.iter().flat_map(MigrationSet::extensions_of_schema).collect();
    let mut embedded = Server::embedded(&extensions).unwrap();
    let mut told = Vec::new();
    for mut server in servers() {
        let major = major(&mut server);
        let mut probe = server.create_database().unwrap();
        let missing = server.missing_extensions(&mut probe, &extensions).unwrap();
        server.drop_database(probe);
        for (number, set) in sets.iter().enumerate() {
            if !missing.is_disjoint(&set.extensions_of_schema()) {
                eprintln!("NOT TESTED: {} on {}, which lacks {missing:?}", set.name, server.label());
                continue;
            }
            let mut known = set.clone();
            for migration in &mut known.migrations {
                migration.up.text = known_to(major, &migration.up.text);
            }
            let scripts = known.stubs.iter().chain(known.migrations.iter().map(|one| &one.up));
            let scripts: Vec<String> = scripts.map(|script| script.text.clone()).collect();
            let url = live(&server, &format!("live_{number}"), &scripts);
            let report =
                drift::drift(&known, &mut Live::open(&url).unwrap(), &mut embedded, &Filter::default())
                    .unwrap();
            for one in &report.drift {
                told.push(format!(
                    "{} {}: {}",
                    server.label(),
                    set.name,
                    one.difference.tell("here", "there")
                ));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// What version 18 brings is read, and a change of it is told and mended.
#[test]
fn what_18_brings_is_compared_and_mended() {
    let mut pair: Vec<Server> = servers()
        .into_iter()
        .chain(servers())
        .filter_map(|mut one| (major(&mut one) >= 18).then_some(one))
        .collect();
    let (Some(elsewhere), Some(mut server)) = (pair.pop(), pair.pop()) else {
        eprintln!("NOT TESTED: no PostgreSQL 18");
        return;
    };
    let set = set_of(SINCE_18);
    let mut told = String::new();
    for (number, change) in [
        "",
        "ALTER TABLE public.guests VALIDATE CONSTRAINT named",
        "ALTER TABLE public.guests ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE public.guests ALTER CONSTRAINT roomed INHERIT",
        "ALTER TABLE public.guests RENAME CONSTRAINT roomed TO housed",
        "COMMENT ON CONSTRAINT named ON public.guests IS NULL",
        "COMMENT ON CONSTRAINT price_is_known ON public.bookings IS 'x'",
        "ALTER TABLE public.guests ADD CONSTRAINT more NOT NULL host NOT VALID",
        "ALTER TABLE public.guests ALTER CONSTRAINT guests_host_fkey ENFORCED",
        "ALTER TABLE public.bookings DROP CONSTRAINT cheap, ADD CONSTRAINT cheap CHECK (price < 1000)",
        "ALTER TABLE public.rooms ALTER COLUMN twice SET EXPRESSION AS (size * 3)",
        "ALTER TABLE public.bookings ALTER COLUMN gross SET EXPRESSION AS (price * 1.3)",
        "ALTER TABLE public.rooms DROP COLUMN twice",
        "ALTER TABLE public.rooms DROP COLUMN twice, ADD COLUMN twice int GENERATED ALWAYS AS (size * 2) STORED",
        "ALTER TABLE public.bookings DROP CONSTRAINT bookings_once",
        "ALTER TABLE public.bookings DROP CONSTRAINT bookings_of_rooms",
        "DROP TABLE public.bookings",
        "DROP TABLE public.guests",
    ]
    .into_iter()
    .enumerate()
    {
        let url = live(&elsewhere, &format!("of_18_{number}"), &[SINCE_18.to_owned(), change.to_owned()]);
        told.push_str(&format!("{change}\n"));
        let report = drift::drift(&set, &mut Live::open(&url).unwrap(), &mut server, &Filter::default()).unwrap();
        for one in &report.drift {
            told.push_str(&format!("    {}\n", one.difference.tell("here", "there")));
        }
        let (sql, left) = drift::script(&report);
        left.iter().for_each(|left| told.push_str(&format!("    left: {left}\n")));
        let mut client = Client::connect(&url, NoTls).unwrap();
        if let Err(error) = client.batch_execute(&sql) {
            told.push_str(&format!("    FAILS: {}\n{sql}", error.as_db_error().unwrap().message()));
        }
        let wanted = Catalog::read(&mut {
            let mut database = server.create_database().unwrap();
            database.client.batch_execute(SINCE_18).unwrap();
            database.into_client().unwrap()
        })
        .unwrap();
        for one in diff(&wanted, &Catalog::read(&mut client).unwrap()) {
            told.push_str(&format!("    differs: {}\n", one.tell("here", "there")));
        }
    }
    insta::assert_snapshot!(told);
}

/// Keys with periods, of which one refers to a table that is made later.
const PERIODS: &str = "
CREATE TABLE bookings (
    id int NOT NULL, room_id int NOT NULL, during int4range NOT NULL,
    PRIMARY KEY (id, during WITHOUT OVERLAPS),
    CONSTRAINT in_room FOREIGN KEY (room_id, PERIOD during) REFERENCES rooms (id, PERIOD during)
);
CREATE TABLE rooms (
    id int NOT NULL, during int4range NOT NULL,
    CONSTRAINT rooms_pk PRIMARY KEY (id, during WITHOUT OVERLAPS)
);
CREATE TABLE stays (room_id int, at int4range, FOREIGN KEY (room_id, PERIOD at) REFERENCES rooms);
CREATE EXTENSION btree_gist;";

#[test]
fn foreign_keys_with_periods_are_behind_the_tables_to_which_they_refer() {
    let root = tempfile::tempdir().unwrap();
    let set = schema::generated(root.path(), "literal = true\n", ("shop.sql", PERIODS));
    let up = std::fs::read_to_string(root.path().join("generated/shop/migrations/000001_init.sql")).unwrap();
    let place = |text: &str| up.find(text).unwrap_or_else(|| panic!("no {text} in\n{up}"));
    for key in ["in_room FOREIGN KEY", "ADD FOREIGN KEY (room_id, PERIOD at)"] {
        assert!(place("rooms_pk PRIMARY KEY") < place(key), "{up}");
    }
    for mut server in servers() {
        if major(&mut server) >= 18 {
            let report = prove(&set, &mut server, None, &mut |_| {}).unwrap();
            let told: String = report.steps.iter().map(|step| report::tell(step, false)).collect();
            let lacks = told.contains("it lacks `btree_gist`");
            assert!(lacks || report.holds(false), "{told}");
        }
    }
}
