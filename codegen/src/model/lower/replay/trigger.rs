//! Whether triggers fire: what is said of all of a table's is said of each.

use super::drop::part_of;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::source::decl::{AlterAction, Decl};
use crate::span::Spanned;

/// Writes `DISABLE TRIGGER ALL` and its like out for the triggers that the table has by then.
pub(super) fn spread(table: &QualifiedName, actions: &mut Vec<AlterAction>, done: &[Decl]) {
    let mut written = Vec::with_capacity(actions.len());
    for action in std::mem::take(actions) {
        let AlterAction::Other(text) = &action else {
            written.push(action);
            continue;
        };
        let Some(mode) = of_all(&text.node) else {
            written.push(action);
            continue;
        };
        let triggers = done.iter().filter_map(|decl| match decl {
            Decl::Verbatim(data) if data.kind == "trigger" => part_of(data),
            _ => None,
        });
        for (name, _) in triggers.filter(|(_, on)| on == table) {
            let said = format!("{mode} TRIGGER {name}");
            written.push(AlterAction::Other(Spanned::new(said, text.span)));
        }
    }
    *actions = written;
}

/// Returns what is done with all triggers of a table: `DISABLE`, `ENABLE`.
fn of_all(action: &str) -> Option<&'static str> {
    let own = tokens(action);
    let mut cursor = Cursor::new(action, &own);
    let mode = cursor.eat_any(&[("disable trigger", "DISABLE"), ("enable trigger", "ENABLE")])?;
    // A trigger may be called so, in quotes.
    let is_word = cursor.peek().is_some_and(|token| !token.raw.starts_with('"'));
    (is_word && (cursor.eat("all") || cursor.eat("user"))).then_some(mode)
}
