//! What a script does beside saying a schema: which database and schema it speaks of, and what it makes by queries.

use squawk_lexer::TokenKind;

use super::split::Statement;

/// Returns the database that a command to psql connects to: `\c name …`; `-` is the one that it is connected to.
pub(super) fn connect(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    words.next().filter(|word| matches!(*word, "\\c" | "\\connect"))?;
    let name = words.find(|word| !word.starts_with("-reuse"))?.trim_end_matches(';');
    (name != "-").then_some(name)
}

/// Tells whether a statement is `SET search_path …`.
pub(super) fn sets_search_path(text: &str, statement: &Statement) -> bool {
    let mut words =
        statement.significant().filter(|word| !word.is_word(text, "session") && !word.is_word(text, "local"));
    words.next().is_some_and(|word| word.is_word(text, "set") || word.is_word(text, "reset"))
        && words.next().is_some_and(|word| word.is_word(text, "search_path"))
}

/// Tells whether the first schema of a search path is one that a script makes.
pub(super) fn leads_elsewhere(text: &str, statement: &Statement) -> bool {
    let behind = statement.significant().skip_while(|token| !token.is_word(text, "search_path")).skip(1);
    let mut names = behind
        .filter(|token| !token.is_word(text, "to") && !matches!(token.kind, TokenKind::Eq))
        .map(|token| token.text(text).trim_matches(['\'', '"']));
    names.find(|name| !matches!(*name, "," | "$user")).is_some_and(|name| {
        !["", "public", "pg_catalog", "default"].iter().any(|usual| name.eq_ignore_ascii_case(usual))
    })
}

/// Tells whether a table is made by a query: `AS` stands outside every parenthesis.
pub(super) fn is_query(text: &str, statement: &Statement) -> bool {
    stands_outside(text, statement, "as")
}

/// Tells whether a query makes a table of its rows: `INTO` stands outside every parenthesis.
pub(super) fn selects_into(text: &str, statement: &Statement) -> bool {
    stands_outside(text, statement, "into")
}

/// Tells whether a word stands outside every parenthesis of a statement.
fn stands_outside(text: &str, statement: &Statement, word: &str) -> bool {
    let mut depth = 0_usize;
    statement.significant().any(|token| {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.is_word(text, word)
    })
}
