//! The catalogue reader over a database with one of each kind of object.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::local::{known_to, major, servers};
use truthtable_prove::catalog::{Catalog, diff};
use truthtable_prove::server::Server;

const EVERYTHING: &str = include_str!("catalog/everything.sql");

fn read(server: &mut Server, sql: &str) -> Catalog {
    let mut database = server.create_database().unwrap();
    database.client.batch_execute(sql).unwrap();
    let catalog = Catalog::read(&mut database.client).unwrap();
    server.drop_database(database);
    catalog
}

fn told(catalog: &Catalog) -> String {
    let mut text = String::new();
    for (object, facts) in &catalog.objects {
        let _ = writeln!(text, "{object}");
        for (attribute, value) in facts {
            let _ = writeln!(text, "    {attribute}: {}", value.replace('\n', "\n        "));
        }
    }
    text
}

/// What the embedded server has no part in: it knows the collations of its C library alone.
fn without_icu(sql: &str) -> String {
    sql.replace("(provider = icu, locale = 'de')", "FROM \"C\"")
}

#[test]
fn everything_is_read_and_every_change_is_told() {
    let mut server = Server::embedded(&BTreeSet::new()).unwrap();
    let mut database = server.create_database().unwrap();
    database.client.batch_execute(&without_icu(EVERYTHING)).unwrap();
    let mut before = Catalog::read(&mut database.client).unwrap();
    insta::assert_snapshot!("everything", told(&before));

    // Each of these changes one thing; what is told of it is all that is told.
    let mut changes = String::new();
    for change in [
        "ALTER TYPE public.mood ADD VALUE 'furious'",
        "ALTER DOMAIN public.positive DROP CONSTRAINT above_zero",
        "ALTER SEQUENCE public.numbers NO CYCLE",
        "ALTER TABLE public.parents ALTER COLUMN total SET DEFAULT 1",
        "ALTER TABLE public.parents ALTER COLUMN id SET GENERATED ALWAYS",
        "ALTER TABLE public.parents DROP CONSTRAINT total_range",
        "ALTER TABLE \"odd \"\"schema\"\"\".\"Children\" VALIDATE CONSTRAINT unchecked",
        "ALTER TABLE public.scratch SET LOGGED",
        "DROP STATISTICS public.scratch_ab",
        "DROP INDEX public.scratch_expression",
        "ALTER TABLE public.scratch DROP COLUMN b",
        "ALTER TABLE public.events DETACH PARTITION public.events_rest",
        "CREATE OR REPLACE VIEW public.happy AS SELECT id, name FROM public.parents WHERE mood = 'sad'",
        "GRANT EXECUTE ON FUNCTION public.touch() TO PUBLIC",
        "ALTER TABLE public.parents ENABLE TRIGGER parents_touch",
        "DROP RULE no_delete ON public.scratch",
        "ALTER POLICY own ON public.parents WITH CHECK (id > 2)",
        "ALTER TABLE public.parents NO FORCE ROW LEVEL SECURITY",
        "REVOKE INSERT (name) ON public.parents FROM PUBLIC",
        "COMMENT ON COLUMN public.parents.tags IS NULL",
        "DROP OPERATOR public.=== (int, int)",
        "ALTER PUBLICATION news DROP TABLE public.parents",
        "ALTER TABLE public.parents ALTER COLUMN mood SET (n_distinct = -0.5)",
        "ALTER TABLE public.parents ALTER COLUMN total SET STATISTICS 51",
        "ALTER INDEX public.parents_name_key RESET (fillfactor)",
        "ALTER TABLE public.parents SET WITHOUT CLUSTER",
        "COMMENT ON INDEX public.parents_pkey IS NULL",
        "CREATE INDEX scratch_c ON public.scratch ((c || c))",
        "ALTER INDEX public.scratch_c ALTER COLUMN 1 SET STATISTICS 60",
        "ALTER TABLE \"odd \"\"schema\"\"\".\"Children\" REPLICA IDENTITY DEFAULT",
        "ALTER TABLE public.events_2025 ENABLE ALWAYS TRIGGER events_touch",
        "ALTER TABLE public.events_2025 ENABLE TRIGGER events_touch",
        "ALTER PUBLICATION parts SET TABLE public.parents (id, name) WHERE (id > 1)",
        "ALTER PUBLICATION parts SET TABLE public.parents (id) WHERE (id > 1)",
        "ALTER PUBLICATION wholes SET TABLES IN SCHEMA public",
        "ALTER PUBLICATION parts SET (publish = 'insert')",
        "COMMENT ON COLUMN public.pair.left_side IS NULL",
        "ALTER TYPE public.pair ALTER ATTRIBUTE \"right\" TYPE text",
        "ALTER FOREIGN DATA WRAPPER far OPTIONS (SET level 'low')",
        "ALTER FOREIGN DATA WRAPPER far OPTIONS (DROP secret_word)",
        "ALTER SERVER away VERSION '3' OPTIONS (SET host 'c')",
        "REVOKE USAGE ON FOREIGN SERVER away FROM PUBLIC",
        "ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (SET user 'host')",
        "ALTER USER MAPPING FOR PUBLIC SERVER away OPTIONS (DROP password)",
        "ALTER FOREIGN TABLE public.distant OPTIONS (SET path '/y')",
        "ALTER FOREIGN TABLE public.distant ALTER COLUMN a OPTIONS (SET at '2')",
        "DROP USER MAPPING FOR PUBLIC SERVER away",
        "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
        "ALTER OPERATOR FAMILY public.numbers_family USING btree DROP OPERATOR 1 (int, bigint)",
    ] {
        database.client.batch_execute(change).unwrap();
        let after = Catalog::read(&mut database.client).unwrap();
        let _ = writeln!(changes, "{change}");
        for one in diff(&before, &after) {
            let _ = writeln!(changes, "    {}", one.tell("before", "after").replace('\n', "\n    "));
        }
        before = after;
    }
    server.drop_database(database);
    insta::assert_snapshot!("changes", changes);
}

/// Statements, one a line, of which each changes something that `pg_dump -s` prints.
const CHANGES: &str = include_str!("catalog/changes.sql");

/// Returns what is told of each change.
fn changes(server: &mut Server, everything: &str, lines: impl Iterator<Item = String>) -> String {
    let mut database = server.create_database().unwrap();
    database.client.batch_execute(everything).unwrap();
    let before = Catalog::read_with_owners(&mut database.client).unwrap();
    let mut changes = String::new();
    for change in lines {
        let change = change.as_str();
        let mut transaction = database.client.transaction().unwrap();
        assert_eq!(transaction.batch_execute(change).map_err(|error| error.to_string()), Ok(()), "{change}");
        let after = Catalog::read_in(&mut transaction).unwrap();
        transaction.rollback().unwrap();
        let differences = diff(&before, &after);
        assert!(!differences.is_empty(), "{change}");
        let _ = writeln!(changes, "{change}");
        for one in differences {
            let _ = writeln!(changes, "    {}", one.tell("before", "after").replace('\n', "\n    "));
        }
    }
    server.drop_database(database);
    changes
}

/// What a line changes is told, whatever kind of object it is about.
#[test]
fn every_kind_of_change_is_seen() {
    let mut server = Server::embedded(&BTreeSet::from(["pg_trgm".to_owned()])).unwrap();
    // It has no libraries for these.
    let lines = CHANGES.lines().filter(|line| !line.contains("CONVERSION") && !line.contains("SUBSCRIPTION"));
    let told = changes(&mut server, &without_icu(EVERYTHING), lines.map(str::to_owned));
    insta::assert_snapshot!("kinds_of_change", told);
    for local in &mut servers() {
        let major = major(local);
        let lines = CHANGES.lines().map(|line| known_to(major, line)).filter(|line| !line.is_empty());
        changes(local, &known_to(major, EVERYTHING), lines);
    }
}

/// The same facts are read from other versions of PostgreSQL.
#[test]
fn other_versions_read_the_same() {
    let mut embedded = Server::embedded(&BTreeSet::new()).unwrap();
    for local in &mut servers() {
        let major = major(local);
        let everything = known_to(major, &without_icu(EVERYTHING));
        let (here, there) = (read(&mut embedded, &everything), read(local, &everything));
        let told: Vec<String> =
            diff(&here, &there).iter().map(|one| one.tell("embedded", "locally")).collect();
        // From version 16 on a view's columns are qualified only where they have to be; until 14 everybody may create in
        // the schema that is there from the beginning.
        let of_version = |told: &&String| {
            told.starts_with("view public.happy: definition")
                || major < 15 && told.starts_with("schema public: privileges")
        };
        let told: Vec<&String> = told.iter().filter(|told| !of_version(told)).collect();
        assert_eq!(told, Vec::<&String>::new(), "{major}");
    }
}
