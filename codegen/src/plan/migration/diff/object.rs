//! What a schema is made of, each thing with what it is called, what makes it, and what it needs.

use std::cell::Cell;
use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

use super::composite::Composite;
use super::domain::Domain;
use super::privileges::Privileges;
use super::routine::Routine;
use super::sequence::Sequence;
use crate::model::QualifiedName;
use crate::model::token::{Token, tokens};
use crate::plan::migration::statement::{
    ColumnDef, CommentOn, ConstraintBody, ConstraintDef, IndexDef, Statement, TableDef,
};
use crate::span::Span;

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
    pub(super) fn is_stateless(self) -> bool {
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
    pub(super) fn set_place(&self, at: usize) {
        self.0.place.set(at);
    }

    /// Returns where the object may be that has this very key, which its side has to confirm.
    pub(super) fn place(&self) -> usize {
        self.0.place.get()
    }

    /// Tells whether another key is a copy of this one.
    pub(super) fn is_copy(&self, other: &Self) -> bool {
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
    pub(super) fn is_relation(&self) -> bool {
        self.kind.is_relation() || self.is_foreign_table()
    }

    /// Tells whether the object is a type, or brings a type of its name with it.
    pub(super) fn is_type(&self) -> bool {
        self.kind.is_type() || self.is_foreign_table()
    }

    /// Returns where it is made among the kinds where nothing else decides.
    pub(super) fn rank(&self) -> u8 {
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

/// An object of one side.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) key: Key,
    pub(super) span: Span,
    pub(super) body: Body,
    pub(super) needs: Vec<Need>,
    /// What makes it too when it is made itself: a new table makes its columns.
    pub(super) comes_with: Option<Key>,
    /// What takes it away too when it is dropped itself.
    pub(super) goes_with: Option<Key>,
    /// The index of the whole table that this one of a partition was attached to: it goes with that one, and not without it.
    pub(super) attached_to: Option<Key>,
    /// What is made right before it: keys of partitions that become parts of it.
    pub(super) first: Vec<Statement>,
    /// The words of its definition, sorted: which columns of a relation it may use.
    pub(super) words: Vec<String>,
}

impl Object {
    /// Tells whether it is of a kind that the model holds, with nothing in it that is carried.
    pub(super) fn is_modelled(&self) -> bool {
        match &self.body {
            Body::Schema
            | Body::Enum(_)
            | Body::Table(_)
            | Body::Column(_)
            | Body::Default(_)
            | Body::Constraint(_)
            | Body::Index(_) => true,
            Body::Extension(said) => said.is_none(),
            Body::Comment { on, .. } => matches!(on, CommentTarget::Known(_)),
            Body::Domain(_)
            | Body::Composite(_)
            | Body::Sequence(_)
            | Body::Routine(_)
            | Body::Carried { .. }
            | Body::Setting { .. }
            | Body::Privileges(_)
            | Body::Grant { .. }
            | Body::Action(_) => false,
        }
    }

    pub(super) fn new(key: Key, span: Span, body: Body) -> Self {
        Self {
            key,
            span,
            body,
            needs: Vec::new(),
            comes_with: None,
            goes_with: None,
            attached_to: None,
            first: Vec::new(),
            words: Vec::new(),
        }
    }

    pub(super) fn need(&mut self, on: Target, strength: Strength) {
        // Most objects need two or three: of itself the list would make room for four, and then for eight.
        if self.needs.len() == self.needs.capacity() {
            self.needs.reserve_exact(2);
        }
        self.needs.push(Need { on, strength });
    }

    /// Tells whether it is an index or key of which two rows cannot have the same values.
    pub(super) fn is_unique(&self) -> bool {
        match &self.body {
            Body::Index(index) => index.unique,
            Body::Constraint(constraint) => {
                !matches!(constraint.body, ConstraintBody::Check { .. } | ConstraintBody::ForeignKey { .. })
            }
            _ => false,
        }
    }

    /// Tells whether it is an exclusion constraint.
    pub(super) fn is_exclusion(&self) -> bool {
        matches!(&self.body, Body::Constraint(constraint) if matches!(constraint.body, ConstraintBody::Exclude(_)))
    }

    /// Tells whether PostgreSQL keeps its definition taken apart, down to the columns that it uses.
    pub(super) fn is_taken_apart(&self) -> bool {
        match &self.body {
            Body::Routine(routine) => routine.body.is_none(),
            _ => matches!(self.key.kind, Kind::View | Kind::MaterializedView | Kind::Rule),
        }
    }

    /// Tells whether something stands in its definition for every column that a relation has when it is made: a `*`, or an `INSERT` that
    /// names no columns.
    pub(super) fn takes_all_columns(&self) -> bool {
        let text = match &self.body {
            Body::Carried { create, .. } => create,
            Body::Routine(routine) => &routine.text,
            _ => return false,
        };
        if !self.is_taken_apart()
            || !text.contains('*')
                && ["insert", "table"]
                    .iter()
                    .all(|word| self.words.binary_search(&(*word).to_owned()).is_err())
        {
            return false;
        }
        let tokens = tokens(text);
        // `TABLE t` is `SELECT * FROM t`.
        let begins_query = |token: &Token<'_>| {
            ["as", "(", "union", "all", "except", "intersect"].iter().any(|word| token.is(word))
        };
        let before =
            |token: &Token<'_>| ["select", ",", ".", "all", "distinct"].iter().any(|word| token.is(word));
        tokens.windows(2).any(|pair| matches!(pair, [a, star] if star.is("*") && before(a)))
            || tokens
                .windows(2)
                .any(|pair| matches!(pair, [a, table] if table.is("table") && begins_query(a)))
            || !crate::model::star::filled_by_place(&tokens).is_empty()
    }

    /// Tells whether it joins relations by all columns that they share, once and for all.
    pub(super) fn joins_by_all_columns(&self) -> bool {
        self.is_taken_apart() && self.words.binary_search(&"natural".to_owned()).is_ok()
    }

    /// Returns the type of the bounds of a range type, and the name of the multirange type that comes with it.
    pub(super) fn range(&self) -> Option<(String, QualifiedName)> {
        match &self.body {
            Body::Carried { create, .. } if self.key.kind == Kind::Type => {
                super::spelling::range_parts(create)
            }
            _ => None,
        }
    }

    /// Tells whether its definition may use a column of a relation that it needs.
    pub(super) fn may_use(&self, column: &str) -> bool {
        let has = |word: &str| self.words.binary_search_by(|known| known.as_str().cmp(word)).is_ok();
        // What inserts a row depends on every column that it fills, and on all of them where it looks at the row again.
        has(column) || has("*") || has("natural") || has("insert") && self.is_taken_apart()
    }
}

/// What defines an object.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Schema,
    /// The statement, where it says more than the name.
    Extension(Option<String>),
    Enum(Vec<String>),
    Domain(Box<Domain>),
    Composite(Composite),
    Sequence(Box<Sequence>),
    Table(Box<TableDef>),
    Column(Box<ColumnBody>),
    /// The expression.
    Default(String),
    Constraint(Box<ConstraintDef>),
    Index(Box<IndexDef>),
    Routine(Box<Routine>),
    /// A statement with what drops it, where that is known.
    Carried {
        create: String,
        drop: Option<String>,
    },
    /// A statement with what undoes it, where that is known.
    Setting {
        set: String,
        unset: Option<String>,
    },
    Comment {
        on: CommentTarget,
        text: String,
    },
    /// Of one role on one thing.
    Privileges(Box<Privileges>),
    Grant {
        text: String,
        revoke: Option<String>,
    },
    Action(String),
}

/// What a comment describes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CommentTarget {
    Known(CommentOn),
    /// As SQL: `VIEW v`.
    Carried(String),
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct ColumnBody {
    /// For a table that is made, or a column that is added; with the default, without what makes a constraint.
    pub(super) def: ColumnDef,
    /// The type with serial types resolved.
    pub(super) ty: crate::model::PgType,
    /// The table has it from a parent: what happens to the parent's happens to it.
    pub(super) inherited: bool,
    pub(super) collation: Option<String>,
    pub(super) not_null: bool,
    /// It refuses NULL only because it is in the primary key.
    pub(super) only_by_key: bool,
    pub(super) identity: Option<Box<Identity>>,
    /// The expression, and whether it is stored.
    pub(super) generated: Option<(String, bool)>,
}

/// Identity of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Identity {
    pub(super) always: bool,
    pub(super) sequence: Sequence,
    /// As written, for `ADD GENERATED`.
    pub(super) options: String,
}

/// Something that an object needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub(super) on: Target,
    pub(super) strength: Strength,
}

/// What a need is for.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Key(Key),
    /// A table, view, sequence or index of this name.
    Relation(Box<QualifiedName>),
    /// A type of this name.
    Type(Box<QualifiedName>),
    /// Every routine of this name.
    Routine(Box<QualifiedName>),
    /// The routine of this name that takes these types; every one of the name where that is not known.
    Overload(Box<(QualifiedName, String)>),
    /// Whatever has this name.
    Any(Box<QualifiedName>),
}

/// How firm a need is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// It cannot be while what it needs is not, nor stay while that changes.
    Hard,
    /// It uses a relation, and those of its columns that its words name.
    Columns,
    /// It cannot be while what it needs is not, but stays when that changes.
    Plain,
    /// It is better made behind it; PostgreSQL does not record the need.
    Order,
}

impl ConstraintDef {
    /// Tells whether it is a foreign key.
    pub(super) fn is_foreign_key(&self) -> bool {
        matches!(self.body, ConstraintBody::ForeignKey { .. })
    }
}
