//! Constraints that stand apart from a column.

use crate::span::{Span, Spanned};

use super::{CheckDecl, Ident, QName};

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

impl ForeignKeyDecl {
    /// Makes a key of which only what it refers to is known.
    pub fn new(table: QName, referenced: Vec<Ident>, span: Span) -> Self {
        Self {
            name: None,
            columns: Vec::new(),
            table,
            referenced,
            on_delete: None,
            on_update: None,
            match_full: false,
            timing: Timing::NotDeferrable,
            not_valid: false,
            span,
        }
    }
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
