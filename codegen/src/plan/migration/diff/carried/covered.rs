//! Privileges that others cover: what is given on all of a kind in a schema and once more on one of them, what is taken and given back
//! whole, and what one side gives on all and the other, as a dump does, one by one.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::token::canonical;
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::diff::collect::bare;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::diff::privileges::{ALL, Privileges};

/// Leaves out what changes nothing: privileges on one thing that those on all of its kind gave before, and what is taken of what a role
/// has by itself and given back behind that.
pub(super) fn leave_out(objects: &mut Vec<Object>) {
    let of = |object: &Object| match &object.body {
        Body::Privileges(own) if own.head.is_empty() && !own.of_option && own.column.is_none() => {
            Some((object.key.clone(), object.span, own.as_ref().clone()))
        }
        _ => None,
    };
    let all: Vec<_> = objects.iter().filter_map(of).collect();
    let wide: Vec<_> = all.iter().filter(|(_, _, own)| !own.takes && own.on.starts_with("ALL ")).collect();
    let role = |own: &Privileges| canonical(&own.whom);
    let takes = all.iter().filter(|(_, _, own)| own.takes && !own.held.is_empty());
    let takes: BTreeMap<(&str, String), _> =
        takes.map(|taken| ((taken.2.spelt.as_str(), role(&taken.2)), taken)).collect();
    let mut made: BTreeMap<&QualifiedName, Vec<&Object>> = BTreeMap::new();
    for object in objects.iter().filter(|object| wide.iter().any(|(_, _, wide)| wide.reach(&object.key))) {
        made.entry(&object.key.name).or_default().push(object);
    }
    let mut gone: BTreeSet<Key> = BTreeSet::new();
    for (key, span, own) in all.iter().filter(|(_, _, own)| !own.takes && !own.list.is_empty()) {
        let is_covered = wide.iter().any(|(_, place, wide)| {
            let things = || own.thing.as_ref().and_then(|thing| made.get(thing)).into_iter().flatten();
            place < span
                && role(wide) == role(own)
                && own.list.iter().all(|one| wide.list.contains(one))
                && things().any(|made| wide.reach(&made.key) && made.span < *place)
        });
        if is_covered {
            gone.insert(key.clone());
            continue;
        }
        let taken = takes.get(&(own.spelt.as_str(), role(own))).filter(|(_, place, _)| place < span);
        let Some((taken_key, _, taken)) = taken else { continue };
        // Given back with the right to pass it on it is more than it was.
        let is_given_back = |word: &String| own.list.iter().any(|(known, on)| known == word && !on);
        let is_back = !taken.held.is_empty()
            && !taken.held.iter().any(|word| word == ALL)
            && taken.held.iter().all(is_given_back);
        let takes_no_more = || taken.list.iter().all(|(word, _)| word == ALL || taken.held.contains(word));
        if is_back && takes_no_more() {
            gone.insert(taken_key.clone());
            let rest = own.list.iter().any(|(word, _)| !taken.held.contains(word));
            if !rest {
                gone.insert(key.clone());
            }
        }
    }
    if !gone.is_empty() {
        objects.retain(|object| !gone.contains(&object.key));
    }
}

/// Says what one side gives on all of a kind in a schema one by one, where the other side gives it so.
pub(in super::super) fn spread(objects: &mut Vec<Object>, others: &[Object]) {
    let wide = |object: &Object| match &object.body {
        Body::Privileges(wide)
            if wide.head.is_empty() && !wide.takes && !wide.of_option && wide.on.starts_with("ALL ") =>
        {
            Some((object.key.clone(), object.span, wide.as_ref().clone()))
        }
        _ => None,
    };
    for (key, span, wide) in objects.iter().filter_map(wide).collect::<Vec<_>>() {
        if others.iter().any(|other| other.key == key) {
            continue;
        }
        let is_there = |object: &&Object| object.span.file != span.file || object.span.start < span.start;
        let Some(ones) = objects
            .iter()
            .filter(|object| wide.reach(&object.key) && !is_other_routine(&wide, object))
            .filter(is_there)
            .map(|made| one_of(&wide, made))
            .collect::<Option<Vec<Object>>>()
        else {
            continue;
        };
        if !ones.iter().any(|one| others.iter().any(|other| other.key == one.key)) {
            continue;
        }
        let Some(place) = objects.iter().position(|object| object.key == key) else { continue };
        objects.remove(place);
        for one in ones {
            let known = objects.iter_mut().find(|object| object.key == one.key).map(|it| &mut it.body);
            match (known, one.body) {
                (Some(Body::Privileges(known)), Body::Privileges(more)) => known.merge(*more),
                (Some(_), _) => {}
                (None, body) => objects.push(Object { body, ..one }),
            }
        }
    }
}

/// Returns what privileges on all of a kind are on one of them.
fn one_of(wide: &Privileges, made: &Object) -> Option<Object> {
    let name = &made.key.name;
    let (kind, spelt, target) = match &made.body {
        Body::Routine(routine) => {
            (routine.kind, format!("{name}({})", routine.signature), Target::Key(made.key.clone()))
        }
        _ if matches!(made.key.kind, Kind::Sequence | Kind::Column)
            || wide.on.starts_with("ALL SEQUENCES") =>
        {
            return None;
        }
        _ => ("TABLE", name.to_string(), Target::Any(Box::new(name.clone()))),
    };
    let privileges = Privileges {
        on: format!("{kind} {spelt}"),
        spelt: format!("{} {spelt}", kind.to_lowercase()),
        thing: Some(name.clone()),
        held: Vec::new(),
        before: None,
        ..wide.clone()
    };
    let key = Key::new(Kind::Grant, &bare(&PgIdent::new("")), privileges.key());
    let mut object = Object::new(key, made.span, Body::Privileges(Box::new(privileges)));
    object.need(target, Strength::Hard);
    Some(object)
}

/// Tells whether an object is a procedure where the privileges are on functions, or the other way round.
fn is_other_routine(wide: &Privileges, object: &Object) -> bool {
    match (&object.body, wide.on.split(' ').nth(1)) {
        (Body::Routine(routine), Some("FUNCTIONS")) => routine.kind != "FUNCTION",
        (Body::Routine(routine), Some("PROCEDURES")) => routine.kind != "PROCEDURE",
        _ => false,
    }
}
