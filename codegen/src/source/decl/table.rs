//! Tables and their columns.

use crate::span::{Span, Spanned};

use super::{ConstraintDecl, ForeignKeyDecl, Ident, IndexDecl, Language, Prose, QName};

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
    /// Whether it is made only where nothing of its name is there: `IF NOT EXISTS`.
    pub if_missing: bool,
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
            if_missing: false,
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
    /// The condition of the rows among which words say that it is unique, as written: "unique where deleted_at is null".
    pub unique_where: Option<Box<Ident>>,
    /// What words say of the case in which a value is required, as written: "required if it is paid".
    pub required_where: Option<Box<Ident>>,
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
    /// Whether it is added only where the table has none of its name: `ADD COLUMN IF NOT EXISTS`.
    pub if_missing: bool,
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
            unique_where: None,
            required_where: None,
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
            if_missing: false,
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
