//! Relations.

use super::Parser;
use crate::diag::{Code, Stage};
use crate::source::dbml::lexer::Kind;
use crate::source::dbml::syntax::{Endpoint, Name, Operator, Ref, Setting, Value, Word};
use crate::source::decl::Relation;
use crate::span::Span;

const PARENTHESES: Code = Code::new("dbml-uneven-parentheses");

impl<'t> Parser<'_, 't> {
    /// Reads `Ref …: a.b > c.d` or a block of relations.
    pub(super) fn refs(&mut self, keyword: Word<'t>) -> &'t [Ref<'t>] {
        self.at += 1;
        self.skip_breaks();
        let name = self.name();
        let head_settings = self.settings();
        if let Some(setting) = head_settings.first() {
            let span = setting.span;
            self.error(span, "settings of a relation stand behind its ends")
                .help("move them behind the relation")
                .stage(Stage::Form);
        }
        if self.eat(':') {
            self.skip_breaks();
            let found = self.one_ref(name, keyword.span);
            self.end_of_ref(found.is_some());
            return found.map_or(&[], |found| std::slice::from_ref(self.arena.alloc(found)));
        }
        self.skip_breaks();
        if !self.eat('{') {
            self.expected("`:` or `{`");
            self.skip_line();
            return &[];
        }
        let open = self.before();
        let mut refs: Vec<Ref<'t>> = Vec::new();
        let mut entries = 0;
        while self.in_body(open) {
            let start = self.here();
            let found = self.one_ref(name, start);
            self.end_of_ref(found.is_some());
            entries += 1;
            if entries > 1 && found.is_some() {
                self.error(start, "a block of `Ref` holds one relation")
                    .help("write a `Ref` for each")
                    .stage(Stage::Form);
            }
            refs.extend(found);
        }
        let element = (entries == 1 && self.ends_with('}')).then(|| keyword.span.to(self.before()));
        refs.iter_mut().for_each(|data| data.element = element);
        if entries == 0 {
            self.error(keyword.span, "this relation has no ends")
                .help("write `Ref: table.column > table.column`")
                .stage(Stage::Form);
        }
        self.list(&mut refs)
    }

    fn one_ref(&mut self, name: Option<Word<'t>>, start: Span) -> Option<Ref<'t>> {
        let left = self.endpoint()?;
        let in_parentheses = self.ends_with(')');
        // The operator may begin the next line, or end its own.
        if self.next_is_operator() {
            self.skip_breaks();
        }
        let Some(operator) = self.operator() else {
            self.unexpected("one of `<`, `>`, `-` and `<>`");
            return None;
        };
        self.skip_breaks();
        let right = self.endpoint()?;
        if in_parentheses != self.ends_with(')') {
            let span = start.to(self.before());
            self.sink
                .leniency(PARENTHESES, span, "only one end of this relation names its columns in parentheses")
                .help("write both ends alike; other tools refuse it")
                .stage(Stage::Form);
        }
        let open = self.at;
        let settings = self.settings();
        let note_as_comment = self.note_as_comment(settings, open);
        let end = |(table, columns), relation| Endpoint { table, columns, relation };
        let endpoints = [end(left, operator.left), end(right, operator.right)];
        let span = start.to(self.before());
        Some(Ref { name, endpoints, settings, note_as_comment, element: Some(span), span })
    }

    /// Tells whether the last token was this sign.
    fn ends_with(&self, sign: char) -> bool {
        self.before_breaks().is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    /// Tells whether an operator comes next behind line breaks.
    pub(super) fn next_is_operator(&self) -> bool {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let mut code = rest.iter().filter(|token| !matches!(token.kind, Kind::Newline | Kind::Comment));
        code.next().is_some_and(|token| token.kind == Kind::Operator)
    }

    /// Tells whether nothing but a comment to the end of the line follows.
    fn ends_line(&self) -> bool {
        match self.peek() {
            None | Some(Kind::Newline) => true,
            Some(Kind::Comment) => self.word().starts_with("//"),
            Some(_) => false,
        }
    }

    /// Returns the edits that make a comment of the note among the settings that were read since the token `open`, and leave the
    /// comments between them.
    fn note_as_comment(&self, settings: &[Setting<'t>], open: usize) -> Option<&'t [(Span, &'t str)]> {
        let at = settings.iter().position(|setting| setting.name.node == "note")?;
        let note = settings.get(at)?;
        let Some(Value::Text(text) | Value::Quoted(text)) = &note.value else { return None };
        let text = text.node;
        let comment = if !text.contains('\n') && self.ends_line() {
            format!("// {text}")
        } else {
            // What would end the comment is parted.
            format!("/* {} */", text.trim().replace("*/", "* /"))
        };
        let brackets = self.fragment.span(self.tokens.get(open)?.range()).to(self.before());
        let cut = match (at.checked_sub(1).and_then(|before| settings.get(before)), settings.get(at + 1)) {
            (Some(before), _) => before.span.at_end().to(note.span),
            (None, Some(next)) => note.span.to(next.span.at_start()),
            (None, None) => {
                let kept = self.comments(open, brackets).into_iter().chain([comment.as_str()]);
                let kept = self.kept(kept.collect::<Vec<_>>().join("\n").into());
                return Some(self.arena.alloc_slice_copy(&[(brackets, kept)]));
            }
        };
        let kept = self.comments(open, cut);
        let behind = (brackets.at_end(), self.kept(format!(" {comment}").into()));
        let line_break = if kept.last().is_some_and(|last| last.starts_with("//")) { "\n" } else { "" };
        let kept: String = kept.iter().map(|comment| format!(" {comment}")).collect::<Vec<_>>().join("\n");
        Some(self.arena.alloc_slice_copy(&[(cut, self.kept((kept + line_break).into())), behind]))
    }

    /// Returns the comments that were read in a place since a token, as they are written.
    fn comments(&self, since: usize, place: Span) -> Vec<&str> {
        let read = self.tokens.get(since..self.at).unwrap_or_default();
        let is_inside = |span: Span| place.start <= span.start && span.end <= place.end;
        read.iter()
            .filter(|token| token.kind == Kind::Comment && is_inside(self.fragment.span(token.range())))
            .map(|token| token.raw(self.fragment.text()))
            .collect()
    }

    /// Demands the end of the line behind a relation; behind one that could not be read the rest is passed over.
    fn end_of_ref(&mut self, was_read: bool) {
        if was_read {
            self.end_of_line("the end of the line");
        } else {
            self.skip_line();
        }
    }

    /// Reads `schema.table.column` or `schema.table.(column, column)`.
    fn endpoint(&mut self) -> Option<(Name<'t>, &'t [Word<'t>])> {
        let mut path = self.path();
        if path.is_empty() {
            self.expected("`table.column`");
            return None;
        }
        let columns = if self.is('.') && self.ahead(1) == Some(Kind::Sign('(')) {
            self.at += 1;
            let open = self.here();
            let columns = self.tuple();
            if columns.is_empty() {
                self.error(open, "these parentheses name no column").help("write `table.(column, column)`");
            }
            columns
        } else if path.len() > 1 {
            self.last(&mut path)
        } else {
            let span = self.before();
            let stage = if self.is('.') { Stage::Text } else { Stage::Form };
            self.error(span, "this names no column").help("write `table.column`").stage(stage);
            return None;
        };
        Some((Name::of_path(&path, self.arena)?, columns))
    }

    /// Takes the last part of a path as a list of its own.
    fn last(&self, path: &mut Vec<Word<'t>>) -> &'t [Word<'t>] {
        path.pop().map_or(&[], |last| std::slice::from_ref(self.arena.alloc(last)))
    }

    /// Reads `(a, b)`.
    pub(super) fn tuple(&mut self) -> &'t [Word<'t>] {
        if !self.eat('(') {
            return &[];
        }
        let mut names = self.names_in_parentheses();
        self.list(&mut names)
    }

    fn names_in_parentheses(&mut self) -> Vec<Word<'t>> {
        let mut names = Vec::new();
        loop {
            self.skip_breaks();
            if self.eat(')') {
                return names;
            }
            match self.name() {
                Some(name) => names.push(name),
                None => {
                    self.expected("a column's name");
                    return names;
                }
            }
            self.skip_breaks();
            if self.eat(',') {
                self.skip_breaks();
                if self.is(')') {
                    self.expected("a column's name");
                }
            } else if !self.is(')') {
                self.expected("`,` or `)`");
                return names;
            }
        }
    }

    /// Reads the sign between two ends: `<`, `>`, `-`, `<>`, with `?` beside an end that may be missing.
    fn operator(&mut self) -> Option<Operator> {
        if self.peek() != Some(Kind::Operator) {
            return None;
        }
        let sign = self.word();
        let (left_optional, rest) = sign.strip_prefix('?').map_or((false, sign), |rest| (true, rest));
        let (right_optional, core) = rest.strip_suffix('?').map_or((false, rest), |rest| (true, rest));
        let one = |optional: bool| if optional { Relation::ZeroOrOne } else { Relation::One };
        let many = |optional: bool| if optional { Relation::ZeroOrMany } else { Relation::Many };
        let (left, right) = match core {
            ">" => (many(left_optional), one(right_optional)),
            "<" => (one(left_optional), many(right_optional)),
            "-" => (one(left_optional), one(right_optional)),
            "<>" => (many(left_optional), many(right_optional)),
            _ => return None,
        };
        let operator = Operator { left, right };
        self.at += 1;
        Some(operator)
    }

    /// Reads the relation of a column: `> table.column`.
    pub(super) fn relation(&mut self) -> Option<Value<'t>> {
        let start = self.here();
        let operator = self.operator()?;
        let mut path = self.path();
        let columns = if self.is('.') && self.ahead(1) == Some(Kind::Sign('(')) {
            self.at += 1;
            self.expected("a column: the relation of a column leads to one column");
            self.tuple()
        } else {
            self.last(&mut path)
        };
        (!columns.is_empty())
            .then(|| Value::Relation(operator, self.list(&mut path), columns, start.to(self.before())))
    }
}
