//! Privileges on all of a kind in a schema on one side, and on each of them on the other, as a dump writes them: they mean the same.

use std::collections::BTreeMap;

use super::collect::bare;
use super::object::{Body, Key, Kind, Object, Strength, Target};
use super::privileges::{ALL, Privileges};
use crate::model::token::canonical;
use crate::model::{PgIdent, QualifiedName};

/// Says privileges on all of a kind one by one, on the side that has them, where the other side gives no less on each of those that
/// both sides have: what is left of a difference is one of single things then.
pub(super) fn settle(old: &mut Vec<Object>, new: &mut Vec<Object>) {
    spread(old, new);
    spread(new, old);
}

fn spread(own: &mut Vec<Object>, other: &[Object]) {
    let is_wide = |object: &&Object| given(object).is_some_and(|it| it.on.starts_with("ALL "));
    if !own.iter().any(|object| is_wide(&object)) {
        return;
    }
    let known: BTreeMap<&Key, &Object> = other.iter().map(|object| (&object.key, object)).collect();
    let spread: Vec<(Key, Vec<Object>)> = own
        .iter()
        .filter(is_wide)
        .filter(|wide| !known.contains_key(&wide.key))
        .filter_map(|wide| Some((wide.key.clone(), singles(wide, own, &known)?)))
        .collect();
    for (wide, singles) in spread {
        own.retain(|object| object.key != wide);
        for single in singles {
            match own.iter_mut().find(|object| object.key == single.key) {
                Some(known) => {
                    if let (Body::Privileges(known), Body::Privileges(more)) = (&mut known.body, single.body)
                    {
                        known.merge(*more);
                    }
                }
                None => own.push(single),
            }
        }
    }
}

/// Returns privileges that are given on what is there, not on columns of it.
fn given(object: &Object) -> Option<&Privileges> {
    match &object.body {
        Body::Privileges(own)
            if own.head.is_empty() && !own.takes && !own.of_option && own.column.is_none() =>
        {
            Some(own)
        }
        _ => None,
    }
}

/// Returns privileges on all of a kind as those on each; none where the other side does not say them so.
fn singles(wide: &Object, own: &[Object], other: &BTreeMap<&Key, &Object>) -> Option<Vec<Object>> {
    let all = given(wide)?;
    let kind = match all.on.strip_prefix("ALL ")?.split(' ').next()? {
        "TABLES" => "table",
        "SEQUENCES" => "sequence",
        "FUNCTIONS" => "function",
        _ => return None,
    };
    let role = canonical(&all.whom);
    let mut singles = Vec::new();
    let mut is_said = false;
    for (name, spelt, thing) in things(all, wide, own, kind) {
        let is_it = |it: &&Privileges| it.spelt == format!("{kind} {spelt}") && canonical(&it.whom) == role;
        let found = other.values().find_map(|object| Some((*object, given(object).filter(is_it)?)));
        let object = match found {
            Some((object, single)) => {
                if !covers(single, all) {
                    return None;
                }
                is_said = true;
                let mut single = single.clone();
                single.list.clone_from(&all.list);
                let mut made =
                    Object::new(renewed(&object.key), wide.span, Body::Privileges(Box::new(single)));
                made.needs.clone_from(&object.needs);
                made
            }
            // What both sides have is there on the other side without them.
            None if thing.is_none_or(|key| other.contains_key(key)) => return None,
            None => one(wide, all, kind, &name, &spelt)?,
        };
        singles.push(object);
    }
    is_said.then_some(singles)
}

/// Tells whether privileges on one thing are at least those on all.
fn covers(single: &Privileges, all: &Privileges) -> bool {
    let is_all = single.is_all(&single.list);
    all.list.iter().all(|(word, on)| {
        single
            .list
            .iter()
            .any(|(known, passes_on)| (known == word || known == ALL || is_all) && passes_on == on)
    })
}

/// Returns what privileges on all of a kind are on: the name of each, as privileges spell it, and what makes it where that is an object.
fn things<'o>(
    all: &Privileges,
    wide: &Object,
    own: &'o [Object],
    kind: &str,
) -> Vec<(QualifiedName, String, Option<&'o Key>)> {
    let there = own.iter().filter(|object| object.span < wide.span && all.reach(&object.key));
    let mut found = Vec::new();
    for object in there {
        let key = &object.key;
        match (kind, &object.body) {
            ("function", _) => {
                found.push((key.name.clone(), format!("{}({})", key.name, key.part), Some(key)))
            }
            ("sequence", Body::Column(column)) => {
                let is_serial = column.def.ty.to_string().contains("serial");
                if column.identity.is_some() || is_serial {
                    let name = format!("{}_{}_seq", key.name.name.as_str(), key.part);
                    let name = QualifiedName { schema: key.name.schema.clone(), name: PgIdent::new(name) };
                    found.push((name.clone(), name.to_string(), None));
                }
            }
            ("sequence", _) if key.kind == Kind::Table => {}
            _ => found.push((key.name.clone(), key.name.to_string(), Some(key))),
        }
    }
    found.sort();
    found.dedup_by(|a, b| a.1 == b.1);
    found
}

/// Makes privileges on one table or sequence, which only one side has.
fn one(wide: &Object, all: &Privileges, kind: &str, name: &QualifiedName, spelt: &str) -> Option<Object> {
    if kind == "function" {
        return None;
    }
    let single = Privileges {
        on: format!("{} {name}", kind.to_uppercase()),
        spelt: format!("{kind} {spelt}"),
        thing: Some(name.clone()),
        ..all.clone()
    };
    let key = Key::new(Kind::Grant, &bare(&PgIdent::new("")), single.key());
    let mut made = Object::new(key, wide.span, Body::Privileges(Box::new(single)));
    made.need(Target::Any(Box::new(name.clone())), Strength::Hard);
    Some(made)
}

/// Returns a key of its own that says the same.
fn renewed(key: &Key) -> Key {
    Key::new(key.kind, &key.name, key.part.as_str())
}
