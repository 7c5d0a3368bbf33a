//! What makes an object, and what drops it.

use super::collect::add_column;
use super::object::{Body, CommentTarget, Key, Kind, Object};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::{ColumnDef, ConstraintDef, Statement, TableDef};

/// Makes a statement of its text.
pub(super) fn raw(text: impl Into<String>) -> Statement {
    Statement::Verbatim { text: text.into(), drop: None }
}

fn alter(key: &Key, action: String) -> Statement {
    Statement::AlterTable { table: key.name.clone(), action }
}

/// Returns the name by which a part of a table is a relation of its own.
pub(super) fn relation_name(key: &Key) -> QualifiedName {
    match key.kind {
        Kind::Index | Kind::Constraint => {
            QualifiedName { schema: key.name.schema.clone(), name: PgIdent::new(key.part.clone()) }
        }
        _ => key.name.clone(),
    }
}

/// What a table is made with: objects of their own, said in its statement.
#[derive(Debug, Default)]
pub(super) struct TableParts {
    pub(super) columns: Vec<ColumnDef>,
    pub(super) constraints: Vec<ConstraintDef>,
}

/// Returns what makes an object, a table with its parts.
pub(super) fn create(object: &Object, parts: TableParts) -> Vec<Statement> {
    let key = &object.key;
    let name = &key.name;
    match &object.body {
        Body::Schema => vec![Statement::CreateSchema(name.name.clone())],
        Body::Extension(None) => vec![Statement::CreateExtension(name.name.clone())],
        Body::Extension(Some(text)) => vec![raw(text)],
        Body::Enum(labels) => vec![Statement::CreateEnum { name: name.clone(), labels: labels.clone() }],
        Body::Domain(domain) => domain.create(name).into_iter().map(raw).collect(),
        Body::Composite(composite) => vec![raw(composite.create(name))],
        Body::Sequence(sequence) => vec![raw(sequence.create(name))],
        Body::Table(definition) => {
            let TableParts { columns, constraints } = parts;
            vec![Statement::CreateTable(TableDef { columns, constraints, ..definition.as_ref().clone() })]
        }
        Body::Column(column) if column.inherited => Vec::new(),
        Body::Column(column) => vec![add_column(name, &column.def)],
        Body::Default(sql) => {
            vec![alter(key, format!("ALTER COLUMN {} SET DEFAULT {sql}", PgIdent::new(key.part.clone())))]
        }
        Body::Constraint(constraint) => {
            let add =
                Statement::AddConstraint { table: name.clone(), constraint: constraint.as_ref().clone() };
            object.first().iter().cloned().chain([add]).collect()
        }
        Body::Index(index) => vec![Statement::CreateIndex(index.as_ref().clone())],
        Body::Routine(routine) => vec![raw(routine.text.clone())],
        Body::Carried { create, .. } => vec![raw(create)],
        Body::Setting { set, .. } => vec![raw(set)],
        Body::Comment(comment) => match &comment.on {
            CommentTarget::Known(on) => {
                vec![Statement::Comment { on: on.clone(), text: comment.text.clone() }]
            }
            CommentTarget::Carried(target) => {
                vec![raw(format!("COMMENT ON {target} IS {}", comment.text))]
            }
        },
        Body::Privileges(privileges) => privileges.said().into_iter().map(raw).collect(),
        Body::Grant { text, .. } | Body::Action(text) => vec![raw(text)],
    }
}

/// Returns what drops an object; none where that is not known.
pub(super) fn drop(object: &Object) -> Option<Vec<Statement>> {
    let key = &object.key;
    let name = &key.name;
    let part = PgIdent::new(key.part.clone());
    let of = |kind: &str| Some(vec![raw(format!("DROP {kind} {name}"))]);
    match &object.body {
        Body::Schema => of("SCHEMA"),
        Body::Extension(_) => of("EXTENSION"),
        Body::Enum(_) | Body::Composite(_) => of("TYPE"),
        Body::Domain(_) => of("DOMAIN"),
        Body::Sequence(_) => of("SEQUENCE"),
        Body::Table(_) => of("TABLE"),
        Body::Column(column) if column.inherited => Some(Vec::new()),
        Body::Column(_) => Some(vec![alter(key, format!("DROP COLUMN {part}"))]),
        Body::Default(_) => Some(vec![alter(key, format!("ALTER COLUMN {part} DROP DEFAULT"))]),
        Body::Constraint(_) => Some(vec![alter(key, format!("DROP CONSTRAINT {part}"))]),
        Body::Index(_) => Some(vec![raw(format!("DROP INDEX {}", relation_name(key)))]),
        Body::Routine(routine) => {
            let arguments = if routine.kind == "AGGREGATE" && routine.signature.is_empty() {
                "*"
            } else {
                &routine.signature
            };
            Some(vec![raw(format!("DROP {} {name}({arguments})", routine.kind))])
        }
        Body::Carried { drop, .. } => drop.as_ref().map(|drop| vec![raw(drop)]),
        Body::Setting { unset, .. } => {
            unset.as_ref().map(|unset| if unset.is_empty() { Vec::new() } else { vec![raw(unset)] })
        }
        Body::Comment(comment) => {
            let target = match &comment.on {
                CommentTarget::Known(on) => on.to_string(),
                CommentTarget::Carried(target) => target.clone(),
            };
            // An extension describes itself, in words that only its files say, and a dump says them too.
            if target.get(..10).is_some_and(|head| head.eq_ignore_ascii_case("extension ")) {
                return Some(Vec::new());
            }
            // PostgreSQL itself describes the schema that every database begins with.
            let is_public = crate::model::token::is_same(&target, "SCHEMA public");
            let text = if is_public { "'standard public schema'" } else { "NULL" };
            Some(vec![raw(format!("COMMENT ON {target} IS {text}"))])
        }
        Body::Privileges(privileges) => Some(privileges.undone().into_iter().map(raw).collect()),
        Body::Grant { revoke, .. } => {
            revoke.as_ref().map(|revoke| if revoke.is_empty() { Vec::new() } else { vec![raw(revoke)] })
        }
        // What was done once is not undone.
        Body::Action(_) => Some(Vec::new()),
    }
}
