//! Which lists are columns, by the form of their items.

use std::ops::Range;

use super::{TypePlaces, bullet_columns, item_name, typed};
use crate::source::decl::ColumnDecl;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Item, List, Section};
use crate::source::markdown::vocabulary::{self, BulletRole};
use crate::source::markdown::{facts, labels, words};

/// Tells whether an item says something of the table with a label in bold ("**Constraint:** UNIQUE (a, b)"), and names no column.
pub(in crate::source::markdown) fn says_of_table(text: &Inline) -> bool {
    let label = text.text().split([':', '：']).next().unwrap_or_default();
    let in_code = |name: Range<usize>| name.end == label.len() && text.codes().contains(&name);
    let role = vocabulary::bullet(label);
    let bold = text.strong().first().is_some_and(|strong| strong.start == 0);
    // "*Indexes*: `kind`, `code`" is no column `Indexes`.
    let lists = || {
        role == Some(BulletRole::Indexes)
            && label.starts_with(char::is_uppercase)
            && text
                .codes()
                .iter()
                .any(|code| text.get(label.len()..code.start).trim_matches([':', '：', ' ']).is_empty())
    };
    text.text().contains([':', '：'])
        && !item_name(text).is_some_and(in_code)
        && matches!(role, Some(role) if role != BulletRole::Columns)
        && (bold || lists())
}

/// Tells whether an item is a key or an index with its columns in brackets, which is read once all of them are known: "unique(`a`, `b`)".
pub(super) fn says_key(text: &Inline) -> bool {
    const KEYS: &[&str] =
        &["unique", "primary key", "index", "unique index", "unique key", "unique constraint", "key"];
    let said = text.text().trim_start_matches(['`', '@', ' ']);
    let Some((before, inside)) = said.split_once(['(', '[']) else { return false };
    let before = before.trim_end().trim_end_matches(" on").to_lowercase();
    inside.contains([',', ')', ']']) && KEYS.contains(&before.trim_end())
}

/// Returns the items of a list; one that only heads a list of columns below it ("**Measured values:**") gives its place to them.
pub(super) fn each_item(list: &List) -> Vec<&Item> {
    each_within(list, GROUPS)
}

/// How deep columns may stand in groups.
const GROUPS: usize = 2;

fn each_within(list: &List, depth: usize) -> Vec<&Item> {
    let mut found = Vec::new();
    for item in &list.items {
        let heads = item.text().is_some_and(|text| {
            let said = text.text().trim_end();
            let role = vocabulary::bullet(said.trim_end_matches([':', '：']));
            said.ends_with([':', '：'])
                && matches!(role, None | Some(BulletRole::Values | BulletRole::Columns))
        });
        match item.lists().next().filter(|inner| (heads && are_typed(inner)) || is_group(item, inner, depth))
        {
            Some(inner) => found.extend(each_within(inner, depth.saturating_sub(1))),
            None => found.push(item),
        }
    }
    found
}

/// Tells whether an item is nothing but a word or two that head the columns in the list below it: "Money" above `amount` (numeric).
fn is_group(item: &Item, inner: &List, depth: usize) -> bool {
    let words = item.text().is_some_and(|text| {
        let said = text.text().trim();
        text.codes().is_empty()
            && said.starts_with(char::is_uppercase)
            && said.split_whitespace().count() <= 3
            && said.chars().all(|c| c.is_alphabetic() || c == ' ')
    });
    depth > 0 && words && item.blocks.len() == 2 && (are_typed(inner) || are_groups(inner, depth - 1))
}

/// Tells whether most items of a list only head columns, all of which are those of one table.
pub(super) fn has_groups(list: &List) -> bool {
    are_groups(list, GROUPS)
}

fn are_groups(list: &List, depth: usize) -> bool {
    let all = each_within(list, depth);
    if all.len() <= list.items.len() || !list.items.iter().any(|item| item.blocks.len() > 1) {
        return false;
    }
    let names: Option<Vec<String>> = all
        .iter()
        .map(|item| {
            let text = item.text()?;
            typed(text, TypePlaces::default())?;
            Some(text.get(item_name(text)?).to_lowercase())
        })
        .collect();
    // Groups that both have an `id` are tables.
    names.is_some_and(|mut names| {
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        names.len() == count
    })
}

/// Tells whether most items of a list are names with types, or with an arrow to what they refer to.
pub(in crate::source::markdown) fn are_typed(list: &List) -> bool {
    let refers = |text: &Inline| {
        let Some(name) = item_name(text).filter(|name| !text.get(name.clone()).contains('.')) else {
            return false;
        };
        let arrow = text.get(name.end..text.text().len()).trim_start().starts_with(['→', '⇒', '-']);
        arrow
            && bullet_columns(text, text.whole(), TypePlaces::default())
                .iter()
                .any(|column| !column.references.is_empty())
    };
    let is_column = |text: &Inline| typed(text, TypePlaces::default()).is_some() || refers(text);
    // What is said of the whole table counts for neither side.
    let of_table = |text: &Inline| {
        says_key(text) || super::is_composite(text) || says_of_table(text) || says_check(text)
    };
    let all = list.items.iter().filter(|item| !item.text().is_some_and(of_table)).count();
    let columns = list.items.iter().filter(|item| item.text().is_some_and(is_column)).count();
    columns * 2 > all
}

/// Tells whether an item is a condition of the table: "CHECK (a > b)", "Check: a > b".
pub(super) fn says_check(text: &Inline) -> bool {
    let said = words::folded(text.text().trim_start_matches(['`', ' ']));
    said.strip_prefix("check").is_some_and(|rest| rest.trim_start().starts_with(['(', ':']))
}

/// Tells whether a list says of names without types what only columns are: "`id` - primary key".
///
/// Every item begins with a name that is set apart and goes on with words, and one of them is a key.
pub(super) fn are_described(list: &List, at: usize, section: &Section) -> bool {
    // A line of its own above the list ("Triggers:") says what it is.
    if list.items.len() < 2 || labels::lead_in(section, at).is_some() {
        return false;
    }
    let apart = |text: &Inline| {
        let name = item_name(text)?;
        let is_at = |mark: &Range<usize>| mark.start == name.start;
        // A word in bold may be any word; a name in it has the form of one.
        let is_lower = !text.get(name.clone()).starts_with(char::is_uppercase);
        let marked = text.codes().iter().any(is_at) || (is_lower && text.strong().iter().any(is_at));
        let behind = words::behind_separator(text.text(), name.end)?;
        (marked && !text.get(name).contains('.')).then_some(behind)
    };
    let mut keys = 0;
    for item in &list.items {
        let Some((text, behind)) = item.text().and_then(|text| Some((text, apart(text)?))) else {
            return false;
        };
        let mut column = ColumnDecl::new(text.ident(0..0), None, item.span);
        facts::read(text, behind..text.text().len(), &mut column);
        keys += usize::from(column.primary_key.is_some() || !column.references.is_empty());
    }
    keys > 0
}

/// Tells whether a list names what only columns are, without a word on most: `_id`, `title`, `owner_id`, `status` (`draft | published`).
pub(super) fn are_names(list: &List, at: usize, section: &Section) -> bool {
    if list.items.len() < 3 || labels::lead_in(section, at).is_some() {
        return false;
    }
    let name = |text: &Inline| {
        let code = text.codes().first().filter(|code| code.start == 0)?;
        let inside = text.get(code.clone());
        let name = inside.split(':').next()?.trim();
        let behind = text.get(code.end..text.text().len()).trim_start();
        let goes_on = behind.is_empty() || behind.starts_with(['(', ',', ':', '—', '–', '-']);
        (goes_on && vocabulary::is_name(name) && !name.contains('.')).then(|| name.to_owned())
    };
    let names: Option<Vec<String>> = list.items.iter().map(|item| item.text().and_then(name)).collect();
    let is_id = |name: &String| matches!(name.as_str(), "id" | "_id");
    names.is_some_and(|names| names.first().is_some_and(is_id))
}

/// Tells whether a list is nothing but names in small letters, without code, that only columns have: `id` first, or two keys of others
/// that are all of a table between them.
pub(super) fn are_bare(list: &List, at: usize, section: &Section) -> bool {
    if labels::lead_in(section, at).is_some()
        || at > 0 && !matches!(section.blocks.first(), Some(Block::Paragraph(_)))
    {
        return false;
    }
    let name = |item: &Item| {
        let text = item.text()?;
        let said = text.text().trim();
        // "state (open/closed)".
        let (name, rest) = said.split_once(' ').unwrap_or((said, ""));
        let plain = item.blocks.len() == 1
            && (rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')')))
            && name.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || c == '_');
        (plain && vocabulary::is_name(name)).then(|| name.to_owned())
    };
    let names: Option<Vec<String>> = list.items.iter().map(name).collect();
    names.is_some_and(|names| {
        let first = names.first().is_some_and(|name| name == "id");
        names.len() > 1 && (first || names.iter().all(|name| name.ends_with("_id")))
    })
}
