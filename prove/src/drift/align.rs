//! What differs between two catalogues for reasons that are nobody's change: the version of a server, and how many columns
//! stand before one.

use std::collections::{BTreeMap, BTreeSet};

use squawk_lexer::{TokenKind, tokenize};

use crate::catalog::{Catalog, Facts, Kind, Object};

/// The attribute of a table or view that tells the order of its columns.
pub(super) const ORDER: &str = "order of columns";

/// Takes out of both catalogues what the servers' versions alone make different.
pub(super) fn versions(left: &mut Catalog, left_major: u32, right: &mut Catalog, right_major: u32) {
    if left_major == right_major {
        return;
    }
    let (old, new) = if left_major < right_major { (left, right) } else { (right, left) };
    let (before, after) = (left_major.min(right_major), left_major.max(right_major));
    if before < 17 && after >= 17 {
        // Whoever was given everything has this as well from 17 on.
        for facts in new.objects.values_mut() {
            keep_privileges(facts, |privilege| !privilege.starts_with("MAINTAIN to "));
        }
    }
    let public = Object { kind: Kind::Schema, parent: None, name: "public".to_owned() };
    if before < 15
        && after >= 15
        && let (Some(old), Some(new)) = (old.objects.get_mut(&public), new.objects.get(&public))
        && !new.get("privileges").is_some_and(|all| all.contains("CREATE to public"))
    {
        // Until 14 everybody may create in the schema that every database comes with.
        keep_privileges(old, |privilege| privilege != "CREATE to public");
    }
    if before < 16 && after >= 16 {
        for (object, facts) in old.objects.iter_mut().filter(|(object, _)| object.kind == Kind::View) {
            let newer = new.objects.get(object).and_then(|facts| facts.get("definition"));
            if let (Some(older), Some(newer)) = (facts.get_mut("definition"), newer)
                && is_same_view(older, newer)
            {
                older.clone_from(newer);
            }
        }
    }
}

fn keep_privileges(facts: &mut Facts, keep: impl Fn(&str) -> bool) {
    let Some(all) = facts.get("privileges") else { return };
    let kept: Vec<&str> = all.split(", ").filter(|privilege| keep(privilege)).collect();
    if kept.is_empty() {
        facts.remove("privileges");
    } else {
        let kept = kept.join(", ");
        facts.insert("privileges".to_owned(), kept);
    }
}

/// Tells whether a view's text until version 15 is that from 16 on: the columns of an only table were qualified then.
fn is_same_view(older: &str, newer: &str) -> bool {
    let (older, newer) = (words(older), words(newer));
    let mut older = older.as_slice();
    let mut qualifier = None;
    for word in newer {
        match older {
            [first, rest @ ..] if *first == word => older = rest,
            [name, ".", column, rest @ ..] if *column == word && *qualifier.get_or_insert(*name) == *name => {
                older = rest;
            }
            _ => return false,
        }
    }
    older.is_empty()
}

fn words(text: &str) -> Vec<&str> {
    let mut at = 0;
    let mut found = Vec::new();
    for token in tokenize(text) {
        let start = at;
        at += token.len as usize;
        if token.kind != TokenKind::Whitespace {
            found.extend(text.get(start..at).filter(|word| !word.is_empty()));
        }
    }
    found
}

/// Tells the order of columns of the table or view, and only of those that both catalogues have: one more column moves no
/// other.
pub(super) fn positions(left: &mut Catalog, right: &mut Catalog) {
    let (left_order, right_order) = (order(left), order(right));
    for (parent, columns) in &left_order {
        let Some(others) = right_order.get(parent) else { continue };
        let common = |own: &[Object], others: &[Object]| {
            let others: BTreeSet<&Object> = others.iter().collect();
            own.iter().filter(|column| others.contains(column)).cloned().collect::<Vec<_>>()
        };
        let (ours, theirs) = (common(columns, others), common(others, columns));
        for (catalog, columns) in [(&mut *left, &ours), (&mut *right, &theirs)] {
            for column in columns {
                if let Some(facts) = catalog.objects.get_mut(column) {
                    facts.remove("position");
                }
            }
            if ours == theirs {
                continue;
            }
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            for kind in [Kind::Table, Kind::View] {
                let whole = Object { kind, parent: None, name: parent.clone() };
                if let Some(facts) = catalog.objects.get_mut(&whole) {
                    facts.insert(ORDER.to_owned(), names.join(", "));
                }
            }
        }
    }
}

/// Returns the columns of every table and view in their order.
fn order(catalog: &Catalog) -> BTreeMap<String, Vec<Object>> {
    let mut found: BTreeMap<String, Vec<(usize, Object)>> = BTreeMap::new();
    for (object, facts) in catalog.objects.iter().filter(|(object, _)| object.kind == Kind::Column) {
        if let Some(parent) = &object.parent {
            let position = facts.get("position").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
            found.entry(parent.clone()).or_default().push((position, object.clone()));
        }
    }
    let sorted = found.into_iter().map(|(parent, mut columns)| {
        columns.sort();
        (parent, columns.into_iter().map(|(_, object)| object).collect())
    });
    sorted.collect()
}

#[cfg(test)]
mod tests {
    use super::{ORDER, is_same_view, positions, versions};
    use crate::catalog::{Catalog, Facts, Kind, Object};

    fn catalog(objects: &[(Kind, Option<&str>, &str, &str, &str)]) -> Catalog {
        let objects = objects.iter().map(|(kind, parent, name, attribute, value)| {
            let object = Object { kind: *kind, parent: parent.map(str::to_owned), name: (*name).to_owned() };
            (object, Facts::from([((*attribute).to_owned(), (*value).to_owned())]))
        });
        Catalog { objects: objects.collect() }
    }

    #[test]
    fn a_view_is_the_same_but_for_its_only_table() {
        let check = |older, newer| is_same_view(older, newer);
        assert!(check(
            " SELECT t.a,\n    t.b\n   FROM public.t\n  WHERE t.a > 1;",
            " SELECT a,\n b FROM public.t WHERE a > 1;"
        ));
        assert!(check("SELECT t.a FROM public.t;", "SELECT t.a FROM public.t;"));
        assert!(!check("SELECT t.a, u.b FROM public.t;", "SELECT a, b FROM public.t;"));
        assert!(!check("SELECT t.a FROM public.t;", "SELECT b FROM public.t;"));
        assert!(!check("SELECT t.a FROM public.t WHERE true;", "SELECT a FROM public.t"));
        assert!(!check("SELECT a FROM public.t", "SELECT a FROM other.t"));
    }

    #[test]
    fn what_a_version_brings_is_no_difference() {
        let mut old = catalog(&[
            (Kind::Schema, None, "public", "privileges", "CREATE to public, USAGE to public"),
            (Kind::Table, None, "public.t", "privileges", "SELECT to ann"),
        ]);
        let mut new = catalog(&[
            (Kind::Schema, None, "public", "privileges", "USAGE to public"),
            (Kind::Table, None, "public.t", "privileges", "MAINTAIN to ann, SELECT to ann"),
        ]);
        let kept = old.clone();
        versions(&mut old, 17, &mut kept.clone(), 17);
        assert_eq!(old, kept);
        versions(&mut new, 17, &mut old, 14);
        assert_eq!(old, new);
    }

    #[test]
    fn one_more_column_moves_no_other() {
        let column = |name, position| (Kind::Column, Some("public.t"), name, "position", position);
        let table = (Kind::Table, None, "public.t", "form", "ordinary");
        let mut left = catalog(&[table, column("a", "1"), column("b", "2"), column("c", "3")]);
        let mut right =
            catalog(&[table, column("a", "1"), column("new", "2"), column("b", "3"), column("c", "4")]);
        positions(&mut left, &mut right);
        right.objects.retain(|object, _| object.name != "new");
        assert_eq!(left, right);
        let mut right = catalog(&[table, column("b", "1"), column("a", "2"), column("c", "3")]);
        let mut left = catalog(&[table, column("a", "1"), column("b", "2"), column("c", "30")]);
        positions(&mut left, &mut right);
        let told = |catalog: &Catalog| catalog.objects.values().find_map(|facts| facts.get(ORDER).cloned());
        assert_eq!((told(&left), told(&right)), (Some("a, b, c".to_owned()), Some("b, a, c".to_owned())));
    }
}
