//! Tables in a catalogue: a heading that names one, and bullets with labels ("**Key Columns:** id, email") that describe it.

use std::ops::Range;

use super::inline::Inline;
use super::outline::{Item, List};
use super::vocabulary::{self, BulletRole};
use super::{access, migrations, tables, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{
    AccessDecl, ColumnDecl, Decl, Ident, IndexDecl, IndexKey, IndexPartDecl, LinkDecl, MigrationDecl, Prose,
    ProseKind, QName, SaidDecl,
};
use crate::span::{Span, Spanned};

const NOT_AN_INDEX: Code = Code::new("index-not-understood");
const IN_WORDS: Code = Code::new("said-in-words");

/// A bullet with a label: what the label means, the item, where its facts begin.
pub(super) type Labelled<'a> = (BulletRole, &'a Item, usize);

/// Returns the bullets of a list that describes a table; none where it is another list.
pub(super) fn labelled(list: &List) -> Option<Vec<Labelled<'_>>> {
    let found: Vec<Labelled<'_>> = list.items.iter().filter_map(label).collect();
    let describes = found.len() >= 2 && found.iter().any(|(role, ..)| *role == BulletRole::Columns);
    describes.then_some(found)
}

/// Takes an item of the form "**Label:** facts" apart.
fn label(item: &Item) -> Option<Labelled<'_>> {
    let text = item.text()?;
    let strong = text.strong().first().filter(|strong| strong.start == 0);
    let colon = text.text().find([':', '：'])?;
    let label_end = strong.map_or(colon, |strong| strong.end.max(colon));
    let role = vocabulary::bullet(text.get(0..label_end))?;
    let behind = text.get(label_end..text.text().len());
    let start = text.text().len() - behind.trim_start_matches([':', '：', ' ']).len();
    Some((role, item, start))
}

/// Reads the bullets that describe a table.
pub(super) fn read(
    name: QName,
    heading: Option<&Ident>,
    span: Span,
    labelled: &[Labelled<'_>],
    sink: &mut Sink,
) -> Vec<Decl> {
    let mut described = tables::table(name.clone(), heading, Vec::new(), span);
    let mut beside = Vec::new();
    // Columns first: what other bullets say is said of them.
    for (role, item, start) in labelled {
        let Some(text) = item.text() else { continue };
        if *role == BulletRole::Columns {
            described.columns.extend(tables::named_columns(text, *start..text.text().len()));
            let nested = item.lists().flat_map(|list| &list.items);
            described.columns.extend(nested.flat_map(|item| {
                item.text().map(|text| tables::bullet_columns(text, item.span)).unwrap_or_default()
            }));
        }
        if *role == BulletRole::Table {
            described.name = table_name(text, *start..text.text().len()).unwrap_or(described.name);
        }
    }
    let name = described.name.clone();
    for (role, item, start) in labelled {
        let Some(text) = item.text() else { continue };
        let range = *start..text.text().len();
        let said = || SaidDecl {
            about: Some(name.name.clone()),
            label: label_of(text, *start),
            text: text.ident(range.clone()),
        };
        match role {
            BulletRole::Columns | BulletRole::Table => {}
            BulletRole::Purpose => described.notes.extend(tables::prose(text, *start)),
            BulletRole::Indexes => described.indexes.extend(indexes(text, range, sink)),
            BulletRole::Values => {
                let label = text.get(0..*start).to_lowercase();
                if !values(text, range.clone(), &label, &mut described.columns) {
                    in_words(said(), &mut beside, sink);
                }
            }
            BulletRole::Migration => {
                let names = migrations::file_names(text.text());
                beside.extend(names.into_iter().map(|file| {
                    let members = Some(vec![name.name.clone()]);
                    Decl::Migration(MigrationDecl { file: text.ident(file), members, span: item.span })
                }));
            }
            BulletRole::Access => {
                let clauses = access::clauses(text, range.clone());
                beside.push(Decl::Access(AccessDecl {
                    table: name.clone(),
                    clauses,
                    text: text.ident(range),
                }));
            }
            BulletRole::Links => {
                let link = |text: &Inline, range: Range<usize>| {
                    let others = table_words(text, range.clone());
                    Decl::Link(LinkDecl { table: name.clone(), others, text: text.ident(range) })
                };
                if !text.get(range.clone()).trim().is_empty() {
                    beside.push(link(text, range));
                }
                let nested = item.lists().flat_map(|list| &list.items).filter_map(Item::text);
                beside.extend(nested.map(|text| link(text, 0..text.text().len())));
            }
            BulletRole::Search => match search(text, range.clone(), &mut described.columns) {
                Some(index) => described.indexes.push(index),
                None => in_words(said(), &mut beside, sink),
            },
            BulletRole::Constraint => match only_one(text, range.clone(), &described.columns) {
                Some(index) => described.indexes.push(index),
                None => in_words(said(), &mut beside, sink),
            },
            BulletRole::Said => in_words(said(), &mut beside, sink),
        }
    }
    let mut decls = Vec::new();
    if !described.columns.is_empty() {
        decls.push(Decl::Table(described));
    }
    decls.append(&mut beside);
    decls
}

fn label_of(text: &Inline, start: usize) -> Ident {
    let label = text.get(0..start);
    text.ident(0..label.trim_end_matches([':', '：', ' ']).len())
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

fn indexes(text: &Inline, range: Range<usize>, sink: &mut Sink) -> Vec<IndexDecl> {
    let mut found = Vec::new();
    for thing in words::things(text.text(), range) {
        match index(text, thing.clone()) {
            Some(index) => found.push(index),
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
    let mut index = IndexDecl::new(parts, text.span(thing));
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
fn values(text: &Inline, range: Range<usize>, label: &str, columns: &mut [ColumnDecl]) -> bool {
    let label = label.trim_start_matches(|c: char| !c.is_alphanumeric());
    let named = columns.iter_mut().find(|column| {
        let name = column.name.node.to_lowercase();
        label.starts_with(&name.replace('_', " ")) || label.starts_with(&name)
    });
    let Some(column) = named else { return false };
    let things = words::things(text.text(), range.clone());
    let values: Vec<&str> =
        things.iter().map(|thing| text.get(thing.clone()).trim_matches(['\'', '"'])).collect();
    column.notes.push(Prose { text: values.join(" | "), span: text.span(range), kind: ProseKind::Note });
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
    let said = list.items.iter().filter_map(|item| {
        let (_, item, start) = label(item)?;
        let text = item.text()?;
        let range = start..text.text().len();
        Some(Decl::Said(SaidDecl {
            about: Some(about.clone()),
            label: label_of(text, start),
            text: text.ident(range),
        }))
    });
    said.collect()
}
