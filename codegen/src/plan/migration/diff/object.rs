//! What a schema is made of, each thing with what it is called, what makes it, and what it needs.

mod key;

pub use key::{Key, Kind};

use super::composite::Composite;
use super::domain::Domain;
use super::privileges::Privileges;
use super::routine::Routine;
use super::sequence::Sequence;
use crate::model::token::{Token, tokens};
use crate::model::{PgType, QualifiedName};
use crate::plan::migration::statement::{
    ColumnDef, CommentOn, ConstraintBody, ConstraintDef, IndexDef, Statement, TableDef,
};
use crate::span::Span;

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
    /// What few objects have: of ten thousand tables all of the room that it took would have to be filled and passed over.
    rare: Option<Box<Rare>>,
}

/// What few objects have.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
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
            Body::Comment(comment) => matches!(comment.on, CommentTarget::Known(_)),
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
        Self { key, span, body, needs: Vec::new(), comes_with: None, goes_with: None, rare: None }
    }

    /// Returns what few objects have, to be changed.
    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Returns the index of the whole table that this one of a partition was attached to.
    pub(super) fn attached_to(&self) -> Option<&Key> {
        self.rare.as_ref()?.attached_to.as_ref()
    }

    /// Returns what is made right before it.
    pub(super) fn first(&self) -> &[Statement] {
        self.rare.as_ref().map(|rare| rare.first.as_slice()).unwrap_or_default()
    }

    /// Tells whether a word stands in its definition.
    pub(super) fn says(&self, word: &str) -> bool {
        let Some(rare) = &self.rare else { return false };
        rare.words.binary_search_by(|known| known.as_str().cmp(word)).is_ok()
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
        if !self.is_taken_apart() || !text.contains('*') && !self.says("insert") && !self.says("table") {
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
        self.is_taken_apart() && self.says("natural")
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
        // What inserts a row depends on every column that it fills, and on all of them where it looks at the row again.
        self.says(column)
            || self.says("*")
            || self.says("natural")
            || self.says("insert") && self.is_taken_apart()
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
    Comment(Box<Described>),
    /// Of one role on one thing.
    Privileges(Box<Privileges>),
    Grant {
        text: String,
        revoke: Option<String>,
    },
    Action(String),
}

/// A comment: what it describes, and how.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) on: CommentTarget,
    /// The description, as SQL where what it describes is SQL too.
    pub(super) text: String,
}

impl Body {
    /// Returns the body of a comment.
    pub(super) fn comment(on: CommentTarget, text: String) -> Self {
        Self::Comment(Box::new(Described { on, text }))
    }
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
    /// The type with serial types resolved, and as the catalogue holds it, where that is not the one written.
    pub(super) stored: Option<Box<PgType>>,
    /// The table has it from a parent: what happens to the parent's happens to it.
    pub(super) inherited: bool,
    pub(super) collation: Option<Box<str>>,
    pub(super) not_null: bool,
    /// It refuses NULL only because it is in the primary key.
    pub(super) only_by_key: bool,
    pub(super) identity: Option<Box<Identity>>,
    /// The expression, and whether it is stored.
    pub(super) generated: Option<Box<(String, bool)>>,
}

impl ColumnBody {
    /// Returns the type with serial types resolved, as the catalogue holds it.
    pub(super) fn ty(&self) -> &PgType {
        self.stored.as_deref().unwrap_or(&self.def.ty)
    }
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
