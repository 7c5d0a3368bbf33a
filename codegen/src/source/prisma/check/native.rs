//! Native types of PostgreSQL: which there are, for which scalar, with which arguments.

use crate::diag::{Code, did_you_mean};
use crate::source::prisma::resolve::Meaning;
use crate::source::prisma::syntax::{Argument, Attribute, Field, Value};

use super::Cx;

const NATIVE_TYPE: Code = Code::new("prisma-native-type");

/// What stands in a native type's brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    Nothing,
    /// A length, of at least so much.
    Length(u32),
    /// Digits of a second's fraction.
    Fraction,
    /// Digits, and digits behind the point.
    Digits,
}

/// Native types with their scalar (Prisma documentation, *PostgreSQL: type mapping*).
const TYPES: &[(&str, &str, Takes)] = &[
    ("BigInt", "BigInt", Takes::Nothing),
    ("Bit", "String", Takes::Length(1)),
    ("Boolean", "Boolean", Takes::Nothing),
    ("ByteA", "Bytes", Takes::Nothing),
    ("Char", "String", Takes::Length(0)),
    ("Citext", "String", Takes::Nothing),
    ("Date", "DateTime", Takes::Nothing),
    ("Decimal", "Decimal", Takes::Digits),
    ("DoublePrecision", "Float", Takes::Nothing),
    ("Inet", "String", Takes::Nothing),
    ("Integer", "Int", Takes::Nothing),
    ("Json", "Json", Takes::Nothing),
    ("JsonB", "Json", Takes::Nothing),
    ("Money", "Decimal", Takes::Nothing),
    ("Oid", "Int", Takes::Nothing),
    ("Real", "Float", Takes::Nothing),
    ("SmallInt", "Int", Takes::Nothing),
    ("Text", "String", Takes::Nothing),
    ("Time", "DateTime", Takes::Fraction),
    ("Timestamp", "DateTime", Takes::Fraction),
    ("Timestamptz", "DateTime", Takes::Fraction),
    ("Timetz", "DateTime", Takes::Fraction),
    ("Uuid", "String", Takes::Nothing),
    ("VarBit", "String", Takes::Length(1)),
    ("VarChar", "String", Takes::Length(0)),
    ("Xml", "String", Takes::Nothing),
];

/// Reports a native type that PostgreSQL has not, or that does not fit its field.
pub(super) fn check(field: &Field, meaning: Meaning<'_>, cx: &mut Cx<'_, '_>) {
    let Some((attribute, name)) =
        field.attributes.iter().find_map(|found| Some((found, found.name.node.split_once('.')?.1)))
    else {
        return;
    };
    if !matches!(meaning, Meaning::Scalar(_)) {
        cx.fault(NATIVE_TYPE, attribute.span, "only a field of a scalar type has a native type")
            .help("remove it");
        return;
    }
    if !cx.schema.is_for_postgresql() {
        return;
    }
    let Some((_, scalar, takes)) = TYPES.iter().find(|(known, _, _)| *known == name) else {
        let help = did_you_mean(name, TYPES.iter().map(|(known, _, _)| *known));
        cx.fault(
            NATIVE_TYPE,
            attribute.name.span,
            format!("Prisma has no native type `{name}` for PostgreSQL"),
        )
        .help(help);
        return;
    };
    let declared = &field.ty.name;
    if *scalar != declared.node {
        cx.fault(
            NATIVE_TYPE,
            attribute.name.span,
            format!("`{name}` is a native type of `{scalar}`, and not of `{}`", declared.node),
        )
        .label(declared.span, "the field's type")
        .help(format!("make the field a `{scalar}`, or take another native type"));
        return;
    }
    if let Some(help) = wrong(attribute, *takes) {
        cx.fault(NATIVE_TYPE, attribute.span, format!("`{name}` does not take these arguments")).help(help);
    }
}

/// Says what arguments a native type takes, where it has others.
fn wrong(attribute: &Attribute, takes: Takes) -> Option<String> {
    let number = |argument: &Argument| match &argument.value {
        Value::Number(number) => number.node.parse::<u32>().ok(),
        _ => None,
    };
    let numbers: Vec<Option<u32>> = attribute.arguments.iter().map(number).collect();
    let fits = match (takes, numbers.as_slice()) {
        (_, []) => true,
        (Takes::Nothing, _) => false,
        (Takes::Length(least), [Some(length)]) => *length >= least,
        (Takes::Fraction, [Some(digits)]) => *digits <= 6,
        (Takes::Digits, [Some(precision), Some(scale)]) => {
            (1..=1000).contains(precision) && scale <= precision
        }
        _ => false,
    };
    let help = match takes {
        Takes::Nothing => "it takes none",
        Takes::Length(_) => "it takes a length, as in `(20)`",
        Takes::Fraction => "it takes the digits of a second's fraction, from 0 to 6",
        Takes::Digits => {
            "it takes the number of digits, up to 1000, and how many of them stand behind the point, as in `(10, 2)`"
        }
    };
    (!fits).then(|| help.to_owned())
}
