//! A script taken at its word: what it drops is not there at its end, and what it renames has its last name.
//!
//! Documents say what shall be there, and a `DROP` in one is a remark. A dump or a folder of migrations says how it came about.

use std::collections::BTreeSet;

use super::qualified;
use super::search_path::SearchPath;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, Token, canonical, tokens};
use crate::source::decl::{
    AlterAction, CommentTarget, ConstraintKind, Decl, Ident, IndexDecl, IndexKey, QName, TableDecl,
    VerbatimDecl,
};
use crate::span::Spanned;

/// Applies every drop and rename to what stands before it.
pub(super) fn replay(decls: Vec<Decl>) -> Vec<Decl> {
    let mut done: Vec<Decl> = Vec::with_capacity(decls.len());
    let mut made: BTreeSet<QualifiedName> = BTreeSet::new();
    let mut path = SearchPath::default();
    for mut decl in decls {
        path.apply(&mut decl);
        match decl {
            Decl::SearchPath(text) => path.set(&text, &done),
            Decl::Drop(text) => {
                drop(&text.node, &mut done);
                made = done.iter().filter_map(made_once).collect();
            }
            // `IF NOT EXISTS` leaves the first as it is.
            Decl::Table(_) | Decl::Enum(_) if made_once(&decl).is_some_and(|name| !made.insert(name)) => {}
            Decl::Verbatim(data) if replaces(&data.text.node) => {
                // The last definition holds.
                done.retain(|known| !matches!(known, Decl::Verbatim(known) if is_replaced(known, &data)));
                done.push(Decl::Verbatim(data));
            }
            Decl::AlterTable(mut alter) => {
                let table = qualified(&alter.table);
                let count = alter.actions.len();
                alter.actions.retain(|action| match action {
                    AlterAction::Other(text) => !rename_of_table(&table, text, &mut done),
                    _ => true,
                });
                if alter.actions.len() < count {
                    made = done.iter().filter_map(made_once).collect();
                }
                if !alter.actions.is_empty() {
                    done.push(Decl::AlterTable(alter));
                }
            }
            Decl::Verbatim(data) if data.kind == "alter type" => {
                if rename_of_type(&data.text, &mut done) {
                    made = done.iter().filter_map(made_once).collect();
                } else {
                    done.push(Decl::Verbatim(data));
                }
            }
            other => done.push(other),
        }
    }
    done
}

/// Returns the name of what can be made once.
fn made_once(decl: &Decl) -> Option<QualifiedName> {
    match decl {
        Decl::Table(table) => Some(qualified(&table.name)),
        Decl::Enum(data) => Some(qualified(&data.name)),
        _ => None,
    }
}

/// Tells whether a statement takes the place of an earlier one: `CREATE OR REPLACE`.
fn replaces(text: &str) -> bool {
    let mut words = text.split_whitespace().skip(1).take(2);
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("or"))
        && words.next().is_some_and(|word| word.eq_ignore_ascii_case("replace"))
}

fn is_replaced(known: &VerbatimDecl, by: &VerbatimDecl) -> bool {
    let arguments = |text: &str| {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        _ = cursor.until(|token| token.is("("));
        cursor.group().map(|group| canonical(group.rest()))
    };
    let name = |decl: &VerbatimDecl| decl.creates.as_ref().map(qualified);
    known.kind == by.kind
        && name(known).is_some()
        && name(known) == name(by)
        && (matches!(by.kind.as_str(), "view") || arguments(&known.text.node) == arguments(&by.text.node))
}

/// Applies a `DROP`; what it names and is not there, is not there.
fn drop(text: &str, done: &mut Vec<Decl>) {
    let tokens = tokens(text);
    let mut cursor = Cursor::new(text, &tokens);
    if !cursor.eat("drop") {
        return;
    }
    let kinds = [
        "materialized view",
        "event trigger",
        "foreign table",
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
    ];
    let Some(kind) = kinds.into_iter().find(|kind| cursor.eat(kind)) else { return };
    _ = cursor.eat("concurrently");
    _ = cursor.eat("if exists");
    if matches!(kind, "trigger" | "policy" | "rule") {
        let name = cursor.ident();
        _ = cursor.eat("on");
        if let (Some(name), Some(table)) = (name, cursor.name()) {
            done.retain(|decl| !is_part(decl, kind, name.as_str(), &table));
        }
        return;
    }
    for mut part in cursor.split() {
        let Some(name) = part.name() else { continue };
        let arguments = part.group().map(|group| group.rest().to_owned());
        done.retain(|decl| !is_named(decl, kind, &name, arguments.as_deref()));
        if matches!(kind, "table" | "view" | "materialized view" | "foreign table") {
            done.retain(|decl| !is_of_table(decl, &name));
            for decl in done.iter_mut() {
                forget_references(decl, &name);
            }
        }
        if kind == "index" {
            for decl in done.iter_mut() {
                if let Decl::Table(table) = decl {
                    table
                        .indexes
                        .retain(|index| index.name.as_ref().is_none_or(|it| it.node != name.name.as_str()));
                }
            }
        }
    }
}

/// Tells whether a declaration makes what a `DROP` names.
fn is_named(decl: &Decl, kind: &str, name: &QualifiedName, arguments: Option<&str>) -> bool {
    match decl {
        Decl::Table(table) => kind == "table" && qualified(&table.name) == *name,
        Decl::Enum(data) => kind == "type" && qualified(&data.name) == *name,
        Decl::Extension(data) => kind == "extension" && data.name.node == name.name.as_str(),
        Decl::Schema(data) => kind == "schema" && data.name.node == name.name.as_str(),
        Decl::Index(data) => kind == "index" && index_name(&data.table, &data.index) == Some(name.clone()),
        Decl::Verbatim(data) => {
            let same = data.kind == kind
                || (kind == "routine" && matches!(data.kind.as_str(), "function" | "procedure"));
            let named = data.creates.as_ref().map(qualified).as_ref() == Some(name);
            // Routines of one name differ by their arguments, of which only the types count.
            same && named && arguments.is_none_or(|arguments| has_arguments(&data.text.node, arguments))
        }
        _ => false,
    }
}

fn has_arguments(text: &str, wanted: &str) -> bool {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    _ = cursor.until(|token| token.is("("));
    let count = |list: &str| {
        let tokens = tokens(list);
        Cursor::new(list, &tokens).split().len()
    };
    cursor.group().is_some_and(|list| count(list.rest()) == count(wanted))
}

fn index_name(table: &QName, index: &IndexDecl) -> Option<QualifiedName> {
    let schema = table.schema.as_ref().map(|schema| schema.node.as_str());
    Some(QualifiedName::new(schema, index.name.as_ref()?.node.clone()))
}

/// Tells whether a declaration is a trigger, policy or rule of a name on a table.
fn is_part(decl: &Decl, kind: &str, name: &str, table: &QualifiedName) -> bool {
    let Decl::Verbatim(data) = decl else { return false };
    let own = tokens(&data.text.node);
    let after = own.iter().position(|token| token.is(kind)).and_then(|at| own.get(at + 1));
    data.kind == kind
        && after.is_some_and(|token| token.value == name)
        && data.names.iter().any(|named| qualified(named) == *table)
}

/// Tells whether a declaration says something about a table that is gone.
fn is_of_table(decl: &Decl, table: &QualifiedName) -> bool {
    match decl {
        Decl::AlterTable(alter) => qualified(&alter.table) == *table,
        Decl::Index(index) => qualified(&index.table) == *table,
        Decl::Rows(rows) => qualified(&rows.table) == *table,
        Decl::Comment(comment) => match &comment.target {
            CommentTarget::Table(name) | CommentTarget::Column(name, _) => qualified(name) == *table,
            CommentTarget::Type(_) | CommentTarget::Other(_) => false,
        },
        Decl::Verbatim(data) => {
            matches!(data.kind.as_str(), "trigger" | "policy" | "rule" | "grant" | "statistics")
                && data.names.iter().any(|name| qualified(name) == *table)
        }
        _ => false,
    }
}

/// Removes the foreign keys that lead to a table that is gone: the statement would fail without `CASCADE`.
fn forget_references(decl: &mut Decl, gone: &QualifiedName) {
    let leads = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey(key) if qualified(&key.table) == *gone);
    match decl {
        Decl::Table(table) => {
            table.constraints.retain(|constraint| !leads(&constraint.kind));
            for column in &mut table.columns {
                column.references.retain(|key| qualified(&key.table) != *gone);
            }
        }
        Decl::AlterTable(alter) => alter.actions.retain(
            |action| !matches!(action, AlterAction::AddConstraint(constraint) if leads(&constraint.kind)),
        ),
        _ => {}
    }
}

/// Applies `RENAME …` of a table or of a part of it; tells whether it was one.
fn rename_of_table(table: &QualifiedName, text: &Spanned<String>, done: &mut [Decl]) -> bool {
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    if !cursor.eat("rename") {
        return false;
    }
    if cursor.eat("to") {
        let Some(to) = cursor.ident() else { return false };
        for decl in done.iter_mut() {
            rename_table(decl, table, to.as_str());
        }
        return true;
    }
    let constraint = cursor.eat("constraint");
    _ = cursor.eat("column");
    let (Some(from), true, Some(to)) = (cursor.ident(), cursor.eat("to"), cursor.ident()) else {
        return false;
    };
    for decl in done.iter_mut() {
        if constraint {
            rename_constraint(decl, table, from.as_str(), to.as_str());
        } else {
            rename_column(decl, table, from.as_str(), to.as_str());
        }
    }
    true
}

fn renamed(name: &mut Ident, from: &str, to: &str) {
    if name.node == from {
        to.clone_into(&mut name.node);
    }
}

fn renamed_all(names: &mut [Ident], from: &str, to: &str) {
    names.iter_mut().for_each(|name| renamed(name, from, to));
}

/// Replaces a name wherever it stands alone in an expression.
fn rewritten(text: &mut String, from: &str, to: &str) {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for token in tokens(text) {
        if token.is_name() && token.value == from {
            out.push_str(text.get(at..token.start).unwrap_or_default());
            out.push_str(&crate::model::PgIdent::new(to).to_string());
            at = token.end();
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    *text = out;
}

fn rename_table(decl: &mut Decl, table: &QualifiedName, to: &str) {
    let rename = |name: &mut QName| {
        if qualified(name) == *table {
            to.clone_into(&mut name.name.node);
        }
    };
    let reference = |kind: &mut ConstraintKind| {
        if let ConstraintKind::ForeignKey(key) = kind {
            rename(&mut key.table);
        }
    };
    match decl {
        Decl::Table(data) => {
            rename(&mut data.name);
            data.columns
                .iter_mut()
                .flat_map(|column| &mut column.references)
                .for_each(|key| rename(&mut key.table));
            data.constraints.iter_mut().for_each(|constraint| reference(&mut constraint.kind));
        }
        Decl::AlterTable(alter) => {
            rename(&mut alter.table);
            for action in &mut alter.actions {
                match action {
                    AlterAction::AddConstraint(constraint) => reference(&mut constraint.kind),
                    AlterAction::AddColumn(column) => {
                        column.references.iter_mut().for_each(|key| rename(&mut key.table));
                    }
                    _ => {}
                }
            }
        }
        Decl::Index(index) => rename(&mut index.table),
        Decl::Rows(rows) => rename(&mut rows.table),
        Decl::Comment(comment) => match &mut comment.target {
            CommentTarget::Table(name) | CommentTarget::Column(name, _) => rename(name),
            CommentTarget::Type(_) | CommentTarget::Other(_) => {}
        },
        Decl::Verbatim(data) if data.names.iter().any(|name| qualified(name) == *table) => {
            data.names.iter_mut().for_each(rename);
            rewritten(&mut data.text.node, table.name.as_str(), to);
        }
        _ => {}
    }
}

fn rename_column(decl: &mut Decl, table: &QualifiedName, from: &str, to: &str) {
    match decl {
        Decl::Table(data) => {
            let own = qualified(&data.name) == *table;
            rename_in_table(data, own, table, from, to);
        }
        Decl::AlterTable(alter) => {
            let own = qualified(&alter.table) == *table;
            for action in &mut alter.actions {
                match action {
                    AlterAction::AddConstraint(constraint) => {
                        rename_in_constraint(&mut constraint.kind, own, table, from, to)
                    }
                    AlterAction::AddColumn(column) if own => renamed(&mut column.name, from, to),
                    AlterAction::SetNotNull(name, _)
                    | AlterAction::SetDefault(name, _)
                    | AlterAction::SetType(name, _)
                    | AlterAction::DropColumn(name)
                        if own =>
                    {
                        renamed(name, from, to);
                    }
                    _ => {}
                }
            }
        }
        Decl::Index(index) if qualified(&index.table) == *table => {
            rename_in_index(&mut index.index, from, to)
        }
        Decl::Comment(comment) => {
            if let CommentTarget::Column(name, column) = &mut comment.target
                && qualified(name) == *table
            {
                renamed(column, from, to);
            }
        }
        Decl::Verbatim(data)
            if matches!(data.kind.as_str(), "policy" | "trigger")
                && data.names.iter().any(|name| qualified(name) == *table) =>
        {
            rewritten(&mut data.text.node, from, to);
        }
        _ => {}
    }
}

fn rename_in_table(data: &mut TableDecl, own: bool, table: &QualifiedName, from: &str, to: &str) {
    for constraint in &mut data.constraints {
        rename_in_constraint(&mut constraint.kind, own, table, from, to);
    }
    for column in &mut data.columns {
        for key in column.references.iter_mut().filter(|key| qualified(&key.table) == *table) {
            renamed_all(&mut key.referenced, from, to);
        }
        if own {
            renamed(&mut column.name, from, to);
            column.checks.iter_mut().for_each(|check| rewritten(&mut check.expression.node, from, to));
            if let Some(generated) = &mut column.generated {
                rewritten(&mut generated.expression.node, from, to);
            }
        }
    }
    if own {
        data.indexes.iter_mut().for_each(|index| rename_in_index(index, from, to));
    }
}

fn rename_in_constraint(kind: &mut ConstraintKind, own: bool, table: &QualifiedName, from: &str, to: &str) {
    match kind {
        ConstraintKind::PrimaryKey { columns, include } | ConstraintKind::Unique { columns, include, .. }
            if own =>
        {
            renamed_all(columns, from, to);
            renamed_all(include, from, to);
        }
        ConstraintKind::Check(check) if own => rewritten(&mut check.expression.node, from, to),
        ConstraintKind::Exclude(text) if own => rewritten(&mut text.node, from, to),
        ConstraintKind::ForeignKey(key) => {
            if own {
                renamed_all(&mut key.columns, from, to);
            }
            if qualified(&key.table) == *table {
                renamed_all(&mut key.referenced, from, to);
            }
        }
        _ => {}
    }
}

fn rename_in_index(index: &mut IndexDecl, from: &str, to: &str) {
    for part in &mut index.parts {
        match &mut part.key {
            IndexKey::Column(name) => renamed(name, from, to),
            IndexKey::Expression(text) => rewritten(&mut text.node, from, to),
        }
    }
    renamed_all(&mut index.include, from, to);
    if let Some(predicate) = &mut index.predicate {
        rewritten(&mut predicate.node, from, to);
    }
}

fn rename_constraint(decl: &mut Decl, table: &QualifiedName, from: &str, to: &str) {
    let rename = |name: &mut Option<Ident>| {
        if let Some(name) = name {
            renamed(name, from, to);
        }
    };
    match decl {
        Decl::Table(data) if qualified(&data.name) == *table => {
            data.constraints.iter_mut().for_each(|constraint| rename(&mut constraint.name));
            for column in &mut data.columns {
                column.checks.iter_mut().for_each(|check| rename(&mut check.name));
                column.references.iter_mut().for_each(|key| rename(&mut key.name));
            }
        }
        Decl::AlterTable(alter) if qualified(&alter.table) == *table => {
            for action in &mut alter.actions {
                if let AlterAction::AddConstraint(constraint) = action {
                    rename(&mut constraint.name);
                }
            }
        }
        _ => {}
    }
}

/// Applies `ALTER TYPE … RENAME TO …`; tells whether it was one.
fn rename_of_type(text: &Spanned<String>, done: &mut [Decl]) -> bool {
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    _ = cursor.eat("alter type");
    let (Some(name), true, Some(to)) = (cursor.name(), cursor.eat("rename to"), cursor.ident()) else {
        return false;
    };
    let is_it = |token: &Token<'_>| token.is_name() && token.value == name.name.as_str();
    let retyped = |ty: &mut Option<Ident>| {
        if let Some(ty) = ty
            && tokens(&ty.node).iter().any(is_it)
        {
            rewritten(&mut ty.node, name.name.as_str(), to.as_str());
        }
    };
    for decl in done.iter_mut() {
        match decl {
            Decl::Enum(data) if qualified(&data.name) == name => {
                to.as_str().clone_into(&mut data.name.name.node)
            }
            Decl::Table(table) => table.columns.iter_mut().for_each(|column| retyped(&mut column.ty)),
            Decl::AlterTable(alter) => {
                for action in &mut alter.actions {
                    if let AlterAction::AddColumn(column) = action {
                        retyped(&mut column.ty);
                    }
                }
            }
            Decl::Verbatim(data)
                if data.creates.as_ref().map(qualified).as_ref() == Some(&name)
                    || data.names.iter().any(|named| qualified(named) == name) =>
            {
                rewritten(&mut data.text.node, name.name.as_str(), to.as_str());
                for named in
                    data.names.iter_mut().chain(&mut data.creates).filter(|named| qualified(named) == name)
                {
                    to.as_str().clone_into(&mut named.name.node);
                }
            }
            _ => {}
        }
    }
    true
}
