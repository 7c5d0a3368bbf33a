//! Foreign keys in a pipe table of their own: "Parent | Child | FK column", "Table | Column | References".

use std::collections::BTreeMap;

use crate::source::decl::{Decl, EndpointDecl, Ident, QName, RefDecl, Relation};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Row, Section, Table};
use crate::source::markdown::{facts, tables, vocabulary, words};
use crate::span::Span;

const CHILDREN: &[&str] = &[
    "table",
    "child",
    "child table",
    "from",
    "from table",
    "source",
    "source table",
    "referencing table",
    "таблица",
    "таблиця",
    "tabla",
    "tabla hija",
    "tabela",
    "tabelle",
    "테이블",
    "表",
    "テーブル",
];
const PARENTS: &[&str] = &[
    "parent",
    "parent table",
    "references",
    "referenced table",
    "refers to",
    "to",
    "to table",
    "target",
    "target table",
    "references table",
    "referenced column",
    "ссылается на",
    "посилається на",
    "referencia",
    "tabla referenciada",
    "referência",
    "tabela referenciada",
    "referenziert",
    "référence",
    "참조",
    "참조 테이블",
    "参照先",
    "引用",
    "关联表",
    "참조 대상",
    "참조테이블",
    "参照テーブル",
    "参照先テーブル",
    "引用表",
    "referenzierte tabelle",
    "table référencée",
    "таблица-источник",
];
const REFERENCED: &[&str] = &[
    "referenced column",
    "referenced field",
    "target column",
    "references column",
    "columna referenciada",
    "coluna referenciada",
    "referenzierte spalte",
    "colonne référencée",
    "참조 컬럼",
    "参照カラム",
    "参照先カラム",
    "引用列",
    "引用字段",
];
const COLUMNS: &[&str] = &[
    "column",
    "fk column",
    "fk",
    "foreign key",
    "foreign key column",
    "fk field",
    "key",
    "field",
    "columns",
    "колонка",
    "столбец",
    "внешний ключ",
    "зовнішній ключ",
    "columna",
    "clave foránea",
    "coluna",
    "chave estrangeira",
    "spalte",
    "fremdschlüssel",
    "colonne",
    "clé étrangère",
    "컬럼",
    "외래키",
    "外键",
    "外部キー",
    "カラム",
];

/// Adds the foreign keys that tables of them say of tables that the document defines; `read` are the declarations of each of `sections`.
///
/// A row of which a cell says more than a name, or that names what nothing defines, is passed over.
pub(in crate::source::markdown) fn fill(sections: &[Section], read: &mut [Vec<Decl>]) {
    let heads = sections.iter().flat_map(|section| &section.blocks);
    let is_one = |pipe: &Table| head(pipe).is_some() || ends(pipe).is_some();
    if !heads.into_iter().any(|block| matches!(block, Block::Table(pipe) if is_one(pipe))) {
        return;
    }
    let known = Known::of(read);
    for (section, decls) in sections.iter().zip(read.iter_mut()) {
        for block in &section.blocks {
            let Block::Table(pipe) = block else { continue };
            let Some(head) = head(pipe) else {
                if let Some(at) = ends(pipe) {
                    decls.extend(pipe.rows.iter().filter_map(|row| joined(row, at, &known)).map(Decl::Ref));
                }
                continue;
            };
            // Below the heading of a table all rows are of that one.
            let of_section = match head.child {
                None => tables::subject_of_part(sections, section),
                Some(_) => None,
            };
            let found = pipe.rows.iter().filter_map(|row| reference(row, &head, of_section.as_ref(), &known));
            decls.extend(found.map(Decl::Ref));
        }
    }
}

/// Which cell of a row holds what.
struct Head {
    /// None where the heading says of which table the keys are.
    child: Option<usize>,
    column: usize,
    parent: usize,
    referenced: Option<usize>,
    on_delete: Option<usize>,
    on_update: Option<usize>,
}

/// Reads the head of a table of foreign keys; none where it is another's.
fn head(pipe: &Table) -> Option<Head> {
    let find = |known: &[&str]| {
        pipe.header.iter().position(|cell| known.contains(&words::lowered(cell.text().trim()).as_ref()))
    };
    let (child, parent, referenced) = (find(CHILDREN), find(PARENTS)?, find(REFERENCED));
    // The first of "Foreign key | Column" is a name.
    let is_one = |cell: &Inline| COLUMNS.contains(&words::lowered(cell.text().trim()).as_ref());
    let all = || pipe.header.iter().enumerate().filter(|(at, _)| *at != parent && Some(*at) != referenced);
    let column = all()
        .find(|(_, cell)| vocabulary::says_column(cell.text()))
        .or_else(|| all().find(|(_, cell)| is_one(cell)))?
        .0;
    if child.is_none() && referenced.is_none() {
        return None;
    }
    // A table of columns has their types as well.
    let of_columns = pipe.header.iter().any(|cell| {
        vocabulary::header(cell.text()) == Some(vocabulary::HeaderRole::Type) && !says_kind(cell)
    });
    let apart = child != Some(parent) && child != Some(column) && parent != column;
    let action = |words: &str| pipe.header.iter().position(|cell| words::folded(cell.text()).contains(words));
    (apart && !of_columns).then(|| Head {
        child,
        column,
        parent,
        referenced,
        on_delete: action("on delete"),
        on_update: action("on update"),
    })
}

/// Returns the places of the two ends in a table "From | To | Type" that has no column of columns: its cells say both, `orders.buyer_id`.
fn ends(pipe: &Table) -> Option<(usize, usize)> {
    let find = |known: &[&str]| {
        pipe.header.iter().position(|cell| known.contains(&words::lowered(cell.text().trim()).as_ref()))
    };
    let (from, to) = (find(CHILDREN)?, find(PARENTS)?);
    (from != to && find(COLUMNS).is_none()).then_some((from, to))
}

/// Reads "`orders.buyer_id` | `buyers.id`": the end that is the key of its table is what the other refers to.
fn joined(row: &Row, (from, to): (usize, usize), known: &Known) -> Option<RefDecl> {
    let end = |at: usize| {
        let cell = row.cells.get(at)?;
        let said = cell.all();
        let (table, column) = said.node.split_once('.')?;
        let (table, columns, key) = known.table(table)?;
        let is_key = key.as_deref() == Some(column);
        let place = said.span;
        columns.iter().any(|known| known == column).then(|| (table, column.to_owned(), place, is_key))
    };
    let (one, other) = (end(from)?, end(to)?);
    let (own, target) = match (one.3, other.3) {
        (false, true) => (one, other),
        (true, false) => (other, one),
        _ => return None,
    };
    let point = |(table, column, span, _): (&QName, String, Span, bool), relation| EndpointDecl {
        table: named(table, span),
        columns: vec![Ident::new(column, span)],
        relation,
    };
    Some(RefDecl {
        name: None,
        endpoints: [point(own, Relation::Many), point(target, Relation::One)],
        on_delete: None,
        on_update: None,
        note: None,
        inline: false,
        inactive: false,
        span: row.span,
    })
}

/// Tells whether a head stands above how many rows hang together, which people call a type as well.
fn says_kind(cell: &Inline) -> bool {
    let lower = cell.text().to_lowercase();
    lower.contains("relation") || lower.trim() == "type"
}

/// The columns and the key of each table of the document, by its name in small letters.
struct Known(BTreeMap<String, (QName, Vec<String>, Option<String>)>);

impl Known {
    fn of(read: &[Vec<Decl>]) -> Self {
        let mut known: BTreeMap<String, (QName, Vec<String>, Option<String>)> = BTreeMap::new();
        for decl in read.iter().flatten() {
            let Decl::Table(table) = decl else { continue };
            let entry = known.entry(table.name.name.node.to_lowercase());
            let (_, columns, key) = entry.or_insert_with(|| (table.name.clone(), Vec::new(), None));
            columns.extend(table.columns.iter().map(|column| column.name.node.clone()));
            let mut marked = table.columns.iter().filter(|column| column.primary_key.is_some());
            if let (Some(only), None) = (marked.next(), marked.next()) {
                key.get_or_insert_with(|| only.name.node.clone());
            }
        }
        Self(known)
    }

    /// Returns the only table and its own name for one that a cell names, in its case or another, in the singular or plural.
    fn table(&self, name: &str) -> Option<&(QName, Vec<String>, Option<String>)> {
        let lower = name.to_lowercase();
        self.0.get(&lower).or_else(|| {
            let stem = words::singular(&lower);
            let mut alike = self.0.iter().filter(|(other, _)| words::singular(other) == stem);
            alike.next().map(|(_, found)| found).filter(|_| alike.next().is_none())
        })
    }
}

fn reference(row: &Row, head: &Head, of_section: Option<&QName>, known: &Known) -> Option<RefDecl> {
    let name = |at: usize| row.cells.get(at).map(Inline::all).filter(|name| vocabulary::is_name(&name.node));
    let column = name(head.column)?;
    let child = match head.child {
        Some(at) => name(at)?,
        None => of_section?.name.clone(),
    };
    let said = head.referenced.and_then(name);
    let target = row.cells.get(head.parent)?;
    let (parent, referenced) = match target.all().node.trim_end_matches(')').split_once(['.', '(']) {
        Some((parent, column)) => (parent.to_owned(), Some(column.to_owned())),
        None => (target.all().node, None),
    };
    if !vocabulary::is_name(&parent) || !referenced.as_deref().is_none_or(vocabulary::is_name) {
        return None;
    }
    let (own, columns, _) = known.table(&child.node)?;
    let (other, others, key) = known.table(&parent)?;
    let referenced = referenced.or(said.map(|column| column.node)).or_else(|| key.clone())?;
    if !columns.contains(&column.node) || !others.contains(&referenced) {
        return None;
    }
    let end = |table: &QName, column: &str, span: Span, relation| EndpointDecl {
        table: named(table, span),
        columns: vec![Ident::new(column.to_owned(), span)],
        relation,
    };
    Some(RefDecl {
        name: None,
        endpoints: [
            end(own, &column.node, column.span, Relation::Many),
            end(other, &referenced, target.whole(), Relation::One),
        ],
        on_delete: action(row, head.on_delete),
        on_update: action(row, head.on_update),
        note: None,
        inline: false,
        inactive: false,
        span: row.span,
    })
}

/// Reads what a key does from a cell that says nothing else: "CASCADE".
fn action(row: &Row, at: Option<usize>) -> Option<Ident> {
    let said = row.cells.get(at?)?.all();
    let lower = words::folded(&said.node);
    facts::actions().iter().any(|(words, _)| *words == lower.trim()).then_some(said)
}

/// Returns the name of a table at the place where it is named here.
fn named(table: &QName, span: Span) -> QName {
    let mut named = table.clone();
    named.name.span = span;
    named.schema.iter_mut().for_each(|schema| schema.span = span);
    named
}
