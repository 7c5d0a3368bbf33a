//! What was dropped and whose name something else gets: its drop is written down and applied at the end, so that until then it needs
//! a name that is in no one's way.

use super::rename::{Part, rename_column, rename_constraint};
use super::{is_called, qualified};
use crate::model::ident::QualifiedName;
use crate::source::decl::{AlterAction, Decl};

/// Gives the columns of a name that some tables had, and which are dropped, a name that is free.
pub(super) fn bury_column(tables: &[QualifiedName], name: &str, done: &mut [Decl]) {
    let is_drop = |action: &AlterAction| matches!(action, AlterAction::DropColumn(it) if it.node == name);
    if !drops(tables, done, &is_drop) {
        return;
    }
    let free = free(tables, done);
    for decl in done.iter_mut() {
        for table in tables {
            rename_column(decl, table, name, &free);
        }
    }
}

/// Gives the constraints of a name that some tables had, and which are dropped, a name that is free.
pub(super) fn bury_constraint(tables: &[QualifiedName], name: &str, done: &mut [Decl]) {
    let is_drop = |action: &AlterAction| matches!(action, AlterAction::DropConstraint(it) if it.node == name);
    if !drops(tables, done, &is_drop) {
        return;
    }
    let free = free(tables, done);
    for decl in done.iter_mut() {
        for table in tables {
            rename_constraint(decl, table, name, &free, Part::Constraint);
        }
        let Decl::AlterTable(alter) = decl else { continue };
        if !tables.iter().any(|table| is_called(&alter.table, table)) {
            continue;
        }
        for action in &mut alter.actions {
            if let AlterAction::DropConstraint(it) = action
                && it.node == name
            {
                it.node.clone_from(&free);
            }
        }
    }
}

fn drops(tables: &[QualifiedName], done: &[Decl], is_drop: &dyn Fn(&AlterAction) -> bool) -> bool {
    done.iter().any(|decl| {
        matches!(decl, Decl::AlterTable(alter)
            if alter.actions.iter().any(is_drop) && tables.contains(&qualified(&alter.table)))
    })
}

/// Returns a name that nothing of some tables has had.
fn free(tables: &[QualifiedName], done: &[Decl]) -> String {
    let named = |action: &AlterAction, name: &str| matches!(action, AlterAction::DropColumn(it) | AlterAction::DropConstraint(it) if it.node == name);
    let is_taken = |name: &str| {
        done.iter().any(|decl| match decl {
            Decl::Table(table) => {
                tables.contains(&qualified(&table.name))
                    && table.columns.iter().any(|column| column.name.node == name)
            }
            Decl::AlterTable(alter) => {
                let has = |action: &AlterAction| {
                    matches!(action, AlterAction::AddColumn(column) if column.name.node == name)
                        || named(action, name)
                };
                alter.actions.iter().any(has) && tables.contains(&qualified(&alter.table))
            }
            _ => false,
        })
    };
    (0_usize..).map(|count| format!("dropped {count}")).find(|name| !is_taken(name)).unwrap_or_default()
}
