//! Keys, checks, foreign keys, exclusions and indexes of a table.

use super::{ColumnId, Fact, PgIdent, TableId};
use crate::source::decl::{RefAction, Timing};
use crate::span::{Span, Spanned};

/// A primary key or a unique constraint.
#[derive(Clone, Debug)]
pub struct KeyData {
    /// Its name, where the author gives one.
    pub name: Option<Fact<PgIdent>>,
    /// Its columns; not empty.
    pub columns: Vec<ColumnId>,
    /// Columns stored in its index beside the key.
    pub include: Vec<ColumnId>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub timing: Timing,
    /// The place to point at.
    pub span: Span,
    /// Other places that say the same.
    pub also: Vec<Span>,
    /// Those of them that are an index of its own, whose text can be cut out of the document.
    pub repeats: Vec<Span>,
}

impl KeyData {
    /// Tells whether it says the same as another, names aside.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        self.columns == other.columns
            && self.include == other.include
            && self.nulls_not_distinct == other.nulls_not_distinct
            && self.timing == other.timing
    }
}

/// A check.
#[derive(Clone, Debug)]
pub struct CheckData {
    /// Its name, where the author gives one.
    pub name: Option<Fact<PgIdent>>,
    /// The condition as SQL, without the outermost parentheses.
    pub expression: Fact<String>,
    /// The only column that it names; where it cannot be read, the one that it was given on.
    pub column: Option<ColumnId>,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `NOT VALID`.
    pub not_valid: bool,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct ForeignKeyData {
    /// Its name, where the author gives one.
    pub name: Option<Fact<PgIdent>>,
    /// Referencing columns; not empty.
    pub columns: Vec<ColumnId>,
    /// Referenced table.
    pub referenced: TableId,
    /// Referenced columns, as many as `columns`.
    pub referenced_columns: Vec<ColumnId>,
    /// Action when the referenced row goes.
    pub on_delete: Option<Fact<RefAction>>,
    /// Action when the referenced key changes.
    pub on_update: Option<Fact<RefAction>>,
    /// `MATCH FULL`.
    pub match_full: bool,
    /// When it is checked.
    pub timing: Timing,
    /// `NOT VALID`.
    pub not_valid: bool,
    /// Whether a constraint is made of it; not where the referenced table is another system's, or the relation is inactive.
    pub enforced: bool,
    /// What the document says of it.
    pub comment: Option<Fact<String>>,
    /// The place to point at.
    pub span: Span,
    /// Other places that say the same.
    pub also: Vec<Span>,
}

/// An exclusion constraint.
#[derive(Clone, Debug)]
pub struct ExclusionData {
    /// Its name, where the author gives one.
    pub name: Option<Fact<PgIdent>>,
    /// Its text from `USING` to its end.
    pub definition: Spanned<String>,
    /// When it is checked.
    pub timing: Timing,
}

/// An index.
#[derive(Clone, Debug)]
pub struct IndexData {
    /// Its name, where the author gives one.
    pub name: Option<Fact<PgIdent>>,
    /// Key parts; not empty.
    pub parts: Vec<IndexPart>,
    /// Access method, in lower case.
    pub method: Option<String>,
    /// Whether it is unique.
    pub unique: bool,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Columns stored beside the key.
    pub include: Vec<ColumnId>,
    /// Condition of a partial index, as SQL.
    pub predicate: Option<String>,
    /// Storage parameters and tablespace, as SQL.
    pub storage: Option<String>,
    /// Description.
    pub comment: Option<Fact<String>>,
    /// Whether its text can be cut out of the document and leaves the rest as it is.
    pub removable: bool,
    /// The place to point at.
    pub span: Span,
    /// Other places that say the same.
    pub also: Vec<Span>,
}

impl IndexData {
    /// Makes an index of which only the key parts are known.
    pub fn new(parts: Vec<IndexPart>, span: Span) -> Self {
        Self {
            name: None,
            parts,
            method: None,
            unique: false,
            nulls_not_distinct: false,
            include: Vec::new(),
            predicate: None,
            storage: None,
            comment: None,
            removable: false,
            span,
            also: Vec::new(),
        }
    }
}

/// A key part of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPart {
    /// What it orders by.
    pub key: PartKey,
    /// Collation, operator class, direction and place of NULLs, as SQL.
    pub options: Option<String>,
}

/// What a key part orders by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartKey {
    /// A column.
    Column(ColumnId),
    /// An expression as SQL, without outermost parentheses.
    Expression(String),
}
