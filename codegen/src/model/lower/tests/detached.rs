//! What a script leaves on partitions that it detaches while others use them.

use super::{read, show};
use crate::model::lower;

/// Returns the checks of a table at the end of a script, and the findings.
fn checks(table: &str, script: &str) -> (Vec<String>, String) {
    let (sources, decls, config, mut sink) =
        read(&[("schema.toml", "literal = true\n"), ("log.sql", script)]);
    let schema = lower(decls, &config, &mut sink);
    let own = schema.tables().filter(|own| own.name().name.as_str() == table);
    let checks = own.flat_map(|own| own.data.checks.iter().map(|check| check.expression.value.clone()));
    let findings = show::findings(sink, &sources);
    let findings = findings.lines().filter(|line| !line.starts_with(' ')).collect::<Vec<_>>().join("\n");
    (checks.collect(), findings)
}

fn check(divided: &str, bounds: &str, between: &str, expected: &[&str]) {
    let script = format!(
        "create table log (n int not null, label varchar, at serial) partition by {divided};
create table part partition of log {bounds};
{between}
alter table log detach partition part concurrently;"
    );
    assert_eq!(
        checks("part", &script),
        (expected.iter().map(|own| (*own).to_owned()).collect(), String::new()),
        "{script}"
    );
}

#[test]
fn bounds_of_lists() {
    check("list (n)", "for values in (1, 2)", "", &[r#"(n IS NOT NULL) AND (n = ANY ('{"1","2"}'::int[]))"#]);
    check(
        "list (at)",
        "for values in (1, 2)",
        "",
        &[r#"(at IS NOT NULL) AND (at = ANY ('{"1","2"}'::integer[]))"#],
    );
    check("list (n)", "for values in (-7)", "", &["(n IS NOT NULL) AND (n = '-7')"]);
    check("list (label)", "for values in (null)", "", &["label IS NULL"]);
    check(
        "list (label)",
        "for values in ('it''s', '\"\\', null)",
        "",
        &[r#"(label IS NULL) OR (label = ANY ('{"it''s","\"\\"}'::text[]))"#],
    );
    check(
        "list (lower(label))",
        "for values in ('a'::text)",
        "",
        &["(lower(label) IS NOT NULL) AND (lower(label) = 'a')"],
    );
}

#[test]
fn bounds_of_ranges() {
    check("range (n)", "for values from (1) to (5)", "", &["(n IS NOT NULL) AND (n >= '1') AND (n < '5')"]);
    check(
        "range (n, label)",
        "for values from (1, 'a') to (5, maxvalue)",
        "",
        &[
            "(n IS NOT NULL) AND (label IS NOT NULL) AND ((n > '1') OR (n = '1' AND label >= 'a')) AND (n <= '5')",
        ],
    );
    check(
        "range (n, label)",
        "for values from (7, minvalue) to (7, 'b')",
        "",
        &["(n IS NOT NULL) AND (label IS NOT NULL) AND (n = '7') AND (label < 'b')"],
    );
    check("range (label)", "for values from (minvalue) to (maxvalue)", "", &["label IS NOT NULL"]);
    check("range (n)", "for values from (minvalue) to (maxvalue)", "", &[]);
    check("range (at)", "for values from (minvalue) to (maxvalue)", "", &[]);
    check("hash (n)", "for values with (modulus 2, remainder 0)", "", &[]);
}

#[test]
fn what_checks_say_already() {
    check(
        "range (n)",
        "for values from (1) to (5)",
        "alter table part add check (n >= 1 and n < 5);",
        &["n >= 1 and n < 5"],
    );
    check(
        "range (n)",
        "for values from (1) to (5)",
        "alter table part add check (label <> 'n');",
        &["label <> 'n'", "(n IS NOT NULL) AND (n >= '1') AND (n < '5')"],
    );
}

#[test]
fn what_is_not_known_is_told() {
    let script = |bounds: &str, check: &str| {
        format!(
            "create table log (n int not null) partition by range (n);
create table part partition of log for values from ({bounds}) to (5);
alter table part add check ({check});
alter table log detach partition part concurrently;"
        )
    };
    for (bounds, check) in [("1 + 1", "true"), ("- '1'", "true"), ("1", "n = 3")] {
        let (_, found) = checks("part", &script(bounds, check));
        assert_eq!(
            found,
            "log.sql:4:17 error[detached-concurrently] what `part` keeps of its bounds as a check is not known"
        );
    }
    // Without the word, PostgreSQL leaves none.
    let (left, found) = checks("part", &script("1", "n = 3").replace(" concurrently", ""));
    assert_eq!((left, found), (vec!["n = 3".to_owned()], String::new()));
}
