//! Routines of other databases, whose bodies stand between `BEGIN` and `END` without quotes.

use std::ops::Range;

use super::FOREIGN;
use super::signs::{MYSQL, ORACLE, SQL_SERVER, SQLITE, Signs};
use crate::diag::Sink;
use crate::source::sql::report::{UNTERMINATED, clip};
use crate::source::sql::split::Statement;
use crate::span::Fragment;

const HELP: &str = "write it as PostgreSQL has it: a function in PL/pgSQL, its body in dollar quotes";

/// Reports a routine or trigger whose body no quotes are around; tells whether it is one.
pub(in crate::source::sql) fn routine(
    fragment: &Fragment<'_>,
    statement: &Statement,
    signs: &mut Signs,
    sink: &mut Sink,
) -> bool {
    let Some(begin) = statement.body else { return false };
    let text = fragment.text();
    let is = |word: &str| statement.significant().any(|token| token.is_word(text, word));
    let before = statement.significant().take_while(|token| token.start < begin).last();
    let head = text.get(statement.range.start..begin).unwrap_or_default();
    if text.get(begin..).is_some_and(|body| body.starts_with('$')) {
        let message = format!("the body of `{}` stands between single `$`", clip(head));
        sink.error(UNTERMINATED, fragment.span(begin..begin + 1), message)
            .help("write `$$` on both sides: some that write Markdown make one `$` of two");
        return true;
    }
    let behind_as = before.is_some_and(|token| token.is_word(text, "as") || token.is_word(text, "is"));
    let database = match () {
        () if behind_as && text.get(statement.range.clone()).is_some_and(|said| said.contains('@')) => {
            SQL_SERVER
        }
        () if behind_as || has_old_and_new(text.get(statement.range.clone()).unwrap_or_default()) => ORACLE,
        // Triggers are the only routines of SQLite, and know no variables.
        () if head.to_ascii_lowercase().contains("trigger") && !is("set") && !is("declare") => SQLITE,
        () => MYSQL,
    };
    signs.sure(database, statement.range.start..statement.range.start + "create".len());
    let message = format!("`{}` is a routine of another database and was left out", clip(head));
    sink.warning(FOREIGN, fragment.span(statement.range.clone()), message).help(HELP);
    true
}

/// Tells whether a trigger names its rows as Oracle does: `:NEW.id`.
fn has_old_and_new(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    [":new.", ":old."].iter().any(|row| text.contains(row))
}

/// Reports what stands between two lines `DELIMITER`.
pub(in crate::source::sql) fn delimited(
    fragment: &Fragment<'_>,
    range: Range<usize>,
    signs: &mut Signs,
    sink: &mut Sink,
) {
    let text = fragment.text().get(range.clone()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim();
    signs.sure(MYSQL, range.start..range.start + line.len());
    let message = format!("what stands between `{line}` and `DELIMITER ;` is MySQL's and was left out");
    sink.warning(FOREIGN, fragment.span(range), message).help(HELP);
}
