//! Rows of a program's model that are no columns: `items` of type `OrderItem[]`, `buyer` of type `Buyer`, "belongs to".

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::NOT_A_COLUMN;
use crate::diag::Sink;
use crate::source::decl::{ColumnDecl, Decl, Language};
use crate::source::markdown::{vocabulary, words};

/// Takes out, and tells, columns whose type is another table of the document, where they are several or are called a relation.
pub(in super::super) fn settle(decls: &mut [Decl], sink: &mut Sink) {
    let may_be = |decl: &Decl| match decl {
        Decl::Table(table) => {
            let leads = |column: &ColumnDecl| is_model(column) || is_word(column);
            table.language == Language::Markdown && table.columns.iter().any(leads)
        }
        _ => false,
    };
    // Most documents have none.
    if !decls.iter().any(may_be) {
        return;
    }
    let mut tables: IndexSet<String, FxBuildHasher> = IndexSet::default();
    let mut types: IndexSet<String, FxBuildHasher> = IndexSet::default();
    for decl in decls.iter() {
        match decl {
            Decl::Table(table) => _ = tables.insert(stem(&table.name.name.node)),
            Decl::Enum(data) => _ = types.insert(stem(&data.name.name.node)),
            _ => {}
        }
    }
    for decl in decls {
        let Decl::Table(table) = decl else { continue };
        if table.language != Language::Markdown {
            continue;
        }
        table.columns.retain(|column| {
            if is_word(column) {
                tell(column, "other rows", sink);
                return false;
            }
            let Some(model) = model(column).filter(|_| is_model(column)) else { return true };
            let stem = stem(model);
            if types.contains(&stem) || !tables.contains(&stem) {
                return true;
            }
            tell(column, &format!("`{model}`"), sink);
            false
        });
    }
}

fn tell(column: &ColumnDecl, other: &str, sink: &mut Sink) {
    let message = format!("`{}` is a relation with {other}, and no column", column.name.node);
    sink.warning(NOT_A_COLUMN, column.span, message)
        .help("write the column that holds the key of the other table, and what it refers to");
}

/// Tells whether what stands in the place of a type says no more than that the field is a relation: "M2M".
fn is_word(column: &ColumnDecl) -> bool {
    let said = column.ty.as_ref().map(|ty| words::folded(ty.node.trim_matches('`'))).unwrap_or_default();
    let plain = column.references.is_empty() && column.foreign.is_none();
    plain && vocabulary::RELATION.find(&said).is_some_and(|found| found == (0..said.len()))
}

/// Tells whether a column has a type that is none of a database, and is several of it or is called a relation.
fn is_model(column: &ColumnDecl) -> bool {
    let Some(ty) = &column.ty else { return false };
    let is_many = ty.node.contains(['[', '<']);
    let is_called =
        || column.notes.iter().any(|note| vocabulary::RELATION.find(&words::folded(&note.text)).is_some());
    column.primary_key.is_none()
        && column.references.is_empty()
        && column.foreign.is_none()
        && model(column)
            .is_some_and(|model| model.starts_with(char::is_uppercase) && !vocabulary::is_type(model))
        && (is_many || is_called())
}

/// Returns the name in `OrderItem[]`, `Buyer?`, `Collection<OrderItem>`.
fn model(column: &ColumnDecl) -> Option<&str> {
    let ty = column.ty.as_ref()?.node.trim_matches(['`', '?', ' ']);
    let inside = ty.split_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap_or(ty);
    let name = inside.trim_end_matches("[]").trim_end_matches('?');
    vocabulary::is_name(name).then_some(name)
}

fn stem(name: &str) -> String {
    words::stem(name)
}
