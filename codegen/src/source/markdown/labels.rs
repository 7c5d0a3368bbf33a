//! Headings and lead-ins: what the author's `schema.toml` says of them, and which of its entries match nothing.

use std::borrow::Cow;

use super::outline::{Block, Heading, Section};
use super::{inline::Inline, outline};
use crate::config::{LabelRole, Pattern};
use crate::diag::{Code, Sink, did_you_mean};
use crate::source::Reading;
use crate::source::decl::{Decl, Ident};
use crate::span::FileId;

const UNMATCHED: Code = Code::new("config-unmatched");

/// How long a lead-in may be, in characters: a longer paragraph that ends in a colon is prose.
const LEAD_IN: usize = 120;

/// Tells whether a pattern of `schema.toml` means a heading or lead-in.
///
/// The pattern is held against the label as written, and against it without its number, its colon and a leading emoji.
pub fn means(pattern: &Pattern, label: &str) -> bool {
    pattern.matches(label) || pattern.matches(key(label))
}

/// Returns a heading or lead-in without its number, leading emoji and final colon.
pub(super) fn key(label: &str) -> &str {
    let rest = label.trim().trim_end_matches([':', '：']).trim_end();
    // An emoji may stand before the number as well as behind it.
    let drawn = |c: char| !c.is_alphanumeric() && !c.is_ascii();
    let mut rest = rest.trim_start_matches(|c: char| drawn(c) || c == ' ');
    // "1️⃣" is a digit with two marks behind it.
    if !rest.is_ascii()
        && let Some((number, behind)) = rest.split_once('\u{20e3}')
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '\u{fe0f}' | '#' | '*'))
    {
        rest = behind.trim_start();
    }
    // "4.", "4.1", "4.1.2)", "IV." are numbers; "2024 orders" is one only because a number stands first, so a separator or
    // a deeper number is asked for.
    let word = rest.split_whitespace().next().unwrap_or_default();
    let digits = word.trim_end_matches(['.', ')', ':']);
    let numbered = !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && (digits.len() < word.len() || digits.contains('.') || digits.len() <= 2);
    if numbered && word.len() < rest.len() {
        rest = rest.get(word.len()..).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '`' | '_' | '"' | '('));
    if rest.is_empty() { label } else { rest }
}

/// Returns the lead-in of a block: the short paragraph directly above it that ends in a colon, is set in bold or is nothing but code.
pub(super) fn lead_in(section: &Section, at: usize) -> Option<Ident> {
    lead_in_text(section, at).map(last_line)
}

/// Returns the paragraph that leads in to a block.
pub(super) fn lead_in_text(section: &Section, at: usize) -> Option<&Inline> {
    let Some(Block::Paragraph(above)) = section.blocks.get(at.checked_sub(1)?) else { return None };
    is_lead_in(above).then_some(above)
}

fn is_lead_in(paragraph: &Inline) -> bool {
    let text = paragraph.text().trim();
    let bold = paragraph.strong().first().is_some_and(|strong| {
        let said = paragraph.get(strong.clone()).trim();
        // "**`fees`** (since 2021)".
        let rest = text.strip_prefix(said).unwrap_or(text).trim_start();
        rest.is_empty() || (rest.starts_with('(') && rest.ends_with(')') && !rest.contains('\n'))
    });
    let apart = bold || is_code_alone(paragraph) || text.ends_with([':', '：']);
    apart && last_line(paragraph).node.chars().count() <= LEAD_IN
}

/// Tells whether a paragraph is nothing but one name in code, perhaps with what is said of it in brackets.
pub(super) fn is_code_alone(paragraph: &Inline) -> bool {
    let [code, ..] = paragraph.codes() else { return false };
    let before = paragraph.get(0..code.start).trim();
    let rest = paragraph.get(code.end..paragraph.text().len()).trim();
    let bracketed = rest.starts_with('(') && rest.ends_with(')') && !rest.contains('\n');
    before.is_empty() && (rest.is_empty() || bracketed)
}

/// Returns the last line of a paragraph, which is the one directly above the list.
fn last_line(paragraph: &Inline) -> Ident {
    let text = paragraph.text().trim_end();
    let start = text.rfind('\n').map_or(0, |at| at + 1);
    paragraph.ident(start..text.len())
}

/// Returns the headings of a section, innermost first: its own, and those above.
pub(super) fn headings<'a>(
    sections: &'a [Section],
    section: &'a Section,
) -> impl Iterator<Item = &'a Heading> {
    let above = section.parents.iter().rev().filter_map(|parent| sections.get(*parent));
    std::iter::once(section).chain(above).filter_map(|section| section.heading.as_ref())
}

/// Returns the labels of a block, innermost first: its lead-in, its section's heading, the headings above.
pub(super) fn labels(sections: &[Section], section: &Section, at: usize) -> Vec<Ident> {
    let headings = headings(sections, section).map(|heading| heading.text.clone());
    lead_in(section, at).into_iter().chain(headings).collect()
}

/// Returns the labels of a block, as [`labels`], where those of its section are `of_section`: most blocks have no more.
pub(super) fn of_block<'a>(of_section: &'a [Ident], section: &Section, at: usize) -> Cow<'a, [Ident]> {
    match lead_in(section, at) {
        Some(lead) => Cow::Owned(std::iter::once(lead).chain(of_section.iter().cloned()).collect()),
        None => Cow::Borrowed(of_section),
    }
}

/// Tells whether `schema.toml` says of a section that it is passed over.
pub(super) fn is_ignored(sections: &[Section], section: &Section, cx: &Reading<'_>) -> bool {
    !cx.config.markdown.labels.is_empty()
        && role(&labels(sections, section, 0), cx) == Some(LabelRole::Ignore)
}

/// Tells whether one of the two innermost labels of a block says something.
pub(super) fn is_near(
    sections: &[Section],
    section: &Section,
    at: usize,
    says: impl Fn(&str) -> bool,
) -> bool {
    is_near_heading(sections, section, at, &says, |heading| says(&heading.text.node))
}

/// Tells whether one of the two innermost labels of a block says something, of which a heading may know already whether it does.
pub(super) fn is_near_heading(
    sections: &[Section],
    section: &Section,
    at: usize,
    says: impl Fn(&str) -> bool,
    of_heading: impl Fn(&Heading) -> bool,
) -> bool {
    let lead = lead_in(section, at);
    let more = if lead.is_some() { 1 } else { 2 };
    lead.is_some_and(|lead| says(&lead.node)) || headings(sections, section).take(more).any(of_heading)
}

/// Returns what `schema.toml` says of the innermost label that it names.
pub(super) fn role(labels: &[Ident], cx: &Reading<'_>) -> Option<LabelRole> {
    let rules = &cx.config.markdown.labels;
    if rules.is_empty() {
        return None;
    }
    labels.iter().find_map(|label| {
        rules.iter().find(|(pattern, _)| means(pattern, &label.node)).map(|(_, role)| *role)
    })
}

/// Reports every entry of `[markdown.labels]` and `[[lists]]` that matches nothing in `inputs`.
///
/// `decls` are the declarations of all of `inputs`.
pub fn check_mapping(inputs: &[FileId], decls: &[Decl], cx: &Reading<'_>, sink: &mut Sink) {
    let rules = &cx.config.markdown.labels;
    if rules.is_empty() && cx.config.lists.is_empty() {
        return;
    }
    let all = every_label(inputs, cx);
    for (pattern, _) in rules {
        if !all.iter().any(|label| means(pattern, label)) {
            unmatched("no heading or lead-in matches", pattern, &all, sink);
        }
    }
    for rule in &cx.config.lists {
        let is_meant = |decl: &Decl| matches!(decl, Decl::List(list) if means(&rule.under, &list.label.node));
        if !decls.iter().any(is_meant) {
            unmatched("no list stands under", &rule.under, &all, sink);
        }
    }
}

fn unmatched(what: &str, pattern: &Pattern, labels: &[String], sink: &mut Sink) {
    let keys = labels.iter().map(|label| key(label));
    sink.error(UNMATCHED, pattern.span(), format!("{what} `{}`", pattern.as_str()))
        .help(did_you_mean(pattern.as_str(), keys))
        .help("write a heading, or the line with a colon above the list, as it stands in the document; `*` stands for any text");
}

/// Returns every heading and lead-in of the Markdown files among `inputs`.
fn every_label(inputs: &[FileId], cx: &Reading<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for file in inputs.iter().filter(|file| super::is_markdown(**file, cx)) {
        for section in outline::read(&cx.sources.fragment(*file)) {
            all.extend(section.heading.as_ref().map(|heading| heading.text.node.clone()));
            let leads = (0..=section.blocks.len()).filter_map(|at| lead_in(&section, at));
            all.extend(leads.map(|lead| lead.node));
        }
    }
    all
}
