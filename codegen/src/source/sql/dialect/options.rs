//! What stands behind a table's parentheses.

use squawk_lexer::TokenKind;

use super::kinds::Kind;
use super::signs::{CASSANDRA, CLICKHOUSE, MYSQL, SQLITE};
use super::{Foreign, Found, is_text, items, prose, tail};
use crate::source::sql::body::Body;
use crate::source::sql::split::Token;
use crate::span::Fragment;

/// What stands behind a table's parentheses.
pub(super) fn options(
    fragment: &Fragment<'_>,
    tokens: &[Token],
    body: Option<&Body>,
    found: &mut Found,
    foreign: &mut Foreign,
) {
    let text = fragment.text();
    let Some(end) = body.and_then(|body| body.end) else { return };
    let Some(rest) = tokens.get(tokens.partition_point(|token| token.start < end)..) else { return };
    let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return };
    const WORDS: &[&str] = &[
        "engine",
        "default",
        "auto_increment",
        "charset",
        "character",
        "collate",
        "comment",
        "row_format",
        "strict",
    ];
    if let [with, oids] = rest
        && with.is_word(text, "with")
        && oids.is_word(text, "oids")
    {
        found.blank(Kind::Oids, with.start..oids.end);
        return;
    }
    if let Some(database) = tail::database(text, rest) {
        // Nobody else keeps tables so, whatever the columns are called like.
        found.sign(database, first.start..last.end);
        found.sign(database, first.start..last.end);
        found.blank(Kind::Options, first.start..last.end);
        return;
    }
    if first.is_word(text, "on") || first.is_word(text, "textimage_on") || first.is_word(text, "with") {
        items::storage(text, rest, found);
    }
    let rowid = first.is_word(text, "without") && last.is_word(text, "rowid");
    let clustering =
        first.is_word(text, "with") && rest.get(1).is_some_and(|next| next.is_word(text, "clustering"));
    if !rowid && !clustering && !WORDS.iter().any(|word| first.is_word(text, word)) {
        return;
    }
    let mut comment = rest.iter().skip_while(|token| !token.is_word(text, "comment")).skip(1);
    let literal = comment.by_ref().find(|token| !matches!(token.kind, TokenKind::Eq));
    foreign.note = literal.filter(|literal| is_text(literal)).map(|literal| prose(fragment, literal));
    let place = first.start..last.end;
    let tree = rest.iter().any(|token| token.text(text).to_ascii_lowercase().ends_with("mergetree"));
    match () {
        () if tree => found.sign(CLICKHOUSE, place.clone()),
        () if rowid || first.is_word(text, "strict") => found.sign(SQLITE, place.clone()),
        () if clustering => found.sign(CASSANDRA, place.clone()),
        () => found.sign(MYSQL, place.clone()),
    }
    found.blank(Kind::Options, place);
}
