//! `GROUP BY` of a primary key: the other columns of the table may be selected as they are, and the query leans on the key.

use super::token::{Token, tokens};

/// Tells whether a query that names a table selects columns by which it does not group, and groups by those of a key.
pub(crate) fn leans_on_key(text: &str, key: &[&str]) -> bool {
    let tokens = tokens(text);
    let reader = Reader(&tokens);
    let groups = tokens.windows(2).enumerate();
    let mut groups = groups.filter(|(_, pair)| matches!(pair, [a, b] if a.is("group") && b.is("by")));
    groups.any(|(at, _)| reader.leans(at, key))
}

struct Reader<'a, 't>(&'a [Token<'t>]);

impl Reader<'_, '_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.0.get(at).is_some_and(|token| token.is(word))
    }

    fn leans(&self, group: usize, key: &[&str]) -> bool {
        const ENDS: [&str; 10] =
            ["having", "order", "limit", "offset", "fetch", "union", "intersect", "except", "window", "with"];
        let mut end = group + 2;
        let mut depth = 0_usize;
        while let Some(token) = self.0.get(end) {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => break,
                }
            } else if depth == 0 && (token.is(";") || ENDS.iter().any(|word| token.is(word))) {
                break;
            }
            end += 1;
        }
        let grouped: Vec<&str> = self.columns(group + 2, end);
        if key.is_empty() || !key.iter().all(|column| grouped.contains(column)) {
            return false;
        }
        let Some((first, last)) = self.selected(group) else { return false };
        self.columns(first, last).iter().any(|column| !grouped.contains(column))
    }

    /// Returns where the list of the `SELECT` begins and ends to which a `GROUP BY` belongs.
    fn selected(&self, group: usize) -> Option<(usize, usize)> {
        let mut depth = 0_usize;
        let mut from = None;
        for at in (0..group).rev() {
            if self.is(at, ")") {
                depth += 1;
            } else if self.is(at, "(") {
                depth = depth.checked_sub(1)?;
            } else if depth == 0 && self.is(at, "from") {
                from = Some(at);
            } else if depth == 0 && self.is(at, "select") {
                return Some((at + 1, from?));
            }
        }
        None
    }

    /// Returns the columns that a list names as they are: outside of calls, which may be those of aggregates.
    fn columns(&self, first: usize, end: usize) -> Vec<&str> {
        const WORDS: [&str; 21] = [
            "distinct", "all", "case", "when", "then", "else", "end", "and", "or", "not", "null", "true",
            "false", "is", "in", "between", "like", "ilike", "on", "interval", "collate",
        ];
        let mut found = Vec::new();
        let mut at = first;
        let mut calls: Vec<bool> = Vec::new();
        while at < end {
            let Some(token) = self.0.get(at) else { break };
            if token.is("(") {
                let is_call = at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(Token::is_name);
                calls.push(is_call);
            } else if token.is(")") {
                calls.pop();
            } else if token.is("*") && !calls.contains(&true) && self.stands_for_all(at, first) {
                found.push("*");
            } else if token.is_name() && !calls.contains(&true) {
                let is_other = at.checked_sub(1).is_some_and(|before| {
                    before >= first
                        && (self.is(before, "as") || self.is(before, ":") || self.is(before, "::"))
                });
                // The last word of a path is the column, another name may follow it.
                while self.is(at + 1, ".") && self.0.get(at + 2).is_some_and(Token::is_name) {
                    at += 2;
                }
                let is_alias = at.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|before| {
                    at > first
                        && (before.is_name() && !WORDS.iter().any(|word| before.is(word)) || before.is(")"))
                });
                let is_plain = !is_other
                    && !is_alias
                    && !self.is(at + 1, "(")
                    && !WORDS.iter().any(|word| self.is(at, word));
                if let Some(token) = self.0.get(at).filter(|_| is_plain) {
                    found.push(token.value.as_ref());
                }
            }
            at += 1;
        }
        found
    }

    /// Tells whether a star stands for columns: it multiplies elsewhere.
    fn stands_for_all(&self, at: usize, first: usize) -> bool {
        at == first || at.checked_sub(1).is_some_and(|before| self.is(before, ",") || self.is(before, "."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_selected_beside_the_groups_leans_on_the_key() {
        let check = |text: &str, expected: bool| assert_eq!(leans_on_key(text, &["a"]), expected, "{text}");
        check("SELECT a, b, count(*) FROM t GROUP BY a", true);
        check("SELECT t.a, t.b AS x, count(*) FROM t GROUP BY t.a", true);
        check("SELECT a, b, count(*) FROM t GROUP BY a, b", false);
        check("SELECT a, count(*) AS b, sum(t.b) FROM t GROUP BY a", false);
        check("SELECT a x, max(b) AS y FROM t GROUP BY a ORDER BY 2", false);
        check("SELECT t.* FROM t GROUP BY t.a", true);
        check("SELECT b FROM t GROUP BY b", false);
        check("SELECT a, (SELECT 1) FROM t GROUP BY (a) HAVING count(*) > 1", false);
        check("SELECT a, b || 'x' FROM t GROUP BY a", true);
    }
}
