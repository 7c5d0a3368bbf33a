//! What differs between two catalogues, told as a person would.

use std::collections::BTreeSet;

use super::{Catalog, Object};

/// One thing in which two catalogues differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The object.
    pub object: Object,
    /// The attribute in which it differs; none when the object itself is on one side only.
    pub attribute: Option<String>,
    /// The value on the left; of an object as a whole, some text where it is there.
    pub left: Option<String>,
    /// The value on the right, likewise.
    pub right: Option<String>,
}

/// Returns what differs, in the catalogue's order.
///
/// Of an object that is on one side only, its parts are not told one by one.
pub fn diff(left: &Catalog, right: &Catalog) -> Vec<Difference> {
    let objects: BTreeSet<&Object> = left.objects.keys().chain(right.objects.keys()).collect();
    let one_sided: BTreeSet<&str> = objects
        .iter()
        .filter(|object| object.parent.is_none())
        .filter(|object| left.objects.contains_key(object) != right.objects.contains_key(object))
        .map(|object| object.name.as_str())
        .collect();
    let mut found = Vec::new();
    for object in objects {
        let told = |parent: &String| one_sided.contains(parent.as_str());
        if object.parent.as_ref().is_some_and(told) {
            continue;
        }
        let (left, right) = match (left.objects.get(object), right.objects.get(object)) {
            (Some(left), Some(right)) => (left, right),
            (left, right) => {
                let there = |side: Option<_>| side.map(|_| object.to_string());
                found.push(Difference {
                    object: object.clone(),
                    attribute: None,
                    left: there(left),
                    right: there(right),
                });
                continue;
            }
        };
        let attributes: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        for attribute in
            attributes.into_iter().filter(|attribute| left.get(*attribute) != right.get(*attribute))
        {
            found.push(Difference {
                object: object.clone(),
                attribute: Some(attribute.clone()),
                left: left.get(attribute).cloned(),
                right: right.get(attribute).cloned(),
            });
        }
    }
    found
}

impl Difference {
    /// Tells the difference, given how to call the two sides: "after the first up", "after the second".
    pub fn tell(&self, left: &str, right: &str) -> String {
        let object = &self.object;
        match &self.attribute {
            None if self.left.is_some() => format!("{object} is there {left}, but not {right}"),
            None => format!("{object} is there {right}, but not {left}"),
            Some(attribute) => {
                let value = |value: &Option<String>| match value {
                    Some(value) => format!("`{value}`"),
                    None => "nothing".to_owned(),
                };
                let (was, is) = (value(&self.left), value(&self.right));
                format!("{object}: {attribute} is {was} {left}, and {is} {right}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Catalog, Facts, Kind, Object};
    use super::diff;

    type Said<'a> = (Kind, Option<&'a str>, &'a str, &'a [(&'a str, &'a str)]);

    fn catalog(objects: &[Said<'_>]) -> Catalog {
        let objects = objects.iter().map(|(kind, parent, name, facts)| {
            let facts: Facts = facts.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            (Object { kind: *kind, parent: parent.map(str::to_owned), name: (*name).into() }, facts)
        });
        Catalog { objects: objects.collect() }
    }

    #[test]
    fn differences_are_told_once_and_in_order() {
        let left = catalog(&[
            (Kind::Table, None, "public.a", &[]),
            (Kind::Column, Some("public.a"), "x", &[("type", "integer"), ("default", "1")]),
            (Kind::Table, None, "public.gone", &[]),
            (Kind::Column, Some("public.gone"), "y", &[]),
        ]);
        let right = catalog(&[
            (Kind::Table, None, "public.a", &[("comment", "new")]),
            (Kind::Column, Some("public.a"), "x", &[("type", "bigint")]),
            (Kind::Column, Some("public.a"), "z", &[]),
        ]);
        let told: Vec<String> = diff(&left, &right).iter().map(|one| one.tell("before", "after")).collect();
        assert_eq!(
            told,
            [
                "table public.a: comment is nothing before, and `new` after",
                "table public.gone is there before, but not after",
                "column public.a.x: default is `1` before, and nothing after",
                "column public.a.x: type is `integer` before, and `bigint` after",
                "column public.a.z is there after, but not before",
            ]
        );
        assert_eq!(diff(&left, &left), []);
    }
}
