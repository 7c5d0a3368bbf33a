//! Indexes inside a table's parentheses.

use std::ops::Range;

use squawk_lexer::TokenKind;

use super::kinds::Kind;
use super::signs::{MYSQL, Signs};
use super::{FOREIGN, named};
use crate::diag::Sink;
use crate::source::decl::{Decl, IndexDecl, IndexKey, IndexPartDecl, TableIndexDecl};
use crate::source::sql::report;
use crate::source::sql::split::{Statement, Token};
use crate::span::{Fragment, Span, Spanned};

/// Reads `ALTER TABLE t ADD INDEX name (…)`, with which MySQL makes an index.
pub(in crate::source::sql) fn added(
    fragment: &Fragment<'_>,
    statement: &Statement,
    signs: &mut Signs,
    sink: &mut Sink,
) -> Option<Decl> {
    let tokens: Vec<Token> = statement.significant().copied().collect();
    let (table, behind) = super::addition(fragment, &tokens)?;
    let (first, last) = (behind.first()?, behind.last()?);
    if !matches!(last.kind, TokenKind::CloseParen) {
        return None;
    }
    let index = index(fragment, behind, &(first.start..last.end))?;
    let place = first.start..last.end;
    signs.sure(MYSQL, place.clone());
    let what = Kind::Added;
    let written = report::clip(fragment.text().get(place.clone()).unwrap_or_default());
    sink.warning(FOREIGN, fragment.span(place), format!("`{written}` is not PostgreSQL: {}", what.what()))
        .help(what.help());
    Some(Decl::Index(TableIndexDecl { table, index }))
}

/// Reads `KEY name (…)`, `UNIQUE INDEX name (…)` and their like; a column called `key` or `index` is none.
pub(super) fn index(fragment: &Fragment<'_>, tokens: &[Token], item: &Range<usize>) -> Option<IndexDecl> {
    let text = fragment.text();
    let mut rest = tokens.iter().peekable();
    let mut unique: Option<Span> = None;
    if let Some(first) = rest.next_if(|token| token.is_word(text, "unique")) {
        unique = Some(fragment.span(first.start..first.end));
    } else {
        rest.next_if(|token| token.is_word(text, "fulltext") || token.is_word(text, "spatial"));
    }
    let said = rest.next_if(|token| token.is_word(text, "key") || token.is_word(text, "index"));
    let name = rest.next_if(|token| report::is_name(token) && !token.is_word(text, "using"));
    // `UNIQUE name (…)` is one too.
    said.or(name.filter(|_| unique.is_some()))?;
    rest.next_if(|token| matches!(token.kind, TokenKind::OpenParen))?;
    let mut parts = Vec::new();
    while let Some(column) = rest.next() {
        if !report::is_name(column) {
            return None;
        }
        // A prefix length, which is left out; a direction.
        let mut options = None;
        let mut depth = 0_usize;
        let closed = loop {
            let token = rest.next()?;
            match token.kind {
                TokenKind::OpenParen => depth += 1,
                TokenKind::CloseParen if depth == 0 => break true,
                TokenKind::CloseParen => depth -= 1,
                TokenKind::Comma if depth == 0 => break false,
                TokenKind::Ident if depth == 0 => {
                    let range = token.start..token.end;
                    options = Some(Spanned::new(token.text(text).to_owned(), fragment.span(range)));
                }
                _ => {}
            }
        };
        parts.push(IndexPartDecl { key: IndexKey::Column(named(fragment, column)), options });
        if closed {
            break;
        }
    }
    let name = name.map(|name| named(fragment, name));
    Some(IndexDecl { name, unique, ..IndexDecl::new(parts, fragment.span(item.clone())) })
}
