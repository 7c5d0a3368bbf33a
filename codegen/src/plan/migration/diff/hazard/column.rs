//! What a column that comes or changes costs.

use super::super::Step;
use super::super::object::Body;
use super::super::retype::{Misfit, misfits};
use super::super::side::Side;
use super::{Hazard, Risk, domain, is_bounded, is_null, may_fail, mentions, retyped};
use crate::model::PgType;

/// Returns what a new column may cost.
pub(super) fn added_column(step: &Step, new: &Side) -> Vec<Hazard> {
    let Some(Body::Column(column)) = new.find(&step.key).map(|at| &new.object(at).body) else {
        return Vec::new();
    };
    let table = step.key.name.plain();
    let default = column.def.clauses.iter().find_map(|clause| clause.strip_prefix("DEFAULT "));
    let filled = default.is_some()
        || column.identity.is_some()
        || column.generated.is_some()
        || column.def.ty.stored() != *column.ty();
    let mut found = Vec::new();
    if column.not_null && !filled {
        found.push(Hazard::new(
            Risk::MayFail,
            format!("it fails where `{table}` has rows: they have no value for `{}`", step.key.part),
            Some("add the column without NOT NULL, fill it, and then forbid NULL"),
        ));
    }
    let volatile = default.is_some_and(|default| {
        ["random", "nextval", "clock_timestamp", "uuid", "timeofday", "gen_"]
            .iter()
            .any(|word| default.contains(word))
    });
    let stored = column.generated.as_ref().is_some_and(|generated| generated.1);
    let under = domain::of(column.ty(), new);
    let has_rules = under.iter().any(|domain| domain.has_rules());
    let refuses = under.iter().any(|domain| domain.may_refuse_null());
    if refuses && !column.not_null && !filled && !under.iter().any(|domain| domain.has_default()) {
        found.push(Hazard::new(
            Risk::MayFail,
            format!("it fails where `{table}` has rows: the type of `{}` takes no NULL", step.key.part),
            Some("add the column with a default"),
        ));
    }
    if let Some((expression, _)) = column.generated.as_deref()
        && may_fail(expression)
    {
        found.push(Hazard::new(
            Risk::MayFail,
            format!("it fails where the value of `{}` cannot be worked out for a row", step.key.plain()),
            Some("look for such rows first"),
        ));
    }
    if has_rules {
        found.push(Hazard::new(
            Risk::Rewrite,
            format!("`{table}` is written anew: its rows are held against the rules of the column's type"),
            Some("add the column with the type under the domain, and change its type when few use the table"),
        ));
    }
    if volatile || stored || column.identity.is_some() || column.def.ty.stored() != *column.ty() {
        found.push(Hazard::new(
            Risk::Rewrite,
            format!("`{table}` is written anew to give every row its value"),
            Some("add the column without the default, set the default, and fill old rows in batches"),
        ));
    }
    found
}

/// Returns what a column that is changed where it is may cost.
pub(super) fn altered_column(step: &Step, old: &Side, new: &Side) -> Vec<Hazard> {
    let body = |side: &Side| match side.find(&step.key).map(|at| side.object(at).body.clone()) {
        Some(Body::Column(column)) => Some(column),
        _ => None,
    };
    let (Some(was), Some(is)) = (body(old), body(new)) else { return Vec::new() };
    let (table, mut found) = (step.key.name.plain(), Vec::new());
    if mentions(step, " TYPE ") {
        found.push(retyped::cost(step, (&was, old), (&is, new)));
        let column = step.key.plain();
        // Only the collation is another one.
        let is_same = was.ty() == is.ty() && !mentions(step, " USING ");
        let label = retyped::longest_label(was.ty(), old);
        let known = if is_same { Vec::new() } else { misfits(was.ty(), is.ty(), label) };
        let is_told_apart = known.iter().all(|misfit| !matches!(misfit, Misfit::Lost(_)))
            && !matches!(is.ty(), PgType::Extension { name: "citext", .. });
        found.extend(known.iter().map(|misfit| misfitting(&column, misfit)));
        if !is_told_apart && retyped::has_index(&step.key, new, |index| index.is_unique()) {
            found.push(Hazard::new(
                Risk::MayFail,
                format!("it fails where two rows of `{table}` have the same key then"),
                Some("look for such rows first"),
            ));
        }
    }
    if is_bounded(step) {
        found.push(Hazard::new(
            Risk::MayFail,
            format!("it fails where the numbers of `{}` have gone beyond their new bounds", step.key.plain()),
            None,
        ));
    }
    if mentions(step, "DROP NOT NULL") {
        let message = format!("programs that rely on a value in `{}` may meet NULL", step.key.plain());
        found.push(Hazard::new(Risk::BreaksClients, message, Some("teach them to read NULL first")));
    }
    if mentions(step, "SET NOT NULL") {
        found.push(Hazard::new(
            Risk::Scan,
            format!("every row of `{table}` is read while nobody can use it"),
            Some("add CHECK (… IS NOT NULL) NOT VALID, validate it, set NOT NULL, drop the check"),
        ));
        found.push(is_null(&step.key));
    }
    found
}

/// Tells of values that a new type of their column does not hold as they are.
fn misfitting(column: &str, misfit: &Misfit) -> Hazard {
    let look = Some("look for such values first");
    match misfit {
        Misfit::Lost(what) => Hazard::new(
            Risk::DataLoss,
            format!("values of `{column}` lose {what}"),
            Some("keep the old column until nobody misses what is lost"),
        ),
        Misfit::Refused(what) => {
            Hazard::new(Risk::MayFail, format!("it fails where a value of `{column}` {what}"), look)
        }
        Misfit::Read(what) => Hazard::new(
            Risk::BreaksClients,
            format!("values of `{column}` are read by {what}"),
            Some("set it to the one in which they were written"),
        ),
    }
}
