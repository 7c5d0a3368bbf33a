//! Functions, procedures and aggregates.

use super::attribute;
use super::scope::Scope;
use super::spelling::options;
use crate::model::QualifiedName;
use crate::model::routine::{self, Argument, canonical_type};
use crate::model::token::{Cursor, Kind, Token, is_same, text_value, tokens};

/// A routine.
#[derive(Clone, Debug)]
pub(super) struct Routine {
    /// `FUNCTION`, `PROCEDURE` or `AGGREGATE`.
    pub(super) kind: &'static str,
    /// Types of the arguments by which it is known, one after the other.
    pub(super) signature: String,
    /// Everything that `CREATE OR REPLACE` must leave as it is: names, modes and defaults of the arguments, what is returned.
    interface: Vec<String>,
    /// What the arguments are where they are left out.
    defaults: Vec<Option<String>>,
    /// Everything behind its head in one spelling, where all of it is known.
    attributes: Option<Vec<String>>,
    /// What an aggregate is made of, in any order.
    options: Option<Vec<(String, String)>>,
    /// The types that it names.
    pub(super) types: Vec<String>,
    /// The type of what it returns.
    returned: Option<String>,
    /// The statement, without `OR REPLACE`.
    pub(super) text: String,
    /// The body, where it is a text.
    pub(super) body: Option<String>,
    /// `sql`, `plpgsql`, in lower case.
    pub(super) language: String,
    /// What its body names was changed behind it: PostgreSQL would not take the body any more.
    pub(super) stale: bool,
}

impl Routine {
    /// Reads a `CREATE FUNCTION` and the like; gives its name too.
    pub(super) fn read(text: &str) -> Option<(QualifiedName, Self)> {
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        if !cursor.eat("create") {
            return None;
        }
        _ = cursor.eat("or replace");
        let kind = cursor.eat_any(&[
            ("function", "FUNCTION"),
            ("procedure", "PROCEDURE"),
            ("aggregate", "AGGREGATE"),
        ])?;
        let name = cursor.name()?;
        let arguments = cursor.group()?;
        let mut routine = Self {
            kind,
            signature: String::new(),
            interface: Vec::new(),
            defaults: Vec::new(),
            attributes: None,
            options: None,
            types: Vec::new(),
            returned: None,
            text: without_replace(text, &tokens),
            body: None,
            language: String::new(),
            stale: false,
        };
        routine.signature = routine::signature(arguments.clone())?;
        for argument in routine::arguments(arguments)?.0 {
            let default = if argument.default.is_some() { "=" } else { "" };
            routine.interface.push(format!("{} {} {}{default}", argument.mode, argument.name, argument.ty));
            routine.types.push(argument.ty);
            routine.defaults.push(argument.default);
        }
        if cursor.eat("returns") {
            let returned = returned(&mut cursor)?;
            routine.returned = returned.1.first().filter(|_| returned.1.len() == 1).cloned();
            routine.types.extend(returned.1);
            // What the arguments give back need not be said again.
            let is_said =
                routine.interface.iter().any(|it| it.starts_with("out ") || it.starts_with("inout "));
            if !is_said || returned.0.starts_with("setof ") {
                routine.interface.push(returned.0);
            }
        }
        if kind == "AGGREGATE" {
            routine.options = made_of(cursor.clone());
        }
        routine.attributes = attribute::read(cursor.clone()).filter(|_| kind != "AGGREGATE");
        routine.rest(cursor);
        Some((name, routine))
    }

    fn rest(&mut self, mut cursor: Cursor<'_, '_>) {
        while let Some(token) = cursor.next() {
            if token.is("language") {
                let name = cursor.next().map(|token| token.value.trim_matches('\'').to_lowercase());
                self.language = name.unwrap_or_default();
            } else if token.is("as")
                && let Some(text) = cursor.peek().filter(|text| text.kind == Kind::Text)
            {
                self.body = text_value(text.raw);
            }
        }
    }

    /// Tells whether it says itself where its names are.
    pub(super) fn sets_search_path(&self) -> bool {
        let own = tokens(&self.text);
        own.windows(2).any(|pair| matches!(pair, [set, path] if set.is("set") && path.is("search_path")))
    }

    /// Tells whether it returns rows of a table.
    pub(super) fn returns(&self, table: &QualifiedName) -> bool {
        self.returned.as_ref().is_some_and(|ty| crate::model::types::type_name(ty) == *table)
    }

    /// Tells whether it is the same but for its spelling.
    pub(super) fn is_same(&self, other: &Self, scope: Scope<'_>) -> bool {
        let is_same_default = |(at, (a, b)): (usize, (&Option<String>, &Option<String>))| match (a, b) {
            (Some(a), Some(b)) => {
                super::is_same_expression(a, b)
                    || self.types.get(at).is_some_and(|ty| scope.is_same_argument(a, b, ty))
            }
            (a, b) => a.is_none() && b.is_none(),
        };
        let is_same_aggregate = || self.options.is_some() && self.options == other.options;
        is_same(&self.text, &other.text)
            || self.kind == "AGGREGATE" && self.interface == other.interface && is_same_aggregate()
            || self.attributes.is_some()
                && self.attributes == other.attributes
                && self.interface == other.interface
                && self.defaults.iter().zip(&other.defaults).enumerate().all(is_same_default)
    }

    /// Tells whether `CREATE OR REPLACE` can make it of another one.
    pub(super) fn can_replace(&self, other: &Self) -> bool {
        self.kind == other.kind && self.kind != "AGGREGATE" && self.interface == other.interface
    }

    /// Returns what makes it of another one.
    pub(super) fn replace(&self) -> String {
        let rest = self.text.get("create".len()..).unwrap_or_default();
        format!("CREATE OR REPLACE{rest}")
    }
}

/// Returns what an aggregate is made of in the one spelling, without what is so anyway.
fn made_of(mut cursor: Cursor<'_, '_>) -> Option<Vec<(String, String)>> {
    let mut options = options::list(cursor.group()?)?;
    for (name, _) in &mut options {
        let new = match name.as_str() {
            "sfunc1" => "sfunc",
            "stype1" => "stype",
            "initcond1" => "initcond",
            _ => continue,
        };
        new.clone_into(name);
    }
    for (_, value) in options.iter_mut().filter(|(name, _)| name == "stype" || name == "mstype") {
        *value = canonical_type(value);
    }
    options.retain(|(name, value)| {
        let is_usual = match name.as_str() {
            "parallel" => value.trim() == "unsafe",
            "finalfunc_modify" | "mfinalfunc_modify" => value.trim() == "read_only",
            _ => false,
        };
        !is_usual
    });
    options.sort_unstable();
    cursor.is_done().then_some(options)
}

/// Returns a statement without `OR REPLACE`.
fn without_replace(text: &str, tokens: &[Token<'_>]) -> String {
    let word = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is(word));
    let end = tokens.last().map_or(0, Token::end);
    match tokens.get(3) {
        Some(third) if word(1, "or") && word(2, "replace") => {
            format!("CREATE {}", text.get(third.start..end).unwrap_or_default())
        }
        _ => text.get(..end).unwrap_or_default().to_owned(),
    }
}

/// Reads what follows `RETURNS`: its one spelling, and the types in it.
fn returned(cursor: &mut Cursor<'_, '_>) -> Option<(String, Vec<String>)> {
    if cursor.eat("table") {
        let columns = cursor.group()?.split().into_iter().map(Argument::read).collect::<Option<Vec<_>>>()?;
        let written: Vec<String> =
            columns.iter().map(|column| format!("{} {}", column.name, column.ty)).collect();
        return Some((
            format!("table({})", written.join(", ")),
            columns.into_iter().map(|column| column.ty).collect(),
        ));
    }
    let set = cursor.eat("setof");
    let ty = canonical_type(cursor.until(ends_type).rest());
    Some((format!("{}{ty}", if set { "setof " } else { "" }), vec![ty]))
}

/// Tells whether a word begins what follows the returned type.
fn ends_type(token: &Token<'_>) -> bool {
    const ENDS: &[&str] = &[
        "language",
        "as",
        "immutable",
        "stable",
        "volatile",
        "strict",
        "called",
        "returns",
        "security",
        "external",
        "cost",
        "rows",
        "set",
        "parallel",
        "leakproof",
        "not",
        "window",
        "support",
        "transform",
        "begin",
        "return",
    ];
    ENDS.iter().any(|word| token.is(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_routine_is_known_by_its_arguments() {
        let check = |text: &str, expected: &str| {
            let (name, routine) = Routine::read(text).unwrap();
            assert_eq!(format!("{}({})", name.plain(), routine.signature), expected);
        };
        check(
            "create function f(x int, y numeric(10,2) default 1) returns int language sql as $$ select 1 $$",
            "f(integer, numeric)",
        );
        check(
            "create or replace function app.f(out a int, variadic b text[]) as 'x' language c",
            "app.f(text[])",
        );
        check("create procedure p(a inout integer) language sql as $$ select 1 $$", "p(integer)");
        check(
            "create function f(double precision, timestamp with time zone) returns trigger language plpgsql as ''",
            "f(double precision, timestamptz)",
        );
        check(
            "create function f(m app.mood, t tab.col%type) returns void language sql as ''",
            "f(app.mood, tab.col%type)",
        );
    }

    #[test]
    fn only_what_keeps_its_interface_is_replaced() {
        let read = |text: &str| Routine::read(text).unwrap().1;
        let old = read("create function f(x int) returns int language sql as $$ select 1 $$");
        assert!(
            read("create function f(x integer) returns int4 language sql as $$ select 2 $$")
                .can_replace(&old)
        );
        assert!(
            !read("create function f(y int) returns int language sql as $$ select 2 $$").can_replace(&old)
        );
        assert!(
            !read("create function f(x int) returns bigint language sql as $$ select 2 $$").can_replace(&old)
        );
        assert_eq!(old.body.as_deref(), Some(" select 1 "));
    }

    #[test]
    fn spelling_is_no_difference() {
        let check = |a: &str, b: &str| {
            Routine::read(a).unwrap().1.is_same(&Routine::read(b).unwrap().1, Scope::unknown())
        };
        let written = "create or replace function f(x int default 1, out y text) as $$ select 'a' $$ language sql \
            volatile strict set search_path = public, pg_temp";
        assert!(check(
            written,
            "CREATE FUNCTION public.f(x integer DEFAULT 1, OUT y text) RETURNS text LANGUAGE sql STRICT \
             SET search_path TO 'public', 'pg_temp' AS $_$ select 'a' $_$"
        ));
        assert!(!check(written, &written.replace("volatile", "stable")));
        assert!(!check(written, &written.replace("'a'", "'b'")));
        assert!(!check(written, &written.replace("default 1", "default 2")));
        assert!(!check(written, &written.replace("public, pg_temp", "'public, pg_temp'")));
    }
    #[test]
    fn what_an_argument_is_where_it_is_left_out_is_compared_as_its_type() {
        let config = crate::plan::ledger::literal(&crate::config::Config::for_name("shop"));
        let is_same = |argument: &str, dumped: &str| {
            let text = |argument: &str| {
                format!(
                    "CREATE TYPE mood AS ENUM ('x'); CREATE FUNCTION f(a {argument}) RETURNS int LANGUAGE sql AS 'SELECT 1';"
                )
            };
            let [old, new] = [argument, dumped].map(|it| crate::plan::ledger::read_back(&text(it), &config));
            let side = |schema| crate::plan::migration::diff::Side { schema, config: &config };
            crate::plan::migration::diff::diff(side(&old), side(&new)).unwrap().is_empty()
        };
        assert!(is_same("text DEFAULT null", "text DEFAULT NULL::text"));
        assert!(is_same("varchar(20) = NULL", "character varying DEFAULT NULL::character varying"));
        assert!(is_same("interval = '5 seconds'", "interval DEFAULT '00:00:05'::interval"));
        assert!(is_same("text[] = NULL", "text[] DEFAULT NULL::text[]"));
        assert!(is_same("bigint = -1", "bigint DEFAULT '-1'::integer"));
        assert!(is_same("mood = 'x'", "mood DEFAULT 'x'::mood"));
        assert!(!is_same("text = NULL", "text = ''"));
        assert!(!is_same("interval = '5 seconds'", "interval = '6 seconds'"));
        assert!(!is_same("bigint = -1", "bigint = 1"));
        assert!(!is_same("mood = 'x'", "mood = NULL"));
    }
}
