//! Lists of codes: seed data and constants.

use std::collections::BTreeSet;
use std::ops::Range;

use super::inline::Inline;
use super::outline::{Item, List};
use super::vocabulary::{self, BulletRole};
use super::{claims, indexes, labels, words};
use crate::diag::{Code, Sink};
use crate::source::Reading;
use crate::source::decl::{Decl, Ident, ListDecl, ListItemDecl, Prose, ProseKind};
use crate::span::Span;

const UNMAPPED: Code = Code::new("unmapped-list");
const EMPTY_ITEM: Code = Code::new("list-item-without-value");

/// Reads a list that `schema.toml` maps, or whose items are codes; none for any other, which is prose.
///
/// `labels` are the list's labels, innermost first.
pub(super) fn read(list: &List, labels: &[Ident], cx: &Reading<'_>, sink: &mut Sink) -> Option<Decl> {
    let label = mapped(labels, cx);
    if label.is_none() && !is_codes(list) {
        return None;
    }
    let is_mapped = label.is_some();
    // Keys, indexes and relations in words are none of a program's values.
    let is_of_table = |label: &Ident| {
        use BulletRole::{Constraint, Indexes, Links};
        matches!(vocabulary::bullet(labels::key(&label.node)), Some(Constraint | Indexes | Links))
    };
    let is_of_keys = |label: &Ident| {
        is_of_table(label)
            || indexes::is_about(&label.node)
            || words::lowered(&label.node).contains("primary key")
    };
    if !is_mapped && labels.iter().take(2).any(is_of_keys) {
        return None;
    }
    if !is_mapped && labels.iter().take(2).any(claims::is_count) {
        // What a heading counts is listed, as a claim of the document.
        return None;
    }
    let label = label.or_else(|| labels.first().cloned())?;
    let items: Vec<ListItemDecl> =
        list.items.iter().flat_map(|item| read_item(item, is_mapped, sink)).collect();
    Some(Decl::List(ListDecl { label, items, span: list.span }))
}

/// Takes the lists away that were read as the values of a column or of an enumerated type, and reports the others that nobody maps.
pub(super) fn settle(read: &mut [Vec<Decl>], cx: &Reading<'_>, sink: &mut Sink) {
    if !read.iter().flatten().any(|decl| matches!(decl, Decl::List(_))) {
        return;
    }
    let mut taken: BTreeSet<Span> = BTreeSet::new();
    for decl in read.iter().flatten() {
        match decl {
            Decl::Table(table) => {
                let notes = table.columns.iter().flat_map(|column| &column.notes);
                taken.extend(notes.map(|note| note.span));
            }
            Decl::Enum(data) => {
                taken.insert(data.span);
            }
            _ => {}
        }
    }
    for decls in read {
        decls.retain(|decl| {
            let Decl::List(list) = decl else { return true };
            let rules = &cx.config.lists;
            if rules.iter().any(|rule| labels::means(&rule.under, &list.label.node)) {
                return true;
            }
            // "`state`: "on" | "off"" below "Allowed values": each item is a column's.
            let from = Span { end: list.span.start, ..list.span };
            let inside = taken
                .range(from..)
                .take_while(|span| span.file == list.span.file && span.start < list.span.end);
            let unknown = !taken.contains(&list.span) && inside.count() < list.items.len().max(1);
            if unknown {
                unmapped(list, sink);
            }
            unknown
        });
    }
}

fn unmapped(list: &ListDecl, sink: &mut Sink) {
    let (label, count) = (&list.label.node, list.items.len());
    let name = labels::key(label).replace('\\', "\\\\").replace('"', "\\\"");
    let said = format!("these {count} values are listed, and `schema.toml` does not say what they are");
    sink.info(UNMAPPED, list.span, said)
        .help(format!(
            "for rows of a table add `[[lists]]`, `under = \"{name}\"`, `table = \"…\"`, `key = \"…\"`"
        ))
        .help(format!("for constants add `[[lists]]`, `under = \"{name}\"`, `constants = \"…\"`"));
}

/// Reads a paragraph under a label that `schema.toml` maps: "Owner, Guardian, Member."
pub(super) fn read_paragraph(text: &Inline, labels: &[Ident], cx: &Reading<'_>) -> Option<Decl> {
    let label = mapped(labels, cx)?;
    let items = values(text);
    (items.len() > 1).then(|| Decl::List(ListDecl { label, items, span: text.whole() }))
}

/// Returns the innermost label, of the list's own lead-in and heading, that a `[[lists]]` entry names.
///
/// It is given as the entry's pattern matches it: without number and colon, or else as written.
fn mapped(labels: &[Ident], cx: &Reading<'_>) -> Option<Ident> {
    labels.iter().take(2).find_map(|label| {
        let rule = cx.config.lists.iter().find(|rule| labels::means(&rule.under, &label.node))?;
        let key = labels::key(&label.node);
        let node = if rule.under.matches(key) { key.to_owned() } else { label.node.clone() };
        Some(Ident { node, span: label.span })
    })
}

/// Tells whether the items of a list are codes: most begin with a code span that has the form of a value.
pub(super) fn is_codes(list: &List) -> bool {
    let is_value = |text: &Inline| {
        text.codes()
            .first()
            .is_some_and(|code| text.get(0..code.start).trim().is_empty() && is_code(text.get(code.clone())))
    };
    let found = list.items.iter().filter(|item| item.text().is_some_and(is_value)).count();
    found >= 2 && found * 2 > list.items.len()
}

/// Tells whether a code span can be a value: one word with a letter in it, not a file, a call or a placeholder.
fn is_code(code: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '#' | '*');
    code.chars().all(plain)
        && code.chars().any(char::is_alphabetic)
        && !code.starts_with(['.', '/'])
        && !code.contains("//")
        && ![".sql", ".md", ".ts", ".js", ".json", ".prisma", ".toml", ".rs", ".py"]
            .iter()
            .any(|end| code.ends_with(end))
}

fn read_item(item: &Item, is_mapped: bool, sink: &mut Sink) -> Vec<ListItemDecl> {
    let found = item.text().map(values).unwrap_or_default();
    if found.is_empty() && is_mapped {
        sink.warning(
            EMPTY_ITEM,
            item.span,
            "no value is found in this item of a list that `schema.toml` maps",
        )
        .help("begin the item with its value, as code where it is one");
    }
    found
}

/// Takes the values of one item apart.
fn values(text: &Inline) -> Vec<ListItemDecl> {
    let all = text.text();
    let leading = leading_codes(text);
    let Some(last) = leading.last() else {
        let (end, note) = match words::separator(all) {
            Some((end, start)) => (end, note(text, start)),
            None => (all.len(), None),
        };
        let things = words::things(all, 0..end);
        return things
            .into_iter()
            .map(|thing| ListItemDecl { value: text.ident(thing), note: note.clone() })
            .collect();
    };
    let note = words::behind_separator(all, last.end)
        .or_else(|| {
            let rest = all.get(last.end..)?.trim_start();
            rest.starts_with('(').then(|| all.len() - rest.len())
        })
        .and_then(|start| note(text, start));
    let stem = leading.first().and_then(|first| stem(text.get(first.clone()))).unwrap_or_default();
    leading
        .iter()
        .map(|code| {
            let mut value = text.ident(code.clone());
            if !stem.is_empty() && !value.node.contains(STEM_ENDS) {
                value.node.insert_str(0, stem);
            }
            ListItemDecl { value, note: note.clone() }
        })
        .collect()
}

const STEM_ENDS: [char; 3] = ['.', ':', '/'];

/// Returns what the following values of a shorthand leave out: `bundle.plan.` of `bundle.plan.Free`.
fn stem(value: &str) -> Option<&str> {
    value.get(..=value.rfind(STEM_ENDS)?)
}

/// Returns the code spans with which an item begins, with nothing but `/`, `|`, commas or "and" between them.
fn leading_codes(text: &Inline) -> Vec<Range<usize>> {
    let mut codes = Vec::new();
    let mut end = 0;
    for code in text.codes() {
        let between = text.get(end..code.start).trim();
        let joins = if codes.is_empty() {
            between.is_empty()
        } else {
            matches!(between, "/" | "|" | "," | "&" | "+")
        };
        if !joins {
            break;
        }
        end = code.end;
        codes.push(code.clone());
    }
    codes
}

fn note(text: &Inline, start: usize) -> Option<Prose> {
    let mut said = text.ident(words::without_stop(text.text(), start..text.text().len()));
    if let Some(inside) = said.node.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        said.node = inside.trim().to_owned();
    }
    (!said.node.is_empty()).then_some(Prose { text: said.node, span: said.span, kind: ProseKind::Note })
}
