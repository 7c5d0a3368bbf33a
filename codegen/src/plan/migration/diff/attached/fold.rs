//! Indexes as dumps say them, index by index of every partition, made the one of the whole that PostgreSQL makes them for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::index;
use super::super::make;
use super::super::object::{Body, Key, Kind, Object, Strength, Target};
use super::super::plan::{default_name_of_part, is_named_by_default};
use super::Attachment;
use crate::model::attachment;
use crate::model::{PgIdent, QualifiedName, Schema};
use crate::plan::migration::statement::Statement;

/// Leaves out the indexes and keys of partitions that are made with those of the whole and have the names that PostgreSQL gives them
/// then; returns what is attached beside them.
pub(super) fn fold(
    schema: &Schema,
    mut attached: Vec<Attachment>,
    objects: &mut Vec<Object>,
) -> Vec<Attachment> {
    let partitions = partitions(schema);
    let none = BTreeSet::new();
    let needed = Needed::new(objects);
    let mut gone: BTreeSet<Key> = BTreeSet::new();
    let mut folded: BTreeSet<Attachment> = BTreeSet::new();
    let places: BTreeMap<QualifiedName, usize> = objects
        .iter()
        .enumerate()
        .filter(|(_, object)| matches!(object.key.kind, Kind::Index | Kind::Constraint))
        .map(|(at, object)| (make::relation_name(&object.key), at))
        .collect();
    // From the partitions of partitions upwards.
    loop {
        let mut wholes: BTreeMap<QualifiedName, Vec<QualifiedName>> = BTreeMap::new();
        for (whole, part) in &attached {
            wholes.entry(whole.clone()).or_default().push(part.clone());
        }
        let divided: BTreeSet<QualifiedName> = wholes.keys().cloned().collect();
        for (name, at) in &places {
            if matches!(objects.get(*at).map(|object| &object.body), Some(Body::Carried { .. })) {
                wholes.entry(name.clone()).or_default();
            }
        }
        let mut found = false;
        for (name, parts) in &wholes {
            if parts.iter().any(|part| divided.contains(part)) {
                continue;
            }
            let Some(whole) = places.get(name).and_then(|at| objects.get(*at)) else { continue };
            let own = partitions.get(&whole.key.name).unwrap_or(&none);
            let parts: Option<Vec<&Object>> =
                parts.iter().map(|part| places.get(part).and_then(|at| objects.get(*at))).collect();
            let is_made_with_it = |part: &&Object| {
                part.key.kind == whole.key.kind
                    && own.contains(&part.key.name)
                    && (is_named_by_default(part) || is_numbered(part, &places))
                    && !needed.has(part)
            };
            let Some(parts) = parts.filter(|parts| parts.iter().all(is_made_with_it)) else { continue };
            let body = match &whole.body {
                Body::Carried { create, .. } if parts.len() == own.len() => index::read(create),
                Body::Carried { .. } => continue,
                Body::Index(_) | Body::Constraint(_) => None,
                _ => continue,
            };
            if body.is_none() && (parts.is_empty() || matches!(whole.body, Body::Carried { .. })) {
                continue;
            }
            // A key that a partition had before the whole remembers that.
            let first = parts.iter().filter_map(|part| match &part.body {
                Body::Constraint(constraint) => Some((part.key.name.clone(), constraint.as_ref().clone())),
                _ => None,
            });
            let first: Vec<_> = first.collect();
            found = true;
            gone.extend(parts.iter().map(|part| part.key.clone()));
            let (left, done): (Vec<_>, Vec<_>) =
                std::mem::take(&mut attached).into_iter().partition(|(whole, _)| whole != name);
            attached = left;
            folded.extend(done);
            if let Some(whole) =
                places.get(name).and_then(|at| objects.get_mut(*at)).filter(|_| !first.is_empty())
            {
                whole.comes_with = None;
                for (table, constraint) in first {
                    if whole.first().iter().any(|known| matches!(known, Statement::AddConstraint { table: known, .. } if *known == table)) {
                        continue;
                    }
                    whole.need(Target::Key(Key::new(Kind::Table, &table, "")), Strength::Order);
                    whole.rare_mut().first.push(Statement::AddConstraint { table, constraint });
                }
            }
            if let (Some(body), Some(whole)) = (body, places.get(name).and_then(|at| objects.get_mut(*at))) {
                whole.body = Body::Index(Box::new(body));
            }
        }
        if !found {
            break;
        }
    }
    objects.retain(|object| {
        let attaches = match &object.body {
            Body::Setting { set, .. } => attachment::of(set).is_some_and(|it| folded.contains(&it)),
            _ => false,
        };
        !attaches && !gone.contains(&object.key)
    });
    attached
}

/// Tells whether an index or key has the name that PostgreSQL gives it where the names before that one are taken: it counts them.
fn is_numbered(part: &Object, places: &BTreeMap<QualifiedName, usize>) -> bool {
    let Some(name) = default_name_of_part(part) else { return false };
    let number = part.key.part.strip_prefix(name.as_str()).and_then(|digits| digits.parse::<usize>().ok());
    let schema = part.key.name.schema.as_ref().map(PgIdent::as_str);
    let is_taken = |name: &str| places.contains_key(&QualifiedName::new(schema, name));
    number.is_some_and(|number| {
        // Few indexes are alike.
        (1..10).contains(&number) && is_taken(&name) && (1..number).all(|at| is_taken(&format!("{name}{at}")))
    })
}

/// Returns the partitions of every table that has some.
fn partitions(schema: &Schema) -> BTreeMap<QualifiedName, BTreeSet<QualifiedName>> {
    let mut found: BTreeMap<QualifiedName, BTreeSet<QualifiedName>> = BTreeMap::new();
    for table in schema.own_tables() {
        if let Some(whole) = table.whole() {
            found.entry(whole.name().clone()).or_default().insert(table.name().clone());
        }
    }
    found
}

/// What objects name, but for what attaches one index to another.
struct Needed {
    keys: BTreeSet<Key>,
    names: BTreeSet<QualifiedName>,
}

impl Needed {
    fn new(objects: &[Object]) -> Self {
        let mut needed = Self { keys: BTreeSet::new(), names: BTreeSet::new() };
        for object in objects {
            let attaches = matches!(&object.body, Body::Setting { set, .. } if attachment::of(set).is_some());
            for need in object.needs.iter().filter(|need| !attaches && need.strength != Strength::Order) {
                match &need.on {
                    Target::Key(key) => _ = needed.keys.insert(key.clone()),
                    Target::Relation(name) | Target::Any(name) => _ = needed.names.insert((**name).clone()),
                    Target::Type(_) | Target::Routine(_) | Target::Overload(..) => {}
                }
            }
        }
        needed
    }

    fn has(&self, object: &Object) -> bool {
        self.keys.contains(&object.key) || self.names.contains(&make::relation_name(&object.key))
    }
}
