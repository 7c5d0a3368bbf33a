//! What tables have from elsewhere: the columns of parents, of the table that they are a part of, of the type that they are of.

use super::{Cx, types};
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, canonical, tokens};
use crate::model::{ColumnData, DefaultExpr, Fact, TableId, VerbatimData};
use crate::source::decl::DefaultKind;
use crate::span::Spanned;

/// Gives every table the columns that it inherits, before its own, in the order of its parents.
pub(super) fn columns(cx: &mut Cx<'_>) {
    let ids: Vec<TableId> = cx.schema.own_tables().map(|table| table.id).collect();
    let mut done = vec![false; cx.schema.tables.len()];
    for id in ids {
        inherit(cx, id, &mut done, 0);
    }
}

/// How many tables may stand between a table and the first of its parents; more than anybody has, and an end to circles.
const DEPTH: usize = 32;

fn inherit(cx: &mut Cx<'_>, id: TableId, done: &mut [bool], depth: usize) {
    match done.get_mut(id.0) {
        Some(done) if !*done && depth < DEPTH => *done = true,
        _ => return,
    }
    let tail = cx.table(id).tail.as_ref().map(|tail| tail.node.clone());
    let mut inherited: Vec<ColumnData> = Vec::new();
    for name in tail.iter().flat_map(|tail| parents(tail)) {
        let Some(parent) = cx.tables.get(&name).copied().filter(|parent| *parent != id) else { continue };
        inherit(cx, parent, done, depth + 1);
        let parent = &*cx.table(parent);
        for column in &parent.columns {
            if !inherited.iter().any(|known| known.name.value == column.name.value) {
                // What is said of the parent's column is not said again.
                let silent =
                    ColumnData { comment: None, values: None, prefix: None, was: None, ..column.clone() };
                let default = default(column, &parent.alterations);
                inherited.push(ColumnData { inherited: true, default, ..silent });
            }
        }
    }
    let of_type = tail.as_deref().and_then(of_type);
    inherited.extend(of_type.iter().flat_map(|name| attributes(cx, name)));
    for column in &mut cx.table(id).columns {
        let parent = inherited.iter().find(|known| known.name.value == column.name.value);
        let default =
            |column: &ColumnData| column.default.as_ref().map(|default| canonical(&default.value.sql));
        column.repeats_default = parent.is_some_and(|parent| default(parent) == default(column));
    }
    let own = &cx.table(id).columns;
    inherited.retain(|column| !own.iter().any(|known| known.name.value == column.name.value));
    // Nothing refers to columns by their place yet.
    cx.table(id).columns.splice(0..0, inherited);
}

/// Returns the default of a column that the table may have from its own parent and change.
fn default(column: &ColumnData, alterations: &[Spanned<String>]) -> Option<Fact<DefaultExpr>> {
    let mut default = column.default.clone();
    for action in alterations.iter().filter(|_| column.inherited) {
        let own = tokens(&action.node);
        let mut cursor = Cursor::new(&action.node, &own);
        if !(cursor.eat("alter column") || cursor.eat("alter"))
            || cursor.ident().as_ref() != Some(&column.name.value)
        {
            continue;
        }
        if cursor.eat("set default") {
            let sql = cursor.rest().to_owned();
            let kind = DefaultKind::Expression;
            default = Some(Fact::said(DefaultExpr { sql, kind }, action.span));
        } else if cursor.eat("drop default") {
            default = None;
        }
    }
    default
}

/// Tells by what stands behind a table's columns whether it has columns from elsewhere.
pub(super) fn has_parent(tail: &str) -> bool {
    !parents(tail).is_empty() || of_type(tail).is_some()
}

/// Returns the attributes of a composite type as columns.
fn attributes(cx: &mut Cx<'_>, name: &QualifiedName) -> Vec<ColumnData> {
    let of_name = |data: &&VerbatimData| data.kind == "type" && data.creates.as_ref() == Some(name);
    let Some(text) = cx.schema.verbatim.iter().find(of_name).map(|data| data.text.clone()) else {
        return Vec::new();
    };
    let own = tokens(&text.node);
    let mut cursor = Cursor::new(&text.node, &own);
    if !cursor.eat("create type") || cursor.name().is_none() || !cursor.eat("as") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for mut attribute in cursor.group().map(Cursor::split).unwrap_or_default() {
        let Some(name) = attribute.ident() else { continue };
        let ty = attribute.until(|token| token.is("collate")).rest().to_owned();
        let ty = Fact::said(types::resolve(cx, &Spanned::new(ty, text.span)), text.span);
        let column = ColumnData::new(Fact::said(name, text.span), ty, text.span);
        found.push(ColumnData { inherited: true, ..column });
    }
    found
}

/// Reads the composite type out of `OF name`.
fn of_type(tail: &str) -> Option<QualifiedName> {
    let tokens = tokens(tail);
    let mut cursor = Cursor::new(tail, &tokens);
    cursor.eat("of").then(|| cursor.name()).flatten()
}

/// Reads the parents out of what stands behind a table's columns: `PARTITION OF p …`, `INHERITS (a, b)`.
pub(super) fn parents(tail: &str) -> Vec<QualifiedName> {
    let tokens = tokens(tail);
    let mut cursor = Cursor::new(tail, &tokens);
    if cursor.eat("partition of") {
        return cursor.name().into_iter().collect();
    }
    while !cursor.is_done() {
        if cursor.eat("inherits") {
            let list = cursor.group().map(Cursor::split).unwrap_or_default();
            return list.into_iter().filter_map(|mut part| part.name()).collect();
        }
        cursor.next();
    }
    Vec::new()
}
