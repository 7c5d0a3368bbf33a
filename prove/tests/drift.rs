//! Documents against live databases: local binaries, where they are found, are the live side.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use postgres::{Client, NoTls};
use tempfile::TempDir;
use truthtable_prove::drift::{self, Filter, Report};
use truthtable_prove::migrations::{self, MigrationSet, Script};
use truthtable_prove::server::{Live, Server};
use truthtable_tests::corpus;

const SHOP: &str = include_str!("drift/shop.sql");
const DRIFTED: &str = include_str!("drift/drifted.sql");
const SCHEMA_TOML: &str = "[[drift.ignore]]
objects = \"legacy_*\"
reason = \"goes in spring\"

[[drift.ignore]]
objects = \"customers.*\"
attributes = \"comment\"
reason = \"translated by hand\"

[[drift.ignore]]
objects = \"nothing_of_that_name\"
reason = \"forgotten\"
";
const SHOP_MD: &str = "# Shop

```sql
CREATE TABLE customers (
    id bigint NOT NULL
);
CREATE TABLE orders (
    id bigint NOT NULL,
    customer_id bigint NOT NULL REFERENCES customers (id),
    status text NOT NULL,
    total numeric(10, 2) CHECK (total >= 0),
    PRIMARY KEY (id)
);
CREATE INDEX ON orders (customer_id);
```
";

/// A workspace with one schema, `shop`.
fn workspace() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("schema/shop/schema.toml", SCHEMA_TOML),
        ("schema/shop/shop.md", SHOP_MD),
        ("generated/shop/migrations/000001_init.sql", SHOP),
    ] {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

/// A server of local binaries with a database of its own to be the live one.
struct Elsewhere {
    server: Server,
}

impl Elsewhere {
    /// Starts it; none where there are no binaries.
    fn start() -> Option<Self> {
        match Server::binaries(None) {
            Ok(server) => Some(Self { server }),
            Err(error) => {
                eprintln!("skipped: {error}");
                None
            }
        }
    }

    /// Makes a database of scripts and returns its URL.
    fn database(&self, name: &str, scripts: &[&str]) -> String {
        let url = self.server.url();
        Client::connect(&url, NoTls)
            .unwrap()
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))
            .unwrap();
        let url = format!("{}/{name}", url.strip_suffix("/postgres").unwrap());
        for script in scripts {
            self.run(&url, script);
        }
        url
    }

    fn run(&self, url: &str, script: &str) {
        Client::connect(url, NoTls).unwrap().batch_execute(script).unwrap();
    }
}

fn embedded() -> Server {
    Server::embedded(&BTreeSet::new()).unwrap()
}

fn compare(root: &Path, url: &str, filter: &Filter, server: &mut Server) -> Report {
    let set = migrations::read(&root.join("generated/shop"), root, "shop").unwrap();
    let mut live = Live::open(url).unwrap();
    drift::drift(&set, &mut live, server, filter).unwrap()
}

/// What is told, without what changes from machine to machine.
fn told(mut report: Report) -> String {
    report.document = "embedded".to_owned();
    report.live = "live".to_owned();
    drift::human(&report)
}

#[test]
fn every_difference_is_told_and_mended() {
    let Some(elsewhere) = Elsewhere::start() else { return };
    let root = workspace();
    let mut server = embedded();
    let same = elsewhere.database("same", &[SHOP]);
    let report = compare(root.path(), &same, &Filter::default(), &mut server);
    assert_eq!(
        report.drift.iter().map(|one| one.difference.object.to_string()).collect::<Vec<_>>(),
        Vec::<String>::new()
    );

    let url = elsewhere.database("drifted", &[SHOP, DRIFTED]);
    let report = compare(root.path(), &url, &Filter::default(), &mut server);
    insta::assert_snapshot!("told", told(report.clone()));
    let annotations = drift::github(&report);
    insta::assert_snapshot!("github", annotations.lines().take(8).collect::<Vec<_>>().join("\n"));
    let json = drift::json(&report, true);
    assert_eq!(json["drift"].as_array().unwrap().len(), report.drift.len());
    assert_eq!(json["unused"][0]["objects"], "nothing_of_that_name");

    let script = drift::sql(&Report { live: "live".to_owned(), ..report });
    insta::assert_snapshot!("mend", script);
    // What was printed does what it says: nothing is left but what it calls not mended.
    elsewhere.run(&url, &script);
    let left = compare(root.path(), &url, &Filter::default(), &mut server);
    insta::assert_snapshot!("left", told(left));
}

/// A database that has nothing gets everything.
#[test]
fn an_empty_database_is_mended_whole() {
    let Some(elsewhere) = Elsewhere::start() else { return };
    let root = workspace();
    let mut server = embedded();
    let url = elsewhere.database("empty", &[]);
    let report = compare(root.path(), &url, &Filter::default(), &mut server);
    assert_eq!(report.mend.left, []);
    elsewhere.run(&url, &drift::sql(&report));
    let left = compare(root.path(), &url, &Filter::default(), &mut server);
    assert_eq!(told(left.clone()).matches("\n  drift ").count(), 0, "{}", told(left));
}

#[test]
fn filters_choose_what_is_compared() {
    let Some(elsewhere) = Elsewhere::start() else { return };
    let root = workspace();
    let url = elsewhere.database("filtered", &[SHOP, DRIFTED]);
    let mut server = embedded();
    let mut names = |schemas: &[&str], only: &[&str]| {
        let list = |patterns: &[&str]| patterns.iter().map(|one| (*one).to_owned()).collect();
        let report = compare(
            root.path(),
            &url,
            &Filter { schemas: list(schemas), only: list(only), owners: false },
            &mut server,
        );
        assert_eq!(report.unused, []);
        report.drift.iter().map(|one| one.difference.object.to_string()).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&["audit"], &[]), ["table audit.entries".to_owned()].into());
    assert_eq!(names(&["nowhere"], &[]), BTreeSet::new());
    assert_eq!(
        names(&[], &["orders.tot*", "touch*"]),
        ["column public.orders.total".to_owned(), "function public.touch()".to_owned()].into()
    );
    assert_eq!(names(&["audit"], &["orders*"]), BTreeSet::new());
}

fn run(root: &Path, arguments: &[&str]) -> (i32, String, String) {
    let command = Command::new(env!("CARGO_BIN_EXE_truthtable-drift"))
        .env_remove("DATABASE_URL")
        .arg("--root")
        .arg(root)
        .args(arguments)
        .output();
    let Output { status, stdout, stderr } = command.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(root.to_str().unwrap(), "ROOT");
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn the_exit_code_says_whether_there_is_drift() {
    let Some(elsewhere) = Elsewhere::start() else { return };
    let root = workspace();
    let url =
        |name, scripts: &[&str]| elsewhere.database(name, scripts).replace("postgres@", "postgres:hunter2@");
    let (same, drifted) = (url("alike", &[SHOP]), url("unlike", &[SHOP, DRIFTED]));
    let (code, stdout, stderr) = run(root.path(), &["shop", "--database-url", &same]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.ends_with("  no drift\n"), "{stdout}");

    // What may be printed holds no password, in whatever form.
    let forms: [&[&str]; 4] =
        [&[], &["--mend"], &["--format", "json", "--mend"], &["--format", "github", "--mend"]];
    for form in forms {
        let (code, stdout, stderr) =
            run(root.path(), &[&["--database-url", drifted.as_str()], form].concat());
        assert_eq!(code, 1, "{stdout}{stderr}");
        assert!(!stdout.contains("hunter2") && !stderr.contains("hunter2"), "{stdout}{stderr}");
    }
    let (code, stdout, _) = run(
        root.path(),
        &["shop", "--database-url", &drifted, "--only", "legacy_*", "--format", "json", "--mend"],
    );
    let report: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["ignored"][0]["reason"]), (0, &"goes in spring".into()), "{stdout}");
    assert!(!stdout.contains("hunter2"), "{stdout}");
}

#[test]
fn what_cannot_be_done_is_told_without_the_password() {
    let root = workspace();
    let check = |arguments: &[&str], expected: &str| {
        let (code, stdout, stderr) = run(root.path(), arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(expected) && !stderr.contains("hunter2"), "{stderr}");
    };
    check(&["shop"], "error: give the live database with --database-url, or in DATABASE_URL");
    check(&["shpo", "--database-url", "x"], "error: no generated/shpo/migrations; there are: shop");
    check(
        &["shop", "--database-url", "postgres://ann:hunter2@127.0.0.1:1/shop"],
        "error: the server cannot be reached: ",
    );
    check(
        &["shop", "--database-url", "postgres://ann:hunter2@127.0.0.1:x/shop"],
        "error: the database URL cannot be read: ",
    );
    check(
        &["shop", "--database-url", "host=127.0.0.1 port=1 password=hunter2"],
        "error: the server cannot be reached: ",
    );
    // The URL where no URL is expected.
    check(&["postgres://ann:hunter2@127.0.0.1/shop"], "ann:***@127.0.0.1/shop");
    check(
        &["shop", "postgres://ann:hunter2@127.0.0.1/shop"],
        "unexpected argument 'postgres://ann:***@127.0.0.1/shop'",
    );

    fs::write(root.path().join("schema/shop/schema.toml"), "[[drift.ignore]]\nobjects = \"a\"\n").unwrap();
    check(
        &["shop", "--database-url", "postgres://ann:hunter2@127.0.0.1:1/shop"],
        "`[drift.ignore]` needs a `reason`",
    );
}

/// A stub's objects are the platform's, unless a migration changes them; more of them in the live database is no drift.
#[test]
fn what_the_platform_has_is_no_drift() {
    let Some(elsewhere) = Elsewhere::start() else { return };
    let root = workspace();
    let mut server = embedded();
    let stub = "CREATE SCHEMA auth; CREATE TABLE auth.users (id int);";
    fs::write(root.path().join("generated/shop/platform.sql"), stub).unwrap();
    let more = "CREATE SCHEMA auth; CREATE TABLE auth.users (id int, more int); CREATE TABLE auth.more ();
        CREATE TABLE _sqlx_migrations (version bigint); CREATE EXTENSION pg_trgm; CREATE TABLE auth_of_ours ();";
    let url = elsewhere.database("hosted", &[SHOP, more]);
    insta::assert_snapshot!("hosted", told(compare(root.path(), &url, &Filter::default(), &mut server)));
}

/// How a pair of the corpus ended.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing differs any more.
    Mended,
    /// What still differs was said not to be mended, or follows from it.
    Said,
    /// PostgreSQL refuses the script.
    Refused(String),
    /// More differs than was said.
    Silent(String),
}

/// Pairs of the corpus: the old side is the live database, the new one the document. Whatever is printed to mend it either
/// does so or says what it leaves.
#[test]
fn pairs_of_the_corpus_are_mended_or_said_not_to_be() {
    let Some(corpus) = corpus().map(|corpus| corpus.join("diff")) else { return };
    let Some(elsewhere) = Elsewhere::start() else { return };
    // Beside the live databases, which is quicker than the embedded server.
    let mut server = Server::at_url(&elsewhere.server.url()).unwrap();
    let mut outcomes: Vec<(Outcome, String)> = Vec::new();
    let mut unusable = 0;
    for (at, case) in folders(&corpus).iter().flat_map(|suite| folders(suite)).enumerate() {
        let read = |name: &str| fs::read_to_string(case.join(name)).unwrap_or_default();
        let file = Script { file: "new.sql".into(), text: read("new.sql"), first_line: 1, indent: 0 };
        let Ok(migrations) = migrations::of_files(&[("new.sql".into(), file)]) else { continue };
        let set = MigrationSet { name: "new".into(), migrations, ..MigrationSet::default() };
        let url = elsewhere.database(&format!("pair_{at}"), &[]);
        let old = Client::connect(&url, NoTls).unwrap().batch_execute(&read("old.sql"));
        let mut compare = || drift::drift(&set, &mut Live::open(&url)?, &mut server, &Filter::default());
        let (Ok(()), Ok(report)) = (old, compare()) else {
            unusable += 1;
            continue;
        };
        // One by one, as psql runs a script: a new value of an enumeration may be used only after its transaction.
        let mut client = Client::connect(&url, NoTls).unwrap();
        client.batch_execute("SET check_function_bodies = off").unwrap();
        let applied = report.mend.statements.iter().try_for_each(|one| client.batch_execute(&one.sql));
        let outcome = match applied {
            Err(error) => Outcome::Refused(error.as_db_error().unwrap().message().to_owned()),
            Ok(()) => {
                let left = compare().unwrap();
                match left.drift.first() {
                    None => Outcome::Mended,
                    Some(_) if !report.mend.left.is_empty() => Outcome::Said,
                    Some(one) => Outcome::Silent(one.difference.tell("here", "there")),
                }
            }
        };
        let name = case.strip_prefix(&corpus).unwrap().display().to_string();
        outcomes.push((outcome, name));
    }
    outcomes.sort();
    let count = |of: fn(&Outcome) -> bool| outcomes.iter().filter(|(outcome, _)| of(outcome)).count();
    let mended = count(|outcome| *outcome == Outcome::Mended);
    let said = count(|outcome| *outcome == Outcome::Said);
    for (outcome, name) in outcomes.iter().filter(|(outcome, _)| *outcome > Outcome::Said) {
        eprintln!("{name}: {outcome:?}");
    }
    eprintln!(
        "pairs of the corpus: {mended} mended, {said} said not to be, {} missed, {unusable} do not run on these servers",
        outcomes.len() - mended - said
    );
    assert_eq!(count(|outcome| matches!(outcome, Outcome::Silent(_))), 0);
}

fn folders(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}
