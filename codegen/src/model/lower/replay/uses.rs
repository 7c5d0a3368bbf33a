//! Which columns of a table a carried statement uses, as far as its words tell.

use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::token::{Cursor, Token, name_of, tokens};

/// Words that end what stands in a `FROM`, and so are no other names of a table.
const NO_ALIAS: [&str; 30] = [
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
];

/// Tells whether a statement that names a table uses a column of it; `own` says that it stands on the table itself, so that bare
/// names are its columns.
pub(super) fn uses_column(text: &str, table: &QualifiedName, column: &str, own: bool) -> bool {
    let tokens = tokens(text);
    let aliases = aliases(&tokens, table);
    (own || !aliases.is_empty())
        && (!columns(&tokens, &aliases, column, own).is_empty() || takes_all(&tokens, &aliases))
}

/// Returns a query with a column of a table under its new name, which it gives out under the old one; what it took by `*` is written
/// out before. `own` says that it stands on the table itself, whose rows are then `NEW` and `OLD`.
pub(super) fn renamed_in_query(
    text: &str,
    table: &QualifiedName,
    from: &str,
    to: &str,
    own: bool,
) -> Option<String> {
    const BEGINS: [&str; 4] = ["select", ",", "distinct", "all"];
    let tokens = tokens(text);
    let aliases = aliases(&tokens, table);
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (first, last) in columns(&tokens, &aliases, from, own) {
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
pub(super) fn takes_all_of(text: &str, table: &QualifiedName) -> bool {
    let tokens = tokens(text);
    let aliases = aliases(&tokens, table);
    !aliases.is_empty() && takes_all(&tokens, &aliases)
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

/// Tells whether every column of a table is taken by `*`.
fn takes_all(tokens: &[Token<'_>], aliases: &[String]) -> bool {
    let is = |at: Option<usize>, word: &str| at.and_then(|at| tokens.get(at)).is_some_and(|it| it.is(word));
    (0..tokens.len()).filter(|at| is(Some(*at), "*")).any(|at| {
        let before = at.checked_sub(1);
        let listed = ["select", ",", "distinct", "all"].iter().any(|word| is(before, word));
        let of = before.and_then(|dot| dot.checked_sub(1)).and_then(|at| tokens.get(at));
        listed || is(before, ".") && of.is_some_and(|of| aliases.iter().any(|it| of.value == it.as_str()))
    })
}

/// Returns the first and last token of every name of a column, which may stand alone or behind one of the table's; behind `NEW` and
/// `OLD` where what is said stands on the table.
fn columns(tokens: &[Token<'_>], aliases: &[String], column: &str, own: bool) -> Vec<(usize, usize)> {
    let is = |at: Option<usize>, word: &str| at.and_then(|at| tokens.get(at)).is_some_and(|it| it.is(word));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if !token.is_name() {
            at += 1;
            continue;
        }
        let path = path(tokens, at);
        let behind = at + 2 * path.len() - 1;
        let is_column = path.last().is_some_and(|last| last == column);
        let is_found = match path.as_slice() {
            [_] => is_column && !is(at.checked_sub(1), "as") && !is(Some(behind), "("),
            [.., of, _] => is_column && (own && (of == "new" || of == "old") || aliases.contains(of)),
            [] => false,
        };
        if is_found {
            found.push((at, behind - 1));
        }
        at = behind;
    }
    found
}

/// Returns the names by which a statement knows a table.
fn aliases(tokens: &[Token<'_>], table: &QualifiedName) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if !token.is_name() || at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|dot| dot.is("."))
        {
            at += 1;
            continue;
        }
        let path = path(tokens, at);
        at += 2 * path.len() - 1;
        if name_of(&path) != *table {
            continue;
        }
        let said = usize::from(tokens.get(at).is_some_and(|word| word.is("as")));
        let alias = tokens
            .get(at + said)
            .filter(|alias| alias.is_name() && !NO_ALIAS.iter().any(|word| alias.is(word)));
        found.extend(alias.map(|alias| alias.value.to_string()));
        found.push(table.name.as_str().to_owned());
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_the_names_of_their_tables() {
        let check = |text: &str, expected: bool| {
            let table = QualifiedName::new(None, "t");
            assert_eq!(uses_column(text, &table, "b", false), expected, "{text}");
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
    fn a_query_gives_a_renamed_column_out_under_its_old_name() {
        let check = |text: &str, expected: &str| {
            let table = QualifiedName::new(None, "t");
            assert_eq!(renamed_in_query(text, &table, "b", "c", false).as_deref(), Some(expected));
        };
        check("SELECT a, b FROM t ORDER BY b", "SELECT a, c AS b FROM t ORDER BY c");
        check("SELECT x.b AS y, b + 1, f(a, b) FROM t x", "SELECT x.c AS y, c + 1, f(a, c) FROM t x");
        check("SELECT u.b, (SELECT max(b) FROM t) FROM u", "SELECT u.b, (SELECT max(c) FROM t) FROM u");
    }
}
