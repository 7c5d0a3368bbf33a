//! `INSERT … VALUES`.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{AstNode, Expr};

use crate::source::decl::{Decl, DefaultDecl, DefaultKind, RowsDecl};
use crate::source::sql::constraint::literal;
use crate::source::sql::syntax::Node;
use crate::source::sql::tree::{Place, ident, qname};

/// Reads rows of literals under named columns; gives none for any other `INSERT`.
pub(super) fn read(node: Node<'_>, place: Place<'_>) -> Option<Decl> {
    let plain = node.children().all(|child| {
        matches!(
            child.kind(),
            SyntaxKind::RELATION_NAME_REF | SyntaxKind::COLUMN_TARGET_LIST | SyntaxKind::VALUES
        )
    });
    if !plain {
        return None;
    }
    let table = qname(node.child(SyntaxKind::RELATION_NAME_REF)?, place)?;
    let columns: Option<Vec<_>> = node
        .child(SyntaxKind::COLUMN_TARGET_LIST)?
        .children_of(SyntaxKind::COLUMN_TARGET)
        .map(|target| ident(target.child(SyntaxKind::COLUMN_NAME_REF)?, place))
        .collect();
    let columns = columns?;
    let values = node.child(SyntaxKind::VALUES)?;
    if values.children().any(|child| child.kind() != SyntaxKind::ROW_LIST) {
        return None;
    }
    let rows: Option<Vec<_>> = values
        .child(SyntaxKind::ROW_LIST)?
        .children_of(SyntaxKind::ROW)
        .map(|values| row(values, place))
        .collect();
    Some(Decl::Rows(RowsDecl { table, columns, rows: rows?, span: place.span(node) }))
}

fn row(node: Node<'_>, place: Place<'_>) -> Option<Vec<DefaultDecl>> {
    let values: Vec<_> = node
        .children()
        .filter(|value| Expr::can_cast(value.kind()))
        .map(|value| literal(value, place))
        .collect();
    let literals = values.iter().all(|value| value.kind != DefaultKind::Expression);
    (literals && node.children().count() == values.len()).then_some(values)
}
