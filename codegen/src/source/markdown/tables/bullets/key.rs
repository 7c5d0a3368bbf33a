//! Keys of several columns among the items of a list: "Composite primary key: (team_id, user_id)".

use crate::source::decl::{ConstraintDecl, ConstraintKind, Ident, Timing};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{vocabulary, words};
use crate::span::Span;

/// Reads an item that says which columns make up a key: "Composite primary key: (team_id, user_id)".
pub(super) fn composite_key(text: &Inline, span: Span) -> Option<ConstraintDecl> {
    let (end, behind) = words::separator(text.text())?;
    let lower = text.get(0..end).to_lowercase();
    let label: Vec<&str> = lower.split_whitespace().collect();
    let kind = match label.as_slice() {
        ["composite" | "compound", "primary", "key"] | ["primary", "key"] => {
            ConstraintKind::PrimaryKey { columns: key_columns(text, behind)?, include: Vec::new() }
        }
        ["composite" | "compound", "unique", "key" | "constraint"] | ["unique", "constraint"] => {
            ConstraintKind::Unique {
                columns: key_columns(text, behind)?,
                include: Vec::new(),
                nulls_not_distinct: false,
            }
        }
        _ => return None,
    };
    Some(ConstraintDecl { name: None, kind, timing: Timing::NotDeferrable, not_valid: false, span })
}

fn key_columns(text: &Inline, from: usize) -> Option<Vec<Ident>> {
    let rest = text.get(from..text.text().len());
    let inner = rest.strip_prefix('(').unwrap_or(rest);
    let start = text.text().len() - inner.len();
    let length = inner.find(')').unwrap_or(inner.len());
    let names = words::things(text.text(), start..start + length);
    let plain = names.iter().all(|name| vocabulary::is_name(text.get(name.clone())));
    (plain && !names.is_empty()).then(|| names.into_iter().map(|name| text.ident(name)).collect())
}
