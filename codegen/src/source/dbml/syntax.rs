//! The syntax tree of a DBML file.
//!
//! It borrows the words of the file. What has to be unescaped, joined or put into lower case, and every list, lies in one arena that
//! goes away as a whole: a file has very many of them, and none goes before the others.

use std::collections::BTreeSet;
use std::fmt;

use bumpalo::Bump;

use crate::source::decl::{ProseKind, Relation};
use crate::span::{Span, Spanned};

/// An identifier or a text as the author meant it.
pub(super) type Word<'t> = Spanned<&'t str>;

/// A name that may be qualified by a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'t> {
    pub(super) schema: Option<Word<'t>>,
    pub(super) name: Word<'t>,
}

impl<'t> Name<'t> {
    /// Reads a path as a name with its schema; further parts belong to the schema.
    pub(super) fn of_path(path: &[Word<'t>], arena: &'t Bump) -> Option<Self> {
        let (name, schema) = path.split_last()?;
        let schema = schema.iter().copied().reduce(|left, right| joined(left, right, ".", arena));
        Some(Self { schema, name: *name })
    }

    /// Returns the place of the whole name.
    pub(super) fn span(&self) -> Span {
        self.schema.as_ref().map_or(self.name.span, |schema| schema.span.to(self.name.span))
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{}.{}", schema.node, self.name.node),
            None => f.write_str(self.name.node),
        }
    }
}

/// Joins two words by a sign between them.
pub(super) fn joined<'t>(left: Word<'t>, right: Word<'t>, by: &str, arena: &'t Bump) -> Word<'t> {
    let text = bumpalo::format!(in arena, "{}{by}{}", left.node, right.node);
    Spanned::new(text.into_bump_str(), left.span.to(right.span))
}

/// A note or a comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remark<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
    pub(super) kind: ProseKind,
}

/// One file.
#[derive(Clone, Debug, Default)]
pub(super) struct Document<'t> {
    pub(super) items: Vec<Item<'t>>,
    pub(super) lost: Lost<'t>,
}

/// The words of what could not be read and was passed over.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost<'t> {
    elements: BTreeSet<&'t str>,
    lines: BTreeSet<&'t str>,
}

impl<'t> Lost<'t> {
    /// Takes note of a whole element.
    pub(super) fn add_element(&mut self, text: &'t str) {
        self.elements.extend(words(text));
    }

    /// Takes note of what may belong to any element.
    pub(super) fn add_lines(&mut self, text: &'t str) {
        self.lines.extend(words(text));
    }

    /// Tells whether what was passed over may be what a name stands for.
    pub(super) fn may_define(&self, name: &str) -> bool {
        !(self.elements.is_empty() && self.lines.is_empty())
            && words(name).all(|word| self.elements.contains(word) || self.lines.contains(word))
    }

    /// Tells whether a column may have been passed over inside of an element that was read.
    pub(super) fn may_define_column(&self, name: &str) -> bool {
        !self.lines.is_empty() && words(name).all(|word| self.lines.contains(word))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// A top-level element; the large kinds stand behind a pointer, so that a growing list of them is cheap to move.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'t> {
    Project(Project<'t>),
    Table(&'t Table<'t>),
    /// A `TablePartial`.
    Partial(&'t Table<'t>),
    Enum(Enum<'t>),
    Ref(&'t Ref<'t>),
    Group(Group<'t>),
    Note(StickyNote<'t>),
    Records(Records<'t>),
    Use(Use<'t>),
    Dep(Dep<'t>),
    Metadata(Metadata<'t>),
    Diagram(Diagram<'t>),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Project<'t> {
    pub(super) name: Option<Word<'t>>,
    pub(super) properties: &'t [Setting<'t>],
    pub(super) note: Option<Remark<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'t> {
    pub(super) name: Name<'t>,
    pub(super) alias: Option<Word<'t>>,
    pub(super) settings: &'t [Setting<'t>],
    pub(super) columns: &'t [Column<'t>],
    pub(super) indexes: &'t [Index<'t>],
    pub(super) checks: &'t [Check<'t>],
    pub(super) notes: &'t [Remark<'t>],
    /// `~name`, with how many columns stood before it.
    pub(super) injections: &'t [(Word<'t>, usize)],
    pub(super) records: &'t [Records<'t>],
    /// Comments directly above.
    pub(super) comments: &'t [Remark<'t>],
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'t> {
    pub(super) name: Word<'t>,
    pub(super) ty: Word<'t>,
    pub(super) settings: &'t [Setting<'t>],
    /// A comment behind it.
    pub(super) comments: &'t [Remark<'t>],
    pub(super) span: Span,
}

/// One entry of a list in brackets, or `name: value` in a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'t> {
    /// Its name in lower case, words joined by one space.
    pub(super) name: Word<'t>,
    pub(super) value: Option<Value<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'t> {
    /// Between single quotes.
    Text(Word<'t>),
    /// Between double quotes: a text, or where a name is wanted a name.
    Quoted(Word<'t>),
    Expression(Word<'t>),
    /// With its sign.
    Number(Word<'t>),
    Color(Word<'t>),
    /// Words or a path: `set null`, `status.open`, `true`.
    Words(Word<'t>, &'t [Word<'t>]),
    /// `> users.id`.
    Relation(Operator, &'t [Word<'t>], &'t [Word<'t>], Span),
    /// `-> users.id`; whether the arrow points away from the element.
    Dependency(bool, &'t [Word<'t>], Span),
}

impl Value<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Text(text)
            | Self::Quoted(text)
            | Self::Expression(text)
            | Self::Number(text)
            | Self::Color(text)
            | Self::Words(text, _) => text.span,
            Self::Relation(.., span) | Self::Dependency(.., span) => *span,
        }
    }
}

/// What stands between two ends of a relation: how many rows of the left and of the right end belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) left: Relation,
    pub(super) right: Relation,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Index<'t> {
    pub(super) parts: &'t [IndexPart<'t>],
    pub(super) settings: &'t [Setting<'t>],
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum IndexPart<'t> {
    Column(Word<'t>),
    Expression(Word<'t>),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Check<'t> {
    pub(super) expression: Word<'t>,
    pub(super) settings: &'t [Setting<'t>],
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Enum<'t> {
    pub(super) name: Name<'t>,
    pub(super) values: &'t [(Word<'t>, &'t [Setting<'t>])],
    pub(super) comments: &'t [Remark<'t>],
    pub(super) span: Span,
}

/// One end of a relation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endpoint<'t> {
    pub(super) table: Name<'t>,
    pub(super) columns: &'t [Word<'t>],
    pub(super) relation: Relation,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Ref<'t> {
    pub(super) name: Option<Word<'t>>,
    pub(super) endpoints: [Endpoint<'t>; 2],
    pub(super) settings: &'t [Setting<'t>],
    /// What makes a comment of its note and keeps the rest.
    pub(super) note_as_comment: Option<&'t [(Span, &'t str)]>,
    /// The element that says it and nothing else, from its keyword to its end.
    pub(super) element: Option<Span>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Group<'t> {
    pub(super) name: Name<'t>,
    pub(super) settings: &'t [Setting<'t>],
    pub(super) tables: &'t [Name<'t>],
    pub(super) notes: &'t [Remark<'t>],
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct StickyNote<'t> {
    pub(super) name: Word<'t>,
    pub(super) settings: &'t [Setting<'t>],
    pub(super) content: Word<'t>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Records<'t> {
    /// None inside a table.
    pub(super) table: Option<Name<'t>>,
    pub(super) columns: &'t [Word<'t>],
    pub(super) rows: &'t [&'t [Option<Value<'t>>]],
    pub(super) span: Span,
}

/// `use { table users as people } from './other'`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'t> {
    /// `reuse` passes what it takes on to those who use this file.
    pub(super) reuse: bool,
    /// None takes everything (`*`).
    pub(super) names: Option<&'t [UseName<'t>]>,
    pub(super) path: Word<'t>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct UseName<'t> {
    pub(super) kind: Word<'t>,
    pub(super) name: Name<'t>,
    pub(super) alias: Option<Word<'t>>,
}

/// What data is made of which other data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dep<'t> {
    pub(super) edges: &'t [DepEdge<'t>],
    pub(super) span: Span,
}

/// A dependency between two paths, each a table or a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct DepEdge<'t> {
    pub(super) from: &'t [Word<'t>],
    pub(super) to: &'t [Word<'t>],
    pub(super) span: Span,
}

/// `Metadata Table users { key: 'value' }`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Metadata<'t> {
    /// What it is about, in lower case.
    pub(super) kind: Word<'t>,
    pub(super) path: &'t [Word<'t>],
    pub(super) fields: &'t [Setting<'t>],
}

/// A view of a diagram.
#[derive(Clone, Copy, Debug)]
pub(super) struct Diagram<'t> {
    pub(super) name: Word<'t>,
    /// What it lists by kind, in lower case.
    pub(super) lists: &'t [(Word<'t>, &'t [Name<'t>])],
}
