//! What an object is called.

use std::cell::Cell;
use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

use crate::model::QualifiedName;
use crate::model::token::{Cursor, tokens};

/// A kind of object, in the order in which kinds are made where nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A database schema.
    Schema,
    /// An extension.
    Extension,
    /// A collation.
    Collation,
    /// An enumerated type.
    Enum,
    /// A composite type.
    Composite,
    /// A domain.
    Domain,
    /// A type of another kind: a range, a base type.
    Type,
    /// A sequence.
    Sequence,
    /// A table.
    Table,
    /// A column.
    Column,
    /// A function, procedure or aggregate.
    Routine,
    /// A column's default.
    Default,
    /// A primary key, unique, check or exclusion constraint.
    Constraint,
    /// An index.
    Index,
    /// A foreign key.
    ForeignKey,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// Anything else that has a name.
    Other,
    /// A change of an object that is no part of its definition: row security, storage.
    Setting,
    /// A rule.
    Rule,
    /// A trigger.
    Trigger,
    /// A row security policy.
    Policy,
    /// A comment.
    Comment,
    /// Privileges.
    Grant,
    /// A statement that does something once.
    Action,
    /// Rows that a document lists.
    Rows,
}

impl Kind {
    /// Returns the kind's name as a person says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Collation => "collation",
            Self::Enum => "enum",
            Self::Composite => "composite type",
            Self::Domain => "domain",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::Routine => "function",
            Self::Default => "default",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::ForeignKey => "foreign key",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Other => "object",
            Self::Setting => "setting",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
            Self::Comment => "comment",
            Self::Grant => "privileges",
            Self::Action => "statement",
            Self::Rows => "rows of",
        }
    }

    /// Tells whether its objects share one set of names with tables.
    fn is_relation(self) -> bool {
        matches!(
            self,
            Self::Table
                | Self::View
                | Self::MaterializedView
                | Self::Sequence
                | Self::Index
                | Self::Composite
        )
    }

    /// Tells whether its objects are types, or bring a type of their name with them.
    fn is_type(self) -> bool {
        matches!(
            self,
            Self::Enum
                | Self::Composite
                | Self::Domain
                | Self::Type
                | Self::Table
                | Self::View
                | Self::MaterializedView
        )
    }

    /// Tells whether its objects hold no rows, so that one can be made anew at no loss.
    pub(in crate::plan::migration::diff) fn is_stateless(self) -> bool {
        !matches!(
            self,
            Self::Table | Self::Column | Self::Sequence | Self::Schema | Self::Extension | Self::Action
        )
    }
}

/// What an object is called: its kind, name and part.
///
/// Most objects are named by many others, so that a copy is a reference to the same words, and what they hash to is worked out
/// once.
#[derive(Clone, Debug)]
pub struct Key(Rc<KeyData>);

/// What a [`Key`] says.
#[derive(Debug)]
pub struct KeyData {
    /// What kind of object it is.
    pub kind: Kind,
    /// Its name, or that of the table that it is part of.
    pub name: QualifiedName,
    /// Its name within its table, or the types of its arguments; empty where the name says all.
    pub part: String,
    hash: u64,
    /// The place of the object that is made with this very key, on the side that it is on.
    place: Cell<usize>,
}

impl Deref for Key {
    type Target = KeyData;

    fn deref(&self) -> &KeyData {
        &self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || (self.hash == other.hash && self.cmp(other).is_eq())
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.kind, &self.name, &self.part).cmp(&(other.kind, &other.name, &other.part))
    }
}

impl Key {
    /// Names an object.
    pub fn new(kind: Kind, name: &QualifiedName, part: impl Into<String>) -> Self {
        let part = part.into();
        let hash = FxBuildHasher.hash_one((kind, name, part.as_str()));
        Self(Rc::new(KeyData { kind, name: name.clone(), part, hash, place: Cell::new(usize::MAX) }))
    }

    /// Notes where the object is that has this very key.
    pub(in crate::plan::migration::diff) fn set_place(&self, at: usize) {
        self.0.place.set(at);
    }

    /// Returns where the object may be that has this very key, which its side has to confirm.
    pub(in crate::plan::migration::diff) fn place(&self) -> usize {
        self.0.place.get()
    }

    /// Returns the table into which a statement that does something once puts rows.
    pub(in crate::plan::migration::diff) fn filled(&self) -> Option<QualifiedName> {
        if self.kind != Kind::Action {
            return None;
        }
        let own = tokens(&self.part);
        let mut cursor = Cursor::new(&self.part, &own);
        cursor.eat("insert into").then(|| cursor.name()).flatten()
    }

    /// Tells whether another key is a copy of this one.
    pub(in crate::plan::migration::diff) fn is_copy(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the object's name as a person writes it.
    pub fn plain(&self) -> String {
        let name = self.name.plain();
        match self.kind {
            Kind::Routine => format!("{name}({})", self.part),
            Kind::Comment | Kind::Grant | Kind::Action => self.part.clone(),
            _ if name.is_empty() => self.part.trim().to_owned(),
            _ if self.part.is_empty() => name,
            _ => format!("{name}.{}", self.part),
        }
    }
}

impl KeyData {
    fn is_foreign_table(&self) -> bool {
        self.kind == Kind::Other && self.part == "foreign table"
    }

    /// Tells whether the object shares one set of names with tables.
    pub(in crate::plan::migration::diff) fn is_relation(&self) -> bool {
        self.kind.is_relation() || self.is_foreign_table()
    }

    /// Tells whether the object is a type, or brings a type of its name with it.
    pub(in crate::plan::migration::diff) fn is_type(&self) -> bool {
        self.kind.is_type() || self.is_foreign_table()
    }

    /// Returns where it is made among the kinds where nothing else decides.
    pub(in crate::plan::migration::diff) fn rank(&self) -> u8 {
        // What tables and views may stand on without naming it where it can be found.
        const GROUNDS: [&str; 8] = [
            "role",
            "foreign data wrapper",
            "server",
            "access method",
            "language",
            "text search",
            "conversion",
            "foreign table",
        ];
        let is = |head: &str| self.part.starts_with(head);
        match self.kind {
            Kind::Other if GROUNDS.iter().any(|head| is(head) || is(&format!("create {head}"))) => {
                Kind::Extension as u8
            }
            Kind::Other if is("create operator") || is("create cast") => Kind::Routine as u8,
            kind => kind as u8,
        }
    }
}
