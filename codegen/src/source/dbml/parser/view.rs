//! What stands beside the schema: dependencies of data, metadata and views of a diagram.

use super::Parser;
use crate::diag::{Code, Stage};
use crate::source::dbml::lexer::Kind;
use crate::source::dbml::syntax::{Dep, DepEdge, Diagram, Metadata, Name, Setting, Value, Word};

const DIAGRAM: Code = Code::new("dbml-diagram-view");
const METADATA: Code = Code::new("dbml-metadata");

/// What a view of a diagram may list.
const BLOCKS: &[&str] = &["tables", "notes", "tablegroups", "schemas"];

impl<'t> Parser<'_, 't> {
    /// Reads `Dep …: a -> b` or a block of dependencies.
    pub(super) fn dep(&mut self) -> Option<Dep<'t>> {
        let start = self.here();
        self.at += 1;
        self.skip_breaks();
        self.name();
        self.skip_breaks();
        self.settings();
        self.skip_breaks();
        if self.eat(':') {
            self.skip_breaks();
            let edge = self.dep_edge();
            if edge.is_none() {
                self.skip_line();
            }
            self.end_of_line("the end of the line");
            return Some(Dep {
                edges: edge.map_or(&[], |edge| std::slice::from_ref(self.arena.alloc(edge))),
                span: start.to(self.before()),
            });
        }
        let open = self.open()?;
        let mut edges = Vec::new();
        while self.in_body(open) {
            if matches!(self.ahead(1), Some(Kind::Sign(':'))) {
                self.field("the end of the line");
                continue;
            }
            match self.dep_edge() {
                Some(edge) => edges.push(edge),
                None => self.skip_line(),
            }
            self.end_of_line("the end of the line");
        }
        Some(Dep { edges: self.list(&mut edges), span: start.to(self.before()) })
    }

    fn dep_edge(&mut self) -> Option<DepEdge<'t>> {
        let start = self.here();
        let left = self.dep_end()?;
        let (forward, right) = self.dep_target()?;
        self.settings();
        let (from, to) = if forward { (left, right) } else { (right, left) };
        Some(DepEdge { from, to, span: start.to(self.before()) })
    }

    fn dep_end(&mut self) -> Option<&'t [Word<'t>]> {
        let mut path = self.path();
        if path.is_empty() {
            self.expected("`table` or `table.column`");
            return None;
        }
        Some(self.list(&mut path))
    }

    /// Reads `-> path` or `<- path`; tells whether the arrow points to the right.
    pub(super) fn dep_target(&mut self) -> Option<(bool, &'t [Word<'t>])> {
        if self.next_is_operator() {
            self.skip_breaks();
        }
        let forward = self.word() == "->";
        if self.peek() != Some(Kind::Operator) || !(forward || self.word() == "<-") {
            let stage = if self.peek() == Some(Kind::Operator) { Stage::Form } else { Stage::Text };
            self.expected("`->` or `<-`").stage(stage);
            return None;
        }
        self.at += 1;
        self.skip_breaks();
        Some((forward, self.dep_end()?))
    }

    /// Reads `name: value` in a body.
    fn field(&mut self, wanted: &str) -> Option<Setting<'t>> {
        let start = self.here();
        let name = self.plain_name();
        let (Some(name), true) = (name, self.eat(':')) else {
            self.expected("`name: 'value'`").stage(Stage::Form);
            self.at += usize::from(!self.is('}'));
            self.skip_line();
            return None;
        };
        self.skip_breaks();
        let value = self.value();
        if value.is_none() {
            let opens = matches!(self.peek(), Some(Kind::Sign('[' | '{' | '(')));
            let stage = if opens { Stage::Form } else { Stage::Text };
            self.expected(&format!("the value of `{}`", name.node)).stage(stage);
            self.skip_line();
        }
        let field = self.setting_with(self.lower(name), value, start);
        self.end_of_line(wanted);
        Some(field)
    }

    /// Reads `Metadata Kind name { key: 'value' }`.
    pub(super) fn metadata(&mut self, keyword: Word<'t>) -> Option<Metadata<'t>> {
        self.at += 1;
        self.skip_breaks();
        let kind = self.plain_name();
        self.skip_breaks();
        let mut path = self.path();
        let Some(kind) = kind.filter(|_| !path.is_empty()) else {
            self.sink
                .error(METADATA, keyword.span, "this metadata says not what it is about")
                .help(
                    "write `Metadata Table name { … }`; it may be about a Table, Column, TableGroup or Note",
                )
                .stage(Stage::Text);
            self.pass_over();
            return None;
        };
        self.skip_breaks();
        // The reference passes over both.
        self.second_name();
        self.skip_breaks();
        self.settings();
        let open = self.open()?;
        let mut fields = Vec::new();
        while self.in_body(open) {
            fields.extend(self.field("the end of the field"));
        }
        Some(Metadata { kind: self.lower(kind), path: self.list(&mut path), fields: self.list(&mut fields) })
    }

    /// Reads `DiagramView name { * }` or one that lists its tables, notes, groups and schemas.
    pub(super) fn diagram(&mut self, keyword: Word<'t>) -> Option<Diagram<'t>> {
        self.at += 1;
        self.skip_breaks();
        let name = self.name();
        if name.is_none() {
            self.sink
                .error(DIAGRAM, keyword.span, "this view of a diagram has no name")
                .help("write `DiagramView name { … }`")
                .stage(Stage::Form);
        }
        while self.eat('.') {
            let span = self.before();
            self.sink
                .error(DIAGRAM, span, "a view of a diagram stands in no schema")
                .help("name it by one word, or put the name in quotes")
                .stage(Stage::Form);
            self.name();
        }
        let open = self.open()?;
        let mut lists: Vec<(Word<'t>, &'t [Name<'t>])> = Vec::new();
        while self.in_body(open) {
            if self.eat('*') {
                continue;
            }
            let here = self.here();
            let block = self.plain_name();
            let known = block.filter(|block| BLOCKS.contains(&block.node.to_lowercase().as_str()));
            let Some(block) = known.filter(|_| self.is('{')) else {
                self.sink
                    .error(DIAGRAM, here, "a view of a diagram lists nothing of this kind")
                    .help(
                        "it holds `*`, or Tables, Notes, TableGroups and Schemas with their names in braces",
                    )
                    .stage(Stage::Form);
                self.at += usize::from(self.here() == here && !self.is('}'));
                self.skip_line();
                continue;
            };
            self.space_before();
            self.at += 1;
            let inside = self.before();
            let mut names = Vec::new();
            while self.in_body(inside) {
                if self.eat('*') {
                    continue;
                }
                match self.qualified() {
                    // As in the reference, names that commas join are not looked up.
                    Some(_) if self.is(',') => self.comma_list(),
                    Some(name) => {
                        names.push(name);
                        self.end_of_line("the end of the name");
                    }
                    // The reference passes over texts.
                    None if self.peek() == Some(Kind::Text) => self.at += 1,
                    None => {
                        self.expected("a name or `*`");
                        self.at += 1;
                        self.skip_line();
                    }
                }
            }
            lists.push((self.lower(block), self.list(&mut names)));
        }
        Some(Diagram { name: name?, lists: self.list(&mut lists) })
    }

    /// Reads further names of a list behind its first.
    fn comma_list(&mut self) {
        while self.eat(',') {
            self.skip_breaks();
            self.qualified();
        }
        self.end_of_line("the end of the names");
    }

    /// Reads the dependency of a column or table: `-> table.column`.
    pub(super) fn dependency(&mut self) -> Option<Value<'t>> {
        let start = self.here();
        let (forward, path) = self.dep_target()?;
        Some(Value::Dependency(forward, path, start.to(self.before())))
    }
}
