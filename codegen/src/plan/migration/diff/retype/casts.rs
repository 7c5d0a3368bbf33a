//! The conversions between PostgreSQL's own types.

use crate::model::PgType;

/// How values of one type become values of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cast {
    /// PostgreSQL converts by itself.
    Assignment,
    /// By a cast that has to be written.
    Explicit,
    /// By way of a third type, since the two have no cast.
    Through(&'static str),
    /// As the only element of an array.
    Element,
    /// By way of their text.
    Text,
}

pub(super) const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
pub(super) const TEXTS: &[&str] = &["text", "varchar", "char", "bpchar", "name"];
const TIMES: &[&str] = &["date", "timestamp", "timestamptz"];

/// Pairs that PostgreSQL converts by itself where a value is assigned: `pg_cast` with the context `a` or `i`, without what converts to
/// text, between numbers, and between times.
const ASSIGNED: &[(&str, &[&str])] = &[
    ("bigint", &["money", "oid"]),
    ("bit", &["varbit"]),
    ("box", &["polygon"]),
    ("cidr", &["inet"]),
    ("inet", &["cidr"]),
    ("integer", &["money", "oid"]),
    ("interval", &["time"]),
    ("json", &["jsonb"]),
    ("jsonb", &["json"]),
    ("macaddr", &["macaddr8"]),
    ("macaddr8", &["macaddr"]),
    ("money", &["numeric"]),
    ("numeric", &["money"]),
    ("oid", &["bigint", "integer"]),
    ("path", &["polygon"]),
    ("point", &["box"]),
    ("polygon", &["path"]),
    ("smallint", &["oid"]),
    ("time", &["interval", "timetz"]),
    ("timestamp", &["time"]),
    ("timestamptz", &["time", "timetz"]),
    ("timetz", &["time"]),
    ("varbit", &["bit"]),
];

/// Pairs whose cast has to be written: `pg_cast` with the context `e`.
const WRITTEN: &[(&str, &[&str])] = &[
    ("bigint", &["bit"]),
    ("bit", &["bigint", "integer"]),
    ("boolean", &["integer"]),
    ("box", &["circle", "lseg", "point"]),
    ("circle", &["box", "point", "polygon"]),
    ("daterange", &["datemultirange"]),
    ("int4range", &["int4multirange"]),
    ("int8range", &["int8multirange"]),
    ("integer", &["bit", "boolean"]),
    ("jsonb", &["bigint", "boolean", "double precision", "integer", "numeric", "real", "smallint"]),
    ("lseg", &["point"]),
    ("numrange", &["nummultirange"]),
    ("polygon", &["box", "circle", "point"]),
    ("tsrange", &["tsmultirange"]),
    ("tstzrange", &["tstzmultirange"]),
];

/// Pairs without a cast whose values a third type takes over as they are, where text would not: `true` is no number.
const THROUGH: &[(&str, &str, &[&str])] = &[
    ("bigint", "integer", &["boolean"]),
    ("bit", "integer", &["smallint"]),
    ("boolean", "integer", &["bigint", "double precision", "numeric", "real", "smallint"]),
    ("double precision", "numeric", &["money"]),
    ("money", "numeric", &["bigint", "double precision", "integer", "real", "smallint"]),
    ("numeric", "integer", &["boolean"]),
    ("real", "numeric", &["money"]),
    ("smallint", "integer", &["bit", "boolean", "money"]),
];

/// Tells how values of one type become values of another.
pub(super) fn cast(old: &PgType, new: &PgType) -> Cast {
    let is_text = |ty: &PgType| ty.builtin_name().is_some_and(|name| TEXTS.contains(&name));
    match (old, new) {
        (PgType::Array(old), PgType::Array(new)) => match cast(old, new) {
            // An array has no cast through another array's elements that is written once.
            Cast::Through(_) => Cast::Text,
            other => other,
        },
        (PgType::Builtin { name: old, .. }, PgType::Builtin { name: new, .. }) => between(old, new),
        // A text may be that of an array.
        (old, PgType::Array(element))
            if !is_text(old)
                && (old == element.as_ref()
                    || !is_cut(element) && cast(old, element) == Cast::Assignment) =>
        {
            Cast::Element
        }
        // Everything can be written as text, and read from it.
        (_, new) if is_text(new) => Cast::Assignment,
        (old, _) if is_text(old) => Cast::Explicit,
        _ => Cast::Text,
    }
}

/// Tells whether a cast that is written cuts values to the length of a type, where an assignment refuses them.
fn is_cut(ty: &PgType) -> bool {
    let has_length = |name: &str| TEXTS.contains(&name) || matches!(name, "bit" | "varbit");
    matches!(ty, PgType::Builtin { name, args, .. } if has_length(name) && !args.is_empty())
}

fn between(old: &str, new: &str) -> Cast {
    let both = |family: &[&str]| family.contains(&old) && family.contains(&new);
    let is_in = |pairs: &[(&str, &[&str])]| pairs.iter().any(|(from, to)| *from == old && to.contains(&new));
    if old == new || both(NUMBERS) || both(TEXTS) || both(TIMES) || is_in(ASSIGNED) || TEXTS.contains(&new) {
        return Cast::Assignment;
    }
    if is_in(WRITTEN) || TEXTS.contains(&old) {
        return Cast::Explicit;
    }
    let through = THROUGH.iter().find(|(from, _, to)| *from == old && to.contains(&new));
    through.map_or(Cast::Text, |(_, third, _)| Cast::Through(third))
}
