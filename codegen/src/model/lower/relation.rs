//! Foreign keys, from constraints and from relations between two ends.

use std::collections::BTreeSet;

use super::key::{self, ident};
use super::{Cx, column, find_column, qualified, table};
use crate::diag::Code;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::{ColumnData, ColumnId, Fact, ForeignKeyData, PgType, TableData, TableId};
use crate::source::decl::{
    ConstraintDecl, ConstraintKind, EndpointDecl, ForeignKeyDecl, Ident, QName, RefAction, RefDecl, Relation,
    TableDecl, Timing,
};
use crate::span::{Span, Spanned};

const CONFLICTING_ACTION: Code = Code::new("conflicting-action");
const COLUMN_COUNT: Code = Code::new("foreign-key-column-count");
const NO_KEY: Code = Code::new("reference-without-key");
const NO_COLUMNS: Code = Code::new("relation-without-columns");
const TYPE_MISMATCH: Code = Code::new("foreign-key-type");
const UNKNOWN_ACTION: Code = Code::new("unknown-action");

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

fn described_column(name: &Ident, ty: PgType, rule: &str) -> ColumnData {
    ColumnData {
        name: Fact::inferred(PgIdent::new(&name.node), name.span, rule),
        was: None,
        ty: Fact::inferred(ty, name.span, rule),
        not_null: None,
        default: None,
        identity: None,
        generated: None,
        collation: None,
        values: None,
        prefix: None,
        comment: None,
        span: name.span,
    }
}

/// Returns the referenced columns: those that are named, else the primary key.
fn referenced_columns(cx: &mut Cx<'_>, id: TableId, names: &[Ident], span: Span) -> Option<Vec<ColumnId>> {
    if !names.is_empty() {
        return cx.columns(id, names);
    }
    if let Some(key) = &cx.table(id).primary_key {
        return Some(key.columns.clone());
    }
    let name = cx.table(id).name.value.plain();
    cx.sink
        .error(NO_KEY, span, format!("`{name}` has no primary key to reference"))
        .help("name the referenced columns, or give the table a primary key");
    None
}

/// Adds a relation between two ends.
pub(super) fn add_ref(cx: &mut Cx<'_>, decl: &RefDecl) {
    let [a, b] = &decl.endpoints;
    let many = |end: &EndpointDecl| matches!(end.relation, Relation::Many | Relation::OneOrMany);
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
    add(cx, own_id, key);
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
/// is one.
fn diagram(cx: &mut Cx<'_>, decl: &RefDecl, (own, own_id): (&EndpointDecl, TableId), other_id: TableId) {
    let comment = decl.note.as_ref().map(|note| Fact::said(note.text.clone(), note.span));
    let name = cx.table(other_id).name.value.plain();
    let mut between = cx.table(own_id).foreign_keys.iter_mut().filter(|key| key.referenced == other_id);
    match (between.next(), between.next()) {
        (Some(only), None) => {
            only.also.push(decl.span);
            column::join_comment(&mut only.comment, comment);
        }
        (Some(_), Some(_)) => {}
        (None, _) => {
            cx.sink
                .warning(NO_COLUMNS, decl.span, format!("no column of `{}` references `{name}`", own.table))
                .help("name the columns of the relation, or give the table a foreign key");
        }
    }
}

/// Tells whether the first end of a relation references the second: the end with more rows does; of two equal ends the one
/// that is not another system's, else the one whose columns are no key, else the first.
fn references(cx: &mut Cx<'_>, a: (&EndpointDecl, TableId), b: (&EndpointDecl, TableId)) -> bool {
    let rank = |relation: Relation| match relation {
        Relation::One => 0,
        Relation::ZeroOrOne => 1,
        Relation::Many | Relation::OneOrMany => 2,
    };
    let (first, second) = (rank(a.0.relation), rank(b.0.relation));
    if first != second {
        return first > second;
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

/// Adds a foreign key, or merges it with the one of the same columns.
fn add(cx: &mut Cx<'_>, id: TableId, mut new: ForeignKeyData) {
    if new.columns.len() != new.referenced_columns.len() {
        let message = format!("{} columns reference {}", new.columns.len(), new.referenced_columns.len());
        cx.sink
            .error(COLUMN_COUNT, new.span, message)
            .help("name as many referenced columns as referencing ones");
        return;
    }
    new.enforced &= !cx.table(new.referenced).external;
    if !checked(cx, id, &new) {
        return;
    }
    let same =
        |known: &&mut ForeignKeyData| known.referenced == new.referenced && pairs(known) == pairs(&new);
    let Some(known) = cx.table(id).foreign_keys.iter_mut().find(same) else {
        cx.table(id).foreign_keys.push(new);
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

/// Tells whether PostgreSQL takes a foreign key, or reports why not: the referenced columns are a key, and each pair of columns
/// is of types that compare.
fn checked(cx: &mut Cx<'_>, id: TableId, new: &ForeignKeyData) -> bool {
    let (own, other) = (cx.schema.table(id), cx.schema.table(new.referenced));
    if !new.enforced || own.data.external {
        return true;
    }
    for (column, referenced) in new.columns.iter().zip(&new.referenced_columns) {
        let (column, referenced) = (own.column(*column), other.column(*referenced));
        if !comparable(column.ty(), referenced.ty()) {
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
    let wanted: BTreeSet<ColumnId> = new.referenced_columns.iter().copied().collect();
    let is_key = |columns: &[ColumnId]| columns.iter().copied().collect::<BTreeSet<_>>() == wanted;
    let keys = other.primary_key().into_iter().chain(&other.data.uniques);
    let indexes = other.indexes().filter(|index| {
        index.data.unique
            && index.data.predicate.is_none()
            && index.leading_columns().len() == index.data.parts.len()
    });
    if keys.into_iter().any(|key| is_key(&key.columns))
        || indexes.into_iter().any(|index| is_key(&index.leading_columns()))
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

/// Tells whether PostgreSQL has an equality between values of two types that a foreign key can use.
fn comparable(a: &PgType, b: &PgType) -> bool {
    let family = |ty: &PgType| match ty {
        PgType::Builtin { name, .. } => match *name {
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "smallserial"
            | "serial" | "bigserial" => "number".to_owned(),
            "text" | "varchar" | "char" | "name" => "text".to_owned(),
            "timestamp" | "timestamptz" | "date" => "time".to_owned(),
            other => other.to_owned(),
        },
        PgType::Extension { name, .. } if *name == "citext" => "text".to_owned(),
        other => other.to_string(),
    };
    let unsure = |ty: &PgType| matches!(ty.element(), PgType::Unknown(_) | PgType::Defined(_));
    unsure(a) || unsure(b) || family(a) == family(b)
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
        add(cx, join, key);
    }
    key::primary_key(cx, join, key::key(all, None, decl.span));
}

fn named_type(table: &TableData, column: ColumnId) -> Option<(String, PgType)> {
    let column = table.columns.get(column.0)?;
    Some((column.name.value.as_str().to_owned(), without_serial(&column.ty.value)))
}

/// Returns the type of a column that references one which counts up by itself.
fn without_serial(ty: &PgType) -> PgType {
    match ty.builtin_name() {
        Some("smallserial") => PgType::builtin("smallint"),
        Some("serial") => PgType::builtin("integer"),
        Some("bigserial") => PgType::builtin("bigint"),
        _ => ty.clone(),
    }
}

fn free_column(table: &TableData, name: String) -> String {
    let candidates = std::iter::once(name.clone()).chain((1..).map(|n| format!("{name}({n})")));
    candidates.into_iter().find(|name| find_column(table, name).is_none()).unwrap_or(name)
}
