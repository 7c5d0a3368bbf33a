//! Statements that are carried through as they stand, with what they create and name.

use std::collections::BTreeSet;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::source::decl::{Decl, QName, VerbatimDecl};
use crate::source::sql::tree::{Place, Tree, path, qname, qualified};
use crate::span::Spanned;

/// Makes the declaration of a statement; without a tree nothing is known but its kind and text.
pub(super) fn carry(kind: &str, text: Spanned<String>, tree: Option<&Tree>, place: Place<'_>) -> Decl {
    let creates = tree.and_then(|tree| created(&tree.statement, place));
    let mut names = tree.map(|tree| named(&tree.statement, place)).unwrap_or_default();
    names.retain(|name| creates.as_ref().is_none_or(|creates| !is_same(creates, name)));
    Decl::Verbatim(VerbatimDecl { kind: kind.to_owned(), creates, names, text })
}

/// Returns the name that a statement gives to what it makes: the first name directly under it.
fn created(node: &SyntaxNode, place: Place<'_>) -> Option<QName> {
    let name = node.children().find(|child| is_definition(child.kind()))?;
    qname(&name, place)
}

fn is_definition(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::DOMAIN
            | SyntaxKind::FUNCTION_NAME
            | SyntaxKind::SEQUENCE
            | SyntaxKind::TABLE_NAME
            | SyntaxKind::TYPE_NAME
            | SyntaxKind::VIEW
    )
}

/// Returns every name of something that is defined elsewhere, once each, in the order of the text.
fn named(node: &SyntaxNode, place: Place<'_>) -> Vec<QName> {
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    for reference in node.descendants().filter(|node| is_reference(node.kind())) {
        let name = match reference.kind() {
            SyntaxKind::QUALIFIED_COLUMN_NAME_REF => {
                let mut parts = path(&reference, place);
                parts.pop();
                qualified(parts)
            }
            _ => qname(&reference, place),
        };
        if let Some(name) = name
            && seen.insert(name.to_string())
        {
            names.push(name);
        }
    }
    names
}

fn is_reference(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TABLE_NAME_REF
            | SyntaxKind::RELATION_NAME_REF
            | SyntaxKind::TYPE_NAME_REF
            | SyntaxKind::QUALIFIED_COLUMN_NAME_REF
    )
}

fn is_same(a: &QName, b: &QName) -> bool {
    a.name.node == b.name.node
        && match (&a.schema, &b.schema) {
            (Some(a), Some(b)) => a.node == b.node,
            (None, None) => true,
            _ => false,
        }
}
