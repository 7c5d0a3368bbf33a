//! What may be missing is marked with `?` behind its type, and what is not marked is there.

use crate::source::decl::{ColumnDecl, Decl, Language, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Section};
use crate::source::markdown::{vocabulary, words};
use crate::span::Spanned;

/// Where some types of a table end with `?`, which says that the value may be missing, the others are not null.
pub(super) fn rest_is_required(columns: &mut [ColumnDecl]) {
    if columns.iter().any(is_marked) {
        require(columns);
    }
}

/// Does the same for the tables of a document that has no mark in some of them: one that says what the mark means, or marks columns of at
/// least two others.
pub(in super::super) fn settle(sections: &[Section], decls: &mut [Decl]) {
    let of_words = |decl: &&Decl| matches!(decl, Decl::Table(table) if table.language == Language::Markdown);
    let marked = decls.iter().filter(of_words).filter(|decl| match decl {
        Decl::Table(table) => table.columns.iter().any(is_marked),
        _ => false,
    });
    if marked.count() < 2 && !sections.iter().flat_map(|section| &section.blocks).any(explains) {
        return;
    }
    for decl in decls {
        if let Decl::Table(table) = decl
            && is_open(table)
        {
            require(&mut table.columns);
        }
    }
}

/// Tells whether a table of words gives types for all its columns and says of none whether it may be missing.
fn is_open(table: &TableDecl) -> bool {
    let says_none = |column: &ColumnDecl| column.ty.is_some() && column.nullable.is_none();
    table.language == Language::Markdown && table.columns.iter().all(says_none)
}

/// Tells whether a block says what the mark means: "`?` marks what may be NULL".
fn explains(block: &Block) -> bool {
    let says = |text: &Inline| {
        text.codes().iter().any(|code| text.get(code.clone()) == "?")
            && vocabulary::NULLABLE.find(&words::folded(text.text())).is_some()
    };
    match block {
        Block::Paragraph(text) => says(text),
        Block::List(list) => list.items.iter().flat_map(|item| &item.blocks).any(explains),
        Block::Fence(_) | Block::Table(_) => false,
    }
}

/// Tells whether the mark stands right behind the type; a cell that says "Y" does not.
fn is_marked(column: &ColumnDecl) -> bool {
    column.nullable.as_ref().zip(column.ty.as_ref()).is_some_and(|(null, ty)| {
        null.node && null.span.start == ty.span.end && null.span.end == null.span.start + 1
    })
}

fn require(columns: &mut [ColumnDecl]) {
    for column in columns.iter_mut().filter(|column| column.nullable.is_none()) {
        column.nullable = column.ty.as_ref().map(|ty| Spanned::new(false, ty.span));
    }
}
