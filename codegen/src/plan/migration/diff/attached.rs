//! Indexes of partitions as parts of those of the whole.

mod fold;

use std::collections::{BTreeMap, BTreeSet};

use super::make;
use super::object::{Body, Kind, Object, Strength, Target};
use crate::model::attachment;
use crate::model::{QualifiedName, Schema};
use crate::plan::migration::statement::ConstraintDef;

/// The index of the whole, and that of a partition that is attached to it.
type Attachment = (QualifiedName, QualifiedName);

/// Ties indexes of partitions to those of the whole that they were attached to.
pub(super) fn tie(schema: &Schema, objects: &mut Vec<Object>) {
    let said = schema.verbatim.iter().filter(|data| data.kind == "alter index");
    let mut attached: Vec<Attachment> = said.filter_map(|data| attachment::of(&data.text.node)).collect();
    let unsaid = taken_up(schema, objects, &attached);
    if attached.is_empty() && unsaid.is_empty() && !schema.verbatim.iter().any(|data| data.kind == "index") {
        return;
    }
    attached.extend(unsaid.iter().cloned());
    let mut attached = fold::fold(schema, attached, objects);
    attached.retain(|attachment| !unsaid.contains(attachment));
    let is_index = |object: &Object| matches!(object.key.kind, Kind::Index | Kind::Constraint);
    let of_name: BTreeMap<QualifiedName, usize> = objects
        .iter()
        .enumerate()
        .filter(|(_, object)| is_index(object))
        .map(|(at, object)| (make::relation_name(&object.key), at))
        .collect();
    for (whole, part) in attached {
        let (Some(at), Some(part)) = (of_name.get(&whole), of_name.get(&part)) else { continue };
        let Some(key) = objects.get(*at).map(|whole| whole.key.clone()) else { continue };
        let Some(part) = objects.get_mut(*part) else { continue };
        part.rare_mut().attached_to = Some(key);
        let part = part.key.clone();
        let Some(whole) = objects.get_mut(*at) else { continue };
        // A constraint of the whole takes up those that are there when it is made; a new whole comes before its
        // new parts.
        whole.comes_with = None;
        whole.need(Target::Key(part.clone()), Strength::Order);
        if let (Body::Carried { drop: Some(drop), .. }, Kind::Constraint) = (&mut whole.body, part.kind)
            && !drop.ends_with(" CASCADE")
        {
            drop.push_str(" CASCADE");
        }
    }
}

/// Returns the keys of partitions that the key of the whole takes up without a word when it is made: those that demand the same.
fn taken_up(schema: &Schema, objects: &[Object], attached: &[Attachment]) -> BTreeSet<Attachment> {
    let partitions: Vec<(&QualifiedName, &QualifiedName)> =
        schema.own_tables().filter_map(|table| Some((table.whole()?.name(), table.name()))).collect();
    let mut found = BTreeSet::new();
    if partitions.is_empty() {
        return found;
    }
    let mut keys: BTreeMap<&QualifiedName, Vec<(&Object, &ConstraintDef)>> = BTreeMap::new();
    for object in objects {
        if let Body::Constraint(constraint) = &object.body
            && constraint.body.is_key()
        {
            keys.entry(&object.key.name).or_default().push((object, constraint));
        }
    }
    let said: BTreeSet<&QualifiedName> = attached.iter().map(|(_, part)| part).collect();
    for (whole, part) in partitions {
        let (Some(of_whole), Some(of_part)) = (keys.get(whole), keys.get(part)) else { continue };
        for (key, demand) in of_whole {
            let same = of_part.iter().find(|(part, own)| {
                let name = make::relation_name(&part.key);
                own.body == demand.body && own.timing == demand.timing && !said.contains(&name)
            });
            found.extend(
                same.map(|(part, _)| (make::relation_name(&key.key), make::relation_name(&part.key))),
            );
        }
    }
    found
}
