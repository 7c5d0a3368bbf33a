//! What PostgreSQL refuses is told where the author wrote it, whatever the language.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use std::collections::BTreeSet;

use truthtable_prove::prove;
use truthtable_prove::report::{Problem, Verdict};
use truthtable_prove::server::Server;

use crate::schema;

/// Generates from a document, proves, and returns what is wrong first.
fn refused(server: &mut Server, document: (&str, &str)) -> Problem {
    let root = tempfile::tempdir().unwrap();
    let set = schema::generated(root.path(), "", document);
    let report = prove(&set, server, None, &mut |_| {}).unwrap();
    let mut problems = report.steps.into_iter().filter_map(|step| match step.verdict {
        Verdict::Failed { problems } => problems.into_iter().next(),
        _ => None,
    });
    problems.next().unwrap()
}

#[test]
fn a_refusal_is_told_where_the_author_wrote_it() {
    let mut server = Server::embedded(&BTreeSet::new()).unwrap();
    let mut wrong: Vec<String> = Vec::new();
    let mut check = |file: &str, text: &str, message: &str, said: &str| {
        let problem = refused(&mut server, (file, text));
        let place = problem.said.map(|place| place.to_string()).unwrap_or_default();
        if !problem.message.contains(message) || place != said {
            wrong.push(format!("{}: {place} and not {said}", problem.message));
        }
        assert!(problem.place.unwrap().file.starts_with("generated/shop/migrations/"));
        assert!(problem.statement.is_some() && problem.sqlstate.is_some());
    };
    // A default that calls what is not there.
    let table = "# Shop\n\n```sql\nCREATE TABLE orders (\n    id   uuid PRIMARY KEY,\n    code text DEFAULT new_code()\n);\n```\n";
    check("shop.md", table, "new_code() does not exist", "schema/shop/shop.md:6:23");
    let dbml = "Table orders {\n  id uuid [pk]\n  code text [not null, default: `new_code()`]\n}\n";
    check("shop.dbml", dbml, "new_code() does not exist", "schema/shop/shop.dbml:3:34");
    let prisma = "model Order {\n  id   Int @id\n  made DateTime @default(dbgenerated(\"tomorrow()\"))\n}\n";
    check("shop.prisma", prisma, "tomorrow() does not exist", "schema/shop/shop.prisma:3:39");
    // A check that calls what is not there.
    let check_of =
        "CREATE TABLE orders (\n    id int PRIMARY KEY,\n    CONSTRAINT dear CHECK (is_dear(id))\n);\n";
    check("shop.sql", check_of, "is_dear(integer) does not exist", "schema/shop/shop.sql:3:28");
    // A policy, carried as it stands, that calls what is not there.
    let policy = "CREATE TABLE orders (id int PRIMARY KEY);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON orders\n    USING (id = my_id());\n";
    check("shop.sql", policy, "my_id() does not exist", "schema/shop/shop.sql:4:17");
    // A function whose body PostgreSQL does not understand.
    let body =
        "CREATE FUNCTION half(n int) RETURNS int LANGUAGE sql AS $$\n    SELECT n / 2 FROM nowhere\n$$;\n";
    check("shop.sql", body, "relation \"nowhere\" does not exist", "schema/shop/shop.sql:2:23");
    // A view that calls what is not there.
    let view = "CREATE TABLE orders (id int PRIMARY KEY);\nCREATE VIEW seen AS\n    SELECT id, total(id) FROM orders;\n";
    check("shop.sql", view, "total(integer) does not exist", "schema/shop/shop.sql:3:16");
    // An index with a class of operators that is not there.
    let index = "CREATE TABLE orders (id int PRIMARY KEY, name text);\nCREATE INDEX by_name ON orders USING gin (name);\n";
    check("shop.sql", index, "no default operator class", "schema/shop/shop.sql:2:38");
    // What is computed of something that changes.
    let computed = "CREATE TABLE b (\n    id int PRIMARY KEY,\n    day text GENERATED ALWAYS AS (now()::text) STORED\n);\n";
    check("shop.sql", computed, "generation expression is not immutable", "schema/shop/shop.sql:1:14");
    assert_eq!(wrong, Vec::<String>::new());
}
