//! The words with which statements begin.

use squawk_lexer::TokenKind;

use super::Token;

/// First words of statements, each with the words that may follow; none stands for any.
const BEGINNINGS: &[(&str, &[&str])] = &[
    (
        "create",
        &[
            "aggregate",
            "cast",
            "collation",
            "constraint",
            "database",
            "domain",
            "event",
            "extension",
            "foreign",
            "function",
            "global",
            "index",
            "language",
            "local",
            "materialized",
            "operator",
            "or",
            "policy",
            "procedure",
            "publication",
            "recursive",
            "role",
            "rule",
            "schema",
            "sequence",
            "server",
            "statistics",
            "table",
            "temp",
            "temporary",
            "text",
            "trigger",
            "type",
            "unique",
            "unlogged",
            "user",
            "view",
        ],
    ),
    (
        "alter",
        &[
            "database",
            "default",
            "domain",
            "extension",
            "function",
            "index",
            "materialized",
            "policy",
            "procedure",
            "publication",
            "role",
            "schema",
            "sequence",
            "table",
            "type",
            "view",
        ],
    ),
    (
        "drop",
        &[
            "extension",
            "function",
            "index",
            "policy",
            "schema",
            "sequence",
            "table",
            "trigger",
            "type",
            "view",
        ],
    ),
    ("comment", &["on"]),
    ("insert", &["into"]),
];

/// Tells whether a statement begins at the token: two words that can stand together nowhere else.
pub(super) fn begins_statement(text: &str, token: &Token) -> bool {
    if !matches!(token.kind, TokenKind::Ident) {
        return false;
    }
    let Some((_, seconds)) = BEGINNINGS.iter().find(|(first, _)| token.is_word(text, first)) else {
        return false;
    };
    let rest = text.get(token.end..).unwrap_or_default().trim_start();
    // SQL Server's `INSERT [dbo].[t]`.
    if token.is_word(text, "insert") && rest.starts_with('[') {
        return true;
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let second = rest.get(..end).unwrap_or_default();
    seconds.iter().any(|word| second.eq_ignore_ascii_case(word))
}
