//! Carried descriptions: each stands in the file of what it describes, and goes with that.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{QualifiedName, Schema, TableId};
use crate::plan::migration::diff::Needs;
use crate::span::Span;

/// Returns the places of descriptions among the carried statements, each with the file that makes the last of what it describes.
pub(super) fn places(
    schema: &Schema,
    by_name: &BTreeMap<&QualifiedName, usize>,
    placed: &[usize],
    needs: &Needs,
) -> Vec<(usize, usize)> {
    let comments = schema.verbatim.iter().enumerate().filter(|(_, data)| data.kind == "comment");
    let comments: Vec<(usize, Span)> = comments.map(|(at, data)| (at, data.text.span)).collect();
    if comments.is_empty() {
        return Vec::new();
    }
    let carried: BTreeMap<Span, usize> =
        schema.verbatim.iter().zip(placed).map(|(data, file)| (data.text.span, *file)).collect();
    let file_of = |(said, names): &(Span, Vec<&QualifiedName>)| {
        let of_tables = || names.iter().filter_map(|name| by_name.get(name).copied()).max();
        carried.get(said).copied().or_else(of_tables)
    };
    let file = |said: Span| needs.described(said).iter().filter_map(file_of).max();
    comments.into_iter().filter_map(|(at, said)| Some((at, file(said)?))).collect()
}

/// Returns where the descriptions are said that stand with what they describe: nothing has to take them back.
pub(super) fn going_along(
    schema: &Schema,
    at: &BTreeMap<TableId, usize>,
    placed: &[usize],
    needs: &Needs,
) -> BTreeSet<Span> {
    let by_name: BTreeMap<&QualifiedName, usize> =
        schema.own_tables().filter_map(|table| Some((table.name(), *at.get(&table.id)?))).collect();
    let along = places(schema, &by_name, placed, needs);
    along.into_iter().filter_map(|(at, _)| schema.verbatim.get(at)).map(|data| data.text.span).collect()
}
