//! Fences of plain text that list the names of columns, several in a line: `id, buyer_id, state`.

use super::{is_typescript, line};
use crate::source::decl::ColumnDecl;
use crate::source::markdown::outline::Fence;
use crate::source::markdown::{tables, vocabulary, words};

/// Reads the columns of a fence every line of which is names with commas between them, the first of which is `id`; a comment may stand
/// behind them.
pub(super) fn columns(fence: &Fence) -> Option<Vec<ColumnDecl>> {
    if is_typescript(fence)? {
        return None;
    }
    let mut columns: Vec<ColumnDecl> = Vec::new();
    let mut start = 0;
    for written in fence.body.text().split_inclusive('\n') {
        let at = start;
        start += written.len();
        let end =
            ["#", "//", "--"].iter().filter_map(|mark| written.find(mark)).min().unwrap_or(written.len());
        let text = line(fence, at..at + end);
        let all = text.text();
        let things = words::things(all, 0..all.len());
        let is_column = |thing: &std::ops::Range<usize>| {
            let outside = text.get(thing.clone()).split('(').next().unwrap_or_default().trim();
            vocabulary::is_name(outside.trim_end_matches('?'))
        };
        if !things.iter().all(is_column) {
            return None;
        }
        let found = tables::named_columns(&text, 0..all.len());
        if found.len() < things.len() {
            return None;
        }
        columns.extend(found);
    }
    let first = columns.first().is_some_and(|column| column.name.node.eq_ignore_ascii_case("id"));
    (first && columns.len() > 2 && fence.body.text().contains(',')).then_some(columns)
}
