//! What stands under a heading about plans: it is documented and never generated.

use super::outline::{Block, Heading, List, Row, Section, Table};
use super::{labels, vocabulary, words};
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Ident, SaidDecl};

const PLANNED: Code = Code::new("planned-table");

/// Reads a block that stands under a heading about plans; none where it stands elsewhere.
pub(super) fn read(
    block: &Block,
    at: usize,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Option<Vec<Decl>> {
    if let Some(read) = replaced(block, at, sections, section, sink) {
        return Some(read);
    }
    let planned = heading(sections, section)?;
    let mut label = section.heading.as_ref()?.text.clone();
    if planned.text.span != label.span {
        label.node = format!("{}: {}", planned.text.node, label.node);
    }
    let (what, span) = match block {
        Block::Paragraph(_) => return Some(Vec::new()),
        Block::List(list) => {
            let mut said = Vec::new();
            collect(list, &label, &mut said);
            return Some(said);
        }
        Block::Table(table) => ("table", table.span),
        Block::Fence(fence) => ("fence", fence.marker.span),
    };
    let about = if vocabulary::is_gone(&planned.text.node) || says_not_there(section) {
        "what is not there"
    } else {
        "plans"
    };
    sink.info(
        PLANNED,
        span,
        format!("this {what} stands under a heading about {about} and is not generated"),
    )
    .help("give the heading another name once what it says is there");
    Some(Vec::new())
}

/// Reads a fence or a table that shows what was there before a change, where "After" stands beside "Before"; none where it is another.
fn replaced(
    block: &Block,
    at: usize,
    sections: &[Section],
    section: &Section,
    sink: &mut Sink,
) -> Option<Vec<Decl>> {
    let (what, span) = match block {
        Block::Fence(fence) => ("fence", fence.marker.span),
        Block::Table(table) => ("table", table.span),
        Block::Paragraph(_) | Block::List(_) => return None,
    };
    let side = |label: &Ident| vocabulary::side_of_change(labels::key(&label.node));
    let is_before = match labels::lead_in(section, at) {
        Some(lead) => {
            side(&lead) == Some(false)
                && (at + 1..section.blocks.len())
                    .filter_map(|at| labels::lead_in(section, at))
                    .any(|lead| side(&lead) == Some(true))
        }
        None => {
            let own = section.heading.as_ref().filter(|heading| side(&heading.text) == Some(false))?;
            // Its fellow has the same headings above it.
            sections.iter().any(|other| {
                let heading = other.heading.as_ref().filter(|heading| heading.level == own.level);
                other.parents == section.parents
                    && heading.is_some_and(|heading| side(&heading.text) == Some(true))
            })
        }
    };
    if !is_before {
        return None;
    }
    sink.info(
        PLANNED,
        span,
        format!("this {what} shows what was there before a change and is not generated"),
    )
    .help("leave it out, or give it another label where it is still there");
    Some(Vec::new())
}

/// Returns the heading about plans under which a section stands.
pub(super) fn heading<'a>(sections: &'a [Section], section: &'a Section) -> Option<&'a Heading> {
    let above = section.parents.iter().filter_map(|parent| sections.get(*parent)).chain([section]);
    let mut headings =
        above.filter_map(|section| section.heading.as_ref()).filter(|heading| heading.level > 1);
    let own = || section.heading.as_ref().filter(|heading| heading.level > 1 && says_not_there(section));
    headings.find(|heading| is_planned(heading)).or_else(own)
}

/// Tells whether one of the first lines below a heading is nothing but a word that the table is not there: "Not implemented yet.", "This
/// table was dropped in migration 12."
fn says_not_there(section: &Section) -> bool {
    const SHORT: usize = 80;
    let says = |block: &Block| match block {
        Block::Paragraph(text) if text.text().len() <= SHORT => {
            vocabulary::NOT_THERE.find(&words::folded(text.text())).is_some()
        }
        _ => false,
    };
    *section.denied.get_or_init(|| section.blocks.iter().take(2).any(says))
}

/// Tells whether a heading speaks of plans, or of what is not there any more.
fn is_planned(heading: &Heading) -> bool {
    let text = &heading.text.node;
    *heading.planned.get_or_init(|| vocabulary::is_planned(text) || vocabulary::is_gone(text))
}

/// Tells whether a section, or one that it is a part of, is about plans.
pub(super) fn covers(sections: &[Section], section: &Section) -> bool {
    let above = section.parents.iter().filter_map(|parent| sections.get(*parent));
    above.chain([section]).filter_map(|section| section.heading.as_ref()).any(is_planned)
        || says_not_there(section)
}

/// Returns which columns of a table say how far each row is.
pub(super) fn states(pipe: &Table) -> Vec<usize> {
    let heads = pipe.header.iter().enumerate();
    heads.filter(|(_, head)| vocabulary::is_state_head(head.text())).map(|(at, _)| at).collect()
}

/// Tells whether a row says of what it describes that it is not there yet, below a head that says how far each is: "Planned", "**Planned /
/// future**, with the second board". Tells so, too: `what` is a table or a column, and `states` are the columns of such heads.
pub(super) fn is_row(states: &[usize], row: &Row, what: &str, sink: &mut Sink) -> bool {
    let mut cells = states.iter().filter_map(|at| row.cells.get(*at));
    let Some(cell) = cells.find(|cell| is_state(cell.text())) else { return false };
    sink.info(PLANNED, cell.whole(), format!("this {what} is planned and is not generated"))
        .help("give it another state once it is there");
    true
}

/// Tells whether a state begins with words for plans; what goes on behind a mark says more of it.
fn is_state(said: &str) -> bool {
    let lower = words::lowered(said);
    let first = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first = first.split([',', ';', '/', '(', '.', ':', '\n']).next().unwrap_or_default();
    let first = words::separator(first).and_then(|(end, _)| first.get(..end)).unwrap_or(first).trim();
    first.split_whitespace().count() <= 3 && is_mark(first)
}

/// Tells whether words in lower case, such as those in brackets behind a name, say that something is not there yet: "planned", "Phase 2".
pub(super) fn is_mark(words: &str) -> bool {
    let phase = words.strip_prefix("phase ").or_else(|| words.strip_prefix("v"));
    let later = phase.is_some_and(|phase| {
        phase.trim_start_matches('.').chars().all(|c| ('2'..='9').contains(&c)) && !phase.is_empty()
    });
    const MARKS: &[&str] = &[
        "later",
        "upcoming",
        "coming soon",
        "soon",
        "todo",
        "tbd",
        "заплановано",
        "запланировано",
        "планується",
        "планируется",
        "planificado",
        "planificada",
        "planejado",
        "planejada",
        "previsto",
        "prevista",
        "planifié",
        "planifiée",
        "prévue",
        "예정",
        "계획",
    ];
    later || MARKS.contains(&words) || vocabulary::is_planned(words)
}

fn collect(list: &List, label: &Ident, said: &mut Vec<Decl>) {
    for item in &list.items {
        if let Some(text) = item.text() {
            said.push(Decl::Said(SaidDecl { about: None, label: label.clone(), text: text.all() }));
        }
        for inner in item.lists() {
            collect(inner, label, said);
        }
    }
}
