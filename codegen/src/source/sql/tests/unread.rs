//! What PostgreSQL takes and the parser does not, and what psql leaves out.

use insta::assert_snapshot;

use super::read;

#[test]
fn a_column_may_be_called_exclude() {
    assert_snapshot!(read(
        "
        CREATE TABLE lists (exclude integer NOT NULL, Exclude text, name text, CHECK (exclude > 0), EXCLUDE (name WITH =));
        ALTER TABLE lists ADD exclude text DEFAULT 'x', ADD EXCLUDE USING hash (exclude WITH =);
    "
    ), @r#"
    table lists
      exclude integer not-null
      exclude text
      name text
      constraint check <exclude > 0>
      constraint exclude <(name WITH =)>
    alter lists
      add exclude text default String:x
      add constraint exclude <USING hash (exclude WITH =)>
    "#);
}

#[test]
fn elements_of_an_exclusion_constraint_have_classes_and_directions() {
    assert_snapshot!(read(
        "
        CREATE TABLE bookings (
          name text,
          EXCLUDE USING gist (name gist_trgm_ops (siglen = 32) WITH %, (lower(name)) COLLATE \"C\" DESC NULLS LAST WITH =) WHERE (name <> ''),
          EXCLUDE (app.f(name, 1) text_ops WITH OPERATOR(pg_catalog.=)) INITIALLY DEFERRED
        );
    "
    ), @r#"
    table bookings
      name text
      constraint exclude <USING gist (name gist_trgm_ops (siglen = 32) WITH %, (lower(name)) COLLATE "C" DESC NULLS LAST WITH =) WHERE (name <> '')>
      constraint exclude <(app.f(name, 1) text_ops WITH OPERATOR(pg_catalog.=))> deferred
    "#);
}

#[test]
fn of_alternatives_of_psql_one_is_read() {
    assert_snapshot!(read(
        "
\\if :{?strict}
CREATE TABLE a (id int);
\\else
CREATE TABLE b (id int);
\\endif
\\if false
CREATE TABLE c (id int);
\\endif
CREATE TABLE d (id int);
    "
    ), @r#"
    table a
      id int
    table d
      id int
    2:1 info sql-skipped: skipped 5 psql commands
    5:1 warning sql-not-schema: stands in a branch of `\if` that is not taken, and was left out
    8:1 warning sql-not-schema: stands in a branch of `\if` that is not taken, and was left out
    "#);
}

#[test]
fn a_key_of_a_column_is_carried_with_how_it_is_stored() {
    assert_snapshot!(read(
        "
        CREATE TABLE t (
          a int CONSTRAINT one UNIQUE NULLS NOT DISTINCT WITH (fillfactor = 50),
          b int PRIMARY KEY USING INDEX TABLESPACE fast DEFERRABLE
        );
    "
    ), @r#"
    table t
      a int
      b int
    alter t
      <ADD CONSTRAINT one UNIQUE NULLS NOT DISTINCT ("a") WITH (fillfactor = 50)>
      <ADD PRIMARY KEY ("b") USING INDEX TABLESPACE fast DEFERRABLE>
    "#);
}

#[test]
fn what_is_let_go_where_it_is_there_is_let_go() {
    assert_snapshot!(read(
        "
        DO $$ BEGIN
          IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 'doors' AND column_name = 'hue') THEN
            ALTER TABLE doors RENAME COLUMN hue TO colour;
          END IF;
          IF EXISTS (SELECT FROM pg_constraint WHERE conname = 'one') THEN
            ALTER TABLE public.doors DROP CONSTRAINT one;
          END IF;
          ALTER INDEX IF EXISTS a RENAME TO b;
        END $$;
        DO $$ BEGIN
          IF EXISTS (SELECT FROM pg_extension WHERE extname = 'doors') THEN
            ALTER TABLE doors DROP COLUMN hue;
          END IF;
        END $$;
        DO $$ BEGIN
          IF to_regclass('doors') IS NOT NULL THEN ALTER TABLE doors RENAME TO gates; END IF;
        END $$;
    "
    ), @r#"
    alter doors
      <RENAME COLUMN hue TO colour>
    alter public.doors
      drop constraint one
    verbatim alter index names [a] <ALTER INDEX IF EXISTS a RENAME TO b>
    verbatim do names [pg_extension, doors] <DO $$ BEGIN IF EXISTS (SELECT FROM pg_ex>
    verbatim do names [doors] <DO $$ BEGIN IF to_regclass('doors') IS N>
    "#);
}

#[test]
fn names_are_cut_as_postgresql_cuts_them() {
    let long = format!("CREATE TABLE {} (\"ї{}\" int);", "t".repeat(70), "ї".repeat(40));
    assert_eq!(
        read(&long).lines().take(2).collect::<Vec<_>>(),
        [format!("table {}", "t".repeat(63)), format!("  {} int", "ї".repeat(31))]
    );
    assert!(read(&long).contains("sql-long-name"));
}

#[test]
fn a_body_between_single_dollars_ends_with_its_statement() {
    assert_snapshot!(read(
        "
        CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $ SELECT 1; SELECT 2 $;
        CREATE FUNCTION two() RETURNS int LANGUAGE sql AS $a$ SELECT 1 $b$;
        CREATE TABLE behind (id int);
    "
    ), @"
    verbatim function names [] <CREATE FUNCTION two() RETURNS int LANGUA>
    table behind
      id int
    2:59 error sql-unterminated: the body of `CREATE FUNCTION one() RETURNS int LANGUA…` stands between single `$`
    3:9 warning sql-unchecked: this function is carried as it stands but could not be read
    3:59 error sql-unterminated: this dollar-quoted text is never closed
    ");
}

#[test]
fn a_query_that_makes_a_table_is_carried_as_one() {
    assert_snapshot!(read(
        r#"
        SELECT id, name INTO copies FROM parcels WHERE id > 3;
        SELECT (SELECT 1) AS one INTO UNLOGGED TABLE yard."Few" FROM parcels;
        SELECT id INTO TEMP few FROM parcels;
        SELECT 'into' AS word;
        CREATE TABLE kept AS SELECT id FROM parcels;
    "#
    ), @r#"
    verbatim table creates copies names [parcels] <CREATE TABLE copies AS SELECT id, name F>
    verbatim table creates yard.Few names [parcels] <CREATE UNLOGGED TABLE yard."Few" AS SELE>
    verbatim table creates kept names [parcels] <CREATE TABLE kept AS SELECT id FROM parc>
    4:9 warning sql-not-schema: `SELECT … INTO` of a temporary table was left out
    5:9 warning sql-not-schema: `SELECT` is no part of a schema and was left out
    "#);
}

#[test]
fn rows_with_calls_are_carried() {
    assert_snapshot!(read(
        "
        INSERT INTO parcels (id, at) VALUES (1, now()), (2, DEFAULT);
        INSERT INTO parcels VALUES (3, 'x');
        INSERT INTO parcels (id) SELECT n FROM generate_series(1, 3) n;
        INSERT INTO parcels (id) VALUES (4) ON CONFLICT DO NOTHING;
    "
    ), @"
    verbatim insert names [parcels, now] <INSERT INTO parcels (id, at) VALUES (1, >
    verbatim insert names [parcels] <INSERT INTO parcels VALUES (3, 'x')>
    verbatim insert names [parcels, generate_series] <INSERT INTO parcels (id) SELECT n FROM g>
    verbatim insert names [parcels] <INSERT INTO parcels (id) VALUES (4) ON C>
    ");
}
