//! Rows that a carried `INSERT` makes, where every migration may run again: whether what is there already can be known.

use super::super::Cx;
use super::SEED_WITHOUT_KEY;
use crate::model::token::{Cursor, Kind, Token, tokens};
use crate::model::{ColumnId, PartKey, PgIdent, TableData, TableId};
use crate::source::decl::VerbatimDecl;

/// Reports rows that would be there a second time: none of the table's keys is written out in each of them.
pub(super) fn tell(cx: &mut Cx<'_>, data: &VerbatimDecl, table: TableId) {
    if !cx.config.migrations.idempotent {
        return;
    }
    let text = &data.text.node;
    let own = tokens(text);
    let table = cx.table(table);
    let is_guarded = own.iter().any(|token| token.is("conflict") || token.is("exists"));
    if is_guarded || written_out(table, text, &own).is_some_and(|columns| has_key(table, &columns)) {
        return;
    }
    let message =
        format!("nothing tells whether these rows of `{}` are there already", table.name.value.plain());
    cx.sink.warning(SEED_WITHOUT_KEY, data.text.span, message).help(
        "every run adds them: write out the primary key or a unique column, or say `ON CONFLICT` or `WHERE NOT EXISTS`",
    );
}

/// Returns the columns that have a literal value in every row; none where the statement does not list its rows.
fn written_out(table: &TableData, text: &str, own: &[Token<'_>]) -> Option<Vec<ColumnId>> {
    let mut cursor = Cursor::new(text, own);
    _ = cursor.until(|token| token.is("into"));
    cursor.eat("into").then_some(())?;
    cursor.name()?;
    let place = |name: &PgIdent| table.columns.iter().position(|column| column.name.value == *name);
    let mut columns: Vec<Option<usize>> = (0..table.columns.len()).map(Some).collect();
    if let Some(named) = cursor.group() {
        columns = named.split().into_iter().map(|mut column| place(&column.ident()?)).collect();
    }
    _ = cursor.until(|token| token.is("values") || token.is("select"));
    cursor.eat("values").then_some(())?;
    let mut literal = vec![true; columns.len()];
    while let Some(row) = cursor.group() {
        let mut values = row.split().into_iter();
        for known in &mut literal {
            *known &= values.next().is_some_and(is_literal);
        }
        cursor.eat(",");
    }
    let literal = columns.into_iter().zip(literal).filter(|(_, literal)| *literal);
    Some(literal.filter_map(|(column, _)| column.map(ColumnId)).collect())
}

/// Tells whether a value is a literal, which may be cast.
fn is_literal(mut value: Cursor<'_, '_>) -> bool {
    value.eat("-");
    let is_value = value.next().is_some_and(|token| matches!(token.kind, Kind::Text | Kind::Number));
    is_value && (value.is_done() || value.eat(":") && value.eat(":") && is_type(value))
}

/// Tells whether nothing but a type is left: `'a'::text || now()` has more behind it.
fn is_type(mut rest: Cursor<'_, '_>) -> bool {
    let signs = [".", "(", ")", ",", "[", "]"];
    std::iter::from_fn(|| rest.next())
        .all(|token| token.is_name() || token.kind == Kind::Number || signs.iter().any(|sign| token.is(sign)))
}

/// Tells whether some columns hold a key of a table.
fn has_key(table: &TableData, columns: &[ColumnId]) -> bool {
    let holds = |column: &ColumnId| columns.contains(column);
    let keys = table.primary_key.iter().chain(&table.uniques);
    let indexed = |part: &PartKey| matches!(part, PartKey::Column(column) if holds(column));
    keys.map(|key| &key.columns).any(|key| key.iter().all(holds))
        || table.indexes.iter().any(|index| {
            index.unique && index.predicate.is_none() && index.parts.iter().all(|part| indexed(&part.key))
        })
}
