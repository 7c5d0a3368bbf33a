//! Headings that list several tables, and headings right above another that stands for their contents.

use std::ops::Range;

use super::{is_file, of_heading, qualified};
use crate::source::decl::QName;
use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::Section;
use crate::source::markdown::{vocabulary, words};

/// Returns the names in code of a heading that lists several tables: "`role` and `member_role`", "Loans — `loan`, `loan_due`".
pub(in super::super) fn names(heading: &Inline) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for code in heading.codes() {
        let joined = found.last().is_none_or(|last| {
            let between = heading.get(last.end..code.start).trim();
            matches!(between, "," | "/" | "+" | "&" | "、") || words::is_and(&words::lowered(between))
        });
        let is_name = vocabulary::is_name(heading.get(code.clone())) && !is_file(heading.get(code.clone()));
        if !joined || !is_name {
            break;
        }
        found.push(code.clone());
    }
    found
}

/// Returns which of the tables that its heading lists a paragraph begins with: "`member_role`: `member_id`, `role`".
pub(in super::super) fn one_of_several(text: &Inline, section: &Section) -> Option<QName> {
    let heading = &section.heading.as_ref()?.inline;
    let code = text.codes().first().filter(|code| text.get(0..code.start).trim().is_empty())?;
    words::behind_separator(text.text(), code.end)?;
    let all = names(heading);
    let is_it = |name: &Range<usize>| heading.get(name.clone()) == text.get(code.clone());
    (all.len() > 1 && all.iter().any(is_it)).then(|| qualified(text, code.clone()))
}

/// Returns the table of the heading right before a section's, where nothing stands below that and both have one level: "### Table part"
/// and then "### Columns".
pub(super) fn of_empty(sections: &[Section], section: &Section) -> Option<QName> {
    let at = sections.iter().position(|other| std::ptr::eq(other, section))?;
    let before = sections.get(at.checked_sub(1)?).filter(|before| before.blocks.is_empty())?;
    let heading = before.heading.as_ref()?;
    (heading.level == section.heading.as_ref()?.level).then(|| of_heading(heading))?
}
