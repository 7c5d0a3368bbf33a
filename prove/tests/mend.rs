//! What `drift --mend` prints does mend: it is run on the live database, and then nothing differs but what it said to leave.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::fmt::Write as _;
use std::fs;

use crate::local::{known_to, major, named};
use postgres::{Client, NoTls};
use truthtable_prove::catalog::{Catalog, diff};
use truthtable_prove::drift::{self, Filter};
use truthtable_prove::migrations;
use truthtable_prove::server::{Live, Server};

/// What the document makes.
const EVERYTHING: &str = include_str!("catalog/everything.sql");
/// Statements, one a line, of which each changes something of it.
const CHANGES: &str = include_str!("catalog/changes.sql");

fn read(url: &str) -> Catalog {
    Catalog::read(&mut Client::connect(url, NoTls).unwrap()).unwrap()
}

fn run(url: &str, sql: &str) -> Result<(), String> {
    let mut client = Client::connect(url, NoTls).unwrap();
    client.batch_execute(sql).map_err(|error| {
        error.as_db_error().map_or_else(|| error.to_string(), |said| said.message().to_owned())
    })
}

#[test]
fn every_kind_of_change_is_mended_or_left_with_a_word() {
    let (Ok(elsewhere), Ok(mut server)) = (Server::binaries(None), Server::binaries(None)) else {
        eprintln!("skipped: no local PostgreSQL");
        return;
    };
    let told = mended(&elsewhere, &mut server, EVERYTHING.to_owned(), CHANGES.lines());
    insta::assert_snapshot!(told);
}

/// An enumeration of which no more than columns are is made anew, and its rows are kept.
#[test]
fn an_enumeration_is_made_anew_with_its_columns() {
    let (Ok(elsewhere), Ok(mut server)) = (Server::binaries(None), Server::binaries(None)) else {
        eprintln!("skipped: no local PostgreSQL");
        return;
    };
    let document = "
        CREATE TYPE state AS ENUM ('open', 'paid', 'sent');
        COMMENT ON TYPE state IS 'Of an order';
        CREATE TABLE orders (id int, state state NOT NULL DEFAULT 'open', before state[] DEFAULT '{open}');
        CREATE INDEX ON orders (state);
        CREATE INDEX ON orders (id) WHERE state = 'open';
        ALTER TABLE orders ADD CHECK (state <> 'paid' OR id > 0);
        CREATE VIEW open_orders AS SELECT id, state FROM orders;
        CREATE VIEW of_open AS SELECT id FROM open_orders WHERE state = 'open';
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        CREATE POLICY paid ON orders USING (state = 'paid');";
    let changes = [
        "INSERT INTO orders VALUES (1, 'paid', '{open}'); ALTER TYPE state ADD VALUE 'lost' BEFORE 'paid'",
        "ALTER TYPE state RENAME VALUE 'sent' TO 'gone'",
        "DROP VIEW of_open, open_orders; DROP TABLE orders; DROP TYPE state; CREATE TYPE state AS ENUM ('sent', 'open'); \
         CREATE TABLE orders (id int, state state NOT NULL DEFAULT 'open', before state[] DEFAULT '{open}'); \
         CREATE INDEX ON orders (state); CREATE VIEW open_orders AS SELECT id, state FROM orders; \
         INSERT INTO orders VALUES (1); COMMENT ON TYPE state IS 'Of an order'",
    ];
    let told = mended(&elsewhere, &mut server, document.to_owned(), changes.into_iter());
    assert_eq!(told, changes.map(|change| format!("{change}\n")).concat());
}

/// On every other version what is printed runs, and nothing differs after it unless something was left with a word.
#[test]
fn every_version_is_mended() {
    let mut broken = String::new();
    for (elsewhere, mut server) in named().into_iter().zip(named()) {
        let major = major(&mut server);
        let lines: Vec<String> = CHANGES.lines().map(|line| known_to(major, line)).collect();
        let lines = lines.iter().map(String::as_str).filter(|line| !line.is_empty());
        let told = mended(&elsewhere, &mut server, known_to(major, EVERYTHING), lines);
        for change in told.split_inclusive('\n').fold(Vec::<String>::new(), by_change) {
            if change.contains("FAILS: ") || change.contains(" differs: ") && !change.contains(" left: ") {
                let _ = writeln!(broken, "{}: {change}", server.label());
            }
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

/// Gathers the lines that are about one change.
fn by_change(mut found: Vec<String>, line: &str) -> Vec<String> {
    match found.last_mut() {
        Some(last) if line.starts_with(' ') => last.push_str(line),
        _ => found.push(line.to_owned()),
    }
    found
}

/// Makes each of the changes in a database of its own, mends it, and tells what came of it.
fn mended<'l>(
    elsewhere: &Server,
    server: &mut Server,
    everything: String,
    lines: impl Iterator<Item = &'l str>,
) -> String {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("generated/shop/migrations");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("000001_init.sql"), &everything).unwrap();
    let set = migrations::read(&root.path().join("generated/shop"), root.path(), "shop").unwrap();
    let maintenance = elsewhere.url();
    let of = |name: &str| format!("{}/{name}", maintenance.strip_suffix("/postgres").unwrap());
    run(&maintenance, "CREATE DATABASE base TEMPLATE template0").unwrap();
    run(&of("base"), &everything).unwrap();

    let wanted = read(&of("base"));

    let mut told = String::new();
    // A database with a subscription cannot be dropped.
    for change in lines.filter(|change| !change.contains("SUBSCRIPTION")) {
        run(&maintenance, "CREATE DATABASE changed TEMPLATE base").unwrap();
        run(&of("changed"), change).unwrap();
        let mut live = Live::open(&of("changed")).unwrap();
        let report = drift::drift(&set, &mut live, server, &Filter::default()).unwrap();
        drop(live);
        let (sql, left) = drift::script(&report);
        let _ = writeln!(told, "{change}");
        if let Err(why) = run(&of("changed"), &sql) {
            let _ = writeln!(told, "    FAILS: {why}\n        {}", sql.replace('\n', "\n        "));
        }
        for left in left {
            let _ = writeln!(told, "    left: {}", left.to_string().replace('\n', "\n    "));
        }
        for one in diff(&wanted, &read(&of("changed"))) {
            let one = one.tell("in the document", "after");
            let _ = writeln!(told, "    differs: {}", one.replace('\n', "\n    "));
        }
        run(&maintenance, "DROP DATABASE changed").unwrap();
    }
    told
}
