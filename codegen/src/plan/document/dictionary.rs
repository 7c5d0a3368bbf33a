//! The data dictionary: what stands under each table's heading.

use serde::Serialize;

use super::Cx;
use super::diagram::{self, Diagram};
use super::place::Link;
use super::security::{self, Security};
use crate::config::RollbackPolicy;
use crate::model::{
    CheckData, Column, ColumnId, Fact, ForeignKey, Index, KeyData, ModuleId, PartKey, Schema, Table, TableId,
    ValuesOrigin,
};
use crate::source::decl::{RefAction, Timing};

/// Tables that stand under one heading, by id.
#[derive(Clone, Debug)]
pub struct Group {
    /// The module; none for tables without one.
    pub module: Option<ModuleId>,
    /// The heading; none where the schema has no modules.
    pub title: Option<String>,
    /// Its tables, in document order.
    pub tables: Vec<TableId>,
}

/// Returns the groups in the order of modules, tables without a module last.
pub fn groups(schema: &Schema) -> Vec<Group> {
    let of = |module: Option<ModuleId>| -> Vec<TableId> {
        schema.tables().filter(|table| table.data.module == module).map(|table| table.id).collect()
    };
    let modules = schema.modules.iter().enumerate().map(|(at, data)| Group {
        module: Some(ModuleId(at)),
        title: Some(data.name.value.clone()),
        tables: of(Some(ModuleId(at))),
    });
    let mut groups: Vec<Group> = modules.filter(|group| !group.tables.is_empty()).collect();
    let rest = of(None);
    if !rest.is_empty() {
        let title = (!groups.is_empty()).then(|| "Other tables".to_owned());
        groups.push(Group { module: None, title, tables: rest });
    }
    groups
}

/// Tables that stand under one heading.
#[derive(Clone, Debug, Serialize)]
pub struct TableGroup {
    /// The heading.
    pub title: Option<String>,
    /// Description.
    pub comment: Option<String>,
    /// The diagram of these tables and their neighbours, where the whole schema's leaves columns out.
    pub diagram: Option<Diagram>,
    /// The tables.
    pub tables: Vec<TableEntry>,
    /// Who may do what with their rows.
    pub security: Option<Security>,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// The name that it had before.
    pub was: Option<String>,
    /// Whether another system owns it.
    pub external: bool,
    /// Description.
    pub comment: Option<String>,
    /// Where it was said.
    pub places: Vec<Link>,
    /// Columns.
    pub columns: Vec<ColumnEntry>,
    /// Keys, checks and exclusions beyond those of a single column's cell.
    pub constraints: Vec<Constraint>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKeyEntry>,
    /// Indexes that the document asks for.
    pub indexes: Vec<IndexEntry>,
    /// Foreign keys that reference it.
    pub referenced_by: Vec<Reference>,
    /// What stands behind the column list, and changes that the model does not hold.
    pub carried: Vec<String>,
    /// Whether a migration that made it may be rolled back; none where it may anywhere.
    pub rollback: Option<Rollback>,
}

/// A text, and the footnote that tells by which rule it was inferred.
#[derive(Clone, Debug, Serialize)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Number of the footnote; none for what the document says.
    pub footnote: Option<usize>,
}

/// A column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnEntry {
    /// Its name.
    pub name: String,
    /// The name that it had before.
    pub was: Option<String>,
    /// Its type.
    pub ty: Marked,
    /// The enumerated type that it is of.
    pub enumeration: Option<Link>,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// The footnote of its NOT NULL, where that was inferred.
    pub null_footnote: Option<usize>,
    /// Default as SQL.
    pub default: Option<Marked>,
    /// Whether it belongs to the primary key.
    pub primary: bool,
    /// Whether it is unique for itself.
    pub unique: bool,
    /// What it references.
    pub references: Vec<Reference>,
    /// Generation: identity or an expression, in words.
    pub generated: Option<String>,
    /// Collation as SQL.
    pub collation: Option<String>,
    /// The values that it may hold.
    pub values: Option<Values>,
    /// The ID prefix.
    pub prefix: Option<Marked>,
    /// Description.
    pub comment: Option<Marked>,
}

/// The values that a column may hold.
#[derive(Clone, Debug, Serialize)]
pub struct Values {
    /// The values.
    pub values: Vec<String>,
    /// Who holds the column to them.
    pub held_by: &'static str,
    /// The footnote, where they were inferred.
    pub footnote: Option<usize>,
}

/// Columns of a linked table.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// The table.
    pub table: Link,
    /// The columns.
    pub columns: Vec<String>,
    /// Whether a constraint is made of it.
    pub enforced: bool,
}

/// A constraint other than a foreign key.
#[derive(Clone, Debug, Serialize)]
pub struct Constraint {
    /// What it is: `Primary key`, `Unique`, `Check`, `Exclusion`.
    pub kind: &'static str,
    /// Its name.
    pub name: Option<String>,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its text as SQL.
    pub sql: Option<String>,
    /// What else it says, as SQL.
    pub options: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, Serialize)]
pub struct ForeignKeyEntry {
    /// Its name.
    pub name: Option<String>,
    /// Referencing columns.
    pub columns: Vec<String>,
    /// What it references.
    pub target: Reference,
    /// What else it says, as SQL.
    pub options: Vec<String>,
    /// What the document says of it.
    pub comment: Option<String>,
}

/// An index.
#[derive(Clone, Debug, Serialize)]
pub struct IndexEntry {
    /// Its name.
    pub name: Option<String>,
    /// Key parts as SQL.
    pub parts: Vec<String>,
    /// What else it says, as SQL.
    pub options: Vec<String>,
    /// Description.
    pub comment: Option<String>,
}

/// Whether a migration may be rolled back.
#[derive(Clone, Debug, Serialize)]
pub struct Rollback {
    /// In words.
    pub policy: &'static str,
    /// Why.
    pub reason: Option<String>,
}

/// The rules by which facts were inferred, in the order of first use.
#[derive(Clone, Debug, Default)]
pub struct Footnotes {
    rules: Vec<String>,
}

impl Footnotes {
    /// Returns the number of a fact's footnote; none for what the document says.
    pub fn of<T>(&mut self, fact: &Fact<T>) -> Option<usize> {
        let rule = fact.rule()?;
        let at = self.rules.iter().position(|known| known == rule).unwrap_or_else(|| {
            self.rules.push(rule.to_owned());
            self.rules.len() - 1
        });
        Some(at + 1)
    }

    fn mark<T>(&mut self, fact: &Fact<T>, text: impl Into<String>) -> Marked {
        Marked { text: text.into(), footnote: self.of(fact) }
    }

    /// Returns the rules, the one numbered 1 first.
    pub fn into_rules(self) -> Vec<String> {
        self.rules
    }
}

/// Decides what stands under each group's heading.
pub(crate) fn plan(cx: &Cx<'_>, groups: &[Group], large: bool, notes: &mut Footnotes) -> Vec<TableGroup> {
    let group = |group: &Group| {
        let module = group.module.and_then(|id| cx.schema.modules.get(id.0));
        TableGroup {
            title: group.title.clone(),
            comment: module.and_then(|module| module.comment.as_ref()).map(|comment| comment.value.clone()),
            diagram: large.then(|| diagram::of_tables(cx.schema, &group.tables)),
            tables: group.tables.iter().map(|id| table(cx, cx.schema.table(*id), notes)).collect(),
            security: security::plan(cx, &group.tables),
        }
    };
    groups.iter().map(group).collect()
}

fn table(cx: &Cx<'_>, table: Table<'_>, notes: &mut Footnotes) -> TableEntry {
    let data = table.data;
    let name = &data.name;
    TableEntry {
        name: table.name().plain(),
        was: data.was.as_ref().map(|was| was.value.plain()),
        external: data.external,
        comment: data.comment.as_ref().map(|comment| comment.value.clone()),
        places: cx.places.links(name.span, name.also()),
        columns: table.columns().map(|c| column(cx, c, notes)).collect(),
        constraints: constraints(table),
        foreign_keys: table.foreign_keys().map(|key| foreign_key(cx, key)).collect(),
        indexes: table.indexes().map(index).collect(),
        referenced_by: table.referenced_by().map(|key| referencing(cx, key)).collect(),
        carried: data.tail.iter().chain(&data.alterations).map(|sql| sql.node.clone()).collect(),
        rollback: rollback(cx, table),
    }
}

fn column(cx: &Cx<'_>, column: Column<'_>, notes: &mut Footnotes) -> ColumnEntry {
    let data = column.data;
    let generated = match (&data.identity, &data.generated) {
        (Some(identity), _) if identity.value.always => Some("GENERATED ALWAYS AS IDENTITY".to_owned()),
        (Some(_), _) => Some("GENERATED BY DEFAULT AS IDENTITY".to_owned()),
        (None, Some(generated)) => {
            let kind = if generated.value.stored { "STORED" } else { "VIRTUAL" };
            Some(format!("GENERATED ALWAYS AS ({}) {kind}", generated.value.expression))
        }
        (None, None) => None,
    };
    ColumnEntry {
        name: column.name().to_owned(),
        was: data.was.as_ref().map(|was| was.value.as_str().to_owned()),
        ty: notes.mark(&data.ty, column.ty().to_string()),
        enumeration: cx.schema.enum_of(column.ty()).map(|data| cx.anchors.enumeration(data)),
        nullable: column.is_nullable(),
        null_footnote: data.not_null.as_ref().and_then(|fact| notes.of(fact)),
        default: data.default.as_ref().map(|fact| notes.mark(fact, fact.value.sql.clone())),
        primary: column.in_primary_key(),
        unique: column.is_unique(),
        references: column.foreign_keys().map(|key| referenced_from(cx, column, key)).collect(),
        generated,
        collation: data.collation.as_ref().map(|fact| fact.value.clone()),
        values: data.values.as_ref().map(|values| Values {
            values: values.values.value.clone(),
            held_by: held_by(values.origin),
            footnote: notes.of(&values.values),
        }),
        prefix: data.prefix.as_ref().map(|fact| notes.mark(fact, fact.value.clone())),
        comment: data.comment.as_ref().map(|fact| notes.mark(fact, fact.value.clone())),
    }
}

/// Tells who holds a column to its values.
pub(crate) fn held_by(origin: ValuesOrigin) -> &'static str {
    match origin {
        ValuesOrigin::Check => "held by a CHECK of the document",
        ValuesOrigin::DocumentedChecked => "listed in words; a generated CHECK holds them",
        ValuesOrigin::Documented => "listed in words; nothing enforces them",
    }
}

/// Returns the referenced table with the column that stands opposite `column`.
fn referenced_from(cx: &Cx<'_>, column: Column<'_>, key: ForeignKey<'_>) -> Reference {
    let opposite = key.columns().zip(key.referenced_columns()).find(|(own, _)| own.id == column.id);
    Reference {
        table: cx.anchors.table(key.referenced()),
        columns: opposite.map(|(_, other)| other.name().to_owned()).into_iter().collect(),
        enforced: key.data.enforced,
    }
}

fn referencing(cx: &Cx<'_>, key: ForeignKey<'_>) -> Reference {
    Reference {
        table: cx.anchors.table(key.table),
        columns: key.columns().map(|column| column.name().to_owned()).collect(),
        enforced: key.data.enforced,
    }
}

fn constraints(table: Table<'_>) -> Vec<Constraint> {
    // What a single column's cell already says is not said again.
    let more = |constraint: &Constraint| {
        constraint.columns.len() > 1 || constraint.name.is_some() || !constraint.options.is_empty()
    };
    let primary = table.primary_key().map(|data| key(table, "Primary key", data)).filter(more);
    let uniques = table.data.uniques.iter().map(|data| key(table, "Unique", data)).filter(more);
    let checks = table.checks().iter().map(check);
    let exclusions = table.data.exclusions.iter().map(|data| Constraint {
        kind: "Exclusion",
        name: data.name.as_ref().map(|name| name.value.as_str().to_owned()),
        columns: Vec::new(),
        sql: Some(data.definition.node.clone()),
        options: timing(data.timing).into_iter().map(str::to_owned).collect(),
    });
    primary.into_iter().chain(uniques).chain(checks).chain(exclusions).collect()
}

fn key(table: Table<'_>, kind: &'static str, data: &KeyData) -> Constraint {
    let nulls = data.nulls_not_distinct.then(|| "NULLS NOT DISTINCT".to_owned());
    Constraint {
        kind,
        name: data.name.as_ref().map(|name| name.value.as_str().to_owned()),
        columns: names(table, &data.columns),
        sql: None,
        options: nulls
            .into_iter()
            .chain(include(table, &data.include))
            .chain(timing(data.timing).map(str::to_owned))
            .collect(),
    }
}

fn check(data: &CheckData) -> Constraint {
    let flags = [(data.no_inherit, "NO INHERIT"), (data.not_valid, "NOT VALID")];
    Constraint {
        kind: "Check",
        name: data.name.as_ref().map(|name| name.value.as_str().to_owned()),
        columns: Vec::new(),
        sql: Some(data.expression.value.clone()),
        options: flags.into_iter().filter(|(flag, _)| *flag).map(|(_, sql)| sql.to_owned()).collect(),
    }
}

fn foreign_key(cx: &Cx<'_>, key: ForeignKey<'_>) -> ForeignKeyEntry {
    let data = key.data;
    let action = |event: &str, action: &Option<Fact<RefAction>>| {
        action.as_ref().map(|action| format!("ON {event} {}", action.value))
    };
    let options = [
        data.match_full.then(|| "MATCH FULL".to_owned()),
        action("DELETE", &data.on_delete),
        action("UPDATE", &data.on_update),
        timing(data.timing).map(str::to_owned),
        data.not_valid.then(|| "NOT VALID".to_owned()),
    ];
    ForeignKeyEntry {
        name: data.name.as_ref().map(|name| name.value.as_str().to_owned()),
        columns: key.columns().map(|column| column.name().to_owned()).collect(),
        target: Reference {
            table: cx.anchors.table(key.referenced()),
            columns: key.referenced_columns().map(|column| column.name().to_owned()).collect(),
            enforced: data.enforced,
        },
        options: options.into_iter().flatten().collect(),
        comment: data.comment.as_ref().map(|comment| comment.value.clone()),
    }
}

fn index(index: Index<'_>) -> IndexEntry {
    let data = index.data;
    let part = |key: &PartKey| match key {
        PartKey::Column(id) => index.table.column(*id).data.name.value.to_string(),
        PartKey::Expression(sql) => format!("({sql})"),
    };
    let options = [
        data.unique.then(|| "UNIQUE".to_owned()),
        data.method.as_ref().filter(|method| *method != "btree").map(|method| format!("USING {method}")),
        include(index.table, &data.include),
        data.nulls_not_distinct.then(|| "NULLS NOT DISTINCT".to_owned()),
        data.storage.clone(),
        data.predicate.as_ref().map(|predicate| format!("WHERE {predicate}")),
    ];
    IndexEntry {
        name: data.name.as_ref().map(|name| name.value.as_str().to_owned()),
        parts: data
            .parts
            .iter()
            .map(|p| p.options.as_ref().map_or_else(|| part(&p.key), |o| format!("{} {o}", part(&p.key))))
            .collect(),
        options: options.into_iter().flatten().collect(),
        comment: data.comment.as_ref().map(|comment| comment.value.clone()),
    }
}

fn include(table: Table<'_>, columns: &[ColumnId]) -> Option<String> {
    let names: Vec<String> = columns.iter().map(|id| table.column(*id).data.name.value.to_string()).collect();
    (!names.is_empty()).then(|| format!("INCLUDE ({})", names.join(", ")))
}

fn timing(timing: Timing) -> Option<&'static str> {
    match timing {
        Timing::NotDeferrable => None,
        Timing::InitiallyImmediate => Some("DEFERRABLE INITIALLY IMMEDIATE"),
        Timing::InitiallyDeferred => Some("DEFERRABLE INITIALLY DEFERRED"),
    }
}

/// Returns the strictest policy that is ruled for the table.
fn rollback(cx: &Cx<'_>, table: Table<'_>) -> Option<Rollback> {
    let name = table.name().plain();
    let rules = cx.schema.rollback_rules(cx.config, &name);
    // Of equal ones the first, which `max_by_key` would take last.
    let rule = rules.collect::<Vec<_>>().into_iter().rev().max_by_key(|rule| rule.policy.node)?;
    let policy = match rule.policy.node {
        RollbackPolicy::Free => return None,
        RollbackPolicy::StagingOnly => "only on staging",
        RollbackPolicy::Never => "never",
    };
    Some(Rollback { policy, reason: rule.reason.clone() })
}

/// Returns the names of columns.
pub(crate) fn names(table: Table<'_>, ids: &[ColumnId]) -> Vec<String> {
    table.column_names(ids).into_iter().map(str::to_owned).collect()
}
