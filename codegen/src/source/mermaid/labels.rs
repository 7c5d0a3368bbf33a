//! What the label of a relation says beside its name: what happens to the rows that refer to one that goes.

use crate::source::decl::{Ident, Prose};
use crate::span::Spanned;

/// Returns what a label says to happen on deletion: "CASCADE", "owner_id (SET NULL)", "has, on delete cascade".
///
/// The words stand alone between brackets and commas; "cascades to" is what a relation may be called.
pub(super) fn on_delete(label: &Prose) -> Option<Ident> {
    const ACTIONS: &[&str] = &["cascade", "set null", "set default", "restrict", "no action"];
    let lower = label.text.to_lowercase();
    let action = lower.split(['(', ')', '[', ']', ',', ';', ':']).find_map(|part| {
        let part = part.trim();
        let part = part.strip_prefix("on delete").map_or(part, str::trim_start);
        let part = part.strip_suffix("on delete").map_or(part, str::trim_end);
        let part = part.strip_suffix(" delete").unwrap_or(part);
        ACTIONS.iter().find(|action| **action == part.replace('_', " "))
    })?;
    Some(Spanned::new((*action).to_owned(), label.span))
}

#[cfg(test)]
mod tests {
    use super::on_delete;
    use crate::source::decl::{Prose, ProseKind};
    use crate::span::Sources;

    #[test]
    fn an_action_stands_alone() {
        let mut sources = Sources::default();
        let file = sources.add("shop.mmd", "CASCADE");
        let span = sources.fragment(file).span(0..7);
        let check = |label: &str| {
            let prose = Prose { text: label.to_owned(), span, kind: ProseKind::Note };
            on_delete(&prose).map(|action| action.node)
        };
        assert_eq!(check("CASCADE").as_deref(), Some("cascade"));
        assert_eq!(check("owner_id (SET NULL)").as_deref(), Some("set null"));
        assert_eq!(check("has, on delete restrict").as_deref(), Some("restrict"));
        assert_eq!(check("cascade delete").as_deref(), Some("cascade"));
        assert_eq!(check("cascades to"), None);
        assert_eq!(check("restrict access"), None);
    }
}
