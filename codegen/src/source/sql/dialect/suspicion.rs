//! Which statements are looked through for what other databases write: most give no reason to, and looking costs more than reading them.

use squawk_lexer::{LiteralKind, TokenKind};

use super::{TYPES, is_text};
use crate::source::sql::split::{Statement, Token};

/// Words that only other databases write, or that mean something else to them, whatever stands beside them.
const WORDS: &[&str] = &[
    "auto_increment",
    "autoincrement",
    "unsigned",
    "zerofill",
    "engine",
    "charset",
    "comment",
    "enum",
    "enum8",
    "enum16",
    "rowid",
    "strict",
    "fulltext",
    "spatial",
    "frozen",
    "clustering",
    "nullable",
    "byte",
    "clustered",
    "nonclustered",
    "rowguidcol",
    "textimage_on",
    "replication",
    "pad_index",
    "statistics_norecompute",
    "ignore_dup_key",
    "allow_row_locks",
    "data_compression",
    "row_format",
    "getdate",
    "newid",
    "sysdate",
    "systimestamp",
    "granularity",
    "projection",
    "nocheck",
    "oids",
    "distkey",
    "sortkey",
    // PostgreSQL's own, of which the parser does not know all.
    "exclude",
];

/// Words of PostgreSQL too, which give reason where something else stands beside them than is usual.
const UNUSUAL: &[&str] = &[
    "set",
    "int",
    "integer",
    "bigint",
    "smallint",
    "key",
    "index",
    "identity",
    "character",
    "double",
    "char",
    "primary",
    "array",
    "map",
    "list",
    "tuple",
    "struct",
    "vector",
    "update",
    "collate",
    "check",
    "user",
    "family",
    "cluster",
    "stored",
    "row",
    "using",
    "encode",
    "compound",
    "interleaved",
    "partitioned",
    "locality",
    "diststyle",
    "tblproperties",
    "change_tracking",
    "data_retention_time_in_days",
];

/// Returns all of them, each with whether it gives reason beside something unusual only.
pub(in crate::source::sql) fn suspicious() -> impl Iterator<Item = (&'static str, bool)> {
    let always = WORDS.iter().chain(TYPES).map(|word| (*word, false));
    always.chain(UNUSUAL.iter().map(|word| (*word, true)))
}

/// Tells whether a statement has a token that gives reason to look closer.
pub(super) fn is_due(text: &str, statement: &Statement) -> bool {
    let mut rest = statement.significant();
    let mut before = None;
    // `CREATE INDEX … ON t (name(20))`; inside a table, words beside it give reason.
    let mut head = statement.significant().take(3);
    let is_index = head.next().is_some_and(|first| first.is_word(text, "create"))
        && head.any(|word| word.is_word(text, "index"));
    if is_index && has_prefix(statement) {
        return true;
    }
    while let Some(token) = rest.next() {
        if is_suspicious(text, before, token, rest.clone()) {
            return true;
        }
        before = Some(token);
    }
    false
}

/// Tells whether a number stands in parentheses by itself.
fn has_prefix(statement: &Statement) -> bool {
    let mut rest = statement.significant();
    while let Some(token) = rest.next() {
        let mut behind = rest.clone();
        if matches!(token.kind, TokenKind::OpenParen)
            && behind
                .next()
                .is_some_and(|next| matches!(next.kind, TokenKind::Literal { kind: LiteralKind::Int { .. } }))
            && behind.next().is_some_and(|close| matches!(close.kind, TokenKind::CloseParen))
        {
            return true;
        }
    }
    false
}

fn is_suspicious<'t>(
    text: &str,
    before: Option<&Token>,
    token: &Token,
    mut behind: impl Iterator<Item = &'t Token>,
) -> bool {
    match token.kind {
        TokenKind::Backtick | TokenKind::OpenCurly | TokenKind::At | TokenKind::Percent => true,
        // `ARRAY[…]`, `text[]`.
        TokenKind::OpenBracket => {
            !before.is_some_and(|before| before.is_word(text, "array"))
                && !behind.next().is_some_and(|next| matches!(next.kind, TokenKind::CloseBracket))
        }
        // `x::text`.
        TokenKind::Colon => {
            !before.is_some_and(|before| matches!(before.kind, TokenKind::Colon))
                && !behind.next().is_some_and(|next| matches!(next.kind, TokenKind::Colon))
        }
        TokenKind::Literal { kind: LiteralKind::Str { .. } } => token.text(text).ends_with("\\'"),
        TokenKind::Ident => {
            let known = token.word.suspicion();
            known.is_some_and(|(word, usual)| !usual || is_unusual(text, before, word, behind))
        }
        _ => false,
    }
}

/// Tells whether a word of PostgreSQL stands beside something that it does not stand beside there as a rule.
fn is_unusual<'t>(
    text: &str,
    before: Option<&Token>,
    word: &str,
    mut behind: impl Iterator<Item = &'t Token>,
) -> bool {
    let follows =
        |words: &[&str]| before.is_some_and(|before| words.iter().any(|it| before.is_word(text, it)));
    let next = behind.next();
    let leads_to = |words: &[&str]| next.is_some_and(|next| words.iter().any(|it| next.is_word(text, it)));
    let opens = |token: Option<&Token>| token.is_some_and(|it| matches!(it.kind, TokenKind::OpenParen));
    let is_less = |token: Option<&Token>| token.is_some_and(|it| matches!(it.kind, TokenKind::Lt));
    match word {
        // `INT(11)`.
        "int" | "integer" | "bigint" | "smallint" => opens(next),
        // `Array(String)`, `map<text, int>`; `ARRAY` alone in the place of a type.
        "array" => !next.is_some_and(|next| matches!(next.kind, TokenKind::OpenBracket)),
        // `USER-DEFINED`.
        "user" => next.is_some_and(|next| matches!(next.kind, TokenKind::Minus)),
        "map" | "list" | "tuple" | "struct" | "vector" => is_less(next),
        // `ON DELETE SET NULL`, and no type `SET('a', 'b')`.
        "set" => !leads_to(&["null", "default"]),
        // `GENERATED … AS IDENTITY`.
        "identity" => !follows(&["as"]),
        "character" => leads_to(&["set"]),
        "double" => !leads_to(&["precision"]),
        // `VARCHAR2(100 CHAR)`.
        "char" => next.is_some_and(|next| matches!(next.kind, TokenKind::CloseParen)),
        // `PRIMARY KEY ((day), at)`, `ON PRIMARY`.
        "primary" => !leads_to(&["key"]) || (opens(behind.next()) && opens(behind.next())),
        // `KEY name (…)` in a table.
        "key" => !follows(&["primary", "foreign"]),
        // `UNIQUE INDEX name (…)` in a table.
        "index" => !follows(&["create"]),
        // `ON UPDATE CURRENT_TIMESTAMP`.
        "update" => leads_to(&["current_timestamp", "now"]),
        // `COLLATE utf8mb4_bin`; PostgreSQL has such names in quotes only.
        "collate" => next.is_some_and(|next| matches!(next.kind, TokenKind::Ident)),
        // `WITH CHECK ADD`.
        "check" => follows(&["with"]),
        // `FAMILY f1 (id, name)`.
        "family" => opens(next) || opens(behind.next()),
        "encode" => next.is_some_and(|next| matches!(next.kind, TokenKind::Ident)),
        _ => super::tail::begins(text, word, next) || next.is_some_and(is_text),
    }
}
