//! SQL in the cells of a table of columns that is none, and that nothing is made of.

use crate::diag::{Code, Sink};
use crate::source::decl::ColumnDecl;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Row;
use crate::source::markdown::vocabulary::HeaderRole;

const NO_CHECK: Code = Code::new("check-not-understood");
const NO_DEFAULT: Code = Code::new("default-not-understood");

/// Reports a default that is written as SQL and is no value, and checks that are never closed.
pub(super) fn report(row: &Row, roles: &[Option<HeaderRole>], columns: &[ColumnDecl], sink: &mut Sink) {
    for (cell, role) in row.cells.iter().zip(roles) {
        if *role == Some(HeaderRole::Default) {
            let is_read = columns.iter().any(|column| column.default.is_some() || column.increment.is_some());
            if !is_read && cell.text().contains([';', ')']) && !cell.text().contains('(') {
                sink.warning(NO_DEFAULT, cell.whole(), "this default is no value and no expression of SQL")
                    .help("write the value, or an expression as PostgreSQL reads it");
            }
        }
        if role.is_some() && columns.iter().all(|column| column.checks.is_empty()) && is_open_check(cell) {
            sink.warning(NO_CHECK, cell.whole(), "this check has a bracket that is never closed")
                .help("close it; nothing is made of it");
        }
    }
}

/// Tells whether a cell begins a check in brackets and does not end it.
fn is_open_check(cell: &Inline) -> bool {
    let lower = cell.text().to_ascii_lowercase();
    let Some(at) = lower.find("check") else { return false };
    let is_word = !lower.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let rest = lower.get(at + "check".len()..).unwrap_or_default().trim_start();
    is_word && rest.starts_with('(') && rest.matches('(').count() > rest.matches(')').count()
}
