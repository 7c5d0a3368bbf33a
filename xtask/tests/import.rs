//! Imports: a source that nobody wrote for the tool becomes documents that make the same.

#![expect(clippy::unwrap_used, reason = "a test may panic, it is how it speaks")]

mod migrations;
mod pagila;

use std::path::Path;
use std::process::{Command, Output};

use crate::workspace::{Workspace, told};

const DUMP: &str = r"--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TYPE public.state AS ENUM (
    'open',
    'paid'
);

CREATE TABLE public.orders (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    state public.state DEFAULT 'open'::public.state NOT NULL,
    total numeric(10,2),
    CONSTRAINT orders_total_check CHECK ((total > (0)::numeric))
);

COMMENT ON TABLE public.orders IS 'What was bought.';
COMMENT ON COLUMN public.orders.total IS 'In euros, | and never below nothing';

CREATE SEQUENCE public.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;

CREATE TABLE public.users (
    id bigint NOT NULL,
    email character varying(80) NOT NULL
);

ALTER TABLE ONLY public.orders ALTER COLUMN id SET DEFAULT nextval('public.orders_id_seq'::regclass);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT one_account UNIQUE (email);

CREATE INDEX by_user ON public.orders USING btree (user_id);

CREATE INDEX recent ON public.orders USING btree (id DESC) WHERE (total IS NOT NULL);

ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
";

fn text(workspace: &Workspace, path: &str) -> String {
    std::fs::read_to_string(workspace.folder.path().join(path)).unwrap()
}

/// Runs a command from where the tool's own workspace is: the server is a program of its own, which is built there.
fn run_with_server(workspace: &Workspace, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("--root")
        .arg(workspace.folder.path())
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap())
        .output()
        .unwrap()
}

/// Imports, and asserts that `gen` takes what comes out and that it makes what the source does.
fn import(workspace: &Workspace, source: &str, to: &str, code: i32) -> String {
    let output =
        run_with_server(workspace, &["import", source, "--to", to, "--out", "schema/shop", "--force"]);
    assert_eq!(output.status.code(), Some(code), "{}", told(&output));
    let generated = workspace.run(&["gen", "shop"]);
    assert_eq!(generated.status.code(), Some(0), "{}", told(&generated));
    told(&output)
}

fn is_the_same(workspace: &Workspace, source: &str) {
    let output = workspace.run(&["plan", "--from", source, "--to", "shop"]);
    assert!(told(&output).contains("nothing to do"), "{}", told(&output));
}

#[test]
fn a_dump_becomes_dbml() {
    let workspace = Workspace::new(&[("dump.sql", DUMP)]);
    let said = import(&workspace, "dump.sql", "dbml", 0);
    is_the_same(&workspace, "dump.sql");
    insta::assert_snapshot!(format!(
        "{said}\n{}\n-- schema.sql\n{}\n-- schema.toml\n{}",
        text(&workspace, "schema/shop/schema.dbml"),
        text(&workspace, "schema/shop/schema.sql"),
        text(&workspace, "schema/shop/schema.toml"),
    ));
}

#[test]
fn a_dump_becomes_markdown() {
    let workspace = Workspace::new(&[("dump.sql", DUMP)]);
    import(&workspace, "dump.sql", "markdown", 0);
    is_the_same(&workspace, "dump.sql");
    insta::assert_snapshot!(text(&workspace, "schema/shop/schema.md"));
}

#[test]
fn a_dump_becomes_sql() {
    let workspace = Workspace::new(&[("dump.sql", DUMP)]);
    import(&workspace, "dump.sql", "sql", 0);
    is_the_same(&workspace, "dump.sql");
    insta::assert_snapshot!(text(&workspace, "schema/shop/schema.sql"));
}

#[test]
fn migrations_are_applied_in_the_order_of_their_numbers_without_their_parts_down() {
    let goose = |up: &str, down: &str| format!("-- +goose Up\n{up}\n-- +goose Down\n{down}\n");
    let workspace = Workspace::new(&[
        (
            "db/2_create.sql",
            &goose("CREATE TABLE users (id bigint PRIMARY KEY, nick text);", "DROP TABLE users;"),
        ),
        (
            "db/10_rename.sql",
            &goose(
                "ALTER TABLE users RENAME COLUMN nick TO name;",
                "ALTER TABLE users RENAME COLUMN name TO nick;",
            ),
        ),
        ("db/9_fill.sql", &goose("ALTER TABLE users ALTER COLUMN nick SET NOT NULL;", "SELECT 1;")),
    ]);
    import(&workspace, "db", "dbml", 0);
    insta::assert_snapshot!(text(&workspace, "schema/shop/schema.dbml"), @r#"
    Table users {
      id bigint [pk]
      name text [not null]
    }
    "#);
    let toml = text(&workspace, "schema/shop/schema.toml");
    assert!(toml.contains("[migrations]\nlayout = \"goose\"\n"), "{toml}");
    assert!(toml.contains("snake_case: 1 of 1 tables, 2 of 2 columns"), "{toml}");
}

const TABLE: &str = "CREATE TABLE users (id bigint PRIMARY KEY);\n";
const ADD: &str = "ALTER TABLE users ADD COLUMN name text;\n";
const GONE: &str = "DROP TABLE users;\n";

/// Files with their texts.
type Files = &'static [(&'static str, &'static str)];

#[test]
fn every_runner_is_known_by_its_files() {
    let all: [(Files, Option<&str>); 7] = [
        (
            &[("m/000001_a.up.sql", TABLE), ("m/000001_a.down.sql", GONE), ("m/000002_b.up.sql", ADD)],
            Some("golang-migrate"),
        ),
        (
            &[
                ("m/20250101000000_a.up.sql", TABLE),
                ("m/20250101000000_a.down.sql", GONE),
                ("m/20250102000000_b.up.sql", ADD),
            ],
            Some("sqlx"),
        ),
        (&[("m/V1.9__a.sql", TABLE), ("m/V1.10__b.sql", ADD), ("m/U1.9__a.sql", GONE)], Some("flyway")),
        (
            &[
                ("m/20250101000000_a/migration.sql", TABLE),
                ("m/20250102000000_b/migration.sql", ADD),
                ("m/migration_lock.toml", ""),
            ],
            None,
        ),
        (
            &[
                ("m/2025-01-01-000000_a/up.sql", TABLE),
                ("m/2025-01-01-000000_a/down.sql", GONE),
                ("m/2025-01-02-000000_b/up.sql", ADD),
                ("m/2025-01-02-000000_b/down.sql", ""),
            ],
            None,
        ),
        (
            &[
                ("supabase/migrations/20250101000000_a.sql", TABLE),
                ("supabase/migrations/20250102000000_b.sql", ADD),
            ],
            Some("supabase"),
        ),
        (
            &[
                (
                    "m/1_a.sql",
                    "-- migrate:up\nCREATE TABLE users (id bigint PRIMARY KEY);\n-- migrate:down\nDROP TABLE users;\n",
                ),
                ("m/2_b.sql", "-- migrate:up\nALTER TABLE users ADD COLUMN name text;\n-- migrate:down\n"),
            ],
            Some("dbmate"),
        ),
    ];
    for (files, layout) in all {
        let workspace = Workspace::new(files);
        let folder = files[0].0.split('/').next().unwrap();
        import(&workspace, folder, "dbml", 0);
        let dbml = text(&workspace, "schema/shop/schema.dbml");
        assert_eq!(dbml, "Table users {\n  id bigint [pk]\n  name text\n}\n", "{layout:?}");
        let toml = text(&workspace, "schema/shop/schema.toml");
        match layout {
            Some(layout) => assert!(toml.contains(&format!("layout = \"{layout}\"")), "{toml}"),
            None => assert!(!toml.contains("layout"), "{toml}"),
        }
    }
}

#[test]
fn tables_of_the_platform_are_drawn() {
    let workspace = Workspace::new(&[(
        "supabase/migrations/1_init.sql",
        "CREATE TABLE profiles (id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE, name text);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON profiles USING (id = auth.uid());
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
",
    )]);
    for to in ["dbml", "markdown", "sql"] {
        let said = import(&workspace, "supabase", to, 1);
        assert!(said.contains("supabase/migrations/1_init.sql:4:"), "{said}");
        assert!(said.contains("not imported: a change of the platform's `storage.objects`"), "{said}");
        let toml = text(&workspace, "schema/shop/schema.toml");
        assert!(toml.contains("external = [\"auth.users\"]"), "{toml}");
        assert!(toml.contains("[platform]\nname = \"supabase\"\nforeign-keys = true\n"), "{toml}");
        let er = text(&workspace, "docs/er/shop/README.md");
        assert!(er.contains("auth.users"), "{to}: {er}");
        std::fs::remove_dir_all(workspace.folder.path().join("schema/shop")).unwrap();
    }
}

#[test]
fn what_is_there_is_not_overwritten() {
    let workspace = Workspace::new(&[("dump.sql", DUMP), ("schema/shop/schema.toml", "# mine\n")]);
    let before = workspace.tree();
    let output = workspace.run(&["import", "dump.sql", "--to", "sql", "--out", "schema/shop"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("schema/shop/schema.toml is there already"), "{}", told(&output));
    assert_eq!(workspace.tree(), before);
    let output = workspace.run(&["import", "nowhere.sql", "--to", "sql", "--out", "schema/other"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

/// Asserts that nothing is written, with this message.
fn refused(workspace: &Workspace, source: &str, messages: &[&str]) {
    let before = workspace.tree();
    let output = workspace.run(&["import", source, "--to", "sql", "--out", "schema/other"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    for message in messages {
        assert!(told(&output).contains(message), "{message}: {}", told(&output));
    }
    assert_eq!(workspace.tree(), before);
}

#[test]
fn what_cannot_be_imported_is_told_for_what_it_is() {
    let workspace = Workspace::new(&[
        ("db/dump.sql", DUMP),
        ("bare/notes.txt", "nothing"),
        ("empty.sql", "-- nothing\n"),
    ]);
    workspace.write("own.dump", b"PGDMP\x01\x0e\x00binary".as_slice());
    workspace.write("own.sql", b"PGDMP\x01\x0e\x00\xff\xfe".as_slice());
    workspace.write("packed.sql", b"\x1f\x8b\x08\x00\xff".as_slice());
    refused(
        &workspace,
        "db/dmp.sql",
        &["there is no file or folder `db/dmp.sql`", "did you mean `dump.sql`?", "paths are relative to"],
    );
    refused(&workspace, "./nowhere", &["there is no file or folder `./nowhere`"]);
    refused(&workspace, "shop", &["there is no schema `shop`"]);
    refused(&workspace, "bare", &["`bare` holds nothing to read: no .sql file in it"]);
    refused(&workspace, "empty.sql", &["empty.sql has nothing to import: no table, type, view or function"]);
    refused(&workspace, "own.sql", &["this is a dump in pg_dump's own format", "pg_restore --schema-only"]);
    refused(&workspace, "own.dump", &["this is a dump in pg_dump's own format"]);
    refused(&workspace, "packed.sql", &["this is compressed", "gunzip"]);
    refused(
        &workspace,
        "mysql://ann:sesame@db/shop",
        &["error: a database at `mysql://` cannot be read; PostgreSQL's URLs begin with `postgresql://`"],
    );
}

#[test]
fn what_has_no_place_is_said() {
    let workspace = Workspace::new(&[(
        "notes.md",
        "# Shop\n\n## ID prefixes\n\n- `u_` — user\n- `o_` — order\n\n## Tables\n\n```sql\nCREATE TABLE users (\n    id text PRIMARY KEY -- u_...\n);\n```\n",
    )]);
    let output = workspace.run(&[
        "import",
        "notes.md",
        "--to",
        "dbml",
        "--out",
        "schema/shop",
        "--name",
        "corner_shop",
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let said = told(&output);
    assert!(
        said.contains("notes.md:5:") && said.contains("not imported: the list of 2 ID prefixes"),
        "{said}"
    );
    assert!(text(&workspace, "schema/shop/schema.toml").contains("title = \"Corner shop\""));
    assert!(text(&workspace, "schema/shop/schema.dbml").contains("note: 'Begins with `u_`.'"));
}

#[test]
fn exceptions_are_silenced_with_the_share_that_is_none() {
    let mut sql = String::new();
    for at in 0..11 {
        sql.push_str(&format!(
            "CREATE TABLE t{at} (id bigint PRIMARY KEY, t0_id bigint REFERENCES t0 (id));\n"
        ));
        if at != 7 {
            sql.push_str(&format!("CREATE INDEX ON t{at} (t0_id);\n"));
        }
    }
    sql.push_str("ALTER TABLE t3 ADD COLUMN \"fullName\" text;\n");
    let workspace = Workspace::new(&[("dump.sql", &sql)]);
    import(&workspace, "dump.sql", "markdown", 0);
    let toml = text(&workspace, "schema/shop/schema.toml");
    assert!(
        toml.contains(
            "at = \"t7.t0_id\"\nreason = \"10 of 11 foreign keys have an index; this one has none\""
        ),
        "{toml}"
    );
    assert!(
        toml.contains("at = \"t3.fullName\"\nreason = \"33 of 34 names are in snake_case; this one is not\""),
        "{toml}"
    );
    let output = workspace.run(&["lint", "shop"]);
    assert!(told(&output).contains("no findings"), "{}", told(&output));
}

/// What no crate can be called is a folder's name all the same: what is imported there says another.
#[test]
fn a_name_that_no_crate_can_have_is_generated_from() {
    for name in ["shop__old", "1st"] {
        let workspace = Workspace::new(&[("dump.sql", DUMP)]);
        let said = workspace.run(&["import", "dump.sql", "--to", "dbml", "--out", &format!("schema/{name}")]);
        assert_eq!(said.status.code(), Some(0), "{}", told(&said));
        let said = workspace.run(&["gen", name]);
        assert_eq!(said.status.code(), Some(0), "{}", told(&said));
    }
}
