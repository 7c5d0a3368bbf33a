//! One spelling for every expression, so that equal ones are found equal.

mod list;

use std::ops::ControlFlow;

use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator as Op, CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, Interval,
    ObjectName, ObjectNamePart, TimezoneInfo, TrimWhereField, UnaryOperator, Value, ValueWithSpan,
    visit_expressions, visit_expressions_mut,
};

use super::types::{
    Columns, UNKNOWN, cast_among_several, cast_for_operator, cast_to_common, common_type, is_of_any_size,
    name_of, takes_text, type_of, type_of_literal, unknown, without_size,
};
use super::{folded, literal, operator};

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

/// Returns the type of what is cast to text.
fn type_of_cast(expr: &Expr, columns: Columns<'_>) -> Option<String> {
    match expr {
        Expr::Cast { expr: inner, data_type: DataType::Text, .. } => type_of(inner, columns),
        _ => None,
    }
}

fn uncast_char(expr: &mut Expr) {
    if let Expr::Cast { expr: inner, .. } = expr {
        *expr = take(inner);
    }
}

/// Takes the cast to text off a `varchar` that stands where only texts are taken.
fn relabelled(expr: &mut Expr, columns: Columns<'_>) {
    if let Expr::Cast { expr: inner, data_type, .. } = expr
        && matches!(data_type, DataType::Text)
        && matches!(type_of(inner, columns).as_deref(), Some("varchar" | "text"))
    {
        *expr = take(inner);
    }
}

/// Takes off something the cast that PostgreSQL adds where it stands beside something of a type; `cast_to` tells to which type it
/// casts something of its own type then.
fn fit(side: &mut Expr, ty: Option<&str>, columns: Columns<'_>, cast_to: CastTo) {
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
fn fit_several(values: &mut [&mut Expr], columns: Columns<'_>) -> Option<String> {
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
type CastTo = for<'t> fn(&str, &'t str) -> Option<&'t str>;

/// Fits either side of an operator to the other: the second first, since one of two that are both cast keeps its cast.
fn fit_both(left: &mut Expr, right: &mut Expr, columns: Columns<'_>) {
    // A `char` is compared with a text as such.
    match (type_of(left, columns).as_deref(), type_of(right, columns).as_deref()) {
        (Some("char"), Some("text")) => as_text(left),
        (Some("text"), Some("char")) => as_text(right),
        _ => {}
    }
    fit(right, type_of(left, columns).as_deref(), columns, cast_for_operator);
    fit(left, type_of(right, columns).as_deref(), columns, cast_for_operator);
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

/// Casts a text that is added to a time to an interval.
fn as_interval(expr: &mut Expr, other: Option<&str>) {
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
fn uncast(side: &mut Expr, other: &Expr, columns: Columns<'_>) {
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
fn without_cast(inner: &mut Box<Expr>, data_type: &DataType) -> Option<Expr> {
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
            fold_name(&mut name);
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

/// Gives every part of a name its case; the schemas `public` and `pg_catalog` are left out as everywhere.
fn fold_name(name: &mut ObjectName) {
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
fn fold(name: &mut Ident) {
    name.value = folded(name);
    name.quote_style = (name.value.to_lowercase() != name.value).then_some('"');
}

fn binary(left: Expr, op: Op, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// Moves an expression out of its box and leaves a trifle there.
fn take(expr: &mut Box<Expr>) -> Expr {
    std::mem::replace(expr.as_mut(), Expr::Identifier(Ident::new("")))
}
