//! Foreign keys of several columns: "(shop_id, code) → items(shop_id, code)", "FOREIGN KEY (a, b) REFERENCES t (a, b)".

use std::ops::Range;

use super::key_columns;
use crate::source::decl::{ConstraintDecl, ConstraintKind, ForeignKeyDecl, Ident, TableDecl, Timing};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{facts, tables, vocabulary, words};
use crate::span::Spanned;

/// Reads a foreign key of several columns of `table`; none where the first bracket holds anything else.
pub(super) fn composite(text: &Inline, range: Range<usize>, table: &TableDecl) -> Option<ConstraintDecl> {
    let slice = text.get(range.clone());
    let open = range.start + slice.find('(')?;
    let close = open + text.get(open..range.end).find(')')?;
    let columns = key_columns(text, open + 1..close, table).filter(|columns| columns.len() > 1)?;
    let rest = text.get(close + 1..range.end);
    let behind = rest.trim_start_matches(['`', ' ']);
    let lower = words::folded(behind);
    let lead = ["→", "⇒", "->", "=>", "references "].iter().find(|lead| lower.starts_with(**lead))?;
    let target = behind.get(lead.len()..)?.trim_start_matches(['`', ' ']);
    let start = range.end - target.len();
    let bracket = start + target.find('(')?;
    let name = text.trim(start..bracket);
    let end = bracket + text.get(bracket..range.end).find(')')?;
    let referenced: Vec<Ident> =
        words::things(text.text(), bracket + 1..end).into_iter().map(|thing| text.ident(thing)).collect();
    let plain = text.get(name.clone()).trim_matches('`').split('.').all(vocabulary::is_name)
        && referenced.len() == columns.len()
        && referenced.iter().all(|column| vocabulary::is_name(&column.node));
    if !plain {
        return None;
    }
    let after = words::folded(text.get(end + 1..range.end));
    let action = |key: &str| {
        let at = after.find(key)? + key.len();
        let said = after.get(at..)?.trim_start_matches([' ', ':']);
        let (word, action) = facts::actions().into_iter().find(|(word, _)| said.starts_with(word))?;
        let place = end + 1 + after.len() - said.len();
        Some(Spanned::new(action, text.span(place..place + word.len())))
    };
    let span = text.span(open..end + 1);
    let key = ForeignKeyDecl {
        columns,
        on_delete: action("on delete"),
        on_update: action("on update"),
        ..ForeignKeyDecl::new(tables::qualified(text, name), referenced, span)
    };
    let kind = ConstraintKind::ForeignKey(key);
    Some(ConstraintDecl { name: None, kind, timing: Timing::NotDeferrable, not_valid: false, span })
}
