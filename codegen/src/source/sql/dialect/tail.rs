//! What databases that keep tables in other places than PostgreSQL write of where: behind a table's parentheses, and in them.

use std::ops::Range;

use squawk_lexer::TokenKind;

use super::Found;
use super::kinds::Kind;
use super::signs::{COCKROACH, HIVE, REDSHIFT, SNOWFLAKE, SPARK};
use crate::source::sql::split::Token;

/// What stands first behind the parentheses, and whose it is.
const TAILS: &[(&[&str], &str)] = &[
    (&["cluster", "by"], SNOWFLAKE),
    (&["data_retention_time_in_days"], SNOWFLAKE),
    (&["change_tracking"], SNOWFLAKE),
    (&["locality"], COCKROACH),
    (&["partitioned", "by"], HIVE),
    (&["clustered", "by"], HIVE),
    (&["stored", "as"], HIVE),
    (&["row", "format"], HIVE),
    (&["tblproperties"], HIVE),
    (&["using", "delta"], SPARK),
    (&["using", "iceberg"], SPARK),
    (&["using", "parquet"], SPARK),
    (&["using", "orc"], SPARK),
    (&["diststyle"], REDSHIFT),
    (&["distkey"], REDSHIFT),
    (&["sortkey"], REDSHIFT),
    (&["compound", "sortkey"], REDSHIFT),
    (&["interleaved", "sortkey"], REDSHIFT),
];

/// Returns the database that has what stands behind the parentheses of a table.
pub(super) fn database(text: &str, rest: &[Token]) -> Option<&'static str> {
    let begins = |words: &[&str]| {
        words.len() <= rest.len() && words.iter().zip(rest).all(|(word, token)| token.is_word(text, word))
    };
    TAILS.iter().find(|(words, _)| begins(words)).map(|(_, database)| *database)
}

/// Tells whether a word, with the one behind it, is one of those.
pub(super) fn begins(text: &str, word: &str, next: Option<&Token>) -> bool {
    TAILS.iter().any(|(words, _)| match words {
        [one] => word.eq_ignore_ascii_case(one),
        [one, other] => word.eq_ignore_ascii_case(one) && next.is_some_and(|next| next.is_word(text, other)),
        _ => false,
    })
}

/// `FAMILY f1 (id, name)`: the columns that CockroachDB keeps together.
pub(super) fn family(text: &str, item: &[Token]) -> bool {
    let [first, rest @ ..] = item else { return false };
    let inside = match rest {
        [open, inside @ .., _] if matches!(open.kind, TokenKind::OpenParen) => inside,
        [_, open, inside @ .., _] if matches!(open.kind, TokenKind::OpenParen) => inside,
        _ => return false,
    };
    let closed = item.last().is_some_and(|last| matches!(last.kind, TokenKind::CloseParen));
    let names = inside.iter().all(|token| matches!(token.kind, TokenKind::Ident | TokenKind::Comma));
    // `family numeric(9, 2)` is a column.
    first.is_word(text, "family") && closed && names && !inside.is_empty()
}

/// `DISTKEY`, `SORTKEY` and `ENCODE lzo` behind a column of Redshift.
pub(super) fn kept(text: &str, item: &[Token], at: usize, found: &mut Found) {
    let Some(token) = item.get(at) else { return };
    let end = match item.get(at + 1) {
        _ if token.is_word(text, "distkey") || token.is_word(text, "sortkey") => token.end,
        Some(next) if token.is_word(text, "encode") && matches!(next.kind, TokenKind::Ident) => next.end,
        _ => return,
    };
    let place: Range<usize> = token.start..end;
    found.sign(REDSHIFT, place.clone());
    found.blank(Kind::Options, place);
}
