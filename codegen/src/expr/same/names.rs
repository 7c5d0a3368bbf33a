//! Names and types under the one of their many spellings.

use sqlparser::ast::{
    ArrayElemTypeDef, DataType, ExactNumberInfo, Ident, ObjectName, ObjectNamePart, TimezoneInfo,
};

use super::super::folded;

/// Returns a type under the one name of the many that PostgreSQL has for it.
pub(super) fn canonical(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Int(_) | DataType::Int4(_) | DataType::Integer(_) => DataType::Integer(None),
        DataType::Int8(_) | DataType::BigInt(_) => DataType::BigInt(None),
        DataType::Int2(_) | DataType::SmallInt(_) => DataType::SmallInt(None),
        DataType::Bool => DataType::Boolean,
        DataType::CharacterVarying(length) | DataType::CharVarying(length) | DataType::Varchar(length) => {
            DataType::Varchar(*length)
        }
        DataType::Char(length) | DataType::Character(length) => DataType::Character(*length),
        DataType::Decimal(size) | DataType::Dec(size) => DataType::Numeric(*size),
        DataType::Float8 | DataType::Float(ExactNumberInfo::None) => DataType::DoublePrecision,
        DataType::Float4 => DataType::Real,
        DataType::VarBit(length) => DataType::BitVarying(*length),
        DataType::Time(precision, zone) => DataType::Time(*precision, canonical_zone(zone)),
        DataType::Timestamp(precision, zone) => DataType::Timestamp(*precision, canonical_zone(zone)),
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, _)) => {
            DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(canonical(element)), None))
        }
        DataType::Custom(name, arguments) => {
            let mut name = name.clone();
            fold_name(&mut name);
            DataType::Custom(name, arguments.clone())
        }
        other => other.clone(),
    }
}

pub(super) fn canonical_zone(zone: &TimezoneInfo) -> TimezoneInfo {
    match zone {
        TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => TimezoneInfo::None,
        TimezoneInfo::WithTimeZone | TimezoneInfo::Tz => TimezoneInfo::Tz,
    }
}

/// Gives every part of a name its case; the schemas `public` and `pg_catalog` are left out as everywhere.
pub(super) fn fold_name(name: &mut ObjectName) {
    name.0.iter_mut().for_each(|part| {
        if let ObjectNamePart::Identifier(name) = part {
            fold(name);
        }
    });
    let is_own = |name: &Ident| ["public", "pg_catalog"].contains(&name.value.as_str());
    if name.0.len() == 2 && name.0.first().and_then(ObjectNamePart::as_ident).is_some_and(is_own) {
        name.0.remove(0);
    }
}

/// Gives a name its case; in quotes where it would lose that, should it be read again.
pub(super) fn fold(name: &mut Ident) {
    name.value = folded(name);
    name.quote_style = (name.value.to_lowercase() != name.value).then_some('"');
}
