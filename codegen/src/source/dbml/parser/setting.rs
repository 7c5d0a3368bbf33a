//! Lists of settings in brackets, and values.

use super::body::dedent;
use super::{Parser, SYNTAX};
use crate::diag::Stage;
use crate::source::dbml::lexer::Kind;
use crate::source::dbml::syntax::{Setting, Value, Word, joined};
use crate::span::{Span, Spanned};

impl<'t> Parser<'_, 't> {
    /// Reads settings where a bracket opens; none where none does.
    pub(super) fn settings(&mut self) -> &'t [Setting<'t>] {
        self.settings_behind(Vec::new())
    }

    /// Reads settings where a bracket opens, and puts them behind those that were read before.
    pub(super) fn settings_behind(&mut self, mut before: Vec<Setting<'t>>) -> &'t [Setting<'t>] {
        if !self.is('[') {
            return self.list(&mut before);
        }
        self.space_before();
        self.at += 1;
        let mut room = std::mem::take(&mut self.settings_room);
        room.append(&mut before);
        self.read_settings(&mut room);
        let settings = self.list(&mut room);
        self.settings_room = room;
        settings
    }

    fn read_settings(&mut self, settings: &mut Vec<Setting<'t>>) {
        loop {
            self.skip_breaks();
            if self.eat(']') {
                return;
            }
            let Some(setting) = self.setting() else {
                self.expected("a setting");
                self.close_settings();
                return;
            };
            settings.push(setting);
            // Behind a text that its line does not close, the bracket stands in the text.
            if self.is_behind_unclosed() {
                return;
            }
            let end_of_line = self.at;
            self.skip_breaks();
            if self.at > end_of_line && !self.is(',') && !self.is(']') {
                // The next line goes on with something else, so the bracket is missing on this one.
                self.at = end_of_line;
                self.expected("`,` or `]`");
                return;
            }
            if self.eat(',') {
                self.skip_breaks();
                if self.is(']') {
                    self.expected("a setting");
                    self.at += 1;
                    return;
                }
            } else if !self.is(']') {
                self.expected("`,` or `]`");
                self.close_settings();
                return;
            }
        }
    }

    /// Tells whether the token before is a quoted thing that is not closed.
    fn is_behind_unclosed(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| token.kind.unclosed().is_some())
    }

    /// Goes on behind the closing bracket if it stands on the line, else at the end of the line.
    fn close_settings(&mut self) {
        while !matches!(self.peek(), None | Some(Kind::Newline)) {
            if self.eat(']') {
                return;
            }
            if self.is('}') {
                return;
            }
            self.at += 1;
        }
    }

    /// Reads `name`, `several words` or `name: value`.
    fn setting(&mut self) -> Option<Setting<'t>> {
        let start = self.here();
        if self.peek() == Some(Kind::Quoted) {
            let name = self.word();
            self.sink
                .error(SYNTAX, start, format!("the setting {name} stands in quotes"))
                .help("write its name without them")
                .stage(Stage::Form);
            let name = self.take();
            return self.setting_of(self.lower(name), start);
        }
        let mut name = self.plain_name()?;
        while let Some(word) = self.plain_name() {
            name = joined(name, word, " ", self.arena);
        }
        self.setting_of(self.lower(name), start)
    }

    /// Reads what follows the name of a setting.
    fn setting_of(&mut self, name: Word<'t>, start: Span) -> Option<Setting<'t>> {
        let value = if self.eat(':') {
            self.skip_breaks();
            let value = if name.node == "dep" { self.dependency() } else { self.value() };
            if value.is_none() {
                self.expected(&format!("the value of `{}`", name.node));
                self.skip_value();
            }
            value
        } else {
            None
        };
        Some(self.setting_with(name, value, start))
    }

    /// Makes a setting that ends here; a note is read as its lines are meant.
    pub(super) fn setting_with(&self, name: Word<'t>, value: Option<Value<'t>>, start: Span) -> Setting<'t> {
        let value = match value {
            Some(Value::Text(text)) if name.node == "note" => Some(Value::Text(self.dedented(text))),
            Some(Value::Quoted(text)) if name.node == "note" => Some(Value::Quoted(self.dedented(text))),
            value => value,
        };
        Setting { name, value, span: start.to(self.before()) }
    }

    pub(super) fn dedented(&self, text: Word<'t>) -> Word<'t> {
        text.map(|text| self.kept(dedent(text)))
    }

    /// Passes what cannot be read up to the next comma or bracket.
    fn skip_value(&mut self) {
        while !matches!(self.peek(), None | Some(Kind::Newline | Kind::Sign(',' | ']' | '}'))) {
            self.at += 1;
        }
    }

    /// Reads a number with its signs, of which there may be several: an odd number of minuses is one.
    pub(super) fn number(&mut self) -> Option<Word<'t>> {
        let is_number = |kind| matches!(kind, Some(Kind::Number | Kind::BadNumber));
        if is_number(self.peek()) {
            return Some(self.take());
        }
        let start = self.here();
        let (mut signs, mut negative) = (0, false);
        while self.ahead(signs) == Some(Kind::Operator) {
            let sign = self.tokens.get(self.at + signs)?.raw(self.text);
            if !sign.chars().all(|c| matches!(c, '-' | '+')) {
                return None;
            }
            negative ^= sign.matches('-').count() % 2 == 1;
            signs += 1;
        }
        if !is_number(self.ahead(signs)) {
            return None;
        }
        self.at += signs;
        let number = self.take();
        let node = if negative { self.kept(format!("-{}", number.node).into()) } else { number.node };
        Some(Spanned::new(node, start.to(number.span)))
    }

    /// Reads a value.
    pub(super) fn value(&mut self) -> Option<Value<'t>> {
        let span = self.here();
        match self.peek()? {
            Kind::Text | Kind::OpenText => Some(Value::Text(self.take())),
            Kind::Expression | Kind::OpenExpression => Some(Value::Expression(self.take())),
            Kind::Color => Some(Value::Color(self.take())),
            Kind::Number | Kind::BadNumber => self.number().map(Value::Number),
            Kind::Operator => match self.number() {
                Some(number) => Some(Value::Number(number)),
                None => self.relation(),
            },
            // A text may stand between double quotes, unless it begins a path.
            Kind::Quoted if self.ahead(1) != Some(Kind::Sign('.')) => Some(Value::Quoted(self.take())),
            Kind::Name | Kind::Quoted => {
                let mut path = self.path();
                // Words such as `set null` are a value too.
                while let Some(Kind::Name) = self.peek() {
                    path.extend(self.name());
                }
                let text = match path.as_slice() {
                    [word] => word.node,
                    parts => {
                        let separator = if self.dotted(parts) { "." } else { " " };
                        let words: Vec<&str> = parts.iter().map(|part| part.node).collect();
                        self.kept(words.join(separator).into())
                    }
                };
                Some(Value::Words(Spanned::new(text, span.to(self.before())), self.list(&mut path)))
            }
            _ => None,
        }
    }

    /// Tells whether the parts of a value are joined by dots.
    fn dotted(&self, path: &[Word<'_>]) -> bool {
        let (Some(first), Some(second)) = (path.first(), path.get(1)) else { return false };
        second.span.start == first.span.end + 1
            && self
                .tokens
                .get(..self.at)
                .unwrap_or_default()
                .iter()
                .rev()
                .take(2 * path.len())
                .any(|token| token.kind == Kind::Sign('.'))
    }
}
