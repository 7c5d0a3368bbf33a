//! Migrations laid out for a runner, run by that runner: sqlx's and refinery's own code applies them and takes them back.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;
use std::path::Path;

use postgres::{Client, NoTls};
use sqlx::Connection;
use truthtable::diag::Sink;
use truthtable::load::Loader;
use truthtable::write;
use truthtable_prove::catalog::{Catalog, diff};
use truthtable_prove::server::Server;

const FIRST: &str = "Table users {\n  id bigint [pk]\n  email text\n}\n\nEnum state {\n  open\n  paid\n}\n\nTable orders {\n  id bigint [pk]\n  user_id bigint [ref: > users.id]\n  state state [default: 'open']\n}\n";

const SECOND: &str = "Table users {\n  id bigint [pk]\n  email text [not null, unique]\n  name text\n}\n\nEnum state {\n  open\n  paid\n  sent\n}\n\nTable orders {\n  id bigint [pk]\n  user_id bigint [ref: > users.id]\n  state state [default: 'sent']\n  product_id bigint [ref: > products.id]\n}\n\nTable products {\n  id bigint [pk]\n}\n";

/// Generates and releases a first schema, then a second one, into a folder.
fn workspace(root: &Path, layout: &str, settings: &str) {
    let folder = root.join("schema/shop");
    std::fs::create_dir_all(&folder).unwrap();
    let config = format!("[migrations]\nlayout = \"{layout}\"\nlock-timeout = \"5s\"\n{settings}");
    std::fs::write(folder.join("schema.toml"), config).unwrap();
    for text in [FIRST, SECOND] {
        std::fs::write(folder.join("shop.dbml"), text).unwrap();
        let mut loader = Loader::new(root);
        let mut sink = Sink::default();
        let loaded = loader.schema("shop", &mut sink).unwrap();
        let made = truthtable::generate(&loaded, &loader.sources, &mut sink);
        let errors: Vec<String> =
            sink.diagnostics().iter().map(|it| format!("{}: {}", it.code.as_str(), it.message)).collect();
        assert!(!sink.has_errors(), "{errors:#?}");
        write::apply(&made.files, &write::compare(&made.files, root).unwrap(), root).unwrap();
        let ledger = truthtable::release(&made, &loaded, &loader.sources).unwrap();
        write::apply(&ledger, &write::compare(&ledger, root).unwrap(), root).unwrap();
    }
}

/// Creates an empty database and returns its URL; nobody is connected to it.
fn database(server: &mut Server) -> String {
    let mut database = server.create_database().unwrap();
    let name: String = database.client.query_one("SELECT current_database()::text", &[]).unwrap().get(0);
    let (base, _) =
        server.url().rsplit_once('/').map(|(base, last)| (base.to_owned(), last.to_owned())).unwrap();
    server.drop_database(database);
    server.rest();
    format!("{base}/{name}")
}

/// Returns the catalogue of a database without what the runner keeps there for itself and without the places of columns.
fn catalog(url: &str, runner: &str) -> Catalog {
    let mut client = Client::connect(url, NoTls).unwrap();
    let mut catalog = Catalog::read(&mut client).unwrap();
    client.close().unwrap();
    catalog.objects.retain(|object, _| !object.to_string().contains(runner));
    for facts in catalog.objects.values_mut() {
        facts.retain(|attribute, _| *attribute != "position");
    }
    catalog
}

/// Holds what a runner made to what the released model makes.
fn is_the_model(root: &Path, server: &mut Server, migrated: &Catalog) {
    let mut afresh = server.create_database().unwrap();
    let model = std::fs::read_to_string(root.join("generated/shop/released.sql")).unwrap();
    afresh.client.batch_execute(&model).unwrap();
    let mut wanted = Catalog::read(&mut afresh.client).unwrap();
    for facts in wanted.objects.values_mut() {
        facts.retain(|attribute, _| *attribute != "position");
    }
    server.drop_database(afresh);
    let found: Vec<String> = diff(migrated, &wanted).iter().map(|it| it.tell("run", "model")).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn sqlx_runs_its_layout_up_and_down() {
    let root = tempfile::tempdir().unwrap();
    workspace(root.path(), "sqlx", "");
    let mut server = Server::embedded(&BTreeSet::new()).unwrap();
    let url = database(&mut server);
    let empty = catalog(&url, "_sqlx_migrations");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = |undo: bool| {
        runtime.block_on(async {
            let folder = root.path().join("generated/shop/migrations");
            let migrator = sqlx::migrate::Migrator::new(folder).await.unwrap();
            let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
            if undo {
                migrator.undo(&mut connection, 0).await.unwrap();
            } else {
                migrator.run(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
            migrator.iter().count()
        })
    };
    assert!(run(false) > 8, "every migration is two files");
    let migrated = catalog(&url, "_sqlx_migrations");
    run(true);
    let undone = diff(&catalog(&url, "_sqlx_migrations"), &empty);
    assert!(
        undone.is_empty(),
        "{:#?}",
        undone.iter().map(|it| it.tell("undone", "empty")).collect::<Vec<_>>()
    );
    run(false);
    assert!(diff(&catalog(&url, "_sqlx_migrations"), &migrated).is_empty());
    is_the_model(root.path(), &mut server, &migrated);
}

#[test]
fn refinery_runs_its_layout() {
    let root = tempfile::tempdir().unwrap();
    let acknowledged =
        "\n[[acknowledge]]\nrisk = \"scan\"\nat = \"*\"\nreason = \"It runs before anybody comes.\"\n";
    workspace(root.path(), "refinery", acknowledged);
    let mut server = Server::embedded(&BTreeSet::new()).unwrap();
    let url = database(&mut server);
    let migrations = refinery::load_sql_migrations(root.path().join("generated/shop/migrations")).unwrap();
    assert!(migrations.len() > 1);
    let mut client = Client::connect(&url, NoTls).unwrap();
    let report = refinery::Runner::new(&migrations).run(&mut client).unwrap();
    assert_eq!(report.applied_migrations().len(), migrations.len());
    client.close().unwrap();
    let migrated = catalog(&url, "refinery_schema_history");
    is_the_model(root.path(), &mut server, &migrated);
}
