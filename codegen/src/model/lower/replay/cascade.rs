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
            let domains = done.iter().filter_map(|decl| match decl {
                Decl::Verbatim(data)
                    if data.kind == "domain" && base_of(data).is_some_and(|ty| is_type(&ty, name)) =>
                {
                    Some((data.kind.clone(), qualified(data.creates.as_ref()?)))
                }
                _ => None,
            });
            drop_all(domains.collect(), done);
            let attributes: Vec<Decl> = done.iter().flat_map(|decl| attributes_of(decl, name)).collect();
            done.extend(attributes);
        }
        "foreign data wrapper" | "server" => {
            let found = done.iter().filter_map(|decl| match decl {
                Decl::Verbatim(data)
                    if matches!(data.kind.as_str(), "server" | "foreign table")
                        && data.names.iter().any(|named| qualified(named) == *name) =>
                {
                    Some((data.kind.clone(), qualified(data.creates.as_ref()?)))
                }
                _ => None,
            });
            drop_all(found.collect(), done);
            done.retain(|decl| !matches!(decl, Decl::Verbatim(data) if kind == "server" && data.kind == "user mapping" && is_at(&data.text.node, name)));
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

/// Returns the type under a domain.
fn base_of(data: &VerbatimDecl) -> Option<String> {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    cursor.eat("create domain").then_some(())?;
    cursor.name()?;
    _ = cursor.eat("as");
    let base = cursor.name()?;
    let is_array = cursor.eat("[") || cursor.eat("array");
    Some(if is_array { format!("{base}[]") } else { base.to_string() })
}

/// Returns what drops the attributes of a composite type that are of another type.
fn attributes_of(decl: &Decl, name: &QualifiedName) -> Vec<Decl> {
    let Decl::Verbatim(data) = decl else { return Vec::new() };
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    let (true, Some(of)) = (cursor.eat("create type"), cursor.name()) else { return Vec::new() };
    let list = cursor.eat("as").then(|| cursor.group()).flatten().map(Cursor::split).unwrap_or_default();
    let gone = list.into_iter().filter_map(|mut attribute| {
        let own = attribute.ident()?;
        let ty = attribute.until(|token| token.is("collate")).rest();
        is_type(ty, name).then_some(own)
    });
    let drop = |attribute: crate::model::PgIdent| {
        let text = format!("ALTER TYPE {of} DROP ATTRIBUTE {attribute}");
        let text = crate::span::Spanned::new(text, data.text.span);
        let names = data.creates.iter().cloned().collect();
        Decl::Verbatim(VerbatimDecl { kind: "alter type".to_owned(), creates: None, names, text })
    };
    gone.map(drop).collect()
}

/// Tells whether a user mapping is one at a server.
fn is_at(text: &str, server: &QualifiedName) -> bool {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    _ = cursor.until(|token| token.is("server"));
    cursor.next();
    cursor.name().as_ref() == Some(server)
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
