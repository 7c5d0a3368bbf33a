//! Markdown: schema in fences, and what a document says about it in lists, headings and tables.
//!
//! The text goes through a CommonMark parser into an `outline` of sections and blocks. Each block is then
//! claimed by the first recogniser that knows its shape; the recognisers are one file each.

mod access;
mod catalogue;
mod choices;
mod claims;
mod conditions;
mod conventions;
mod enums;
mod examples;
mod facts;
mod fences;
mod indexes;
mod inline;
mod keys;
mod labels;
mod leftover;
mod limits;
mod lists;
mod migrations;
mod modules;
mod outline;
mod patterns;
mod plans;
mod prefixes;
mod program;
mod relations;
mod rulings;
mod sketch;
mod stores;
mod tables;
mod vocabulary;
mod words;

pub(crate) use choices::{is_piece as says_piece, says_date_format};
pub(in crate::source) use facts::{read_comment, read_words};
pub use labels::{check_mapping, means};
pub use leftover::left_over;

use std::collections::BTreeSet;

use crate::config::LabelRole;
use crate::diag::Sink;
use crate::source::decl::{Decl, Ident, Language, QName};
use crate::source::{Frontend, Reading};
use crate::span::{FileId, Fragment};
use outline::{Block, List, Section};

/// The Markdown front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Markdown,
    name: "Markdown",
    extensions: &["md", "markdown", "mdx"],
    fences: &[],
    parse,
    imports: |_| Vec::new(),
    in_subfolders: false,
};

/// Tells whether a file is read by this front-end.
fn is_markdown(file: FileId, cx: &Reading<'_>) -> bool {
    let frontend = crate::source::by_extension(cx.sources.file(file).path());
    frontend.is_some_and(|frontend| frontend.language == FRONTEND.language)
}

fn parse(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let mut sections = outline::read(fragment);
    let rulings = rulings::take(&mut sections);
    let mut read: Vec<Vec<Decl>> =
        sections.iter().map(|section| read_section(&sections, section, cx, sink)).collect();
    fences::fill(&sections, &mut read, cx, sink);
    sketch::fill(&sections, &mut read, cx, sink);
    tables::fill_described(&sections, &mut read);
    program::fill(&sections, &mut read, cx, sink);
    examples::drop(&sections, &mut read, sink);
    stores::drop(&sections, &mut read, sink);
    enums::fill(&sections, &mut read);
    keys::fill(&sections, &mut read, sink);
    relations::fill(&sections, &mut read);
    indexes::fill(&sections, &mut read, sink);
    choices::fill(&sections, &mut read);
    migrations::fill(&sections, &mut read);
    modules::assign(&sections, &mut read);
    modules::name_listed(&sections, &mut read);
    lists::settle(&mut read, cx, sink);
    rulings::settle(&sections, rulings, &mut read);
    let claims = claims::read(&sections, &read, cx);
    let mut decls: Vec<Decl> = read.into_iter().flatten().chain(claims).collect();
    tables::named_as_defined(&mut decls);
    relations::settle(&mut decls);
    let mut decls = tables::joined(decls);
    tables::settle_related(&mut decls, sink);
    tables::settle_marks(&sections, &mut decls);
    conditions::settle(&mut decls, sink);
    keys::settle(&mut decls, sink);
    decls
}

fn read_section(sections: &[Section], section: &Section, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    let mut decls = Vec::new();
    let of_section = labels::labels(sections, section, 0);
    // The heading's own role; a lead-in inside the section may say otherwise of one block.
    let role = labels::role(&of_section, cx);
    let migration = match role {
        Some(LabelRole::Ignore) => None,
        _ => migrations::of_heading(section, role, sink),
    };
    let claims_first = migration.as_ref().is_some_and(|migration| migration.members.is_some());
    decls.extend(migration.map(Decl::Migration));
    if role.is_none() {
        decls.extend(modules::named(section));
        decls.extend(conventions::of_heading(section, &of_section, cx));
    }

    let subject =
        tables::declared(section, section.blocks.len()).or_else(|| tables::subject(sections, section));
    let whole = tables::subject_of_part(sections, section);
    let mut described = catalogued(sections, section);
    for (at, block) in section.blocks.iter().enumerate() {
        let labels = labels::of_block(&of_section, section, at);
        let role = labels::role(&labels, cx);
        if role == Some(LabelRole::Ignore) || (claims_first && at == 0) {
            continue;
        }
        if let Some(planned) = plans::read(block, at, sections, section, sink) {
            decls.extend(planned);
            continue;
        }
        if let Some((name, entries, blocks)) = &mut described
            && blocks.contains(&at)
        {
            // The first of its blocks stands for all of them.
            let entries = std::mem::take(entries);
            if !entries.is_empty() {
                let span = section.heading.as_ref().map_or(name.span(), |heading| heading.inline.whole());
                decls.extend(catalogue::read(name.clone(), heading, span, &entries, sink));
            }
            continue;
        }
        decls.extend(conventions::read(block, &labels, cx, sink));
        if let Some(relations) = relations::read(block, &labels, subject.as_ref().or(whole.as_ref())) {
            decls.extend(relations);
            continue;
        }
        match block {
            Block::Paragraph(text) => {
                match migrations::of_paragraph(text, section) {
                    Some(migration) => decls.push(Decl::Migration(migration)),
                    None => decls.extend(migrations::mentions(text)),
                }
                decls.extend(lists::read_paragraph(text, &labels, cx));
                decls.extend(tables::read_paragraph(text, sections, section));
                decls.extend(sketch::tree_in_text(text, heading).map(Decl::Table));
            }
            Block::List(list) => {
                let is_other = role == Some(LabelRole::IdPrefixes) || prefixes::is_list(list);
                let described =
                    if is_other { None } else { tables::read_bullets(list, at, sections, section, sink) };
                if let Some(heading) = &section.heading {
                    decls.extend(catalogue::function(&heading.inline, list));
                }
                let described = described
                    .or_else(|| led_in(list, at, section, sink))
                    .or_else(|| Some(vec![tables::read_held(list, at, section)?]))
                    .or_else(|| tables::read_run(list, at, sections, section))
                    .or_else(|| tables::read_lines(list, section));
                match described {
                    Some(described) => decls.extend(described),
                    None => read_list(list, &labels, role, heading, cx, sink, &mut decls),
                }
            }
            Block::Fence(fence) => decls.extend(fences::read(fence, heading, cx, sink)),
            Block::Table(table) => decls.extend(tables::read_pipe(table, at, sections, section, sink)),
        }
    }
    if let Some(name) = subject {
        catalogue::purpose(section, &name, &mut decls);
    }
    decls
}

type Catalogued<'a> = (QName, Vec<catalogue::Entry<'a>>, BTreeSet<usize>);

/// Returns the table that a section's entries describe or add to, with the blocks that hold them.
fn catalogued<'a>(sections: &[Section], section: &'a Section) -> Option<Catalogued<'a>> {
    let declared = tables::declared(section, section.blocks.len());
    let name = declared.or_else(|| tables::subject(sections, section))?;
    let (entries, blocks) = catalogue::of_section(section);
    (catalogue::describe(&entries) || catalogue::add(&entries)).then_some((name, entries, blocks))
}

/// Reads bullets that describe the table which the line above them names: "**`orders`**".
fn led_in(list: &List, at: usize, section: &Section, sink: &mut Sink) -> Option<Vec<Decl>> {
    let entries = catalogue::of_list(list);
    if !catalogue::describe(&entries) {
        return None;
    }
    let name = tables::named_by(labels::lead_in_text(section, at)?)?;
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    Some(catalogue::read(name, heading, list.span, &entries, sink))
}

fn read_list(
    list: &List,
    labels: &[Ident],
    role: Option<LabelRole>,
    heading: Option<&Ident>,
    cx: &Reading<'_>,
    sink: &mut Sink,
    decls: &mut Vec<Decl>,
) {
    let mut described = false;
    for item in &list.items {
        let read = match catalogue::of_item(item) {
            Some((name, entries)) => Some(catalogue::read(name, heading, item.span, &entries, sink)),
            None => tables::read_nested(item, heading, sink).or_else(|| {
                let drawn = sketch::tree_in_text(item.text()?, heading)?;
                Some(vec![Decl::Table(drawn)])
            }),
        };
        described |= read.is_some();
        decls.extend(read.into_iter().flatten());
    }
    if described {
        return;
    }
    if role == Some(LabelRole::IdPrefixes) || prefixes::is_list(list) {
        decls.extend(prefixes::read(list, sink));
    } else if migrations::is_list(list) {
        decls.extend(migrations::read(list, role, sink));
    } else if let Some(values) = lists::read(list, labels, cx, sink) {
        decls.push(values);
    } else {
        for text in list.items.iter().filter_map(|item| item.text()) {
            decls.extend(migrations::mentions(text));
        }
    }
    for block in list.items.iter().flat_map(|item| &item.blocks) {
        match block {
            Block::Fence(fence) => decls.extend(fences::read(fence, heading, cx, sink)),
            Block::List(inner) => read_list(inner, labels, role, heading, cx, sink, decls),
            Block::Paragraph(_) | Block::Table(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
