//! What is read around mistakes.

use insta::assert_snapshot;

use super::read;

#[test]
fn a_mistake_costs_only_its_item() {
    assert_snapshot!(read(
        "
        CREATE TABLE a (
          id int PRIMARY KEY,
          mail text NOT NULL UNQUE,
          odd ???,
          ...
          name text DEFAULT 'abc,
          last int
        );
        CREATE TABLE b (
          id int CHECK (id > (2),
          z int
        CREATE TABLE c (id int) -- no end
        CREATE TABLE d (id int,, x int,);
        CREATE TABLE (id int);
        CREATE INDEX ON c (;
        CREATE FUNCTION f() RETURNS int AS $$ SELECT 1;
        CREATE TABLE e (...);
        some words
        CREATE TABLE f (id int); /* no end
        CREATE TABLE g (id int);
        ...
    "
    ), @r#"
    table a
      id int pk
      mail text not-null
      odd
      name text
      last int
    table b
      id int
      z int
    table c "no end"
      id int
    table d
      id int
      x int
    verbatim function names [] <CREATE FUNCTION f() RETURNS int AS $$ SE>
    table e
    table f
      id int
    table g
      id int
    4:30 error sql-syntax: not PostgreSQL: expected `,`
    5:15 error sql-syntax: not PostgreSQL: expected `)`
    6:11 warning sql-placeholder: `...` stands for something that is not written
    7:29 error sql-unterminated: this text is never closed
    10:24 error sql-unterminated: this parenthesis is never closed
    11:33 error sql-syntax: not PostgreSQL: expected `)`
    13:32 warning sql-no-semicolon: no semicolon between this statement and the next
    14:32 error sql-syntax: not PostgreSQL: unexpected comma
    15:9 error sql-syntax: `CREATE TABLE` without a name
    16:9 error sql-syntax: this statement was left out
    16:27 error sql-unterminated: this parenthesis is never closed
    17:9 warning sql-unchecked: this function is carried as it stands but could not be read
    17:44 error sql-unterminated: this dollar-quoted text is never closed
    18:25 warning sql-placeholder: `...` stands for something that is not written
    19:9 error sql-unknown-statement: `some words` is no statement of PostgreSQL
    20:34 error sql-unterminated: this comment is never closed
    20:43 warning sql-no-semicolon: no semicolon between this statement and the next
    22:9 warning sql-placeholder: `...` stands for something that is not written
    "#);
}

#[test]
fn an_unclosed_quote_ends_with_its_line() {
    assert_snapshot!(read(
        "
        INSERT INTO t (a) VALUES ('it's');
        CREATE TABLE a (x text DEFAULT 'y');
        CREATE TABLE \"b (x int);
        CREATE TABLE c (x text DEFAULT 'z');
    "
    ), @"
    table a
      x text default String:y
    table c
      x text default String:z
    2:9 error sql-syntax: this statement was left out
    2:40 error sql-unterminated: this text is never closed
    4:9 error sql-syntax: `CREATE TABLE` without a name
    4:22 error sql-unterminated: this quoted name is never closed
    ");
}

#[test]
fn placeholders_are_read_over_and_told_once() {
    assert_snapshot!(read(
        "
        CREATE TABLE {{schema}}.orders (id int PRIMARY KEY, total int);
        CREATE TABLE {{schema}}.items (id int, order_id int REFERENCES {{schema}}.orders (id)) {{on_cluster}};
        CREATE INDEX items_order ON @extschema@.items (order_id);
        CREATE TABLE :schema.notes (id int);
        CREATE VIEW v AS SELECT id FROM {{schema}}.orders;
        GRANT SELECT ON orders TO :reader;
        CREATE TABLE last (id int);
    "
    ), @"
    table orders
      id int pk
      total int
    table items
      id int
      order_id int (order_id) -> orders(id)
    on items index items_order (order_id)
    table notes
      id int
    table last
      id int
    2:22 warning sql-placeholder: `{{schema}}` stands for something that is not written, and was read over (3 times)
    3:96 warning sql-placeholder: `{{on_cluster}}` stands for something that is not written, and was read over
    4:37 warning sql-placeholder: `@extschema@` stands for something that is not written, and was read over
    5:22 warning sql-placeholder: `:schema` stands for something that is not written, and was read over
    6:41 warning sql-placeholder: `{{schema}}` stands for something that is not written
    7:35 warning sql-placeholder: `:reader` stands for something that is not written
    ");
}

#[test]
fn an_index_with_a_mistake_behind_its_columns_is_read() {
    assert_snapshot!(read(
        "CREATE TABLE a (id int, at int); CREATE INDEX i ON a (at) SOMEHOW; CREATE INDEX k ON a (id) TABLESPACE;"
    ), @"
    table a
      id int
      at int
    on a index i (at)
    1:59 error sql-syntax: not PostgreSQL: expected command, found a name
    1:103 error sql-syntax: not PostgreSQL: expected name
    ");
}

/// A parser that recurses must not see what would overflow its stack, and must not overflow short of that.
#[test]
fn depth_is_limited_before_parsing() {
    let deep = |before: &str, part: &str, behind: &str, times: usize| {
        read(&format!(
            "create table t (a int, b int default {}1{}, c int);",
            format!("{before}{part}").repeat(times),
            behind.repeat(times)
        ))
    };
    for (before, part, behind) in [
        ("(", "", ")"),
        ("", "not ", ""),
        ("- ", "", ""),
        ("1 + ", "", ""),
        ("f(", "", ")"),
        ("array[", "", "]"),
        ("case when true then ", "", " end"),
        ("(select ", "", ")"),
        ("", "", "::int"),
        ("", "", "[1]"),
        ("", "", " at time zone 'utc'"),
        ("x.", "", ""),
    ] {
        let over = deep(before, part, behind, 100_000);
        assert!(over.contains("sql-too-deep"), "{before}{part}{behind}: {over:.200}");
        assert!(
            over.contains("  a int\n") && over.contains("  c int\n"),
            "the other columns are read: {over:.200}"
        );
        // Just below the limit, on the small stack of a test's thread.
        deep(before, part, behind, 150);
    }
    for times in [150, 100_000] {
        let body = format!("select {}1{}", "(".repeat(times), ")".repeat(times));
        let said = read(&format!(
            "create function f() returns int language sql as $$ {body} $$; create table t (a int);"
        ));
        assert_eq!(said.contains("sql-unchecked"), times > 150, "{said:.200}");
        assert!(said.contains("  a int\n"));
    }
}
