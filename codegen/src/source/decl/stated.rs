//! What a document states in words: conventions, who may see which rows, how tables hang together, and patterns to copy.

use super::{ColumnDecl, Decl, DefaultDecl, Ident, QName};
use crate::span::Span;

/// A convention that a document states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConventionDecl {
    /// What it demands.
    pub kind: ConventionKind,
    /// The words that say which tables it speaks of ("CRM", "Audit logs"); none for all.
    pub scope: Option<Ident>,
    /// The words that name the tables which it excepts.
    pub except: Option<Ident>,
    /// The entry of `[[conventions]]` in `schema.toml` that names it, by its place among them; what none names is shown and
    /// not enforced.
    pub rule: Option<usize>,
    /// The heading or lead-in under which it stands.
    pub under: Option<Ident>,
    /// The statement.
    pub text: Ident,
}

/// What a convention demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConventionKind {
    /// Row level security is on.
    RowSecurity,
    /// Tables have these columns.
    Columns(Vec<ColumnDecl>),
    /// Primary keys have a type, and perhaps a default.
    PrimaryKeys {
        /// The type.
        ty: Option<Ident>,
        /// The default.
        default: Option<DefaultDecl>,
    },
    /// A trigger keeps a column at the time of the last change.
    UpdateTrigger {
        /// The function that the trigger calls.
        function: Ident,
        /// The column.
        column: Ident,
    },
    /// Every foreign key has an index.
    ForeignKeyIndexes,
    /// Indexes on columns, each a list of parts.
    Indexes(Vec<Vec<IndexWords>>),
    /// Columns of a type have an index of a method.
    TypeIndexes {
        /// The type; `array` for arrays of any.
        ty: Ident,
        /// The access method, in lower case.
        method: Ident,
    },
    /// Access to rows of every table.
    Access(Vec<AccessClause>),
    /// Migration files are named after a pattern.
    FileNames(Ident),
    /// Migrations can be taken back.
    Reversible,
    /// Migrations can run several times.
    Idempotent,
}

impl ConventionKind {
    /// Returns the name by which `schema.toml` and `inspect` call it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::RowSecurity => "row-security",
            Self::Columns(_) => "columns",
            Self::PrimaryKeys { .. } => "primary-keys",
            Self::UpdateTrigger { .. } => "update-trigger",
            Self::ForeignKeyIndexes => "foreign-key-indexes",
            Self::Indexes(_) => "indexes",
            Self::TypeIndexes { .. } => "type-indexes",
            Self::Access(_) => "access",
            Self::FileNames(_) => "file-names",
            Self::Reversible => "reversible",
            Self::Idempotent => "idempotent",
        }
    }
}

/// A part of an index in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexWords {
    /// A column's name, or the name of a type for all columns of that type.
    pub column: Ident,
    /// Whether the index descends.
    pub descending: bool,
}

/// Who may do what with the rows of a table, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDecl {
    /// The table.
    pub table: QName,
    /// What was understood, clause by clause.
    pub clauses: Vec<AccessClause>,
    /// The words.
    pub text: Ident,
}

/// One clause of the words on access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClause {
    /// Who.
    pub who: Who,
    /// What they may do.
    pub what: Access,
    /// With which rows: all, or those of which a word is true ("enabled integrations", "published articles").
    pub only: Option<Ident>,
    /// The clause.
    pub text: Ident,
}

/// Roles that are called so everywhere.
pub const USUAL_ROLES: &[&str] = &[
    "admin",
    "administrator",
    "superadmin",
    "super_admin",
    "manager",
    "moderator",
    "editor",
    "staff",
    "support",
    "pm",
];

/// Who may do something with rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Whoever a row belongs to.
    Owner,
    /// Whoever a row is assigned to.
    Assigned,
    /// Anybody who has signed in.
    Authenticated,
    /// Anybody.
    Everyone,
    /// Whoever has one of these roles.
    Roles(Vec<Ident>),
    /// Whoever may see the row of another table that the row hangs on.
    Through(Ident),
    /// The platform that owns the table decides.
    Platform,
    /// Understood by itself, and limited by other words that are not.
    Limited(Ident),
    /// Not understood.
    Unknown,
}

/// What may be done with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Access {
    /// Seeing them.
    Read,
    /// Making them.
    Insert,
    /// Changing them.
    Update,
    /// Removing them.
    Delete,
    /// Everything.
    All,
}

/// How a table hangs together with others, in words ("Relationships: 1:1 with auth.users").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDecl {
    /// The table.
    pub table: QName,
    /// The words that may name other tables.
    pub others: Vec<QName>,
    /// Names in code among them: those of tables, or of columns.
    pub named: Vec<QName>,
    /// The words.
    pub text: Ident,
}

/// Code that a document shows as a pattern to copy: nothing in it is created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternDecl {
    /// The heading under which it stands.
    pub name: Option<Ident>,
    /// What it declares, with a placeholder for the table.
    pub decls: Vec<Decl>,
    /// The whole of it.
    pub span: Span,
}

/// A line that rules about migrations and describes no table: `rollback: never — why` below the heading of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulingDecl {
    /// The tables that it is said of.
    pub tables: Vec<QName>,
    /// The line.
    pub text: Ident,
}

/// Something that a document says and that nothing is made of: security in words, planned changes, functions without a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidDecl {
    /// What it is about: a table or a function; none for the whole schema.
    pub about: Option<Ident>,
    /// What kind of thing is said, as the document labels it ("Security", "Planned Schema Changes").
    pub label: Ident,
    /// The words.
    pub text: Ident,
}
