//! Folders of migrations as frameworks write them, run on the server: each makes the same tables, whatever runs them.

use super::{import, text};
use crate::workspace::{Workspace, told};

/// A first migration, and one that moves what is there: the full name goes into two columns, a function makes a table, and rows
/// are changed. No reader of statements follows that.
const FIRST: &str = "CREATE TABLE people (
    id integer PRIMARY KEY,
    full_name text NOT NULL,
    joined timestamptz NOT NULL DEFAULT now()
);
INSERT INTO people (id, full_name) VALUES (1, 'Ada Lovelace'), (2, 'Alan Turing');
";
const MOVES: &str = "ALTER TABLE people ADD COLUMN given text, ADD COLUMN family text;
UPDATE people SET given = split_part(full_name, ' ', 1), family = split_part(full_name, ' ', 2);
ALTER TABLE people ALTER COLUMN given SET NOT NULL, DROP COLUMN full_name;
CREATE FUNCTION make_log(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (person integer REFERENCES people, at timestamptz)', name || '_log');
END $$;
SELECT make_log('people');
DROP FUNCTION make_log(text);
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['open', 'done'] LOOP
        EXECUTE format('CREATE INDEX %I ON people_log (at) WHERE person %s', 'log_' || name, CASE name WHEN 'open' THEN 'IS NULL' ELSE '> 0' END);
    END LOOP;
END $$;
DELETE FROM people WHERE id = 2;
";
const BACK: &str = "DROP TABLE people_log;\nDROP TABLE people;\n";

/// What any of them comes to.
const MADE: &str = "CREATE TABLE people (
    id     integer     PRIMARY KEY,
    joined timestamptz NOT NULL DEFAULT now(),
    given  text        NOT NULL,
    family text
);

CREATE TABLE people_log (
    person integer     REFERENCES people (id),
    at     timestamptz
);

CREATE INDEX log_done ON people_log (at) WHERE person > 0;
CREATE INDEX log_open ON people_log (at) WHERE person IS NULL;

INSERT INTO people (id, given, family) VALUES
    (1, 'Ada', 'Lovelace');
";

/// Replaces the two migrations in the form of a framework.
fn fill(form: &str) -> String {
    form.replace("<first>", FIRST).replace("<moves>", MOVES).replace("<back>", BACK)
}

#[test]
fn every_framework_comes_to_the_same() {
    let flyway =
        [("V1__people.sql", "<first>"), ("V1.1__names.sql", "<moves>"), ("U1__people.sql", "<back>")];
    let pairs = [
        ("000001_people.up.sql", "<first>"),
        ("000001_people.down.sql", "<back>"),
        ("000002_names.up.sql", "<moves>"),
        ("000002_names.down.sql", ""),
    ];
    let goose = [
        ("1_people.sql", "-- +goose Up\n<first>\n-- +goose Down\n<back>"),
        (
            "2_names.sql",
            "-- +goose Up\n-- +goose StatementBegin\n<moves>\n-- +goose StatementEnd\n-- +goose Down\nSELECT 1;\n",
        ),
    ];
    let dbmate = [
        ("20250101000000_people.sql", "-- migrate:up\n<first>\n-- migrate:down\n<back>"),
        ("20250102000000_names.sql", "-- migrate:up transaction:false\n<moves>\n-- migrate:down\n"),
    ];
    let sqlx = [("20250101000000_people.sql", "<first>"), ("20250102000000_names.sql", "<moves>")];
    let prisma = [
        ("20250101000000_people/migration.sql", "-- CreateTable\n<first>"),
        ("20250102000000_names/migration.sql", "<moves>"),
    ];
    let diesel = [
        ("2025-01-01-000000_people/up.sql", "<first>"),
        ("2025-01-01-000000_people/down.sql", "<back>"),
        ("2025-01-02-000000_names/up.sql", "<moves>"),
    ];
    let django = [
        ("0001_initial.sql", "BEGIN;\n--\n-- Create model People\n--\n<first>\nCOMMIT;\n"),
        ("0002_names.sql", "BEGIN;\n--\n-- Raw Python operation\n--\n<moves>\nCOMMIT;\n"),
    ];
    let alembic = [(
        "upgrade.sql",
        "BEGIN;\nCREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));\n\
         -- Running upgrade  -> a1\n<first>\nINSERT INTO alembic_version (version_num) VALUES ('a1') RETURNING alembic_version.version_num;\n\
         -- Running upgrade a1 -> b2\n<moves>\nUPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';\nCOMMIT;\n",
    )];
    let rails = [(
        "structure.sql",
        "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET search_path TO public;\n<first>\n<moves>\n\
         CREATE TABLE public.schema_migrations (version character varying NOT NULL PRIMARY KEY);\n\
         SET search_path TO \"$user\", public;\nINSERT INTO \"schema_migrations\" (version) VALUES ('20250102000000'), ('20250101000000');\n",
    )];
    let frameworks: [(&str, &[(&str, &str)]); 10] = [
        ("flyway", &flyway),
        ("golang-migrate", &pairs),
        ("goose", &goose),
        ("dbmate", &dbmate),
        ("sqlx", &sqlx),
        ("prisma", &prisma),
        ("diesel", &diesel),
        ("django", &django),
        ("alembic", &alembic),
        ("rails", &rails),
    ];
    for (framework, files) in frameworks {
        let files: Vec<(String, String)> =
            files.iter().map(|(path, form)| (format!("db/{path}"), fill(form))).collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let workspace = Workspace::new(&files);
        let said = import(&workspace, "db", "sql", 0);
        assert_eq!(text(&workspace, "schema/shop/schema.sql"), MADE, "{framework}: {said}");
    }
}

/// What the server lacks is told with its place, and read; nothing else is lost by it.
#[test]
fn what_does_not_run_is_read() {
    let workspace = Workspace::new(&[
        (
            "db/1_init.sql",
            "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";
CREATE EXTENSION postgis;
CREATE TABLE places (
    id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    name text UNIQUE NOT NULL,
    spot geometry(Point, 4326)
);
CREATE TABLE visitors (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), name text UNIQUE NOT NULL);
CREATE TABLE gone (spot geometry);
ALTER TABLE visitors OWNER TO somebody;
INSERT INTO visitors (name) VALUES ('ann');
",
        ),
        (
            "db/2_more.sql",
            "ALTER TABLE places ADD COLUMN height numeric;
DROP TABLE IF EXISTS gone;
CREATE INDEX CONCURRENTLY visitors_lower ON visitors (lower(name));
COPY visitors (name) FROM stdin;
it's
\\.
DO $$ BEGIN EXECUTE 'ALTER TABLE visitors ADD COLUMN age integer'; END $$;
",
        ),
    ]);
    let said = import(&workspace, "db", "sql", 0);
    insta::assert_snapshot!(format!("{said}\n{}", text(&workspace, "schema/shop/schema.sql")));
}

#[test]
fn migrations_on_a_platform_run_on_its_stub() {
    let workspace = Workspace::new(&[
        (
            "supabase/migrations/20250101000000_init.sql",
            "create extension if not exists \"uuid-ossp\" with schema extensions;
create table public.profiles (
    id uuid primary key references auth.users on delete cascade,
    token uuid default extensions.uuid_generate_v4(),
    nick text
);
alter table public.profiles enable row level security;
create policy \"own\" on public.profiles for select to authenticated using (auth.uid() = id);
create function public.handle_new_user() returns trigger language plpgsql security definer set search_path = '' as $$
begin insert into public.profiles (id) values (new.id); return new; end $$;
create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle_new_user();
insert into storage.buckets (id, name) values ('avatars', 'avatars');
create policy \"read\" on storage.objects for select using (bucket_id = 'avatars');
",
        ),
        (
            "supabase/migrations/20250102000000_tables.sql",
            "do $$ declare name text; begin
    foreach name in array array['posts', 'likes'] loop
        execute format('create table public.%I (id bigint generated always as identity primary key, owner uuid not null references public.profiles)', name);
        execute format('alter table public.%I enable row level security', name);
    end loop;
end $$;
",
        ),
    ]);
    let said = import(&workspace, "supabase", "sql", 1);
    insta::assert_snapshot!(format!(
        "{said}\n{}\n-- schema.toml\n{}",
        text(&workspace, "schema/shop/schema.sql"),
        text(&workspace, "schema/shop/schema.toml")
    ));
}

/// Where no server can be had, the migrations are read, and that is said.
#[test]
fn without_a_server_migrations_are_read() {
    let workspace = Workspace::new(&[("db/1_init.sql", "CREATE TABLE t (id integer PRIMARY KEY);\n")]);
    let output = workspace.run(&["import", "db", "--to", "sql", "--out", "schema/shop"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(
        told(&output).contains("warning: the migrations did not run: they are read"),
        "{}",
        told(&output)
    );
    assert_eq!(
        text(&workspace, "schema/shop/schema.sql"),
        "CREATE TABLE t (\n    id integer PRIMARY KEY\n);\n"
    );
}

#[test]
fn a_script_that_runs_code_is_run() {
    let script = "\
CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL);
DO $$
BEGIN
    FOR month IN 1..2 LOOP
        EXECUTE format('CREATE TABLE orders_%s (LIKE orders INCLUDING ALL)', month);
    END LOOP;
END
$$;
";
    let workspace = Workspace::new(&[("init.sql", script)]);
    import(&workspace, "init.sql", "sql", 0);
    let made = text(&workspace, "schema/shop/schema.sql");
    for table in ["orders", "orders_1", "orders_2"] {
        assert!(made.contains(&format!("CREATE TABLE {table} (")), "{made}");
    }
    assert!(!made.contains("EXECUTE format"), "{made}");
}
