//! The names that are taken at some place of a script.

use std::collections::BTreeSet;

use super::name::is_counted;
use super::{identity, is_called, qualified};
use crate::model::default_name::sequence;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::source::decl::{AlterAction, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Ident};

/// What a name is one of: the names of relations and those of constraints are two sets in PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A table, sequence or index.
    Relation,
    /// A check or foreign key.
    Constraint,
    /// A constraint that has an index of its name.
    Key,
}

impl Sort {
    fn of(kind: &ConstraintKind) -> Self {
        match kind {
            ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => Self::Constraint,
            ConstraintKind::PrimaryKey { .. }
            | ConstraintKind::Unique { .. }
            | ConstraintKind::Exclude(_) => Self::Key,
        }
    }
}

/// Names that are taken.
#[derive(Debug, Default)]
pub(super) struct Taken {
    relations: BTreeSet<QualifiedName>,
    constraints: BTreeSet<QualifiedName>,
}

impl Taken {
    /// Takes a name where it is free; tells whether it was.
    pub(super) fn take(&mut self, sort: Sort, name: QualifiedName) -> bool {
        let is_free = (sort == Sort::Constraint || !self.relations.contains(&name))
            && (sort == Sort::Relation || !self.constraints.contains(&name));
        if is_free {
            self.add(sort, name);
        }
        is_free
    }

    pub(super) fn add(&mut self, sort: Sort, name: QualifiedName) {
        match sort {
            Sort::Relation => _ = self.relations.insert(name),
            Sort::Constraint => _ = self.constraints.insert(name),
            Sort::Key => {
                self.relations.insert(name.clone());
                self.constraints.insert(name);
            }
        }
    }

    /// Frees the name of a constraint, and of the index that it may have.
    pub(super) fn free(&mut self, name: &QualifiedName) {
        self.relations.remove(name);
        self.constraints.remove(name);
    }
}

/// Notes the names that a declaration takes, and frees those that what it drops has by what stands `before` it.
pub(super) fn note(decl: &Decl, before: &[Decl], taken: &mut Taken) {
    match decl {
        Decl::Table(table) => {
            let name = qualified(&table.name);
            for column in &table.columns {
                note_column(column, &name, taken);
            }
            for constraint in &table.constraints {
                note_constraint(constraint, &name, taken);
            }
            for own in table.indexes.iter().filter_map(|index| index.name.as_ref()) {
                taken.add(Sort::Relation, beside(&name, own));
            }
            taken.add(Sort::Relation, name);
        }
        Decl::AlterTable(alter) => {
            let name = qualified(&alter.table);
            for action in &alter.actions {
                match action {
                    AlterAction::AddColumn(column) => note_column(column, &name, taken),
                    AlterAction::AddConstraint(constraint) => note_constraint(constraint, &name, taken),
                    AlterAction::DropConstraint(own) => taken.free(&beside(&name, own)),
                    AlterAction::DropColumn(column) => {
                        let mut gone = Taken::default();
                        before.iter().for_each(|decl| over_column(decl, &name, &column.node, &mut gone));
                        taken.relations.retain(|name| !gone.relations.contains(name));
                        taken.constraints.retain(|name| !gone.constraints.contains(name));
                    }
                    _ => {}
                }
            }
        }
        Decl::Index(data) => {
            let table = qualified(&data.table);
            if let Some(own) = &data.index.name {
                taken.add(Sort::Relation, beside(&table, own));
            }
        }
        Decl::Verbatim(data) => {
            if let Some(made) = &data.creates {
                taken.add(Sort::Relation, qualified(made));
            }
        }
        _ => {}
    }
}

fn note_constraint(constraint: &ConstraintDecl, table: &QualifiedName, taken: &mut Taken) {
    let known = match &constraint.kind {
        ConstraintKind::Check(check) => check.name.as_ref(),
        ConstraintKind::ForeignKey(key) => key.name.as_ref(),
        _ => None,
    };
    for own in constraint.name.iter().chain(known) {
        taken.add(Sort::of(&constraint.kind), beside(table, own));
    }
}

/// Gathers the names of a column's own constraints and of those of its table over it, which go with it.
fn over_column(decl: &Decl, table: &QualifiedName, column: &str, gone: &mut Taken) {
    let is_over = |constraint: &ConstraintDecl| {
        let columns = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => columns,
            ConstraintKind::ForeignKey(key) => &key.columns,
            ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => return false,
        };
        columns.iter().any(|own| own.node == column)
    };
    match decl {
        Decl::Table(data) if is_called(&data.name, table) => {
            let constraints = data.constraints.iter().filter(|constraint| is_over(constraint));
            constraints.for_each(|constraint| note_constraint(constraint, table, gone));
            let own = data.columns.iter().filter(|own| own.name.node == column);
            own.for_each(|own| note_column(own, table, gone));
        }
        Decl::AlterTable(alter) if is_called(&alter.table, table) => {
            for action in &alter.actions {
                match action {
                    AlterAction::AddConstraint(data) if is_over(data) => note_constraint(data, table, gone),
                    AlterAction::AddColumn(own) if own.name.node == column => note_column(own, table, gone),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn note_column(column: &ColumnDecl, table: &QualifiedName, taken: &mut Taken) {
    let marks = [&column.primary_key, &column.unique].into_iter().flatten();
    for own in marks.filter_map(|mark| mark.name.as_deref()) {
        taken.add(Sort::Key, beside(table, own));
    }
    let checks = column.checks.iter().filter_map(|check| check.name.as_ref());
    let keys = column.references.iter().filter_map(|key| key.name.as_ref());
    for own in checks.chain(keys) {
        taken.add(Sort::Constraint, beside(table, own));
    }
    if is_counted(column) {
        taken.add(Sort::Relation, sequence(table, &column.name.node));
    }
    if column.identity.is_some() {
        let usual = || sequence(table, &column.name.node).name;
        let name = identity::said(column).unwrap_or_else(usual);
        taken.add(Sort::Relation, QualifiedName { schema: table.schema.clone(), name });
    }
}

/// Returns the name of something in the schema of a table.
pub(super) fn beside(table: &QualifiedName, name: &Ident) -> QualifiedName {
    QualifiedName { schema: table.schema.clone(), name: PgIdent::new(name.node.as_str()) }
}
