//! SQL in the cells of a table of columns that is none, and that nothing is made of.

use crate::diag::{Code, Sink};
use crate::source::decl::ColumnDecl;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Row;
use crate::source::markdown::vocabulary::{self, HeaderRole};
use crate::source::markdown::{conditions, words};

const NO_CHECK: Code = Code::new("check-not-understood");
const PLANNED: Code = Code::new("planned-table");
const NO_DEFAULT: Code = Code::new("default-not-understood");

/// Reports a default that is written as SQL and is no value, and checks that are never closed.
pub(super) fn report(row: &Row, roles: &[Option<HeaderRole>], columns: &[ColumnDecl], sink: &mut Sink) {
    for (cell, role) in row.cells.iter().zip(roles) {
        // Most cells have no check.
        let of_check = cell.text().as_bytes().windows(5).any(|word| word.eq_ignore_ascii_case(b"check"));
        if *role == Some(HeaderRole::Default) {
            let is_read = columns.iter().any(|column| column.default.is_some() || column.increment.is_some());
            if !is_read && cell.text().contains([';', ')']) && !cell.text().contains('(') {
                sink.warning(NO_DEFAULT, cell.whole(), "this default is no value and no expression of SQL")
                    .help("write the value, or an expression as PostgreSQL reads it");
            }
        }
        if !of_check {
            continue;
        }
        if role.is_some() && conditions::limited(cell, 0..cell.text().len()) {
            sink.warning(
                NO_CHECK,
                cell.whole(),
                "the words beside this check take something from it: none is made",
            )
            .help("write what holds as SQL: `CHECK (closed_at IS NOT NULL OR price > 0)`");
        }
        if *role == Some(HeaderRole::Constraints) && is_check_of_nothing(cell) {
            sink.warning(NO_CHECK, cell.whole(), "this check says that there are values, and not which")
                .help("list them: `CHECK (state IN ('open', 'paid'))`");
        }
        if role.is_some() && columns.iter().all(|column| column.checks.is_empty()) && is_open_check(cell) {
            sink.warning(NO_CHECK, cell.whole(), "this check has a bracket that is never closed")
                .help("close it; nothing is made of it");
        }
    }
}

/// Tells whether the description of a column says first that the database has none, or none yet ("removed in v2", "planned"), and says so.
pub(super) fn is_no_column(row: &Row, roles: &[Option<HeaderRole>], sink: &mut Sink) -> bool {
    let says = |cell: &Inline| {
        let lower = words::folded(cell.text());
        let first = lower.split(['.', ';', '(', '—', '–', ':']).next().unwrap_or_default();
        let whole = lower.trim_matches([' ', '.']);
        // "The password itself is not stored" says it of something else, and "planned, running, done" are values.
        first.split(',').any(|piece| {
            let piece = piece.trim();
            vocabulary::NO_COLUMN.find(piece).is_some_and(|at| {
                let said = piece.get(at.clone()).unwrap_or_default();
                let leads = ["in", "since", "у", "в", "en", "na"]
                    .contains(&said.split(' ').next_back().unwrap_or_default());
                (at == (0..piece.len()) && (piece == whole || said.contains(' '))) || (at.start == 0 && leads)
            })
        })
    };
    let mut cells = row.cells.iter().zip(roles);
    // "Removed" beside a column `removed_by` says what it means.
    let names = row.cells.iter().zip(roles).find(|(_, role)| **role == Some(HeaderRole::Name));
    let names = names.map(|(cell, _)| words::folded(cell.text())).unwrap_or_default();
    let is_gone = |cell: &Inline| {
        let lower = words::folded(cell.text());
        let word = lower.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        vocabulary::is_not_there(&lower) && !names.contains(word)
    };
    let found = cells.find(|(cell, role)| match role {
        Some(HeaderRole::Description) => says(cell) || is_gone(cell),
        Some(HeaderRole::Name) => says_last(cell),
        // A name alone that is struck out may be on its way out; a struck type says that the column is gone.
        Some(HeaderRole::Type) => cell.is_struck(),
        _ => false,
    });
    let Some((cell, _)) = found else { return false };
    tell_no_column(cell, sink);
    true
}

/// Tells whether what stands last in a text, in brackets or behind a dash, says that there is nothing of what it names: "`old` (removed)",
/// "`soon`: text — planned".
pub(super) fn says_last(text: &Inline) -> bool {
    let said = text.text().trim_end_matches(['.', ' ']);
    if !said.ends_with([')', '）']) && !said.contains(['-', '—', '–']) {
        return false;
    }
    let lower = words::folded(text.text());
    let said = lower.trim_end_matches(['.', ' ']);
    let last = match said.strip_suffix([')', '）']) {
        Some(inside) => inside.rsplit_once(['(', '（']).map(|(_, last)| last),
        None => [" — ", " – ", " - "].iter().find_map(|dash| said.rsplit_once(dash)).map(|(_, last)| last),
    };
    last.is_some_and(vocabulary::is_not_there)
}

/// Says that a column is struck out, removed or planned.
pub(super) fn tell_no_column(said: &Inline, sink: &mut Sink) {
    let message = "this says that there is no such column, or none yet; it is not generated";
    sink.info(PLANNED, said.whole(), message).help("take the words out once the column is there");
}

/// Tells whether a cell has a check of values that it does not list: "CHECK (values)".
fn is_check_of_nothing(cell: &Inline) -> bool {
    let lower = words::lowered(cell.text());
    let Some((_, rest)) = lower.split_once("check") else { return false };
    let inside = rest
        .trim_start()
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(inside, _)| inside.trim());
    inside.is_some_and(vocabulary::is_values_word)
}

/// Tells whether a cell begins a check in brackets and does not end it.
fn is_open_check(cell: &Inline) -> bool {
    let lower = words::folded(cell.text());
    let Some(at) = lower.find("check") else { return false };
    let is_word = !lower.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric));
    let rest = lower.get(at + "check".len()..).unwrap_or_default().trim_start();
    is_word && rest.starts_with('(') && rest.matches('(').count() > rest.matches(')').count()
}
