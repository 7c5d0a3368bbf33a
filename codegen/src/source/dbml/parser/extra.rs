//! Elements that say nothing about the database itself: metadata, data flows and views of a diagram.

use super::Parser;
use crate::source::dbml::lexer::Kind;
use crate::source::dbml::syntax::{Dependency, Metadata, Setting, View};
use crate::source::decl::Ident;

impl Parser<'_> {
    pub(super) fn metadata(&mut self) -> Option<Metadata> {
        self.at += 1;
        let (kind, path) = (self.name(), self.path());
        let Some(kind) = kind.filter(|_| !path.is_empty()) else {
            self.expected("what the metadata belongs to: `Metadata Table users`");
            self.pass_over();
            return None;
        };
        let open = self.open()?;
        let mut properties = Vec::new();
        while self.in_body(open) {
            let start = self.here();
            let Some(name) = self.name().filter(|_| self.is(':')) else {
                self.expected("`name: 'value'`");
                self.at += 1;
                self.skip_line();
                continue;
            };
            self.at += 1;
            let value = self.value();
            if value.is_none() {
                self.expected("a value");
            }
            let name = name.map(|name| name.to_lowercase());
            properties.push(Setting { name, value, span: start.to(self.before()) });
            self.end_of_line("the end of the line");
        }
        Some(Metadata { kind: kind.map(|kind| kind.to_lowercase()), path, properties })
    }

    /// Reads `Dep: a -> b` or a block of such lines.
    pub(super) fn dependencies(&mut self) -> Vec<Dependency> {
        self.at += 1;
        self.path();
        self.settings();
        if self.eat(':') {
            let found = self.dependency();
            self.end_of_line("the end of the line");
            return found.into_iter().collect();
        }
        let Some(open) = self.open() else { return Vec::new() };
        let mut found = Vec::new();
        while self.in_body(open) {
            // A flow may be described by lines of `name: value` beside it.
            if self.peek() == Some(&Kind::Name) && self.ahead(1) == Some(&Kind::Sign(':')) {
                self.at += 2;
                if self.value().is_none() {
                    self.expected("a value");
                    self.skip_line();
                }
            } else {
                match self.dependency() {
                    Some(dependency) => found.push(dependency),
                    None => self.skip_line(),
                }
            }
            self.end_of_line("the end of the line");
        }
        found
    }

    fn dependency(&mut self) -> Option<Dependency> {
        let start = self.here();
        let left = self.flow_end()?;
        let backward = match self.word() {
            "->" => false,
            "<-" => true,
            _ => {
                self.expected("`->` or `<-`");
                return None;
            }
        };
        self.at += 1;
        let right = self.flow_end()?;
        self.settings();
        let span = start.to(self.before());
        let (from, to) = if backward { (right, left) } else { (left, right) };
        Some(Dependency { from, to, span })
    }

    /// Reads a table or column that data flows from or to.
    pub(super) fn flow_end(&mut self) -> Option<Vec<Ident>> {
        let mut path = self.path();
        if self.is('.') && self.ahead(1) == Some(&Kind::Sign('(')) {
            self.at += 1;
            path.extend(self.tuple());
        }
        if path.is_empty() {
            self.expected("a table or column");
            return None;
        }
        Some(path)
    }

    pub(super) fn view(&mut self, keyword: &Ident) -> Option<View> {
        self.at += 1;
        let name = self.name();
        self.settings();
        let open = self.open()?;
        let mut tables = Vec::new();
        while self.in_body(open) {
            if self.eat('*') {
                continue;
            }
            let lists_tables = self.is_word("tables");
            let Some(_) = self.name() else {
                self.expected("`Tables`, `TableGroups`, `Schemas` or `Notes`");
                self.at += 1;
                self.skip_line();
                continue;
            };
            let Some(open) = self.open() else { continue };
            while self.in_body(open) {
                if self.eat('*') || self.eat(',') {
                    continue;
                }
                match self.qualified() {
                    Some(name) if lists_tables => tables.push(name),
                    Some(_) => {}
                    None => {
                        self.expected("a name or `*`");
                        self.at += 1;
                    }
                }
            }
        }
        Some(View { name, tables, span: keyword.span.to(self.before()) })
    }
}
