//! Conventions that a document states in a line: "All tables have `created_at`", "Foreign keys (always)".
//!
//! A line is recognised by its words wherever it stands; it is enforced where an entry of `[[conventions]]` in `schema.toml`
//! names the line, or the heading or lead-in above it.

mod limit;
mod line;
mod terms;

use std::ops::Range;

use super::inline::Inline;
use super::outline::{Block, List, Section};
use super::{labels, patterns, words};
use crate::config::{ConventionRule, Pattern};
use crate::diag::{Code, Sink};
use crate::source::Reading;
use crate::source::decl::{ConventionDecl, ConventionKind, Decl, Ident};
use crate::span::Spanned;
use line::Line;

const NOT_UNDERSTOOD: Code = Code::new("convention-not-understood");

/// Reads the conventions that a block states.
pub(super) fn read(block: &Block, labels: &[Ident], cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    match block {
        Block::Paragraph(text) => {
            if is_other(text, labels, cx) {
                return Vec::new();
            }
            let sentences = words::sentences(text.text(), 0..text.text().len());
            let lines = sentences.into_iter().flat_map(|range| lines(text, range));
            let mut found = Vec::new();
            for range in lines {
                found.extend(statement(text, range.clone(), &[], labels, cx));
                limited(text, range, labels, cx, sink);
            }
            found
        }
        Block::List(list) => of_list(list, labels, cx, sink),
        Block::Fence(fence) => {
            let body = fence.body.text().trim();
            if !patterns::is_file_name(body) {
                return Vec::new();
            }
            let start = fence.body.text().find(body).unwrap_or_default();
            let text = Spanned::new(body.to_owned(), fence.body.span(start..start + body.len()));
            let kind = ConventionKind::FileNames(text.clone());
            let (rule, under) = (rule(&text, labels, cx), labels.first().cloned());
            vec![Decl::Convention(ConventionDecl { kind, scope: None, except: None, rule, under, text })]
        }
        Block::Table(_) => Vec::new(),
    }
}

/// Returns what a heading states by itself: "RLS on all tables".
pub(super) fn of_heading(section: &Section, labels: &[Ident], cx: &Reading<'_>) -> Vec<Decl> {
    let Some(heading) = &section.heading else { return Vec::new() };
    let text = &heading.inline;
    let lower = words::folded(text.text());
    if !["rls", "row level", "row-level"].iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let is_security = |decl: &Decl| {
        matches!(decl, Decl::Convention(ConventionDecl { kind: ConventionKind::RowSecurity, .. }))
    };
    let mut stated = statement(text, 0..text.text().len(), &[], labels, cx);
    stated.retain(is_security);
    stated
}

/// Tells whether a line may state a convention; most lines have none of the words for it, and there are very many.
fn may_state(text: &Inline, range: Range<usize>, labels: &[Ident]) -> bool {
    let has_soft =
        |label: &Ident| label.node.as_bytes().windows(4).any(|letters| letters.eq_ignore_ascii_case(b"soft"));
    let lower = words::lowered(text.get(range));
    terms::SIGNS.begin_any(&lower)
        || ["security", "soft", "instead"].iter().any(|part| lower.contains(part))
        || labels.iter().any(has_soft)
        || patterns::file_name(text).is_some()
}

/// Tells whether a text states nothing, and no entry of `schema.toml` may name it.
fn is_other(text: &Inline, labels: &[Ident], cx: &Reading<'_>) -> bool {
    cx.config.conventions.is_empty() && !may_state(text, 0..text.text().len(), labels)
}

fn lines(text: &Inline, range: Range<usize>) -> Vec<Range<usize>> {
    // A paragraph may hold a line for each statement.
    let slice = text.get(range.clone());
    let many = slice.lines().filter(|line| !line.trim().is_empty()).count() > 1
        && slice.lines().all(|line| line.trim().is_empty() || line.trim().starts_with(['✅', '✓', '•', '·']));
    if !many {
        return vec![range];
    }
    let mut at = range.start;
    let each = slice.split_inclusive('\n').map(|line| {
        let start = at;
        at += line.len();
        text.trim(start..at)
    });
    each.filter(|line| !line.is_empty()).collect()
}

fn of_list(list: &List, labels: &[Ident], cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let beside: Vec<&Inline> = list.items.iter().filter_map(|item| item.text()).collect();
    let mut found = Vec::new();
    for item in &list.items {
        if let Some(text) = item.text().filter(|text| !is_other(text, labels, cx)) {
            let whole = 0..text.text().len();
            let sentences = words::sentences(text.text(), whole.clone());
            for range in &sentences {
                limited(text, range.clone(), labels, cx, sink);
            }
            let stated: Vec<Decl> =
                sentences.into_iter().flat_map(|range| statement(text, range, &beside, labels, cx)).collect();
            // A statement may need what stands in the next sentence.
            let stated = if stated.is_empty() { statement(text, whole, &beside, labels, cx) } else { stated };
            found.extend(stated);
        }
        if item.lists().next().is_none() {
            continue;
        }
        let nested = item.text().map(|text| text.all()).into_iter().chain(labels.iter().cloned());
        let nested: Vec<Ident> = nested.collect();
        for list in item.lists() {
            found.extend(of_list(list, &nested, cx, sink));
        }
    }
    found
}

fn statement(
    text: &Inline,
    range: Range<usize>,
    beside: &[&Inline],
    labels: &[Ident],
    cx: &Reading<'_>,
) -> Vec<Decl> {
    if !may_state(text, range.clone(), labels) {
        return Vec::new();
    }
    let line = Line::new(text, range, labels);
    let said = text.ident(line.range.clone());
    let rule = rule(&said, labels, cx);
    let decl = |kind: ConventionKind| {
        let scope = line.scope(&kind);
        let under = labels.first().cloned();
        let except = line.except.clone();
        Decl::Convention(ConventionDecl { kind, scope, except, rule, under, text: said.clone() })
    };
    line.kinds(beside).into_iter().map(decl).collect()
}

/// Reports a line that `schema.toml` names and that states a convention but for a condition, a negation or a tense.
fn limited(text: &Inline, range: Range<usize>, labels: &[Ident], cx: &Reading<'_>, sink: &mut Sink) {
    if cx.config.conventions.is_empty() {
        return;
    }
    let line = Line::new(text, range, labels);
    let said = text.ident(line.range.clone());
    if rule(&said, labels, cx).is_none() || !line.states_but_for_limits() {
        return;
    }
    sink.warning(
        NOT_UNDERSTOOD,
        said.span,
        "this holds of some tables only, or not now, in words that are not understood, so nothing is held to it".to_owned(),
    )
    .help("say it of all tables, with the tables that are excepted by name: \"All tables except `logs` have …\"");
}

/// Returns the entry of `schema.toml` that names a line or a label above it.
fn rule(text: &Ident, labels: &[Ident], cx: &Reading<'_>) -> Option<usize> {
    let rules = &cx.config.conventions;
    let of_line = |rule: &ConventionRule| {
        // The author may write code as it stands in the document.
        let plain = Spanned::new(rule.says.as_str().replace('`', ""), rule.says.span());
        labels::means(&Pattern::new(plain), &text.node)
    };
    let of_label = |rule: &ConventionRule| labels.iter().any(|label| labels::means(&rule.says, &label.node));
    rules.iter().position(of_line).or_else(|| rules.iter().position(of_label))
}
