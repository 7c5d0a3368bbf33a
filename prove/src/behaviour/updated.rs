//! Triggers that note when a row was changed.

use postgres::Client;

use super::{Known, Tried, attempt, first_values, message, rows, tried};
use crate::report::Problem;
use crate::server::Error;

/// Triggers before an update whose function sets a column of a point in time.
const TRIGGERS: &str = r#"
    SELECT DISTINCT c.oid::regclass::text, a.attname::text, quote_ident(a.attname), quote_ident(g.tgname),
        coalesce((SELECT quote_ident(o.attname) FROM pg_attribute o
            WHERE o.attrelid = c.oid AND o.attnum = (string_to_array(g.tgattr::text, ' ')::int2[])[1]), quote_ident(a.attname))
    FROM pg_trigger g
        JOIN pg_class c ON c.oid = g.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_proc p ON p.oid = g.tgfoid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 19 = 19 AND t.typcategory = 'D'
        AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'
        AND p.prosrc ~* ('new\."?' || a.attname || '"?\s*:?=')
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2"#;

/// Changes a row of every table with such a trigger, and looks whether the column has moved.
pub(crate) fn tried_triggers(client: &mut Client, known: &Known) -> Result<Tried, Error> {
    let found =
        client.query(TRIGGERS, &[]).map_err(|error| Error::of("the triggers cannot be read", &error))?;
    let mut outcome = Tried::default();
    for row in &found {
        outcome.count += 1;
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let (quoted, trigger, changed): (String, String, String) = (row.get(2), row.get(3), row.get(4));
        let told = |why: &str| Problem::new(format!("{table}.{quoted}, trigger {trigger}: {why}"));
        let result = tried(client, |client| {
            let columns = rows::columns(client, &table)?;
            let mut given = first_values(known, &table);
            given.insert(column.clone(), "2000-01-01".to_owned());
            let insert = match rows::insert(&table, &columns, &given) {
                Ok(insert) => insert,
                Err(why) => return Ok(Err(why)),
            };
            // The row is put in without its parents, for which foreign keys are off; this one trigger stays on.
            let script = format!(
                "SET LOCAL session_replication_role = replica; {insert}; \
                 ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}; UPDATE {table} SET {changed} = {changed}"
            );
            if let Err(error) = attempt(client, &script)? {
                return Ok(Err(message(&error)));
            }
            let moved = format!("SELECT coalesce(bool_and({quoted} > '2000-01-02'), false) FROM {table}");
            let row = client
                .query_one(moved.as_str(), &[])
                .map_err(|error| Error::of("a row cannot be read", &error))?;
            Ok(Ok(row.get::<_, bool>(0)))
        })?;
        match result {
            Ok(true) => {}
            Ok(false) => outcome.problems.push(told("the column stays as it is when a row is changed")),
            Err(why) => outcome.left.push(told(&why)),
        }
    }
    Ok(outcome)
}
