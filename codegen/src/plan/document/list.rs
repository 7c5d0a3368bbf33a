//! Everything of a page that is a list beside the tables: values, prefixes, migrations, seeds, constants.

use serde::Serialize;

use super::Cx;
use super::dictionary::{Footnotes, Values, held_by, names};
use super::place::Link;
use crate::model::{
    ConstantSet, ConventionData, EnumData, Fact, InferredData, MigrationData, MigrationMember, NamedTable,
    PrefixData, Schema, SeedData, Table, VerbatimData,
};

/// An enumerated type.
#[derive(Clone, Debug, Serialize)]
pub struct EnumEntry {
    /// Its name.
    pub name: String,
    /// Description.
    pub comment: Option<String>,
    /// Where it was said.
    pub places: Vec<Link>,
    /// Its labels with their descriptions.
    pub labels: Vec<Described>,
    /// Whether a label has a description.
    pub described: bool,
    /// The columns of this type: the table and the column's name.
    pub used_by: Vec<ColumnLink>,
}

/// A value with its description.
#[derive(Clone, Debug, Serialize)]
pub struct Described {
    /// The value.
    pub value: String,
    /// Description.
    pub comment: Option<String>,
}

/// A column, through its table's heading.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnLink {
    /// The table.
    pub table: Link,
    /// The column's name.
    pub column: String,
}

/// A column whose values a check or the prose lists.
#[derive(Clone, Debug, Serialize)]
pub struct ValuesEntry {
    /// The column.
    pub column: ColumnLink,
    /// Its values.
    pub values: Values,
}

/// An ID prefix.
#[derive(Clone, Debug, Serialize)]
pub struct PrefixEntry {
    /// The prefix with its separator.
    pub prefix: String,
    /// The words that say what bears it.
    pub entity: String,
    /// The table whose key bears it.
    pub table: Option<Link>,
    /// Where it was said.
    pub place: Link,
}

/// A migration file.
#[derive(Clone, Debug, Serialize)]
pub struct MigrationEntry {
    /// Its name.
    pub file: String,
    /// Where it was said.
    pub places: Vec<Link>,
    /// What it holds.
    pub members: Vec<MemberEntry>,
}

/// One thing that a migration file holds.
#[derive(Clone, Debug, Serialize)]
pub struct MemberEntry {
    /// The document's words, where they are not a table's name.
    pub words: Option<String>,
    /// The tables that they mean.
    pub tables: Vec<Link>,
}

/// Rows of a table.
#[derive(Clone, Debug, Serialize)]
pub struct SeedEntry {
    /// The table.
    pub table: Link,
    /// Where the list stands.
    pub place: Link,
    /// The columns by which a row is known.
    pub key: Vec<String>,
    /// The columns that are filled.
    pub columns: Vec<String>,
    /// Rows of SQL literals, one per column.
    pub rows: Vec<Vec<String>>,
}

/// A set of constants.
#[derive(Clone, Debug, Serialize)]
pub struct ConstantsEntry {
    /// Its name.
    pub name: String,
    /// Where it was said.
    pub place: Link,
    /// Its values.
    pub items: Vec<Described>,
    /// Whether a value has a description.
    pub described: bool,
}

/// A convention that the documents state and that holds.
#[derive(Clone, Debug, Serialize)]
pub struct ConventionEntry {
    /// What it demands.
    pub kind: &'static str,
    /// The statement.
    pub text: String,
    /// How many tables it speaks of.
    pub tables: usize,
    /// Where it is stated.
    pub place: Link,
}

/// Something that follows from a rule.
#[derive(Clone, Debug, Serialize)]
pub struct InferredEntry {
    /// The table or column.
    pub object: String,
    /// What follows.
    pub what: String,
    /// The rule.
    pub rule: String,
    /// Where the rule is stated.
    pub place: Link,
}

/// A table that is named but not defined.
#[derive(Clone, Debug, Serialize)]
pub struct NamedEntry {
    /// The words that name it.
    pub name: String,
    /// The module.
    pub module: Option<String>,
    /// The file that makes it.
    pub file: Option<String>,
    /// Where it is named.
    pub place: Link,
}

/// A statement that is carried through as it stands.
#[derive(Clone, Debug, Serialize)]
pub struct VerbatimEntry {
    /// Its kind.
    pub kind: String,
    /// What it creates.
    pub creates: Option<String>,
    /// Where it stands.
    pub place: Link,
}

/// A free-standing note.
#[derive(Clone, Debug, Serialize)]
pub struct NoteEntry {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

pub(crate) fn enums(cx: &Cx<'_>) -> Vec<EnumEntry> {
    let entry = |data: &EnumData| EnumEntry {
        name: data.name.value.plain(),
        comment: data.comment.as_ref().map(|comment| comment.value.clone()),
        places: cx.places.links(data.name.span, data.name.also()),
        labels: data
            .labels
            .iter()
            .map(|label| Described {
                value: label.label.value.clone(),
                comment: label.comment.as_ref().map(|comment| comment.value.clone()),
            })
            .collect(),
        described: data.labels.iter().any(|label| label.comment.is_some()),
        used_by: cx
            .schema
            .tables()
            .flat_map(Table::columns)
            .filter(|column| {
                cx.schema.enum_of(column.ty()).is_some_and(|of| of.name.value == data.name.value)
            })
            .map(|column| ColumnLink {
                table: cx.anchors.table(column.table),
                column: column.name().to_owned(),
            })
            .collect(),
    };
    cx.schema.enums.iter().map(entry).collect()
}

pub(crate) fn values(cx: &Cx<'_>, notes: &mut Footnotes) -> Vec<ValuesEntry> {
    cx.schema
        .tables()
        .flat_map(Table::columns)
        .filter_map(|column| {
            let values = column.data.values.as_ref()?;
            Some(ValuesEntry {
                column: ColumnLink {
                    table: cx.anchors.table(column.table),
                    column: column.name().to_owned(),
                },
                values: Values {
                    values: values.values.value.clone(),
                    held_by: held_by(values.origin),
                    footnote: notes.of(&values.values),
                },
            })
        })
        .collect()
}

pub(crate) fn prefixes(cx: &Cx<'_>) -> Vec<PrefixEntry> {
    let entry = |data: &PrefixData| PrefixEntry {
        prefix: data.prefix.value.clone(),
        entity: data.entity.node.clone(),
        table: data.table.map(|id| cx.anchors.table(cx.schema.table(id))),
        place: cx.places.link(data.prefix.span),
    };
    cx.schema.prefixes.iter().map(entry).collect()
}

pub(crate) fn migrations(cx: &Cx<'_>) -> Vec<MigrationEntry> {
    let member = |member: &MigrationMember| {
        let tables: Vec<Link> =
            member.tables.iter().map(|id| cx.anchors.table(cx.schema.table(*id))).collect();
        let named = matches!(tables.as_slice(), [only] if only.text == member.words.node);
        MemberEntry { words: (!named).then(|| member.words.node.clone()), tables }
    };
    let entry = |data: &MigrationData| MigrationEntry {
        file: data.file.value.clone(),
        places: cx.places.links(data.file.span, data.file.also()),
        members: data.members.iter().map(member).collect(),
    };
    cx.schema.migrations.iter().map(entry).collect()
}

pub(crate) fn seeds(cx: &Cx<'_>) -> Vec<SeedEntry> {
    let entry = |data: &SeedData| {
        let table = cx.schema.table(data.table);
        SeedEntry {
            table: cx.anchors.table(table),
            place: cx.places.link(data.span),
            key: names(table, &data.key),
            columns: names(table, &data.columns),
            rows: data.rows.iter().map(|row| row.values.clone()).collect(),
        }
    };
    cx.schema.seeds.iter().map(entry).collect()
}

pub(crate) fn constants(cx: &Cx<'_>) -> Vec<ConstantsEntry> {
    let entry = |data: &ConstantSet| ConstantsEntry {
        name: data.name.value.clone(),
        place: cx.places.link(data.name.span),
        items: data
            .items
            .iter()
            .map(|item| Described { value: item.value.value.clone(), comment: item.comment.clone() })
            .collect(),
        described: data.items.iter().any(|item| item.comment.is_some()),
    };
    cx.schema.constants.iter().map(entry).collect()
}

pub(crate) fn named(cx: &Cx<'_>) -> Vec<NamedEntry> {
    let entry = |data: &NamedTable| NamedEntry {
        name: data.name.node.clone(),
        module: data
            .module
            .and_then(|id| cx.schema.modules.get(id.0))
            .map(|module| module.name.value.clone()),
        file: data.file.clone(),
        place: cx.places.link(data.name.span),
    };
    cx.schema.named.iter().map(entry).collect()
}

pub(crate) fn conventions(cx: &Cx<'_>) -> Vec<ConventionEntry> {
    let entry = |data: &ConventionData| ConventionEntry {
        kind: data.kind.as_str(),
        text: data.text.value.clone(),
        tables: data.tables.len(),
        place: cx.places.link(data.text.span),
    };
    cx.schema.conventions.iter().map(entry).collect()
}

pub(crate) fn inferred(cx: &Cx<'_>) -> Vec<InferredEntry> {
    let entry = |data: &InferredData| InferredEntry {
        object: data.object.clone(),
        what: data.what.clone(),
        rule: data.rule.clone(),
        place: cx.places.link(data.span),
    };
    cx.schema.inferred.iter().map(entry).collect()
}

pub(crate) fn verbatim(cx: &Cx<'_>) -> Vec<VerbatimEntry> {
    let entry = |data: &VerbatimData| VerbatimEntry {
        kind: data.kind.clone(),
        creates: data.creates.as_ref().map(|name| name.plain()),
        place: cx.places.link(data.text.span),
    };
    cx.schema.verbatim.iter().map(entry).collect()
}

pub(crate) fn notes(schema: &Schema) -> Vec<NoteEntry> {
    let entry =
        |(name, text): &(Fact<String>, String)| NoteEntry { name: name.value.clone(), text: text.clone() };
    schema.notes.iter().map(entry).collect()
}
