//! Heads of a letter or two, as a legend explains them: "**N** = nullable".

use crate::source::markdown::inline::Inline;
use crate::source::markdown::outline::{Block, Section, Table};
use crate::source::markdown::vocabulary::{self, HeaderRole};

/// How many blocks of a section may hold the legend: it stands at the top.
const BLOCKS: usize = 40;

/// Gives heads of a letter or two, which say nothing by themselves, what a legend in the section or above it says of them.
pub(super) fn fill(pipe: &Table, roles: &mut [Option<HeaderRole>], sections: &[Section], section: &Section) {
    let is_short = |head: &Inline| {
        let said = head.text().trim();
        (1..=2).contains(&said.chars().count()) && said.chars().all(char::is_alphabetic)
    };
    let open = |roles: &[Option<HeaderRole>]| -> Vec<usize> {
        let heads = pipe.header.iter().zip(roles).enumerate();
        heads.filter(|(_, (head, role))| role.is_none() && is_short(head)).map(|(at, _)| at).collect()
    };
    // Most tables have none.
    let open = open(roles);
    if open.is_empty() {
        return;
    }
    let above = section.parents.iter().filter_map(|parent| sections.get(*parent)).chain([section]);
    let blocks = above.flat_map(|section| section.blocks.iter().take(BLOCKS));
    let mut texts: Vec<&Inline> = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(text) => texts.push(text),
            Block::List(list) => texts.extend(list.items.iter().filter_map(|item| item.text())),
            Block::Fence(_) | Block::Table(_) => {}
        }
    }
    for at in open {
        let Some(head) = pipe.header.get(at).map(|head| head.text().trim()) else { continue };
        let role = texts.iter().find_map(|text| explained(text.text(), head));
        if let (Some(role), false) = (role, roles.contains(&role))
            && let Some(open) = roles.get_mut(at)
        {
            *open = Some(role);
        }
    }
}

/// Returns what a text explains a head as.
fn explained(text: &str, head: &str) -> Option<HeaderRole> {
    text.match_indices(head).find_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let rest = text.get(at + head.len()..)?.trim_start();
        let said = rest.strip_prefix(['=', ':', '：', '—', '–', '-'])?;
        let said = said.split([',', ';', '.', '\n', '(', '|', '·']).next()?.trim();
        if before.is_some_and(char::is_alphanumeric) {
            return None;
        }
        vocabulary::header(said).filter(|role| {
            matches!(
                role,
                HeaderRole::Nullable
                    | HeaderRole::Required
                    | HeaderRole::Primary
                    | HeaderRole::Unique
                    | HeaderRole::Default
                    | HeaderRole::References
            )
        })
    })
}
