//! Lists that something is compared with: `IN (…)`, `= ANY (ARRAY[…])`, `= ANY ('{…}')`.

use sqlparser::ast::{Array, DataType, ExactNumberInfo, Expr, Ident, ObjectName};

use super::super::types::{Columns, cast_to_common, common_type, gives_way, is_number, name_of, type_of};
use super::{cast, is_text, take, text};

/// Returns the list of an `IN` as the array that PostgreSQL makes of it: everything is brought to one type, that of what is compared
/// with the list included, and where that is no text of any length the array shows it.
pub(super) fn compared(left: &Expr, mut list: Vec<Expr>, columns: Columns<'_>) -> Expr {
    let ty = type_of(left, columns);
    if ty.as_deref() == Some("char") {
        // A text by itself would be compared as `text`.
        for element in &mut list {
            if text(element).is_some() {
                let literal = std::mem::replace(element, Expr::Identifier(Ident::new("")));
                *element =
                    cast(literal, DataType::Custom(ObjectName::from(vec![Ident::new("bpchar")]), Vec::new()));
            }
        }
    }
    bring_to_one_type(&mut list, ty, columns);
    Expr::Array(Array { elem: list, named: true })
}

/// Casts numbers to the type that none of several gives way to, as PostgreSQL does in a list, and shows.
pub(super) fn bring_to_one_type(list: &mut [Expr], beside: Option<String>, columns: Columns<'_>) {
    let own: Vec<Option<String>> = list.iter().map(|element| type_of(element, columns)).collect();
    let Some(common) = common_type(beside.into_iter().chain(own.iter().flatten().cloned())) else { return };
    let Some(data_type) = number_type(&common) else { return };
    for (element, own) in list.iter_mut().zip(own) {
        if own.is_some_and(|own| gives_way(&own, &common)) {
            let inner = std::mem::replace(element, Expr::Identifier(Ident::new("")));
            *element = cast(inner, data_type.clone());
        }
    }
}

/// Takes off the elements of a list, or off the text of one, the cast that PostgreSQL adds to texts beside something of a type.
pub(super) fn fit(left: &Expr, right: &mut Expr, columns: Columns<'_>) {
    let Some(ty) = type_of(left, columns) else { return };
    match right {
        Expr::Array(array) if !is_number(&ty) && ty != "char" => {
            array.elem.iter_mut().for_each(|element| super::fit(element, Some(&ty), columns, cast_to_common));
        }
        Expr::Cast { expr: inner, data_type, .. } if text(inner).is_some() => {
            // A `varchar` is compared as text.
            let element = if ty == "varchar" { "text" } else { &ty };
            if name_of(data_type).is_some_and(|it| it.strip_suffix("[]") == Some(element)) {
                *right = take(inner);
            }
        }
        _ => {}
    }
}

/// Tells whether an array says the same without a cast to an array of a type, after what the cast does to the elements is done:
/// it is taken off texts, and given to numbers.
pub(super) fn takes_cast(array: &mut Array, element_type: &DataType) -> bool {
    let ty = name_of(element_type);
    let is_literal = |element: &Expr| match element {
        Expr::Cast { expr, data_type, .. } => text(expr).is_some() && is_text(data_type),
        element => text(element).is_some(),
    };
    if is_text(element_type) && array.elem.iter().all(is_literal) {
        // A list beside a `varchar` is one of those, and compared as texts.
        for element in &mut array.elem {
            if let Expr::Cast { expr, .. } = element {
                *element = take(expr);
            }
        }
        return true;
    }
    // PostgreSQL casts the elements, and shows that.
    if ty.as_deref().is_some_and(|ty| !is_number(ty))
        && array.elem.iter().all(|element| text(element).is_some())
    {
        for element in &mut array.elem {
            let literal = std::mem::replace(element, Expr::Identifier(Ident::new("")));
            *element = cast(literal, element_type.clone());
            super::rewrite(element, &super::unknown);
        }
        return true;
    }
    let Some(ty) = ty.filter(|ty| is_number(ty)) else { return false };
    let own = |element: &Expr| type_of(element, &super::unknown);
    let are_numbers =
        array.elem.iter().all(|element| own(element).is_some_and(|own| own == ty || gives_way(&own, &ty)));
    if are_numbers {
        bring_to_one_type(&mut array.elem, Some(ty), &super::unknown);
    }
    are_numbers
}

fn number_type(name: &str) -> Option<DataType> {
    Some(match name {
        "bigint" => DataType::BigInt(None),
        "numeric" => DataType::Numeric(ExactNumberInfo::None),
        "real" => DataType::Real,
        "double precision" => DataType::DoublePrecision,
        "integer" => DataType::Integer(None),
        _ => return None,
    })
}
