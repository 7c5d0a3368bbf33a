//! Renamings of what is no table: schemas, enumerated types with their labels, and what carried statements make.

use super::texts;
use super::{before, followed, former};
use crate::model::token::{renamed_relation, replaced, tokens};
use crate::model::{Fact, PgIdent, PgType, QualifiedName, Schema, VerbatimData};
use crate::plan::migration::diff::carried::made;
use crate::plan::migration::diff::make::drop;
use crate::plan::migration::diff::object::{Body, Key, Kind, Object};
use crate::plan::migration::diff::{Step, Verb};
use crate::plan::migration::statement::Statement;
use crate::span::Span;

/// Tells whether a schema states former names of such things.
pub(super) fn states_any(schema: &Schema) -> bool {
    !schema.former_namespaces.is_empty()
        || schema.enums.iter().any(|it| it.was.is_some() || it.labels.iter().any(|label| label.was.is_some()))
        || schema.verbatim.iter().any(|it| it.was.is_some())
}

/// Gives the schemas of the old side the names that they have now, and returns the steps that do so.
pub(super) fn namespaces(old: &mut Schema, new: &Schema) -> Vec<Step> {
    let mut steps = Vec::new();
    for (name, was) in &new.former_namespaces {
        let is_there = old.namespaces.iter().any(|known| known.value == *name);
        let place = old.namespaces.iter_mut().find(|known| known.value == was.value && !is_there);
        let Some(known) = place else { continue };
        known.value = name.clone();
        texts::rename_schema(old, &was.value, name);
        let key = Key::new(Kind::Schema, &QualifiedName { schema: None, name: name.clone() }, "");
        let statement = format!("ALTER SCHEMA {} RENAME TO {name}", was.value);
        steps.push(super::step(key, was.value.as_str(), was.span, vec![statement]));
    }
    steps
}

/// Gives the enumerated types of the old side and their labels the names that they have now, and returns the steps that do so.
pub(super) fn enums(old: &mut Schema, new: &Schema) -> Vec<Step> {
    let mut steps = Vec::new();
    for data in &new.enums {
        let name = &data.name.value;
        if let Some(was) = &data.was
            && !old.enums.iter().any(|known| known.name.value == *name)
        {
            let names = followed(new, &was.value, name);
            let places =
                names.iter().find_map(|from| old.enums.iter_mut().position(|it| it.name.value == *from));
            let from = places.and_then(|at| old.enums.get_mut(at));
            if let Some(known) = from {
                let from = std::mem::replace(&mut known.name.value, name.clone());
                let (mut all, statements) = (Vec::new(), moves("TYPE", &from.to_string(), &from, name));
                enter(old, name, was.span, &mut all);
                all.push(super::step(Key::new(Kind::Enum, name, ""), &from.plain(), was.span, statements));
                steps.extend(all);
                let moved = [(from, name.clone())];
                texts::rename_relations(old, &moved);
                texts::rename_in_tables(old, &moved);
            }
        }
        let Some(known) = old.enums.iter_mut().find(|known| known.name.value == *name) else { continue };
        let mut renamed = Vec::new();
        for label in &data.labels {
            let Some(was) = &label.was else { continue };
            if known.labels.iter().any(|it| it.label.value == label.label.value) {
                continue;
            }
            if let Some(place) = known.labels.iter_mut().find(|it| it.label.value == was.value) {
                place.label.value.clone_from(&label.label.value);
                renamed.push((was.clone(), label.label.value.clone()));
            }
        }
        for (was, to) in renamed {
            let statement =
                format!("ALTER TYPE {name} RENAME VALUE {} TO {}", literal(&was.value), literal(&to));
            steps.push(super::step(Key::new(Kind::Enum, name, ""), &was.value, was.span, vec![statement]));
            rename_label(old, name, &was.value, &to);
        }
    }
    steps
}

/// Writes the defaults of the columns of a type with the new name of a label; what else names it is made anew, which says the same.
fn rename_label(schema: &mut Schema, ty: &QualifiedName, from: &str, to: &str) {
    let (from, to) = (literal(from), literal(to));
    for column in schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
        if !matches!(column.ty.value.element(), PgType::Enum(name) if name == ty) {
            continue;
        }
        if let Some(default) = &mut column.default {
            let sql = &mut default.value.sql;
            *sql = replaced(sql, |own, at| own.get(at).filter(|it| it.raw == from).map(|_| (1, to.clone())));
        }
    }
}

fn literal(text: &str) -> String {
    crate::model::ident::literal(text)
}

/// Gives what carried statements of the old side make the names that it has now, and returns the steps that do so.
pub(super) fn carried(old: &mut Schema, new: &Schema) -> Vec<Step> {
    let mut steps = Vec::new();
    for data in &new.verbatim {
        let Some(was) = &data.was else { continue };
        let Some(after) = made(data).map(|object| object.key) else { continue };
        let is_same_kind = |known: &VerbatimData| known.kind == data.kind;
        let mut found = None;
        for (at, known) in old.verbatim.iter().enumerate().filter(|(_, known)| is_same_kind(known)) {
            let Some(object) = made(known) else { continue };
            if object.key == after {
                found = None;
                break;
            }
            let is_meant = match is_part(after.kind) {
                true => object.key.name == after.name && object.key.part == was.value.name.as_str(),
                false => followed(new, &was.value, &after.name).contains(&object.key.name),
            };
            if is_meant && found.is_none() {
                found = Some((at, object));
            }
        }
        let Some((at, object)) = found else { continue };
        let Some((kind, name)) = dropped(&object) else { continue };
        let from = object.key.name.clone();
        let (to, mut all) = match is_part(after.kind) {
            true => {
                let to = PgIdent::new(after.part.clone());
                (None, vec![format!("ALTER {kind} {name} RENAME TO {to}")])
            }
            false => (Some(after.name.clone()), moves(&kind, &name, &from, &after.name)),
        };
        if let Some(to) = &to {
            enter(old, to, was.span, &mut steps);
        }
        if let Some(known) = old.verbatim.get_mut(at) {
            match &to {
                Some(to) => {
                    known.creates = Some(to.clone());
                    known.text.node = renamed_relation(&known.text.node, &from, to);
                    all.extend(follow_checks(&object, made(known).as_ref()));
                }
                None => known.text.node = with_name(&known.text.node, was.value.name.as_str(), &after.part),
            }
        }
        if let Some(to) = to {
            let moved = [(from, to)];
            texts::rename_relations(old, &moved);
            texts::rename_in_tables(old, &moved);
        }
        steps.push(super::step(after, &was.value.plain(), was.span, all));
    }
    steps
}

/// Returns what gives the checks of a renamed domain that nobody named the names that they would have been given.
fn follow_checks(before: &Object, after: Option<&Object>) -> Vec<String> {
    let (Body::Domain(old), Some(Body::Domain(new))) = (&before.body, after.map(|it| &it.body)) else {
        return Vec::new();
    };
    let name = after.map_or(&before.key.name, |it| &it.key.name);
    let names = old.check_names().zip(new.check_names()).filter(|(from, to)| from != to);
    names.map(|(from, to)| format!("ALTER DOMAIN {name} RENAME CONSTRAINT {from} TO {to}")).collect()
}

/// Tells whether things of a kind have names within their tables alone.
fn is_part(kind: Kind) -> bool {
    matches!(kind, Kind::Policy | Kind::Trigger | Kind::Rule)
}

/// Writes a statement with another name for the first that it gives.
fn with_name(text: &str, from: &str, to: &str) -> String {
    let first = tokens(text).iter().position(|token| token.is_name() && token.value == from);
    replaced(text, |_, at| (Some(at) == first).then(|| (1, PgIdent::new(to).to_string())))
}

/// Returns of which kind an object is and what names it, as `ALTER … RENAME TO` has them; none where PostgreSQL renames none of
/// its kind.
fn dropped(object: &Object) -> Option<(String, String)> {
    const KINDS: &[&str] = &[
        "AGGREGATE",
        "COLLATION",
        "CONVERSION",
        "DOMAIN",
        "EVENT TRIGGER",
        "FOREIGN DATA WRAPPER",
        "FOREIGN TABLE",
        "FUNCTION",
        "MATERIALIZED VIEW",
        "OPERATOR CLASS",
        "OPERATOR FAMILY",
        "POLICY",
        "PROCEDURE",
        "PUBLICATION",
        "RULE",
        "SEQUENCE",
        "SERVER",
        "STATISTICS",
        "TEXT SEARCH CONFIGURATION",
        "TEXT SEARCH DICTIONARY",
        "TEXT SEARCH PARSER",
        "TEXT SEARCH TEMPLATE",
        "TRIGGER",
        "TYPE",
        "VIEW",
    ];
    let Statement::Verbatim { text, .. } = drop(object)?.into_iter().next()? else { return None };
    let rest = text.strip_prefix("DROP ")?;
    let kind =
        KINDS.iter().find(|kind| rest.strip_prefix(**kind).is_some_and(|rest| rest.starts_with(' ')))?;
    let name = rest.get(kind.len()..)?.trim_start();
    Some(((*kind).to_owned(), name.strip_prefix("IF EXISTS ").unwrap_or(name).to_owned()))
}

/// Returns what renames something and moves it to its schema; `name` is what names it, with the types of a function's arguments.
fn moves(kind: &str, name: &str, from: &QualifiedName, to: &QualifiedName) -> Vec<String> {
    let mut statements = Vec::new();
    if from.name != to.name {
        statements.push(format!("ALTER {kind} {name} RENAME TO {}", to.name));
    }
    if from.schema != to.schema {
        let moved = QualifiedName { schema: from.schema.clone(), name: to.name.clone() };
        let arguments = name.strip_prefix(&from.to_string()).unwrap_or_default();
        let schema = to.schema.as_ref().map_or_else(|| "public".to_owned(), ToString::to_string);
        statements.push(format!("ALTER {kind} {moved}{arguments} SET SCHEMA {schema}"));
    }
    statements
}

/// Makes the schema that something moves to, where the old side has none of that name.
pub(super) fn enter(old: &mut Schema, to: &QualifiedName, span: Span, steps: &mut Vec<Step>) {
    let Some(name) = &to.schema else { return };
    if old.namespaces.iter().any(|known| known.value == *name) {
        return;
    }
    old.namespaces.push(Fact::said(name.clone(), span));
    let key = Key::new(Kind::Schema, &QualifiedName { schema: None, name: name.clone() }, "");
    let mut step = super::step(key, "", span, Vec::new());
    step.verb = Verb::Create;
    step.hazards.clear();
    step.statements = vec![Statement::CreateSchema(name.clone())];
    steps.push(step);
}

/// States on the old side what the new one states of such things, so that the way back renames too.
pub(super) fn state_back(back: &mut Schema, new: &Schema) {
    for (name, was) in &new.former_namespaces {
        if back.namespaces.iter().any(|known| known.value == was.value) {
            back.former_namespaces.push((was.value.clone(), Fact::said(name.clone(), was.span)));
        }
    }
    for data in &new.enums {
        let names = match &data.was {
            Some(was) => former(new, &was.value, &data.name.value),
            None => vec![before(new, &data.name.value)],
        };
        let Some(known) = back.enums.iter_mut().find(|known| names.contains(&known.name.value)) else {
            continue;
        };
        if let Some(was) = &data.was {
            known.was = Some(Fact::said(data.name.value.clone(), was.span));
        }
        for label in &data.labels {
            let Some(was) = &label.was else { continue };
            if let Some(known) = known.labels.iter_mut().find(|known| known.label.value == was.value) {
                known.was = Some(Fact::said(label.label.value.clone(), was.span));
            }
        }
    }
    for data in &new.verbatim {
        let Some(was) = &data.was else { continue };
        let Some(after) = made(data).map(|object| object.key) else { continue };
        let names = former(new, &was.value, &after.name);
        for known in back.verbatim.iter_mut().filter(|known| known.kind == data.kind) {
            let Some(key) = made(known).map(|object| object.key) else { continue };
            let stated = match is_part(after.kind) {
                true => {
                    let is_meant =
                        before(new, &after.name) == key.name && key.part == was.value.name.as_str();
                    is_meant.then(|| QualifiedName { schema: None, name: PgIdent::new(after.part.clone()) })
                }
                false => names.contains(&key.name).then(|| after.name.clone()),
            };
            if let Some(name) = stated {
                known.was = Some(Fact::said(name, was.span));
                break;
            }
        }
    }
}
