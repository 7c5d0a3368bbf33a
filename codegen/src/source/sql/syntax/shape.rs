//! What two statements have in common that differ in their names and values alone: their tree.
//!
//! The grammar never looks at what a name or a value says, and most scripts say the same few things of many tables. A text is
//! therefore reduced to its shape (keywords as they are, everything else to what kind it is of), and the tree of a shape that
//! was met before is taken over.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use squawk_lexer::{Base, LiteralKind, TokenKind, tokenize};

use super::Element;
use crate::source::sql::split::Token;

/// How many shapes are kept: those of a script that repeats itself, not those of one that never does.
const KEPT: usize = 2_048;

/// The longest text of which the shape is looked for: what is longer is hardly met twice.
const LONGEST: usize = 16_384;

thread_local! {
    /// The trees of shapes that hold no mistake and leave no doubt.
    static TREES: RefCell<IndexMap<Vec<u16>, Rc<[Element]>, FxBuildHasher>> = RefCell::default();
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// The first byte of each, and behind them the end of the text.
    pub(super) bounds: Vec<u32>,
    /// What each is like; none where the meaning of a token depends on more than its kind.
    shape: Option<Vec<u16>>,
}

impl Tokens {
    /// Reads the tokens of a text.
    pub(super) fn of(text: &str) -> Tokens {
        let mut at = 0;
        let tokens = tokenize(text).map(|raw| {
            let token = Token::of(&raw, text, at);
            at = token.end;
            token
        });
        Tokens::given(text, tokens)
    }

    /// Takes the tokens of a text, which follow one another wherever they stand.
    pub(super) fn given(text: &str, tokens: impl Iterator<Item = Token>) -> Tokens {
        // One token for every few bytes: a list that grows is copied.
        let room = tokens.size_hint().1.unwrap_or(text.len() / 3) + 1;
        let mut bounds = Vec::with_capacity(room);
        let mut shape = (text.len() <= LONGEST).then(|| Vec::with_capacity(room));
        let mut at = 0;
        for token in tokens {
            bounds.push(super::length(at));
            let end = at + (token.end - token.start);
            if let Some(written) = &mut shape {
                match like(&token, text.as_bytes().get(at..end).unwrap_or_default()) {
                    Some(like) => written.push(like),
                    None => shape = None,
                }
            }
            at = end;
        }
        bounds.push(super::length(at));
        Tokens { bounds, shape }
    }

    /// Returns the tree that a text of this shape has, where one was kept.
    pub(super) fn known(&self) -> Option<Rc<[Element]>> {
        let shape = self.shape.as_deref()?;
        TREES.with_borrow(|trees| trees.get(shape).cloned())
    }

    /// Keeps a tree for other texts of this shape.
    pub(super) fn keep(self: &mut Tokens, elements: &Rc<[Element]>) {
        let Some(shape) = self.shape.take() else { return };
        TREES.with_borrow_mut(|trees| {
            if trees.len() >= KEPT {
                trees.clear();
            }
            trees.insert(shape, Rc::clone(elements));
        });
    }
}

/// Where the keywords begin among what a token may be like; before them are the signs, and what has a kind alone.
const KEYWORDS: u16 = 0x200;

/// Returns what a token is like; none where the grammar, or what follows it, wants to know more of it.
fn like(token: &Token, text: &[u8]) -> Option<u16> {
    // Behind all signs.
    let kind = |number: u16| Some(0x100 + number);
    match token.kind {
        TokenKind::Whitespace => kind(0),
        TokenKind::LineComment | TokenKind::BlockComment { terminated: true } => kind(1),
        TokenKind::Ident => match token.word.keyword() {
            Some(keyword) => KEYWORDS.checked_add(keyword as u16),
            None => kind(2),
        },
        TokenKind::QuotedIdent { terminated: true, uescape: false } if text.len() > 2 => kind(2),
        TokenKind::Literal { kind: literal } => match literal {
            LiteralKind::Int { base: Base::Decimal, empty_int: false, trailing_junk_start }
                if trailing_junk_start as usize == text.len() =>
            {
                kind(3)
            }
            LiteralKind::Numeric { empty_exponent_start: None, trailing_junk_start }
                if trailing_junk_start as usize == text.len() =>
            {
                kind(4)
            }
            LiteralKind::Str { terminated: true } => kind(5),
            LiteralKind::DollarQuotedString { terminated: true } => kind(6),
            _ => None,
        },
        TokenKind::Unknown
        | TokenKind::Eof
        | TokenKind::Backtick
        | TokenKind::PositionalParam { .. }
        | TokenKind::QuotedIdent { .. }
        | TokenKind::BlockComment { .. } => None,
        // A sign stands for itself.
        _ => match text {
            [sign] => Some(u16::from(*sign)),
            _ => None,
        },
    }
}
