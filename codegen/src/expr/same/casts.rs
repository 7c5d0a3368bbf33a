//! Casts that PostgreSQL adds by itself, and shows, taken off again.

use sqlparser::ast::{ArrayElemTypeDef, DataType, Expr, Ident, UnaryOperator, Value, ValueWithSpan};

use super::super::types::{
    Columns, UNKNOWN, cast_among_several, cast_for_operator, cast_to_common, common_type, name_of, type_of,
};
use super::{as_text, cast, is_null, keep_text, list, said_text, spell_literal, take, text};

/// Returns the type of what is cast to text.
pub(super) fn type_of_cast(expr: &Expr, columns: Columns<'_>) -> Option<String> {
    match expr {
        Expr::Cast { expr: inner, data_type: DataType::Text, .. } => type_of(inner, columns),
        _ => None,
    }
}

pub(super) fn uncast_char(expr: &mut Expr) {
    if let Expr::Cast { expr: inner, .. } = expr {
        *expr = take(inner);
    }
}

/// Takes the cast to text off a `varchar` that stands where only texts are taken.
pub(super) fn relabelled(expr: &mut Expr, columns: Columns<'_>) {
    if let Expr::Cast { expr: inner, data_type, .. } = expr
        && matches!(data_type, DataType::Text)
        && matches!(type_of(inner, columns).as_deref(), Some("varchar" | "text"))
    {
        *expr = take(inner);
    }
}

/// Takes off something the cast that PostgreSQL adds where it stands beside something of a type; `cast_to` tells to which type it
/// casts something of its own type then.
pub(super) fn fit(side: &mut Expr, ty: Option<&str>, columns: Columns<'_>, cast_to: CastTo) {
    let Some(ty) = ty else { return };
    if let Expr::Cast { expr: inner, data_type, .. } = side
        && let Some(target) = name_of(data_type)
    {
        let own = if text(inner).is_some() { Some(UNKNOWN.to_owned()) } else { type_of(inner, columns) };
        if own.is_some_and(|own: String| cast_to(&own, ty) == Some(target.as_str())) {
            *side = take(inner);
        }
    }
    spell_literal(side, ty);
}

/// Takes off several values, which have one type together, the casts that PostgreSQL adds; returns the type.
pub(super) fn fit_several(values: &mut [&mut Expr], columns: Columns<'_>) -> Option<String> {
    let own: Vec<Option<String>> = values.iter().map(|value| type_of(value, columns)).collect();
    let ty = common_type(own.iter().flatten().cloned());
    // Of two kinds of texts the first decides, so that its cast says something.
    let first = own.iter().position(Option::is_some);
    for (at, value) in values.iter_mut().enumerate().filter(|(_, value)| !is_null(value)) {
        let cast_to = if Some(at) == first { cast_to_common } else { cast_among_several };
        fit(value, ty.as_deref(), columns, cast_to);
        if ty.as_deref() != Some("text") {
            keep_text(value);
        }
    }
    ty
}

/// Tells to which type something of the first type is cast beside something of the second.
pub(super) type CastTo = for<'t> fn(&str, &'t str) -> Option<&'t str>;

/// Fits either side of an operator to the other: the second first, since one of two that are both cast keeps its cast.
pub(super) fn fit_both(left: &mut Expr, right: &mut Expr, columns: Columns<'_>) {
    // A `char` is compared with a text as such.
    match (type_of(left, columns).as_deref(), type_of(right, columns).as_deref()) {
        (Some("char"), Some("text")) => as_text(left),
        (Some("text"), Some("char")) => as_text(right),
        _ => {}
    }
    fit(right, type_of(left, columns).as_deref(), columns, cast_for_operator);
    fit(left, type_of(right, columns).as_deref(), columns, cast_for_operator);
}

/// Casts a text that is added to a time to an interval.
pub(super) fn as_interval(expr: &mut Expr, other: Option<&str>) {
    if text(expr).is_some() && matches!(other, Some("timestamp" | "timestamptz")) {
        let inner = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
        *expr = cast(inner, DataType::Interval { fields: None, precision: None });
        if let Expr::Cast { expr: inner, .. } = expr {
            spell_literal(inner, "interval");
        }
    }
}

/// Takes a cast to text off what is compared with texts: PostgreSQL adds it to a `varchar`, and of a column that
/// is not known it is taken to be one.
pub(super) fn uncast(side: &mut Expr, other: &Expr, columns: Columns<'_>) {
    let texts = match other {
        Expr::Array(array) => array.elem.iter().all(list::is_literal),
        Expr::Cast { expr, data_type, .. } if name_of(data_type).as_deref() == Some("text[]") => {
            text(expr).is_some()
        }
        other => said_text(other).is_some(),
    };
    if let Expr::Cast { expr: inner, data_type, .. } = side
        && texts
        && matches!(data_type, DataType::Text)
        && type_of(inner, columns).is_none_or(|ty| ["varchar", "text"].contains(&ty.as_str()))
    {
        *side = take(inner);
    }
}

/// Returns a literal without the cast that says no more than the literal.
pub(super) fn without_cast(inner: &mut Box<Expr>, data_type: &DataType) -> Option<Expr> {
    match (inner.as_mut(), data_type) {
        (Expr::Array(array), DataType::Array(ArrayElemTypeDef::SquareBracket(element, _))) => {
            list::takes_cast(array, element).then(|| take(inner))
        }
        (literal, DataType::Integer(_) | DataType::BigInt(_) | DataType::Numeric(_)) => {
            let digits = text(literal)?;
            let (minus, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
            // What PostgreSQL would read as another type without the cast keeps it.
            let is_of_type = match data_type {
                DataType::Integer(_) => text(literal)?.parse::<i32>().is_ok(),
                DataType::BigInt(_) => text(literal)?.parse::<i32>().is_err(),
                _ => digits.contains('.'),
            };
            let number =
                is_of_type && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
            let value = Expr::Value(ValueWithSpan::from(Value::Number(digits.to_owned(), false)));
            number.then(|| match minus {
                true => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(value) },
                false => value,
            })
        }
        _ => None,
    }
}
