//! `ALTER DEFAULT PRIVILEGES`: it speaks of what is made behind it, so its place among the statements of a file counts.

use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::diff::privileges::Privileges;
use crate::plan::migration::diff::side::Side;
use crate::span::Span;

/// Keeps what is made before and behind such a statement of its file before and behind it, and the roles that it names before it.
pub(super) fn add_uses(objects: &mut [Object]) {
    order_of_all(objects);
    let stated: Vec<Stated> = objects.iter().enumerate().filter_map(stated).collect();
    let mut before: Vec<(usize, Key)> = Vec::new();
    for object in objects.iter_mut() {
        for stated in &stated {
            if !stated.speaks_of(object) {
                continue;
            }
            if object.span.start > stated.span.start {
                object.need(Target::Key(stated.key.clone()), Strength::Order);
            } else {
                before.push((stated.at, object.key.clone()));
            }
        }
    }
    for (at, key) in before {
        if let Some(object) = objects.get_mut(at) {
            object.need(Target::Key(key), Strength::Order);
        }
    }
    for stated in stated {
        for role in stated.roles {
            if let Some(object) = objects.get_mut(stated.at) {
                object.need(Target::Any(Box::new(QualifiedName::new(None, role.as_str()))), Strength::Order);
            }
        }
    }
}

/// Keeps what is made before and behind a statement of its file before and behind it where the statement is about all of a kind in a
/// schema: it reaches what is there.
fn order_of_all(objects: &mut [Object]) {
    let all: Vec<(usize, Key, Span, Privileges)> = objects
        .iter()
        .enumerate()
        .filter_map(|(at, object)| match &object.body {
            Body::Privileges(all) if object.key.kind == Kind::Grant && all.on.starts_with("ALL ") => {
                Some((at, object.key.clone(), object.span, all.as_ref().clone()))
            }
            _ => None,
        })
        .collect();
    for (at, key, span, all) in all {
        let mut before = Vec::new();
        for object in objects.iter_mut().filter(|object| object.span.file == span.file) {
            if !all.reach(&object.key) {
                continue;
            }
            if object.span.start > span.start {
                object.need(Target::Key(key.clone()), Strength::Order);
            } else {
                before.push(object.key.clone());
            }
        }
        for made in before {
            if let Some(object) = objects.get_mut(at) {
                object.need(Target::Key(made), Strength::Order);
            }
        }
    }
}

/// Tells whether a side gives or takes by default what an object of another says of a thing that is there on both: what is made
/// behind such a statement has it from there.
pub(in super::super) fn say(privileges: &Privileges, thing: &Key, side: &Side) -> bool {
    let Some(made) = side.find(thing).map(|at| side.object(at)) else { return false };
    side.objects.iter().enumerate().any(|(at, object)| {
        let Body::Privileges(all) = &object.body else { return false };
        let covers = |(word, passes_on): &(String, bool)| {
            let is_own = |own: &str| matches!(made.key.kind, Kind::Routine) && own == "EXECUTE";
            all.list.iter().any(|(known, on)| {
                (known == word || known == "ALL" || word == "ALL" && is_own(known)) && on == passes_on
            })
        };
        object.key.kind == Kind::Other
            && all.takes == privileges.takes
            && all.of_option == privileges.of_option
            && all.whom.eq_ignore_ascii_case(&privileges.whom)
            && privileges.list.iter().all(covers)
            && stated((at, object)).is_some_and(|stated| {
                stated.span.file == made.span.file
                    && made.span.start > stated.span.start
                    && stated.is_about(&made.key)
            })
    })
}

/// Returns what is there on both sides and of the kinds that such a statement speaks of: it does not reach that.
pub(in super::super) fn untouched<'a>(statement: &Object, old: &'a Side, new: &Side) -> Vec<&'a Key> {
    let Some(stated) = stated((0, statement)) else { return Vec::new() };
    let kept = old.objects.iter().filter(|object| stated.is_about(&object.key));
    kept.map(|object| &object.key).filter(|key| new.find(key).is_some()).collect()
}

/// A statement with what it speaks of.
struct Stated {
    at: usize,
    key: Key,
    span: Span,
    kinds: &'static [Kind],
    /// The schemas that it names; every one where it names none.
    schemas: Vec<PgIdent>,
    /// The roles to which it gives or from which it takes.
    roles: Vec<PgIdent>,
}

impl Stated {
    fn speaks_of(&self, object: &Object) -> bool {
        object.span.file == self.span.file && object.key != self.key && self.is_about(&object.key)
    }

    fn is_about(&self, key: &Key) -> bool {
        let schema = key.name.schema.as_ref().map_or("public", PgIdent::as_str);
        // The part of a routine's key is the types of its arguments.
        (key.part.is_empty() || key.kind == Kind::Routine)
            && self.kinds.contains(&key.kind)
            && (self.schemas.is_empty() || self.schemas.iter().any(|named| named.as_str() == schema))
    }
}

fn stated((at, object): (usize, &Object)) -> Option<Stated> {
    let create = match &object.body {
        Body::Privileges(privileges) if object.key.kind == Kind::Other => {
            privileges.said().into_iter().next()?
        }
        // One that was not taken apart.
        Body::Carried { create, .. } if object.key.kind == Kind::Other => create.clone(),
        _ => return None,
    };
    let own = tokens(&create);
    let mut cursor = Cursor::new(&create, &own);
    if !cursor.eat("alter default privileges") {
        return None;
    }
    let mut head = cursor.until(|token| token.is("grant") || token.is("revoke"));
    let mut schemas = Vec::new();
    _ = head.until(|token| token.is("schema"));
    if head.eat("schema") {
        for mut name in head.until(|token| token.is("for")).split() {
            schemas.extend(name.ident());
        }
    }
    _ = cursor.until(|token| token.is("on"));
    cursor.next();
    let kinds: &[Kind] = match cursor.next()?.value.as_ref() {
        "tables" => &[Kind::Table, Kind::View, Kind::MaterializedView],
        "sequences" => &[Kind::Sequence],
        "functions" | "routines" => &[Kind::Routine],
        "types" => &[Kind::Enum, Kind::Composite, Kind::Domain, Kind::Type],
        "schemas" => &[Kind::Schema],
        _ => return None,
    };
    _ = cursor.until(|token| token.is("to") || token.is("from"));
    cursor.next();
    let mut roles = Vec::new();
    for mut name in cursor.until(|token| token.is("with") || token.is("cascade")).split() {
        _ = name.eat("group");
        roles.extend(name.ident());
    }
    Some(Stated { at, key: object.key.clone(), span: object.span, kinds, schemas, roles })
}
