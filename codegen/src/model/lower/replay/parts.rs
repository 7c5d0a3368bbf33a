//! Indexes that partitions get with one of the whole: PostgreSQL names them once, after the partition and its columns of that moment.

use super::super::inherit::parents;
use super::drop::with_heirs;
use super::{is_called, qualified};
use crate::diag::{Code, Sink};
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, ConstraintKind, Decl, IndexDecl, IndexKey, TableDecl};
use crate::span::Spanned;

const NAME: Code = Code::new("partition-index-name");

/// Says where a table or column gets another name of which that of an index of a partition is none.
pub(super) fn tell_renamed(table: &QualifiedName, action: &Spanned<String>, done: &[Decl], sink: &mut Sink) {
    let own = tokens(&action.node);
    let mut cursor = Cursor::new(&action.node, &own);
    if !cursor.eat("rename") || cursor.eat("constraint") {
        return;
    }
    let part = if cursor.eat("to") {
        // Only the names of partitions are in those of what they got.
        let wholes = wholes(table, done);
        wholes.iter().any(|whole| has_keys(whole, None, done)).then(|| table.clone())
    } else {
        _ = cursor.eat("column");
        let Some(column) = cursor.ident() else { return };
        let heirs = with_heirs(done, table);
        let mut parts = heirs.iter().skip(1).filter(|heir| !wholes(heir, done).is_empty());
        parts.next().filter(|_| has_keys(table, Some(column.as_str()), done)).cloned()
    };
    if let Some(part) = part {
        let message =
            format!("indexes that `{}` got with those of the whole keep their old names", part.plain());
        sink.warning(NAME, action.span, message)
            .help("here they get new ones: give them names by `ALTER INDEX … RENAME TO …`");
    }
}

/// Says where an index of a whole takes up one that a partition has, which would be made beside it.
pub(super) fn tell_taken_up(index: &Decl, done: &[Decl], sink: &mut Sink) {
    let Decl::Index(made) = index else { return };
    let parts = with_heirs(done, &qualified(&made.table));
    for part in parts.iter().skip(1) {
        let is_alike = |decl: &&Decl| matches!(decl, Decl::Index(own) if is_called(&own.table, part) && is_same(&own.index, &made.index));
        if let Some(Decl::Index(own)) = done.iter().find(is_alike) {
            let message =
                format!("`{}` has an index of its own that becomes a part of this one", part.plain());
            sink.info(NAME, made.index.span, message)
                .label(own.index.span, "made here")
                .help("say it: `CREATE INDEX … ON ONLY …`, then `ALTER INDEX … ATTACH PARTITION …`");
        }
    }
}

fn is_same(one: &IndexDecl, other: &IndexDecl) -> bool {
    let keys = |index: &IndexDecl| -> Vec<String> {
        let key = |key: &IndexKey| match key {
            IndexKey::Column(name) => name.node.clone(),
            IndexKey::Expression(sql) => sql.node.clone(),
        };
        index.parts.iter().map(|part| key(&part.key)).collect()
    };
    let predicate = |index: &IndexDecl| index.predicate.as_ref().map(|predicate| predicate.node.clone());
    keys(one) == keys(other)
        && predicate(one) == predicate(other)
        && one.unique.is_some() == other.unique.is_some()
}

/// Returns the tables of which one is a partition, by itself or through others.
fn wholes(table: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    let mut found = vec![table.clone()];
    let mut at = 0;
    while let Some(part) = found.get(at).cloned() {
        let whole = done.iter().find_map(|decl| match decl {
            Decl::Table(data) if is_called(&data.name, &part) => whole_of(data),
            Decl::AlterTable(alter) => alter.actions.iter().find_map(|action| match action {
                AlterAction::Other(text) => {
                    let own = tokens(&text.node);
                    let mut cursor = Cursor::new(&text.node, &own);
                    let is_it = cursor.eat("attach partition") && cursor.name().as_ref() == Some(&part);
                    is_it.then(|| qualified(&alter.table))
                }
                _ => None,
            }),
            _ => None,
        });
        found.extend(whole.filter(|whole| !found.contains(whole)));
        at += 1;
    }
    found.remove(0);
    found
}

fn whole_of(table: &TableDecl) -> Option<QualifiedName> {
    let tail = &table.tail.as_ref()?.node;
    let own = tokens(tail);
    Cursor::new(tail, &own).eat("partition of").then(|| parents(tail).into_iter().next()).flatten()
}

/// Tells whether a table has a key or index; over a column where one is given, whose name is in that of the index.
fn has_keys(table: &QualifiedName, column: Option<&str>, done: &[Decl]) -> bool {
    let of_constraint = |kind: &ConstraintKind| match kind {
        ConstraintKind::PrimaryKey { .. } => column.is_none(),
        ConstraintKind::Unique { columns, .. } => {
            column.is_none_or(|column| columns.iter().any(|own| own.node == column))
        }
        _ => false,
    };
    let of_index = |index: &IndexDecl| {
        let is_key = |key: &IndexKey| matches!((key, column), (IndexKey::Column(name), Some(column)) if name.node == column);
        column.is_none() || index.parts.iter().any(|part| is_key(&part.key))
    };
    done.iter().any(|decl| {
        match decl {
        Decl::Table(data) if is_called(&data.name, table) => {
            data.constraints.iter().any(|constraint| of_constraint(&constraint.kind))
                || data.indexes.iter().any(of_index)
                || data.columns.iter().any(|own| {
                    let is_it = column.is_none_or(|column| own.name.node == column);
                    own.primary_key.is_some() && column.is_none() || own.unique.is_some() && is_it
                })
        }
        Decl::AlterTable(alter) if is_called(&alter.table, table) => alter.actions.iter().any(|action| {
            matches!(action, AlterAction::AddConstraint(constraint) if of_constraint(&constraint.kind))
        }),
        Decl::Index(data) => is_called(&data.table, table) && of_index(&data.index),
        _ => false,
    }
    })
}
