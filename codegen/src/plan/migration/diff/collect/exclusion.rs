//! What an exclusion constraint needs.

use super::Collector;
use crate::model::PgIdent;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::diff::object::{Object, Strength, Target};

impl Collector<'_, '_> {
    /// Adds what an exclusion constraint needs, from its text behind `EXCLUDE`: columns as such, with which it goes, else what its
    /// expressions and its condition name, for which PostgreSQL keeps it.
    pub(super) fn exclusion_needs(&self, definition: &str, object: &mut Object) {
        let own = tokens(definition);
        let mut cursor = Cursor::new(definition, &own);
        _ = cursor.until(|token| token.is("("));
        for mut element in cursor.group().map(Cursor::split).unwrap_or_default() {
            let element = element.until(|token| token.is("with"));
            match plain(element.clone()) {
                Some(column) => object.need(Target::Key(self.column_key(column.as_str())), Strength::Plain),
                None => self.expression_needs(element.rest(), object),
            }
            if let Some(class) = self.texts.operator_class(element.rest()) {
                object.need(Target::Any(Box::new(class)), Strength::Hard);
            }
        }
        if cursor.eat("include") {
            for column in cursor.group().map(Cursor::split).unwrap_or_default() {
                if let Some(column) = plain(column) {
                    object.need(Target::Key(self.column_key(column.as_str())), Strength::Plain);
                }
            }
        }
        self.expression_needs(cursor.rest(), object);
    }
}

/// Returns the name that an element begins with, where nothing makes a call of it.
fn plain(mut element: Cursor<'_, '_>) -> Option<PgIdent> {
    let name = element.ident()?;
    let is_call = element.peek().is_some_and(|token| token.is("(") || token.is("."));
    (!is_call).then_some(name)
}
