//! Changes that are not folded into what they change: they come behind it.

use super::Reader;
use super::described::{ROUTINES, described};
use crate::model::token::{Cursor, canonical};
use crate::model::{PgIdent, QualifiedName, undo};
use crate::plan::migration::diff::collect::bare;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::diff::setting;

impl Reader<'_, '_> {
    /// A change of the sequence of an identity, by which it is no longer what the column says.
    fn of_identity(&self) -> Option<Object> {
        let mut cursor = self.cursor();
        if !cursor.eat("alter sequence") {
            return None;
        }
        _ = cursor.eat("if exists");
        let name = cursor.name()?;
        let column = self.objects.get(*self.named.get(&(Kind::Sequence, name.clone()))?)?;
        let Body::Column(body) = &column.body else { return None };
        let plain = &body.identity.as_ref()?.sequence;
        let mut changed = plain.clone();
        if !changed.read(&mut cursor) {
            return None;
        }
        let clauses = plain.changes(&changed);
        let unset = (!clauses.is_empty()).then(|| format!("ALTER SEQUENCE {name} {}", clauses.join(" ")));
        let body = Body::Setting { set: self.statement(), unset: Some(unset.unwrap_or_default()) };
        let mut object = Object::new(Key::new(Kind::Setting, &name, "identity"), self.data.text.span, body);
        object.goes_with = Some(column.key.clone());
        object.need(Target::Key(column.key.clone()), Strength::Hard);
        Some(object)
    }

    /// A change of something that is not folded: it comes behind what it changes.
    pub(super) fn alteration(&self) -> Option<Object> {
        if let Some(object) = self.of_identity() {
            return Some(object);
        }
        let mut cursor = self.cursor();
        cursor.next();
        let is_owner =
            self.tokens.windows(2).any(|pair| matches!(pair, [a, b] if a.is("owner") && b.is("to")));
        let moves =
            self.tokens.windows(2).any(|pair| matches!(pair, [a, b] if a.is("set") && b.is("schema")));
        if moves || self.tokens.iter().any(|token| token.is("rename")) {
            return None;
        }
        let words = cursor.until(|token| {
            [
                "owner", "set", "reset", "add", "drop", "enable", "disable", "attach", "alter", "depends",
                "refresh",
            ]
            .iter()
            .any(|word| token.is(word))
        });
        let fires = (self.data.kind == "alter event trigger").then(|| words.rest().to_owned());
        let what = match (&fires, is_owner) {
            (_, true) => format!("{} {}", setting::OWNER, described(words.clone())),
            (Some(name), _) => format!("state {}", canonical(name)),
            (None, false) => canonical(self.text),
        };
        let key = Key::new(Kind::Setting, &bare(&PgIdent::new("")), what);
        // An index that was attached goes with the one of the whole table.
        let attaches = self.data.kind == "alter index" && self.tokens.iter().any(|token| token.is("attach"));
        let unset = match fires {
            // What an extension was brought up to is not taken back.
            _ if is_owner || attaches || self.data.kind == "alter extension" => Some(String::new()),
            Some(name) => Some(format!("ALTER {name} ENABLE")),
            None => undo::alteration(self.cursor()),
        };
        let mut object =
            Object::new(key, self.data.text.span, Body::Setting { set: self.statement(), unset });
        // A routine is one of several of its name.
        let routine = routine(words.clone());
        self.targets(words, &mut object);
        self.clustered(&mut object);
        for name in self.data.names.iter().filter(|name| Some(*name) != routine.as_ref()) {
            object.need(Target::Any(Box::new(name.clone())), Strength::Hard);
        }
        Some(object)
    }

    /// `ALTER TABLE view CLUSTER ON index` of a materialized view.
    fn clustered(&self, object: &mut Object) {
        let mut cursor = self.cursor();
        if !cursor.eat("alter table") && !cursor.eat("alter materialized view") {
            return;
        }
        _ = cursor.eat("if exists");
        _ = cursor.eat("only");
        if let Some(view) = cursor.name()
            && cursor.eat("cluster on")
            && let Some(index) = cursor.ident()
        {
            object.need(Target::Key(Key::new(Kind::Index, &view, index.as_str())), Strength::Hard);
        }
    }
}

/// Returns the name of the routine that a statement changes.
fn routine(mut words: Cursor<'_, '_>) -> Option<QualifiedName> {
    ROUTINES.iter().any(|kind| words.eat(kind)).then(|| words.name()).flatten()
}
