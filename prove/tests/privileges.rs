//! What migrations give and take of what was there before them is as it was when they are undone.

use truthtable_prove::prove;
use truthtable_prove::report::{self, Check};
use truthtable_prove::server::Server;

use crate::schema;

const DOCUMENT: &str = "
CREATE ROLE clerk;
CREATE SCHEMA app;
CREATE TABLE app.notes (id integer PRIMARY KEY);
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO PUBLIC, clerk;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA app, information_schema TO clerk;
GRANT SELECT ON app.notes TO clerk;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO clerk;
GRANT SELECT ON pg_catalog.pg_authid TO clerk WITH GRANT OPTION;
GRANT pg_monitor TO clerk;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO clerk;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO clerk;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
COMMENT ON SCHEMA public IS 'Ours';
CREATE TABLE sums (total integer);
CREATE TABLE parts (total integer);
CREATE RULE collect AS ON INSERT TO sums DO INSTEAD INSERT INTO parts VALUES (NEW.total);
";

#[test]
fn privileges_are_what_they_were() {
    let root = tempfile::tempdir().unwrap();
    let set = schema::generated(root.path(), "", ("shop.sql", DOCUMENT));
    let down = set.migrations.first().and_then(|migration| migration.down.clone()).unwrap();
    insta::assert_snapshot!(down.text);
    let mut server = Server::embedded(&set.extensions()).unwrap();
    let report = prove(&set, &mut server, None, &mut |_| {}).unwrap();
    let step = report.steps.iter().find(|step| step.check == Check::Down).unwrap();
    let told = report::tell(step, false);
    assert!(told.starts_with("  proved "), "{told}");
}
