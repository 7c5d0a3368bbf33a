//! What is read of which text.

mod mistakes;
mod others;
mod print;
mod unread;

use insta::assert_snapshot;

use crate::config::Config;
use crate::diag::Sink;
use crate::source::Reading;
use crate::source::sql::FRONTEND;
use crate::source::sql::tests::print::print;
use crate::span::{Fragment, Sources};

/// Returns what is declared and what is said.
fn read(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.sql", text);
    let config = Config::for_name("a");
    let mut sink = Sink::default();
    let fragment = sources.fragment(file);
    let decls =
        (FRONTEND.parse)(&fragment, &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    let mut out = print(&decls);
    for found in sink.finish(&sources) {
        let at = sources.position(found.span);
        let severity = found.severity.as_str();
        out += &format!("{}:{} {severity} {}: {}\n", at.line, at.column, found.code, found.message);
    }
    out
}

#[test]
fn columns_and_everything_on_them() {
    assert_snapshot!(read(
        r#"
        create table if not exists Shop."Order Line" (
          Id bigint generated always as identity (start with 5) primary key,
          "Sku" varchar( 20 ) [] not null default 'it''s' collate "C",
          price numeric(10, 2) constraint positive check (price > 0) default -1.5,
          "user" uuid null references auth.users (id) match full on delete set null ("user") on update cascade
            deferrable initially deferred,
          slug ext.citext generated always as (lower(name)) stored constraint one_slug unique,
          at timestamp with time zone default now() not null,
          live boolean default TRUE,
          tags text[] storage external default '{}'::text[],
          odd int unique nulls not distinct,
          late int references t not enforced
        );
    "#
    ), @r#"
    table shop.Order Line
      id bigint pk identity always <start with 5>
      Sku varchar( 20 ) [] not-null default String:it's collate "C"
      price numeric(10, 2) default Number:-1.5 check positive <price > 0>
      user uuid null (user) -> auth.users(id) delete SetNull(["user"]) update Cascade match-full deferred
      slug ext.citext unique one_slug generated <lower(name)> stored=true
      at timestamp with time zone not-null default Expression:now()
      live boolean default Boolean:true
      tags text[] default Expression:'{}'::text[]
      odd int
      late int
      constraint unique (odd) include () nulls-not-distinct
    alter shop.Order Line
      <ALTER COLUMN "tags" SET storage external>
      <ADD FOREIGN KEY ("late") references t not enforced>
    "#);
}

#[test]
fn constraints_of_a_table() {
    assert_snapshot!(read(
        "
        CREATE UNLOGGED TABLE a (
          x int, y int,
          CONSTRAINT pk PRIMARY KEY (x, y) INCLUDE (z),
          UNIQUE NULLS NOT DISTINCT (y) DEFERRABLE,
          CONSTRAINT pos CHECK ((x > 0)) NO INHERIT,
          FOREIGN KEY (x, y) REFERENCES b,
          CONSTRAINT far FOREIGN KEY (x) REFERENCES s.b (id) ON DELETE RESTRICT NOT VALID,
          EXCLUDE USING gist (x WITH =, during WITH &&) WHERE (x > 1) INITIALLY DEFERRED,
          UNIQUE (x) WITH (fillfactor = 70),
          LIKE other INCLUDING ALL
        ) INHERITS (p) PARTITION BY RANGE (x) WITH (fillfactor = 10);
        CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
        CREATE TABLE q AS SELECT * FROM p;
    "
    ), @"
    table a tail <LIKE other INCLUDING ALL INHERITS (p) PARTITION BY RANGE (x) WITH (fillfactor = 10)>
      x int
      y int
      constraint pk pk (x, y) include (z)
      constraint unique (y) include () nulls-not-distinct deferrable
      constraint pos check <(x > 0)> no-inherit
      constraint (x, y) -> b()
      constraint far (x) -> s.b(id) delete Restrict
      constraint exclude <USING gist (x WITH =, during WITH &&) WHERE (x > 1)> deferred
    alter a
      <SET UNLOGGED>
      <ADD UNIQUE (x) WITH (fillfactor = 70)>
    table p1 tail <PARTITION OF p FOR VALUES FROM (1) TO (2)>
    verbatim table creates q names [p] <CREATE TABLE q AS SELECT * FROM p>
    ");
}

#[test]
fn changes_of_a_table() {
    assert_snapshot!(read(
        "
        ALTER TABLE ONLY s.a
          ADD COLUMN b int NOT NULL DEFAULT 1 UNIQUE, -- how many
          ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES q (z) NOT VALID,
          ADD PRIMARY KEY USING INDEX a_pk,
          ALTER COLUMN c SET NOT NULL, ALTER d DROP NOT NULL,
          ALTER e TYPE bigint, ALTER f TYPE bigint USING f::bigint,
          ALTER g SET DEFAULT 5, ALTER h DROP DEFAULT,
          DROP COLUMN IF EXISTS i CASCADE, DROP CONSTRAINT j,
          ENABLE ROW LEVEL SECURITY, OWNER TO me;
        ALTER TABLE a ADD c int, ADD d wrong(, ALTER e SET NOT NULL;
    "
    ), @r#"
    alter s.a
      add b int not-null unique default Number:1 "how many"
      add constraint f (b) -> q(z) not-valid
      <ADD PRIMARY KEY USING INDEX a_pk>
      c not-null true
      d not-null false
      e type bigint
      <ALTER f TYPE bigint USING f::bigint>
      g default Some("Number:5")
      h default None
      drop i
      drop constraint j
      <ENABLE ROW LEVEL SECURITY>
      <OWNER TO me>
    alter a
      add c int
      add d
    11:45 error sql-unterminated: this parenthesis is never closed
    11:46 error sql-syntax: not PostgreSQL: unexpected comma
    "#);
}

#[test]
fn indexes() {
    assert_snapshot!(read(
        "
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t USING btree
          (a DESC NULLS LAST, lower(b) text_pattern_ops, (c + d), f COLLATE \"C\" varchar_ops)
          INCLUDE (e) NULLS NOT DISTINCT WITH (fillfactor = 50) TABLESPACE q WHERE a > 1;
        CREATE INDEX ON t (a);
        CREATE INDEX o ON ONLY t (a);
    "
    ), @r#"
    on s.t index i (a {DESC NULLS LAST}, <lower(b)> {text_pattern_ops}, <c + d>, f {COLLATE "C" varchar_ops}) unique using btree include (e) nulls-not-distinct storage <WITH (fillfactor = 50) TABLESPACE q> where <a > 1>
    on t index (a)
    verbatim index creates o names [t] <CREATE INDEX o ON ONLY t (a)>
    "#);
}

#[test]
fn statements_of_a_few_words() {
    assert_snapshot!(read(
        r#"
        CREATE SCHEMA IF NOT EXISTS Shop;
        CREATE SCHEMA AUTHORIZATION me;
        CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
        -- How it feels.
        CREATE TYPE s.mood AS ENUM (
          'ok', -- fine
          'it''s bad'
        );
        CREATE TYPE pair AS (a int, b s.mood);
        COMMENT ON TABLE t IS E'line\none';
        COMMENT ON COLUMN s.t.c IS 'it''s';
        COMMENT ON TYPE mood IS NULL;
        COMMENT ON FUNCTION f(int) IS 'f';
        INSERT INTO s.t (a, b) VALUES (1, 'x'), (-2.5, NULL), (true, '');
        INSERT INTO t (a) VALUES (now());
        INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING;
    "#
    ), @r#"
    schema shop
    verbatim schema creates me names [] <CREATE SCHEMA AUTHORIZATION me>
    extension uuid-ossp
    enum s.mood "How it feels." ("ok" "fine", "it's bad")
    verbatim type creates pair names [s.mood] <CREATE TYPE pair AS (a int, b s.mood)>
    comment on table t: Some("line\none")
    comment on column c of s.t: Some("it's")
    comment on type mood: None
    comment on <FUNCTION f(int)>: Some("f")
    rows of s.t (a, b)
      Number:1, String:x
      Number:-2.5, Null:null
      Boolean:true, String:
    verbatim insert names [t, now] <INSERT INTO t (a) VALUES (now())>
    verbatim insert names [t] <INSERT INTO t (a) VALUES (1) ON CONFLICT>
    "#);
}

#[test]
fn carried_statements_say_what_they_make_and_name() {
    assert_snapshot!(read("
        CREATE OR REPLACE VIEW s.v AS WITH w AS (SELECT * FROM b) SELECT a.x, lower(f(w.y)) FROM s.a JOIN w ON true;
        CREATE MATERIALIZED VIEW m AS SELECT 1 FROM s.v;
        CREATE FUNCTION touch(row_in s.a, n int DEFAULT 1) RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN; END; $$;
        CREATE TRIGGER t BEFORE UPDATE ON s.a FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE POLICY own ON s.a FOR SELECT TO authenticated USING (owner_id = auth.uid() AND EXISTS (SELECT 1 FROM b));
        CREATE DOMAIN email AS citext CHECK (VALUE ~ '@');
        CREATE SEQUENCE s.q OWNED BY s.a.id;
        CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO b VALUES (1); INSERT INTO c VALUES (2));
        CREATE PROCEDURE p(a int) LANGUAGE sql AS $$ INSERT INTO b SELECT * FROM s.x $$;
        CREATE VIEW n AS SELECT nextval('s.\"Q\"'::regclass), \"Odd\".f(1);
        CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
        GRANT SELECT ON s.a, b TO reader;
        ALTER SEQUENCE s.q OWNED BY s.a.id;
        DO $$ BEGIN CREATE TYPE x AS ENUM ('a'); INSERT INTO s.a SELECT 1 FROM \"B\"; END $$;
    "), @r#"
    verbatim view creates s.v names [b, lower, f, s.a] <CREATE OR REPLACE VIEW s.v AS WITH w AS >
    verbatim materialized view creates m names [s.v] <CREATE MATERIALIZED VIEW m AS SELECT 1 F>
    verbatim function creates touch names [s.a] <CREATE FUNCTION touch(row_in s.a, n int >
    verbatim trigger names [s.a, touch] <CREATE TRIGGER t BEFORE UPDATE ON s.a FO>
    verbatim policy names [s.a, auth.uid, b] <CREATE POLICY own ON s.a FOR SELECT TO a>
    verbatim domain creates email names [citext] <CREATE DOMAIN email AS citext CHECK (VAL>
    verbatim sequence creates s.q names [s.a] <CREATE SEQUENCE s.q OWNED BY s.a.id>
    verbatim rule names [a, b, c] <CREATE RULE r AS ON INSERT TO a DO ALSO >
    verbatim procedure creates p names [b, s.x] <CREATE PROCEDURE p(a int) LANGUAGE sql A>
    verbatim view creates n names [nextval, s.Q, Odd.f] <CREATE VIEW n AS SELECT nextval('s."Q"':>
    verbatim function creates g names [] <CREATE FUNCTION g() RETURNS int BEGIN AT>
    verbatim grant names [s.a, b] <GRANT SELECT ON s.a, b TO reader>
    verbatim alter sequence names [s.q, s.a] <ALTER SEQUENCE s.q OWNED BY s.a.id>
    verbatim do names [x, s.a, B] <DO $$ BEGIN CREATE TYPE x AS ENUM ('a');>
    "#);
}

#[test]
fn what_is_no_schema() {
    assert_snapshot!(read(
        "
        \\set ON_ERROR_STOP on
        BEGIN; SET search_path = a;
        SELECT pg_catalog.set_config('search_path', '', false);
        COPY t (a, b) FROM stdin;
1	CREATE TABLE x (a int);
\\.
        \\connect other
        DROP TABLE IF EXISTS t;
        SELECT 1;
        UPDATE t SET a = 1;
        COMMIT;
        CREATE TABLE t (a int);
    "
    ), @"
    setting SET search_path = a
    table t
      a int
    setting RESET search_path
    2:9 info sql-skipped: skipped 2 psql commands
    3:9 info sql-skipped: skipped 5 statements of a session (transactions, settings, locks, COPY)
    6:1 info sql-skipped: skipped 1 block of COPY data
    9:9 info sql-skipped: skipped 1 statement of clearing away (DROP … IF EXISTS)
    10:9 warning sql-not-schema: `SELECT` is no part of a schema and was left out
    11:9 warning sql-not-schema: `UPDATE` is no part of a schema and was left out
    ");
}

#[test]
fn one_text_is_one_database() {
    assert_snapshot!(read(
        "
        CREATE DATABASE shop;
        \\c shop
        CREATE TABLE orders (id int);
        \\connect - admin
        \\c shop
        \\c -reuse-previous=on stock
        CREATE TABLE items (id int);
    "
    ), @"
    table orders
      id int
    table items
      id int
    2:9 warning sql-not-schema: `CREATE DATABASE` is no part of a schema and was left out
    3:9 info sql-skipped: skipped 4 psql commands
    7:9 error sql-other-database: goes on in another database, `stock`, in the same text
    ");
}

#[test]
fn comments_belong_to_what_they_stand_by() {
    assert_snapshot!(read(
        "
        -- ==========
        -- Not this one.

        -- Люди,
        -- які платять.
        CREATE TABLE users ( -- з великої літери
          id text PRIMARY KEY, -- u_...
          -- above name
          name text /* inside */ NOT NULL,
          /* above mail
           * in two lines */
          mail text -- behind mail
          ,
          kind text, -- a | b |
                     -- c
          -- far

          /* before last */ last text -- active | blocked
          -- constraint
          , CHECK (last <> '')
          -- nobody
        ); -- behind the end
        /* table */ CREATE TABLE b (x int /* x */, /* y */ y int);
    "
    ), @r#"
    table users "Люди,\nякі платять." "з великої літери" "behind the end"
      id text pk "u_..."
      name text not-null "above name" "inside"
      mail text "above mail\nin two lines" "behind mail"
      kind text "a | b |\nc"
      last text "before last" "active | blocked"
      constraint check <last <> ''>
    table b "table"
      x int "x"
      y int "y"
    "#);
}

#[test]
fn titles_are_known_by_one_that_is_sure() {
    assert_snapshot!(read(
        "
        create table orders (
          id bigint,
          -- Money
          subtotal int,
          tax int,
          -- Dates
          made date,
          sent date,
          -- who bought it
          buyer_id bigint,
          note text
        );
        "
    ), @r#"
    table orders
      id bigint
      subtotal int
      tax int
      made date
      sent date
      buyer_id bigint "who bought it"
      note text
    "#);
}

#[test]
fn a_title_above_one_column_describes_it_as_little() {
    assert_snapshot!(read(
        "
        create table members (
          -- Identity
          id uuid primary key,
          -- ===== Contact =====
          mail text,
          phone text,
          -- Audit
          made_at timestamptz,
          -- when the door was opened last
          opened_at timestamptz,
          -- Details
          details text
        );
        create table doors (
          -- Colour
          hue text,
          -- Metadata
          width int
        );
        "
    ), @r#"
    table members
      id uuid pk
      mail text
      phone text
      made_at timestamptz
      opened_at timestamptz "when the door was opened last"
      details text "Details"
    table doors
      hue text
      width int
    "#);
}

#[test]
fn a_comment_that_heads_several_columns_describes_none() {
    assert_snapshot!(read(
        "
        CREATE TABLE orders (
          -- Keys
          id uuid PRIMARY KEY,
          shop_id uuid,

          -- Where it goes
          street text,
          town text,

          -- When it was paid, if it was
          paid_at timestamptz,
          -- Timestamps
          created_at timestamptz,
          updated_at timestamptz,
          -- === Money ===
          total numeric,
          -- The note that the buyer left
          note text,
          kind text
        );
        CREATE TABLE shops (
          -- Name on the door
          name text,
          since date,
          -- Colour of the door
          colour text, -- red | blue
          hue text
        );
    "
    ), @r#"
    table orders
      id uuid pk
      shop_id uuid
      street text
      town text
      paid_at timestamptz "When it was paid, if it was"
      created_at timestamptz
      updated_at timestamptz
      total numeric
      note text "The note that the buyer left"
      kind text
    table shops
      name text "Name on the door"
      since date
      colour text "Colour of the door" "red | blue"
      hue text
    "#);
}

#[test]
fn rows_and_what_clears_away_are_counted() {
    assert_snapshot!(read(
        "
        DROP TABLE IF EXISTS a;
        DROP TYPE IF EXISTS b CASCADE;
        CREATE TABLE a (id int) WITH OIDS;
        \\copy a from stdin
1\tCREATE TABLE x (id int);
\\.
        SELECT lo_create(1);
        CREATE TABLE b (id int);
        DROP TABLE IF EXISTS b;
    "
    ), @"
    table a
      id int
    table b
      id int
    2:9 info sql-skipped: skipped 2 statements of clearing away (DROP … IF EXISTS)
    4:33 warning sql-not-postgresql: `WITH OIDS` is not PostgreSQL: rows have no hidden numbers since version 12; it was left out
    5:9 info sql-skipped: skipped 1 psql command
    6:1 info sql-skipped: skipped 1 block of COPY data
    8:9 warning sql-not-schema: `SELECT` is no part of a schema and was left out
    10:9 warning sql-not-schema: `DROP TABLE` is no part of a schema and was left out
    ");
}

#[test]
fn places_are_those_of_the_file_around_a_fence() {
    let mut sources = Sources::default();
    let text = "> Привіт\n> create table Ю (\n>   ключ int\n>     not null default 'ї' -- опис\n> );\n";
    let file = sources.add("a.md", text);
    let lines = text.split_inclusive('\n').scan(0_u32, |at, line| {
        let start = *at + 2;
        *at += u32::try_from(line.len()).unwrap();
        Some((line.strip_prefix("> ").unwrap(), start))
    });
    let fragment = Fragment::pieces(file, lines.skip(1));
    let config = Config::for_name("a");
    let mut sink = Sink::default();
    let decls =
        (FRONTEND.parse)(&fragment, &Reading { sources: &sources, inputs: &[], config: &config }, &mut sink);
    let [crate::source::decl::Decl::Table(table)] = decls.as_slice() else { panic!("one table") };
    let [column] = table.columns.as_slice() else { panic!("one column") };
    let place = |span| {
        let at = sources.position(span);
        (sources.text(span), at.line, at.column)
    };
    assert_eq!(place(table.name.name.span), ("Ю", 2, 16));
    assert_eq!(place(column.name.span), ("ключ", 3, 5));
    assert_eq!(place(column.nullable.as_ref().unwrap().span), ("not null", 4, 7));
    assert_eq!(place(column.default.as_ref().unwrap().span), ("'ї'", 4, 24));
    assert_eq!(place(column.notes.first().unwrap().span), ("опис", 4, 31));
}
