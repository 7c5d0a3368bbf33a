//! PostgreSQL inside this process: nothing to install, nothing that outlives it.

use std::collections::BTreeSet;

use pglite_oxide::{PgliteServer, extensions};
use postgres::Config;

use super::Error;

/// A running embedded server. Dropping it stops it and removes its files.
pub(super) struct Embedded {
    _server: PgliteServer,
}

/// Starts the server with those of the extensions that it has installed, though created in no database.
///
/// It serves one connection at a time and opens a backend of its own for each.
pub(super) fn start(wanted: &BTreeSet<String>) -> Result<(Embedded, Config), Error> {
    let failed =
        |why: &dyn std::fmt::Display| Error::new(format!("the embedded PostgreSQL does not start: {why}"));
    let server = PgliteServer::builder()
        .temporary()
        .extensions(wanted.iter().filter_map(|name| extensions::by_sql_name(name)))
        .start()
        .map_err(|error| failed(&format!("{error:#}")))?;
    let address = server.tcp_addr().ok_or_else(|| failed(&"it has no address"))?;
    let mut reach = Config::new();
    reach.host(&address.ip().to_string()).port(address.port()).user("postgres").dbname("postgres");
    Ok((Embedded { _server: server }, reach))
}

/// Returns those of the extensions that can be installed in an embedded server.
pub(super) fn known(wanted: &BTreeSet<String>) -> BTreeSet<String> {
    wanted.iter().filter(|name| extensions::by_sql_name(name).is_some()).cloned().collect()
}
