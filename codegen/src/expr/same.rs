//! One spelling for every expression, so that equal ones are found equal.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Array, ArrayElemTypeDef, BinaryOperator as Op, CastKind, DataType, ExactNumberInfo, Expr, Ident,
    ObjectNamePart, TimezoneInfo, UnaryOperator, Value, ValueWithSpan, visit_expressions_mut,
};

use crate::expr::folded;

/// Returns an expression in the one spelling.
pub(super) fn normal(expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    // Parts come before the whole.
    let _ = visit_expressions_mut(&mut expr, |expr| {
        rewrite(expr);
        ControlFlow::<()>::Continue(())
    });
    expr
}

fn rewrite(expr: &mut Expr) {
    match expr {
        Expr::Nested(inner) => *expr = take(inner),
        Expr::Identifier(name) => fold(name),
        Expr::CompoundIdentifier(names) => names.iter_mut().for_each(fold),
        Expr::Function(call) => call.name.0.iter_mut().for_each(|part| {
            if let ObjectNamePart::Identifier(name) = part {
                fold(name);
            }
        }),
        Expr::Value(value) => {
            if let Value::EscapedStringLiteral(text) = &mut value.value {
                value.value = Value::SingleQuotedString(std::mem::take(text));
            }
        }
        Expr::Array(array) => array.named = true,
        Expr::Cast { kind, expr: inner, data_type, .. } => {
            *kind = CastKind::DoubleColon;
            *data_type = canonical(data_type);
            if let Some(plain) = without_cast(inner, data_type) {
                *expr = plain;
            }
        }
        // One value is compared as such.
        Expr::InList { expr: left, list, negated } if list.len() == 1 => {
            let op = if *negated { Op::NotEq } else { Op::Eq };
            if let Some(value) = list.pop() {
                *expr = binary(take(left), op, value);
                rewrite(expr);
            }
        }
        Expr::InList { expr: left, list, negated } => {
            let right = Box::new(Expr::Array(Array { elem: std::mem::take(list), named: true }));
            let (left, negated) = (Box::new(take(left)), *negated);
            *expr = if negated {
                Expr::AllOp { left, compare_op: Op::NotEq, right }
            } else {
                Expr::AnyOp { left, compare_op: Op::Eq, right, is_some: false }
            };
            rewrite(expr);
        }
        Expr::Between { expr: tested, negated, low, high } => {
            let tested = take(tested);
            let (first, second, both) =
                if *negated { (Op::Lt, Op::Gt, Op::Or) } else { (Op::GtEq, Op::LtEq, Op::And) };
            let low = binary(tested.clone(), first, take(low));
            *expr = binary(low, both, binary(tested, second, take(high)));
        }
        Expr::AnyOp { left, right, is_some, .. } => {
            *is_some = false;
            uncast(left, right);
        }
        Expr::AllOp { left, right, .. } => uncast(left, right),
        Expr::Like { expr: left, pattern: right, .. } | Expr::ILike { expr: left, pattern: right, .. } => {
            uncast(left, right);
        }
        Expr::BinaryOp { .. } => rewrite_binary(expr),
        _ => {}
    }
}

fn rewrite_binary(expr: &mut Expr) {
    let Expr::BinaryOp { left, op, right } = expr else { return };
    match op {
        Op::And | Op::Or => {
            // `a AND (b AND c)` is `(a AND b) AND c`.
            let op = op.clone();
            let mut parts = Vec::new();
            operands(take(left), &op, &mut parts);
            operands(take(right), &op, &mut parts);
            if let Some(all) = parts.into_iter().reduce(|all, part| binary(all, op.clone(), part)) {
                *expr = all;
            }
        }
        Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => {
            uncast(left, right);
            uncast(right, left);
        }
        Op::PGRegexMatch | Op::PGRegexIMatch | Op::PGRegexNotMatch | Op::PGRegexNotIMatch => {
            uncast(left, right)
        }
        Op::PGLikeMatch | Op::PGNotLikeMatch => {
            let negated = *op == Op::PGNotLikeMatch;
            uncast(left, right);
            let (left, pattern) = (Box::new(take(left)), Box::new(take(right)));
            *expr = Expr::Like { negated, any: false, expr: left, pattern, escape_char: None };
        }
        Op::PGILikeMatch | Op::PGNotILikeMatch => {
            let negated = *op == Op::PGNotILikeMatch;
            uncast(left, right);
            let (left, pattern) = (Box::new(take(left)), Box::new(take(right)));
            *expr = Expr::ILike { negated, any: false, expr: left, pattern, escape_char: None };
        }
        _ => {}
    }
}

/// Takes a chain of one operator apart; its parts are in the one spelling already, so it leans to the left.
fn operands(expr: Expr, op: &Op, into: &mut Vec<Expr>) {
    let mut rest = Vec::new();
    let mut expr = expr;
    loop {
        match expr {
            Expr::BinaryOp { left, op: own, right } if own == *op => {
                rest.push(*right);
                expr = *left;
            }
            other => {
                rest.push(other);
                break;
            }
        }
    }
    into.extend(rest.into_iter().rev());
}

/// Takes a cast to text off what is compared with texts: PostgreSQL adds it to a `varchar`.
fn uncast(side: &mut Expr, other: &Expr) {
    let texts = match other {
        Expr::Array(array) => array.elem.iter().all(|element| text(element).is_some()),
        other => text(other).is_some(),
    };
    if let Expr::Cast { expr: inner, data_type, .. } = side
        && texts
        && is_text(data_type)
    {
        *side = take(inner);
    }
}

/// Returns a literal without the cast that says no more than the literal.
fn without_cast(inner: &mut Box<Expr>, data_type: &DataType) -> Option<Expr> {
    match (inner.as_ref(), data_type) {
        (Expr::Array(array), DataType::Array(ArrayElemTypeDef::SquareBracket(element, _))) => {
            let texts = array.elem.iter().all(|element| text(element).is_some());
            (texts && is_text(element)).then(|| take(inner))
        }
        (literal, data_type) if text(literal).is_some() && is_text(data_type) => Some(take(inner)),
        (
            literal,
            DataType::Integer(_) | DataType::BigInt(_) | DataType::SmallInt(_) | DataType::Numeric(_),
        ) => {
            let digits = text(literal)?;
            let (minus, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
            let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
            let value = Expr::Value(ValueWithSpan::from(Value::Number(digits.to_owned(), false)));
            number.then(|| match minus {
                true => Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(value) },
                false => value,
            })
        }
        _ => None,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => Some(text),
        _ => None,
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Text | DataType::Varchar(None))
}

/// Returns a type under the one name of the many that PostgreSQL has for it.
fn canonical(data_type: &DataType) -> DataType {
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
            name.0.iter_mut().for_each(|part| {
                if let ObjectNamePart::Identifier(name) = part {
                    fold(name);
                }
            });
            DataType::Custom(name, arguments.clone())
        }
        other => other.clone(),
    }
}

fn canonical_zone(zone: &TimezoneInfo) -> TimezoneInfo {
    match zone {
        TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => TimezoneInfo::None,
        TimezoneInfo::WithTimeZone | TimezoneInfo::Tz => TimezoneInfo::Tz,
    }
}

fn fold(name: &mut Ident) {
    name.value = folded(name);
    name.quote_style = None;
}

fn binary(left: Expr, op: Op, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// Moves an expression out of its box and leaves a trifle there.
fn take(expr: &mut Box<Expr>) -> Expr {
    std::mem::replace(expr.as_mut(), Expr::Identifier(Ident::new("")))
}
