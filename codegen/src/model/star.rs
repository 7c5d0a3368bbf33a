//! `*` written out: it stands for the columns that a table has at that moment, in the order in which it has them.
//!
//! A table that got a column in its middle has it at its end, where PostgreSQL would put it into a view too; and a view keeps the
//! columns that it had when it was made.

use std::collections::BTreeSet;

use super::ident::{PgIdent, QualifiedName};
use super::token::{Token, name_of, tokens};

/// The columns that are written for those of a table; none where its `*` can stay.
pub(crate) type Columns<'a> = &'a dyn Fn(&QualifiedName) -> Option<Vec<PgIdent>>;

/// Returns a query with the columns in the place of every `*` that stands for such a table; none where that cannot be done.
pub(crate) fn written_out(text: &str, columns: Columns<'_>) -> Option<String> {
    let tokens = tokens(text);
    if filled_by_place(&tokens).iter().any(|table| columns(table).is_some()) {
        return None;
    }
    let reader = Reader { locals: locals(&tokens), tokens, columns };
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for at in (0..reader.tokens.len()).filter(|at| reader.is(*at, "*")) {
        let Some((first, written)) = reader.star(at)? else { continue };
        let (Some(first), Some(star)) = (reader.tokens.get(first), reader.tokens.get(at)) else { continue };
        out.push_str(text.get(copied..first.start)?);
        out.push_str(&written);
        copied = star.end();
    }
    out.push_str(text.get(copied..)?);
    Some(out)
}

/// Returns the tables into which a statement inserts without naming their columns.
pub(crate) fn filled_by_place(tokens: &[Token<'_>]) -> Vec<QualifiedName> {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.is(word));
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|at| is(*at, "insert") && is(at + 1, "into")) {
        let mut path: Vec<String> = Vec::new();
        let mut next = at + 2;
        while let Some(part) = tokens.get(next).filter(|part| part.is_name()) {
            path.push(part.value.to_string());
            next += 1;
            if !is(next, ".") {
                break;
            }
            next += 1;
        }
        if !is(next, "(") && !is(next, "default") {
            found.push(name_of(&path));
        }
    }
    found
}

/// Returns the names that a `WITH` gives.
fn locals(tokens: &[Token<'_>]) -> BTreeSet<String> {
    let is_given = |words: &[Token<'_>]| match words {
        [name, r#as, behind] => {
            name.is_name()
                && r#as.is("as")
                && (behind.is("(") || behind.is("materialized") || behind.is("not"))
        }
        _ => false,
    };
    let given = tokens.windows(3).filter(|words| is_given(words));
    given.filter_map(|words| Some(words.first()?.value.to_string())).collect()
}

/// What stands in a `FROM`.
struct Item {
    /// What its columns are called by, as SQL.
    name: PgIdent,
    /// None where its `*` can stay.
    columns: Option<Vec<PgIdent>>,
    /// How it is joined to what stands before it, where that makes one column of two.
    merged: Option<Merged>,
}

/// What a join makes one column of two of.
enum Merged {
    /// `USING (…)`.
    Using(Vec<PgIdent>),
    /// `NATURAL`, or a join inside of another.
    Unknown,
}

struct Reader<'t, 'c> {
    tokens: Vec<Token<'t>>,
    locals: BTreeSet<String>,
    columns: Columns<'c>,
}

impl Reader<'_, '_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(word))
    }

    fn is_any(&self, at: usize, words: &str) -> bool {
        words.split(' ').any(|word| self.is(at, word))
    }

    /// Returns where what is written for a star begins, and that; nothing where it can stay, and none where it is not known.
    #[expect(clippy::option_option, reason = "what cannot be done differs from what need not be done")]
    fn star(&self, at: usize) -> Option<Option<(usize, String)>> {
        let is_qualified = at.checked_sub(1).is_some_and(|dot| self.is(dot, "."));
        let mut first = if is_qualified { at.checked_sub(2)? } else { at };
        while first.checked_sub(1).is_some_and(|dot| self.is(dot, ".")) {
            first = first.checked_sub(2)?;
        }
        let begins =
            first.checked_sub(1).is_some_and(|before| self.is_any(before, "select , all distinct )"));
        let Some(select) = self.select(first).filter(|_| begins) else { return Some(None) };
        let Some(from) = self.next_at_level(select + 1, "from") else { return Some(None) };
        let items = self.items(from + 1)?;
        let list = |item: &Item| match &item.columns {
            Some(columns) => {
                let columns: Vec<String> =
                    columns.iter().map(|column| format!("{}.{column}", item.name)).collect();
                columns.join(", ")
            }
            None => format!("{}.*", item.name),
        };
        if is_qualified {
            let name = self.tokens.get(at.checked_sub(2)?)?.value.as_ref();
            let item = items.iter().find(|item| item.name.as_str() == name && item.columns.is_some());
            return Some(item.map(|item| (first, list(item))));
        }
        if items.iter().all(|item| item.columns.is_none()) {
            return Some(None);
        }
        if items.iter().any(|item| item.merged.is_some()) {
            return Some(Some((first, merged(&items)?)));
        }
        Some(Some((first, items.iter().map(list).collect::<Vec<_>>().join(", "))))
    }

    /// Returns the `SELECT` in whose list something stands.
    fn select(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for before in (0..at).rev() {
            if self.is(before, ")") {
                depth += 1;
            } else if self.is(before, "(") {
                depth = depth.checked_sub(1)?;
            } else if depth == 0 && self.is(before, "select") {
                return Some(before);
            } else if depth == 0 && self.is_any(before, "from where") {
                return None;
            }
        }
        None
    }

    /// Returns where a word stands outside of further parentheses.
    fn next_at_level(&self, mut at: usize, word: &str) -> Option<usize> {
        while at < self.tokens.len() && !self.is(at, ")") {
            if self.is(at, word) {
                return Some(at);
            }
            at = self.behind(at);
        }
        None
    }

    /// Returns the place behind a token, or behind the parentheses that it opens.
    fn behind(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for next in at..self.tokens.len() {
            if self.is(next, "(") {
                depth += 1;
            } else if self.is(next, ")") {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                return next + 1;
            }
        }
        self.tokens.len()
    }

    /// Reads a `FROM`.
    fn items(&self, mut at: usize) -> Option<Vec<Item>> {
        const ENDS: &str =
            "where group order having limit offset fetch union intersect except window for with";
        const JOINS: &str = "natural inner left right full outer cross join";
        let mut items = Vec::new();
        let mut is_natural = false;
        loop {
            while self.is_any(at, "only lateral") {
                at += 1;
            }
            let before = items.len();
            let mut columns = None;
            let mut name = None;
            if self.is(at, "(") {
                if !self.is_any(at + 1, "select with values (") {
                    items.extend(self.items(at + 1)?);
                }
                at = self.behind(at);
            } else {
                let start = at;
                let mut path = vec![self.tokens.get(at).filter(|token| token.is_name())?.value.to_string()];
                at += 1;
                while self.is(at, ".") {
                    path.push(self.tokens.get(at + 1)?.value.to_string());
                    at += 2;
                }
                let is_local = at == start + 1 && path.last().is_some_and(|name| self.locals.contains(name));
                name = path.last().map(PgIdent::new);
                if self.is(at, "(") {
                    at = self.behind(at);
                    at += if self.is(at, "with") && self.is(at + 1, "ordinality") { 2 } else { 0 };
                } else if !is_local {
                    columns = (self.columns)(&name_of(&path));
                }
            }
            at += usize::from(self.is(at, "as"));
            let ends = |at: usize| self.is_any(at, ENDS) || self.is_any(at, JOINS);
            let alias = self.tokens.get(at).filter(|token| token.is_name() && !ends(at));
            if let Some(alias) = alias.filter(|_| !self.is_any(at, "on using tablesample")) {
                name = Some(PgIdent::new(alias.value.as_ref()));
                at += 1;
                if self.is(at, "(") {
                    // Other names for the columns: which is which depends on their order.
                    if columns.is_some() {
                        return None;
                    }
                    at = self.behind(at);
                }
            }
            items.extend(name.map(|name| Item { name, columns, merged: None }));
            let is_one = items.len() == before + 1;
            let mut merged = is_natural.then_some(Merged::Unknown);
            is_natural = false;
            let mut goes_on = false;
            while at < self.tokens.len() && !self.is(at, ")") && !self.is_any(at, ENDS) {
                if self.is(at, "using") {
                    merged = Some(if is_one { self.list(at + 1) } else { Merged::Unknown });
                }
                is_natural |= self.is(at, "natural");
                goes_on = self.is_any(at, ", join");
                at = self.behind(at);
                if goes_on {
                    break;
                }
            }
            if let Some(last) = items.last_mut().filter(|_| merged.is_some()) {
                last.merged = merged;
            }
            if !goes_on {
                return Some(items);
            }
        }
    }

    /// Reads the columns of a `USING`.
    fn list(&self, open: usize) -> Merged {
        let inside = self.tokens.get(open + 1..self.behind(open).saturating_sub(1)).unwrap_or_default();
        let names = inside.iter().filter(|token| token.is_name());
        Merged::Using(names.map(|token| PgIdent::new(token.value.as_ref())).collect())
    }
}

/// Returns what `*` stands for where joins make one column of two, which then stands first, and once; none where that is not known.
fn merged(items: &[Item]) -> Option<String> {
    // Each with what it is written as.
    let mut found: Vec<(PgIdent, String)> = Vec::new();
    for item in items {
        let shared = match &item.merged {
            None => &[],
            Some(Merged::Using(shared)) => shared.as_slice(),
            Some(Merged::Unknown) => return None,
        };
        let own = item.columns.as_ref()?.iter().map(|own| (own.clone(), format!("{}.{own}", item.name)));
        let rest = std::mem::take(&mut found).into_iter().chain(own).filter(|(own, _)| !shared.contains(own));
        let first: Vec<_> = shared.iter().map(|own| (own.clone(), own.to_string())).collect();
        found = first.into_iter().chain(rest).collect();
    }
    Some(found.into_iter().map(|(_, written)| written).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_written_out_where_the_order_is_another() {
        let columns =
            |name: &QualifiedName| (name.plain() == "t").then(|| ["a", "B", "c"].map(PgIdent::new).to_vec());
        let check = |text: &str, expected: &str| {
            assert_eq!(written_out(text, &columns).as_deref().unwrap_or("?"), expected);
        };
        check("select * from t", "select t.a, t.\"B\", t.c from t");
        check("select x.*, 1 from public.t as x", "select x.a, x.\"B\", x.c, 1 from public.t as x");
        check(
            "select * from t x left join u on x.a = u.a, v",
            "select x.a, x.\"B\", x.c, u.*, v.* from t x left join u on x.a = u.a, v",
        );
        check(
            "select * from u where a in (select count(*) from t)",
            "select * from u where a in (select count(*) from t)",
        );
        check("select s.* from (select * from t) s", "select s.* from (select t.a, t.\"B\", t.c from t) s");
        check("with t as (select 1) select * from t", "with t as (select 1) select * from t");
        check("select * from t join u using (a)", "?");
        check(
            "select * from t join t x using (a) where true",
            "select a, t.\"B\", t.c, x.\"B\", x.c from t join t x using (a) where true",
        );
        check("select * from t natural join t x", "?");
        check("insert into public.t values (1)", "?");
        check("insert into t (a) values (1)", "insert into t (a) values (1)");
        check("insert into u values (1)", "insert into u values (1)");
        check("select to_jsonb(t.*) from t", "select to_jsonb(t.*) from t");
        check(
            "select distinct on (a) t.* from t order by a",
            "select distinct on (a) t.a, t.\"B\", t.c from t order by a",
        );
    }
}
