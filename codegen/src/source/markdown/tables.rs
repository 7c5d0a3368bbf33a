//! Tables that a document describes without SQL: a pipe table of columns, or bullets, under a heading that names the table.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::inline::Inline;
use super::outline::{List, Row, Section, Table};
use super::vocabulary::{self, BulletRole, HeaderRole};
use super::{facts, labels, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, Decl, Ident, Language, Prose, ProseKind, QName, TableDecl,
    Timing,
};
use crate::span::Span;

const UNNAMED: Code = Code::new("columns-without-table");
const NOT_A_COLUMN: Code = Code::new("not-a-column");

/// Returns the table that a heading names: in code, or as a heading that is an identifier once its number, the word for
/// "table" and what stands in brackets are taken away.
pub(super) fn named_by(heading: &Inline) -> Option<QName> {
    let text = heading.text();
    let code = heading.codes().iter().find(|code| vocabulary::is_name(heading.get((*code).clone())));
    if let Some(code) = code {
        // A function, a file or a step that mentions a table names none.
        let called = text.get(code.end..).is_some_and(|rest| rest.starts_with('('));
        return (!called).then(|| qualified(heading, code.clone()));
    }
    let start = text.len() - text.trim_start().len();
    let key = labels::key(text);
    let mut from = text.find(key).unwrap_or(start);
    let mut to = from + key.len();
    if let Some((end, behind)) = words::separator(text.get(from..to)?) {
        let before = text.get(from..from + end).unwrap_or_default();
        if vocabulary::is_table_word(before.trim()) {
            from += behind;
        } else {
            to = from + end;
        }
    }
    if let Some(bracket) = text.get(from..to)?.find(['(', '[']) {
        to = from + bracket;
    }
    let mut parts: Vec<Range<usize>> = words::each(text, from..to);
    parts.retain(|part| {
        let word = text.get(part.clone()).unwrap_or_default();
        word.contains(char::is_alphanumeric) && !vocabulary::is_table_word(word)
    });
    let [name] = parts.try_into().ok()?;
    let word = heading.get(name.clone());
    (vocabulary::is_name(word) && !vocabulary::is_generic(word)).then(|| qualified(heading, name))
}

/// Makes a name of a range that holds `name` or `schema.name`.
pub(super) fn qualified(text: &Inline, range: Range<usize>) -> QName {
    let range = text.trim(range);
    match text.get(range.clone()).split_once('.') {
        Some((schema, _)) => {
            let dot = range.start + schema.len();
            QName { schema: Some(text.ident(range.start..dot)), name: text.ident(dot + 1..range.end) }
        }
        None => QName::bare(text.ident(range)),
    }
}

/// Returns the table that a block speaks of: the one that its heading names, or the heading above that.
pub(super) fn subject(sections: &[Section], section: &Section) -> Option<QName> {
    let own = section.heading.as_ref()?;
    named_by(&own.inline).or_else(|| {
        let generic = vocabulary::is_about_columns(labels::key(&own.text.node));
        let parent = section.parents.last().and_then(|parent| sections.get(*parent)?.heading.as_ref());
        // The title of the whole document names no table.
        parent.filter(|parent| generic && parent.level > 1).and_then(|heading| named_by(&heading.inline))
    })
}

/// Makes a table of its columns.
pub(super) fn table(name: QName, section: Option<&Ident>, columns: Vec<ColumnDecl>, span: Span) -> TableDecl {
    TableDecl {
        name,
        alias: None,
        columns,
        constraints: Vec::new(),
        indexes: Vec::new(),
        notes: Vec::new(),
        was: None,
        section: section.cloned(),
        tail: None,
        language: Language::Markdown,
        span,
    }
}

/// Reads a pipe table of columns; none where its head is another table's.
pub(super) fn read_pipe(
    pipe: &Table,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Option<Decl> {
    let roles: Vec<Option<HeaderRole>> =
        pipe.header.iter().map(|cell| vocabulary::header(&cell.all().node)).collect();
    let is_columns =
        roles.first() == Some(&Some(HeaderRole::Name)) && roles.contains(&Some(HeaderRole::Type));
    if !is_columns {
        return None;
    }
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    let parent = || {
        let parent = sections.get(*section.parents.last()?)?.heading.as_ref()?;
        named_by(&parent.inline).filter(|_| parent.level > 1)
    };
    let Some(name) = subject(sections, section).or_else(parent) else {
        sink.warning(UNNAMED, pipe.span, "these columns belong to no table that is named")
            .help("name the table, as code, in the heading above them");
        return None;
    };
    let columns = pipe.rows.iter().filter_map(|row| read_row(row, &roles, sink)).collect();
    Some(Decl::Table(table(name, heading, columns, pipe.span)))
}

fn read_row(row: &Row, roles: &[Option<HeaderRole>], sink: &mut Sink) -> Option<ColumnDecl> {
    let cells = || row.cells.iter().zip(roles);
    let cell = |role| cells().find(|(_, of)| **of == Some(role)).map(|(cell, _)| cell);
    let name = cell(HeaderRole::Name).and_then(column_name);
    let Some(name) = name else {
        sink.warning(NOT_A_COLUMN, row.span, "this row of a table of columns names no column")
            .help("write one column's name in the first cell");
        return None;
    };
    let mut column = ColumnDecl::new(name, None, row.span);
    if let Some(ty) = cell(HeaderRole::Type) {
        let behind = facts::read_type(ty, 0, &mut column);
        facts::read(ty, behind..ty.text().len(), &mut column);
    }
    for (cell, role) in cells() {
        let all = 0..cell.text().len();
        match role {
            Some(HeaderRole::Constraints | HeaderRole::Key) => facts::read(cell, all, &mut column),
            Some(HeaderRole::Description) => {
                facts::read(cell, all, &mut column);
                column.notes.extend(prose(cell, 0, cell.text().len()));
            }
            Some(HeaderRole::Nullable) => facts::answer(cell, true, &mut column),
            Some(HeaderRole::Required) => facts::answer(cell, false, &mut column),
            Some(HeaderRole::Default) => facts::default(cell, all, &mut column),
            Some(HeaderRole::Name | HeaderRole::Type) | None => {}
        }
    }
    Some(column)
}

fn column_name(cell: &Inline) -> Option<Ident> {
    let whole = cell.all();
    if vocabulary::is_name(&whole.node) {
        return Some(whole);
    }
    // An emoji, an asterisk or "(PK)" may stand beside the name.
    let code = cell.codes().first().cloned();
    let range = code.or_else(|| {
        words::each(cell.text(), 0..cell.text().len())
            .into_iter()
            .find(|word| vocabulary::is_name(cell.get(word.clone())))
    })?;
    vocabulary::is_name(cell.get(range.clone())).then(|| cell.ident(range))
}

/// Returns the text between two bytes as a note; none where it says nothing.
pub(super) fn prose(text: &Inline, from: usize, to: usize) -> Option<Prose> {
    let said = text.ident(from..to);
    let empty = said.node.chars().all(|c| !c.is_alphanumeric());
    (!empty).then_some(Prose { text: said.node, span: said.span, kind: ProseKind::Note })
}

/// Reads a list of bullets that describes a table: its columns one by one, or labelled facts ("Key Columns: …").
///
/// None where the list has neither form.
pub(super) fn read_bullets(
    list: &List,
    at: usize,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Option<Vec<Decl>> {
    let name = subject(sections, section)?;
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    // "It holds one row a node. Important columns:" says in its last sentence what follows.
    let lead = labels::lead_in(section, at).and_then(|lead| {
        let sentence = lead.node.rsplit(". ").next().unwrap_or(&lead.node);
        vocabulary::bullet(sentence)
    });
    if lead.is_some_and(|role| role != BulletRole::Columns) {
        return None;
    }
    let is_columns = lead == Some(BulletRole::Columns)
        || heading.is_some_and(|heading| vocabulary::is_about_columns(labels::key(&heading.node)));
    let typed =
        list.items.iter().filter(|item| item.text().is_some_and(|text| typed(text).is_some())).count();
    if typed * 2 <= list.items.len() && !is_columns {
        return None;
    }
    let mut columns: Vec<ColumnDecl> = Vec::new();
    let mut constraints = Vec::new();
    for item in &list.items {
        if let Some(key) = item.text().and_then(|text| composite_key(text, item.span)) {
            constraints.push(key);
            continue;
        }
        let found = item.text().map(|text| bullet_columns(text, item.span)).unwrap_or_default();
        if found.is_empty() {
            sink.warning(NOT_A_COLUMN, item.span, "this item of a list of columns names no column")
                .help("begin the item with the column's name, as code, and a colon");
        }
        columns.extend(found);
    }
    (!columns.is_empty())
        .then(|| vec![Decl::Table(TableDecl { constraints, ..table(name, heading, columns, list.span) })])
}

/// Reads an item that says which columns make up a key: "Composite primary key: (team_id, user_id)".
fn composite_key(text: &Inline, span: Span) -> Option<ConstraintDecl> {
    let (end, behind) = words::separator(text.text())?;
    let lower = text.get(0..end).to_lowercase();
    let label: Vec<&str> = lower.split_whitespace().collect();
    let kind = match label.as_slice() {
        ["composite" | "compound", "primary", "key"] | ["primary", "key"] => {
            ConstraintKind::PrimaryKey { columns: key_columns(text, behind)?, include: Vec::new() }
        }
        ["composite" | "compound", "unique", "key" | "constraint"] | ["unique", "constraint"] => {
            ConstraintKind::Unique {
                columns: key_columns(text, behind)?,
                include: Vec::new(),
                nulls_not_distinct: false,
            }
        }
        _ => return None,
    };
    Some(ConstraintDecl { name: None, kind, timing: Timing::NotDeferrable, not_valid: false, span })
}

fn key_columns(text: &Inline, from: usize) -> Option<Vec<Ident>> {
    let rest = text.get(from..text.text().len());
    let inner = rest.strip_prefix('(').unwrap_or(rest);
    let start = text.text().len() - inner.len();
    let length = inner.find(')').unwrap_or(inner.len());
    let names = words::things(text.text(), start..start + length);
    let plain = names.iter().all(|name| vocabulary::is_name(text.get(name.clone())));
    (plain && !names.is_empty()).then(|| names.into_iter().map(|name| text.ident(name)).collect())
}

/// Reads a list of names below a line that says of one table that it holds them: "`events` stores:".
pub(super) fn read_held(list: &List, at: usize, section: &Section) -> Option<Decl> {
    const HOLDS: &[&str] = &["stores", "holds", "contains", "has", "includes", "keeps"];
    let lead = labels::lead_in_text(section, at)?;
    let [code]: [Range<usize>; 1] = lead.codes().to_vec().try_into().ok()?;
    let said: Vec<(String, Range<usize>)> = words::bare(lead, 0..lead.text().len());
    let around: Vec<&str> =
        said.iter().filter(|(_, at)| *at != code).map(|(word, _)| word.as_str()).collect();
    let holds = matches!(around.as_slice(), [verb] | ["the", verb] | ["table", verb] | ["the", "table", verb]
        if HOLDS.contains(verb));
    if !holds || !vocabulary::is_name(lead.get(code.clone())) {
        return None;
    }
    let column = |text: &Inline| {
        let name = text.codes().first().filter(|code| code.start == 0)?;
        let plain = vocabulary::is_name(text.get(name.clone()));
        plain.then(|| bullet_columns(text, text.whole()))
    };
    let columns: Option<Vec<Vec<ColumnDecl>>> =
        list.items.iter().map(|item| item.text().and_then(column)).collect();
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    Some(Decl::Table(table(qualified(lead, code), heading, columns?.concat(), list.span)))
}

/// Reads a paragraph of the form "Key fields: `id`, `name`" under a heading that names a table.
pub(super) fn read_paragraph(text: &Inline, sections: &[Section], section: &Section) -> Option<Decl> {
    let colon = text.text().find([':', '：'])?;
    let is_columns = vocabulary::bullet(text.get(0..colon)) == Some(BulletRole::Columns);
    let name = subject(sections, section).filter(|_| is_columns)?;
    let column = |code: &Range<usize>| {
        let name = text.ident(code.clone());
        let span = name.span;
        vocabulary::is_name(&name.node).then(|| ColumnDecl::new(name, None, span))
    };
    let columns: Vec<ColumnDecl> = text.codes().iter().filter_map(column).collect();
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    (!columns.is_empty()).then(|| Decl::Table(table(name, heading, columns, text.whole())))
}

/// Puts together what one document says of a table under several headings ("Content fields", "Control fields").
///
/// Parts that name a column twice stay apart: whether they agree is for lowering to say.
pub(super) fn joined(decls: Vec<Decl>) -> Vec<Decl> {
    let mut joined: Vec<Decl> = Vec::with_capacity(decls.len());
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for decl in decls {
        let Decl::Table(part) = &decl else {
            joined.push(decl);
            continue;
        };
        if part.language != Language::Markdown {
            joined.push(decl);
            continue;
        }
        let at = *first.entry(part.name.to_string()).or_insert(joined.len());
        let names: BTreeSet<&str> = part.columns.iter().map(|column| column.name.node.as_str()).collect();
        match joined.get_mut(at) {
            Some(Decl::Table(whole))
                if !whole.columns.iter().any(|column| names.contains(column.name.node.as_str())) =>
            {
                whole.columns.extend(part.columns.iter().cloned());
                whole.constraints.extend(part.constraints.iter().cloned());
                whole.indexes.extend(part.indexes.iter().cloned());
                whole.notes.extend(part.notes.iter().cloned());
            }
            Some(_) | None => joined.push(decl),
        }
    }
    joined
}

/// Finds the name and the start of the type of an item of the form "name: type …" or "name (type …)".
fn typed(text: &Inline) -> Option<(Range<usize>, usize)> {
    let name = item_name(text)?;
    let rest = text.get(name.end..text.text().len());
    let behind = words::behind_separator(text.text(), name.end)
        .or_else(|| Some(text.text().len() - rest.trim_start().strip_prefix('(')?.len()))
        .or_else(|| rest.starts_with(' ').then_some(name.end + 1))?;
    // A type in code of its own is one whatever follows it.
    let code = text.codes().iter().find(|code| code.start == behind);
    let word = text.get(behind..code.map_or(text.text().len(), |code| code.end));
    vocabulary::is_type(word).then_some((name, behind))
}

/// Returns the name with which an item begins: code, strong or a word that has the form of an identifier.
pub(super) fn item_name(text: &Inline) -> Option<Range<usize>> {
    let all = text.text();
    let word = words::each(all, 0..all.len()).into_iter().next()?;
    let code = text
        .codes()
        .first()
        .filter(|code| all.get(0..code.start).is_some_and(|before| before.trim().is_empty()));
    let range = code.cloned().unwrap_or_else(|| {
        let end = text.get(word.clone()).find([':', '(', ',']).map_or(word.end, |at| word.start + at);
        word.start..end
    });
    vocabulary::is_name(text.get(range.clone())).then_some(range)
}

/// Reads the columns that one item of a list of columns names.
pub(super) fn bullet_columns(text: &Inline, span: Span) -> Vec<ColumnDecl> {
    if let Some((name, behind)) = typed(text) {
        let mut column = ColumnDecl::new(text.ident(name), None, span);
        let end = facts::read_type(text, behind, &mut column);
        facts::read(text, end..text.text().len(), &mut column);
        // An arrow points at what the column refers to.
        let arrow = |at: usize| text.get(end + at..text.text().len()).starts_with(['→', '⇒']);
        if let Some((at, note)) = words::separator(text.get(end..text.text().len()))
            && !arrow(at)
        {
            column.notes.extend(prose(text, end + note, text.text().len()));
        }
        return vec![column];
    }
    // Names alone: one, or several with commas between them, and perhaps what is said of the last.
    let end = words::separator(text.text()).map_or(text.text().len(), |(end, _)| end);
    let mut columns = named_columns(text, 0..end);
    if let ([column], Some((_, note))) = (columns.as_mut_slice(), words::separator(text.text())) {
        facts::read(text, note..text.text().len(), column);
        column.notes.extend(prose(text, note, text.text().len()));
    }
    columns
}

/// Reads the values that stand in brackets behind a column: "(enum: open, paid)", "('a' | 'b')".
fn listed(text: &Inline, range: Range<usize>) -> Option<Prose> {
    let inside = text.get(range.clone());
    let inside = inside.strip_suffix(')').unwrap_or(inside);
    let lower = inside.to_lowercase();
    let lead =
        ["enum:", "enum ", "one of:", "one of ", "values:"].iter().find(|lead| lower.starts_with(**lead));
    let list = lead.map_or(inside, |lead| inside.get(lead.len()..).unwrap_or_default());
    let separators: &[char] = if lead.is_some() { &[',', '|', '/'] } else { &['|'] };
    let values: Vec<&str> = list
        .split(separators)
        .map(|value| value.trim().trim_matches(['\'', '"', '`', '(', ')']))
        .filter(|value| !value.is_empty())
        .collect();
    let are_values = values.len() > 1 && values.iter().all(|value| value.split_whitespace().count() <= 2);
    are_values.then(|| Prose { text: values.join(" | "), span: text.span(range), kind: ProseKind::Note })
}

/// Reads names with commas between them; brackets behind one hold what is said of it.
pub(super) fn named_columns(text: &Inline, range: Range<usize>) -> Vec<ColumnDecl> {
    let read = |thing: Range<usize>| {
        let slice = text.get(thing.clone());
        let end = slice.find(['(', ' ']).map_or(thing.end, |at| thing.start + at);
        if !vocabulary::is_name(text.get(thing.start..end)) {
            return None;
        }
        let mut column = ColumnDecl::new(text.ident(thing.start..end), None, text.span(thing.clone()));
        let rest = text.get(end..thing.end);
        let inside = thing.end - rest.trim_start_matches([' ', '(', '`', ':']).len();
        if let Some(values) = listed(text, inside..thing.end) {
            column.notes.push(values);
            return Some(column);
        }
        let typed = vocabulary::is_type(text.get(inside..thing.end));
        let from = if typed { facts::read_type(text, inside, &mut column).min(thing.end) } else { end };
        facts::read(text, from..thing.end, &mut column);
        Some(column)
    };
    words::things(text.text(), range).into_iter().filter_map(read).collect()
}
