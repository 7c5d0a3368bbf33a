//! Where things were said: files, byte spans in them, and text cut out of them.
//!
//! Every offset counts bytes of the author's file, also when the text was read from a fence inside it. Lines and columns are
//! worked out only when a diagnostic is shown, and count from one; a column counts characters.

use std::num::NonZeroU32;
use std::ops::Range;
use std::path::{Component, Path};
use std::sync::OnceLock;

/// Names one file of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(NonZeroU32);

impl FileId {
    /// Names the file at a place of the list; counted from one, so that what may have no place is no larger for it.
    fn at(place: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(offset(place)))
    }
}

/// A byte range in one of the author's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes the span `start..end` of `file`; an end before the start becomes the start.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end: end.max(start) }
    }

    /// Returns the smallest span that holds both; spans of two files give the first.
    pub fn to(self, other: Span) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the empty span at the start of this one.
    pub fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// Returns the empty span at the end of this one.
    pub fn at_end(self) -> Self {
        Self { start: self.end, ..self }
    }

    /// Returns the span as a range of `usize`, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the place that said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spanned<T> {
    /// What was said.
    pub node: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }

    /// Borrows the value, keeping the place.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { node: &self.node, span: self.span }
    }

    /// Applies `f` to the value, keeping the place.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { node: f(self.node), span: self.span }
    }
}

/// A line and a column in a file, both counting from one; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from one.
    pub line: u32,
    /// Column in characters, from one.
    pub column: u32,
}

/// One file as it was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    line_starts: Vec<u32>,
    /// How many characters begin before each block of [`BLOCK`] bytes; counted when first asked for.
    characters: OnceLock<Vec<usize>>,
}

/// The bytes between two places of a file up to which its characters are known, so that a place in a very long line need not be
/// counted out from the line's start.
const BLOCK: usize = 4_096;

impl SourceFile {
    /// Returns the path as diagnostics show it: relative to the workspace, with forward slashes.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns how many characters begin before a byte.
    fn characters_before(&self, at: u32) -> usize {
        let begins = |bytes: &[u8]| bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let known = self.characters.get_or_init(|| {
            let mut sum = 0;
            let blocks = self.text.as_bytes().chunks(BLOCK).map(begins).chain([0]);
            let sums = blocks.map(|count| {
                sum += count;
                sum - count
            });
            sums.collect()
        });
        let at = self.text.len().min(at as usize);
        let rest = self.text.as_bytes().get(at / BLOCK * BLOCK..at).unwrap_or_default();
        known.get(at / BLOCK).map_or(0, |known| known + begins(rest))
    }
}

/// Every file of one run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file under the path that diagnostics show.
    ///
    /// Text past 4 GiB cannot be addressed by a [`Span`]; spans there are clamped to the last byte that can.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| offset(at + 1))).collect();
        let id = FileId::at(self.files.len());
        self.files.push(SourceFile { path: path.into(), text, line_starts, characters: OnceLock::new() });
        id
    }

    /// Returns the file that `id` names.
    #[expect(
        clippy::indexing_slicing,
        reason = "a FileId is made by `add` alone, and files are never removed"
    )]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0.get() as usize - 1]
    }

    /// Returns the id of the file at `path`, as it was added.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.files.iter().position(|file| file.path == path).map(FileId::at)
    }

    /// Returns every file, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId::at(at), file))
    }

    /// Returns the text that `span` covers, or nothing where it does not fall on character boundaries.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or_default()
    }

    /// Returns the line and column of a span's first byte.
    pub fn position(&self, span: Span) -> Position {
        let file = self.file(span.file);
        let line = file.line_starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        let start = file.line_starts.get(line).copied().unwrap_or_default();
        let column = file.characters_before(span.start).saturating_sub(file.characters_before(start));
        Position { line: offset(line) + 1, column: offset(column) + 1 }
    }

    /// Returns the whole of a file as a fragment.
    pub fn fragment(&self, id: FileId) -> Fragment<'_> {
        Fragment::whole(id, &self.file(id).text)
    }
}

/// A piece of text to be parsed, which knows where each of its bytes stands in the author's file.
///
/// The text of a fence inside a list or a block quote is not one slice of its file: every line loses its indentation or
/// its `>`. A fragment therefore holds a table of where each run of bytes came from.
#[derive(Clone, Debug)]
pub struct Fragment<'a> {
    file: FileId,
    text: std::borrow::Cow<'a, str>,
    /// Pairs of (offset in `text`, offset in the file), ascending; never empty.
    runs: Vec<(u32, u32)>,
}

impl Fragment<'static> {
    /// Makes a fragment of several slices of one file, each given with the byte where it starts, in order.
    pub fn pieces<'p>(file: FileId, pieces: impl IntoIterator<Item = (&'p str, u32)>) -> Self {
        let mut fragment = Self::empty(file);
        pieces.into_iter().for_each(|(piece, base)| fragment.push(piece, base));
        fragment
    }

    /// Makes a fragment without text.
    pub fn empty(file: FileId) -> Self {
        Self { file, text: String::new().into(), runs: vec![(0, 0)] }
    }

    /// Adds a slice of the file that starts at byte `base` there.
    pub fn push(&mut self, piece: &str, base: u32) {
        let run = (offset(self.text.len()), base);
        match self.runs.as_mut_slice() {
            [only] if self.text.is_empty() => *only = run,
            _ => self.runs.push(run),
        }
        self.text.to_mut().push_str(piece);
    }
}

impl<'a> Fragment<'a> {
    /// Makes a fragment of a whole file.
    pub fn whole(file: FileId, text: &'a str) -> Self {
        Self::slice(file, text, 0)
    }

    /// Makes a fragment of a slice that starts at byte `base` of its file.
    pub fn slice(file: FileId, text: &'a str, base: u32) -> Self {
        Self { file, text: text.into(), runs: vec![(0, base)] }
    }

    /// Returns the file that the text came from.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Maps a byte range of the fragment's text to the author's file.
    #[inline]
    pub fn span(&self, range: Range<usize>) -> Span {
        // Of most files every token is asked for, and they are one run.
        if let [(_, base)] = self.runs.as_slice() {
            let (start, end) = (offset(range.start), offset(range.end));
            return Span { file: self.file, start: base + start, end: base + end.max(start) };
        }
        self.span_in_runs(range)
    }

    fn span_in_runs(&self, range: Range<usize>) -> Span {
        let start = self.locate(offset(range.start));
        // The end maps through its last byte: the byte after it may already belong to the next line's run.
        let end = match range.end.checked_sub(1) {
            Some(last) if range.end > range.start => self.locate(offset(last)) + 1,
            _ => start,
        };
        Span::new(self.file, start, end)
    }

    fn locate(&self, at: u32) -> u32 {
        let run = self.runs.partition_point(|(local, _)| *local <= at).saturating_sub(1);
        self.runs.get(run).map_or(at, |(local, base)| base + (at - local))
    }
}

/// Resolves `.` and `..` in a path without looking at the disk, and writes it with forward slashes.
pub(crate) fn normalise(path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut prefix = String::new();
    for component in Path::new(&path.replace('\\', "/")).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir if parts.last().is_some_and(|last| last != "..") => {
                parts.pop();
            }
            Component::ParentDir => parts.push("..".to_owned()),
            Component::CurDir => {}
            Component::RootDir => prefix.push('/'),
            Component::Prefix(drive) => prefix.push_str(&drive.as_os_str().to_string_lossy()),
        }
    }
    prefix + &parts.join("/")
}

/// Converts a length to an offset; text past 4 GiB is clamped, see [`Sources::add`].
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut sources = Sources::default();
        let text = "перший\nмодуль `users` далі\n";
        let file = sources.add("a.md", text);
        let at = text.find("users").unwrap();
        let span = sources.fragment(file).span(at..at + 5);
        assert_eq!(sources.position(span), Position { line: 2, column: 9 });
        assert_eq!(sources.text(span), "users");
    }

    #[test]
    fn columns_of_very_long_lines_are_counted() {
        let mut sources = Sources::default();
        let text = format!("ї\n{}", "ї".repeat(BLOCK));
        let file = sources.add("a.md", text.as_str());
        for at in [3, BLOCK - 1, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK + 3] {
            let before = text.get(3..at).unwrap().chars().count();
            let span = Span::new(file, offset(at), offset(at));
            assert_eq!(sources.position(span), Position { line: 2, column: offset(before) + 1 }, "{at}");
        }
    }

    #[test]
    fn pieces_map_back_to_their_lines() {
        let mut sources = Sources::default();
        let text = "> create\n> table t\n";
        let file = sources.add("a.md", text);
        let fragment = Fragment::pieces(file, [("create\n", 2), ("table t\n", 11)]);
        assert_eq!(fragment.text(), "create\ntable t\n");
        assert_eq!(sources.text(fragment.span(7..12)), "table");
        assert_eq!(sources.text(fragment.span(0..6)), "create");
        assert_eq!(sources.position(fragment.span(13..14)), Position { line: 2, column: 9 });
    }

    #[test]
    fn paths_are_resolved_as_text() {
        assert_eq!(normalise("schema/a/../../../shared/x.md"), "../shared/x.md");
        assert_eq!(normalise("./a//b/./c"), "a/b/c");
        assert_eq!(normalise("/x/../y"), "/y");
        assert_eq!(normalise("../../a"), "../../a");
    }

    #[test]
    fn a_position_past_the_end_is_the_end() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "one\n");
        assert_eq!(sources.position(Span::new(file, 4, 4)), Position { line: 2, column: 1 });
    }
}
