//! Indexes.

use crate::span::{Span, Spanned};

use super::{Ident, Prose, QName};

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
