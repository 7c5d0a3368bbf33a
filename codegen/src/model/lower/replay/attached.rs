//! Indexes of partitions that are attached to one of the whole: they go with it.

use super::cascade::alter;
use super::drop::drop;
use crate::model::attachment;
use crate::model::ident::QualifiedName;
use crate::source::decl::{AlterAction, ConstraintDecl, Decl, QName};
use crate::span::{Span, Spanned};

/// Drops what is attached to an index, or to that of a constraint, that is gone.
pub(super) fn drop_attached(whole: &QualifiedName, done: &mut Vec<Decl>) {
    let mut parts: Vec<(QualifiedName, Span)> = Vec::new();
    done.retain(|decl| {
        let Decl::Verbatim(data) = decl else { return true };
        let said = (data.kind == "alter index").then(|| attachment::of(&data.text.node));
        let Some((known, part)) = said.flatten() else { return true };
        if known == *whole {
            parts.push((part, data.text.span));
        }
        known != *whole
    });
    for (part, span) in parts {
        match table_of(&part, done) {
            Some(table) => {
                let name = Spanned::new(part.name.as_str().to_owned(), span);
                alter(done, table, AlterAction::DropConstraint(name));
            }
            None => drop(&format!("DROP INDEX {part}"), done),
        }
        drop_attached(&part, done);
    }
}

/// Returns the table that has a constraint of a name.
fn table_of(name: &QualifiedName, done: &[Decl]) -> Option<QName> {
    let is_it = |table: &QName, constraint: &ConstraintDecl| {
        let schema = table.schema.as_ref().map(|schema| schema.node.as_str());
        let own = constraint.name.as_ref().map(|own| QualifiedName::new(schema, own.node.as_str()));
        own.as_ref() == Some(name)
    };
    done.iter().find_map(|decl| {
        let (table, has) = match decl {
            Decl::Table(table) => (&table.name, table.constraints.iter().any(|it| is_it(&table.name, it))),
            Decl::AlterTable(alter) => {
                let adds = |action: &AlterAction| matches!(action, AlterAction::AddConstraint(it) if is_it(&alter.table, it));
                (&alter.table, alter.actions.iter().any(adds))
            }
            _ => return None,
        };
        has.then(|| table.clone())
    })
}
