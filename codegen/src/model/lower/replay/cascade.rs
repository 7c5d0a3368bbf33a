//! What `DROP … CASCADE` takes along.

use super::drop::{drop, is_of_column};
use super::qualified;
use crate::model::PgType;
use crate::model::ident::QualifiedName;
use crate::model::token::{Role, mentions};
use crate::model::types::type_name;
use crate::source::decl::{AlterAction, AlterTableDecl, ColumnDecl, Decl, Ident, QName};

/// Drops what depends on something of a kind and name that was dropped.
pub(super) fn take_along(kind: &str, name: &QualifiedName, done: &mut Vec<Decl>) {
    match kind {
        "schema" => {
            let inside = |made: &QualifiedName| made.schema.as_ref() == Some(&name.name);
            let found = done.iter().filter_map(made).filter(|(_, made)| inside(made));
            let found: Vec<String> =
                found.map(|(kind, made)| format!("DROP {kind} {made} CASCADE")).collect();
            found.iter().for_each(|text| drop(text, done));
        }
        "table" | "view" | "materialized view" => {
            let views = done.iter().filter_map(|decl| match decl {
                Decl::Verbatim(data)
                    if matches!(data.kind.as_str(), "view" | "materialized view")
                        && data.names.iter().any(|named| qualified(named) == *name) =>
                {
                    Some(format!("DROP {} {} CASCADE", data.kind, qualified(data.creates.as_ref()?)))
                }
                _ => None,
            });
            let views: Vec<String> = views.collect();
            views.iter().for_each(|text| drop(text, done));
        }
        "type" | "domain" => {
            done.retain(|decl| !is_routine_over(decl, name));
            drop_columns(done, &|ty| type_name(ty.trim_end_matches("[]")) == *name);
        }
        "extension" => drop_columns(done, &|ty| PgType::parse(ty).extension() == Some(name.name.as_str())),
        "function" | "sequence" => {
            let role = if kind == "function" { Role::Call } else { Role::Relation };
            let uses =
                |text: &str| mentions(text).into_iter().any(|it| it.role == role && it.name() == *name);
            done.retain(|decl| {
                let Decl::Verbatim(data) = decl else { return true };
                !(data.kind == "trigger" && data.names.iter().any(|named| qualified(named) == *name))
            });
            let defaults =
                columns(done, &|column| column.default.as_ref().is_some_and(|default| uses(&default.value)));
            for (table, column) in defaults {
                alter(done, table, AlterAction::SetDefault(column, None));
            }
        }
        _ => {}
    }
}

/// Returns what a declaration makes in a schema, with its kind.
fn made(decl: &Decl) -> Option<(String, QualifiedName)> {
    match decl {
        Decl::Table(table) => Some(("TABLE".to_owned(), qualified(&table.name))),
        Decl::Enum(data) => Some(("TYPE".to_owned(), qualified(&data.name))),
        Decl::Verbatim(data) => Some((data.kind.to_uppercase(), qualified(data.creates.as_ref()?))),
        _ => None,
    }
}

fn is_routine_over(decl: &Decl, ty: &QualifiedName) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    matches!(data.kind.as_str(), "function" | "procedure" | "aggregate")
        && data.names.iter().any(|named| qualified(named) == *ty)
}

fn drop_columns(done: &mut Vec<Decl>, is_of: &dyn Fn(&str) -> bool) {
    let found = columns(done, &|column| column.ty.as_ref().is_some_and(|ty| is_of(&ty.node)));
    for (table, column) in found {
        let name = qualified(&table);
        done.retain(|decl| !is_of_column(decl, &name, &column.node));
        alter(done, table, AlterAction::DropColumn(column));
    }
}

/// Returns the columns of which something holds, with their tables.
fn columns(done: &[Decl], holds: &dyn Fn(&ColumnDecl) -> bool) -> Vec<(QName, Ident)> {
    let mut found = Vec::new();
    let mut add = |table: &QName, column: &ColumnDecl| {
        if holds(column) {
            found.push((table.clone(), column.name.clone()));
        }
    };
    for decl in done {
        match decl {
            Decl::Table(table) => table.columns.iter().for_each(|column| add(&table.name, column)),
            Decl::AlterTable(alter) => {
                for action in &alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        add(&alter.table, column);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn alter(done: &mut Vec<Decl>, table: QName, action: AlterAction) {
    let span = table.span();
    done.push(Decl::AlterTable(AlterTableDecl { table, actions: vec![action], span }));
}
