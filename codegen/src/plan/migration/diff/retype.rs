//! Changes of a column's type: what converts the values, and what that costs.

mod casts;
mod fit;
mod texts;

use casts::{Cast, cast};
pub(super) use fit::{Misfit, misfits};

use crate::model::{PgIdent, PgType};

/// What a change of type means for the rows that are there; `docs: sql-altertable.html`, "Notes", and
/// `ATColumnChangeRequiresRewrite` in `src/backend/commands/tablecmds.c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// Nothing is read or written.
    Free,
    /// The table stays as it is, and every index over the column is built anew.
    Indexes,
    /// The table and its indexes are written anew.
    Rewrite,
}

/// Returns the ` USING …` that a change of type needs; `swapped` says that the type is made anew under the same name.
pub(super) fn using(column: &PgIdent, old: &PgType, new: &PgType, swapped: bool) -> String {
    let is_array = matches!(new, PgType::Array(_)) && matches!(old, PgType::Array(_));
    let by_text = if is_array { "text[]" } else { "text" };
    if swapped && crate::model::token::is_same(&old.to_string(), &new.to_string()) {
        if matches!(new.element(), PgType::Builtin { .. }) {
            return String::new();
        }
        return format!(" USING {column}::{by_text}::{new}");
    }
    match cast(old, new) {
        Cast::Assignment => String::new(),
        Cast::Explicit => format!(" USING {column}::{new}"),
        Cast::Through(third) => format!(" USING {column}::{third}::{new}"),
        // NULL stays NULL, which is no array of it.
        Cast::Element => format!(" USING CASE WHEN {column} IS NOT NULL THEN ARRAY[{column}]::{new} END"),
        Cast::Text => format!(" USING {column}::{by_text}::{new}"),
    }
}

/// Returns what a change of type costs, domains seen through; one whose values are looked at writes everything anew.
pub(super) fn cost(old: &PgType, new: &PgType) -> Cost {
    if old == new {
        // The collation is another one, by which indexes are sorted.
        return Cost::Indexes;
    }
    let folded = |ty: &PgType| matches!(ty, PgType::Extension { name: "citext", .. });
    match (old, new) {
        (
            PgType::Builtin { name: old, args: from, fields: of },
            PgType::Builtin { name: new, args: to, fields: with },
        ) => match (*old, *new) {
            ("interval", "interval") => between_intervals((from, of), (to, with)),
            (old, new) => between((old, from), (new, to)),
        },
        // Both are stored alike, and compared in another way.
        (PgType::Builtin { name: "text" | "varchar" | "xml", .. }, new) if folded(new) => Cost::Indexes,
        (old, PgType::Builtin { name: "text" | "varchar" | "bpchar", args, .. })
            if folded(old) && args.is_empty() =>
        {
            Cost::Indexes
        }
        _ => Cost::Rewrite,
    }
}

fn between((old, from): (&str, &[i32]), (new, to): (&str, &[i32])) -> Cost {
    // PostgreSQL leaves out what would check a length that none is longer than, and nothing else.
    let holds = |to: &[i32], from: &[i32]| match (from.first(), to.first()) {
        (_, None) => true,
        (Some(from), Some(to)) => to >= from,
        (None, Some(_)) => false,
    };
    let is_free = match (old, new) {
        ("varchar" | "xml", "text") | ("cidr", "inet") | ("char", "bpchar") => true,
        ("text" | "xml", "varchar") => to.is_empty(),
        ("varchar", "varchar") | ("varbit", "varbit") => holds(to, from),
        ("numeric", "numeric") => {
            let scale = |args: &[i32]| args.get(1).copied().unwrap_or_default();
            to.is_empty() || holds(to, from) && scale(to) == scale(from)
        }
        ("timestamp" | "timestamptz" | "time" | "timetz", same) if same == old => holds(to, from),
        _ => false,
    };
    let is_stored_alike = match (old, new) {
        ("text" | "varchar" | "xml", "bpchar") | ("integer", "oid") | ("oid", "integer") => true,
        ("bit", "varbit") => to.is_empty(),
        _ => false,
    };
    match (is_free, is_stored_alike) {
        (true, _) => Cost::Free,
        (_, true) => Cost::Indexes,
        _ => Cost::Rewrite,
    }
}

fn between_intervals((from, of): (&[i32], &Option<String>), (to, with): (&[i32], &Option<String>)) -> Cost {
    let lost = texts::lost_of_interval((of.as_deref(), from), (with.as_deref(), to));
    if lost.is_some() { Cost::Rewrite } else { Cost::Free }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_are_written_where_postgresql_needs_them() {
        let check = |old: &str, new: &str, expected: &str| {
            let using = using(&PgIdent::new("c"), &PgType::parse(old), &PgType::parse(new), false);
            assert_eq!(using, expected, "{old} to {new}");
        };
        check("integer", "bigint", "");
        check("text", "integer", " USING c::integer");
        check("integer", "text", "");
        check("text", "mood", " USING c::mood");
        check("mood", "other", " USING c::text::other");
        check("varchar(10)", "varchar(5)", "");
        check("text[]", "integer[]", " USING c::integer[]");
        check("timestamptz", "date", "");
        check("money", "numeric", "");
        check("bit(8)", "integer", " USING c::integer");
        check("boolean", "bigint", " USING c::integer::bigint");
        check("boolean[]", "bigint[]", " USING c::text[]::bigint[]");
        check("double precision", "money", " USING c::numeric::money");
        check("interval", "integer", " USING c::text::integer");
        check("boolean", "real", " USING c::integer::real");
        check("integer", "bigint[]", " USING CASE WHEN c IS NOT NULL THEN ARRAY[c]::bigint[] END");
        check("mood", "mood[]", " USING CASE WHEN c IS NOT NULL THEN ARRAY[c]::mood[] END");
        check("text", "text[]", " USING c::text[]");
        // Written, the cast would cut what is longer.
        check("uuid", "varchar(9)[]", " USING c::text::varchar(9)[]");
    }

    /// As a server shows it that says after each change whether the table and its indexes are other files than before.
    #[test]
    fn only_what_postgresql_leaves_as_it_is_is_free() {
        use Cost::{Free, Indexes, Rewrite};
        for (old, new, expected) in [
            ("varchar(10)", "varchar(20)", Free),
            ("varchar(10)", "varchar", Free),
            ("varchar(20)", "varchar(10)", Rewrite),
            ("varchar", "varchar(10)", Rewrite),
            ("varchar(20)", "text", Free),
            ("text", "varchar", Free),
            ("text", "varchar(20)", Rewrite),
            ("text", "bpchar", Indexes),
            ("char(5)", "bpchar", Free),
            ("char(5)", "text", Rewrite),
            ("char(5)", "char(9)", Rewrite),
            ("text", "citext", Indexes),
            ("citext", "text", Indexes),
            ("citext", "varchar(9)", Rewrite),
            ("varbit", "varbit(9)", Rewrite),
            ("varbit(5)", "varbit(9)", Free),
            ("bit(5)", "varbit", Indexes),
            ("bit(5)", "bit(9)", Rewrite),
            ("integer", "bigint", Rewrite),
            ("integer", "oid", Indexes),
            ("numeric(10,2)", "numeric(12,2)", Free),
            ("numeric(10,2)", "numeric(12,3)", Rewrite),
            ("numeric(10)", "numeric(12,0)", Free),
            ("numeric(10,2)", "numeric", Free),
            ("numeric", "numeric(10,2)", Rewrite),
            ("timestamp(3)", "timestamp", Free),
            ("timestamp", "timestamp(3)", Rewrite),
            ("timestamp", "timestamptz", Rewrite),
            ("interval(3)", "interval", Free),
            ("interval", "interval(3)", Rewrite),
            ("interval year to month", "interval day", Free),
            ("interval day", "interval(0)", Free),
            ("interval", "interval day to second", Free),
            ("interval", "interval day", Rewrite),
            ("cidr", "inet", Free),
            ("inet", "cidr", Rewrite),
            ("json", "jsonb", Rewrite),
            ("varchar(5)[]", "varchar(9)[]", Rewrite),
            ("text", "text", Indexes),
        ] {
            let is = cost(&PgType::parse(old).stored(), &PgType::parse(new).stored());
            assert_eq!(is, expected, "{old} to {new}");
        }
    }
}
