//! Privileges that others cover: what is given on all of a kind in a schema and once more on one of them, and what is taken and given back
//! whole.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::QualifiedName;
use crate::model::token::canonical;
use crate::plan::migration::diff::object::{Body, Key, Object};
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
        let is_back = !taken.held.iter().any(|word| word == ALL) && taken.held.iter().all(is_given_back);
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
