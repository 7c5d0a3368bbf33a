//! Relations between two ends, as DBML and diagrams give them.

use super::key::{self, ident};
use super::relation::{self, described_column};
use super::{Cx, column, drawn, find_column, qualified, table, words};
use crate::diag::Code;
use crate::model::ident::QualifiedName;
use crate::model::{ColumnId, Fact, ForeignKeyData, PgType, TableData, TableId};
use crate::source::decl::{EndpointDecl, Ident, RefAction, RefDecl, Relation, Timing};
use crate::span::{Span, Spanned};

pub(super) const NO_COLUMNS: Code = Code::new("relation-without-columns");
const UNKNOWN_ACTION: Code = Code::new("unknown-action");

/// Adds a relation between two ends.
pub(super) fn add_ref(cx: &mut Cx<'_>, decl: &RefDecl) {
    let [a, b] = &decl.endpoints;
    let many = |end: &EndpointDecl| {
        matches!(end.relation, Relation::Many | Relation::ZeroOrMany | Relation::OneOrMany)
    };
    // What a diagram draws between entities without attributes is drawn and no more.
    let is_drawn =
        |end: &EndpointDecl| cx.find(&end.table).is_none() && cx.named.contains(&end.table.name.node);
    if decl.inactive && (is_drawn(a) || is_drawn(b)) {
        return;
    }
    if many(a) && many(b) {
        join_table(cx, decl);
        return;
    }
    let (Some(first), Some(second)) = (end_table(cx, a, b), end_table(cx, b, a)) else { return };
    let (own, own_id, other, other_id) =
        if references(cx, (a, first), (b, second)) { (a, first, b, second) } else { (b, second, a, first) };
    if own.columns.is_empty() || other.columns.is_empty() {
        diagram(cx, decl, (own, own_id), other_id);
        return;
    }
    let Some(columns) = cx.columns(own_id, &own.columns) else { return };
    let Some(referenced_columns) = cx.columns(other_id, &other.columns) else { return };
    let on_delete = decl.on_delete.as_ref().and_then(|word| action(cx, word));
    let on_update = decl.on_update.as_ref().and_then(|word| action(cx, word));
    let key = ForeignKeyData {
        name: decl.name.as_ref().map(ident),
        columns,
        referenced: other_id,
        referenced_columns,
        on_delete,
        on_update,
        match_full: false,
        timing: Timing::NotDeferrable,
        not_valid: false,
        enforced: !decl.inactive,
        comment: decl.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span)),
        span: decl.span,
        also: Vec::new(),
    };
    relation::add(cx, own_id, key);
}

/// Returns the table of one end; one that another system owns and nobody describes is made up of the columns that are named.
fn end_table(cx: &mut Cx<'_>, end: &EndpointDecl, other: &EndpointDecl) -> Option<TableId> {
    let plain = qualified(&end.table);
    if cx.find(&end.table).is_some() || !cx.config.is_external(&plain.plain()) {
        return cx.resolve(&end.table);
    }
    let types: Vec<PgType> = match cx.find(&other.table) {
        Some(id) => {
            let table = cx.schema.table(id);
            let ty = |name: &Ident| table.find_column(&name.node).map(|column| column.ty().clone());
            other.columns.iter().filter_map(ty).collect()
        }
        None => Vec::new(),
    };
    let id = table::add(cx, plain, end.table.span(), end.table.span());
    for (at, name) in end.columns.iter().enumerate() {
        let ty = types.get(at).cloned().unwrap_or_else(|| PgType::builtin("text"));
        let column = described_column(name, ty, "the type of the column that references it");
        cx.table(id).columns.push(column);
    }
    Some(id)
}

/// Takes a relation that names no columns, as diagrams give them: it is the foreign key between the two tables, where there
/// is one, else one from the column that is named after the other table.
fn diagram(cx: &mut Cx<'_>, decl: &RefDecl, (own, own_id): (&EndpointDecl, TableId), other_id: TableId) {
    let comment = decl.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span));
    let name = cx.table(other_id).name.value.plain();
    // The diagram marks the column.
    let marked = match own.columns.as_slice() {
        [column] => find_column(cx.table(own_id), &column.node),
        _ => None,
    };
    let fits = |key: &&mut ForeignKeyData| {
        key.referenced == other_id && marked.is_none_or(|column| key.columns == [column])
    };
    let mut between = cx.table(own_id).foreign_keys.iter_mut().filter(fits);
    match (between.next(), between.next()) {
        (Some(only), None) => {
            only.also.push(decl.span);
            column::join_comment(&mut only.comment, comment);
        }
        (Some(_), Some(_)) => {}
        (None, _) => match implied(cx, own_id, other_id, marked) {
            Some((column, key)) => {
                let is_key = marked.is_some() && relation::is_of_drawn(cx, own_id, other_id, column, key);
                let on_delete = decl.on_delete.as_ref().and_then(|word| action(cx, word));
                if decl.inactive && marked.is_some() && !is_key {
                    drawn::not_made(cx, decl, own_id, column, (other_id, key));
                }
                let data = ForeignKeyData {
                    enforced: !decl.inactive || is_key,
                    on_delete,
                    comment,
                    ..plain(column, other_id, key, decl.span)
                };
                relation::add(cx, own_id, data);
            }
            // Of two tables with one row for each the key may be the other's; a table without a key is reported where it is referenced.
            None if turned(cx, decl, own_id, other_id) || cx.table(other_id).primary_key.is_none() => {}
            None => {
                cx.sink
                    .warning(
                        NO_COLUMNS,
                        decl.span,
                        format!("no column of `{}` references `{name}`", own.table),
                    )
                    .help("name the columns of the relation, or give the table a foreign key");
            }
        },
    }
}

/// Tells whether a relation of one row to one is a foreign key of the table at its other end, and says there that it is drawn.
fn turned(cx: &mut Cx<'_>, decl: &RefDecl, own: TableId, other: TableId) -> bool {
    let single = |end: &EndpointDecl| matches!(end.relation, Relation::One | Relation::ZeroOrOne);
    if !decl.endpoints.iter().all(single) {
        return false;
    }
    let key = cx.table(other).foreign_keys.iter_mut().find(|key| key.referenced == own);
    key.is_some_and(|key| {
        key.also.push(decl.span);
        true
    })
}

/// Returns the column that is marked, else the one that is named after a table and its key, `customer_id` for `customers`, with that
/// key.
fn implied(
    cx: &Cx<'_>,
    own: TableId,
    other: TableId,
    marked: Option<ColumnId>,
) -> Option<(ColumnId, ColumnId)> {
    let (own, other) = (cx.schema.table(own), cx.schema.table(other));
    let [key] = other.primary_key()?.columns.as_slice() else { return None };
    let (name, key_name) = (other.name().name.as_str(), other.column(*key).name());
    let wanted = words::joined(&format!("{}_{key_name}", words::singular(&name.to_lowercase())));
    let named =
        || own.columns().find(|column| words::joined(column.name()) == wanted).map(|column| column.id);
    Some((marked.or_else(named)?, *key))
}

/// Makes a foreign key of one column with nothing else said of it.
pub(super) fn plain(column: ColumnId, referenced: TableId, key: ColumnId, span: Span) -> ForeignKeyData {
    ForeignKeyData {
        name: None,
        columns: vec![column],
        referenced,
        referenced_columns: vec![key],
        on_delete: None,
        on_update: None,
        match_full: false,
        timing: Timing::NotDeferrable,
        not_valid: false,
        enforced: true,
        comment: None,
        span,
        also: Vec::new(),
    }
}

/// Tells whether the first end of a relation references the second: the end with more rows does; of two equal ends the one
/// whose column is given, else the one that is not another system's, else the one whose columns are no key, else the first.
fn references(cx: &mut Cx<'_>, a: (&EndpointDecl, TableId), b: (&EndpointDecl, TableId)) -> bool {
    let rank = |relation: Relation| match relation {
        Relation::One => 0,
        Relation::ZeroOrOne => 1,
        Relation::Many | Relation::ZeroOrMany | Relation::OneOrMany => 2,
    };
    let (first, second) = (rank(a.0.relation), rank(b.0.relation));
    if first != second {
        return first > second;
    }
    // A diagram marks the column of one end.
    if a.0.columns.is_empty() != b.0.columns.is_empty() {
        return b.0.columns.is_empty();
    }
    let (own, other) = (cx.table(a.1).external, cx.table(b.1).external);
    if own != other {
        return other;
    }
    !is_primary_key(cx, a) || is_primary_key(cx, b)
}

fn is_primary_key(cx: &mut Cx<'_>, (end, id): (&EndpointDecl, TableId)) -> bool {
    let table = cx.table(id);
    let columns: Option<Vec<ColumnId>> =
        end.columns.iter().map(|name| find_column(table, &name.node)).collect();
    table.primary_key.as_ref().map(|key| &key.columns) == columns.as_ref()
}

fn action(cx: &mut Cx<'_>, word: &Ident) -> Option<Fact<RefAction>> {
    let action = match word.node.to_lowercase().as_str() {
        "no action" => RefAction::NoAction,
        "restrict" => RefAction::Restrict,
        "cascade" => RefAction::Cascade,
        "set null" => RefAction::SetNull(Vec::new()),
        "set default" => RefAction::SetDefault(Vec::new()),
        _ => {
            cx.sink
                .error(UNKNOWN_ACTION, word.span, format!("`{}` is no action of a foreign key", word.node))
                .help("PostgreSQL has no action, restrict, cascade, set null and set default");
            return None;
        }
    };
    Some(Fact::said(action, word.span))
}

/// Makes the table that joins two tables of many rows each, as the official export of DBML does: it is named after both,
/// and holds a column for every column of both ends.
fn join_table(cx: &mut Cx<'_>, decl: &RefDecl) {
    if decl.inactive {
        return;
    }
    let ids: Vec<Option<TableId>> = decl.endpoints.iter().map(|end| cx.resolve(&end.table)).collect();
    let Some(ids) = ids.into_iter().collect::<Option<Vec<TableId>>>() else { return };
    let base = decl.endpoints.iter().map(|end| end.table.name.node.as_str()).collect::<Vec<_>>().join("_");
    let schema =
        decl.endpoints.first().and_then(|end| end.table.schema.as_ref()).map(|schema| schema.node.clone());
    let free = |name: &QualifiedName| !cx.tables.contains_key(name);
    let candidates = std::iter::once(base.clone()).chain((1..).map(|n| format!("{base}({n})")));
    let name = candidates.map(|name| QualifiedName::new(schema.as_deref(), name)).find(free);
    let Some(name) = name else { return };
    let join = table::add(cx, name, decl.span, decl.span);
    let mut all = Vec::new();
    for (end, id) in decl.endpoints.iter().zip(ids) {
        let Some(referenced_columns) = cx.columns(id, &end.columns) else { return };
        let mut columns = Vec::new();
        for column in &referenced_columns {
            let Some((name, ty)) = named_type(cx.table(id), *column) else { continue };
            let table = cx.table(id).name.value.name.as_str().to_owned();
            let name = free_column(cx.table(join), format!("{table}_{name}"));
            let data = described_column(&Spanned::new(name, decl.span), ty, "a relation of many to many");
            columns.push(ColumnId(cx.table(join).columns.len()));
            cx.table(join).columns.push(data);
        }
        all.extend(columns.clone());
        let key = ForeignKeyData {
            name: None,
            columns,
            referenced: id,
            referenced_columns,
            on_delete: decl.on_delete.as_ref().and_then(|word| action(cx, word)),
            on_update: decl.on_update.as_ref().and_then(|word| action(cx, word)),
            match_full: false,
            timing: Timing::NotDeferrable,
            not_valid: false,
            enforced: true,
            comment: decl.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span)),
            span: decl.span,
            also: Vec::new(),
        };
        relation::add(cx, join, key);
    }
    key::primary_key(cx, join, key::key(all, None, decl.span));
}

fn named_type(table: &TableData, column: ColumnId) -> Option<(String, PgType)> {
    let column = table.columns.get(column.0)?;
    Some((column.name.value.as_str().to_owned(), column.ty.value.without_serial()))
}

fn free_column(table: &TableData, name: String) -> String {
    let candidates = std::iter::once(name.clone()).chain((1..).map(|n| format!("{name}({n})")));
    candidates.into_iter().find(|name| find_column(table, name).is_none()).unwrap_or(name)
}
