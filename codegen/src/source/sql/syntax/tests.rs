//! Squawk itself says what the tree of a statement is, what its literals mean, and what is wrong with it.

use squawk_syntax::ast::{AstNode, Literal};
use squawk_syntax::{SourceFile, SyntaxNode, SyntaxToken};

use super::parse;

/// Compares with squawk; gives whether it had to be asked for mistakes.
fn compare(text: &str) -> Option<bool> {
    let expected = std::panic::catch_unwind(|| {
        let parse = SourceFile::parse(text);
        (parse.errors(), parse)
    });
    let (Ok((errors, expected)), Some(tree)) = (expected, parse(text)) else {
        assert!(parse(text).is_none(), "a tree where squawk gives up: {text}");
        return None;
    };
    assert_eq!(tree.errors, errors, "{text}");
    let root = expected.syntax_node();
    let ours = (0..).zip(tree.elements.iter()).map(|(at, element)| (element.kind, tree.bounds(at)));
    let theirs = root.descendants_with_tokens().map(|element| {
        let range = element.text_range();
        (element.kind(), (range.start().into(), range.end().into()))
    });
    assert!(ours.eq(theirs), "{text}");
    for (ours, theirs) in tree.root().descendants().zip(root.descendants()) {
        assert_eq!(ours.extent(), extent(&theirs), "{:?} in {text}", ours.kind());
        assert_eq!(
            ours.parent().map(|node| (node.kind(), node.extent())),
            theirs.parent().map(|node| (node.kind(), extent(&node)))
        );
        assert!(
            ours.children().map(|node| node.kind()).eq(theirs.children().map(|node| node.kind())),
            "{text}"
        );
        let value = Literal::cast(theirs).and_then(|literal| literal.string_value());
        assert_eq!(ours.string(), value, "{text}");
    }
    Some(super::doubt::is_due(&tree))
}

/// Returns the bytes that a node covers, white space and comments at its ends left out.
fn extent(node: &SyntaxNode) -> (usize, usize) {
    let solid = |token: &SyntaxToken| !token.kind().is_trivia();
    let first = std::iter::successors(node.first_token(), SyntaxToken::next_token).find(solid);
    let last = std::iter::successors(node.last_token(), SyntaxToken::prev_token).find(solid);
    let range = node.text_range();
    let start = first.map_or(range.start(), |token| token.text_range().start());
    let end = last.map_or(range.end(), |token| token.text_range().end());
    if end < start || start > range.end() || end < range.start() {
        return (range.start().into(), range.start().into());
    }
    (start.into(), end.into())
}

#[test]
fn plain_statements_are_in_no_doubt() {
    for text in [
        "create table a.t (id bigint generated always as identity primary key, n numeric(12, 2) not null default 0.5 check (n >= 0))",
        "create table t (s varchar(9) default 'it''s' check (s in ('a', 'b') and s not in ('c')), v vector(3), l left_kind)",
        "create table t (m timestamptz default now(), foreign key (m) references u (m) on delete set null)",
        "create unique index i on t using gin (a jsonb_path_ops, (lower(b))) where a ->> 'x' is not null",
        "comment on column t.c is 'What it is'",
        "create policy p on t for select to r using (user_id = auth.uid() or name = current_user)",
        "create type t as enum ('a', 'b')",
        "insert into t (a, b) values (1, 'x'), (null, true)",
    ] {
        assert_eq!(compare(text), Some(false), "{text}");
    }
}

#[test]
fn what_squawk_finds_behind_its_grammar_is_found() {
    for text in [
        "create table t (a)",
        "create table left (a int)",
        "create table t (a int default default)",
        "create table t (a varchar(1 + 1), b numeric(variadic 2), c decimal(order by 1))",
        "create table t (a int check (a in ()), check (a in b), check (a overlaps b))",
        "create table t (a int check (a = any (array[1])), check (any (a)), check (coalesce() = 1))",
        "create table t (a text default U&'\\zzzz')",
        "create table U&\"\\zzzz\" (a text)",
        "create table t (a text default 'x' /* no */ 'y')",
        "create table t (a text default 'x'\n'y')",
        "create table t (a int default (select 1 from b join c))",
        "create index i on t ((= a)) where left = 1",
        "create index i on t (a +++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++++* b)",
        "alter table t alter a set storage nothing",
        "create function f() returns int language sql as $$ select ( $$",
        "create table t (a int) create table u (b int)",
        "create view v as select distinct on () a from t",
        "create table p partition of t for values with (modulus 2)",
        "",
        "-- nothing\n",
        "create table",
        "create table t (a int,, b int",
    ] {
        compare(text);
    }
}

#[test]
fn statements_of_every_kind_have_the_tree_of_squawk() {
    for text in [
        "create function f(a int default 1) returns int language sql as $$ select a + 1 from t $$",
        "create function g() returns trigger language plpgsql as $$ begin new.at := now(); return new; end $$",
        "create procedure p() language sql as 'insert into t values (1)'",
        "create view v as with w as (select 1 as a) select w.a::text from w join u using (a) where a is not null",
        "create materialized view m as select distinct a, count(*) over (partition by b) from t group by a",
        "create trigger g before update or delete on t for each row when (old.* is distinct from new.*) execute function g()",
        "create domain d as text collate \"C\" check (value ~ '^a' and value like 'a%' escape '!')",
        "create type c as (a int, b text[])",
        "create sequence s as int increment by 2 owned by t.a",
        "create table p partition of t for values from ('2020-01-01') to (maxvalue) partition by hash (a)",
        "create table e (like t including all, exclude using gist (r with &&) where (a > 0) deferrable) with (fillfactor = 70)",
        "alter table only s.t add column if not exists a int references u on delete cascade not valid, alter b type text using b::text",
        "alter type m add value 'b' after 'a'",
        "grant select (a), insert on t to r with grant option",
        "do $$ begin perform 1; end $$",
        "comment on function f(int) is null",
        "insert into t values (1, E'a\\'b', U&'\\0041', $q$ x $q$, B'01', -1, default)",
        "select setval('s', 1, false), left('a', 1), current_schema, interval '1 day' at time zone 'utc'",
        "set standard_conforming_strings = on",
    ] {
        compare(text);
    }
}

#[test]
fn statements_of_one_shape_share_a_tree() {
    for (one, other, is_shared) in [
        ("create table t (a int default 1)", "CREATE TABLE \"Some t\" (longer int DEFAULT 12345)", true),
        ("comment on table a.b is 'c' -- d", "comment on table x.yy is 'it''s' /* e */", true),
        ("create index on t (a) where b > 0.5", "create index on t (aa) where bb > 1e9", true),
        ("create table t (a int)", "create table t (a  int)", true),
        ("create table t (a int)", "create table t (a int )", false),
        ("create table t (a int)", "create table t (int int)", false),
        ("create table t (a int)", "create table t (a text[])", false),
        ("create table t (a int default 1)", "create table t (a int default 1.5)", false),
        ("create index on t ((a -> 'b'))", "create index on t ((a - > 'b'))", false),
        // What a name or a value says matters to these.
        ("create table t (a text default E'x')", "create table t (a text default E'\\xzz')", false),
        ("create table U&\"a\" (a text)", "create table U&\"\\zzzz\" (a text)", false),
        ("create table t (a int default 1)", "create table t (a int default 1a)", false),
        ("create table t (a int default 0x1)", "create table t (a int default 0xg)", false),
        ("create table \"a\" (a int)", "create table \"\" (a int)", false),
        ("select a.b", "select a .5", false),
    ] {
        compare(one);
        compare(other);
        let (Some(one_tree), Some(other_tree)) = (parse(one), parse(other)) else { panic!("{one}, {other}") };
        let is = std::rc::Rc::ptr_eq(&one_tree.elements, &other_tree.elements);
        assert_eq!(is, is_shared, "{one}, {other}");
    }
}
