//! Changes of a column's type: what converts the values, and what that costs.

mod casts;
mod fit;

use casts::{Cast, cast};
pub(super) use fit::{Misfit, converted, misfits};

use crate::model::{PgIdent, PgType};

/// What a change of type means for the rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// Nothing is read or written: `docs: sql-altertable.html, notes`.
    Free,
    /// Every row is read.
    Scan,
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
        Cast::Text => format!(" USING {column}::{by_text}::{new}"),
    }
}

/// Returns what a change of type costs.
pub(super) fn cost(old: &PgType, new: &PgType) -> Cost {
    let parts = |ty: &PgType| match ty {
        PgType::Builtin { name, args, .. } => Some((*name, args.clone())),
        _ => None,
    };
    let (Some((old, from)), Some((new, to))) = (parts(old), parts(new)) else { return Cost::Rewrite };
    let first = |args: &[i32]| args.first().copied();
    match (old, new) {
        ("varchar", "text") => Cost::Free,
        ("text", "varchar") if to.is_empty() => Cost::Free,
        ("text", "varchar") => Cost::Scan,
        ("varchar", "varchar") | ("varbit", "varbit") => match (first(&from), first(&to)) {
            (_, None) => Cost::Free,
            (Some(from), Some(to)) if to >= from => Cost::Free,
            _ => Cost::Scan,
        },
        ("numeric", "numeric") => match (from.as_slice(), to.as_slice()) {
            (_, []) => Cost::Free,
            ([precision, scale], [wider, same]) if wider >= precision && same == scale => Cost::Free,
            _ => Cost::Rewrite,
        },
        ("timestamp" | "timestamptz" | "time" | "timetz", same) if same == old => {
            match (first(&from), first(&to)) {
                (_, None) => Cost::Free,
                (Some(from), Some(to)) if to >= from => Cost::Free,
                _ => Cost::Rewrite,
            }
        }
        ("cidr", "inet") => Cost::Free,
        _ => Cost::Rewrite,
    }
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
    }

    #[test]
    fn only_what_postgresql_documents_is_free() {
        let check = |old: &str, new: &str, expected: Cost| {
            assert_eq!(cost(&PgType::parse(old), &PgType::parse(new)), expected, "{old} to {new}");
        };
        check("varchar(10)", "varchar(20)", Cost::Free);
        check("varchar(20)", "varchar(10)", Cost::Scan);
        check("varchar(20)", "text", Cost::Free);
        check("integer", "bigint", Cost::Rewrite);
        check("numeric(10,2)", "numeric(12,2)", Cost::Free);
        check("numeric(10,2)", "numeric(12,3)", Cost::Rewrite);
    }
}
