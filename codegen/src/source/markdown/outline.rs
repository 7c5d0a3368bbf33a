//! A Markdown document as sections of blocks.
//!
//! Block quotes are passed through, so that what stands in one is read as if it stood beside it; lists keep their nesting
//! down to [`DEPTH`] levels. Every block knows its place in the author's file.

mod fence;
mod html;

use std::cell::OnceCell;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::inline::{Builder, Inline};
use crate::source::decl::{Ident, QName};
use crate::span::{Fragment, Span};
pub(super) use fence::Fence;

/// How deep lists may be nested; what is nested deeper is read as if it stood at this depth.
const DEPTH: usize = 32;

/// A heading with what stands under it up to the next heading.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// The heading; none above the first one.
    pub(super) heading: Option<Heading>,
    /// Indexes of the sections whose headings stand above this one's, outermost first.
    pub(super) parents: Vec<usize>,
    /// The blocks.
    pub(super) blocks: Vec<Block>,
    /// The table that it speaks of, once somebody asked: every recogniser does, of every block.
    pub(super) subject: OnceCell<Option<QName>>,
    /// Whether its first lines say that what it speaks of is not there, once somebody asked.
    pub(super) denied: OnceCell<bool>,
}

/// A heading.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// One to six.
    pub(super) level: u8,
    /// Its text.
    pub(super) inline: Inline,
    /// Its text as a label.
    pub(super) text: Ident,
    /// The table that it names, once somebody asked.
    pub(super) table: OnceCell<Option<QName>>,
    /// Whether it speaks of plans, once somebody asked.
    pub(super) planned: OnceCell<bool>,
    /// Whether it announces indexes, once somebody asked.
    pub(super) of_indexes: OnceCell<bool>,
}

impl Section {
    fn new(heading: Option<Heading>, parents: Vec<usize>) -> Self {
        Self { heading, parents, blocks: Vec::new(), subject: OnceCell::new(), denied: OnceCell::new() }
    }
}

/// A block.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// A paragraph, or the text of a tight list item.
    Paragraph(Inline),
    /// A list.
    List(List),
    /// A fence or an indented block of code.
    Fence(Fence),
    /// A pipe table.
    Table(Table),
}

/// A list.
#[derive(Clone, Debug)]
pub(super) struct List {
    /// Its items, each a sequence of blocks.
    pub(super) items: Vec<Item>,
    /// Its place.
    pub(super) span: Span,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Its blocks.
    pub(super) blocks: Vec<Block>,
    /// Its place.
    pub(super) span: Span,
}

impl Item {
    /// Returns the text with which the item begins.
    pub(super) fn text(&self) -> Option<&Inline> {
        match self.blocks.first() {
            Some(Block::Paragraph(inline)) => Some(inline),
            Some(Block::List(_) | Block::Fence(_) | Block::Table(_)) | None => None,
        }
    }

    /// Returns the lists that stand in the item.
    pub(super) fn lists(&self) -> impl Iterator<Item = &List> {
        self.blocks.iter().filter_map(|block| match block {
            Block::List(list) => Some(list),
            Block::Paragraph(_) | Block::Fence(_) | Block::Table(_) => None,
        })
    }
}

/// A pipe table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// Cells of its head.
    pub(super) header: Vec<Inline>,
    /// Its rows.
    pub(super) rows: Vec<Row>,
    /// Its place.
    pub(super) span: Span,
}

/// A row of a pipe table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its cells.
    pub(super) cells: Vec<Inline>,
    /// Its place.
    pub(super) span: Span,
}

/// Reads a document into its sections; there is always a first one, which has no heading.
pub(super) fn read(fragment: &Fragment<'_>) -> Vec<Section> {
    let text = fence::of_colons(fence::unescaped(fence::without_details(fragment.text())));
    let mut sections = vec![Section::new(None, Vec::new())];
    // A fence that nobody closed would swallow the rest of the document; the text is read anew from where it should have ended.
    let mut start = 0;
    let mut bare = fence::bare_sql(&text).into_iter().peekable();
    for end in fence::cuts(&text).into_iter().chain([text.len()]) {
        while let Some(statements) = bare.next_if(|statements| statements.end <= end) {
            if statements.start < start {
                continue;
            }
            read_part(text.get(start..statements.start).unwrap_or_default(), start, fragment, &mut sections);
            let block = Block::Fence(Fence::bare(fragment, statements.clone()));
            push(block, &mut [], &mut sections);
            start = statements.end;
        }
        let part = text.get(start..end).unwrap_or_default();
        read_part(part, start, fragment, &mut sections);
        start = end;
    }
    sections
}

/// A container that is still open.
enum Frame {
    List(Vec<Item>, Range<usize>),
    Item(Vec<Block>, Range<usize>),
}

fn read_part(part: &str, base: usize, fragment: &Fragment<'_>, sections: &mut Vec<Section>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let place = |range: &Range<usize>| fragment.span(range.start + base..range.end + base);
    let mut frames: Vec<Frame> = Vec::new();
    let mut too_deep = 0_usize;
    let mut inline: Option<Builder> = None;
    let mut code: Option<fence::Builder> = None;
    let mut table: Option<Table> = None;
    let mut row: Option<Row> = None;
    let mut metadata = false;

    for (event, range) in Parser::new_ext(part, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell) => {
                flush(&mut inline, &mut frames, sections);
                inline = Some(Builder::new(fragment.file()));
            }
            Event::End(TagEnd::Paragraph) => flush(&mut inline, &mut frames, sections),
            Event::End(TagEnd::Heading(level)) => {
                let Some(text) = inline.take() else { continue };
                heading(level, text.finish(), &mut frames, sections);
            }
            Event::Start(Tag::List(_)) => {
                flush(&mut inline, &mut frames, sections);
                if frames.len() >= 2 * DEPTH {
                    too_deep += 1;
                } else {
                    frames.push(Frame::List(Vec::new(), range));
                }
            }
            Event::Start(Tag::Item) if too_deep == 0 => frames.push(Frame::Item(Vec::new(), range)),
            Event::End(TagEnd::Item) => {
                flush(&mut inline, &mut frames, sections);
                if too_deep > 0 {
                    continue;
                }
                let Some(Frame::Item(blocks, range)) = frames.pop() else { continue };
                let item = Item { blocks, span: place(&trimmed(part, range)) };
                if let Some(Frame::List(items, _)) = frames.last_mut() {
                    items.push(item);
                }
            }
            Event::End(TagEnd::List(_)) => {
                if too_deep > 0 {
                    too_deep -= 1;
                } else if let Some(Frame::List(items, range)) = frames.pop() {
                    let list = List { items, span: place(&trimmed(part, range)) };
                    push(Block::List(list), &mut frames, sections);
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                flush(&mut inline, &mut frames, sections);
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                code = Some(fence::Builder::new(part, range, fenced, place));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(code) = code.take() {
                    push(Block::Fence(code.finish(fragment.file())), &mut frames, sections);
                }
            }
            Event::Start(Tag::Table(_)) => {
                flush(&mut inline, &mut frames, sections);
                table =
                    Some(Table { header: Vec::new(), rows: Vec::new(), span: place(&trimmed(part, range)) });
            }
            Event::Start(Tag::TableRow) => {
                row = Some(Row { cells: Vec::new(), span: place(&trimmed(part, range)) });
            }
            Event::End(TagEnd::TableCell) => {
                let Some(cell) = inline.take() else { continue };
                match (&mut row, &mut table) {
                    (Some(row), _) => row.cells.push(cell.finish()),
                    (None, Some(table)) => table.header.push(cell.finish()),
                    (None, None) => {}
                }
            }
            Event::End(TagEnd::TableRow) => {
                if let (Some(table), Some(row)) = (&mut table, row.take()) {
                    table.rows.push(row);
                }
            }
            Event::End(TagEnd::Table) => {
                if let Some(table) = table.take() {
                    push(Block::Table(table), &mut frames, sections);
                }
            }
            Event::Start(Tag::HtmlBlock) => {
                flush(&mut inline, &mut frames, sections);
                let code = html::code(part, range.clone(), fragment.file(), place);
                for block in code.into_iter().chain(html::tables(part, range, fragment.file(), place)) {
                    push(block, &mut frames, sections);
                }
            }
            Event::Start(Tag::MetadataBlock(_)) => metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => metadata = false,
            Event::Text(_) if metadata => {}
            Event::Text(text) => match &mut code {
                Some(code) => code.text(&text, place(&range).start),
                None => builder(&mut inline, fragment).text(&text, place(&range).start),
            },
            Event::Code(text) => {
                // The range holds the backticks; the text starts behind them and at most one blank.
                let raw = part.get(range.clone()).unwrap_or_default();
                let inset = raw.find(text.as_ref()).unwrap_or(1);
                let at = place(&(range.start + inset..range.end)).start;
                builder(&mut inline, fragment).code(&text, at);
            }
            Event::SoftBreak | Event::HardBreak => {
                builder(&mut inline, fragment).text("\n", place(&range).start);
            }
            Event::InlineHtml(html) if html.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) => {
                builder(&mut inline, fragment).text("\n", place(&range).start);
            }
            Event::Start(Tag::Strong) => builder(&mut inline, fragment).strong(true),
            Event::Start(Tag::Strikethrough) => builder(&mut inline, fragment).strike(),
            Event::End(TagEnd::Strong) => builder(&mut inline, fragment).strong(false),
            Event::Start(_) | Event::End(_) | Event::Html(_) | Event::InlineHtml(_) => {}
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }
}

/// Returns the builder of the running text; the text of a tight list item starts without a paragraph.
fn builder<'b>(inline: &'b mut Option<Builder>, fragment: &Fragment<'_>) -> &'b mut Builder {
    inline.get_or_insert_with(|| Builder::new(fragment.file()))
}

fn flush(inline: &mut Option<Builder>, frames: &mut [Frame], sections: &mut [Section]) {
    if let Some(text) = inline.take().map(Builder::finish)
        && !text.text().trim().is_empty()
    {
        push(Block::Paragraph(text), frames, sections);
    }
}

fn push(block: Block, frames: &mut [Frame], sections: &mut [Section]) {
    let innermost = frames.iter_mut().rev().find_map(|frame| match frame {
        Frame::Item(blocks, _) => Some(blocks),
        Frame::List(..) => None,
    });
    match (innermost, sections.last_mut()) {
        (Some(blocks), _) => blocks.push(block),
        (None, Some(section)) => section.blocks.push(block),
        (None, None) => {}
    }
}

fn heading(level: HeadingLevel, inline: Inline, frames: &mut [Frame], sections: &mut Vec<Section>) {
    // A heading inside a list item does not end the section that the list stands in.
    if !frames.is_empty() {
        push(Block::Paragraph(inline), frames, sections);
        return;
    }
    let level = level as u8;
    let mut parents: Vec<usize> = Vec::new();
    if let Some(last) = sections.len().checked_sub(1) {
        let chain = sections.get(last).map(|section| section.parents.clone()).unwrap_or_default();
        let above = |at: &usize| {
            sections
                .get(*at)
                .and_then(|section| section.heading.as_ref())
                .is_some_and(|heading| heading.level < level)
        };
        parents = chain.into_iter().chain([last]).filter(above).collect();
    }
    let text = inline.all();
    let heading = Heading {
        level,
        inline,
        text,
        table: OnceCell::new(),
        planned: OnceCell::new(),
        of_indexes: OnceCell::new(),
    };
    sections.push(Section::new(Some(heading), parents));
}

/// Narrows a range to what stands between its white space.
fn trimmed(part: &str, range: Range<usize>) -> Range<usize> {
    super::inline::trim(part, range)
}
