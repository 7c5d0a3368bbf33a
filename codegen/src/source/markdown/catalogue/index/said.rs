//! Indexes that only words say: "Full-text search via `search_vector`", "Only one current release (unique index)".

use std::ops::Range;

use super::index;
use crate::source::decl::{ColumnDecl, Ident, IndexDecl, IndexKey, IndexPartDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{limits, vocabulary, words};
use crate::span::Spanned;

/// "Full-text search via `search_vector` tsvector": the column, where it is not listed, and its GIN index.
pub(in super::super) fn search(
    text: &Inline,
    range: Range<usize>,
    columns: &mut Vec<ColumnDecl>,
) -> Option<IndexDecl> {
    let words = words::each(text.text(), range);
    let ty = words.iter().find(|word| text.get((*word).clone()).to_lowercase().contains("tsvector"))?;
    let code = text.codes().iter().find(|code| {
        let name = text.get((*code).clone());
        vocabulary::is_name(name) && !name.eq_ignore_ascii_case("tsvector")
    });
    let name = match code {
        Some(code) => code.clone(),
        None => words.iter().find(|word| text.get((*word).clone()).contains('_'))?.clone(),
    };
    let name = text.ident(name);
    if !columns.iter().any(|column| column.name.node == name.node) {
        let mut ident = text.ident(ty.clone());
        ident.node = "tsvector".to_owned();
        columns.push(ColumnDecl::new(name.clone(), Some(ident), name.span));
    }
    let mut index =
        IndexDecl::new(vec![IndexPartDecl { key: IndexKey::Column(name), options: None }], text.whole());
    index.method = Some(Spanned::new("gin".to_owned(), text.span(ty.clone())));
    Some(index)
}

/// "Only one current release (unique index)": a unique index over the rows of which the flag is true.
///
/// "Unique on (a, b)" and "UNIQUE(a, b)" are an index as well.
pub(in super::super) fn only_one(
    text: &Inline,
    range: Range<usize>,
    columns: &[ColumnDecl],
) -> Option<IndexDecl> {
    let slice = text.get(range.clone()).to_lowercase();
    let words = words::each(text.text(), range.clone());
    let bare = |at: usize| {
        let word = words.get(at)?;
        Some(text.get(word.clone()).trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_lowercase())
    };
    if slice.contains("only one") || slice.contains("at most one") || slice.contains("single ") {
        let is =
            |at: usize, expected: &[&str]| bare(at).is_some_and(|word| expected.contains(&word.as_str()));
        let start = (0..words.len()).find(|at| is(*at, &["one", "single"]))?;
        let flag = bare(start + 1)?;
        let column = columns.iter().find(|column| {
            let name = column.name.node.to_lowercase();
            name == flag || name == format!("is_{flag}")
        })?;
        let name = Ident { node: column.name.node.clone(), span: text.span(range.clone()) };
        let mut index = IndexDecl::new(
            vec![IndexPartDecl { key: IndexKey::Column(name.clone()), options: None }],
            text.span(range.clone()),
        );
        index.unique = Some(text.span(range.clone()));
        index.predicate = Some(Spanned::new(name.node.clone(), text.span(range)));
        return Some(index);
    }
    let open = slice.find('(')?;
    let close = slice.find(')').filter(|close| *close > open)?;
    let before = slice.get(..open)?.trim();
    if !(before == "unique" || before == "unique on" || before == "unique constraint on") {
        return None;
    }
    // "Unique (a, b) for open rows" is no key of all.
    if limits::behind_key(slice.get(close + 1..)?).is_some() {
        return None;
    }
    let mut index = index(text, range.start + open..range.start + close + 1)?;
    index.unique = Some(text.span(range));
    Some(index)
}
