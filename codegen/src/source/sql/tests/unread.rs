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
