//! What documents say twice, alike and not, and what SQL in them names that is not there.

use super::{read, show};
use crate::model::lower;

/// Returns the findings without their labels and advice, and the statements that are carried.
fn check(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let (sources, decls, config, mut sink) = read(files);
    let schema = lower(decls, &config, &mut sink);
    let found = show::findings(sink, &sources);
    let found = found.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect();
    (found, schema.verbatim.into_iter().map(|data| data.text.node).collect())
}

#[test]
fn statements_said_twice_alike_are_one() {
    let (found, carried) = check(&[(
        "shop.sql",
        "create table a (id int primary key);
create policy p on a using (id > 0);
create view v as select 1;
create domain d as int;
create function f(int) returns int language sql as 'select 1';
create policy p on public.a using ((ID > 0));
create view public.v as SELECT 1;
create domain d as int;
create type pair;
create type pair (input = pair_in, output = pair_out);
create function F(INT) returns int language sql as 'select 1';
create function f(text) returns int language sql as 'select 1';",
    )]);
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(carried.len(), 7, "{carried:?}");
}

#[test]
fn statements_said_otherwise_are_conflicts() {
    let sql = "create table a (id int primary key);
create policy p on a using (true);
create view v as select 1;
create domain d as int;
create policy p on a using (false);
create or replace view v as select 2;
create domain d as text;";
    let (found, carried) = check(&[("shop.sql", sql)]);
    assert_eq!(
        found,
        [
            "shop.sql:5:1 error[conflicting-definition] the policy `p` is another one here",
            "shop.sql:6:1 warning[redefined] the view `v` is another one here",
            "shop.sql:7:1 error[conflicting-definition] the domain `d` is another one here",
        ]
    );
    assert!(carried.iter().any(|text| text.ends_with("select 2")), "{carried:?}");
    // A script goes from one definition to the next, but makes nothing of one name twice.
    let (found, _) = check(&[("schema.toml", "literal = true\n"), ("shop.sql", sql)]);
    assert_eq!(
        found,
        [
            "shop.sql:5:1 error[conflicting-definition] the policy `p` is another one here",
            "shop.sql:7:1 error[conflicting-definition] the domain `d` is another one here",
        ]
    );
}

#[test]
fn a_document_taken_at_its_word_has_one() {
    let (found, _) = check(&[
        ("schema.toml", "literal = true\n"),
        (
            "shop.md",
            "```sql
create table users (id int primary key, a int);
create table if not exists users (id int primary key);
```

```mermaid
erDiagram
  users {
    uuid id PK
    text more
  }
```
",
        ),
    ]);
    assert_eq!(
        found,
        [
            "shop.md:9:5 error[conflicting-column-type] `users.id` is `uuid` here",
            "shop.md:10:10 warning[carriers-disagree] `more` of `users` stands here and not in the SQL of the table",
        ]
    );
}

#[test]
fn sql_names_what_is_there() {
    let (found, _) = check(&[(
        "shop.sql",
        "create table a (id int primary key, b int check (b > 0), c int generated always as (id + 1) stored);
create policy p on a using (id = 1 and exists (select 1 from elsewhere.x where x.nosuch = a.id));
create view v as select b, lower('x') as n from a where id > 0 order by n;
create policy p on nosuch using (true);
create policy q on a using (nosuch = 1);
create view w as select nosuch from a;
alter table a add constraint k check (nosuch > 1);
create unique index i on a (id) where nosuch = 1;
grant select on nothing, v to public;",
    )]);
    assert_eq!(
        found,
        [
            "shop.sql:4:1 warning[unknown-reference] there is no table `nosuch`",
            "shop.sql:5:1 error[unknown-reference] `a` has no column `nosuch`",
            "shop.sql:6:1 error[unknown-reference] `a` has no column `nosuch`",
            "shop.sql:7:39 error[unknown-reference] `a` has no column `nosuch`",
            "shop.sql:8:1 error[unknown-reference] `a` has no column `nosuch`",
            "shop.sql:9:1 warning[unknown-reference] there is no table `nothing`",
        ]
    );
}

#[test]
fn expressions_are_sql() {
    let (found, _) = check(&[(
        "shop.dbml",
        "Table a {
  id int [pk]
  b timestamptz [default: `now(`]
  c int [check: `c > (`]
  d int [default: `1); drop table x; --`]
  e int [default: `1 -- one`]
  f int [default: `(1 + 2) * 3`]
  indexes {
    (`lower(`)
  }
}
",
    )]);
    let codes: Vec<&str> = found.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(codes, ["error[expression-not-sql]"; 5], "{found:?}");
}

#[test]
fn names_are_given_once() {
    let (found, _) = check(&[(
        "shop.sql",
        "create table a (id int primary key, b int constraint k unique, constraint u unique (id, b));
create table c (id int primary key, b int constraint k unique);
create index c on a (b);
alter table a add constraint u check (b > 0);
create type c as enum ('x');",
    )]);
    let lines: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(
        lines,
        [
            "shop.sql:2:54 error[name-taken] `k` is the name of a key here, and of a key elsewhere",
            "shop.sql:3:14 error[name-taken] `c` is the name of an index here, and of a table elsewhere",
            "shop.sql:4:30 error[name-taken] `u` is the name of a check here, and of a key elsewhere",
            "shop.sql:5:13 error[name-taken] `c` is the name of an enumerated type here, and of a table elsewhere",
        ]
    );
}

#[test]
fn one_definition_says_more_than_the_other() {
    let (found, _) = check(&[(
        "shop.md",
        "```sql
create table orgs (id int primary key);
create table users (id int primary key, a int not null, b int default 3, n int check (n > 0));
```

```sql
create table users (id int primary key, a int, b int, n int check (n >= 0));
```

### users

| Column | Type | Constraints |
|---|---|---|
| id | int | PK |
| a | int | UNIQUE |
| b | int | |
| n | int | |
",
    )]);
    let said: Vec<&str> =
        found.iter().filter_map(|line| line.split_once("] ").map(|(_, said)| said)).collect();
    assert_eq!(
        said,
        [
            "`users.a` is not null here, and not in the other definition",
            "`users.b` has the default `3` here, and not in the other definition",
            "`users.n` has the check `n >= 0` here, and not in the other definition",
            "`users.a` is unique here, and not in the SQL of the table",
        ]
    );
}

#[test]
fn words_repeat_what_an_index_of_prisma_says() {
    let (sources, decls, config, mut sink) = read(&[
        (
            "shop.md",
            "### User\n\n| Field | Type | Constraints |\n|---|---|---|\n| id | Int | PK |\n| mail | String | unique |\n",
        ),
        ("shop.prisma", "model User {\n  id   Int    @id\n  mail String @unique\n}\n"),
    ]);
    let schema = lower(decls, &config, &mut sink);
    assert!(show::findings(sink, &sources).is_empty());
    let table = schema.tables().next().expect("the table");
    assert_eq!((table.data.uniques.len(), table.data.indexes.len()), (0, 1));
}

#[test]
fn carried_rows_of_a_table_that_is_not_there_are_told() {
    let sql = "create table a (id int primary key, at timestamptz);
insert into a values (1, now());
insert into b values (1, now());";
    let (found, carried) = check(&[("shop.sql", sql)]);
    assert_eq!(found, ["shop.sql:3:13 error[unknown-reference] there is no table `b`"]);
    assert_eq!(carried.len(), 2, "{carried:?}");
}
