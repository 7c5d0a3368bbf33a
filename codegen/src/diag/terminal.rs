//! Diagnostics for a person at a terminal.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::span::{FileId, Sources, Span};

/// Whether output carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Off,
    /// ANSI escape sequences.
    On,
}

/// Renders diagnostics with the lines they speak of, one after another, with a blank line behind each.
pub fn to_terminal(diagnostics: &[Diagnostic], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Off => Renderer::plain(),
        Colour::On => Renderer::styled(),
    };
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&renderer.render(&[group(diagnostic, sources)]));
        out.push_str("\n\n");
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut group =
        Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str()));
    for snippet in snippets(diagnostic, sources) {
        group = group.element(snippet);
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    if let Some(fix) = &diagnostic.fix {
        let title = if fix.keeps_meaning {
            format!("`lint --fix` can {}", fix.title)
        } else {
            format!("to mend it, {}", fix.title)
        };
        group = group.element(Level::HELP.message(title));
    }
    group
}

/// A marked place: what is marked, how, and the words beside it.
type Mark<'a> = (Span, AnnotationKind, &'a str);

/// Returns a snippet for each file that the diagnostic points into, its own file first.
fn snippets<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut places: BTreeMap<(bool, FileId), Vec<Mark<'_>>> = BTreeMap::new();
    let own = diagnostic.span.file;
    places.entry((false, own)).or_default().push((diagnostic.span, AnnotationKind::Primary, ""));
    for label in &diagnostic.labels {
        places.entry((label.span.file != own, label.span.file)).or_default().push((
            label.span,
            AnnotationKind::Context,
            label.text.as_str(),
        ));
    }
    let near =
        places.into_iter().flat_map(|((_, file), marks)| near(marks).into_iter().map(move |it| (file, it)));
    near.map(|(file, marks)| snippet(file, &marks, sources)).collect()
}

/// More bytes than these between two marks are not walked for what the reader does not see anyway.
const FAR: u32 = 65_536;

/// Parts marks that are far from one another, those near the first mark first.
fn near(marks: Vec<Mark<'_>>) -> Vec<Vec<Mark<'_>>> {
    let first = marks.first().map_or(0, |(span, ..)| span.start);
    let mut sorted = marks.clone();
    sorted.sort_by_key(|(span, ..)| span.start);
    let mut parts: Vec<Vec<Mark<'_>>> = Vec::new();
    let mut end = 0;
    for mark in sorted {
        match parts.last_mut().filter(|_| mark.0.start.saturating_sub(end) <= FAR) {
            Some(part) => part.push(mark),
            None => parts.push(vec![mark]),
        }
        end = end.max(mark.0.end);
    }
    if parts.len() < 2 {
        return vec![marks];
    }
    parts.sort_by_key(|part| !part.iter().any(|(span, ..)| span.start == first));
    parts
}

fn snippet<'a>(
    file: FileId,
    marks: &[Mark<'a>],
    sources: &'a Sources,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = sources.file(file);
    let text = source.text();
    let start = marks.iter().map(|(span, ..)| span.start as usize).min().unwrap_or_default();
    let end = marks.iter().map(|(span, ..)| span.end as usize).max().unwrap_or_default();
    // The renderer walks all the text that it is given, so it is given only the lines that matter.
    let from = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let to = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
    let line = sources.position(Span::new(file, u32::try_from(from).unwrap_or(u32::MAX), 0)).line;
    let window = text.get(from..to).unwrap_or_default();
    Snippet::source(window).path(source.path()).line_start(line as usize).annotations(marks.iter().map(
        |(span, kind, label)| {
            let range =
                (span.start as usize - from).min(window.len())..(span.end as usize - from).min(window.len());
            let annotation = kind.span(range);
            if label.is_empty() { annotation } else { annotation.label(*label) }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Sink};

    #[test]
    fn places_far_from_one_another_are_shown_apart() {
        let mut sources = Sources::default();
        let text = format!("one\n{}two\n", "\n".repeat(2 * FAR as usize));
        let file = sources.add("a.sql", text.as_str());
        let at = |range| sources.fragment(file).span(range);
        let mut sink = Sink::default();
        sink.warning(Code::new("twice"), at(text.len() - 4..text.len() - 1), "said twice")
            .label(at(0..3), "here first");
        insta::assert_snapshot!(to_terminal(&sink.finish(&sources), &sources, Colour::Off), @"
        warning[twice]: said twice
              --> a.sql:131074:1
               |
        131074 | two
               | ^^^
               |
              ::: a.sql:1:1
               |
             1 | one
               | --- here first
        ");
    }

    #[test]
    fn shows_both_places_with_lines_of_the_file() {
        let mut sources = Sources::default();
        let text = "# Схема\n\n- `u_` — user\n\ncreate table users (id text); -- x_...\n";
        let file = sources.add("schema/a.md", text);
        let at = |needle: &str| {
            let start = text.find(needle).unwrap();
            sources.fragment(file).span(start..start + needle.len())
        };
        let mut sink = Sink::default();
        sink.warning(
            Code::new("prefix-conflict"),
            at("x_"),
            "`users.id` is said to begin with `x_` and with `u_`",
        )
        .label(at("`u_`"), "the list says `u_`")
        .help("make the two agree");
        insta::assert_snapshot!(to_terminal(&sink.finish(&sources), &sources, Colour::Off), @"
        warning[prefix-conflict]: `users.id` is said to begin with `x_` and with `u_`
         --> schema/a.md:5:34
          |
        3 | - `u_` — user
          |   ---- the list says `u_`
        4 |
        5 | create table users (id text); -- x_...
          |                                  ^^
          |
          = help: make the two agree
        ");
    }
}
