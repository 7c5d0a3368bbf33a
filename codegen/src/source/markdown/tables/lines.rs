//! Lists of tables, a line each: "- User: id, email unique, groupId -> Group".

use std::ops::Range;

use super::{named_columns, qualified, table};
use crate::source::decl::{Decl, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Item, List, Section};
use crate::source::markdown::vocabulary::{self, BulletRole};
use crate::source::markdown::words;

/// Reads a list of at least two items that are each a table's name, a colon and its columns, the first of which is a key; none where it is another.
///
/// Items of the list that are none of this form ("Indexes: …") are left for others to read.
pub(in super::super) fn read_lines(list: &List, section: &Section) -> Option<Vec<Decl>> {
    let heading = section.heading.as_ref().map(|heading| &heading.text);
    let found: Vec<Decl> = list
        .items
        .iter()
        .filter_map(of_item)
        .map(|found| Decl::Table(TableDecl { section: heading.cloned(), ..found }))
        .collect();
    (found.len() > 1).then_some(found)
}

fn of_item(item: &Item) -> Option<TableDecl> {
    let text = item.text()?;
    let (end, behind) = words::separator(text.text())?;
    let name = text.trim(0..end);
    use BulletRole::{Columns, Constraint, Indexes, Links, Table, Values};
    let role = vocabulary::bullet(text.get(name.clone()));
    // A table may be called `Note` or `Policy`.
    if !vocabulary::is_name(text.get(name.clone()))
        || matches!(role, Some(Columns | Indexes | Constraint | Links | Values | Table))
    {
        return None;
    }
    // "orders: `id, buyer_id, paid` — what is bought": the columns are what one code holds.
    let code =
        text.codes().iter().find(|code| code.start == behind && text.get((*code).clone()).contains(','));
    let last = code.map_or(text.text().len(), |code| code.end);
    let said = words::without_stop(text.text(), behind..last);
    let things = words::things(text.text(), said.clone());
    // Behind a dash only what stands in code is a column: "orders — `id uuid`, `paid boolean`".
    let coded = |thing: &Range<usize>| {
        text.codes().iter().any(|code| code.start == thing.start && code.end >= thing.end)
    };
    let typed = |thing: &Range<usize>| text.get(thing.clone()).contains([' ', '(']);
    let fits = code.is_some() || (things.iter().all(coded) && things.iter().any(typed));
    if !text.get(end..behind).contains([':', '：']) && !fits {
        return None;
    }
    // Each begins with a name, and says no more than a few words of it.
    let is_column = |thing: &Range<usize>| {
        let outside = text.get(thing.clone()).split('(').next().unwrap_or_default();
        let name = first_word(text, thing);
        vocabulary::is_name(text.get(name)) && outside.split_whitespace().count() <= 5
    };
    let starts_with_key = things.first().is_some_and(|first| is_key(text, first));
    if things.len() < 2 || !starts_with_key || !things.iter().all(is_column) {
        return None;
    }
    Some(table(qualified(text, name), None, named_columns(text, said), item.span))
}

fn first_word(text: &Inline, thing: &Range<usize>) -> Range<usize> {
    let slice = text.get(thing.clone());
    let end = slice.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(slice.len());
    thing.start..thing.start + end
}

fn is_key(text: &Inline, thing: &Range<usize>) -> bool {
    let name = text.get(first_word(text, thing));
    let said = text.get(thing.clone()).to_lowercase();
    let marked = said.split(|c: char| !c.is_alphanumeric()).any(|word| word == "pk");
    name.eq_ignore_ascii_case("id") || marked
}
