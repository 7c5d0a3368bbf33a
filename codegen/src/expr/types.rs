//! The types of expressions, as far as they follow from those of the columns.

use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator as Op, DataType, Expr, FunctionArg, FunctionArgExpr, FunctionArguments,
    ObjectNamePart, TimezoneInfo, UnaryOperator, Value, ValueWithSpan,
};

/// Returns the type of a column, by the one name that PostgreSQL's own types have here (`integer`, `timestamptz`), without its
/// arguments; of a type in `public` without the schema.
pub type Columns<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Knows no column.
pub(super) fn unknown(_: &str) -> Option<String> {
    None
}

/// What PostgreSQL calls the type of a text that takes its type from what it stands beside.
pub(super) const UNKNOWN: &str = "unknown";

/// Numbers from the one that gives way to the others to the one that none gives way to.
const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// Functions that take texts and no `varchar`: PostgreSQL casts what it is given, and shows the cast.
const OF_TEXT: &[&str] = &[
    "ascii",
    "bit_length",
    "btrim",
    "char_length",
    "character_length",
    "decode",
    "initcap",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "octet_length",
    "regexp_match",
    "regexp_matches",
    "regexp_replace",
    "regexp_split_to_array",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "split_part",
    "starts_with",
    "string_agg",
    "string_to_array",
    "strpos",
    "substr",
    "substring",
    "to_tsquery",
    "to_tsvector",
    "translate",
    "upper",
];

/// Tells whether a type is one of numbers.
pub(super) fn is_number(ty: &str) -> bool {
    NUMBERS.contains(&ty)
}

/// Tells whether PostgreSQL casts a number of one type to the other without being told.
pub(super) fn gives_way(from: &str, to: &str) -> bool {
    let rank = |ty: &str| NUMBERS.iter().position(|known| *known == ty);
    rank(from).zip(rank(to)).is_some_and(|(from, to)| from < to)
}

/// Returns the type that several values are brought to: of numbers the one that none gives way to, else that of the first.
pub(super) fn common_type(types: impl Iterator<Item = String>) -> Option<String> {
    types.reduce(|common, ty| if gives_way(&common, &ty) { ty } else { common })
}

/// Returns to which type PostgreSQL casts a number of one type where another of several has the other type: `coalesce`, a list.
pub(super) fn cast_to_common<'t>(from: &str, to: &'t str) -> Option<&'t str> {
    (from == UNKNOWN || gives_way(from, to)).then_some(to)
}

/// Returns to which type PostgreSQL casts one of several values that have one type together, as those of `coalesce` and the results
/// of a `CASE`: texts of either kind become that of the first as well.
pub(super) fn cast_among_several<'t>(from: &str, to: &'t str) -> Option<&'t str> {
    let is_text = |ty: &str| ["text", "varchar"].contains(&ty);
    cast_to_common(from, to).or_else(|| (from != to && is_text(from) && is_text(to)).then_some(to))
}

/// Returns to which type PostgreSQL casts a number that is added to or compared with one of another type; for integers of two
/// lengths, and for `real` beside `double precision`, it has operators that take them as they are.
pub(super) fn cast_for_operator<'t>(from: &str, to: &'t str) -> Option<&'t str> {
    let is_whole = |ty: &str| ["smallint", "integer", "bigint"].contains(&ty);
    let is_float = |ty: &str| ["real", "double precision"].contains(&ty);
    let has_operator = is_whole(from) && is_whole(to) || is_float(from) && is_float(to);
    match to {
        // It compares texts, and casts the column.
        "varchar" if from == UNKNOWN => None,
        _ if from == UNKNOWN => Some(to),
        _ if !gives_way(from, to) || has_operator => None,
        "real" => Some("double precision"),
        _ => Some(to),
    }
}

/// Tells whether an expression has a type without a size of its own; PostgreSQL keeps a cast that takes the size away.
pub(super) fn is_of_any_size(expr: &Expr, columns: Columns<'_>) -> bool {
    let name = match expr {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(names) => names.last(),
        _ => None,
    };
    name.and_then(|name| columns(&name.value)).is_none_or(|ty| !ty.contains('('))
}

/// Returns a type without its arguments.
pub(super) fn without_size(ty: &str) -> String {
    match ty.split_once('(') {
        Some((head, rest)) => format!("{head}{}", rest.split_once(')').map_or("", |(_, rest)| rest)),
        None => ty.to_owned(),
    }
}

/// Returns the type as which a function takes a text at a place of its arguments, of which there are so many; PostgreSQL has no other
/// function of the name that would take one there.
pub(super) fn type_of_literal(function: &str, at: usize, count: usize) -> Option<&'static str> {
    Some(match (function, at) {
        (
            "to_tsvector" | "to_tsquery" | "plainto_tsquery" | "phraseto_tsquery" | "websearch_to_tsquery",
            0,
        ) if count == 2 => "regconfig",
        ("setweight", 1) => "char",
        ("jsonb_set" | "jsonb_insert", 1) => "text[]",
        ("jsonb_set" | "jsonb_insert", 0 | 2) => "jsonb",
        ("jsonb_path_exists" | "jsonb_path_match" | "jsonb_path_query" | "jsonb_path_query_first", 1) => {
            "jsonpath"
        }
        ("nextval" | "currval" | "setval", 0) => "regclass",
        ("to_timestamp", 0) if count == 1 => "double precision",
        _ => return None,
    })
}

/// Tells whether a function takes texts and no `varchar`.
pub(super) fn takes_text(function: &str) -> bool {
    OF_TEXT.contains(&function)
}

/// Returns the name of a type in the one spelling; none where it has arguments, since a cast to it does more than name it.
pub(super) fn name_of(ty: &DataType) -> Option<String> {
    let name = match ty {
        DataType::Integer(None) => "integer",
        DataType::BigInt(None) => "bigint",
        DataType::SmallInt(None) => "smallint",
        DataType::Numeric(size) if *size == sqlparser::ast::ExactNumberInfo::None => "numeric",
        DataType::DoublePrecision => "double precision",
        DataType::Real => "real",
        DataType::Text => "text",
        DataType::Varchar(None) => "varchar",
        DataType::Boolean => "boolean",
        DataType::Date => "date",
        DataType::Time(None, TimezoneInfo::None) => "time",
        DataType::Timestamp(None, TimezoneInfo::None) => "timestamp",
        DataType::Timestamp(None, TimezoneInfo::Tz) => "timestamptz",
        DataType::Interval { fields: None, precision: None } => "interval",
        DataType::Uuid => "uuid",
        DataType::JSON => "json",
        DataType::JSONB => "jsonb",
        DataType::Bytea => "bytea",
        DataType::Regclass => "regclass",
        DataType::TsVector => "tsvector",
        DataType::TsQuery => "tsquery",
        DataType::Array(ArrayElemTypeDef::SquareBracket(element, _)) => {
            return name_of(element).map(|element| format!("{element}[]"));
        }
        DataType::Custom(name, arguments) if arguments.is_empty() => {
            // Its case is that of the catalogue, in quotes or not.
            let parts = name.0.iter().filter_map(ObjectNamePart::as_ident).map(|part| part.value.as_str());
            let name = parts.collect::<Vec<_>>().join(".");
            // PostgreSQL writes so what is of any length; `char` is of one.
            let name = if name == "bpchar" { "char" } else { name.strip_prefix("public.").unwrap_or(&name) };
            return Some(name.to_owned());
        }
        _ => return None,
    };
    Some(name.to_owned())
}

/// Returns the type of an expression in the one spelling; none where it does not follow, as of a text that takes its type from
/// what it is compared with.
pub(super) fn type_of(expr: &Expr, columns: Columns<'_>) -> Option<String> {
    let known = |name: &str| Some(name.to_owned());
    match expr {
        Expr::Identifier(name) => columns(&name.value).as_deref().map(without_size),
        Expr::CompoundIdentifier(names) => columns(&names.last()?.value).as_deref().map(without_size),
        Expr::Value(ValueWithSpan { value, .. }) => match value {
            Value::Number(digits, _) if digits.parse::<i32>().is_ok() => known("integer"),
            Value::Number(digits, _) if digits.parse::<i64>().is_ok() => known("bigint"),
            Value::Number(..) => known("numeric"),
            Value::Boolean(_) => known("boolean"),
            _ => None,
        },
        Expr::Cast { data_type, .. } => name_of(data_type),
        Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => type_of(expr, columns),
        Expr::UnaryOp { op: UnaryOperator::Not, .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsTrue(_)
        | Expr::IsFalse(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::AnyOp { .. }
        | Expr::AllOp { .. } => known("boolean"),
        // Of the servers before version 14 it is `double precision`; they print the cast of what it is compared with as that.
        Expr::Extract { .. } => known("numeric"),
        Expr::Trim { .. } | Expr::Substring { .. } => known("text"),
        Expr::Position { .. } => known("integer"),
        Expr::AtTimeZone { timestamp, .. } => match type_of(timestamp, columns)?.as_str() {
            "timestamptz" => known("timestamp"),
            "timestamp" => known("timestamptz"),
            _ => None,
        },
        Expr::BinaryOp { left, op, right } => {
            operation(op, type_of(left, columns).as_deref(), type_of(right, columns).as_deref())
        }
        // PostgreSQL looks at what stands behind `ELSE` first.
        Expr::Case { conditions, else_result, .. } => {
            let results =
                else_result.as_deref().into_iter().chain(conditions.iter().map(|when| &when.result));
            common_type(results.filter_map(|result| type_of(result, columns)))
        }
        Expr::Function(call) => {
            let name = call.name.0.last().and_then(ObjectNamePart::as_ident)?.value.clone();
            result(&name, &call.args, columns)
        }
        _ => None,
    }
}

fn operation(op: &Op, left: Option<&str>, right: Option<&str>) -> Option<String> {
    let known = |name: &str| Some(name.to_owned());
    match op {
        Op::And | Op::Or | Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => known("boolean"),
        Op::LongArrow | Op::HashLongArrow => known("text"),
        Op::Arrow | Op::HashArrow => left.map(str::to_owned),
        Op::StringConcat if [left, right].iter().any(|it| matches!(it, Some("text" | "varchar"))) => {
            known("text")
        }
        Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => match (left?, right?) {
            (left, right) if is_number(left) && is_number(right) => {
                Some(if gives_way(left, right) { right } else { left }.to_owned())
            }
            (time @ ("timestamp" | "timestamptz"), "interval") => known(time),
            ("interval", time @ ("timestamp" | "timestamptz")) if *op == Op::Plus => known(time),
            ("date", "interval") => known("timestamp"),
            ("date", "integer") => known("date"),
            ("date", "date") => known("integer"),
            ("timestamp", "timestamp") | ("timestamptz", "timestamptz") => known("interval"),
            _ => None,
        },
        _ => None,
    }
}

fn result(function: &str, args: &FunctionArguments, columns: Columns<'_>) -> Option<String> {
    let mut args = arguments(args).filter_map(|arg| type_of(arg, columns));
    let name = match function {
        "now" | "current_timestamp" | "transaction_timestamp" | "statement_timestamp" | "clock_timestamp" => {
            "timestamptz"
        }
        "localtimestamp" => "timestamp",
        "current_date" => "date",
        "gen_random_uuid" | "uuid_generate_v4" => "uuid",
        "length" | "char_length" | "character_length" | "octet_length" | "bit_length" | "strpos"
        | "ascii" | "array_length" | "cardinality" | "jsonb_array_length" | "json_array_length" => "integer",
        "date_part" | "pi" | "random" => "double precision",
        "btrim" | "concat" | "initcap" | "left" | "lower" | "lpad" | "ltrim" | "md5" | "regexp_replace"
        | "repeat" | "replace" | "reverse" | "right" | "rpad" | "rtrim" | "split_part" | "substr"
        | "substring" | "translate" | "upper" | "jsonb_typeof" | "json_typeof" => "text",
        "coalesce" | "greatest" | "least" => return common_type(args),
        "nullif" | "date_trunc" => return args.next(),
        _ => return None,
    };
    Some(name.to_owned())
}

/// Returns the expressions that a function is given.
fn arguments(args: &FunctionArguments) -> impl Iterator<Item = &Expr> {
    let list = match args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    })
}
