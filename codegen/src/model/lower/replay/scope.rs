//! Whose columns the names in a statement are: a name alone is one of the nearest query that has a table with such a column.

use std::collections::BTreeSet;

use super::drop::part_of;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Token, name_of};
use crate::source::decl::VerbatimDecl;

/// Words that end what stands in a `FROM`, and so are no other names of a table.
const NO_ALIAS: [&str; 32] = [
    "where",
    "on",
    "using",
    "join",
    "inner",
    "left",
    "right",
    "full",
    "cross",
    "natural",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "fetch",
    "union",
    "except",
    "intersect",
    "window",
    "for",
    "set",
    "values",
    "returning",
    "do",
    "with",
    "to",
    "from",
    "when",
    "execute",
    "select",
    "tablesample",
];

/// Functions of rows that have one column, which is called as they are.
const OF_ONE: [&str; 8] = [
    "unnest",
    "generate_series",
    "regexp_split_to_table",
    "string_to_table",
    "json_array_elements",
    "json_array_elements_text",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
];

/// Returns the columns of a table, none where they are not known.
pub(super) type ColumnsOf<'a> = dyn Fn(&QualifiedName) -> Option<Vec<PgIdent>> + 'a;

/// What a query reads from.
#[derive(Debug)]
struct Relation {
    /// None for what the statement makes itself: a query in parentheses, the result of a function.
    name: Option<QualifiedName>,
    /// The name by which the query knows it.
    alias: Option<String>,
    /// It has one column, called as it is.
    is_one: bool,
}

/// A query of a statement, or what stands around all of them.
#[derive(Debug, Default)]
struct Query {
    /// The place of the query around it; that of the first is its own.
    around: usize,
    relations: Vec<Relation>,
    /// Names that it gives to what it selects.
    given: Vec<String>,
}

/// The queries of a statement, and in which of them each of its tokens stands.
#[derive(Debug)]
pub(super) struct Scopes<'a, 't> {
    tokens: &'a [Token<'t>],
    queries: Vec<Query>,
    /// The query of each token.
    of: Vec<usize>,
    /// Tokens that name what is read from, or how it is called, and so no columns.
    names: BTreeSet<usize>,
    /// The queries that it names by `WITH`.
    made: Vec<String>,
    /// Tokens that stand in an `ORDER BY`, each with whether that is one of several queries together.
    ordered: Vec<(usize, bool)>,
    /// What kind of statement it is.
    kind: &'a str,
}

/// Where the reading of a query is.
#[derive(Clone, Copy, Debug)]
struct Level {
    query: usize,
    /// The query that a `SELECT` here is in, which is none of its neighbours.
    base: usize,
    /// In its list of what it reads from.
    reads: bool,
    orders: bool,
    /// Several queries are taken together.
    together: bool,
    /// These parentheses stand around what is read from, not around an expression.
    joins: bool,
}

impl<'a, 't> Scopes<'a, 't> {
    /// Reads a statement of which the tokens are given.
    pub(super) fn read(data: &'a VerbatimDecl, tokens: &'a [Token<'t>]) -> Self {
        let kind = data.kind.as_str();
        let on = matches!(kind, "policy" | "trigger" | "rule").then(|| part_of(data)).flatten();
        let base = Query {
            relations: on
                .map(|(_, on)| Relation {
                    alias: Some(on.name.as_str().to_owned()),
                    name: Some(on),
                    is_one: false,
                })
                .into_iter()
                .collect(),
            ..Query::default()
        };
        let mut scopes = Self {
            tokens,
            queries: vec![base],
            of: Vec::with_capacity(tokens.len()),
            names: BTreeSet::new(),
            made: made(tokens),
            ordered: Vec::new(),
            kind,
        };
        scopes.walk();
        scopes
    }

    fn is(&self, at: Option<usize>, words: &[&str]) -> bool {
        at.and_then(|at| self.tokens.get(at)).is_some_and(|token| words.iter().any(|word| token.is(word)))
    }

    fn walk(&mut self) {
        let first = Level { query: 0, base: 0, reads: false, orders: false, together: false, joins: false };
        let (mut level, mut outer) = (first, Vec::new());
        // What comes next is something to read from.
        let mut expects = false;
        // The function of rows that is being read, and how deep it stands.
        let mut function: Option<(usize, String)> = None;
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            let before = at.checked_sub(1);
            let mut behind = at + 1;
            let is_any = |words: &[&str]| words.iter().any(|word| token.is(word));
            if token.is("(") {
                outer.push(level);
                let is_query = self.is(Some(at + 1), &["select", "with", "values"]);
                // A query that is read from does not see what stands beside it, but where it says so.
                let sees = if expects && is_query && !self.is(before, &["lateral"]) {
                    self.queries.get(level.query).map_or(0, |query| query.around)
                } else {
                    level.query
                };
                let joins = expects && !is_query;
                level = Level { query: sees, base: sees, reads: joins, joins, ..first };
                expects = joins;
            } else if token.is(")") {
                let was = level;
                level = outer.pop().unwrap_or(first);
                let called = function.take_if(|(depth, _)| *depth == outer.len());
                let is_query = level.reads && !was.joins && was.query != level.query;
                if called.is_some() || is_query {
                    let alias = self.alias(at + 1);
                    behind = alias.as_ref().map_or(behind, |(last, _)| self.behind_columns(last + 1));
                    self.names.extend(at + 1..behind);
                    let is_one = called.as_ref().is_some_and(|(_, name)| OF_ONE.contains(&name.as_str()));
                    let alias = alias.map(|(_, alias)| alias).or(called.map(|(_, name)| name));
                    self.add(level.query, Relation { name: None, alias, is_one });
                }
                expects = false;
            } else if token.is("select") && !self.is(before, &["for", "on"]) || self.changes_rows(at) {
                self.queries.push(Query { around: level.base, ..Query::default() });
                level.query = self.queries.len() - 1;
                level.orders = false;
                level.reads = token.is("update");
                expects = level.reads;
            } else if is_any(&["union", "intersect", "except"]) {
                (level.query, level.together, level.reads, level.orders) = (level.base, true, false, false);
            } else if token.is("from") && !self.is(before, &["distinct"]) && may_read(level, &outer)
                || token.is("join")
                || token.is("into") && self.is(before, &["insert"])
                || token.is("using") && level.reads && !self.is(Some(at + 1), &["("])
                || token.is(",") && level.reads
            {
                (level.reads, level.orders, expects) = (true, false, true);
            } else if is_any(&["where", "group", "having", "limit", "offset", "window", "returning", "set"]) {
                (level.reads, level.orders, expects) = (false, false, false);
            } else if token.is("order") && self.is(Some(at + 1), &["by"]) {
                (level.reads, level.orders, expects) = (false, level.query != level.base, false);
            } else if expects && token.is_name() && !is_any(&["only", "lateral", "rows"]) {
                let path = path(self.tokens, at);
                behind = at + 2 * path.len() - 1;
                let own = path.last().cloned().unwrap_or_default();
                let is_filled = self.is(before, &["into"]);
                if self.is(Some(behind), &["("]) && !is_filled {
                    function = Some((outer.len(), own));
                } else {
                    let is_made = path.len() == 1 && self.made.contains(&own);
                    let mut name = (!is_made).then(|| name_of(&path));
                    let mut called = own;
                    if let Some((last, alias)) = self.alias(behind) {
                        behind = last + 1;
                        called = alias;
                        let end = if is_filled { behind } else { self.behind_columns(behind) };
                        // Its columns have other names here.
                        name = name.filter(|_| end == behind);
                        behind = end;
                    }
                    self.add(level.query, Relation { name, alias: Some(called), is_one: false });
                }
                self.names.extend(at..behind);
                expects = false;
            } else if token.is("as") && level.query != level.base && !level.reads {
                let name = self.tokens.get(at + 1).filter(|next| next.is_name());
                if let (Some(query), Some(name)) = (self.queries.get_mut(level.query), name) {
                    query.given.push(name.value.to_string());
                }
            }
            if level.orders {
                self.ordered.extend((at..behind).map(|place| (place, level.together)));
            }
            self.of.extend(std::iter::repeat_n(level.query, behind - at));
            at = behind;
        }
    }

    /// Returns the place behind the names that are given to columns: `AS t (a, b)`.
    fn behind_columns(&self, at: usize) -> usize {
        if !self.is(Some(at), &["("]) {
            return at;
        }
        let rest = self.tokens.get(at..).unwrap_or_default();
        rest.iter().position(|token| token.is(")")).map_or(at, |closes| at + closes + 1)
    }

    /// Tells whether a statement that changes rows begins at a token.
    fn changes_rows(&self, at: usize) -> bool {
        let begins = at.checked_sub(1).is_some_and(|before| {
            self.is(Some(before), &["(", ";", "as", "do", "also", "instead", "atomic", ")"])
        });
        begins
            && match self.tokens.get(at) {
                Some(token) if token.is("update") => {
                    !self.is(Some(at + 1), &["set"]) && !self.is(Some(at + 1), &["on"])
                }
                Some(token) if token.is("insert") => self.is(Some(at + 1), &["into"]),
                Some(token) if token.is("delete") => self.is(Some(at + 1), &["from"]),
                _ => false,
            }
    }

    /// Returns the other name that what is read from gets, with the place of its last token.
    fn alias(&self, at: usize) -> Option<(usize, String)> {
        let at = at + usize::from(self.is(Some(at), &["as"]));
        let name = self
            .tokens
            .get(at)
            .filter(|name| name.is_name() && !NO_ALIAS.iter().any(|word| name.is(word)))?;
        Some((at, name.value.to_string()))
    }

    fn add(&mut self, query: usize, relation: Relation) {
        if let Some(query) = self.queries.get_mut(query) {
            query.relations.push(relation);
        }
    }

    /// Returns the query of a token and those around it, from the inside.
    fn around(&self, at: usize) -> Vec<&Query> {
        let mut found = Vec::new();
        let mut place = self.of.get(at).copied().unwrap_or_default();
        while let Some(query) = self.queries.get(place) {
            found.push(query);
            if place == 0 || query.around >= place {
                break;
            }
            place = query.around;
        }
        found
    }

    /// Returns the first and last token of every name of a column of a table; behind `NEW` and `OLD` where the statement stands on
    /// the table.
    pub(super) fn columns(
        &self,
        table: &QualifiedName,
        column: &str,
        columns_of: &ColumnsOf<'_>,
    ) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            if !token.is_name() {
                at += 1;
                continue;
            }
            let path = path(self.tokens, at);
            let behind = at + 2 * path.len() - 1;
            let is_column = path.last().is_some_and(|last| last == column) && !self.names.contains(&at);
            let is_found = is_column
                && match path.as_slice() {
                    [_] => self.is_bare_column(at, behind) && self.owns_bare(at, table, column, columns_of),
                    [.., of, _] => self.owns(at, of, table),
                    [] => false,
                };
            if is_found {
                found.push((at, behind - 1));
            }
            at = behind;
        }
        found
    }

    /// Tells whether a name alone may be that of a column where it stands.
    fn is_bare_column(&self, at: usize, behind: usize) -> bool {
        let before = at.checked_sub(1);
        let is_type = self.is(before, &[":"]);
        let ends = behind >= self.tokens.len() || self.is(Some(behind), &[",", "from", ")"]);
        // `f(a) x`, `t.a x`: the name of what is selected.
        let is_given = ends
            && before.is_some_and(|closes| {
                let of_path = |at: usize| at.checked_sub(1).is_some_and(|dot| self.is(Some(dot), &["."]));
                self.is(Some(closes), &[")"]) && !self.closes_distinct(closes)
                    || self.tokens.get(closes).is_some_and(Token::is_name) && of_path(closes)
            });
        if self.is(before, &["as"]) || self.is(Some(behind), &["("]) || is_type || is_given {
            return false;
        }
        if self.of.get(at) != Some(&0) {
            return true;
        }
        // Around all queries stand names of other things too: the statement's own, roles, tables.
        let opened =
            |sign: &str| self.tokens.get(..at).unwrap_or_default().iter().filter(|it| it.is(sign)).count();
        let is_inside = opened("(") > opened(")");
        match self.kind {
            "trigger" => {
                let before = self.tokens.get(..at).unwrap_or_default();
                let said = |word: &str| before.iter().any(|token| token.is(word));
                is_inside && !said("execute") || said("of") && !said("on")
            }
            "policy" => is_inside,
            "rule" => is_inside || self.tokens.get(..at).unwrap_or_default().iter().any(|it| it.is("where")),
            "statistics" => true,
            _ => false,
        }
    }

    /// Tells whether a parenthesis closes that of `DISTINCT ON (…)`.
    fn closes_distinct(&self, at: usize) -> bool {
        let mut depth = 0_usize;
        for place in (0..=at).rev() {
            if self.is(Some(place), &[")"]) {
                depth += 1;
            } else if self.is(Some(place), &["("]) {
                depth -= 1;
                if depth == 0 {
                    return place.checked_sub(1).is_some_and(|on| self.is(Some(on), &["on"]))
                        && place.checked_sub(2).is_some_and(|on| self.is(Some(on), &["distinct"]));
                }
            }
        }
        false
    }

    /// Tells whether a name alone is that of a column of a table: the nearest query that has one of the name decides.
    fn owns_bare(&self, at: usize, table: &QualifiedName, column: &str, columns_of: &ColumnsOf<'_>) -> bool {
        let queries = self.around(at);
        if let Some((_, together)) = self.ordered.iter().find(|(place, _)| *place == at)
            && (*together || queries.first().is_some_and(|query| query.given.iter().any(|it| it == column)))
        {
            // What is selected is ordered by its name.
            return false;
        }
        for query in queries {
            let mut is_known = true;
            for relation in &query.relations {
                match &relation.name {
                    Some(name) if name == table => return true,
                    Some(name) => match columns_of(name) {
                        Some(known) if known.iter().any(|known| known.as_str() == column) => return false,
                        Some(_) => {}
                        None => is_known = false,
                    },
                    None if relation.is_one => {
                        if relation.alias.as_deref() == Some(column) {
                            return false;
                        }
                    }
                    None => is_known = false,
                }
            }
            // Names that come from further out are seldom alone: what is not known is taken to have the column.
            if !is_known {
                return false;
            }
        }
        false
    }

    /// Tells whether what stands before a dot means a table.
    fn owns(&self, at: usize, of: &str, table: &QualifiedName) -> bool {
        let stands_on = self.queries.first().and_then(|base| base.relations.first());
        let is_row = matches!(self.kind, "trigger" | "rule") && matches!(of, "new" | "old");
        if is_row {
            return stands_on.is_some_and(|on| on.name.as_ref() == Some(table));
        }
        let relations = self.around(at);
        let mut relations = relations.iter().flat_map(|query| &query.relations);
        relations
            .find(|relation| relation.alias.as_deref() == Some(of))
            .is_some_and(|relation| relation.name.as_ref() == Some(table))
    }

    /// Tells whether every column of a table is taken by `*`.
    pub(super) fn takes_all(&self, table: &QualifiedName) -> bool {
        (0..self.tokens.len()).filter(|at| self.is(Some(*at), &["*"])).any(|at| {
            let before = at.checked_sub(1);
            if self.is(before, &["select", ",", "distinct", "all"]) {
                let query = self.around(at).into_iter().next();
                return query.is_some_and(|query| {
                    query.relations.iter().any(|relation| relation.name.as_ref() == Some(table))
                });
            }
            let of = before.filter(|dot| self.is(Some(*dot), &["."])).and_then(|dot| dot.checked_sub(1));
            of.and_then(|of| self.tokens.get(of)).is_some_and(|of| self.owns(at, &of.value, table))
        })
    }
}

/// Tells whether a `FROM` begins a list of what is read from, and is none of the words of a function (`EXTRACT(… FROM …)`).
fn may_read(level: Level, outer: &[Level]) -> bool {
    level.query != level.base || outer.is_empty()
}

/// Returns the names of the queries that a statement names by `WITH`.
fn made(tokens: &[Token<'_>]) -> Vec<String> {
    if !tokens.iter().any(|token| token.is("with")) {
        return Vec::new();
    }
    let name = |window: &[Token<'_>]| match window {
        [before, own, next, query] => {
            let begins = ["with", "recursive", ","].iter().any(|word| before.is(word));
            let is_query = ["(", "materialized", "not"].iter().any(|word| query.is(word));
            let is_listed = next.is("(") && before.is("recursive");
            (begins
                && own.is_name()
                && (is_listed || next.is("(") && before.is("with") || next.is("as") && is_query))
                .then(|| own.value.to_string())
        }
        _ => None,
    };
    tokens.windows(4).filter_map(name).collect()
}

/// Returns the parts of the name that begins at a token.
fn path(tokens: &[Token<'_>], mut at: usize) -> Vec<String> {
    let mut path: Vec<String> = tokens.get(at).map(|first| first.value.to_string()).into_iter().collect();
    while tokens.get(at + 1).is_some_and(|dot| dot.is("."))
        && let Some(part) = tokens.get(at + 2).filter(|part| part.is_name())
    {
        path.push(part.value.to_string());
        at += 2;
    }
    path
}
