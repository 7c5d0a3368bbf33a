//! What two statements have in common that differ in their names and values alone: their tree.
//!
//! The grammar never looks at what a name or a value says, and most scripts say the same few things of many tables. A text is
//! therefore reduced to its shape (keywords as they are, everything else to one text of its kind), and the tree of a shape that
//! was met before is taken over.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use squawk_lexer::{Base, LiteralKind, TokenKind, tokenize};
use squawk_syntax::SyntaxKind;

use super::Element;
use crate::source::sql::lexicon::Lexicon;

/// How many shapes are kept: those of a script that repeats itself, not those of one that never does.
const KEPT: usize = 2_048;

/// The longest text of which the shape is looked for: what is longer is hardly met twice.
const LONGEST: usize = 16_384;

thread_local! {
    /// The trees of shapes that hold no mistake and leave no doubt.
    static TREES: RefCell<IndexMap<String, Rc<[Element]>, FxBuildHasher>> = RefCell::default();
}

/// The words that the grammar knows, in lower case, with what it calls them.
static KEYWORDS: LazyLock<Lexicon<SyntaxKind>> = LazyLock::new(|| {
    let kinds = (0..SyntaxKind::__LAST as u16).map(SyntaxKind::from);
    kinds
        .filter_map(|kind| Some((format!("{kind:?}").strip_suffix("_KW")?.to_ascii_lowercase(), kind)))
        .collect()
});

/// Returns what the grammar calls a word, where it knows it.
pub(in crate::source::sql) fn keyword(word: &str) -> Option<SyntaxKind> {
    KEYWORDS.get(word).map(|(_, kind)| *kind)
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// The first byte of each, and behind them the end of the text.
    pub(super) bounds: Vec<u32>,
    /// What it is like; none where the meaning of a token depends on more than its kind.
    shape: Option<String>,
}

impl Tokens {
    /// Reads the tokens of a text.
    pub(super) fn of(text: &str) -> Tokens {
        Tokens::given(text, tokenize(text).map(|token| (token.kind, token.len as usize)))
    }

    /// Takes the tokens of a text, each with its length in bytes.
    pub(super) fn given(text: &str, tokens: impl Iterator<Item = (TokenKind, usize)>) -> Tokens {
        let mut bounds = Vec::with_capacity(text.len() / 3 + 2);
        let mut shape = (text.len() <= LONGEST).then(|| String::with_capacity(text.len()));
        let mut at = 0;
        let mut is_word_before = false;
        for (kind, length) in tokens {
            bounds.push(super::length(at));
            let end = at + length;
            if let Some(written) = &mut shape {
                let is_word = is_word(kind);
                // Two of them without anything in between could become one when they are made shorter.
                let is_kept = !(is_word && is_word_before)
                    && text.get(at..end).is_some_and(|text| write(written, kind, text));
                is_word_before = is_word;
                if !is_kept {
                    shape = None;
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

/// Tells whether a token begins or ends with letters or digits.
fn is_word(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Ident
            | TokenKind::Literal {
                kind: LiteralKind::Int { .. }
                    | LiteralKind::Numeric { .. }
                    | LiteralKind::DollarQuotedString { .. }
            }
    )
}

/// Writes what a token is like; tells whether that is all that the grammar, and what follows it, wants to know.
fn write(shape: &mut String, kind: TokenKind, text: &str) -> bool {
    let like = match kind {
        TokenKind::Whitespace => " ",
        TokenKind::LineComment | TokenKind::BlockComment { terminated: true } => "/**/",
        TokenKind::Ident => KEYWORDS.get(text).map_or("_", |(keyword, _)| keyword),
        TokenKind::QuotedIdent { terminated: true, uescape: false } if text.len() > 2 => "_",
        TokenKind::Literal { kind } => match kind {
            LiteralKind::Int { base: Base::Decimal, empty_int: false, trailing_junk_start }
                if trailing_junk_start as usize == text.len() =>
            {
                "0"
            }
            LiteralKind::Numeric { empty_exponent_start: None, trailing_junk_start }
                if trailing_junk_start as usize == text.len() =>
            {
                "1"
            }
            LiteralKind::Str { terminated: true } => "''",
            LiteralKind::DollarQuotedString { terminated: true } => "$",
            _ => return false,
        },
        TokenKind::Unknown | TokenKind::Eof | TokenKind::Backtick => return false,
        TokenKind::PositionalParam { .. }
        | TokenKind::QuotedIdent { .. }
        | TokenKind::BlockComment { .. } => {
            return false;
        }
        // A sign stands for itself.
        _ => text,
    };
    shape.push_str(like);
    true
}
