use std::collections::BTreeMap;

use super::name_too_long::{Named, Space, names};
use super::{Check, Group, LintCx};
use crate::config::Level;

declare_rule! {
    /// Two names are one to PostgreSQL, which cuts them.
    ///
    /// It keeps 63 bytes of a name. Where two of them begin with the same 63, the second is said to be there already, and the migration
    /// fails.
    ///
    /// ```dbml fail
    /// Table readings {
    ///   id bigint [pk]
    ///   average_temperature_of_the_last_twenty_four_hours_in_degrees_celsius_inside numeric
    ///   average_temperature_of_the_last_twenty_four_hours_in_degrees_celsius_outside numeric
    /// }
    /// ```
    ///
    /// ```dbml pass
    /// Table readings {
    ///   id bigint [pk]
    ///   average_temperature_of_last_day_inside numeric
    ///   average_temperature_of_last_day_outside numeric
    /// }
    /// ```
    "names-alike-when-cut", Group::Naming, Level::Deny => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let schema = cx.schema;
    let all = names(schema);
    if !all.iter().any(Named::is_cut) {
        return;
    }
    let mut first: BTreeMap<(Space, &str, &str), &Named> = BTreeMap::new();
    for named in &all {
        let mut twin = None;
        for (space, of) in &named.spaces {
            let known = *first.entry((*space, of, named.kept())).or_insert(named);
            if known.name != named.name {
                twin = Some(known);
            }
        }
        if let Some(known) = twin {
            let message = format!(
                "the {} `{}` and the {} `{}` are both `{}` to PostgreSQL, which cuts names",
                named.kind,
                named.name,
                known.kind,
                known.name,
                named.kept()
            );
            cx.report(&named.path, named.span, message)
                .label(known.span, "the other one")
                .help("choose a shorter name for one of them");
        }
    }
}
