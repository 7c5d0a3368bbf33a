//! Columns that are marked as foreign keys where nothing says to what: `buyer_id uuid FK`.

use super::column::NO_TYPE;
use super::reference::plain;
use super::{Cx, find_column, relation, words};
use crate::diag::Code;
use crate::model::{ColumnId, Fact, InferredData, PgType, TableId};
use crate::source::decl::{ColumnDecl, Language, TableDecl};
use crate::span::Span;

const NO_TARGET: Code = Code::new("foreign-key-without-table");

/// Adds the foreign keys of columns that are only marked, each where exactly one table fits its name; reports the others.
///
/// A table fits `buyer_id` where it is called `buyer` or `buyers` and has a key of one column, of the same type.
pub(super) fn foreign_keys(cx: &mut Cx<'_>, decl: &TableDecl) {
    let Some(id) = cx.find(&decl.name) else { return };
    let marked = decl.columns.iter().filter_map(|column| Some((column, column.foreign?)));
    for (column, span) in marked.filter(|(column, _)| column.references.is_empty()) {
        let Some(own) = find_column(cx.table(id), &column.name.node) else { continue };
        if cx.table(id).foreign_keys.iter().any(|key| key.columns.contains(&own)) {
            continue;
        }
        let path = format!("{}.{}", decl.name, column.name.node);
        let by_name = || Some((meant(cx, id, own)?, "a mark FK on a column that is named after one table"));
        let by_words = || Some((said(cx, id, own, column, span)?, "words that name one table"));
        let Some(((other, key), rule)) = by_name().or_else(by_words) else {
            cx.sink
                .info(NO_TARGET, span, format!("`{path}` is marked as a foreign key, and not to what"))
                .help("write the table and its column behind the mark: `FK → users.id`");
            continue;
        };
        let target = cx.schema.table(other);
        let what = format!("references {}({})", target.name().plain(), target.column(key).name());
        // A column of which no type was given has that of the key.
        if is_untyped(cx, id, own) && !is_untyped(cx, other, key) {
            let target = cx.schema.table(other);
            let ty = target.column(key).ty().without_serial();
            let rule = format!("the type of the key of `{}`", target.name().plain());
            if let Some(column) = cx.table(id).columns.get_mut(own.0) {
                column.ty = Fact::inferred(ty, column.name.span, rule);
            }
        }
        // A diagram of tables that something else defines draws; it makes no constraint.
        let is_drawn = decl.language == Language::Mermaid;
        let data = crate::model::ForeignKeyData {
            enforced: !is_drawn || relation::is_of_drawn(cx, id, other, own, key),
            ..plain(own, other, key, span)
        };
        relation::add(cx, id, data);
        cx.schema.inferred.push(InferredData { object: path, what, rule: rule.to_owned(), span });
    }
}

/// Returns the only table that a column is named after, with its key.
fn meant(cx: &Cx<'_>, own: TableId, column: ColumnId) -> Option<(TableId, ColumnId)> {
    let table = cx.schema.table(own);
    let untyped = is_untyped(cx, own, column);
    let column = table.column(column);
    let name = words::joined(column.name());
    let fits = |other: TableId| {
        let other = cx.schema.table(other);
        let [key] = other.primary_key()?.columns.as_slice() else { return None };
        let key_name = words::joined(other.column(*key).name());
        let stem = words::joined(&words::singular(&other.name().name.as_str().to_lowercase()));
        // "id_shop", the key of the shops and what refers to them alike.
        let as_key = name == key_name && key_name != "id";
        let named = as_key
            || name == format!("{stem}{key_name}")
            || (name == format!("{stem}id") && !stem.is_empty());
        let fits = untyped || same_type(column.ty(), other.column(*key).ty());
        (named && fits).then_some((other.id, *key))
    };
    let mut found = cx.schema.tables().filter(|other| other.id != own).filter_map(|other| fits(other.id));
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Returns the only table that the words behind the mark name, with its key: "References document chunks".
fn said(
    cx: &Cx<'_>,
    own: TableId,
    column: ColumnId,
    decl: &ColumnDecl,
    mark: Span,
) -> Option<(TableId, ColumnId)> {
    let note = decl.notes.iter().find(|note| note.span.start <= mark.start && mark.end <= note.span.end)?;
    // What stands between marks is not written as it is read.
    let plain = note.text.len() == note.span.range().len();
    let at = usize::try_from(mark.end - note.span.start).ok().filter(|_| plain)?;
    let behind = note.text.get(at..)?;
    let behind = behind.split([',', '.', ';', ':', '(', ')']).next().unwrap_or_default().trim();
    let words: Vec<&str> = behind.split_whitespace().filter(|word| *word != "the").collect();
    if !(1..=4).contains(&words.len()) {
        return None;
    }
    let name = words::joined(&words.join(" "));
    let untyped = is_untyped(cx, own, column);
    let ty = cx.schema.table(own).column(column).ty();
    let mut found = cx.schema.tables().filter(|other| words::joined(other.name().name.as_str()) == name);
    let (Some(only), None) = (found.next(), found.next()) else { return None };
    let [key] = only.primary_key()?.columns.as_slice() else { return None };
    (untyped || same_type(ty, only.column(*key).ty())).then_some((only.id, *key))
}

/// Tells whether nothing says what type a column has.
fn is_untyped(cx: &Cx<'_>, table: TableId, column: ColumnId) -> bool {
    let ty = &cx.schema.table(table).column(column).data.ty;
    ty.rule() == Some(NO_TYPE)
}

/// Tells whether values of one type are values of the other: a `bigint` refers to a `bigserial`.
fn same_type(own: &PgType, key: &PgType) -> bool {
    let plain = |ty: &PgType| match ty.builtin_name() {
        Some("serial") => "integer".to_owned(),
        Some("bigserial") => "bigint".to_owned(),
        Some("smallserial") => "smallint".to_owned(),
        _ => ty.to_string().to_lowercase(),
    };
    plain(own) == plain(key)
}
