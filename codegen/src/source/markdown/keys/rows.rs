//! Keys and checks in the rows of tables of them: "Table | Constraint", "Rule | Database" below "Constraints".

use std::collections::BTreeMap;

use super::{NOT_UNDERSTOOD, add, announced, described, of_cell, partial, said, tell_limited};
use crate::diag::Sink;
use crate::expr;
use crate::source::decl::{ConstraintDecl, ConstraintKind, Decl, Language, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Table;
use crate::source::markdown::{conditions, labels, tables, vocabulary, words};

/// Adds the keys that a table "Table | Constraint" says: "`orders` | `(shop_id, code)` UNIQUE".
pub(super) fn of_tables(pipe: &Table, read: &mut [Vec<Decl>]) {
    let Some(first) = tables::head_of_tables(pipe) else { return };
    let says = |head: &Inline| {
        vocabulary::bullet(head.text()) == Some(vocabulary::BulletRole::Constraint)
            || ["unique columns", "unique key", "key"].contains(&words::lowered(head.text().trim()).as_ref())
    };
    let Some(at) = pipe.header.iter().position(says).filter(|at| *at != first) else { return };
    for row in &pipe.rows {
        let (Some(name), Some(cell)) = (row.cells.get(first).map(Inline::all), row.cells.get(at)) else {
            continue;
        };
        let table = read.iter_mut().flatten().find_map(|decl| match decl {
            Decl::Table(table)
                if table.language != Language::Sql
                    && table.name.to_string().eq_ignore_ascii_case(&name.node) =>
            {
                Some(table)
            }
            _ => None,
        });
        let Some(table) = table else { continue };
        let lead = pipe.header.get(at).and_then(|head| announced(head.text()));
        let found = said(cell, 0..cell.text().len(), lead, table);
        add(table, found);
    }
}

/// Tells whether a label announces constraints: "Constraints and indexes", "Обмеження".
pub(super) fn is_about(label: &str) -> bool {
    let is_one = |label: &str| vocabulary::bullet(label) == Some(vocabulary::BulletRole::Constraint);
    let key = labels::key(label);
    is_one(key) || key.split(|c: char| !c.is_alphanumeric()).any(is_one)
}

/// Tells whether a table that is none of columns has SQL for a check or a key in its cells.
pub(super) fn may_say(pipe: &Table) -> bool {
    let is_type = |head: &Inline| vocabulary::header(head.text()) == Some(vocabulary::HeaderRole::Type);
    let says = |cell: &Inline| {
        let has = |words: [&str; 2]| words.iter().any(|word| cell.text().contains(word));
        cell.text().contains('(') && (has(["CHECK", "check"]) || has(["UNIQUE", "unique"]))
    };
    let mut cells = pipe.rows.iter().flat_map(|row| &row.cells);
    tables::head_of_tables(pipe).is_none() && !pipe.header.iter().any(is_type) && cells.any(says)
}

/// Where the tables in words stand that have a column, by its name; collected once somebody asks.
#[derive(Default)]
pub(super) struct Holders(Option<BTreeMap<String, Vec<(usize, usize)>>>);

impl Holders {
    /// Returns the tables that have all of some columns.
    fn of(&mut self, columns: &[String], read: &[Vec<Decl>]) -> Vec<(usize, usize)> {
        let known = self.0.get_or_insert_with(|| {
            let mut known: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
            for (section, decls) in read.iter().enumerate() {
                for (at, decl) in decls.iter().enumerate() {
                    for column in described(decl).into_iter().flat_map(|table| &table.columns) {
                        known.entry(column.name.node.to_lowercase()).or_default().push((section, at));
                    }
                }
            }
            known
        });
        let mut places: Option<Vec<(usize, usize)>> = None;
        for column in columns {
            let having = known.get(column).map(Vec::as_slice).unwrap_or_default();
            places = Some(match places {
                Some(places) => places.into_iter().filter(|place| having.contains(place)).collect(),
                None => having.to_vec(),
            });
        }
        places.unwrap_or_default()
    }
}

/// Adds what the rows of a table below "Constraints" say in SQL: `CHECK (seats > 0)`, `UNIQUE (a, b)`.
///
/// `place` is where the table of the heading stands. Without one a check belongs to the only table that has all its columns.
pub(super) fn of_constraints(
    pipe: &Table,
    place: Option<(usize, usize)>,
    holders: &mut Holders,
    read: &mut [Vec<Decl>],
    sink: &mut Sink,
) {
    for cell in pipe.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_struck()) {
        let all = 0..cell.text().len();
        if conditions::limited(cell, all.clone()) {
            let message = "the words beside this check take something from it: none is made";
            sink.warning(NOT_UNDERSTOOD, cell.whole(), message)
                .help("write what holds as SQL: `CHECK (closed_at IS NOT NULL OR price > 0)`");
            continue;
        }
        let mut found = conditions::in_sql(cell, all.clone());
        if let Some(table) = place.and_then(|place| table_at(read, place)) {
            found.extend(of_cell(cell, all.clone(), table));
            let partial = partial::said(cell, all.clone(), table);
            if found.is_empty() && partial.is_empty() {
                tell_limited(cell, all, None, table, sink);
            }
            table.indexes.extend(partial);
            add(table, found);
            continue;
        }
        for check in found {
            let named = match &check.kind {
                ConstraintKind::Check(check) => expr::parse(&check.expression.node).map(|sql| sql.columns()),
                _ => None,
            };
            let columns: Vec<String> = named.into_iter().flatten().map(|name| name.to_lowercase()).collect();
            match holders.of(&columns, read).as_slice() {
                [only] => {
                    if let Some(table) = table_at(read, *only) {
                        add(table, vec![check]);
                    }
                }
                several => tell(&check, several.len(), sink),
            }
        }
    }
}

fn tell(check: &ConstraintDecl, count: usize, sink: &mut Sink) {
    let message = match count {
        0 => "this check is of no table that has all its columns: none is made".to_owned(),
        _ => format!("this check may be of {count} tables that have its columns: none is made"),
    };
    sink.warning(NOT_UNDERSTOOD, check.span, message).help("write it below the heading of its table");
}

fn table_at(read: &mut [Vec<Decl>], (section, at): (usize, usize)) -> Option<&mut TableDecl> {
    match read.get_mut(section)?.get_mut(at)? {
        Decl::Table(table) => Some(table),
        _ => None,
    }
}
