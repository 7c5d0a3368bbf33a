//! Which heading a table belongs to, and tables that a heading's text only names.

use std::collections::BTreeSet;
use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, Heading, List, Section};
use super::{labels, migrations, tables, vocabulary, words};
use crate::source::decl::{Decl, Ident, NamedTableDecl};

/// Gives the tables of every section the heading that names their module: the innermost one that does not merely name the tables
/// themselves.
///
/// `read` are the declarations of each of `sections`.
pub(super) fn assign(sections: &[Section], read: &mut [Vec<Decl>]) {
    let names: BTreeSet<String> = read
        .iter()
        .flatten()
        .filter_map(|decl| match decl {
            Decl::Table(table) => Some(plain(&table.name.name.node)),
            _ => None,
        })
        .collect();
    for (section, decls) in sections.iter().zip(read) {
        let Some(own) = &section.heading else { continue };
        let is_own = |decl: &Decl| {
            matches!(decl, Decl::Table(table)
            if table.section.as_ref().is_some_and(|section| section.span == own.text.span))
        };
        if !decls.iter().any(is_own) {
            continue;
        }
        let above = || {
            let parents = section.parents.iter().rev().filter_map(|parent| sections.get(*parent));
            parents.filter_map(|section| section.heading.as_ref())
        };
        let named = tables::of_heading(own).map(|name| plain(&name.name.node));
        let only_names = names_only(own, &names) || named.is_some_and(|name| names.contains(&name));
        let is_module = |heading: &&Heading| {
            let key = labels::key(&heading.text.node);
            heading.level > 1 && !vocabulary::is_generic(key) && !names_only(heading, &names)
        };
        let module = if only_names { above().find(is_module).unwrap_or(own) } else { own };
        for decl in decls {
            if is_own(decl)
                && let Decl::Table(table) = decl
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
fn names_only(heading: &Heading, names: &BTreeSet<String>) -> bool {
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
    parts.map(|part| words::singular(&words::lowered(part))).collect()
}

/// Reads tables that a sentence or a list under a heading about tables only names: "Documents, document_versions."
pub(super) fn named(section: &Section) -> Vec<Decl> {
    let Some(heading) = section.heading.as_ref() else { return Vec::new() };
    let file = migrations::file_names(heading.inline.text()).into_iter().next();
    let file = file.map(|file| heading.inline.ident(file));
    // A file that a service's heading bears makes the tables that are named below it; one that stands alone orders tables.
    let of_service = file.is_some() && heading.text.node.to_lowercase().contains("service");
    let announced = vocabulary::announces_tables(&heading.text.node) || of_service;
    let names = match section.blocks.first() {
        Some(Block::Paragraph(text)) if announced => sentence(text),
        Some(Block::List(list)) if tables::of_heading(heading).is_none() => {
            let of_tables = vocabulary::announces_several(&heading.text.node) || of_service;
            if of_tables { names_of(list) } else { Vec::new() }
        }
        _ => Vec::new(),
    };
    let mut names = names;
    for block in &section.blocks {
        if let Block::Paragraph(text) = block {
            let found = in_prose(text);
            names.extend(
                found
                    .into_iter()
                    .filter(|name| !names.iter().any(|known| known.span == name.span))
                    .collect::<Vec<_>>(),
            );
        }
    }
    let named = |name| NamedTableDecl { name, section: Some(title(heading)), file: file.clone() };
    names.into_iter().map(named).map(Decl::NamedTable).collect()
}

/// Adds the tables that pipe tables only name ("Table | Purpose") and nothing in the document defines.
///
/// `read` are the declarations of each of `sections`.
pub(super) fn name_listed(sections: &[Section], read: &mut [Vec<Decl>]) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for decl in read.iter().flatten() {
        match decl {
            Decl::Table(table) => known.insert(table.name.name.node.to_lowercase()),
            Decl::NamedTable(table) => known.insert(table.name.node.to_lowercase()),
            _ => false,
        };
    }
    for (section, decls) in sections.iter().zip(read) {
        let Some(heading) = section.heading.as_ref() else { continue };
        if vocabulary::is_elsewhere(&heading.text.node) {
            continue;
        }
        for block in &section.blocks {
            let Block::Table(pipe) = block else { continue };
            let Some(at) = tables::head_of_tables(pipe) else { continue };
            for cell in pipe.rows.iter().filter_map(|row| row.cells.get(at)) {
                // "`countries`, `currencies`" are several.
                let things = words::things(cell.text(), 0..cell.text().len());
                let is_code = |thing: &Range<usize>| cell.codes().contains(thing);
                if things.len() > 1 && things.iter().all(is_code) {
                    for thing in things {
                        let name = cell.ident(thing);
                        let plain = vocabulary::is_name(&name.node) && !name.node.contains('.');
                        if plain && known.insert(name.node.to_lowercase()) {
                            let section = Some(title(heading));
                            decls.push(Decl::NamedTable(NamedTableDecl { name, section, file: None }));
                        }
                    }
                    continue;
                }
                let name = cell.all();
                let is_loud = name.node.contains('_') && !name.node.contains(char::is_lowercase);
                let coded = labels::is_code_alone(cell) || is_loud || !name.node.contains(char::is_uppercase);
                let plain = vocabulary::is_name(&name.node) && !name.node.contains('.') && coded;
                if plain && known.insert(name.node.to_lowercase()) {
                    let section = Some(title(heading));
                    decls.push(Decl::NamedTable(NamedTableDecl { name, section, file: None }));
                }
            }
        }
    }
}

/// Returns the names with which the items of a list begin; none where an item begins with something else.
pub(super) fn names_of(list: &List) -> Vec<Ident> {
    let name = |text: &Inline| {
        let end = words::separator(text.text()).map_or(text.text().len(), |(end, _)| end);
        let range = words::without_stop(text.text(), 0..end);
        let is_table = vocabulary::is_name(text.get(range.clone())) && range.len() > 1;
        is_table.then(|| text.ident(range))
    };
    let names: Option<Vec<Ident>> = list.items.iter().map(|item| name(item.text()?)).collect();
    // An item that has more below it is described there.
    let plain = list.items.iter().all(|item| item.blocks.len() == 1);
    names.filter(|names| plain && names.len() > 1).unwrap_or_default()
}

/// Returns the names behind the word "tables" in running text: "it owns the tables notifications, templates and deliveries."
fn in_prose(text: &Inline) -> Vec<Ident> {
    let mut found = Vec::new();
    // Most texts have no such word.
    if !words::lowered(text.text()).contains(" tables ") {
        return found;
    }
    for sentence in words::sentences(text.text(), 0..text.text().len()) {
        let slice = words::lowered(text.get(sentence.clone()));
        let Some(at) = slice.find(" tables ").filter(|_| slice.len() == sentence.len()) else { continue };
        let from = sentence.start + at + " tables ".len();
        let things = words::things(text.text(), from..sentence.end);
        let is_name = |thing: &std::ops::Range<usize>| {
            let name = text.get(thing.clone());
            vocabulary::is_name(name) && !name.chars().any(char::is_uppercase)
        };
        if things.len() > 1 && things.iter().all(is_name) {
            found.extend(things.into_iter().map(|thing| text.ident(thing)));
        }
    }
    found
}

/// Returns the names that a sentence lists.
fn sentence(text: &Inline) -> Vec<Ident> {
    let name = |(at, thing): (usize, std::ops::Range<usize>)| {
        let mut name = text.ident(thing);
        // A sentence begins with a capital, which is not the table's.
        let rest = name.node.chars().skip(1).collect::<String>();
        if at == 0 && rest.chars().all(|c| !c.is_uppercase()) {
            name.node = name.node.to_lowercase();
        }
        name
    };
    things(text).into_iter().enumerate().map(name).collect()
}

/// Returns the places of the names that a sentence lists; a lead such as "Tables:" may stand before them.
pub(super) fn things(text: &Inline) -> Vec<std::ops::Range<usize>> {
    let all = text.text();
    let start = match all.split_once(':') {
        Some((lead, _)) if lead.split_whitespace().any(vocabulary::is_table_word_or_plural) => lead.len() + 1,
        _ => 0,
    };
    let things = words::things(all, start..all.len());
    // Words of other scripts have no blanks between them: a clause has the form of a name.
    let is_name = |thing: &std::ops::Range<usize>| {
        let name = text.get(thing.clone());
        vocabulary::is_name(name) && !vocabulary::is_unspaced(name)
    };
    let are_names = things.len() > 1 && things.iter().all(is_name);
    if are_names { things } else { Vec::new() }
}
