//! Tables that say of columns what they are for and of no type: "Field | Details" below the heading of a table that is defined elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::pipe::{read_row, roles};
use super::{subject_of_block, table};
use crate::diag::Sink;
use crate::source::decl::{ColumnDecl, Decl, Language, QName};
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
    if known.is_empty() {
        return;
    }
    for (section, decls) in sections.iter().zip(read.iter_mut()) {
        for (at, block) in section.blocks.iter().enumerate() {
            let Block::Table(pipe) = block else { continue };
            let Some(name) = subject_of_block(sections, section, at) else { continue };
            let Some((_, columns)) = known.get(&stem(&name)) else { continue };
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

/// Reads the rows of a table of names and descriptions; none where its head is another's, or one that is read without this.
fn described(pipe: &Table) -> Option<Vec<ColumnDecl>> {
    let (roles, named) = roles(pipe)?;
    let has = |role| roles.contains(&Some(role));
    let describes = named == 0 && has(HeaderRole::Description) && !has(HeaderRole::Type);
    if !describes {
        return None;
    }
    let mut unheard = Sink::default();
    let rows = pipe.rows.iter().filter(|row| {
        row.cells.first().is_some_and(|cell| {
            vocabulary::is_name(cell.all().node.split([',', '/']).next().unwrap_or_default())
        })
    });
    Some(rows.flat_map(|row| read_row(row, &roles, &mut unheard)).collect())
}

/// Returns what two names of a table have in common.
fn stem(name: &QName) -> String {
    words::singular(&name.name.node.replace('_', "").to_lowercase())
}
