//! Tokens to the syntax tree; after a mistake it goes on at the next line or block.

use crate::diag::{Code, Sink, did_you_mean};
use crate::source::decl::Ident;
use crate::span::{Fragment, Span, Spanned};

use super::lexer::{Kind, Token, lex};
use super::syntax::{
    Argument, Arity, Attribute, Block, Comment, Document, Enum, EnumValue, Field, FieldType, Model, Value,
};

const SYNTAX: Code = Code::new("prisma-syntax");

/// Values nest no deeper than this; Prisma's own stay below four.
const MAX_DEPTH: usize = 64;

const BLOCKS: &[&str] = &["model", "view", "enum", "type", "datasource", "generator"];

/// Reads one file.
pub(super) fn parse(fragment: &Fragment<'_>, sink: &mut Sink) -> Document {
    let mut parser = Parser { fragment, tokens: lex(fragment.text()), at: 0, sink };
    let mut document = Document::default();
    let mut comments = Vec::new();
    while parser.peek().is_some() {
        if parser.peek() == Some(&Kind::Newline) {
            if parser.blank_line() {
                comments.clear();
            }
        } else if let Some(comment) = parser.comment() {
            comments.push(comment);
        } else {
            parser.block(&mut document, std::mem::take(&mut comments));
        }
    }
    document
}

struct Parser<'a> {
    fragment: &'a Fragment<'a>,
    tokens: Vec<Token>,
    at: usize,
    sink: &'a mut Sink,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    fn is(&self, c: char) -> bool {
        self.peek() == Some(&Kind::Punct(c))
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.is(c);
        self.at += usize::from(found);
        found
    }

    /// Returns the place of the next token, or of the end of the text.
    fn here(&self) -> Span {
        let end = self.fragment.text().len();
        self.fragment.span(self.tokens.get(self.at).map_or(end..end, |token| token.range.clone()))
    }

    /// Returns the place of the token before the next.
    fn before(&self) -> Span {
        let token = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        self.fragment.span(token.map_or(0..0, |token| token.range.clone()))
    }

    fn word(&self) -> &str {
        let range = self.tokens.get(self.at).map(|token| token.range.clone()).unwrap_or_default();
        self.fragment.text().get(range).unwrap_or_default()
    }

    fn name(&mut self) -> Option<Ident> {
        if self.peek() != Some(&Kind::Name) {
            return None;
        }
        let name = Spanned::new(self.word().to_owned(), self.here());
        self.at += 1;
        Some(name)
    }

    fn error(&mut self, span: Span, message: String, help: impl Into<String>) {
        self.sink.error(SYNTAX, span, message).help(help);
    }

    /// Says what was found instead of something wanted.
    fn expected(&mut self, wanted: &str) {
        let found = match self.peek() {
            None => "the end of the file".to_owned(),
            Some(Kind::Newline) => "the end of the line".to_owned(),
            Some(_) => format!("`{}`", self.word()),
        };
        self.error(self.here(), format!("found {found} instead of {wanted}"), "");
    }

    /// Goes on behind the end of the line.
    fn skip_line(&mut self) {
        while !matches!(self.peek(), None | Some(Kind::Newline)) {
            self.at += 1;
        }
    }

    fn newlines(&mut self) {
        while matches!(self.peek(), Some(Kind::Newline | Kind::Comment(_))) {
            self.at += 1;
        }
    }

    /// Passes a line break; tells whether the line behind it is empty.
    fn blank_line(&mut self) -> bool {
        self.at += 1;
        self.peek() == Some(&Kind::Newline)
    }

    fn comment(&mut self) -> Option<Comment> {
        let Some(Kind::Comment(is_doc)) = self.peek() else { return None };
        let is_doc = *is_doc;
        let text = self.word().trim_start_matches('/').trim().to_owned();
        let span = self.here();
        self.at += 1;
        Some(Comment { text, span, is_doc })
    }

    fn block(&mut self, document: &mut Document, docs: Vec<Comment>) {
        let start = self.here();
        let Some(kind) = self.name() else {
            self.expected("a block");
            self.skip_line();
            return;
        };
        if !BLOCKS.contains(&kind.node.as_str()) {
            let message = format!("`{}` begins no block", kind.node);
            let hint = did_you_mean(&kind.node, BLOCKS.iter().copied());
            let known = format!("a schema is made of {}", BLOCKS.join(", "));
            self.sink.error(SYNTAX, kind.span, message).help(hint).help(known);
            self.skip_block();
            return;
        }
        let Some(name) = self.name() else {
            self.expected(&format!("the name of the {}", kind.node));
            self.skip_block();
            return;
        };
        self.newlines();
        if !self.eat('{') {
            self.expected("`{`");
            self.skip_block();
            return;
        }
        match kind.node.as_str() {
            "enum" => {
                let (values, attributes) = self.body(Self::enum_value);
                let span = start.to(self.before());
                document.enums.push(Enum { name, values, attributes, docs, span });
            }
            "model" | "view" => {
                let (fields, attributes) = self.body(Self::field);
                let (span, is_view) = (start.to(self.before()), kind.node == "view");
                document.models.push(Model { name, is_view, fields, attributes, docs, span });
            }
            "type" => {
                let (_, _) = self.body(Self::field);
                document.blocks.push(Block { kind, name, properties: Vec::new() });
            }
            _ => {
                let (properties, _) = self.body(Self::property);
                document.blocks.push(Block { kind, name, properties });
            }
        }
    }

    /// Passes the rest of a block that cannot be read.
    fn skip_block(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Punct('{') => depth += 1,
                Kind::Punct('}') if depth <= 1 => {
                    self.at += 1;
                    return;
                }
                Kind::Punct('}') => depth -= 1,
                Kind::Newline if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Reads lines up to the closing brace.
    fn body<T>(&mut self, item: fn(&mut Self, Vec<Comment>) -> Option<T>) -> (Vec<T>, Vec<Attribute>) {
        let open = self.before();
        let (mut items, mut attributes, mut docs) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            match self.peek() {
                None => {
                    self.error(open, "this block is not closed".to_owned(), "add `}` behind its last line");
                    break;
                }
                Some(Kind::Newline) => {
                    if self.blank_line() {
                        docs.clear();
                    }
                }
                Some(Kind::Comment(_)) => docs.extend(self.comment()),
                Some(Kind::Punct('}')) => {
                    self.at += 1;
                    break;
                }
                Some(Kind::DoubleAt) => {
                    docs.clear();
                    self.at += 1;
                    attributes.extend(self.attribute());
                    self.end_of_line();
                }
                Some(Kind::Name) if self.begins_block() => {
                    self.error(open, "this block is not closed".to_owned(), "add `}` before the next block");
                    break;
                }
                Some(_) => items.extend(item(self, std::mem::take(&mut docs))),
            }
        }
        (items, attributes)
    }

    /// Tells whether the line opens a block: keyword, name, brace.
    fn begins_block(&self) -> bool {
        let kind = |ahead: usize| self.tokens.get(self.at + ahead).map(|token| &token.kind);
        BLOCKS.contains(&self.word()) && kind(1) == Some(&Kind::Name) && kind(2) == Some(&Kind::Punct('{'))
    }

    fn end_of_line(&mut self) {
        if !matches!(self.peek(), None | Some(Kind::Newline | Kind::Comment(_) | Kind::Punct('}'))) {
            self.expected("the end of the line");
            self.skip_line();
        }
    }

    /// Reads what may stand behind an item on its line.
    fn trailing(&mut self, docs: &mut Vec<Comment>) {
        self.end_of_line();
        docs.extend(self.comment());
    }

    fn enum_value(&mut self, mut docs: Vec<Comment>) -> Option<EnumValue> {
        let Some(name) = self.name() else {
            self.expected("a value of the enum");
            self.skip_line();
            return None;
        };
        let attributes = self.attributes();
        self.trailing(&mut docs);
        Some(EnumValue { name, attributes, docs })
    }

    fn property(&mut self, _docs: Vec<Comment>) -> Option<(Ident, Value)> {
        let name = self.name();
        let Some(name) = name.filter(|_| self.eat('=')) else {
            self.expected("`name = value`");
            self.skip_line();
            return None;
        };
        let value = self.value(0);
        self.end_of_line();
        Some((name, value?))
    }

    fn field(&mut self, mut docs: Vec<Comment>) -> Option<Field> {
        let Some(name) = self.name() else {
            self.expected("a field");
            self.skip_line();
            return None;
        };
        let Some(mut ty) = self.field_type() else {
            self.expected(&format!("the type of `{}`", name.node));
            self.skip_line();
            return None;
        };
        if self.eat('?') {
            ty.arity = Arity::Optional;
        } else if self.eat('[') {
            ty.arity = Arity::List;
            if !self.eat(']') {
                self.expected("`]`");
            }
        }
        let attributes = self.attributes();
        let span = name.span.to(self.before());
        self.trailing(&mut docs);
        Some(Field { name, ty, attributes, docs, span })
    }

    fn field_type(&mut self) -> Option<FieldType> {
        let name = self.name()?;
        if name.node != "Unsupported" || !self.eat('(') {
            return Some(FieldType { name, arity: Arity::Required, unsupported: false });
        }
        let value = self.value(0);
        if !self.eat(')') {
            self.expected("`)`");
        }
        match value? {
            Value::Text(name) => Some(FieldType { name, arity: Arity::Required, unsupported: true }),
            _ => None,
        }
    }

    fn attributes(&mut self) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        while self.eat('@') {
            attributes.extend(self.attribute());
        }
        attributes
    }

    /// Reads an attribute behind its `@`.
    fn attribute(&mut self) -> Option<Attribute> {
        let start = self.before();
        let Some(mut name) = self.name() else {
            self.expected("the name of an attribute");
            self.skip_line();
            return None;
        };
        while self.eat('.') {
            if let Some(part) = self.name() {
                name = Spanned::new(format!("{}.{}", name.node, part.node), name.span.to(part.span));
            }
        }
        let arguments = if self.eat('(') { self.arguments(0) } else { Vec::new() };
        Some(Attribute { name, arguments, span: start.to(self.before()) })
    }

    /// Reads arguments behind their opening parenthesis, which may stand on several lines.
    fn arguments(&mut self, depth: usize) -> Vec<Argument> {
        let open = self.before();
        let mut arguments = Vec::new();
        loop {
            self.newlines();
            if self.eat(')') {
                return arguments;
            }
            let named = self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Punct(':'));
            let name = if named { self.name() } else { None };
            if name.is_some() {
                self.at += 1;
                self.newlines();
            }
            let Some(value) = self.value(depth) else {
                self.close(open, ')');
                return arguments;
            };
            arguments.push(Argument { name, value });
            self.newlines();
            if !self.eat(',') && !self.is(')') {
                self.close(open, ')');
                return arguments;
            }
        }
    }

    /// Says that a bracket is not closed, and goes on at the end of the line.
    fn close(&mut self, open: Span, bracket: char) {
        let at = self.here();
        self.sink.error(SYNTAX, at, format!("`{bracket}` or `,` is missing here")).label(open, "opened here");
        self.skip_line();
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
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
                Some(Value::Text(Spanned::new(text, span)))
            }
            Some(Kind::Number) => {
                let number = self.word().to_owned();
                self.at += 1;
                Some(Value::Number(Spanned::new(number, span)))
            }
            Some(Kind::Name) => self.constant(depth),
            Some(Kind::Punct('[')) => {
                self.at += 1;
                let mut values = Vec::new();
                loop {
                    self.newlines();
                    if self.eat(']') {
                        return Some(Value::Array(values, span.to(self.before())));
                    }
                    values.push(self.value(depth + 1)?);
                    self.newlines();
                    if !self.eat(',') && !self.is(']') {
                        self.close(span, ']');
                        return Some(Value::Array(values, span.to(self.before())));
                    }
                }
            }
            _ => {
                self.expected("a value");
                None
            }
        }
    }

    fn constant(&mut self, depth: usize) -> Option<Value> {
        let mut name = self.name()?;
        while self.eat('.') {
            if let Some(part) = self.name() {
                name = Spanned::new(format!("{}.{}", name.node, part.node), name.span.to(part.span));
            }
        }
        if !self.eat('(') {
            return Some(Value::Constant(name));
        }
        let arguments = self.arguments(depth + 1);
        let span = name.span.to(self.before());
        Some(Value::Function { name, arguments, span })
    }
}
