//! Columns in bullets: `` - `buyer_id`: uuid, FK → users.id ``.

mod bracket;
mod key;
mod names;
mod run;
mod shape;

use std::ops::Range;

pub(super) use names::listed;
pub(in super::super) use names::named_columns;
pub(in super::super) use run::{read_paragraph, read_run, run};
use shape::{are_bare, are_described, are_names, each_item};
pub(in super::super) use shape::{are_typed, says_of_table};

use super::{NOT_A_COLUMN, bracketed, described, prose, qualified, subject_of_block, table};
use crate::diag::Sink;
use crate::source::decl::{ColumnDecl, Decl, Ident, QName, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Item, List, Section};
use crate::source::markdown::vocabulary::{self, BulletRole};
use crate::source::markdown::{choices, conditions, facts, labels, words};
use crate::span::Span;

/// Reads a list of bullets that describes a table: its columns one by one.
///
/// None where the list has another form.
pub(in super::super) fn read_bullets(
    list: &List,
    at: usize,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Option<Vec<Decl>> {
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    let Some(name) = subject_of_block(sections, section, at) else {
        let titled = super::titled(section);
        let name = titled.filter(|_| labels::lead_in(section, at).is_none() && are_typed(list));
        let Some(name) = name else {
            tell_unnamed(list, section, sink);
            return None;
        };
        let found = columns_of(list, name, heading, &mut sink.fresh())?;
        let has_key =
            found.iter().any(|decl| matches!(decl, Decl::Table(table) if super::have_key(&table.columns)));
        return has_key.then_some(found);
    };
    // "It holds one row a node. Important columns:" says in its last sentence what follows.
    let lead = labels::lead_in(section, at).and_then(|lead| {
        let sentence = lead.node.rsplit(". ").next().unwrap_or(&lead.node);
        vocabulary::bullet(sentence)
    });
    if lead.is_some_and(|role| !matches!(role, BulletRole::Columns | BulletRole::Table)) {
        return None;
    }
    let is_columns = lead == Some(BulletRole::Columns)
        || heading.is_some_and(|heading| vocabulary::is_about_columns(labels::key(&heading.node)));
    if !is_columns
        && !are_typed(list)
        && !shape::has_groups(list)
        && !are_described(list, at, section)
        && !are_names(list, at, section)
        && !are_bare(list, at, section)
    {
        return None;
    }
    columns_of(list, name, heading, sink)
}

/// Tells of columns one of which is marked as the key below a heading that is no name of a table: "academic-discipline / what is taught".
fn tell_unnamed(list: &List, section: &Section, sink: &mut Sink) {
    let marks_key = |text: &Inline| {
        ["PK", "pk", "rimary", "PRIMARY"].iter().any(|mark| text.text().contains(mark)) && !text.is_struck()
    };
    let Some(heading) = &section.heading else { return };
    let is_other =
        || vocabulary::is_elsewhere(&heading.text.node) || vocabulary::is_generic(&heading.text.node);
    // Most lists have no key.
    if !list.items.iter().filter_map(Item::text).any(marks_key)
        || is_other()
        || !are_typed(list)
        || !has_key(list)
    {
        return;
    }
    // What a heading in code or with a word for "table" calls so is meant to be one.
    let said = words::each(heading.inline.text(), 0..heading.inline.text().len());
    let joined = |word: &Range<usize>| {
        let word = heading.inline.get(word.clone());
        word.contains(['-', '/']) && word.split(['-', '/']).all(vocabulary::is_name)
    };
    if said.iter().any(joined) {
        sink.warning(super::UNNAMED, list.span, "these columns belong to no table that is named")
            .label(heading.text.span, "this is no name that SQL takes as it stands")
            .help("write the name with `_`, or the heading as `` `name` ``");
    }
}

/// Tells whether an item is a foreign key of several columns, which is read once all of them are known: "(a, b) → t(a, b)".
fn is_composite(text: &Inline) -> bool {
    let said = text.text().trim_start_matches(['`', ' ']);
    let arrow = ["→", "⇒", "->", "=>", "references", "REFERENCES"].iter().any(|arrow| said.contains(arrow));
    let lower = said.to_ascii_lowercase();
    arrow
        && (lower.starts_with('(')
            || lower.starts_with("foreign key")
            || lower.starts_with("composite foreign key"))
}

/// Makes a table of a list of columns; none where no item names one.
fn columns_of(list: &List, name: QName, heading: Option<&Ident>, sink: &mut Sink) -> Option<Vec<Decl>> {
    let mut columns: Vec<ColumnDecl> = Vec::new();
    let mut constraints = Vec::new();
    let places = TypePlaces::of(list);
    let in_code = each_item(list)
        .iter()
        .filter_map(|item| item.text())
        .any(|text| text.codes().first().is_some_and(|code| code.start == 0));
    for item in each_item(list) {
        if let Some(key) = item.text().and_then(|text| key::composite_key(text, item.span)) {
            constraints.push(key);
            continue;
        }
        let of_table = |text: &Inline| {
            says_of_table(text) || is_composite(text) || shape::says_key(text) || shape::says_check(text)
        };
        if item.text().is_some_and(of_table) {
            continue;
        }
        if let Some(text) = item.text().filter(|text| text.is_struck() || super::unread::says_last(text)) {
            super::unread::tell_no_column(text, sink);
            continue;
        }
        // Among names in code, several words without any are prose: "primary artist relationship".
        let prose =
            |text: &Inline| in_code && text.codes().is_empty() && text.strong().is_empty() && is_prose(text);
        let text = item.text().filter(|text| !prose(text));
        let mut found = text.map(|text| bullet_columns(text, item.span, places)).unwrap_or_default();
        if let [column] = found.as_mut_slice() {
            let below = item.lists().flat_map(|list| &list.items).filter_map(|item| item.text());
            column.notes.extend(below.filter_map(choices::below).take(1));
        }
        // "`amount` must be positive" below `amount` (numeric) says something of it.
        if let [said] = found.as_slice()
            && said.ty.is_none()
            && let Some(known) = columns.iter_mut().find(|column| column.name.node == said.name.node)
            && let Some(text) = text
        {
            says_more(known, said, text);
            continue;
        }
        if found.is_empty() {
            sink.warning(NOT_A_COLUMN, item.span, "this item of a list of columns names no column")
                .help("begin the item with the column's name, as code, and a colon");
        }
        columns.extend(found);
    }
    super::rest_is_required(&mut columns);
    (!columns.is_empty())
        .then(|| vec![Decl::Table(TableDecl { constraints, ..table(name, heading, columns, list.span) })])
}

/// Adds to a column what a further item says of it.
fn says_more(column: &mut ColumnDecl, said: &ColumnDecl, text: &Inline) {
    column.nullable = column.nullable.or(said.nullable);
    column.unique = column.unique.take().or_else(|| said.unique.clone());
    column.default = column.default.take().or_else(|| said.default.clone());
    if column.references.is_empty() {
        column.references.clone_from(&said.references);
    }
    if said.checks.is_empty() && said.notes.is_empty() {
        let behind = item_name(text).map_or(0, |name| name.end);
        conditions::of_subject(text, behind..text.text().len(), column);
    }
    column.checks.extend(said.checks.iter().cloned());
    column.notes.extend(said.notes.iter().cloned());
}

/// Tells whether an item without code is more than a name with its type or what is said of it behind a mark.
fn is_prose(text: &Inline) -> bool {
    let said = text.text().trim();
    said.contains(' ') && typed(text, TypePlaces::default()).is_none() && words::separator(said).is_none()
}

/// Reads the tables among the items of a list: each a name, with the list of its columns below it.
pub(in super::super) fn read_nested(
    item: &Item,
    heading: Option<&Ident>,
    sink: &mut Sink,
) -> Option<Vec<Decl>> {
    let text = item.text()?;
    let lists: Vec<&List> = item.lists().collect();
    let [list] = lists.as_slice() else { return None };
    let name = item_name(text).filter(|_| list.items.len() > 1 && are_typed(list))?;
    // A name that stands alone, in code or in bold, or with what it is for behind a dash.
    let rest = text.get(name.end..text.text().len()).trim_start();
    let set_apart =
        rest.is_empty() || rest.starts_with('(') || words::behind_separator(text.text(), name.end).is_some();
    let marked = text.codes().iter().chain(text.strong()).any(|mark| mark.start == name.start);
    if !set_apart || vocabulary::is_generic(text.get(name.clone())) {
        return None;
    }
    // "- orders" alone may be any word; with a key below it, it is a table.
    let alone = || rest.is_empty() && has_key(list);
    if !marked && !alone() {
        return None;
    }
    let note = words::behind_separator(text.text(), name.end)
        .and_then(|behind| prose(text, behind, text.text().len()));
    let mut decls = columns_of(list, qualified(text, name), heading, sink)?;
    if let Some(Decl::Table(table)) = decls.first_mut() {
        table.notes.extend(note);
    }
    Some(decls)
}

/// Tells whether the items of a list are columns one of which is the primary key.
fn has_key(list: &List) -> bool {
    let places = TypePlaces::of(list);
    let columns = list.items.iter().filter_map(|item| item.text().map(|text| (text, item.span)));
    let mut columns = columns.flat_map(|(text, span)| bullet_columns(text, span, places));
    columns.any(|column| column.primary_key.is_some())
}

/// Finds the name and the start of the type of an item of the form "name: type …" or "name (type …)".
fn typed(text: &Inline, places: TypePlaces) -> Option<(Range<usize>, usize)> {
    let name = item_name(text)?;
    if let Some(ty) = bracket::type_of(text) {
        return Some((name, ty.start));
    }
    let rest = text.get(name.end..text.text().len());
    let behind = words::behind_separator(text.text(), name.end)
        .or_else(|| Some(text.text().len() - rest.trim_start().strip_prefix('(')?.len()))
        .or_else(|| rest.starts_with(' ').then_some(name.end + 1))?;
    // A type in code of its own is one whatever follows it.
    let code = text.codes().iter().find(|code| code.start == behind);
    let word = text.get(behind..code.map_or(text.text().len(), |code| code.end));
    // "(order_state, nullable)" among others that say "(text)".
    let made = |word: &str| word.contains('_') && vocabulary::is_name(word) && !word.ends_with("_id");
    let is_made = places.brackets
        && in_brackets(text) == Some(behind)
        && word.split([',', ')']).next().is_some_and(|word| made(word.trim()));
    (is_made || vocabulary::is_type(word)).then_some((name, behind))
}

/// Returns the name with which an item begins: code, strong or a word that has the form of an identifier.
pub(in super::super) fn item_name(text: &Inline) -> Option<Range<usize>> {
    let all = text.text();
    let word = words::iter(all, 0..all.len()).next()?;
    let code = text
        .codes()
        .first()
        .filter(|code| all.get(0..code.start).is_some_and(|before| before.trim().is_empty()));
    // "`tags: string[]`" holds the type as well.
    let named = |code: Range<usize>| {
        let end = text.get(code.clone()).find(':').map_or(code.end, |at| code.start + at);
        code.start..end
    };
    let range = code.cloned().map(named).unwrap_or_else(|| {
        let end = text.get(word.clone()).find([':', '(', ',']).map_or(word.end, |at| word.start + at);
        word.start..end
    });
    vocabulary::is_name(text.get(range.clone())).then_some(range)
}

/// Where the items of a list have their types: what stands in that place of the others is a type as well, whatever its name.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct TypePlaces {
    /// "`id` — `integer` primary key".
    code: bool,
    /// "`id` (uuid) - the key".
    brackets: bool,
    /// "`id uuid primary key`".
    spaced: bool,
}

impl TypePlaces {
    /// Finds where most items of a list have their types.
    pub(in super::super) fn of(list: &List) -> Self {
        let count = |has: &dyn Fn(&Inline) -> bool| {
            list.items.iter().filter(|item| item.text().is_some_and(has)).count()
        };
        let coded = |text: &Inline| {
            let behind = item_name(text).and_then(|name| words::behind_separator(text.text(), name.end));
            behind
                .and_then(|behind| leading_type(text, behind, false))
                .is_some_and(|ty| text.codes().contains(&ty))
        };
        let bracketed = |text: &Inline| {
            in_brackets(text).is_some_and(|at| vocabulary::is_type(text.get(at..text.text().len())))
        };
        let spaced = |text: &Inline| {
            spaced(text).is_some_and(|ty| vocabulary::is_type(text.get(ty.start..text.text().len())))
        };
        let most = |count: usize| count > 1 && count * 2 > list.items.len();
        Self { code: count(&coded) > 1, brackets: most(count(&bracketed)), spaced: most(count(&spaced)) }
    }
}

/// Returns the word behind the name of an item that is one code with more than the name in it: "`state order_state not null`".
fn spaced(text: &Inline) -> Option<Range<usize>> {
    let code = text.codes().first().filter(|code| text.get(0..code.start).trim().is_empty())?;
    let words = words::each(text.text(), code.clone());
    let [name, ty, ..] = words.as_slice() else { return None };
    vocabulary::is_name(text.get(name.clone())).then(|| ty.clone())
}

/// Returns where what stands in brackets behind the name of an item begins.
fn in_brackets(text: &Inline) -> Option<usize> {
    let name = item_name(text)?;
    let rest = text.get(name.end..text.text().len());
    Some(text.text().len() - rest.trim_start().strip_prefix('(')?.len())
}

/// Reads the columns that one item of a list of columns names; `places` tells where the others have their types.
pub(in super::super) fn bullet_columns(text: &Inline, span: Span, places: TypePlaces) -> Vec<ColumnDecl> {
    if let Some(columns) = bracket::each(text) {
        return columns;
    }
    if let Some(column) = bracket::column(text, span) {
        return vec![column];
    }
    if let Some((name, behind)) = typed(text, places) {
        let mut column = ColumnDecl::new(text.ident(name), None, span);
        let end = facts::read_type(text, behind, &mut column);
        if facts::attributes(text, end..text.text().len(), &mut column) {
            return vec![column];
        }
        // An arrow points at what the column refers to.
        let arrow = |at: usize| text.get(end + at..text.text().len()).starts_with(['→', '⇒']);
        let drawn = |at: usize| {
            ["->", "=>"].iter().any(|mark| text.get(end + at..text.text().len()).starts_with(mark))
        };
        let parted = words::separator(text.get(end..text.text().len()));
        // "DATE, Standard: CURRENT_DATE" has its colon inside a fact.
        let apart = |at: usize| {
            let before = text.get(end..end + at).trim_matches([' ', ')']);
            before.is_empty() || !text.get(end + at..text.text().len()).starts_with([':', '：'])
        };
        match parted.filter(|(at, _)| !arrow(*at) && !drawn(*at) && apart(*at)) {
            Some((at, note)) => {
                facts::read(text, end..end + at, &mut column);
                facts::read_description(text, end + note..text.text().len(), &mut column);
            }
            None => facts::read(text, end..text.text().len(), &mut column),
        }
        column.notes.extend(bracketed(text, end, &column.name.node));
        if let Some((at, note)) = parted
            && !arrow(at)
        {
            column.notes.extend(described(text, end + note..text.text().len(), &column.name.node));
        } else {
            // "text, default 'free' (`free` / `rented`)".
            let listed = choices::read(text, end..text.text().len(), &column.name.node);
            column
                .notes
                .extend(listed.map(|(_, values)| values).filter(|values| !column.notes.contains(values)));
        }
        return vec![column];
    }
    // Names alone: one, or several with commas between them, and perhaps what is said of the last.
    let end = words::separator(text.text()).map_or(text.text().len(), |(end, _)| end);
    let mut columns = named_columns(text, 0..end);
    // "`length`, `width` (numeric)": what stands behind the last of several in code is said of all.
    if places.brackets
        && let Some((last, others)) = columns.split_last_mut()
        && others.iter().all(|column| column.ty.is_none() && column.notes.is_empty())
    {
        others.iter_mut().for_each(|column| column.ty = last.ty.clone());
    }
    // Where the others have their types stands one of the document's own.
    if let ([column], true, Some(ty)) = (columns.as_mut_slice(), places.spaced, spaced(text)) {
        let made = vocabulary::is_name(text.get(ty.clone())) && !facts::says_any(text.get(ty.clone()));
        set_type(text, Some(ty).filter(|_| made), column);
    }
    let Some((_, note)) = words::separator(text.text()) else { return columns };
    match columns.as_mut_slice() {
        [column] => {
            // An arrow points at what the column refers to.
            let arrow = text.get(end..text.text().len()).starts_with(['→', '⇒'])
                || text.get(end..note).contains("->");
            let from = if arrow { end } else { note };
            let ty = leading_type(text, from, places.code);
            set_type(text, ty.clone(), column);
            if arrow {
                facts::read(text, from..text.text().len(), column);
            } else {
                facts::read_description(text, from..text.text().len(), column);
            }
            // "The key (UUID)".
            let rest = text.get(note..text.text().len());
            if let (None, Some(open), Some(close)) = (&column.ty, rest.find('('), rest.rfind(')'))
                && let Some(inside) = rest.get(open + 1..close).filter(|inside| vocabulary::is_type(inside))
                && !inside.contains(char::is_whitespace)
            {
                facts::read_type(text, note + open + 1, column);
            }
            // "(FK -> users)" has said it.
            if arrow && !column.references.is_empty() && !text.get(note..text.text().len()).contains(' ') {
                return columns;
            }
            let said = ty.map_or(note, |ty| ty.end);
            column.notes.extend(bracketed(text, said, &column.name.node));
            column.notes.extend(described(text, said..text.text().len(), &column.name.node));
        }
        several => {
            // "`created_at`, `updated_at` — `timestamptz` not null": keys are said of one column only.
            let mut shared = ColumnDecl::new(text.ident(0..0), None, span);
            set_type(text, leading_type(text, note, places.code), &mut shared);
            facts::read(text, note..text.text().len(), &mut shared);
            for column in several {
                column.ty = column.ty.take().or(shared.ty.clone());
                column.nullable = column.nullable.or(shared.nullable);
            }
        }
    }
    columns
}

fn set_type(text: &Inline, place: Option<Range<usize>>, column: &mut ColumnDecl) {
    if let Some(place) = place.filter(|_| column.ty.is_none()) {
        column.ty = Some(text.ident(place));
    }
}

/// Finds the type with which a description begins: "nullable `string(255)` label", "integer counter".
fn leading_type(text: &Inline, from: usize, coded: bool) -> Option<Range<usize>> {
    const BEFORE: &[&str] =
        &["nullable", "optional", "required", "unique", "fixed-width", "fixed-length", "a", "an"];
    let is_code = |code: &&Range<usize>| code.start >= from;
    if let Some(code) = text.codes().iter().find(is_code) {
        let before = text.get(from..code.start);
        let inside = text.get(code.clone());
        let name = inside.split('(').next()?;
        let is_made = name.contains('_') || name.contains(char::is_uppercase);
        let one = !inside.contains(char::is_whitespace) && vocabulary::is_name(name) && is_made;
        // Codes with commas or bars between them are values.
        let listed = text.get(code.end..text.text().len()).trim_start().starts_with([',', '|', '/']);
        let free = before.split_whitespace().all(|word| BEFORE.contains(&words::lowered(word).as_ref()));
        if free && (vocabulary::is_type(inside) || (coded && one && !listed)) {
            return Some(code.clone());
        }
    }
    let word = text.get(from..text.text().len()).split([' ', ',', ';']).next()?;
    vocabulary::is_sure_type(word).then(|| from..from + word.len())
}
