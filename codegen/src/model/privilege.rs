//! What PostgreSQL knows of privileges (`postgresql.org/docs/current/ddl-priv.html`). Things are told in the one spelling, each behind its
//! kind: `function f(integer)`, `all tables in schema app`.

/// What stands between `ON` and the names of things.
pub(crate) const KINDS: [(&str, &str); 20] = [
    ("all tables in schema", "ALL TABLES IN SCHEMA"),
    ("all sequences in schema", "ALL SEQUENCES IN SCHEMA"),
    ("all functions in schema", "ALL FUNCTIONS IN SCHEMA"),
    ("all procedures in schema", "ALL PROCEDURES IN SCHEMA"),
    ("all routines in schema", "ALL ROUTINES IN SCHEMA"),
    ("foreign data wrapper", "FOREIGN DATA WRAPPER"),
    ("foreign server", "FOREIGN SERVER"),
    ("large object", "LARGE OBJECT"),
    ("database", "DATABASE"),
    ("domain", "DOMAIN"),
    ("function", "FUNCTION"),
    ("language", "LANGUAGE"),
    ("parameter", "PARAMETER"),
    ("procedure", "PROCEDURE"),
    ("routine", "ROUTINE"),
    ("schema", "SCHEMA"),
    ("sequence", "SEQUENCE"),
    ("table", "TABLE"),
    ("tablespace", "TABLESPACE"),
    ("type", "TYPE"),
];

/// Returns what everybody may do with a thing unless it is taken from him, since PostgreSQL 15
/// (`postgresql.org/docs/current/ddl-priv.html`).
pub(crate) fn of_everybody(spelt: &str) -> &'static [&'static str] {
    const HELD: [(&str, &[&str]); 10] = [
        ("function", &["EXECUTE"]),
        ("procedure", &["EXECUTE"]),
        ("routine", &["EXECUTE"]),
        ("all functions", &["EXECUTE"]),
        ("all procedures", &["EXECUTE"]),
        ("all routines", &["EXECUTE"]),
        ("type", &["USAGE"]),
        ("domain", &["USAGE"]),
        ("language", &["USAGE"]),
        ("database", &["CONNECT", "TEMPORARY"]),
    ];
    if spelt == "schema public" {
        return &["USAGE"];
    }
    HELD.iter().find(|(kind, _)| spelt.starts_with(kind)).map_or(&[], |(_, held)| *held)
}

/// Returns the only privilege that there is for a thing.
pub(crate) fn only(spelt: &str) -> Option<&'static str> {
    const ONLY: [(&str, &str); 12] = [
        ("function", "EXECUTE"),
        ("procedure", "EXECUTE"),
        ("routine", "EXECUTE"),
        ("all functions", "EXECUTE"),
        ("all procedures", "EXECUTE"),
        ("all routines", "EXECUTE"),
        ("type", "USAGE"),
        ("domain", "USAGE"),
        ("language", "USAGE"),
        ("foreign data wrapper", "USAGE"),
        ("foreign server", "USAGE"),
        ("tablespace", "CREATE"),
    ];
    ONLY.iter().find(|(kind, _)| spelt.starts_with(kind)).map(|(_, word)| *word)
}

/// Tells whether a role is whoever runs the migrations, and so owns what they make and give to nobody else.
pub(crate) fn is_runner(role: &str) -> bool {
    const RUNS: [&str; 4] = ["current_role", "current_user", "session_user", "postgres"];
    RUNS.iter().any(|runs| runs.eq_ignore_ascii_case(role))
}
