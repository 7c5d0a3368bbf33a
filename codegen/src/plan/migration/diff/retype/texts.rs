//! How long values are as text, and what is lost where values are read from it.

/// Returns how many characters the text of a value of a builtin type has at most, dates in the form of the standard; none where
/// there is no end, or a setting decides.
pub(super) fn longest(name: &str, args: &[i32]) -> Option<i32> {
    let first = args.first().copied();
    let seconds = match first.unwrap_or(6) {
        0 => 8,
        places => 9 + places,
    };
    Some(match name {
        "boolean" => 5,
        "smallint" => 6,
        "integer" => 11,
        "bigint" => 20,
        "oid" => 10,
        "numeric" => {
            let (precision, scale) = (first?, args.get(1).copied().unwrap_or_default());
            let behind = if scale > 0 { scale.saturating_add(1) } else { 0 };
            precision.saturating_sub(scale).max(1).saturating_add(behind).saturating_add(1)
        }
        "real" => 15,
        "double precision" => 24,
        "date" => 13,
        "time" => seconds,
        // An offset may have seconds.
        "timetz" => seconds + 9,
        "timestamp" => 14 + seconds,
        "timestamptz" => 23 + seconds,
        "uuid" => 36,
        "inet" | "cidr" => 43,
        "macaddr" => 17,
        "macaddr8" => 23,
        "bit" => first.unwrap_or(1),
        "varbit" => first?,
        _ => return None,
    })
}

/// Returns what a value may lose silently that a type reads from a text.
pub(super) fn lost_from_text(name: &str, args: &[i32], fields: Option<&str>) -> Option<&'static str> {
    match name {
        "numeric" if !args.is_empty() => Some("digits behind the point"),
        "real" | "double precision" => Some("digits beyond those that a binary fraction holds"),
        // Written, the cast cuts what is longer.
        "bit" => Some("the bits behind those that the new type holds"),
        "varbit" if !args.is_empty() => Some("the bits behind those that the new type holds"),
        "money" => Some("the places behind those of the currency"),
        "date" => Some("the time of day"),
        "time" => Some("the day and the time zone"),
        "timetz" => Some("the day"),
        "timestamp" => Some("the time zone"),
        "timestamptz" if args.first().is_some_and(|places| *places < 6) => Some("fractions of a second"),
        "interval" => lost_of_interval((None, &[]), (fields, args)),
        "jsonb" => Some("the order of their keys, and of equal ones all but the last"),
        _ => None,
    }
}

/// Returns what an interval loses that gets other fields or another precision (`interval_support` in
/// `src/backend/utils/adt/timestamp.c`).
pub(super) fn lost_of_interval(
    (of, from): (Option<&str>, &[i32]),
    (with, to): (Option<&str>, &[i32]),
) -> Option<&'static str> {
    // The smallest part that is kept; greater ones are never cut off.
    let smallest = |fields: Option<&str>| match fields.and_then(|text| text.split_whitespace().last()) {
        Some("year") => 5,
        Some("month") => 4,
        Some("day") => 3,
        Some("hour") => 2,
        Some("minute") => 1,
        _ => 0,
    };
    let places = |args: &[i32]| args.first().copied().unwrap_or(6);
    match (smallest(of), smallest(with)) {
        (before, after) if after > before => Some("parts smaller than those that the new type holds"),
        (0, _) if places(to) < places(from) => Some("fractions of a second"),
        _ => None,
    }
}
