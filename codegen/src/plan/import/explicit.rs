//! What follows from rules, written out.

use crate::config::Config;
use crate::model::{
    CheckData, Fact, IndexData, IndexPart, PartKey, PgIdent, Schema, TableData, TableId, ValuesOrigin,
};
use crate::plan::ledger;
use crate::plan::migration::names::{self, Names, Part};
use crate::plan::migration::statement::{CommentOn, ConstraintBody};
use crate::plan::migration::{constraint, up};

/// Returns a schema that says by itself what it says under its configuration: the indexes, checks and descriptions that would be
/// made of it are in it. Constraints and indexes have names only where the tool would choose others.
pub fn explicit(schema: &Schema, config: &Config) -> Schema {
    let names = names::choose(schema, config);
    let mut made = schema.clone();
    for table in schema.own_tables() {
        let Some(data) = made.tables.get_mut(table.id.0) else { continue };
        indexes(schema, table.id, config, &names, data);
        checks(schema, table.id, config, &names, data);
        for (on, text, span) in up::table_comments(table, config, &names) {
            let CommentOn::Column(_, name) = on else { continue };
            if let Some(column) = data.columns.iter_mut().find(|column| column.name.value == name) {
                column.comment = Some(Fact::said(text, span));
            }
        }
        for column in &mut data.columns {
            column.prefix = None;
            column.values = column.values.take().filter(|values| values.origin == ValuesOrigin::Check);
        }
    }
    let literal = ledger::literal(config);
    name_all(&mut made, &names);
    let mut made = super::serial::fold(made, &literal);
    let given = names::choose(&made, &literal);
    forget_chosen(&mut made, &given, &literal);
    made
}

/// Adds the indexes that foreign keys would be given.
fn indexes(schema: &Schema, id: TableId, config: &Config, names: &Names, data: &mut TableData) {
    for (part, _) in up::table_indexes(schema.table(id), config, names) {
        let Part::ForeignKeyIndex(at) = part else { continue };
        let Some(key) = data.foreign_keys.get(at) else { continue };
        let part_of = |column| IndexPart { key: PartKey::Column(column), options: None };
        let index = IndexData {
            name: Some(Fact::said(names.get(id, part), key.span)),
            ..IndexData::new(key.columns.iter().copied().map(part_of).collect(), key.span)
        };
        data.indexes.push(index);
    }
}

/// Adds the checks that follow from what the documents list.
fn checks(schema: &Schema, id: TableId, config: &Config, names: &Names, data: &mut TableData) {
    let table = schema.table(id);
    let known: Vec<PgIdent> = (0..data.checks.len()).map(|at| names.get(id, Part::Check(at))).collect();
    for made in constraint::of_table(table, config, names) {
        let ConstraintBody::Check { expression, no_inherit } = made.body else { continue };
        if known.contains(&made.name) {
            continue;
        }
        let column = table.columns().find(|column| {
            [Part::Values(column.id), Part::Prefix(column.id)]
                .into_iter()
                .any(|part| names.get(id, part) == made.name)
        });
        let span = column.map_or_else(|| table.span(), |column| column.span());
        data.checks.push(CheckData {
            name: Some(Fact::said(made.name, span)),
            expression: Fact::said(expression, span),
            column: column.map(|column| column.id),
            no_inherit,
            not_valid: made.not_valid,
        });
    }
}

type Slot<'a> = (Part, &'a mut Option<Fact<PgIdent>>, crate::span::Span);

/// Returns every place of a table where a name can stand.
fn slots(data: &mut TableData) -> Vec<Slot<'_>> {
    let mut slots: Vec<Slot<'_>> = Vec::new();
    if let Some(key) = &mut data.primary_key {
        slots.push((Part::PrimaryKey, &mut key.name, key.span));
    }
    for (at, key) in data.uniques.iter_mut().enumerate() {
        slots.push((Part::Unique(at), &mut key.name, key.span));
    }
    for (at, check) in data.checks.iter_mut().enumerate() {
        slots.push((Part::Check(at), &mut check.name, check.expression.span));
    }
    for (at, exclusion) in data.exclusions.iter_mut().enumerate() {
        slots.push((Part::Exclusion(at), &mut exclusion.name, exclusion.definition.span));
    }
    for (at, key) in data.foreign_keys.iter_mut().enumerate() {
        slots.push((Part::ForeignKey(at), &mut key.name, key.span));
    }
    for (at, index) in data.indexes.iter_mut().enumerate() {
        slots.push((Part::Index(at), &mut index.name, index.span));
    }
    slots
}

/// Gives everything the name that was chosen for it.
fn name_all(schema: &mut Schema, names: &Names) {
    for (at, data) in schema.tables.iter_mut().enumerate().filter(|(_, data)| !data.external) {
        for (part, name, span) in slots(data) {
            if name.is_none() && names.has(TableId(at), part) {
                *name = Some(Fact::said(names.get(TableId(at), part), span));
            }
        }
    }
}

/// Takes names away that would be chosen again.
fn forget_chosen(schema: &mut Schema, given: &Names, config: &Config) {
    let with_names = schema.clone();
    for data in schema.tables.iter_mut().filter(|data| !data.external) {
        slots(data).into_iter().for_each(|(_, name, _)| *name = None);
    }
    // A name that is given back can take one that was chosen for something else.
    loop {
        let chosen = names::choose(schema, config);
        let mut differs = false;
        for (at, data) in schema.tables.iter_mut().enumerate().filter(|(_, data)| !data.external) {
            let id = TableId(at);
            for (part, name, span) in slots(data) {
                if name.is_none() && chosen.get(id, part) != given.get(id, part) {
                    *name = Some(Fact::said(given.get(id, part), span));
                    differs = true;
                }
            }
        }
        if !differs {
            break;
        }
    }
    // The place of a name that stays is where it was given.
    for (data, old) in schema.tables.iter_mut().zip(&with_names.tables) {
        let mut old = old.clone();
        for ((_, name, _), (_, known, _)) in slots(data).into_iter().zip(slots(&mut old)) {
            if name.is_some() {
                *name = known.take();
            }
        }
    }
}
