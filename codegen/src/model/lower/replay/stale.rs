//! Routines whose text names what is called otherwise, is gone or is of another kind later: PostgreSQL looked at the text before, and
//! leaves it as it is.

use rustc_hash::FxBuildHasher;

use crate::model::token::{Cursor, Kind, text_value, tokens};
use crate::source::decl::{AlterAction, Decl};
use crate::span::Span;

type Map = indexmap::IndexMap<String, Span, FxBuildHasher>;

/// What was changed so far that texts may name, each with the last place that did.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Names that are others' or nobody's by now, and labels of enums.
    names: Map,
    /// Tables whose `*` gives other columns now.
    tables: Map,
}

impl Changed {
    /// Notes what a statement changes.
    pub(super) fn note(&mut self, decl: &Decl) {
        match decl {
            Decl::Drop(text) => self.dropped(&text.node, text.span),
            Decl::AlterTable(alter) => {
                let table = alter.table.name.node.as_str();
                for action in &alter.actions {
                    match action {
                        AlterAction::DropColumn(name) | AlterAction::SetType(name, _) => {
                            self.name(&name.node, alter.span);
                            self.table(table, alter.span);
                        }
                        AlterAction::DropConstraint(name) => self.name(&name.node, alter.span),
                        AlterAction::AddColumn(_) => self.table(table, alter.span),
                        AlterAction::Other(text) => {
                            let own = tokens(&text.node);
                            self.change(table, Cursor::new(&text.node, &own), alter.span);
                        }
                        _ => {}
                    }
                }
            }
            Decl::Verbatim(data) if data.kind.starts_with("alter ") => {
                let own = tokens(&data.text.node);
                let mut cursor = Cursor::new(&data.text.node, &own);
                if !cursor.eat(&data.kind) {
                    return;
                }
                _ = cursor.eat("if exists");
                let Some(name) = cursor.name() else { return };
                // The arguments of a routine.
                _ = cursor.group();
                self.change(name.name.as_str(), cursor, data.text.span);
            }
            _ => {}
        }
    }

    /// Notes what follows `ALTER … name`.
    fn change(&mut self, name: &str, mut words: Cursor<'_, '_>, span: Span) {
        if words.eat("set schema") || words.eat("rename to") {
            self.name(name, span);
        } else if words.eat("rename value") {
            self.names
                .extend(words.next().and_then(|label| text_value(label.raw)).map(|label| (label, span)));
        } else if words.eat("rename") {
            _ = words.eat("column") || words.eat("attribute") || words.eat("constraint");
            self.table(name, span);
            self.names.extend(words.ident().map(|old| (old.as_str().to_owned(), span)));
        }
    }

    fn dropped(&mut self, text: &str, span: Span) {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        let kinds = [
            "table",
            "foreign table",
            "view",
            "materialized view",
            "function",
            "procedure",
            "routine",
            "aggregate",
            "type",
            "domain",
            "sequence",
            "schema",
        ];
        if !cursor.eat("drop") || !kinds.iter().any(|kind| cursor.eat(kind)) {
            return;
        }
        _ = cursor.eat("if exists");
        for mut one in cursor.split() {
            if let Some(name) = one.name() {
                self.name(name.name.as_str(), span);
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) {
        self.names.insert(name.to_owned(), span);
    }

    fn table(&mut self, name: &str, span: Span) {
        self.tables.insert(name.to_owned(), span);
    }

    /// Marks the routines that stand before changes of what they name.
    pub(super) fn mark(&self, done: &mut [Decl]) {
        if self.names.is_empty() && self.tables.is_empty() {
            return;
        }
        for decl in done {
            let Decl::Verbatim(data) = decl else { continue };
            if ["function", "procedure"].contains(&data.kind.as_str()) {
                data.stale = self.is_stale(&data.text.node, data.text.span);
            }
        }
    }

    fn is_stale(&self, text: &str, made: Span) -> bool {
        let own = tokens(text);
        let body = own.windows(2).find_map(|pair| match pair {
            [word, body] if word.is("as") && body.kind == Kind::Text => text_value(body.raw),
            _ => None,
        });
        let Some(body) = body else { return false };
        let own = tokens(&body);
        let is_later = |known: &Map, word: &str| known.get(word).is_some_and(|changed| *changed > made);
        let takes_all = own.iter().any(|token| token.is("*"));
        own.iter().any(|token| match token.kind {
            Kind::Text => text_value(token.raw).is_some_and(|value| is_later(&self.names, &value)),
            Kind::Word | Kind::Quoted => {
                is_later(&self.names, &token.value) || takes_all && is_later(&self.tables, &token.value)
            }
            _ => false,
        })
    }
}
