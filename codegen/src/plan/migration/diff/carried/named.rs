//! What uses things that expressions and indexes name in words of their own: text search configurations and dictionaries in texts
//! (`to_tsvector('czech', …)`), operator classes behind the columns of an index.

use super::operator::expressions;
use crate::model::QualifiedName;
use crate::model::ident::PgIdent;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};

/// Adds such things of the schema to the needs of what names them.
pub(super) fn add_uses(objects: &mut [Object]) {
    let named: Vec<Named> = objects.iter().filter_map(named).collect();
    for named in named {
        for object in objects.iter_mut().filter(|object| object.key != named.key) {
            if named.is_used_by(object) {
                // PostgreSQL keeps what a text in a query means, and does not keep what a body says.
                let is_body = matches!(object.body, Body::Routine(_));
                object.need(
                    Target::Key(named.key.clone()),
                    if is_body { Strength::Order } else { Strength::Hard },
                );
            }
        }
    }
}

/// Something that is named in texts or behind columns.
struct Named {
    key: Key,
    name: QualifiedName,
    /// It stands behind the columns of an index.
    is_class: bool,
    /// It stands in operator classes.
    is_family: bool,
}

impl Named {
    fn is_used_by(&self, object: &Object) -> bool {
        if object.key.kind == Kind::Other {
            return self.is_family
                && matches!(&object.body, Body::Carried { create, .. } if self.is_family_of(create));
        }
        if self.is_family {
            return false;
        }
        match &object.body {
            Body::Index(index) if self.is_class => index.parts.iter().any(|part| self.is_behind(part)),
            // The body of a routine may hold a query with such a text.
            Body::Routine(routine) if !self.is_class => self.is_in(&routine.text),
            _ => !self.is_class && expressions(object).into_iter().any(|text| self.is_in(text)),
        }
    }

    fn is_family_of(&self, create: &str) -> bool {
        let own = tokens(create);
        let mut cursor = Cursor::new(create, &own);
        if !cursor.eat("create operator class") {
            return false;
        }
        _ = cursor.until(|token| token.is("family"));
        cursor.next();
        cursor.name().as_ref() == Some(&self.name)
    }

    fn is_behind(&self, part: &str) -> bool {
        tokens(part).iter().skip(1).any(|token| token.is_name() && token.value == self.name.name.as_str())
    }

    /// Tells whether a text holds the name in single quotes, with its schema or without.
    fn is_in(&self, text: &str) -> bool {
        let name = self.name.name.to_string();
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(&name)) {
            let (start, end) = (at + found, at + found + name.len());
            let before = text.get(..start).unwrap_or_default();
            let quoted = before.ends_with('\'') || before.ends_with('.');
            if quoted && text.get(end..).is_some_and(|rest| rest.starts_with('\'')) {
                return true;
            }
            at = end;
        }
        false
    }
}

fn named(object: &Object) -> Option<Named> {
    let Body::Carried { create, .. } = &object.body else { return None };
    if object.key.kind != Kind::Other {
        return None;
    }
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    let is_class = cursor.eat("create operator class");
    let is_family = !is_class && cursor.eat("create operator family");
    if !is_class
        && !is_family
        && !cursor.eat("create text search configuration")
        && !cursor.eat("create text search dictionary")
    {
        return None;
    }
    let name = cursor.name()?;
    (name.name != PgIdent::new("")).then(|| Named { key: object.key.clone(), name, is_class, is_family })
}
