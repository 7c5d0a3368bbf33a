//! Lists that something is compared with: `IN (…)`, `= ANY (ARRAY[…])`, `= ANY ('{…}')`.

use sqlparser::ast::{Array, DataType, ExactNumberInfo, Expr, Ident, ObjectName};

use super::super::types::{Columns, cast_to_common, common_type, gives_way, is_number, name_of, type_of};
use super::casts::uncast;
use super::{as_text, cast, keep_text, said_text, take, text};

/// Returns the list of an `IN` as the array that PostgreSQL makes of it: everything is brought to one type, that of what is compared
/// with the list included, and where that is no text of any length the array shows it.
pub(super) fn compared(left: &Expr, mut list: Vec<Expr>, columns: Columns<'_>) -> Expr {
    let ty = type_of(left, columns);
    // A text by itself would be one of an array of texts.
    let own = match ty.as_deref() {
        Some("char") => Some(DataType::Custom(ObjectName::from(vec![Ident::new("bpchar")]), Vec::new())),
        Some("varchar") => Some(DataType::Varchar(None)),
        _ => None,
    };
    if let Some(own) = own {
        list.iter_mut().for_each(|element| give(element, &own));
    }
    bring_to_one_type(&mut list, ty, columns);
    Expr::Array(Array { elem: list, named: true })
}

/// Casts a text to a type; one that the author calls a text is cast from that.
fn give(element: &mut Expr, ty: &DataType) {
    if said_text(element).is_some() {
        let mut literal = std::mem::replace(element, Expr::Identifier(Ident::new("")));
        keep_text(&mut literal);
        *element = cast(literal, ty.clone());
    }
}

/// Tells whether something is a literal of a text, cast to one kind of text or to none.
pub(super) fn is_literal(element: &Expr) -> bool {
    match element {
        Expr::Cast { expr, data_type: DataType::Varchar(None), .. } => said_text(expr).is_some(),
        element => said_text(element).is_some(),
    }
}

/// Casts numbers to the type that none of several gives way to, as PostgreSQL does in a list, and shows.
pub(super) fn bring_to_one_type(list: &mut [Expr], beside: Option<String>, columns: Columns<'_>) {
    let own: Vec<Option<String>> = list.iter().map(|element| type_of(element, columns)).collect();
    let Some(common) = common_type(beside.into_iter().chain(own.iter().flatten().cloned())) else { return };
    let Some(data_type) = number_type(&common) else {
        // A text beside one that is cast is cast to the same.
        let data_type = list.iter().find_map(|element| match element {
            Expr::Cast { data_type, .. } => {
                Some(data_type.clone()).filter(|it| name_of(it).as_ref() == Some(&common))
            }
            _ => None,
        });
        if let Some(data_type) = data_type {
            list.iter_mut().filter(|it| text(it).is_some()).for_each(|element| give(element, &data_type));
        }
        return;
    };
    for (element, own) in list.iter_mut().zip(own) {
        if own.is_some_and(|own| gives_way(&own, &common)) {
            let inner = std::mem::replace(element, Expr::Identifier(Ident::new("")));
            *element = cast(inner, data_type.clone());
        }
    }
}

/// `'a'::varchar::text`.
fn is_text_of_varchar(element: &Expr) -> bool {
    matches!(element, Expr::Cast { expr, data_type: DataType::Text, .. }
        if text(expr).is_none() && said_text(expr).is_none() && is_literal(expr))
}

/// Brings what is compared with a list, and the list, into the one spelling.
pub(super) fn fit_both(left: &mut Expr, right: &mut Expr, columns: Columns<'_>) {
    if let Expr::Array(array) = &mut *right {
        // So is printed what was printed once and read again.
        array.elem.iter_mut().filter(|it| is_text_of_varchar(it)).for_each(|element| {
            if let Expr::Cast { expr, .. } = element {
                *element = take(expr);
            }
        });
    }
    // A `char` is compared with texts as such.
    let are_texts =
        matches!(&*right, Expr::Array(array) if array.elem.iter().all(|it| said_text(it).is_some()));
    if are_texts && type_of(left, columns).as_deref() == Some("char") {
        as_text(left);
    }
    uncast(left, right, columns);
    fit(left, right, columns);
}

/// Takes off the elements of a list, or off the text of one, the cast that PostgreSQL adds to texts beside something of a type.
fn fit(left: &Expr, right: &mut Expr, columns: Columns<'_>) {
    let ty = type_of(left, columns);
    match (right, ty.as_deref()) {
        // Beside something that is not known they may be texts of either kind.
        (Expr::Array(array), None) if array.elem.iter().all(is_literal) => {
            for element in &mut array.elem {
                if let Expr::Cast { expr, .. } = element {
                    *element = take(expr);
                }
            }
        }
        (Expr::Array(array), Some(ty)) if !is_number(ty) && !["char", "varchar"].contains(&ty) => {
            array.elem.iter_mut().for_each(|element| super::fit(element, Some(ty), columns, cast_to_common));
        }
        (right @ Expr::Cast { .. }, Some(ty)) => {
            // A `varchar` is compared as text.
            let element = if ty == "varchar" { "text" } else { ty };
            if let Expr::Cast { expr: inner, data_type, .. } = &mut *right
                && text(inner).is_some()
                && name_of(data_type).is_some_and(|it| it.strip_suffix("[]") == Some(element))
            {
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
    if matches!(element_type, DataType::Text) && array.elem.iter().all(is_literal) {
        return true;
    }
    // PostgreSQL casts the elements, and shows that.
    if ty.as_deref().is_some_and(|ty| !is_number(ty))
        && array.elem.iter().all(|element| said_text(element).is_some())
    {
        for element in &mut array.elem {
            give(element, element_type);
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
