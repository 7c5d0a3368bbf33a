//! What queries give, and what they read.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, OrderBy, OrderByExpr, OrderByKind, Query, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    Value, ValueWithSpan, visit_relations,
};

use super::super::folded;
use super::super::query::{ident, output_name, path_of};
use super::{Known, Source};

/// Adds the columns that an item of a result gives.
pub(super) fn add(item: &SelectItem, sources: &[Source], outputs: &mut Vec<Known>) -> Option<()> {
    match item {
        SelectItem::UnnamedExpr(expr) => outputs.push((output_name(expr)?, type_of(expr, sources))),
        SelectItem::ExprWithAlias { expr, alias } => outputs.push((folded(alias), type_of(expr, sources))),
        SelectItem::ExprWithAliases { .. } => return None,
        star @ (SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)) => {
            outputs.extend(meant(star, sources)?.into_iter().map(|(_, column)| column.clone()));
        }
    }
    Some(())
}

/// Returns the type of a column by itself.
fn type_of(expr: &Expr, sources: &[Source]) -> Option<String> {
    let (qualifier, column) = match expr {
        Expr::Identifier(name) => (None, folded(name)),
        Expr::CompoundIdentifier(names) => match names.as_slice() {
            [of, name] => (Some(vec![folded(of)]), folded(name)),
            _ => return None,
        },
        _ => return None,
    };
    let mut found = sources.iter().filter(|source| match &qualifier {
        Some(names) => source.is(names),
        None => source.has(&column) && !source.merged.contains(&column),
    });
    let source = found.next().filter(|_| found.next().is_none())?;
    source.columns.iter().find(|(name, _)| *name == column)?.1.clone()
}

/// Returns the columns that a `*` takes, each with what it is of.
fn meant<'s>(item: &SelectItem, sources: &'s [Source]) -> Option<Vec<(&'s Source, &'s Known)>> {
    let all = |source: &'s Source| source.columns.iter().map(move |column| (source, column));
    match item {
        SelectItem::Wildcard(_) => {
            let mut columns = Vec::new();
            let mut joined: Vec<(&Source, &Known)> = Vec::new();
            for source in sources {
                if source.is_first {
                    columns.append(&mut joined);
                }
                // What `USING` makes one comes first, and once.
                let is_merged = |column: &Known| source.merged.contains(&column.0);
                let (mut first, rest): (Vec<_>, Vec<_>) =
                    joined.into_iter().partition(|(_, it)| is_merged(it));
                first.sort_by_key(|(_, it)| source.merged.iter().position(|name| *name == it.0));
                first.extend(rest);
                first.extend(all(source).filter(|(_, it)| !is_merged(it)));
                joined = first;
            }
            columns.append(&mut joined);
            Some(columns)
        }
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
            let names = path_of(name);
            let mut found = sources.iter().filter(|source| source.is(&names));
            found.next().filter(|_| found.next().is_none()).map(|source| all(source).collect())
        }
        _ => None,
    }
}

/// Writes out what a `*` stands for; anything else stays.
pub(super) fn written_out(item: SelectItem, sources: &[Source]) -> Option<Vec<SelectItem>> {
    if !matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)) {
        return Some(vec![item]);
    }
    let columns = meant(&item, sources)?.into_iter().map(|(source, (column, _))| {
        let names = source.path.iter().chain([column]).map(|name| ident(name));
        SelectItem::ExprWithAlias { expr: Expr::CompoundIdentifier(names.collect()), alias: ident(column) }
    });
    Some(columns.collect())
}

/// Takes the names off the columns of every query but the first of several that are put together: those of the first hold.
pub(super) fn name_by_first(body: &mut SetExpr) {
    if let SetExpr::SetOperation { left, right, .. } = body {
        name_by_first(left);
        forget_names(right);
    }
}

fn forget_names(body: &mut SetExpr) {
    match body {
        SetExpr::Select(select) => {
            for item in &mut select.projection {
                if let SelectItem::ExprWithAlias { alias, .. } = item {
                    *alias = ident("?");
                }
            }
        }
        SetExpr::SetOperation { left, right, .. } => {
            forget_names(left);
            forget_names(right);
        }
        // With an order or limits it is a query of its own, which names may say.
        _ => {}
    }
}

/// Tells whether a query names a relation, itself or inside of it.
pub(super) fn reads(query: &Query, name: &str) -> bool {
    visit_relations(query, |relation| match path_of(relation).as_slice() {
        [own] if own == name => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// Returns by what something is ordered.
pub(super) fn ordered(order: &mut OrderBy) -> &mut [OrderByExpr] {
    match &mut order.kind {
        OrderByKind::Expressions(list) => list,
        OrderByKind::All(_) => &mut [],
    }
}

/// Orders a result by the places of its columns where it says their names; tells whether it says nothing else.
pub(super) fn orders_by_place(order: &mut OrderBy, outputs: &[Known]) -> bool {
    ordered(order).iter_mut().all(|by| {
        let place = match &by.expr {
            Expr::Value(ValueWithSpan { value: Value::Number(..), .. }) => return true,
            Expr::Identifier(name) => outputs.iter().position(|(output, _)| *output == folded(name)),
            _ => None,
        };
        let Some(place) = place else { return false };
        by.expr = Expr::Value(ValueWithSpan::from(Value::Number((place + 1).to_string(), false)));
        true
    })
}
