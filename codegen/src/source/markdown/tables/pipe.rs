//! Pipe tables of columns.

use std::collections::BTreeMap;
use std::ops::Range;

use super::typed::{behind_key, is_towards, key_before_type, values_for_type};
use super::{
    NOT_A_COLUMN, UNNAMED, bracketed, described, legend, of_parent, pairs, qualified, subject_of_block,
    table, unread,
};
use crate::diag::Sink;
use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Ident, NamedMark, QName, TableDecl, Timing,
};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Row, Section, Table};
use crate::source::markdown::vocabulary::{self, HeaderRole};
use crate::source::markdown::{choices, facts, keys, labels, plans, stores, words};
use crate::span::Spanned;

/// Reads a pipe table of columns, or of the columns of several tables; nothing where its head is another table's.
pub(in super::super) fn read_pipe(
    pipe: &Table,
    at: usize,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Vec<Decl> {
    let Some((mut roles, named)) = roles(pipe) else { return Vec::new() };
    legend::fill(pipe, &mut roles, sections, section);
    let says_column = |head: &Inline| vocabulary::says_column(&head.said());
    let of_several = roles.first() == Some(&Some(HeaderRole::Table)) && named > 0;
    // A number, a mark or a key may stand before the name.
    let mut before = pipe.header.iter().zip(&roles).take(named).skip(usize::from(of_several));
    let leads = before.all(|(head, role)| {
        let head = &head.said();
        matches!(role, Some(HeaderRole::Key | HeaderRole::Primary))
            || vocabulary::is_number_head(head)
            || vocabulary::header(head) == Some(HeaderRole::Name)
    });
    let has = |role| roles.contains(&Some(role));
    let of_columns = has(HeaderRole::Type)
        || (has(HeaderRole::Constraints) && !of_several && says_keys(pipe, &roles))
        || (pipe.header.get(named).is_some_and(says_column)
            && (has(HeaderRole::Constraints) || has(HeaderRole::Nullable) || has(HeaderRole::Key)));
    if !leads || !of_columns || !holds_types(pipe, &roles, named) {
        return Vec::new();
    }
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    if of_several {
        return dictionary(pipe, &roles, heading, sink);
    }
    let parent = || {
        let own = section.heading.as_ref()?;
        // "orders.lines[]" heads a part of a document of another store.
        let other = vocabulary::is_elsewhere(&own.text.node) || own.text.node.contains("[]");
        of_parent(sections, section).filter(|_| !other)
    };
    let named = subject_of_block(sections, section, at);
    let begun = super::begun(section, at).filter(|_| named.is_none());
    let is_begun = begun.is_some();
    if named.is_none()
        && let Some(name) = begun.or_else(|| super::titled(section))
    {
        let mut own = sink.fresh();
        let mut columns: Vec<ColumnDecl> =
            rows(pipe, &mut own).iter().flat_map(|row| read_row(row, &roles, &mut own)).collect();
        // Below the heading of a table, what has no key of its own goes on with that one.
        let is_own = columns.iter().any(|column| column.primary_key.is_some());
        if is_own || (super::have_key(&columns) && (is_begun || parent().is_none())) {
            sink.absorb(own);
            super::rest_is_required(&mut columns);
            return vec![Decl::Table(with_parts(table(name, heading, columns, pipe.span), pipe, &roles))];
        }
    }
    // "## requests" above the columns of a table that has a key: fields of a call have none.
    let keyed = || {
        let own = section.heading.as_ref()?;
        let key = labels::key(&own.text.node);
        let word = words::iter(own.inline.text(), 0..own.inline.text().len())
            .find(|word| own.inline.get(word.clone()) == key)?;
        let above = section.parents.iter().filter_map(|parent| sections.get(*parent)?.heading.as_ref());
        let is_call = above.into_iter().any(|heading| vocabulary::is_elsewhere(&heading.text.node));
        let has_key = || {
            let rows = pipe.rows.iter().flat_map(|row| read_row(row, &roles, &mut sink.fresh()));
            rows.into_iter().any(|column| column.primary_key.is_some())
        };
        (vocabulary::is_name(key) && vocabulary::is_elsewhere(key) && !is_call && has_key())
            .then(|| qualified(&own.inline, word))
    };
    let named = named.or_else(parent).or_else(keyed);
    let Some(name) = named else {
        let is_other = |section: &Section| {
            section.heading.as_ref().is_some_and(|heading| vocabulary::is_elsewhere(&heading.text.node))
        };
        // Fields of a call or a setting are left to their reader.
        let above = section.parents.iter().filter_map(|parent| sections.get(*parent));
        if !above.chain([section]).any(is_other) && !stores::is_collection(section, sink) {
            sink.warning(UNNAMED, pipe.span, "these columns belong to no table that is named")
                .help("name the table, as code, in the heading above them");
        }
        return Vec::new();
    };
    let (key_rows, rows): (Vec<&Row>, Vec<&Row>) =
        rows(pipe, sink).into_iter().partition(|row| pairs::is_key(row, &roles, &pipe.rows));
    let mut columns: Vec<ColumnDecl> = rows.into_iter().flat_map(|row| read_row(row, &roles, sink)).collect();
    super::rest_is_required(&mut columns);
    let mut made = with_parts(table(name, heading, columns, pipe.span), pipe, &roles);
    for cell in pipe.rows.iter().flat_map(|row| &row.cells) {
        keys::of_row(cell, &mut made, sink);
    }
    for row in key_rows {
        for cell in &row.cells {
            let found = keys::of_cell(cell, 0..cell.text().len(), &made);
            keys::add(&mut made, found);
        }
    }
    vec![Decl::Table(made)]
}

/// Adds the unique key of which several rows say that their columns are parts of it: "part of the unique constraint".
fn with_parts(mut table: TableDecl, pipe: &Table, roles: &[Option<HeaderRole>]) -> TableDecl {
    let says = |row: &&Row| {
        let mut cells = row.cells.iter().zip(roles).filter(|(_, role)| {
            matches!(role, Some(HeaderRole::Constraints | HeaderRole::Key | HeaderRole::Unique))
        });
        cells.any(|(cell, _)| facts::is_part_of_unique(cell.text()))
    };
    let names = pipe.rows.iter().filter(says).filter_map(|row| {
        let cell = row.cells.iter().zip(roles).find(|(_, role)| **role == Some(HeaderRole::Name))?.0;
        column_name(cell)
    });
    let columns: Vec<Ident> = names.collect();
    if let [first, .., last] = columns.as_slice() {
        let span = first.span.to(last.span);
        let kind = ConstraintKind::Unique { columns, include: Vec::new(), nulls_not_distinct: false };
        table.constraints.push(ConstraintDecl {
            name: None,
            kind,
            timing: Timing::NotDeferrable,
            not_valid: false,
            span,
        });
    }
    table
}

/// Returns what the columns of a pipe table hold, by its head, and which of them names columns.
pub(super) fn roles(pipe: &Table) -> Option<(Vec<Option<HeaderRole>>, usize)> {
    let mut roles: Vec<Option<HeaderRole>> =
        pipe.header.iter().map(|cell| vocabulary::header(&cell.said())).collect();
    // Where people name a column in their own words as well ("Name | Column | Type"), the database's name is the column's.
    let says_column = |head: &Inline| vocabulary::says_column(&head.said());
    let named = pipe.header.iter().position(says_column);
    let named = named.or_else(|| roles.iter().position(|role| *role == Some(HeaderRole::Name)))?;
    for (_, role) in roles.iter_mut().enumerate().filter(|(at, _)| *at != named) {
        role.take_if(|role| *role == HeaderRole::Name);
    }
    // Of "Type (TS) | SQL type" the database's counts.
    let is_type = |role: &Option<HeaderRole>| *role == Some(HeaderRole::Type);
    let of_database = pipe
        .header
        .iter()
        .zip(&roles)
        .position(|(head, role)| is_type(role) && vocabulary::says_database(&head.said()));
    if let Some(kept) = of_database {
        for (_, role) in roles.iter_mut().enumerate().filter(|(at, _)| *at != kept) {
            role.take_if(|role| *role == HeaderRole::Type);
        }
    }
    Some((roles, named))
}

/// Returns the place of the first column of a pipe table that names tables ("Table | Purpose", "# | Table | Rows"); none where another
/// comes first.
pub(in super::super) fn head_of_tables(pipe: &Table) -> Option<usize> {
    let at = pipe.header.iter().position(|head| !vocabulary::is_number_head(&head.said()))?;
    let head = pipe.header.get(at)?;
    (vocabulary::header(&head.said()) == Some(HeaderRole::Table)).then_some(at)
}

/// Tells whether a cell below "Constraints" calls its row the primary key: only a column is one.
fn says_keys(pipe: &Table, roles: &[Option<HeaderRole>]) -> bool {
    let cells = pipe.rows.iter().flat_map(|row| row.cells.iter().zip(roles));
    let mut constraints = cells.filter(|(_, role)| **role == Some(HeaderRole::Constraints));
    constraints.any(|(cell, _)| vocabulary::PRIMARY.find(&words::folded(cell.text())).is_some())
}

/// Tells whether the cells below "Type" hold types: people, services and versions have a name and a type as well.
fn holds_types(pipe: &Table, roles: &[Option<HeaderRole>], named: usize) -> bool {
    let says_column = pipe.header.get(named).is_some_and(|head| vocabulary::says_column(&head.said()));
    let Some(at) = roles.iter().position(|role| *role == Some(HeaderRole::Type)).filter(|_| !says_column)
    else {
        return true;
    };
    let cells = || pipe.rows.iter().filter_map(|row| row.cells.get(at));
    let known = cells().filter(|cell| vocabulary::begins_with_type(cell.text())).count();
    known * 3 >= cells().count()
}

/// Reads a dictionary of several tables, each of which is named in the first cell of its rows; an empty cell means the one above.
fn dictionary(
    pipe: &Table,
    roles: &[Option<HeaderRole>],
    heading: Option<&Ident>,
    sink: &mut Sink,
) -> Vec<Decl> {
    let mut order: Vec<QName> = Vec::new();
    let mut columns: BTreeMap<String, Vec<ColumnDecl>> = BTreeMap::new();
    let mut current: Option<String> = None;
    for row in rows(pipe, sink) {
        let cell = row.cells.first().filter(|cell| vocabulary::is_name(&cell.said()));
        if let Some(name) = cell.map(|cell| qualified(cell, 0..cell.text().len())) {
            current = Some(name.to_string());
            if !columns.contains_key(&name.to_string()) {
                order.push(name);
            }
        }
        let Some(name) = &current else {
            sink.warning(UNNAMED, row.span, "this column belongs to no table that is named")
                .help("name the table in the first cell");
            continue;
        };
        columns.entry(name.clone()).or_default().extend(read_row(row, roles, sink));
    }
    let made = order.into_iter().filter_map(|name| {
        let columns = columns.remove(&name.to_string())?;
        let span = columns.first()?.span.to(columns.last()?.span);
        Some(Decl::Table(table(name, heading, columns, span)))
    });
    made.collect()
}

/// Returns the rows of a table of columns that are there; the planned ones are told.
fn rows<'a>(pipe: &'a Table, sink: &mut Sink) -> Vec<&'a Row> {
    let states = plans::states(pipe);
    pipe.rows.iter().filter(|row| !plans::is_row(&states, row, "column", sink)).collect()
}

/// Reads the columns that a row names: one, or several that are alike ("created_at / updated_at").
pub(super) fn read_row(row: &Row, roles: &[Option<HeaderRole>], sink: &mut Sink) -> Vec<ColumnDecl> {
    let cell =
        row.cells.iter().zip(roles).find(|(_, of)| **of == Some(HeaderRole::Name)).map(|(cell, _)| cell);
    let names = cell.map(column_names).unwrap_or_default();
    if unread::is_no_column(row, roles, sink) {
        return Vec::new();
    }
    if names.is_empty() {
        sink.warning(NOT_A_COLUMN, row.span, "this row of a table of columns names no column")
            .help("write one column's name in the first cell");
    }
    let types = row.cells.iter().zip(roles).find(|(_, of)| **of == Some(HeaderRole::Type));
    let types = types.and_then(|(cell, _)| each_type(cell, names.len())).unwrap_or_default();
    let columns = names.into_iter().map(|name| read_column(name, row, roles));
    let mut columns: Vec<ColumnDecl> = columns.collect();
    for (column, (ty, optional)) in columns.iter_mut().zip(types) {
        column.ty = Some(ty);
        column.nullable = optional.or(column.nullable.take().filter(|null| !null.node));
    }
    pairs::targets(row, &mut columns);
    unread::report(row, roles, &columns, sink);
    columns
}

/// Reads as many types as a row names columns ("`uuid` / `int?`"), with where one takes NULL.
fn each_type(cell: &Inline, count: usize) -> Option<Vec<(Ident, Option<Spanned<bool>>)>> {
    let mut types = Vec::new();
    let mut start = 0;
    // "`uuid`, `timestamptz`" beside "`created_by` / `created_at`".
    let mark = if cell.text().contains('/') { '/' } else { ',' };
    for part in cell.text().split_inclusive(mark) {
        let place = cell.trim(start..start + part.trim_end_matches(mark).len());
        start += part.len();
        let bare = cell.get(place.clone()).trim_end_matches('?');
        if !vocabulary::begins_with_type(bare) || bare.contains(' ') {
            return None;
        }
        let end = place.start + bare.len();
        let optional = (end < place.end).then(|| Spanned::new(true, cell.span(end..place.end)));
        types.push((cell.ident(place.start..end), optional));
    }
    (count > 1 && types.len() == count).then_some(types)
}

fn read_column(name: Ident, row: &Row, roles: &[Option<HeaderRole>]) -> ColumnDecl {
    let cells = || row.cells.iter().zip(roles);
    let cell = |role| cells().find(|(_, of)| **of == Some(role)).map(|(cell, _)| cell);
    let mut column = ColumnDecl::new(name, None, row.span);
    // "→ users.id" and "FK → users.id" say where it leads, and no type.
    let target = |cell: &Inline| {
        let said = words::folded(cell.text());
        let said = said.trim_start().trim_start_matches("foreign key").trim_start_matches("fk").trim_start();
        ["→", "⇒", "->", "=>"]
            .iter()
            .find_map(|arrow| said.strip_prefix(arrow))
            .map(|rest| rest.trim().to_owned())
    };
    let points = |cell: &Inline| target(cell).is_some();
    let plain = cell(HeaderRole::Type).filter(|cell| vocabulary::is_bare_type(cell.text()));
    let read_type = |ty: &Inline, column: &mut ColumnDecl| {
        let behind = facts::read_type(ty, 0, column);
        if !facts::attributes(ty, behind..ty.text().len(), column) {
            facts::read(ty, behind..ty.text().len(), column);
        }
        column.notes.extend(bracketed(ty, behind, &column.name.node));
        if let Some(length) = cell(HeaderRole::Length) {
            facts::length(length, column);
        }
    };
    if let Some(ty) = plain {
        // Most types are one word, which is nothing else.
        read_type(ty, &mut column);
    } else if let Some(said) = cell(HeaderRole::Type)
        .filter(|cell| points(cell) || facts::is_prose(cell) || facts::leads_to_itself(cell))
    {
        facts::read(said, 0..said.text().len(), &mut column);
        if target(said).is_none_or(|target| target.contains(char::is_whitespace)) {
            column.notes.extend(described(said, 0..said.text().len(), &column.name.node));
        }
    } else if let Some((said, behind)) =
        cell(HeaderRole::Type).and_then(|cell| Some((cell, behind_key(cell)?)))
    {
        // "pk", "PK, uuid", "clé primaire, vers `users`": the key is said before the type, or in its place.
        key_before_type(said, behind, &mut column);
    } else if let Some(said) = cell(HeaderRole::Type).filter(|cell| is_towards(cell)) {
        facts::referenced(said, &mut column);
    } else if let Some(values) = cell(HeaderRole::Type).and_then(values_for_type) {
        column.ty = Some(Ident { node: "text".to_owned(), span: values.span });
        column.notes.push(values);
    } else if let Some(mark) = cell(HeaderRole::Type).filter(|cell| facts::is_foreign_mark(cell)) {
        // "Foreign key" in the place of a type says none.
        column.foreign = Some(mark.whole());
    } else if let Some(ty) = cell(HeaderRole::Type) {
        read_type(ty, &mut column);
    }
    // What a cell answers goes before what a description says by the way.
    let is_description = |role: &Option<HeaderRole>| *role == Some(HeaderRole::Description);
    let answers = cells().filter(|(_, role)| !is_description(role));
    for (cell, role) in answers.chain(cells().filter(|(_, role)| is_description(role))) {
        let all = 0..cell.text().len();
        match role {
            Some(HeaderRole::Constraints | HeaderRole::Key) => {
                if column.ty.is_none() && cells().all(|(_, role)| *role != Some(HeaderRole::Type)) {
                    facts::type_among(cell, &mut column);
                }
                facts::key(cell, all.clone(), &mut column);
                // "nullable (`card`, `cash`)".
                let listed = choices::read(cell, all.clone(), &column.name.node).or_else(|| {
                    // "NOT NULL, `card` OR `cash`".
                    let first = cell.codes().first().filter(|_| cell.codes().len() > 1)?.start;
                    let before = cell.get(0..first).trim_end_matches([',', ';', ' ']);
                    facts::are_all(before).then(|| choices::read(cell, first..all.end, &column.name.node))?
                });
                let listed = listed.map(|(_, values)| values);
                let known = !column.notes.is_empty() || !column.references.is_empty();
                column.notes.extend(listed.filter(|_| !known));
            }
            Some(HeaderRole::Primary) => {
                if column.primary_key.is_none() && vocabulary::is_mark(&cell.said()) {
                    column.primary_key = Some(NamedMark { name: None, span: cell.whole() });
                }
            }
            Some(HeaderRole::Unique) => {
                if column.unique.is_none() && vocabulary::is_mark(&cell.said()) {
                    column.unique = Some(NamedMark { name: None, span: cell.whole() });
                }
            }
            Some(HeaderRole::References) => {
                facts::referenced(cell, &mut column);
                if vocabulary::is_mark(cell.text()) {
                    column.foreign = Some(cell.whole());
                }
            }
            Some(HeaderRole::Description) => {
                let had = (column.primary_key.is_some(), column.unique.is_some());
                facts::read_description(cell, all.clone(), &mut column);
                // A column of marks says of every row whether it has one.
                column.primary_key.take_if(|_| !had.0 && roles.contains(&Some(HeaderRole::Primary)));
                column.unique.take_if(|_| !had.1 && roles.contains(&Some(HeaderRole::Unique)));
                if column.references.is_empty() && cells().any(|(cell, role)| says_foreign(cell, *role)) {
                    facts::bare_target(cell, &mut column);
                }
                let is_enum = column.ty.as_ref().is_some_and(|ty| facts::is_enum(&ty.node));
                // A type that is but a list of values has them here, whatever the column is called.
                let choice = if is_enum { "status" } else { &column.name.node };
                if is_enum && choices::read(cell, all.clone(), choice).is_some() {
                    column.ty.iter_mut().for_each(|ty| ty.node = "text".to_owned());
                }
                let said = described(cell, all, choice);
                column.notes.extend(said);
            }
            Some(HeaderRole::Nullable) => facts::answer(cell, true, &mut column),
            Some(HeaderRole::Required) => facts::answer(cell, false, &mut column),
            Some(HeaderRole::Default) => facts::default(cell, all, &mut column),
            Some(HeaderRole::Table | HeaderRole::Name | HeaderRole::Type | HeaderRole::Length) | None => {}
        }
    }
    column
}

/// Tells whether a cell of a type or of constraints calls its column a foreign key, without saying to what.
fn says_foreign(cell: &Inline, role: Option<HeaderRole>) -> bool {
    let marked = role == Some(HeaderRole::References) && vocabulary::is_mark(cell.text());
    marked
        || matches!(role, Some(HeaderRole::Type | HeaderRole::Constraints | HeaderRole::Key))
            && vocabulary::FOREIGN.find(&words::folded(cell.text())).is_some()
}

fn column_names(cell: &Inline) -> Vec<Ident> {
    let text = cell.text();
    let mut names: Vec<Ident> = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(['/', ',']) {
        let range = cell.trim(start..start + part.trim_end_matches(['/', ',']).len());
        start += part.len();
        if !vocabulary::is_name(cell.get(range.clone())) {
            return column_name(cell).into_iter().collect();
        }
        let mut name = cell.ident(range);
        if let Some(whole) = names.last().and_then(|before| pairs::second(&before.node, &name.node)) {
            name.node = whole;
        }
        names.push(name);
    }
    names
}

fn column_name(cell: &Inline) -> Option<Ident> {
    let whole = cell.all();
    if vocabulary::is_name(&whole.node) {
        return Some(whole);
    }
    // An emoji, an asterisk or "(PK)" may stand beside the name.
    let code = cell.codes().first().cloned();
    let range = code.or_else(|| {
        let words = words::each(cell.text(), 0..cell.text().len());
        let mut names = words.into_iter().filter(|word| vocabulary::is_name(cell.get(word.clone())));
        let first = names.next()?;
        // "Other fields" are no column `Other`; "id PK" is one.
        let fact =
            |word: Range<usize>| facts::says_any(cell.get(word.clone())) || facts::is_mark(cell.get(word));
        names.next().is_none_or(fact).then_some(first)
    })?;
    vocabulary::is_name(cell.get(range.clone())).then(|| cell.ident(range))
}
