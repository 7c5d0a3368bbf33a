//! Columns with names that PostgreSQL takes in quotes only: `references jsonb`, `order integer`.

use std::ops::Range;

use squawk_lexer::TokenKind;
use squawk_parser::is_reserved_keyword;

use crate::diag::Code;
use crate::source::sql::report::Cx;
use crate::source::sql::split::Statement;

const RESERVED: Code = Code::new("sql-reserved-name");

/// Reserved words that begin something else than a column.
const OTHERS: &[&str] = &["check", "constraint", "foreign", "initially", "primary", "unique"];

/// Reports a reserved word in the place of a column's name and returns it; the item is then parsed with another word of its length there.
pub(super) fn name(cx: &mut Cx<'_>, statement: &Statement, item: Range<usize>) -> Option<String> {
    let text = cx.fragment.text();
    let mut tokens = statement.within(item);
    let (first, ty) = (tokens.next()?, tokens.next()?);
    let is_word = |kind: TokenKind| matches!(kind, TokenKind::Ident);
    let place = first.start..first.end;
    let word = text.get(place.clone())?;
    let is_reserved = is_word(first.kind) && first.word.keyword().is_some_and(is_reserved_keyword);
    if !is_reserved || !is_word(ty.kind) || OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other)) {
        return None;
    }
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
