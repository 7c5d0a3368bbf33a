use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::ident::{MAX_IDENT_BYTES, PgIdent, QualifiedName, clip};
use crate::model::token::{Cursor, tokens};
use crate::model::{Fact, Schema, TableData, VerbatimData};
use crate::span::Span;

declare_rule! {
    /// A name is longer than PostgreSQL keeps.
    ///
    /// PostgreSQL keeps 63 bytes of a name and cuts the rest off without an error. What looks for the whole name in the catalogue does
    /// not find it, and a second name that begins alike is the same one. Letters outside of ASCII are two bytes and more.
    ///
    /// Of SQL, which is read as PostgreSQL reads it, `sql-long-name` says so.
    ///
    /// ```dbml fail
    /// Table readings {
    ///   id bigint [pk]
    ///   average_temperature_of_the_last_twenty_four_hours_in_degrees_celsius numeric
    /// }
    /// ```
    ///
    /// ```dbml pass
    /// Table readings {
    ///   id bigint [pk]
    ///   average_temperature_of_last_day numeric
    /// }
    /// ```
    "name-too-long", Group::Naming, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let schema = cx.schema;
    for named in names(schema).into_iter().filter(Named::is_cut) {
        let bytes = named.name.len();
        let message = format!(
            "the name of the {} `{}` has {bytes} bytes, of which PostgreSQL keeps {MAX_IDENT_BYTES}",
            named.kind, named.name
        );
        let kept = named.kept().to_owned();
        cx.report(&named.path, named.span, message)
            .help(format!("it will be called `{kept}`; choose a shorter name"));
    }
}

/// Names of which no two may be alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    /// Schemas.
    Schema,
    /// What has rows or leads to them, and sequences, of one schema.
    Relation,
    /// Types, and what brings a type of its name, of one schema.
    Type,
    /// Columns of one table.
    Column,
    /// Constraints of one table.
    Constraint,
    /// Triggers of one table.
    Trigger,
    /// Policies of one table.
    Policy,
    /// Rules of one table.
    Rule,
}

/// A name that a document writes.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// What it names, as a person says it.
    pub(super) kind: String,
    pub(super) name: String,
    /// By which findings about it are silenced.
    pub(super) path: String,
    pub(super) span: Span,
    /// What may not be called alike, each within the schema or table of that name.
    pub(super) spaces: Vec<(Space, String)>,
}

impl Named {
    /// Tells whether PostgreSQL cuts it.
    pub(super) fn is_cut(&self) -> bool {
        self.name.len() > MAX_IDENT_BYTES
    }

    /// Returns what PostgreSQL keeps of it.
    pub(super) fn kept(&self) -> &str {
        clip(&self.name, MAX_IDENT_BYTES)
    }
}

/// Returns every name that the documents write, as long as they write it.
pub(super) fn names(schema: &Schema) -> Vec<Named> {
    let mut found = Vec::new();
    for data in &schema.namespaces {
        found.push(named("schema", data, data.value.as_str(), &[(Space::Schema, "")]));
    }
    for data in &schema.enums {
        let spaces = [(Space::Type, of(&data.name.value))];
        found.push(named("enum", &data.name, &data.name.value.plain(), &spaces));
    }
    for table in schema.tables.iter().filter(|table| !table.external) {
        of_table(table, &mut found);
    }
    found.extend(schema.verbatim.iter().filter_map(carried));
    found
}

fn of_table(table: &TableData, found: &mut Vec<Named>) {
    let name = &table.name.value;
    let (path, schema) = (name.plain(), of(name));
    let relation = (Space::Relation, schema);
    found.push(named("table", &table.name, &path, &[relation, (Space::Type, schema)]));
    for column in table.columns.iter().filter(|column| !column.inherited) {
        let own = format!("{path}.{}", column.name.value.as_str());
        found.push(named("column", &column.name, &own, &[(Space::Column, &path)]));
    }
    let constraint = (Space::Constraint, path.as_str());
    let keys = table.primary_key.iter().chain(&table.uniques).filter_map(|key| key.name.as_ref());
    let indexed = keys.chain(table.exclusions.iter().filter_map(|it| it.name.as_ref()));
    found.extend(indexed.map(|name| named("constraint", name, &path, &[constraint, relation])));
    let checks = table.checks.iter().filter_map(|check| check.name.as_ref());
    let others = checks.chain(table.foreign_keys.iter().filter_map(|key| key.name.as_ref()));
    found.extend(others.map(|name| named("constraint", name, &path, &[constraint])));
    let indexes = table.indexes.iter().filter_map(|index| index.name.as_ref());
    found.extend(indexes.map(|name| named("index", name, &path, &[relation])));
}

fn named<T: AsName>(kind: &str, fact: &Fact<T>, path: &str, spaces: &[(Space, &str)]) -> Named {
    Named {
        kind: kind.to_owned(),
        name: fact.value.as_name().as_str().to_owned(),
        path: path.to_owned(),
        span: fact.span,
        spaces: spaces.iter().map(|(space, of)| (*space, (*of).to_owned())).collect(),
    }
}

/// What has one name of its own.
trait AsName {
    fn as_name(&self) -> &PgIdent;
}

impl AsName for PgIdent {
    fn as_name(&self) -> &PgIdent {
        self
    }
}

impl AsName for QualifiedName {
    fn as_name(&self) -> &PgIdent {
        &self.name
    }
}

/// Returns the schema of a name.
fn of(name: &QualifiedName) -> &str {
    name.schema.as_ref().map_or("public", PgIdent::as_str)
}

/// Returns the name of what a carried statement makes.
fn carried(data: &VerbatimData) -> Option<Named> {
    let make = |name: &PgIdent, path: String, spaces: Vec<(Space, String)>| Named {
        kind: data.kind.clone(),
        name: name.as_str().to_owned(),
        path,
        span: data.text.span,
        spaces,
    };
    let part = match data.kind.as_str() {
        "trigger" => Some((Space::Trigger, "on")),
        "policy" => Some((Space::Policy, "on")),
        "rule" => Some((Space::Rule, "to")),
        _ => None,
    };
    if let Some((space, behind)) = part {
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        _ = cursor.until(|token| token.is(&data.kind));
        cursor.next();
        let name = cursor.ident()?;
        _ = cursor.until(|token| token.is(behind));
        cursor.next();
        let table = cursor.name()?.plain();
        return Some(make(&name, table.clone(), vec![(space, table)]));
    }
    let name = data.creates.as_ref()?;
    let schema = || of(name).to_owned();
    let spaces = match data.kind.as_str() {
        "view" | "materialized view" | "foreign table" | "table" => {
            vec![(Space::Relation, schema()), (Space::Type, schema())]
        }
        "sequence" => vec![(Space::Relation, schema())],
        "domain" | "type" => vec![(Space::Type, schema())],
        "schema" => vec![(Space::Schema, String::new())],
        _ => Vec::new(),
    };
    Some(make(&name.name, name.plain(), spaces))
}
