//! Tokens read one after the other.

use super::{Token, name_of};
use crate::model::ident::{MAX_IDENT_BYTES, PgIdent, QualifiedName, clip};

/// Reads tokens one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a, 't> {
    text: &'t str,
    tokens: &'a [Token<'t>],
    at: usize,
}

impl<'a, 't> Cursor<'a, 't> {
    /// Begins at the first of some tokens of a text.
    pub(crate) fn new(text: &'t str, tokens: &'a [Token<'t>]) -> Self {
        Self { text, tokens, at: 0 }
    }

    /// Returns the next token.
    pub(crate) fn peek(&self) -> Option<&'a Token<'t>> {
        self.tokens.get(self.at)
    }

    /// Returns the next token and goes behind it.
    pub(crate) fn next(&mut self) -> Option<&'a Token<'t>> {
        let token = self.tokens.get(self.at);
        self.at += usize::from(token.is_some());
        token
    }

    /// Tells whether nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Goes behind words if they are next.
    pub(crate) fn eat(&mut self, words: &str) -> bool {
        let mut at = self.at;
        for word in words.split(' ') {
            if !self.tokens.get(at).is_some_and(|token| token.is(word)) {
                return false;
            }
            at += 1;
        }
        self.at = at;
        true
    }

    /// Goes behind the first of some words, each given with what it means, that is next.
    pub(crate) fn eat_any<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        words.iter().find(|(words, _)| self.eat(words)).map(|(_, meaning)| *meaning)
    }

    /// Reads a name.
    pub(crate) fn ident(&mut self) -> Option<PgIdent> {
        let token = self.peek().filter(|token| token.is_name())?;
        self.at += 1;
        Some(PgIdent::new(clip(&token.value, MAX_IDENT_BYTES)))
    }

    /// Reads a name with the schema that it may have.
    pub(crate) fn name(&mut self) -> Option<QualifiedName> {
        let mut path = vec![self.ident()?.as_str().to_owned()];
        while self.eat(".") {
            path.push(self.ident()?.as_str().to_owned());
        }
        Some(name_of(&path))
    }

    /// Reads what stands in parentheses; gives the tokens between them.
    pub(crate) fn group(&mut self) -> Option<Cursor<'a, 't>> {
        if !self.eat("(") {
            return None;
        }
        let start = self.at;
        let mut depth = 1_usize;
        while let Some(token) = self.next() {
            match token {
                token if token.is("(") => depth += 1,
                token if token.is(")") => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let tokens = self.tokens.get(start..self.at - 1).unwrap_or_default();
                return Some(Cursor { text: self.text, tokens, at: 0 });
            }
        }
        None
    }

    /// Goes on, over whole parentheses, until a token of which `stop` holds, or to the end; gives what it passed.
    pub(crate) fn until(&mut self, stop: impl Fn(&Token<'_>) -> bool) -> Cursor<'a, 't> {
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            if depth == 0 && stop(token) {
                break;
            }
            match token {
                token if token.is("(") || token.is("[") => depth += 1,
                token if token.is(")") || token.is("]") => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
        let tokens = self.tokens.get(start..self.at).unwrap_or_default();
        Cursor { text: self.text, tokens, at: 0 }
    }

    /// Goes behind the bounds of a partition: `DEFAULT`, `FOR VALUES FROM (…) TO (…)` and the like.
    pub(crate) fn eat_bound(&mut self) {
        if self.eat("default") || !self.eat("for values") {
            return;
        }
        if self.eat("from") {
            self.group();
            _ = self.eat("to");
            self.group();
        } else if self.eat("in") || self.eat("with") {
            self.group();
        }
    }

    /// Splits what is left at its commas.
    pub(crate) fn split(mut self) -> Vec<Cursor<'a, 't>> {
        let mut parts = Vec::new();
        while !self.is_done() {
            parts.push(self.until(|token| token.is(",")));
            self.next();
        }
        parts
    }

    /// Returns what is left as it is written.
    pub(crate) fn rest(&self) -> &'t str {
        let left = self.tokens.get(self.at..).unwrap_or_default();
        let range = left.first().zip(left.last()).map(|(first, last)| first.start..last.end());
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }
}
