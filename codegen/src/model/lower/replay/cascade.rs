//! `DROP … CASCADE`: what PostgreSQL takes along, and what that takes along in turn.

use std::collections::BTreeSet;

use super::drop::drop;
use super::uses::uses_column;
use super::{gone, is_called, qualified, star};
use crate::model::grouping::leans_on_key;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, Role, Token, may_mention, mentions, mentions_name, name_of, tokens};
use crate::model::types::type_name;
use crate::model::{PgType, routine};
use crate::source::decl::{
    AlterAction, AlterTableDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Decl, ForeignKeyDecl, Ident,
    IndexDecl, IndexKey, QName, VerbatimDecl,
};

/// Drops what depends on something of a kind and name that was dropped.
pub(super) fn take_along(kind: &str, name: &QualifiedName, done: &mut Vec<Decl>) {
    match kind {
        "schema" => {
            let inside = |made: &QualifiedName| made.schema.as_ref() == Some(&name.name);
            let found = done.iter().filter_map(made).filter(|(_, made)| inside(made));
            drop_all(found.collect(), done);
        }
        "type" | "domain" | "table" | "view" | "materialized view" => {
            let routines = done.iter().filter_map(|decl| match decl {
                Decl::Verbatim(data) if is_routine_over(decl, name) => routine_of(data),
                _ => None,
            });
            drop_routines(routines.collect(), done);
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
                        && data.names.iter().any(|named| is_called(named, name)) =>
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
            let uses = |text: &str| {
                may_mention(text, name.name.as_str())
                    && mentions(text).into_iter().any(|it| it.role == role && it.name() == *name)
            };
            let defaults = columns(done, &|_, column| {
                column.default.as_ref().is_some_and(|default| uses(&default.value))
            });
            for (table, column) in defaults.into_iter().chain(set_defaults(done, &uses)) {
                alter(done, table, AlterAction::SetDefault(column, None));
            }
            if kind == "function" && !done.iter().any(|decl| makes_routine(decl, name)) {
                forget_expressions(&uses, done);
            }
        }
        _ => {}
    }
    // Another routine of the name may be meant.
    if kind == "function" && done.iter().any(|decl| makes_routine(decl, name)) {
        return;
    }
    // A function of a row may be read as a column of it, where no table has one of its name.
    let is_column = kind != "function" || has_column(name.name.as_str(), done);
    let names_it = |data: &VerbatimDecl| {
        data.names.iter().any(|named| is_called(named, name))
            || !is_column && reads_as_column(&data.text.node, name.name.as_str())
    };
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

/// Tells whether a table has a column of a name.
pub(super) fn has_column(name: &str, done: &[Decl]) -> bool {
    !columns(done, &|_, column| column.name.node == name).is_empty()
}

/// Tells whether a statement reads something as a column of what it names: `row.name`.
pub(super) fn reads_as_column(text: &str, name: &str) -> bool {
    if !may_mention(text, name) {
        return false;
    }
    let own = tokens(text);
    let reads = |words: &[Token<'_>]| match words {
        [row, dot, read, rest @ ..] => {
            row.is_name()
                && dot.is(".")
                && read.is_name()
                && read.value == name
                && !rest.first().is_some_and(|next| next.is("("))
        }
        _ => false,
    };
    (0..own.len()).any(|at| own.get(at..(at + 4).min(own.len())).is_some_and(reads))
}

/// Drops what PostgreSQL drops with a column of a table, which is not there any more: what looks at it.
pub(super) fn take_along_column(table: &QualifiedName, column: &str, done: &mut Vec<Decl>) {
    let columns_of = |name: &QualifiedName| star::columns_of(name, done);
    let uses = |decl: &Decl| {
        let Decl::Verbatim(data) = decl else { return false };
        let may = match data.kind.as_str() {
            "view" | "materialized view" | "trigger" | "policy" | "rule" | "statistics" | "function"
            | "procedure" => data.names.iter().any(|named| is_called(named, table)),
            _ => false,
        };
        may && uses_column(data, table, column, &columns_of)
    };
    let (mut parts, mut views, mut routines) = (BTreeSet::new(), Vec::new(), Vec::new());
    for (at, decl) in done.iter().enumerate().filter(|(_, decl)| uses(decl)) {
        let Decl::Verbatim(data) = decl else { continue };
        match data.kind.as_str() {
            "view" | "materialized view" => {
                views.extend(data.creates.as_ref().map(|name| (data.kind.clone(), qualified(name))));
            }
            "function" | "procedure" => routines.extend(routine_of(data)),
            _ => _ = parts.insert(at),
        }
    }
    let mut at = 0..;
    done.retain(|_| at.next().is_none_or(|at| !parts.contains(&at)));
    drop_all(views, done);
    drop_routines(routines, done);
    let computes = |it: &ColumnDecl| {
        it.generated.as_ref().is_some_and(|generated| mentions_name(&generated.expression.node, column))
    };
    let computed = columns(done, &|of, it| is_called(of, table) && computes(it));
    for (of, generated) in computed {
        gone::forget_column(table, &generated.node, done);
        alter(done, of, AlterAction::DropColumn(generated.clone()));
        take_along_column(table, &generated.node, done);
    }
    forget_values(table, column, done);
    forget_keys_to(table, column, done);
    let owned = owners_in(table, done).into_iter().filter(|(_, owner)| owner == column);
    drop_all(owned.map(|(name, _)| ("sequence".to_owned(), name)).collect(), done);
}

/// Drops the views that group by the columns of a primary key which is dropped, and select others.
pub(super) fn drop_grouping_by(table: &QualifiedName, key: &[String], done: &mut Vec<Decl>) {
    let key: Vec<&str> = key.iter().map(String::as_str).collect();
    let views = done.iter().filter_map(|decl| match decl {
        Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "view" | "materialized view")
                && data.names.iter().any(|named| is_called(named, table))
                && leans_on_key(&data.text.node, &key) =>
        {
            Some((data.kind.clone(), qualified(data.creates.as_ref()?)))
        }
        _ => None,
    });
    drop_all(views.collect(), done);
}

/// Returns the sequences that go with the columns of a table.
pub(super) fn owned_by(table: &QualifiedName, done: &[Decl]) -> Vec<QualifiedName> {
    owners_in(table, done).into_iter().map(|(sequence, _)| sequence).collect()
}

/// Returns the sequences that go with columns of a table, each with the column; what is said of one last holds.
fn owners_in(table: &QualifiedName, done: &[Decl]) -> Vec<(QualifiedName, String)> {
    let name = |data: &VerbatimDecl| data.creates.as_ref().or(data.names.first()).map(qualified);
    let said = done.iter().filter_map(|decl| match decl {
        Decl::Verbatim(data) if counts(data) && may_mention(&data.text.node, table.name.as_str()) => {
            owner_of(data).flatten().filter(|(of, _)| of == table).and(name(data))
        }
        _ => None,
    });
    let mut sequences: Vec<QualifiedName> = said.collect();
    sequences.sort_unstable();
    sequences.dedup();
    let last = |sequence: QualifiedName| {
        let (of, column) = done.iter().rev().find_map(|decl| match decl {
            Decl::Verbatim(data) if counts(data) && may_mention(&data.text.node, "owned") => {
                owner_of(data).filter(|_| name(data).as_ref() == Some(&sequence))
            }
            _ => None,
        })??;
        (of == *table).then_some((sequence, column))
    };
    sequences.into_iter().filter_map(last).collect()
}

/// Drops the sequences that go with the columns of a table which is not there any more.
pub(super) fn drop_owned(table: &QualifiedName, done: &mut Vec<Decl>) {
    let owned = owned_by(table, done);
    drop_all(owned.into_iter().map(|name| ("sequence".to_owned(), name)).collect(), done);
}

fn counts(data: &VerbatimDecl) -> bool {
    matches!(data.kind.as_str(), "sequence" | "alter sequence")
}

/// Returns the column that the statement of a sequence says it goes with, or that it goes with none (`OWNED BY NONE`).
fn owner_of(data: &VerbatimDecl) -> Option<Option<(QualifiedName, String)>> {
    if !counts(data) {
        return None;
    }
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    _ = cursor.until(|token| token.is("owned"));
    cursor.eat("owned by").then_some(())?;
    let mut path = vec![cursor.ident()?.as_str().to_owned()];
    while cursor.eat(".") {
        path.push(cursor.ident()?.as_str().to_owned());
    }
    let column = path.pop()?;
    Some((!path.is_empty()).then(|| (name_of(&path), column)))
}

/// Forgets with which column a sequence went, where it is said anew.
pub(super) fn forget_owner(by: &VerbatimDecl, done: &mut Vec<Decl>) {
    if owner_of(by).is_none() {
        return;
    }
    let sequence = |data: &VerbatimDecl| data.names.first().map(qualified);
    let is_only_owner = |data: &VerbatimDecl| {
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        cursor.eat("alter sequence")
            && (cursor.eat("if exists") || !cursor.is_done())
            && cursor.name().is_some()
            && cursor.eat("owned by")
    };
    done.retain(|decl| {
        !matches!(decl, Decl::Verbatim(data)
            if data.kind == "alter sequence" && sequence(data) == sequence(by) && is_only_owner(data))
    });
}

/// Removes what rows hold in a column.
fn forget_values(table: &QualifiedName, column: &str, done: &mut [Decl]) {
    for decl in done {
        let Decl::Rows(rows) = decl else { continue };
        let place = rows.columns.iter().position(|known| known.node == column);
        if let Some(at) = place.filter(|_| is_called(&rows.table, table)) {
            rows.columns.remove(at);
            rows.rows.iter_mut().filter(|row| at < row.len()).for_each(|row| _ = row.remove(at));
        }
    }
}

/// Removes the foreign keys that lead to a column.
fn forget_keys_to(table: &QualifiedName, column: &str, done: &mut [Decl]) {
    let leads = |key: &ForeignKeyDecl| {
        is_called(&key.table, table) && key.referenced.iter().any(|it| it.node == column)
    };
    let is_key = |it: &ConstraintDecl| matches!(&it.kind, ConstraintKind::ForeignKey(key) if leads(key));
    for decl in done {
        match decl {
            Decl::Table(data) => {
                data.constraints.retain(|it| !is_key(it));
                data.columns.iter_mut().for_each(|column| column.references.retain(|key| !leads(key)));
            }
            Decl::AlterTable(alter) => {
                alter
                    .actions
                    .retain(|action| !matches!(action, AlterAction::AddConstraint(it) if is_key(it)));
            }
            _ => {}
        }
    }
}

/// Removes the checks, computed columns and indexes in which something stands.
fn forget_expressions(uses: &dyn Fn(&str) -> bool, done: &mut Vec<Decl>) {
    let is_check = |it: &ConstraintDecl| match &it.kind {
        ConstraintKind::Check(check) => uses(&check.expression.node),
        ConstraintKind::Exclude(text) => uses(&text.node),
        _ => false,
    };
    for decl in done.iter_mut() {
        match decl {
            Decl::Table(data) => {
                data.constraints.retain(|it| !is_check(it));
                data.columns
                    .iter_mut()
                    .for_each(|column| column.checks.retain(|check| !uses(&check.expression.node)));
                data.indexes.retain(|index| !stands_in(index, uses));
            }
            Decl::AlterTable(alter) => {
                alter
                    .actions
                    .retain(|action| !matches!(action, AlterAction::AddConstraint(it) if is_check(it)));
            }
            _ => {}
        }
    }
    done.retain(|decl| !matches!(decl, Decl::Index(data) if stands_in(&data.index, uses)));
    let computed = columns(done, &|_, column| {
        column.generated.as_ref().is_some_and(|generated| uses(&generated.expression.node))
    });
    for (table, column) in computed {
        let name = qualified(&table);
        gone::forget_column(&name, &column.node, done);
        alter(done, table, AlterAction::DropColumn(column.clone()));
        take_along_column(&name, &column.node, done);
    }
}

fn stands_in(index: &IndexDecl, uses: &dyn Fn(&str) -> bool) -> bool {
    let in_part =
        index.parts.iter().any(|part| matches!(&part.key, IndexKey::Expression(sql) if uses(&sql.node)));
    in_part || index.predicate.as_ref().is_some_and(|predicate| uses(&predicate.node))
}

fn makes_routine(decl: &Decl, name: &QualifiedName) -> bool {
    matches!(decl, Decl::Verbatim(data) if matches!(data.kind.as_str(), "function" | "procedure" | "aggregate")
        && data.creates.as_ref().map(qualified).as_ref() == Some(name))
}

/// Returns what drops a routine: its kind, its name, its arguments.
fn routine_of(data: &VerbatimDecl) -> Option<(String, QualifiedName, String)> {
    let signature = routine::signature_of(&data.text.node)?;
    Some((data.kind.clone(), qualified(data.creates.as_ref()?), signature))
}

fn drop_routines(routines: Vec<(String, QualifiedName, String)>, done: &mut Vec<Decl>) {
    for (kind, name, signature) in routines {
        drop(&format!("DROP {kind} {name}({signature}) CASCADE"), done);
    }
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
    if data.kind != "type" || !may_mention(&data.text.node, name.name.as_str()) {
        return Vec::new();
    }
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
        Decl::Verbatim(VerbatimDecl {
            kind: "alter type".to_owned(),
            creates: None,
            names,
            was: None,
            text,
            stale: false,
        })
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
    if !matches!(data.kind.as_str(), "function" | "procedure" | "aggregate") || !may_name(data, ty) {
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

/// Tells whether a statement may name something: one that was not understood may name whatever stands in it.
fn may_name(data: &VerbatimDecl, name: &QualifiedName) -> bool {
    let name = name.name.as_str();
    if data.names.is_empty() {
        return may_mention(&data.text.node, name);
    }
    data.names.iter().any(|known| known.name.node == name)
}

fn drop_columns(done: &mut Vec<Decl>, is_of: &dyn Fn(&str) -> bool) {
    let found = columns(done, &|_, column| column.ty.as_ref().is_some_and(|ty| is_of(&ty.node)));
    for (table, column) in found {
        let name = qualified(&table);
        gone::forget_column(&name, &column.node, done);
        alter(done, table, AlterAction::DropColumn(column.clone()));
        take_along_column(&name, &column.node, done);
    }
}

/// Returns the columns of which something holds, with their tables.
fn columns(done: &[Decl], holds: &dyn Fn(&QName, &ColumnDecl) -> bool) -> Vec<(QName, Ident)> {
    let mut found = Vec::new();
    let mut add = |table: &QName, column: &ColumnDecl| {
        if holds(table, column) {
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

/// Returns the columns that a change gives a default of which something holds.
fn set_defaults(done: &[Decl], holds: &dyn Fn(&str) -> bool) -> Vec<(QName, Ident)> {
    let mut found = Vec::new();
    for decl in done {
        let Decl::AlterTable(alter) = decl else { continue };
        for action in &alter.actions {
            if let AlterAction::SetDefault(column, Some(default)) = action
                && holds(&default.value)
            {
                found.push((alter.table.clone(), column.clone()));
            }
        }
    }
    found
}

/// Adds a change of a table.
pub(super) fn alter(done: &mut Vec<Decl>, table: QName, action: AlterAction) {
    let span = table.span();
    done.push(Decl::AlterTable(AlterTableDecl {
        table,
        only: false,
        if_exists: false,
        actions: vec![action],
        span,
    }));
}
