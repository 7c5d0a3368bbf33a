//! Documents for a schema that somebody else's files described: SQL, Markdown with SQL in it, or DBML with SQL beside it.

mod markdown;
mod settings;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use super::{dbml, sql};
use crate::model::{ForeignKeyData, QualifiedName, Schema, SeedData, Table, TableId};
use crate::plan::import::{Plainly, Split};
use crate::plan::migration::diff::{Kind, Step};
pub use markdown::markdown;
pub use settings::{Settings, settings};

/// What documents are written from.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The schema, with everything written out.
    pub schema: &'a Schema,
    /// What makes it, in order.
    pub steps: &'a [Step],
    /// What the whole is called.
    pub title: &'a str,
    /// Whether a comment behind a column is its description.
    pub comments: bool,
    /// Whether a label above a table holds its description.
    pub prose: bool,
    /// What is said in a plainer way.
    pub plainly: &'a Plainly,
    /// The names of foreign keys, by table and place.
    pub keys: &'a BTreeMap<(TableId, usize), String>,
}

/// Writes a schema as a script of SQL, which can be run from its beginning.
pub fn script(document: &Document<'_>) -> String {
    let is_external = |table: &Table<'_>| table.data.external;
    let mut made: BTreeSet<TableId> =
        document.schema.tables().filter(is_external).map(|table| table.id).collect();
    let mut inline: BTreeSet<(QualifiedName, String)> = BTreeSet::new();
    let mut parts: Vec<String> = Vec::new();
    for step in document.steps {
        let table = document.table_of(step);
        match (step.key.kind, table) {
            (Kind::Table, Some(table)) => {
                made.insert(table.id);
                let is_there = |key: &ForeignKeyData| {
                    made.contains(&key.referenced) && is_keyed(document.schema.table(key.referenced), key)
                };
                let written = table::write(document, table, &is_there);
                inline.extend(written.inline.into_iter().map(|name| (table.name().clone(), name)));
                let above = document.above(table).filter(|_| document.is_above(table));
                let above = above.map(|text| format!("-- {text}\n")).unwrap_or_default();
                parts.push(format!("{above}{}", written.text));
            }
            (Kind::ForeignKey, _) if inline.contains(&(step.key.name.clone(), step.key.part.clone())) => {}
            (Kind::Comment, _) if document.is_said_beside(step) => {}
            _ => parts.push(printed(step)),
        }
    }
    parts.extend(seeds(document.schema));
    join(parts)
}

/// Tells whether a table has the key that a foreign key refers to from its beginning, and not by an index behind it.
fn is_keyed(table: Table<'_>, key: &ForeignKeyData) -> bool {
    let wanted: BTreeSet<_> = key.referenced_columns.iter().collect();
    let keys = table.primary_key().into_iter().chain(&table.data.uniques);
    table.data.external
        || keys.into_iter().any(|known| known.columns.iter().collect::<BTreeSet<_>>() == wanted)
}

/// Writes a schema as DBML, and what DBML does not say as SQL to stand beside it.
pub fn dbml(document: &Document<'_>, split: &Split) -> (String, Option<String>) {
    let text = dbml::document(&split.part).text;
    let mut parts: Vec<String> = split.rest.iter().map(printed).collect();
    for table in document.schema.own_tables() {
        parts.extend(table::drawn(table));
    }
    parts.extend(seeds(document.schema));
    (text, (!parts.is_empty()).then(|| join(parts)))
}

impl<'a> Document<'a> {
    /// Returns the schema's own table of which a step is a part.
    fn table_of(&self, step: &Step) -> Option<Table<'a>> {
        self.schema.find_table(&step.key.name).filter(|table| !table.data.external)
    }

    /// Tells whether a description stands behind its column, or above its table.
    fn is_said_beside(&self, step: &Step) -> bool {
        let Some(table) = self.table_of(step).filter(|_| !self.plainly.objects.contains(&step.key)) else {
            return false;
        };
        if table::is_written_by_steps(table) {
            return false;
        }
        match step.key.part.split_once(' ') {
            Some(("column", name)) => {
                let column = table.columns().find(|column| column.name() == name);
                column.is_some_and(|column| self.beside(column).is_some())
            }
            Some(("table", "")) => self.above(table).is_some(),
            _ => false,
        }
    }

    /// Returns the description of a column that is written behind it.
    fn beside(&self, column: crate::model::Column<'a>) -> Option<&'a str> {
        let text = column.data.comment.as_ref()?.value.as_str();
        (self.comments && is_line(text)).then_some(text)
    }

    /// Returns the description of a table that is written above it.
    fn above(&self, table: Table<'a>) -> Option<&'a str> {
        let text = table.data.comment.as_ref()?.value.as_str();
        ((self.comments || self.prose) && is_line(text)).then_some(text)
    }

    /// Tells whether the description of a table is written above it.
    fn is_above(&self, table: Table<'a>) -> bool {
        let key = |step: &&Step| {
            step.key.kind == Kind::Comment && step.key.name == *table.name() && step.key.part == "table "
        };
        self.steps.iter().find(key).is_some_and(|step| self.is_said_beside(step))
    }
}

/// Tells whether a text can stand on a line by itself.
fn is_line(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains(['\n', '\r'])
}

/// Prints the statements of a step.
fn printed(step: &Step) -> String {
    sql::script(&step.statements).trim_end().to_owned()
}

/// Writes rows that have to be there.
fn seeds(schema: &Schema) -> impl Iterator<Item = String> + '_ {
    let seed = |seed: &SeedData| {
        let table = schema.table(seed.table);
        let columns: Vec<String> =
            seed.columns.iter().map(|column| table.column(*column).data.name.value.to_string()).collect();
        let rows: Vec<String> =
            seed.rows.iter().map(|row| format!("    ({})", row.values.join(", "))).collect();
        let (name, columns) = (table.name(), columns.join(", "));
        format!("INSERT INTO {name} ({columns}) VALUES\n{};", rows.join(",\n"))
    };
    schema.seeds.iter().filter(|seed| !seed.rows.is_empty()).map(seed)
}

/// Joins statements: those of several lines with an empty line between them.
fn join(parts: Vec<String>) -> String {
    let mut text = String::new();
    let mut before = String::new();
    for part in parts {
        if !text.is_empty() && (before.contains('\n') || part.contains('\n')) {
            text.push('\n');
        }
        text.push_str(&part);
        text.push('\n');
        before = part;
    }
    text
}
