//! `CREATE INDEX`.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::source::decl::{Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, TableIndexDecl};
use crate::source::sql::constraint::expression;
use crate::source::sql::tree::{
    Place, Ranged, Tree, child, children, extent, has_token, ident, path, qname, token,
};

/// Reads an index; gives none for one that is built over a table without its partitions.
pub(super) fn read(tree: &Tree, place: Place<'_>) -> Option<Decl> {
    let node = &tree.statement;
    if is_only(node) {
        return None;
    }
    let table = qname(&child(node, SyntaxKind::TABLE_RELATION_NAME)?, place)?;
    let name = child(node, SyntaxKind::INDEX).and_then(|name| path(&name, place).pop());
    let method = child(node, SyntaxKind::USING_METHOD)
        .and_then(|clause| child(&clause, SyntaxKind::ACCESS_METHOD_REF))
        .and_then(|method| ident(&method, place));
    let parts = child(node, SyntaxKind::PARTITION_ITEM_LIST)?;
    let parts = children(&parts, SyntaxKind::PARTITION_ITEM).filter_map(|item| part(&item, place)).collect();
    let include = child(node, SyntaxKind::INDEX_INCLUDE_CLAUSE)
        .and_then(|clause| child(&clause, SyntaxKind::PARTITION_ITEM_LIST))
        .map(|list| included(&list, place))
        .unwrap_or_default();
    let predicate = child(node, SyntaxKind::WHERE_CLAUSE).and_then(|clause| expression(&clause));
    Some(Decl::Index(TableIndexDecl {
        table,
        index: IndexDecl {
            name,
            parts,
            method,
            unique: token(node, SyntaxKind::UNIQUE_KW).map(|keyword| place.span(&keyword)),
            primary_key: None,
            nulls_not_distinct: child(node, SyntaxKind::NULLS_NOT_DISTINCT).is_some(),
            include,
            predicate: predicate.map(|condition| place.node(&condition)),
            storage: storage(node, place),
            note: None,
            span: place.span(statement_extent(node)),
        },
    }))
}

/// Returns the bytes of a statement without its semicolon.
fn statement_extent(node: &SyntaxNode) -> (usize, usize) {
    let (start, end) = extent(node);
    let semicolon = token(node, SyntaxKind::SEMICOLON).map(|semicolon| (&semicolon).bounds().0);
    (start, semicolon.unwrap_or(end))
}

fn part(item: &SyntaxNode, place: Place<'_>) -> Option<IndexPartDecl> {
    let mut key = expression(item)?;
    let end = extent(item).1;
    if key.kind() == SyntaxKind::COLLATE {
        key = expression(&key)?;
    }
    let (start, key_end) = extent(&key);
    let text = place.text((key_end, end));
    let from = key_end + text.len() - text.trim_start().len();
    let options = (!text.trim().is_empty()).then(|| place.spanned((from, end)));
    let key = match key.kind() {
        SyntaxKind::NAME_REF => IndexKey::Column(ident(&key, place)?),
        // The parentheses belong to the index, not to the expression.
        SyntaxKind::PAREN_EXPR => match expression(&key) {
            Some(inner) => IndexKey::Expression(place.node(&inner)),
            None => IndexKey::Expression(place.spanned((start, key_end))),
        },
        _ => IndexKey::Expression(place.spanned((start, key_end))),
    };
    Some(IndexPartDecl { key, options })
}

fn included(list: &SyntaxNode, place: Place<'_>) -> Vec<Ident> {
    children(list, SyntaxKind::PARTITION_ITEM).filter_map(|item| ident(&item, place)).collect()
}

/// Returns `WITH (…)` and `TABLESPACE …`.
fn storage(node: &SyntaxNode, place: Place<'_>) -> Option<crate::span::Spanned<String>> {
    let with = child(node, SyntaxKind::WITH_PARAMS);
    let tablespace = child(node, SyntaxKind::TABLESPACE_CLAUSE);
    let start = with.as_ref().or(tablespace.as_ref()).map(|clause| extent(clause).0)?;
    let end = tablespace.as_ref().or(with.as_ref()).map(|clause| extent(clause).1)?;
    Some(place.spanned((start, end)))
}

/// Tells whether an index is built over a table alone, not over its partitions.
fn is_only(node: &SyntaxNode) -> bool {
    child(node, SyntaxKind::TABLE_RELATION_NAME).is_some_and(|name| has_token(&name, SyntaxKind::ONLY_KW))
}
