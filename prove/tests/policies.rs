//! Policies that were made of a catalogue's words, on a real server: they let in and keep out whom the words say.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;
use std::path::Path;

use truthtable_prove::server::{Database, Server};

/// Who reads, beside what the platform has before the migrations run.
const READER: &str = "
    CREATE ROLE renubu_reader;
    GRANT USAGE ON SCHEMA auth, public TO renubu_reader;
";

const ANNA: &str = "00000000-0000-0000-0000-00000000000a";
const BORIS: &str = "00000000-0000-0000-0000-00000000000b";
const CHIEF: &str = "00000000-0000-0000-0000-00000000000c";

/// Rows of two people, an admin, and of what nobody owns.
const ROWS: &str = "
    INSERT INTO profiles (id, role) VALUES ('A', 'user'), ('B', 'user'), ('C', 'admin');
    INSERT INTO workflow_executions (id, user_id) VALUES ('A', 'A'), ('B', 'B');
    INSERT INTO workflow_tasks (workflow_execution_id) VALUES ('A'), ('A'), ('B');
    INSERT INTO documentation (title) VALUES ('one'), ('two');
    INSERT INTO help_articles (published) VALUES (true), (false);
    INSERT INTO releases (is_current) VALUES (true), (false), (false);
    INSERT INTO mcp_integrations (status) VALUES ('enabled'), ('disabled');
    INSERT INTO user_integrations (user_id) VALUES ('A'), ('B');
    INSERT INTO oauth_tokens (user_id) VALUES ('A'), ('B');
    INSERT INTO customers (name) VALUES ('one');
    INSERT INTO contacts (name) VALUES ('nobody');
";

fn platform() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/renubu/platform.sql"))
        .unwrap()
}

fn migrations() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generated/renubu/migrations");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    // The embedded server lacks the extension; its function stands in the platform above.
    texts.concat().replace("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";", "")
}

/// Returns how many rows of a table a person sees; nobody has signed in where none is given.
fn seen(database: &mut Database, person: Option<&str>, table: &str) -> i64 {
    let person = person.unwrap_or_default();
    let mut transaction = database.client.transaction().unwrap();
    transaction
        .batch_execute(&format!("SET LOCAL request.jwt.claim.sub = '{person}'; SET LOCAL ROLE renubu_reader"))
        .unwrap();
    transaction.query_one(&format!("SELECT count(*) FROM {table}"), &[]).unwrap().get(0)
}

/// Tells whether a statement changes a row when a person runs it; it is taken back.
fn changes(database: &mut Database, person: &str, statement: &str) -> bool {
    let mut transaction = database.client.transaction().unwrap();
    transaction
        .batch_execute(&format!("SET LOCAL request.jwt.claim.sub = '{person}'; SET LOCAL ROLE renubu_reader"))
        .unwrap();
    transaction.execute(statement, &[]).is_ok_and(|rows| rows > 0)
}

#[test]
fn policies_from_words_let_in_whom_they_say() {
    let mut server = Server::embedded(&BTreeSet::new()).unwrap();
    let mut database = server.create_database().unwrap();
    let rows = ROWS.replace("'A'", &format!("'{ANNA}'")).replace("'B'", &format!("'{BORIS}'"));
    let rows = rows.replace("'C'", &format!("'{CHIEF}'"));
    let grants = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO renubu_reader";
    database.client.batch_execute(&platform()).unwrap();
    // A new session has the search path that the platform gives the database.
    database.reconnect().unwrap();
    for sql in [READER, &migrations(), &rows, grants] {
        database.client.batch_execute(sql).unwrap();
    }

    // Table, then what Anna, the admin and somebody who has not signed in see.
    for (table, anna, chief, nobody) in [
        ("profiles", 1, 3, 0),
        ("workflow_executions", 1, 2, 0),
        ("workflow_tasks", 2, 3, 0),
        ("documentation", 2, 2, 0),
        ("help_articles", 1, 2, 1),
        ("releases", 3, 3, 3),
        ("mcp_integrations", 1, 2, 0),
        ("user_integrations", 1, 2, 0),
        ("oauth_tokens", 1, 2, 0),
        // Nothing says to whom a customer is assigned, so it stays closed.
        ("customers", 0, 1, 0),
        ("contacts", 0, 1, 0),
    ] {
        let found = (
            seen(&mut database, Some(ANNA), table),
            seen(&mut database, Some(CHIEF), table),
            seen(&mut database, None, table),
        );
        assert_eq!(found, (anna, chief, nobody), "{table}");
    }

    let mut check = |person: &str, statement: &str, expected: bool| {
        assert_eq!(changes(&mut database, person, statement), expected, "{statement}");
    };
    check(ANNA, "UPDATE oauth_tokens SET access_token_encrypted = NULL", true);
    check(ANNA, &format!("INSERT INTO oauth_tokens (user_id) VALUES ('{ANNA}')"), true);
    check(ANNA, &format!("INSERT INTO oauth_tokens (user_id) VALUES ('{BORIS}')"), false);
    check(ANNA, &format!("DELETE FROM oauth_tokens WHERE user_id = '{BORIS}'"), false);
    check(ANNA, "UPDATE workflow_executions SET status = 'completed'", false);
    check(ANNA, "INSERT INTO documentation (title) VALUES ('mine')", false);
    check(CHIEF, "INSERT INTO documentation (title) VALUES ('theirs')", true);
    check(CHIEF, "UPDATE mcp_integrations SET status = 'deprecated'", true);
    check(ANNA, "UPDATE profiles SET role = 'admin'", false);
    server.drop_database(database);
}
