//! `[drift]`: what may differ between the documents and a live database.

use crate::diag::Sink;
use crate::span::{Span, Spanned};

use super::Pattern;
use super::reader::Table;

/// The comparison with a live database.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// What may differ.
    pub ignore: Vec<DriftIgnore>,
}

/// Objects that may differ from what the documents say.
#[derive(Clone, Debug)]
pub struct DriftIgnore {
    /// The objects: `table`, `table.column`, `schema.name`, with `*`.
    pub objects: Pattern,
    /// The attributes that may differ; all of them, and the object as a whole, where none is given.
    pub attributes: Option<Pattern>,
    /// Why.
    pub reason: Spanned<String>,
    /// The whole entry.
    pub span: Span,
}

pub(super) fn read(mut table: Table<'_>, sink: &mut Sink) -> Drift {
    let entries = table.tables("ignore", sink).into_iter();
    let ignore = entries.filter_map(|mut entry| {
        let span = entry.span;
        let objects = entry.required_text("objects", sink);
        let attributes = entry.text("attributes", sink).map(Pattern::new);
        let reason = entry.required_text("reason", sink);
        entry.finish(sink);
        Some(DriftIgnore { objects: Pattern::new(objects?), attributes, reason: reason?, span })
    });
    let ignore = ignore.collect();
    table.finish(sink);
    Drift { ignore }
}
