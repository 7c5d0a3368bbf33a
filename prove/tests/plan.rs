//! Plans of differences on a real PostgreSQL: what is migrated is what would have been created afresh, and back.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

mod files;

use std::collections::BTreeSet;
use std::path::Path;

use truthtable::emit::sql;
use truthtable::plan::migration::diff::{self, Side};
use truthtable_prove::catalog::{Catalog, diff as differences};
use truthtable_prove::server::{Database, Error, Server};
use truthtable_tests::{corpus, corpus_scripts, pairs, script, written_pairs};

/// Returns the statements that make one script's database that of another.
fn plan(old: &str, new: &str) -> Result<Vec<String>, String> {
    planned(old, new, diff::diff)
}

fn planned(
    old: &str,
    new: &str,
    plan: fn(Side<'_>, Side<'_>) -> Result<Vec<diff::Step>, Vec<diff::Refusal>>,
) -> Result<Vec<String>, String> {
    let (old, old_config) = script(old)?;
    let (new, new_config) = script(new)?;
    let side = |schema, config| Side { schema, config };
    match plan(side(&old, &old_config), side(&new, &new_config)) {
        Ok(steps) => {
            let statements = steps.iter().flat_map(|step| &step.statements);
            Ok(statements.map(|statement| sql::script(std::slice::from_ref(statement))).collect())
        }
        Err(refusals) => {
            Err(refusals.into_iter().map(|refusal| refusal.message).collect::<Vec<_>>().join("; "))
        }
    }
}

fn run(database: &mut Database, statements: &[String]) -> Result<(), String> {
    for statement in statements {
        database
            .client
            .batch_execute(statement)
            .map_err(|error| Error::of(statement.trim(), &error).to_string())?;
    }
    Ok(())
}

/// Returns the catalogue without the places of columns, which only making a table anew could change.
fn catalog(database: &mut Database) -> Catalog {
    let mut catalog = Catalog::read(&mut database.client).unwrap();
    for facts in catalog.objects.values_mut() {
        facts.retain(|attribute, _| *attribute != "position");
    }
    catalog
}

fn is_same(one: &Catalog, other: &Catalog) -> Result<(), String> {
    let found: Vec<String> =
        differences(one, other).iter().map(|one| one.tell("migrated", "afresh")).collect();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// What one pair came to.
enum Outcome {
    Right,
    /// The scripts do not run on this server.
    Unusable,
    /// The plan was refused.
    Refused(String),
    Wrong(String),
}

/// Migrates a database from one script to another and back, with rows in it; `rows` holds what selects them.
fn prove(server: &mut Server, old: &str, new: &str, rows: &[(String, String)]) -> Outcome {
    // The embedded server has one session: one database after the other.
    let mut afresh = server.create_database().unwrap();
    let runs = afresh.client.batch_execute(new).is_ok();
    let after = runs.then(|| catalog(&mut afresh));
    server.drop_database(afresh);
    let Some(after) = after else { return Outcome::Unusable };
    let mut migrated = server.create_database().unwrap();
    let outcome = 'proof: {
        // What a script sets for its session is not there when the plan runs.
        if migrated.client.batch_execute(&format!("{old}; RESET ALL")).is_err() {
            break 'proof Outcome::Unusable;
        }
        let before = catalog(&mut migrated);
        let up = match plan(old, new) {
            Ok(up) => up,
            Err(refusal) => break 'proof Outcome::Refused(refusal),
        };
        for (insert, _) in rows {
            migrated.client.batch_execute(insert).unwrap();
        }
        if let Err(error) = run(&mut migrated, &up) {
            break 'proof Outcome::Wrong(error);
        }
        if let Err(error) = is_same(&catalog(&mut migrated), &after) {
            break 'proof Outcome::Wrong(error);
        }
        for (_, survivor) in rows.iter().filter(|(_, survivor)| !survivor.is_empty()) {
            let count: i64 = migrated.client.query_one(survivor.as_str(), &[]).unwrap().get(0);
            if count == 0 {
                break 'proof Outcome::Wrong(format!("a row is lost: {survivor}"));
            }
        }
        // What a way back costs rows is announced, and no part of this.
        migrated.client.batch_execute(EMPTY).unwrap();
        match planned(old, new, diff::back) {
            Err(refusal) => Outcome::Refused(format!("back: {refusal}")),
            Ok(down) => {
                match run(&mut migrated, &down).and_then(|()| is_same(&catalog(&mut migrated), &before)) {
                    Ok(()) => Outcome::Right,
                    Err(error) => Outcome::Wrong(format!("back: {error}")),
                }
            }
        }
    };
    server.drop_database(migrated);
    outcome
}

/// Empties every table.
const EMPTY: &str = "DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text
        NOT IN ('pg_catalog', 'information_schema', 'pg_toast') LOOP
        EXECUTE format('TRUNCATE %s CASCADE', name);
    END LOOP; END $$";

fn extensions(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().flat_map(|text| truthtable_prove::sql::created_extensions(text)).collect()
}

/// Starts a server: local binaries are faster and have more extensions; where there are none, the embedded one does.
fn server() -> Server {
    Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap()
}

/// How many pairs are made; a nightly run asks for more.
const PAIRS: u64 = 60;

#[test]
fn random_pairs_migrate_to_what_would_be_created_afresh_and_back() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("TRUTHTABLE_SEED").unwrap_or(1);
    let count = number("TRUTHTABLE_PAIRS").unwrap_or(PAIRS);
    eprintln!("pairs of schemas: seeds {first} to {}", first + count - 1);
    let mut server = server();
    eprintln!("on {}", server.label());
    let mut failures = Vec::new();
    for seed in first..first + count {
        let pair = pairs::pair(seed);
        match prove(&mut server, &pair.old, &pair.new, &pair.rows) {
            Outcome::Right => {}
            Outcome::Unusable => {
                failures.push(format!("seed {seed}: a script does not run\n{}\n--\n{}", pair.old, pair.new))
            }
            Outcome::Refused(why) | Outcome::Wrong(why) => {
                failures.push(format!("seed {seed}: {why}\n{}\n--\n{}", pair.old, pair.new))
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} pairs:\n{}", failures.len(), failures.join("\n"));
}

/// An old script and a new one that says what was renamed.
const RENAMED: &[(&str, &str)] = &[
    (
        "CREATE TABLE people (id serial PRIMARY KEY, mail text UNIQUE CHECK (mail <> ''), age integer);
         CREATE INDEX ON people (lower(mail)) WHERE mail IS NOT NULL;
         CREATE TABLE notes (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, by_whom integer REFERENCES people (id));
         CREATE VIEW grown AS SELECT id, mail FROM people WHERE age > 17;
         ALTER TABLE people ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON people USING (mail = current_user);",
        "-- was: people
         CREATE TABLE users (
             id serial PRIMARY KEY,
             email text UNIQUE CHECK (email <> ''), -- was: mail
             age bigint
         );
         CREATE INDEX ON users (lower(email)) WHERE email IS NOT NULL;
         CREATE TABLE notes (
             id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             author_id integer REFERENCES users (id) -- was: by_whom
         );
         CREATE VIEW grown AS SELECT id, email FROM users WHERE age > 17;
         ALTER TABLE users ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON users USING (email = current_user);",
    ),
];

#[test]
fn what_the_author_says_was_renamed_keeps_its_rows() {
    let mut server = server();
    for (old, new) in RENAMED {
        let mut afresh = server.create_database().unwrap();
        afresh.client.batch_execute(new).unwrap();
        let after = catalog(&mut afresh);
        server.drop_database(afresh);
        let mut migrated = server.create_database().unwrap();
        migrated.client.batch_execute(old).unwrap();
        let before = catalog(&mut migrated);
        migrated.client.batch_execute("INSERT INTO people (mail, age) VALUES ('a@example.org', 30)").unwrap();
        let steps = plan(old, new).unwrap();
        run(&mut migrated, &steps).unwrap();
        is_same(&catalog(&mut migrated), &after).unwrap();
        let row = migrated.client.query_one("SELECT email, age FROM users", &[]).unwrap();
        assert_eq!((row.get::<_, String>(0).as_str(), row.get::<_, i64>(1)), ("a@example.org", 30));
        run(&mut migrated, &planned(old, new, diff::back).unwrap()).unwrap();
        let row = migrated.client.query_one("SELECT mail FROM people", &[]).unwrap();
        assert_eq!(row.get::<_, String>(0), "a@example.org");
        is_same(&catalog(&mut migrated), &before).unwrap();
        server.drop_database(migrated);
    }
}

/// Ways in which the numbers of rows that are there come from a new sequence.
const NUMBERED: [(&str, &str); 5] = [
    (
        "CREATE TABLE ticket (no int PRIMARY KEY, what text)",
        "CREATE TABLE ticket (no int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, what text)",
    ),
    (
        "CREATE TABLE ticket (no serial PRIMARY KEY, what text)",
        "CREATE TABLE ticket (no bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, what text)",
    ),
    (
        "CREATE TABLE ticket (no int PRIMARY KEY, what text)",
        "CREATE TABLE ticket (no serial PRIMARY KEY, what text)",
    ),
    (
        "CREATE TABLE ticket (no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text)",
        "CREATE SEQUENCE roll; CREATE TABLE ticket (no int PRIMARY KEY DEFAULT nextval('roll'), what text)",
    ),
    (
        "CREATE SCHEMA \"Desk\"; SET search_path = \"Desk\", public; CREATE TABLE ticket (no bigint PRIMARY KEY, what text)",
        "CREATE SCHEMA \"Desk\"; SET search_path = \"Desk\", public; CREATE TABLE ticket (no bigint GENERATED ALWAYS AS \
         IDENTITY PRIMARY KEY, what text)",
    ),
];

#[test]
fn a_new_sequence_goes_on_behind_the_rows_that_are_there() {
    let mut server = server();
    for (old, new) in NUMBERED {
        let mut database = server.create_database().unwrap();
        database.client.batch_execute(old).unwrap();
        let rows = "INSERT INTO ticket OVERRIDING SYSTEM VALUE VALUES (3, 'a'), (41, 'b')";
        database.client.batch_execute(rows).unwrap();
        run(&mut database, &plan(old, new).unwrap()).unwrap();
        let row = database.client.query_one("INSERT INTO ticket (what) VALUES ('c') RETURNING no::text", &[]);
        assert_eq!(row.unwrap().get::<_, String>(0), "42", "{new}");
        server.drop_database(database);
    }
}

#[test]
fn values_of_a_composite_type_move_over_attribute_by_attribute() {
    let mut server = server();
    let mut database = server.create_database().unwrap();
    let old = "CREATE TYPE place AS (x int, y int, name text); CREATE TABLE stop (at place, via place[])";
    let new =
        "CREATE TYPE place AS (x bigint, name text, since date); CREATE TABLE stop (at place, via place[])";
    database.client.batch_execute(old).unwrap();
    let row = "INSERT INTO stop VALUES ('(1,2,a)', '{\"(3,4,b)\",\"(5,6,\\\"c,d\\\")\"}')";
    database.client.batch_execute(row).unwrap();
    run(&mut database, &plan(old, new).unwrap()).unwrap();
    let row = database.client.query_one("SELECT at::text, via::text FROM stop", &[]).unwrap();
    assert_eq!(row.get::<_, String>(0), "(1,a,)");
    assert_eq!(row.get::<_, String>(1), r#"{"(3,b,)","(5,\"c,d\",)"}"#);
    server.drop_database(database);
}

/// A table whose expressions PostgreSQL prints in other words than they are written in.
const SPELT: &str = "
    CREATE TYPE mood AS ENUM ('calm', 'cross');
    CREATE TABLE talk (id int, name varchar(40), price numeric(8, 2), rate float8, feel mood, at timestamptz, until timestamp,
        tags text[], data jsonb);
    ALTER TABLE talk ALTER COLUMN price SET DEFAULT 0;
    ALTER TABLE talk ALTER COLUMN feel SET DEFAULT 'calm';
    ALTER TABLE talk ALTER COLUMN at SET DEFAULT now() + interval '1 week';
    ALTER TABLE talk ALTER COLUMN until SET DEFAULT now() at time zone 'utc';
    ALTER TABLE talk ALTER COLUMN tags SET DEFAULT '{}';
    ALTER TABLE talk ADD CONSTRAINT a CHECK (price >= 0 AND price < 100 OR price IS NULL);
    ALTER TABLE talk ADD CONSTRAINT b CHECK (feel IN ('calm', 'cross') AND feel <> 'cross');
    ALTER TABLE talk ADD CONSTRAINT c CHECK (until BETWEEN '2020-01-01' AND timestamp '2030-01-01 10:00');
    ALTER TABLE talk ADD CONSTRAINT d CHECK (trim(both ' ' from name) = name AND substring(name from 1 for 2) <> 'zz');
    ALTER TABLE talk ADD CONSTRAINT e CHECK (char_length(name) BETWEEN 2 AND 10 AND id IS DISTINCT FROM 4 AND nullif(id, 3) > 0);
    ALTER TABLE talk ADD CONSTRAINT f CHECK (coalesce(price, 0) * id > rate AND extract(year from at) > 2000);
    ALTER TABLE talk ADD CONSTRAINT g CHECK ((data -> 'a' ->> 'b')::int > 3 AND 'x' = ANY (tags) AND name NOT IN ('q', 'w'));
    ALTER TABLE talk ADD CONSTRAINT h CHECK ((id IS NOT NULL)::int + (name IS NOT NULL)::int = 1 AND id::numeric > 5);
    ALTER TABLE talk ADD CONSTRAINT i CHECK (name LIKE 'a%' OR name !~ '^b' AND lower(name) || 'x' ILIKE '%c');
    ALTER TABLE talk ADD CONSTRAINT j CHECK (CASE WHEN id > 1 THEN price > 1 ELSE true END);
    CREATE INDEX k ON talk (lower(name), (id + 1)) WHERE feel = 'calm' AND price > 0;
    CREATE INDEX l ON talk (date_trunc('day', at AT TIME ZONE 'utc') DESC);
";

#[test]
fn what_postgresql_prints_of_an_expression_is_no_difference() {
    let mut server = server();
    let mut database = server.create_database().unwrap();
    database.client.batch_execute(SPELT).unwrap();
    let mut printed: String =
        SPELT.split_inclusive(';').filter(|statement| statement.contains("CREATE T")).collect();
    let rows = database.client.query(
        "SELECT format('ALTER TABLE talk ADD CONSTRAINT %I %s;', conname, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE conrelid = 'talk'::regclass
         UNION ALL SELECT indexdef || ';' FROM pg_indexes WHERE tablename = 'talk'
         UNION ALL SELECT format('ALTER TABLE talk ALTER COLUMN %I SET DEFAULT %s;', attname, pg_get_expr(adbin, adrelid))
         FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum",
        &[],
    );
    for row in rows.unwrap() {
        printed.push_str(row.get(0));
        printed.push('\n');
    }
    server.drop_database(database);
    assert_eq!(plan(SPELT, &printed).unwrap(), Vec::<String>::new(), "{printed}");
    assert_eq!(plan(&printed, SPELT).unwrap(), Vec::<String>::new(), "{printed}");
}

#[test]
fn written_pairs_migrate_both_ways() {
    let mut server = server();
    let (mut right, mut missed) = (0, Vec::new());
    for (name, old, new) in written_pairs().unwrap() {
        let wanted = extensions(&[&old, &new]);
        if !server.serves(&wanted) {
            server = Server::embedded(&wanted).unwrap();
        }
        if name.starts_with("the same: ") {
            for planned in [plan(&old, &new), plan(&new, &old)] {
                if planned != Ok(Vec::new()) {
                    missed.push(format!("{name}: {planned:?}"));
                }
            }
        }
        match prove(&mut server, &old, &new, &[]) {
            Outcome::Right => right += 1,
            // An extension that this server lacks.
            Outcome::Unusable if !wanted.is_empty() => eprintln!("not tried on this server: {name}"),
            Outcome::Unusable => missed.push(format!("{name}: a script does not run")),
            Outcome::Refused(why) => missed.push(format!("{name}: refused: {why}")),
            Outcome::Wrong(why) => missed.push(format!("{name}: {why}")),
        }
    }
    eprintln!("written pairs: {right} right on {}", server.label());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(right > 100, "only {right} pairs could be tried");
}

/// Pairs of the corpus whose sides run on the embedded server.
#[test]
fn pairs_of_the_corpus_migrate_both_ways() {
    let Some(corpus) = corpus().map(|corpus| corpus.join("diff")) else { return };
    let mut server = server();
    eprintln!("pairs of the corpus on {}", server.label());
    let (mut right, mut unusable, mut missed) = (0, 0, Vec::new());
    for suite in folders(&corpus) {
        for case in folders(&suite) {
            let read = |name: &str| std::fs::read_to_string(case.join(name)).unwrap_or_default();
            let setup = read("setup.sql");
            let (old, new) =
                (format!("{setup}\n{}", read("old.sql")), format!("{setup}\n{}", read("new.sql")));
            let wanted = extensions(&[&old, &new]);
            if !server.serves(&wanted) {
                server = Server::embedded(&wanted).unwrap();
            }
            match prove(&mut server, &old, &new, &[]) {
                Outcome::Right => right += 1,
                Outcome::Unusable => unusable += 1,
                Outcome::Refused(why) => missed.push(format!("{}: refused: {why}", case.display())),
                Outcome::Wrong(why) => missed.push(format!("{}: {why}", case.display())),
            }
        }
    }
    eprintln!(
        "pairs of the corpus: {right} right, {} missed, {unusable} do not run on this server",
        missed.len()
    );
    for line in &missed {
        eprintln!("  {line}");
    }
    let usable = right + missed.len();
    assert!(missed.len() * 100 <= usable * 3, "more than 3 % are missed");
}

/// Files of the corpus that PostgreSQL runs without a mistake: what they make is made of what was read of them, and unmade.
#[test]
fn files_of_the_corpus_are_made_and_unmade() {
    let Some(scripts) = corpus_scripts().unwrap() else { return };
    let mut server = server();
    let (mut right, mut unusable, mut missed) = (0, 0, Vec::new());
    for (file, text) in scripts {
        let wanted = extensions(&[&text]);
        if !server.serves(&wanted) {
            server = Server::embedded(&wanted).unwrap();
        }
        match prove(&mut server, "", &text, &[]) {
            Outcome::Right => right += 1,
            Outcome::Unusable => unusable += 1,
            Outcome::Refused(why) => missed.push(format!("{file}: refused: {why}")),
            Outcome::Wrong(why) => missed.push(format!("{file}: {why}")),
        }
    }
    eprintln!(
        "files of the corpus: {right} right, {} missed, {unusable} do not run on this server",
        missed.len()
    );
    for line in &missed {
        eprintln!("  {line}");
    }
    let usable = right + missed.len();
    assert!(missed.len() * 100 <= usable * 3, "more than 3 % are missed");
}

fn folders(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found: Vec<_> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}
