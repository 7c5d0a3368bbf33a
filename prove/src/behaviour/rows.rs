//! Rows that a table takes, made of nothing but its columns.

use std::collections::BTreeMap;

use postgres::Client;

use super::literal;
use crate::server::Error;

/// The columns of a table, with what a value of each may be.
const COLUMNS: &str = "
    SELECT quote_ident(a.attname), a.attname::text, format_type(a.atttypid, a.atttypmod),
        a.attnotnull OR t.typnotnull, a.atthasdef, a.attidentity <> '' OR a.attgenerated <> '',
        coalesce(b.typcategory, t.typcategory)::text, coalesce(b.typname, t.typname)::text,
        (SELECT enumlabel::text FROM pg_enum WHERE enumtypid = coalesce(b.oid, t.oid) ORDER BY enumsortorder LIMIT 1),
        a.atttypmod
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

/// A column and the value that it gets where nothing else is said.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    quoted: String,
    name: String,
    ty: String,
    /// It has to be given a value.
    needed: bool,
    /// PostgreSQL makes its value.
    made: bool,
    /// A value as text; none where no value of the type is known.
    sample: Option<String>,
}

/// Reads the columns of a table, given as SQL.
pub(crate) fn columns(client: &mut Client, table: &str) -> Result<Vec<Column>, Error> {
    let rows = client
        .query(COLUMNS, &[&table])
        .map_err(|error| Error::of(&format!("the columns of {table} cannot be read"), &error))?;
    let column = |row: &postgres::Row| {
        let (not_null, has_default): (bool, bool) = (row.get(3), row.get(4));
        let label: Option<String> = row.get(8);
        Column {
            quoted: row.get(0),
            name: row.get(1),
            ty: row.get(2),
            needed: not_null && !has_default,
            made: row.get(5),
            sample: sample(row.get(6), row.get(7), row.get(9), label),
        }
    };
    Ok(rows.iter().map(column).collect())
}

impl Column {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value that belongs to one of several users: a UUID is the user's, and what has to be given differs from row to row.
    pub(crate) fn of_user(&self, user: &str, at: usize) -> Option<String> {
        match self.sample.as_deref() {
            _ if self.made => None,
            _ if self.ty == "uuid" => Some(user.to_owned()),
            Some("x") if self.needed => Some(format!("x{at}")),
            Some("1") if self.needed => Some((at + 1).to_string()),
            _ => None,
        }
    }
}

/// Returns a statement that inserts a row: given values first, then what the columns need; the reason where one needs a value that
/// is not known.
pub(crate) fn insert(
    table: &str,
    columns: &[Column],
    given: &BTreeMap<String, String>,
) -> Result<String, String> {
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for column in columns.iter().filter(|column| !column.made) {
        let value = match given.get(&column.name) {
            Some(value) => value,
            None if column.needed => {
                let unknown = || format!("no value of the type {} is known for {}", column.ty, column.quoted);
                column.sample.as_ref().ok_or_else(unknown)?
            }
            None => continue,
        };
        names.push(column.quoted.as_str());
        values.push(format!("{}::{}", literal(value), column.ty));
    }
    Ok(match names.is_empty() {
        true => format!("INSERT INTO {table} DEFAULT VALUES"),
        false => format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", ")),
    })
}

/// Returns a value of a type by its category and name; `docs: catalog-pg-type.html`, "typcategory Codes".
fn sample(category: &str, name: &str, modifier: i32, label: Option<String>) -> Option<String> {
    let text = match (category, name) {
        ("E", _) => return label,
        ("A", _) => "{}",
        ("B", _) => "true",
        ("D", "time" | "timetz") => "12:00",
        ("D", _) => "2020-01-01",
        ("G", "point") => "(0,0)",
        ("G", "box" | "lseg") => "((0,0),(1,1))",
        ("G", "circle") => "<(0,0),1>",
        ("G", _) => return None,
        ("I", _) => "127.0.0.1",
        ("N", "oid" | "regclass" | "money") => "0",
        ("N", _) => "1",
        ("R", _) => "empty",
        ("S", _) => "x",
        ("T", _) => "1 day",
        ("V", _) => {
            return Some("0".repeat(usize::try_from(modifier).ok().filter(|width| *width > 0).unwrap_or(1)));
        }
        ("U", "uuid") => "00000000-0000-4000-8000-000000000001",
        ("U", "json" | "jsonb") => "{}",
        ("U", "bytea") => "\\x00",
        ("U", "macaddr") => "00:00:00:00:00:00",
        ("U", "tsvector" | "tsquery") => "a",
        ("U", "vector") => {
            let width = usize::try_from(modifier).ok().filter(|width| *width > 0).unwrap_or(1);
            return Some(format!("[{}]", vec!["0"; width].join(",")));
        }
        _ => return None,
    };
    Some(text.to_owned())
}
