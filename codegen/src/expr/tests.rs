use super::*;

#[test]
fn lists_of_values_in_every_dress() {
    let check = |sql: &str, expected: Option<(&str, &[&str])>| {
        let found = parse(sql).unwrap().in_list();
        let expected = expected.map(|(c, v)| (c.to_owned(), v.iter().map(|v| (*v).to_owned()).collect()));
        assert_eq!(found, expected, "{sql}");
    };
    check("mode in ('a','it''s')", Some(("mode", &["a", "it's"])));
    check(
        "((mode)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        Some(("mode", &["a", "b"])),
    );
    check("\"Mode\" = 'a' OR \"Mode\" = 'b'", Some(("Mode", &["a", "b"])));
    check("mode IS NULL OR mode IN ('a', 'b')", Some(("mode", &["a", "b"])));
    check("mode = 'a' or other = 'b'", None);
    check("mode not in ('a', 'b')", None);
    check("amount > 0", None);
    check("mode in (1, 2)", None);
}

#[test]
fn plain_lists_are_those_that_may_be_written_anew() {
    let check = |sql: &str, expected: bool| {
        assert_eq!(parse(sql).unwrap().plain_in_list().is_some(), expected, "{sql}")
    };
    check("mode in ('a','b')", true);
    check("mode in ('a'::text, 'b')", false);
    check("lower(mode) in ('a', 'b')", false);
    check("mode = 'a' or mode = 'b'", false);
}

#[test]
fn names_in_an_expression() {
    assert_eq!(parse("lower(t.Email) = \"Email\" and a > a").unwrap().columns(), ["email", "Email", "a"]);
    assert_eq!(parse("a > make_interval(days => b)").unwrap().columns(), ["a", "b"]);
    assert_eq!(parse("a b"), None);
    assert_eq!(parse(&"(".repeat(100_000)), None);
}

#[test]
fn functions_in_an_expression() {
    assert_eq!(parse("f(g(1)) + Auth.UID() + f(2)").unwrap().functions(), ["f", "g", "auth.uid"]);
    assert_eq!(parse("a > 1").unwrap().functions(), Vec::<String>::new());
}

#[test]
fn the_same_in_another_spelling() {
    let check = |a: &str, b: &str, expected: bool| {
        let (a, b) = (parse(a).unwrap_or_else(|| panic!("{a}")), parse(b).unwrap_or_else(|| panic!("{b}")));
        assert_eq!(a.is_same(&b), expected, "{a:?} and {b:?}");
        assert_eq!(b.is_same(&a), expected, "{b:?} and {a:?}");
    };
    check("a > 0", "((A > 0))", true);
    check("\"a\" = 'x'", "a = 'x'::text", true);
    check("\"A\" = 'x'", "a = 'x'", false);
    check("cast(a as INT)", "a::integer", true);
    check("a::int4 != 1", "(a)::integer <> 1", true);
    check(
        "mode in ('a', 'b')",
        "((mode)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
        true,
    );
    check("mode in ('a', 'b')", "mode in ('b', 'a')", false);
    check("a = 'x'", "a = 'X'", false);
    check("a + b * c", "a + (b * c)", true);
    check("(a + b) * c", "a + b * c", false);
    check("a and b and c", "(a and b) and c", true);
    // PostgreSQL keeps what is joined on the right by itself.
    check("a and b and c", "a and (b and c)", false);
    check("a or b and c", "a or (b and c)", true);
    check("(a or b) and c", "a or b and c", false);
    check("d > '2020-01-01'::date", "d > '2020-01-01'", false);
    check("now()", "NOW()", true);
    check("lower(a)", "upper(a)", false);
    check("a like 'x%'", "a ~~ 'x%'::text", true);
    check("a not in ('x', 'y')", "(a <> ALL (ARRAY['x'::text, 'y'::text]))", true);
    check("a between 1 and 2", "((a >= 1) AND (a <= 2))", true);
    check("current_timestamp", "CURRENT_TIMESTAMP", true);
    check("-1", "'-1'::integer", true);
    check("a in ('x')", "a = 'x'::text", true);
    check("a not in (1)", "a <> 1", true);
    check("a ~ '^x'", "(a)::text ~ '^x'::text", true);
    // What SQL writes with words is printed with words, or as the function that it stands for.
    check("trim(a) <> ''", "(TRIM(BOTH FROM a) <> ''::text)", true);
    check("trim('x' from a) <> ''", "(TRIM(BOTH 'x'::text FROM a) <> ''::text)", true);
    check("trim(a, 'x') <> ''", "(TRIM(BOTH 'x'::text FROM a) <> ''::text)", true);
    check("trim(leading from a) <> ''", "(TRIM(LEADING FROM a) <> ''::text)", true);
    check("trim(a) <> ''", "(TRIM(LEADING FROM a) <> ''::text)", false);
    check("trim(a) <> ''", "(btrim(a) <> ''::text)", false);
    check("a similar to 'x'", "(a ~ similar_to_escape('x'::text))", true);
    check("a not similar to 'x' escape '#'", "(a !~ similar_to_escape('x'::text, '#'::text))", true);
    check("a like 'x' escape '#'", "(a ~~ like_escape('x'::text, '#'::text))", true);
    check("a not ilike 'x' escape ''", "(a !~~* like_escape('x'::text, ''::text))", true);
    check("a like 'x' escape '#'", "a like 'x'", false);
    check("substring(a from '^x') = 'y'", "(\"substring\"(a, '^x'::text) = 'y'::text)", true);
    check("substring(a, 1, 2) = 'y'", "(\"substring\"(a, 1, 2) = 'y'::text)", true);
    check("substring(a, 1, 2) = 'y'", "(SUBSTRING(a FROM 1 FOR 2) = 'y'::text)", false);
    check("case when a then 'x' end", "CASE WHEN a THEN 'x'::text ELSE NULL END", true);
    check("case when a then b > 1 end", "CASE WHEN a THEN (b > 1) ELSE NULL::boolean END", true);
    check("case when a then b end", "CASE WHEN a THEN b ELSE NULL::boolean END", false);
    check("a #>> '{x,y}' = 'z'", "((a #>> '{x,y}'::text[]) = 'z'::text)", true);
}

#[test]
fn types_of_columns_tell_which_casts_are_spelling() {
    let columns = |name: &str| {
        let ty = match name {
            "name" | "code" => "varchar",
            "note" => "text",
            "n" => "integer",
            "big" => "bigint",
            "price" => "numeric",
            "rate" => "double precision",
            "small" => "real",
            "fixed" => "char(3)",
            "sized" => "numeric(10,2)",
            "at" => "timestamptz",
            "day" => "date",
            "local" => "timestamp",
            "mood" => "mood",
            "kind" => "Kind",
            "data" => "jsonb",
            _ => return None,
        };
        Some(ty.to_owned())
    };
    let check = |a: &str, b: &str, expected: bool| {
        let spelt = |text: &str| parse(text).unwrap_or_else(|| panic!("{text}")).spelt(&columns, None);
        let (a, b) = (spelt(a), spelt(b));
        assert_eq!(a.is_as_spelt(&b), expected, "{a:?} and {b:?}");
    };
    // What PostgreSQL prints of what was written.
    check("price >= 0 and price < 100", "((price >= (0)::numeric) AND (price < (100)::numeric))", true);
    check("price between 0 and 1", "((price >= (0)::numeric) AND (price <= (1)::numeric))", true);
    check("price in (1, 2)", "(price = ANY (ARRAY[(1)::numeric, (2)::numeric]))", true);
    check("price * n > big", "((price * (n)::numeric) > (big)::numeric)", true);
    check("rate > n", "(rate > (n)::double precision)", true);
    check("coalesce(price, 0) = 0", "(COALESCE(price, (0)::numeric) = (0)::numeric)", true);
    check("lower(name) = name", "(lower((name)::text) = (name)::text)", true);
    check("name = code", "((name)::text = (code)::text)", true);
    check("name || '-' || n", "(((name)::text || '-'::text) || n)", true);
    check("char_length(trim(name)) > 2", "(char_length(trim((name)::text)) > 2)", false);
    check("substring(name, 1, 2) = 'a'", "(substring((name)::text, 1, 2) = 'a'::text)", true);
    check("substring(name from 1 for 2) = 'a'", "(SUBSTRING(name FROM 1 FOR 2) = 'a'::text)", true);
    check("substring(name::text from 1 for 2) = 'a'", "(SUBSTRING(name FROM 1 FOR 2) = 'a')", false);
    check("trim(name) <> ''", "(TRIM(BOTH FROM (name)::text) <> ''::text)", false);
    check("name similar to 'a'", "((name)::text ~ similar_to_escape('a'::text))", true);
    check("name like 'a' escape '#'", "((name)::text ~~ like_escape('a'::text, '#'::text))", true);
    check("position('a' in name) > 0", "(POSITION(('a'::text) IN (name)) > 0)", true);
    check("coalesce(big, 0) = n", "(COALESCE(big, (0)::bigint) = n)", true);
    check("big in (1, 2)", "(big = ANY (ARRAY[(1)::bigint, (2)::bigint]))", true);
    check("big = any (array[1, 2])", "(big = ANY (ARRAY[1, 2]))", true);
    check("big in (1, 2)", "(big = ANY (ARRAY[1, 2]))", false);
    check("big = any (array[1, 2]::bigint[])", "(big = ANY (ARRAY[(1)::bigint, (2)::bigint]))", true);
    check("big = any (array[1::bigint, 2])", "(big = ANY (ARRAY[(1)::bigint, (2)::bigint]))", true);
    check("fixed in ('a', 'b')", "(fixed = ANY (ARRAY['a'::bpchar, 'b'::bpchar]))", true);
    check("fixed in ('a', 'b')", "((fixed)::text = ANY (ARRAY['a'::text, 'b'::text]))", false);
    check("note = any ('{a,b}')", "(note = ANY ('{a,b}'::text[]))", true);
    check("greatest(n, big) > 1", "(GREATEST((n)::bigint, big) > 1)", true);
    check("name in ('a', 'b')", "((name)::text = ANY ((ARRAY['a'::varchar, 'b'::varchar])::text[]))", true);
    check("name in ('a', 'b')", "((name)::text = ANY (ARRAY['a'::text, 'b'::text]))", false);
    check(
        "name in ('a', 'b')",
        "((name)::text = ANY (ARRAY[('a'::varchar)::text, ('b'::varchar)::text]))",
        true,
    );
    check("coalesce(name, 'x') = 'a'", "(COALESCE((name)::text, 'x'::text) = 'a'::text)", false);
    check("name = any (array['a', 'b'])", "((name)::text = ANY (ARRAY['a'::text, 'b'::text]))", true);
    check("name::text in ('a', 'b')", "((name)::text = ANY (ARRAY['a'::text, 'b'::text]))", true);
    check(
        "name not in ('a', 'b')",
        "((name)::text <> ALL ((ARRAY['a'::varchar, 'b'::varchar])::text[]))",
        true,
    );
    check("name = any ('{a,b}')", "((name)::text = ANY ('{a,b}'::text[]))", true);
    check("note in ('a', 'b')", "(note = ANY (ARRAY['a'::text, 'b'::text]))", true);
    check(
        "unknown in ('a', 'b')",
        "((unknown)::text = ANY ((ARRAY['a'::varchar, 'b'::varchar])::text[]))",
        true,
    );
    check("fixed = 'a'::text", "((fixed)::text = 'a'::text)", true);
    check("fixed = 'a'::text", "fixed = 'a'", false);
    check("fixed = any (array['a', 'b'])", "((fixed)::text = ANY (ARRAY['a'::text, 'b'::text]))", true);
    check("upper(fixed) = 'A'", "(upper((fixed)::text) = 'A'::text)", true);
    check("length(fixed) = 3", "(length((fixed)::text) = 3)", false);
    check("coalesce(name, 'x') = 'a'", "((COALESCE(name, 'x'::varchar))::text = 'a'::text)", true);
    check(
        "coalesce(name, 'x'::text) = 'a'",
        "((COALESCE(name, ('x'::text)::varchar))::text = 'a'::text)",
        true,
    );
    check("coalesce(name, 'x'::text) = 'a'", "coalesce(name, 'x') = 'a'", false);
    check("coalesce(note, name) = 'a'", "(COALESCE(note, (name)::text) = 'a'::text)", true);
    check("coalesce(note, 'x'::text) = 'a'", "coalesce(note, 'x') = 'a'", true);
    check(
        "case when n > 0 then name else 'x' end = 'a'",
        "((CASE WHEN (n > 0) THEN name ELSE 'x'::varchar END)::text = 'a'::text)",
        true,
    );
    check(
        "to_tsvector('english', name) is null",
        "(to_tsvector('english'::regconfig, (name)::text) IS NULL)",
        true,
    );
    check("to_tsvector('english', note) is null", "(to_tsvector('german'::regconfig, note) IS NULL)", false);
    check("setweight(v, 'A') is null", "(setweight(v, 'A'::\"char\") IS NULL)", true);
    check("day >= '2020-1-1'", "(day >= '2020-01-01'::date)", true);
    check("date_part('year', day) > 2000", "(date_part('year'::text, day) > (2000)::double precision)", true);
    check("nullif(name, '') is null", "(NULLIF((name)::text, ''::text) IS NULL)", true);
    check("data @> '{\"a\":1}'", "(data @> '{\"a\": 1}'::jsonb)", true);
    check("small > 1", "(small > (1)::double precision)", true);
    check("big > 3000000000", "(big > '3000000000'::bigint)", true);
    check("price > 1.5", "(price > 1.5)", true);
    check("fixed = 'a'", "(fixed = 'a'::bpchar)", true);
    check("mood in ('a', 'b')", "(mood = ANY (ARRAY['a'::public.mood, 'b'::mood]))", true);
    check("mood <> 'a'", "(mood <> 'a'::public.mood)", true);
    check("kind in ('a', 'b')", "(kind = ANY (ARRAY['a'::public.\"Kind\", 'b'::\"Kind\"]))", true);
    check("kind = any (array['a', 'b']::\"Kind\"[])", "kind in ('a', 'b')", true);
    check("kind = 'a'", "kind = 'a'::kind", false);
    check("local > '2020-01-01'", "(local > '2020-01-01 00:00:00'::timestamp without time zone)", true);
    check(
        "at at time zone 'UTC' > '2020-01-01'",
        "((at AT TIME ZONE 'UTC'::text) > '2020-01-01 00:00:00'::timestamp)",
        true,
    );
    check("at < now() + interval '1 week'", "(at < (now() + '7 days'::interval))", true);
    check("day > date '2020-01-01'", "(day > '2020-01-01'::date)", true);
    check("(data ->> 'n')::int > 3", "(((data ->> 'n'::text))::integer > 3)", true);
    check("extract(year from day) > 2000", "(EXTRACT(year FROM day) > (2000)::numeric)", true);
    check("note::text = lower(note)", "(note = lower(note))", true);
    check("name is distinct from code", "((name)::text IS DISTINCT FROM (code)::text)", true);
    check("n is distinct from 3", "(n IS DISTINCT FROM 3)", true);
    // What the author asks for.
    check("n > 2000", "((n)::numeric > (2000)::numeric)", false);
    check("n = 5", "((n)::text = '5'::text)", false);
    check("n = '5'", "((n)::text = '5'::text)", false);
    check("mood = 'a'", "((mood)::text = 'a'::text)", false);
    check("at > '2020-01-01'", "((at)::date > '2020-01-01'::date)", false);
    check("price = n", "((price)::integer = n)", false);
    check("n / 2 > 1", "(((n)::numeric / (2)::numeric) > (1)::numeric)", false);
    check("f(name)", "f((name)::text)", false);
    check("count(name)", "count((name)::text)", false);
    check("day > '2020-01-01'", "((day)::timestamp > '2020-01-01 00:00:00'::timestamp)", false);
    check(
        "exists (select 1 from other where other.n = price)",
        "exists (select 1 from other where (other.n)::numeric = price)",
        false,
    );
    let default = |text: &str, ty: &str| parse(text).unwrap().spelt(&types::unknown, Some(ty));
    let check = |ty: &str, a: &str, b: &str, expected: bool| {
        assert_eq!(default(a, ty).is_as_spelt(&default(b, ty)), expected, "{ty} {a} {b}");
    };
    check("mood", "'a'", "'a'::public.mood", true);
    check("Kind", "'a'", "'a'::public.\"Kind\"", true);
    check("interval", "'1 hour'", "'01:00:00'::interval", true);
    check("timestamptz", "now() + interval '1 day'", "(now() + '1 day'::interval)", true);
    check("date", "now()", "(now())::date", false);
    check("numeric", "0", "(0)::numeric", false);
    check("bigint", "'0'", "'0'::bigint", true);
    check("bit(3)", "b'101'", "'101'::\"bit\"", true);
    check("time", "'10:00'", "'10:00:00'::time without time zone", true);
    check("jsonb", "'{\"b\":1,\"a\":[]}'", "'{\"a\": [], \"b\": 1}'::jsonb", true);
    check("json", "'{\"a\":1}'", "'{\"a\": 1}'::json", false);
    check("bigint", "0", "'0'::bigint", false);
    check("integer", "-1", "'-1'::integer", true);
    check("text", "'a'", "'b'", false);
    check("varchar(5)", "null", "NULL::character varying", true);
    check("char(5)", "null", "NULL::bpchar", true);
    check("varchar(5)", "null", "NULL::text", false);
    check("varchar(5)", "'a'", "'a'::character varying", true);
    check("varchar(5)", "'a'::text", "'a'::character varying", false);
    check("timestamp(3)", "'2020-01-01'", "'2020-01-01 00:00:00'::timestamp without time zone", true);
    check("double precision", "'0.0000'", "'0'::double precision", true);
    check("bytea", "''", "'\\x'::bytea", true);
    check("interval", "interval '1' day", "'1 day'::interval", true);
    check("interval", "interval '1' month", "'1 day'::interval", false);
    check("timestamptz", "now() + '30 days'", "(now() + '30 days'::interval)", true);
    check("timestamptz", "now() - '2020-01-01'", "(now() - '2020-01-01'::interval)", false);
    check("integer", "f(array['a'])", "public.f(ARRAY['a'::text])", true);
    check("integer", "f(1)", "own.f(1)", false);
    check("integer", "currval('s')", "currval('public.s'::regclass)", true);
    check("integer", "nextval('s'::text)", "nextval(('s'::text)::regclass)", true);
    check("integer", "nextval('s'::text)", "nextval('s'::regclass)", false);
    check("text", "'x' || nextval('s')", "('x'::text || nextval('public.s'::regclass))", true);
}

#[test]
fn nothing_overflows_the_stack() {
    for (before, behind) in
        [("1+", ""), ("(", ")"), ("not ", ""), ("f(", ")"), ("", "::int"), ("- ", ""), ("a.", "")]
    {
        assert_eq!(parse(&format!("{}1{}", before.repeat(100_000), behind.repeat(100_000))), None);
        if let Some(expr) = parse(&format!("{}1{}", before.repeat(150), behind.repeat(150))) {
            assert!(expr.is_same(&expr.clone()), "{before}{behind}");
            _ = (expr.columns(), expr.functions(), expr.in_list());
        }
    }
}

#[test]
fn only_enclosing_parentheses_come_off() {
    assert_eq!(unwrap(" ((a > 0)) "), "a > 0");
    assert_eq!(unwrap("(a) or (b)"), "(a) or (b)");
    assert_eq!(unwrap("(a = ')')"), "a = ')'");
}
