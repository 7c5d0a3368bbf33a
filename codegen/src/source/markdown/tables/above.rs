//! The table that stands above its columns: in a line or an item with a label, or as the first word of a paragraph.

use std::ops::Range;

use super::qualified;
use crate::source::decl::QName;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Section};
use crate::source::markdown::vocabulary::{self, HeaderRole};
use crate::source::markdown::words;

/// Returns the table that the line above a block names: "Table `fees`:", "**Tabla:** productos".
pub(super) fn introduced(section: &Section, at: usize) -> Option<QName> {
    match section.blocks.get(at.checked_sub(1)?)? {
        Block::Paragraph(above) => in_last_line(above),
        // "- Table: `fees` (what is owed)" right above the columns, and perhaps a line on what it is for.
        Block::List(list) => {
            let mut named = list.items.iter().filter_map(|item| in_first_line(item.text()?));
            named.next().filter(|_| named.next().is_none())
        }
        Block::Fence(_) | Block::Table(_) => None,
    }
}

/// Returns the table that the first line of an item names behind a label: "Table: `fees` (what is owed)".
fn in_first_line(text: &Inline) -> Option<QName> {
    let end = text.text().find('\n').unwrap_or(text.text().len());
    let (label, behind) = words::separator(text.get(0..end))?;
    let label = text.get(0..label).trim();
    if !vocabulary::says_table_name(label) && !vocabulary::is_table_word(label) {
        return None;
    }
    let said = text.get(behind..end);
    let name = text.trim(behind..behind + said.find(['(', '（']).unwrap_or(said.len()));
    vocabulary::is_name(text.get(name.clone())).then(|| qualified(text, name))
}

/// Returns the table with whose name, set apart, the paragraph above a block begins: "**`fees`** — what is owed".
///
/// What stands below has to tell whether it is one: a paragraph may begin with any word.
pub(super) fn begun(section: &Section, at: usize) -> Option<QName> {
    let Some(Block::Paragraph(above)) = section.blocks.get(at.checked_sub(1)?) else { return None };
    let is_first = |mark: &&Range<usize>| above.get(0..mark.start).trim().is_empty();
    let mark = above.strong().iter().chain(above.codes()).find(is_first)?;
    let word = above.get(mark.clone()).trim_end();
    let bare = word.trim_end_matches([':', '：']).trim_end();
    let apart = bare.len() < word.len() || words::behind_separator(above.text(), mark.end).is_some();
    let is_other = vocabulary::bullet(bare).is_some()
        || vocabulary::is_generic(bare)
        || vocabulary::is_table_word_or_plural(bare);
    (apart && vocabulary::is_name(bare) && !is_other)
        .then(|| qualified(above, mark.start..mark.start + bare.len()))
}

/// Returns the table that a line of its own further above in the section names: "**Table:** `fees`", and then what it is for.
pub(in super::super) fn declared(section: &Section, at: usize) -> Option<QName> {
    let above = section.blocks.get(..at).unwrap_or_default().iter().rev();
    let lines = above.filter_map(|block| match block {
        Block::Paragraph(text) => Some(text),
        Block::List(_) | Block::Fence(_) | Block::Table(_) => None,
    });
    let alone = |text: &&Inline| !text.text().trim().contains('\n') && text.text().contains([':', '：']);
    lines.filter(alone).find_map(in_last_line)
}

fn in_last_line(above: &Inline) -> Option<QName> {
    let text = above.text().trim_end();
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    // "Technical name: `fees`" says what a database calls the thing of the heading.
    if let Some((end, behind)) = words::separator(text.get(start..)?)
        && vocabulary::says_table_name(text.get(start..start + end)?)
    {
        let name = above.trim(start + behind..text.len());
        return vocabulary::is_name(above.get(name.clone())).then(|| qualified(above, name));
    }
    let (mut said, mut name) = (0, None);
    for word in words::iter(text, start..text.len()) {
        let Some((word, at)) = words::bare_word(above, word) else { continue };
        // "Table 2: fees" counts the tables.
        if word.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        if vocabulary::is_table_word(&word) {
            said += 1;
        } else if name.replace(at).is_some() {
            return None;
        }
    }
    let name = name?;
    // "Description table." speaks of what stands below, and names nothing.
    let word = above.get(name.clone());
    let is_head = matches!(
        vocabulary::header(word),
        Some(HeaderRole::Description | HeaderRole::Type | HeaderRole::Constraints | HeaderRole::Default)
    ) && !above.codes().contains(&name);
    let plain = vocabulary::is_name(word) && said == 1 && !is_head;
    plain.then(|| qualified(above, name))
}
