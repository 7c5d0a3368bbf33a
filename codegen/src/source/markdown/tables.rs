//! Tables that a document describes without SQL: a pipe table of columns, or bullets, under a heading that names the table.

mod above;
mod bullets;
mod described;
mod held;
mod legend;
mod lines;
mod marks;
mod named;
mod pairs;
mod pipe;
mod related;
mod several;
mod typed;
mod unread;

use std::collections::BTreeSet;
use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::inline::Inline;
use super::outline::{Heading, Section};
use super::{choices, facts, labels, vocabulary, words};
use crate::diag::Code;
use crate::source::decl::{ColumnDecl, Decl, Ident, Language, Prose, ProseKind, QName, TableDecl};
use crate::span::Span;
pub(super) use above::declared;
use above::{begun, introduced};
pub(super) use bullets::{
    TypePlaces, are_typed, bullet_columns, item_name, named_columns, read_bullets, read_nested,
    read_paragraph, read_run, run, says_of_table,
};
pub(super) use described::fill as fill_described;
pub(super) use held::read_held;
pub(super) use lines::read_lines;
use marks::rest_is_required;
pub(super) use marks::settle as settle_marks;
use named::{is_file, names};
pub(super) use named::{named_by, qualified, titled};
pub(super) use pipe::{head_of_tables, read_pipe};
pub(super) use related::settle as settle_related;
pub(super) use several::{names as listed_by, one_of_several};

pub(super) const UNNAMED: Code = Code::new("columns-without-table");
const NOT_A_COLUMN: Code = Code::new("not-a-column");

/// Tells whether columns are those of a table, whatever the words above them: one is a key, or leads to one.
pub(super) fn have_key(columns: &[ColumnDecl]) -> bool {
    columns.iter().any(|column| {
        column.primary_key.is_some()
            || !column.references.is_empty()
            || column.foreign.is_some()
            || column.name.node.eq_ignore_ascii_case("id")
    })
}

/// Returns the table that a heading names, as [`named_by`].
pub(super) fn of_heading(heading: &Heading) -> Option<QName> {
    heading.table.get_or_init(|| named_by(&heading.inline)).clone()
}

/// Returns the table that a section speaks of: the one that its heading names, or the heading above that.
pub(super) fn subject(sections: &[Section], section: &Section) -> Option<QName> {
    section.subject.get_or_init(|| find_subject(sections, section)).clone()
}

fn find_subject(sections: &[Section], section: &Section) -> Option<QName> {
    let own = section.heading.as_ref()?;
    let above = || section.parents.iter().filter_map(|parent| sections.get(*parent)?.heading.as_ref());
    if above().any(|heading| vocabulary::is_other_place(labels::key(&heading.text.node))) {
        return None;
    }
    of_heading(own).or_else(|| {
        let about = vocabulary::is_about_columns(labels::key(&own.text.node));
        several::of_empty(sections, section)
            .filter(|_| about || vocabulary::is_remark(own.inline.text()))
            .or_else(|| about.then(|| of_parent(sections, section))?)
    })
}

/// Returns the table that the heading above a section names, or a line below that heading: "Table name: `fees`".
pub(super) fn of_parent(sections: &[Section], section: &Section) -> Option<QName> {
    let parent = sections.get(*section.parents.last()?)?;
    // The title of the whole document names no table.
    let heading = parent.heading.as_ref().filter(|heading| heading.level > 1)?;
    declared(parent, parent.blocks.len()).or_else(|| of_heading(heading))
}

/// Returns the table that a section adds to: its subject, or the table of the heading above one that speaks of a part of it ("Constraints",
/// "Possible types").
pub(super) fn subject_of_part(sections: &[Section], section: &Section) -> Option<QName> {
    let heading = labels::key(&section.heading.as_ref()?.text.node);
    let of_part = vocabulary::bullet(heading).is_some() || heading.split(' ').any(vocabulary::is_values_word);
    if !of_part {
        return subject(sections, section);
    }
    of_parent(sections, section)
}

/// Returns the table that a block speaks of: the one that the line above it names as a table ("Table `fees`:"), or that of the section.
pub(super) fn subject_of_block(sections: &[Section], section: &Section, at: usize) -> Option<QName> {
    if let Some(name) = introduced(section, at).or_else(|| declared(section, at)) {
        return Some(name);
    }
    let lead = labels::lead_in_text(section, at);
    let of_heading = subject(sections, section);
    // "`fees`" below "## Billing" is nearer than the heading's word, unless that has the form of a table's name.
    let is_identifier =
        |name: &QName| name.name.node.is_ascii() && !name.name.node.contains(char::is_uppercase);
    if let Some(name) = lead.filter(|lead| labels::is_code_alone(lead)).and_then(named_by)
        && !of_heading.as_ref().is_some_and(is_identifier)
    {
        return Some(name);
    }
    of_heading.or_else(|| {
        // A name alone, set in bold or code, stands for a heading where there is none that names a table.
        let lead = lead?;
        let end = lead.text().find(" (").unwrap_or(lead.text().len());
        let alone = names(lead, 0..lead.get(0..end).trim_end_matches([' ', ':', '：']).len()).len() == 1;
        let marked = !lead.codes().is_empty() || !lead.strong().is_empty();
        named_by(lead).filter(|_| alone && marked)
    })
}

/// Makes a table of its columns.
pub(super) fn table(
    name: QName,
    section: Option<&Ident>,
    mut columns: Vec<ColumnDecl>,
    span: Span,
) -> TableDecl {
    // "FK to self".
    for key in columns.iter_mut().flat_map(|column| &mut column.references) {
        if key.table.schema.is_none() && matches!(key.table.name.node.as_str(), "self" | "itself") {
            key.table.schema = name.schema.as_ref().map(|schema| Ident::new(schema.node.clone(), key.span));
            key.table.name.node.clone_from(&name.name.node);
        }
    }
    TableDecl {
        name,
        alias: None,
        columns,
        constraints: Vec::new(),
        indexes: Vec::new(),
        notes: Vec::new(),
        was: None,
        section: section.cloned(),
        tail: None,
        if_missing: false,
        language: Language::Markdown,
        span,
    }
}

/// Returns the text between two bytes as a note; none where it says nothing.
pub(super) fn prose(text: &Inline, from: usize, to: usize) -> Option<Prose> {
    let said = text.ident(from..to);
    let empty = said.node.chars().all(|c| !c.is_alphanumeric());
    (!empty).then_some(Prose { text: said.node, span: said.span, kind: ProseKind::Note })
}

/// Returns what a description says of a column: the values that it lists, and what is to be read.
pub(super) fn described(text: &Inline, range: Range<usize>, column: &str) -> Vec<Prose> {
    match choices::read(text, range.clone(), column) {
        Some((before, values)) => prose(text, before.start, before.end).into_iter().chain([values]).collect(),
        None => bullets::listed(text, range.clone())
            .or_else(|| prose(text, range.start, range.end).filter(|said| !facts::are_all(&said.text)))
            .into_iter()
            .collect(),
    }
}

/// Returns the values that stand in brackets behind a type, or with it in brackets: "text (PAID / PENDING)", "(text: won / lost)".
pub(super) fn bracketed(text: &Inline, from: usize, column: &str) -> Option<Prose> {
    let rest = text.get(from..text.text().len()).trim_start();
    let inside =
        rest.strip_prefix('(').or_else(|| rest.strip_prefix(':').filter(|rest| rest.contains(')')))?;
    let start = text.text().len() - inside.len();
    choices::list(text, text.trim(start..start + inside.find(')')?), column)
}

/// Gives tables in words the name that SQL in the same document gives them, where the two differ by their case alone: a heading "Users" above
/// `create table users`; or by the plural and the underscores, where SQL has all their columns: `LoginAttempt` and `login_attempts`.
pub(super) fn named_as_defined(decls: &mut [Decl]) {
    let mut defined: IndexMap<String, Option<QName>, FxBuildHasher> = IndexMap::default();
    let mut stems: IndexMap<String, Option<(QName, Vec<String>)>, FxBuildHasher> = IndexMap::default();
    let stem = |name: &QName| words::stem(&name.name.node);
    let columns = |table: &TableDecl| -> Vec<String> {
        table.columns.iter().map(|column| column.name.node.clone()).collect()
    };
    let mut exact: IndexSet<String, FxBuildHasher> = IndexSet::default();
    for decl in decls.iter() {
        let Decl::Table(table) = decl else { continue };
        if table.language == Language::Sql && exact.insert(table.name.to_string()) {
            let entry = defined.entry(table.name.name.node.to_lowercase());
            entry.and_modify(|known| *known = None).or_insert_with(|| Some(table.name.clone()));
            let entry = stems.entry(stem(&table.name));
            entry
                .and_modify(|known| *known = None)
                .or_insert_with(|| Some((table.name.clone(), columns(table))));
        }
    }
    if defined.is_empty() {
        return;
    }
    let mut renamed: IndexMap<String, QName, FxBuildHasher> = IndexMap::default();
    for decl in decls.iter_mut() {
        let Decl::Table(table) = decl else { continue };
        let words = table.language == Language::Markdown && table.name.schema.is_none();
        if !words || exact.contains(&table.name.to_string()) {
            continue;
        }
        let alike = || {
            let (known, all) = stems.get(&stem(&table.name))?.as_ref()?;
            let is_known = |column: &ColumnDecl| all.contains(&column.name.node);
            (!table.columns.is_empty() && table.columns.iter().all(is_known)).then_some(known)
        };
        let by_case = defined.get(words::lowered(&table.name.name.node).as_ref());
        if let Some(known) = by_case.map_or_else(alike, Option::as_ref) {
            renamed.insert(table.name.to_string(), known.clone());
            call(&mut table.name, known);
        }
    }
    if renamed.is_empty() {
        return;
    }
    // What else the words say of it is said of that table, too.
    for decl in decls {
        let name = match decl {
            Decl::Index(index) => &mut index.table,
            Decl::Access(access) => &mut access.table,
            Decl::Link(link) => &mut link.table,
            _ => continue,
        };
        if let Some(known) = renamed.get(&name.to_string()) {
            call(name, known);
        }
    }
}

/// Gives a name, where it stands, the words of another.
fn call(name: &mut QName, known: &QName) {
    let span = name.name.span;
    name.schema = known.schema.as_ref().map(|schema| Ident::new(schema.node.clone(), span));
    name.name.node.clone_from(&known.name.node);
}

/// Puts together what one document says of a table under several headings ("Content fields", "Control fields").
///
/// Parts that name a column twice stay apart: whether they agree is for lowering to say.
pub(super) fn joined(decls: Vec<Decl>) -> Vec<Decl> {
    let mut joined: Vec<Decl> = Vec::with_capacity(decls.len());
    let mut first: IndexMap<String, usize, FxBuildHasher> = IndexMap::default();
    for decl in decls {
        let Decl::Table(part) = &decl else {
            joined.push(decl);
            continue;
        };
        if part.language != Language::Markdown {
            joined.push(decl);
            continue;
        }
        let at = *first.entry(part.name.to_string()).or_insert(joined.len());
        let shares = |whole: &TableDecl| {
            let names: BTreeSet<&str> = part.columns.iter().map(|column| column.name.node.as_str()).collect();
            whole.columns.iter().any(|column| names.contains(column.name.node.as_str()))
        };
        match joined.get_mut(at) {
            Some(Decl::Table(whole)) if !shares(whole) => {
                whole.columns.extend(part.columns.iter().cloned());
                whole.constraints.extend(part.constraints.iter().cloned());
                whole.indexes.extend(part.indexes.iter().cloned());
                whole.notes.extend(part.notes.iter().cloned());
            }
            Some(_) | None => joined.push(decl),
        }
    }
    joined
}
