//! What a value loses, or that it does not fit, when its column gets another type.

use super::casts::{Cast, NUMBERS, TEXTS, cast};
use super::texts::{longest, lost_from_text, lost_of_interval};
use crate::model::PgType;

/// What may happen to values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Misfit {
    /// They lose what the words say.
    Lost(&'static str),
    /// The change fails where one is as the words say.
    Refused(&'static str),
    /// What they mean depends on a setting of whoever runs the change.
    Read(&'static str),
}

const TOO_LONG: Misfit = Misfit::Refused("is longer than the new type holds");
const TOO_LARGE: Misfit = Misfit::Refused("is larger than the new type holds");

/// Tells what may happen to values of one type that become values of another; `label` is how long the longest label of the old one
/// is, where it is enumerated.
pub(in super::super) fn misfits(old: &PgType, new: &PgType, label: Option<i32>) -> Vec<Misfit> {
    let is_char = |ty: &PgType| ty.builtin_name() == Some("\"char\"");
    if is_char(new) && !matches!(old, PgType::Array(_)) && !is_char(old) {
        return vec![Misfit::Lost("everything behind their first byte")];
    }
    let how = cast(old, new);
    match (as_text(old), as_text(new)) {
        (PgType::Array(old), PgType::Array(new)) if how != Cast::Text => misfits(&old, &new, label),
        (old, PgType::Array(element)) if how == Cast::Element => misfits(&old, &element, label),
        (
            PgType::Builtin { name: old, args: from, fields: of },
            PgType::Builtin { name: new, args: to, fields: with },
        ) => {
            let (of, with) = (of.as_deref(), with.as_deref());
            match how {
                Cast::Assignment => assigned((old, &from, of), (new, &to, with)),
                Cast::Explicit if TEXTS.contains(&old) && TEXTS.contains(&new) => texts(old, &from, new, &to),
                Cast::Explicit | Cast::Through(_) if !TEXTS.contains(&old) => {
                    written((old, &from), (new, &to)).unwrap_or_else(|| read(old, (new, &to, with)))
                }
                _ => read(old, (new, &to, with)),
            }
        }
        (_, PgType::Builtin { name, args, .. }) if TEXTS.contains(&name) => as_long_as(label, name, &args),
        // Every value may be none of a type that is not known.
        _ => vec![Misfit::Refused("is none of the new type")],
    }
}

/// Returns the type, or that of texts for one that holds any text.
fn as_text(ty: &PgType) -> PgType {
    match ty {
        PgType::Extension { name: "citext", .. } => PgType::builtin("text"),
        other => other.clone(),
    }
}

/// Tells what may happen to values that are read from their text: any of them may be none of the new type.
fn read(old: &str, (new, to, with): (&str, &[i32], Option<&str>)) -> Vec<Misfit> {
    let lost = match new {
        _ if TEXTS.contains(&old) => lost_from_text(new, to, with),
        // The only type that reads numbers and what others say of time as its own.
        "interval" => lost_from_text(new, to, with),
        _ => None,
    };
    let zone = TEXTS.contains(&old) && matches!(new, "timestamptz" | "timetz");
    let zone = zone.then_some(Misfit::Read("the time zone of the session that runs it"));
    let refused = Misfit::Refused("is none of the new type");
    lost.map(Misfit::Lost).into_iter().chain([refused]).chain(zone).collect()
}

/// Tells what may happen to values that become texts, by how long the longest may be.
fn as_long_as(longest: Option<i32>, new: &str, to: &[i32]) -> Vec<Misfit> {
    match (new, to.first()) {
        ("name", _) if longest.is_none_or(|longest| longest > 63) => {
            vec![Misfit::Lost("what is behind 63 bytes")]
        }
        ("name", _) | (_, None) => Vec::new(),
        (_, Some(length)) if longest.is_some_and(|longest| longest <= *length) => Vec::new(),
        _ => vec![TOO_LONG],
    }
}

fn written((old, from): (&str, &[i32]), (new, to): (&str, &[i32])) -> Option<Vec<Misfit>> {
    let bits = |name: &str, args: &[i32]| match name {
        "smallint" => 16,
        "integer" => 32,
        "bigint" => 64,
        _ => args.first().copied().unwrap_or(1),
    };
    let found = match (old, new) {
        ("boolean", new) if NUMBERS.contains(&new) => Vec::new(),
        ("bigint" | "numeric", "boolean") => vec![
            Misfit::Lost("everything but whether they are zero"),
            Misfit::Refused("is larger than an integer holds"),
        ],
        ("integer" | "smallint", "boolean") => vec![Misfit::Lost("everything but whether they are zero")],
        ("bit", "bigint" | "integer" | "smallint") if bits(old, from) > bits(new, to) => vec![TOO_LARGE],
        ("bit", "bigint" | "integer" | "smallint") => Vec::new(),
        ("bigint" | "integer" | "smallint", "bit") if bits(new, to) < bits(old, from) => {
            vec![Misfit::Lost("the bits in front of those that the new type holds")]
        }
        ("bigint" | "integer" | "smallint", "bit") => Vec::new(),
        ("money", new) if NUMBERS.contains(&new) => of_money(new, to),
        ("double precision" | "real", "money") => {
            vec![Misfit::Lost("the places behind those of the currency"), TOO_LARGE]
        }
        ("box" | "circle" | "lseg" | "polygon", "point") => vec![Misfit::Lost("everything but their middle")],
        ("box" | "circle" | "polygon", "box" | "circle" | "lseg" | "polygon") => {
            vec![Misfit::Lost("their own shape")]
        }
        (range, multirange) if range.ends_with("range") && multirange.ends_with("multirange") => Vec::new(),
        ("jsonb", "bigint" | "integer" | "smallint") => vec![
            Misfit::Lost("digits behind the point"),
            Misfit::Refused("is no number, or larger than the new type holds"),
        ],
        ("jsonb", "boolean") => vec![Misfit::Refused("is neither true nor false")],
        ("jsonb", new) if NUMBERS.contains(&new) => vec![Misfit::Refused("is no number")],
        _ => return None,
    };
    Some(found)
}

fn of_money(new: &str, to: &[i32]) -> Vec<Misfit> {
    numbers("numeric", Digits { before: Some(17), behind: Some(2) }, new, holds(new, to))
}

fn assigned(
    (old, from, of): (&str, &[i32], Option<&str>),
    (new, to, with): (&str, &[i32], Option<&str>),
) -> Vec<Misfit> {
    let both = |family: &[&str]| family.contains(&old) && family.contains(&new);
    if both(NUMBERS) {
        return numbers(old, digits(old, from), new, holds(new, to));
    }
    if both(TEXTS) {
        return texts(old, from, new, to);
    }
    if TEXTS.contains(&new) {
        return as_long_as(longest(old, from), new, to);
    }
    let mut found = Vec::new();
    // The precision of what counts seconds: six places where none is said.
    let places = |args: &[i32]| args.first().copied().unwrap_or(6);
    let seconds = ["time", "timetz", "timestamp", "timestamptz"];
    if (both(&seconds) || old == "interval" && new == "time") && places(to) < places(from) {
        found.push(Misfit::Lost("fractions of a second"));
    }
    if new == "interval" {
        found.extend(lost_of_interval((of, from), (with, to)).map(Misfit::Lost));
    }
    match (old, new) {
        ("timestamp" | "timestamptz", "date") => found.push(Misfit::Lost("the time of day")),
        ("timestamp" | "timestamptz", "time" | "timetz") => found.push(Misfit::Lost("the day")),
        ("interval", "time") => found.push(Misfit::Lost("whole days")),
        ("timetz", "time") => found.push(Misfit::Lost("the time zone")),
        ("json", "jsonb") => {
            found.push(Misfit::Lost("the order of their keys, and of equal ones all but the last"))
        }
        ("inet", "cidr") => found.push(Misfit::Lost("the bits of the host")),
        ("numeric", "money") => {
            found.push(Misfit::Lost("the places behind those of the currency"));
            if digits(old, from).before.is_none_or(|before| before > 16) {
                found.push(TOO_LARGE);
            }
        }
        ("bigint", "money") => found.push(TOO_LARGE),
        ("money", new) if NUMBERS.contains(&new) => found.extend(of_money(new, to)),
        ("path", "polygon") => found.push(Misfit::Refused("is open")),
        ("macaddr8", "macaddr") => {
            found.push(Misfit::Refused("has more than six bytes"));
        }
        ("bigint", "oid") => found.push(Misfit::Refused("is below zero or above 4294967295")),
        ("integer" | "smallint", "oid") => found.push(Misfit::Lost("the sign of numbers below zero")),
        ("oid", "integer") => found.push(Misfit::Lost("the sign of numbers above 2147483647")),
        ("bit" | "varbit", "bit") if old != new || from != to => {
            found.push(Misfit::Refused("has another length"));
        }
        ("bit" | "varbit", "varbit") if shrinks(from, to) => {
            found.push(TOO_LONG);
        }
        _ => {}
    }
    let zoned = |name: &str| matches!(name, "timestamptz" | "timetz");
    let times = ["date", "time", "timestamp", "timestamptz", "timetz"];
    if both(&times) && zoned(old) != zoned(new) && old != "timetz" {
        found.push(Misfit::Read("the time zone of the session that runs it"));
    }
    found
}

/// The digits of a number.
struct Digits {
    /// Those in front of the point; none has no end.
    before: Option<i32>,
    /// Those behind it; none has no end.
    behind: Option<i32>,
}

/// Returns the digits of which a type holds every number; of the greatest, as of those above 2147483647, it may hold some.
fn holds(name: &str, args: &[i32]) -> Digits {
    let before = match name {
        "smallint" => Some(4),
        "integer" => Some(9),
        "bigint" => Some(18),
        "real" => Some(38),
        "double precision" => Some(308),
        _ => digits(name, args).before,
    };
    Digits { before, ..digits(name, args) }
}

/// Returns the digits that a number of a type may have.
fn digits(name: &str, args: &[i32]) -> Digits {
    match (name, args) {
        ("smallint", _) => Digits { before: Some(5), behind: Some(0) },
        ("integer", _) => Digits { before: Some(10), behind: Some(0) },
        ("bigint", _) => Digits { before: Some(19), behind: Some(0) },
        ("numeric", [precision]) => Digits { before: Some(*precision), behind: Some(0) },
        ("numeric", [precision, scale, ..]) => {
            Digits { before: Some(precision.saturating_sub(*scale)), behind: Some(*scale) }
        }
        ("real", _) => Digits { before: Some(39), behind: None },
        ("double precision", _) => Digits { before: Some(309), behind: None },
        _ => Digits { before: None, behind: None },
    }
}

fn numbers(old: &str, from: Digits, new: &str, to: Digits) -> Vec<Misfit> {
    // How many digits a binary fraction holds for sure: `docs: datatype-numeric.html`.
    let exact = |name: &str| match name {
        "real" => Some(6),
        "double precision" => Some(15),
        _ => None,
    };
    let mut found = Vec::new();
    if old == new && exact(old).is_some() {
        return found;
    }
    match (exact(old), exact(new)) {
        (Some(old), Some(new)) if new >= old => {}
        // Every whole number of as many digits is one of the fraction's.
        (None, Some(new)) if from.behind == Some(0) && from.before.is_some_and(|before| before <= new) => {}
        (_, Some(_)) => found.push(Misfit::Lost("digits beyond those that a binary fraction holds")),
        (Some(_), None) if to.behind != Some(0) => {
            found.push(Misfit::Lost("digits beyond those that are sure"));
        }
        _ if less(to.behind, from.behind) => found.push(Misfit::Lost("digits behind the point")),
        _ => {}
    }
    // What is rounded up may have a digit more.
    let rounds_up = less(to.behind, from.behind) && to.before.is_some() && to.before == from.before;
    if less(to.before, from.before) || rounds_up {
        found.push(TOO_LARGE);
    }
    found
}

fn texts(old: &str, from: &[i32], new: &str, to: &[i32]) -> Vec<Misfit> {
    match (old, new) {
        _ if old == new && from == to => Vec::new(),
        (_, "name") => vec![Misfit::Lost("what is behind 63 bytes")],
        ("name", _) if to.first().is_some_and(|length| *length < 63) => {
            vec![TOO_LONG]
        }
        ("name", _) => Vec::new(),
        _ if shrinks(from, to) => vec![TOO_LONG],
        _ => Vec::new(),
    }
}

/// Tells whether a length is shorter than the one before; without one there is no end.
fn shrinks(from: &[i32], to: &[i32]) -> bool {
    less(to.first().copied(), from.first().copied())
}

/// Tells whether a bound is below another; none is none.
fn less(one: Option<i32>, other: Option<i32>) -> bool {
    match (one, other) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(one), Some(other)) => one < other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_or_refused_is_told() {
        let told = |old: &str, new: &str| {
            let stored = |text: &str| PgType::parse(text).stored();
            let misfits = misfits(&stored(old), &stored(new), Some(9));
            if misfits.is_empty() {
                return "keeps all".to_owned();
            }
            misfits
                .into_iter()
                .map(|misfit| match misfit {
                    Misfit::Lost(what) => format!("loses {what}"),
                    Misfit::Refused(what) => format!("fails where one {what}"),
                    Misfit::Read(what) => format!("reads by {what}"),
                })
                .collect::<Vec<_>>()
                .join("; ")
        };
        let table = [
            "integer bigint",
            "bigint integer",
            "numeric integer",
            "numeric(10,2) numeric(12,2)",
            "numeric(12,2) numeric(12,4)",
            "numeric(12,4) numeric(12,2)",
            "numeric numeric(8,2)",
            "integer numeric(12,2)",
            "integer numeric(8,2)",
            "bigint double",
            "smallint real",
            "integer double",
            "double real",
            "real double",
            "double numeric",
            "real integer",
            "text varchar(5)",
            "varchar(5) varchar(9)",
            "varchar(9) char(3)",
            "char(3) varchar(9)",
            "text name",
            "name text",
            "timestamptz date",
            "timestamp timestamptz",
            "timestamptz timestamp",
            "timestamp(6) timestamp(3)",
            "timestamp(3) timestamp",
            "date timestamptz",
            "date timestamp",
            "timestamptz time",
            "timetz time",
            "time interval",
            "inet cidr",
            "cidr inet",
            "bit(8) bit(4)",
            "varbit(4) varbit(8)",
            "varbit varbit(8)",
            "numeric money",
            "text text",
            "bigint[] integer[]",
            "integer boolean",
            "numeric boolean",
            "integer[] boolean[]",
            "boolean[] bigint[]",
            "boolean smallint",
            "bit(8) integer",
            "bit(40) integer",
            "bigint bit(8)",
            "money integer",
            "money numeric",
            "double money",
            "polygon point",
            "circle box",
            "daterange datemultirange",
            "jsonb integer",
            "jsonb boolean",
            "json jsonb",
            "text integer",
            "text numeric(8,2)",
            "text timestamptz",
            "text bit(4)",
            "citext varchar(9)",
            "text citext",
            "uuid varchar(30)",
            "uuid varchar(36)",
            "bigint varchar(10)",
            "integer char(11)",
            "numeric(4,2) varchar(6)",
            "numeric(4,4) varchar(6)",
            "date varchar(13)",
            "timestamp(0) varchar(20)",
            "json varchar(9)",
            "mood varchar(9)",
            "mood varchar(8)",
            "mood other",
            "interval interval(0)",
            "interval interval day",
            "interval day interval(0)",
            "time interval hour",
            "numeric interval(0)",
            "text \"char\"",
            "boolean real",
            "boolean date",
            "circle lseg",
            "path polygon",
            "bigint money",
            "numeric(10,2) money",
            "money numeric(9,2)",
            "numeric(9,0) integer",
            "numeric(10,0) integer",
            "numeric(12,4) numeric(10,2)",
            "numeric(12,4) numeric(11,2)",
            "integer oid",
            "integer bigint[]",
            "integer[] integer",
        ]
        .map(|pair| {
            let (old, new) = pair.split_once(' ').unwrap_or_default();
            let full = |name: &str| name.replace("double", "double precision").replace('\u{a0}', " ");
            format!("{old} to {new}: {}", told(&full(old), &full(new)))
        });
        insta::assert_snapshot!(table.join("\n"), @r#"
        integer to bigint: keeps all
        bigint to integer: fails where one is larger than the new type holds
        numeric to integer: loses digits behind the point; fails where one is larger than the new type holds
        numeric(10,2) to numeric(12,2): keeps all
        numeric(12,2) to numeric(12,4): fails where one is larger than the new type holds
        numeric(12,4) to numeric(12,2): loses digits behind the point
        numeric to numeric(8,2): loses digits behind the point; fails where one is larger than the new type holds
        integer to numeric(12,2): keeps all
        integer to numeric(8,2): fails where one is larger than the new type holds
        bigint to double: loses digits beyond those that a binary fraction holds
        smallint to real: keeps all
        integer to double: keeps all
        double to real: loses digits beyond those that a binary fraction holds; fails where one is larger than the new type holds
        real to double: keeps all
        double to numeric: loses digits beyond those that are sure
        real to integer: loses digits behind the point; fails where one is larger than the new type holds
        text to varchar(5): fails where one is longer than the new type holds
        varchar(5) to varchar(9): keeps all
        varchar(9) to char(3): fails where one is longer than the new type holds
        char(3) to varchar(9): keeps all
        text to name: loses what is behind 63 bytes
        name to text: keeps all
        timestamptz to date: loses the time of day; reads by the time zone of the session that runs it
        timestamp to timestamptz: reads by the time zone of the session that runs it
        timestamptz to timestamp: reads by the time zone of the session that runs it
        timestamp(6) to timestamp(3): loses fractions of a second
        timestamp(3) to timestamp: keeps all
        date to timestamptz: reads by the time zone of the session that runs it
        date to timestamp: keeps all
        timestamptz to time: loses the day; reads by the time zone of the session that runs it
        timetz to time: loses the time zone
        time to interval: keeps all
        inet to cidr: loses the bits of the host
        cidr to inet: keeps all
        bit(8) to bit(4): fails where one has another length
        varbit(4) to varbit(8): keeps all
        varbit to varbit(8): fails where one is longer than the new type holds
        numeric to money: loses the places behind those of the currency; fails where one is larger than the new type holds
        text to text: keeps all
        bigint[] to integer[]: fails where one is larger than the new type holds
        integer to boolean: loses everything but whether they are zero
        numeric to boolean: loses everything but whether they are zero; fails where one is larger than an integer holds
        integer[] to boolean[]: loses everything but whether they are zero
        boolean[] to bigint[]: fails where one is none of the new type
        boolean to smallint: keeps all
        bit(8) to integer: keeps all
        bit(40) to integer: fails where one is larger than the new type holds
        bigint to bit(8): loses the bits in front of those that the new type holds
        money to integer: loses digits behind the point; fails where one is larger than the new type holds
        money to numeric: keeps all
        double to money: loses the places behind those of the currency; fails where one is larger than the new type holds
        polygon to point: loses everything but their middle
        circle to box: loses their own shape
        daterange to datemultirange: keeps all
        jsonb to integer: loses digits behind the point; fails where one is no number, or larger than the new type holds
        jsonb to boolean: fails where one is neither true nor false
        json to jsonb: loses the order of their keys, and of equal ones all but the last
        text to integer: fails where one is none of the new type
        text to numeric(8,2): loses digits behind the point; fails where one is none of the new type
        text to timestamptz: fails where one is none of the new type; reads by the time zone of the session that runs it
        text to bit(4): loses the bits behind those that the new type holds; fails where one is none of the new type
        citext to varchar(9): fails where one is longer than the new type holds
        text to citext: keeps all
        uuid to varchar(30): fails where one is longer than the new type holds
        uuid to varchar(36): keeps all
        bigint to varchar(10): fails where one is longer than the new type holds
        integer to char(11): keeps all
        numeric(4,2) to varchar(6): keeps all
        numeric(4,4) to varchar(6): fails where one is longer than the new type holds
        date to varchar(13): keeps all
        timestamp(0) to varchar(20): fails where one is longer than the new type holds
        json to varchar(9): fails where one is longer than the new type holds
        mood to varchar(9): keeps all
        mood to varchar(8): fails where one is longer than the new type holds
        mood to other: fails where one is none of the new type
        interval to interval(0): loses fractions of a second
        interval to interval day: loses parts smaller than those that the new type holds
        interval day to interval(0): keeps all
        time to interval hour: loses parts smaller than those that the new type holds
        numeric to interval(0): loses fractions of a second; fails where one is none of the new type
        text to "char": loses everything behind their first byte
        boolean to real: keeps all
        boolean to date: fails where one is none of the new type
        circle to lseg: fails where one is none of the new type
        path to polygon: fails where one is open
        bigint to money: fails where one is larger than the new type holds
        numeric(10,2) to money: loses the places behind those of the currency
        money to numeric(9,2): fails where one is larger than the new type holds
        numeric(9,0) to integer: keeps all
        numeric(10,0) to integer: fails where one is larger than the new type holds
        numeric(12,4) to numeric(10,2): loses digits behind the point; fails where one is larger than the new type holds
        numeric(12,4) to numeric(11,2): loses digits behind the point
        integer to oid: loses the sign of numbers below zero
        integer to bigint[]: keeps all
        integer[] to integer: fails where one is none of the new type
        "#);
    }
}
