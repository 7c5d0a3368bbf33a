//! `CREATE SCHEMA` with elements: statements without semicolons, whose unqualified names are in the new schema.

use crate::source::sql::split::{self, Statement};

/// A `CREATE SCHEMA` taken apart.
#[derive(Debug)]
pub(super) struct Elements {
    /// The schema's name, as SQL writes it.
    pub(super) schema: String,
    /// The statement without its elements.
    pub(super) head: Statement,
    /// What it makes in the schema.
    pub(super) elements: Vec<Statement>,
}

/// Takes a statement apart that makes a schema with what is in it; none where it is another statement or has no elements.
pub(super) fn of(text: &str, statement: &Statement) -> Option<Elements> {
    let mut head = statement.significant();
    let begins =
        ["create", "schema"].iter().all(|word| head.next().is_some_and(|token| token.is_word(text, word)));
    if !begins || statement.is_unbalanced() {
        return None;
    }
    let words: Vec<_> = statement.significant().collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|token| token.is_word(text, word));
    let named = if is(2, "authorization") { 3 } else { 2 };
    let schema = words.get(named)?.text(text);
    // Elements begin with words that stand in no parentheses, nor within one another.
    let mut depth = 0_usize;
    let mut starts = Vec::new();
    for (at, token) in words.iter().enumerate().skip(named + 1) {
        match token.text(text) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth == 0 && (is(at, "create") || is(at, "grant") && !is(at.wrapping_sub(1), "with")) => {
                starts.push(token.start)
            }
            _ => {}
        }
    }
    let first = *starts.first()?;
    let head = split::statement_at(text, statement.range.start, first)?;
    let ends = starts.iter().skip(1).copied().chain([statement.range.end]);
    let elements = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| split::statement_at(text, *start, end))
        .collect::<Option<_>>()?;
    Some(Elements { schema: schema.to_owned(), head, elements })
}
