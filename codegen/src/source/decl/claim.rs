//! What a document claims of the schema beside describing it: how many things there are, and what all of them have.

use super::Ident;
use crate::span::{Span, Spanned};

/// A claim of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimDecl {
    /// What it claims.
    pub kind: ClaimKind,
    /// The claim.
    pub text: Ident,
}

/// What a document claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// That there are so many of something.
    Count(CountClaim),
    /// That every column of a name is indexed, or every foreign key where no name is given.
    Indexed(Option<Ident>),
    /// That every primary key has a type.
    KeysOfType(Ident),
    /// That a table has these columns, or an enumerated type these values.
    Names {
        /// The table or type, in the document's words.
        of: Ident,
        /// The columns or values.
        names: Vec<Ident>,
    },
}

/// A number of things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountClaim {
    /// What is counted.
    pub subject: Subject,
    /// How many there are.
    pub number: Spanned<usize>,
    /// Of what the number speaks.
    pub extent: Extent,
    /// The things themselves, where the document lists them below.
    pub listed: Option<ListedDecl>,
    /// The numbers below it that make it up.
    pub parts: Vec<CountPart>,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Tables, models, entities.
    Tables,
    /// Enumerated types.
    Enums,
    /// Values of an enumerated type.
    Values(String),
    /// Indexes.
    Indexes(IndexKind),
    /// Foreign keys.
    ForeignKeys,
    /// Columns of a type, in lower case.
    Columns(String),
    /// Policies of row level security.
    Policies,
    /// Triggers.
    Triggers,
    /// Views.
    Views,
    /// Functions.
    Functions,
}

/// Which indexes are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndexKind {
    /// All of them.
    Any,
    /// Those of primary keys.
    PrimaryKey,
    /// Those behind foreign keys.
    ForeignKey,
    /// Unique ones.
    Unique,
    /// Those on several columns.
    Composite,
    /// Those of access method GIN.
    Gin,
    /// Those with a condition.
    Partial,
}

impl Subject {
    /// Tells whether numbers of another subject may be parts of a number of this one.
    pub fn holds(&self, part: &Self) -> bool {
        self == part || matches!((self, part), (Self::Indexes(IndexKind::Any), Self::Indexes(_)))
    }

    /// Returns the name by which `inspect` and messages call several of them.
    pub fn name(&self) -> String {
        match self {
            Self::Tables => "tables".to_owned(),
            Self::Enums => "enumerated types".to_owned(),
            Self::Values(of) => format!("values of `{of}`"),
            Self::Indexes(kind) => match kind {
                IndexKind::Any => "indexes",
                IndexKind::PrimaryKey => "primary keys",
                IndexKind::ForeignKey => "indexes behind foreign keys",
                IndexKind::Unique => "unique constraints",
                IndexKind::Composite => "composite indexes",
                IndexKind::Gin => "GIN indexes",
                IndexKind::Partial => "partial indexes",
            }
            .to_owned(),
            Self::ForeignKeys => "foreign keys".to_owned(),
            Self::Columns(ty) => format!("columns of type `{ty}`"),
            Self::Policies => "policies".to_owned(),
            Self::Triggers => "triggers".to_owned(),
            Self::Views => "views".to_owned(),
            Self::Functions => "functions".to_owned(),
        }
    }
}

/// Of what a number speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Of the whole schema.
    Whole,
    /// Perhaps of the whole schema: the words do not tell for certain.
    Unclear,
    /// Of the part that these words name.
    Part(Ident),
}

/// Things that a document lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDecl {
    /// Their names.
    pub names: Vec<Ident>,
    /// The whole list.
    pub span: Span,
}

/// A number that is part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountPart {
    /// The number.
    pub number: Spanned<usize>,
    /// The words around it.
    pub text: Ident,
}
