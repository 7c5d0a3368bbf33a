//! What is dropped is not there, and takes with it what PostgreSQL takes.

use super::super::inherit::parents;
use super::super::key::UsingIndex;
use super::name::set_sequence_apart;
use super::{attached, cascade, described, gone, grant, setting};
use super::{is_called, qualified};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::routine;
use crate::model::token::{Cursor, may_mention, tokens};
use crate::source::decl::{
    AlterAction, ColumnDecl, CommentTarget, ConstraintDecl, ConstraintKind, Decl, ForeignKeyDecl, Ident,
    IndexDecl, NamedMark, QName, VerbatimDecl,
};

/// Drops a key that was made of an index, with that index.
pub(super) fn drop_made_of_index(table: &QualifiedName, name: &str, done: &mut Vec<Decl>) {
    let mut gone = Vec::new();
    for decl in done.iter_mut() {
        let Decl::AlterTable(alter) = decl else { continue };
        if !is_called(&alter.table, table) {
            continue;
        }
        alter.actions.retain(|action| {
            let AlterAction::Other(text) = action else { return true };
            let using = UsingIndex::read(&text.node).filter(|using| using.name.as_str() == name);
            gone.extend(using.as_ref().map(|using| using.index.clone()));
            using.is_none()
        });
    }
    let is_gone = |decl: &Decl| match decl {
        Decl::Index(data) => {
            is_called(&data.table, table)
                && gone.iter().any(|gone| index_name(&data.table, &data.index).name.as_str() == gone.as_str())
        }
        _ => false,
    };
    done.retain(|decl| !is_gone(decl));
}

/// Drops the foreign keys and views that lean on a key that is dropped: the statement would fail without `CASCADE`.
pub(super) fn drop_leaning_on(table: &QualifiedName, name: &str, done: &mut Vec<Decl>) {
    let Some((is_primary, columns)) = done.iter().find_map(|decl| key_of(decl, table, name)) else { return };
    if is_primary {
        cascade::drop_grouping_by(table, &columns, done);
    }
    let leans = |key: &ForeignKeyDecl| {
        let same = |one: &[String], other: &[Ident]| {
            one.len() == other.len() && other.iter().all(|column| one.contains(&column.node))
        };
        is_called(&key.table, table)
            && (key.referenced.is_empty() && is_primary || same(&columns, &key.referenced))
    };
    let constraint = |constraint: &ConstraintDecl| matches!(&constraint.kind, ConstraintKind::ForeignKey(key) if leans(key));
    for decl in done {
        match decl {
            Decl::Table(data) => {
                data.constraints.retain(|it| !constraint(it));
                data.columns.iter_mut().for_each(|column| column.references.retain(|key| !leans(key)));
            }
            Decl::AlterTable(alter) => {
                alter
                    .actions
                    .retain(|action| !matches!(action, AlterAction::AddConstraint(it) if constraint(it)));
                for action in &mut alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        column.references.retain(|key| !leans(key));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the columns of a key of a table that a declaration makes, and whether it is the primary one.
pub(super) fn key_of(decl: &Decl, table: &QualifiedName, name: &str) -> Option<(bool, Vec<String>)> {
    let of_constraint = |constraint: &ConstraintDecl| {
        let is_it = constraint.name.as_ref().is_some_and(|known| known.node == name);
        let (is_primary, columns) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } if is_it => (true, columns),
            ConstraintKind::Unique { columns, .. } if is_it => (false, columns),
            _ => return None,
        };
        Some((is_primary, columns.iter().map(|column| column.node.clone()).collect()))
    };
    let of_column = |column: &ColumnDecl| {
        let is_it = |mark: &Option<NamedMark>| {
            mark.as_ref().and_then(|mark| mark.name.as_ref()).is_some_and(|known| known.node == name)
        };
        let is_primary = is_it(&column.primary_key);
        (is_primary || is_it(&column.unique)).then(|| (is_primary, vec![column.name.node.clone()]))
    };
    match decl {
        Decl::Table(data) if is_called(&data.name, table) => {
            let constraints = data.constraints.iter().find_map(of_constraint);
            constraints.or_else(|| data.columns.iter().find_map(of_column))
        }
        Decl::AlterTable(alter) if is_called(&alter.table, table) => {
            alter.actions.iter().find_map(|action| match action {
                AlterAction::AddConstraint(constraint) => of_constraint(constraint),
                AlterAction::AddColumn(column) => of_column(column),
                _ => None,
            })
        }
        _ => None,
    }
}

/// Applies a `DROP`; what it names and is not there, is not there.
pub(super) fn drop(text: &str, done: &mut Vec<Decl>) {
    let tokens = tokens(text);
    let mut cursor = Cursor::new(text, &tokens);
    if !cursor.eat("drop") {
        return;
    }
    let kinds = [
        "materialized view",
        "event trigger",
        "foreign data wrapper",
        "foreign table",
        "text search configuration",
        "text search dictionary",
        "text search parser",
        "text search template",
        "server",
        "table",
        "view",
        "index",
        "sequence",
        "type",
        "domain",
        "function",
        "procedure",
        "routine",
        "aggregate",
        "trigger",
        "policy",
        "rule",
        "extension",
        "schema",
        "collation",
        "statistics",
        "publication",
        "conversion",
        "language",
        "access method",
        "role",
        "user",
    ];
    let Some(kind) = kinds.into_iter().find(|kind| cursor.eat(kind)) else { return };
    _ = cursor.eat("concurrently");
    _ = cursor.eat("if exists");
    if matches!(kind, "trigger" | "policy" | "rule") {
        let name = cursor.ident();
        _ = cursor.eat("on");
        if let (Some(name), Some(table)) = (name, cursor.name()) {
            done.retain(|decl| !is_part(decl, kind, name.as_str(), &table));
            forget(done, kind, &QualifiedName { schema: None, name: name.clone() }, None);
            for decl in done.iter_mut().filter(|_| kind != "policy") {
                if let Decl::AlterTable(alter) = decl
                    && is_called(&alter.table, &table)
                {
                    alter.actions.retain(|action| !matches!(action, AlterAction::Other(text) if is_state_of(&text.node, kind, name.as_str())));
                }
            }
        }
        return;
    }
    let cascades = tokens.iter().rev().find(|token| !token.is(";")).is_some_and(|last| last.is("cascade"));
    for mut part in cursor.split() {
        let Some(name) = part.name() else { continue };
        let arguments = part.group().map(|group| group.rest().to_owned());
        // What leads to heirs and parts goes with the table.
        let heirs = if kind == "table" { heirs(done, &name) } else { Vec::new() };
        if kind == "index" {
            attached::drop_attached(&name, done);
        }
        if kind == "sequence" {
            set_sequence_apart(&name, done);
        }
        if matches!(kind, "table" | "view" | "materialized view" | "foreign table") {
            described::forget_parts(&name, done);
        }
        let counting = if kind == "table" { gone::counting(&name, None, done) } else { Vec::new() };
        let before = done.len();
        done.retain(|decl| !is_named(decl, kind, &name, arguments.as_deref()));
        if done.len() < before && kind != "table" {
            forget(done, kind, &name, arguments.as_deref());
        }
        if matches!(kind, "table" | "view" | "materialized view" | "foreign table") {
            done.retain_mut(|decl| !grant::forget(decl, &name) && !is_of_table(decl, &name));
            for decl in done.iter_mut() {
                forget_references(decl, &name);
            }
        }
        if kind == "schema" {
            done.retain_mut(|decl| !grant::forget_schema(decl, &name.name));
        }
        if kind == "table" {
            cascade::drop_owned(&name, done);
            gone::forget_sequences(&counting, done);
        }
        for heir in heirs {
            drop(&format!("DROP TABLE {heir} CASCADE"), done);
        }
        if cascades {
            cascade::take_along(kind, &name, done);
        }
        if kind == "index" {
            setting::forget_index(&name, done);
            for decl in done.iter_mut() {
                if let Decl::Table(table) = decl {
                    let own = table.name.clone();
                    table.indexes.retain(|index| index_name(&own, index) != name);
                }
            }
        }
    }
}

/// Returns a table with those that are partitions or heirs of it, by themselves or through others.
pub(super) fn with_heirs(done: &[Decl], table: &QualifiedName) -> Vec<QualifiedName> {
    let mut tables = vec![table.clone()];
    let mut at = 0;
    while let Some(parent) = tables.get(at) {
        let heirs = heirs(done, parent);
        let new: Vec<QualifiedName> = heirs.into_iter().filter(|heir| !tables.contains(heir)).collect();
        tables.extend(new);
        at += 1;
    }
    tables
}

/// Removes what is said of a constraint of some tables being proved.
pub(super) fn forget_proof(tables: &[QualifiedName], name: &str, done: &mut [Decl]) {
    let proves = |text: &str| {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        cursor.eat("validate constraint") && cursor.ident().is_some_and(|known| known.as_str() == name)
    };
    for decl in done {
        if let Decl::AlterTable(alter) = decl
            && tables.iter().any(|table| is_called(&alter.table, table))
        {
            alter.actions.retain(|action| !matches!(action, AlterAction::Other(text) if proves(&text.node)));
        }
    }
}

/// Returns the tables that are partitions or heirs of another.
fn heirs(done: &[Decl], of: &QualifiedName) -> Vec<QualifiedName> {
    let mut found: Vec<QualifiedName> = Vec::new();
    for decl in done {
        match decl {
            Decl::Table(table)
                if table.tail.as_ref().is_some_and(|tail| {
                    may_mention(&tail.node, of.name.as_str()) && parents(&tail.node).contains(of)
                }) =>
            {
                found.push(qualified(&table.name));
            }
            Decl::AlterTable(alter) => {
                for action in &alter.actions {
                    let AlterAction::Other(text) = action else { continue };
                    if !["attach", "detach", "inherit"].iter().any(|word| may_mention(&text.node, word)) {
                        continue;
                    }
                    let table = qualified(&alter.table);
                    let own = tokens(&text.node);
                    let mut cursor = Cursor::new(&text.node, &own);
                    let changes = [("attach partition", true), ("detach partition", false)];
                    if let Some(comes) = cursor.eat_any(&changes).filter(|_| table == *of) {
                        let part = cursor.name();
                        found.retain(|known| Some(known) != part.as_ref());
                        found.extend(part.filter(|_| comes));
                    } else if let Some(comes) = cursor.eat_any(&[("inherit", true), ("no inherit", false)])
                        && cursor.name().as_ref() == Some(of)
                    {
                        found.retain(|known| *known != table);
                        found.extend(comes.then(|| table.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Tells whether a change of a table is that of the state of a trigger or rule: `DISABLE TRIGGER name`.
pub(super) fn is_state_of(action: &str, kind: &str, name: &str) -> bool {
    let tokens = tokens(action);
    let mut cursor = Cursor::new(action, &tokens);
    _ = cursor.until(|token| token.is(kind));
    cursor.next();
    cursor.ident().is_some_and(|known| known.as_str() == name)
}

/// Removes what is said of something that is gone: descriptions, changes, privileges.
pub(super) fn forget(done: &mut Vec<Decl>, kind: &str, name: &QualifiedName, arguments: Option<&str>) {
    let signature = arguments.and_then(signature);
    // Routines of one name differ by their arguments.
    let is_named = |cursor: &mut Cursor<'_, '_>| {
        cursor.name().as_ref() == Some(name)
            && match (&signature, cursor.group().and_then(routine::signature)) {
                (Some(wanted), Some(found)) => routine::is_same_signature(wanted, &found),
                _ => true,
            }
    };
    let is_it = |text: &str, head: &str| {
        if !may_mention(text, name.name.as_str()) {
            return false;
        }
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        cursor.eat(head) && is_named(&mut cursor)
    };
    let is_on_it = |text: &str| {
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        _ = cursor.until(|token| token.is("on"));
        cursor.next();
        let list = cursor.eat(kind).then(|| cursor.until(|token| token.is("to") || token.is("from")));
        list.is_none_or(|list| list.split().iter_mut().any(is_named))
    };
    let changed = format!("alter {kind}");
    let has_privileges = matches!(kind, "function" | "procedure" | "sequence" | "type" | "domain" | "schema");
    done.retain(|decl| match decl {
        Decl::Comment(comment) => match &comment.target {
            CommentTarget::Other(on) => !is_it(&on.node, kind),
            CommentTarget::Type(on) => !(matches!(kind, "type" | "domain") && is_called(on, name)),
            CommentTarget::Table(_) | CommentTarget::Column(..) => true,
        },
        Decl::Verbatim(data) if data.kind == changed => !is_it(&data.text.node, &changed),
        Decl::Verbatim(data) if has_privileges && matches!(data.kind.as_str(), "grant" | "revoke") => {
            !data.names.iter().any(|named| is_called(named, name)) || !is_on_it(&data.text.node)
        }
        _ => true,
    });
}

/// Tells whether a declaration makes what a `DROP` names.
pub(super) fn is_named(decl: &Decl, kind: &str, name: &QualifiedName, arguments: Option<&str>) -> bool {
    match decl {
        Decl::Table(table) => kind == "table" && is_called(&table.name, name),
        Decl::Enum(data) => kind == "type" && is_called(&data.name, name),
        Decl::Extension(data) => kind == "extension" && data.name.node == name.name.as_str(),
        Decl::Schema(data) => kind == "schema" && data.name.node == name.name.as_str(),
        Decl::Index(data) => kind == "index" && index_name(&data.table, &data.index) == *name,
        Decl::Verbatim(data) => {
            let same = data.kind == kind
                || (kind == "routine" && matches!(data.kind.as_str(), "function" | "procedure"))
                // A domain is a type.
                || (kind == "type" && data.kind == "domain");
            let named = || data.creates.as_ref().is_some_and(|made| is_called(made, name));
            // Routines of one name differ by their arguments, of which only the types count.
            same && named() && arguments.is_none_or(|arguments| has_arguments(&data.text.node, arguments))
        }
        _ => false,
    }
}

fn has_arguments(text: &str, wanted: &str) -> bool {
    match (routine::signature_of(text), signature(wanted)) {
        (Some(known), Some(wanted)) => routine::is_same_signature(&known, &wanted),
        _ => false,
    }
}

/// Returns the types by which a routine of these arguments is known.
fn signature(arguments: &str) -> Option<String> {
    let tokens = tokens(arguments);
    routine::signature(Cursor::new(arguments, &tokens))
}

/// Returns the name of an index, which has one by now.
pub(super) fn index_name(table: &QName, index: &IndexDecl) -> QualifiedName {
    let schema = table.schema.as_ref().map(|schema| schema.node.as_str());
    QualifiedName::new(schema, index.name.as_ref().map(|name| name.node.as_str()).unwrap_or_default())
}

/// Tells whether a declaration is a trigger, policy or rule of a name on a table.
pub(super) fn is_part(decl: &Decl, kind: &str, name: &str, table: &QualifiedName) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    data.kind == kind
        && may_mention(&data.text.node, name)
        && part_of(data).is_some_and(|(known, on)| {
            let on_it = || data.names.iter().any(|named| is_called(named, table));
            known.as_str() == name && (on == *table || on_it())
        })
}

/// Returns the name of a trigger, policy or rule, and the table or view that it is on.
pub(in crate::model::lower) fn part_of(data: &VerbatimDecl) -> Option<(PgIdent, QualifiedName)> {
    let own = tokens(&data.text.node);
    let mut cursor = Cursor::new(&data.text.node, &own);
    _ = cursor.until(|token| token.is(&data.kind));
    cursor.next();
    let name = cursor.ident()?;
    let behind = if data.kind == "rule" { "to" } else { "on" };
    _ = cursor.until(|token| token.is(behind));
    cursor.next();
    Some((name, cursor.name()?))
}

/// Tells whether a declaration says something about a table that is gone.
fn is_of_table(decl: &Decl, table: &QualifiedName) -> bool {
    match decl {
        Decl::AlterTable(alter) => is_called(&alter.table, table),
        Decl::Index(index) => is_called(&index.table, table),
        Decl::Rows(rows) => is_called(&rows.table, table),
        Decl::Comment(comment) => match &comment.target {
            CommentTarget::Table(name) | CommentTarget::Column(name, _) => is_called(name, table),
            CommentTarget::Type(_) | CommentTarget::Other(_) => false,
        },
        Decl::Verbatim(data) => {
            matches!(data.kind.as_str(), "trigger" | "policy" | "rule" | "statistics")
                && data.names.iter().any(|name| is_called(name, table))
        }
        _ => false,
    }
}

/// Removes the foreign keys that lead to a table that is gone: the statement would fail without `CASCADE`.
fn forget_references(decl: &mut Decl, gone: &QualifiedName) {
    let attaches = |text: &str| {
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        cursor.eat("attach partition") && cursor.name().as_ref() == Some(gone)
    };
    let leads = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(key) if is_called(&key.table, gone));
    match decl {
        Decl::Table(table) => {
            table.constraints.retain(|constraint| !leads(&constraint.kind));
            for column in &mut table.columns {
                column.references.retain(|key| !is_called(&key.table, gone));
            }
        }
        Decl::AlterTable(alter) => alter.actions.retain(|action| match action {
            AlterAction::AddConstraint(constraint) => !leads(&constraint.kind),
            AlterAction::Other(text) => !attaches(&text.node),
            _ => true,
        }),
        _ => {}
    }
}
