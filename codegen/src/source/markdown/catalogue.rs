//! Tables in a catalogue: a heading that names one, and bullets with labels ("**Key Columns:** id, email") that describe it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, Item, List, Section};
use super::vocabulary::{self, BulletRole};
use super::{access, keys, migrations, relations, tables, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{
    AccessDecl, ColumnDecl, Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, LinkDecl,
    MigrationDecl, Prose, ProseKind, QName, SaidDecl, TableDecl, TableIndexDecl,
};
use crate::span::{Span, Spanned};

const NOT_AN_INDEX: Code = Code::new("index-not-understood");
const IN_WORDS: Code = Code::new("said-in-words");

/// A fact with a label: a bullet or a line "**Key Columns:** id, email", perhaps with a list below it.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    role: BulletRole,
    text: &'a Inline,
    /// Where the label stands.
    label: Range<usize>,
    /// Where the facts stand.
    said: Range<usize>,
    lists: Vec<&'a List>,
    span: Span,
}

impl<'a> Entry<'a> {
    /// Returns what is said piece by piece: behind the label, and in the items of the list below.
    fn pieces(&self) -> impl Iterator<Item = (&'a Inline, Range<usize>)> + use<'a> {
        let own =
            (!self.text.get(self.said.clone()).trim().is_empty()).then(|| (self.text, self.said.clone()));
        let items = self.lists.clone().into_iter().flat_map(|list| &list.items).filter_map(Item::text);
        own.into_iter().chain(items.map(|text| (text, 0..text.text().len())))
    }
}

/// Returns the entries of a section, with the blocks that hold them: bullets, and lines that begin with a label.
pub(super) fn of_section(section: &Section) -> (Vec<Entry<'_>>, BTreeSet<usize>) {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut blocks = BTreeSet::new();
    for (at, block) in section.blocks.iter().enumerate() {
        match block {
            Block::List(list) if !blocks.contains(&at) => {
                let found = of_list(list);
                // A list of which most items have no label is another list.
                if found.len() * 2 > list.items.len() {
                    entries.extend(found);
                    blocks.insert(at);
                }
            }
            Block::Paragraph(text) => {
                let mut found = of_lines(text);
                let Some(last) = found.last_mut() else { continue };
                let below = section.blocks.get(at + 1);
                if text.get(last.said.clone()).trim().is_empty() {
                    let Some(Block::List(list)) = below else { continue };
                    last.lists.push(list);
                    blocks.insert(at + 1);
                }
                entries.extend(found);
                blocks.insert(at);
            }
            Block::List(_) | Block::Fence(_) | Block::Table(_) => {}
        }
    }
    (entries, blocks)
}

/// Returns the entries among the items of a list.
pub(super) fn of_list(list: &List) -> Vec<Entry<'_>> {
    let entry = |item: &'_ Item| -> Option<(BulletRole, Range<usize>, Range<usize>)> {
        let text = item.text()?;
        label(text, 0..text.text().len())
    };
    let made = list.items.iter().filter_map(|item| {
        let (role, label, said) = entry(item)?;
        Some(Entry { role, text: item.text()?, label, said, lists: item.lists().collect(), span: item.span })
    });
    made.collect()
}

/// Returns the entries of a paragraph, line by line; none where a line has no label.
fn of_lines(text: &Inline) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.text().split_inclusive('\n') {
        let range = text.trim(at..at + line.len());
        at += line.len();
        if range.is_empty() {
            continue;
        }
        // Labels of a paragraph are set in bold, or it is prose.
        let bold = text.strong().iter().any(|strong| strong.start == range.start);
        match label(text, range.clone()).filter(|_| bold) {
            Some((role, label, said)) => {
                found.push(Entry { role, text, label, said, lists: Vec::new(), span: text.span(range) });
            }
            None => return Vec::new(),
        }
    }
    found
}

/// Takes "**Label:** facts" apart.
fn label(text: &Inline, range: Range<usize>) -> Option<(BulletRole, Range<usize>, Range<usize>)> {
    let strong = text.strong().iter().find(|strong| strong.start == range.start);
    let slice = text.get(range.clone());
    let colon = slice.find([':', '：']).map(|at| range.start + at);
    let end = match (strong, colon) {
        (Some(strong), Some(colon)) if colon <= strong.end => strong.end,
        // "**RLS** — users …" has a dash for a colon.
        (Some(strong), _) => strong.end,
        (None, Some(colon)) => colon,
        (None, None) => return None,
    };
    let role = vocabulary::bullet(text.get(range.start..end))?;
    let behind = text.get(end..range.end);
    let start = range.end - behind.trim_start_matches([':', '：', ' ', '—', '–', '-']).len();
    Some((role, range.start..end, start..range.end))
}

/// Returns the table that an item of a list names and the list below it describes: "`orders` — what was bought".
pub(super) fn of_item(item: &Item) -> Option<(QName, Vec<Entry<'_>>)> {
    let text = item.text()?;
    let entries: Vec<Entry<'_>> = item.lists().flat_map(of_list).collect();
    let name = tables::item_name(text).filter(|_| describe(&entries))?;
    Some((tables::qualified(text, name), entries))
}

/// Tells whether entries describe a table by themselves, columns and all.
pub(super) fn describe(entries: &[Entry<'_>]) -> bool {
    entries.len() >= 2 && entries.iter().any(|entry| entry.role == BulletRole::Columns)
}

/// Tells whether entries add to a table that is described in another way: who may see it, what it refers to, its indexes.
pub(super) fn add(entries: &[Entry<'_>]) -> bool {
    let adds = |entry: &Entry<'_>| {
        matches!(
            entry.role,
            BulletRole::Access
                | BulletRole::Links
                | BulletRole::Indexes
                | BulletRole::Migration
                | BulletRole::Constraint
        )
    };
    !entries.is_empty()
        && entries.iter().all(|entry| adds(entry) || entry.role == BulletRole::Purpose)
        && entries.iter().any(adds)
}

/// Reads the entries that describe a table or add to one.
pub(super) fn read(
    name: QName,
    heading: Option<&Ident>,
    span: Span,
    entries: &[Entry<'_>],
    sink: &mut Sink,
) -> Vec<Decl> {
    let mut described = tables::table(name.clone(), heading, Vec::new(), span);
    let mut beside = Vec::new();
    // Columns first: what other entries say is said of them.
    for entry in entries {
        match entry.role {
            BulletRole::Columns => {
                if !entry.text.get(entry.said.clone()).trim().is_empty() {
                    described.columns.extend(tables::named_columns(entry.text, entry.said.clone()));
                    beside.extend(bare_keys(entry, &name));
                }
                for list in &entry.lists {
                    let coded = tables::has_types_in_code(list);
                    described.columns.extend(list.items.iter().flat_map(|item| {
                        let columns = |text| tables::bullet_columns(text, item.span, coded);
                        item.text().map(columns).unwrap_or_default()
                    }));
                }
            }
            BulletRole::Table => {
                described.name = table_name(entry.text, entry.said.clone()).unwrap_or(described.name);
            }
            _ => {}
        }
    }
    let name = described.name.clone();
    for entry in entries {
        read_entry(entry, &name, &mut described, &mut beside, sink);
    }
    let mut decls = Vec::new();
    if described.columns.is_empty() {
        let index = |index| Decl::Index(TableIndexDecl { table: name.clone(), index });
        decls.extend(described.indexes.into_iter().map(index));
    } else {
        decls.push(Decl::Table(described));
    }
    decls.append(&mut beside);
    decls
}

/// "**Purpose:** …" above a fence describes the table that the heading names and the fence defines.
pub(super) fn purpose(section: &Section, name: &QName, decls: &mut [Decl]) {
    let is_named = |table: &&mut TableDecl| {
        table.language == Language::Sql && table.name.to_string().eq_ignore_ascii_case(&name.to_string())
    };
    let mut tables = decls.iter_mut().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    });
    let Some(table) = tables.find(is_named) else { return };
    for entry in of_section(section).0.iter().filter(|entry| entry.role == BulletRole::Purpose) {
        for (text, range) in entry.pieces() {
            table.notes.extend(tables::prose(text, range.start, range.end));
        }
    }
}

/// "`org_id` (FK)" refers to the table that it is named after.
fn bare_keys(entry: &Entry<'_>, table: &QName) -> Vec<Decl> {
    let text = entry.text;
    let mut found = Vec::new();
    for thing in words::things(text.text(), entry.said.clone()) {
        let Some((name, inside)) = text.get(thing.clone()).split_once('(') else { continue };
        let (name, inside) = (name.trim_end(), inside.trim_end_matches(')').to_lowercase());
        let Some(stem) = name.strip_suffix("_id") else { continue };
        if ["fk", "foreign key"].contains(&inside.trim()) && vocabulary::is_name(stem) {
            let other = text.ident(thing.start..thing.start + stem.len());
            let others = vec![QName::bare(other)];
            found.push(Decl::Link(LinkDecl { table: table.clone(), others, text: text.ident(thing) }));
        }
    }
    found
}

fn read_entry(
    entry: &Entry<'_>,
    name: &QName,
    described: &mut TableDecl,
    beside: &mut Vec<Decl>,
    sink: &mut Sink,
) {
    let of_columns = !described.columns.is_empty();
    let label = entry.text.ident(
        entry.label.start
            ..entry.label.start
                + entry.text.get(entry.label.clone()).trim_end_matches([':', '：', ' ']).len(),
    );
    let said = |text: &Inline, range: Range<usize>| SaidDecl {
        about: Some(name.name.clone()),
        label: label.clone(),
        text: text.ident(range),
    };
    match entry.role {
        BulletRole::Columns | BulletRole::Table => {}
        BulletRole::Purpose if of_columns => {
            for (text, range) in entry.pieces() {
                described.notes.extend(tables::prose(text, range.start, range.end));
            }
        }
        BulletRole::Purpose => {}
        BulletRole::Indexes => {
            for (text, range) in entry.pieces() {
                described.indexes.extend(indexes(text, range, of_columns, sink));
            }
        }
        BulletRole::Values => {
            let label = label.node.to_lowercase();
            if !values(entry, &label, &mut described.columns) {
                for (text, range) in entry.pieces() {
                    in_words(said(text, range), beside, sink);
                }
            }
        }
        BulletRole::Migration => {
            for (text, range) in entry.pieces() {
                let names = migrations::file_names(text.get(range.clone()));
                beside.extend(names.into_iter().map(|file| {
                    let members = Some(vec![name.name.clone()]);
                    let file = text.ident(range.start + file.start..range.start + file.end);
                    Decl::Migration(MigrationDecl { file, members, span: entry.span })
                }));
            }
        }
        BulletRole::Access => {
            for (text, range) in entry.pieces() {
                if access::is_off(text.get(range.clone())) {
                    in_words(said(text, range), beside, sink);
                    continue;
                }
                let clauses = access::clauses(text, range.clone(), &name.name.node);
                beside.push(Decl::Access(AccessDecl {
                    table: name.clone(),
                    clauses,
                    text: text.ident(range),
                }));
            }
        }
        BulletRole::Links => {
            for (text, range) in entry.pieces() {
                if let Some(relation) = relations::relation(text, range.clone(), Some(name)) {
                    beside.push(relation);
                    continue;
                }
                let others = table_words(text, range.clone());
                beside.push(Decl::Link(LinkDecl { table: name.clone(), others, text: text.ident(range) }));
            }
        }
        BulletRole::Search => {
            for (text, range) in entry.pieces() {
                match search(text, range.clone(), &mut described.columns) {
                    Some(index) => described.indexes.push(index),
                    None => in_words(said(text, range), beside, sink),
                }
            }
        }
        BulletRole::Constraint => {
            for (text, range) in entry.pieces() {
                let said_keys = keys::of_piece(text, range.clone(), described);
                match only_one(text, range.clone(), &described.columns) {
                    Some(index) => described.indexes.push(index),
                    None if !said_keys.is_empty() => keys::add(described, said_keys),
                    None if of_columns => in_words(said(text, range), beside, sink),
                    None => {}
                }
            }
        }
        BulletRole::Said => {
            for (text, range) in entry.pieces() {
                in_words(said(text, range), beside, sink);
            }
        }
    }
}

/// Keeps words of which nothing is made, and says so.
fn in_words(said: SaidDecl, decls: &mut Vec<Decl>, sink: &mut Sink) {
    let about = said.about.as_ref().map(|about| format!(" of `{}`", about.node)).unwrap_or_default();
    sink.info(
        IN_WORDS,
        said.text.span,
        format!("{}{about} stands here in words and is not generated", said.label.node),
    )
    .help("write it in an SQL fence where the database is to enforce it");
    decls.push(Decl::Said(said));
}

/// Returns the first name that stands in a range.
fn table_name(text: &Inline, range: Range<usize>) -> Option<QName> {
    let word = words::each(text.text(), range).into_iter().next()?;
    vocabulary::is_name(text.get(word.clone())).then(|| tables::qualified(text, word))
}

/// Returns the words that may name tables: what is set as code, and every word that has the form of a name.
fn table_words(text: &Inline, range: Range<usize>) -> Vec<QName> {
    let mut found: Vec<QName> = Vec::new();
    for word in words::each(text.text(), range) {
        let raw = text.get(word.clone());
        let bare = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let start = word.start + raw.find(bare).unwrap_or_default();
        // `users.id` and `users(id)` name the table with its column.
        let name = bare.split('(').next().unwrap_or(bare);
        let long = name.len() > 2 && name.chars().any(char::is_alphabetic);
        if long && vocabulary::is_name(name) {
            found.push(tables::qualified(text, start..start + name.len()));
        }
    }
    found
}

fn indexes(text: &Inline, range: Range<usize>, report: bool, sink: &mut Sink) -> Vec<IndexDecl> {
    let slice = text.get(range.clone());
    // "`orders_day_idx` on (day, shop_id)" is one index with its name.
    if let Some((before, _)) = slice.split_once(" on ")
        && vocabulary::is_name(before.trim())
    {
        let on = range.start + before.len() + " on ".len();
        let named = index(text, text.trim(on..range.end)).map(|mut index| {
            index.name = Some(text.ident(range.start..range.start + before.len()));
            index
        });
        if named.is_some() {
            return named.into_iter().collect();
        }
    }
    let mut found = Vec::new();
    for thing in words::things(text.text(), range) {
        match index(text, thing.clone()) {
            Some(index) => found.push(index),
            None if !report => {}
            None => {
                sink.warning(
                    NOT_AN_INDEX,
                    text.span(thing.clone()),
                    format!("`{}` is no column to index", text.get(thing)),
                )
                .help("write columns with commas between them, several of one index in brackets");
            }
        }
    }
    found
}

/// Reads one index: `name`, `(a, b DESC)`, `a + b`, with `unique` or a method such as GIN beside it.
fn index(text: &Inline, thing: Range<usize>) -> Option<IndexDecl> {
    let slice = text.get(thing.clone());
    let (mut unique, mut method) = (None, None);
    let (open, close) = match (slice.find('('), slice.rfind(')')) {
        (Some(open), Some(close)) if open < close => (open, close),
        _ => (slice.len(), slice.len()),
    };
    let inside = slice.get(open + 1..close).unwrap_or_default();
    // "email (unique)" and "tags (GIN)" say how, "(a, b)" says what.
    let marks = inside.split(|c: char| !c.is_alphanumeric()).all(|word| word.is_empty() || is_mark(word));
    let named = if inside.is_empty() || marks {
        thing.start..thing.start + open
    } else {
        thing.start + open + 1..thing.start + close
    };
    let around = format!("{} {}", slice.get(..open).unwrap_or_default(), if marks { inside } else { "" });
    for word in around.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase) {
        match word.as_str() {
            "unique" => unique = Some(text.span(thing.clone())),
            "gin" | "gist" | "brin" | "hash" | "btree" => {
                method = Some(Spanned::new(word.clone(), text.span(thing.clone())))
            }
            _ => {}
        }
    }
    let mut parts = Vec::new();
    for part in words::things(text.text(), named) {
        let words = words::each(text.text(), part);
        let names: Vec<&Range<usize>> =
            words.iter().filter(|word| !is_mark(text.get((*word).clone()))).collect();
        let [name] = names.as_slice() else { return None };
        let column = text.ident((*name).clone());
        if !vocabulary::is_name(&column.node) {
            return None;
        }
        let direction = words.iter().find(|word| text.get((*word).clone()).eq_ignore_ascii_case("desc"));
        let options = direction.map(|word| Spanned::new("DESC".to_owned(), text.span(word.clone())));
        parts.push(IndexPartDecl { key: IndexKey::Column(column), options });
    }
    if parts.is_empty() {
        return None;
    }
    // "`orders_day_idx` (day)" gives the index its name.
    let before = words::each(text.text(), thing.start..thing.start + open);
    let name = match before.as_slice() {
        [name] if !marks && !is_mark(text.get(name.clone())) => Some(text.ident(name.clone())),
        _ => None,
    };
    let mut index = IndexDecl::new(parts, text.span(thing));
    index.name = name.filter(|name| vocabulary::is_name(&name.node));
    index.unique = unique;
    index.method = method;
    Some(index)
}

fn is_mark(word: &str) -> bool {
    let known = [
        "unique",
        "gin",
        "gist",
        "brin",
        "hash",
        "btree",
        "index",
        "indexed",
        "asc",
        "desc",
        "composite",
        "on",
        "partial",
    ];
    known.contains(&word.to_lowercase().as_str())
}

/// Gives "Status Values: a, b, c" to the column whose name the label begins with, as a list of values; tells whether there is one.
fn values(entry: &Entry<'_>, label: &str, columns: &mut [ColumnDecl]) -> bool {
    let label = label.trim_start_matches(|c: char| !c.is_alphanumeric());
    let named = columns.iter_mut().find(|column| {
        let name = column.name.node.to_lowercase();
        label.starts_with(&name.replace('_', " ")) || label.starts_with(&name)
    });
    let Some(column) = named else { return false };
    let mut values: Vec<String> = Vec::new();
    let mut place: Option<Span> = None;
    for (text, range) in entry.pieces() {
        let own = range == entry.said && std::ptr::eq(text, entry.text);
        // An item of a list below is one value, and what stands behind a dash describes it.
        let end =
            if own { range.end } else { words::separator(text.text()).map_or(range.end, |(end, _)| end) };
        for thing in words::things(text.text(), range.start..end) {
            let slice = text.get(thing.clone());
            let value =
                slice.split(['|', '/']).map(|value| value.trim().trim_matches(['\'', '"', '`']).to_owned());
            values.extend(value.filter(|value| !value.is_empty()));
        }
        let span = text.span(range);
        place = Some(place.map_or(span, |place| place.to(span)));
    }
    let Some(span) = place.filter(|_| values.len() > 1) else { return false };
    column.notes.push(Prose { text: values.join(" | "), span, kind: ProseKind::Note });
    true
}

/// "Full-text search via `search_vector` tsvector": the column, where it is not listed, and its GIN index.
fn search(text: &Inline, range: Range<usize>, columns: &mut Vec<ColumnDecl>) -> Option<IndexDecl> {
    let words = words::each(text.text(), range);
    let ty = words.iter().find(|word| text.get((*word).clone()).to_lowercase().contains("tsvector"))?;
    let code = text.codes().iter().find(|code| {
        let name = text.get((*code).clone());
        vocabulary::is_name(name) && !name.eq_ignore_ascii_case("tsvector")
    });
    let name = match code {
        Some(code) => code.clone(),
        None => words.iter().find(|word| text.get((*word).clone()).contains('_'))?.clone(),
    };
    let name = text.ident(name);
    if !columns.iter().any(|column| column.name.node == name.node) {
        let mut ident = text.ident(ty.clone());
        ident.node = "tsvector".to_owned();
        columns.push(ColumnDecl::new(name.clone(), Some(ident), name.span));
    }
    let mut index =
        IndexDecl::new(vec![IndexPartDecl { key: IndexKey::Column(name), options: None }], text.whole());
    index.method = Some(Spanned::new("gin".to_owned(), text.span(ty.clone())));
    Some(index)
}

/// "Only one current release (unique index)": a unique index over the rows of which the flag is true.
///
/// "Unique on (a, b)" and "UNIQUE(a, b)" are an index as well.
fn only_one(text: &Inline, range: Range<usize>, columns: &[ColumnDecl]) -> Option<IndexDecl> {
    let slice = text.get(range.clone()).to_lowercase();
    let words = words::each(text.text(), range.clone());
    let bare = |at: usize| {
        let word = words.get(at)?;
        Some(text.get(word.clone()).trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_lowercase())
    };
    if slice.contains("only one") || slice.contains("at most one") || slice.contains("single ") {
        let is =
            |at: usize, expected: &[&str]| bare(at).is_some_and(|word| expected.contains(&word.as_str()));
        let start = (0..words.len()).find(|at| is(*at, &["one", "single"]))?;
        let flag = bare(start + 1)?;
        let column = columns.iter().find(|column| {
            let name = column.name.node.to_lowercase();
            name == flag || name == format!("is_{flag}")
        })?;
        let name = Ident { node: column.name.node.clone(), span: text.span(range.clone()) };
        let mut index = IndexDecl::new(
            vec![IndexPartDecl { key: IndexKey::Column(name.clone()), options: None }],
            text.span(range.clone()),
        );
        index.unique = Some(text.span(range.clone()));
        index.predicate = Some(Spanned::new(name.node.clone(), text.span(range)));
        return Some(index);
    }
    let open = slice.find('(')?;
    let close = slice.find(')').filter(|close| *close > open)?;
    let before = slice.get(..open)?.trim();
    if !(before == "unique" || before == "unique on" || before == "unique constraint on") {
        return None;
    }
    let mut index = index(text, range.start + open..range.start + close + 1)?;
    index.unique = Some(text.span(range));
    Some(index)
}

/// Reads what bullets say of a function whose call a heading names: its purpose, what it returns, where it stands.
pub(super) fn function(heading: &Inline, list: &List) -> Vec<Decl> {
    let Some(code) = heading.codes().first() else { return Vec::new() };
    let name = heading.get(code.clone());
    let Some(end) = name.find('(').filter(|end| vocabulary::is_name(name.get(..*end).unwrap_or_default()))
    else {
        return Vec::new();
    };
    let about = heading.ident(code.start..code.start + end);
    let entries = of_list(list);
    let said = entries.iter().flat_map(|entry| {
        let (about, label) = (about.clone(), entry.text.ident(entry.label.clone()));
        let label =
            Ident { node: label.node.trim_end_matches([':', '：', ' ']).to_owned(), span: label.span };
        entry.pieces().map(move |(text, range)| {
            Decl::Said(SaidDecl { about: Some(about.clone()), label: label.clone(), text: text.ident(range) })
        })
    });
    said.collect()
}
