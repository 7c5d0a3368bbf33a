//! Indexes in items of a list: "`orders_day_idx` on `orders(day)`", "`orders`: index on (buyer_id), (state)".

use super::known::Known;
use super::{are_columns, index, over_rows, words_of};
use crate::diag::{Code, Sink};
use crate::expr;
use crate::source::decl::{Ident, IndexDecl, IndexKey, IndexPartDecl, QName, TableIndexDecl};
use crate::source::markdown::catalogue::{in_sentence, index_of};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Item;
use crate::source::markdown::{limits, vocabulary, words};
use crate::span::{Span, Spanned};

const NOT_UNDERSTOOD: Code = Code::new("check-not-understood");

/// Reads "`orders_day_idx`: INDEX (day)" below "Indexes" below the heading of a table.
pub(super) fn of_part(item: &Item, table: Option<QName>, known: &Known) -> Vec<TableIndexDecl> {
    let Some((text, name)) = item.text().zip(table) else { return Vec::new() };
    let Some((table, columns)) = known.table(&name.name) else { return Vec::new() };
    if let Some(index) = qualified(text, item.span, &table, columns) {
        return vec![TableIndexDecl { table, index }];
    }
    // "Compound: `kind + state`".
    let all = 0..text.text().len();
    let behind = words::separator(text.text()).filter(|(end, _)| {
        ["compound", "composite", "unique", "index"].contains(&words::folded(text.get(0..*end)).trim())
    });
    if let Some((end, behind)) = behind {
        let mut found = index_of(text, words::without_stop(text.text(), behind..all.end));
        found.retain(|index| are_columns(index, columns));
        let is_unique = words::folded(text.get(0..end)).trim() == "unique";
        found.iter_mut().filter(|_| is_unique).for_each(|index| index.unique = Some(item.span));
        return found.into_iter().map(|index| TableIndexDecl { table: table.clone(), index }).collect();
    }
    let indexes = index_of(text, words::without_stop(text.text(), all));
    let fits = !indexes.is_empty() && indexes.iter().all(|index| are_columns(index, columns));
    let each = indexes.into_iter().filter(|index| fits && index.name.is_some());
    let mut found: Vec<IndexDecl> = each.collect();
    if found.is_empty() {
        found = in_sentence(text, 0..text.text().len());
        found.retain_mut(|index| are_columns(index, columns) && over_rows(index, columns));
    }
    found.into_iter().map(|index| TableIndexDecl { table: table.clone(), index }).collect()
}

/// Reads "`orders_open_idx` UNIQUE partial on (`shop_id`) where `open = true`", "`orders_text_idx` GIN on `to_tsvector('english', note)`".
///
/// The table may stand ahead of its columns: "`orders_by_buyer` on `orders (buyer_id, at)`".
fn qualified(text: &Inline, span: Span, table: &QName, columns: &[String]) -> Option<IndexDecl> {
    const MARKS: &[&str] = &[
        "unique",
        "partial",
        "index",
        "composite",
        "btree",
        "gin",
        "gist",
        "brin",
        "hash",
        "hnsw",
        "ivfflat",
    ];
    let all = words::without_stop(text.text(), 0..text.text().len());
    let slice = text.get(all.clone());
    let on = slice.find(" on ")?;
    let on_end = on + " on ".len();
    let head = words::bare(text, all.start..all.start + on);
    let ((_, name), marks) = head.split_first()?;
    if !text.get(name.clone()).contains('_') || !marks.iter().all(|(mark, _)| MARKS.contains(&mark.as_ref()))
    {
        return None;
    }
    let behind = text.trim(all.start + on_end..all.end);
    let behind = text.trim(
        behind_table(text.get(behind.clone()), table).map_or(behind.start, |at| behind.start + at)
            ..behind.end,
    );
    let lower = words::folded(text.get(behind.clone()));
    let condition = lower.find(" where ");
    let key = text.trim(behind.start..behind.start + condition.unwrap_or(lower.len()));
    let mut made =
        index(text, key.clone(), span).filter(|index| are_columns(index, columns)).or_else(|| {
            let sql = text.ident(key);
            let named = expr::parse(&sql.node)?.columns();
            let of_table = !named.is_empty()
                && named.iter().all(|name| columns.contains(name))
                && is_expression(&sql.node);
            let part = IndexPartDecl { key: IndexKey::Expression(sql), options: None };
            of_table.then(|| IndexDecl::new(vec![part], span))
        })?;
    if let Some(at) = condition {
        let said = text.ident(behind.start + at + " where ".len()..behind.end);
        let first = made.parts.first().and_then(|part| match &part.key {
            IndexKey::Column(name) => Some(name.node.clone()),
            IndexKey::Expression(_) => None,
        });
        let sql = match (said.node.to_lowercase().as_str(), first) {
            ("not null" | "is not null", Some(column)) => format!("{column} IS NOT NULL"),
            _ => said.node.clone(),
        };
        let named = expr::parse(&sql)?.columns();
        let of_table = !named.is_empty() && named.iter().all(|name| columns.contains(name));
        made.predicate = Some(Spanned::new(sql, said.span)).filter(|_| of_table);
        // An index over fewer rows than it is said to be over is another one.
        made.predicate.as_ref()?;
    }
    made.name = Some(text.ident(name.clone()));
    let is_unique = marks.iter().find(|(mark, _)| mark == "unique");
    made.unique = is_unique.map(|(_, place)| text.span(place.clone()));
    // "Partial" without a condition in SQL.
    if limits::takes_from_index(slice, &made) {
        return None;
    }
    for (mark, place) in marks {
        match mark.as_ref() {
            "gin" | "gist" | "brin" | "hash" | "hnsw" | "ivfflat" => {
                made.method = Some(Spanned::new(mark.to_string(), text.span(place.clone())));
            }
            _ => {}
        }
    }
    Some(made)
}

/// Returns where the columns begin behind the name of their table: "orders (buyer_id, at)", "orders(at)".
fn behind_table(text: &str, table: &QName) -> Option<usize> {
    let (full, bare) = (table.to_string(), table.name.node.as_str());
    [full.as_str(), bare].into_iter().find_map(|name| {
        let (head, rest) = text.split_at_checked(name.len())?;
        let rest = rest.trim_start();
        (head.eq_ignore_ascii_case(name) && rest.starts_with('(')).then(|| text.len() - rest.len())
    })
}

/// Tells whether SQL is anything but the call of a function that PostgreSQL has not: a table with its columns looks like one.
fn is_expression(sql: &str) -> bool {
    let called = sql.split_once('(').map_or("", |(name, _)| name.trim());
    !vocabulary::is_name(called) || vocabulary::is_index_function(called)
}

/// Reads "`orders`: index on (buyer_id), (state)", "`orders(buyer_id)` for lists", "`orders_day_idx` on `orders(day)`".
///
/// None where it says one from which its words take something, which is told.
pub(super) fn of_item(item: &Item, known: &Known, sink: &mut Sink) -> Option<Vec<TableIndexDecl>> {
    match item.text() {
        Some(text) => of_text(text, item.span, known, sink),
        None => Some(Vec::new()),
    }
}

/// Reads the indexes that a text says beside the names of their tables, as [`of_item`].
pub(super) fn of_text(
    text: &Inline,
    span: Span,
    known: &Known,
    sink: &mut Sink,
) -> Option<Vec<TableIndexDecl>> {
    let all = text.text();
    if let Some((end, behind)) = words::separator(all) {
        let name = text.ident(text.trim(0..end));
        if let Some((table, columns)) = known.table(&name) {
            let said = words::without_stop(all, behind..all.len());
            let indexes = index_of(text, said);
            let fits = !indexes.is_empty() && indexes.iter().all(|index| are_columns(index, columns));
            let each = indexes.into_iter().filter(|_| fits);
            return Some(each.map(|index| TableIndexDecl { table: table.clone(), index }).collect());
        }
    }
    // "`orders_by_buyer` on `orders (buyer_id, at)`", "`orders_open_idx` partial on `orders` (`at`) where `open = true`".
    if let Some((_, behind)) = all.split_once(" on ") {
        let end =
            behind.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(behind.len());
        let start = all.len() - behind.len();
        if let Some((table, columns)) = known.table(&text.ident(start..start + end))
            && let Some(index) = qualified(text, span, &table, columns)
        {
            return Some(vec![TableIndexDecl { table, index }]);
        }
    }
    // `table(column, column)` in code or as a word of its own.
    let mut found = Vec::new();
    let mut is_told = false;
    for (open, _) in all.match_indices('(') {
        // "orders (buyer_id)" has a blank before the bracket.
        let before = all.get(..open).unwrap_or_default().trim_end();
        let open = before.len();
        let start =
            before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).map_or(0, |at| {
                at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
            });
        let Some((table, columns)) = known.table(&text.ident(start..open)) else { continue };
        let Some(length) = all.get(open..).and_then(|rest| rest.find(')')) else { continue };
        let place = text.trim(open..open + length + 1);
        let Some(mut index) = index(text, place, span) else { continue };
        if !are_columns(&index, columns) {
            continue;
        }
        let lead = all.get(..start).unwrap_or_default().to_lowercase();
        // "`orders(day)` — unique".
        let behind = words::folded(all.get(open + length + 1..).unwrap_or_default());
        let said = behind.trim_start_matches(['`', ' ', '—', '–', '-', ':', '(']);
        let follows = vocabulary::UNIQUE.find(said).is_some_and(|at| at.start == 0);
        if words_of(&lead).any(|word| word == "unique") || follows {
            index.unique = Some(span);
        }
        // What holds for some of the rows only is another index.
        if behind.trim_start().starts_with("where ") {
            index.predicate = Some(rows(text, open + length + 1));
            if !over_rows(&mut index, columns) {
                tell(text, sink);
                is_told = true;
                continue;
            }
        }
        if limits::takes_from_index(all, &index) {
            tell(text, sink);
            is_told = true;
            continue;
        }
        // "`name` on `table(column)`", "`name`: `table(column)`".
        let before = lead.trim_end();
        let before = before.strip_suffix("on").or_else(|| before.strip_suffix([':', '：', '—', '–']));
        if let Some(name) = before.map(str::trim_end).filter(|name| vocabulary::is_name(name)) {
            let at = lead.find(name).unwrap_or_default();
            index.name = Some(text.ident(at..at + name.len()));
        }
        found.push(TableIndexDecl { table, index });
    }
    (!found.is_empty() || !is_told).then_some(found)
}

/// Returns the condition that stands at a place behind "where": to the end of its code, or to a mark that ends it.
fn rows(text: &Inline, from: usize) -> Ident {
    let all = text.text();
    let word = words::folded(text.get(from..all.len())).find("where ").unwrap_or_default();
    let start = from + word + "where ".len();
    let code = text.codes().iter().find(|code| code.start < start && start < code.end);
    let end = code.map_or(all.len(), |code| code.end);
    let said = text.get(start..end);
    let stop = words::first_of(said, &[" — ", " – ", " - ", "; ", ". "]).unwrap_or(said.len());
    text.ident(words::without_stop(all, start..start + stop))
}

/// Tells of an index that is made neither with what its words take from it nor without.
pub(super) fn tell(text: &Inline, sink: &mut Sink) {
    let message = "this says an index in words that are not understood as a whole: none is made";
    sink.warning(NOT_UNDERSTOOD, text.whole(), message)
        .help("write the index and its condition as SQL: `UNIQUE (shop_id, code) WHERE closed_at IS NULL`");
}
