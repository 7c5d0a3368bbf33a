//! What stands before the first element, where elements begin, and tokens that are none.

use super::{ELEMENTS, Parser, SYNTAX};
use crate::diag::{Code, Edit, Stage};
use crate::source::dbml::lexer::{Kind, Token, wrong_escapes};
use crate::span::Span;

const HEADER: Code = Code::new("dbml-text-before-schema");
pub(in crate::source::dbml) const UNCLOSED: Code = Code::new("dbml-unclosed");

impl<'t> Parser<'_, 't> {
    /// Reports every quoted thing that is not closed, which is read as if it ended with its line, and every malformed number.
    pub(super) fn malformed(&mut self) {
        let first_long = self.long_expressions();
        for token in &self.tokens {
            if let Some(what) = token.kind.unclosed() {
                let span = self.fragment.span(token.range());
                self.lost.add_lines(self.lines_of(*token));
                let diagnostic = self.sink.error(UNCLOSED, span, format!("this {what} is not closed"));
                diagnostic.help("add the closing quote").stage(Stage::Tokens);
                if let Some(long) = first_long.filter(|_| token.kind == Kind::OpenExpression) {
                    diagnostic.label(long, "or the one that is missing belongs to this expression");
                }
            } else if token.kind == Kind::BadNumber {
                let span = self.fragment.span(token.range());
                self.sink
                    .error(SYNTAX, span, format!("`{}` is no number", token.raw(self.text)))
                    .help("a number has one point at most and no letters; write a text in quotes")
                    .stage(Stage::Tokens);
            }
        }
    }

    /// Reports every `\u` behind which no character is named.
    pub(super) fn wrong_escapes(&mut self) {
        // Hardly a file has one.
        if !self.text.contains("\\u") {
            return;
        }
        for token in &self.tokens {
            for at in wrong_escapes(*token, self.text) {
                let start = token.range().start + at;
                let span = self.fragment.span(start..start + 2);
                self.sink
                    .error(SYNTAX, span, "this escape names no character")
                    .help(
                        "write four hexadecimal digits behind `\\u`, or `\\\\u` for a backslash and a letter",
                    )
                    .stage(Stage::Tokens);
            }
        }
    }

    /// Where an expression is not closed: takes note of those that go over several lines, for one backtick too few, and what stands
    /// between expressions is read as one. Returns where the first begins.
    fn long_expressions(&mut self) -> Option<Span> {
        if !self.tokens.iter().any(|token| token.kind == Kind::OpenExpression) {
            return None;
        }
        let mut first = None;
        for token in self.tokens.iter().filter(|token| token.kind == Kind::Expression) {
            let raw = token.raw(self.text);
            if let Some((line, _)) = raw.split_once('\n') {
                let start = token.range().start;
                first.get_or_insert_with(|| self.fragment.span(start..start + line.len()));
                self.lost.add_lines(raw);
            }
        }
        first
    }

    /// Returns the whole lines that a token stands in.
    fn lines_of(&self, token: Token) -> &'t str {
        let range = token.range();
        let start = self.text.get(..range.start).and_then(|before| before.rfind('\n')).unwrap_or_default();
        let end = self.text.get(range.end..).and_then(|rest| rest.find('\n'));
        let end = end.map_or(self.text.len(), |at| range.end + at);
        self.text.get(start..end).unwrap_or_default()
    }

    /// Passes the mark that some editors put at the head of a file.
    pub(super) fn byte_order_mark(&mut self) {
        if self.is('\u{feff}') {
            let span = self.here();
            self.at += 1;
            self.sink
                .leniency(HEADER, span, "a byte order mark stands before the schema")
                .help("it was passed over; other tools refuse it")
                .fix("remove it", vec![Edit { span, replacement: String::new() }])
                .stage(Stage::Text);
        }
    }

    /// Reports lines before the first element that are no DBML, as pages leave behind when a schema is copied from them.
    pub(super) fn header(&mut self) {
        let first = self.elements_begin().unwrap_or(self.tokens.len());
        let is_code = |token: &Token| !matches!(token.kind, Kind::Newline | Kind::Comment);
        let junk: Vec<&Token> =
            self.tokens.iter().take(first).skip(self.at).filter(|token| is_code(token)).collect();
        let (Some(start), Some(end)) = (junk.first(), junk.last()) else { return };
        if first == self.tokens.len() {
            return;
        }
        let span = self.fragment.span(start.range().start..end.range().end);
        let mut behind = self.tokens.iter().skip_while(|token| token.range().start < end.range().end);
        let line_break = behind.next().filter(|token| token.kind == Kind::Newline);
        let removal = self.fragment.span(start.range().start..line_break.unwrap_or(end).range().end);
        self.sink
            .leniency(HEADER, span, "this text before the schema is not DBML")
            .help("it was passed over; reading begins with the first element")
            .fix("remove it", vec![Edit { span: removal, replacement: String::new() }])
            .stage(Stage::Text);
        self.at = first;
    }

    /// Returns the first token that begins an element, when text that is none stands before it.
    fn elements_begin(&self) -> Option<usize> {
        let mut line_start = true;
        let mut begin = None;
        for (at, token) in self.tokens.iter().enumerate().skip(self.at) {
            if line_start && self.begins_element(at) {
                begin = Some(at);
                break;
            }
            line_start = token.kind == Kind::Newline;
        }
        // Text with braces of its own is a misspelt element, which is reported as such.
        let begin = begin?;
        let misspelt =
            self.tokens.iter().take(begin).any(|token| matches!(token.kind, Kind::Sign('{' | '}')));
        (!misspelt).then_some(begin)
    }

    /// Tells whether the token begins an element: its keyword, and what must follow it.
    pub(super) fn begins_element(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let word = token.raw(self.text);
        if token.kind != Kind::Name || !ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(word)) {
            return false;
        }
        let mut ahead = self.tokens.iter().skip(at + 1).filter(|token| !matches!(token.kind, Kind::Comment));
        match ahead.next().map(|token| token.kind) {
            Some(Kind::Sign('{' | ':' | '*')) => true,
            Some(Kind::Name | Kind::Quoted) => {
                let rest = ahead.take_while(|token| token.kind != Kind::Newline);
                rest.into_iter().any(|token| matches!(token.kind, Kind::Sign('{' | ':' | '[')))
                    || self.next_line_opens(at)
            }
            _ => false,
        }
    }

    /// Tells whether the line behind a token's own begins with a brace.
    fn next_line_opens(&self, at: usize) -> bool {
        let mut rest = self.tokens.iter().skip(at).skip_while(|token| token.kind != Kind::Newline);
        let mut next = rest.by_ref().skip_while(|token| matches!(token.kind, Kind::Newline | Kind::Comment));
        next.next().is_some_and(|token| token.kind == Kind::Sign('{'))
    }
}
