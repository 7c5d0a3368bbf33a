//! Operators that say where they are, as a dump writes those of extensions: `OPERATOR(public.=)`.

use sqlparser::ast::{BinaryOperator as Op, Expr};

use super::read;
use super::types::{Columns, type_of};

/// Types that PostgreSQL comes with, under the names that expressions have for them, sorted; `docs: datatype.html, table 8.1`.
const OWN: [&str; 38] = [
    "bigint",
    "bit",
    "boolean",
    "box",
    "bytea",
    "char",
    "cidr",
    "circle",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "json",
    "jsonb",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "numeric",
    "path",
    "pg_lsn",
    "point",
    "polygon",
    "real",
    "regclass",
    "smallint",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "tsquery",
    "tsvector",
    "uuid",
    "varchar",
    "xml",
];

/// Returns an operator without its schema, where PostgreSQL finds the same one without it: it looks into `pg_catalog`, then into
/// `public`. Of two of PostgreSQL's own types the first has one already, and what is in `public` is another.
pub(super) fn bare(op: &Op, operands: [&Expr; 2], columns: Columns<'_>) -> Option<Op> {
    let Op::PGCustomBinaryOperator(parts) = op else { return None };
    let is_own = |expr: &Expr| {
        type_of(expr, columns).is_some_and(|ty| OWN.binary_search(&ty.trim_end_matches("[]")).is_ok())
    };
    let sign = match parts.as_slice() {
        [sign] => sign,
        [schema, sign] if schema == "pg_catalog" => sign,
        [schema, sign] if schema == "public" && !operands.into_iter().all(is_own) => sign,
        _ => return None,
    };
    match read::parser(&format!("a {sign} b"))?.parse_expr().ok()? {
        Expr::BinaryOp { op, .. } => Some(op),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_operator_is_found_without_its_schema_where_no_other_comes_first() {
        let columns = |name: &str| match name {
            "c" => Some("citext".to_owned()),
            "h" => Some("hstore".to_owned()),
            "n" | "m" => Some("integer".to_owned()),
            _ => None,
        };
        let spelt = |text: &str| super::super::parse(text).unwrap().spelt(&columns, None);
        let is_same = |a: &str, b: &str| spelt(a).is_as_spelt(&spelt(b));
        assert!(is_same("c <> ''", "(c OPERATOR(public.<>) ''::public.citext)"));
        assert!(is_same("h -> 'k'", "(h OPERATOR(public.->) 'k'::text)"));
        assert!(is_same("n + m", "(n OPERATOR(pg_catalog.+) m)"));
        assert!(!is_same("n + m", "(n OPERATOR(public.+) m)"));
        assert!(super::OWN.is_sorted());
        assert!(!is_same("c <> ''", "(c OPERATOR(app.<>) ''::public.citext)"));
        assert!(!is_same("c <> ''", "(c OPERATOR(public.=) ''::public.citext)"));
    }
}
