//! What a front-end may say: declarations as they stand in the text, spanned, with nothing looked up in another file.
//!
//! Every front-end gives the same declarations, so that the rest of the program does not know which language a fact came from.
//! A front-end may resolve what its own language defines within its own files (an alias, a partial); it never
//! resolves a reference from one declaration to another: that is lowering's work.

mod claim;
mod document;
mod stated;

pub use claim::{ClaimDecl, ClaimKind, CountClaim, CountPart, Extent, IndexKind, ListedDecl, Subject};
pub use document::{
    ListDecl, ListItemDecl, MigrationDecl, NamedTableDecl, PrefixDecl, RowsDecl, VerbatimDecl,
};
pub use stated::{
    Access, AccessClause, AccessDecl, ConventionDecl, ConventionKind, IndexWords, LinkDecl, PatternDecl,
    SaidDecl, Who,
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
    /// Its labels, in order.
    pub values: Vec<EnumValueDecl>,
    /// Description.
    pub note: Option<Prose>,
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
    /// Description.
    pub note: Option<Prose>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDecl {
    /// Its name.
    pub name: QName,
    /// A second name that holds in the same file.
    pub alias: Option<Ident>,
    /// Columns, in order.
    pub columns: Vec<ColumnDecl>,
    /// Constraints that stand apart from a column, in order.
    pub constraints: Vec<ConstraintDecl>,
    /// Indexes given inside the table, in order.
    pub indexes: Vec<IndexDecl>,
    /// Descriptions: notes and comments, in order.
    pub notes: Vec<Prose>,
    /// The name that it had before, where the author says so.
    pub was: Option<QName>,
    /// The heading under which it stands, innermost; of a Markdown document.
    pub section: Option<Ident>,
    /// What it inherits from, is a partition of, or stores its rows with: the text between the closing parenthesis and the end.
    pub tail: Option<Spanned<String>>,
    /// The language.
    pub language: Language,
    /// The whole declaration.
    pub span: Span,
}

impl TableDecl {
    /// Makes a table of which only the name is known.
    pub fn new(name: QName, language: Language, span: Span) -> Self {
        Self {
            name,
            alias: None,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            notes: Vec::new(),
            was: None,
            section: None,
            tail: None,
            language,
            span,
        }
    }
}

/// A column.
///
/// A schema holds very many, and most say little: what is rare is boxed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnDecl {
    /// Its name.
    pub name: Ident,
    /// Its type as written, white space folded; none where the document does not say.
    pub ty: Option<Ident>,
    /// Whether NULL is allowed, where said.
    pub nullable: Option<Spanned<bool>>,
    /// Where it is said to be the primary key, with the constraint's name.
    pub primary_key: Option<NamedMark>,
    /// Where it is said to be unique, with the constraint's name.
    pub unique: Option<NamedMark>,
    /// Where it is said to count up by itself (DBML `increment`, `autoincrement()`).
    pub increment: Option<Span>,
    /// Where words say that it has an index: "not null, indexed".
    pub indexed: Option<Span>,
    /// Where it is marked as a foreign key, whether or not the place says to what: "uuid, FK".
    pub foreign: Option<Span>,
    /// Default.
    pub default: Option<DefaultDecl>,
    /// Checks on it.
    pub checks: Vec<CheckDecl>,
    /// Foreign keys given on it.
    pub references: Vec<ForeignKeyDecl>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Box<IdentityDecl>>,
    /// `GENERATED ALWAYS AS (…)`.
    pub generated: Option<Box<GeneratedDecl>>,
    /// Collation as written.
    pub collation: Option<Box<Ident>>,
    /// Descriptions: notes and comments, in order.
    pub notes: Vec<Prose>,
    /// The name that it had before, where the author says so.
    pub was: Option<Box<Ident>>,
    /// The rule by which everything but its name was inferred, where the document does not say it at the column.
    pub inferred: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

impl ColumnDecl {
    /// Makes a column of which only the name and type are known.
    pub fn new(name: Ident, ty: Option<Ident>, span: Span) -> Self {
        Self {
            name,
            ty,
            nullable: None,
            primary_key: None,
            unique: None,
            increment: None,
            indexed: None,
            foreign: None,
            default: None,
            checks: Vec::new(),
            references: Vec::new(),
            identity: None,
            generated: None,
            collation: None,
            notes: Vec::new(),
            was: None,
            inferred: None,
            span,
        }
    }
}

/// A constraint given on a column by a keyword alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMark {
    /// The constraint's name, where given.
    pub name: Option<Box<Ident>>,
    /// The keyword.
    pub span: Span,
}

/// A default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultDecl {
    /// What kind of value it is.
    pub kind: DefaultKind,
    /// The value: the text of a string without quotes, of an expression as SQL, of a number as written.
    pub value: String,
    /// Where.
    pub span: Span,
}

/// What kind of value a default is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefaultKind {
    /// A number.
    Number,
    /// A text.
    String,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// An SQL expression.
    Expression,
    /// A label of the column's enumerated type.
    EnumValue,
}

/// A check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckDecl {
    /// The constraint's name.
    pub name: Option<Ident>,
    /// The condition as SQL.
    pub expression: Spanned<String>,
    /// `NO INHERIT` was given.
    pub no_inherit: bool,
}

/// `GENERATED … AS IDENTITY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityDecl {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// Sequence options as SQL, where given.
    pub options: Option<Spanned<String>>,
    /// Where.
    pub span: Span,
}

/// `GENERATED ALWAYS AS (…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedDecl {
    /// The expression as SQL.
    pub expression: Spanned<String>,
    /// `STORED` rather than `VIRTUAL`.
    pub stored: bool,
}

/// A constraint that stands apart from a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintDecl {
    /// Its name.
    pub name: Option<Ident>,
    /// What it demands.
    pub kind: ConstraintKind,
    /// When it is checked.
    pub timing: Timing,
    /// `NOT VALID` was given.
    pub not_valid: bool,
    /// The whole declaration.
    pub span: Span,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timing {
    /// At once, and it cannot be put off.
    #[default]
    NotDeferrable,
    /// At once, unless a transaction puts it off.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

impl Timing {
    /// Returns the clause that says so, with a space before it; empty where nothing has to be said.
    pub fn clause(self) -> &'static str {
        match self {
            Self::NotDeferrable => "",
            Self::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
            Self::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        }
    }
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A primary key.
    PrimaryKey {
        /// Its columns.
        columns: Vec<Ident>,
        /// Columns stored in its index beside the key.
        include: Vec<Ident>,
    },
    /// A unique constraint.
    Unique {
        /// Its columns.
        columns: Vec<Ident>,
        /// Columns stored in its index beside the key.
        include: Vec<Ident>,
        /// `NULLS NOT DISTINCT` was given.
        nulls_not_distinct: bool,
    },
    /// A check.
    Check(CheckDecl),
    /// A foreign key.
    ForeignKey(ForeignKeyDecl),
    /// An exclusion constraint: its text from `USING` to its end.
    Exclude(Spanned<String>),
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKeyDecl {
    /// The constraint's name.
    pub name: Option<Ident>,
    /// Referencing columns.
    pub columns: Vec<Ident>,
    /// Referenced table.
    pub table: QName,
    /// Referenced columns; empty where the author leaves the primary key to be understood.
    pub referenced: Vec<Ident>,
    /// Action when the referenced row goes.
    pub on_delete: Option<Spanned<RefAction>>,
    /// Action when the referenced key changes.
    pub on_update: Option<Spanned<RefAction>>,
    /// `MATCH FULL` was given.
    pub match_full: bool,
    /// When it is checked.
    pub timing: Timing,
    /// `NOT VALID` was given.
    pub not_valid: bool,
    /// The whole declaration.
    pub span: Span,
}

/// What a foreign key does to referencing rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefAction {
    /// `NO ACTION`.
    NoAction,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
    /// `SET NULL`, of these columns where given.
    SetNull(Vec<String>),
    /// `SET DEFAULT`, of these columns where given.
    SetDefault(Vec<String>),
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexDecl {
    /// Its name.
    pub name: Option<Ident>,
    /// What it orders by, in order.
    pub parts: Vec<IndexPartDecl>,
    /// Access method as written (`btree`, `gin` …).
    pub method: Option<Ident>,
    /// Where it is said to be unique.
    pub unique: Option<Span>,
    /// Where it is said to be the primary key (DBML `[pk]`).
    pub primary_key: Option<Span>,
    /// `NULLS NOT DISTINCT` was given.
    pub nulls_not_distinct: bool,
    /// Columns stored beside the key.
    pub include: Vec<Ident>,
    /// Condition of a partial index, as SQL.
    pub predicate: Option<Spanned<String>>,
    /// Storage parameters and tablespace as SQL, where given.
    pub storage: Option<Spanned<String>>,
    /// Description.
    pub note: Option<Prose>,
    /// Whether its text can be cut out and leaves the rest as it is.
    pub removable: bool,
    /// The whole declaration.
    pub span: Span,
}

impl IndexDecl {
    /// Makes an index of which only the key parts are known.
    pub fn new(parts: Vec<IndexPartDecl>, span: Span) -> Self {
        Self {
            name: None,
            parts,
            method: None,
            unique: None,
            primary_key: None,
            nulls_not_distinct: false,
            include: Vec::new(),
            predicate: None,
            storage: None,
            note: None,
            removable: false,
            span,
        }
    }
}

/// One key part of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPartDecl {
    /// What it is.
    pub key: IndexKey,
    /// What follows it, as SQL: collation, operator class, `DESC`, `NULLS LAST`.
    pub options: Option<Spanned<String>>,
}

/// What an index part orders by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexKey {
    /// A column.
    Column(Ident),
    /// An expression as SQL.
    Expression(Spanned<String>),
}

/// An index outside its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableIndexDecl {
    /// The table.
    pub table: QName,
    /// The index.
    pub index: IndexDecl,
}

/// Changes of a table declared elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterTableDecl {
    /// The table.
    pub table: QName,
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
