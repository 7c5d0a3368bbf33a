//! pgTAP tests.

use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use super::{Emitter, Emitting, FileSet, sql, template};
use crate::model::PgIdent;
use crate::model::ident::literal;
use crate::plan::pgtap::{AS_SAID, Argument, Assertion, DOES_AS_SAID, TestFile};

/// Prints them.
pub const EMITTER: Emitter = Emitter { name: "pgTAP", emit };

/// Where they stand below a schema's folder.
pub const FOLDER: &str = "pgtap";

fn emit(cx: &Emitting<'_>, files: &mut FileSet) {
    for file in &cx.plan.pgtap.files {
        let path = format!("{FOLDER}/{}", file.path);
        files.add(FileSet::generated(&cx.config.name, &path), print(file, &cx.header("--")));
    }
}

/// Helpers that a file brings along where it calls them.
const HELPERS: &[(&str, &str)] = &[
    (AS_SAID, include_str!("../templates/pgtap/is_as_said.sql")),
    (DOES_AS_SAID, include_str!("../templates/pgtap/does_as_said.sql")),
];

/// Assertions as the template prints them.
#[derive(Serialize)]
struct Group {
    title: &'static str,
    assertions: Vec<String>,
}

fn print(file: &TestFile, header: &str) -> String {
    let groups = file.groups.iter().map(|group| Group {
        title: group.title,
        assertions: group.assertions.iter().map(statement).collect(),
    });
    let groups: Vec<Group> = groups.collect();
    let count: usize = groups.iter().map(|group| group.assertions.len()).sum();
    let calls = |helper: &str| {
        file.groups.iter().flat_map(|group| &group.assertions).any(|assertion| assertion.function == helper)
    };
    let helpers: Vec<&str> =
        HELPERS.iter().filter(|(name, _)| calls(name)).map(|(_, text)| text.trim_end()).collect();
    let values = context! { groups => Serde(&groups), count, header, helpers };
    template::render(include_str!("../templates/pgtap.sql.j2"), values, |_| {})
}

/// Prints an assertion as a statement without its semicolon.
pub fn statement(assertion: &Assertion) -> String {
    let arguments = assertion.arguments.iter().map(argument);
    let arguments: Vec<String> = arguments.chain([literal(&assertion.description)]).collect();
    format!("SELECT {}({})", assertion.function, arguments.join(", "))
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Text(text) => literal(text),
        Argument::List(texts) => array(texts.iter().map(|text| literal(text))),
        Argument::Identifiers(names) => array(names.iter().map(identifier)),
        Argument::Sql(sql) => sql.clone(),
        Argument::Statement(statement) => quoted(&sql::script(std::slice::from_ref(&**statement))),
    }
}

/// Quotes a statement so that its own quotes stay as they are, where that is possible.
fn quoted(statement: &str) -> String {
    const QUOTE: &str = "$said$";
    match statement.trim_end() {
        plain if plain.contains(['\'', '\\']) && !plain.contains(QUOTE) => format!("{QUOTE}{plain}{QUOTE}"),
        other => literal(other),
    }
}

fn array(elements: impl Iterator<Item = String>) -> String {
    let elements: Vec<String> = elements.collect();
    match elements.as_slice() {
        [] => "ARRAY[]::name[]".to_owned(),
        elements => format!("ARRAY[{}]", elements.join(", ")),
    }
}

/// Prints a name as a text that the server quotes itself, because what has to be quoted differs from version to version.
fn identifier(name: &PgIdent) -> String {
    match literal(name.as_str()) {
        plain if name.to_string() == name.as_str() => plain,
        other => format!("quote_ident({other})"),
    }
}
