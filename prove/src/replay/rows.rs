//! The rows that migrations leave, as far as two runs leave the same.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Facts, Kind, Object};
use crate::server::{Database, Error};

/// The rows of a table, in the order in which they lie there.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    table: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Option<String>>>,
}

#[derive(Debug, Clone)]
struct Column {
    name: String,
    ty: String,
    /// Whether a row may be written without it.
    may_miss: bool,
    has_default: bool,
    /// Whether the identity counts for every row that does not say otherwise.
    is_always: bool,
}

/// Reads the rows of those of the tables that have any.
pub(super) fn read(
    database: &mut Database,
    tables: &[&Object],
    catalog: &Catalog,
) -> Result<Vec<Rows>, Error> {
    let mut found = Vec::new();
    for table in tables {
        let facts = catalog.objects.get(*table);
        // Rows of a partition are its table's.
        let is_read = facts.is_some_and(|facts| {
            facts.get("form").is_some_and(|form| form != "foreign") && !facts.contains_key("partition bound")
        });
        let is_whole = facts.and_then(|facts| facts.get("form")).is_some_and(|form| form == "partitioned");
        let columns = columns(catalog, &table.name);
        if !is_read || columns.is_empty() {
            continue;
        }
        let texts: Vec<String> = columns.iter().map(|column| format!("{}::text", column.name)).collect();
        let only = if is_whole { "" } else { "ONLY " };
        let query = format!("SELECT {} FROM {only}{} ORDER BY tableoid, ctid", texts.join(", "), table.name);
        let failed = |error| Error::of(&format!("the rows of {} cannot be read", table.name), &error);
        let rows = database.client.query(&query, &[]).map_err(failed)?;
        let values = |row: &postgres::Row| (0..columns.len()).map(|at| row.try_get(at)).collect();
        let rows: Vec<Vec<Option<String>>> =
            rows.iter().map(values).collect::<Result<_, _>>().map_err(failed)?;
        if !rows.is_empty() {
            found.push(Rows { table: table.name.clone(), columns, rows });
        }
    }
    Ok(found)
}

/// Returns the columns of a table that a row may say, in order.
fn columns(catalog: &Catalog, table: &str) -> Vec<Column> {
    let own = |(object, facts): (&Object, &Facts)| {
        let is_said = object.kind == Kind::Column
            && object.parent.as_deref() == Some(table)
            && !facts.contains_key("generated");
        let position = facts.get("position").and_then(|text| text.parse::<usize>().ok());
        let has_default = facts.contains_key("default") || facts.contains_key("identity");
        let column = Column {
            name: object.name.clone(),
            ty: facts.get("type").cloned().unwrap_or_default(),
            may_miss: has_default || !facts.contains_key("not null"),
            has_default,
            is_always: facts.get("identity").is_some_and(|identity| identity == "always"),
        };
        is_said.then_some((position, column))
    };
    let mut columns: Vec<(Option<usize>, Column)> = catalog.objects.iter().filter_map(own).collect();
    columns.sort_by_key(|(position, _)| *position);
    columns.into_iter().map(|(_, column)| column).collect()
}

/// Takes out what another run left differently, and returns what is lost by it.
pub(super) fn settle(found: &mut Vec<Rows>, others: &[Rows]) -> Vec<String> {
    let mut lost = Vec::new();
    found.retain_mut(|rows| {
        let other = others.iter().find(|other| other.table == rows.table);
        let Some(other) = other.filter(|other| other.rows.len() == rows.rows.len()) else {
            lost.push(format!("rows of {}: every run of the migrations leaves another number", rows.table));
            return false;
        };
        let differs = |at: &usize| {
            let pairs = rows.rows.iter().zip(&other.rows);
            pairs.into_iter().any(|(one, other)| one.get(*at) != other.get(*at))
        };
        let is_empty = |at: &usize| {
            rows.columns.get(*at).is_some_and(|column| !column.has_default)
                && rows.rows.iter().all(|row| row.get(*at).is_some_and(Option::is_none))
        };
        let empty: BTreeSet<usize> = (0..rows.columns.len()).filter(is_empty).collect();
        let volatile: BTreeSet<usize> = (0..rows.columns.len()).filter(differs).collect();
        for column in volatile.iter().filter_map(|at| rows.columns.get(*at)) {
            if !column.may_miss {
                let Rows { table, .. } = rows;
                let name = &column.name;
                lost.push(format!(
                    "rows of {table}: `{name}` has another value at every run of the migrations, and no default"
                ));
                return false;
            }
            if !column.has_default {
                lost.push(format!(
                    "`{}` of the rows of {}: it has another value at every run of the migrations",
                    column.name, rows.table
                ));
            }
        }
        if volatile.len() + empty.len() == rows.columns.len() {
            lost.push(format!("rows of {}: nothing of them is the same at every run", rows.table));
            return false;
        }
        let kept = |at: &usize| !volatile.contains(at) && !empty.contains(at);
        let of = |row: &mut Vec<Option<String>>| {
            *row = (0..row.len()).filter(kept).filter_map(|at| row.get(at).cloned()).collect();
        };
        rows.rows.iter_mut().for_each(of);
        let columns = std::mem::take(&mut rows.columns).into_iter().enumerate();
        rows.columns = columns.filter(|(at, _)| kept(at)).map(|(_, column)| column).collect();
        true
    });
    lost
}

impl Rows {
    /// Returns the statement that makes the rows.
    pub(super) fn sql(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let overriding = self.columns.iter().any(|column| column.is_always);
        let overriding = if overriding { " OVERRIDING SYSTEM VALUE" } else { "" };
        let row = |values: &Vec<Option<String>>| {
            let values =
                values.iter().zip(&self.columns).map(|(value, column)| literal(value.as_deref(), &column.ty));
            format!("    ({})", values.collect::<Vec<_>>().join(", "))
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        format!(
            "INSERT INTO {} ({}){overriding} VALUES\n{};\n",
            self.table,
            names.join(", "),
            rows.join(",\n")
        )
    }
}

/// Returns a value as SQL has it for a column of a type.
fn literal(value: Option<&str>, ty: &str) -> String {
    let Some(value) = value else { return "NULL".to_owned() };
    let is_number = ["smallint", "integer", "bigint", "real", "double precision"].contains(&ty)
        || ty.starts_with("numeric");
    match value {
        "true" | "false" if ty == "boolean" => value.to_owned(),
        number
            if is_number
                && number.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                && number != "-Infinity" =>
        {
            number.to_owned()
        }
        text if text.contains('\\') => format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
        text => format!("'{}'", text.replace('\'', "''")),
    }
}
