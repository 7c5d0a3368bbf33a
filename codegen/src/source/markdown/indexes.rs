//! Indexes in a table or a list of their own: "Index | Columns | Type" below the columns, "Table | Index | Columns" at the document's end,
//! "`orders`: index on (buyer_id), (state)" below "Indexes".

mod head;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use head::Head;

use super::catalogue::{in_sentence, index_of};
use super::inline::Inline;
use super::outline::{Block, Item, Section, Table};
use super::vocabulary::{self, BulletRole};
use super::{conditions, labels, tables, words};
use crate::expr;
use crate::source::decl::{
    ConstraintDecl, ConstraintKind, Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, QName,
    TableDecl, TableIndexDecl,
};
use crate::span::{Span, Spanned};

/// Adds the indexes that tables and lists of them name; `read` are the declarations of each of `sections`.
///
/// An index of a table that nothing defines, or over anything but columns of it, is passed over: the place is left over.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let known = Known::of(read);
    if known.tables.is_empty() {
        return;
    }
    for (number, section) in sections.iter().enumerate() {
        let Some(decls) = read.get_mut(number) else { continue };
        let own: Vec<QName> = decls.iter().filter_map(table).map(|table| table.name.clone()).collect();
        let mut found = Vec::new();
        for (at, block) in section.blocks.iter().enumerate() {
            let of_indexes = || labels::is_near(sections, section, at, is_about);
            match block {
                Block::Table(pipe) => {
                    let subject = || match own.as_slice() {
                        [only] => Some(only.clone()),
                        _ => tables::subject_of_part(sections, section),
                    };
                    found.extend(of_table(pipe, of_indexes(), subject, &known));
                }
                Block::List(list) if of_indexes() => {
                    for item in &list.items {
                        let mut of_item = of_item(item, &known);
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

/// Tables by their names without case, with the names of their columns.
struct Known {
    tables: BTreeMap<String, (QName, Vec<String>)>,
    /// The names by what singular and plural have in common; none where several have it.
    alike: BTreeMap<String, Option<String>>,
    /// Those that have a primary key.
    keyed: BTreeSet<String>,
}

impl Known {
    fn of(read: &[Vec<Decl>]) -> Self {
        let mut known: BTreeMap<String, (QName, Vec<String>)> = BTreeMap::new();
        // A diagram calls a table as it likes; its name elsewhere is the one.
        let (drawn, defined): (Vec<_>, Vec<_>) =
            read.iter().flatten().filter_map(table).partition(|table| table.language == Language::Mermaid);
        for table in defined.into_iter().chain(drawn) {
            let entry = known.entry(table.name.to_string().to_lowercase());
            let (_, columns) = entry.or_insert_with(|| (table.name.clone(), Vec::new()));
            columns.extend(table.columns.iter().map(|column| column.name.node.to_lowercase()));
        }
        let mut alike: BTreeMap<String, Option<String>> = BTreeMap::new();
        for name in known.keys() {
            let entry = alike.entry(words::singular(&name.replace('_', "")));
            entry.and_modify(|name| *name = None).or_insert_with(|| Some(name.clone()));
        }
        let has_key = |table: &&TableDecl| {
            let is_key =
                |constraint: &ConstraintDecl| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. });
            table.columns.iter().any(|column| column.primary_key.is_some())
                || table.constraints.iter().any(is_key)
        };
        let keyed = read.iter().flatten().filter_map(table).filter(has_key);
        let keyed = keyed.map(|table| table.name.to_string()).collect();
        Self { tables: known, alike, keyed }
    }

    /// Returns the table of a name, at the place where it is named here.
    fn table(&self, name: &Ident) -> Option<(QName, &[String])> {
        let lower = name.node.to_lowercase();
        // "Users: email (unique)" speaks of the table `User`.
        let alike = || self.tables.get(self.alike.get(&words::singular(&lower.replace('_', "")))?.as_ref()?);
        let (known, columns) = self.tables.get(&lower).or_else(alike)?;
        let mut named = known.clone();
        named.name.span = name.span;
        if let Some(schema) = &mut named.schema {
            schema.span = name.span;
        }
        Some((named, columns))
    }
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
    let key = labels::key(label);
    let lower = key.to_lowercase();
    vocabulary::bullet(key) == Some(BulletRole::Indexes)
        || words_of(key).any(|word| vocabulary::bullet(word) == Some(BulletRole::Indexes))
        || ["index", "índice", "индекс", "індекс", "索引", "인덱스", "インデックス"]
            .iter()
            .any(|word| lower.contains(word))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Reads the rows of a table of indexes.
fn of_table(
    pipe: &Table,
    of_indexes: bool,
    subject: impl Fn() -> Option<QName>,
    known: &Known,
) -> Vec<TableIndexDecl> {
    let Some(head) = Head::of(pipe, of_indexes) else { return Vec::new() };
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
        for said in [kind, cell(head.name)].into_iter().flatten() {
            qualify(&mut index, said);
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
    let said = cell.text().to_lowercase();
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
            let word = word.to_lowercase();
            ["asc", "desc", "nulls", "first", "last"].contains(&word.as_str()) || word.ends_with("_ops")
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
        IndexKey::Column(name) => columns.contains(&name.node.to_lowercase()),
        IndexKey::Expression(_) => false,
    })
}

/// Reads "`orders_day_idx`: INDEX (day)" below "Indexes" below the heading of a table.
fn of_part(item: &Item, table: Option<QName>, known: &Known) -> Vec<TableIndexDecl> {
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
    if !text.get(name.clone()).contains('_') || !marks.iter().all(|(mark, _)| MARKS.contains(&mark.as_str()))
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
    for (mark, place) in marks {
        match mark.as_str() {
            "unique" => made.unique = Some(text.span(place.clone())),
            "gin" | "gist" | "brin" | "hash" | "hnsw" | "ivfflat" => {
                made.method = Some(Spanned::new(mark.clone(), text.span(place.clone())));
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
fn of_item(item: &Item, known: &Known) -> Vec<TableIndexDecl> {
    let Some(text) = item.text() else { return Vec::new() };
    let all = text.text();
    if let Some((end, behind)) = words::separator(all) {
        let name = text.ident(text.trim(0..end));
        if let Some((table, columns)) = known.table(&name) {
            let said = words::without_stop(all, behind..all.len());
            let indexes = index_of(text, said);
            let fits = !indexes.is_empty() && indexes.iter().all(|index| are_columns(index, columns));
            let each = indexes.into_iter().filter(|_| fits);
            return each.map(|index| TableIndexDecl { table: table.clone(), index }).collect();
        }
    }
    // "`orders_by_buyer` on `orders (buyer_id, at)`", "`orders_open_idx` partial on `orders` (`at`) where `open = true`".
    if let Some((_, behind)) = all.split_once(" on ") {
        let end =
            behind.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(behind.len());
        let start = all.len() - behind.len();
        if let Some((table, columns)) = known.table(&text.ident(start..start + end))
            && let Some(index) = qualified(text, item.span, &table, columns)
        {
            return vec![TableIndexDecl { table, index }];
        }
    }
    // `table(column, column)` in code or as a word of its own.
    let mut found = Vec::new();
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
        let Some(mut index) = index(text, place, item.span) else { continue };
        if !are_columns(&index, columns) {
            continue;
        }
        let lead = all.get(..start).unwrap_or_default().to_lowercase();
        // "`orders(day)` — unique".
        let behind = words::folded(all.get(open + length + 1..).unwrap_or_default());
        let said = behind.trim_start_matches(['`', ' ', '—', '–', '-', ':', '(']);
        let follows = vocabulary::UNIQUE.find(said).is_some_and(|at| at.start == 0);
        if words_of(&lead).any(|word| word == "unique") || follows {
            index.unique = Some(item.span);
        }
        // What holds for some of the rows only is another index.
        if words::folded(all.get(open + length + 1..).unwrap_or_default()).trim_start().starts_with("where ")
        {
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
    found
}
