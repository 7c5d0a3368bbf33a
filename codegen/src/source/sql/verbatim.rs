//! Statements that are carried through as they stand, with what they create and name.

use std::collections::BTreeSet;

use squawk_lexer::{TokenKind, tokenize};
use squawk_syntax::SyntaxKind;

use crate::source::decl::{Decl, Ident, QName, VerbatimDecl};
use crate::source::sql::syntax::{Node, Token, Tree};
use crate::source::sql::tree::{Place, identifier, path, qname, qualified};
use crate::span::Spanned;

/// Makes the declaration of a statement; without a tree nothing is known but its kind, its text and what its object `was` called.
pub(super) fn carry(
    kind: &str,
    text: Spanned<String>,
    tree: Option<&Tree>,
    place: Place<'_>,
    was: Option<QName>,
) -> Decl {
    let creates = tree.and_then(|tree| created(tree.statement(), place));
    let mut names = tree.map(|tree| named(tree, place)).unwrap_or_default();
    names.retain(|name| creates.as_ref().is_none_or(|creates| !is_same(creates, name)));
    Decl::Verbatim(VerbatimDecl { kind: kind.to_owned(), creates, names, was, text, stale: false })
}

/// Returns the name of what a statement makes.
///
/// Triggers, policies and rules have names within their tables alone: nothing can name them, so they make nothing here.
fn created(node: Node<'_>, place: Place<'_>) -> Option<QName> {
    if let Some(schema) = node.child(SyntaxKind::NAMED_SCHEMA) {
        return qname(schema.child(SyntaxKind::SCHEMA)?, place);
    }
    // A schema that is only given to a role has the name of the role.
    if let Some(schema) = node.child(SyntaxKind::AUTHORIZATION_SCHEMA) {
        return qname(schema.child(SyntaxKind::ROLE)?, place);
    }
    let name = node.children().find(|child| {
        matches!(
            child.kind(),
            SyntaxKind::AGGREGATE_NAME
                | SyntaxKind::COLLATION
                | SyntaxKind::CONVERSION
                | SyntaxKind::DOMAIN
                | SyntaxKind::EXTENSION
                | SyntaxKind::FOREIGN_DATA_WRAPPER
                | SyntaxKind::FUNCTION_NAME
                | SyntaxKind::INDEX
                | SyntaxKind::LANGUAGE
                | SyntaxKind::OP_CLASS_NAME
                | SyntaxKind::OP_FAMILY_NAME
                | SyntaxKind::PROCEDURE_NAME
                | SyntaxKind::PUBLICATION
                | SyntaxKind::ROLE
                | SyntaxKind::SEQUENCE
                | SyntaxKind::SERVER
                | SyntaxKind::STATISTICS
                | SyntaxKind::TABLE_NAME
                | SyntaxKind::TEXT_SEARCH_CONFIGURATION
                | SyntaxKind::TEXT_SEARCH_DICTIONARY
                | SyntaxKind::TEXT_SEARCH_PARSER
                | SyntaxKind::TEXT_SEARCH_TEMPLATE
                | SyntaxKind::TYPE_NAME
                | SyntaxKind::VIEW
        )
    })?;
    qname(name, place)
}

/// Returns every name of something that is defined elsewhere, once each, in the order of the text.
///
/// Built-in types and what a `WITH` defines are left out; built-in functions are not, since a schema may define
/// functions of their names. The body of an SQL function is read too, since PostgreSQL checks it when the function is made.
fn named(tree: &Tree, place: Place<'_>) -> Vec<QName> {
    let node = tree.statement();
    let mut found = references(node, place);
    if let Some(body) = &tree.body {
        let whole = node.tokens().find(|token| token.kind() == SyntaxKind::DOLLAR_QUOTED_STRING);
        let span = whole.map_or_else(|| place.span(node), |token| place.span(token));
        // Escapes move what follows them: the names of a body stand at the body as a whole.
        let moved = |ident: Ident| Spanned::new(ident.node, span);
        found.extend(
            references(body.root(), place).into_iter().map(|name| QName {
                schema: name.schema.map(moved),
                name: Spanned::new(name.name.node, span),
            }),
        );
    }
    if node.kind() == SyntaxKind::DO {
        let texts = node.tokens().filter(|token| token.kind() == SyntaxKind::DOLLAR_QUOTED_STRING);
        found.extend(texts.flat_map(|token| mentioned(token, place)));
    }
    let mut seen = BTreeSet::new();
    found.retain(|name| seen.insert(name.to_string()));
    found
}

fn references(node: Node<'_>, place: Place<'_>) -> Vec<QName> {
    let local: BTreeSet<String> = node
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::CTE_NAME)
        .filter_map(|node| path(node, place).pop())
        .map(|name| name.node)
        .collect();
    let mut found: Vec<QName> = node.descendants().filter_map(|node| reference(node, place)).collect();
    found.retain(|name| name.schema.is_some() || !local.contains(&name.name.node));
    found
}

/// Returns what a node refers to, where it is a reference.
fn reference(node: Node<'_>, place: Place<'_>) -> Option<QName> {
    match node.kind() {
        SyntaxKind::COLLATION_REF
        | SyntaxKind::DOMAIN_REF
        | SyntaxKind::FOREIGN_DATA_WRAPPER_REF
        | SyntaxKind::FUNCTION_NAME_REF
        | SyntaxKind::INDEX_REF
        | SyntaxKind::OP_CLASS_REF
        | SyntaxKind::PROCEDURE_NAME_REF
        | SyntaxKind::RELATION_NAME_REF
        | SyntaxKind::ROUTINE_NAME_REF
        | SyntaxKind::SEQUENCE_REF
        | SyntaxKind::SERVER_REF
        | SyntaxKind::STATISTICS_REF
        | SyntaxKind::TABLE_NAME_REF
        | SyntaxKind::TEXT_SEARCH_CONFIGURATION_REF
        | SyntaxKind::TEXT_SEARCH_DICTIONARY_REF
        | SyntaxKind::TYPE_NAME_REF
        | SyntaxKind::VIEW_REF => qname(node, place),
        SyntaxKind::QUALIFIED_COLUMN_NAME_REF => {
            let mut parts = path(node, place);
            parts.pop();
            qualified(parts)
        }
        SyntaxKind::PATH_TYPE => {
            let name = qname(node.child(SyntaxKind::PATH_REF)?, place)?;
            let schema = name.schema.as_ref().map(|schema| schema.node.as_str());
            let built_in = BUILT_IN.split(' ').any(|known| known == name.name.node);
            (!built_in && schema != Some("pg_catalog")).then_some(name)
        }
        SyntaxKind::CALL_EXPR => {
            let callee = node.children().next()?;
            let simple = matches!(callee.kind(), SyntaxKind::NAME_REF)
                || (callee.kind() == SyntaxKind::FIELD_EXPR
                    && callee.children().all(|part| part.kind() == SyntaxKind::NAME_REF));
            simple.then(|| qname(callee, place)).flatten()
        }
        SyntaxKind::LITERAL if is_relation(node, place) => {
            let span = place.span(node);
            let text = node.string()?;
            let parts = text.split('.').map(|part| Spanned::new(identifier(part), span));
            qualified(parts.collect())
        }
        _ => None,
    }
}

/// Tells whether a text names a relation: `'s.q'::regclass`, `nextval('s.q')`.
fn is_relation(literal: Node<'_>, place: Place<'_>) -> bool {
    let Some(parent) = literal.parent() else { return false };
    match parent.kind() {
        SyntaxKind::CAST_EXPR => parent
            .child(SyntaxKind::PATH_TYPE)
            .is_some_and(|ty| place.text(ty.extent()).eq_ignore_ascii_case("regclass")),
        SyntaxKind::ARG => {
            let call = parent.ancestors().find(|node| node.kind() == SyntaxKind::CALL_EXPR);
            let name = call.and_then(|call| path(call.children().next()?, place).pop());
            name.is_some_and(|name| matches!(name.node.as_str(), "nextval" | "currval" | "setval"))
        }
        _ => false,
    }
}

/// Returns the names behind the words that names of tables, types and the like follow, in the text of a `DO`.
///
/// Its language is not SQL, so it is not parsed: a name too many only keeps an order that is possible anyway.
fn mentioned(literal: Token<'_>, place: Place<'_>) -> Vec<QName> {
    const BEFORE: &[&str] =
        &["from", "join", "into", "update", "table", "on", "type", "references", "view", "index", "execute"];
    const BETWEEN: &[&str] = &["if", "not", "exists", "only", "function", "procedure"];
    let (start, _) = literal.bounds();
    let text = literal.text();
    let tag = text.get(1..).and_then(|rest| rest.find('$')).map_or(0, |at| at + 2);
    let body = text.get(tag..text.len().saturating_sub(tag)).unwrap_or_default();
    let mut found = Vec::new();
    let mut parts: Option<Vec<Ident>> = None;
    let mut dotted = false;
    let mut at = tag;
    for raw in tokenize(body) {
        let range = (start + at, start + at + raw.len as usize);
        let word = text.get(at..at + raw.len as usize).unwrap_or_default();
        at += raw.len as usize;
        let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
        match raw.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {}
            TokenKind::Dot => dotted = true,
            TokenKind::Ident if is(BETWEEN) && parts.as_ref().is_some_and(Vec::is_empty) => {}
            TokenKind::Ident | TokenKind::QuotedIdent { .. } => match &mut parts {
                Some(parts) if parts.is_empty() || dotted => {
                    parts.push(Spanned::new(identifier(word), place.span(range)));
                    dotted = false;
                }
                _ => {
                    found.extend(parts.take().and_then(qualified));
                    parts = is(BEFORE).then(Vec::new);
                }
            },
            _ => {
                found.extend(parts.take().and_then(qualified));
                dotted = false;
            }
        }
    }
    found.extend(parts.and_then(qualified));
    found
}

fn is_same(a: &QName, b: &QName) -> bool {
    a.name.node == b.name.node
        && match (&a.schema, &b.schema) {
            (Some(a), Some(b)) => a.node == b.node,
            (None, None) => true,
            _ => false,
        }
}

/// Types of PostgreSQL itself that are written as plain names.
const BUILT_IN: &str = "anyarray anycompatible anyelement anyenum anynonarray anyrange bigint bigserial bool boolean box \
    bpchar bytea char cidr circle cstring date daterange dec decimal event_trigger float float4 float8 \
    inet int int2 int4 int4range int8 int8range integer internal interval json jsonb jsonpath \
    language_handler line lseg macaddr money name numeric numrange oid path point polygon real record \
    regclass regproc regprocedure regtype serial serial4 serial8 smallint smallserial text tid timestamp \
    timestamptz time timetz trigger tsquery tsrange tstzrange tsvector uuid varbit varchar void xid xml";
