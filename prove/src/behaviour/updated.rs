//! Triggers that note when a row was changed.

use super::rows::Tables;
use super::{Known, Session, Tried, attempts, first_values, tried};
use crate::migrations::Place;
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
pub(crate) fn tried_triggers(
    session: &mut Session<'_>,
    tables: &Tables,
    known: &Known,
    said: &dyn Fn(&str) -> Option<Place>,
) -> Result<Tried, Error> {
    let found = session
        .client()
        .query(TRIGGERS, &[])
        .map_err(|error| Error::of("the triggers cannot be read", &error))?;
    let mut outcome = Tried { count: found.len(), ..Tried::default() };
    let (mut told, mut scripts) = (Vec::new(), Vec::new());
    for row in &found {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let (quoted, trigger, changed): (String, String, String) = (row.get(2), row.get(3), row.get(4));
        let place = tables.find(&table).and_then(|table| said(&table.qualified));
        let name = format!("{table}.{quoted}, trigger {trigger}");
        let wrong =
            move |why: &str| Problem { said: place.clone(), ..Problem::new(format!("{name}: {why}")) };
        let mut given = first_values(known, &table);
        given.insert(column, "2000-01-01".to_owned());
        let unread = || format!("the columns of {table} were not read");
        match tables.find(&table).ok_or_else(unread).and_then(|of| of.insert(&given)) {
            Ok(insert) => {
                // The row is put in without its parents, for which foreign keys are off; this one trigger stays on.
                scripts.push(format!(
                    "SAVEPOINT of_trigger; SET LOCAL session_replication_role = replica; {insert}; \
                     ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}; UPDATE {table} SET {changed} = {changed}; \
                     SELECT coalesce(bool_and({quoted} > '2000-01-02'), false) FROM {table}; \
                     ROLLBACK TO of_trigger; RELEASE of_trigger"
                ));
                told.push(wrong);
            }
            Err(why) => outcome.left.push(wrong(&why)),
        }
    }
    let answers = tried(session, |session| attempts(session, &scripts))?;
    for (wrong, answer) in told.into_iter().zip(answers) {
        match answer {
            Ok(said)
                if said.iter().flat_map(|one| &one.rows).flatten().flatten().any(|moved| moved == "t") => {}
            Ok(_) => {
                outcome.problems.push(wrong("the column stays as it is when a row is changed"));
            }
            Err(error) => outcome.left.push(wrong(&error.message)),
        }
    }
    Ok(outcome)
}
