//! Fences: their contents line by line, and where one that nobody closed should have ended.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::decl::Ident;
use crate::span::{FileId, Fragment, Span, Spanned};

/// A fence, or a block of code that is only indented.
#[derive(Clone, Debug)]
pub(in super::super) struct Fence {
    /// The info string as written; none where there is none, also on indented code.
    pub(in super::super) info: Option<Ident>,
    /// The marker that opens it (three backticks or more, or tildes), with its place.
    pub(in super::super) marker: Ident,
    /// Whether a closing fence was found.
    pub(in super::super) closed: bool,
    /// Its contents.
    pub(in super::super) body: Fragment<'static>,
}

impl Fence {
    /// Tells whether it is drawn with lines, whatever its info string says.
    pub(in super::super) fn is_drawing(&self) -> bool {
        let first = self.body.text().lines().map(str::trim).find(|line| !line.is_empty());
        first.is_some_and(|line| line.starts_with(['┌', '╔', '╭', '├', '│']) || line.starts_with("+--"))
    }

    /// Makes a fence of statements that stand in the running text.
    pub(super) fn bare(fragment: &Fragment<'_>, range: Range<usize>) -> Self {
        let span = fragment.span(range.clone());
        let text = fragment.text().get(range).unwrap_or_default();
        Self {
            info: None,
            marker: Spanned::new(String::new(), Span::new(span.file, span.start, span.start)),
            closed: true,
            body: Fragment::pieces(span.file, [(text, span.start)]),
        }
    }
}

/// Collects the contents of a [`Fence`].
pub(super) struct Builder {
    info: Option<Ident>,
    marker: Ident,
    closed: bool,
    pieces: Vec<(String, u32)>,
}

impl Builder {
    /// Makes a builder of the block that stands in `range` of `part`.
    pub(super) fn new(
        part: &str,
        range: Range<usize>,
        fenced: bool,
        place: impl Fn(&Range<usize>) -> Span,
    ) -> Self {
        let block = part.get(range.clone()).unwrap_or_default();
        let first = block.lines().next().unwrap_or_default();
        let indent = first.len() - first.trim_start().len();
        let opening = Opening::of(first);
        let at = |local: Range<usize>| place(&(range.start + local.start..range.start + local.end));
        let length = opening.as_ref().map_or(0, |opening| opening.length);
        let marker =
            Spanned::new(first.trim_start().chars().take(length).collect(), at(indent..indent + length));
        let info = opening.as_ref().filter(|opening| !opening.info.is_empty()).map(|opening| {
            let start = first.find(opening.info).unwrap_or(indent + length);
            Spanned::new(opening.info.to_owned(), at(start..start + opening.info.len()))
        });
        let last = block.lines().skip(1).last().unwrap_or_default();
        let closed = !fenced || opening.is_some_and(|opening| opening.closes(bare(last)));
        Self { info, marker, closed, pieces: Vec::new() }
    }

    /// Adds text that starts at byte `at` of the file.
    pub(super) fn text(&mut self, text: &str, at: u32) {
        self.pieces.push((text.to_owned(), at));
    }

    /// Returns the fence.
    pub(super) fn finish(self, file: FileId) -> Fence {
        let pieces: Vec<(&str, u32)> = self.pieces.iter().map(|(text, at)| (text.as_str(), *at)).collect();
        let body = if pieces.is_empty() {
            Fragment::pieces(file, [("", self.marker.span.end)])
        } else {
            Fragment::pieces(file, pieces)
        };
        Fence { info: self.info, marker: self.marker, closed: self.closed, body }
    }
}

/// Takes the backslashes off the backticks of lines that are meant to be a fence's, byte for byte: generators of text leave them there.
pub(super) fn unescaped(text: Cow<'_, str>) -> Cow<'_, str> {
    const ESCAPED: &str = "\\`\\`\\`";
    let escaped = |line: &str| line.trim_start().starts_with(ESCAPED);
    // One alone opens nothing.
    if !text.contains(ESCAPED) || text.lines().filter(|line| escaped(line)).count() < 2 {
        return text;
    }
    let mut masked = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if escaped(line) {
            masked.push_str(&line.replacen(ESCAPED, "   ```", 1));
        } else {
            masked.push_str(line);
        }
    }
    Cow::Owned(masked)
}

/// Makes backticks of the colons around a diagram (`:::mermaid`), byte for byte: some forges have them for fences.
pub(super) fn of_colons(text: Cow<'_, str>) -> Cow<'_, str> {
    const COLONS: &str = ":::";
    let opens = |line: &str| line.trim().strip_prefix(COLONS).is_some_and(|info| info.trim() == "mermaid");
    if !text.contains(COLONS) || !text.lines().any(opens) {
        return text;
    }
    let mut masked = String::with_capacity(text.len());
    let mut open = false;
    for line in text.split_inclusive('\n') {
        let is_end = open && line.trim() == COLONS;
        if is_end || !open && opens(line) {
            masked.push_str(&line.replacen(COLONS, "```", 1));
            open = !is_end;
        } else {
            masked.push_str(line);
        }
    }
    Cow::Owned(masked)
}

/// Replaces the lines that hold nothing but `<details>` and `<summary>` by blanks, byte for byte.
///
/// CommonMark reads a fence that follows such a line at once as part of an HTML block.
pub(super) fn without_details(text: &str) -> Cow<'_, str> {
    let is_tag = |line: &str| {
        let line = bare(line);
        line.starts_with('<')
            && ["<details", "</details", "<summary", "</summary"].iter().any(|tag| {
                line.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
                    && line.ends_with('>')
            })
    };
    if !text.lines().any(is_tag) {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if is_tag(line) {
            let ends = line.len() - line.trim_end_matches(['\n', '\r']).len();
            masked.extend(std::iter::repeat_n(' ', line.len() - ends));
            masked.push_str(line.get(line.len() - ends..).unwrap_or_default());
        } else {
            masked.push_str(line);
        }
    }
    Cow::Owned(masked)
}

/// Returns the places of SQL statements that stand in no fence, in order; none where none of them makes a table.
///
/// A statement begins at the margin with two words that begin nothing else, and ends with a semicolon that ends its line.
pub(super) fn bare_sql(text: &str) -> Vec<Range<usize>> {
    const LONGEST: usize = 400;
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut makes_table = false;
    let mut fenced: Option<Opening<'_>> = None;
    let mut open: Option<(usize, usize)> = None;
    let mut in_pre = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = bare(line);
        if let Some(opening) = &fenced {
            if opening.closes(content) {
                fenced = None;
            }
            continue;
        }
        // What stands in a block of HTML has its entities to be written out.
        let has = |tag: &str| content.to_ascii_lowercase().contains(tag);
        in_pre = (in_pre || content.starts_with('<') && has("<pre")) && !(in_pre && has("</pre"));
        if in_pre {
            open = None;
            in_pre = !has("</pre");
            continue;
        }
        if let Some(opening) = Opening::of(content) {
            (fenced, open) = (Some(opening), None);
            continue;
        }
        if open.is_none() && begins_statement(content) {
            open = Some((start, 0));
        }
        let Some((first, lines)) = &mut open else { continue };
        *lines += 1;
        let statement = text.get(*first..start + content.len()).unwrap_or_default();
        let balanced = statement.matches('(').count() == statement.matches(')').count();
        if *lines > LONGEST || content.starts_with('#') {
            open = None;
        } else if content.trim_end().ends_with(';') && balanced {
            makes_table |= statement
                .get(.."create table".len())
                .is_some_and(|head| head.eq_ignore_ascii_case("create table"));
            let range = *first..start + content.len();
            open = None;
            match found.last_mut() {
                Some(last) if text.get(last.end..range.start).is_some_and(|gap| gap.trim().is_empty()) => {
                    last.end = range.end
                }
                _ => found.push(range),
            }
        }
    }
    if makes_table { found } else { Vec::new() }
}

/// Tells whether a line begins a statement that makes something, and is no sentence about one.
fn begins_statement(line: &str) -> bool {
    let begun = line.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    // Most lines begin with no such letter.
    if !begun.starts_with(['c', 'C', 'a', 'A']) {
        return false;
    }
    let mut words = begun
        .split(|c: char| c.is_whitespace() || c == '(')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match (first.as_str(), second.as_str()) {
        ("create", "table") => line.contains('('),
        ("create", "index" | "unique" | "type" | "extension") | ("alter", "table") | ("comment", "on") => {
            line.trim_end().ends_with([';', '(', ','])
        }
        _ => false,
    }
}

/// Returns the offsets at which a fence that nobody closed should have ended, ascending.
///
/// That is where another fence opens inside it, or, when the document ends without closing it, at the first heading.
pub(super) fn cuts(text: &str) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut start = 0;
    while let Some(next) = unclosed(text, start, &mut cuts) {
        start = next;
    }
    cuts
}

/// Follows the fences from `start` on; returns where to begin again when the document ends inside a fence.
fn unclosed(text: &str, start: usize, cuts: &mut Vec<usize>) -> Option<usize> {
    let mut open: Option<Opening<'_>> = None;
    let mut heading: Option<usize> = None;
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        let line_start = at;
        at += line.len();
        let content = bare(line);
        match &open {
            None => {
                open = Opening::of(content);
                heading = None;
            }
            Some(opening) if opening.closes(content) => open = None,
            Some(opening) => {
                if let Some(next) = Opening::of(content)
                    && opening.is_broken_by(&next)
                {
                    // Running text between the two belongs to neither.
                    cuts.push(heading.unwrap_or(line_start));
                    open = Some(next);
                    heading = None;
                } else if heading.is_none() && is_heading(line) {
                    heading = Some(line_start);
                }
            }
        }
    }
    let cut = open.and(heading)?;
    cuts.push(cut);
    Some(cut)
}

/// Returns a line without the markers of the quotes that it stands in, trimmed.
fn bare(line: &str) -> &str {
    line.trim().trim_start_matches(['>', ' ', '\t'])
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    // One `#` is a comment in too many languages.
    (2..=6).contains(&level) && rest.starts_with(' ') && !rest.trim().is_empty()
}

/// The line that opens a fence.
struct Opening<'a> {
    mark: char,
    length: usize,
    info: &'a str,
}

impl<'a> Opening<'a> {
    fn of(line: &'a str) -> Option<Self> {
        // A fence may open on the line of a list marker.
        let content = line.trim();
        let behind_bullet = ["- ", "* ", "+ "].iter().find_map(|bullet| content.strip_prefix(bullet));
        let digits = content.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind_number = if digits.len() < content.len() {
            digits.strip_prefix(". ").or_else(|| digits.strip_prefix(") "))
        } else {
            None
        };
        let content = behind_bullet.or(behind_number).unwrap_or(content).trim_start();
        let mark = content.chars().next().filter(|first| matches!(first, '`' | '~'))?;
        let rest = content.trim_start_matches(mark);
        let length = content.len() - rest.len();
        let info = rest.trim();
        (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Self { mark, length, info })
    }

    fn closes(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(self.mark);
        line.len() - rest.len() >= self.length && rest.trim().is_empty()
    }

    /// Tells whether a fence that opens inside this one can only mean that this one was not closed.
    fn is_broken_by(&self, next: &Opening<'_>) -> bool {
        let holds_markdown = matches!(self.info.to_lowercase().as_str(), "markdown" | "md" | "mdx");
        let is_word = next.info.chars().next().is_some_and(char::is_alphanumeric)
            && !next.info.contains(char::is_whitespace);
        self.mark == next.mark && self.length == next.length && is_word && !holds_markdown
    }
}
