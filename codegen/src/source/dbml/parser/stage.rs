//! Mistakes of a line, and which of them are told first.

use super::Parser;
use crate::diag::{Diagnostic, Stage};
use crate::source::dbml::lexer::{Kind, Token};
use crate::span::Span;

/// Bodies that another element shows to lack their end.
#[derive(Default)]
pub(super) struct Unclosed {
    /// How many of them may still find it.
    count: usize,
    /// Where the last one was reported.
    at: Option<usize>,
    /// Whether the file has as many closing braces as opening ones, once somebody asked.
    balanced: Option<bool>,
}

impl Parser<'_, '_> {
    /// Reports an element inside of another one's body, once where it shows that several bodies lack their end.
    pub(super) fn unclosed_body(&mut self, open: Span) {
        self.unclosed.count += 1;
        if self.unclosed.at.replace(self.at) == Some(self.at) {
            return;
        }
        let balanced = self.is_balanced();
        let (here, word) = (self.here(), self.word());
        self.error(here, format!("this `{word}` begins inside of another element"))
            .label(open, "this brace is not closed")
            .help("add `}` above it")
            .stage(if balanced { Stage::Form } else { Stage::Text });
    }

    /// Tells whether the file has as many closing braces as opening ones.
    fn is_balanced(&mut self) -> bool {
        let count = |sign| self.tokens.iter().filter(|token| token.kind == Kind::Sign(sign)).count();
        let balanced = self.unclosed.balanced.unwrap_or_else(|| count('{') == count('}'));
        self.unclosed.balanced = Some(balanced);
        balanced
    }

    /// Passes what may not stand in a body: a block in braces as a whole, or the rest of the line.
    pub(super) fn pass_misplaced(&mut self) {
        if self.is('{') && self.is_balanced() {
            self.pass_over();
        } else {
            self.at += 1;
            self.skip_line();
        }
    }

    /// Passes lines of a body that begin with no word, as the one before them: all of them are one mistake.
    pub(super) fn pass_wordless(&mut self) {
        self.skip_breaks();
        while let Some(kind) = self.peek()
            && !matches!(kind, Kind::Name | Kind::Quoted | Kind::Sign('}' | '{' | '~'))
        {
            self.at += 1;
            self.skip_line();
            self.skip_breaks();
        }
    }

    /// Passes what a body leaves behind whose end was missed: its end, or the lines up to it.
    pub(super) fn is_behind_unclosed_body(&mut self) -> bool {
        if self.unclosed.count == 0 {
            return false;
        }
        let start = self.at;
        self.pass_lines();
        let was_end = self.tokens.get(start..self.at).unwrap_or_default().iter();
        let ends = was_end.filter(|token| token.kind == Kind::Sign('}')).count();
        self.unclosed.count = self.unclosed.count.saturating_sub(ends);
        self.at > start
    }

    /// Passes lines that begin no element and hold no opening brace: all of them are one mistake.
    pub(super) fn pass_lines(&mut self) {
        loop {
            self.skip_breaks();
            let rest = self.tokens.get(self.at..).unwrap_or_default();
            let line = rest.iter().take_while(|token| token.kind != Kind::Newline);
            let opens = |token: &Token| token.kind == Kind::Sign('{');
            let count = line.clone().count();
            if count == 0 || line.into_iter().any(opens) || self.begins_element(self.at) {
                return;
            }
            self.at += count;
        }
    }

    /// Tells whether a body in braces or a colon follows, behind settings or what stands in parentheses.
    pub(super) fn has_body(&self) -> bool {
        let mut depth = 0_usize;
        for token in self.tokens.get(self.at..).unwrap_or_default() {
            match token.kind {
                Kind::Newline | Kind::Comment => {}
                Kind::Sign('{' | ':') if depth == 0 => return true,
                Kind::Sign('(' | '[') => depth += 1,
                Kind::Sign(')' | ']') if depth > 0 => depth -= 1,
                Kind::Name if depth == 0 && token.raw(self.text).eq_ignore_ascii_case("as") => return true,
                _ if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }

    /// Says what was found instead of something wanted, and how far reading came.
    pub(super) fn unexpected(&mut self, wanted: &str) -> &mut Diagnostic {
        let stage = self.stage_of_line();
        self.expected(wanted).stage(stage)
    }

    /// Tells how far reading came with the rest of a line that is too long or begins with the wrong thing: whether it could be
    /// read at all, as something that may not stand here.
    pub(super) fn stage_of_line(&self) -> Stage {
        let is_word = |token: &Token| {
            matches!(token.kind, Kind::Name | Kind::Quoted | Kind::Text | Kind::Expression | Kind::Number)
        };
        let mut depth = 0_usize;
        let mut before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        for (at, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.kind {
                Kind::Newline | Kind::Comment => break,
                Kind::Sign('(' | '[' | '{') => depth += 1,
                Kind::Sign(')' | ']' | '}') if depth > 0 => depth -= 1,
                Kind::Sign('}') => break,
                Kind::Sign('*' | ',' | '~') => {}
                // Further on they make an element or a path of what stands before them.
                Kind::Sign(':' | '.') if at > self.at => {}
                Kind::Sign(_) => return Stage::Text,
                _ if before.is_some_and(|before| {
                    is_word(before) && is_word(token) && before.range().end == token.range().start
                }) =>
                {
                    return Stage::Text;
                }
                _ => {}
            }
            before = Some(token);
        }
        Stage::Form
    }
}
