//! Lists of settings in brackets, and values.

use super::Parser;
use crate::source::dbml::lexer::Kind;
use crate::source::dbml::syntax::{Setting, Value};
use crate::span::Spanned;

impl Parser<'_> {
    /// Reads settings where a bracket opens; none where none does.
    pub(super) fn settings(&mut self) -> Vec<Setting> {
        if !self.is('[') {
            return Vec::new();
        }
        self.at += 1;
        let mut settings = Vec::new();
        loop {
            self.skip_breaks();
            if self.eat(']') {
                return settings;
            }
            let Some(setting) = self.setting() else {
                self.expected("a setting");
                self.close_settings();
                return settings;
            };
            settings.push(setting);
            // Behind a text that its line does not close, the bracket stands in the text.
            if self.is_behind_unclosed() {
                return settings;
            }
            let end_of_line = self.at;
            self.skip_breaks();
            if self.at > end_of_line && !self.is(',') && !self.is(']') {
                // The next line goes on with something else, so the bracket is missing on this one.
                self.at = end_of_line;
                self.expected("`,` or `]`");
                return settings;
            }
            if self.eat(',') {
                self.skip_breaks();
                if self.is(']') {
                    self.expected("a setting");
                    self.at += 1;
                    return settings;
                }
            } else if !self.is(']') {
                self.expected("`,` or `]`");
                self.close_settings();
                return settings;
            }
        }
    }

    /// Tells whether the token before is a quoted thing that is not closed.
    fn is_behind_unclosed(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| matches!(token.kind, Kind::Unclosed(..)))
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
    fn setting(&mut self) -> Option<Setting> {
        let start = self.here();
        let mut words: Vec<String> = Vec::new();
        while let Some(Kind::Name | Kind::Quoted(_)) = self.peek() {
            words.push(self.name()?.node);
        }
        if words.is_empty() {
            return None;
        }
        let name = Spanned::new(words.join(" ").to_lowercase(), start.to(self.before()));
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
        Some(Setting { name, value, span: start.to(self.before()) })
    }

    /// Passes what cannot be read up to the next comma or bracket.
    fn skip_value(&mut self) {
        while !matches!(self.peek(), None | Some(Kind::Newline | Kind::Sign(',' | ']' | '}'))) {
            self.at += 1;
        }
    }

    /// Reads a value.
    pub(super) fn value(&mut self) -> Option<Value> {
        let span = self.here();
        match self.peek()?.clone() {
            Kind::Text(text) | Kind::Unclosed("text", text) => {
                self.at += 1;
                Some(Value::Text(Spanned::new(text.into_owned(), span)))
            }
            Kind::Expression(text) | Kind::Unclosed("expression", text) => {
                self.at += 1;
                Some(Value::Expression(Spanned::new(text.into_owned(), span)))
            }
            Kind::Number => {
                let number = self.word().to_owned();
                self.at += 1;
                Some(Value::Number(Spanned::new(number, span)))
            }
            Kind::Color => {
                let color = self.word().to_owned();
                self.at += 1;
                Some(Value::Color(Spanned::new(color, span)))
            }
            // Signs may be repeated: an odd number of minuses is one.
            Kind::Operator
                if matches!(self.ahead(1), Some(Kind::Number))
                    && self.word().chars().all(|c| matches!(c, '-' | '+')) =>
            {
                let minuses = self.word().chars().filter(|c| *c == '-').count();
                let sign = if minuses % 2 == 1 { "-" } else { "" };
                self.at += 1;
                let number = format!("{sign}{}", self.word());
                self.at += 1;
                Some(Value::Number(Spanned::new(number, span.to(self.before()))))
            }
            Kind::Operator => self.relation(),
            // A text may stand between double quotes, unless it begins a path.
            Kind::Quoted(text) if self.ahead(1) != Some(&Kind::Sign('.')) => {
                self.at += 1;
                Some(Value::Text(Spanned::new(text.into_owned(), span)))
            }
            Kind::Name | Kind::Quoted(_) => {
                let mut path = self.path();
                // Words such as `set null` are a value too.
                while let Some(Kind::Name) = self.peek() {
                    path.extend(self.name());
                }
                let separator = if path.len() > 1 && self.dotted(&path) { "." } else { " " };
                let text = path.iter().map(|part| part.node.as_str()).collect::<Vec<_>>().join(separator);
                Some(Value::Words(Spanned::new(text, span.to(self.before())), path))
            }
            _ => None,
        }
    }

    /// Tells whether the parts of a value are joined by dots.
    fn dotted(&self, path: &[crate::source::decl::Ident]) -> bool {
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
