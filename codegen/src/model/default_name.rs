//! The names that PostgreSQL gives to what nobody named.
//!
//! It joins table, columns and a label by `_`, and shortens the longer of the first two until the whole fits into 63 bytes
//! (`makeObjectName` in `src/backend/commands/indexcmds.c`). A taken name is counted up by who asks for it.

use crate::model::PgType;
use crate::model::ident::{MAX_IDENT_BYTES, PgIdent, QualifiedName, clip};
use crate::model::token::{Cursor, Role, Token, mentions, tokens};

/// Returns the names that PostgreSQL gives the elements of an exclusion constraint and what is stored beside them, from its text
/// behind `EXCLUDE`.
pub(crate) fn elements(definition: &str) -> Vec<String> {
    let tokens = tokens(definition);
    let mut cursor = Cursor::new(definition, &tokens);
    _ = cursor.until(|token| token.is("("));
    let mut list = cursor.group().map(Cursor::split).unwrap_or_default();
    if cursor.eat("include") {
        list.extend(cursor.group().map(Cursor::split).unwrap_or_default());
    }
    distinct(list.into_iter().map(|mut part| element(part.until(|token| token.is("with")).rest())))
}

/// Returns the name that PostgreSQL gives an index that nobody named, from what stands behind its table: the method, the elements and
/// what is stored beside them.
pub(crate) fn index(table: &QualifiedName, mut behind: Cursor<'_, '_>) -> Option<PgIdent> {
    if behind.eat("using") {
        behind.ident();
    }
    let mut parts = behind.group()?.split();
    if behind.eat("include") {
        parts.extend(behind.group()?.split());
    }
    let columns = distinct(parts.iter().map(|part| element(part.rest())));
    Some(PgIdent::new(object_name(table.name.as_str(), &columns.join("_"), "idx")))
}

/// Returns the name that PostgreSQL gives an element of an index: the column's, the function's, else that of the type that it is
/// cast to, or `expr` (`FigureIndexColname` in `src/backend/parser/parse_target.c`).
pub(crate) fn element(sql: &str) -> String {
    figured(crate::expr::unwrap(sql)).unwrap_or_else(|| "expr".to_owned())
}

fn figured(sql: &str) -> Option<String> {
    let own = tokens(sql);
    let mut cursor = Cursor::new(sql, &own);
    let mut found = match cursor.name() {
        Some(name) => {
            if name.name.as_str() == "array" && cursor.eat("[") {
                _ = cursor.until(|token| token.is("]"));
                _ = cursor.next();
            }
            _ = cursor.group();
            Some(name.name.as_str().to_owned())
        }
        None => match cursor.group() {
            // `(home).street` is called after what it takes of the row.
            Some(inner) => {
                let mut field = None;
                while cursor.eat(".") {
                    field = cursor.ident().map(|field| field.as_str().to_owned());
                }
                field.or_else(|| figured(inner.rest()))
            }
            None => {
                _ = cursor.next();
                None
            }
        },
    };
    let mut cast = None;
    while cursor.eat(":") && cursor.eat(":") {
        cast = Some(internal(&cursor.name()?));
        _ = cursor.group();
        while cursor.eat("[") && cursor.eat("]") {}
    }
    found = found.or(cast);
    // A collation or operator class may follow; an operator makes it an expression.
    const OPERATORS: [&str; 13] = [
        "is", "isnull", "notnull", "in", "not", "between", "like", "ilike", "similar", "and", "or", "at",
        "overlaps",
    ];
    let goes_on = |token: &Token<'_>| token.is_name() && !OPERATORS.iter().any(|word| token.is(word));
    found.filter(|_| cursor.is_done() || cursor.peek().is_some_and(goes_on))
}

/// Returns the name that a type has in the catalogue.
fn internal(ty: &QualifiedName) -> String {
    let name = ty.name.as_str();
    let known = PgType::parse(name).builtin_name().and_then(|name| match name {
        "bigint" => Some("int8"),
        "boolean" => Some("bool"),
        "char" => Some("bpchar"),
        "double precision" => Some("float8"),
        "integer" => Some("int4"),
        "real" => Some("float4"),
        "smallint" => Some("int2"),
        _ => None,
    });
    known.unwrap_or(name).to_owned()
}

/// Returns the column that a check is named after: the only one that it names, wherever it was given; else nothing.
pub(crate) fn check_column(condition: &str) -> String {
    let columns = match crate::expr::parse(condition) {
        Some(parsed) => parsed.columns(),
        None => {
            let values = mentions(condition).into_iter().filter(|mention| mention.role == Role::Value);
            let mut columns: Vec<String> =
                values.filter_map(|mention| mention.path.last().cloned()).collect();
            columns.sort_unstable();
            columns.dedup();
            columns
        }
    };
    match columns.as_slice() {
        [column] => column.clone(),
        _ => String::new(),
    }
}

/// Counts up behind names that come again (`ChooseIndexColumnNames`).
pub(crate) fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let counted = (0_usize..).map(|count| match count {
            0 => name.clone(),
            count => {
                let count = count.to_string();
                format!("{}{count}", clip(&name, MAX_IDENT_BYTES - count.len()))
            }
        });
        found.extend(counted.into_iter().find(|name| !found.contains(name)));
    }
    found
}

/// Returns the name of the sequence that PostgreSQL makes for a serial or identity column.
pub(crate) fn sequence(table: &QualifiedName, column: &str) -> QualifiedName {
    let name = object_name(table.name.as_str(), column, "seq");
    QualifiedName { schema: table.schema.clone(), name: PgIdent::new(name) }
}

/// Returns the name that PostgreSQL gives the multirange of a range type, as `makeMultirangeTypeName` in
/// `src/backend/catalog/pg_type.c` does it.
pub(crate) fn multirange(range: &QualifiedName) -> QualifiedName {
    let own = range.name.as_str();
    let name = match own.split_once("range") {
        Some((before, behind)) => format!("{before}multirange{behind}"),
        None => format!("{own}_multirange"),
    };
    QualifiedName { schema: range.schema.clone(), name: PgIdent::new(name) }
}

/// Joins table, columns and label, shortening the longer of the first two until the whole fits.
pub(crate) fn object_name(table: &str, columns: &str, label: &str) -> String {
    let joints = if columns.is_empty() { 1 } else { 2 };
    if table.len() + columns.len() + label.len() + joints <= MAX_IDENT_BYTES {
        return if columns.is_empty() {
            [table, "_", label].concat()
        } else {
            [table, "_", columns, "_", label].concat()
        };
    }
    // Bytes are shared out first, and what they leave of a character is cut off then.
    let room = MAX_IDENT_BYTES.saturating_sub(label.len() + joints);
    let (mut kept, mut beside) = (table.len(), columns.len());
    while kept + beside > room {
        let longer = if kept > beside { &mut kept } else { &mut beside };
        *longer -= 1;
    }
    let (table, columns) = (clip(table, kept), clip(columns, beside));
    if columns.is_empty() { format!("{table}_{label}") } else { format!("{table}_{columns}_{label}") }
}

#[cfg(test)]
mod tests {
    use super::{check_column, element, object_name};

    #[test]
    fn elements_of_an_index_are_named_as_postgresql_does() {
        for (sql, name) in [
            ("a", "a"),
            ("(lower(a))", "lower"),
            ("lower(a::text) text_pattern_ops", "lower"),
            ("((a)::text)", "a"),
            ("((d ->> 'x')::int)", "int4"),
            ("(d ->> 'x')", "expr"),
            ("(a || b)", "expr"),
            ("(lower(a) || upper(b))", "expr"),
            ("coalesce(a, 0)", "coalesce"),
            ("a COLLATE \"C\" DESC", "a"),
            ("(a IS NULL)", "expr"),
            ("(a LIKE 'x%')", "expr"),
            ("(ARRAY[a, b])", "array"),
            ("((home).street)", "street"),
            ("((home).at).zone", "zone"),
        ] {
            assert_eq!(element(sql), name, "{sql}");
        }
    }

    #[test]
    fn a_check_is_named_after_its_only_column() {
        for (condition, column) in [
            ("a > 0", "a"),
            ("a > b", ""),
            ("true", ""),
            ("a > 0 and a < 9", "a"),
            ("(a).b IS NOT NULL", "a"),
        ] {
            assert_eq!(check_column(condition), column, "{condition}");
        }
    }

    #[test]
    fn names_are_those_of_postgresql() {
        assert_eq!(object_name("users", "", "pkey"), "users_pkey");
        assert_eq!(object_name("users", "email_kind", "key"), "users_email_kind_key");
        let long = object_name(&"t".repeat(50), &"c".repeat(40), "fkey");
        assert_eq!(long, format!("{}_{}_fkey", "t".repeat(29), "c".repeat(28)));
        // Of the bytes, not of the characters: here 28 and 29, each of which leaves half a character.
        let cut = object_name(&"ї".repeat(20), &"ї".repeat(20), "fkey");
        assert_eq!(cut, format!("{}_{}_fkey", "ї".repeat(14), "ї".repeat(14)));
        let cut = object_name(&format!("t{}", "ї".repeat(20)), &"ї".repeat(20), "key");
        assert_eq!(cut, format!("t{}_{}_key", "ї".repeat(14), "ї".repeat(14)));
        assert_eq!(object_name(&"ї".repeat(40), "", "pkey").len(), 63);
    }
}
