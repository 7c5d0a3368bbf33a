//! `DROP … CASCADE`: what PostgreSQL takes along, and what that takes along in turn.

use super::drop::{drop, is_of_column};
use super::qualified;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, Role, mentions, tokens};
use crate::model::types::type_name;
use crate::model::{PgType, routine};
use crate::source::decl::{AlterAction, AlterTableDecl, ColumnDecl, Decl, Ident, QName, VerbatimDecl};

/// Drops what depends on something of a kind and name that was dropped.
pub(super) fn take_along(kind: &str, name: &QualifiedName, done: &mut Vec<Decl>) {
    match kind {
        "schema" => {
            let inside = |made: &QualifiedName| made.schema.as_ref() == Some(&name.name);
            let found = done.iter().filter_map(made).filter(|(_, made)| inside(made));
            drop_all(found.collect(), done);
        }
        "type" | "domain" | "table" => {
            done.retain(|decl| !is_routine_over(decl, name));
            drop_columns(done, &|ty| is_type(ty, name));
        }
        "extension" => drop_columns(done, &|ty| PgType::parse(ty).extension() == Some(name.name.as_str())),
        "function" | "sequence" => {
            let role = if kind == "function" { Role::Call } else { Role::Relation };
            let uses =
                |text: &str| mentions(text).into_iter().any(|it| it.role == role && it.name() == *name);
            let defaults =
                columns(done, &|column| column.default.as_ref().is_some_and(|default| uses(&default.value)));
            for (table, column) in defaults {
                alter(done, table, AlterAction::SetDefault(column, None));
            }
        }
        _ => {}
    }
    let names_it = |data: &VerbatimDecl| data.names.iter().any(|named| qualified(named) == *name);
    done.retain(|decl| {
        !matches!(decl, Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "trigger" | "rule" | "policy") && names_it(data))
    });
    let views = done.iter().filter_map(|decl| match decl {
        Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "view" | "materialized view") && names_it(data) =>
        {
            Some((data.kind.clone(), qualified(data.creates.as_ref()?)))
        }
        _ => None,
    });
    drop_all(views.collect(), done);
}

fn drop_all(things: Vec<(String, QualifiedName)>, done: &mut Vec<Decl>) {
    for (kind, name) in things {
        drop(&format!("DROP {kind} {name} CASCADE"), done);
    }
}

/// Returns what a declaration makes in a schema, with its kind.
fn made(decl: &Decl) -> Option<(String, QualifiedName)> {
    match decl {
        Decl::Table(table) => Some(("table".to_owned(), qualified(&table.name))),
        Decl::Enum(data) => Some(("type".to_owned(), qualified(&data.name))),
        Decl::Verbatim(data) => Some((data.kind.clone(), qualified(data.creates.as_ref()?))),
        _ => None,
    }
}

/// Tells whether a type as it is written is that of a name, or an array of it.
fn is_type(written: &str, name: &QualifiedName) -> bool {
    type_name(written.trim_end_matches("[]")) == *name
}

/// Tells whether a declaration makes a routine that takes or returns values of a type.
fn is_routine_over(decl: &Decl, ty: &QualifiedName) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    if !matches!(data.kind.as_str(), "function" | "procedure" | "aggregate") {
        return false;
    }
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    _ = cursor.until(|token| token.is("("));
    let taken = cursor.group().and_then(routine::arguments).map(|(taken, _)| taken).unwrap_or_default();
    let returned = if cursor.eat("returns") && (cursor.eat("setof") || !cursor.is_done()) {
        cursor.name()
    } else {
        None
    };
    taken.iter().any(|argument| is_type(&argument.ty, ty)) || returned.as_ref() == Some(ty)
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

/// Adds a change of a table.
pub(super) fn alter(done: &mut Vec<Decl>, table: QName, action: AlterAction) {
    let span = table.span();
    done.push(Decl::AlterTable(AlterTableDecl { table, only: false, actions: vec![action], span }));
}
