//! Names of columns in running text and in the cells of a table of tables, a key among which tells them from other words.

use std::ops::Range;

use crate::source::decl::ColumnDecl;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::{choices, facts, tables, vocabulary, words};

/// Returns the columns of a paragraph one sentence of which is nothing but plain names, behind a colon or alone: "What is sold: title,
/// price_cents, marks (jsonb)." A key among them or two that only columns are called like tell them from values.
pub(super) fn plain_names(text: &Inline) -> Option<Vec<ColumnDecl>> {
    let all = text.text();
    if !text.codes().is_empty() || !all.contains(',') || all.is_empty() {
        return None;
    }
    words::sentences(all, 0..all.len()).into_iter().find_map(|sentence| {
        let sentence = words::without_stop(all, sentence);
        let behind = words::separator(text.get(sentence.clone()))
            .filter(|(end, _)| text.get(sentence.start + end..sentence.end).starts_with([':', '：']))
            .map_or(sentence.start, |(_, behind)| sentence.start + behind);
        let things = words::things(all, behind..sentence.end);
        let plain = |thing: &Range<usize>| {
            let said = text.get(thing.clone()).split('(').next().unwrap_or_default().trim();
            vocabulary::is_name(said) && said.is_ascii() && !said.contains(char::is_uppercase)
        };
        if things.len() < 3 || !things.iter().all(plain) {
            return None;
        }
        let columns: Vec<ColumnDecl> =
            things.iter().flat_map(|thing| tables::named_columns(text, thing.clone())).collect();
        let sure = columns.iter().any(|column| is_key(&column.name.node))
            || columns.iter().filter(|column| is_called_so(column)).count() > 1;
        (sure && columns.len() == things.len()).then_some(columns)
    })
}

/// Tells whether a column has a type, or a name that nothing but columns has.
fn is_called_so(column: &ColumnDecl) -> bool {
    const ENDS: &[&str] =
        &["_at", "_url", "_count", "_date", "_name", "_by", "_hash", "_price", "_number", "_code"];
    column.ty.is_some() || ENDS.iter().any(|end| column.name.node.ends_with(end))
}

/// Returns the columns that a cell names where its head says that it does: names in code, of which a few may be told in words, or nothing
/// but plain names with a key among them; `sure` where other rows tell that they are columns.
pub(super) fn names(cell: &Inline, range: Range<usize>, sure: bool) -> Option<Vec<ColumnDecl>> {
    let things = words::things(cell.text(), range);
    let in_code = |thing: &&Range<usize>| cell.codes().iter().any(|code| code.start == thing.start);
    let coded: Vec<Range<usize>> = things.iter().filter(in_code).cloned().collect();
    let coded_none = cell.codes().is_empty();
    // Where names stand in code, a sentence without any names none.
    if coded.is_empty() && !coded_none {
        return None;
    }
    let chosen = if coded.is_empty() { things.clone() } else { coded };
    // "`packedById/At`" are two.
    let each: Vec<Vec<ColumnDecl>> =
        chosen.iter().map(|thing| tables::named_columns(cell, thing.clone())).collect();
    let all_named = each.iter().all(|columns| !columns.is_empty());
    let columns = each.concat();
    let plain = |thing: &Range<usize>| {
        let said = cell.get(thing.clone()).split('(').next().unwrap_or_default().trim();
        // "shop_id optional".
        let (name, behind) = said.split_once(' ').unwrap_or((said, ""));
        vocabulary::is_name(name)
            && !name.starts_with(char::is_uppercase)
            && (facts::are_all(behind) || choices::is_fact(behind))
    };
    // Words in another script may as well say what the rows hold.
    let is_latin = || things.len() > 1 && columns.iter().all(|column| column.name.node.is_ascii());
    let has_key = || columns.iter().any(|column| is_key(&column.name.node));
    let sure = coded_none
        .then(|| things.iter().all(plain) && ((things.len() > 2 && has_key()) || (sure && is_latin())));
    let most = chosen.len() > 1 && chosen.len() * 2 > things.len();
    (all_named && sure.unwrap_or(most)).then_some(columns)
}

/// Tells whether a column's name is that of a key, which values have not.
pub(super) fn is_key(name: &str) -> bool {
    name == "id" || name.ends_with("_id") || name.ends_with("Id")
}
