//! Whether a delete of a referenced row finds the referencing rows through an index.

use postgres::Client;

use crate::apply::RESET;
use crate::migrations::Place;
use crate::report::Problem;
use crate::server::Error;

/// The foreign keys of tables that belong to no extension. A partition's are its parent's.
const FOREIGN_KEYS: &str = "
    SELECT k.conrelid::regclass::text AS child, quote_ident(k.conname) AS name,
        (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place)
            FROM unnest(k.conkey) WITH ORDINALITY u(number, place)
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS columns,
        -- The comparison that PostgreSQL itself makes: the child's column with a value of the parent's type.
        (SELECT string_agg(format('%I = $%s::%s', a.attname, u.place, format_type(f.atttypid, f.atttypmod)), ' AND '
                ORDER BY u.place)
            FROM unnest(k.conkey, k.confkey) WITH ORDINALITY u(number, referenced, place)
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = u.referenced) AS condition,
        cardinality(k.conkey)::int AS width,
        EXISTS (SELECT FROM pg_index i
            WHERE i.indrelid = k.conrelid AND i.indisvalid
                AND (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey) AS indexed
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2";

/// Says of each query whether its plan reads every row of a table. One request for all of them: the way to a server and back costs
/// more than a plan.
const SCANS: &str = "
    CREATE OR REPLACE FUNCTION pg_temp.truthtable_scans(queries text[], parameters text[]) RETURNS SETOF boolean
    LANGUAGE plpgsql AS $$
    DECLARE
        line text;
        scans boolean;
    BEGIN
        FOR number IN 1 .. cardinality(queries) LOOP
            EXECUTE 'PREPARE truthtable_key AS ' || queries[number];
            scans := false;
            FOR line IN EXECUTE 'EXPLAIN EXECUTE truthtable_key(' || parameters[number] || ')' LOOP
                scans := scans OR line LIKE '%Seq Scan%';
            END LOOP;
            DEALLOCATE truthtable_key;
            RETURN NEXT scans;
        END LOOP;
    END
    $$";

/// A foreign key whose rows an index may reach.
struct Key {
    child: String,
    name: String,
    columns: String,
    /// Whether an index starts with its columns.
    is_indexed: bool,
}

/// Returns the number of foreign keys, and a problem for each whose rows only a scan of the whole table finds.
///
/// There must be an index whose leading columns are the key's own, and the planner, with no other way left open to it,
/// must choose an index: it cannot use a partial one whose condition does not follow.
pub(crate) fn unindexed(
    client: &mut Client,
    said: &dyn Fn(&str) -> Option<Place>,
) -> Result<(usize, Vec<Problem>), Error> {
    let failed = |error: postgres::Error| Error::of("the foreign keys cannot be read", &error);
    client
        .batch_execute(
            "SET search_path = ''; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan",
        )
        .map_err(failed)?;
    let (mut keys, mut queries, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
    for row in &client.query(FOREIGN_KEYS, &[]).map_err(failed)? {
        let text = |column| row.try_get::<_, String>(column).map_err(failed);
        let is_indexed: bool = row.try_get("indexed").map_err(failed)?;
        let width: i32 = row.try_get("width").map_err(failed)?;
        let key = Key { child: text("child")?, name: text("name")?, columns: text("columns")?, is_indexed };
        if is_indexed {
            let condition = text("condition")?;
            queries.push(format!("SELECT 1 FROM {} WHERE {condition} FOR KEY SHARE", key.child));
            parameters.push(vec!["NULL"; usize::try_from(width).unwrap_or_default()].join(", "));
        }
        keys.push(key);
    }
    client.batch_execute(SCANS).map_err(failed)?;
    let query = "SELECT pg_temp.truthtable_scans($1, $2)";
    let scans = client.query(query, &[&queries, &parameters]).map_err(failed)?;
    let mut scans = scans.iter().map(|row| row.get::<_, bool>(0));
    let mut problems = Vec::new();
    for Key { child, name, columns, is_indexed } in &keys {
        let wrong = |why: String| Problem { said: said(child), ..Problem::new(why) };
        if !is_indexed {
            problems.push(
                wrong(format!(
                    "{child}: the foreign key {name} ({columns}) has no index that starts with its columns"
                ))
                .hint(format!("add an index on ({columns})")),
            );
        } else if scans.next().unwrap_or(true) {
            problems.push(
                wrong(format!(
                    "{child}: the foreign key {name} ({columns}) has an index that PostgreSQL cannot use for it"
                ))
                .hint("a partial index serves only where its condition follows from the key: index all rows"),
            );
        }
    }
    // Left behind, it would keep a part down from dropping the language.
    let dropped = "DROP FUNCTION pg_temp.truthtable_scans";
    client.batch_execute(dropped).and_then(|()| client.batch_execute(RESET)).map_err(failed)?;
    Ok((keys.len(), problems))
}
