//! One spelling for every expression, so that equal ones are found equal.

mod casts;
mod list;
mod names;

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator as Op, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, Interval, ObjectName,
    TrimWhereField, UnaryOperator, Value, ValueWithSpan, visit_expressions, visit_expressions_mut,
};

use super::types::{
    Columns, cast_to_common, is_of_any_size, name_of, takes_text, type_of, type_of_literal, unknown,
    without_size,
};
use super::{literal, operator};
use casts::{
    as_interval, fit, fit_both, fit_several, relabelled, type_of_cast, uncast, uncast_char, without_cast,
};
use names::{canonical, fold, fold_name};

/// Returns an expression in the one spelling; what it is assigned to has a type, where that is known.
///
/// Of a cast it is known by the types of the columns whether PostgreSQL makes it by itself and shows it, or the author asks for it.
pub(super) fn normal(expr: &Expr, columns: Columns<'_>, assigned: Option<&str>) -> Expr {
    let mut expr = expr.clone();
    if let Some(said) = assigned.and_then(|ty| assigned_literal(&expr, ty)) {
        return said;
    }
    // The columns of a subquery are those of other tables.
    let columns: Columns<'_> = if has_queries(&expr) { &unknown } else { columns };
    // Parts come before the whole.
    let _ = visit_expressions_mut(&mut expr, |expr| {
        rewrite(expr, columns);
        ControlFlow::<()>::Continue(())
    });
    let _ = visit_expressions_mut(&mut expr, |expr| {
        finish(expr);
        ControlFlow::<()>::Continue(())
    });
    if let Some(ty) = assigned {
        assign(&mut expr, ty);
    }
    expr
}

/// Takes the cast to text off a literal, once everything around it is in the one spelling: nothing else asked for a type there,
/// and PostgreSQL takes it for a text by itself.
pub(super) fn finish(expr: &mut Expr) {
    if let Expr::Cast { kind: CastKind::DoubleColon, expr: inner, data_type: DataType::Text, .. } = expr
        && text(inner).is_some()
    {
        *expr = take(inner);
    }
}

/// Marks a literal as a text that the author asks for, where it would have another type without the cast: `finish` leaves it.
fn keep_text(expr: &mut Expr) {
    if cast_text(expr).is_some()
        && let Expr::Cast { kind, .. } = expr
    {
        *kind = CastKind::Cast;
    }
}

/// Tells whether an expression has queries in it.
pub(super) fn has_queries(expr: &Expr) -> bool {
    visit_expressions(expr, |part| match part {
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    })
    .is_break()
}

/// Returns a literal that is cast and assigned to something of a type: without the cast where that is to the type, which PostgreSQL
/// adds; any other cast stays with it.
fn assigned_literal(expr: &Expr, ty: &str) -> Option<Expr> {
    match expr {
        Expr::Nested(inner) => assigned_literal(inner, ty),
        // PostgreSQL keeps a NULL that it fits to the size of the type, with the type without it.
        Expr::Cast { expr: inner, data_type, .. } if is_null(inner) => {
            is_named(&canonical(data_type), ty).then(|| inner.as_ref().clone())
        }
        Expr::Cast { expr: inner, data_type, .. } if text(inner).is_some() => {
            let data_type = canonical(data_type);
            let mut said = inner.as_ref().clone();
            let plain = without_cast(&mut Box::new(said.clone()), &data_type);
            match name_of(&data_type) {
                // It is how PostgreSQL writes a number.
                _ if plain.is_some_and(|plain| text(&plain).is_none()) => None,
                Some(_) if is_named(&data_type, ty) => {
                    spell_literal(&mut said, ty);
                    Some(said)
                }
                _ => Some(cast(said, data_type)),
            }
        }
        _ => None,
    }
}

/// Takes the cast off a literal that is assigned to a column of the type.
fn assign(expr: &mut Expr, ty: &str) {
    if let Expr::Cast { expr: inner, data_type, .. } = expr
        && is_named(data_type, ty)
        && text(inner).is_some()
    {
        *expr = take(inner);
    }
    spell_literal(expr, ty);
}

/// Tells whether a type is the one of a name but for the size, to which PostgreSQL looks when a value is stored.
fn is_named(data_type: &DataType, ty: &str) -> bool {
    name_of(data_type).is_some_and(|name| name == ty || name == without_size(ty))
}

fn spell_literal(expr: &mut Expr, ty: &str) {
    if let Some(spelt) = text(expr).and_then(|text| literal::canonical(text, &without_size(ty))) {
        *expr = Expr::Value(ValueWithSpan::from(Value::SingleQuotedString(spelt)));
    }
}

/// Brings an expression whose parts are in the one spelling into it.
pub(super) fn rewrite(expr: &mut Expr, columns: Columns<'_>) {
    match expr {
        Expr::Nested(inner) => *expr = take(inner),
        Expr::Identifier(name) => fold(name),
        Expr::CompoundIdentifier(names) => names.iter_mut().for_each(fold),
        Expr::Function(call) => {
            fold_name(&mut call.name);
            rewrite_call(&call.name.to_string(), &mut call.args, columns);
        }
        // With commas, or of a pattern, it is a function of texts; with words PostgreSQL shows no cast that it adds itself.
        Expr::Substring { expr: inner, substring_from, substring_for, special, shorthand }
            if *special || substring_for.is_none() && is_text_literal(substring_from) =>
        {
            let name = if *shorthand { "substr" } else { "substring" };
            let from = [substring_from.take(), substring_for.take()];
            let args = std::iter::once(take(inner)).chain(from.into_iter().flatten().map(|it| *it));
            *expr = call(name, args);
            rewrite(expr, columns);
        }
        // `trim(a)` is `trim(both from a)`, and `trim(a, 'x')` is `trim(both 'x' from a)`.
        Expr::Trim { trim_where, trim_what, trim_characters, .. } => {
            trim_where.get_or_insert(TrimWhereField::Both);
            if let (None, Some([_])) = (&trim_what, trim_characters.as_deref()) {
                *trim_what = trim_characters.take().and_then(|mut it| it.pop()).map(Box::new);
            }
        }
        Expr::SimilarTo { negated, expr: left, pattern, escape_char } => {
            let escape = escape_char.take().map(|it| *it);
            let op = if *negated { Op::PGRegexNotMatch } else { Op::PGRegexMatch };
            let pattern = call("similar_to_escape", [take(pattern)].into_iter().chain(escape));
            *expr = binary(take(left), op, pattern);
            rewrite(expr, columns);
        }
        Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. }
            if escape_char.is_some() =>
        {
            let escape = escape_char.take().map(|it| *it);
            **pattern = call("like_escape", [take(pattern)].into_iter().chain(escape));
            rewrite(expr, columns);
        }
        Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
            relabelled(left, columns);
            relabelled(right, columns);
            fit_both(left, right, columns);
        }
        // `interval '1 day'` is `'1 day'::interval`.
        Expr::Interval(Interval { value, leading_field: None, last_field: None, .. }) => {
            let data_type = DataType::Interval { fields: None, precision: None };
            *expr = cast(take(value), data_type);
            rewrite(expr, columns);
        }
        // `interval '1' day` is `'1 day'::interval`.
        Expr::Interval(Interval {
            value,
            leading_field: Some(field),
            last_field: None,
            leading_precision: None,
            ..
        }) if text(value).is_some_and(|text| text.parse::<i64>().is_ok()) => {
            let said = format!("{} {field}", text(value).unwrap_or_default());
            let said = Expr::Value(ValueWithSpan::from(Value::SingleQuotedString(said)));
            *expr = cast(said, DataType::Interval { fields: None, precision: None });
            rewrite(expr, columns);
        }
        Expr::TypedString(typed) if !typed.uses_odbc_syntax => {
            *expr = cast(Expr::Value(typed.value.clone()), typed.data_type.clone());
            rewrite(expr, columns);
        }
        Expr::Value(value) => match &mut value.value {
            Value::EscapedStringLiteral(text) => {
                value.value = Value::SingleQuotedString(std::mem::take(text));
            }
            // `b'101'` is as long as it is.
            Value::SingleQuotedByteStringLiteral(bits) => {
                let literal = Value::SingleQuotedString(std::mem::take(bits));
                let data_type = DataType::Custom(ObjectName::from(vec![Ident::new("bit")]), Vec::new());
                *expr = cast(Expr::Value(ValueWithSpan::from(literal)), data_type);
            }
            _ => {}
        },
        Expr::Array(array) => {
            array.named = true;
            list::bring_to_one_type(&mut array.elem, None, columns);
        }
        // PostgreSQL prints the `ELSE NULL` that is left out, and of which type it is.
        Expr::Case { conditions, else_result, .. } => {
            let results = conditions.iter_mut().map(|when| &mut when.result);
            // PostgreSQL looks at it first, but not for a NULL.
            let last = else_result.as_deref_mut().filter(|result| !is_any_null(result));
            let mut results: Vec<&mut Expr> = last.into_iter().chain(results).collect();
            let ty = fit_several(&mut results, columns);
            let says_nothing = else_result.as_deref().is_some_and(|result| match result {
                Expr::Cast { expr, data_type, .. } => {
                    is_null(expr) && ty.is_some() && name_of(data_type) == ty
                }
                result => is_null(result),
            });
            if says_nothing {
                *else_result = None;
            }
        }
        Expr::Cast { kind, expr: inner, data_type, .. } => {
            *kind = CastKind::DoubleColon;
            *data_type = canonical(data_type);
            if let Some(plain) = without_cast(inner, data_type) {
                *expr = plain;
            } else if let Some(ty) = name_of(data_type) {
                // What is of the type is not cast.
                if type_of(inner, columns).as_deref() == Some(&ty) && is_of_any_size(inner, columns) {
                    *expr = take(inner);
                } else {
                    keep_text(inner);
                    spell_literal(inner, &ty);
                }
            }
        }
        // One value is compared as such.
        Expr::InList { expr: left, list, negated } if list.len() == 1 => {
            let op = if *negated { Op::NotEq } else { Op::Eq };
            if let Some(value) = list.pop() {
                *expr = binary(take(left), op, value);
                rewrite(expr, columns);
            }
        }
        Expr::InList { expr: left, list, negated } => {
            let right = Box::new(list::compared(left, std::mem::take(list), columns));
            let (left, negated) = (Box::new(take(left)), *negated);
            *expr = if negated {
                Expr::AllOp { left, compare_op: Op::NotEq, right }
            } else {
                Expr::AnyOp { left, compare_op: Op::Eq, right, is_some: false }
            };
            rewrite(expr, columns);
        }
        Expr::Between { expr: tested, negated, low, high } => {
            let tested = take(tested);
            let (first, second, both) =
                if *negated { (Op::Lt, Op::Gt, Op::Or) } else { (Op::GtEq, Op::LtEq, Op::And) };
            let mut low = binary(tested.clone(), first, take(low));
            let mut high = binary(tested, second, take(high));
            rewrite(&mut low, columns);
            rewrite(&mut high, columns);
            *expr = binary(low, both, high);
            rewrite(expr, columns);
        }
        // `= ANY (SELECT …)` is `IN (SELECT …)`.
        Expr::AnyOp { left, compare_op: Op::Eq, right, .. }
            if matches!(right.as_ref(), Expr::Subquery(_)) =>
        {
            if let Expr::Subquery(subquery) = take(right) {
                *expr = Expr::InSubquery { expr: Box::new(take(left)), subquery, negated: false };
                rewrite(expr, columns);
            }
        }
        Expr::InSubquery { expr: left, negated, .. } => {
            match left.as_mut() {
                Expr::Tuple(parts) => parts.iter_mut().for_each(|part| relabelled(part, columns)),
                left => relabelled(left, columns),
            }
            if std::mem::take(negated) {
                let inner = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
                *expr = Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(inner) };
            }
        }
        Expr::AnyOp { left, right, is_some, .. } => {
            *is_some = false;
            list::fit_both(left, right, columns);
        }
        Expr::AllOp { left, right, .. } => list::fit_both(left, right, columns),
        Expr::IsNormalized { negated: negated @ true, .. } => {
            *negated = false;
            let inner = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
            *expr = Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(inner) };
        }
        Expr::Like { expr: left, pattern: right, .. } | Expr::ILike { expr: left, pattern: right, .. } => {
            uncast(left, right, columns);
            relabelled(left, columns);
            relabelled(right, columns);
        }
        Expr::BinaryOp { .. } => rewrite_binary(expr, columns),
        _ => {}
    }
}

/// Takes off what a function is given the casts that PostgreSQL adds.
fn rewrite_call(name: &str, args: &mut FunctionArguments, columns: Columns<'_>) {
    let FunctionArguments::List(list) = args else { return };
    let count = list.args.len();
    let args = list.args.iter_mut().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    let mut args: Vec<&mut Expr> = args.collect();
    if args.len() == count {
        for (at, arg) in args.iter_mut().enumerate() {
            let ty = type_of_literal(name, at, count);
            // The name that an author calls a text is looked up each time, not once.
            if ty == Some("regclass") && cast_text(arg).is_some() {
                keep_text(arg);
                let named = std::mem::replace(*arg, Expr::Identifier(Ident::new("")));
                **arg = cast(named, DataType::Regclass);
                continue;
            }
            fit(arg, ty, columns, cast_to_common);
        }
    }
    if takes_text(name) {
        // By what it orders it takes them as well.
        for clause in &mut list.clauses {
            if let FunctionArgumentClause::OrderBy(order) = clause {
                order.iter_mut().for_each(|by| relabelled(&mut by.expr, columns));
            }
        }
        // Of its length a `char` is asked by itself.
        let takes_char = name.contains("length");
        args.into_iter().for_each(|arg| match type_of_cast(arg, columns).as_deref() {
            Some("char") if !takes_char => uncast_char(arg),
            _ => relabelled(arg, columns),
        });
    } else if ["coalesce", "greatest", "least"].contains(&name) {
        fit_several(&mut args, columns);
    } else if name == "nullif"
        && let [first, second] = args.as_mut_slice()
    {
        relabelled(first, columns);
        relabelled(second, columns);
        fit_both(first, second, columns);
    }
}

fn call(name: &str, args: impl Iterator<Item = Expr>) -> Expr {
    let args = args.map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    let list = FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() };
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(list),
        within_group: Vec::new(),
        filter: None,
        null_treatment: None,
        over: None,
    })
}

fn cast(expr: Expr, data_type: DataType) -> Expr {
    let (kind, expr) = (CastKind::DoubleColon, Box::new(expr));
    Expr::Cast { kind, expr, data_type, format: None }
}

fn rewrite_binary(expr: &mut Expr, columns: Columns<'_>) {
    let Expr::BinaryOp { left, op, right } = expr else { return };
    if let Some(bare) = operator::bare(op, [left, right], columns) {
        *op = bare;
    }
    match op {
        Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => {
            uncast(left, right, columns);
            uncast(right, left, columns);
            relabelled(left, columns);
            relabelled(right, columns);
            fit_both(left, right, columns);
        }
        Op::PGRegexMatch | Op::PGRegexIMatch | Op::PGRegexNotMatch | Op::PGRegexNotIMatch => {
            uncast(left, right, columns);
            relabelled(left, columns);
        }
        Op::Plus => {
            // Two times cannot be added: what stands beside one is how long.
            as_interval(right, type_of(left, columns).as_deref());
            as_interval(left, type_of(right, columns).as_deref());
            fit_both(left, right, columns);
        }
        Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => fit_both(left, right, columns),
        Op::AtArrow | Op::ArrowAt | Op::PGOverlap => fit_both(left, right, columns),
        Op::HashArrow | Op::HashLongArrow => {
            if let Expr::Cast { expr: path, data_type, .. } = right.as_mut()
                && text(path).is_some()
                && name_of(data_type).as_deref() == Some("text[]")
            {
                **right = take(path);
            }
        }
        Op::StringConcat => {
            relabelled(left, columns);
            relabelled(right, columns);
        }
        Op::PGLikeMatch | Op::PGNotLikeMatch => {
            let negated = *op == Op::PGNotLikeMatch;
            let (left, pattern) = (Box::new(take(left)), Box::new(take(right)));
            *expr = Expr::Like { negated, any: false, expr: left, pattern, escape_char: None };
            rewrite(expr, columns);
        }
        Op::PGILikeMatch | Op::PGNotILikeMatch => {
            let negated = *op == Op::PGNotILikeMatch;
            let (left, pattern) = (Box::new(take(left)), Box::new(take(right)));
            *expr = Expr::ILike { negated, any: false, expr: left, pattern, escape_char: None };
            rewrite(expr, columns);
        }
        _ => {}
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => Some(text),
        _ => None,
    }
}

/// Returns the text of a literal that is cast to text.
fn cast_text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Cast { expr, data_type: DataType::Text, .. } => text(expr),
        _ => None,
    }
}

/// Returns the text of a literal, cast to text or not.
fn said_text(expr: &Expr) -> Option<&str> {
    text(expr).or_else(|| cast_text(expr))
}

/// Casts something to text.
fn as_text(expr: &mut Expr) {
    let inner = std::mem::replace(expr, Expr::Identifier(Ident::new("")));
    *expr = cast(inner, DataType::Text);
}

fn is_text_literal(expr: &Option<Box<Expr>>) -> bool {
    expr.as_deref().is_some_and(|expr| said_text(expr).is_some())
}

fn is_any_null(expr: &Expr) -> bool {
    is_null(expr) || matches!(expr, Expr::Cast { expr, .. } if is_null(expr))
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(ValueWithSpan { value: Value::Null, .. }))
}

fn binary(left: Expr, op: Op, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// Moves an expression out of its box and leaves a trifle there.
fn take(expr: &mut Box<Expr>) -> Expr {
    std::mem::replace(expr.as_mut(), Expr::Identifier(Ident::new("")))
}
