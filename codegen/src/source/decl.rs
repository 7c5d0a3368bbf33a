//! What a front-end may say: declarations as they stand in the text, spanned, with nothing looked up in another file.
//!
//! Every front-end gives the same declarations, so that the rest of the program does not know which language a fact came from.
//! A front-end may resolve what its own language defines within its own files (an alias, a partial); it never
//! resolves a reference from one declaration to another: that is lowering's work.

mod claim;
mod constraint;
mod document;
mod former;
mod index;
mod stated;
mod table;

pub use claim::{ClaimDecl, ClaimKind, CountClaim, CountPart, Extent, IndexKind, ListedDecl, Subject};
pub use constraint::{ConstraintDecl, ConstraintKind, ForeignKeyDecl, RefAction, Timing};
pub use document::{
    ListDecl, ListItemDecl, MigrationDecl, NamedTableDecl, PrefixDecl, RowsDecl, VerbatimDecl,
};
pub(crate) use former::{is_unread, take_former_name};
pub use index::{IndexDecl, IndexKey, IndexPartDecl, TableIndexDecl};
pub use stated::{
    Access, AccessClause, AccessDecl, ConventionDecl, ConventionKind, IndexWords, LinkDecl, PatternDecl,
    RulingDecl, SaidDecl, USUAL_ROLES, Who,
};
pub use table::{
    CheckDecl, ColumnDecl, DefaultDecl, DefaultKind, GeneratedDecl, IdentityDecl, NamedMark, TableDecl,
};

use crate::span::{Span, Spanned};

/// An identifier or a text as the author meant it: unquoted, unescaped, in the author's case.
pub type Ident = Spanned<String>;

/// A name that may be qualified by a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QName {
    /// The schema, where the author gave one.
    pub schema: Option<Ident>,
    /// The name.
    pub name: Ident,
}

impl QName {
    /// Makes an unqualified name.
    pub fn bare(name: Ident) -> Self {
        Self { schema: None, name }
    }

    /// Returns the place of the whole name.
    pub fn span(&self) -> Span {
        self.schema.as_ref().map_or(self.name.span, |schema| schema.span.to(self.name.span))
    }
}

impl std::fmt::Display for QName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{}.{}", schema.node, self.name.node),
            None => f.write_str(&self.name.node),
        }
    }
}

/// The language in which something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// DBML.
    Dbml,
    /// PostgreSQL.
    Sql,
    /// Prisma schema language.
    Prisma,
    /// Markdown outside fences.
    Markdown,
    /// Mermaid `erDiagram`.
    Mermaid,
}

/// Prose about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose {
    /// The text without comment markers or quotes, trimmed.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// How it was attached.
    pub kind: ProseKind,
}

/// How a piece of prose is attached to what it describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProseKind {
    /// A note or description in the language itself: a DBML note, `COMMENT ON`, a description cell, a Prisma `///`.
    Note,
    /// A comment: behind a column on its line, or in the lines directly above it.
    Comment,
}

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decl {
    /// A project header.
    Project(ProjectDecl),
    /// A database schema.
    Schema(SchemaDecl),
    /// An extension that has to be there.
    Extension(ExtensionDecl),
    /// An enumerated type.
    Enum(EnumDecl),
    /// A table.
    Table(TableDecl),
    /// Changes of a table declared elsewhere.
    AlterTable(AlterTableDecl),
    /// An index outside its table.
    Index(TableIndexDecl),
    /// A relation between two tables.
    Ref(RefDecl),
    /// A description of something declared elsewhere.
    Comment(CommentDecl),
    /// A group of tables.
    Group(GroupDecl),
    /// A free-standing note.
    Note(NoteDecl),
    /// An ID prefix.
    Prefix(PrefixDecl),
    /// A migration file and what it holds.
    Migration(MigrationDecl),
    /// A list of values: seed data or constants.
    List(ListDecl),
    /// Rows of a table.
    Rows(RowsDecl),
    /// A table that is named but not defined.
    NamedTable(NamedTableDecl),
    /// A `SET search_path` as it stands, of a script that is taken at its word.
    SearchPath(Spanned<String>),
    /// A `DROP` as it stands, of a script that is taken at its word.
    Drop(Spanned<String>),
    /// A statement of a known kind that is carried through as it stands.
    Verbatim(VerbatimDecl),
    /// A convention that the document states.
    Convention(ConventionDecl),
    /// Who may do what with the rows of a table, in words.
    Access(AccessDecl),
    /// How a table hangs together with others, in words.
    Link(LinkDecl),
    /// Code that is shown as a pattern to copy.
    Pattern(PatternDecl),
    /// Something that is said and that nothing is made of.
    Said(SaidDecl),
    /// Something that is claimed of the schema and can be counted or looked up.
    Claim(ClaimDecl),
    /// What a line rules about the migrations of tables.
    Ruling(RulingDecl),
}

/// A project header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectDecl {
    /// Its name.
    pub name: Option<Ident>,
    /// The database that the author aims at, as written.
    pub database_type: Option<Ident>,
    /// Description.
    pub note: Option<Prose>,
    /// The whole declaration.
    pub span: Span,
}

/// A database schema (a namespace).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaDecl {
    /// Its name.
    pub name: Ident,
    /// The name that it had before.
    pub was: Option<Ident>,
    /// The whole declaration.
    pub span: Span,
}

/// An extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionDecl {
    /// Its name.
    pub name: Ident,
    /// The whole declaration.
    pub span: Span,
}

/// An enumerated type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumDecl {
    /// Its name.
    pub name: QName,
    /// The name that it had before.
    pub was: Option<QName>,
    /// Its labels, in order.
    pub values: Vec<EnumValueDecl>,
    /// Description.
    pub note: Option<Prose>,
    /// Whether it is made only where nothing of its name is there: `IF NOT EXISTS`.
    pub if_missing: bool,
    /// The language.
    pub language: Language,
    /// The whole declaration.
    pub span: Span,
}

/// A label of an enumerated type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValueDecl {
    /// The label.
    pub name: Ident,
    /// What it was called before.
    pub was: Option<Ident>,
    /// Description.
    pub note: Option<Prose>,
}

/// Changes of a table declared elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTableDecl {
    /// The table.
    pub table: QName,
    /// Whether it is said of the table alone, and not of its partitions and heirs.
    pub only: bool,
    /// Whether it does nothing where the table is not there: `ALTER TABLE IF EXISTS`.
    pub if_exists: bool,
    /// The changes, in order.
    pub actions: Vec<AlterAction>,
    /// The whole statement.
    pub span: Span,
}

/// One change of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterAction {
    /// Adds a column.
    AddColumn(Box<ColumnDecl>),
    /// Adds a constraint.
    AddConstraint(Box<ConstraintDecl>),
    /// Makes a column refuse NULL (`true`) or take it (`false`).
    SetNotNull(Ident, bool),
    /// Sets or drops a column's default.
    SetDefault(Ident, Option<DefaultDecl>),
    /// Changes a column's type.
    SetType(Ident, Ident),
    /// Removes a column.
    DropColumn(Ident),
    /// Removes a constraint.
    DropConstraint(Ident),
    /// Any other change, as SQL, which is carried through.
    Other(Spanned<String>),
}

/// A relation between two tables, as DBML and diagrams give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefDecl {
    /// Its name.
    pub name: Option<Ident>,
    /// The two ends in the order of the text.
    pub endpoints: [EndpointDecl; 2],
    /// Action when the referenced row goes, as written.
    pub on_delete: Option<Ident>,
    /// Action when the referenced key changes, as written.
    pub on_update: Option<Ident>,
    /// Description.
    pub note: Option<Prose>,
    /// Given on a column rather than on its own.
    pub inline: bool,
    /// Documented only: no constraint is made of it (DBML `inactive`, a diagram).
    pub inactive: bool,
    /// The whole declaration.
    pub span: Span,
}

/// One end of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointDecl {
    /// The table.
    pub table: QName,
    /// The columns; empty where a diagram names none.
    pub columns: Vec<Ident>,
    /// How many rows of this end belong to one of the other.
    pub relation: Relation,
}

/// How many rows stand at one end of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// Exactly one (`1`).
    One,
    /// One or none (`0..1`).
    ZeroOrOne,
    /// Any number (`*`).
    Many,
    /// Any number, and none as well by express word (`0..*`).
    ZeroOrMany,
    /// At least one (`1..*`).
    OneOrMany,
}

impl Relation {
    /// Returns how many rows it stands for, in the notation of UML.
    pub fn multiplicity(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::ZeroOrOne => "0..1",
            Self::Many => "*",
            Self::ZeroOrMany => "0..*",
            Self::OneOrMany => "1..*",
        }
    }
}

/// A description of something declared elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentDecl {
    /// What it describes.
    pub target: CommentTarget,
    /// The description; none removes one given before.
    pub text: Option<Prose>,
    /// The whole statement.
    pub span: Span,
}

/// What a `COMMENT ON` describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentTarget {
    /// A table.
    Table(QName),
    /// A column.
    Column(QName, Ident),
    /// An enumerated type or another type.
    Type(QName),
    /// Anything else, which is carried through as SQL.
    Other(Spanned<String>),
}

/// A group of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDecl {
    /// Its name.
    pub name: QName,
    /// Its tables.
    pub tables: Vec<QName>,
    /// Description.
    pub note: Option<Prose>,
    /// The whole declaration.
    pub span: Span,
}

/// A free-standing note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteDecl {
    /// Its name.
    pub name: Ident,
    /// Its text.
    pub content: Spanned<String>,
    /// The whole declaration.
    pub span: Span,
}
