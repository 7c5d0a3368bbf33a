//! PostgreSQL names, which quote themselves where they need it.

use std::fmt::{Display, Formatter, Result};
use std::sync::Arc;

/// A PostgreSQL identifier; its `Display` quotes it where PostgreSQL would otherwise read it differently.
///
/// Its text is shared: names are copied from what has them to everything that speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PgIdent(Arc<str>);

/// The longest identifier that PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENT_BYTES: usize = 63;

/// Returns the beginning of a text that has at most so many bytes, in whole characters.
pub(crate) fn clip(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

impl PgIdent {
    /// Makes an identifier of a text that is already folded or unquoted.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().into())
    }

    /// Returns the identifier without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tells whether a name may stand without quotes.
pub(crate) fn is_plain(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let rest = name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
    first && rest && RESERVED.binary_search(&name).is_err()
}

impl Display for PgIdent {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if is_plain(&self.0) {
            return f.write_str(&self.0);
        }
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// A name with its schema; none means `public`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QualifiedName {
    /// The schema; `public` is never written.
    pub schema: Option<PgIdent>,
    /// The name.
    pub name: PgIdent,
}

impl QualifiedName {
    /// Makes a name; the schema `public` is the same as none.
    pub fn new(schema: Option<&str>, name: impl AsRef<str>) -> Self {
        let schema = schema.filter(|schema| *schema != "public").map(PgIdent::new);
        Self { schema, name: PgIdent::new(name) }
    }

    /// Returns the name as a person writes it: with its schema where that is not `public`, and without quotes.
    pub fn plain(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", schema.as_str(), self.name.as_str()),
            None => self.name.as_str().to_owned(),
        }
    }
}

/// A [`QualifiedName`] by which one is looked up without being made.
#[derive(Hash)]
pub(crate) struct NameRef<'a> {
    schema: Option<&'a str>,
    name: &'a str,
}

impl<'a> NameRef<'a> {
    /// Names something; the schema `public` is the same as none.
    pub(crate) fn new(schema: Option<&'a str>, name: &'a str) -> Self {
        Self { schema: schema.filter(|schema| *schema != "public"), name }
    }
}

impl indexmap::Equivalent<QualifiedName> for NameRef<'_> {
    fn equivalent(&self, known: &QualifiedName) -> bool {
        self.name == known.name.as_str() && self.schema == known.schema.as_ref().map(PgIdent::as_str)
    }
}

impl Display for QualifiedName {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => self.name.fmt(f),
        }
    }
}

/// Quotes a text as an SQL string literal.
pub fn literal(text: &str) -> String {
    if text.contains('\\') {
        // A plain literal means the same only while standard_conforming_strings is on; this form always does.
        return format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Keywords that cannot name a table or column unquoted: those PostgreSQL 13 to 18 reserve, wholly or except as a
/// function or type name, and those that cannot stand as a column's name in every place. Sorted.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyword_list_is_sorted() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn names_quote_themselves_where_they_must() {
        let check = |name: &str, expected: &str| assert_eq!(PgIdent::new(name).to_string(), expected);
        check("users", "users");
        check("Users", "\"Users\"");
        check("order", "\"order\"");
        check("2fa", "\"2fa\"");
        check("a\"b", "\"a\"\"b\"");
        check("користувачі", "\"користувачі\"");
        check("", "\"\"");
        assert_eq!(QualifiedName::new(Some("auth"), "user").to_string(), "auth.\"user\"");
        assert_eq!(QualifiedName::new(Some("public"), "users").to_string(), "users");
    }

    #[test]
    fn literals_survive_quotes_and_backslashes() {
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\b'c"), "E'a\\\\b''c'");
    }
}
