//! `Cargo.toml` and `rustfmt.toml` of the crate.

use crate::plan::rust::RustPlan;
use crate::plan::rust::types::Library;

/// Prints the manifest; versions stand in the workspace's table alone.
pub(super) fn manifest(plan: &RustPlan) -> String {
    let features: Vec<(&str, Option<&str>)> =
        plan.libraries.iter().map(|library| features(*library)).collect();
    let serde = features.iter().filter_map(|(name, serde)| serde.map(|feature| format!("{name}/{feature}")));
    let serde = std::iter::once("dep:serde".to_owned()).chain(serde);
    let sqlx = plan.libraries.iter().map(|library| format!("sqlx/{}", sqlx_feature(*library)));
    let sqlx = std::iter::once("dep:sqlx".to_owned()).chain(sqlx);
    let mut dependencies: Vec<String> =
        features.iter().map(|(name, _)| format!("{name}.workspace = true")).collect();
    for name in ["serde", "sqlx"] {
        dependencies.push(format!("{name} = {{ workspace = true, optional = true }}"));
    }
    dependencies.sort();
    format!(
        "[package]\n\
         name = {name}\n\
         description = {description}\n\
         version.workspace = true\n\
         edition.workspace = true\n\
         rust-version.workspace = true\n\
         license.workspace = true\n\
         publish.workspace = true\n\
         \n\
         [features]\n\
         serde = {serde}\n\
         sqlx = {sqlx}\n\
         \n\
         [dependencies]\n\
         {dependencies}\n\
         \n\
         [lints]\n\
         workspace = true\n",
        name = string(&plan.crate_name),
        description = string(&format!("{}: typed rows, identifiers and values", plan.title)),
        serde = list(serde),
        sqlx = list(sqlx),
        dependencies = dependencies.join("\n"),
    )
}

/// Prints the settings under which rustfmt lays code out as `prettyplease` does.
pub(super) fn rustfmt() -> String {
    "# The layout of the printer that wrote this crate: 89 columns, full before a line is broken, and one element a\n\
     # line behind that.\n\
     style_edition = \"2024\"\n\
     max_width = 89\n\
     use_small_heuristics = \"Max\"\n\
     short_array_element_width_threshold = 0\n"
        .to_owned()
}

/// Returns a library's name and the feature with which serde reads and writes it, where that is not always there.
fn features(library: Library) -> (&'static str, Option<&'static str>) {
    match library {
        Library::BigDecimal => ("bigdecimal", Some("serde")),
        Library::Chrono => ("chrono", Some("serde")),
        Library::IpNetwork => ("ipnetwork", Some("serde")),
        Library::RustDecimal => ("rust_decimal", Some("serde")),
        Library::SerdeJson => ("serde_json", None),
        Library::Uuid => ("uuid", Some("serde")),
    }
}

fn sqlx_feature(library: Library) -> &'static str {
    match library {
        Library::BigDecimal => "bigdecimal",
        Library::Chrono => "chrono",
        Library::IpNetwork => "ipnetwork",
        Library::RustDecimal => "rust_decimal",
        Library::SerdeJson => "json",
        Library::Uuid => "uuid",
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.map(|item| string(&item)).collect();
    format!("[{}]", items.join(", "))
}

/// Writes a basic string of TOML.
fn string(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        _ if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        _ => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
