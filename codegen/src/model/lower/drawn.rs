//! What diagrams draw of relations beside the keys: relations of many rows to many, and keys that nothing makes.

use super::carriers::DISAGREE;
use super::reference::NO_COLUMNS;
use super::{Cx, relation};
use crate::diag::Code;
use crate::model::{ColumnId, TableData, TableId};
use crate::source::decl::{Decl, EndpointDecl, RefDecl, Relation};

const OTHER_TYPE: Code = Code::new("drawn-key-of-other-type");

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

/// Reports relations of many rows to many that no table joins.
///
/// How many rows a diagram draws at the other ends is shown and holds nothing: most diagrams draw `||--o{` for whatever reference.
pub(super) fn cardinalities(cx: &mut Cx<'_>, decls: &[Decl]) {
    for decl in decls {
        let Decl::Ref(relation) = decl else { continue };
        let [a, b] = &relation.endpoints;
        let (Some(first), Some(second)) = (cx.find(&a.table), cx.find(&b.table)) else { continue };
        if !relation.inactive {
            continue;
        }
        // Where columns are named, somebody says on purpose that nothing is to be made of it.
        if is_many(a) && is_many(b) && a.columns.is_empty() && b.columns.is_empty() {
            joined(cx, relation, first, second);
        }
    }
}

fn is_many(end: &EndpointDecl) -> bool {
    matches!(end.relation, Relation::Many | Relation::ZeroOrMany | Relation::OneOrMany)
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
