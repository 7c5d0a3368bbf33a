//! The difference of two schemas as a migration: from what is there to what the documents say.
//!
//! Both sides are taken apart into objects (`collect`, `carried`). Objects of the same name are compared (`change`); what
//! cannot be changed where it is is dropped and made anew, and with it what depends on it (`plan`). The steps (`steps`) come in an
//! order in which each finds what it needs (`graph`). What cannot be done rightly is refused, never guessed.

mod carried;
mod change;
mod collect;
mod composite;
mod domain;
mod graph;
mod hazard;
mod make;
mod object;
mod plan;
mod rename;
mod retype;
mod routine;
mod sequence;
mod setting;
mod steps;

use crate::config::Config;
use crate::expr;
use crate::model::Schema;
use crate::plan::migration::statement::Statement;
use crate::span::Span;
pub use hazard::{Hazard, Lock, Risk};
pub use object::{Key, Kind};

/// What is done in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Something is made.
    Create,
    /// Something is changed where it is.
    Alter,
    /// Something is dropped because it is made anew.
    Replace,
    /// Something is dropped.
    Drop,
}

/// One step of a migration.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done.
    pub verb: Verb,
    /// With what.
    pub key: Key,
    /// Where the document says it: of what is dropped, the old document.
    pub span: Span,
    /// The lock that it takes on a table that is in use.
    pub lock: Lock,
    /// The statements.
    pub statements: Vec<Statement>,
    /// What they may cost or break.
    pub hazards: Vec<Hazard>,
}

/// Why a difference cannot be planned.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The place to point at.
    pub span: Span,
    /// What cannot be done.
    pub message: String,
    /// What the author can do instead.
    pub help: &'static str,
}

/// One side of a difference.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The configuration that holds for it.
    pub config: &'a Config,
}

/// Returns the steps that make the new schema of the old one, in their order; or every reason why that cannot be planned.
pub fn diff(old: Side<'_>, new: Side<'_>) -> Result<Vec<Step>, Vec<Refusal>> {
    let mut schema = old.schema.clone();
    let renamed = rename::apply(&mut schema, old.config, new.schema);
    let before = object::Side::new(collect::objects(&schema, old.config));
    let after = object::Side::new(collect::objects(new.schema, new.config));
    let mut planner = plan::Planner::new(&before, &after);
    planner.decide();
    let mut steps = planner.steps()?;
    hazard::announce(&mut steps, &before, &after);
    Ok(renamed.into_iter().chain(steps).collect())
}

/// Returns the steps that take a difference back: from the new schema to the old one.
///
/// # Errors
///
/// As [`diff`].
pub fn back(old: Side<'_>, new: Side<'_>) -> Result<Vec<Step>, Vec<Refusal>> {
    let target = rename::stated_back(old.schema, new.schema);
    diff(new, Side { schema: &target, config: old.config })
}

/// Tells whether two expressions are the same but for their spelling.
fn is_same_expression(a: &str, b: &str) -> bool {
    crate::model::token::is_same(a, b)
        || match (expr::parse(a), expr::parse(b)) {
            (Some(a), Some(b)) => a.is_same(&b),
            _ => false,
        }
}
