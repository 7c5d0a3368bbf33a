//! How deeply a text nests, told by its tokens before a parser that recurses sees it.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// The deepest nesting that is parsed.
pub(crate) const LIMIT: usize = 200;

/// Tells whether a text nests deeper than the limit.
pub(crate) fn is_text_too_deep(text: &str) -> bool {
    // Too short to reach the limit.
    if text.len() < LIMIT {
        return false;
    }
    let mut at = 0_usize;
    is_too_deep(tokenize(text).map(|token| {
        let start = at;
        at += token.len as usize;
        (token.kind, text.get(start..at).unwrap_or_default())
    }))
}

/// Tells whether tokens nest deeper than the limit.
///
/// A bracket opens a level; so does every operator, because a chain of them is a tree as deep as the chain is long. A
/// comma or semicolon ends the chains of its level. The body of a routine is a text that the parser reads too.
pub(crate) fn is_too_deep<'t>(tokens: impl Iterator<Item = (TokenKind, &'t str)>) -> bool {
    let mut routine = false;
    let mut measure = Measure::default();
    for (kind, word) in tokens {
        routine |= word.eq_ignore_ascii_case("function") || word.eq_ignore_ascii_case("procedure");
        if measure.add(kind, word) || (routine && is_text(kind) && is_body_too_deep(word, 3)) {
            return true;
        }
    }
    false
}

/// Tells whether the text between the quotes of a literal nests too deeply, or literals in it do.
fn is_body_too_deep(literal: &str, levels: usize) -> bool {
    // Too short to reach the limit.
    if literal.len() < LIMIT {
        return false;
    }
    let body = literal.trim_matches(|c: char| c != '\'' && c != '$').trim_matches('\'');
    let body = match body.strip_prefix('$').and_then(|rest| rest.split_once('$')) {
        Some((_, inside)) => inside.rsplit_once('$').map_or(inside, |(inside, _)| inside),
        None => body,
    };
    let mut measure = Measure::default();
    let mut at = 0_usize;
    for raw in tokenize(body) {
        let end = at + raw.len as usize;
        let word = body.get(at..end).unwrap_or_default();
        at = end;
        let inner = is_text(raw.kind) && (levels == 0 || is_body_too_deep(word, levels - 1));
        if measure.add(raw.kind, word) || inner {
            return true;
        }
    }
    false
}

fn is_text(kind: TokenKind) -> bool {
    let TokenKind::Literal { kind } = kind else { return false };
    !matches!(kind, LiteralKind::Int { .. } | LiteralKind::Numeric { .. })
}

/// Operators open in each bracket, outermost first, and their sum.
#[derive(Debug)]
struct Measure {
    levels: Vec<usize>,
    total: usize,
    /// Dots of the dotted name that is being read.
    dots: usize,
}

impl Default for Measure {
    fn default() -> Self {
        Self { levels: vec![0], total: 0, dots: 0 }
    }
}

impl Measure {
    /// Takes in a token; tells whether the limit is passed.
    fn add(&mut self, kind: TokenKind, word: &str) -> bool {
        let mut add = 0;
        match kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenCurly => self.levels.push(0),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseCurly => {
                if let (true, Some(closed)) = (self.levels.len() > 1, self.levels.last()) {
                    self.total -= closed;
                    self.levels.pop();
                }
                // `a[1][2]` is a chain as well.
                add = usize::from(matches!(kind, TokenKind::CloseBracket));
            }
            TokenKind::Comma | TokenKind::Semi => {
                if let Some(level) = self.levels.last_mut() {
                    self.total -= std::mem::take(level);
                }
            }
            TokenKind::Ident => add = usize::from(is_operator(word)),
            TokenKind::Slash
            | TokenKind::Minus
            | TokenKind::Colon
            | TokenKind::Eq
            | TokenKind::Gt
            | TokenKind::And
            | TokenKind::Lt
            | TokenKind::Bang
            | TokenKind::Plus
            | TokenKind::Tilde
            | TokenKind::Pound
            | TokenKind::Question
            | TokenKind::Or
            | TokenKind::Percent
            | TokenKind::Caret
            | TokenKind::Star
            | TokenKind::At => add = 1,
            _ => {}
        }
        self.dots = match kind {
            TokenKind::Dot => self.dots + 1,
            TokenKind::Ident | TokenKind::QuotedIdent { .. } | TokenKind::Whitespace => self.dots,
            _ => 0,
        };
        if let Some(level) = self.levels.last_mut() {
            *level += add;
        }
        self.total += add;
        // `||` and `::` are two tokens each, hence operators count half.
        self.levels.len() + self.total / 2 > LIMIT || self.dots > LIMIT
    }
}

/// Tells whether a word opens a level or continues a chain.
fn is_operator(word: &str) -> bool {
    // Every word of a statement comes by: the first letter and the length leave few to compare with.
    let words: &[&str] = match (word.as_bytes().first().map(u8::to_ascii_lowercase), word.len()) {
        (Some(b'a'), 2 | 3 | 5) => &["at", "and", "array"],
        (Some(b'b'), 5 | 7) => &["begin", "between"],
        (Some(b'c'), 4 | 7) => &["case", "collate"],
        (Some(b'e'), 6 | 7) => &["except", "escape", "explain"],
        (Some(b'i'), 2 | 5 | 6 | 9) => &["is", "in", "if", "ilike", "isnull", "intersect"],
        (Some(b'j'), 4) => &["join"],
        (Some(b'l'), 4) => &["like"],
        (Some(b'n'), 3 | 7) => &["not", "notnull"],
        (Some(b'o'), 2 | 8) => &["or", "overlaps", "operator"],
        (Some(b's'), 6 | 7) => &["select", "similar"],
        (Some(b'u'), 5) => &["union"],
        (Some(b'v'), 6) => &["values"],
        (Some(b'w'), 4) => &["with"],
        _ => return false,
    };
    words.iter().any(|operator| word.eq_ignore_ascii_case(operator))
}
