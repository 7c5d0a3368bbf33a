//! `DROP … CASCADE`: what PostgreSQL takes along, and what that takes along in turn.

use super::drop;
use super::qualified;
use crate::model::ident::QualifiedName;
use crate::model::routine;
use crate::model::token::{Cursor, tokens};
use crate::model::types::type_name;
use crate::source::decl::{AlterAction, AlterTableDecl, Decl, Ident, QName, VerbatimDecl};

/// Drops what cannot be without something of a kind that is gone.
pub(super) fn drop_users(kind: &str, name: &QualifiedName, done: &mut Vec<Decl>) {
    match kind {
        "schema" => drop_inside(name, done),
        "type" | "domain" | "table" => drop_typed(name, done),
        _ => {}
    }
    let names_it = |data: &VerbatimDecl| data.names.iter().any(|named| qualified(named) == *name);
    done.retain(|decl| {
        !matches!(decl, Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "trigger" | "rule" | "policy") && names_it(data))
    });
    let users = done.iter().filter_map(|decl| match decl {
        Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "view" | "materialized view") && names_it(data) =>
        {
            Some((data.kind.clone(), qualified(data.creates.as_ref()?)))
        }
        _ => None,
    });
    drop_all(users.collect(), done);
}

fn drop_all(things: Vec<(String, QualifiedName)>, done: &mut Vec<Decl>) {
    for (kind, name) in things {
        drop::drop(&format!("DROP {kind} {name} CASCADE"), done);
    }
}

/// Drops what is in a schema.
fn drop_inside(schema: &QualifiedName, done: &mut Vec<Decl>) {
    let is_inside = |name: &QName| qualified(name).schema.as_ref() == Some(&schema.name);
    let inside = done.iter().filter_map(|decl| match decl {
        Decl::Table(table) if is_inside(&table.name) => Some(("table".to_owned(), qualified(&table.name))),
        Decl::Enum(data) if is_inside(&data.name) => Some(("type".to_owned(), qualified(&data.name))),
        Decl::Verbatim(data) => {
            let creates = data.creates.as_ref().filter(|name| is_inside(name))?;
            Some((data.kind.clone(), qualified(creates)))
        }
        _ => None,
    });
    drop_all(inside.collect(), done);
}

/// Drops the columns and routines that are of a type.
fn drop_typed(name: &QualifiedName, done: &mut Vec<Decl>) {
    let is_it = |ty: &str| type_name(ty.trim_end_matches("[]")) == *name;
    let is_of = |ty: &Option<Ident>| ty.as_ref().is_some_and(|ty| is_it(&ty.node));
    let mut columns: Vec<(QName, Ident)> = Vec::new();
    for decl in done.iter() {
        match decl {
            Decl::Table(table) => {
                let own = table.columns.iter().filter(|column| is_of(&column.ty));
                columns.extend(own.map(|column| (table.name.clone(), column.name.clone())));
            }
            Decl::AlterTable(alter) => {
                columns.extend(alter.actions.iter().filter_map(|action| match action {
                    AlterAction::AddColumn(column) if is_of(&column.ty) => {
                        Some((alter.table.clone(), column.name.clone()))
                    }
                    _ => None,
                }))
            }
            _ => {}
        }
    }
    let takes_it = |data: &VerbatimDecl| {
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        _ = cursor.until(|token| token.is("("));
        let taken = cursor.group().and_then(routine::arguments).map(|(taken, _)| taken).unwrap_or_default();
        let returned = if cursor.eat("returns") && (cursor.eat("setof") || !cursor.is_done()) {
            cursor.name()
        } else {
            None
        };
        taken.iter().any(|argument| is_it(&argument.ty)) || returned.as_ref() == Some(name)
    };
    done.retain(|decl| {
        !matches!(decl, Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "function" | "procedure" | "aggregate") && takes_it(data))
    });
    for (table, column) in columns {
        done.retain(|decl| !drop::is_of_column(decl, &qualified(&table), &column.node));
        let span = column.span;
        done.push(Decl::AlterTable(AlterTableDecl {
            table,
            actions: vec![AlterAction::DropColumn(column)],
            span,
        }));
    }
}
