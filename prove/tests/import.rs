//! A live database imported: what comes out generates migrations that build the same catalogue.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;
use std::path::Path;

use truthtable::diag::Sink;
use truthtable::import::{Target, Wanted, import};
use truthtable::load::Loader;
use truthtable_prove::catalog::{Catalog, diff};
use truthtable_prove::drift;
use truthtable_prove::server::{Database, Live, Server};
use truthtable_tests::{corpus, script};

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

fn catalog(database: &mut Database) -> Catalog {
    let mut catalog = Catalog::read(&mut database.client).unwrap();
    for facts in catalog.objects.values_mut() {
        facts.retain(|attribute, _| *attribute != "position");
    }
    // Runners' books are no part of the schema.
    let books = ["schema_migrations", "ar_internal_metadata"];
    catalog.objects.retain(|object, _| !books.iter().any(|book| object.to_string().contains(book)));
    catalog
}

/// What one script came to.
enum Outcome {
    Same,
    /// It does not run on this server.
    Unusable,
    Different(String),
}

/// Imports a database that a script makes, generates, and compares.
fn round_trip(server: &mut Server, text: &str, target: Target) -> Outcome {
    let mut source = server.create_database().unwrap();
    if source.client.batch_execute(text).is_err() {
        server.drop_database(source);
        return Outcome::Unusable;
    }
    let wanted = catalog(&mut source);
    let name: String = source.client.query_one("SELECT current_database()::text", &[]).unwrap().get(0);
    let base = server.url().rsplit_once('/').map(|(base, _)| base.to_owned()).unwrap();
    server.drop_database(source);
    let mut live = Live::open(&format!("{base}/{name}?sslmode=disable")).unwrap();
    let report = drift::dump(&mut live).unwrap();
    drop(live);
    let (dump, left) = drift::script(&report);
    let left: Vec<String> = left.into_iter().filter(|it| !it.contains("runner of migrations")).collect();
    if !left.is_empty() {
        return Outcome::Different(format!("left out: {}", left.join("; ")));
    }
    let (schema, config) = match script(&dump) {
        Ok(read) => read,
        Err(error) => return Outcome::Different(format!("the dump cannot be read: {error}\n{dump}")),
    };
    let root = tempfile::tempdir().unwrap();
    let imported = match import(&schema, &config, &Wanted { name: "shop".into(), target, layout: None }) {
        Ok(imported) => imported,
        Err(refusals) => {
            return Outcome::Different(refusals.into_iter().map(|refusal| refusal.message).collect());
        }
    };
    for (path, text) in imported.files.iter() {
        write(root.path(), &format!("schema/shop/{path}"), text);
    }
    let mut loader = Loader::new(root.path());
    let mut sink = Sink::default();
    let loaded = loader.schema("shop", &mut sink).unwrap();
    let made = truthtable::generate(&loaded, &loader.sources, &mut sink);
    if sink.has_errors() {
        let errors = sink.finish(&loader.sources).into_iter().map(|it| it.message);
        return Outcome::Different(errors.collect::<Vec<_>>().join("; "));
    }
    let files = made.files.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix("generated/shop/migrations/")?;
        Some((name, text))
    });
    let laid = truthtable::plan::migration::layout::read(files).unwrap();
    let mut migrated = server.create_database().unwrap();
    for migration in laid {
        if let Err(error) = migrated.client.batch_execute(&migration.up.text) {
            let message =
                error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned());
            server.drop_database(migrated);
            return Outcome::Different(format!("{message}\n{}", migration.up.text));
        }
    }
    let found: Vec<String> =
        diff(&catalog(&mut migrated), &wanted).iter().map(|one| one.tell("generated", "source")).collect();
    server.drop_database(migrated);
    if found.is_empty() { Outcome::Same } else { Outcome::Different(found.join("\n")) }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_live_database_is_imported_into_every_language() {
    let mut server = Server::embedded(&BTreeSet::new()).unwrap();
    for target in [Target::Dbml, Target::Markdown, Target::Sql] {
        match round_trip(&mut server, SHOP, target) {
            Outcome::Same => {}
            Outcome::Unusable => panic!("the script does not run"),
            Outcome::Different(why) => panic!("{target:?}: {why}"),
        }
    }
}

#[test]
fn real_schemas_are_imported_from_a_live_database() {
    let Some(corpus) = corpus() else { return };
    let mut server = Server::binaries(None).or_else(|_| Server::embedded(&BTreeSet::new())).unwrap();
    let (mut same, mut unusable, mut missed) = (0, 0, Vec::new());
    let mut files: Vec<_> =
        std::fs::read_dir(corpus.join("sql/wild")).unwrap().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "sql")) {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        match round_trip(&mut server, &text, Target::Markdown) {
            Outcome::Same => same += 1,
            Outcome::Unusable => unusable += 1,
            Outcome::Different(why) => {
                missed.push(format!("{}: {why}", file.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    eprintln!("{same} imported to the same catalogue, {} missed, {unusable} do not run here", missed.len());
    for why in &missed {
        eprintln!("{}", why.lines().take(12).collect::<Vec<_>>().join("\n    "));
    }
    assert!(same * 10 >= (same + missed.len()) * 9, "{same} of {}", same + missed.len());
}
