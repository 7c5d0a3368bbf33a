//! `ATTACH PARTITION`, as dumps say it, made the `PARTITION OF` that it comes to.

use std::collections::BTreeMap;

use super::alter::{counted, name_of};
use super::inherit::has_parent;
use super::{Cx, column, qualified};
use crate::expr;
use crate::model::token::{Cursor, is_same, tokens};
use crate::model::{PgIdent, PgType, QualifiedName};
use crate::source::decl::{CheckDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Ident, QName, TableDecl};
use crate::span::Spanned;

/// A change of a table that the model does not hold, as SQL.
type Alteration = (QName, Spanned<String>);

/// Makes partitions of tables that are attached as they would have been made, where nothing of their own is lost by it.
pub(super) fn fold(
    tables: &mut BTreeMap<QualifiedName, Vec<TableDecl>>,
    alterations: &mut Vec<Alteration>,
    cx: &mut Cx<'_>,
) {
    for (whole, action) in std::mem::take(alterations) {
        match attached(&whole, &action, tables, cx) {
            Some(own) => alterations.extend(own),
            None => alterations.push((whole, action)),
        }
    }
}

/// Makes a partition of a table; gives by which changes it differs from its whole.
fn attached(
    whole: &QName,
    action: &Spanned<String>,
    tables: &mut BTreeMap<QualifiedName, Vec<TableDecl>>,
    cx: &mut Cx<'_>,
) -> Option<Vec<Alteration>> {
    let own = tokens(&action.node);
    let mut cursor = Cursor::new(&action.node, &own);
    if !cursor.eat("attach partition") {
        return None;
    }
    let name = cursor.name()?;
    let bounds = cursor.rest();
    let [from] = tables.get(&qualified(whole))?.as_slice() else { return None };
    let from = from.clone();
    let [part] = tables.get_mut(&name)?.as_mut_slice() else { return None };
    let tail = part.tail.as_ref().map(|tail| tail.node.clone()).unwrap_or_default();
    let is_plain = |tail: &str| !has_parent(tail) && !tokens(tail).first().is_some_and(|it| it.is("like"));
    // What the whole has from elsewhere is not among its own columns.
    if !is_plain(&tail)
        || from.tail.as_ref().is_some_and(|tail| tokens(&tail.node).first().is_some_and(|it| it.is("of")))
    {
        return None;
    }
    let constraints = part.constraints.iter().map(|constraint| kept(constraint, part, &from));
    let constraints: Vec<Option<ConstraintDecl>> = constraints.collect::<Option<_>>()?;
    let is_bare = |column: &ColumnDecl| {
        column.primary_key.is_none()
            && column.unique.is_none()
            && column.checks.is_empty()
            && column.references.is_empty()
            && column.identity.is_none()
    };
    let mut changes = Vec::new();
    for own in &part.columns {
        let inherited = from.columns.iter().find(|column| column.name.node == own.name.node)?;
        if !is_bare(own) {
            return None;
        }
        differences(own, inherited, &from, &part.name, &mut changes, cx);
    }
    let tail = format!("PARTITION OF {} {bounds} {tail}", qualified(whole));
    part.tail = Some(Spanned::new(tail.trim_end().to_owned(), action.span));
    part.columns.clear();
    part.constraints = constraints.into_iter().flatten().collect();
    Some(changes)
}

/// Returns a constraint of a partition that it does not have from its whole; none where it has to be told apart from one that it
/// has from there.
fn kept(constraint: &ConstraintDecl, part: &TableDecl, from: &TableDecl) -> Option<Option<ConstraintDecl>> {
    let named =
        |table: &TableDecl, constraint: &ConstraintDecl| name_of(table.name.name.node.as_str(), constraint);
    let names = |columns: &[Ident]| columns.iter().map(|column| column.node.clone()).collect::<Vec<_>>();
    let same = |other: &&ConstraintDecl| match (&constraint.kind, &other.kind) {
        (ConstraintKind::Check(a), ConstraintKind::Check(b)) => {
            let name = |check: &CheckDecl, table: &TableDecl, whole: &ConstraintDecl| {
                check.name.as_ref().map_or_else(|| named(table, whole), |name| name.node.clone())
            };
            let (a_sql, b_sql) = (expr::unwrap(&a.expression.node), expr::unwrap(&b.expression.node));
            name(a, part, constraint) == name(b, from, other) && is_same(a_sql, b_sql)
        }
        (ConstraintKind::PrimaryKey { columns: a, .. }, ConstraintKind::PrimaryKey { columns: b, .. })
        | (ConstraintKind::Unique { columns: a, .. }, ConstraintKind::Unique { columns: b, .. }) => {
            names(a) == names(b)
        }
        (ConstraintKind::ForeignKey(a), ConstraintKind::ForeignKey(b)) => {
            names(&a.columns) == names(&b.columns)
                && a.table == b.table
                && named(part, constraint) == named(from, other)
        }
        _ => false,
    };
    if !from.constraints.iter().any(|other| same(&other)) {
        return Some(Some(constraint.clone()));
    }
    // A partition's own index has the name that PostgreSQL would give it, or one that only the statement says.
    let is_default = match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } => {
            let unnamed = ConstraintDecl { name: None, ..constraint.clone() };
            named(part, constraint) == named(part, &unnamed)
        }
        _ => true,
    };
    is_default.then_some(None)
}

/// Adds the changes that make a column of a partition of the one that it has from its whole.
fn differences(
    own: &ColumnDecl,
    inherited: &ColumnDecl,
    from: &TableDecl,
    part: &QName,
    changes: &mut Vec<Alteration>,
    cx: &mut Cx<'_>,
) {
    let name = PgIdent::new(own.name.node.as_str());
    let mut change = |action: String| changes.push((part.clone(), Spanned::new(action, own.span)));
    let refuses = |column: &ColumnDecl| column.nullable.as_ref().is_some_and(|nullable| !nullable.node);
    let counts = inherited.ty.as_ref().is_some_and(|ty| counted(&ty.node).is_some());
    let in_key = from.constraints.iter().any(|constraint| {
        matches!(&constraint.kind, ConstraintKind::PrimaryKey { columns, .. }
            if columns.iter().any(|column| column.node == own.name.node))
    });
    let refused = refuses(inherited) || inherited.primary_key.is_some() || inherited.identity.is_some();
    if refuses(own) && !(refused || counts || in_key) {
        change(format!("ALTER COLUMN {name} SET NOT NULL"));
    }
    let ty = PgType::Unknown(String::new());
    let mut sql =
        |column: &ColumnDecl| column.default.as_ref().map(|default| column::value(cx, default, &ty));
    match (sql(own), sql(inherited)) {
        (Some(own), Some(inherited)) if is_same(&own, &inherited) => {}
        (Some(own), None) if counts && own.starts_with("nextval") => {}
        (Some(own), _) => change(format!("ALTER COLUMN {name} SET DEFAULT {own}")),
        (None, Some(_)) => change(format!("ALTER COLUMN {name} DROP DEFAULT")),
        (None, None) => {}
    }
}
