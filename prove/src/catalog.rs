//! What a database holds, read from PostgreSQL's own catalogue: everything that `pg_dump -s` would print, as comparable
//! facts.
//!
//! Two databases are the same when their catalogues are equal; SQL text is never compared with SQL text. Objects that
//! an extension owns are the extension's business and left out; owners are read where they are asked for.

mod diff;
mod queries;
mod spelling;

use std::collections::BTreeMap;
use std::fmt;

use postgres::{Client, IsolationLevel, Transaction};
use queries::Query;
use truthtable::emit::sql::stand_in;

pub use diff::{Difference, diff};

/// Settings under which every database prints the same thing in the same way, whatever its own are.
///
/// With nothing on the path every name is printed qualified. Printing waits for whoever alters a table, but not for ever.
const PRINTING: &str =
    "SET LOCAL search_path = ''; SET LOCAL quote_all_identifiers = off; SET LOCAL TimeZone = 'UTC';
    SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;
    SET LOCAL bytea_output = 'hex'; SET LOCAL lock_timeout = '30s'";

/// The attribute that names an object's owner, where that is another than the database's.
pub(crate) const OWNER: &str = "owner";

/// The attribute that names what an owner took from itself.
pub(crate) const GIVEN_UP: &str = "privileges that the owner has not";

/// Every object of a database that is not the system's own, with what is true of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The objects, in order of kind and name.
    pub objects: BTreeMap<Object, Facts>,
}

/// What is true of an object: the attribute's name and its value as PostgreSQL spells it, with every name qualified.
/// An attribute that does not apply is absent.
pub type Facts = BTreeMap<String, String>;

/// The identity of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// The object that it is part of: a column's table.
    pub parent: Option<String>,
    /// Its name, qualified and quoted where need be; of a part, its name within the parent.
    pub name: String,
}

/// The kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An extension.
    Extension,
    /// A schema.
    Schema,
    /// An enum, domain, composite, range or base type.
    Type,
    /// A sequence, also that of an identity column.
    Sequence,
    /// A table: ordinary, partitioned, a partition, or foreign.
    Table,
    /// A column of a table or a view.
    Column,
    /// A constraint of a table or a domain; of `NOT NULL`, the column tells all but the name.
    Constraint,
    /// An index that no constraint owns.
    Index,
    /// A view, materialized or not.
    View,
    /// A function, procedure, aggregate or window function.
    Function,
    /// A trigger.
    Trigger,
    /// A rule.
    Rule,
    /// A row-level security policy.
    Policy,
    /// Privileges that objects will have when they are created.
    DefaultPrivileges,
    /// Of the rarer kinds: operator, collation, cast, text search, foreign server, event trigger, publication …
    Other,
}

impl Catalog {
    /// Reads the catalogue of the database to which the client is connected, without owners. PostgreSQL 13 to 18.
    pub fn read(client: &mut Client) -> Result<Self, postgres::Error> {
        let mut catalog = Self::read_with_owners(client)?;
        for facts in catalog.objects.values_mut() {
            facts.remove(OWNER);
        }
        Ok(catalog)
    }

    /// Leaves out the functions that stand in for those of extensions, which are nobody's.
    #[must_use]
    pub(crate) fn without_stand_ins(mut self) -> Self {
        let is_stand_in =
            |facts: &Facts| facts.get("comment").is_some_and(|comment| stand_in::is_marked(comment));
        self.objects.retain(|object, facts| object.kind != Kind::Function || !is_stand_in(facts));
        self
    }

    /// Reads the same with the owners that are others than the database's.
    pub fn read_with_owners(client: &mut Client) -> Result<Self, postgres::Error> {
        let mut transaction = client
            .build_transaction()
            .read_only(true)
            .isolation_level(IsolationLevel::RepeatableRead)
            .start()?;
        let catalog = Self::read_in(&mut transaction)?;
        transaction.commit()?;
        Ok(catalog)
    }

    /// Reads the catalogue as a transaction sees it, with owners, and leaves settings of the transaction changed.
    pub fn read_in(transaction: &mut Transaction<'_>) -> Result<Self, postgres::Error> {
        transaction.batch_execute(PRINTING)?;
        let version: String = transaction.query_one("SHOW server_version_num", &[])?.try_get(0)?;
        let major = version.parse::<u32>().map_or(u32::MAX, |version| version / 10_000);
        let mut objects = BTreeMap::new();
        let queries: Vec<Query> = queries::all(major).collect();
        let asked = transaction.query_one(&queries::asked(&queries), &[])?;
        for (number, Query { kind, sql, .. }) in queries.into_iter().enumerate() {
            if !asked.try_get::<_, bool>(number)? {
                continue;
            }
            for row in transaction.query(&queries::complete(sql), &[])? {
                let object = Object { kind, parent: row.try_get("parent")?, name: row.try_get("name")? };
                let mut facts = Facts::new();
                for column in
                    row.columns().iter().filter(|column| !matches!(column.name(), "parent" | "name"))
                {
                    if let Some(value) = row.try_get::<_, Option<String>>(column.name())? {
                        facts.insert(column.name().to_owned(), spelling::even(&value));
                    }
                }
                objects.insert(object, facts);
            }
        }
        Ok(Self { objects })
    }
}

impl Kind {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Schema => "schema",
            Self::Type => "type",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::View => "view",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::DefaultPrivileges => "default privileges",
            Self::Other => "object",
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, parent, name } = self;
        match (kind, parent) {
            // The name of these says what they are: `operator public.=== (integer, integer)`.
            (Kind::Other, _) => f.write_str(name),
            (Kind::Column, Some(parent)) => write!(f, "column {parent}.{name}"),
            (_, Some(parent)) => write!(f, "{} {name} of {parent}", kind.noun()),
            (_, None) => write!(f, "{} {name}", kind.noun()),
        }
    }
}
