//! pgTAP tests: what the documents say of the catalogue, one assertion a fact.
//!
//! A file for what belongs to no table, and one for each table. A test says what has to be there; only of columns and policies it
//! says that there are no others, because runners and platforms add objects of their own. Conditions and expressions PostgreSQL
//! spells in its own way: the server is asked to spell both what is there and what the documents say, which is made on an
//! empty copy of the table. Bodies of views and functions are left to `prove` and `drift`, which compare catalogues.

mod attached;
mod objects;
mod table;

use std::collections::BTreeSet;

use crate::config::Config;
use crate::model::ident::literal;
use crate::model::{PgIdent, QualifiedName, Schema};
use crate::plan::migration::diff::{self, Key};
use crate::plan::migration::names;
use crate::plan::migration::statement::Statement;
use crate::span::Span;

/// The tests of a schema.
#[derive(Clone, Debug, Default)]
pub struct TestPlan {
    /// Files in the order in which they run; none is empty.
    pub files: Vec<TestFile>,
}

/// A file of tests.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// Its path among the tests.
    pub path: String,
    /// What it tests, by kind; no group is empty.
    pub groups: Vec<TestGroup>,
}

/// Assertions of one kind.
#[derive(Clone, Debug)]
pub struct TestGroup {
    /// What they are about.
    pub title: &'static str,
    /// The assertions, in order.
    pub assertions: Vec<Assertion>,
}

/// A call of one of pgTAP's functions, or of a helper's that a test brings along, that passes or fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    /// The function.
    pub function: &'static str,
    /// What it is given, in front of the description.
    pub arguments: Vec<Argument>,
    /// What has to be so.
    pub description: String,
    /// Where the documents say it.
    pub span: Span,
}

/// What a function of pgTAP is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A text, or a name without quotes.
    Text(String),
    /// Names without quotes, or types.
    List(Vec<String>),
    /// Names as PostgreSQL quotes them.
    Identifiers(Vec<PgIdent>),
    /// SQL.
    Sql(String),
    /// A statement as a text.
    Statement(Box<Statement>),
}

/// The helper that holds a part of a table to what a statement makes on an empty copy of the table.
pub const AS_SAID: &str = "pg_temp.is_as_said";

/// The helper that tells what a foreign key does.
pub const DOES_AS_SAID: &str = "pg_temp.does_as_said";

/// Decides what is tested of a schema.
pub fn plan(schema: &Schema, config: &Config) -> TestPlan {
    let cx = Cx { schema, config, names: names::choose(schema, config), carried: carried(schema) };
    let mut files = vec![TestFile { path: "schema.sql".to_owned(), groups: objects::groups(&cx) }];
    let mut taken = BTreeSet::new();
    for table in schema.own_tables() {
        let path = format!("tables/{}.sql", file_name(table.name(), &mut taken));
        files.push(TestFile { path, groups: table::groups(&cx, table) });
    }
    for file in &mut files {
        file.groups.retain(|group| !group.assertions.is_empty());
    }
    files.retain(|file| !file.groups.is_empty());
    TestPlan { files }
}

/// What all tests are made from.
struct Cx<'a> {
    schema: &'a Schema,
    config: &'a Config,
    names: names::Names,
    /// What carried statements make, with the place of the statement among them.
    carried: Vec<(Key, usize)>,
}

/// Returns what carried statements make, without what a later one renames, moves or drops.
fn carried(schema: &Schema) -> Vec<(Key, usize)> {
    let changes = |kind: &str, text: &str| {
        let text = text.to_lowercase();
        kind.starts_with("drop")
            || kind.starts_with("alter") && (text.contains("rename") || text.contains("set schema"))
    };
    let mut carried: Vec<(Key, usize)> = Vec::new();
    for (at, data) in schema.verbatim.iter().enumerate() {
        if changes(&data.kind, &data.text.node) {
            carried.retain(|(key, _)| !data.names.contains(&key.name));
        } else if let Some(key) =
            diff::key_of(data).filter(|key| carried.iter().all(|(known, _)| known != key))
        {
            carried.push((key, at));
        }
    }
    carried
}

/// Makes an assertion.
fn assertion<const N: usize>(
    function: &'static str,
    arguments: [Argument; N],
    description: String,
    span: Span,
) -> Assertion {
    Assertion { function, arguments: arguments.into(), description, span }
}

/// Makes the assertion that rows of the catalogue are there for which pgTAP has no function of its own.
fn exists(query: String, description: String, span: Span) -> Assertion {
    assertion("ok", [Argument::Sql(format!("EXISTS ({query})"))], description, span)
}

/// Returns the number of a table as SQL; null where it is not there, so that a test fails and its file goes on.
fn relation(name: &QualifiedName) -> String {
    format!("to_regclass({})", literal(&path(name)))
}

/// Returns a table's name with its schema, as SQL.
fn path(name: &QualifiedName) -> String {
    let schema = if name.schema.is_none() { "public." } else { "" };
    format!("{schema}{name}")
}

/// What of a table is held to the documents as the server spells it.
#[derive(Clone, Copy)]
enum Spelt {
    /// A constraint.
    Constraint,
    /// An index.
    Index,
    /// A default, or what a column is computed from.
    Expression,
    /// A policy's conditions.
    Policy,
}

/// Makes the assertion that a part of a table, given by its name, is what a statement makes on an empty copy of it.
fn as_said(
    table: &QualifiedName,
    (kind, name): (Spelt, &str),
    statement: Statement,
    description: String,
    span: Span,
) -> Assertion {
    let kind = match kind {
        Spelt::Constraint => "constraint",
        Spelt::Index => "index",
        Spelt::Expression => "expression",
        Spelt::Policy => "policy",
    };
    let statement = Argument::Statement(Box::new(statement));
    assertion(AS_SAID, [text(kind), text(path(table)), text(name), statement], description, span)
}

/// Returns the name of the copy.
fn copy() -> QualifiedName {
    QualifiedName::new(Some("pg_temp"), "truthtable_copy")
}

/// Returns a name as pgTAP takes it: the schema, then the name.
fn qualified(name: &QualifiedName) -> [Argument; 2] {
    let schema = name.schema.as_ref().map_or("public", PgIdent::as_str);
    [text(schema), text(name.name.as_str())]
}

fn text(text: impl Into<String>) -> Argument {
    Argument::Text(text.into())
}

/// Returns a file's name that no other table has, on a disk that takes upper and lower case for the same too.
fn file_name(table: &QualifiedName, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' || c == '.' { c } else { '_' };
    let name: String = table.plain().to_lowercase().chars().map(plain).collect();
    let counted = (1_usize..).map(|count| if count == 1 { name.clone() } else { format!("{name}_{count}") });
    counted.into_iter().find(|name| taken.insert(name.clone())).unwrap_or(name)
}
