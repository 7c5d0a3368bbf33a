//! The table that a heading names.

use std::ops::Range;

use super::several;
use crate::source::decl::{Ident, QName};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Section;
use crate::source::markdown::{labels, vocabulary, words};

/// Returns the table that a heading names: in code, or as a heading that is an identifier once its number, the word for
/// "table" and what stands in brackets are taken away.
pub(in super::super) fn named_by(heading: &Inline) -> Option<QName> {
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
pub(super) fn is_file(name: &str) -> bool {
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
    let of_table =
        || words::iter(heading.text(), range).any(|word| vocabulary::is_table_word(heading.get(word)));
    if let [first, _] = words.as_slice()
        && ARTICLES.contains(&words::lowered(heading.get(first.clone())).as_ref())
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
pub(in super::super) fn titled(section: &Section) -> Option<QName> {
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

/// Tells whether a name with a capital letter stands for the table in brackets behind it.
fn is_thing_of(name: &str, table: &str) -> bool {
    let one = |name: &str| words::singular(&name.replace('_', "").to_lowercase());
    // "Clientes (customers)": a name in small letters, of several things.
    let is_plural = table.ends_with('s') && !table.contains(char::is_uppercase) && table.len() > 3;
    name.starts_with(char::is_uppercase) && (table.contains('_') || is_plural || one(name) == one(table))
}

/// Returns the words of a range that are neither marks nor a word for "table", without quotes around them.
pub(super) fn names(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
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
    let parts = words::iter(text.text(), range).map(latin).filter(|part| {
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
pub(in super::super) fn qualified(text: &Inline, range: Range<usize>) -> QName {
    let range = text.trim(range);
    match text.get(range.clone()).split_once('.') {
        Some((schema, _)) => {
            let dot = range.start + schema.len();
            QName { schema: Some(text.ident(range.start..dot)), name: text.ident(dot + 1..range.end) }
        }
        None => QName::bare(text.ident(range)),
    }
}
