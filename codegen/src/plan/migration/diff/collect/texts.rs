//! What the texts of expressions say by themselves, each read once: a schema says the same few things of many tables.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::model::QualifiedName;
use crate::model::token::{Cursor, Mention, mentions, tokens};

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Texts {
    expressions: Known<Rc<Expression>>,
    classes: Known<Option<QualifiedName>>,
}

/// What the text of an expression names.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) mentions: Vec<Mention>,
    pub(super) collations: Vec<QualifiedName>,
}

type Known<V> = RefCell<IndexMap<String, V, FxBuildHasher>>;

impl Texts {
    /// Returns what an expression names, in order.
    pub(super) fn expression(&self, sql: &str) -> Rc<Expression> {
        let read = |sql: &str| Rc::new(Expression { mentions: mentions(sql), collations: collations(sql) });
        known(&self.expressions, sql, read)
    }

    /// Returns the operator class that stands behind the column or expression of an index.
    pub(super) fn operator_class(&self, element: &str) -> Option<QualifiedName> {
        known(&self.classes, element, operator_class)
    }
}

fn known<V: Clone>(texts: &Known<V>, text: &str, read: impl FnOnce(&str) -> V) -> V {
    if let Some(known) = texts.borrow().get(text) {
        return known.clone();
    }
    let value = read(text);
    texts.borrow_mut().insert(text.to_owned(), value.clone());
    value
}

fn collations(sql: &str) -> Vec<QualifiedName> {
    if !contains_word(sql, "collate") {
        return Vec::new();
    }
    let own = tokens(sql);
    let mut cursor = Cursor::new(sql, &own);
    let mut found = Vec::new();
    while let Some(token) = cursor.next() {
        if token.is("collate") {
            found.extend(cursor.name());
        }
    }
    found
}

/// Tells whether a text holds a word, whatever the case of its letters.
fn contains_word(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// Returns the operator class that stands behind the column or expression of an index.
fn operator_class(element: &str) -> Option<QualifiedName> {
    const OTHER: [&str; 6] = ["asc", "desc", "nulls", "first", "last", "collate"];
    let own = tokens(element);
    let mut cursor = Cursor::new(element, &own);
    cursor.group().map(|_| ()).or_else(|| {
        cursor.name()?;
        _ = cursor.group();
        Some(())
    })?;
    if cursor.eat("collate") {
        cursor.name()?;
    }
    let is_other = cursor.peek().is_none_or(|token| OTHER.iter().any(|word| token.is(word)));
    if is_other { None } else { cursor.name() }
}
