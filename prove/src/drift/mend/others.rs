//! The rarer kinds of objects, as far as the catalogue tells all of them.

use super::Phase;
use crate::catalog::Facts;

/// Returns the statements that make an object, and when they run; none where the catalogue does not tell everything.
pub(super) fn made(name: &str, facts: &Facts) -> Option<(Phase, String)> {
    if let Some(publication) = name.strip_prefix("publication ") {
        return Some((Phase::Others, self::publication(publication, facts)));
    }
    if let Some((object, extension)) = name.split_once(DEPENDS) {
        return Some((Phase::Words, format!("ALTER {object} DEPENDS ON EXTENSION {extension}")));
    }
    let definition = facts.get("definition").filter(|text| text.starts_with("CREATE "))?;
    // Columns and domains may need it.
    let early = ["collation ", "text search "].iter().any(|kind| name.starts_with(kind));
    Some((if early { Phase::Types } else { Phase::Others }, definition.clone()))
}

/// What stands between an object and the extension that it goes with.
const DEPENDS: &str = " depends on extension ";

/// Returns the statement that drops an object, and when it runs: first what leans on tables, types and functions.
pub(super) fn unmade(name: &str) -> (Phase, String) {
    if let Some((object, extension)) = name.split_once(DEPENDS) {
        return (Phase::Words, format!("ALTER {object} NO DEPENDS ON EXTENSION {extension}"));
    }
    let early = [
        "event trigger ",
        "statistics object ",
        "user mapping ",
        "cast ",
        "transform ",
        "publication ",
        "operator class ",
        "conversion ",
    ];
    let phase =
        if early.iter().any(|kind| name.starts_with(kind)) { Phase::DropParts } else { Phase::DropOthers };
    (phase, format!("DROP {}", called(name)))
}

/// Returns how statements call an object that the catalogue calls in words of its own.
pub(super) fn called(name: &str) -> String {
    for (ours, theirs) in [
        ("statistics object ", "STATISTICS "),
        ("foreign-data wrapper ", "FOREIGN DATA WRAPPER "),
        ("event trigger ", "EVENT TRIGGER "),
    ] {
        if let Some(rest) = name.strip_prefix(ours) {
            return format!("{theirs}{rest}");
        }
    }
    match name.strip_prefix("transform ") {
        Some(rest) => format!("TRANSFORM {}", rest.replacen(" on language ", " LANGUAGE ", 1)),
        None => name.to_owned(),
    }
}

/// Tells whether an object is dropped and made again where its definition differs: nothing else stands on it.
pub(super) fn is_remade(name: &str) -> bool {
    ["statistics object ", "event trigger ", "cast ", "conversion "].iter().any(|kind| name.starts_with(kind))
}

/// Returns the statement that alters an attribute of an object; none where it is not known.
pub(super) fn altered(name: &str, attribute: &str, wanted: &Facts, found: &Facts) -> Option<String> {
    match attribute {
        "tables" | "schemas" => published(name, wanted, found),
        "operations" | "through the partitioned table" | "generated columns" => {
            let publication = name.strip_prefix("publication ")?;
            let word = |attribute: &str| wanted.get(attribute).map(String::as_str);
            Some(match attribute {
                "operations" => {
                    format!("ALTER PUBLICATION {publication} SET (publish = '{}')", word("operations")?)
                }
                "generated columns" => {
                    let kind = if word(attribute) == Some("s") { "stored" } else { "none" };
                    format!("ALTER PUBLICATION {publication} SET (publish_generated_columns = {kind})")
                }
                _ => {
                    let through = word(attribute).is_some();
                    format!("ALTER PUBLICATION {publication} SET (publish_via_partition_root = {through})")
                }
            })
        }
        "statistics target" => {
            let target = wanted.get(attribute).map_or("-1", String::as_str);
            Some(format!("ALTER {} SET STATISTICS {target}", called(name)))
        }
        _ => None,
    }
}

/// Returns the statement that has a publication publish the tables of the one and no others of the other.
fn published(name: &str, wanted: &Facts, found: &Facts) -> Option<String> {
    let publication = name.strip_prefix("publication ")?;
    match (tables(wanted).as_str(), tables(found).as_str()) {
        ("", "") => None,
        ("", gone) => Some(format!("ALTER PUBLICATION {publication} DROP {gone}")),
        (kept, "") => Some(format!("ALTER PUBLICATION {publication} ADD {kept}")),
        (kept, _) => Some(format!("ALTER PUBLICATION {publication} SET {kept}")),
    }
}

/// Returns what a publication publishes, as statements say it.
fn tables(facts: &Facts) -> String {
    let get = |name: &str| facts.get(name).map(String::as_str);
    let tables = get("tables").map(|all| format!("TABLE {all}"));
    let schemas = get("schemas").map(|all| format!("TABLES IN SCHEMA {all}"));
    tables.into_iter().chain(schemas).collect::<Vec<_>>().join(", ")
}

fn publication(name: &str, facts: &Facts) -> String {
    let get = |name: &str| facts.get(name).map(String::as_str);
    let what = match tables(facts).as_str() {
        _ if get("all tables").is_some() => " FOR ALL TABLES".to_owned(),
        "" => String::new(),
        tables => format!(" FOR {tables}"),
    };
    let mut options = Vec::new();
    match get("operations") {
        Some("insert, update, delete, truncate") => {}
        operations => options.push(format!("publish = '{}'", operations.unwrap_or_default())),
    }
    if get("through the partitioned table").is_some() {
        options.push("publish_via_partition_root = true".to_owned());
    }
    if get("generated columns") == Some("s") {
        options.push("publish_generated_columns = stored".to_owned());
    }
    let options = if options.is_empty() { String::new() } else { format!(" WITH ({})", options.join(", ")) };
    format!("CREATE PUBLICATION {name}{what}{options}")
}
