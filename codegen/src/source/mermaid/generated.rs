//! What generators draw as entities and attributes: enumerated types, and keys of several columns.

use std::collections::BTreeSet;

use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, Decl, EnumDecl, EnumValueDecl, Ident, Language, TableDecl,
    Timing,
};
use crate::span::Spanned;

/// Tells whether an entity is an enumerated type, each value of which is its own type: `open open`.
pub(super) fn is_enum(table: &TableDecl) -> bool {
    let is_value = |column: &ColumnDecl| {
        column.ty.as_ref().is_some_and(|ty| ty.node == column.name.node)
            && column.primary_key.is_none()
            && column.notes.is_empty()
    };
    !table.columns.is_empty() && table.columns.iter().all(is_value)
}

/// Makes the enumerated type that an entity is.
pub(super) fn enumerated(table: TableDecl) -> Decl {
    let values = table.columns.into_iter();
    let values = values.map(|column| EnumValueDecl { was: None, name: column.name, note: None }).collect();
    Decl::Enum(EnumDecl {
        was: None,
        name: table.name,
        values,
        note: None,
        if_missing: false,
        language: Language::Mermaid,
        span: table.span,
    })
}

/// Takes relations with enumerated types out: which column has the type is said by its type.
pub(super) fn drop_of_enums(decls: &mut Vec<Decl>) {
    let enums: BTreeSet<String> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Enum(data) => Some(data.name.name.node.clone()),
            _ => None,
        })
        .collect();
    decls.retain(|decl| match decl {
        Decl::Ref(relation) => !relation.endpoints.iter().any(|end| enums.contains(&end.table.name.node)),
        _ => true,
    });
}

/// Reads an attribute whose type is the word for a key and whose comment lists the columns.
pub(super) fn key(column: &ColumnDecl) -> Option<ConstraintDecl> {
    let ty = column.ty.as_ref()?.node.to_ascii_lowercase();
    let [note] = column.notes.as_slice() else { return None };
    let inside = note.text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let columns: Vec<Ident> =
        inside.split(',').map(|name| Spanned::new(name.trim().to_owned(), note.span)).collect();
    let plain = columns
        .iter()
        .all(|name| !name.node.is_empty() && name.node.chars().all(|c| c.is_alphanumeric() || c == '_'));
    let kind = match ty.as_str() {
        "unique" | "uk" => ConstraintKind::Unique { columns, include: Vec::new(), nulls_not_distinct: false },
        "primary" | "pk" => ConstraintKind::PrimaryKey { columns, include: Vec::new() },
        _ => return None,
    };
    plain.then_some(ConstraintDecl {
        name: None,
        kind,
        timing: Timing::NotDeferrable,
        not_valid: false,
        span: column.span,
    })
}
