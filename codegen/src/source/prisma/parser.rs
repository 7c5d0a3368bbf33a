//! Tokens to the syntax tree; after a mistake it goes on at the next line or block.

mod value;

use crate::diag::{Code, Sink, did_you_mean};
use crate::source::decl::Ident;
use crate::span::{Fragment, Span, Spanned};

use super::lexer::{Kind, Token, lex};
use super::syntax::{
    Arity, Attribute, Block, Comment, Document, Enum, EnumValue, Field, FieldType, Model, Value,
};

const SYNTAX: Code = Code::new("prisma-syntax");
const LAYOUT: Code = Code::new("prisma-layout");

const BLOCKS: &[&str] = &["model", "view", "enum", "type", "datasource", "generator"];

/// Reads one file.
pub(super) fn parse(fragment: &Fragment<'_>, sink: &mut Sink) -> Document {
    let tokens = between_lines(lex(fragment.text()), fragment, sink);
    let mut parser = Parser { fragment, tokens, at: 0, broken: None, sink };
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

/// Leaves out comments that stand in the middle of a line, where Prisma reads none.
fn between_lines(tokens: Vec<Token>, fragment: &Fragment<'_>, sink: &mut Sink) -> Vec<Token> {
    let is_end = |token: Option<&Token>| {
        token.is_none_or(|token| {
            matches!(token.kind, Kind::Newline | Kind::Comment(_) | Kind::BlockComment | Kind::Punct('}'))
        })
    };
    let stands_alone = |at: usize, token: &Token| {
        let before = at.checked_sub(1).and_then(|at| tokens.get(at));
        token.kind != Kind::BlockComment || is_end(before) || is_end(tokens.get(at + 1))
    };
    let kept: Vec<bool> = tokens.iter().enumerate().map(|(at, token)| stands_alone(at, token)).collect();
    let mut out = Vec::with_capacity(tokens.len());
    for (token, is_kept) in tokens.into_iter().zip(kept) {
        if is_kept {
            out.push(token);
        } else {
            let span = fragment.span(token.range);
            sink.leniency(LAYOUT, span, "Prisma reads no comment in the middle of a line")
                .help("move it to a line of its own, or to the end of this one");
        }
    }
    out
}

struct Parser<'a> {
    fragment: &'a Fragment<'a>,
    tokens: Vec<Token>,
    at: usize,
    /// Where a bracket or text ended that is not closed, which is said once however many are open there.
    broken: Option<usize>,
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

    /// Passes line breaks; tells whether there were any.
    fn newlines(&mut self) -> bool {
        let before = self.at;
        while matches!(self.peek(), Some(Kind::Newline | Kind::Comment(_) | Kind::BlockComment)) {
            self.at += 1;
        }
        self.at > before
    }

    /// Reports brackets with line breaks between them, where Prisma has none, or with a comma behind which nothing follows.
    fn brackets(&mut self, open: Span, is_broken: bool, comma: Option<Span>) {
        if is_broken {
            self.sink
                .leniency(LAYOUT, open, "Prisma reads brackets on one line only")
                .help("write what stands between them on the line of the opening bracket");
        }
        if let Some(comma) = comma {
            self.sink
                .leniency(LAYOUT, comma, "Prisma reads no comma behind the last element")
                .help("remove the comma");
        }
    }

    /// Passes a line break; tells whether the line behind it is empty.
    fn blank_line(&mut self) -> bool {
        self.at += 1;
        self.peek() == Some(&Kind::Newline)
    }

    fn comment(&mut self) -> Option<Comment> {
        let word = self.word();
        let (text, is_doc) = match self.peek() {
            Some(Kind::Comment(true)) => (word.strip_prefix("///").unwrap_or(word).trim_start(), true),
            Some(Kind::Comment(false)) => (word.strip_prefix("//").unwrap_or(word).trim(), false),
            Some(Kind::BlockComment) => {
                let inner = word.strip_prefix("/*").unwrap_or(word);
                (inner.strip_suffix("*/").unwrap_or(inner).trim(), true)
            }
            _ => return None,
        };
        let text = text.to_owned();
        let span = self.here();
        self.at += 1;
        Some(Comment { text, span, is_doc })
    }

    fn block(&mut self, document: &mut Document, mut docs: Vec<Comment>) {
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
        let is_apart = self.newlines();
        if is_apart && self.is('{') {
            self.sink
                .leniency(LAYOUT, name.span, "Prisma wants the brace of a block on its first line")
                .help("write it behind the name");
        }
        if !self.eat('{') {
            self.expected("`{`");
            self.skip_block();
            return;
        }
        // Behind the brace it speaks of no field.
        docs.extend(self.comment().map(|comment| Comment { is_doc: false, ..comment }));
        if !matches!(self.peek(), None | Some(Kind::Newline | Kind::Punct('}'))) {
            self.one_line();
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
                let (properties, attributes) = self.body(Self::property);
                for attribute in attributes {
                    let message = format!("a {} has no attributes", kind.node);
                    self.error(attribute.span, message, "remove it");
                }
                document.blocks.push(Block { kind, name, properties });
            }
        }
    }

    /// Reports what stands on the line of a brace.
    fn one_line(&mut self) {
        let here = self.here();
        self.sink
            .leniency(LAYOUT, here, "Prisma reads nothing beside the braces of a block")
            .help("give it a line of its own");
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
        let (mut items, mut attributes, mut docs) = (Vec::new(), Vec::new(), Vec::<Comment>::new());
        // Documentation holds for the next field wherever that stands, and the last group of lines counts.
        let mut is_parted = false;
        loop {
            match self.peek() {
                None => {
                    self.error(open, "this block is not closed".to_owned(), "add `}` behind its last line");
                    break;
                }
                Some(Kind::Newline) => {
                    if self.blank_line() {
                        docs.retain(|comment| comment.is_doc);
                        is_parted = true;
                    }
                }
                Some(Kind::Comment(_) | Kind::BlockComment) => {
                    if std::mem::take(&mut is_parted) {
                        docs.clear();
                    }
                    docs.extend(self.comment());
                }
                Some(Kind::Punct('}')) => {
                    self.at += 1;
                    break;
                }
                Some(Kind::DoubleAt) => {
                    docs.retain(|comment| comment.is_doc);
                    is_parted = true;
                    self.at += 1;
                    attributes.extend(self.attribute());
                    self.end_of_line();
                    // Behind an attribute it speaks of no field.
                    while self.comment().is_some() {}
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
        match self.peek() {
            None | Some(Kind::Newline | Kind::Comment(_) | Kind::BlockComment) => {}
            Some(Kind::Punct('}')) => self.one_line(),
            Some(_) => {
                self.expected("the end of the line");
                // The brace that closes the block may stand on it.
                while !matches!(self.peek(), None | Some(Kind::Newline | Kind::Punct('}'))) {
                    self.at += 1;
                }
            }
        }
    }

    /// Reads what may stand behind an item on its line.
    fn trailing(&mut self, docs: &mut Vec<Comment>) {
        let here = self.here();
        if self.eat(',') {
            self.sink
                .leniency(LAYOUT, here, "Prisma reads no comma between the lines of a block")
                .help("remove it, and give each its own line");
            return;
        }
        self.end_of_line();
        while let Some(comment) = self.comment() {
            docs.push(comment);
        }
    }

    fn enum_value(&mut self, mut docs: Vec<Comment>) -> Option<EnumValue> {
        let Some(name) = self.name() else {
            self.expected("a value of the enum");
            self.skip_line();
            return None;
        };
        let attributes = self.attributes();
        if self.peek() == Some(&Kind::Name) {
            let here = self.here();
            self.sink
                .leniency(LAYOUT, here, "Prisma reads one value of an enum on a line")
                .help("give it a line of its own");
        } else {
            self.trailing(&mut docs);
        }
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
        let here = self.here();
        if self.eat('?') {
            ty.arity = Arity::Optional;
        } else if self.eat('[') {
            ty.arity = Arity::List;
            if self.is(']') && self.before().end != self.here().start {
                self.sink
                    .leniency(LAYOUT, here, "Prisma reads no space in a list's `[]`")
                    .help("write the two brackets together");
            }
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
}
