//! What the tool says about the author's text: one diagnostic type, one way to make one.
//!
//! ```
//! # use truthtable::diag::{Code, Sink};
//! # use truthtable::span::Sources;
//! # let mut sources = Sources::default();
//! # let file = sources.add("a.dbml", "Ref: posts.user_id > user.id");
//! # let span = sources.fragment(file).span(21..25);
//! const UNKNOWN_TABLE: Code = Code::new("unknown-table");
//! let mut sink = Sink::default();
//! sink.error(UNKNOWN_TABLE, span, "no table `user`").help("did you mean `users`?");
//! ```

pub mod explain;
mod fix;
mod github;
mod json;
mod sarif;
mod suggest;
mod terminal;

pub use fix::apply_fixes;
pub use github::{annotation, to_github};
pub use json::{JsonDiagnostic, to_json};
pub use sarif::to_sarif;
pub use suggest::did_you_mean;
pub use terminal::{Colour, to_terminal};

use crate::span::{Sources, Span};

/// The stable name of a kind of diagnostic, in kebab-case; for a finding of the linter it is the rule's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// Makes a code; declare each once, as a constant beside the stage that reports it.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Returns the name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// How much a diagnostic weighs; ordered from the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a run.
    Info,
    /// Probably a mistake; generation goes on.
    Warning,
    /// Nothing is generated while it stands.
    Error,
}

impl Severity {
    /// Returns the name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How far reading had come when something was found. What is found first is told first: the rest may follow from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// What is no word, number or text at all.
    Tokens,
    /// Words and brackets that make no sense together.
    Text,
    /// An element that says of itself what it may not say.
    Form,
    /// What is said of named things, and everything else.
    #[default]
    Names,
    /// What several elements say together.
    Whole,
    /// What rows of values say.
    Rows,
}

/// A further place that a diagnostic points at, with what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What stands there.
    pub text: String,
}

/// Replacement of one span of the author's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A change of the author's files that removes the cause of a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative: "remove the second `Ref`".
    pub title: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it leaves the meaning of the document as it is; only such fixes are applied by `lint --fix`.
    pub keeps_meaning: bool,
}

/// One thing to say: code, place, why, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing it is.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it is.
    pub span: Span,
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// What to do, one sentence each.
    pub help: Vec<String>,
    /// An edit that mends it.
    pub fix: Option<Fix>,
    /// Whether it speaks of something that the format's official tool refuses and that was read all the same.
    pub is_leniency: bool,
    /// How far reading had come.
    pub stage: Stage,
}

impl Diagnostic {
    /// Makes a diagnostic with no further labels, help or fix.
    pub fn new(code: Code, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            span,
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
            fix: None,
            is_leniency: false,
            stage: Stage::default(),
        }
    }

    /// Says what to do; an empty text is left out, so that an optional hint can be passed as it is.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        if !text.is_empty() {
            self.help.push(text);
        }
        self
    }

    /// Points at another place and says what stands there.
    pub fn label(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says how far reading had come.
    pub fn stage(&mut self, stage: Stage) -> &mut Self {
        self.stage = stage;
        self
    }

    /// Offers an edit that mends it and cannot change what the document means.
    pub fn fix(&mut self, title: impl Into<String>, edits: Vec<Edit>) -> &mut Self {
        self.fix = Some(Fix { title: title.into(), edits, keeps_meaning: true });
        self
    }

    /// Offers an edit that mends it but that the author must judge.
    pub fn unsafe_fix(&mut self, title: impl Into<String>, edits: Vec<Edit>) -> &mut Self {
        self.fix = Some(Fix { title: title.into(), edits, keeps_meaning: false });
        self
    }
}

/// Where stages report to.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    strict: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// Makes a sink in which every leniency towards a format's official tool is an error.
    pub fn strict() -> Self {
        Self { strict: true, diagnostics: Vec::new() }
    }

    /// Tells whether leniencies are errors.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// Reports something that stops generation.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.report(Diagnostic::new(code, Severity::Error, span, message))
    }

    /// Reports something that is probably a mistake.
    pub fn warning(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.report(Diagnostic::new(code, Severity::Warning, span, message))
    }

    /// Reports something worth knowing.
    pub fn info(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.report(Diagnostic::new(code, Severity::Info, span, message))
    }

    /// Reports something that the format's official tool refuses and that is read all the same: a warning, and an error
    /// in a strict sink.
    pub fn leniency(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let severity = if self.strict { Severity::Error } else { Severity::Warning };
        let diagnostic = Diagnostic::new(code, severity, span, message);
        self.report(Diagnostic { is_leniency: true, ..diagnostic })
    }

    /// Changes what was reported so far: each diagnostic to what `change` makes of it, or to nothing.
    pub fn revise(&mut self, change: impl FnMut(Diagnostic) -> Option<Diagnostic>) {
        self.diagnostics = std::mem::take(&mut self.diagnostics).into_iter().filter_map(change).collect();
    }

    /// Reports a diagnostic made elsewhere.
    #[expect(clippy::indexing_slicing, reason = "the element was pushed in the line above")]
    pub fn report(&mut self, diagnostic: Diagnostic) -> &mut Diagnostic {
        self.diagnostics.push(diagnostic);
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    /// Makes an empty sink that is as strict as this one.
    pub fn fresh(&self) -> Self {
        Self { strict: self.strict, diagnostics: Vec::new() }
    }

    /// Takes over everything that another sink was told.
    pub fn absorb(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
    }

    /// Takes over what a later stage was told, without what it says of places where an error stands already: that follows from it.
    pub fn absorb_later(&mut self, later: Self) {
        let errors = self.diagnostics.iter().filter(|it| it.severity == Severity::Error);
        let mut places: Vec<Span> = errors.map(|error| error.span).collect();
        places.sort_unstable();
        // Places that overlap are one, so that their ends are in order too.
        places.dedup_by(|next, place| {
            let overlap = place.file == next.file && next.start < place.end;
            if overlap {
                place.end = place.end.max(next.end);
            }
            overlap
        });
        let is_new = |found: &Diagnostic| {
            let span = found.span;
            let next = places.partition_point(|place| (place.file, place.end) <= (span.file, span.start));
            places.get(next).is_none_or(|place| place.file != span.file || span.end <= place.start)
        };
        self.diagnostics.extend(later.diagnostics.into_iter().filter(is_new));
    }

    /// Returns everything reported so far, in the order of reporting.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Tells whether it is still worth while to look for the name that may have been meant: each time every name is compared, which
    /// takes long where thousands are wrong and helps nobody then.
    pub fn may_suggest(&self) -> bool {
        const MANY: usize = 200;
        self.diagnostics.len() < MANY
    }

    /// Tells whether an error was reported.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns everything reported, ordered by file path, stage, place and code, exact repetitions once.
    pub fn finish(self, sources: &Sources) -> Vec<Diagnostic> {
        let mut all = self.diagnostics;
        all.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.stage, d.span.start, d.span.end, d.code);
            let path = |d: &Diagnostic| sources.file(d.span.file).path().to_owned();
            path(a).cmp(&path(b)).then_with(|| key(a).cmp(&key(b))).then_with(|| a.message.cmp(&b.message))
        });
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_stage_says_nothing_of_places_where_an_error_stands() {
        let mut sources = Sources::default();
        let file = sources.add("a.dbml", "0123456789");
        let at = |start: u32, end: u32| Span::new(file, start, end);
        let code = Code::new("some-code");
        let (mut sink, mut later) = (Sink::default(), Sink::default());
        sink.error(code, at(2, 4), "one");
        sink.error(code, at(1, 6), "two, around it");
        sink.warning(code, at(8, 9), "no error");
        for (span, message) in [
            (at(0, 1), "before"),
            (at(3, 5), "inside"),
            (at(0, 9), "around"),
            (at(5, 7), "across the end"),
            (at(6, 7), "behind"),
            (at(8, 9), "on a warning"),
        ] {
            later.warning(code, span, message);
        }
        sink.absorb_later(later);
        let messages: Vec<&str> = sink.diagnostics().iter().map(|it| it.message.as_str()).collect();
        assert_eq!(messages, ["one", "two, around it", "no error", "before", "behind", "on a warning"]);
    }
}
