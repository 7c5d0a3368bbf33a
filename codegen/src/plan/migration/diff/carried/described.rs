//! Comments, and the words by which they and changes say what they are on.

use std::collections::BTreeMap;

use super::Reader;
use crate::model::token::{Cursor, canonical, name_of};
use crate::model::{PgIdent, QualifiedName, routine};
use crate::plan::migration::diff::collect::bare;
use crate::plan::migration::diff::object::{Body, CommentTarget, Key, Kind, Object, Strength, Target};

/// Leaves out descriptions that say what is there without them: nothing, and what PostgreSQL says of the schema `public`.
pub(super) fn leave_out_usual(objects: &mut Vec<Object>) {
    let is_usual = |object: &Object| {
        let Body::Comment(comment) = &object.body else { return None };
        let CommentTarget::Carried(target) = &comment.on else { return None };
        let (target, text) = (canonical(target), canonical(&comment.text));
        let has_usual = target.trim().starts_with("extension ") || target.trim() == "schema public";
        Some(
            text.trim() == "null" && !has_usual
                || text.trim() == "'standard public schema'" && target.trim() == "schema public",
        )
    };
    // The last of several holds.
    let last: BTreeMap<Key, bool> =
        objects.iter().filter_map(|object| Some((object.key.clone(), is_usual(object)?))).collect();
    objects.retain(|object| last.get(&object.key) != Some(&true));
}

impl Reader<'_, '_> {
    pub(super) fn comment(&self) -> Option<Object> {
        let mut cursor = self.cursor();
        if !cursor.eat("comment on") {
            return None;
        }
        let words = cursor.until(|token| token.is("is"));
        let target = words.rest().to_owned();
        cursor.next();
        let text = cursor.rest().to_owned();
        let key = Key::new(Kind::Comment, &bare(&PgIdent::new("")), described(words.clone()));
        let body = Body::comment(CommentTarget::Carried(target), text);
        let mut object = Object::new(key, self.data.text.span, body);
        self.targets(words, &mut object);
        Some(object)
    }

    /// Adds what the words behind `ON` or `ALTER` mean: `FUNCTION f(integer)`, `TRIGGER t ON u`.
    pub(super) fn targets(&self, mut words: Cursor<'_, '_>, object: &mut Object) {
        let strength = Strength::Hard;
        let kind = words.clone();
        let is = |word: &str| kind.peek().is_some_and(|token| token.is(word));
        if is("trigger") || is("policy") || is("rule") || is("constraint") {
            let kinds: &[Kind] = match words.next().map(|token| token.value.as_ref()) {
                Some("trigger") => &[Kind::Trigger],
                Some("policy") => &[Kind::Policy],
                Some("rule") => &[Kind::Rule],
                _ => &[Kind::Constraint, Kind::ForeignKey],
            };
            let name = words.ident();
            _ = words.eat("on domain") || words.eat("on");
            if let (Some(name), Some(table)) = (name, words.name()) {
                for kind in kinds {
                    object.need(Target::Key(Key::new(*kind, &table, name.as_str())), strength);
                }
                object.need(Target::Any(Box::new(table)), strength);
            }
            return;
        }
        if ROUTINES.iter().any(|kind| is(kind)) {
            words.next();
            if let Some((name, target)) = overload(&mut words) {
                object.need(target.unwrap_or_else(|| Target::Routine(Box::new(name))), strength);
            }
            return;
        }
        if ["event", "operator", "cast", "transform", "user", "access", "subscription"]
            .iter()
            .any(|kind| is(kind))
        {
            self.undone_by(words.rest(), object);
        }
        let is_column = is("column");
        let is_index = is("index");
        let is_schema = is("schema");
        let mut paths: Vec<Vec<String>> = Vec::new();
        let mut glued = false;
        while let Some(token) = words.next() {
            if token.is("(") {
                break;
            }
            if token.is(".") {
                glued = true;
            } else if token.is_name() {
                match paths.last_mut().filter(|_| glued) {
                    Some(path) => path.push(token.value.to_string()),
                    None => paths.push(vec![token.value.to_string()]),
                }
                glued = false;
            }
        }
        let Some(mut path) = paths.pop() else { return };
        if is_column {
            path.pop();
        }
        let name = name_of(&path);
        if is_schema {
            object.need(Target::Key(Key::new(Kind::Schema, &name, "")), strength);
        } else if is_index {
            object.need(Target::Relation(Box::new(name)), strength);
        } else {
            object.need(Target::Key(Key::new(Kind::Other, &name, "statistics")), strength);
            object.need(Target::Any(Box::new(name)), strength);
        }
    }
}

impl Reader<'_, '_> {
    /// Adds what has no name of its own, by the words with which it is dropped: `CAST (a AS b)`.
    fn undone_by(&self, words: &str, object: &mut Object) {
        let words = canonical(words);
        let is_it = |known: &&Object| {
            let Body::Carried { drop: Some(drop), .. } = &known.body else { return false };
            drop.strip_prefix("DROP ").is_some_and(|dropped| canonical(dropped) == words)
        };
        if let Some(known) = self.objects.iter().find(is_it) {
            object.need(Target::Key(known.key.clone()), Strength::Hard);
            object.goes_with = Some(known.key.clone());
        }
    }
}

/// The kinds of routines, which are known by their arguments too.
pub(super) const ROUTINES: [&str; 4] = ["function", "procedure", "routine", "aggregate"];

/// Reads a routine's name, and which of that name is meant where its arguments say it.
pub(super) fn overload(words: &mut Cursor<'_, '_>) -> Option<(QualifiedName, Option<Target>)> {
    let name = words.name()?;
    let signature = words.group().and_then(routine::signature);
    let target = signature.map(|signature| Target::Overload(Box::new((name.clone(), signature))));
    Some((name, target))
}

/// Returns one spelling of what a comment or a change is on.
pub(super) fn described(mut words: Cursor<'_, '_>) -> String {
    let written = canonical(words.rest());
    let Some(kind) = ROUTINES.iter().find(|kind| words.eat(kind)) else { return written };
    match overload(&mut words) {
        Some((_, Some(Target::Overload(overload)))) => {
            let (name, signature) = *overload;
            canonical(&format!("{kind} {name}({signature})"))
        }
        _ => written,
    }
}
