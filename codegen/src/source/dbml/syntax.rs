//! The syntax tree of a DBML file.

use crate::source::decl::{EndpointDecl, Ident, Prose, QName};
use crate::span::{Span, Spanned};

/// One file.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) items: Vec<Item>,
}

/// A top-level element.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Project(Project),
    Table(Table),
    /// A `TablePartial`.
    Partial(Table),
    Enum(Enum),
    Ref(Ref),
    Group(Group),
    Note(StickyNote),
    Records(Records),
    Use(Use),
    Dep(Dep),
    Metadata(Metadata),
    Diagram(Diagram),
}

#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) name: Option<Ident>,
    pub(super) properties: Vec<Setting>,
    pub(super) note: Option<Prose>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: QName,
    pub(super) alias: Option<Ident>,
    pub(super) settings: Vec<Setting>,
    pub(super) columns: Vec<Column>,
    pub(super) indexes: Vec<Index>,
    pub(super) checks: Vec<Check>,
    pub(super) notes: Vec<Prose>,
    /// `~name`, with how many columns stood before it.
    pub(super) injections: Vec<(Ident, usize)>,
    pub(super) records: Vec<Records>,
    /// Comments directly above.
    pub(super) comments: Vec<Prose>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: Ident,
    pub(super) ty: Ident,
    pub(super) settings: Vec<Setting>,
    /// A comment behind it.
    pub(super) comments: Vec<Prose>,
    pub(super) span: Span,
}

/// One entry of a list in brackets, or `name: value` in a body.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// Its name in lower case, words joined by one space.
    pub(super) name: Ident,
    pub(super) value: Option<Value>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(Ident),
    Expression(Ident),
    /// With its sign.
    Number(Ident),
    Color(Ident),
    /// Words or a path: `set null`, `status.open`, `true`.
    Words(Ident, Vec<Ident>),
    /// `> users.id`.
    Relation(Operator, Vec<Ident>, Vec<Ident>, Span),
    /// `-> users.id`; whether the arrow points away from the element.
    Dependency(bool, Vec<Ident>, Span),
}

impl Value {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Text(text)
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
    pub(super) left: crate::source::decl::Relation,
    pub(super) right: crate::source::decl::Relation,
}

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) parts: Vec<IndexPart>,
    pub(super) settings: Vec<Setting>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum IndexPart {
    Column(Ident),
    Expression(Ident),
}

#[derive(Clone, Debug)]
pub(super) struct Check {
    pub(super) expression: Spanned<String>,
    pub(super) settings: Vec<Setting>,
}

#[derive(Clone, Debug)]
pub(super) struct Enum {
    pub(super) name: QName,
    pub(super) values: Vec<(Ident, Vec<Setting>)>,
    pub(super) comments: Vec<Prose>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Ref {
    pub(super) name: Option<Ident>,
    pub(super) endpoints: [EndpointDecl; 2],
    pub(super) settings: Vec<Setting>,
    /// The brackets around the settings, when nothing but the end of the line follows them.
    pub(super) brackets: Option<Span>,
    /// Nothing else stands in its lines.
    pub(super) stands_alone: bool,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: QName,
    pub(super) settings: Vec<Setting>,
    pub(super) tables: Vec<QName>,
    pub(super) notes: Vec<Prose>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct StickyNote {
    pub(super) name: Ident,
    pub(super) settings: Vec<Setting>,
    pub(super) content: Spanned<String>,
    pub(super) span: Span,
}

#[derive(Clone, Debug)]
pub(super) struct Records {
    /// None inside a table.
    pub(super) table: Option<QName>,
    pub(super) columns: Vec<Ident>,
    pub(super) rows: Vec<Vec<Option<Value>>>,
    pub(super) span: Span,
}

/// `use { table users as people } from './other'`.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// `reuse` passes what it takes on to those who use this file.
    pub(super) reuse: bool,
    /// None takes everything (`*`).
    pub(super) names: Option<Vec<UseName>>,
    pub(super) path: Ident,
}

#[derive(Clone, Debug)]
pub(super) struct UseName {
    pub(super) kind: Ident,
    pub(super) name: QName,
    pub(super) alias: Option<Ident>,
}

/// What data is made of which other data.
#[derive(Clone, Debug)]
pub(super) struct Dep {
    pub(super) edges: Vec<DepEdge>,
}

/// A dependency between two paths, each a table or a column.
#[derive(Clone, Debug)]
pub(super) struct DepEdge {
    pub(super) from: Vec<Ident>,
    pub(super) to: Vec<Ident>,
    pub(super) span: Span,
}

/// `Metadata Table users { key: 'value' }`.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    /// What it is about, in lower case.
    pub(super) kind: Ident,
    pub(super) path: Vec<Ident>,
    pub(super) fields: Vec<Setting>,
}

/// A view of a diagram.
#[derive(Clone, Debug)]
pub(super) struct Diagram {
    pub(super) name: Ident,
    /// What it lists by kind, in lower case.
    pub(super) lists: Vec<(Ident, Vec<QName>)>,
}
