//! Tables, and the changes of them that concern columns.

use std::collections::BTreeMap;

use super::{Cx, column, module, namespace, qualified, words};
use crate::diag::Code;
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::{ColumnId, Fact, TableData, TableId};
use crate::source::decl::{Language, Prose, TableDecl};
use crate::span::Span;

const CONFLICTING_TABLE: Code = Code::new("conflicting-table");
const DUPLICATE_COLUMN: Code = Code::new("duplicate-column");

/// Adds a table with its columns, or merges it with the one of its name.
pub(super) fn declare(cx: &mut Cx<'_>, decl: &TableDecl) {
    if let Some(schema) = &decl.name.schema {
        // The schema of a table that another system owns is that system's to create.
        if !cx.config.is_external(&qualified(&decl.name).plain()) {
            namespace(cx, schema);
        }
    }
    duplicate_columns(cx, decl);
    let id = match cx.find(&decl.name) {
        None => add(cx, qualified(&decl.name), decl.name.span(), decl.span),
        Some(id) => {
            cx.table(id).name.again(decl.name.span());
            id
        }
    };
    if let Some(alias) = &decl.alias {
        cx.aliases.insert((alias.span.file, alias.node.clone()), id);
        if decl.language == Language::Prisma {
            cx.models.insert(alias.node.clone(), id);
        }
    }
    let was = decl.was.as_ref().map(|was| Fact::said(qualified(was), was.span()));
    let name = &decl.name;
    cx.table(id).was = match (cx.table(id).was.take(), was) {
        (Some(mut known), Some(was)) => {
            if known.value == was.value {
                known.again(was.span);
            } else {
                let (message, there) = (format!("`{name}` had another name before"), "than this".to_owned());
                cx.conflict(CONFLICTING_TABLE, was.span, message, known.span, there);
            }
            Some(known)
        }
        (known, was) => known.or(was),
    };
    if cx.table(id).module.is_none() {
        // A heading that only names the table is no module of its own.
        let section = decl.section.as_ref().filter(|section| {
            let table = words::Entry::new(id, &decl.name.name.node);
            words::exact(&section.node, std::slice::from_ref(&table)).is_empty()
        });
        let module = section.and_then(|section| module::of_section(cx, section));
        cx.table(id).module = module;
    }
    match (cx.table(id).tail.clone(), &decl.tail) {
        (None, tail) => cx.table(id).tail.clone_from(tail),
        (Some(known), Some(tail)) if known.node != tail.node => {
            let message = format!("`{name}` has `{}` behind its columns", tail.node);
            cx.conflict(CONFLICTING_TABLE, tail.span, message, known.span, format!("`{}` here", known.node));
        }
        (Some(_), _) => {}
    }
    describe(&mut cx.table(id).comment, &decl.notes);
    if cx.table(id).columns.is_empty() {
        cx.table(id).columns.reserve_exact(decl.columns.len());
    }
    let columns = cx.table(id).columns.iter().enumerate();
    let mut known: BTreeMap<PgIdent, ColumnId> =
        columns.map(|(at, column)| (column.name.value.clone(), ColumnId(at))).collect();
    for column in &decl.columns {
        column::add(cx, id, column, decl.language, &mut known);
    }
}

/// Adds a table of which only the name is known yet.
pub(super) fn add(cx: &mut Cx<'_>, name: QualifiedName, name_span: Span, span: Span) -> TableId {
    let id = TableId(cx.schema.tables.len());
    let external = cx.config.is_external(&name.plain());
    cx.tables.insert(name.clone(), id);
    cx.schema.tables.push(TableData { external, ..TableData::new(Fact::said(name, name_span), span) });
    id
}

/// Reports a column that one declaration gives twice.
fn duplicate_columns(cx: &mut Cx<'_>, decl: &TableDecl) {
    let mut known = BTreeMap::new();
    for column in &decl.columns {
        let name = &column.name;
        if let Some(first) = known.get(name.node.as_str()).copied() {
            let message = format!("`{}` has the column `{}` twice", decl.name, name.node);
            cx.sink
                .error(DUPLICATE_COLUMN, name.span, message)
                .label(first, "given here first")
                .help("rename or remove one of the two");
        } else {
            known.insert(name.node.as_str(), name.span);
        }
    }
}

/// Joins the notes about a table to its description.
fn describe(comment: &mut Option<Fact<String>>, notes: &[Prose]) {
    for note in notes.iter().filter(|note| !note.text.is_empty()) {
        match comment {
            Some(known) if known.value.contains(&note.text) => known.again(note.span),
            Some(known) => {
                known.value = format!("{}\n{}", known.value, note.text);
                known.again(note.span);
            }
            None => *comment = Some(Fact::said(note.text.clone(), note.span)),
        }
    }
}
