//! Which heading a table belongs to, and tables that a heading's text only names.

use super::inline::Inline;
use super::outline::{Block, Heading, Section};
use super::{labels, migrations, vocabulary, words};
use crate::source::decl::{Decl, Ident, NamedTableDecl};

/// Gives the tables of every section the heading that names their module: the innermost one that does not merely name the tables
/// themselves.
///
/// `read` are the declarations of each of `sections`.
pub(super) fn assign(sections: &[Section], read: &mut [Vec<Decl>]) {
    let names: Vec<String> = read
        .iter()
        .flatten()
        .filter_map(|decl| match decl {
            Decl::Table(table) => Some(plain(&table.name.name.node)),
            _ => None,
        })
        .collect();
    for (section, decls) in sections.iter().zip(read) {
        let Some(own) = &section.heading else { continue };
        let above = || {
            let parents = section.parents.iter().rev().filter_map(|parent| sections.get(*parent));
            parents.filter_map(|section| section.heading.as_ref())
        };
        let only_names = names_only(own, &names);
        let module = above().find(|heading| {
            let key = labels::key(&heading.text.node);
            heading.level > 1 && !vocabulary::is_generic(key) && !names_only(heading, &names)
        });
        let module = module.filter(|_| only_names).unwrap_or(own);
        for decl in decls {
            if let Decl::Table(table) = decl
                && table.section.as_ref().is_some_and(|section| section.span == own.text.span)
            {
                table.section = Some(title(module));
            }
        }
    }
}

/// Returns a heading as the name of a module: without a file or folder in brackets.
pub(super) fn title(heading: &Heading) -> Ident {
    let text = heading.inline.text();
    let open = text.rfind(" (").filter(|open| {
        let inside = text.get(open + 2..).unwrap_or_default().trim_end();
        inside.ends_with(')') && (inside.contains(".sql") || inside.contains('/'))
    });
    match open {
        Some(open) => heading.inline.ident(0..open),
        None => heading.text.clone(),
    }
}

/// Tells whether a heading says no more than the names of tables: "2.5 Subscriptions and invoices", "`orders` table".
fn names_only(heading: &Heading, names: &[String]) -> bool {
    if names.is_empty() {
        return false;
    }
    let title = title(heading);
    let key = labels::key(&title.node);
    words::things(key, 0..key.len()).into_iter().all(|thing| {
        let thing = key.get(thing).unwrap_or_default();
        let kept: Vec<&str> =
            thing.split_whitespace().filter(|word| !vocabulary::is_table_word(word)).collect();
        let said = plain(&kept.join(" "));
        !said.is_empty() && names.contains(&said)
    })
}

/// Returns a name without case, separators and plural.
fn plain(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(|part| words::singular(&part.to_lowercase())).collect()
}

/// Reads tables that a sentence under a heading about tables only names: "Documents, document_versions."
pub(super) fn named(section: &Section) -> Vec<Decl> {
    let Some(heading) = section.heading.as_ref() else { return Vec::new() };
    if !vocabulary::announces_tables(&heading.text.node) {
        return Vec::new();
    }
    let Some(Block::Paragraph(text)) = section.blocks.first() else { return Vec::new() };
    let file = migrations::file_names(heading.inline.text()).into_iter().next();
    let file = file.map(|file| heading.inline.ident(file));
    let named = |name| NamedTableDecl { name, section: Some(title(heading)), file: file.clone() };
    sentence(text).into_iter().map(named).map(Decl::NamedTable).collect()
}

/// Returns the names that a sentence lists; a lead such as "Tables:" may stand before them.
pub(super) fn sentence(text: &Inline) -> Vec<Ident> {
    let all = text.text();
    let start = match all.split_once(':') {
        Some((lead, _)) if lead.split_whitespace().any(vocabulary::is_table_word_or_plural) => lead.len() + 1,
        _ => 0,
    };
    let things = words::things(all, start..all.len());
    let are_names =
        things.len() > 1 && things.iter().all(|thing| vocabulary::is_name(text.get(thing.clone())));
    if !are_names {
        return Vec::new();
    }
    let name = |(at, thing): (usize, std::ops::Range<usize>)| {
        let mut name = text.ident(thing);
        // A sentence begins with a capital, which is not the table's.
        let rest = name.node.chars().skip(1).collect::<String>();
        if at == 0 && rest.chars().all(|c| !c.is_uppercase()) {
            name.node = name.node.to_lowercase();
        }
        name
    };
    things.into_iter().enumerate().map(name).collect()
}
