//! Indexes of partitions as parts of those of the whole.

mod fold;

use std::collections::BTreeMap;

use super::make;
use super::object::{Body, Kind, Object, Strength, Target};
use crate::model::attachment;
use crate::model::{QualifiedName, Schema};

/// The index of the whole, and that of a partition that is attached to it.
type Attachment = (QualifiedName, QualifiedName);

/// Ties indexes of partitions to those of the whole that they were attached to.
pub(super) fn tie(schema: &Schema, objects: &mut Vec<Object>) {
    let said = schema.verbatim.iter().filter(|data| data.kind == "alter index");
    let attached: Vec<Attachment> = said.filter_map(|data| attachment::of(&data.text.node)).collect();
    if attached.is_empty() && !schema.verbatim.iter().any(|data| data.kind == "index") {
        return;
    }
    let attached = fold::fold(schema, attached, objects);
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
        part.attached_to = Some(key);
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
