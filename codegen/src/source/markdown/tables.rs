//! Tables that a document describes without SQL: a pipe table of columns, or bullets, under a heading that names the table.

mod above;
mod bullets;
mod described;
mod held;
mod lines;
mod marks;
mod pairs;
mod pipe;
mod several;
mod unread;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::inline::Inline;
use super::outline::{Heading, Section};
use super::{choices, facts, labels, vocabulary, words};
use crate::diag::Code;
use crate::source::decl::{ColumnDecl, Decl, Ident, Language, Prose, ProseKind, QName, TableDecl};
use crate::span::Span;
pub(super) use above::declared;
use above::{begun, introduced};
pub(super) use bullets::{
    TypePlaces, are_typed, bullet_columns, item_name, named_columns, read_bullets, read_nested,
    read_paragraph, read_run, run, says_of_table,
};
pub(super) use described::fill as fill_described;
pub(super) use held::read_held;
pub(super) use lines::read_lines;
use marks::rest_is_required;
pub(super) use marks::settle as settle_marks;
pub(super) use pipe::{head_of_tables, read_pipe};
pub(super) use several::{names as listed_by, one_of_several};

pub(super) const UNNAMED: Code = Code::new("columns-without-table");
const NOT_A_COLUMN: Code = Code::new("not-a-column");

/// Returns the table that a heading names: in code, or as a heading that is an identifier once its number, the word for
/// "table" and what stands in brackets are taken away.
pub(super) fn named_by(heading: &Inline) -> Option<QName> {
    let text = heading.text();
    if heading.is_struck() || vocabulary::is_other_thing(text) {
        return None;
    }
    let is_table = |word: &str| vocabulary::is_name(word) && !is_file(word);
    let mut codes = heading.codes().iter().filter(|code| is_table(heading.get((*code).clone())));
    if let Some(first) = codes.next() {
        // "Читачі (`readers`)": what a database calls it is the name in Latin letters.
        let code = match codes.next() {
            Some(second)
                if !heading.get(first.clone()).is_ascii() && heading.get(second.clone()).is_ascii() =>
            {
                second
            }
            _ => first,
        };
        // "`role` and `member_role`" heads two tables: what stands below says itself whose it is.
        if several::names(heading).len() > 1 {
            return None;
        }
        // A function, a file or a step that mentions a table names none.
        let called = text.get(code.end..).is_some_and(|rest| rest.starts_with(['(', '[']));
        let elsewhere = vocabulary::is_elsewhere(text.get(..code.start).unwrap_or_default());
        return (!called && !elsewhere).then(|| qualified(heading, code.clone()));
    }
    // "Table `settings`" is one whatever its name; "Settings" may be those of a program.
    let says_table = || {
        let all = words::each(text, 0..text.len());
        all.into_iter().take(3).any(|word| {
            let word = text.get(word).unwrap_or_default();
            vocabulary::is_table_word(word.trim_end_matches([':', '：']))
        })
    };
    if (vocabulary::is_elsewhere(text) && !says_table()) || vocabulary::is_remark(text) {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let key = labels::key(text);
    let mut from = text.find(key).unwrap_or(start);
    let mut to = from + key.len();
    if let Some((end, behind)) = words::separator(text.get(from..to)?) {
        let before = text.get(from..from + end).unwrap_or_default();
        // "Table 3: orders" counts the tables.
        let before =
            before.trim().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '#' | '№'));
        if vocabulary::is_table_word(before) {
            from += behind;
        } else {
            to = from + end;
        }
    }
    let whole = from..to;
    let bracket = text.get(from..to)?.find(['(', '[', '（', '【']).map(|at| from + at);
    // "orders.lines[]" is a part of a document of another store.
    let embedded = bracket.is_some_and(|at| {
        text.get(at..).is_some_and(|rest| rest.starts_with('['))
            && text.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric))
    });
    if embedded {
        return None;
    }
    let outside = without_article(heading, from..to, names(heading, from..bracket.unwrap_or(to)));
    // "회원 테이블 (members)", "User accounts (user_accounts)".
    let inside = bracket.and_then(|at| {
        let start = at + text.get(at..)?.chars().next()?.len_utf8();
        let inside = text.get(start..whole.end)?;
        let close = start + inside.find([')', ']', '）', '】'])?;
        let [name]: [Range<usize>; 1] = names(heading, start..close).try_into().ok()?;
        let word = heading.get(name.clone());
        let is_lower = !word.contains(char::is_uppercase);
        // "주문 테이블 (TB_ORDER)".
        let is_loud = word.contains('_') && !word.contains(char::is_lowercase);
        let other_script = outside.iter().all(|name| !heading.get(name.clone()).is_ascii());
        let fits = is_lower || is_loud || (other_script && !outside.is_empty());
        (is_table(word) && word.is_ascii() && fits).then_some(name)
    });
    let name = match (outside.as_slice(), inside) {
        ([name], Some(inside)) if !heading.get(name.clone()).is_ascii() => inside,
        // "CDR (call_records)", "Subscriber (subscribers)": the thing, and the table that holds it.
        ([name], Some(inside)) if is_thing_of(heading.get(name.clone()), heading.get(inside.clone())) => {
            inside
        }
        ([_, _, ..], Some(inside)) if heading.get(inside.clone()).contains('_') => inside,
        ([name], _) => name.clone(),
        (several @ [_, _, ..], None) => told_apart(heading, several)?,
        _ => return None,
    };
    let word = heading.get(name.clone());
    (is_table(word) && !vocabulary::is_generic(word)).then(|| qualified(heading, name))
}

/// Tells whether a name is a file's of a program ("User (`user.dart`)"), and no table's.
fn is_file(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "dart", "ts", "tsx", "js", "jsx", "mjs", "py", "go", "rs", "java", "kt", "cs", "php", "rb", "swift",
        "vue", "tsv", "xlsx", "xml", "txt", "parquet", "sql", "prisma", "dbml", "json", "yml", "yaml", "md",
        "csv", "ex", "exs", "scala",
    ];
    name.rsplit_once('.').is_some_and(|(_, end)| ENDS.contains(&end.to_ascii_lowercase().as_str()))
}

/// Takes the article off the words of a heading that calls them a table's: "The orders table", "La tabla pedidos".
fn without_article(heading: &Inline, range: Range<usize>, mut words: Vec<Range<usize>>) -> Vec<Range<usize>> {
    const ARTICLES: &[&str] =
        &["the", "our", "a", "an", "la", "el", "le", "les", "die", "der", "das", "a", "o", "il", "lo"];
    let of_table = || {
        words::each(heading.text(), range)
            .into_iter()
            .any(|word| vocabulary::is_table_word(heading.get(word)))
    };
    if let [first, _] = words.as_slice()
        && ARTICLES.contains(&heading.get(first.clone()).to_lowercase().as_str())
        && of_table()
    {
        words.remove(0);
    }
    words
}

/// Returns the only word in Latin letters of a heading that says in another script what it is: "sys_user 系统用户", "게시글 posts".
///
/// It stands first or last and has small letters, or beside a word that says "table" ("User 用户表").
fn told_apart(heading: &Inline, words: &[Range<usize>]) -> Option<Range<usize>> {
    let word = |range: &Range<usize>| heading.get(range.clone());
    let (latin, others): (Vec<_>, Vec<_>) =
        words.iter().partition(|range| word(range).chars().any(|c| c.is_ascii_alphabetic()));
    let [name] = latin.as_slice() else { return None };
    let outermost = words.first() == Some(*name) || words.last() == Some(*name);
    let plain = !word(name).contains(char::is_uppercase)
        || others.iter().any(|other| vocabulary::ends_in_table_word(word(other)));
    (outermost && plain && word(name).is_ascii()).then(|| (*name).clone())
}

/// Returns the table that a heading of two to four words stands for: "Organization Memberships" is `organization_memberships`.
///
/// Only what stands below can tell that it is one: a heading of several words may be any.
pub(super) fn titled(section: &Section) -> Option<QName> {
    const PROSE: &[&str] = &[
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "for",
        "to",
        "in",
        "on",
        "with",
        "by",
        "from",
        "how",
        "what",
        "why",
        "vs",
        "overview",
        "summary",
        "details",
        "reference",
        "example",
        "examples",
        "format",
        "structure",
        "definition",
        "list",
        "schema",
        "schemas",
        "model",
        "models",
        "data",
        "database",
        "fields",
        "columns",
        "types",
        "values",
        "key",
        "keys",
        "index",
        "indexes",
        "constraints",
        "relationships",
        "notes",
        "common",
        "shared",
        "general",
    ];
    let heading = &section.heading.as_ref()?.inline;
    if !heading.codes().is_empty()
        || vocabulary::is_elsewhere(heading.text())
        || vocabulary::is_planned(heading.text())
    {
        return None;
    }
    let key = labels::key(heading.text());
    let from = heading.text().find(key)?;
    let end = words::first_of(key, &[" (", " - ", " — ", " – ", ": "]).unwrap_or(key.len());
    let words = names(heading, from..from + end);
    let is_word = |word: &Range<usize>| {
        let word = heading.get(word.clone());
        word.chars().all(|c| c.is_ascii_alphanumeric())
            && !PROSE.contains(&word.to_ascii_lowercase().as_str())
    };
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return None };
    let title = heading.get(first.clone()).starts_with(|c: char| c.is_ascii_uppercase());
    let label = heading.get(first.start..last.end);
    if !(2..=4).contains(&words.len())
        || !title
        || !words.iter().all(is_word)
        || vocabulary::bullet(label).is_some()
        || vocabulary::is_generic(label)
    {
        return None;
    }
    let name: Vec<String> = words.iter().map(|word| heading.get(word.clone()).to_ascii_lowercase()).collect();
    Some(QName::bare(Ident { node: name.join("_"), span: heading.span(first.start..last.end) }))
}

/// Tells whether columns are those of a table, whatever the words above them: one is a key, or leads to one.
pub(super) fn have_key(columns: &[ColumnDecl]) -> bool {
    columns.iter().any(|column| {
        column.primary_key.is_some()
            || !column.references.is_empty()
            || column.foreign.is_some()
            || column.name.node.eq_ignore_ascii_case("id")
    })
}

/// Tells whether a name with a capital letter stands for the table in brackets behind it.
fn is_thing_of(name: &str, table: &str) -> bool {
    let one = |name: &str| words::singular(&name.replace('_', "").to_lowercase());
    // "Clientes (customers)": a name in small letters, of several things.
    let is_plural = table.ends_with('s') && !table.contains(char::is_uppercase) && table.len() > 3;
    name.starts_with(char::is_uppercase) && (table.contains('_') || is_plural || one(name) == one(table))
}

/// Returns the words of a range that are neither marks nor a word for "table", without quotes around them.
fn names(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    const QUOTES: [char; 7] = ['«', '»', '“', '”', '„', '"', '\''];
    // "teacher/учителя": what a database calls it, and what it is.
    let latin = |part: Range<usize>| {
        let word = text.get(part.clone());
        match word.split_once('/') {
            Some((name, said))
                if vocabulary::is_name(name)
                    && name.is_ascii()
                    && said.starts_with(|c: char| c.is_alphabetic() && !c.is_ascii()) =>
            {
                part.start..part.start + name.len()
            }
            _ => part,
        }
    };
    let parts = words::each(text.text(), range).into_iter().map(latin).filter(|part| {
        let word = text.get(part.clone());
        word.contains(char::is_alphanumeric) && !vocabulary::is_table_word(word)
    });
    parts
        .map(|part| {
            let word = text.get(part.clone());
            let begun = word.trim_start_matches(QUOTES);
            let start = part.end - begun.len();
            start..start + begun.trim_end_matches(QUOTES).len()
        })
        .collect()
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

/// Returns the table that a heading names, as [`named_by`].
pub(super) fn of_heading(heading: &Heading) -> Option<QName> {
    heading.table.get_or_init(|| named_by(&heading.inline)).clone()
}

/// Returns the table that a section speaks of: the one that its heading names, or the heading above that.
pub(super) fn subject(sections: &[Section], section: &Section) -> Option<QName> {
    section.subject.get_or_init(|| find_subject(sections, section)).clone()
}

fn find_subject(sections: &[Section], section: &Section) -> Option<QName> {
    let own = section.heading.as_ref()?;
    let above = || section.parents.iter().filter_map(|parent| sections.get(*parent)?.heading.as_ref());
    if above().any(|heading| vocabulary::is_other_place(labels::key(&heading.text.node))) {
        return None;
    }
    of_heading(own).or_else(|| {
        let about = vocabulary::is_about_columns(labels::key(&own.text.node));
        several::of_empty(sections, section)
            .filter(|_| about || vocabulary::is_remark(own.inline.text()))
            .or_else(|| about.then(|| of_parent(sections, section))?)
    })
}

/// Returns the table that the heading above a section names, or a line below that heading: "Table name: `fees`".
pub(super) fn of_parent(sections: &[Section], section: &Section) -> Option<QName> {
    let parent = sections.get(*section.parents.last()?)?;
    // The title of the whole document names no table.
    let heading = parent.heading.as_ref().filter(|heading| heading.level > 1)?;
    declared(parent, parent.blocks.len()).or_else(|| of_heading(heading))
}

/// Returns the table that a section adds to: its subject, or the table of the heading above one that speaks of a part of it ("Constraints",
/// "Possible types").
pub(super) fn subject_of_part(sections: &[Section], section: &Section) -> Option<QName> {
    let heading = labels::key(&section.heading.as_ref()?.text.node);
    let of_part = vocabulary::bullet(heading).is_some() || heading.split(' ').any(vocabulary::is_values_word);
    if !of_part {
        return subject(sections, section);
    }
    of_parent(sections, section)
}

/// Returns the table that a block speaks of: the one that the line above it names as a table ("Table `fees`:"), or that of the section.
pub(super) fn subject_of_block(sections: &[Section], section: &Section, at: usize) -> Option<QName> {
    if let Some(name) = introduced(section, at).or_else(|| declared(section, at)) {
        return Some(name);
    }
    let lead = labels::lead_in_text(section, at);
    let of_heading = subject(sections, section);
    // "`fees`" below "## Billing" is nearer than the heading's word, unless that has the form of a table's name.
    let is_identifier =
        |name: &QName| name.name.node.is_ascii() && !name.name.node.contains(char::is_uppercase);
    if let Some(name) = lead.filter(|lead| labels::is_code_alone(lead)).and_then(named_by)
        && !of_heading.as_ref().is_some_and(is_identifier)
    {
        return Some(name);
    }
    of_heading.or_else(|| {
        // A name alone, set in bold or code, stands for a heading where there is none that names a table.
        let lead = lead?;
        let end = lead.text().find(" (").unwrap_or(lead.text().len());
        let alone = names(lead, 0..lead.get(0..end).trim_end_matches([' ', ':', '：']).len()).len() == 1;
        let marked = !lead.codes().is_empty() || !lead.strong().is_empty();
        named_by(lead).filter(|_| alone && marked)
    })
}

/// Makes a table of its columns.
pub(super) fn table(
    name: QName,
    section: Option<&Ident>,
    mut columns: Vec<ColumnDecl>,
    span: Span,
) -> TableDecl {
    // "FK to self".
    for key in columns.iter_mut().flat_map(|column| &mut column.references) {
        if key.table.schema.is_none() && matches!(key.table.name.node.as_str(), "self" | "itself") {
            key.table.schema = name.schema.as_ref().map(|schema| Ident::new(schema.node.clone(), key.span));
            key.table.name.node.clone_from(&name.name.node);
        }
    }
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
        if_missing: false,
        language: Language::Markdown,
        span,
    }
}

/// Returns the text between two bytes as a note; none where it says nothing.
pub(super) fn prose(text: &Inline, from: usize, to: usize) -> Option<Prose> {
    let said = text.ident(from..to);
    let empty = said.node.chars().all(|c| !c.is_alphanumeric());
    (!empty).then_some(Prose { text: said.node, span: said.span, kind: ProseKind::Note })
}

/// Returns what a description says of a column: the values that it lists, and what is to be read.
pub(super) fn described(text: &Inline, range: Range<usize>, column: &str) -> Vec<Prose> {
    match choices::read(text, range.clone(), column) {
        Some((before, values)) => prose(text, before.start, before.end).into_iter().chain([values]).collect(),
        None => bullets::listed(text, range.clone())
            .or_else(|| prose(text, range.start, range.end).filter(|said| !facts::are_all(&said.text)))
            .into_iter()
            .collect(),
    }
}

/// Returns the values that stand in brackets behind a type, or with it in brackets: "text (PAID / PENDING)", "(text: won / lost)".
pub(super) fn bracketed(text: &Inline, from: usize, column: &str) -> Option<Prose> {
    let rest = text.get(from..text.text().len()).trim_start();
    let inside =
        rest.strip_prefix('(').or_else(|| rest.strip_prefix(':').filter(|rest| rest.contains(')')))?;
    let start = text.text().len() - inside.len();
    choices::list(text, text.trim(start..start + inside.find(')')?), column)
}

/// Gives tables in words the name that SQL in the same document gives them, where the two differ by their case alone: a heading "Users" above
/// `create table users`; or by the plural and the underscores, where SQL has all their columns: `LoginAttempt` and `login_attempts`.
pub(super) fn named_as_defined(decls: &mut [Decl]) {
    let mut defined: BTreeMap<String, Option<QName>> = BTreeMap::new();
    let mut stems: BTreeMap<String, Option<(QName, BTreeSet<String>)>> = BTreeMap::new();
    let stem = |name: &QName| words::singular(&name.name.node.replace('_', "").to_lowercase());
    let columns = |table: &TableDecl| -> BTreeSet<String> {
        table.columns.iter().map(|column| column.name.node.clone()).collect()
    };
    let mut exact: BTreeSet<String> = BTreeSet::new();
    for decl in decls.iter() {
        let Decl::Table(table) = decl else { continue };
        if table.language == Language::Sql && exact.insert(table.name.to_string()) {
            let entry = defined.entry(table.name.name.node.to_lowercase());
            entry.and_modify(|known| *known = None).or_insert_with(|| Some(table.name.clone()));
            let entry = stems.entry(stem(&table.name));
            entry
                .and_modify(|known| *known = None)
                .or_insert_with(|| Some((table.name.clone(), columns(table))));
        }
    }
    if defined.is_empty() {
        return;
    }
    for decl in decls {
        let Decl::Table(table) = decl else { continue };
        let words = table.language == Language::Markdown && table.name.schema.is_none();
        if !words || exact.contains(&table.name.to_string()) {
            continue;
        }
        let alike = || {
            let (known, all) = stems.get(&stem(&table.name))?.as_ref()?;
            (!table.columns.is_empty() && columns(table).is_subset(all)).then_some(known)
        };
        let by_case = defined.get(&table.name.name.node.to_lowercase());
        if let Some(known) = by_case.map_or_else(alike, Option::as_ref) {
            let span = table.name.name.span;
            table.name.schema = known.schema.as_ref().map(|schema| Ident::new(schema.node.clone(), span));
            table.name.name.node.clone_from(&known.name.node);
        }
    }
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
