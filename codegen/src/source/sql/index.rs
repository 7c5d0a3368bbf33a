//! `CREATE INDEX`.

use squawk_syntax::SyntaxKind;

use crate::source::decl::{Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, TableIndexDecl};
use crate::source::sql::constraint::expression;
use crate::source::sql::syntax::{Node, Tree};
use crate::source::sql::tree::{Place, ident, path, qname};

/// Reads an index; gives none for one that is built over a table without its partitions.
pub(super) fn read(tree: &Tree, place: Place<'_>) -> Option<Decl> {
    let node = tree.statement();
    if is_only(node) {
        return None;
    }
    let table = qname(node.child(SyntaxKind::TABLE_RELATION_NAME)?, place)?;
    let name = node.child(SyntaxKind::INDEX).and_then(|name| path(name, place).pop());
    let method = node
        .child(SyntaxKind::USING_METHOD)
        .and_then(|clause| clause.child(SyntaxKind::ACCESS_METHOD_REF))
        .and_then(|method| ident(method, place));
    let parts = node.child(SyntaxKind::PARTITION_ITEM_LIST)?;
    let parts = parts.children_of(SyntaxKind::PARTITION_ITEM).filter_map(|item| part(item, place)).collect();
    let include = node
        .child(SyntaxKind::INDEX_INCLUDE_CLAUSE)
        .and_then(|clause| clause.child(SyntaxKind::PARTITION_ITEM_LIST))
        .map(|list| included(list, place))
        .unwrap_or_default();
    let predicate = node.child(SyntaxKind::WHERE_CLAUSE).and_then(|clause| expression(clause));
    Some(Decl::Index(TableIndexDecl {
        table,
        index: IndexDecl {
            name,
            parts,
            method,
            unique: node.token(SyntaxKind::UNIQUE_KW).map(|keyword| place.span(keyword)),
            primary_key: None,
            nulls_not_distinct: node.child(SyntaxKind::NULLS_NOT_DISTINCT).is_some(),
            include,
            predicate: predicate.map(|condition| place.node(condition)),
            storage: storage(node, place),
            note: None,
            removable: false,
            span: place.span(statement_extent(node)),
        },
    }))
}

/// Returns the bytes of a statement without its semicolon.
fn statement_extent(node: Node<'_>) -> (usize, usize) {
    let (start, end) = node.extent();
    let semicolon = node.token(SyntaxKind::SEMICOLON).map(|semicolon| semicolon.bounds().0);
    (start, semicolon.unwrap_or(end))
}

fn part(item: Node<'_>, place: Place<'_>) -> Option<IndexPartDecl> {
    let mut key = expression(item)?;
    let end = item.extent().1;
    if key.kind() == SyntaxKind::COLLATE {
        key = expression(key)?;
    }
    let (start, key_end) = key.extent();
    let text = place.text((key_end, end));
    let from = key_end + text.len() - text.trim_start().len();
    let options = (!text.trim().is_empty()).then(|| place.spanned((from, end)));
    let key = match key.kind() {
        SyntaxKind::NAME_REF => IndexKey::Column(ident(key, place)?),
        // The parentheses belong to the index, not to the expression.
        SyntaxKind::PAREN_EXPR => match expression(key) {
            Some(inner) => IndexKey::Expression(place.node(inner)),
            None => IndexKey::Expression(place.spanned((start, key_end))),
        },
        _ => IndexKey::Expression(place.spanned((start, key_end))),
    };
    Some(IndexPartDecl { key, options })
}

fn included(list: Node<'_>, place: Place<'_>) -> Vec<Ident> {
    list.children_of(SyntaxKind::PARTITION_ITEM).filter_map(|item| ident(item, place)).collect()
}

/// Returns `WITH (…)` and `TABLESPACE …`.
fn storage(node: Node<'_>, place: Place<'_>) -> Option<crate::span::Spanned<String>> {
    let with = node.child(SyntaxKind::WITH_PARAMS);
    let tablespace = node.child(SyntaxKind::TABLESPACE_CLAUSE);
    let start = with.or(tablespace).map(|clause| clause.extent().0)?;
    let end = tablespace.or(with).map(|clause| clause.extent().1)?;
    Some(place.spanned((start, end)))
}

/// Tells whether an index is built over a table alone, not over its partitions.
fn is_only(node: Node<'_>) -> bool {
    node.child(SyntaxKind::TABLE_RELATION_NAME).is_some_and(|name| name.has(SyntaxKind::ONLY_KW))
}
