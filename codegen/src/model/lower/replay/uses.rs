//! Which columns of a table a carried statement uses, as far as its words tell.

use super::scope::{ColumnsOf, Scopes};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Cursor, Token, tokens};
use crate::source::decl::VerbatimDecl;

/// Tells whether a statement uses a column of a table.
pub(super) fn uses_column(
    data: &VerbatimDecl,
    table: &QualifiedName,
    column: &str,
    columns_of: &ColumnsOf<'_>,
) -> bool {
    let tokens = tokens(&data.text.node);
    let scopes = Scopes::read(data, &tokens);
    scopes.takes_all(table) || !scopes.columns(table, column, columns_of).is_empty()
}

/// Returns a statement with a column of a table under its new name, which a query gives out under the old one; what it took by `*` is
/// written out before.
pub(super) fn renamed_in_query(
    data: &VerbatimDecl,
    table: &QualifiedName,
    from: &str,
    to: &str,
    columns_of: &ColumnsOf<'_>,
) -> Option<String> {
    const BEGINS: [&str; 4] = ["select", ",", "distinct", "all"];
    let text = data.text.node.as_str();
    let tokens = tokens(text);
    let scopes = Scopes::read(data, &tokens);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (first, last) in scopes.columns(table, from, columns_of) {
        let is = |at: Option<usize>, words: &[&str]| {
            at.and_then(|at| tokens.get(at)).is_some_and(|it| words.iter().any(|word| it.is(word)))
        };
        let is_item = is(first.checked_sub(1), &BEGINS)
            && is(Some(last + 1), &[",", "from"])
            && selects(&tokens, first);
        let token = tokens.get(last)?;
        out.push_str(text.get(copied..token.start)?);
        out.push_str(&PgIdent::new(to).to_string());
        if is_item {
            out.push_str(&format!(" AS {}", PgIdent::new(from)));
        }
        copied = token.end();
    }
    out.push_str(text.get(copied..)?);
    Some(out)
}

/// Tells whether a token stands in the list of a `SELECT`.
fn selects(tokens: &[Token<'_>], at: usize) -> bool {
    let mut depth = 0_usize;
    for before in tokens.get(..at).unwrap_or_default().iter().rev() {
        if before.is(")") {
            depth += 1;
        } else if before.is("(") {
            let Some(outer) = depth.checked_sub(1) else { return false };
            depth = outer;
        } else if depth == 0 && ["from", "where", "by"].iter().any(|word| before.is(word)) {
            return false;
        } else if depth == 0 && before.is("select") {
            return true;
        }
    }
    false
}

/// Tells whether a statement takes every column of a table by `*`.
pub(super) fn takes_all_of(data: &VerbatimDecl, table: &QualifiedName) -> bool {
    let tokens = tokens(&data.text.node);
    Scopes::read(data, &tokens).takes_all(table)
}

/// Tells whether a query that names a table joins it by a column with one of the same name elsewhere.
pub(super) fn merges(text: &str, column: &str) -> bool {
    let tokens = tokens(text);
    let mut cursor = Cursor::new(text, &tokens);
    while let Some(token) = cursor.next() {
        if token.is("natural") {
            return true;
        }
        if token.is("using")
            && let Some(list) = cursor.group()
            && list.split().iter_mut().any(|part| part.ident().is_some_and(|own| own.as_str() == column))
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{Sources, Span, Spanned};

    fn statement(kind: &str, text: &str) -> VerbatimDecl {
        let text = Spanned::new(text.to_owned(), Span::new(Sources::default().add("v.sql", text), 0, 0));
        VerbatimDecl {
            kind: kind.to_owned(),
            creates: None,
            names: Vec::new(),
            was: None,
            text,
            stale: false,
        }
    }

    /// `u` has a column `b` too, `w` has none.
    fn columns_of(name: &QualifiedName) -> Option<Vec<PgIdent>> {
        let columns: &[&str] = match name.name.as_str() {
            "u" => &["a", "b"],
            "w" => &["a"],
            _ => return None,
        };
        Some(columns.iter().copied().map(PgIdent::new).collect())
    }

    #[test]
    fn columns_are_known_by_the_names_of_their_tables() {
        let check = |text: &str, expected: bool| {
            let table = QualifiedName::new(None, "t");
            assert_eq!(uses_column(&statement("view", text), &table, "b", &columns_of), expected, "{text}");
        };
        check("CREATE VIEW v AS SELECT a, b FROM t", true);
        check("CREATE VIEW v AS SELECT a AS b FROM t", false);
        check("CREATE VIEW v AS SELECT x.a FROM public.t AS x WHERE x.b > 1", true);
        check("CREATE VIEW v AS SELECT t.a, u.b FROM t, u", false);
        check("CREATE VIEW v AS SELECT * FROM t", true);
        check("CREATE VIEW v AS SELECT count(*) FROM t", false);
        check("CREATE VIEW v AS SELECT u.* FROM t JOIN u ON t.a = u.a", false);
        check("CREATE VIEW v AS SELECT b FROM u", false);
    }

    #[test]
    fn names_alone_are_columns_of_the_nearest_table_that_has_them() {
        let check = |text: &str, expected: bool| {
            let table = QualifiedName::new(None, "t");
            assert_eq!(uses_column(&statement("view", text), &table, "b", &columns_of), expected, "{text}");
        };
        check("CREATE VIEW v AS SELECT b FROM u WHERE a IN (SELECT a FROM t)", false);
        check("CREATE VIEW v AS SELECT a FROM u WHERE a IN (SELECT b FROM t)", true);
        check("CREATE VIEW v AS SELECT b FROM u UNION ALL SELECT a FROM t ORDER BY b", false);
        check("CREATE VIEW v AS SELECT a FROM t WHERE EXISTS (SELECT FROM w WHERE b > 1)", true);
        check("CREATE VIEW v AS SELECT a FROM t WHERE EXISTS (SELECT FROM u WHERE b > 1)", false);
        check("CREATE VIEW v AS WITH q AS (SELECT a FROM t) SELECT u.a, b FROM u JOIN q USING (a)", false);
        check("CREATE VIEW v AS SELECT b FROM u, (SELECT a FROM t) s", false);
        check("CREATE VIEW v AS SELECT a FROM (w JOIN t USING (a)) WHERE b > 0", true);
        check("CREATE VIEW v AS SELECT extract(year FROM b) FROM t", true);
        check("CREATE VIEW v AS SELECT * FROM u WHERE a IN (SELECT a FROM t)", false);
        check("CREATE VIEW v AS SELECT a FROM t ORDER BY row_number() OVER (ORDER BY b)", true);
        check("CREATE VIEW v AS SELECT a FROM t, unnest(t.c) AS b", false);
    }

    #[test]
    fn a_policy_says_columns_of_its_table_in_its_conditions() {
        let check = |text: &str, expected: bool| {
            let table = QualifiedName::new(None, "t");
            assert_eq!(uses_column(&statement("policy", text), &table, "b", &columns_of), expected, "{text}");
        };
        check("CREATE POLICY b ON t FOR SELECT TO b USING (a > 1)", false);
        check("CREATE POLICY p ON t FOR SELECT TO b USING (b > 1)", true);
        check("CREATE POLICY p ON u USING (b IN (SELECT a FROM t))", false);
        check("CREATE POLICY p ON u USING (EXISTS (SELECT FROM t WHERE b = u.b))", true);
        check("CREATE POLICY p ON t USING (EXISTS (SELECT FROM u WHERE b = u.a))", false);
    }

    #[test]
    fn a_query_gives_a_renamed_column_out_under_its_old_name() {
        let check = |text: &str, expected: &str| {
            let table = QualifiedName::new(None, "t");
            let renamed = renamed_in_query(&statement("view", text), &table, "b", "c", &columns_of);
            assert_eq!(renamed.as_deref(), Some(expected));
        };
        check("SELECT a, b FROM t ORDER BY b", "SELECT a, c AS b FROM t ORDER BY c");
        check("SELECT x.b AS y, b + 1, f(a, b) FROM t x", "SELECT x.c AS y, c + 1, f(a, c) FROM t x");
        check("SELECT u.b, (SELECT max(b) FROM t) FROM u", "SELECT u.b, (SELECT max(c) FROM t) FROM u");
        check("SELECT b FROM u UNION SELECT b FROM t", "SELECT b FROM u UNION SELECT c AS b FROM t");
    }
}
