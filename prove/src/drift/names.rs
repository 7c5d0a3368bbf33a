//! Names of objects, as the catalogue spells them and as a person writes them.

use truthtable::config::glob;

use crate::catalog::{Kind, Object};

/// Cuts a qualified name into its parts, without their quotes. What stands behind an opening parenthesis is left out.
pub(super) fn parts(name: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => push(&mut found, '"'),
            '"' => quoted = !quoted,
            '.' if !quoted => found.push(String::new()),
            '(' if !quoted => break,
            _ => push(&mut found, c),
        }
    }
    found
}

fn push(found: &mut [String], c: char) {
    if let Some(last) = found.last_mut() {
        last.push(c);
    }
}

/// Returns the schema of a qualified name and the name itself, without quotes.
pub(crate) fn split(name: &str) -> (String, String) {
    let mut parts = parts(name);
    let last = parts.pop().unwrap_or_default();
    (parts.pop().unwrap_or_else(|| "public".to_owned()), last)
}

/// Returns the schema in which an object is, where it is in one.
pub(super) fn schema(object: &Object) -> Option<String> {
    let first = |name: &str| parts(name).into_iter().next();
    match (object.kind, &object.parent) {
        (_, Some(parent)) => first(parent),
        (Kind::Schema, None) => first(&object.name),
        (Kind::Extension, None) => None,
        (Kind::DefaultPrivileges, None) => first(object.name.split_once(" in ")?.1),
        // `operator public.=== (integer, integer)`, but `publication news`.
        (Kind::Other, None) => {
            let word =
                object.name.split_whitespace().find(|word| word.contains('.') && !word.starts_with('('));
            word.and_then(first)
        }
        (_, None) => Some(parts(&object.name)).filter(|parts| parts.len() > 1)?.into_iter().next(),
    }
}

/// Tells whether a pattern matches any of the ways in which a person names an object: `orders`, `public.orders`,
/// `orders.total`, `column public.orders.total`.
pub(super) fn matches(pattern: &str, object: &Object) -> bool {
    spellings(object).iter().any(|name| {
        glob(pattern, name) || name.strip_prefix("public.").is_some_and(|bare| glob(pattern, bare))
    })
}

fn spellings(object: &Object) -> Vec<String> {
    let plain = |name: &str| parts(name).join(".");
    let mut found = vec![object.to_string(), object.name.clone()];
    match &object.parent {
        Some(parent) => {
            let own = parts(&object.name).pop().unwrap_or_default();
            found.push(format!("{parent}.{}", object.name));
            found.push(format!("{}.{own}", plain(parent)));
            // A column is called by its table; other parts have names that tell them apart.
            if object.kind == Kind::Column {
                found.remove(1);
            } else {
                found.push(plain(&object.name));
            }
        }
        None => found.push(plain(&object.name)),
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{matches, parts, schema};
    use crate::catalog::{Kind, Object};

    fn object(kind: Kind, parent: Option<&str>, name: &str) -> Object {
        Object { kind, parent: parent.map(str::to_owned), name: name.to_owned() }
    }

    #[test]
    fn hostile_names_come_apart() {
        assert_eq!(parts("\"odd \"\"schema\"\"\".\"Chil.dren\""), ["odd \"schema\"", "Chil.dren"]);
        assert_eq!(parts("public.add(a integer, b other.type)"), ["public", "add"]);
        assert_eq!(parts(""), [""]);
    }

    #[test]
    fn a_schema_is_found_where_there_is_one() {
        let check = |kind, parent, name, expected: Option<&str>| {
            assert_eq!(schema(&object(kind, parent, name)).as_deref(), expected, "{name}");
        };
        check(Kind::Table, None, "public.a", Some("public"));
        check(Kind::Column, Some("\"S\".a"), "b", Some("S"));
        check(Kind::Schema, None, "\"S\"", Some("S"));
        check(Kind::Extension, None, "vector", None);
        check(Kind::Other, None, "publication news", None);
        check(Kind::Other, None, "operator public.=== (integer, integer)", Some("public"));
        check(Kind::DefaultPrivileges, None, "of ann on tables in \"S\"", Some("S"));
        check(Kind::DefaultPrivileges, None, "of ann on tables", None);
    }

    #[test]
    fn people_name_objects_in_several_ways() {
        let column = object(Kind::Column, Some("public.orders"), "total");
        for pattern in ["orders.total", "public.orders.total", "ORDERS.*", "column public.*", "*"] {
            assert!(matches(pattern, &column), "{pattern}");
        }
        for pattern in ["orders", "total", "public.orders"] {
            assert!(!matches(pattern, &column), "{pattern}");
        }
        let index = object(Kind::Index, Some("public.orders"), "public.orders_total_idx");
        assert!(matches("orders_total_*", &index) && matches("orders.orders_total_idx", &index));
        assert!(matches("Odd.T", &object(Kind::Table, None, "\"Odd\".\"T\"")));
    }
}
