//! Rows that tables take, made of nothing but their columns.

use std::collections::BTreeMap;

use postgres::Client;

use super::literal;
use crate::server::Error;

/// The columns of every table, with what a value of each may be: table by table, in order.
const COLUMNS: &str = "
    SELECT c.oid::regclass::text, format('%I.%I', n.nspname, c.relname), c.relname::text, c.relkind::text,
        quote_ident(a.attname), a.attname::text, format_type(a.atttypid, a.atttypmod),
        a.attnotnull OR t.typnotnull, a.atthasdef, a.attidentity::text, a.attgenerated <> '',
        coalesce(b.typcategory, t.typcategory)::text, coalesce(b.typname, t.typname)::text,
        (SELECT array_agg(enumlabel::text ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = coalesce(b.oid, t.oid)),
        CASE WHEN t.typbasetype = 0 THEN a.atttypmod ELSE t.typtypmod END,
        a.attnum = ANY (k.numbers),
        r.table_name, r.column_name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type b ON b.oid = nullif(t.typbasetype, 0)
        LEFT JOIN (SELECT relation, array_agg(number) FROM (
                SELECT conrelid, conkey FROM pg_constraint WHERE contype = 'p'
                UNION ALL SELECT confrelid, confkey FROM pg_constraint WHERE contype = 'f'
            ) one(relation, numbers), unnest(numbers) number GROUP BY 1) k(oid, numbers) ON k.oid = c.oid
        LEFT JOIN (SELECT DISTINCT ON (f.conrelid, u.own) f.conrelid, u.own, f.confrelid::regclass::text, p.attname::text
            FROM pg_constraint f, unnest(f.conkey, f.confkey) u(own, referenced), pg_attribute p
            WHERE f.contype = 'f' AND p.attrelid = f.confrelid AND p.attnum = u.referenced
            ORDER BY f.conrelid, u.own, cardinality(f.conkey), f.conname) r(oid, own, table_name, column_name)
            ON r.oid = c.oid AND r.own = a.attnum
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 2, a.attnum";

/// Every table of a database.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// By what a statement calls them.
    tables: BTreeMap<String, Table>,
    /// What a statement calls them, by the name with its schema.
    qualified: BTreeMap<String, String>,
}

/// A table and its columns.
#[derive(Debug)]
pub(crate) struct Table {
    /// What a statement calls it.
    pub(crate) sql: String,
    /// Its name with its schema.
    pub(crate) qualified: String,
    /// Its name within its schema, unquoted.
    pub(crate) name: String,
    /// Whether its rows are in partitions.
    pub(crate) is_partitioned: bool,
    /// Its columns, in order.
    pub(crate) columns: Vec<Column>,
}

/// A column and the value that it gets where nothing else is said.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    quoted: String,
    /// Its name, unquoted.
    pub(crate) name: String,
    /// Its type as SQL.
    pub(crate) ty: String,
    /// The category of its type, of what a domain is over, and that type's name.
    pub(crate) category: (String, String),
    /// The labels of its enumeration.
    pub(crate) labels: Vec<String>,
    /// It has to be given a value.
    pub(crate) needed: bool,
    /// It is part of the table's key, or of what others refer to.
    pub(crate) is_key: bool,
    /// The table and column to which it leads.
    pub(crate) references: Option<(String, String)>,
    /// The most characters that it takes.
    pub(crate) width: Option<usize>,
    /// PostgreSQL computes its value.
    computed: bool,
    /// PostgreSQL numbers its rows, `a` for always or `d` where nothing is given.
    identity: String,
    /// A value as text; none where no value of the type is known.
    pub(crate) sample: Option<String>,
}

impl Tables {
    /// Reads all of them.
    pub(crate) fn read(client: &mut Client) -> Result<Self, Error> {
        let failed = |error| Error::of("the columns of the tables cannot be read", &error);
        let mut found = Self::default();
        for row in client.query(COLUMNS, &[]).map_err(failed)? {
            let (sql, qualified, name, kind): (String, String, String, String) =
                (row.get(0), row.get(1), row.get(2), row.get(3));
            let table = found.tables.entry(sql.clone()).or_insert_with(|| Table {
                sql: sql.clone(),
                qualified: qualified.clone(),
                name,
                is_partitioned: kind == "p",
                columns: Vec::new(),
            });
            table.columns.push(column(&row));
            found.qualified.insert(qualified, sql);
        }
        Ok(found)
    }

    /// Finds a table by what a statement calls it, or by its name with its schema.
    pub(crate) fn find(&self, name: &str) -> Option<&Table> {
        self.tables.get(name).or_else(|| self.tables.get(self.qualified.get(name)?))
    }

    /// Returns all of them, by what a statement calls them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }
}

fn column(row: &postgres::Row) -> Column {
    let (not_null, has_default): (bool, bool) = (row.get(7), row.get(8));
    let (identity, computed): (String, bool) = (row.get(9), row.get(10));
    let category: (String, String) = (row.get(11), row.get(12));
    let labels: Vec<String> = row.get::<_, Option<_>>(13).unwrap_or_default();
    let modifier: i32 = row.get(14);
    let referenced: (Option<String>, Option<String>) = (row.get(16), row.get(17));
    // What text is followed by has four bytes of its own; `docs: catalog-pg-attribute.html` leaves that to each type.
    let width = usize::try_from(modifier.saturating_sub(4)).ok().filter(|_| category.0 == "S");
    Column {
        quoted: row.get(4),
        name: row.get(5),
        ty: row.get(6),
        needed: not_null && !has_default && identity.is_empty() && !computed,
        is_key: row.get::<_, Option<bool>>(15).unwrap_or_default(),
        references: referenced.0.zip(referenced.1),
        width,
        sample: match category.0.as_str() {
            "S" => Some(text(row.get(5), width, 0)),
            _ => sample(&category.0, &category.1, modifier, labels.first().cloned()),
        },
        computed,
        identity,
        category,
        labels,
    }
}

/// Returns a text for a column of a name: one that mostly passes what is asked of such texts, another for each number.
pub(crate) fn text(name: &str, width: Option<usize>, number: usize) -> String {
    let fits = |text: &String| width.is_none_or(|width| text.chars().count() <= width);
    let likely = if name.contains("email") {
        format!("x{number}@example.com")
    } else if ["url", "link", "website"].iter().any(|word| name.contains(word)) {
        format!("https://example.com/{number}")
    } else {
        format!("example{number}")
    };
    let all = [likely, format!("x{number}"), number.to_string()];
    all.into_iter().find(fits).unwrap_or_default()
}

impl Table {
    /// Returns the name under which its own rows alone are read and changed.
    pub(crate) fn only(&self) -> String {
        if self.is_partitioned { self.sql.clone() } else { format!("ONLY {}", self.sql) }
    }

    /// Finds a column by its name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Returns a column that an update can set, quoted.
    pub(crate) fn settable(&self) -> Option<&str> {
        let settable = |column: &&Column| !column.computed && column.identity != "a";
        self.columns.iter().rev().find(settable).map(|column| column.quoted.as_str())
    }

    /// Returns a statement that inserts a row: given values first, then what the columns need; the reason where one needs a value
    /// that is not known.
    pub(crate) fn insert(&self, given: &BTreeMap<String, String>) -> Result<String, String> {
        let (mut names, mut values, mut overriding) = (Vec::new(), Vec::new(), "");
        for column in self.columns.iter().filter(|column| !column.computed) {
            let value = match given.get(&column.name) {
                Some(value) => value,
                None if column.needed => {
                    let unknown =
                        || format!("no value of the type {} is known for {}", column.ty, column.quoted);
                    column.sample.as_ref().ok_or_else(unknown)?
                }
                None => continue,
            };
            if column.identity == "a" {
                overriding = " OVERRIDING SYSTEM VALUE";
            }
            names.push(column.quoted.as_str());
            values.push(format!("{}::{}", literal(value), column.ty));
        }
        let table = &self.sql;
        Ok(match names.is_empty() {
            true => format!("INSERT INTO {table} DEFAULT VALUES"),
            false => {
                format!(
                    "INSERT INTO {table} ({}){overriding} VALUES ({})",
                    names.join(", "),
                    values.join(", ")
                )
            }
        })
    }
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
