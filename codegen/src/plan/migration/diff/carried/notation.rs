//! Needs that a query does not say by name: a function of a row that is read as a column of it (`person.full_name`), the primary key
//! of a table by which a query groups, a collation, a constraint to which an insert yields.

use std::collections::BTreeMap;

use super::operator::expressions;
use crate::model::grouping::leans_on_key;
use crate::model::token::{Cursor, tokens};
use crate::model::types::type_name;
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::statement::ConstraintBody;

/// Adds such functions and keys of the schema to the needs of what uses them.
pub(super) fn add_uses(objects: &mut [Object]) {
    let functions = row_functions(objects);
    let collations: Vec<Key> =
        objects.iter().filter(|it| it.key.kind == Kind::Collation).map(|it| it.key.clone()).collect();
    let groups = objects.iter().any(|object| object.says("group"));
    let yields = objects.iter().any(|object| object.says("conflict"));
    if functions.is_empty() && collations.is_empty() && !groups && !yields {
        return;
    }
    let mut named: BTreeMap<String, Vec<Key>> = BTreeMap::new();
    for object in objects.iter().filter(|it| it.key.kind == Kind::Constraint) {
        named.entry(object.key.part.clone()).or_default().push(object.key.clone());
    }
    let keys: BTreeMap<QualifiedName, (Key, Vec<PgIdent>)> = objects.iter().filter_map(primary_key).collect();
    for object in objects.iter_mut() {
        let mut found: Vec<Key> = Vec::new();
        if !functions.is_empty() {
            found.extend(read_as_columns(object, &functions));
        }
        if object.says("group") && object.is_taken_apart() {
            for text in expressions(object) {
                let named = object.needs.iter().filter_map(|need| match &need.on {
                    Target::Relation(name) => keys.get(name),
                    _ => None,
                });
                let leans = |columns: &[PgIdent]| {
                    leans_on_key(text, &columns.iter().map(PgIdent::as_str).collect::<Vec<_>>())
                };
                found.extend(named.filter(|(_, columns)| leans(columns)).map(|(key, _)| key.clone()));
            }
        }
        if !collations.is_empty() && !matches!(object.body, Body::Column(_)) {
            found.extend(collated(object, &collations));
        }
        if object.says("conflict") {
            found.extend(yielding_to(object, &named));
        }
        for key in found.into_iter().filter(|key| *key != object.key).collect::<Vec<_>>() {
            object.need(Target::Key(key), Strength::Hard);
        }
    }
}

/// Returns the functions of one argument of a named type, by their names.
fn row_functions(objects: &[Object]) -> BTreeMap<String, Vec<(Key, QualifiedName)>> {
    let mut found: BTreeMap<String, Vec<(Key, QualifiedName)>> = BTreeMap::new();
    let rows = |object: &&Object| {
        matches!(object.key.kind, Kind::Table | Kind::View | Kind::MaterializedView | Kind::Composite)
    };
    let rows: std::collections::BTreeSet<&QualifiedName> =
        objects.iter().filter(rows).map(|object| &object.key.name).collect();
    for object in objects {
        if let Body::Routine(routine) = &object.body {
            let argument = type_name(&routine.signature);
            if rows.contains(&argument) {
                let name = object.key.name.name.as_str().to_owned();
                found.entry(name).or_default().push((object.key.clone(), argument));
            }
        }
    }
    found
}

/// Returns the functions that an object reads as columns of what it names.
fn read_as_columns(object: &Object, functions: &BTreeMap<String, Vec<(Key, QualifiedName)>>) -> Vec<Key> {
    let mut found = Vec::new();
    for text in expressions(object).into_iter().filter(|text| text.contains('.')) {
        let own = tokens(text);
        for (at, pair) in own.windows(2).enumerate() {
            let [dot, name] = pair else { continue };
            if at == 0 || !dot.is(".") || !name.is_name() || own.get(at + 2).is_some_and(|next| next.is("("))
            {
                continue;
            }
            for (key, row) in functions.get(name.value.as_ref()).into_iter().flatten() {
                let names_row = object.key.name == *row
                    || object.needs.iter().any(|need| match &need.on {
                        Target::Relation(name) | Target::Any(name) => **name == *row,
                        Target::Key(key) => key.name == *row,
                        _ => false,
                    });
                if names_row {
                    found.push(key.clone());
                }
            }
        }
    }
    found
}

/// Returns the collations that an object names: `COLLATE name`.
fn collated(object: &Object, collations: &[Key]) -> Vec<Key> {
    let mut found = Vec::new();
    for text in expressions(object).into_iter().filter(|text| text.to_ascii_lowercase().contains("collate")) {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        while let Some(token) = cursor.next() {
            if token.is("collate")
                && let Some(name) = cursor.name()
            {
                found.extend(collations.iter().filter(|key| key.name == name).cloned());
            }
        }
    }
    found
}

/// Returns the constraints to which a statement yields: `ON CONFLICT ON CONSTRAINT name`.
fn yielding_to(object: &Object, named: &BTreeMap<String, Vec<Key>>) -> Vec<Key> {
    let mut found = Vec::new();
    for text in expressions(object) {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        while !cursor.is_done() {
            if !cursor.eat("on conflict on constraint") {
                cursor.next();
                continue;
            }
            let Some(name) = cursor.ident() else { continue };
            let is_of = |key: &&Key| {
                object.needs.iter().any(|need| match &need.on {
                    Target::Relation(table) | Target::Any(table) => **table == key.name,
                    _ => false,
                })
            };
            found.extend(named.get(name.as_str()).into_iter().flatten().filter(is_of).cloned());
        }
    }
    found
}

fn primary_key(object: &Object) -> Option<(QualifiedName, (Key, Vec<PgIdent>))> {
    let Body::Constraint(constraint) = &object.body else { return None };
    let ConstraintBody::PrimaryKey { columns, .. } = &constraint.body else { return None };
    Some((object.key.name.clone(), (object.key.clone(), columns.clone())))
}
