//! What a role may do without what is said of it: what is taken from a role is given back only as far as it was there.

use std::collections::BTreeMap;

use super::owner::owner;
use super::privilege::{Thing, named};
use super::{Named, Reader};
use crate::config::PlatformName;
use crate::model::privilege::{is_runner, of_everybody};
use crate::model::token::{Cursor, canonical, tokens};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::diff::collect::bare;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::diff::privileges::{ALL, Privileges};
use crate::plan::migration::diff::setting;
use crate::span::Span;

/// Returns what a role may do with what is made later without what `ALTER DEFAULT PRIVILEGES` says of it; what it says in one schema
/// only adds to what holds in all of them.
pub(super) fn of_default(head: &str, spelt: &str, whom: &str) -> Vec<String> {
    let head = canonical(head);
    if head.contains(" in schema ") {
        return Vec::new();
    }
    let whose = head.trim_end().rsplit_once(" role ").or_else(|| head.trim_end().rsplit_once(" user "));
    if whose.is_some_and(|(_, whose)| whose == canonical(whom).trim_end()) {
        return vec![ALL.to_owned()];
    }
    match whom.eq_ignore_ascii_case("public") {
        true => owned(of_everybody(spelt)),
        false => Vec::new(),
    }
}

impl Reader<'_, '_> {
    /// Returns what a role may do with a thing before anything is said of the two.
    pub(super) fn held(
        &self,
        kind: &str,
        thing: &Thing<'_>,
        column: Option<&PgIdent>,
        whom: &str,
    ) -> Vec<String> {
        // Nobody has privileges on a column of their own.
        if column.is_some() {
            return Vec::new();
        }
        let spelt = thing.spelt();
        if self.is_owner(&spelt, thing, whom) {
            return vec![ALL.to_owned()];
        }
        let mut held = match whom.eq_ignore_ascii_case("public") {
            true => owned(of_everybody(&spelt)),
            false => Vec::new(),
        };
        let of_kind = Some(of_which(kind)).filter(|kinds| !kinds.is_empty());
        let Some((kinds, name)) = of_kind.zip(thing.name.as_ref()) else { return held };
        // Of all of a kind in a schema, the name is the schema's.
        let is_all = kind.starts_with("ALL ");
        let schema = if is_all { Some(&name.name) } else { name.schema.as_ref() };
        let schema = schema.map_or("public", PgIdent::as_str);
        if self.platform == Some(PlatformName::Supabase)
            && schema == "public"
            && ["anon", "authenticated", "service_role"].contains(&whom)
        {
            return vec![ALL.to_owned()];
        }
        for privileges in self.defaults(kinds, whom) {
            if is_all || self.stands_before(privileges, name) {
                change(&mut held, privileges, schema);
            }
        }
        held
    }

    /// Tells whether a role owns a thing: the one that is said to, else whoever runs the migrations.
    fn is_owner(&self, spelt: &str, thing: &Thing<'_>, whom: &str) -> bool {
        let table = thing.name.as_ref().and_then(|name| self.named.get(&(Kind::Setting, name.clone())));
        let of = |words: &str| {
            let part = format!("{} {words}", setting::OWNER);
            self.named.get(&(Kind::Setting, bare(&PgIdent::new(part))))
        };
        let said = table.filter(|_| spelt.starts_with("table ")).or_else(|| of(spelt)).or_else(|| {
            let name = spelt.strip_prefix("table ")?;
            of(&format!("view {name}")).or_else(|| of(&format!("materialized view {name}")))
        });
        let said = said.and_then(|at| self.objects.get(*at)).and_then(owner);
        match said {
            Some(owner) => canonical(&owner) == canonical(whom),
            // Those are there before anything is run.
            None => spelt != "schema public" && !spelt.starts_with("database ") && is_runner(whom),
        }
    }

    /// Returns what was said of a role's privileges on what is made later, of one of some kinds.
    fn defaults(&self, kinds: &[&str], whom: &str) -> Vec<&Object> {
        let first = "alter default privileges";
        let said = self.named.range(named(first)..).take_while(|((kind, name), _)| {
            *kind == Kind::Grant && name.schema.is_none() && name.name.as_str().starts_with(first)
        });
        let mut found: Vec<usize> = said.map(|(_, at)| *at).collect();
        found.sort_unstable();
        let is_meant = |object: &&Object| match &object.body {
            Body::Privileges(all) => {
                all.whom.eq_ignore_ascii_case(whom) && kinds.contains(&all.on.as_str()) && !all.of_option
            }
            _ => false,
        };
        found.into_iter().filter_map(|at| self.objects.get(at)).filter(is_meant).collect()
    }

    /// Tells whether what is said of things that are made later stands before what makes one.
    fn stands_before(&self, said: &Object, name: &QualifiedName) -> bool {
        let is_thing = |object: &&Object| {
            object.key.name == *name && (object.key.part.is_empty() || object.key.kind == Kind::Routine)
        };
        self.objects.iter().find(is_thing).is_some_and(|made| said.span < made.span)
    }

    /// Returns where privileges of the same role stand that are given or taken too by what is said of all of a kind in a schema, or of
    /// columns by what is taken of their table.
    pub(super) fn reached(&self, own: &Privileges) -> Vec<usize> {
        let is_all = own.on.starts_with("ALL ") && own.head.is_empty();
        if !is_all && (!own.takes || own.column.is_some() || !own.spelt.starts_with("table ")) {
            return Vec::new();
        }
        let first = if is_all { "on ".to_owned() } else { format!("on {}.", own.spelt) };
        let said = self.named.range(named(&first)..).take_while(|((kind, name), _)| {
            *kind == Kind::Grant && name.schema.is_none() && name.name.as_str().starts_with(&first)
        });
        let is_reached = |at: &usize| match self.objects.get(*at).map(|object| &object.body) {
            Some(Body::Privileges(other)) => {
                let is_column = other.spelt == own.spelt && other.column.is_some();
                other.takes != own.takes
                    && !other.of_option
                    && canonical(&other.whom) == canonical(&own.whom)
                    && (is_column || is_all && reaches(own, other))
            }
            _ => false,
        };
        said.map(|(_, at)| *at).filter(is_reached).collect()
    }
}

/// Tells whether privileges on all of a kind in a schema are on a thing of others.
fn reaches(all: &Privileges, other: &Privileges) -> bool {
    let kind = all.spelt.split(' ').nth(1).and_then(|kinds| kinds.strip_suffix('s')).unwrap_or_default();
    let is_kind = other
        .spelt
        .split(' ')
        .next()
        .is_some_and(|own| own == kind || kind == "routine" && (own == "function" || own == "procedure"));
    is_kind && other.thing.as_ref().is_some_and(|thing| all.reach_schema(thing))
}

/// Returns what `ALTER DEFAULT PRIVILEGES` calls the things of a kind.
fn of_which(kind: &str) -> &'static [&'static str] {
    match kind {
        "" | "TABLE" | "ALL TABLES IN SCHEMA" => &["TABLES"],
        "SEQUENCE" | "ALL SEQUENCES IN SCHEMA" => &["SEQUENCES"],
        "FUNCTION" | "PROCEDURE" | "ROUTINE" => &["FUNCTIONS", "ROUTINES"],
        "ALL FUNCTIONS IN SCHEMA" | "ALL PROCEDURES IN SCHEMA" | "ALL ROUTINES IN SCHEMA" => {
            &["FUNCTIONS", "ROUTINES"]
        }
        "TYPE" | "DOMAIN" => &["TYPES"],
        "SCHEMA" => &["SCHEMAS"],
        _ => &[],
    }
}

/// Applies what is said of what is made later to what a role holds of it.
fn change(held: &mut Vec<String>, said: &Object, schema: &str) {
    let Body::Privileges(said) = &said.body else { return };
    let own = tokens(&said.head);
    let mut head = Cursor::new(&said.head, &own);
    _ = head.until(|token| token.is("schema"));
    if head.eat("schema") {
        let mut names = head.until(|token| token.is("for")).split().into_iter();
        let is_of = names.any(|mut name| name.ident().is_some_and(|name| name.as_str() == schema));
        // What holds in every schema is not taken in one of them.
        if !is_of || said.takes && held.iter().any(|word| of_everybody(&said.spelt).contains(&word.as_str()))
        {
            return;
        }
    }
    if !said.takes {
        held.extend(said.list.iter().map(|(word, _)| word.clone()));
    } else if said.is_all(&said.list) {
        held.clear();
    } else {
        held.retain(|held| !said.list.iter().any(|(word, _)| word == held));
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Notes which privileges lie over others of the same role: what is taken of what was given before is given again when only that goes,
/// and what is given behind what was taken is said behind it.
pub(super) fn layer(objects: &mut [Object], named: &Named) {
    let alls: Vec<(usize, Privileges)> = objects
        .iter()
        .enumerate()
        .filter_map(|(at, object)| match &object.body {
            Body::Privileges(all) if all.head.is_empty() && all.on.starts_with("ALL ") && !all.of_option => {
                Some((at, all.as_ref().clone()))
            }
            _ => None,
        })
        .collect();
    let mut made: BTreeMap<QualifiedName, Span> = BTreeMap::new();
    for object in objects.iter().filter(|_| !alls.is_empty()) {
        if object.key.is_relation() || object.key.kind == Kind::Routine {
            made.entry(object.key.name.clone()).or_insert(object.span);
        }
    }
    for at in 0..objects.len() {
        let Some(own) = objects.get(at).and_then(privileges_of) else { continue };
        if own.list.is_empty() || !own.head.is_empty() {
            continue;
        }
        let other = named.get(&self::named(&own.key_of(!own.takes))).copied().filter(|other| *other != at);
        let other = other.and_then(|at| Some((at, objects.get(at).and_then(privileges_of)?)));
        // Of two of which one is all but the other, this one comes first.
        let below = other.filter(|(_, other)| {
            !other.list.is_empty() && (own.of_option || other.is_all(&other.list) && !own.is_all(&own.list))
        });
        let below_all = alls.iter().filter(|(place, all)| {
            let reaches = reaches(all, &own) && own.column.is_none();
            let is_there = || {
                let span = objects.get(*place).map(|object| object.span);
                own.thing.as_ref().and_then(|thing| made.get(thing)).copied() < span
            };
            *place < at
                && all.takes != own.takes
                && canonical(&all.whom) == canonical(&own.whom)
                && reaches
                && is_there()
        });
        let below: Vec<(usize, Privileges)> = below.into_iter().chain(below_all.cloned()).collect();
        for (place, below) in below {
            let key = objects.get(place).map(|object| object.key.clone());
            let Some((object, key)) = objects.get_mut(at).zip(key) else { continue };
            object.need(Target::Key(key), Strength::Order);
            if let Body::Privileges(own) = &mut object.body
                && !own.of_option
            {
                match own.takes {
                    true => own.hold_what_was_given(&below),
                    false => own.hold_not_what_was_taken(&below),
                }
            }
        }
    }
}

fn privileges_of(object: &Object) -> Option<Privileges> {
    match &object.body {
        Body::Privileges(own) => Some(own.as_ref().clone()),
        _ => None,
    }
}

/// Returns the key under which the owner of something is noted while statements are read.
pub(super) fn noted_owner(key: &Key) -> Option<QualifiedName> {
    let is_of_table = key.kind == Kind::Setting && key.part == setting::OWNER;
    let is_of_other = key.kind == Kind::Setting
        && key.part.strip_prefix(setting::OWNER).is_some_and(|rest| rest.starts_with(' '));
    match (is_of_table, is_of_other) {
        (true, _) => Some(key.name.clone()),
        (_, true) => Some(bare(&PgIdent::new(key.part.trim_end()))),
        _ => None,
    }
}
