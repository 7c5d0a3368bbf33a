//! SQL statements as data: they hold what they print, and need no schema beside them.

use std::borrow::Cow;
use std::fmt::{Display, Formatter};

use crate::config::RollbackPolicy;
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, PgType, QualifiedName};
use crate::source::decl::{RefAction, Timing};

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `CREATE SCHEMA`.
    CreateSchema(PgIdent),
    /// `CREATE EXTENSION`.
    CreateExtension(PgIdent),
    /// `CREATE TYPE … AS ENUM`.
    CreateEnum {
        /// Its name.
        name: QualifiedName,
        /// Its labels, in order.
        labels: Vec<String>,
    },
    /// `CREATE TABLE`.
    CreateTable(TableDef),
    /// `ALTER TABLE … ADD CONSTRAINT`.
    AddConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        constraint: ConstraintDef,
    },
    /// `ALTER TABLE` with a change that is carried through as SQL.
    AlterTable {
        /// The table.
        table: QualifiedName,
        /// What follows the table's name.
        action: String,
    },
    /// `CREATE INDEX`.
    CreateIndex(IndexDef),
    /// `COMMENT ON`.
    Comment {
        /// What is described.
        on: CommentOn,
        /// The description.
        text: String,
    },
    /// A statement that is carried through as it stands.
    Verbatim {
        /// The statement without its semicolon.
        text: String,
        /// What takes it back, where its table does not.
        drop: Option<Box<Statement>>,
    },
    /// `ALTER TYPE … RENAME TO …` of a type that is made anew under its name, and of the functions that came with it.
    SetAside {
        /// The kind in upper case: `TYPE`, `DOMAIN`.
        kind: &'static str,
        /// Its name.
        name: QualifiedName,
        /// The types of a function's arguments.
        arguments: Option<String>,
        /// The name under which it waits until nothing holds values of it.
        aside: PgIdent,
        /// What it is made anew as.
        anew: TypeShape,
    },
    /// `ALTER TABLE … RENAME TO …` of a table or column that goes, since what had its name before gets it back.
    MakeRoom {
        /// The table, or the table of the column.
        table: QualifiedName,
        /// The column.
        column: Option<PgIdent>,
        /// The name under which it waits until it goes.
        aside: PgIdent,
        /// What gets its name, as it is called until then.
        heir: PgIdent,
    },
    /// `INSERT … ON CONFLICT`.
    Upsert(UpsertDef),
    /// `DROP … IF EXISTS`.
    Drop {
        /// The kind in upper case: `TABLE`, `TYPE`.
        kind: &'static str,
        /// What is dropped.
        name: QualifiedName,
    },
    /// `ALTER TABLE … DROP CONSTRAINT`.
    DropConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        name: PgIdent,
    },
    /// What keeps a down part from running where it must not.
    Guard {
        /// The policy.
        policy: RollbackPolicy,
        /// The migration's file.
        file: String,
        /// Why.
        reason: Option<String>,
    },
    /// Words to whoever reads the file.
    Remark(String),
}

/// What tells a type from another one of its name.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeShape {
    /// The labels of an enumerated type, in order.
    Labels(Vec<String>),
    /// The type under a domain, as SQL.
    Base(String),
    /// The attributes of a composite type, in order: name, type as SQL.
    Attributes(Vec<(PgIdent, String)>),
    /// The type of the bounds of a range type, as SQL; its multirange type is told by them too.
    Bounds(String),
    /// What the catalogue does not tell from what it was, such as a range over the same type and a collation: it is made anew as
    /// often as the statements run.
    Alike,
}

impl TypeShape {
    /// Tells whether the catalogue would take two for one: what it is asked leaves collations out.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        let bare = |ty: &str| ty.split(" COLLATE ").next().unwrap_or(ty).to_owned();
        let all = |attributes: &[(PgIdent, String)]| -> Vec<(PgIdent, String)> {
            attributes.iter().map(|(name, ty)| (name.clone(), bare(ty))).collect()
        };
        match (self, other) {
            (Self::Base(one), Self::Base(other)) => bare(one) == bare(other),
            (Self::Attributes(one), Self::Attributes(other)) => all(one) == all(other),
            (one, other) => one == other,
        }
    }
}

/// A table to create.
#[derive(Clone, Debug, PartialEq)]
pub struct TableDef {
    /// Its name.
    pub name: QualifiedName,
    /// Its columns, in order.
    pub columns: Vec<ColumnDef>,
    /// Its constraints, in order.
    pub constraints: Vec<ConstraintDef>,
    /// `LIKE other …`, which stands among the columns.
    pub like: Option<String>,
    /// What follows the closing parenthesis.
    pub tail: Option<String>,
}

impl TableDef {
    /// Returns by what its rows are divided among its partitions: `RANGE (at)`.
    pub(crate) fn partition_key(&self) -> Option<&str> {
        let text = self.tail.as_deref()?;
        let tokens = tokens(text);
        let mut cursor = Cursor::new(text, &tokens);
        while !cursor.is_done() {
            if cursor.eat("partition by") {
                return Some(cursor.until(|token| token.is("with") || token.is("using")).rest());
            }
            cursor.next();
        }
        None
    }
}

/// A column to create.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: PgIdent,
    /// Its type.
    pub ty: PgType,
    /// What follows the type, clause by clause.
    pub clauses: Vec<Cow<'static, str>>,
}

/// A constraint to create.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintDef {
    /// Its name.
    pub name: PgIdent,
    /// What it demands.
    pub body: ConstraintBody,
    /// When it is checked.
    pub timing: Timing,
    /// `NOT VALID`.
    pub not_valid: bool,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintBody {
    /// `PRIMARY KEY`.
    PrimaryKey {
        /// Its columns.
        columns: Vec<PgIdent>,
        /// Columns stored beside the key.
        include: Vec<PgIdent>,
    },
    /// `UNIQUE`.
    Unique {
        /// Its columns.
        columns: Vec<PgIdent>,
        /// Columns stored beside the key.
        include: Vec<PgIdent>,
        /// `NULLS NOT DISTINCT`.
        nulls_not_distinct: bool,
    },
    /// `CHECK`.
    Check {
        /// The condition as SQL.
        expression: String,
        /// `NO INHERIT`.
        no_inherit: bool,
    },
    /// `FOREIGN KEY`.
    ForeignKey {
        /// Referencing columns.
        columns: Vec<PgIdent>,
        /// Referenced table.
        table: QualifiedName,
        /// Referenced columns.
        referenced: Vec<PgIdent>,
        /// `MATCH FULL`.
        match_full: bool,
        /// `ON DELETE`.
        on_delete: Option<RefAction>,
        /// `ON UPDATE`.
        on_update: Option<RefAction>,
    },
    /// `EXCLUDE`, from `USING` to its end.
    Exclude(String),
}

impl ConstraintBody {
    /// Tells whether it is a primary key or a unique one.
    pub fn is_key(&self) -> bool {
        matches!(self, Self::PrimaryKey { .. } | Self::Unique { .. })
    }
}

/// An index to create.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexDef {
    /// Its name.
    pub name: PgIdent,
    /// The table.
    pub table: QualifiedName,
    /// `UNIQUE`.
    pub unique: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// Access method; none for a B-tree.
    pub method: Option<String>,
    /// Key parts as SQL.
    pub parts: Vec<String>,
    /// Columns stored beside the key.
    pub include: Vec<PgIdent>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Storage parameters and tablespace, as SQL.
    pub storage: Option<String>,
    /// Condition of a partial index, as SQL.
    pub predicate: Option<String>,
}

/// What a comment describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentOn {
    /// A table.
    Table(QualifiedName),
    /// A column.
    Column(QualifiedName, PgIdent),
    /// A type.
    Type(QualifiedName),
    /// An index, with its table's schema.
    Index(QualifiedName),
    /// A constraint of a table.
    Constraint(PgIdent, QualifiedName),
}

impl Display for CommentOn {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Table(name) => write!(f, "TABLE {name}"),
            Self::Column(table, column) => write!(f, "COLUMN {table}.{column}"),
            Self::Type(name) => write!(f, "TYPE {name}"),
            Self::Index(name) => write!(f, "INDEX {name}"),
            Self::Constraint(name, table) => write!(f, "CONSTRAINT {name} ON {table}"),
        }
    }
}

/// Rows to have.
#[derive(Clone, Debug, PartialEq)]
pub struct UpsertDef {
    /// The table.
    pub table: QualifiedName,
    /// The columns that are filled.
    pub columns: Vec<PgIdent>,
    /// Values as SQL, one per column.
    pub rows: Vec<Vec<String>>,
    /// The columns by which a row is known; empty where any conflict is passed over.
    pub key: Vec<PgIdent>,
    /// The columns that an existing row takes over.
    pub update: Vec<PgIdent>,
    /// Whether an identity column is given its value.
    pub overriding: bool,
}

/// Parts `LIKE other …`, which stands among the columns, from what stands behind the list.
pub(super) fn parted(tail: &str) -> (Option<String>, Option<String>) {
    let own = tokens(tail);
    let mut cursor = Cursor::new(tail, &own);
    while cursor.eat("like") {
        _ = cursor.name();
        while cursor.eat("including") || cursor.eat("excluding") {
            cursor.next();
        }
        _ = cursor.eat(",");
    }
    let rest = cursor.rest();
    let like = tail.get(..tail.len() - rest.len()).unwrap_or_default();
    let like = like.trim().trim_end_matches(',');
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (said(like), said(rest))
}
