//! Base types.

use std::collections::BTreeMap;

use crate::model::token::{Cursor, canonical, tokens};

/// Types of PostgreSQL with how their values are stored (`pg_type`): length, alignment, storage, whether they are passed by value.
const STORED: &[(&[&str], [&str; 4])] = &[
    (&["bool", "boolean"], ["1", "char", "plain", "true"]),
    (&["int2", "smallint"], ["2", "int2", "plain", "true"]),
    (&["int4", "integer", "int", "float4", "real", "date", "oid"], ["4", "int4", "plain", "true"]),
    (
        &["int8", "bigint", "float8", "double precision", "timestamp", "timestamptz", "time", "money"],
        ["8", "double", "plain", "true"],
    ),
    (&["uuid"], ["16", "char", "plain", "false"]),
    (&["interval", "point"], ["16", "double", "plain", "false"]),
    (&["name"], ["64", "char", "plain", "false"]),
    (
        &["text", "varchar", "bytea", "json", "jsonb", "xml", "bpchar"],
        ["variable", "int4", "extended", "false"],
    ),
    (&["numeric", "decimal", "inet", "cidr"], ["variable", "int4", "main", "false"]),
];

/// What is not said of a type.
const DEFAULTS: [(&str, &str); 8] = [
    ("internallength", "variable"),
    ("alignment", "int4"),
    ("storage", "plain"),
    ("passedbyvalue", "false"),
    ("category", "'U'"),
    ("preferred", "false"),
    ("delimiter", "','"),
    ("collatable", "false"),
];

/// Tells whether two statements make the same base type: options come in any order, and some need not be said.
pub(in super::super) fn is_same(old: &str, new: &str) -> bool {
    matches!((read(old), read(new)), (Some(old), Some(new)) if old == new)
}

/// Returns the options of a base type, with those that are not said.
fn read(text: &str) -> Option<BTreeMap<String, String>> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("create type").then_some(())?;
    cursor.name()?;
    let mut options: BTreeMap<String, String> =
        DEFAULTS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut said = BTreeMap::new();
    for mut part in cursor.group()?.split() {
        let name = part.ident()?.as_str().to_lowercase();
        let value = if part.eat("=") { part.rest() } else { "true" };
        said.insert(name, value.to_owned());
    }
    // What is said beside it outweighs what it is like.
    if let Some(like) = said.remove("like") {
        let like = canonical(&like);
        let (_, stored) = STORED.iter().find(|(names, _)| names.contains(&like.trim()))?;
        for ((name, _), value) in DEFAULTS.iter().zip(stored) {
            options.insert((*name).to_owned(), (*value).to_owned());
        }
    }
    for (name, value) in said {
        let words = canonical(&value);
        let value = match (name.as_str(), words.trim().trim_matches('\'')) {
            ("alignment", "int" | "integer") => "int4".to_owned(),
            ("alignment", "double precision") => "double".to_owned(),
            ("internallength" | "alignment" | "storage", word) => word.to_lowercase(),
            ("passedbyvalue" | "preferred" | "collatable", "true" | "on" | "1" | "t") => "true".to_owned(),
            ("passedbyvalue" | "preferred" | "collatable", _) => "false".to_owned(),
            _ => words.trim().to_owned(),
        };
        options.insert(name, value);
    }
    Some(options)
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn base_types_that_are_the_same() {
        let dumped = "CREATE TYPE public.cents (INTERNALLENGTH = 4, INPUT = public.cents_in, OUTPUT = public.cents_out, \
            ALIGNMENT = int4, STORAGE = plain, PASSEDBYVALUE)";
        let check = |text: &str, expected: bool| {
            assert_eq!(is_same(text, dumped), expected, "{text}");
        };
        check("create type cents (input = cents_in, output = cents_out, like = int4)", true);
        check(
            "create type cents (output = cents_out, input = cents_in, internallength = 4, passedbyvalue)",
            true,
        );
        check("create type cents (input = cents_in, output = cents_out, like = int8)", false);
        check("create type cents (input = other_in, output = cents_out, like = int4)", false);
        check("create type cents (input = cents_in, output = cents_out, like = int4, category = 'N')", false);
    }
}
