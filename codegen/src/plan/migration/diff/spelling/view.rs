//! Views and materialized views: whether two statements make the same one.

use std::borrow::Cow;

use super::super::scope::Scope;
use crate::expr::query;
use crate::model::PgIdent;
use crate::model::token::{Cursor, canonical, tokens};

/// What a view says.
#[derive(Debug, PartialEq, Eq)]
struct View<'t> {
    /// What stands before its columns' names, and what says where and how it is stored.
    head: String,
    /// What is set by `WITH (…)`, sorted.
    options: Vec<(String, String)>,
    /// `LOCAL` or `CASCADED`, where rows are checked.
    check: Option<String>,
    /// Names of the columns, as far as they are listed.
    names: Vec<String>,
    query: Cow<'t, str>,
}

/// Tells whether two statements make the same view.
///
/// Whether a materialized view has rows when it is made is no part of it.
pub(in super::super) fn is_same(old: &str, new: &str, scope: Scope<'_>) -> bool {
    let (Some(old), Some(new)) = (read(old), read(new)) else { return false };
    if old.head != new.head || old.options != new.options || old.check != new.check {
        return false;
    }
    if old.names == new.names && canonical(&old.query) == canonical(&new.query) {
        return true;
    }
    let (Some(before), Some(after)) = (query::parse(&old.query), query::parse(&new.query)) else {
        return false;
    };
    scope.is_same_query((&before, &old.names), (&after, &new.names))
}

/// Returns the names that a view gives its columns, as far as it does, and its query.
pub(in super::super) fn parts(text: &str) -> Option<(Vec<String>, query::Query)> {
    let view = read(text)?;
    Some((view.names, query::parse(&view.query)?))
}

fn read(text: &str) -> Option<View<'_>> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("create").then_some(())?;
    _ = cursor.eat("or replace");
    let kinds = [("materialized view", "materialized view"), ("view", "view"), ("recursive view", "view")];
    let is_recursive = cursor.clone().eat("recursive");
    let mut head = cursor.eat_any(&kinds)?.to_owned();
    _ = cursor.eat("if not exists");
    let own_name = cursor.name()?.name;
    let (mut names, mut options) = (Vec::new(), Vec::new());
    if let Some(list) = cursor.group() {
        names = list
            .split()
            .iter_mut()
            .map(|part| Some(part.ident()?.as_str().to_owned()))
            .collect::<Option<_>>()?;
    }
    while !cursor.eat("as") {
        if cursor.eat("with") {
            options = cursor.group()?.split().into_iter().map(option).collect();
            options.sort_unstable();
        } else if cursor.eat("using") || cursor.eat("tablespace") {
            head.push_str(&format!(" {}", cursor.ident()?));
        } else {
            return None;
        }
    }
    let start = cursor.peek()?.start;
    let (mut end, mut check) = (own.len(), None);
    let ends = |end: usize, words: &[&str]| {
        let at = end.checked_sub(words.len());
        let tail = at.and_then(|at| own.get(at..end)).unwrap_or_default();
        !tail.is_empty() && tail.iter().zip(words).all(|(token, word)| token.is(word))
    };
    if ends(end, &["with", "no", "data"]) {
        end -= 3;
    } else if ends(end, &["with", "data"]) {
        end -= 2;
    } else if ends(end, &["check", "option"]) {
        let kinds = [
            (&["with", "local"] as &[_], "local"),
            (&["with", "cascaded"], "cascaded"),
            (&["with"], "cascaded"),
        ];
        let (words, kind) = kinds.into_iter().find(|(words, _)| ends(end - 2, words))?;
        end -= 2 + words.len();
        check = Some(kind.to_owned());
    }
    let last = own.get(end.checked_sub(1)?)?;
    let query = text.get(start..last.end())?;
    let query = match is_recursive {
        false => Cow::Borrowed(query),
        // It stands for this.
        true => {
            let listed: Vec<String> =
                names.iter().map(|name| PgIdent::new(name.as_str()).to_string()).collect();
            let listed = listed.join(", ");
            format!("WITH RECURSIVE {own_name} ({listed}) AS ({query}) SELECT {listed} FROM {own_name}")
                .into()
        }
    };
    Some(View { head, options, check, names, query })
}

/// Reads `name = value`; a name alone says that it is on.
fn option(mut part: Cursor<'_, '_>) -> (String, String) {
    let name = part.until(|token| token.is("=")).rest().to_lowercase();
    let value = if part.eat("=") { part.rest().trim_matches('\'').to_lowercase() } else { "true".to_owned() };
    (name, value)
}

#[cfg(test)]
mod tests {
    use super::Scope;

    fn is_same(old: &str, new: &str) -> bool {
        super::is_same(old, new, Scope::unknown())
    }

    /// Whether two queries make the same view.
    fn same(old: &str, new: &str) -> bool {
        is_same(&format!("CREATE VIEW v AS {old}"), &format!("CREATE VIEW public.v AS {new};"))
    }

    #[test]
    fn what_a_dump_writes_is_the_same() {
        assert!(same(
            "select id, name from users where active",
            " SELECT users.id,\n    users.name\n   FROM public.users\n  WHERE users.active"
        ));
        assert!(same(
            "select u.id as user_id, count(*) from users u inner join posts as p on p.author = u.id group by u.id",
            "SELECT u.id AS user_id,\n count(*) AS count\n FROM (public.users u\n JOIN public.posts p ON ((p.author = u.id)))\n GROUP BY u.id"
        ));
        assert!(same(
            "select a from t left outer join s on s.x = t.x left join r using (y) order by a asc",
            "SELECT a FROM ((t LEFT JOIN s ON ((s.x = t.x))) LEFT JOIN r USING (y)) ORDER BY a"
        ));
        assert!(same("select cast(a as int) as n from t", "SELECT (t.a)::integer AS n FROM t"));
        assert!(same(
            "select a from t union all select b from s -- both",
            "SELECT t.a FROM t UNION ALL SELECT s.b FROM s"
        ));
        assert!(same(
            "select public.f(x) as y, 'a'::public.mood as m from t",
            "SELECT f(t.x) AS y, 'a'::mood AS m FROM t"
        ));
    }

    #[test]
    fn what_says_something_else_is_not() {
        assert!(!same("select a from t", "select a from s"));
        assert!(!same("select a from t", "select a as b from t"));
        assert!(!same("select a from t order by a", "select a from t order by a desc"));
        assert!(!same("select t.a from t join s on true", "select s.a from t join s on true"));
        assert!(!same("select t.a from t join s on true", "select a from t join s on true"));
        assert!(!same("select \"A\" from t", "select a from t"));
        assert!(!same("select a from app.t", "select a from t"));
        assert!(!same("select a::text as a from t", "select a from t"));
        assert!(!same("select distinct a from t", "select a from t"));
        assert!(!same("select a - (b - c) as d from t", "select a - b - c as d from t"));
        assert!(!same("select a from t left join s using (x)", "select a from t join s using (x)"));
        // A name of the result goes before a column.
        assert!(!same("select b as a from t order by t.a", "select b as a from t order by a"));
        // A `*` stands for what is there when the view is made.
        assert!(!same("select * from t where (a)", "select * from t where a"));
        assert!(!same("select '1' from t", "select '1'::text from t"));
    }

    #[test]
    fn casts_of_what_is_not_known_are_kept() {
        assert!(!same("select a from t where state::text = 'open'", "select a from t where state = 'open'"));
    }

    #[test]
    fn what_stands_around_a_query() {
        assert!(is_same(
            "create view v (x, y) as select a, b from t",
            "CREATE VIEW v AS SELECT t.a AS x, t.b AS y FROM t"
        ));
        assert!(!is_same(
            "create view v (x) as select a, b from t",
            "CREATE VIEW v AS SELECT a AS x, b AS y FROM t"
        ));
        assert!(is_same(
            "create view v with (security_barrier) as select a from t with check option",
            "CREATE VIEW v WITH (security_barrier='true') AS SELECT a FROM t WITH CASCADED CHECK OPTION"
        ));
        assert!(!is_same(
            "create view v as select a from t with local check option",
            "create view v as select a from t with check option"
        ));
        assert!(!is_same(
            "create view v with (security_invoker = on) as select 1 as a",
            "create view v as select 1 as a"
        ));
        assert!(is_same(
            "create materialized view v as select a from t",
            "CREATE MATERIALIZED VIEW v AS SELECT t.a FROM t WITH NO DATA"
        ));
        assert!(!is_same(
            "create materialized view v as select a from t",
            "create view v as select a from t"
        ));
    }
}
