//! Columns with names that PostgreSQL takes in quotes only: `references jsonb`, `order integer`.

use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::diag::Code;
use crate::source::sql::report::Cx;
use crate::source::sql::split::Statement;

const RESERVED: Code = Code::new("sql-reserved-name");

/// Words that PostgreSQL reserves and that people name columns with.
const WORDS: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "both",
    "case",
    "cast",
    "collate",
    "column",
    "create",
    "default",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "into",
    "leading",
    "limit",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "references",
    "returning",
    "select",
    "some",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "user",
    "using",
    "when",
    "where",
    "window",
    "with",
];

/// Reports a reserved word in the place of a column's name and returns it; the item is then parsed with another word of its length there.
pub(super) fn name(cx: &mut Cx<'_>, statement: &Statement, item: Range<usize>) -> Option<String> {
    let text = cx.fragment.text();
    let mut tokens = statement.within(item);
    let (first, ty) = (tokens.next()?, tokens.next()?);
    let is_word = |kind: TokenKind| matches!(kind, TokenKind::Ident);
    let is_reserved = is_word(first.kind) && WORDS.iter().any(|word| first.is_word(text, word));
    if !is_reserved || !is_word(ty.kind) {
        return None;
    }
    let place = first.start..first.end;
    let word = text.get(place.clone())?;
    cx.sink
        .warning(
            RESERVED,
            cx.fragment.span(place.clone()),
            format!("`{word}` is a reserved word, read as a column's name"),
        )
        .help(format!("write \"{word}\": PostgreSQL takes it as a name in quotes only"));
    let base = statement.range.start;
    let written = || text.get(statement.range.clone()).unwrap_or_default().to_owned();
    let mut mended = cx.foreign.mended.take().unwrap_or_else(written);
    mended.replace_range(place.start - base..place.end - base, &"z".repeat(place.len()));
    cx.foreign.mended = Some(mended);
    Some(word.to_ascii_lowercase())
}
