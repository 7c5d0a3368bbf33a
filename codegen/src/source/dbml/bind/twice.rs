//! What becomes of two relations that are one: which of them is left, and what it takes over from the other.

use crate::diag::Edit;
use crate::source::dbml::lexer::{Kind, lex};
use crate::source::dbml::syntax::{Column, Ref, Setting};
use crate::span::{Sources, Span};

/// A relation, where it is said.
#[derive(Clone, Copy)]
pub(super) enum Said<'a> {
    /// By itself.
    Alone(&'a Ref<'a>),
    /// In the settings of a column.
    Inline(&'a Column<'a>, &'a Setting<'a>),
    /// In a partial, from which other tables have it too.
    Partial(&'a Setting<'a>),
}

impl<'a> Said<'a> {
    /// Returns its place: that of the whole element for one that stands by itself.
    pub(super) fn span(self) -> Span {
        match self {
            Self::Alone(data) => data.element.unwrap_or(data.span),
            Self::Inline(_, setting) | Self::Partial(setting) => setting.span,
        }
    }

    /// Returns the place of its ends.
    pub(super) fn place(self) -> Span {
        match self {
            Self::Alone(data) => data.span,
            Self::Inline(_, setting) | Self::Partial(setting) => setting.span,
        }
    }

    fn name(self) -> Option<&'a str> {
        match self {
            Self::Alone(data) => data.name.map(|name| name.node),
            Self::Inline(..) | Self::Partial(_) => None,
        }
    }

    fn settings(self) -> &'a [Setting<'a>] {
        match self {
            Self::Alone(data) => data.settings,
            Self::Inline(..) | Self::Partial(_) => &[],
        }
    }
}

/// A way to make one relation of two.
pub(super) struct Merger {
    pub(super) title: &'static str,
    pub(super) edits: Vec<Edit>,
    /// Whether what both say is kept.
    pub(super) keeps_meaning: bool,
}

/// Returns the way to make one of two relations that are the same; none where neither can be cut out.
///
/// What says more is left, and takes over what only the other says. Of two that contradict each other the first is left, which
/// is for a person to decide; so are cardinalities, of which `agree` tells whether they are the same.
pub(super) fn merger(first: Said<'_>, second: Said<'_>, agree: bool, sources: &Sources) -> Option<Merger> {
    let own = |one: Said<'_>, other: Said<'_>| -> Vec<String> {
        let others: Vec<String> = other.settings().iter().map(|setting| written(setting, sources)).collect();
        let own = one.settings().iter().map(|setting| written(setting, sources));
        own.filter(|setting| !others.contains(setting)).collect()
    };
    let (of_first, of_second) = (own(first, second), own(second, first));
    let names = (first.name(), second.name());
    let is_contrary = matches!(names, (Some(one), Some(other)) if one != other)
        || of_first.iter().any(|setting| of_second.iter().any(|other| key(setting) == key(other)));
    if !agree || is_contrary {
        let edits = removal(second, sources)?;
        return Some(Merger { title: "remove the second", edits, keeps_meaning: false });
    }
    // A name stays where it stands; settings can move.
    let first_stays = match names {
        (None, Some(_)) => false,
        (Some(_), None) => true,
        _ => of_second.is_empty() || !of_first.is_empty(),
    };
    let (title, left, gone, taken) = if first_stays {
        ("remove the second", first, second, of_second)
    } else {
        ("remove the first", second, first, of_first)
    };
    let mut edits = removal(gone, sources)?;
    if !taken.is_empty() {
        edits.push(taking_over(left, &taken)?);
    }
    Some(Merger { title, edits, keeps_meaning: true })
}

/// Returns a setting as it is written, without the letters' case and spaces that mean nothing.
fn written(setting: &Setting<'_>, sources: &Sources) -> String {
    let text = text(setting.span, sources);
    match text.split_once(':') {
        Some((_, value)) => format!("{}: {}", setting.name.node, value.trim().to_lowercase()),
        None => setting.name.node.to_string(),
    }
}

fn key(written: &str) -> &str {
    written.split(':').next().unwrap_or_default()
}

fn text(span: Span, sources: &Sources) -> &str {
    sources.file(span.file).text().get(span.range()).unwrap_or_default()
}

/// Returns the edit that adds settings to a relation that stands by itself.
fn taking_over(left: Said<'_>, settings: &[String]) -> Option<Edit> {
    let Said::Alone(data) = left else { return None };
    let settings = settings.join(", ");
    Some(match data.settings.last() {
        Some(last) => Edit { span: last.span.at_end(), replacement: format!(", {settings}") },
        None => Edit { span: data.span.at_end(), replacement: format!(" [{settings}]") },
    })
}

/// Returns the edits that cut a relation out and leave the comments in it.
fn removal(gone: Said<'_>, sources: &Sources) -> Option<Vec<Edit>> {
    let cut = |span: Span| vec![Edit { span, replacement: comments(span, sources) }];
    match gone {
        Said::Alone(data) => data.element.map(cut),
        Said::Inline(column, setting) => {
            let at = column.settings.iter().position(|other| other.span == setting.span)?;
            let before = at.checked_sub(1).and_then(|before| column.settings.get(before));
            let next = column.settings.get(at + 1);
            // Settings may also stand by their words alone in front of the brackets.
            let in_brackets = before.filter(|before| {
                let between = Span { start: before.span.end, end: setting.span.start, ..setting.span };
                lex(text(between, sources)).iter().any(|token| token.kind == Kind::Sign(','))
            });
            Some(cut(match (in_brackets, next) {
                (Some(before), _) => Span { start: before.span.end, ..setting.span },
                (None, Some(next)) => Span { end: next.span.start, ..setting.span },
                (None, None) => {
                    let start = before.map_or(column.ty.span.end, |before| before.span.end);
                    Span { start, end: column.span.end, ..setting.span }
                }
            }))
        }
        Said::Partial(_) => None,
    }
}

/// Returns the comments that stand in a text, as what is left of it.
fn comments(span: Span, sources: &Sources) -> String {
    let text = text(span, sources);
    let tokens = lex(text);
    let found: Vec<&str> =
        tokens.iter().filter(|token| token.kind == Kind::Comment).map(|token| token.raw(text)).collect();
    let Some(last) = found.last() else { return String::new() };
    let behind = sources.file(span.file).text().get(span.end as usize..).unwrap_or_default();
    // A comment to the end of its line would take what follows with it.
    let is_open = last.starts_with("//") && !behind.starts_with(['\n', '\r']) && !behind.is_empty();
    let leading = if text.starts_with(char::is_whitespace) || text.starts_with(',') { " " } else { "" };
    format!("{leading}{}{}", found.join("\n"), if is_open { "\n" } else { "" })
}
