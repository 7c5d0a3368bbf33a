//! What is said of a column that is gone: of its indexes, its constraints and the sequence that it counts with.

use super::super::alter::names_column;
use super::drop::{forget, index_name};
use super::name::is_counted;
use super::{described, grant, identity, is_called};
use crate::model::default_name;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::source::decl::{
    AlterAction, ColumnDecl, CommentTarget, ConstraintDecl, ConstraintKind, Decl, Ident,
};

/// Removes the indexes of a column, and what is said of these, of its constraints and of itself.
pub(super) fn forget_column(table: &QualifiedName, column: &str, done: &mut Vec<Decl>) {
    let counting = counting(table, Some(column), done);
    forget_sequences(&counting, done);
    let constraints: Vec<String> = done.iter().flat_map(|decl| constraints(decl, table, column)).collect();
    let mut indexes = Vec::new();
    done.retain(|decl| match decl {
        Decl::Index(data) if is_called(&data.table, table) && names_column(&data.index, column) => {
            indexes.push(index_name(&data.table, &data.index));
            false
        }
        Decl::Comment(comment) => !matches!(&comment.target, CommentTarget::Column(name, known)
            if is_called(name, table) && known.node == column),
        _ => true,
    });
    // Few things are described.
    if !done.iter().any(
        |decl| matches!(decl, Decl::Comment(comment) if matches!(comment.target, CommentTarget::Other(_))),
    ) {
        return;
    }
    for index in indexes {
        forget(done, "index", &index, None);
    }
    for constraint in constraints {
        described::forget_constraint(table, &constraint, done);
    }
}

/// Returns the names of the constraints that go with a column.
fn constraints(decl: &Decl, table: &QualifiedName, column: &str) -> Vec<String> {
    let has = |columns: &[Ident]| columns.iter().any(|it| it.node == column);
    let goes = |constraint: &ConstraintDecl| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
            has(columns) || has(include)
        }
        ConstraintKind::ForeignKey(key) => has(&key.columns),
        _ => false,
    };
    let of_constraint = |constraint: &ConstraintDecl| {
        let name = match &constraint.kind {
            ConstraintKind::ForeignKey(key) => key.name.as_ref().or(constraint.name.as_ref()),
            _ => constraint.name.as_ref(),
        };
        name.filter(|_| goes(constraint)).map(|name| name.node.clone())
    };
    let of_column = |it: &ColumnDecl| -> Vec<String> {
        if it.name.node != column {
            return Vec::new();
        }
        let marks = [&it.primary_key, &it.unique].into_iter().flatten();
        let marks = marks.filter_map(|mark| mark.name.as_deref());
        let checks = it.checks.iter().filter_map(|check| check.name.as_ref());
        let keys = it.references.iter().filter_map(|key| key.name.as_ref());
        marks.chain(checks).chain(keys).map(|name| name.node.clone()).collect()
    };
    match decl {
        Decl::Table(data) if is_called(&data.name, table) => {
            let own = data.constraints.iter().filter_map(of_constraint);
            own.chain(data.columns.iter().flat_map(of_column)).collect()
        }
        Decl::AlterTable(alter) if is_called(&alter.table, table) => alter
            .actions
            .iter()
            .flat_map(|action| match action {
                AlterAction::AddConstraint(constraint) => of_constraint(constraint).into_iter().collect(),
                AlterAction::AddColumn(column) => of_column(column),
                _ => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns the sequences by which columns of a table count, or one of them, and which come and go with these.
pub(super) fn counting(table: &QualifiedName, column: Option<&str>, done: &[Decl]) -> Vec<QualifiedName> {
    let mut found = Vec::new();
    let mut add = |it: &ColumnDecl| {
        let usual = || default_name::sequence(table, &it.name.node).name;
        let name: Option<PgIdent> = match it.identity.is_some() {
            true => Some(identity::said(it).unwrap_or_else(usual)),
            false => is_counted(it).then(usual),
        };
        if column.is_none_or(|column| it.name.node == column) {
            found.extend(name.map(|name| QualifiedName { schema: table.schema.clone(), name }));
        }
    };
    for decl in done {
        match decl {
            Decl::Table(data) if is_called(&data.name, table) => data.columns.iter().for_each(&mut add),
            Decl::AlterTable(alter) if is_called(&alter.table, table) => {
                for action in &alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        add(column);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Removes what is said of sequences that are gone: privileges and descriptions.
pub(super) fn forget_sequences(gone: &[QualifiedName], done: &mut Vec<Decl>) {
    for sequence in gone {
        done.retain_mut(|decl| !grant::forget(decl, sequence));
        forget(done, "sequence", sequence, None);
    }
}
