//! A live database imported: what comes out generates migrations that build the same catalogue.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

mod wild;

use std::collections::BTreeSet;
use std::path::Path;

use truthtable::config::Config;
use truthtable::diag::{Severity, Sink};
use truthtable::import::{Target, Wanted, import, read_dump};
use truthtable::load::Loader;
use truthtable::model::Schema;
use truthtable::span::Sources;
use truthtable_prove::catalog::{Catalog, diff};
use truthtable_prove::drift;
use truthtable_prove::server::{Database, Live, Server};
use truthtable_tests::written_scripts;

use crate::local;

const SHOP: &str = "
    CREATE SCHEMA app;
    CREATE TYPE app.state AS ENUM ('open', 'paid');
    CREATE DOMAIN app.amount AS numeric(12, 2) CHECK (VALUE >= 0);
    CREATE TABLE customers (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email text NOT NULL UNIQUE,
        name varchar(80) DEFAULT 'nobody',
        born date,
        CONSTRAINT customers_grown CHECK (born < '2020-01-01')
    );
    COMMENT ON TABLE customers IS 'People who buy.';
    COMMENT ON COLUMN customers.email IS 'Where receipts go.';
    CREATE TABLE app.orders (
        id serial PRIMARY KEY,
        customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
        state app.state NOT NULL DEFAULT 'open',
        total app.amount,
        lines jsonb DEFAULT '[]',
        half numeric GENERATED ALWAYS AS (total / 2) STORED,
        updated_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX orders_open ON app.orders (customer_id, updated_at DESC) WHERE state = 'open';
    CREATE VIEW app.paid AS SELECT id, total FROM app.orders WHERE state = 'paid';
    CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
    CREATE TRIGGER touched BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
    ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON app.orders USING (customer_id = current_setting('app.customer', true)::bigint);
    CREATE TABLE schema_migrations (version text PRIMARY KEY);";

/// Reads what a database holds, as far as it is imported.
pub(crate) fn catalog(database: &mut Database) -> Catalog {
    let mut catalog = Catalog::read(&mut database.client).unwrap();
    for facts in catalog.objects.values_mut() {
        facts.retain(|attribute, _| *attribute != "position");
    }
    // Runners' books are no part of the schema.
    let books = ["schema_migrations", "ar_internal_metadata"];
    catalog.objects.retain(|object, _| !books.iter().any(|book| object.to_string().contains(book)));
    catalog
}

/// The languages into which a database is imported.
pub(crate) const EVERY: [Target; 3] = [Target::Dbml, Target::Markdown, Target::Sql];

/// What one database came to.
pub(crate) enum Outcome {
    /// What was generated of it builds the same catalogue.
    Same,
    /// Why not.
    Different(String),
}

/// What was read of a database or of a file, or why it is not understood.
pub(crate) type Read = Result<(Schema, Config), String>;

/// Reads a live database, which is given up, from what is written of it.
pub(crate) fn from_database(server: &mut Server, mut source: Database) -> Read {
    let name: String = source.client.query_one("SELECT current_database()::text", &[]).unwrap().get(0);
    let base = server.url().rsplit_once('/').map(|(base, _)| base.to_owned()).unwrap();
    server.drop_database(source);
    server.rest();
    let mut live = Live::open(&format!("{base}/{name}?sslmode=disable")).unwrap();
    let report = drift::dump(&mut live).unwrap();
    drop(live);
    let (dump, left) = drift::script(&report);
    let is_lost = |left: &String| !left.contains("runner of migrations") && !left.contains("the platform's");
    let left: Vec<String> = left.into_iter().filter(is_lost).collect();
    if !left.is_empty() {
        return Err(format!("left out: {}", left.join("; ")));
    }
    let mut sink = Sink::default();
    let mut sources = Sources::default();
    let read = read_whole(dump.clone(), &mut sources, &mut sink);
    let said = sink.finish(&sources).into_iter().filter(|it| it.severity > Severity::Info);
    let said: Vec<String> = said.map(|it| it.message).collect();
    if let Some(first) = said.first() {
        return Err(format!("the dump is not understood: {first}\n{dump}"));
    }
    read
}

/// Reads a file.
pub(crate) fn from_file(text: &str) -> Read {
    read_whole(text.to_owned(), &mut Sources::default(), &mut Sink::default())
}

/// Reads SQL of which nothing may be left away.
fn read_whole(text: String, sources: &mut Sources, sink: &mut Sink) -> Read {
    let (schema, config, unsaid) = read_dump(text, sources, sink);
    let unsaid: Vec<String> = unsaid.into_iter().map(|unsaid| unsaid.what).collect();
    if unsaid.is_empty() { Ok((schema, config)) } else { Err(format!("not imported: {}", unsaid.join("; "))) }
}

/// Imports what was read, generates, and compares what that builds with a catalogue.
pub(crate) fn compared(server: &mut Server, read: &Read, wanted: &Catalog, target: Target) -> Outcome {
    let built = match read {
        Ok((schema, config)) => built(server, schema, config, target, wanted),
        Err(why) => Err(why.clone()),
    };
    match built {
        Ok(differences) if differences.is_empty() => Outcome::Same,
        Ok(differences) => Outcome::Different(differences.join("\n")),
        Err(why) => Outcome::Different(why),
    }
}

/// Imports a schema, generates, builds that in a database and returns how its catalogue differs.
fn built(
    server: &mut Server,
    schema: &Schema,
    config: &Config,
    target: Target,
    wanted: &Catalog,
) -> Result<Vec<String>, String> {
    let imported = import(schema, config, &Wanted { name: "shop".into(), target, layout: None })
        .map_err(|refusals| refusals.into_iter().map(|refusal| refusal.message).collect::<String>())?;
    let unsaid: Vec<String> = imported.unsaid.into_iter().map(|unsaid| unsaid.what).collect();
    if !unsaid.is_empty() {
        return Err(format!("not imported: {}", unsaid.join("; ")));
    }
    let root = tempfile::tempdir().unwrap();
    for (path, text) in imported.files.iter() {
        write(root.path(), &format!("schema/shop/{path}"), text);
    }
    let mut loader = Loader::new(root.path());
    let mut sink = Sink::default();
    let loaded = loader.schema("shop", &mut sink).unwrap();
    let made = truthtable::generate(&loaded, &loader.sources, &mut sink);
    if sink.has_errors() {
        let errors = sink.finish(&loader.sources).into_iter().map(|it| it.message);
        return Err(errors.collect::<Vec<_>>().join("; "));
    }
    let files = made.files.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("generated/shop/migrations/")?;
        Some((name, text))
    });
    let platform = made.files.get("generated/shop/platform.sql").map(str::to_owned);
    let migrations = truthtable::plan::migration::layout::read(files).unwrap();
    let mut migrated = server.create_database().unwrap();
    for text in platform.into_iter().chain(migrations.into_iter().map(|migration| migration.up.text)) {
        if let Err(error) = migrated.client.batch_execute(&text) {
            let message =
                error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
            server.drop_database(migrated);
            return Err(format!("{message}\n{text}"));
        }
    }
    let differences = diff(&catalog(&mut migrated), wanted);
    server.drop_database(migrated);
    Ok(differences.iter().map(|one| one.tell("generated", "source")).collect())
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// What versions brought: the first that understands it, and the statements.
const BROUGHT: &[(u32, &str)] = &[
    (
        14,
        "CREATE TABLE pressed (a text COMPRESSION pglz); CREATE TYPE span AS RANGE (subtype = float8, multirange_type_name = spans)",
    ),
    (14, "CREATE FUNCTION plus(a int) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + 1"),
    (
        15,
        "CREATE TABLE rare (a int, b int, UNIQUE NULLS NOT DISTINCT (a)); CREATE UNIQUE INDEX ON rare (b) NULLS NOT DISTINCT",
    ),
    (15, "CREATE VIEW asked WITH (security_invoker = true) AS SELECT id FROM customers"),
    (18, include_str!("versions/since_18.sql")),
];

#[test]
fn a_live_database_is_imported_into_every_language() {
    let mut servers = local::servers();
    servers.insert(0, Server::embedded(&BTreeSet::new()).unwrap());
    let mut missed = Vec::new();
    for server in &mut servers {
        let major = local::major(server);
        let mut source = server.create_database().unwrap();
        source.client.batch_execute(SHOP).unwrap();
        for (_, sql) in BROUGHT.iter().filter(|(since, _)| *since <= major) {
            // The comment on a NOT NULL is left out, and said; the planner does not know yet which table a key over
            // periods needs.
            let kept = |line: &&str| !line.starts_with("COMMENT ON CONSTRAINT") && !line.contains("PERIOD");
            let sql: String = sql.lines().filter(kept).collect();
            source.client.batch_execute(&sql).unwrap();
        }
        let wanted = catalog(&mut source);
        let live = from_database(server, source);
        for target in EVERY {
            if let Outcome::Different(why) = compared(server, &live, &wanted, target) {
                missed.push(format!("{} {target:?}: {why}", server.label()));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// Scripts of one thing each, read as files and out of a database: both come to the same catalogue in every language.
#[test]
fn written_scripts_are_imported_into_every_language() {
    let mut server = Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap();
    let mut missed = Vec::new();
    for (name, text) in written_scripts().unwrap() {
        let mut source = server.create_database().unwrap();
        source.client.batch_execute(&text).unwrap();
        source.client.batch_execute("RESET search_path").unwrap();
        let wanted = catalog(&mut source);
        // What the catalogue is not written from is told, and is no part of this test; nor are names of indexes that partitions have
        // with their wholes, other than those that PostgreSQL gives them.
        let has_own_names = text.contains("PARTITION OF") && name.contains("index");
        let live =
            if text.contains("CREATE OPERATOR ") || text.contains("FOREIGN DATA WRAPPER") || has_own_names {
                server.drop_database(source);
                None
            } else {
                Some(from_database(&mut server, source))
            };
        let file = from_file(&text);
        for target in EVERY {
            // A script whose order counts is run.
            let is_read = target == Target::Sql || !text.contains("ALTER DEFAULT PRIVILEGES");
            let file = is_read.then_some(&file);
            for (how, read) in [("read", file), ("live", live.as_ref())] {
                if let Some(Outcome::Different(why)) =
                    read.map(|read| compared(&mut server, read, &wanted, target))
                {
                    missed.push(format!("{name}, {how}, {target:?}: {why}"));
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
