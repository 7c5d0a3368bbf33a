//! The syntax tree of a DBML file.
//!
//! It borrows the words of the file: a string of its own is made only of what has to be unescaped, joined or put into lower case.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use crate::diag::Edit;
use crate::source::decl::{ProseKind, Relation};
use crate::span::{Span, Spanned};

/// An identifier or a text as the author meant it.
pub(super) type Word<'t> = Spanned<Cow<'t, str>>;

/// A name that may be qualified by a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'t> {
    pub(super) schema: Option<Word<'t>>,
    pub(super) name: Word<'t>,
}

impl<'t> Name<'t> {
    /// Reads a path as a name with its schema; further parts belong to the schema.
    pub(super) fn of_path(path: &[Word<'t>]) -> Option<Self> {
        let (name, schema) = path.split_last()?;
        let schema = schema.iter().cloned().reduce(joined);
        Some(Self { schema, name: name.clone() })
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
            None => f.write_str(&self.name.node),
        }
    }
}

/// Joins two parts of a path by a dot.
pub(super) fn joined<'t>(left: Word<'t>, right: Word<'t>) -> Word<'t> {
    Spanned::new(format!("{}.{}", left.node, right.node).into(), left.span.to(right.span))
}

/// A note or a comment.
#[derive(Clone, Debug)]
pub(super) struct Remark<'t> {
    pub(super) text: Cow<'t, str>,
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
#[derive(Clone, Debug)]
pub(super) enum Item<'t> {
    Project(Project<'t>),
    Table(Box<Table<'t>>),
    /// A `TablePartial`.
    Partial(Box<Table<'t>>),
    Enum(Enum<'t>),
    Ref(Box<Ref<'t>>),
    Group(Group<'t>),
    Note(StickyNote<'t>),
    Records(Records<'t>),
    Use(Use<'t>),
    Dep(Dep<'t>),
    Metadata(Metadata<'t>),
    Diagram(Diagram<'t>),
}

#[derive(Clone, Debug)]
pub(super) struct Project<'t> {
    pub(super) name: Option<Word<'t>>,
    pub(super) properties: Vec<Setting<'t>>,
    pub(super) note: Option<Remark<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Table<'t> {
    pub(super) name: Name<'t>,
    pub(super) alias: Option<Word<'t>>,
    pub(super) settings: Vec<Setting<'t>>,
    pub(super) columns: Vec<Column<'t>>,
    pub(super) indexes: Vec<Index<'t>>,
    pub(super) checks: Vec<Check<'t>>,
    pub(super) notes: Vec<Remark<'t>>,
    /// `~name`, with how many columns stood before it.
    pub(super) injections: Vec<(Word<'t>, usize)>,
    pub(super) records: Vec<Records<'t>>,
    /// Comments directly above.
    pub(super) comments: Vec<Remark<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Column<'t> {
    pub(super) name: Word<'t>,
    pub(super) ty: Word<'t>,
    pub(super) settings: Vec<Setting<'t>>,
    /// A comment behind it.
    pub(super) comments: Vec<Remark<'t>>,
    pub(super) span: Span,
}

/// One entry of a list in brackets, or `name: value` in a body.
#[derive(Clone, Debug)]
pub(super) struct Setting<'t> {
    /// Its name in lower case, words joined by one space.
    pub(super) name: Word<'t>,
    pub(super) value: Option<Value<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
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
    Words(Word<'t>, Vec<Word<'t>>),
    /// `> users.id`.
    Relation(Operator, Vec<Word<'t>>, Vec<Word<'t>>, Span),
    /// `-> users.id`; whether the arrow points away from the element.
    Dependency(bool, Vec<Word<'t>>, Span),
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

#[derive(Clone, Debug)]
pub(super) struct Index<'t> {
    pub(super) parts: Vec<IndexPart<'t>>,
    pub(super) settings: Vec<Setting<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum IndexPart<'t> {
    Column(Word<'t>),
    Expression(Word<'t>),
}

#[derive(Clone, Debug)]
pub(super) struct Check<'t> {
    pub(super) expression: Word<'t>,
    pub(super) settings: Vec<Setting<'t>>,
}

#[derive(Clone, Debug)]
pub(super) struct Enum<'t> {
    pub(super) name: Name<'t>,
    pub(super) values: Vec<(Word<'t>, Vec<Setting<'t>>)>,
    pub(super) comments: Vec<Remark<'t>>,
    pub(super) span: Span,
}

/// One end of a relation.
#[derive(Clone, Debug)]
pub(super) struct Endpoint<'t> {
    pub(super) table: Name<'t>,
    pub(super) columns: Vec<Word<'t>>,
    pub(super) relation: Relation,
}

#[derive(Clone, Debug)]
pub(super) struct Ref<'t> {
    pub(super) name: Option<Word<'t>>,
    pub(super) endpoints: [Endpoint<'t>; 2],
    pub(super) settings: Vec<Setting<'t>>,
    /// What makes a comment of its note and keeps the rest.
    pub(super) note_as_comment: Option<Vec<Edit>>,
    /// The element that says it and nothing else, from its keyword to its end.
    pub(super) element: Option<Span>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Group<'t> {
    pub(super) name: Name<'t>,
    pub(super) settings: Vec<Setting<'t>>,
    pub(super) tables: Vec<Name<'t>>,
    pub(super) notes: Vec<Remark<'t>>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct StickyNote<'t> {
    pub(super) name: Word<'t>,
    pub(super) settings: Vec<Setting<'t>>,
    pub(super) content: Word<'t>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Records<'t> {
    /// None inside a table.
    pub(super) table: Option<Name<'t>>,
    pub(super) columns: Vec<Word<'t>>,
    pub(super) rows: Vec<Vec<Option<Value<'t>>>>,
    pub(super) span: Span,
}

/// `use { table users as people } from './other'`.
#[derive(Clone, Debug)]
pub(super) struct Use<'t> {
    /// `reuse` passes what it takes on to those who use this file.
    pub(super) reuse: bool,
    /// None takes everything (`*`).
    pub(super) names: Option<Vec<UseName<'t>>>,
    pub(super) path: Word<'t>,
}

#[derive(Clone, Debug)]
pub(super) struct UseName<'t> {
    pub(super) kind: Word<'t>,
    pub(super) name: Name<'t>,
    pub(super) alias: Option<Word<'t>>,
}

/// What data is made of which other data.
#[derive(Clone, Debug)]
pub(super) struct Dep<'t> {
    pub(super) edges: Vec<DepEdge<'t>>,
    pub(super) span: Span,
}

/// A dependency between two paths, each a table or a column.
#[derive(Clone, Debug)]
pub(super) struct DepEdge<'t> {
    pub(super) from: Vec<Word<'t>>,
    pub(super) to: Vec<Word<'t>>,
    pub(super) span: Span,
}

/// `Metadata Table users { key: 'value' }`.
#[derive(Clone, Debug)]
pub(super) struct Metadata<'t> {
    /// What it is about, in lower case.
    pub(super) kind: Word<'t>,
    pub(super) path: Vec<Word<'t>>,
    pub(super) fields: Vec<Setting<'t>>,
}

/// A view of a diagram.
#[derive(Clone, Debug)]
pub(super) struct Diagram<'t> {
    pub(super) name: Word<'t>,
    /// What it lists by kind, in lower case.
    pub(super) lists: Vec<(Word<'t>, Vec<Name<'t>>)>,
}
