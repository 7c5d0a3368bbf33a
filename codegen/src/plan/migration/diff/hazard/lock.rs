//! The locks that steps take.

use std::collections::BTreeSet;

use super::super::object::{Body, Kind};
use super::super::side::Side;
use super::super::{Step, Verb};
use super::{domain, mentions};
use crate::model::QualifiedName;
use crate::plan::migration::statement::ConstraintBody;

/// The lock that a step takes on a table; `docs: explicit-locking.html`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// None that keeps anybody from reading or writing rows.
    None,
    /// Other changes of the schema wait.
    ShareUpdateExclusive,
    /// Writers wait.
    Share,
    /// Writers wait, on the referenced table too.
    ShareRowExclusive,
    /// Readers and writers wait.
    AccessExclusive,
}

impl Lock {
    /// Returns the lock's name as PostgreSQL writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }
}

/// Returns the lock of a step on a table that the same migration makes.
pub(super) fn of_fresh(step: &Step, new: &Side, made: &BTreeSet<QualifiedName>) -> Lock {
    match step.key.kind {
        // The referenced table is locked too.
        Kind::ForeignKey if references_other(step, new, made) => Lock::ShareRowExclusive,
        _ => Lock::None,
    }
}

/// Tells whether a foreign key leads to a table that was there before.
fn references_other(step: &Step, new: &Side, made: &BTreeSet<QualifiedName>) -> bool {
    match new.find(&step.key).map(|at| &new.object(at).body) {
        Some(Body::Constraint(constraint)) => {
            matches!(&constraint.body, ConstraintBody::ForeignKey { table, .. } if !made.contains(table))
        }
        _ => false,
    }
}

/// Returns the lock of a step on a table that was there before.
pub(super) fn of(step: &Step) -> Lock {
    let creates = step.verb == Verb::Create;
    match step.key.kind {
        Kind::Index if creates => Lock::Share,
        Kind::ForeignKey if creates => Lock::ShareRowExclusive,
        Kind::Trigger if creates => Lock::ShareRowExclusive,
        Kind::Constraint | Kind::ForeignKey if step.verb == Verb::Alter && mentions(step, "VALIDATE") => {
            Lock::ShareUpdateExclusive
        }
        Kind::Table if creates => Lock::None,
        // On every table that has a column of it.
        Kind::Domain if domain::is_checked(step) => Lock::Share,
        Kind::Comment => Lock::ShareUpdateExclusive,
        Kind::Table
        | Kind::Column
        | Kind::Default
        | Kind::Constraint
        | Kind::ForeignKey
        | Kind::Index
        | Kind::Setting
        | Kind::Rule
        | Kind::Trigger
        | Kind::Policy => Lock::AccessExclusive,
        Kind::View | Kind::MaterializedView if !creates => Lock::AccessExclusive,
        Kind::View
        | Kind::MaterializedView
        | Kind::Schema
        | Kind::Extension
        | Kind::Collation
        | Kind::Enum
        | Kind::Composite
        | Kind::Domain
        | Kind::Type
        | Kind::Sequence
        | Kind::Routine
        | Kind::Other
        | Kind::Grant
        | Kind::Action
        | Kind::Rows => Lock::None,
    }
}
