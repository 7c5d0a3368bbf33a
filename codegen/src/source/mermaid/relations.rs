//! Which column of an entity stands for which of its relations: `user_id FK` for `USER ||--o{ ORDER`.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::decl::{Decl, EndpointDecl, Ident, RefDecl, Relation, TableDecl};
use crate::source::plural::singular;

/// What an entity's attributes say of its keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Attributes marked `FK`, in order.
    pub(super) foreign: Vec<Ident>,
    /// Attributes marked `PK`.
    pub(super) primary: Vec<String>,
    /// All attributes without the mark `FK`.
    pub(super) others: Vec<Ident>,
}

/// Gives relations the column of the referencing entity that is marked as its foreign key; `keys` are those of the diagram's entities.
///
/// A column belongs to the relation with the entity that it is named after; a relation may stand for several such columns. What is
/// left over is paired only where there is no other way to pair it.
pub(super) fn pair(decls: &mut Vec<Decl>, keys: &BTreeMap<String, Keys>) {
    let labelled = by_label(decls, keys);
    let mut more = Vec::new();
    let mut of_entities: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (at, decl) in decls.iter().enumerate() {
        let Decl::Ref(relation) = decl else { continue };
        if relation.endpoints.iter().any(|end| !end.columns.is_empty()) {
            continue;
        }
        let Some(side) = referencing(relation, keys) else { continue };
        let [a, b] = &relation.endpoints;
        let (own, other) = if side == 0 { (a, b) } else { (b, a) };
        let open = of_entities.entry(own.table.name.node.clone()).or_default();
        open.push((at, other.table.name.node.clone()));
    }
    for (entity, own) in keys {
        let mut open = of_entities.remove(entity).unwrap_or_default();
        let is_open = |column: &&Ident| !labelled.contains(&(entity.clone(), column.node.clone()));
        let mut columns: Vec<&Ident> = own.foreign.iter().filter(is_open).collect();
        for fits in [is_named_after, ends_in_name_of, shortens_name_of, begins_name_of] {
            let mut paired: Vec<(usize, Vec<&Ident>)> = Vec::new();
            columns.retain(|column| {
                let parent = |other: &String| keys.get(other);
                let mut found = open.iter().filter(|(_, other)| fits(&column.node, other, parent(other)));
                // Named after two entities, it may belong to either.
                let (Some((at, first)), other) = (found.next(), found.next()) else { return true };
                if other.is_some_and(|(_, other)| other != first) {
                    return true;
                }
                match paired.iter_mut().find(|(known, _)| known == at) {
                    Some((_, columns)) => columns.push(column),
                    None => paired.push((*at, vec![column])),
                }
                false
            });
            open.retain(|(at, _)| !paired.iter().any(|(known, _)| known == at));
            for (at, found) in paired {
                for (number, column) in found.into_iter().enumerate() {
                    let Some(Decl::Ref(relation)) = decls.get_mut(at) else { continue };
                    if number == 0 {
                        set(relation, entity, column);
                    } else {
                        let mut other = relation.clone();
                        other.endpoints.iter_mut().for_each(|end| end.columns.clear());
                        set(&mut other, entity, column);
                        more.push(Decl::Ref(other));
                    }
                }
            }
        }
        // `shop_id` without a mark is the column of the relation with `SHOP` all the same.
        open.retain(|(at, other)| {
            let parent = keys.get(other);
            let mut named = own.others.iter().filter(|column| {
                other != entity && says_key(&column.node) && is_named_after(&column.node, other, parent)
            });
            let (Some(column), None) = (named.next(), named.next()) else { return true };
            if let Some(Decl::Ref(relation)) = decls.get_mut(*at) {
                set(relation, entity, column);
            }
            false
        });
        // A column that is named after another entity is none of what is left.
        columns.retain(|column| {
            let is_other = |(name, parent): (&String, &Keys)| {
                name != entity
                    && open.iter().all(|(_, other)| other != name)
                    && is_named_after(&column.node, name, Some(parent))
            };
            !keys.iter().any(is_other)
        });
        // "User teaches Class" and `teacher_id FK` belong together where nothing else is left.
        let one_parent = open.windows(2).all(|pair| matches!(pair, [a, b] if a.1 == b.1));
        if one_parent && open.len() == columns.len() {
            for ((at, _), column) in open.iter().zip(columns) {
                if let Some(Decl::Ref(relation)) = decls.get_mut(*at) {
                    set(relation, entity, column);
                }
            }
        }
    }
    decls.append(&mut more);
}

/// Gives relations whose label is a column of the referencing entity ("users ||--o{ orders : buyer_id") that column; returns the columns.
fn by_label(decls: &mut [Decl], keys: &BTreeMap<String, Keys>) -> BTreeSet<(String, String)> {
    let columns: BTreeMap<String, Vec<Ident>> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Table(table) => {
                let names = table.columns.iter().map(|column| column.name.clone()).collect();
                Some((table.name.name.node.clone(), names))
            }
            _ => None,
        })
        .collect();
    let mut found = BTreeSet::new();
    for decl in decls {
        let Decl::Ref(relation) = decl else { continue };
        let (Some(side), Some(note)) = (referencing(relation, keys), &relation.note) else { continue };
        let Some(entity) = relation.endpoints.get(side).map(|end| end.table.name.node.clone()) else {
            continue;
        };
        let own = columns.get(&entity).into_iter().flatten();
        // "books (buyer_id, implicit)": a word of the label that can be nothing else than a column.
        let words = || note.text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        let is_in = |column: &&Ident| {
            let name = &column.node;
            (name.contains('_') || name.ends_with("Id")) && words().any(|word| word == name)
        };
        let whole = own.clone().find(|column| column.node == note.text);
        let Some(column) = whole.or_else(|| own.clone().find(is_in)).cloned() else { continue };
        set(relation, &entity, &column);
        found.insert((entity, column.node));
    }
    found
}

/// Returns the keys that an entity's attributes are marked with; `foreign` are the attributes marked `FK`.
pub(super) fn keys(table: &TableDecl, foreign: Vec<Ident>) -> Keys {
    let primary = table.columns.iter().filter(|column| column.primary_key.is_some());
    let is_other = |name: &&Ident| foreign.iter().all(|marked| marked.node != name.node);
    let others = table.columns.iter().map(|column| &column.name).filter(is_other).cloned().collect();
    Keys { primary: primary.map(|column| column.name.node.clone()).collect(), foreign, others }
}

fn set(relation: &mut RefDecl, entity: &str, column: &Ident) {
    let many = |end: &EndpointDecl| is_many(end.relation);
    // An entity may refer to itself: the end with more rows does.
    let of_entity = |end: &&mut EndpointDecl| end.table.name.node == entity;
    let ends = relation.endpoints.iter_mut().filter(of_entity);
    if let Some(end) = ends.max_by_key(|end| many(end)) {
        end.columns = vec![column.clone()];
    }
}

fn is_many(relation: Relation) -> bool {
    matches!(relation, Relation::Many | Relation::ZeroOrMany | Relation::OneOrMany)
}

/// Returns which end of a relation references the other: the one with more rows; of two with one row each, the one that has a
/// column named after the other, else the second.
fn referencing(relation: &RefDecl, keys: &BTreeMap<String, Keys>) -> Option<usize> {
    let [a, b] = &relation.endpoints;
    match (is_many(a.relation), is_many(b.relation)) {
        (true, true) => None,
        (true, false) => Some(0),
        (false, true) => Some(1),
        (false, false) => {
            let has = |own: &EndpointDecl, other: &EndpointDecl| {
                let parent = keys.get(&other.table.name.node);
                keys.get(&own.table.name.node).is_some_and(|own| {
                    own.foreign
                        .iter()
                        .any(|column| is_named_after(&column.node, &other.table.name.node, parent))
                })
            };
            Some(usize::from(!has(a, b) || has(b, a)))
        }
    }
}

/// Tells whether a column is named after an entity, or bears the name of its key: `customer_id`, `customerId`.
fn is_named_after(column: &str, entity: &str, parent: Option<&Keys>) -> bool {
    let key = parent.and_then(|keys| match keys.primary.as_slice() {
        [only] => Some(only.as_str()),
        _ => None,
    });
    let own_key = key.is_some_and(|key| joined(key) == joined(column) && joined(key) != "id");
    own_key || stem(column, key) == joined(entity)
}

/// Tells whether a column's name ends in an entity's: `returned_by_user_id`.
fn ends_in_name_of(column: &str, entity: &str, parent: Option<&Keys>) -> bool {
    let key = parent.and_then(|keys| keys.primary.first().map(String::as_str));
    stem(column, key).ends_with(&joined(entity))
}

/// Tells whether an entity's name ends in a column's: `listing_id` for `ChannelListing`.
fn shortens_name_of(column: &str, entity: &str, parent: Option<&Keys>) -> bool {
    let key = parent.and_then(|keys| keys.primary.first().map(String::as_str));
    let stem = stem(column, key);
    stem.len() > 2 && joined(entity).ends_with(&stem)
}

/// Tells whether an entity's name begins with a column's: `status_id` for `STATUS_DEFINITION`.
fn begins_name_of(column: &str, entity: &str, parent: Option<&Keys>) -> bool {
    let key = parent.and_then(|keys| keys.primary.first().map(String::as_str));
    let stem = stem(column, key);
    stem.len() > 2 && joined(entity).starts_with(&stem)
}

/// Tells whether a column's name says that it holds a key: `shop_id`; `shop` alone may be what it is called.
fn says_key(column: &str) -> bool {
    let whole = letters(column);
    ["id", "uuid", "fk", "key"].iter().any(|end| whole.len() > end.len() && whole.ends_with(end))
}

/// Returns a column's name without what says that it is a key.
fn stem(column: &str, key: Option<&str>) -> String {
    let whole: String = letters(column);
    let ends = key.map(letters).into_iter().chain(["id", "uuid", "fk", "key"].map(str::to_owned));
    let end = ends.into_iter().find(|end| whole.len() > end.len() && whole.ends_with(end.as_str()));
    singular(whole.get(..whole.len() - end.map_or(0, |end| end.len())).unwrap_or_default())
}

/// Returns a name without case, separators and plural.
fn joined(name: &str) -> String {
    singular(&letters(name))
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
