//! What a cell of types says beside a type, or in its place: a key, where the column leads, its values.

use std::ops::Range;

use crate::source::decl::{ColumnDecl, Prose};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{choices, facts, vocabulary, words};

/// Returns where what follows the key begins in a cell of types that says the key first: "pk", "PK, uuid", "fk(NUMBER)".
pub(super) fn behind_key(cell: &Inline) -> Option<usize> {
    let lower = words::folded(cell.text());
    let said = lower.len() - lower.trim_start().len();
    let primary = vocabulary::PRIMARY.find(&lower).filter(|at| at.start == said).map(|at| at.end);
    let foreign = || lower.get(said..)?.starts_with("fk").then_some(said + "fk".len());
    let end = primary.or_else(foreign)?;
    let rest = lower.get(end..)?;
    let behind = rest.trim_start_matches([' ', ',', ';', '(', '+', '/', '`', '\n']);
    // "primary key uuid", "FK uuid" go on with their type, "PK" alone has none.
    let typed = behind.len() < rest.len() && vocabulary::is_type(behind);
    let is_mark = typed || primary.is_some() || behind.len() + 1 < rest.len() || rest.starts_with('(');
    let apart = rest.is_empty() || rest.starts_with([',', ';', '(', '+', '/', '\n']);
    let at = lower.len() - behind.len();
    (is_mark && (apart || typed)).then_some(at)
}

pub(super) fn key_before_type(cell: &Inline, behind: usize, column: &mut ColumnDecl) {
    let all = 0..cell.text().len();
    let rest = cell.get(behind..all.end);
    let word = rest.split([' ', ',', ')']).next().unwrap_or_default();
    // "fk(user_accounts)" is no type of somebody's own.
    let is_foreign = words::folded(cell.get(0..behind)).trim_start().starts_with("fk");
    let known = if is_foreign { vocabulary::is_type(rest) } else { vocabulary::begins_with_type(rest) };
    if known && !facts::says_any(word) && !facts::is_mark(word) {
        let marks = cell.trim(0..behind);
        let marks = marks.start..marks.start + cell.get(marks.clone()).trim_end_matches(['(', ' ']).len();
        if is_foreign {
            column.foreign = Some(cell.span(marks));
        } else {
            facts::read(cell, marks, column);
        }
        let end = facts::read_type(cell, behind, column);
        facts::read(cell, end..all.end, column);
    } else {
        facts::read(cell, all.clone(), column);
        if column.references.is_empty() {
            facts::towards(cell, behind..all.end, column);
        }
    }
}

/// Tells whether a cell is nothing but where its column leads, with the table in code: "to `users`", "vers `users`".
pub(super) fn is_towards(cell: &Inline) -> bool {
    let [code] = cell.codes() else { return false };
    let before = words::folded(cell.get(0..code.start));
    code.end == cell.text().trim_end().len() && vocabulary::TOWARDS.contains(&before.trim_start())
}

/// Reads values in the place of a type: "`open` or `paid`".
pub(super) fn values_for_type(cell: &Inline) -> Option<Prose> {
    // "(PAID / PENDING)".
    let all = cell.trim(0..cell.text().len());
    if let Some(inside) = cell.get(all.clone()).strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && !vocabulary::is_type(inside)
    {
        return choices::list(cell, all.start + 1..all.end - 1, "status");
    }
    let is_type = |code: &Range<usize>| vocabulary::begins_with_type(cell.get(code.clone()));
    if cell.codes().len() < 2 || cell.codes().iter().any(is_type) {
        return None;
    }
    choices::read(cell, 0..cell.text().len(), "status").map(|(_, values)| values)
}
