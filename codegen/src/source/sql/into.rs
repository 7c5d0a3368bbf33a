//! `SELECT … INTO t`, which is another way to write `CREATE TABLE t AS SELECT …`.

use squawk_lexer::TokenKind;

use super::report::Cx;
use super::split::{Statement, Token};
use super::tree::identifier;
use super::{report, verbatim};
use crate::source::decl::{Decl, QName};
use crate::span::Spanned;

/// Returns the table that a query makes of its rows, as the statement of the usual form; none where it goes with the session.
pub(super) fn table(cx: &mut Cx<'_>, statement: &Statement) -> Option<Decl> {
    let text = cx.text();
    let tokens: Vec<&Token> = statement.significant().collect();
    let into = position(text, &tokens)?;
    let mut behind = tokens.get(into + 1..)?.iter().copied().peekable();
    let lasts = ["temp", "temporary", "local", "global"];
    if behind.peek().is_some_and(|token| lasts.iter().any(|word| token.is_word(text, word))) {
        return None;
    }
    let logged = behind.next_if(|token| token.is_word(text, "unlogged")).map_or("", |_| "UNLOGGED ");
    _ = behind.next_if(|token| token.is_word(text, "table"));
    let mut path = vec![behind.next()?];
    while behind.next_if(|token| matches!(token.kind, TokenKind::Dot)).is_some() {
        path.push(behind.next()?);
    }
    let (first, last) = (path.first()?, path.last()?);
    let name = text.get(first.start..last.end)?;
    let query = text.get(statement.range.start..tokens.get(into)?.start)?;
    let rest = text.get(last.end..statement.range.end)?;
    let written = format!("CREATE {logged}TABLE {name} AS {}{rest}", query.trim_end());
    let ident =
        |token: &Token| Spanned::new(identifier(token.text(text)), cx.fragment.span(token.start..token.end));
    let mut names = path.iter().rev().map(|token| ident(token));
    let creates = QName { name: names.next()?, schema: names.next() };
    let span = cx.fragment.span(statement.range.clone());
    let tree = report::whole(cx, statement);
    let mut decl = verbatim::carry("table", Spanned::new(written, span), tree.as_ref(), cx.place, None);
    if let Decl::Verbatim(data) = &mut decl {
        data.names.retain(|name| name.to_string() != creates.to_string());
        data.creates = Some(creates);
    }
    Some(decl)
}

/// Returns the place of the `INTO` outside every parenthesis.
fn position(text: &str, tokens: &[&Token]) -> Option<usize> {
    let mut depth = 0_usize;
    tokens.iter().position(|token| {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.is_word(text, "into")
    })
}
