//! `ATTACH PARTITION`, as dumps say it, made the `PARTITION OF` that it comes to.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::alter::{counted, name_of};
use super::inherit::has_parent;
use super::{Cx, column, qualified};
use crate::expr;
use crate::model::default_name::sequence;
use crate::model::ident::literal;
use crate::model::token::{Cursor, is_same, tokens};
use crate::model::{PgIdent, PgType, QualifiedName, VerbatimData};
use crate::source::decl::{
    AlterAction, AlterTableDecl, CheckDecl, ColumnDecl, ConstraintDecl, ConstraintKind, Ident, QName,
    TableDecl,
};
use crate::source::sql::constraints_of;
use crate::span::{Span, Spanned};

/// A change of a table that the model does not hold, as SQL.
type Alteration = (QName, Spanned<String>);

/// Makes partitions of tables that are attached as they would have been made, where nothing of their own is lost by it, and says
/// which of their keys are part of those of the whole.
pub(super) fn fold(
    tables: &mut IndexMap<QualifiedName, Vec<TableDecl>, FxBuildHasher>,
    alterations: &mut Vec<Alteration>,
    cx: &mut Cx<'_>,
) {
    // A partition that is divided itself has its columns no more when its own are attached.
    let mut before = BTreeMap::new();
    for (whole, action) in without_detached(std::mem::take(alterations)) {
        match attached(&whole, &action, tables, &mut before, cx) {
            Some(own) => {
                alterations.extend(own.changes);
                for key in own.keys {
                    let is_said = |known: &VerbatimData| is_same(&known.text.node, &key.text.node);
                    if !cx.schema.verbatim.iter().any(is_said) {
                        cx.schema.verbatim.push(key);
                    }
                }
            }
            None => alterations.push((whole, action)),
        }
    }
}

/// Reads which table a change makes a partition of the one that it changes (`true`), or no longer one.
fn partition(action: &str) -> Option<(bool, QualifiedName)> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    let attaches = cursor.eat_any(&[("attach partition", true), ("detach partition", false)])?;
    Some((attaches, cursor.name()?))
}

/// Leaves out the attaching of what is detached later, and that.
fn without_detached(alterations: Vec<Alteration>) -> Vec<Alteration> {
    let mut kept: Vec<Alteration> = Vec::with_capacity(alterations.len());
    for (whole, action) in alterations {
        let attached = partition(&action.node).filter(|(attaches, _)| !attaches).and_then(|(_, detached)| {
            kept.iter().rposition(|(of, action)| {
                qualified(of) == qualified(&whole)
                    && partition(&action.node)
                        .is_some_and(|(attaches, attached)| attaches && attached == detached)
            })
        });
        match attached {
            Some(at) => _ = kept.remove(at),
            None => kept.push((whole, action)),
        }
    }
    kept
}

/// Tables that are attached to others so far.
#[derive(Debug, Default)]
pub(super) struct Parts(BTreeMap<QualifiedName, Vec<QualifiedName>>);

impl Parts {
    /// Takes note of what a change attaches and detaches.
    pub(super) fn note(&mut self, alter: &AlterTableDecl) {
        for action in &alter.actions {
            let AlterAction::Other(text) = action else { continue };
            let Some((attaches, part)) = partition(&text.node) else { continue };
            let parts = self.0.entry(qualified(&alter.table)).or_default();
            parts.retain(|known| *known != part);
            parts.extend(Some(part).filter(|_| attaches));
        }
    }

    /// Returns the same change of every table that is attached to the one that it changes: their columns change with its own.
    pub(super) fn passed_on(&self, alter: &AlterTableDecl) -> Vec<AlterTableDecl> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let is_of_columns = |action: &&AlterAction| {
            matches!(
                action,
                AlterAction::AddColumn(_)
                    | AlterAction::DropColumn(_)
                    | AlterAction::SetDefault(..)
                    | AlterAction::SetNotNull(..)
                    | AlterAction::SetType(..)
            )
        };
        let actions: Vec<AlterAction> = alter.actions.iter().filter(is_of_columns).cloned().collect();
        let mut passed = Vec::new();
        let mut open = vec![qualified(&alter.table)];
        while let Some(whole) = open.pop().filter(|_| !actions.is_empty() && passed.len() < MOST_PARTS) {
            for part in self.0.get(&whole).into_iter().flatten() {
                let span = alter.table.span();
                let ident = |name: &PgIdent| Ident::new(name.as_str().to_owned(), span);
                let table = QName { schema: part.schema.as_ref().map(ident), name: ident(&part.name) };
                passed.push(AlterTableDecl {
                    table,
                    only: true,
                    if_exists: false,
                    actions: actions.clone(),
                    span: alter.span,
                });
                open.push(part.clone());
            }
        }
        passed
    }
}

/// More partitions than anybody attaches to one table, and an end to tables that are attached in a circle.
const MOST_PARTS: usize = 65_536;

/// What has to be said of a partition beside what it is.
struct Attached {
    /// The changes by which it differs from its whole.
    changes: Vec<Alteration>,
    /// Which of its keys are part of those of the whole.
    keys: Vec<VerbatimData>,
}

/// Says that a key of a partition is part of that of the whole.
fn attach(whole: QualifiedName, part: QualifiedName, span: Span) -> VerbatimData {
    let text = Spanned::new(format!("ALTER INDEX {whole} ATTACH PARTITION {part}"), span);
    VerbatimData {
        kind: "alter index".to_owned(),
        creates: None,
        names: vec![whole, part],
        was: None,
        text,
        stale: false,
    }
}

/// Makes a partition of a table.
fn attached(
    whole: &QName,
    action: &Spanned<String>,
    tables: &mut IndexMap<QualifiedName, Vec<TableDecl>, FxBuildHasher>,
    before: &mut BTreeMap<QualifiedName, TableDecl>,
    cx: &mut Cx<'_>,
) -> Option<Attached> {
    let own = tokens(&action.node);
    let mut cursor = Cursor::new(&action.node, &own);
    if !cursor.eat("attach partition") {
        return None;
    }
    let name = cursor.name()?;
    let bounds = cursor.rest();
    let whole = qualified(whole);
    let from = match (before.get(&whole), tables.get(&whole)?.as_slice()) {
        (Some(from), _) | (None, [from]) => apart(from),
        _ => return None,
    };
    let [known] = tables.get_mut(&name)?.as_mut_slice() else { return None };
    let mut part = apart(known);
    let tail = part.tail.as_ref().map(|tail| tail.node.clone()).unwrap_or_default();
    let is_plain = |tail: &str| !has_parent(tail) && !tokens(tail).first().is_some_and(|it| it.is("like"));
    // What the whole has from elsewhere is not among its own columns.
    if !is_plain(&tail)
        || from.tail.as_ref().is_some_and(|tail| tokens(&tail.node).first().is_some_and(|it| it.is("of")))
    {
        return None;
    }
    let mut constraints = Vec::new();
    let mut keys = Vec::new();
    for constraint in &part.constraints {
        match (of_whole(constraint, &part, &from), &constraint.kind) {
            (Some(key), ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }) => {
                // A key that was there before is a part of that of the whole, and still one of its own.
                let of = |table: &QName, constraint: &ConstraintDecl| {
                    let name = PgIdent::new(name_of(&table.name.node, constraint));
                    QualifiedName { name, ..qualified(table) }
                };
                keys.push(attach(of(&from.name, key), of(&part.name, constraint), action.span));
                constraints.push(constraint.clone());
            }
            (Some(_), _) => {}
            (None, _) => constraints.push(constraint.clone()),
        }
    }
    let mut changes = Vec::new();
    for own in &part.columns {
        let inherited = from.columns.iter().find(|column| column.name.node == own.name.node)?;
        if own.identity.is_some() {
            return None;
        }
        differences(own, inherited, &from, &part.name, &mut changes, cx);
    }
    let tail = format!("PARTITION OF {whole} {bounds} {tail}");
    before.insert(name, part.clone());
    part.tail = Some(Spanned::new(tail.trim_end().to_owned(), action.span));
    part.columns.clear();
    part.constraints = constraints;
    *known = part;
    Some(Attached { changes, keys })
}

/// Returns what a serial column of a table has as its default.
fn next_of(table: &TableDecl, column: &ColumnDecl) -> String {
    let sequence = sequence(&qualified(&table.name), &column.name.node);
    format!("nextval({}::regclass)", literal(&sequence.to_string()))
}

/// Returns a table that says the constraints of its columns itself.
fn apart(table: &TableDecl) -> TableDecl {
    let mut table = table.clone();
    let of_columns: Vec<ConstraintDecl> = table.columns.iter_mut().flat_map(constraints_of).collect();
    table.constraints.splice(0..0, of_columns);
    table
}

/// Returns the constraint of the whole that one of a partition comes to.
fn of_whole<'a>(
    constraint: &ConstraintDecl,
    part: &TableDecl,
    from: &'a TableDecl,
) -> Option<&'a ConstraintDecl> {
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
    from.constraints.iter().find(same)
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
        // Both count by the sequence of the whole.
        (Some(own), None) if counts && is_same(&own, &next_of(from, inherited)) => {}
        (Some(own), _) => change(format!("ALTER COLUMN {name} SET DEFAULT {own}")),
        // As dumps say it.
        (None, Some(_)) => change(format!("ALTER COLUMN {name} SET DEFAULT NULL")),
        (None, None) => {}
    }
}
