//! Entity-relationship diagrams: which tables, columns and relations are drawn, under which identifiers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Column, ForeignKey, PgType, Schema, Table, TableId};

/// Beyond this number of tables a diagram with columns is no longer read: the whole schema's leaves them out, and every
/// module has a diagram of its own.
pub const LARGE: usize = 15;

/// A diagram.
#[derive(Clone, Debug, Serialize)]
pub struct Diagram {
    /// Tables.
    pub entities: Vec<Entity>,
    /// Foreign keys.
    pub relations: Vec<Relation>,
    /// Whether a table of another system is among them.
    pub has_external: bool,
    /// Whether a table of another module is among them.
    pub has_neighbours: bool,
    /// What its lines and boxes mean, in sentences.
    pub legend: Vec<&'static str>,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct Entity {
    /// An identifier that needs no quotes: ASCII letters, digits and `_`, and no word of the language.
    pub id: String,
    /// What is shown, where it is not the identifier.
    pub label: Option<String>,
    /// How it is drawn.
    pub style: EntityStyle,
    /// Columns.
    pub attributes: Vec<Attribute>,
}

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum EntityStyle {
    /// A table of the schema.
    Own,
    /// A table of another system.
    External,
    /// A table of another module, without its columns.
    Neighbour,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct Attribute {
    /// Its type: ASCII letters, digits, `_`, `[]` and `()`.
    pub ty: String,
    /// Its name, made of the same letters.
    pub name: String,
    /// `PK`, `FK`, `UK`.
    pub markers: Vec<&'static str>,
    /// Its real name, where that could not be written.
    pub comment: Option<String>,
}

/// A foreign key, drawn from the referenced to the referencing table.
#[derive(Clone, Debug, Serialize)]
pub struct Relation {
    /// The referenced table.
    pub referenced: String,
    /// Whether a row may reference nothing.
    pub optional: bool,
    /// The referencing table.
    pub referencing: String,
    /// Whether one row at most references each row.
    pub one_to_one: bool,
    /// Whether a constraint holds it.
    pub enforced: bool,
    /// The referencing columns.
    pub label: String,
}

/// Returns the diagram of every table with its columns.
pub fn whole(schema: &Schema) -> Diagram {
    diagram(schema, &schema.tables().map(|table| (table.id, true)).collect::<Vec<_>>())
}

/// Returns the diagram of every table without columns.
pub fn overview(schema: &Schema) -> Diagram {
    let mut diagram = diagram(schema, &schema.tables().map(|table| (table.id, true)).collect::<Vec<_>>());
    for entity in &mut diagram.entities {
        entity.attributes.clear();
    }
    diagram
}

/// Returns the diagram of some tables with their columns, and of their neighbours without.
pub fn of_tables(schema: &Schema, tables: &[TableId]) -> Diagram {
    let inside: BTreeSet<TableId> = tables.iter().copied().collect();
    let mut neighbours = BTreeSet::new();
    for key in schema.tables().flat_map(Table::foreign_keys) {
        for (near, far) in [(key.table.id, key.data.referenced), (key.data.referenced, key.table.id)] {
            if inside.contains(&near) && !inside.contains(&far) {
                neighbours.insert(far);
            }
        }
    }
    let own = tables.iter().map(|id| (*id, true));
    diagram(schema, &own.chain(neighbours.into_iter().map(|id| (id, false))).collect::<Vec<_>>())
}

/// Draws tables; those marked `false` are neighbours, of which only the relations to the others matter.
fn diagram(schema: &Schema, tables: &[(TableId, bool)]) -> Diagram {
    let ids = identifiers(schema);
    let id = |table: TableId| ids.get(&table).cloned().unwrap_or_default();
    let drawn: BTreeMap<TableId, bool> = tables.iter().copied().collect();
    let inside = |table: TableId| drawn.get(&table).copied();
    let entities: Vec<Entity> =
        tables.iter().map(|(table, inside)| entity(schema.table(*table), id(*table), *inside)).collect();
    let relations: Vec<Relation> = schema
        .tables()
        .flat_map(Table::foreign_keys)
        .filter(|key| match (inside(key.table.id), inside(key.data.referenced)) {
            (Some(from), Some(to)) => from || to,
            _ => false,
        })
        .map(|key| relation(key, id(key.data.referenced), id(key.table.id)))
        .collect();
    let has = |style: EntityStyle| entities.iter().any(|entity| entity.style == style);
    let (has_external, has_neighbours) = (has(EntityStyle::External), has(EntityStyle::Neighbour));
    let has_unenforced = relations.iter().any(|relation| !relation.enforced);
    let legend = [
        (has_external, "Dashed tables belong to another system."),
        (has_neighbours, "Tables without columns belong to other modules."),
        (has_unenforced, "Dotted lines are relations that no constraint holds."),
    ];
    let legend = legend.into_iter().filter(|(holds, _)| *holds).map(|(_, sentence)| sentence).collect();
    Diagram { entities, relations, has_external, has_neighbours, legend }
}

fn entity(table: Table<'_>, id: String, inside: bool) -> Entity {
    let name = table.name().plain();
    let style = match (table.data.external, inside) {
        (true, _) => EntityStyle::External,
        (false, true) => EntityStyle::Own,
        (false, false) => EntityStyle::Neighbour,
    };
    let label = match style {
        EntityStyle::External => Some(format!("{name} (external)")),
        EntityStyle::Own | EntityStyle::Neighbour => (name != id).then_some(name),
    };
    let mut taken = BTreeSet::new();
    let columns = table.columns().filter(|_| inside);
    Entity { id, label, style, attributes: columns.map(|column| attribute(column, &mut taken)).collect() }
}

fn attribute(column: Column<'_>, taken: &mut BTreeSet<String>) -> Attribute {
    let markers = [
        (column.in_primary_key(), "PK"),
        (column.foreign_keys().next().is_some(), "FK"),
        (column.is_unique(), "UK"),
    ];
    let name = unique(word(column.name(), "column", MARKERS), taken);
    Attribute {
        ty: type_word(column.ty()),
        markers: markers.into_iter().filter(|(holds, _)| *holds).map(|(_, marker)| marker).collect(),
        comment: (name != column.name()).then(|| column.name().to_owned()),
        name,
    }
}

fn relation(key: ForeignKey<'_>, referenced: String, referencing: String) -> Relation {
    let columns: Vec<&str> = key.columns().map(Column::name).collect();
    Relation {
        referenced,
        optional: key.is_optional(),
        referencing,
        one_to_one: key.is_one_to_one(),
        enforced: key.data.enforced,
        label: columns.join(", "),
    }
}

/// Gives every table an identifier, the same in every diagram of the schema.
fn identifiers(schema: &Schema) -> BTreeMap<TableId, String> {
    let mut taken = BTreeSet::new();
    // A name that can stand as it is keeps itself, whichever table comes first.
    let plain = |table: &Table<'_>| word(&table.name().plain(), "table", RESERVED) == table.name().plain();
    let (own, other): (Vec<_>, Vec<_>) = schema.tables().partition(plain);
    own.into_iter()
        .chain(other)
        .map(|table| (table.id, unique(word(&table.name().plain(), "table", RESERVED), &mut taken)))
        .collect()
}

/// Words of Mermaid's grammar that an entity cannot be called, in any case.
const RESERVED: &[&str] = &[
    "accdescr",
    "acctitle",
    "class",
    "classdef",
    "default",
    "direction",
    "end",
    "erdiagram",
    "many",
    "one",
    "only",
    "optionally",
    "style",
    "subgraph",
    "title",
    "to",
    "u",
    "zero",
];

/// Words that a column or type cannot be called.
const MARKERS: &[&str] = &["fk", "pk", "uk"];

/// Returns a name as a word of Mermaid's grammar: other letters than ASCII's give `_`, and `fallback` stands where none is left.
fn word(name: &str, fallback: &str, reserved: &[&str]) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let bare = parts.collect::<Vec<_>>().join("_");
    if bare.is_empty() {
        return fallback.to_owned();
    }
    let word = if plain { name.to_owned() } else { bare.clone() };
    let starts = word.starts_with(|c: char| c.is_ascii_alphabetic());
    let free = reserved.binary_search(&word.to_lowercase().as_str()).is_err();
    match (starts, free) {
        (true, true) => word,
        (true, false) => format!("{word}_"),
        (false, _) => format!("{fallback}_{bare}"),
    }
}

/// Numbers a word that is already taken.
fn unique(word: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|count: usize| format!("{word}_{count}"));
    let free = std::iter::once(word.clone()).chain(numbered).find(|word| !taken.contains(word));
    let word = free.unwrap_or(word);
    taken.insert(word.clone());
    word
}

/// Returns a type as Mermaid takes it: one word, with a single argument at most.
fn type_word(ty: &PgType) -> String {
    let text = ty.to_string();
    let (base, array) = match text.find("[]") {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default()),
        None => (text.as_str(), ""),
    };
    let (head, argument) = match base.split_once('(') {
        Some((head, rest)) => (head, rest.strip_suffix(')').filter(|rest| is_number(rest))),
        None => (base, None),
    };
    let argument = argument.map(|number| format!("({number})")).unwrap_or_default();
    format!("{}{argument}{array}", word(head.trim(), "type", MARKERS))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        assert!(RESERVED.is_sorted());
        let check = |name: &str, expected: &str| assert_eq!(word(name, "table", RESERVED), expected);
        check("team_members", "team_members");
        check("auth.users", "auth_users");
        check("Order Status", "Order_Status");
        check("2fa", "table_2fa");
        check("_private", "table_private");
        check("користувачі", "table");
        check("Style", "Style_");
        check("", "table");
    }

    #[test]
    fn taken_words_are_numbered() {
        let mut taken = BTreeSet::new();
        let given = ["a", "a", "a_2", "a"].map(|w| unique(w.to_owned(), &mut taken));
        assert_eq!(given, ["a", "a_2", "a_2_2", "a_3"]);
    }

    #[test]
    fn types_become_words() {
        let check = |ty: &str, expected: &str| assert_eq!(type_word(&PgType::parse(ty)), expected);
        check("varchar(255)", "varchar(255)");
        check("numeric(10, 2)", "numeric");
        check("text[]", "text[]");
        check("varchar(3)[][]", "varchar(3)[][]");
        check("double precision", "double_precision");
        check("timestamp(3)", "timestamp(3)");
        check("vector(1536)", "vector(1536)");
        check("enum('a', 'b')", "enum");
        check("core.\"Order Status\"", "core_Order_Status");
    }
}
