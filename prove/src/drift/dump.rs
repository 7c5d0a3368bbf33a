//! A live database written down: what would make it out of one that holds nothing but its platform. An import reads it.

use std::collections::{BTreeMap, BTreeSet};

use truthtable::config::PlatformName;

use super::places::Places;
use super::skip::Skips;
use super::{Drift, Report, goes_along, mend};
use crate::catalog::{Catalog, Kind, Object, diff};
use crate::migrations::MigrationSet;
use crate::server::{Error, Live};

/// Returns what would make a live database out of an empty one, or out of what its platform gives to everybody.
///
/// What belongs to extensions or to the platform, and where runners of migrations keep their books, is left out.
pub fn dump(live: &mut Live) -> Result<Report, Error> {
    let wanted = live.catalog(false)?;
    Ok(written(wanted, live.version(), live.label()))
}

/// Returns what would make a catalogue out of nothing, on a server of some version.
pub fn written(mut wanted: Catalog, version: u32, label: &str) -> Report {
    let host = host(&wanted);
    let mut empty = nothing_but(&wanted, host, version);
    let mut given = wanted.objects.clone();
    given.retain(|object, _| host.is_some() && object.kind == Kind::DefaultPrivileges);
    let nothing = Catalog::default();
    let skips = Skips { platform: &nothing, host, absent: &BTreeSet::new() };
    let mut skipped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (reason, object) in skips.apply(&mut empty, &mut wanted) {
        if object.parent.is_none() {
            skipped.entry(reason).or_default().push(object.to_string());
        }
    }
    let differences = diff(&wanted, &empty).into_iter().filter(|one| !goes_along(one, &wanted, &empty));
    let drift: Vec<Drift> =
        differences.map(|difference| Drift { difference, said: None, made: None }).collect();
    // What the platform grants of everything that is made is granted without a word.
    for catalog in [&mut empty, &mut wanted] {
        catalog.objects.extend(given.clone());
    }
    let mend = mend::mend(&drift, &wanted, (&empty, version), &Places::of(&MigrationSet::default()));
    Report {
        schema: String::new(),
        document: String::new(),
        live: label.to_owned(),
        drift,
        ignored: Vec::new(),
        skipped,
        unused: Vec::new(),
        notes: Vec::new(),
        platform: host,
        mend,
    }
}

/// Recognises the platform by what it has in every database.
fn host(catalog: &Catalog) -> Option<PlatformName> {
    let has = |kind, name: &str| {
        catalog.objects.contains_key(&Object { kind, parent: None, name: name.to_owned() })
    };
    let is_supabase = has(Kind::Table, "auth.users")
        && has(Kind::Function, "auth.uid()")
        && has(Kind::Table, "storage.objects");
    is_supabase.then_some(PlatformName::Supabase)
}

/// Tells whether a privilege is given to those who have it on every project of the platform.
fn of_platform(privilege: &str) -> bool {
    let bare = privilege.strip_suffix(" with grant option").unwrap_or(privilege);
    let whom = bare.rsplit_once(" to ").map_or(bare, |(_, whom)| whom);
    ["public", "postgres", "anon", "authenticated", "service_role", "dashboard_user"].contains(&whom)
}

/// Returns the catalogue of a database in which nobody has made anything yet.
fn nothing_but(catalog: &Catalog, host: Option<PlatformName>, version: u32) -> Catalog {
    let mut empty = catalog.clone();
    empty.objects.retain(|object, _| match (object.kind, object.name.as_str()) {
        (Kind::Schema, "public") | (Kind::Extension, "plpgsql") => true,
        (Kind::Other, name) => host.is_some() && name.starts_with("publication supabase_"),
        _ => false,
    });
    for (object, facts) in &mut empty.objects {
        match object.kind {
            Kind::Schema => {
                // On a platform it is also the platform's to say who may do what there.
                if host.is_none() {
                    let granted =
                        if version < 15 { "CREATE to public, USAGE to public" } else { "USAGE to public" };
                    facts.insert("privileges".to_owned(), granted.to_owned());
                } else if let Some(privileges) = facts.get_mut("privileges") {
                    let given = privileges.split(", ").filter(|one| of_platform(one));
                    *privileges = given.collect::<Vec<_>>().join(", ");
                }
                facts.insert("comment".to_owned(), "standard public schema".to_owned());
            }
            Kind::Other => {
                for attribute in ["tables", "schemas"] {
                    facts.remove(attribute);
                }
            }
            _ => {}
        }
    }
    empty
}
