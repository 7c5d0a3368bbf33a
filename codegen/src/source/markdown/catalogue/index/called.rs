//! An index with its name before what it is and its columns: "`orders_day_idx` - BTREE (day)", "**orders_day_idx** - index on field `day`
//! for lists".

use std::ops::Range;

use super::index;
use crate::source::decl::{IndexDecl, IndexKey, IndexPartDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::vocabulary::{self, Words};
use crate::source::markdown::words;
use crate::span::Spanned;

/// What a word between an index's name and its columns says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lead {
    /// "Index", "on", "columns".
    Plain,
    /// A kind of index of PostgreSQL.
    Method,
    /// "Primary key".
    Primary,
}

static LEADS: Words<Lead> = Words::new(&[
    (
        &[
            "index, indexed, on, by, of, the, for, field, fields, column, columns, composite, compound, single, simple, regular",
            "індекс, индекс, на, по, за, поле, полю, полях, полям, колонка, колонці, колонку, столбец, столбцу, стовпець, столбцам",
            "índice, indice, en, em, sobre, campo, campos, columna, columnas, coluna, colunas, compuesto, composto",
            "indiziert, auf, über, spalte, spalten, feld, feldern, sur, champ, champs, colonne, colonnes, composé, simple",
            "인덱스, 컬럼, 索引, 列, 字段, インデックス",
        ],
        Lead::Plain,
    ),
    (&["btree, b-tree, gin, gist, brin, hash, hnsw, ivfflat"], Lead::Method),
    (&["primary, key, pk"], Lead::Primary),
]);

/// Reads an index that stands behind its name; none where the words have another form, and nothing where they say a primary key or rows
/// that only a reader of the table's columns can tell.
pub(super) fn read(text: &Inline, range: Range<usize>) -> Option<Vec<IndexDecl>> {
    let word = words::iter(text.text(), range.clone()).next()?;
    let name = text.get(word.clone()).trim_matches(['`', '*', ':']);
    let start = word.start + text.get(word.clone()).find(name)?;
    let name = start..start + name.len();
    if !vocabulary::is_name(text.get(name.clone())) || !text.get(name.clone()).contains('_') {
        return None;
    }
    let mut at = words::behind_separator(text.text(), name.end).unwrap_or(name.end);
    let (mut said, mut primary, mut unique, mut method) = (0_usize, false, None, None);
    let columns = loop {
        let rest = text.get(at..range.end);
        let start = range.end - rest.trim_start_matches([' ', '`']).len();
        if text.get(start..range.end).starts_with('(') || text.codes().iter().any(|code| code.start == start)
        {
            break start;
        }
        let slice = text.get(start..range.end);
        let end = slice.find([' ', '(']).unwrap_or(slice.len());
        let lower = slice.get(..end)?.to_lowercase();
        let place = start..start + end;
        match LEADS.get(lower.as_str()) {
            Some(Lead::Plain) => {}
            Some(Lead::Method) => method = Some(Spanned::new(lower.replace('-', ""), text.span(place))),
            Some(Lead::Primary) => primary = true,
            None if vocabulary::UNIQUE.find(&lower).is_some_and(|found| found == (0..lower.len())) => {
                unique = Some(text.span(place));
            }
            None => return None,
        }
        said += 1;
        at = start + end;
        if end == 0 || at >= range.end {
            return None;
        }
    };
    if said == 0 {
        return None;
    }
    if primary {
        return Some(Vec::new());
    }
    let (mut found, end) = match text.get(columns..range.end).find(')') {
        Some(close) if text.get(columns..range.end).starts_with('(') => {
            let end = columns + close + 1;
            (index(text, columns..end)?, end)
        }
        _ => listed(text, columns, range.end)?,
    };
    let behind = words::folded(text.get(end..range.end));
    let first = behind.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    if first.is_some_and(|word| vocabulary::IF.has(word)) {
        return Some(Vec::new());
    }
    found.name = Some(text.ident(name));
    found.unique = found.unique.or(unique);
    found.method = found.method.or(method);
    Some(vec![found])
}

/// Reads names in code with commas between them, and returns where they end: "`day`, `shop_id`".
fn listed(text: &Inline, from: usize, limit: usize) -> Option<(IndexDecl, usize)> {
    let mut parts: Vec<IndexPartDecl> = Vec::new();
    let mut end = from;
    for code in text.codes().iter().filter(|code| code.start >= from && code.end <= limit) {
        let between = text.get(end..code.start).trim();
        let joined = parts.is_empty()
            || matches!(between, "," | "+" | "&" | "、")
            || words::is_and(&words::lowered(between));
        if !joined {
            break;
        }
        let column = text.ident(code.clone());
        if !vocabulary::is_name(&column.node) {
            return None;
        }
        parts.push(IndexPartDecl { key: IndexKey::Column(column), options: None });
        end = code.end;
    }
    (!parts.is_empty()).then(|| (IndexDecl::new(parts, text.span(from..end)), end))
}
