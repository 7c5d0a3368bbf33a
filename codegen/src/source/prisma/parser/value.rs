//! Attributes, and the values in their brackets.

use crate::source::decl::Ident;
use crate::source::prisma::lexer::Kind;
use crate::source::prisma::literal::is_number;
use crate::source::prisma::syntax::{Argument, Attribute, Value};
use crate::span::{Span, Spanned};

use super::{Parser, SYNTAX};

/// Values nest no deeper than this; Prisma's own stay below four.
const MAX_DEPTH: usize = 64;

impl Parser<'_> {
    pub(super) fn attributes(&mut self) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while self.eat('@') {
            attributes.extend(self.attribute());
        }
        attributes
    }

    /// Reads an attribute behind its `@`.
    pub(super) fn attribute(&mut self) -> Option<Attribute> {
        let start = self.before();
        let Some(mut name) = self.name() else {
            self.expected("the name of an attribute");
            self.skip_line();
            return None;
        };
        self.path(&mut name);
        let arguments = if self.eat('(') { self.arguments(0) } else { Vec::new() };
        Some(Attribute { name, arguments, span: start.to(self.before()) })
    }

    /// Reads what stands behind a name and a point.
    fn path(&mut self, name: &mut Ident) {
        while self.eat('.') {
            let Some(part) = self.name() else {
                self.expected("a name");
                return;
            };
            *name = Spanned::new(format!("{}.{}", name.node, part.node), name.span.to(part.span));
        }
    }

    /// Reads arguments behind their opening parenthesis, which may stand on several lines.
    fn arguments(&mut self, depth: usize) -> Vec<Argument> {
        let open = self.before();
        let mut arguments = Vec::new();
        let (mut is_broken, mut comma) = (false, None);
        loop {
            is_broken |= self.continued();
            if self.eat(')') {
                self.brackets(open, is_broken, comma);
                return arguments;
            }
            if self.is_over() {
                self.close(open, ')');
                return arguments;
            }
            let named = self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Punct(':'));
            let name = if named { self.name() } else { None };
            if name.is_some() {
                self.at += 1;
                is_broken |= self.newlines();
            }
            let Some(value) = self.value(depth) else {
                // What there is instead is reported.
                self.give_up();
                return arguments;
            };
            arguments.push(Argument { name, value });
            let end = self.at;
            is_broken |= self.newlines();
            comma = self.is(',').then(|| self.here());
            if !self.eat(',') && !self.is(')') {
                self.at = end;
                self.close(open, ')');
                return arguments;
            }
        }
    }

    /// Passes line breaks between brackets, unless the block goes on or ends behind them; tells whether there were any.
    fn continued(&mut self) -> bool {
        let before = self.at;
        let is_broken = self.newlines();
        if is_broken && self.is_over() {
            self.at = before;
            return false;
        }
        is_broken
    }

    /// Tells whether nothing that stands between brackets can follow.
    fn is_over(&self) -> bool {
        matches!(self.peek(), None | Some(Kind::DoubleAt | Kind::Newline | Kind::Punct('@' | '}')))
    }

    /// Says that a bracket is not closed, and goes on at the end of the line.
    fn close(&mut self, open: Span, bracket: char) {
        if self.broken != Some(self.at) {
            let at = self.here();
            self.sink
                .error(SYNTAX, at, format!("`{bracket}` or `,` is missing here"))
                .label(open, "opened here");
        }
        self.give_up();
    }

    /// Goes on at the end of the line.
    fn give_up(&mut self) {
        self.skip_line();
        self.broken = Some(self.at);
    }

    pub(super) fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            self.error(self.here(), "this nests too deep".to_owned(), "no attribute needs so many brackets");
            return None;
        }
        let span = self.here();
        match self.peek().cloned() {
            Some(Kind::Text(text)) => {
                self.at += 1;
                Some(Value::Text(Spanned::new(text, span)))
            }
            Some(Kind::UnclosedText(text)) => {
                self.at += 1;
                self.error(span, "this text is not closed on its line".to_owned(), "add `\"` at its end");
                self.broken = Some(self.at);
                Some(Value::Text(Spanned::new(text, span)))
            }
            Some(Kind::WrongText(text)) => {
                self.at += 1;
                let message = "this text has an escape or a character that Prisma does not read".to_owned();
                self.error(span, message, "write `\\\\` for a backslash, `\\t` for a tab");
                Some(Value::Text(Spanned::new(text, span)))
            }
            Some(Kind::Number) => {
                let number = self.word().to_owned();
                self.at += 1;
                if !is_number(&number) {
                    self.error(span, format!("`{number}` is no number"), "write digits, as in `-12.5`");
                }
                Some(Value::Number(Spanned::new(number, span)))
            }
            Some(Kind::Name) => self.constant(depth),
            Some(Kind::Punct('[')) => {
                self.at += 1;
                let values = self.listed(span, ']', |parser| parser.value(depth + 1))?;
                Some(Value::Array(values, span.to(self.before())))
            }
            Some(Kind::Punct('{')) => {
                self.at += 1;
                let entries = self.listed(span, '}', |parser| parser.entry(depth))?;
                Some(Value::Object(entries, span.to(self.before())))
            }
            _ => {
                self.expected("a value");
                None
            }
        }
    }

    /// Reads what stands between brackets, behind the opening one.
    fn listed<T>(
        &mut self,
        open: Span,
        close: char,
        mut element: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut found = Vec::new();
        let (mut is_broken, mut comma) = (false, None);
        loop {
            is_broken |= if close == '}' { self.newlines() } else { self.continued() };
            if self.eat(close) {
                self.brackets(open, is_broken, comma);
                return Some(found);
            }
            if self.is_over() {
                self.close(open, close);
                return Some(found);
            }
            found.push(element(self)?);
            let end = self.at;
            is_broken |= self.newlines();
            comma = self.is(',').then(|| self.here());
            if !self.eat(',') && !self.is(close) {
                self.at = end;
                self.close(open, close);
                return Some(found);
            }
        }
    }

    /// Reads `name: value`.
    fn entry(&mut self, depth: usize) -> Option<(Ident, Value)> {
        let name = self.name();
        let Some(name) = name.filter(|_| self.eat(':')) else {
            self.expected("`name: value`");
            return None;
        };
        Some((name, self.value(depth + 1)?))
    }

    fn constant(&mut self, depth: usize) -> Option<Value> {
        let mut name = self.name()?;
        self.path(&mut name);
        if !self.eat('(') {
            return Some(Value::Constant(name));
        }
        let arguments = self.arguments(depth + 1);
        let span = name.span.to(self.before());
        Some(Value::Function { name, arguments, span })
    }
}
