//! The rarer kinds of objects, as far as the catalogue tells all of them.

use super::Phase;
use crate::catalog::Facts;

/// Returns the statements that make an object, and when they run; none where the catalogue does not tell everything.
pub(super) fn made(name: &str, facts: &Facts) -> Option<(Phase, String)> {
    if let Some(publication) = name.strip_prefix("publication ") {
        return Some((Phase::Others, self::publication(publication, facts)));
    }
    let definition = facts.get("definition").filter(|text| text.starts_with("CREATE "))?;
    // Columns and domains may need it.
    let early = ["collation ", "text search "].iter().any(|kind| name.starts_with(kind));
    Some((if early { Phase::Types } else { Phase::Others }, definition.clone()))
}

/// Returns the statement that has a publication publish the tables of the one and no others of the other.
pub(super) fn published(name: &str, wanted: &Facts, found: &Facts) -> Option<String> {
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
