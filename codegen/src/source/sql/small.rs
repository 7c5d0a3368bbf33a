//! Statements of a few words: schemas, extensions, enumerated types, comments.

use squawk_syntax::SyntaxKind;

use crate::source::decl::{
    CommentDecl, CommentTarget, Decl, EnumDecl, EnumValueDecl, ExtensionDecl, Ident, Language, Prose,
    ProseKind, SchemaDecl,
};
use crate::source::sql::comments::Attached;
use crate::source::sql::syntax::Node;
use crate::source::sql::tree::{Place, ident, path, qname, qualified};
use crate::span::Spanned;

/// Reads `CREATE SCHEMA name` of what `was` called otherwise; one with elements or without a name of its own has no declaration.
pub(super) fn schema(node: Node<'_>, place: Place<'_>, was: Option<Ident>) -> Option<Decl> {
    let named = node.child(SyntaxKind::NAMED_SCHEMA)?;
    let only = node
        .children()
        .all(|child| matches!(child.kind(), SyntaxKind::NAMED_SCHEMA | SyntaxKind::IF_NOT_EXISTS));
    if !only || named.has(SyntaxKind::AUTHORIZATION_KW) {
        return None;
    }
    let name = ident(named.child(SyntaxKind::SCHEMA)?, place)?;
    Some(Decl::Schema(SchemaDecl { name, was, span: place.span(node) }))
}

/// Reads `CREATE EXTENSION name`; gives none where it says a schema, a version or `CASCADE`, which are carried as they stand.
pub(super) fn extension(node: Node<'_>, place: Place<'_>) -> Option<Decl> {
    let says_more = |kind| node.descendants().any(|inner| inner.kind() == kind);
    if says_more(SyntaxKind::EXTENSION_SCHEMA) || says_more(SyntaxKind::EXTENSION_VERSION_CLAUSE) {
        return None;
    }
    let text = place.node(node).node;
    let brings_others = |word: &str| word.trim_end_matches(';').eq_ignore_ascii_case("cascade");
    if text.split_whitespace().any(brings_others) {
        return None;
    }
    let name = ident(node.child(SyntaxKind::EXTENSION)?, place)?;
    Some(Decl::Extension(ExtensionDecl { name, span: place.span(node) }))
}

/// Reads `CREATE TYPE … AS ENUM`; gives none for a type of another kind.
pub(super) fn enumeration(node: Node<'_>, attached: &Attached, place: Place<'_>) -> Option<Decl> {
    let labels = node.child(SyntaxKind::ENUM_TYPE)?.child(SyntaxKind::VARIANT_LIST)?;
    let values = labels
        .children_of(SyntaxKind::VARIANT)
        .filter_map(|variant| {
            let literal = variant.child(SyntaxKind::LITERAL)?;
            let name = Spanned::new(literal.string()?, place.span(literal));
            let note = joined(attached.of(place.range(literal).start));
            Some(EnumValueDecl { was: None, name, note })
        })
        .collect();
    Some(Decl::Enum(EnumDecl {
        was: None,
        name: qname(node.child(SyntaxKind::TYPE_NAME)?, place)?,
        values,
        note: joined(attached.statement.clone()),
        if_missing: false,
        language: Language::Sql,
        span: place.span(node),
    }))
}

/// Reads `COMMENT ON`.
pub(super) fn comment(node: Node<'_>, place: Place<'_>) -> Option<Decl> {
    let literal = node.child(SyntaxKind::LITERAL);
    let text = literal.and_then(|literal| {
        Some(Prose { text: literal.string()?, span: place.span(literal), kind: ProseKind::Note })
    });
    let object = node.children().find(|child| child.kind() != SyntaxKind::LITERAL)?;
    let name = |kind| object.child(kind);
    let target = match object.kind() {
        SyntaxKind::OBJECT_TABLE => CommentTarget::Table(qname(name(SyntaxKind::TABLE_NAME_REF)?, place)?),
        SyntaxKind::OBJECT_TYPE => CommentTarget::Type(qname(name(SyntaxKind::TYPE_NAME_REF)?, place)?),
        SyntaxKind::OBJECT_COLUMN => {
            let mut parts = path(name(SyntaxKind::QUALIFIED_COLUMN_NAME_REF)?, place);
            let column = parts.pop()?;
            CommentTarget::Column(qualified(parts)?, column)
        }
        _ => CommentTarget::Other(place.node(object)),
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
