//! What stands in a document and was recognised as nothing: running text, lists, tables and fences.

use std::collections::BTreeSet;

use super::labels;
use super::outline::{self, Block, List};
use crate::source::Reading;
use crate::source::decl::{AlterAction, ClaimKind, Decl};
use crate::span::{FileId, Span};

/// Returns the places of what was recognised as nothing in the Markdown files of `inputs`, in order.
///
/// `decls` are the declarations of all of `inputs`. Headings are not among the places.
pub fn left_over(inputs: &[FileId], decls: &[Decl], cx: &Reading<'_>) -> Vec<Span> {
    let mut claimed: Vec<Span> = decls.iter().flat_map(spans).collect();
    claimed.sort();
    let mut left = Vec::new();
    let mut leads: Vec<(Span, Vec<Span>)> = Vec::new();
    for file in inputs.iter().copied().filter(|file| super::is_markdown(*file, cx)) {
        for section in outline::read(&cx.sources.fragment(file)) {
            for (at, block) in section.blocks.iter().enumerate() {
                let lead = labels::lead_in_text(&section, at).map(|lead| lead.whole());
                let from = left.len();
                units(block, &mut left);
                let below = left.get(from..).unwrap_or_default().to_vec();
                leads.extend(lead.map(|lead| (lead, below)));
            }
        }
    }
    let merged = merged(claimed);
    // What is claimed is sorted and apart by now: only the last that begins before a place ends can meet it.
    let is_left = |unit: &Span| {
        let at = merged.partition_point(|span| (span.file, span.start) < (unit.file, unit.end));
        let before = at.checked_sub(1).and_then(|at| merged.get(at));
        before.is_none_or(|span| span.file != unit.file || span.end <= unit.start)
    };
    // A line that only heads what was read was understood with it.
    leads.retain(|(_, below)| !below.is_empty() && !below.iter().any(is_left));
    let heads: BTreeSet<Span> = leads.into_iter().map(|(lead, _)| lead).collect();
    left.retain(|unit| is_left(unit) && !heads.contains(unit));
    left
}

/// Joins sorted places that meet.
fn merged(spans: Vec<Span>) -> Vec<Span> {
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if last.file == span.file && span.start <= last.end => {
                last.end = last.end.max(span.end)
            }
            _ => merged.push(span),
        }
    }
    merged
}

fn units(block: &Block, units: &mut Vec<Span>) {
    match block {
        Block::Paragraph(text) => units.push(text.whole()),
        Block::List(list) => items(list, units),
        Block::Fence(fence) => units.push(fence.body.span(0..fence.body.text().len())),
        Block::Table(table) => units.push(table.span),
    }
}

fn items(list: &List, found: &mut Vec<Span>) {
    for block in list.items.iter().flat_map(|item| &item.blocks) {
        units(block, found);
    }
}

/// Returns the places that a declaration was read from.
fn spans(decl: &Decl) -> Vec<Span> {
    match decl {
        Decl::Table(data) => {
            let columns = data.columns.iter().flat_map(|column| {
                let notes = column.notes.iter().map(|note| note.span);
                notes.chain([column.span, column.name.span])
            });
            let indexes = data.indexes.iter().map(|index| index.span);
            let notes = data.notes.iter().map(|note| note.span);
            let keys = data.constraints.iter().map(|key| key.span);
            columns.chain(indexes).chain(keys).chain(notes).chain([data.span, data.name.span()]).collect()
        }
        Decl::AlterTable(data) => {
            let columns = data.actions.iter().filter_map(|action| match action {
                AlterAction::AddColumn(column) => Some(column.span),
                _ => None,
            });
            columns.chain([data.span]).collect()
        }
        Decl::Migration(data) => {
            let members = data.members.iter().flatten().map(|member| member.span);
            members.chain([data.span, data.file.span]).collect()
        }
        Decl::Project(data) => vec![data.span],
        Decl::Schema(data) => vec![data.span],
        Decl::Extension(data) => vec![data.span],
        Decl::Enum(data) => vec![data.span],
        Decl::Index(data) => vec![data.index.span],
        Decl::Ref(data) => vec![data.span],
        Decl::Comment(data) => vec![data.span],
        Decl::Group(data) => vec![data.span],
        Decl::Note(data) => vec![data.span],
        Decl::Prefix(data) => vec![data.span],
        Decl::List(data) => vec![data.span],
        Decl::Rows(data) => vec![data.span],
        Decl::NamedTable(data) => vec![data.name.span],
        Decl::Verbatim(data) => vec![data.text.span],
        Decl::Convention(data) => vec![data.text.span],
        Decl::Access(data) => vec![data.text.span],
        Decl::Link(data) => vec![data.text.span],
        Decl::Pattern(data) => vec![data.span],
        Decl::Said(data) => vec![data.text.span],
        Decl::Ruling(data) => vec![data.text.span],
        Decl::Claim(data) => {
            let listed = match &data.kind {
                ClaimKind::Count(count) => count.listed.as_ref().map(|listed| listed.span),
                ClaimKind::Indexed(_) | ClaimKind::KeysOfType(_) | ClaimKind::Names { .. } => None,
            };
            listed.into_iter().chain([data.text.span]).collect()
        }
        Decl::SearchPath(text) | Decl::Drop(text) => vec![text.span],
    }
}
