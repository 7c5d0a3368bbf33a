//! Indexes.

use super::column::join_comment;
use super::comment::is_carried;
use super::key::{self, ident};
use super::{Cx, find_column, push, qualified};
use crate::diag::Code;
use crate::expr;
use crate::model::default_name::{distinct, element, object_name};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::{ColumnId, Fact, IndexData, IndexPart, PartKey, TableId, VerbatimData};
use crate::source::decl::{Ident, IndexDecl, IndexKey, IndexPartDecl, QName, TableDecl};
use crate::span::Spanned;

const CONFLICTING_INDEX: Code = Code::new("conflicting-index");

/// Adds the indexes that a table's declaration gives.
pub(super) fn table_indexes(cx: &mut Cx<'_>, decl: &TableDecl) {
    let Some(id) = cx.find(&decl.name) else { return };
    for index in &decl.indexes {
        add(cx, id, index);
    }
}

/// Adds an index for every column of which words say that it has one, unless another begins with it.
pub(super) fn of_columns(cx: &mut Cx<'_>, decl: &TableDecl) {
    let indexed = decl.columns.iter().filter_map(|column| Some((&column.name, column.indexed?)));
    for (name, span) in indexed {
        let id = cx.find(&decl.name);
        let Some((id, column)) = id.and_then(|id| Some((id, cx.column(id, name)?))) else { continue };
        if !cx.schema.table(id).has_index_on(&[column]) {
            let part = IndexPart { key: PartKey::Column(column), options: None };
            cx.table(id).indexes.push(IndexData::new(vec![part], span));
        }
    }
}

/// Adds an index that names its table.
pub(super) fn add_to_named(cx: &mut Cx<'_>, table: &QName, decl: &IndexDecl) {
    if is_carried(cx, table) {
        let name = name_on_carried(cx, table, decl);
        let text = Spanned::new(statement(&name, table, decl), decl.span);
        let names = vec![qualified(table)];
        cx.schema.verbatim.push(VerbatimData {
            kind: "index".to_owned(),
            creates: None,
            names,
            was: None,
            text,
            stale: false,
        });
    } else if let Some(id) = cx.resolve(table) {
        add(cx, id, decl);
    }
}

/// Returns the name of an index on something that is carried itself; where nobody chose one, the first that is free of those that
/// PostgreSQL tries.
fn name_on_carried(cx: &mut Cx<'_>, table: &QName, decl: &IndexDecl) -> PgIdent {
    let schema = qualified(table).schema;
    if let Some(name) = &decl.name {
        let name = PgIdent::new(&name.node);
        cx.carried.insert(QualifiedName { schema, name: name.clone() });
        return name;
    }
    let columns = columns_of_name(decl);
    let mut count = 0_usize;
    loop {
        let label = if count == 0 { "idx".to_owned() } else { format!("idx{count}") };
        let name = PgIdent::new(object_name(&table.name.node, &columns, &label));
        if cx.carried.insert(QualifiedName { schema: schema.clone(), name: name.clone() }) {
            return name;
        }
        count += 1;
    }
}

/// Writes an index on something that is carried itself, a materialized view, as SQL.
fn statement(name: &PgIdent, table: &QName, decl: &IndexDecl) -> String {
    let name_of = |name: &Ident| PgIdent::new(&name.node).to_string();
    let parts: Vec<String> = decl
        .parts
        .iter()
        .map(|part| {
            let key = match &part.key {
                IndexKey::Column(name) => name_of(name),
                IndexKey::Expression(sql) => format!("({})", expr::unwrap(&sql.node)),
            };
            part.options.as_ref().map_or(key.clone(), |options| format!("{key} {}", options.node))
        })
        .collect();
    let mut sql = format!("CREATE {}INDEX ", if decl.unique.is_some() { "UNIQUE " } else { "" });
    sql.push_str(&format!("{name} ON {} ", qualified(table)));
    if let Some(method) = &decl.method {
        sql.push_str(&format!("USING {} ", method.node));
    }
    sql.push_str(&format!("({})", parts.join(", ")));
    if !decl.include.is_empty() {
        let include: Vec<String> = decl.include.iter().map(name_of).collect();
        sql.push_str(&format!(" INCLUDE ({})", include.join(", ")));
    }
    if decl.nulls_not_distinct {
        sql.push_str(" NULLS NOT DISTINCT");
    }
    if let Some(storage) = &decl.storage {
        sql.push_str(&format!(" {}", storage.node));
    }
    if let Some(predicate) = &decl.predicate {
        sql.push_str(&format!(" WHERE {}", expr::unwrap(&predicate.node)));
    }
    sql
}

/// Returns what PostgreSQL makes of an index's parts for its name.
pub(super) fn columns_of_name(decl: &IndexDecl) -> String {
    let parts = decl.parts.iter().map(|part| match &part.key {
        IndexKey::Column(name) => name.node.clone(),
        IndexKey::Expression(sql) => element(&sql.node),
    });
    // What is stored beside the key is in the name too.
    distinct(parts.chain(decl.include.iter().map(|name| name.node.clone()))).join("_")
}

fn add(cx: &mut Cx<'_>, id: TableId, decl: &IndexDecl) {
    // An index of nothing is none; the front-end has said so.
    if decl.parts.is_empty() {
        return;
    }
    let parts: Vec<Option<IndexPart>> = decl.parts.iter().map(|part| lower_part(cx, id, part)).collect();
    let Some(parts) = parts.into_iter().collect::<Option<Vec<IndexPart>>>() else { return };
    let Some(include) = cx.columns(id, &decl.include) else { return };
    if let (Some(span), Some(columns)) = (decl.primary_key, plain_columns(&parts)) {
        key::primary_key(cx, id, key::key(columns, decl.name.as_ref(), span));
        return;
    }
    let index = IndexData {
        name: decl.name.as_ref().map(ident),
        parts,
        method: decl.method.as_ref().map(|method| method.node.to_lowercase()),
        unique: decl.unique.is_some(),
        nulls_not_distinct: decl.nulls_not_distinct,
        include,
        predicate: decl.predicate.as_ref().map(|predicate| expr::unwrap(&predicate.node).to_owned()),
        storage: decl.storage.as_ref().map(|storage| storage.node.clone()),
        comment: decl.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span)),
        removable: decl.removable,
        span: decl.span,
        also: Vec::new(),
    };
    if !cx.config.literal && is_named_already(cx, id, &index) {
        return;
    }
    if (cx.config.literal || !is_said_by_key(cx, id, &index)) && !is_said_by_index(cx, id, &index) {
        push(&mut cx.table(id).indexes, index);
    }
}

fn lower_part(cx: &mut Cx<'_>, id: TableId, part: &IndexPartDecl) -> Option<IndexPart> {
    let key = match &part.key {
        IndexKey::Column(name) => PartKey::Column(cx.column(id, name)?),
        IndexKey::Expression(sql) => expression(cx, id, sql),
    };
    Some(IndexPart { key, options: part.options.as_ref().map(|options| options.node.clone()) })
}

/// Reads an expression, which is a column where it is nothing but a column's name.
fn expression(cx: &mut Cx<'_>, id: TableId, sql: &Ident) -> PartKey {
    let text = expr::unwrap(&sql.node);
    match find_column(cx.table(id), text) {
        Some(column) => PartKey::Column(column),
        None => PartKey::Expression(text.to_owned()),
    }
}

/// Returns the columns of an index that orders by nothing else, and by them as they are.
fn plain_columns(parts: &[IndexPart]) -> Option<Vec<ColumnId>> {
    parts
        .iter()
        .map(|part| match (&part.key, &part.options) {
            (PartKey::Column(column), None) => Some(*column),
            _ => None,
        })
        .collect()
}

/// Tells whether a unique index only repeats a unique constraint or the primary key, and notes its place there.
fn is_said_by_key(cx: &mut Cx<'_>, id: TableId, index: &IndexData) -> bool {
    let plain = index.unique
        && index.predicate.is_none()
        && index.include.is_empty()
        && !index.nulls_not_distinct
        && index.name.is_none()
        && index.method.as_deref().is_none_or(|method| method == "btree");
    let Some(columns) = plain_columns(&index.parts).filter(|_| plain) else { return false };
    // A key has no description of its own: that of its only column takes the note, and else the index stays for its sake.
    if index.comment.is_some() && columns.len() > 1 {
        return false;
    }
    let table = cx.table(id);
    let mut keys = table.primary_key.iter_mut().chain(&mut table.uniques);
    let Some(key) = keys.find(|key| key.columns == columns) else { return false };
    key.also.push(index.span);
    if index.removable && index.comment.is_none() {
        key.repeats.push(index.span);
    }
    if let Some(column) = columns.first().and_then(|column| table.columns.get_mut(column.0)) {
        join_comment(&mut column.comment, index.comment.clone());
    }
    true
}

/// Tells whether the table has an index of that name, which says the same in other words or is reported.
fn is_named_already(cx: &mut Cx<'_>, id: TableId, index: &IndexData) -> bool {
    let Some(name) = index.name.as_ref().map(|name| name.value.clone()) else { return false };
    let same = |known: &&mut IndexData| known.name.as_ref().is_some_and(|known| known.value == name);
    let Some(known) = cx.table(id).indexes.iter_mut().find(same) else { return false };
    // A table of indexes says less than the statement: neither how it is kept nor, as a rule, that it is unique.
    let agrees = known.parts == index.parts
        && (known.unique || !index.unique)
        && (known.method.is_none() || index.method.is_none() || known.method == index.method)
        && (known.predicate.is_none() || index.predicate.is_none() || known.predicate == index.predicate);
    if agrees {
        known.also.push(index.span);
        known.method = known.method.take().or_else(|| index.method.clone());
        known.predicate = known.predicate.take().or_else(|| index.predicate.clone());
    } else {
        let (first, name) = (known.span, name.as_str().to_owned());
        let message = format!("the index `{name}` is another one here");
        cx.conflict(CONFLICTING_INDEX, index.span, message, first, "first given here".to_owned());
    }
    true
}

/// Tells whether an index was given before in the same words, and notes the second place there.
fn is_said_by_index(cx: &mut Cx<'_>, id: TableId, index: &IndexData) -> bool {
    let same = |known: &&mut IndexData| {
        known.name.as_ref().map(|name| &name.value) == index.name.as_ref().map(|name| &name.value)
            && known.parts == index.parts
            && known.unique == index.unique
            && known.method == index.method
            && known.predicate == index.predicate
            && known.include == index.include
    };
    // Two places that give the same unnamed index inside one table are a finding for the linter, not one fact.
    match cx.table(id).indexes.iter_mut().filter(|known| known.name.is_some()).find(same) {
        Some(known) => {
            known.also.push(index.span);
            true
        }
        None => false,
    }
}
