//! Bodies in braces, and the smaller elements.

use super::{ELEMENTS, Parser};
use crate::diag::{Code, Stage};
use crate::source::dbml::lexer::{Kind, Token};
use crate::source::dbml::syntax::{
    Enum, Group, Name, Project, Records, Remark, StickyNote, Use, UseName, Value, Word,
};
use crate::source::decl::ProseKind;
use crate::span::Span;
use std::borrow::Cow;

const SIGNED_ROW: Code = Code::new("dbml-signed-row");
const UNKNOWN_SETTING: Code = Code::new("dbml-unknown-setting");

/// How many tokens a body is looked through for its end where its beginning is missing.
const FAR: usize = 4_000;

impl<'t> Parser<'_, 't> {
    /// Goes to the next entry of a body; at its end, or where another element shows that the end is missing, there is none.
    pub(super) fn in_body(&mut self, open: Span) -> bool {
        if !self.more() {
            let end = self.here();
            self.error(end, "the file ends inside of braces")
                .label(open, "this brace is not closed")
                .help("add `}` at the end of the element");
            return false;
        }
        if self.eat('}') {
            return false;
        }
        if self.begins_line()
            && self.is_column_zero()
            && self.begins_element(self.at)
            && !self.is_body_keyword()
        {
            self.unclosed_body(open);
            return false;
        }
        true
    }

    /// Tells whether the word begins something inside of bodies as well.
    fn is_body_keyword(&self) -> bool {
        ["note", "records"].iter().any(|word| self.is_word(word))
    }

    /// Opens a body; without a brace nothing is read.
    pub(super) fn open(&mut self) -> Option<Span> {
        let before = self.at.checked_sub(1);
        let is_in_text =
            before.and_then(|at| self.tokens.get(at)).is_some_and(|token| self.hides_brace(token));
        self.skip_breaks();
        if self.eat('{') || is_in_text {
            return Some(self.before());
        }
        if self.is('}') {
            let span = self.before();
            self.error(span, "a body in braces is missing here").help("write `{ … }`");
        } else {
            let stage = self.stage_of_colon();
            self.expected("`{`").stage(stage);
        }
        if self.has_lost_brace() {
            return Some(self.before());
        }
        self.skip_line();
        None
    }

    /// Tells whether a brace stands in a text that its line does not close.
    fn hides_brace(&self, token: &Token) -> bool {
        token.kind.unclosed().is_some() && token.raw(self.text).trim_end().ends_with('{')
    }

    /// Goes on to a body whose brace stands behind what does not belong there, or was forgotten: its own end shows that.
    fn has_lost_brace(&mut self) -> bool {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let line = rest.iter().take_while(|token| !matches!(token.kind, Kind::Newline | Kind::Comment));
        if let Some(last) = line.clone().last()
            && (last.kind == Kind::Sign('{') || self.hides_brace(last))
        {
            self.at += line.count();
            return true;
        }
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(self.at).take(FAR) {
            match token.kind {
                Kind::Sign('{') => depth += 1,
                Kind::Sign('}') if depth == 0 => return self.begins_line() && at > self.at,
                Kind::Sign('}') => depth -= 1,
                Kind::Name if depth == 0 && self.begins_element(at) && !self.is_note_at(at) => return false,
                _ => {}
            }
        }
        false
    }

    /// Demands the end of the line, a comment or the end of the body.
    pub(super) fn end_of_line(&mut self, wanted: &str) {
        if !matches!(self.peek(), None | Some(Kind::Newline | Kind::Comment | Kind::Sign('}'))) {
            self.unexpected(wanted);
            self.skip_line();
        }
    }

    /// Reads `Note: '…'` or `Note { '…' }`, where the word is followed by a colon or a brace.
    pub(super) fn note(&mut self) -> Option<Remark<'t>> {
        let span = self.here();
        self.at += 1;
        let braces = !self.eat(':');
        if braces {
            self.space_before();
            self.at += 1;
        }
        self.skip_breaks();
        if !matches!(self.peek()?, Kind::Text | Kind::OpenText | Kind::Quoted) {
            self.unexpected("a text in quotes");
            self.skip_line();
            if braces {
                self.skip_breaks();
                self.eat('}');
            }
            return None;
        }
        let text = self.take();
        if braces {
            self.skip_breaks();
            if !self.eat('}') {
                self.expected("`}`");
            }
        }
        Some(Remark { text: self.dedented(text).node, span: span.to(self.before()), kind: ProseKind::Note })
    }

    pub(super) fn is_note(&self) -> bool {
        self.is_note_at(self.at)
    }

    fn is_note_at(&self, at: usize) -> bool {
        let is_note =
            |token: &Token| token.kind == Kind::Name && token.raw(self.text).eq_ignore_ascii_case("note");
        let next = self.tokens.get(at + 1).map(|token| token.kind);
        self.tokens.get(at).is_some_and(is_note) && matches!(next, Some(Kind::Sign(':' | '{')))
    }

    pub(super) fn enumeration(&mut self, keyword: Word<'t>) -> Option<Enum<'t>> {
        self.at += 1;
        let comments = self.comments_above();
        self.skip_breaks();
        let Some(name) = self.qualified() else {
            self.no_name("the enum's name");
            return None;
        };
        let open = self.open()?;
        let mut values = Vec::new();
        while self.in_body(open) {
            match self.name() {
                Some(value) => {
                    let settings = self.settings();
                    values.push((value, settings));
                    self.end_of_line("the end of the value");
                }
                None => {
                    self.unexpected("a value of the enum");
                    self.pass_misplaced();
                }
            }
        }
        Some(Enum { name, values: self.list(&mut values), comments, span: keyword.span.to(self.before()) })
    }

    pub(super) fn project(&mut self, keyword: Word<'t>) -> Option<Project<'t>> {
        self.at += 1;
        self.skip_breaks();
        let name = self.name();
        let open = self.open()?;
        let (mut properties, mut note) = (Vec::new(), None);
        while self.in_body(open) {
            if self.is_note() {
                note = self.note();
                continue;
            }
            let start = self.here();
            let Some(name) = self.plain_name() else {
                self.expected("`name: 'value'`");
                self.at += 1;
                self.skip_line();
                continue;
            };
            let mut elements = ELEMENTS.iter().chain(&["indexes", "checks"]);
            let is_element = elements.any(|element| element.eq_ignore_ascii_case(name.node));
            if is_element || !self.eat(':') {
                let word = name.node;
                self.error(name.span, format!("`{word}` stands inside of a project"))
                    .help("a project holds `name: 'value'` and a note; move elements out of its braces");
                if self.is(':') {
                    self.skip_line();
                } else {
                    self.pass_over();
                }
                continue;
            }
            self.skip_breaks();
            let place = self.here();
            let value = self.value();
            if !matches!(value, Some(Value::Text(_) | Value::Quoted(_))) {
                self.error(place, format!("`{}` takes a text in quotes", name.node))
                    .help("write the value in quotes")
                    .stage(Stage::Form);
            }
            properties.push(self.setting_with(self.lower(name), value, start));
            self.end_of_line("the end of the line");
        }
        Some(Project {
            name,
            properties: self.list(&mut properties),
            note,
            span: keyword.span.to(self.before()),
        })
    }

    pub(super) fn group(&mut self, keyword: Word<'t>) -> Option<Group<'t>> {
        self.at += 1;
        self.skip_breaks();
        let Some(name) = self.qualified() else {
            self.no_name("the group's name");
            return None;
        };
        self.skip_breaks();
        let settings = self.settings();
        let open = self.open()?;
        let (mut tables, mut notes) = (Vec::new(), Vec::new());
        while self.in_body(open) {
            if self.is_note() {
                notes.extend(self.note());
            } else if let Some(table) = self.qualified() {
                tables.push(table);
                self.end_of_line("the end of the table's name");
            } else {
                self.unexpected("a table's name");
                self.pass_misplaced();
            }
        }
        let (tables, notes) = (self.list(&mut tables), self.list(&mut notes));
        Some(Group { name, settings, tables, notes, span: keyword.span.to(self.before()) })
    }

    pub(super) fn sticky_note(&mut self, keyword: Word<'t>) -> Option<StickyNote<'t>> {
        self.at += 1;
        self.skip_breaks();
        // A schema before the name is passed over: notes belong to none.
        let Some(Name { name, .. }) = self.qualified() else {
            self.no_name("the note's name");
            return None;
        };
        self.skip_breaks();
        let settings = self.settings();
        self.skip_breaks();
        if self.is(':') {
            self.expected("`{`: a note of the whole document stands in braces").stage(Stage::Names);
            self.skip_line();
            return None;
        }
        let open = self.open()?;
        let (mut content, mut sound) = (None, true);
        while self.in_body(open) {
            match self.peek() {
                Some(Kind::Text | Kind::Quoted | Kind::OpenText) if content.is_some() => {
                    self.expected("`}`: a note is one text");
                    self.at += 1;
                }
                Some(Kind::Text | Kind::Quoted | Kind::OpenText) => {
                    let text = self.take();
                    content = Some(self.dedented(text));
                }
                _ => {
                    self.unexpected("a text in quotes");
                    self.pass_misplaced();
                    sound = false;
                }
            }
        }
        let span = keyword.span.to(self.before());
        if content.is_none() && sound {
            self.error(keyword.span, "this note has no text").help("give it a text in quotes");
        }
        Some(StickyNote { name, settings, content: content?, span })
    }

    pub(super) fn top_records(&mut self, keyword: Word<'t>) -> Option<Records<'t>> {
        self.at += 1;
        self.skip_breaks();
        let table = self.qualified();
        let stage = if self.is('{') { Stage::Form } else { Stage::Text };
        if table.is_none() {
            self.expected("the table of the records").stage(stage);
        } else if !self.is('(') {
            self.expected("the columns of the records: `table(column, …)`").stage(stage);
        }
        let records = self.records_body(keyword.span)?;
        Some(Records { table: Some(table?), ..records })
    }

    /// Reads `(columns) { rows }`.
    pub(super) fn records_body(&mut self, start: Span) -> Option<Records<'t>> {
        let columns = self.tuple();
        let settings = self.settings();
        for setting in
            settings.iter().filter(|setting| setting.name.node != "example" || setting.value.is_some())
        {
            let name = setting.name.node;
            self.sink
                .error(UNKNOWN_SETTING, setting.span, format!("records do not take `{name}` in this form"))
                .help("records take the word `example` alone")
                .stage(Stage::Form);
        }
        let open = self.open()?;
        let mut rows = Vec::new();
        while self.in_body(open) {
            self.continued_row(&rows);
            let mut row = Vec::new();
            loop {
                // Two commas enclose a value that is left out.
                let value = if self.is(',') { None } else { self.value() };
                let left_out = value.is_none();
                row.push(value);
                if !self.eat(',') {
                    if left_out
                        && !matches!(
                            self.peek(),
                            None | Some(Kind::Newline | Kind::Comment | Kind::Sign('}'))
                        )
                    {
                        self.unexpected("a value");
                        self.skip_line();
                    }
                    break;
                }
            }
            // An element of a name and a value is one that may not stand here.
            let is_element = row.len() == 1 && self.is(':');
            rows.push(self.list(&mut row));
            if is_element {
                self.expected("`,` or the end of the row").stage(Stage::Form);
                self.skip_line();
            }
            self.end_of_line("`,` or the end of the row");
        }
        Some(Records { table: None, columns, rows: self.list(&mut rows), span: start.to(self.before()) })
    }

    /// Reports a row that begins with a sign, which the reference takes for a calculation with the row above.
    fn continued_row(&mut self, rows: &[&[Option<Value<'t>>]]) {
        let last = rows.last().and_then(|row| row.last()).and_then(Option::as_ref);
        if let Some(value) = last.filter(|_| self.peek() == Some(Kind::Operator)) {
            let sign = self.here();
            self.sink
                .leniency(SIGNED_ROW, value.span(), "the row below this value begins with a sign")
                .label(sign, "the sign")
                .help("other tools calculate with both values; put a row that begins otherwise between them")
                .stage(Stage::Form);
        }
    }

    /// Reads `use { kind name as alias, … } from 'path'` or `use * from 'path'`.
    pub(super) fn use_names(&mut self, keyword: Word<'t>) -> Option<Use<'t>> {
        self.at += 1;
        let names = if self.eat('*') {
            None
        } else {
            let open = self.open()?;
            let mut names = Vec::new();
            while self.in_body(open) {
                let start = self.here();
                if !names.is_empty() && !self.begins_line() {
                    self.error(start, "what is taken stands on lines of its own").help("begin a new line");
                }
                let kind = self.plain_name();
                self.skip_breaks();
                let name = self.qualified();
                let (Some(kind), Some(name)) = (kind, name) else {
                    self.expected("what is taken: `table name`");
                    self.at += 1;
                    self.skip_line();
                    continue;
                };
                let alias = self.second_name();
                names.push(UseName { kind, name, alias });
                if self.is(',') {
                    self.expected("the end of the line");
                    self.at += 1;
                }
            }
            Some(self.list(&mut names))
        };
        if !self.is_word("from") {
            self.expected("`from`");
            self.skip_line();
            return None;
        }
        self.at += 1;
        let span = self.here();
        let Some(Value::Text(path)) = self.value() else {
            self.error(span, "the path of a file is missing").help("write it in quotes: `from './other'`");
            self.skip_line();
            return None;
        };
        Some(Use { reuse: keyword.node == "reuse", names, path })
    }
}

/// Takes empty lines off the head of a text, and the indentation that all of its lines share; of one without words the last line
/// stays.
pub(super) fn dedent(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') && !text.starts_with(char::is_whitespace) {
        return text.into();
    }
    if text.trim().is_empty() {
        return text.rsplit('\n').next().unwrap_or_default().to_owned().into();
    }
    let lines: Vec<&str> = text.split('\n').skip_while(|line| line.trim().is_empty()).collect();
    let indent = |line: &&str| line.chars().take_while(|c| c.is_whitespace()).count();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or_default();
    let cut = |line: &&str| line.chars().skip(least).collect::<String>();
    lines.iter().map(cut).collect::<Vec<_>>().join("\n").into()
}
