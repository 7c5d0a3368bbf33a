//! Changes of carried objects, folded into what they change.

use super::Reader;
use crate::model::QualifiedName;
use crate::model::token::{Cursor, Role, mentions};
use crate::plan::migration::diff::object::{Body, Kind, Object, Target};

impl Reader<'_, '_> {
    fn find(&mut self, kind: Kind, name: &QualifiedName) -> Option<&mut Object> {
        self.objects.get_mut(*self.named.get(&(kind, name.clone()))?)
    }

    /// Folds a change into the object that it changes; tells whether it did.
    pub(super) fn fold(&mut self) -> bool {
        let mut cursor = self.cursor();
        if cursor.eat("alter sequence") {
            _ = cursor.eat("if exists");
            let Some(name) = cursor.name() else { return false };
            let Some(Body::Sequence(sequence)) = self.find(Kind::Sequence, &name).map(|it| &mut it.body)
            else {
                return false;
            };
            let mut changed = sequence.clone();
            let read = changed.read(&mut cursor);
            if read {
                *sequence = changed;
            }
            return read;
        }
        if cursor.eat("alter domain") {
            let Some(name) = cursor.name() else { return false };
            // PostgreSQL makes the domain before what takes values of it, and such a check behind that.
            if cursor.clone().eat("add") && self.calls_routine_over(&name) {
                return false;
            }
            let Some(Body::Domain(domain)) = self.find(Kind::Domain, &name).map(|it| &mut it.body) else {
                return false;
            };
            let mut changed = domain.clone();
            let read = changed.alter(&mut cursor, &name);
            if read {
                *domain = changed;
            }
            return read;
        }
        if cursor.eat("alter type") {
            let Some(name) = cursor.name() else { return false };
            if let Some(Body::Enum(labels)) = self.find(Kind::Enum, &name).map(|it| &mut it.body) {
                return alter_enum(labels, &mut cursor);
            }
            if let Some(Body::Composite(composite)) = self.find(Kind::Composite, &name).map(|it| &mut it.body)
            {
                let mut changed = composite.clone();
                let read = changed.alter(cursor);
                if read {
                    *composite = changed;
                }
                return read;
            }
        }
        false
    }
}

impl Reader<'_, '_> {
    /// Tells whether the statement calls a routine whose head names a type.
    fn calls_routine_over(&self, ty: &QualifiedName) -> bool {
        let called = mentions(self.text).into_iter().filter(|mention| mention.role == Role::Call);
        let called: Vec<QualifiedName> = called.map(|mention| mention.name()).collect();
        self.objects.iter().any(|object| {
            object.key.kind == Kind::Routine
                && called.contains(&object.key.name)
                && object.needs.iter().any(|need| matches!(&need.on, Target::Type(name) if **name == *ty))
        })
    }
}

/// Takes over `ADD VALUE` and `RENAME VALUE`.
fn alter_enum(labels: &mut Vec<String>, cursor: &mut Cursor<'_, '_>) -> bool {
    let text = |cursor: &mut Cursor<'_, '_>| {
        let raw = cursor.next()?.raw.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(raw.replace("''", "'"))
    };
    if cursor.eat("add value") {
        _ = cursor.eat("if not exists");
        let Some(label) = text(cursor) else { return false };
        let behind = cursor.eat_any(&[("before", 0), ("after", 1)]);
        let at = behind.and_then(|behind| {
            let neighbour = text(cursor)?;
            Some(labels.iter().position(|known| *known == neighbour)? + behind)
        });
        if !labels.contains(&label) {
            labels.insert(at.unwrap_or(labels.len()).min(labels.len()), label);
        }
        true
    } else if cursor.eat("rename value") {
        let old = text(cursor);
        _ = cursor.eat("to");
        let new = text(cursor);
        match (labels.iter_mut().find(|label| Some(&**label) == old.as_ref()), new) {
            (Some(label), Some(new)) => {
                *label = new;
                true
            }
            _ => false,
        }
    } else {
        false
    }
}
