//! Prisma in fences: one schema, whose models stand each in a fence of its own as a rule.

use super::{by_content, by_info, placed};
use crate::config::LabelRole;
use crate::diag::Sink;
use crate::source::decl::{Decl, Language};
use crate::source::markdown::outline::{Block, Fence, Section};
use crate::source::markdown::{labels, plans};
use crate::source::{Reading, prisma};
use crate::span::Fragment;

/// Adds what the Prisma fences of a document declare; `read` are the declarations of each of `sections`.
pub(in super::super) fn fill(
    sections: &[Section],
    read: &mut [Vec<Decl>],
    cx: &Reading<'_>,
    sink: &mut Sink,
) {
    let mut shown: Vec<(usize, &Fence)> = Vec::new();
    for (number, section) in sections.iter().enumerate() {
        if plans::heading(sections, section).is_some() {
            continue;
        }
        for (at, block) in section.blocks.iter().enumerate() {
            let mut found = Vec::new();
            collect(block, &mut found);
            let ignored = !found.is_empty() && {
                let labels = labels::labels(sections, section, at);
                labels::role(&labels, cx) == Some(LabelRole::Ignore)
            };
            shown.extend(found.into_iter().filter(|_| !ignored).map(|fence| (number, fence)));
        }
    }
    let bodies: Vec<&Fragment<'_>> = shown.iter().map(|(_, fence)| &fence.body).collect();
    let declared = prisma::parse_together(&bodies, cx, sink);
    for ((number, fence), decls) in shown.into_iter().zip(declared) {
        let heading = sections.get(number).and_then(|section| section.heading.as_ref());
        if let Some(read) = read.get_mut(number) {
            read.extend(placed(decls, heading.map(|heading| &heading.text), fence));
        }
    }
}

fn collect<'a>(block: &'a Block, found: &mut Vec<&'a Fence>) {
    match block {
        Block::Fence(fence) if is_prisma(fence) => found.push(fence),
        Block::List(list) => {
            list.items.iter().flat_map(|item| &item.blocks).for_each(|block| collect(block, found));
        }
        Block::Fence(_) | Block::Paragraph(_) | Block::Table(_) => {}
    }
}

fn is_prisma(fence: &Fence) -> bool {
    // Fields or types by themselves ("String -> @db.Text") are no schema.
    if !fence.body.text().contains('{') {
        return false;
    }
    let frontend = match &fence.info {
        Some(info) => by_info(&info.node),
        None => by_content(fence.body.text()),
    };
    frontend.is_some_and(|frontend| frontend.language == Language::Prisma)
}
