//! `CLUSTER`: it sorts the rows of a table once, and notes by which index.

use squawk_lexer::TokenKind;

use crate::source::decl::{AlterAction, AlterTableDecl, Decl};
use crate::source::sql::report;
use crate::source::sql::split::{Statement, Token};
use crate::source::sql::tree::{identifier, qualified};
use crate::span::{Fragment, Spanned};

/// Reads `CLUSTER table USING index` and `CLUSTER index ON table` as what is noted of the table.
pub(super) fn read(fragment: &Fragment<'_>, statement: &Statement) -> Option<Decl> {
    let text = fragment.text();
    let mut tokens = statement.significant().peekable();
    tokens.next_if(|token| token.is_word(text, "cluster"))?;
    tokens.next_if(|token| token.is_word(text, "verbose"));
    let first = path(&mut tokens);
    let is_index = tokens.next_if(|token| token.is_word(text, "on")).is_some();
    if !is_index {
        tokens.next_if(|token| token.is_word(text, "using"))?;
    }
    let second = path(&mut tokens);
    let (index, table) = if is_index { (first, second) } else { (second, first) };
    let ident =
        |token: &Token| Spanned::new(identifier(token.text(text)), fragment.span(token.start..token.end));
    let table = qualified(table.iter().map(ident).collect())?;
    let span = fragment.span(statement.range.clone());
    let action = Spanned::new(format!("CLUSTER ON {}", index.last()?.text(text)), span);
    Some(Decl::AlterTable(AlterTableDecl {
        table,
        only: false,
        if_exists: false,
        actions: vec![AlterAction::Other(action)],
        span,
    }))
}

/// Takes a dotted name.
fn path<'t>(tokens: &mut std::iter::Peekable<impl Iterator<Item = &'t Token>>) -> Vec<Token> {
    let mut parts = Vec::new();
    while let Some(part) = tokens.next_if(|token| report::is_name(token)) {
        parts.push(*part);
        if tokens.next_if(|token| matches!(token.kind, TokenKind::Dot)).is_none() {
            break;
        }
    }
    parts
}
