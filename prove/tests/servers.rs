//! The same proof on a server that is running and on local binaries, where PostgreSQL is installed.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::path::Path;

use postgres::{Client, NoTls};
use truthtable_prove::migrations::{self, MigrationSet, Script};
use truthtable_prove::prove;
use truthtable_prove::report::Verdict;
use truthtable_prove::server::Server;

/// Two users of one server in one process have databases of their own.
#[test]
fn two_users_of_a_server_do_not_meet() {
    let Ok(own) = Server::binaries(None) else {
        eprintln!("NOT TESTED: no local PostgreSQL is found");
        return;
    };
    let url = format!("{}?sslmode=disable", own.url());
    let [mut first, mut second] = [(); 2].map(|()| Server::at_url(&url).unwrap());
    let databases = [first.create_database().unwrap(), second.create_database().unwrap()];
    let names = databases.map(|mut database| {
        let row = database.client.query_one("SELECT current_database()::text", &[]).unwrap();
        row.get::<_, String>(0)
    });
    assert_ne!(names[0], names[1]);
}

fn fixture(name: &str) -> MigrationSet {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    migrations::read(&folder, &folder, name).unwrap()
}

#[test]
fn a_running_server_keeps_nothing_of_the_proof() {
    let owner = match Server::binaries(None) {
        Ok(server) => server,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    eprintln!("proved on {}", owner.label());
    let url = owner.url();
    let names =
        "SELECT datname::text FROM pg_database UNION ALL SELECT rolname::text FROM pg_roles ORDER BY 1";
    let names = || {
        let rows = Client::connect(&url, NoTls).unwrap().query(names, &[]).unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    let before = names();

    let mut server = Server::at_url(&url).unwrap();
    assert!(server.is_shared());
    assert!(prove(&fixture("good"), &mut server, None, &mut |_| {}).unwrap().holds(true));
    // What would change the whole server is not even tried.
    let report = prove(&fixture("roles"), &mut server, None, &mut |_| {}).unwrap();
    assert!(report.steps.iter().all(|step| matches!(step.verdict, Verdict::Unproved { .. })), "{report:?}");
    // A proof that is given up leaves nothing either.
    let abandoned = server.create_database().unwrap();
    assert!(names().len() > before.len());
    drop((abandoned, server));
    assert_eq!(names(), before);
}

#[test]
fn a_server_that_cannot_be_had_says_why_and_keeps_the_password() {
    let error = |url: &str| Server::at_url(url).err().unwrap().to_string();
    let refused = error("postgresql://user:hunter2@127.0.0.1:1/db");
    assert!(refused.starts_with("the server cannot be reached: "), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
    let mode = error("postgresql://user:hunter2@host/db?sslmode=hunter2");
    assert!(mode.contains("`sslmode` is none of disable, ") && !mode.contains("hunter2"), "{mode}");
    let unknown = error("host=127.0.0.1 port=1 password='hunter2' hunter2=1");
    assert!(unknown.contains("unknown option") && !unknown.contains("hunter2"), "{unknown}");
    let unread = error("postgresql://user:hunter2@host:port/db");
    assert!(
        unread.starts_with("the database URL cannot be read: ") && !unread.contains("hunter2"),
        "{unread}"
    );
    let missing = Server::binaries(Some(Path::new("/nowhere"))).err().unwrap().to_string();
    assert!(missing.starts_with("`initdb` cannot be had: "), "{missing}");
}

/// The embedded server does not survive a recursion without end; that is told of the statement, and nothing hangs.
#[test]
fn a_server_that_is_lost_is_told_with_the_statement() {
    let text = "CREATE FUNCTION f(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN f(n + 1); END $$;\nSELECT f(1);\n";
    let file = Script { file: "m.sql".into(), text: text.into(), first_line: 1, indent: 0 };
    let migrations = migrations::of_files(&[("m.sql".to_owned(), file)]).unwrap();
    let set = MigrationSet { name: "lost".into(), migrations, ..MigrationSet::default() };
    let mut server = Server::embedded(&set.extensions()).unwrap();
    let error = prove(&set, &mut server, None, &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("m.sql:2:1: the server was lost at this statement: "), "{error}");
}
