//! The rows of every table, and what a second application of the seeds changed in them.

use std::collections::BTreeMap;

use postgres::Client;

use crate::report::Problem;

/// The rows of each table, as JSON text in a fixed order, by the table's qualified name.
pub(crate) type Contents = BTreeMap<String, Vec<String>>;

/// The tables that hold rows of their own and belong to no extension.
const TABLES: &str = "
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1";

/// Reads the rows of every table.
pub(crate) fn read(client: &mut Client) -> Result<Contents, postgres::Error> {
    let mut contents = Contents::new();
    for table in client.query(TABLES, &[])? {
        let table: String = table.try_get(0)?;
        let rows = client.query(&format!("SELECT to_jsonb(t)::text FROM ONLY {table} t"), &[])?;
        let mut rows = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        rows.sort();
        contents.insert(table, rows);
    }
    Ok(contents)
}

/// Tells in which tables two contents differ: a problem a table.
pub(crate) fn differences(first: &Contents, second: &Contents) -> Vec<Problem> {
    let differing = second.iter().filter_map(|(table, after)| {
        let before = first.get(table)?;
        (before != after).then(|| difference(table, before, after))
    });
    differing.collect()
}

fn difference(table: &str, before: &[String], after: &[String]) -> Problem {
    let counts = (before.len(), after.len());
    let mut problem = Problem::new(if counts.0 == counts.1 {
        format!("{table} has other rows after the second time than after the first")
    } else {
        format!("{table} has {} rows after the first time, and {} after the second", counts.0, counts.1)
    });
    let lost =
        before.iter().find(|row| !after.contains(row)).map(|row| format!("only after the first: {row}"));
    let made =
        after.iter().find(|row| !before.contains(row)).map(|row| format!("only after the second: {row}"));
    let rows: Vec<String> = lost.into_iter().chain(made).collect();
    problem.detail = (!rows.is_empty()).then(|| rows.join("\n"));
    problem
        .hint("give the rows keys of their own and end the INSERT in ON CONFLICT … DO UPDATE or DO NOTHING")
}
