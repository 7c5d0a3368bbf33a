//! Running text of a document: of a heading, a paragraph, a list item or a cell.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::decl::Ident;
use crate::span::{FileId, Fragment, Span, Spanned};

/// Running text without its markup, which knows where each of its bytes stands and what was set as code.
#[derive(Clone, Debug)]
pub(super) struct Inline {
    fragment: Fragment<'static>,
    codes: Vec<Range<usize>>,
    strong: Vec<Range<usize>>,
    struck: bool,
}

/// Collects the pieces of an [`Inline`].
#[derive(Debug)]
pub(super) struct Builder {
    fragment: Fragment<'static>,
    codes: Vec<Range<usize>>,
    strong: Vec<Range<usize>>,
    strong_since: Option<usize>,
    struck: bool,
}

impl Builder {
    /// Makes a builder of text of one file.
    pub(super) fn new(file: FileId) -> Self {
        Self {
            fragment: Fragment::empty(file),
            codes: Vec::new(),
            strong: Vec::new(),
            strong_since: None,
            struck: false,
        }
    }

    /// Adds text that starts at byte `at` of the file.
    pub(super) fn text(&mut self, text: &str, at: u32) {
        if !text.is_empty() {
            self.fragment.push(text, at);
        }
    }

    /// Adds a code span.
    pub(super) fn code(&mut self, text: &str, at: u32) {
        let start = self.length();
        self.text(text, at);
        self.codes.push(start..self.length());
    }

    /// Opens (`true`) or closes strong emphasis.
    pub(super) fn strong(&mut self, open: bool) {
        if open {
            self.strong_since = Some(self.length());
        } else if let Some(start) = self.strong_since.take() {
            self.strong.push(start..self.length());
        }
    }

    /// Notes that what follows is struck out.
    pub(super) fn strike(&mut self) {
        self.struck |= self.fragment.text().trim().is_empty();
    }

    /// Returns what was collected.
    pub(super) fn finish(self) -> Inline {
        Inline { fragment: self.fragment, codes: self.codes, strong: self.strong, struck: self.struck }
    }

    fn length(&self) -> usize {
        self.fragment.text().len()
    }
}

impl Inline {
    /// Returns the text.
    pub(super) fn text(&self) -> &str {
        self.fragment.text()
    }

    /// Returns the place of a range of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        self.fragment.span(range)
    }

    /// Returns the place of the whole text.
    pub(super) fn whole(&self) -> Span {
        self.span(0..self.text().len())
    }

    /// Returns a part of the text, trimmed, with its place; white space inside it, line ends too, is one blank.
    pub(super) fn ident(&self, range: Range<usize>) -> Ident {
        let range = self.trim(range);
        let text = self.text().get(range.clone()).unwrap_or_default();
        let span = self.span(range);
        if is_spaced(text) {
            return Spanned::new(text.to_owned(), span);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        Spanned::new(words.join(" "), span)
    }

    /// Returns the whole text, trimmed, with its place.
    pub(super) fn all(&self) -> Ident {
        self.ident(0..self.text().len())
    }

    /// Returns the whole text as [`Inline::all`] gives it, without its place; of most nothing is copied.
    pub(super) fn said(&self) -> Cow<'_, str> {
        let text = self.text().trim();
        if is_spaced(text) { Cow::Borrowed(text) } else { Cow::Owned(self.all().node) }
    }

    /// Returns the ranges of the code spans, in order.
    pub(super) fn codes(&self) -> &[Range<usize>] {
        &self.codes
    }

    /// Returns the ranges in strong emphasis, in order.
    pub(super) fn strong(&self) -> &[Range<usize>] {
        &self.strong
    }

    /// Tells whether its beginning is struck out: "~~`notes`~~ (removed)".
    pub(super) fn is_struck(&self) -> bool {
        self.struck
    }

    /// Returns the slice of the text for a range.
    pub(super) fn get(&self, range: Range<usize>) -> &str {
        self.text().get(range).unwrap_or_default()
    }

    /// Returns a range that lies in one piece of the file as a text of its own, without its markup.
    pub(super) fn part(&self, range: Range<usize>) -> Inline {
        let span = self.span(range.clone());
        let mut built = Builder::new(span.file);
        built.text(self.get(range), span.start);
        built.finish()
    }

    /// Narrows a range to what stands between its white space.
    pub(super) fn trim(&self, range: Range<usize>) -> Range<usize> {
        trim(self.text(), range)
    }
}

/// Tells whether all white space inside a trimmed text is single blanks.
fn is_spaced(text: &str) -> bool {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\x0b';
    text.is_ascii()
        && text.as_bytes().windows(2).all(|pair| match pair {
            [b' ', next] => !blank(next),
            [byte, _] => !blank(byte),
            _ => true,
        })
}

/// Narrows a range of `text` to what stands between its white space.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (slice.len() - slice.trim_start().len());
    start..start + slice.trim().len()
}
