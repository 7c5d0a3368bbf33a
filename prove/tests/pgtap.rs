//! pgTAP tests fail where the database is not what the documents say, and each failure names the assertion and their place.

use truthtable_prove::prove;
use truthtable_prove::report::{self, Check, Report};
use truthtable_prove::server::Server;

use crate::schema;

/// The documents.
const SETTINGS: &str = "[tests]\npgtap = true\n";
const SHOP: &str = include_str!("pgtap/shop.sql");

#[test]
fn what_is_not_as_the_documents_say_is_told_by_the_tests() {
    let root = tempfile::tempdir().unwrap();
    let mut set = schema::generated(root.path(), SETTINGS, ("shop.sql", SHOP));
    let mut server = Server::embedded(&set.extensions()).unwrap();
    let told = told(&prove(&set, &mut server, None, &mut |_| {}).unwrap());
    assert_eq!(told, "  proved    pgTAP tests pass (77 assertions in 4 files)\n");

    let up = &mut set.migrations.first_mut().unwrap().up.text;
    for (right, wrong) in [
        ("'new', 'paid'", "'paid', 'new'"),
        ("name       text", "name       varchar(9)"),
        ("email      text        NOT NULL", "email      text"),
        ("DEFAULT now()", "DEFAULT CURRENT_TIMESTAMP"),
        ("UNIQUE (email)", "UNIQUE (name)"),
        ("orders_total_check", "orders_sum_check"),
        ("FOREIGN KEY (user_id)", "FOREIGN KEY (id)"),
        ("ON orders (user_id)", "ON orders (id, user_id)"),
        ("BEFORE UPDATE ON users", "BEFORE UPDATE ON orders"),
        ("FOR SELECT", "FOR UPDATE TO pg_monitor"),
        ("ALTER TABLE orders ENABLE ROW LEVEL SECURITY;", "ALTER TABLE orders ADD note text;"),
        ("ON DELETE CASCADE", "ON DELETE SET NULL"),
        ("lower('NEW')", "lower('OLD')"),
        ("price < 1000", "price < 2000"),
        ("price * 2", "price * 3"),
        (" DEFERRABLE INITIALLY IMMEDIATE", ""),
        ("place DESC", "place"),
        ("WHERE price < 10", "WHERE price < 11"),
        ("USING (price < 10)", "USING (price < 12)"),
    ] {
        assert!(up.contains(right), "{right} is not in\n{up}");
        *up = up.replace(right, wrong);
    }
    insta::assert_snapshot!(self::told(&prove(&set, &mut server, None, &mut |_| {}).unwrap()));
}

/// A server without the extension leaves the tests unproved, and says why.
#[test]
fn without_the_extension_nothing_is_proved() {
    let root = tempfile::tempdir().unwrap();
    let set = schema::generated(root.path(), SETTINGS, ("shop.sql", SHOP));
    let mut server = Server::embedded(&set.extensions_of_schema()).unwrap();
    let told = told(&prove(&set, &mut server, None, &mut |_| {}).unwrap());
    assert_eq!(told, "  unproved  pgTAP tests pass (4 files): the server lacks `pgtap`\n");
}

/// Returns what is told of the tests.
fn told(report: &Report) -> String {
    let step = report.steps.iter().find(|step| step.check == Check::Pgtap);
    step.map(|step| report::tell(step, false)).unwrap_or_default()
}
