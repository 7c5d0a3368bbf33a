//! Statements of a few words: schemas, extensions, enumerated types, comments.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::source::decl::{
    CommentDecl, CommentTarget, Decl, EnumDecl, EnumValueDecl, ExtensionDecl, Language, Prose, ProseKind,
    SchemaDecl,
};
use crate::source::sql::comments::Attached;
use crate::source::sql::tree::{Place, child, children, has_token, ident, path, qname, qualified, string};
use crate::span::Spanned;

/// Reads `CREATE SCHEMA name`; one with elements or without a name of its own has no declaration.
pub(super) fn schema(node: &SyntaxNode, place: Place<'_>) -> Option<Decl> {
    let named = child(node, SyntaxKind::NAMED_SCHEMA)?;
    let only = node
        .children()
        .all(|child| matches!(child.kind(), SyntaxKind::NAMED_SCHEMA | SyntaxKind::IF_NOT_EXISTS));
    if !only || has_token(&named, SyntaxKind::AUTHORIZATION_KW) {
        return None;
    }
    let name = ident(&child(&named, SyntaxKind::SCHEMA)?, place)?;
    Some(Decl::Schema(SchemaDecl { name, span: place.span(node) }))
}

/// Reads `CREATE EXTENSION name`; gives none where it says a schema or a version, which are carried as they stand.
pub(super) fn extension(node: &SyntaxNode, place: Place<'_>) -> Option<Decl> {
    let says_more = |kind| node.descendants().any(|inner| inner.kind() == kind);
    if says_more(SyntaxKind::EXTENSION_SCHEMA) || says_more(SyntaxKind::EXTENSION_VERSION_CLAUSE) {
        return None;
    }
    let name = ident(&child(node, SyntaxKind::EXTENSION)?, place)?;
    Some(Decl::Extension(ExtensionDecl { name, span: place.span(node) }))
}

/// Reads `CREATE TYPE … AS ENUM`; gives none for a type of another kind.
pub(super) fn enumeration(node: &SyntaxNode, attached: &Attached, place: Place<'_>) -> Option<Decl> {
    let labels = child(&child(node, SyntaxKind::ENUM_TYPE)?, SyntaxKind::VARIANT_LIST)?;
    let values = children(&labels, SyntaxKind::VARIANT)
        .filter_map(|variant| {
            let literal = child(&variant, SyntaxKind::LITERAL)?;
            let name = Spanned::new(string(&literal)?, place.span(&literal));
            let note = joined(attached.of(place.range(&literal).start));
            Some(EnumValueDecl { name, note })
        })
        .collect();
    Some(Decl::Enum(EnumDecl {
        name: qname(&child(node, SyntaxKind::TYPE_NAME)?, place)?,
        values,
        note: joined(attached.statement.clone()),
        language: Language::Sql,
        span: place.span(node),
    }))
}

/// Reads `COMMENT ON`.
pub(super) fn comment(node: &SyntaxNode, place: Place<'_>) -> Option<Decl> {
    let literal = child(node, SyntaxKind::LITERAL);
    let text = literal.as_ref().and_then(|literal| {
        Some(Prose { text: string(literal)?, span: place.span(literal), kind: ProseKind::Note })
    });
    let object = node.children().find(|child| child.kind() != SyntaxKind::LITERAL)?;
    let name = |kind| child(&object, kind);
    let target = match object.kind() {
        SyntaxKind::OBJECT_TABLE => CommentTarget::Table(qname(&name(SyntaxKind::TABLE_NAME_REF)?, place)?),
        SyntaxKind::OBJECT_TYPE => CommentTarget::Type(qname(&name(SyntaxKind::TYPE_NAME_REF)?, place)?),
        SyntaxKind::OBJECT_COLUMN => {
            let mut parts = path(&name(SyntaxKind::QUALIFIED_COLUMN_NAME_REF)?, place);
            let column = parts.pop()?;
            CommentTarget::Column(qualified(parts)?, column)
        }
        _ => CommentTarget::Other(place.node(&object)),
    };
    Some(Decl::Comment(CommentDecl { target, text, span: place.span(node) }))
}

/// Makes one piece of several.
fn joined(prose: Vec<Prose>) -> Option<Prose> {
    prose.into_iter().reduce(|all, next| Prose {
        text: format!("{}\n{}", all.text, next.text),
        span: all.span.to(next.span),
        kind: all.kind,
    })
}
