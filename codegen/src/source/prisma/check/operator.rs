//! Index methods, and the operator classes that Prisma has names for.

use crate::source::prisma::resolve::Meaning;
use crate::source::prisma::syntax::{Arity, Field};

/// Index methods of PostgreSQL, as Prisma writes them.
pub(super) const METHODS: &[&str] = &["BTree", "Brin", "Gin", "Gist", "Hash", "SpGist"];

/// Operator classes: what their names begin with, how they end, the method, the scalar that they take, and the native types of
/// it (`""` for none).
type Class = (&'static str, &'static [&'static str], &'static str, &'static str, &'static [&'static str]);

const ALL: &[&str] = &["BloomOps", "MinMaxMultiOps", "MinMaxOps"];
const TWO: &[&str] = &["BloomOps", "MinMaxOps"];
const ONE: &[&str] = &["MinMaxOps"];
const PLAIN: &[&str] = &["Ops"];

const CLASSES: &[Class] = &[
    ("Bit", ONE, "Brin", "String", &["Bit"]),
    ("Bpchar", TWO, "Brin", "String", &["Char"]),
    ("Bytea", TWO, "Brin", "Bytes", &["", "ByteA"]),
    ("Date", ALL, "Brin", "DateTime", &["Date"]),
    ("Float4", ALL, "Brin", "Float", &["Real"]),
    ("Float8", ALL, "Brin", "Float", &["", "DoublePrecision"]),
    ("Inet", ALL, "Brin", "String", &["Inet"]),
    ("Inet", &["InclusionOps"], "Brin", "String", &["Inet"]),
    ("Inet", PLAIN, "Gist", "String", &["Inet"]),
    ("Inet", PLAIN, "SpGist", "String", &["Inet"]),
    ("Int2", ALL, "Brin", "Int", &["SmallInt"]),
    ("Int4", ALL, "Brin", "Int", &["", "Integer"]),
    ("Int8", ALL, "Brin", "BigInt", &["", "BigInt"]),
    ("Jsonb", &["Ops", "PathOps"], "Gin", "Json", &["", "JsonB"]),
    ("Numeric", ALL, "Brin", "Decimal", &["", "Decimal"]),
    ("Oid", ALL, "Brin", "Int", &["Oid"]),
    ("Text", PLAIN, "SpGist", "String", &["", "Text", "Char", "VarChar"]),
    ("Text", TWO, "Brin", "String", &["", "Text", "VarChar"]),
    ("Time", ALL, "Brin", "DateTime", &["Time"]),
    ("TimeTz", ALL, "Brin", "DateTime", &["Timetz"]),
    ("Timestamp", ALL, "Brin", "DateTime", &["", "Timestamp"]),
    ("TimestampTz", ALL, "Brin", "DateTime", &["Timestamptz"]),
    ("Uuid", ALL, "Brin", "String", &["Uuid"]),
    ("VarBit", ONE, "Brin", "String", &["VarBit"]),
];

/// What is wrong with an operator class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Prisma has no such class.
    Unknown,
    /// It is one of other methods.
    Method,
    /// It takes other types.
    Type,
}

/// Tells what is wrong with an operator class of an index's method on a field.
pub(super) fn misfit(class: &str, method: &str, field: &Field) -> Option<Misfit> {
    if class == "ArrayOps" {
        return match method {
            "Gin" => (field.ty.arity != Arity::List).then_some(Misfit::Type),
            _ => Some(Misfit::Method),
        };
    }
    let named = || {
        CLASSES
            .iter()
            .filter(|(root, ends, ..)| class.strip_prefix(root).is_some_and(|end| ends.contains(&end)))
    };
    if named().next().is_none() {
        return Some(Misfit::Unknown);
    }
    let of_method = || named().filter(|(_, _, of, ..)| *of == method);
    if of_method().next().is_none() {
        return Some(Misfit::Method);
    }
    // Of a list Prisma takes the class of its elements, and PostgreSQL does not.
    let takes = |(_, _, _, scalar, natives): &Class| {
        field.ty.arity != Arity::List
            && field.ty.name.node == *scalar
            && natives.contains(&native(field).unwrap_or_default())
    };
    (!of_method().any(takes)).then_some(Misfit::Type)
}

/// Tells whether a method has an operator class for a field that names none.
pub(super) fn has_default_class(method: &str, field: &Field, meaning: Meaning<'_>) -> bool {
    let Meaning::Scalar(_) = meaning else {
        let is_enum_list = method == "Gin" && field.ty.arity == Arity::List;
        return matches!(meaning, Meaning::Unsupported) || matches!(method, "BTree" | "Hash") || is_enum_list;
    };
    let (scalar, native) = (field.ty.name.node.as_str(), native(field).unwrap_or_default());
    match method {
        // Prisma does not look at a text without a native type.
        "Gist" => scalar == "String" && native.is_empty(),
        "SpGist" => scalar == "String" && ["", "Char", "Inet", "Text", "VarChar"].contains(&native),
        "Gin" => field.ty.arity == Arity::List || scalar == "Json" && native != "Json",
        "Brin" => !matches!(scalar, "Boolean" | "Json") && !["Money", "Citext"].contains(&native),
        _ => true,
    }
}

/// Returns the native type that a field names.
pub(super) fn native(field: &Field) -> Option<&str> {
    field.attributes.iter().find_map(|attribute| Some(attribute.name.node.split_once('.')?.1))
}
