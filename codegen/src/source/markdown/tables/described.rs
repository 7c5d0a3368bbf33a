//! Tables that say of columns what they are for and of no type: "Field | Details" below the heading of a table that is defined elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::pipe::{read_row, roles};
use super::{subject_of_block, table};
use crate::diag::Sink;
use crate::source::decl::{ColumnDecl, Decl, Language, QName};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Section, Table};
use crate::source::markdown::vocabulary::{self, HeaderRole};
use crate::source::markdown::words;

/// Adds what such tables say of columns that a diagram, SQL or another list defines; `read` are the declarations of each of `sections`.
///
/// Most of the names have to be columns of the table: rows of a name and a description may describe anything.
pub(in super::super) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let mut known: BTreeMap<String, (QName, BTreeSet<String>)> = BTreeMap::new();
    for decl in read.iter().flatten() {
        // SQL says its keys and defaults itself.
        if let Decl::Table(table) = decl
            && table.language == Language::Mermaid
        {
            let (_, columns) =
                known.entry(stem(&table.name)).or_insert_with(|| (table.name.clone(), BTreeSet::new()));
            columns.extend(table.columns.iter().map(|column| column.name.node.to_lowercase()));
        }
    }
    let tables = read.iter().flatten().filter_map(|decl| match decl {
        Decl::Table(table) => Some(&table.name),
        _ => None,
    });
    // Most documents have no such table beside very many of columns.
    let is_asked = |block: &Block| matches!(block, Block::Table(pipe) if describing(pipe).is_some());
    if !sections.iter().flat_map(|section| &section.blocks).any(is_asked) {
        return;
    }
    let defined: IndexSet<String, FxBuildHasher> = tables.map(stem).collect();
    for (section, decls) in sections.iter().zip(read.iter_mut()) {
        for (at, block) in section.blocks.iter().enumerate() {
            let Block::Table(pipe) = block else { continue };
            if describing(pipe).is_none() {
                continue;
            }
            let Some(name) = subject_of_block(sections, section, at) else { continue };
            let Some((_, columns)) = known.get(&stem(&name)) else {
                // Nothing else defines the table: its columns are what the rows name.
                if let Some(found) =
                    alone(pipe, sections, section).filter(|_| !defined.contains(&stem(&name)))
                {
                    let heading = section.heading.as_ref().map(|heading| &heading.text);
                    decls.push(Decl::Table(table(name, heading, found, pipe.span)));
                }
                continue;
            };
            let Some(mut found) = described(pipe) else { continue };
            found.retain(|column| columns.contains(&column.name.node.to_lowercase()));
            if found.is_empty() || found.len() * 3 < pipe.rows.len() * 2 {
                continue;
            }
            let heading = section.heading.as_ref().map(|heading| &heading.text);
            decls.push(Decl::Table(table(name, heading, found, pipe.span)));
        }
    }
}

/// Reads rows of names and descriptions below a heading that says that it is a table's ("User entity") or stands below "Tables", the first of which is `id`
/// and all of which are names.
fn alone(pipe: &Table, sections: &[Section], section: &Section) -> Option<Vec<ColumnDecl>> {
    let heading = section.heading.as_ref()?;
    let said = words::bare(&heading.inline, 0..heading.inline.text().len());
    let of_tables = |parent: &usize| {
        let heading = sections.get(*parent).and_then(|parent| parent.heading.as_ref());
        heading.is_some_and(|heading| vocabulary::announces_tables(&heading.text.node))
    };
    let is_table =
        section.parents.iter().any(of_tables) || said.iter().any(|(word, _)| vocabulary::is_table_word(word));
    // Names in code below a heading in code, in a column that says "Column": they are a database's, and it is told that they have no type.
    let coded = |text: &Inline| text.codes().first().is_some_and(|code| code.start == 0);
    let in_code = coded(&heading.inline)
        && pipe.header.first().is_some_and(|head| vocabulary::says_column(head.text()))
        && pipe.rows.len() > 1
        && pipe.rows.iter().all(|row| row.cells.first().is_some_and(coded));
    let found = described(pipe).filter(|found| (is_table || in_code) && found.len() >= pipe.rows.len())?;
    if in_code {
        return Some(found);
    }
    let first = found.first()?;
    (found.len() > 2 && first.name.node.eq_ignore_ascii_case("id")).then_some(found)
}

/// Returns what the columns of a table of names and descriptions hold; none where its head is another's, or one that is read without this.
fn describing(pipe: &Table) -> Option<Vec<Option<HeaderRole>>> {
    let (roles, named) = roles(pipe)?;
    let has = |role| roles.contains(&Some(role));
    (named == 0 && has(HeaderRole::Description) && !has(HeaderRole::Type)).then_some(roles)
}

/// Reads the rows of a table of names and descriptions.
fn described(pipe: &Table) -> Option<Vec<ColumnDecl>> {
    let roles = describing(pipe)?;
    let mut unheard = Sink::default();
    let rows = pipe.rows.iter().filter(|row| {
        row.cells
            .first()
            .is_some_and(|cell| vocabulary::is_name(cell.said().split([',', '/']).next().unwrap_or_default()))
    });
    Some(rows.flat_map(|row| read_row(row, &roles, &mut unheard)).collect())
}

/// Returns what two names of a table have in common.
fn stem(name: &QName) -> String {
    words::stem(&name.name.node)
}
