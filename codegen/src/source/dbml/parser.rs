//! Tokens to the syntax tree. After a mistake reading goes on at the next line, closing bracket or top-level keyword.

pub(super) mod body;
mod head;
mod reference;
mod setting;
mod stage;
mod table;
mod view;

pub(super) use head::UNCLOSED;
pub(super) use table::{flag, note_of};

use crate::diag::{Code, Diagnostic, Sink, Stage, did_you_mean};
use crate::source::decl::ProseKind;
use crate::span::{Fragment, Span, Spanned};

use super::lexer::{Kind, Token, lex};
use super::syntax::{Document, Item, Lost, Name, Remark, Setting, Word, joined};
use bumpalo::Bump;
use std::borrow::Cow;

const SYNTAX: Code = Code::new("dbml-syntax");
const UNKNOWN_ELEMENT: Code = Code::new("dbml-unknown-element");
const MISSING_SPACE: Code = Code::new("dbml-missing-space");

/// Words that begin an element, in lower case.
const ELEMENTS: &[&str] = &[
    "project",
    "table",
    "tablepartial",
    "enum",
    "ref",
    "tablegroup",
    "note",
    "records",
    "diagramview",
    "metadata",
    "dep",
    "use",
    "reuse",
];

/// Reads one file, whose text is that of the fragment; the tree lies in the arena.
pub(super) fn parse<'t>(
    text: &'t str,
    fragment: &Fragment<'_>,
    arena: &'t Bump,
    sink: &mut Sink,
) -> Document<'t> {
    let tokens = without_inner_comments(lex(text), text);
    let last_opener = tokens.iter().rposition(|token| matches!(token.kind, Kind::Sign('{' | ':')));
    let mut parser = Parser {
        text,
        fragment,
        arena,
        tokens,
        last_opener,
        unclosed: stage::Unclosed::default(),
        lost: Lost::default(),
        at: 0,
        sink,
        comments: Vec::new(),
        settings_room: Vec::new(),
        table_room: table::Room::default(),
    };
    let mut document = Document::default();
    parser.malformed();
    parser.wrong_escapes();
    parser.byte_order_mark();
    parser.header();
    while parser.more() {
        parser.element(&mut document);
    }
    document.lost = parser.lost;
    document
}

/// The tokens of a file and where reading stands.
struct Parser<'a, 't> {
    text: &'t str,
    /// Knows where each byte of the text stands in the author's file.
    fragment: &'a Fragment<'a>,
    /// Holds the tree.
    arena: &'t Bump,
    tokens: Vec<Token>,
    /// The last `{` or `:`.
    last_opener: Option<usize>,
    /// Bodies that another element shows to lack their end.
    unclosed: stage::Unclosed,
    /// What could not be read.
    lost: Lost<'t>,
    at: usize,
    sink: &'a mut Sink,
    /// Comments directly above what is read next.
    comments: Vec<Remark<'t>>,
    /// Where settings are gathered, kept from one list to the next.
    settings_room: Vec<Setting<'t>>,
    /// Where what a table holds is gathered, kept from one table to the next.
    table_room: table::Room<'t>,
}

impl<'t> Parser<'_, 't> {
    fn peek(&self) -> Option<Kind> {
        self.ahead(0)
    }

    /// Returns the kind of a token further on, comments and line breaks counted.
    fn ahead(&self, count: usize) -> Option<Kind> {
        self.tokens.get(self.at + count).map(|token| token.kind)
    }

    /// Returns the next token as it is written.
    fn word(&self) -> &'t str {
        self.tokens.get(self.at).map(|token| token.raw(self.text)).unwrap_or_default()
    }

    /// Returns what the next token says.
    fn meaning(&self) -> &'t str {
        self.tokens.get(self.at).map(|token| self.kept(token.meaning(self.text))).unwrap_or_default()
    }

    /// Returns a text of the file, or one that was made of it, for the tree.
    fn kept(&self, text: Cow<'t, str>) -> &'t str {
        match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => self.arena.alloc_str(&text),
        }
    }

    /// Moves what was gathered into a list of the tree.
    fn list<T: Copy>(&self, room: &mut Vec<T>) -> &'t [T] {
        let list = self.arena.alloc_slice_copy(room);
        room.clear();
        list
    }

    /// Returns a word in lower case.
    fn lower(&self, word: Word<'t>) -> Word<'t> {
        word.map(|text| self.kept(lower(text.into())))
    }

    /// Takes the next token and returns what it says.
    fn take(&mut self) -> Word<'t> {
        let word = Spanned::new(self.meaning(), self.here());
        self.at += 1;
        word
    }

    fn is_word(&self, word: &str) -> bool {
        self.peek() == Some(Kind::Name) && self.word().eq_ignore_ascii_case(word)
    }

    fn is(&self, sign: char) -> bool {
        self.peek() == Some(Kind::Sign(sign))
    }

    fn eat(&mut self, sign: char) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn here(&self) -> Span {
        let end = self.text.len();
        self.fragment.span(self.tokens.get(self.at).map_or(end..end, |token| token.range()))
    }

    /// Returns the place of the last token that was read and is no line break.
    fn before(&self) -> Span {
        self.fragment.span(self.before_breaks().map_or(0..0, |token| token.range()))
    }

    /// Passes line breaks and comments; tells whether anything is left. Comments that stand directly above what follows are
    /// kept for it.
    fn more(&mut self) -> bool {
        let mut breaks = 0;
        loop {
            match self.peek() {
                None => return false,
                Some(Kind::Newline) => {
                    breaks += 1;
                    if breaks > 1 {
                        self.comments.clear();
                    }
                }
                Some(Kind::Comment) => {
                    if breaks > 0 || self.at == 0 {
                        self.comments.push(self.comment());
                    }
                    breaks = 0;
                }
                Some(Kind::OpenComment) => {}
                Some(_) => return true,
            }
            self.at += 1;
        }
    }

    /// Returns the next token, a comment.
    fn comment(&self) -> Remark<'t> {
        Remark { text: self.meaning(), span: self.here(), kind: ProseKind::Comment }
    }

    /// Passes line breaks and comments inside brackets.
    fn skip_breaks(&mut self) {
        while matches!(self.peek(), Some(Kind::Newline | Kind::Comment)) {
            self.at += 1;
        }
    }

    fn error(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.sink.error(SYNTAX, span, message).stage(Stage::Text)
    }

    /// Says what was found instead of something wanted.
    fn expected(&mut self, wanted: &str) -> &mut Diagnostic {
        let found = match self.peek() {
            None => "the end of the file".to_owned(),
            Some(Kind::Newline | Kind::Comment) => "the end of the line".to_owned(),
            Some(_) => format!("`{}`", self.word().lines().next().unwrap_or_default()),
        };
        let span = self.here();
        self.error(span, format!("found {found} instead of {wanted}"))
    }

    /// Returns the last token that was read and is no line break.
    fn before_breaks(&self) -> Option<&Token> {
        let read = self.tokens.get(..self.at)?;
        read.iter().rev().find(|token| !matches!(token.kind, Kind::Newline | Kind::Comment))
    }

    /// Returns how far reading comes at a colon in the place of a body: what stands behind it may be anything but an element.
    fn stage_of_colon(&self) -> Stage {
        let line = self
            .tokens
            .get(self.at..)
            .unwrap_or_default()
            .iter()
            .take_while(|token| token.kind != Kind::Newline);
        let is_element = line.skip(1).any(|token| token.kind == Kind::Sign('{'));
        if self.is(':') && !is_element { Stage::Form } else { Stage::Text }
    }

    /// Reports an element whose name is missing, and passes over it.
    fn no_name(&mut self, wanted: &str) {
        let opens = matches!(self.peek(), Some(Kind::Sign('{' | '[')));
        let stage = if opens { Stage::Form } else { self.stage_of_colon() };
        self.expected(wanted).stage(stage);
        self.pass_over();
    }

    /// Reports something that follows a word without a space, which the reference takes for a part of the word.
    fn space_before(&mut self) {
        let (Some(before), Some(token)) = (self.before_breaks(), self.tokens.get(self.at)) else { return };
        let between = self.text.get(before.range().end..token.range().start).unwrap_or_default();
        // A line break alone is none.
        if between.split('\n').next().is_some_and(|rest| rest.contains([' ', '\t'])) {
            return;
        }
        let (span, end) = (self.here(), self.fragment.span(before.range()).at_end());
        // A body needs the space to be one, where brackets may follow a word and only say what makes no sense.
        let stage = if self.is('{') { Stage::Text } else { Stage::Form };
        let edit = crate::diag::Edit { span: end, replacement: " ".to_owned() };
        self.sink
            .leniency(MISSING_SPACE, span, format!("a space is missing before this `{}`", self.word()))
            .help("other tools take it for a part of the word before it")
            .fix("insert a space", vec![edit])
            .stage(stage);
    }

    /// Goes on at the end of the line, or at a closing brace.
    fn skip_line(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Newline if depth == 0 => return,
                Kind::Sign('}') if depth == 0 => return,
                Kind::Sign('{' | '[' | '(') => depth += 1,
                Kind::Sign('}' | ']' | ')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > 0 && self.begins_line() && self.begins_element(self.at) {
                return;
            }
            self.at += 1;
        }
    }

    fn begins_line(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_none_or(|token| token.kind == Kind::Newline)
    }

    /// Reads a name: a word or one between double quotes.
    fn name(&mut self) -> Option<Word<'t>> {
        match self.peek()? {
            Kind::Name | Kind::Quoted | Kind::OpenQuoted => Some(self.take()),
            _ => None,
        }
    }

    /// Reads a word that stands in no quotes.
    fn plain_name(&mut self) -> Option<Word<'t>> {
        (self.peek() == Some(Kind::Name)).then(|| self.take())
    }

    /// Reads `as` and the name behind it.
    fn second_name(&mut self) -> Option<Word<'t>> {
        self.is_word("as").then(|| self.at += 1)?;
        self.name()
    }

    /// Reads a dot and the part of a path behind it.
    fn further_part(&mut self) -> Option<Word<'t>> {
        let follows = matches!(self.ahead(1), Some(Kind::Name | Kind::Quoted));
        if !(follows && self.eat('.')) {
            return None;
        }
        self.name()
    }

    /// Reads names joined by dots.
    fn path(&mut self) -> Vec<Word<'t>> {
        let mut parts: Vec<Word<'t>> = self.name().into_iter().collect();
        if !parts.is_empty() {
            parts.extend(std::iter::from_fn(|| self.further_part()));
        }
        parts
    }

    /// Reads a name with its schema; further parts of a path belong to the schema.
    fn qualified(&mut self) -> Option<Name<'t>> {
        let (mut schema, mut name) = (None, self.name()?);
        while let Some(part) = self.further_part() {
            let before = std::mem::replace(&mut name, part);
            schema = Some(match schema {
                Some(schema) => joined(schema, before, ".", self.arena),
                None => before,
            });
        }
        Some(Name { schema, name })
    }

    /// Reads a top-level element.
    fn element(&mut self, document: &mut Document<'t>) {
        let (keyword, start) = (self.lower(Spanned::new(self.word(), self.here())), self.at);
        let item = match (self.peek(), keyword.node) {
            (Some(Kind::Name), "table") => self.table(keyword).map(Item::Table),
            (Some(Kind::Name), "tablepartial") => self.table(keyword).map(Item::Partial),
            (Some(Kind::Name), "enum") => self.enumeration(keyword).map(Item::Enum),
            (Some(Kind::Name), "project") => self.project(keyword).map(Item::Project),
            (Some(Kind::Name), "tablegroup") => self.group(keyword).map(Item::Group),
            (Some(Kind::Name), "note") => self.sticky_note(keyword).map(Item::Note),
            (Some(Kind::Name), "records") => self.top_records(keyword).map(Item::Records),
            (Some(Kind::Name), "use" | "reuse") => self.use_names(keyword).map(Item::Use),
            (Some(Kind::Name), "ref") => {
                let refs = self.refs(keyword);
                document.items.extend(refs.iter().map(Item::Ref));
                self.comments.clear();
                return;
            }
            (Some(Kind::Name), "diagramview") => self.diagram(keyword).map(Item::Diagram),
            (Some(Kind::Name), "metadata") => self.metadata(keyword).map(Item::Metadata),
            (Some(Kind::Name), "dep") => self.dep().map(Item::Dep),
            _ => {
                self.unknown_element();
                None
            }
        };
        if item.is_none() {
            self.lost.add_element(self.written(start));
        }
        document.items.extend(item);
        self.comments.clear();
    }

    /// Returns what was passed since a token, as it is written.
    fn written(&self, from: usize) -> &'t str {
        let passed = self.tokens.get(from..self.at).unwrap_or_default();
        let range =
            passed.first().zip(passed.last()).map(|(first, last)| first.range().start..last.range().end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }

    fn unknown_element(&mut self) {
        let (here, start) = (self.here(), self.at);
        let word = self.word().lines().next().unwrap_or_default();
        let mut stage = Stage::Text;
        if self.peek() == Some(Kind::Name) {
            self.at += 1;
            self.skip_breaks();
            self.path();
            self.skip_breaks();
            if self.has_body() {
                stage = Stage::Form;
            }
            // Words that never come to a brace or colon: what is missing is missing behind the name.
            if self.last_opener.is_none_or(|last| last < start) {
                let span = self.here();
                self.sink
                    .error(UNKNOWN_ELEMENT, span, "no element begins in these words")
                    .help("an element has a body in braces, or a colon with a value")
                    .stage(stage);
                self.at = self.tokens.len();
                return;
            }
            self.at = start;
        }
        if self.is_behind_unclosed_body() {
            return;
        }
        let hint = did_you_mean(&word.to_lowercase(), ELEMENTS.iter().copied());
        self.sink
            .error(UNKNOWN_ELEMENT, here, format!("`{word}` begins no element"))
            .help(hint)
            .help("a file is made of Project, Table, TablePartial, Enum, Ref, TableGroup, Note and Records")
            .stage(stage);
        self.at += 1;
        self.pass_over();
        self.pass_lines();
    }

    /// Passes an element that says nothing about the database, or that cannot be read: its head, and its body in braces.
    fn pass_over(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.peek() {
            match kind {
                Kind::Sign('{') => depth += 1,
                Kind::Sign('}') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.at += 1;
                        return;
                    }
                }
                Kind::Newline if depth == 0 && !self.next_opens() => return,
                _ if depth > 0
                    && self.begins_line()
                    && self.is_column_zero()
                    && self.begins_element(self.at) =>
                {
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Tells whether the next thing behind line breaks is an opening brace.
    fn next_opens(&self) -> bool {
        let rest = self.tokens.iter().skip(self.at);
        let mut rest = rest.skip_while(|token| matches!(token.kind, Kind::Newline | Kind::Comment));
        rest.next().is_some_and(|token| token.kind == Kind::Sign('{'))
    }

    /// Tells whether the next token stands at the very beginning of its line.
    fn is_column_zero(&self) -> bool {
        let Some(token) = self.tokens.get(self.at) else { return false };
        let before = self.text.get(..token.range().start).unwrap_or_default();
        before.is_empty() || before.ends_with('\n')
    }
}

/// Leaves out comments behind which their line goes on: they describe nothing.
fn without_inner_comments(mut tokens: Vec<Token>, text: &str) -> Vec<Token> {
    let is_block = |token: &Token| token.kind == Kind::Comment && token.raw(text).starts_with("/*");
    if tokens.iter().any(is_block) {
        let mut code_follows = false;
        tokens.reverse();
        tokens.retain(|token| {
            let is_inner = code_follows && is_block(token);
            code_follows = match token.kind {
                Kind::Newline | Kind::Sign('}') => false,
                Kind::Comment => code_follows,
                _ => true,
            };
            !is_inner
        });
        tokens.reverse();
    }
    tokens
}

/// Puts a word into lower case.
fn lower(word: Cow<'_, str>) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        word
    } else {
        word.to_lowercase().into()
    }
}
