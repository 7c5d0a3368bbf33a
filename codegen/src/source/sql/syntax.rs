//! A statement's syntax tree: squawk's grammar over one list of elements.
//!
//! Squawk's own tree is made for editing: it counts references to every node that is looked at, and looking for mistakes walks it
//! three times. A statement is read once and thrown away, so its elements stand in one list in the order of the text, and a node
//! is its place in it. Statements of the same `shape` share one list. What squawk finds wrong beyond its grammar is asked for where
//! `doubt` sees that it could find anything.

mod doubt;
mod shape;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use squawk_parser::{EntryPoint, LexedStr, StrStep};
use squawk_syntax::ast::{AstNode, CreateFunction, CreateProcedure, Literal};
use squawk_syntax::syntax_error::SyntaxError;
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode};

use self::shape::Tokens;
use crate::source::sql::split;

/// A parsed text.
#[derive(Debug)]
pub(super) struct Tree {
    text: String,
    tokens: Tokens,
    /// Nodes and tokens, each before what is under it; never empty.
    elements: Rc<[Element]>,
    /// What is wrong with it, in order.
    pub(super) errors: Vec<SyntaxError>,
    /// The SQL that the routine is made of which the statement makes, its escapes resolved: its errors are among the statement's.
    pub(super) body: Option<Box<Tree>>,
}

/// A node or token of a tree.
#[derive(Clone, Copy, Debug)]
struct Element {
    kind: SyntaxKind,
    is_token: bool,
    /// The number of its first token.
    first: u32,
    /// One past the number of its last token.
    end: u32,
    /// The place of the node that it is directly under; the root's is its own.
    parent: u32,
    /// The place behind everything that is under it.
    behind: u32,
}

/// Parses the text of one statement; gives none where the parser gives up.
///
/// The parser asserts what its grammar should guarantee; a text that proves it wrong must not take the program with it.
pub(super) fn parse(text: &str) -> Option<Tree> {
    parsed(text, || Tokens::of(text))
}

/// Parses the text of one statement of which the tokens are known.
pub(super) fn parse_tokens(text: &str, tokens: &[split::Token]) -> Option<Tree> {
    parsed(text, || Tokens::given(text, tokens.iter().copied()))
}

fn parsed(text: &str, tokens: impl FnOnce() -> Tokens) -> Option<Tree> {
    catch_unwind(AssertUnwindSafe(|| {
        let tokens = tokens();
        if let Some(elements) = tokens.known() {
            return Tree { text: text.to_owned(), tokens, elements, errors: Vec::new(), body: None };
        }
        let (mut tree, is_broken) = read(text, tokens);
        if is_broken || doubt::is_due(&tree) {
            let parse = SourceFile::parse(text);
            tree.errors = parse.errors();
            let statement = parse.syntax_node().children().next();
            tree.body = statement.and_then(sql_body).map(|body| Box::new(read(&body, Tokens::of(&body)).0));
        } else {
            tree.tokens.keep(&tree.elements);
        }
        tree
    }))
    .ok()
}

/// Returns the tree of a text, and whether the grammar finds a mistake in it.
fn read(text: &str, tokens: Tokens) -> (Tree, bool) {
    let lexed = LexedStr::new(text);
    let output = EntryPoint::SourceFile.parse(&lexed.to_input());
    // One element for every few bytes: a list that grows is copied.
    let elements = Vec::with_capacity(text.len() / 3 + 8);
    let mut builder =
        Builder { elements, open: Vec::new(), bounds: &tokens.bounds, at: 0, next: 0, is_broken: false };
    lexed.intersperse_trivia(&output, &mut |step| builder.step(&step));
    let is_broken = builder.is_broken || lexed.errors().next().is_some();
    let elements = builder.elements.into();
    (Tree { text: text.to_owned(), tokens, elements, errors: Vec::new(), body: None }, is_broken)
}

/// Returns the text of the SQL that a routine is made of.
fn sql_body(statement: SyntaxNode) -> Option<String> {
    let body = match CreateFunction::cast(statement.clone()) {
        Some(function) => function.sql_body(),
        None => CreateProcedure::cast(statement)?.sql_body(),
    };
    Some(body?.text().to_owned())
}

#[derive(Debug)]
struct Builder<'t> {
    elements: Vec<Element>,
    /// Places of the nodes that are not closed yet, outermost first.
    open: Vec<u32>,
    /// The first byte of each token.
    bounds: &'t [u32],
    /// Bytes that were given so far.
    at: u32,
    /// The number of the token that begins there.
    next: u32,
    is_broken: bool,
}

impl Builder<'_> {
    fn step(&mut self, step: &StrStep<'_>) {
        match step {
            StrStep::Enter { kind } => {
                let place = self.push(*kind, false, self.next);
                self.open.push(place);
            }
            StrStep::Token { kind, text } => {
                self.at += length(text.len());
                let first = self.next;
                // Signs that make up one operator are given together.
                while self.bounds.get(self.next as usize).is_some_and(|start| *start < self.at) {
                    self.next += 1;
                }
                self.push(*kind, true, first);
            }
            StrStep::Exit => {
                let behind = length(self.elements.len());
                let node = self.open.pop().and_then(|place| self.elements.get_mut(place as usize));
                if let Some(node) = node {
                    node.end = self.next;
                    node.behind = behind;
                }
            }
            StrStep::Error { .. } => self.is_broken = true,
        }
    }

    fn push(&mut self, kind: SyntaxKind, is_token: bool, first: u32) -> u32 {
        let place = length(self.elements.len());
        let parent = self.open.last().copied().unwrap_or(place);
        self.elements.push(Element { kind, is_token, first, end: self.next, parent, behind: place + 1 });
        place
    }
}

/// Converts a length; the parser itself counts no further.
fn length(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

impl Tree {
    /// Returns the node of the statement; of a text without one, that of the whole text.
    pub(super) fn statement(&self) -> Node<'_> {
        let root = self.root();
        root.children().next().unwrap_or(root)
    }

    /// Returns the node of the whole text.
    pub(super) fn root(&self) -> Node<'_> {
        Node { tree: self, at: 0 }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a place is that of an element of this tree, which always has a root"
    )]
    fn element(&self, at: u32) -> &Element {
        &self.elements[at as usize]
    }

    /// Returns the first byte of an element and the one past its last.
    fn bounds(&self, at: u32) -> (usize, usize) {
        let Element { first, end, .. } = *self.element(at);
        let byte = |token: u32| {
            self.tokens.bounds.get(token as usize).map_or(self.text.len(), |byte| *byte as usize)
        };
        (byte(first), byte(end))
    }

    fn text(&self, at: u32) -> &str {
        let (start, end) = self.bounds(at);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Returns the places of the elements directly under a node.
    fn under(&self, at: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let end = self.element(at).behind;
        let first = (at + 1 < end).then_some(at + 1);
        std::iter::successors(first, move |at| Some(self.element(*at).behind).filter(|next| *next < end))
    }
}

/// A node of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    tree: &'t Tree,
    at: u32,
}

impl<'t> Node<'t> {
    /// Returns what it is.
    pub(super) fn kind(self) -> SyntaxKind {
        self.tree.element(self.at).kind
    }

    /// Returns its text.
    pub(super) fn text(self) -> &'t str {
        self.tree.text(self.at)
    }

    /// Returns the bytes that it covers, white space and comments at its ends left out.
    pub(super) fn extent(self) -> (usize, usize) {
        let (start, end) = self.tree.bounds(self.at);
        if self.at > 0 {
            // Nodes begin and end with what means something; the root alone holds what stands around it.
            return (start, end);
        }
        let mut solid = self.tokens().map(Token::bounds);
        match solid.next() {
            Some((first, last)) => (first, solid.last().map_or(last, |(_, last)| last)),
            None => (start, end),
        }
    }

    /// Returns the node that it is directly under.
    pub(super) fn parent(self) -> Option<Node<'t>> {
        let parent = self.tree.element(self.at).parent;
        (parent != self.at).then_some(Node { at: parent, ..self })
    }

    /// Returns itself and the nodes that it is under, innermost first.
    pub(super) fn ancestors(self) -> impl Iterator<Item = Node<'t>> {
        std::iter::successors(Some(self), |node| node.parent())
    }

    /// Returns the nodes directly under it.
    pub(super) fn children(self) -> impl Iterator<Item = Node<'t>> + Clone {
        let tree = self.tree;
        tree.under(self.at).filter(|at| !tree.element(*at).is_token).map(move |at| Node { tree, at })
    }

    /// Returns the first child of a kind.
    pub(super) fn child(self, kind: SyntaxKind) -> Option<Node<'t>> {
        self.children().find(|child| child.kind() == kind)
    }

    /// Returns the children of a kind.
    pub(super) fn children_of(self, kind: SyntaxKind) -> impl Iterator<Item = Node<'t>> + Clone {
        self.children().filter(move |child| child.kind() == kind)
    }

    /// Tells whether a token of a kind is directly under it.
    pub(super) fn has(self, kind: SyntaxKind) -> bool {
        self.token(kind).is_some()
    }

    /// Returns the first token of a kind directly under it.
    pub(super) fn token(self, kind: SyntaxKind) -> Option<Token<'t>> {
        let tree = self.tree;
        let is = |element: &Element| element.is_token && element.kind == kind;
        tree.under(self.at).find(|at| is(tree.element(*at))).map(|at| Token { tree, at })
    }

    /// Returns itself and the nodes under it, each before its own.
    pub(super) fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        let tree = self.tree;
        self.places().filter(|at| !tree.element(*at).is_token).map(move |at| Node { tree, at })
    }

    /// Returns the kinds of everything under it, and its own.
    pub(super) fn kinds(self) -> impl Iterator<Item = SyntaxKind> {
        let tree = self.tree;
        self.places().map(|at| tree.element(at).kind)
    }

    /// Returns every token under it.
    pub(super) fn all_tokens(self) -> impl Iterator<Item = Token<'t>> {
        let tree = self.tree;
        self.places().filter(|at| tree.element(*at).is_token).map(move |at| Token { tree, at })
    }

    /// Returns the tokens under it that mean something.
    pub(super) fn tokens(self) -> impl Iterator<Item = Token<'t>> {
        self.all_tokens().filter(|token| !token.kind().is_trivia())
    }

    fn places(self) -> std::ops::Range<u32> {
        self.at..self.tree.element(self.at).behind
    }

    /// Returns the value of a literal that is a text; of any other literal, none of it.
    pub(super) fn string(self) -> Option<String> {
        if self.kind() != SyntaxKind::LITERAL {
            return None;
        }
        let text = self.text();
        let mut tokens = self.tokens().map(Token::kind);
        match (tokens.next(), tokens.next()) {
            (Some(SyntaxKind::STRING), None) => {
                return Some(text.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"));
            }
            (Some(kind), None) if !is_text(kind) => return Some(String::new()),
            _ => {}
        }
        let parse = SourceFile::parse(&format!("SELECT {text}"));
        parse.syntax_node().descendants().find_map(Literal::cast)?.string_value()
    }
}

/// Tells whether a token is a text, in whichever quotes.
fn is_text(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::BIT_STRING
            | SyntaxKind::BYTE_STRING
            | SyntaxKind::DOLLAR_QUOTED_STRING
            | SyntaxKind::ESC_STRING
            | SyntaxKind::NATIONAL_STRING
            | SyntaxKind::STRING
            | SyntaxKind::UNICODE_ESC_STRING
    )
}

/// A token of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    tree: &'t Tree,
    at: u32,
}

impl<'t> Token<'t> {
    /// Returns what it is.
    pub(super) fn kind(self) -> SyntaxKind {
        self.tree.element(self.at).kind
    }

    /// Returns its text.
    pub(super) fn text(self) -> &'t str {
        self.tree.text(self.at)
    }

    /// Returns its first byte and the one past its last.
    pub(super) fn bounds(self) -> (usize, usize) {
        self.tree.bounds(self.at)
    }
}

#[cfg(test)]
mod tests;
