//! What diagrams draw of relations beside the keys: how many rows belong together, and keys that nothing makes.

use super::carriers::DISAGREE;
use super::reference::NO_COLUMNS;
use super::{Cx, key, relation, tables};
use crate::diag::Code;
use crate::model::{ColumnId, Fact, ForeignKeyData, InferredData, TableData, TableId};
use crate::source::decl::{ColumnDecl, Decl, EndpointDecl, RefDecl, Relation};

const OTHER_TYPE: Code = Code::new("drawn-key-of-other-type");
const RULE: &str = "how many rows a diagram draws at the ends of a relation";

/// Reports a relation whose column a diagram marks, and that is no foreign key of its table.
pub(super) fn not_made(
    cx: &mut Cx<'_>,
    decl: &RefDecl,
    own: TableId,
    column: ColumnId,
    key: (TableId, ColumnId),
) {
    let (table, other) = (cx.schema.table(own), cx.schema.table(key.0));
    if table.data.external || other.data.external {
        return;
    }
    let (from, to) = (table.column(column), other.column(key.1));
    let (path, there) = (from.path(), to.path());
    if !relation::comparable(from.ty(), to.ty()) {
        let message = format!(
            "the diagram has `{path}`, of type `{}`, refer to `{there}`, of type `{}`: no foreign key is made",
            from.ty(),
            to.ty()
        );
        let (here, key) = (from.data.ty.span, to.data.ty.span);
        cx.sink
            .warning(OTHER_TYPE, decl.span, message)
            .label(here, "one type here")
            .label(key, "another here")
            .help("give both columns one type");
    } else if !(cx.drawn.contains(table.name()) || cx.drawn.contains(other.name())) {
        let place = from.data.name.span;
        let message =
            format!("the diagram has `{path}` refer to `{}`, and nothing else says so", other.name().plain());
        cx.sink
            .warning(DISAGREE, decl.span, message)
            .label(place, "no foreign key here")
            .help("add the foreign key where the table is defined, or take the relation out of the diagram; none is made");
    }
}

/// Holds foreign keys that only diagrams draw to how many rows stand at their ends, and reports relations of many rows to many that
/// no table joins.
pub(super) fn cardinalities(cx: &mut Cx<'_>, decls: &[Decl]) {
    for decl in decls {
        let Decl::Ref(relation) = decl else { continue };
        let [a, b] = &relation.endpoints;
        let (Some(first), Some(second)) = (cx.find(&a.table), cx.find(&b.table)) else { continue };
        if !relation.inactive {
            continue;
        }
        if is_many(a) && is_many(b) {
            // Where columns are named, somebody says on purpose that nothing is to be made of it.
            if a.columns.is_empty() && b.columns.is_empty() {
                joined(cx, relation, first, second);
            }
            continue;
        }
        if [first, second].iter().all(|id| cx.drawn.contains(&cx.schema.table(*id).data.name.value)) {
            for (own, own_id, other, other_id) in [(a, first, b, second), (b, second, a, first)] {
                if is_many(other) {
                    continue;
                }
                if let Some(column) = made_of(cx, own, own_id, other_id) {
                    hold(cx, decls, relation, (own, own_id), other, other_id, column);
                    break;
                }
            }
        }
    }
}

fn is_many(end: &EndpointDecl) -> bool {
    matches!(end.relation, Relation::Many | Relation::ZeroOrMany | Relation::OneOrMany)
}

/// Returns the column of the only foreign key that a relation can stand for.
fn made_of(cx: &Cx<'_>, end: &EndpointDecl, own: TableId, other: TableId) -> Option<ColumnId> {
    let table = cx.schema.table(own);
    let marked = end.columns.first().and_then(|name| table.find_column(&name.node)).map(|column| column.id);
    let mut keys = table.data.foreign_keys.iter().filter(|key: &&ForeignKeyData| {
        key.enforced && key.referenced == other && marked.is_none_or(|column| key.columns == [column])
    });
    match (keys.next(), keys.next()) {
        (Some(key), None) => match key.columns.as_slice() {
            [column] => Some(*column),
            _ => None,
        },
        _ => None,
    }
}

/// Makes a column unique where at most one row refers to another, and not null where every row refers to exactly one.
fn hold(
    cx: &mut Cx<'_>,
    decls: &[Decl],
    relation: &RefDecl,
    (own, id): (&EndpointDecl, TableId),
    other: &EndpointDecl,
    other_id: TableId,
    column: ColumnId,
) {
    let table = cx.schema.table(id);
    let (path, name) = (table.column(column).path(), table.column(column).name().to_owned());
    let span = relation.span;
    let is_key = table.data.primary_key.iter().chain(&table.data.uniques).any(|key| key.columns == [column]);
    let in_key = table.data.primary_key.iter().any(|key| key.columns.contains(&column));
    let follows = |cx: &mut Cx<'_>, what: &str| {
        cx.schema.inferred.push(InferredData {
            object: path.clone(),
            what: what.to_owned(),
            rule: RULE.to_owned(),
            span,
        });
    };
    if !is_many(own) && !is_key {
        cx.table(id).uniques.push(key::key(vec![column], None, span));
        follows(cx, "is unique");
    }
    let takes_null = |column: &ColumnDecl| {
        column.name.node == name && column.nullable.as_ref().is_some_and(|nullable| nullable.node)
    };
    let said = tables(decls)
        .filter(|table| cx.find(&table.name) == Some(id))
        .any(|table| table.columns.iter().any(takes_null));
    // A row that refers to its own table has to begin somewhere.
    if other.relation == Relation::One
        && id != other_id
        && !in_key
        && !said
        && let Some(data) = cx.table(id).columns.get_mut(column.0)
        && data.not_null.is_none()
    {
        data.not_null = Some(Fact::inferred((), span, RULE));
        follows(cx, "is not null");
    }
}

/// Reports a relation of many rows to many where no table refers to both.
fn joined(cx: &mut Cx<'_>, relation: &RefDecl, first: TableId, second: TableId) {
    let leads =
        |table: &TableData, to: TableId| table.foreign_keys.iter().filter(|key| key.referenced == to).count();
    let joins = |table: &TableData| {
        if first == second {
            leads(table, first) > 1
        } else {
            leads(table, first) > 0 && leads(table, second) > 0
        }
    };
    if cx.schema.tables.iter().any(joins) {
        return;
    }
    let [a, b] = &relation.endpoints;
    let message = format!("no table joins `{}` and `{}`", a.table, b.table);
    cx.sink
        .warning(NO_COLUMNS, relation.span, message)
        .help("draw the table between the two that refers to both, or define it");
}
