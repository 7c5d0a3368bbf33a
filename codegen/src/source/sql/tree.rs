//! What the nodes of a statement's tree say, with its place in the author's file.

use squawk_syntax::SyntaxKind;

use crate::source::decl::{Ident, QName};
use crate::source::sql::syntax::{Node, Token};
use crate::span::{Fragment, Span, Spanned};

/// Where a parsed text stands in its fragment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The fragment.
    pub(super) fragment: &'a Fragment<'a>,
    /// Byte of the fragment's text at which the parsed text begins.
    base: usize,
    /// Bytes that were put before it to make it a statement.
    skip: usize,
}

impl<'a> Place<'a> {
    /// Makes the place of a text parsed as it stands at byte `base`.
    pub(super) fn at(fragment: &'a Fragment<'a>, base: usize) -> Self {
        Self { fragment, base, skip: 0 }
    }

    /// Makes the place of a text that had `skip` bytes put before it.
    pub(super) fn behind(self, base: usize, skip: usize) -> Self {
        Self { base, skip, ..self }
    }

    /// Returns the byte range in the fragment's text.
    pub(super) fn range(self, range: impl Ranged) -> std::ops::Range<usize> {
        let (start, end) = range.bounds();
        let map = |at: usize| (self.base + at).saturating_sub(self.skip);
        map(start)..map(end)
    }

    /// Returns the place in the author's file.
    pub(super) fn span(self, range: impl Ranged) -> Span {
        self.fragment.span(self.range(range))
    }

    /// Returns the author's text.
    pub(super) fn text(self, range: impl Ranged) -> &'a str {
        self.fragment.text().get(self.range(range)).unwrap_or_default()
    }

    /// Returns the author's text with its place.
    pub(super) fn spanned(self, range: impl Ranged + Copy) -> Spanned<String> {
        Spanned::new(self.text(range).to_owned(), self.span(range))
    }

    /// Returns the text of a node with its place.
    pub(super) fn node(self, node: Node<'_>) -> Spanned<String> {
        self.spanned(node.extent())
    }
}

/// Something that covers bytes of a parsed text.
pub(super) trait Ranged {
    /// Returns the first byte and the one past the last.
    fn bounds(self) -> (usize, usize);
}

impl Ranged for (usize, usize) {
    fn bounds(self) -> (usize, usize) {
        self
    }
}

impl Ranged for Node<'_> {
    fn bounds(self) -> (usize, usize) {
        self.extent()
    }
}

impl Ranged for Token<'_> {
    fn bounds(self) -> (usize, usize) {
        Token::bounds(self)
    }
}

/// Reads a node that holds one identifier.
pub(super) fn ident(node: Node<'_>, place: Place<'_>) -> Option<Ident> {
    let token = node.tokens().next()?;
    Some(Spanned::new(identifier(token.text()), place.span(token)))
}

/// Reads the identifiers under a node, one for each child of a kind.
pub(super) fn idents(node: Node<'_>, kind: SyntaxKind, place: Place<'_>) -> Vec<Ident> {
    node.children_of(kind).filter_map(|child| ident(child, place)).collect()
}

/// Reads the dotted name under a node, all its parts.
pub(super) fn path(node: Node<'_>, place: Place<'_>) -> Vec<Ident> {
    node.tokens()
        .filter(|token| !matches!(token.kind(), SyntaxKind::DOT | SyntaxKind::ONLY_KW | SyntaxKind::STAR))
        .filter(|token| !matches!(token.kind(), SyntaxKind::L_PAREN | SyntaxKind::R_PAREN))
        .map(|token| Spanned::new(identifier(token.text()), place.span(token)))
        .collect()
}

/// Reads the dotted name under a node as a name that may be qualified; a database before the schema is left out.
pub(super) fn qname(node: Node<'_>, place: Place<'_>) -> Option<QName> {
    qualified(path(node, place))
}

/// Makes a qualified name of the last two parts of a dotted one.
pub(super) fn qualified(mut parts: Vec<Ident>) -> Option<QName> {
    let name = parts.pop()?;
    Some(QName { schema: parts.pop(), name })
}

/// The longest name that PostgreSQL keeps, in bytes; what stands behind them is cut off (`NAMEDATALEN - 1`).
pub(super) const LONGEST_NAME: usize = 63;

/// Returns what an identifier means: folded to lower case as PostgreSQL folds it, or without its quotes; cut where it is too long.
///
/// PostgreSQL folds the letters of ASCII alone where the encoding is UTF-8.
pub(super) fn identifier(text: &str) -> String {
    let mut name = whole_identifier(text);
    name.truncate(name.floor_char_boundary(LONGEST_NAME));
    name
}

/// Returns what an identifier means, however long it is.
pub(super) fn whole_identifier(text: &str) -> String {
    let unicode = text.strip_prefix("U&").or_else(|| text.strip_prefix("u&"));
    if let Some(quoted) = unicode.filter(|rest| rest.starts_with('"')) {
        return unescape_unicode(&unquote(quoted, '"'));
    }
    match text.chars().next() {
        Some(quote @ ('"' | '`')) => unquote(text, quote),
        Some('[') => text.trim_start_matches('[').trim_end_matches(']').to_owned(),
        _ => text.to_ascii_lowercase(),
    }
}

fn unquote(text: &str, quote: char) -> String {
    let inner = text.strip_prefix(quote).unwrap_or(text);
    let inner = inner.strip_suffix(quote).unwrap_or(inner);
    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
}

/// Replaces `\0041` and `\+000041`; what is no escape stays as it is.
fn unescape_unicode(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (digits, skip) = if after.starts_with('+') { (after.get(1..7), 7) } else { (after.get(..4), 4) };
        let decoded = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        match (decoded, after.strip_prefix('\\')) {
            (_, Some(after)) => {
                out.push('\\');
                rest = after;
            }
            (Some(char), None) => {
                out.push(char);
                rest = after.get(skip..).unwrap_or_default();
            }
            (None, None) => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out + rest
}

/// Returns a node's text with white space and comments folded into single spaces.
pub(super) fn folded(node: Node<'_>, place: Place<'_>) -> Ident {
    folded_range(node, node.extent(), place)
}

/// Returns the text of the part of a node between two bytes with white space and comments folded into single spaces.
pub(super) fn folded_range(node: Node<'_>, (start, end): (usize, usize), place: Place<'_>) -> Ident {
    let mut out = String::with_capacity(end.saturating_sub(start));
    let mut gap = false;
    if (start, end) == node.extent() && !node.all_tokens().any(|token| token.kind().is_trivia()) {
        out.push_str(node.text());
        return Spanned::new(out, place.span((start, end)));
    }
    for token in node.all_tokens() {
        let (from, to) = token.bounds();
        if from < start || to > end {
            continue;
        }
        if token.kind().is_trivia() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(token.text());
    }
    Spanned::new(out, place.span((start, end)))
}
