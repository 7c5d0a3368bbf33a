//! Whose a thing is.

use std::collections::BTreeMap;

use crate::model::token::{Cursor, canonical, tokens};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object};
use crate::plan::migration::diff::setting;

/// Returns whom an object says to be the owner of something.
pub(in crate::plan::migration::diff) fn owner(object: &Object) -> Option<String> {
    let Body::Setting { set, .. } = &object.body else { return None };
    split(set).map(|(_, owner)| owner)
}

/// Splits a statement into what stands before the owner, and him.
fn split(set: &str) -> Option<(String, String)> {
    let own = tokens(set);
    let mut cursor = Cursor::new(set, &own);
    let (_, to) = own.iter().zip(own.iter().skip(1)).find(|(a, b)| a.is("owner") && b.is("to"))?;
    let head = set.get(..to.end())?.to_owned();
    while !cursor.eat("owner to") {
        cursor.next()?;
    }
    Some((head, cursor.rest().trim_end_matches([';', ' ', '\n']).to_owned()))
}

/// Tells whether an object says whose something is.
pub(in crate::plan::migration::diff) fn is_ownership(object: &Object) -> bool {
    let rest = object.key.part.strip_prefix(setting::OWNER);
    object.key.kind == Kind::Setting && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Says what undoes a statement of whose something is: where nobody is said to own it, it is whose the migration runs as. Where all
/// tables are one role's, as a dump says of each, that is whose the database is, and says nothing of one of them.
pub(super) fn undo(objects: &mut Vec<Object>) {
    // Whoever runs the migrations owns what they make without saying so.
    let is_runner =
        |owner: &str| ["current_user", "current_role", "session_user"].contains(&owner.trim_end());
    let said = objects.iter().filter(|object| is_ownership(object));
    // The last of several holds.
    let last: BTreeMap<Key, bool> = said
        .map(|object| {
            let is_usual = owner(object).is_some_and(|owner| is_runner(&canonical(&owner)));
            (object.key.clone(), is_usual)
        })
        .collect();
    objects.retain(|object| last.get(&object.key) != Some(&true));
    let owners: Vec<String> = objects
        .iter()
        .filter(|object| is_ownership(object))
        .filter_map(|object| owner(object).map(|owner| canonical(&owner)))
        .collect();
    let Some(first) = owners.first() else { return };
    let of_tables = objects.iter().filter(|object| object.key.kind == Kind::Setting);
    let of_tables = of_tables.filter(|object| object.key.part == setting::OWNER).count();
    let tables = objects.iter().filter(|object| object.key.kind == Kind::Table).count();
    let is_of_one = tables > 1 && of_tables == tables && owners.iter().all(|owner| owner == first);
    if is_of_one {
        return;
    }
    for object in objects.iter_mut().filter(|object| is_ownership(object)) {
        if let Body::Setting { set, unset } = &mut object.body
            && let Some((head, _)) = split(set)
        {
            *unset = Some(format!("{head} CURRENT_USER"));
        }
    }
}
