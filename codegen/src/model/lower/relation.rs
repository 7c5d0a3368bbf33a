//! Foreign keys, as constraints give them, and how each comes out once.

use std::collections::BTreeSet;

use super::key::{self, ident};
use super::{Cx, column, find_column, push, qualified, table};
use crate::diag::Code;
use crate::model::ident::PgIdent;
use crate::model::{ColumnData, ColumnId, Fact, ForeignKeyData, PgType, Table, TableId};
use crate::source::decl::{
    ConstraintDecl, ConstraintKind, ForeignKeyDecl, Ident, QName, RefAction, TableDecl, Timing,
};
use crate::span::{Span, Spanned};

const CONFLICTING_ACTION: Code = Code::new("conflicting-action");
const COLUMN_COUNT: Code = Code::new("foreign-key-column-count");
const NO_KEY: Code = Code::new("reference-without-key");
const TYPE_MISMATCH: Code = Code::new("foreign-key-type");

/// Adds the foreign keys that a table's declaration gives.
pub(super) fn table_foreign_keys(cx: &mut Cx<'_>, decl: &TableDecl) {
    let Some(id) = cx.find(&decl.name) else { return };
    for column in &decl.columns {
        for reference in &column.references {
            let own = if reference.columns.is_empty() {
                std::slice::from_ref(&column.name)
            } else {
                reference.columns.as_slice()
            };
            add_declared(
                cx,
                id,
                own,
                reference,
                reference.name.as_ref(),
                reference.timing,
                reference.not_valid,
            );
        }
    }
    for constraint in &decl.constraints {
        if let ConstraintKind::ForeignKey(reference) = &constraint.kind {
            add_constraint(cx, id, constraint, reference);
        }
    }
}

fn add_constraint(cx: &mut Cx<'_>, id: TableId, constraint: &ConstraintDecl, reference: &ForeignKeyDecl) {
    let name = reference.name.as_ref().or(constraint.name.as_ref());
    let timing = if reference.timing == Timing::NotDeferrable { constraint.timing } else { reference.timing };
    let not_valid = reference.not_valid || constraint.not_valid;
    add_declared(cx, id, &reference.columns, reference, name, timing, not_valid);
}

fn add_declared(
    cx: &mut Cx<'_>,
    id: TableId,
    own: &[Ident],
    reference: &ForeignKeyDecl,
    name: Option<&Ident>,
    timing: Timing,
    not_valid: bool,
) {
    let Some(columns) = cx.columns(id, own) else { return };
    let Some(referenced) = referenced_table(cx, &reference.table, id, &columns, &reference.referenced) else {
        return;
    };
    let Some(referenced_columns) =
        referenced_columns(cx, referenced, &reference.referenced, reference.table.span())
    else {
        return;
    };
    let action =
        |action: &Option<Spanned<RefAction>>| action.as_ref().map(|a| Fact::said(a.node.clone(), a.span));
    let key = ForeignKeyData {
        name: name.map(ident),
        columns,
        referenced,
        referenced_columns,
        on_delete: action(&reference.on_delete),
        on_update: action(&reference.on_update),
        match_full: reference.match_full,
        timing,
        not_valid,
        enforced: true,
        comment: None,
        span: reference.span,
        also: Vec::new(),
    };
    add(cx, id, key);
}

/// Returns the referenced table; one that another system owns and nobody describes is made up of what is referenced.
fn referenced_table(
    cx: &mut Cx<'_>,
    name: &QName,
    own: TableId,
    columns: &[ColumnId],
    referenced: &[Ident],
) -> Option<TableId> {
    if let Some(id) = cx.find(name) {
        if cx.table(id).external {
            complete_external(cx, id, own, columns, referenced);
        }
        return Some(id);
    }
    let plain = qualified(name);
    if !cx.config.is_external(&plain.plain()) {
        return cx.resolve(name);
    }
    let id = table::add(cx, plain, name.span(), name.span());
    complete_external(cx, id, own, columns, referenced);
    Some(id)
}

/// Adds referenced columns that an external table is not described with; they have the types of those that reference them.
fn complete_external(cx: &mut Cx<'_>, id: TableId, own: TableId, columns: &[ColumnId], referenced: &[Ident]) {
    let described = !cx.table(id).columns.is_empty();
    let implied = Spanned::new("id".to_owned(), cx.table(id).name.span);
    let names: Vec<Ident> =
        if referenced.is_empty() && !described { vec![implied] } else { referenced.to_vec() };
    for (name, column) in names.iter().zip(columns) {
        if find_column(cx.table(id), &name.node).is_some() {
            continue;
        }
        let ty = cx.table(own).columns.get(column.0).map(|column| column.ty.value.clone());
        let ty = ty.unwrap_or_else(|| PgType::builtin("text"));
        let column = described_column(name, ty, "the type of the column that references it");
        cx.table(id).columns.push(column);
    }
    if !described {
        let columns: Vec<ColumnId> = (0..cx.table(id).columns.len()).map(ColumnId).collect();
        let span = cx.table(id).name.span;
        key::primary_key(cx, id, key::key(columns, None, span));
    }
}

/// Makes a column that nobody describes.
pub(super) fn described_column(name: &Ident, ty: PgType, rule: &str) -> ColumnData {
    let name_fact = Fact::inferred(PgIdent::new(&name.node), name.span, rule);
    ColumnData::new(name_fact, Fact::inferred(ty, name.span, rule), name.span)
}

/// Returns the referenced columns: those that are named, else the primary key.
fn referenced_columns(cx: &mut Cx<'_>, id: TableId, names: &[Ident], span: Span) -> Option<Vec<ColumnId>> {
    if !names.is_empty() {
        return cx.columns(id, names);
    }
    if let Some(key) = &cx.table(id).primary_key {
        return Some(key.columns.clone());
    }
    let table = cx.schema.table(id);
    if let Some((whole, key)) = table.wholes().find_map(|whole| Some((whole, whole.primary_key()?))) {
        let names = whole.column_names(&key.columns);
        return names.into_iter().map(|name| Some(table.find_column(name)?.id)).collect();
    }
    // Nobody writes out the keys of a table that another system owns.
    if let Some(implied) = find_column(cx.table(id), "id").filter(|_| cx.schema.table(id).data.external) {
        return Some(vec![implied]);
    }
    let name = cx.table(id).name.value.plain();
    cx.sink
        .error(NO_KEY, span, format!("`{name}` has no primary key to reference"))
        .help("name the referenced columns, or give the table a primary key");
    None
}

/// Adds a foreign key, or merges it with the one of the same columns.
pub(super) fn add(cx: &mut Cx<'_>, id: TableId, mut new: ForeignKeyData) {
    if new.columns.len() != new.referenced_columns.len() {
        let message = format!("{} columns reference {}", new.columns.len(), new.referenced_columns.len());
        cx.sink
            .error(COLUMN_COUNT, new.span, message)
            .help("name as many referenced columns as referencing ones");
        return;
    }
    new.enforced &= !cx.table(new.referenced).external || cx.config.platform.foreign_keys;
    if !checked(cx, id, &new) {
        return;
    }
    // At its word, a script that makes a second one has two.
    let literal = cx.config.literal;
    let same = |known: &&mut ForeignKeyData| {
        let is_named = || {
            known.name.is_some()
                && known.name.as_ref().map(|it| &it.value) == new.name.as_ref().map(|it| &it.value)
        };
        known.referenced == new.referenced && pairs(known) == pairs(&new) && (!literal || is_named())
    };
    let Some(known) = cx.table(id).foreign_keys.iter_mut().find(same) else {
        push(&mut cx.table(id).foreign_keys, new);
        return;
    };
    if known.span != new.span {
        known.also.push(new.span);
    }
    known.name = known.name.take().or(new.name);
    column::join_comment(&mut known.comment, new.comment);
    // A place that only documents the relation takes nothing from one that demands it.
    known.enforced |= new.enforced;
    known.match_full |= new.match_full;
    known.timing = known.timing.max(new.timing);
    let mut conflicts = Vec::new();
    for (slot, new) in [(&mut known.on_delete, new.on_delete), (&mut known.on_update, new.on_update)] {
        match (slot, new) {
            (Some(a), Some(b)) if a.value == b.value => a.again(b.span),
            (Some(a), Some(b)) => conflicts.push((a.span, b.span)),
            (slot @ None, new) => *slot = new,
            (Some(_), None) => {}
        }
    }
    for (first, second) in conflicts {
        let message = "the same relation has another action here".to_owned();
        cx.conflict(CONFLICTING_ACTION, second, message, first, "the other action".to_owned());
    }
}

/// Returns the pairs of referencing and referenced columns, in one order.
fn pairs(key: &ForeignKeyData) -> Vec<(ColumnId, ColumnId)> {
    let mut pairs: Vec<(ColumnId, ColumnId)> =
        key.columns.iter().copied().zip(key.referenced_columns.iter().copied()).collect();
    pairs.sort_unstable();
    pairs
}

/// Tells whether a relation between two tables that only diagrams and words describe is a foreign key that PostgreSQL takes.
///
/// Where SQL, DBML or Prisma defines the tables, it says their keys, and the diagram draws; so does it where words say of the column what it
/// refers to.
pub(super) fn is_of_drawn(
    cx: &Cx<'_>,
    own: TableId,
    other: TableId,
    column: ColumnId,
    key: ColumnId,
) -> bool {
    let (own, other) = (cx.schema.table(own), cx.schema.table(other));
    let drawn = [own, other].iter().all(|table| cx.drawn.contains(table.name()));
    let known = own.data.foreign_keys.iter().any(|known| known.columns == [column]);
    drawn
        && !known
        && comparable(own.column(column).ty(), other.column(key).ty())
        && is_key_of(other, other, &[key])
}

/// Tells whether PostgreSQL takes a foreign key, or reports why not: the referenced columns are a key, and each pair of columns
/// is of types that compare.
fn checked(cx: &mut Cx<'_>, id: TableId, new: &ForeignKeyData) -> bool {
    let (own, other) = (cx.schema.table(id), cx.schema.table(new.referenced));
    if !new.enforced || own.data.external {
        return true;
    }
    for (column, referenced) in new.columns.iter().zip(&new.referenced_columns) {
        let (column, referenced) = (own.column(*column), other.column(*referenced));
        // A type that only a rule gave proves nothing about the document.
        let said = column.data.ty.rule().is_none() && referenced.data.ty.rule().is_none();
        if said && !comparable(column.ty(), referenced.ty()) {
            let message =
                format!("`{}` is `{}` and references `{}`", column.path(), column.ty(), referenced.path());
            let (there, ty) = (referenced.data.ty.span, referenced.ty().to_string());
            cx.sink
                .error(TYPE_MISMATCH, new.span, message)
                .label(there, format!("`{ty}` here"))
                .help("give both columns one type: PostgreSQL refuses the foreign key otherwise");
            return false;
        }
    }
    // The keys of a whole are those of its partitions too.
    if std::iter::once(other)
        .chain(other.wholes())
        .any(|table| is_key_of(table, other, &new.referenced_columns))
    {
        return true;
    }
    let (name, columns) = (other.name().plain(), other.column_names(&new.referenced_columns).join(", "));
    let there = other.span();
    cx.sink
        .error(NO_KEY, new.span, format!("`{name}({columns})` is no key that can be referenced"))
        .label(there, "the table")
        .help(format!("make `{columns}` the primary key of `{name}`, or unique"));
    false
}

/// Tells whether columns, given as those of `other`, are together unique in a table.
fn is_key_of(table: Table<'_>, other: Table<'_>, columns: &[ColumnId]) -> bool {
    let wanted: BTreeSet<&str> = other.column_names(columns).into_iter().collect();
    let is_key =
        |columns: &[ColumnId]| table.column_names(columns).into_iter().collect::<BTreeSet<_>>() == wanted;
    let mut keys = table.primary_key().into_iter().chain(&table.data.uniques);
    let mut indexes = table.indexes().filter(|index| {
        index.data.unique
            && index.data.predicate.is_none()
            && index.leading_columns().len() == index.data.parts.len()
    });
    keys.any(|key| is_key(&key.columns)) || indexes.any(|index| is_key(&index.leading_columns()))
}

/// Tells whether PostgreSQL has an equality between values of two types that a foreign key can use.
pub(super) fn comparable(a: &PgType, b: &PgType) -> bool {
    let family = |ty: &PgType| match ty {
        PgType::Builtin { name, .. } => match *name {
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "smallserial"
            | "serial" | "bigserial" => "number".to_owned(),
            "text" | "varchar" | "char" | "bpchar" | "name" => "text".to_owned(),
            "timestamp" | "timestamptz" | "date" => "time".to_owned(),
            other => other.to_owned(),
        },
        PgType::Extension { name, .. } if *name == "citext" => "text".to_owned(),
        other => other.to_string(),
    };
    let unsure = |ty: &PgType| matches!(ty.element(), PgType::Unknown(_) | PgType::Defined(_));
    unsure(a) || unsure(b) || family(a) == family(b)
}
