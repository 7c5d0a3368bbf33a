//! Bodies of routines that name things of their own schema without saying so: whoever calls them says where those are, and PostgreSQL,
//! which looks a body's names up when the routine is made, would look elsewhere then. And those that name what a script renamed or
//! dropped behind them: PostgreSQL would not find it any more.

use super::make::raw;
use super::object::{Body, Kind};
use super::routine::Routine;
use super::side::Side;
use super::{Step, Verb};
use crate::model::QualifiedName;
use crate::model::token::tokens;

/// What stands before what makes such a routine.
pub(in crate::plan::migration) const BEFORE: &str = "SET check_function_bodies = off";

/// What stands behind it.
pub(in crate::plan::migration) const BEHIND: &str = "RESET check_function_bodies";

/// Turns PostgreSQL's look into the body off around what makes such a routine.
pub(super) fn leave_unchecked(steps: &mut [Step], new: &Side) {
    for step in steps.iter_mut().filter(|step| step.key.kind == Kind::Routine && step.verb != Verb::Drop) {
        let routine = new.find(&step.key).map(|at| &new.object(at).body);
        let Some(Body::Routine(routine)) = routine else { continue };
        let is_there = |name: &QualifiedName| {
            new.named(name).iter().any(|at| {
                let key = &new.object(*at).key;
                key.is_relation() || key.is_type() || key.kind == Kind::Routine
            })
        };
        if !step.statements.is_empty()
            && (routine.stale || looks_into_its_schema(routine, &step.key.name, is_there))
        {
            step.statements.insert(0, raw(BEFORE));
            step.statements.push(raw(BEHIND));
        }
    }
}

/// Tells whether a statement makes a routine whose body names something that is in the routine's schema and in no other that is
/// looked through; `is_there` tells what is.
pub(in crate::plan::migration) fn is_unchecked(
    create: &str,
    is_there: impl Fn(&QualifiedName) -> bool,
) -> bool {
    // Few routines are in a schema of their own.
    Routine::read(create).is_some_and(|(name, routine)| looks_into_its_schema(&routine, &name, is_there))
}

fn looks_into_its_schema(
    routine: &Routine,
    name: &QualifiedName,
    is_there: impl Fn(&QualifiedName) -> bool,
) -> bool {
    let (Some(schema), Some(body)) = (&name.schema, &routine.body) else { return false };
    if !["sql", "plpgsql"].contains(&routine.language.as_str()) || routine.sets_search_path() {
        return false;
    }
    let own = tokens(body);
    let is_dot = |at: Option<usize>| at.and_then(|at| own.get(at)).is_some_and(|token| token.is("."));
    own.iter().enumerate().any(|(at, token)| {
        token.is_name()
            && !is_dot(at.checked_sub(1))
            && is_there(&QualifiedName::new(Some(schema.as_str()), token.value.as_ref()))
            && !is_there(&QualifiedName::new(None, token.value.as_ref()))
    })
}
