//! Tables and partials.

use super::Parser;
use crate::diag::Stage;
use crate::source::dbml::lexer::Kind;
use crate::source::dbml::syntax::{
    Check, Column, Index, IndexPart, Records, Remark, Setting, Table, Value, Word,
};
use crate::source::decl::ProseKind;
use crate::span::{Span, Spanned};
use std::borrow::Cow;

/// Where what a table holds is gathered.
#[derive(Default)]
pub(super) struct Room<'t> {
    columns: Vec<Column<'t>>,
    indexes: Vec<Index<'t>>,
    checks: Vec<Check<'t>>,
    notes: Vec<Remark<'t>>,
    injections: Vec<(Word<'t>, usize)>,
    records: Vec<Records<'t>>,
}

impl<'t> Parser<'_, 't> {
    pub(super) fn table(&mut self, keyword: Word<'t>) -> Option<&'t Table<'t>> {
        self.at += 1;
        let comments = self.comments_above();
        self.skip_breaks();
        let Some(name) = self.qualified() else {
            self.no_name("the table's name");
            return None;
        };
        self.skip_breaks();
        let alias = if self.is_word("as") {
            let alias = self.second_name();
            if alias.is_none() {
                self.expected("a second name");
            }
            self.skip_breaks();
            alias
        } else {
            None
        };
        let settings = self.settings();
        let open = self.open()?;
        let mut room = std::mem::take(&mut self.table_room);
        while self.in_body(open) {
            self.table_entry(&mut room);
        }
        let table = Table {
            name,
            alias,
            settings,
            columns: self.list(&mut room.columns),
            indexes: self.list(&mut room.indexes),
            checks: self.list(&mut room.checks),
            notes: self.list(&mut room.notes),
            injections: self.list(&mut room.injections),
            records: self.list(&mut room.records),
            comments,
            span: keyword.span.to(self.before()),
        };
        self.table_room = room;
        Some(self.arena.alloc(table))
    }

    /// Takes the comments that stand directly above.
    pub(super) fn comments_above(&mut self) -> &'t [Remark<'t>] {
        let mut comments = std::mem::take(&mut self.comments);
        let list = self.list(&mut comments);
        self.comments = comments;
        list
    }

    fn table_entry(&mut self, table: &mut Room<'t>) {
        let next = self.ahead(1);
        let opens = next == Some(Kind::Sign('{'));
        if self.is_note() {
            table.notes.extend(self.note());
        } else if self.is_word("indexes") && opens {
            self.at += 1;
            self.space_before();
            self.indexes(&mut table.indexes);
        } else if self.is_word("checks") && opens {
            self.at += 1;
            self.space_before();
            self.checks(&mut table.checks);
        } else if self.is_word("records") && matches!(next, Some(Kind::Sign('{' | '(' | '['))) {
            let start = self.here();
            self.at += 1;
            table.records.extend(self.records_body(start));
        } else if self.eat('~') {
            self.skip_breaks();
            match self.name() {
                Some(name) => table.injections.push((name, table.columns.len())),
                None => {
                    self.expected("a partial's name");
                }
            }
            if self.is('[') {
                self.expected("the end of the line: what is injected takes no settings");
                self.skip_line();
            }
            self.end_of_line("the end of the line");
        } else {
            self.column(&mut table.columns);
        }
    }

    fn column(&mut self, columns: &mut Vec<Column<'t>>) {
        let start = self.here();
        let Some(name) = self.name() else {
            self.comments.clear();
            self.unexpected("a column");
            self.pass_misplaced();
            self.pass_wordless();
            return;
        };
        if matches!(self.peek(), Some(Kind::Name | Kind::Quoted)) {
            self.space_before();
        }
        let Some(ty) = self.column_type() else {
            let stage = self.stage_of_line();
            self.error(name.span, format!("the column `{}` has no type", name.node))
                .help("write the type behind its name")
                .stage(stage);
            let from = self.at.saturating_sub(1);
            self.comments.clear();
            self.skip_line();
            self.lost.add_lines(self.written(from));
            return;
        };
        let bare = self.bare_settings();
        let settings = self.settings_behind(bare);
        let span = start.to(self.before());
        if self.peek() == Some(Kind::Comment) {
            self.comments.push(self.comment());
        }
        let comments = self.comments_above();
        self.end_of_line("the column's settings in `[…]` or the end of the line");
        columns.push(Column { name, ty, settings, comments, span });
    }

    /// Reads a type: a path, arguments, and brackets for arrays.
    fn column_type(&mut self) -> Option<Word<'t>> {
        let start = self.here();
        if matches!(self.peek(), Some(Kind::Number)) {
            return None;
        }
        let mut text = Cow::Borrowed(self.name()?.node);
        let mut parts = 1;
        while let Some(part) = self.further_part() {
            text.to_mut().push('.');
            text.to_mut().push_str(part.node);
            parts += 1;
            if parts == 3 {
                self.error(part.span, "a type has one schema at most")
                    .help("write `schema.type`")
                    .stage(Stage::Form);
            }
        }
        loop {
            if self.is('(') {
                self.arguments(text.to_mut());
            } else if self.is('[') && self.is_array() {
                self.at += 1;
                let size = if self.peek() == Some(Kind::Number) { self.take().node } else { "" };
                self.eat(']');
                text = format!("{text}[{size}]").into();
            } else {
                break;
            }
        }
        Some(Spanned::new(self.kept(text), start.to(self.before())))
    }

    /// Tells whether a bracket belongs to the type: it is empty or holds a size, and follows without a space.
    fn is_array(&self) -> bool {
        let open = self.here();
        if self.before().end != open.start {
            return false;
        }
        matches!(
            (self.ahead(1), self.ahead(2)),
            (Some(Kind::Sign(']')), _) | (Some(Kind::Number), Some(Kind::Sign(']')))
        )
    }

    /// Reads the arguments of a type as they are written, without spaces behind commas, and adds them to `text`.
    fn arguments(&mut self, text: &mut String) {
        self.at += 1;
        text.push('(');
        // Arguments may go over several lines.
        self.skip_breaks();
        if self.eat(')') {
            text.push(')');
            return;
        }
        loop {
            if !self.argument(text) {
                self.expected("a word, a number or a text");
                self.skip_line();
                return;
            }
            self.skip_breaks();
            if self.eat(')') {
                text.push(')');
                return;
            }
            if !self.eat(',') {
                self.expected("`,` or `)`");
                self.skip_line();
                return;
            }
            text.push(',');
            self.skip_breaks();
        }
    }

    fn argument(&mut self, text: &mut String) -> bool {
        match self.peek() {
            Some(Kind::Text) => text.push_str(&format!("'{}'", self.meaning())),
            Some(Kind::Name | Kind::Quoted) => text.push_str(self.meaning()),
            _ => {
                // Signs stay as they are written.
                while self.peek() == Some(Kind::Operator)
                    && self.word().chars().all(|c| matches!(c, '-' | '+'))
                {
                    text.push_str(self.word());
                    self.at += 1;
                }
                if self.peek() != Some(Kind::Number) {
                    return false;
                }
                text.push_str(self.word());
            }
        }
        self.at += 1;
        true
    }

    /// Reads settings as an older form of the language writes them: `id int pk`.
    fn bare_settings(&mut self) -> Vec<Setting<'t>> {
        let mut settings = Vec::new();
        while self.is_word("pk") || self.is_word("unique") {
            self.space_before();
            let name = self.take();
            let name = self.lower(name);
            settings.push(Setting { span: name.span, name, value: None });
        }
        settings
    }

    fn indexes(&mut self, indexes: &mut Vec<Index<'t>>) {
        let Some(open) = self.open() else { return };
        while self.in_body(open) {
            let start = self.here();
            let mut parts = self.index_parts();
            if parts.is_empty() && self.here() == start {
                self.unexpected("a column, an expression in backquotes, or several in parentheses");
                self.pass_misplaced();
                continue;
            }
            let settings = self.settings();
            indexes.push(Index { parts: self.list(&mut parts), settings, span: start.to(self.before()) });
            self.end_of_line("the end of the index");
        }
    }

    fn index_parts(&mut self) -> Vec<IndexPart<'t>> {
        let mut parts = Vec::new();
        // Columns of an older form stand side by side without parentheses, or each in its own.
        loop {
            if self.is('(') {
                self.index_tuple(&mut parts);
            } else if let Some(part) = self.index_part() {
                parts.push(part);
            } else {
                return parts;
            }
            if matches!(self.peek(), Some(Kind::Name | Kind::Quoted | Kind::Expression)) {
                self.space_before();
            }
        }
    }

    /// Reads `(a, b)`.
    fn index_tuple(&mut self, parts: &mut Vec<IndexPart<'t>>) {
        self.at += 1;
        let mut first = true;
        loop {
            self.skip_breaks();
            if std::mem::take(&mut first) && self.eat(')') {
                return;
            }
            let Some(part) = self.index_part() else {
                self.expected("a column or an expression");
                self.skip_line();
                return;
            };
            parts.push(part);
            self.skip_breaks();
            if self.eat(')') {
                return;
            }
            if !self.eat(',') {
                self.expected("`,` or `)`");
                return;
            }
        }
    }

    fn index_part(&mut self) -> Option<IndexPart<'t>> {
        if self.peek() == Some(Kind::Expression) {
            return Some(IndexPart::Expression(self.take()));
        }
        self.name().map(IndexPart::Column)
    }

    fn checks(&mut self, checks: &mut Vec<Check<'t>>) {
        let Some(open) = self.open() else { return };
        while self.in_body(open) {
            if self.peek() == Some(Kind::Expression) {
                let expression = self.take();
                let settings = self.settings();
                checks.push(Check { expression, settings });
                self.end_of_line("the end of the check");
            } else {
                self.unexpected("an expression in backquotes");
                self.pass_misplaced();
            }
        }
    }
}

/// Returns the note among settings.
pub(in crate::source::dbml) fn note_of<'t>(settings: &[Setting<'t>]) -> Option<Remark<'t>> {
    let setting = settings.iter().find(|setting| setting.name.node == "note")?;
    match &setting.value {
        Some(Value::Text(text) | Value::Quoted(text)) => {
            Some(Remark { text: text.node, span: setting.span, kind: ProseKind::Note })
        }
        _ => None,
    }
}

/// Returns the place of a setting that is a word alone.
pub(in crate::source::dbml) fn flag(settings: &[Setting<'_>], names: &[&str]) -> Option<Span> {
    settings.iter().find(|setting| names.contains(&setting.name.node)).map(|setting| setting.span)
}
