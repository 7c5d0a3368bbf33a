//! Privileges and descriptions that are said again although both sides say them.

use super::{Fate, Planner};
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::diff::carried::default_privileges;
use crate::plan::migration::diff::make::{TableParts, create, raw};
use crate::plan::migration::diff::object::{Body, CommentTarget, Kind, Object};
use crate::plan::migration::diff::privileges::Privileges;
use crate::plan::migration::statement::Statement;

impl Planner<'_> {
    /// Describes checks of domains again that take the place of others of their name.
    pub(super) fn describe_checks_again(&mut self) {
        for at in 0..self.new.objects.len() {
            let object = self.new.object(at);
            let Body::Comment(comment) = &object.body else { continue };
            let CommentTarget::Carried(on) = &comment.on else { continue };
            if !matches!(self.fates.get(at), Some(Fate::Same)) {
                continue;
            }
            let own = tokens(on);
            let mut words = Cursor::new(on, &own);
            let Some(check) = words.eat("constraint").then(|| words.ident()).flatten() else { continue };
            let added = format!(" ADD CONSTRAINT {check} CHECK ");
            let is_added = |domain: usize| {
                match self.fates.get(domain) {
                Some(Fate::Alter(statements)) => statements.iter().any(
                    |statement| matches!(statement, Statement::Verbatim { text, .. } if text.contains(&added)),
                ),
                _ => false,
            }
            };
            let mut needs = self.new.needs(at).iter();
            if needs.any(|(needed, _)| self.new.object(*needed).key.kind == Kind::Domain && is_added(*needed))
            {
                self.set(at, Fate::Alter(create(object, TableParts::default())));
            }
        }
    }

    /// Says privileges again that are on all of a kind in a schema where one of these is made, and those on one of them where
    /// privileges on all are taken back.
    pub(super) fn say_privileges_again(&mut self) {
        let of = |object: &'_ Object| match &object.body {
            Body::Privileges(privileges) => Some(privileges.as_ref().clone()),
            _ => None,
        };
        let taken: Vec<Privileges> = (0..self.old.objects.len())
            .filter(|at| self.is_dropped(*at))
            .filter_map(|at| of(self.old.object(at)))
            .filter(|privileges| privileges.on.starts_with("ALL "))
            .collect();
        for at in 0..self.new.objects.len() {
            let object = self.new.object(at);
            let Some(own) = of(object).filter(|_| matches!(self.fates.get(at), Some(Fate::Same))) else {
                continue;
            };
            let is_taken = |all: &Privileges| {
                all.takes == own.takes
                    && all.whom.eq_ignore_ascii_case(&own.whom)
                    && own.thing.as_ref().is_some_and(|thing| all.reach_schema(thing))
            };
            if taken.iter().any(is_taken) || own.on.starts_with("ALL ") && self.reach_new(&own, object) {
                self.set(at, Fate::Alter(own.said().into_iter().map(raw).collect()));
            }
        }
        self.say_what_lies_over();
    }

    /// Says privileges again where those over which they lie are said: what is taken of all that is given, what is given behind what is
    /// taken.
    fn say_what_lies_over(&mut self) {
        for at in 0..self.new.objects.len() {
            let Body::Privileges(own) = &self.new.object(at).body else { continue };
            if !matches!(self.fates.get(at), Some(Fate::Same)) {
                continue;
            }
            let lies_over = |below: usize| {
                let is_said = matches!(self.fates.get(below), Some(Fate::Create | Fate::Alter(_)));
                let Body::Privileges(below) = &self.new.object(below).body else { return false };
                is_said && (own.of_option || own.takes != below.takes && own.overlaps(below))
            };
            if self.new.needs(at).iter().any(|(below, _)| lies_over(*below)) {
                self.set(at, Fate::Alter(own.said().into_iter().map(raw).collect()));
            }
        }
    }

    /// Tells whether privileges on all of a kind reach one that is made, and that stands before them.
    fn reach_new(&self, privileges: &Privileges, said: &Object) -> bool {
        self.new.objects.iter().zip(&self.fates).any(|(object, fate)| {
            let is_before = object.span.file != said.span.file || object.span.start < said.span.start;
            is_before && privileges.reach(&object.key) && (matches!(fate, Fate::Create) || numbers(fate))
        })
    }

    /// Tells whether privileges of the old side are those that the new one gives by default to what is made behind its saying so.
    pub(super) fn is_said_by_default(&self, old: usize) -> bool {
        let object = self.old.object(old);
        let Body::Privileges(own) = &object.body else { return false };
        let things = self.old.needs(old).iter().map(|(thing, _)| &self.old.object(*thing).key);
        own.head.is_empty()
            && own.column.is_none()
            && things
                .filter(|thing| Some(&thing.name) == own.thing.as_ref())
                .any(|thing| default_privileges::say(own, thing, self.new))
    }
}

/// Tells whether a column is numbered by a sequence of its own from then on.
fn numbers(fate: &Fate) -> bool {
    let adds = |statement: &Statement| matches!(statement, Statement::AlterTable { action, .. } if action.contains("ADD GENERATED "));
    matches!(fate, Fate::Alter(statements) if statements.iter().any(adds))
}
