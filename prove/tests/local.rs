//! The PostgreSQL of this machine on which tests run besides the embedded one.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as the tests do")]

use truthtable_prove::server::Server;

/// Starts a server of each version there is: those that are named, and the one that is installed. Says which, past the test
/// harness, which swallows the output of tests that pass.
pub(crate) fn servers() -> Vec<Server> {
    use std::io::Write as _;
    let mut servers = named();
    servers.extend(Server::binaries(None));
    let labels: Vec<&str> = servers.iter().map(Server::label).collect();
    let told =
        if labels.is_empty() { "NOT TESTED: no local PostgreSQL".to_owned() } else { labels.join(", ") };
    _ = writeln!(std::io::stderr(), "{told}");
    servers
}

/// Starts the servers whose folders of binaries `TRUTHTABLE_SERVERS` names, as `PATH` would.
pub(crate) fn named() -> Vec<Server> {
    let folders = std::env::var_os("TRUTHTABLE_SERVERS").unwrap_or_default();
    let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    folders.map(|folder| Server::binaries(Some(&folder)).unwrap()).collect()
}

/// Returns a server's major version.
pub(crate) fn major(server: &mut Server) -> u32 {
    let mut database = server.create_database().unwrap();
    let major = database.version().unwrap();
    server.drop_database(database);
    major
}

/// Returns a script without the statements that a version does not know yet, and with older words for the same.
pub(crate) fn known_to(major: u32, sql: &str) -> String {
    let kept = sql.split_inclusive(";\n").filter(|statement| since(statement) <= major);
    let text: String = kept.collect();
    if major >= 14 {
        return text;
    }
    ["a + b", "a - b"]
        .iter()
        .fold(text, |text, body| text.replace(&format!("RETURN {body}"), &format!("AS 'SELECT {body}'")))
}

/// Returns the version from which on a statement is understood.
fn since(statement: &str) -> u32 {
    let marks = [
        (14, "SET COMPRESSION"),
        (14, "multirange_type_name"),
        (14, "CREATE OR REPLACE TRIGGER"),
        (15, "PUBLICATION parts"),
        (15, "PUBLICATION wholes"),
        (15, "NULLS NOT DISTINCT"),
    ];
    marks.iter().filter(|(_, mark)| statement.contains(mark)).map(|(since, _)| *since).max().unwrap_or(0)
}
