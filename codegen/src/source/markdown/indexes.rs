//! Indexes in a table or a list of their own: "Index | Columns | Type" below the columns, "Table | Index | Columns" at the document's end,
//! "`orders`: index on (buyer_id), (state)" below "Indexes".

mod cells;
mod head;
mod known;
mod lines;
mod names;

use std::ops::Range;

use head::Head;
use known::Known;
use lines::{of_item, of_part};
use names::Names;

use super::catalogue::in_sentence;
use super::inline::Inline;
use super::outline::{Block, Item, Section, Table};
use super::vocabulary;
use super::{conditions, labels, limits, tables, words};
use crate::diag::Sink;
use crate::source::decl::{
    Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, QName, TableDecl, TableIndexDecl,
};
use crate::span::{Span, Spanned};

/// Adds the indexes that tables and lists of them name; `read` are the declarations of each of `sections`.
///
/// An index of a table that nothing defines, or over anything but columns of it, is passed over: the place is left over.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>], sink: &mut Sink) {
    let known = Known::of(read);
    if known.tables.is_empty() {
        return;
    }
    let mut names = Names::of(read, sink);
    for (number, section) in sections.iter().enumerate() {
        let Some(decls) = read.get_mut(number) else { continue };
        let own: Vec<QName> = decls.iter().filter_map(table).map(|table| table.name.clone()).collect();
        let mut found = Vec::new();
        for (at, block) in section.blocks.iter().enumerate() {
            let of_indexes = || {
                labels::is_near_heading(sections, section, at, is_about, |heading| {
                    *heading.of_indexes.get_or_init(|| is_about(&heading.text.node))
                })
            };
            match block {
                Block::Table(pipe) => {
                    let subject = || match own.as_slice() {
                        [only] => Some(only.clone()),
                        _ => tables::subject_of_part(sections, section),
                    };
                    let of_indexes = of_indexes();
                    match Head::of(pipe, of_indexes) {
                        Some(head) => found.extend(of_table(pipe, &head, subject, &known, sink)),
                        None if cells::may_say(pipe, of_indexes) => {
                            let said = cells::read(pipe, subject(), &known, sink);
                            found.extend(said.into_iter().filter(|index| !is_known(index, decls)));
                        }
                        None => {}
                    }
                }
                Block::List(list) if of_indexes() => {
                    let is_there = |item: &&Item| !item.text().is_some_and(Inline::is_struck);
                    for item in list.items.iter().filter(is_there) {
                        let Some(mut of_item) = of_item(item, &known, sink) else { continue };
                        if of_item.is_empty() {
                            of_item = of_part(item, tables::subject_of_part(sections, section), &known);
                        }
                        of_item.retain(|index| !is_known(index, decls));
                        if !of_item.is_empty() {
                            // What stands there is said of one table and no rule for all.
                            decls.retain(|decl| !is_rule_in(decl, item.span));
                        }
                        found.extend(of_item);
                    }
                }
                Block::List(list) => {
                    let texts = list.items.iter().filter_map(|item| item.text());
                    for text in texts {
                        found.extend(stated(text, sections, section, &own, &known, decls));
                    }
                }
                Block::Paragraph(text) => found.extend(stated(text, sections, section, &own, &known, decls)),
                Block::Fence(_) => {}
            }
        }
        names.settle(&mut found, sink);
        decls.extend(found.into_iter().map(Decl::Index));
    }
}

/// Reads the indexes that a line or a sentence says of the table above it: "Indexes: (buyer_id, state), state.", "Index on (a, b)".
fn stated(
    text: &Inline,
    sections: &[Section],
    section: &Section,
    own: &[QName],
    known: &Known,
    decls: &[Decl],
) -> Vec<TableIndexDecl> {
    // Most texts say nothing of the kind.
    if !may_say(text.text()) {
        return Vec::new();
    }
    let subject = match own {
        [only] => Some(only.clone()),
        [] => tables::subject_of_part(sections, section),
        _ => None,
    };
    let Some((table, columns)) =
        subject.and_then(|name| known.table(&Ident::new(name.to_string(), name.span())))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for sentence in words::sentences(text.text(), 0..text.text().len()) {
        for place in words::lines(text.text(), sentence) {
            let mut indexes = in_sentence(text, place);
            if indexes.iter_mut().all(|index| are_columns(index, columns) && over_rows(index, columns)) {
                let table = || table.clone();
                found.extend(indexes.into_iter().map(|index| TableIndexDecl { table: table(), index }));
            }
        }
    }
    found.retain(|index| !is_known(index, decls));
    found
}

/// Tells whether a text has the letters of a word for an index in it.
fn may_say(text: &str) -> bool {
    const LATIN: &[&str] = &["ndex", "NDEX", "ndic", "ndiz", "ndici"];
    const OTHERS: &[&str] = &["ндекс", "НДЕКС", "인덱스", "索引", "インデックス"];
    LATIN.iter().any(|part| text.contains(part))
        || (!text.is_ascii() && OTHERS.iter().any(|part| text.contains(part)))
}

/// Tells whether the section says an index already, as one of its table.
fn is_known(found: &TableIndexDecl, decls: &[Decl]) -> bool {
    let same = |index: &IndexDecl| columns_of(index) == columns_of(&found.index);
    decls.iter().any(|decl| match decl {
        Decl::Table(table) => {
            table.name.to_string() == found.table.to_string() && table.indexes.iter().any(same)
        }
        Decl::Index(index) => index.table.to_string() == found.table.to_string() && same(&index.index),
        _ => false,
    })
}

fn columns_of(index: &IndexDecl) -> Vec<String> {
    let key = |part: &IndexPartDecl| match &part.key {
        IndexKey::Column(name) => name.node.to_lowercase(),
        IndexKey::Expression(sql) => sql.node.to_lowercase(),
    };
    index.parts.iter().map(key).collect()
}

fn table(decl: &Decl) -> Option<&TableDecl> {
    match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    }
}

fn is_rule_in(decl: &Decl, item: Span) -> bool {
    matches!(decl, Decl::Convention(rule)
        if rule.text.span.file == item.file && item.start <= rule.text.span.start && rule.text.span.end <= item.end)
}

/// Tells whether a label announces indexes: "Indexes", "Índices recomendados".
pub(super) fn is_about(label: &str) -> bool {
    const OTHERS: &[&str] = &["índice", "индекс", "індекс", "索引", "인덱스", "インデックス"];
    let key = labels::key(label);
    let lower = words::lowered(key);
    lower.contains("index")
        || (!lower.is_ascii() && OTHERS.iter().any(|word| lower.contains(word)))
        || vocabulary::is_of_indexes(key)
        || words_of(key).any(vocabulary::is_of_indexes)
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Reads the rows of a table of indexes.
fn of_table(
    pipe: &Table,
    head: &Head,
    subject: impl Fn() -> Option<QName>,
    known: &Known,
    sink: &mut Sink,
) -> Vec<TableIndexDecl> {
    let mut found = Vec::new();
    let mut above: Option<Ident> = None;
    for row in &pipe.rows {
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at));
        let called = if head.table == Some(head.columns) { cell(head.table).and_then(called) } else { None };
        if head.table == Some(head.columns) && called.is_none() {
            continue;
        }
        let name = match head.table {
            Some(_) if called.is_some() => called.as_ref().map(|(name, _)| name.clone()),
            Some(_) => {
                // An empty cell means the table above.
                let named = cell(head.table).map(Inline::all).filter(|name| !name.node.is_empty());
                above = named.or(above);
                above.clone()
            }
            None => subject().map(|name| Ident { node: name.to_string(), span: row.span }),
        };
        let Some((table, columns)) = name.and_then(|name| known.table(&name)) else { continue };
        let Some(cell_of_columns) = cell(Some(head.columns)) else { continue };
        let kind = cell(head.kind);
        // "PRIMARY | id | PRIMARY KEY" is a key: of a table that says none of its own.
        let says_primary = |cell: &Inline| cell.text().to_lowercase().contains("primary");
        let is_primary = kind.is_some_and(says_primary)
            || cell(head.name).is_some_and(|name| name.text().trim() == "PRIMARY");
        if is_primary && known.keyed.contains(&table.to_string()) {
            continue;
        }
        let place = called.map_or(0..cell_of_columns.text().len(), |(_, place)| place);
        let Some(mut index) = index(cell_of_columns, place, row.span) else { continue };
        if !are_columns(&index, columns) {
            continue;
        }
        if is_primary {
            index.primary_key = Some(row.span);
            found.push(TableIndexDecl { table, index });
            continue;
        }
        index.name = cell(head.name)
            .map(Inline::all)
            .filter(|name| vocabulary::is_name(&name.node) && !is_about(&name.node));
        let said = [kind, cell(head.name)];
        for said in said.into_iter().flatten() {
            qualify(&mut index, said);
        }
        // "Partial" without its rows, and an index called "(planned)".
        if said.into_iter().flatten().any(|said| limits::takes_from_index(said.text(), &index)) {
            lines::tell(cell_of_columns, sink);
            continue;
        }
        found.push(TableIndexDecl { table, index });
    }
    found
}

/// Reads "orders(buyer_id, at)": the table, and where its columns stand.
fn called(cell: &Inline) -> Option<(Ident, Range<usize>)> {
    let text = cell.text();
    let open = text.find('(')?;
    let close = text.trim_end().strip_suffix(')')?.len();
    let name = cell.ident(0..open);
    (vocabulary::is_name(&name.node) && open < close).then_some((name, open + 1..close))
}

/// Reads what a cell says of an index: that it is unique, and how it is kept.
fn qualify(index: &mut IndexDecl, cell: &Inline) {
    let said = words::lowered(cell.text());
    let is_unique = said.contains("unique") || said.contains("唯一") || said.contains("고유");
    let named_so =
        ["uk_", "uq_", "uniq_", "ux_"].iter().any(|prefix| said.trim_start_matches('`').starts_with(prefix));
    if (is_unique || named_so) && !said.contains("non-unique") && !said.contains("non unique") {
        index.unique.get_or_insert(cell.whole());
    }
    // `tokens_hash_idx` is over a column `hash`.
    let mut words = said.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let method = words.find(|word| ["gin", "gist", "brin", "hash", "hnsw", "ivfflat"].contains(word));
    if let Some(method) = method.filter(|_| index.method.is_none()) {
        index.method = Some(Spanned::new(method.to_owned(), cell.whole()));
    }
}

/// Reads "tenant_id, made_at DESC", "(tenant_id, made_at)", "(state) WHERE live".
fn index(text: &Inline, range: Range<usize>, span: Span) -> Option<IndexDecl> {
    let slice = text.get(range.clone());
    let lower = words::folded(slice);
    let condition = lower.find(" where ").map(|at| at + " where ".len());
    let until = condition.map_or(slice.len(), |at| at - " where ".len());
    let inner = slice.get(..until)?.trim().trim_matches('`').trim();
    let bare =
        inner.strip_prefix(['(', '[']).and_then(|inner| inner.strip_suffix([')', ']'])).unwrap_or(inner);
    let start = range.start + slice.find(bare)?;
    let mut parts = Vec::new();
    for thing in words::things(text.text(), start..start + bare.len()) {
        let each = words::each(text.text(), thing);
        let (name, rest) = each.split_first()?;
        let column = text.ident(name.clone());
        let options: Vec<&str> = rest.iter().map(|word| text.get(word.clone())).collect();
        let plain = options.iter().all(|word| {
            let word = words::lowered(word);
            ["asc", "desc", "nulls", "first", "last"].contains(&word.as_ref()) || word.ends_with("_ops")
        });
        if !vocabulary::is_name(&column.node) || column.node.contains('.') || !plain {
            return None;
        }
        let place = rest.first().zip(rest.last()).map(|(first, last)| first.start..last.end);
        let options = place
            .filter(|_| options != ["ASC"] && options != ["asc"])
            .map(|place| Spanned::new(options.join(" "), text.span(place)));
        parts.push(IndexPartDecl { key: IndexKey::Column(column), options });
    }
    let mut index = IndexDecl::new(parts, span);
    index.predicate = condition.and_then(|at| {
        let place = text.trim(range.start + at..range.end);
        let said = text.ident(place);
        (!said.node.is_empty()).then_some(said)
    });
    (!index.parts.is_empty()).then_some(index)
}

/// Makes SQL of the condition of an index over some rows; tells whether it is one over columns of the table, or there is none.
fn over_rows(index: &mut IndexDecl, columns: &[String]) -> bool {
    let Some(said) = &mut index.predicate else { return true };
    // The names are known in small letters only, and `madeAt` would have to be quoted.
    let is_camel = |word: &str| columns.contains(&word.to_lowercase()) && word.contains(char::is_uppercase);
    if said.node.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(is_camel) {
        return false;
    }
    let columns = columns.iter().cloned().collect();
    conditions::of_rows(&said.node, &columns).is_some_and(|sql| {
        said.node = sql;
        true
    })
}

fn are_columns(index: &IndexDecl, columns: &[String]) -> bool {
    index.parts.iter().all(|part| match &part.key {
        IndexKey::Column(name) => {
            let lower = words::lowered(&name.node);
            columns.iter().any(|column| *column == lower)
        }
        IndexKey::Expression(_) => false,
    })
}
