//! Privileges: a statement may give several on several things to several roles. Each role and thing is an object of its own, so
//! that the same privileges in other statements are the same.

use super::Reader;
use std::collections::BTreeSet;

use super::described::{ROUTINES, overload};
use super::held;
use crate::model::privilege::KINDS;
use crate::model::token::{Cursor, canonical, tokens};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::diff::collect::bare;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::diff::privileges::{Privileges, listed};

impl Thing<'_> {
    /// Returns its kind and name in the one spelling.
    pub(super) fn spelt(&self) -> String {
        let kind = match self.kind {
            "" => "table".to_owned(),
            // A domain is a type, and a dump calls it so.
            "DOMAIN" => "type".to_owned(),
            kind => kind.to_lowercase(),
        };
        format!("{kind} {}", self.spelt)
    }
}

/// A thing that privileges are on.
pub(super) struct Thing<'t> {
    kind: &'static str,
    /// As it is written, and in the one spelling.
    written: &'t str,
    spelt: String,
    pub(super) name: Option<QualifiedName>,
    /// Which of the routines of its name it is.
    routine: Option<Target>,
}

impl Reader<'_, '_> {
    /// Reads a `GRANT` of something else than privileges on things: of roles, or by another role.
    pub(super) fn grant(&self) -> Option<Object> {
        let mut cursor = self.cursor();
        if !cursor.eat("grant") {
            return None;
        }
        let given = cursor.until(|token| token.is("to")).rest().to_owned();
        cursor.next();
        let whom = cursor.until(|token| token.is("with") || token.is("granted")).rest().to_owned();
        let body =
            Body::Grant { text: self.statement(), revoke: Some(format!("REVOKE {given} FROM {whom}")) };
        let key = Key::new(Kind::Grant, &bare(&PgIdent::new("")), canonical(self.text));
        let mut object = Object::new(key, self.data.text.span, body);
        self.privilege_needs(&mut object);
        Some(object)
    }

    /// Adds what privileges are on and whom they name.
    pub(super) fn privilege_needs(&self, object: &mut Object) {
        for name in &self.data.names {
            object.need(Target::Any(Box::new(name.clone())), Strength::Hard);
        }
    }

    /// Reads `GRANT` and `REVOKE`; tells whether it did.
    pub(super) fn privileges(&mut self) -> bool {
        let Some(found) = self.read_privileges() else { return false };
        for object in found {
            self.merge(object);
        }
        true
    }

    fn read_privileges(&self) -> Option<Vec<Object>> {
        let mut cursor = self.cursor();
        let (takes, way) = cursor.eat_any(&[("grant", (false, "to")), ("revoke", (true, "from"))])?;
        let of_option = takes && cursor.eat("grant option for");
        let list = listed(cursor.until(|token| token.is("on") || token.is(way)))?;
        cursor.eat("on").then_some(())?;
        let kind = cursor.eat_any(&KINDS).unwrap_or_default();
        let things = cursor.until(|token| token.is(way)).split();
        let things: Vec<Thing<'_>> =
            things.into_iter().map(|thing| read_thing(kind, thing)).collect::<Option<_>>()?;
        cursor.eat(way).then_some(())?;
        let (roles, passes_on) = roles(&mut cursor)?;
        let columns = columns_of(&list);
        let mut found = Vec::new();
        for thing in &things {
            for role in &roles {
                for column in &columns {
                    let privileges = Privileges {
                        head: String::new(),
                        takes,
                        of_option,
                        list: of_column(&list, column.as_ref(), passes_on),
                        on: format!("{kind} {}", thing.written).trim_start().to_owned(),
                        column: column.clone(),
                        whom: role.clone(),
                        spelt: thing.spelt(),
                        thing: thing.name.clone(),
                        held: self.held(kind, thing, column.as_ref(), role),
                    };
                    found.push(self.on_thing(thing, &things, privileges));
                }
            }
        }
        Some(found)
    }

    /// Makes the object of what one role may do with one thing.
    fn on_thing(&self, thing: &Thing<'_>, things: &[Thing<'_>], privileges: Privileges) -> Object {
        let column = privileges.column.clone();
        let part = privileges.key();
        let key = Key::new(Kind::Grant, &bare(&PgIdent::new("")), part);
        let mut object = Object::new(key, self.data.text.span, Body::Privileges(Box::new(privileges)));
        if let Some(name) = &thing.name {
            if thing.kind.ends_with("SCHEMA") {
                object.need(Target::Key(Key::new(Kind::Schema, &bare(&name.name), "")), Strength::Hard);
            } else {
                let target = thing.routine.clone().unwrap_or_else(|| Target::Any(Box::new(name.clone())));
                object.need(target, Strength::Hard);
            }
            if let Some(column) = &column {
                object.need(Target::Key(Key::new(Kind::Column, name, column.as_str())), Strength::Plain);
            }
        }
        // The roles too, where a document makes them.
        let is_thing = |name: &QualifiedName| things.iter().any(|thing| thing.name.as_ref() == Some(name));
        for name in self.data.names.iter().filter(|name| !is_thing(name)) {
            object.need(Target::Any(Box::new(name.clone())), Strength::Hard);
        }
        object
    }

    /// Adds privileges to those of the same role on the same thing, and takes them from those that the other way gave or took.
    fn merge(&mut self, mut object: Object) {
        let Body::Privileges(own) = &mut object.body else { return };
        let given_or_taken = self.named.get(&named(&own.key_of(!own.takes))).copied();
        match given_or_taken.and_then(|at| self.objects.get_mut(at)).map(|it| &mut it.body) {
            // Who gave the right to pass them on is not said otherwise, so that nobody gives it back.
            Some(Body::Privileges(other)) if own.of_option => own.undo_option(other),
            Some(Body::Privileges(other)) => own.undo(other),
            _ => {}
        }
        if !own.of_option {
            for at in self.reached(own) {
                if let Some(Body::Privileges(other)) = self.objects.get_mut(at).map(|it| &mut it.body) {
                    own.as_ref().clone().undo(other);
                }
            }
        }
        if own.list.is_empty() {
            return;
        }
        if !own.takes
            && let Some(at) = self.named.get(&named(&own.key_of_option()))
            && let Some(Body::Privileges(option)) = self.objects.get_mut(*at).map(|it| &mut it.body)
        {
            option.pass_on_again(own);
        }
        let place = named(&own.key());
        let known = self.named.get(&place).and_then(|at| self.objects.get_mut(*at)).map(|it| &mut it.body);
        if let Some(Body::Privileges(known)) = known {
            known.merge(own.as_ref().clone());
            return;
        }
        self.named.insert(place, self.objects.len());
        self.objects.push(object);
    }

    /// Reads `ALTER DEFAULT PRIVILEGES`; tells whether it did.
    pub(super) fn default_privileges(&mut self) -> bool {
        let Some(found) = read_default(self.text) else { return false };
        for privileges in found {
            let key = privileges.key();
            let key = Key::new(Kind::Other, &bare(&PgIdent::new("")), key);
            let mut object = Object::new(key, self.data.text.span, Body::Privileges(Box::new(privileges)));
            for name in &self.data.names {
                object.need(Target::Any(Box::new(name.clone())), Strength::Hard);
            }
            self.merge(object);
        }
        true
    }
}

/// Returns under what name privileges are noted while statements are read.
pub(super) fn named(key: &str) -> (Kind, QualifiedName) {
    (Kind::Grant, bare(&PgIdent::new(key)))
}

/// Reads what a statement says of privileges on what is made later, role by role.
fn read_default(text: &str) -> Option<Vec<Privileges>> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let head = cursor.until(|token| token.is("grant") || token.is("revoke")).rest().to_owned();
    let (takes, way) = cursor.eat_any(&[("grant", (false, "to")), ("revoke", (true, "from"))])?;
    let of_option = takes && cursor.eat("grant option for");
    let list = listed(cursor.until(|token| token.is("on")))?;
    cursor.eat("on").then_some(())?;
    let on = cursor.until(|token| token.is(way)).rest().to_uppercase();
    cursor.eat(way).then_some(())?;
    let (roles, passes_on) = roles(&mut cursor)?;
    let list = of_column(&list, None, passes_on);
    let spelt = canonical(&on).trim_end().to_owned();
    let of = |whom: String| Privileges {
        head: head.clone(),
        takes,
        of_option,
        list: list.clone(),
        on: on.clone(),
        column: None,
        held: held::of_default(&head, &spelt, &whom),
        whom,
        spelt: spelt.clone(),
        thing: None,
    };
    Some(roles.into_iter().map(of).collect())
}

fn read_thing<'t>(kind: &'static str, mut thing: Cursor<'_, 't>) -> Option<Thing<'t>> {
    let written = thing.rest();
    if ROUTINES.iter().any(|word| word.eq_ignore_ascii_case(kind)) {
        let (name, target) = overload(&mut thing)?;
        let spelt = match &target {
            Some(Target::Overload(overload)) => format!("{}({})", overload.0, overload.1),
            _ => name.to_string(),
        };
        let routine = Some(target.unwrap_or_else(|| Target::Routine(Box::new(name.clone()))));
        return thing.is_done().then_some(Thing { kind, written, spelt, name: Some(name), routine });
    }
    // Not what may be called as a table is.
    let is_apart = ["DATABASE", "LARGE OBJECT", "PARAMETER", "TABLESPACE"].contains(&kind);
    let name = if is_apart { None } else { thing.name() };
    let spelt = match &name {
        Some(name) if thing.is_done() => name.to_string(),
        _ => canonical(written).trim_end().to_owned(),
    };
    Some(Thing { kind, written, spelt, name, routine: None })
}

/// Reads the roles to which something is given or from which it is taken, and whether they may pass it on; none where more is said.
fn roles(cursor: &mut Cursor<'_, '_>) -> Option<(Vec<String>, bool)> {
    let ends = ["with", "granted", "cascade", "restrict"];
    let list = cursor.until(|token| ends.iter().any(|word| token.is(word)));
    let roles = list.split().into_iter().map(|mut role| {
        _ = role.eat("group");
        role.rest().to_owned()
    });
    let roles = roles.collect();
    let passes_on = cursor.eat("with grant option");
    cursor.is_done().then_some((roles, passes_on))
}

/// Returns the columns that privileges are on, and none for those that are on the whole, each once.
fn columns_of(list: &[(String, Vec<PgIdent>)]) -> Vec<Option<PgIdent>> {
    let mut found: Vec<Option<PgIdent>> = Vec::new();
    let mut add = |column: Option<PgIdent>| {
        if !found.contains(&column) {
            found.push(column);
        }
    };
    for (_, columns) in list {
        if columns.is_empty() {
            add(None);
        }
        columns.iter().for_each(|column| add(Some(column.clone())));
    }
    found
}

/// Returns the privileges on a column, or on the whole.
fn of_column(
    list: &[(String, Vec<PgIdent>)],
    column: Option<&PgIdent>,
    passes_on: bool,
) -> Vec<(String, bool)> {
    let is_meant = |columns: &[PgIdent]| match column {
        Some(column) => columns.contains(column),
        None => columns.is_empty(),
    };
    let mut found: Vec<(String, bool)> = Vec::new();
    for (word, _) in list.iter().filter(|(_, columns)| is_meant(columns)) {
        if !found.iter().any(|(known, _)| known == word) {
            found.push((word.clone(), passes_on));
        }
    }
    found
}

/// Forgets privileges on columns that their tables have no more: they went with them.
pub(super) fn forget_columns(objects: &mut [Object]) {
    let is_column = |object: &Object| matches!(&object.body, Body::Privileges(own) if own.column.is_some());
    if !objects.iter().any(is_column) {
        return;
    }
    let known: BTreeSet<Key> = objects
        .iter()
        .filter(|object| matches!(object.key.kind, Kind::Table | Kind::Column))
        .map(|object| object.key.clone())
        .collect();
    for object in objects {
        if let Body::Privileges(own) = &mut object.body
            && let (Some(column), Some(table)) = (&own.column, &own.thing)
            && known.contains(&Key::new(Kind::Table, table, ""))
            && !known.contains(&Key::new(Kind::Column, table, column.as_str()))
        {
            own.list.clear();
        }
    }
}
