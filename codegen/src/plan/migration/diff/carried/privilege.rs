//! Privileges: what they are on, whom they name, what takes them back.

use super::Reader;
use super::described::{ROUTINES, overload};
use crate::model::PgIdent;
use crate::model::token::canonical;
use crate::plan::migration::diff::collect::bare;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};

impl Reader<'_, '_> {
    pub(super) fn grant(&self) -> Option<Object> {
        let canonical = canonical(self.text);
        let mut cursor = self.cursor();
        if !cursor.eat("grant") {
            return None;
        }
        let given = cursor.until(|token| token.is("to")).rest().to_owned();
        cursor.next();
        let whom = cursor.until(|token| token.is("with") || token.is("granted")).rest().to_owned();
        let revoke = Some(format!("REVOKE {given} FROM {whom}"));
        let body = Body::Grant { text: self.statement(), revoke };
        let mut object = Object::new(
            Key::new(Kind::Grant, &bare(&PgIdent::new("")), canonical),
            self.data.text.span,
            body,
        );
        self.privilege_needs(&mut object);
        Some(object)
    }

    /// Adds what privileges are on and whom they name.
    pub(super) fn privilege_needs(&self, object: &mut Object) {
        let mut cursor = self.cursor();
        _ = cursor.until(|token| token.is("on"));
        cursor.next();
        let mut routines = Vec::new();
        if ROUTINES.iter().any(|kind| cursor.eat(kind)) {
            let list = cursor.until(|token| token.is("to") || token.is("from"));
            routines.extend(list.split().into_iter().filter_map(|mut part| overload(&mut part)));
        }
        for name in &self.data.names {
            let mut own = routines.iter().filter(|(routine, _)| routine == name).peekable();
            if own.peek().is_none() {
                object.need(Target::Any(Box::new(name.clone())), Strength::Hard);
            }
            for (_, target) in own {
                let target = target.clone().unwrap_or_else(|| Target::Routine(Box::new(name.clone())));
                object.need(target, Strength::Hard);
            }
        }
    }
}
